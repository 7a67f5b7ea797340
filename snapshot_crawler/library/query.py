"""What a reader typed, read as a query: text in, terms and filters out. Whatever is no syntax is read as words.

    "苏州 实验室" -关闭 site:news.example source:新华社 category:国内 from:2026-01-01 to:2026-02-01

Words apart by spaces must all be there, in any order. In quotation marks they stand together. A minus takes out what
has the word. Words of letters find all that begin so; Chinese and numbers are found anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from snapshot_crawler.library.terms import (
    BEGINS,
    GRAM,
    LONGEST_NUMBER,
    LONGEST_WORD,
    SHORT,
    fold,
    pieces,
)

LONGEST = 400  # characters of a query that are read; by choice
MOST_TERMS = 12  # of a query; by choice: each is a look-up
FILTERS = ("site", "source", "category")
NAMES = {
    "站点": "site",
    "来源": "source",
    "类别": "category",
    "分类": "category",
    "自": "from",
    "至": "to",
    "日期": "day",
}
PART = re.compile(r'(?P<minus>[-－]?)(?:(?P<name>\w+)[:：])?(?:["“”](?P<quoted>[^"“”]*)["“”]?|(?P<plain>[^\s"“”]+))')
BETWEEN = r"[\W_]*"  # any signs and spaces between the pieces of one term, such as 15.7 or "two words"
WORD_START = rf"(?<!(?![{GRAM}0-9_])\w)"
DAY = re.compile(r"(\d{4})-?(\d\d)?-?(\d\d)?")


@dataclass(frozen=True, slots=True)
class Term:
    """Something that must be in the text (or must not). text: folded, as typed."""

    text: str
    parts: tuple[tuple[str, str], ...]  # (kind, run), as terms.pieces() gives them

    @property
    def pattern(self) -> str:
        """A pattern for its places in a folded text."""
        found = BETWEEN.join(re.escape(run) for _, run in self.parts)
        return WORD_START + found if self.parts[0][0] == "word" else found

    def tokens(self) -> tuple[list[str], bool]:
        """The tokens that a text with the term has ("*" behind one: its beginning), and whether they say it all."""
        found: list[str] = []
        is_all = len(self.parts) == 1
        for place, (kind, run) in enumerate(self.parts):
            if kind == "gram":
                found += [run] if len(run) == 1 else [run[at : at + 2] for at in range(len(run) - 1)]
                is_all = is_all and len(run) <= 2
            else:
                longest = LONGEST_WORD if kind == "word" else LONGEST_NUMBER
                is_all = is_all and len(run) <= longest
                is_begun = place == len(self.parts) - 1 and len(run) < longest  # the others are whole words
                found.append(BEGINS + run if is_begun and len(run) <= SHORT else run[:longest] + "*" * is_begun)
        return list(dict.fromkeys(found)), is_all


@dataclass(slots=True)
class Query:
    """A query, read. filters: names by kind, one of which must hold; days as 2026-11-25, both included."""

    terms: list[Term] = field(default_factory=list)
    without: list[Term] = field(default_factory=list)
    filters: dict[str, list[str]] = field(default_factory=dict)
    first_day: str | None = None
    last_day: str | None = None

    @property
    def words(self) -> list[str]:
        """What is searched for, for people."""
        return [term.text for term in self.terms]

    @property
    def is_empty(self) -> bool:
        """Whether it asks for nothing."""
        return not (self.terms or self.without or self.filters or self.first_day or self.last_day)


def parse(text: str, filters: Mapping[str, str] | None = None) -> Query:
    """The query of a text. Never raises: what cannot be read as syntax is words.

    filters: more of them by kind, whose names may hold quotation marks; one that cannot be is as if it were not there.
    """
    query = Query()
    for kind, name in (filters or {}).items():
        _is_filter(query, kind, name)
    for found in PART.finditer(" ".join(text[:LONGEST].split())):
        quoted, plain, name = found["quoted"], found["plain"], found["name"]
        value = quoted if quoted is not None else plain
        if name is not None and not found["minus"] and _is_filter(query, NAMES.get(name, name.lower()), value):
            continue
        whole = f"{name}:{value}" if name is not None else value
        into = query.without if found["minus"] else query.terms
        if (term := _term(whole)) is not None and term not in into and len(into) < MOST_TERMS:
            into.append(term)
    return query


def _is_filter(query: Query, name: str, value: str) -> bool:
    if name in FILTERS and value.strip():
        query.filters.setdefault(name, []).append(value.strip())
        return True
    days = _days(value) if name in ("day", "from", "to") else None
    if days is None:
        return False
    if name != "to":
        query.first_day = max(days[0], query.first_day or "")
    if name != "from":
        query.last_day = min(days[1], query.last_day or "9999-12-31")
    return True


def _days(text: str) -> tuple[str, str] | None:
    """The first and the last day of a day, month or year; None for what is none."""
    found = DAY.fullmatch(text.strip())
    if not found:
        return None
    year, month, day = found.groups()
    first = f"{year}-{month or '01'}-{day or '01'}"
    try:
        date.fromisoformat(first)
    except ValueError:
        return None
    return first, first if day else f"{year}-{month}-31" if month else f"{year}-12-31"


def _term(text: str) -> Term | None:
    folded = fold(text)
    parts = tuple(pieces(folded))
    return Term(folded.strip(), parts) if parts else None
