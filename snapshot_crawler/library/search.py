"""Search: a query and a page in, hits out, newest or best first.

The index gives articles that have all tokens of the query. Words of up to two characters, and the beginnings of words
of letters, are tokens, so nothing more is to be asked. For longer ones the text is looked into: are the pairs of
neighbours one word there? Articles come from the index one by one, and only as many as the page needs are looked into.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from snapshot_crawler.library import snippets
from snapshot_crawler.library.engine import Wanted
from snapshot_crawler.library.model import Found, Hit
from snapshot_crawler.library.query import Query, Term
from snapshot_crawler.library.records import seconds
from snapshot_crawler.library.terms import FACET, fold

if TYPE_CHECKING:
    from snapshot_crawler.library.library import Library

NEWEST, BEST = "newest", "best"
MOST_COUNTED = 10_000  # hits; more are told as "at least": to count a million takes a second
MOST_HITS = 1_000  # that can be paged to; by choice, as in other search engines
CANDIDATES = 300  # texts that are ranked for "best": 22 ms (benchmarks/library.py); by choice
SAMPLE = 60  # texts looked into for an estimate of the total
FACETS_OF_A_FILTER = 60  # names that one filter may stand for, such as all sources with 日报 in them
# BM25's usual constants, https://en.wikipedia.org/wiki/Okapi_BM25
K1, B = 1.2, 0.75
IN_TITLE = 5  # so many times in the body is once in the title; by choice
DAY_SLACK = 14 * 3600 + 1  # seconds: the days of all offsets begin and end that far from UTC's (tzdata)


@dataclass(slots=True)
class Plan:
    """How a query is asked of the index, and what is then looked for in the texts."""

    wanted: Wanted
    must: list[re.Pattern[str]]
    must_not: list[re.Pattern[str]]
    is_possible: bool = True

    @property
    def looks(self) -> bool:
        """Whether texts are looked into."""
        return bool(self.must or self.must_not)


class Search:
    """Searches of one library."""

    def __init__(self, library: Library) -> None:
        self.library, self.engine = library, library.engine

    def find(self, query: Query, *, order: str, number: int, size: int) -> Found:
        """One page of hits. number: from 1; order: NEWEST or BEST."""
        plan = self._plan(query)
        begin, end = (number - 1) * size, min(number * size, MOST_HITS)
        if query.is_empty or not plan.is_possible or begin >= end:
            return Found([], number, False, 0, True, query.words)
        stream = self._ranked(query, plan, end + 1) if order == BEST and query.terms else self._matching(query, plan)
        found = list(islice(stream, end + 1))
        total, is_exact = self._total(query, plan, found, end)
        hits = [self._hit(n, query) for n in found[begin:end]]
        has_next = len(found) > end and end < MOST_HITS
        return Found([hit for hit in hits if hit is not None], number, has_next, total, is_exact, query.words)

    def newest(self, query: Query) -> Iterator[int]:
        """article.n of all hits, newest first."""
        plan = self._plan(query)
        return self._matching(query, plan) if plan.is_possible and not query.is_empty else iter(())

    def holds(self, query: Query, n: int) -> bool:
        """Whether one article is a hit."""
        plan = self._plan(query)
        if query.is_empty or not plan.is_possible or not plan.wanted.first <= n <= plan.wanted.last:
            return False
        plan.wanted.first = plan.wanted.last = n
        return next(self._matching(query, plan), None) is not None

    # --- Asking the index
    def _plan(self, query: Query) -> Plan:
        plan = Plan(Wanted(), [], [])
        for term in query.terms:
            tokens, is_all = term.tokens()
            plan.wanted.all_of += tokens
            if not is_all:
                plan.must.append(re.compile(term.pattern))
        for term in query.without:
            tokens, is_all = term.tokens()
            if is_all:
                plan.wanted.none_of += tokens
            else:
                plan.must_not.append(re.compile(term.pattern))
        for kind, names in query.filters.items():
            numbers = [number for name in names for number in self._facets(kind, name)]
            plan.wanted.one_of.append([FACET + str(number) for number in numbers])
            plan.is_possible = plan.is_possible and bool(numbers)
        slack = DAY_SLACK + self.library.note("most_shift", 0)
        if query.first_day and (start := seconds(query.first_day)) is not None:
            plan.wanted.first = start - DAY_SLACK
        if query.last_day and (start := seconds(_last(query.last_day))) is not None:
            plan.wanted.last = start + 86_400 + slack
        return plan

    def _facets(self, kind: str, name: str) -> list[int]:
        """The numbers of the facets that a filter means: the exact name, or all that hold it; a host with its parts."""
        folded = fold(name)
        if kind == "site":
            host = folded.removeprefix("www.")
            query = (
                "SELECT no FROM facet WHERE (kind = 'site' AND folded = ?)"
                " OR (kind = 'host' AND (folded = ? OR substr(folded, -length(?)) = ?)) ORDER BY articles DESC LIMIT ?"
            )
            values: tuple[object, ...] = (folded, host, f".{host}", f".{host}", FACETS_OF_A_FILTER)
        else:
            query = "SELECT no FROM facet WHERE kind = ? AND folded = ? AND articles > 0"
            if exact := [row[0] for row in self.library.db.execute(query, (kind, folded))]:
                return exact
            query = "SELECT no FROM facet WHERE kind = ? AND instr(folded, ?) ORDER BY articles DESC LIMIT ?"
            values = (kind, folded, FACETS_OF_A_FILTER)
        return [row[0] for row in self.library.db.execute(query, values)]

    def _matching(self, query: Query, plan: Plan) -> Iterator[int]:
        """article.n of all hits, newest first."""
        return (n for n in self.engine.newest(plan.wanted) if self._holds(n, query, plan))

    def _holds(self, n: int, query: Query, plan: Plan) -> bool:
        """Whether an article that has the tokens has the words, too."""
        if (query.first_day or query.last_day) and not self._is_in_days(n, query):
            return False
        if not plan.looks:
            return True
        title, body = self.library.folded(n)
        return all(each.search(title) or each.search(body) for each in plan.must) and not any(
            each.search(title) or each.search(body) for each in plan.must_not
        )

    def _is_in_days(self, n: int, query: Query) -> bool:
        day = self.library.day(n)
        return day is not None and (query.first_day or "") <= day <= (query.last_day or "9999")

    # --- Best first
    def _ranked(self, query: Query, plan: Plan, most: int) -> Iterator[int]:
        """The best by BM25, then all others, newest first."""
        words = [token for term in query.terms for token in term.tokens()[0]]
        candidates = self.engine.best(words, plan.wanted, CANDIDATES)
        weights = [self._weight(term) for term in query.terms]
        patterns = [re.compile(term.pattern) for term in query.terms]
        scored = [(self._score(n, patterns, weights), n) for n in candidates if self._holds(n, query, plan)]
        scored.sort(reverse=True)
        shown = {n for _, n in scored}
        yield from (n for _, n in scored)
        if len(shown) < most:
            yield from (n for n in self._matching(query, plan) if n not in shown)

    def _weight(self, term: Term) -> float:
        """How rare a term is: BM25's idf, by its rarest token."""
        total = max(1, self.library.size)
        frequency = min((self.engine.frequency(token, MOST_COUNTED) for token in term.tokens()[0]), default=0)
        return math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))

    def _score(self, n: int, patterns: list[re.Pattern[str]], weights: list[float]) -> float:
        title, body = self.library.folded(n)
        length = 1 - B + B * len(body) / self.library.usual_length
        score = 0.0
        for pattern, weight in zip(patterns, weights, strict=True):
            times = len(pattern.findall(body)) + IN_TITLE * len(pattern.findall(title))
            score += weight * times * (K1 + 1) / (times + K1 * length)
        return score

    # --- The page
    def _total(self, query: Query, plan: Plan, found: list[int], end: int) -> tuple[int, bool]:
        """How many hits there are, and whether that is exact."""
        if len(found) <= end:
            return len(found), True
        counted = self.engine.count(plan.wanted, MOST_COUNTED + 1)
        if not plan.looks and not (query.first_day or query.last_day):
            return min(counted, MOST_COUNTED), counted <= MOST_COUNTED
        looked = list(islice(self.engine.newest(plan.wanted), SAMPLE))
        share = sum(self._holds(n, query, plan) for n in looked) / max(1, len(looked))
        return max(len(found), round(min(counted, MOST_COUNTED) * share)), False

    def _hit(self, n: int, query: Query) -> Hit | None:
        row = self.library.row(n)
        if row is None:
            return None
        title, body = self.library.text(n)
        patterns = [term.pattern for term in query.terms]
        return Hit(row, snippets.marked(title, patterns), snippets.snippet(body, patterns))


def _last(day: str) -> str:
    """A day that exists, for one that is a month's last at most."""
    return day if seconds(day) is not None else f"{day[:8]}28"
