"""Which new articles which subscriptions want: rows of the library and subscriptions in, ids by subscription out.

Categories and sources are looked up by name. A keyword is a search, and finds what the search page finds
(tests/portal/test_matching.py holds it against Library.finds). But to ask the library each of a hundred thousand
keywords for each article takes too long. So a keyword stands under one token that an article must have, only those are
looked at whose token the article has, and words are looked for in its text at hand. What has filters
(site:, source:, from:) asks the library.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache

from snapshot_crawler.library import query as queries
from snapshot_crawler.library.library import Library
from snapshot_crawler.library.model import Row
from snapshot_crawler.library.query import Query, Term
from snapshot_crawler.library.terms import BEGINS, SHORT, fold, tokens_of
from snapshot_crawler.portal.subscriptions.model import Subscription

PATTERNS_KEPT = 10_000  # of words of letters, and of phrases; some 10 MB


class Matcher:
    """The wishes of these subscriptions. To make one takes 20 us a keyword, so it is kept while they stay the same."""

    def __init__(self, subscriptions: Iterable[Subscription]) -> None:
        self.of_category: defaultdict[str, set[int]] = defaultdict(set)
        self.of_source: defaultdict[str, set[int]] = defaultdict(set)
        self.of_keyword: defaultdict[str, set[int]] = defaultdict(set)
        for each in subscriptions:
            for name in each.wishes.category:
                self.of_category[name].add(each.id)
            for name in each.wishes.source:
                self.of_source[name].add(each.id)
            for text in each.wishes.keyword:
                self.of_keyword[text].add(each.id)
        self.by_token: defaultdict[str | None, list[tuple[str, Query]]] = defaultdict(list)
        for text in self.of_keyword:
            query = queries.parse(text)
            self.by_token[needed(query)].append((text, query))

    def wanted(self, library: Library, rows: Sequence[Row]) -> dict[int, list[str]]:
        """Of each subscription that wants any: the ids of those articles, in their order."""
        found: defaultdict[int, list[str]] = defaultdict(list)
        for row in rows:
            for number in self._who_want(library, row):
                found[number].append(row.id)
        return dict(found)

    def _who_want(self, library: Library, row: Row) -> set[int]:
        who = set(self.of_category.get(row.category or "", ())) | self.of_source.get(row.source or "", set())
        if not self.of_keyword or (stored := library.article(row.id)) is None:
            return who
        title, body = (fold(stored.record.get(name) or "") for name in ("title", "body"))
        for text, query in self._likely(title, body):
            owners = self.of_keyword[text]
            if not owners <= who and finds(library, text, query, row.id, title, body):
                who |= owners
        return who

    def _likely(self, title: str, body: str) -> Iterable[tuple[str, Query]]:
        """The keywords that may find an article with this text."""
        yield from self.by_token.get(None, ())
        tokens = tokens_of(title).keys() | tokens_of(body).keys()
        for token in tokens & self.by_token.keys():
            yield from self.by_token[token]


def needed(query: Query) -> str | None:
    """A token that every article has which a search finds, a long one; None where there is none to go by."""
    tokens = [token for term in query.terms for token in term.tokens()[0]]
    whole = [BEGINS + token[:-1][:SHORT] if token.endswith("*") else token for token in tokens]
    return max(whole, key=len, default=None)


def finds(library: Library, text: str, query: Query, name: str, title: str, body: str) -> bool:
    """Whether a search finds an article. title, body: folded."""
    if query.is_empty:
        return False
    if query.filters or query.first_day or query.last_day:
        return bool(library.finds(text, [name]))
    return all(_is_there(term, title, body) for term in query.terms) and not any(
        _is_there(term, title, body) for term in query.without
    )


def _is_there(term: Term, title: str, body: str) -> bool:
    kind, run = term.parts[0]
    if len(term.parts) == 1 and kind != "word":
        return run in title or run in body
    pattern = _compiled(term.pattern)
    return bool(pattern.search(title) or pattern.search(body))


@lru_cache(PATTERNS_KEPT)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
