"""Which new articles which subscriptions want: rows of the library and subscriptions in, ids by subscription out.

Categories and sources are looked up by name. A keyword is a search, and the library itself says what it finds
(Library.finds), so a notice and the search page never differ. But to ask each of a hundred thousand keywords for each
article takes too long. So every keyword is kept under one token that an article must have to be found, and only
those keywords are asked whose token the article has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from snapshot_crawler.library import query as queries
from snapshot_crawler.library.library import Library
from snapshot_crawler.library.model import Row
from snapshot_crawler.library.terms import fold, tokens_of
from snapshot_crawler.portal.subscriptions.model import Subscription


class Matcher:
    """The wishes of these subscriptions."""

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
        self.by_token: defaultdict[str | None, list[str]] = defaultdict(list)
        for text in self.of_keyword:
            self.by_token[needed(text)].append(text)

    def wanted(self, library: Library, rows: Sequence[Row]) -> dict[int, list[str]]:
        """Of each subscription that wants any: the ids of those articles, in their order."""
        found: defaultdict[int, list[str]] = defaultdict(list)
        for row in rows:
            for number in self._who_want(library, row):
                found[number].append(row.id)
        return dict(found)

    def _who_want(self, library: Library, row: Row) -> set[int]:
        who = set(self.of_category.get(row.category or "", ())) | self.of_source.get(row.source or "", set())
        for text in self._likely(library, row):
            owners = self.of_keyword[text]
            if not owners <= who and library.finds(text, [row.id]):
                who |= owners
        return who

    def _likely(self, library: Library, row: Row) -> list[str]:
        """The keywords that may find an article."""
        if not self.of_keyword or (stored := library.article(row.id)) is None:
            return []
        record = stored.record
        tokens = tokens_of(fold(record.get("title") or "")) | tokens_of(fold(record.get("body") or ""))
        found = list(self.by_token.get(None, ()))
        if len(tokens) < len(self.by_token):
            found += [text for token in tokens for text in self.by_token.get(token, ())]
        else:
            found += [text for token, texts in self.by_token.items() if token in tokens for text in texts]
        return found


def needed(text: str) -> str | None:
    """A token that every article has which a search finds, the longest; None where there is none to go by."""
    tokens = [token for term in queries.parse(text).terms for token in term.tokens()[0] if not token.endswith("*")]
    return max(tokens, key=len, default=None)
