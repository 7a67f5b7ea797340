"""The pages that a run has fetched: which page each was found on, and whether it brought anything.

A page's record goes in when the page is fetched. What comes out is its way: the page that led to it, the chain of pages
without anything behind it, the first part of its article, and the first visit of a page that has several addresses.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from snapshot_crawler.middlewares.traps.families import Family, visit

if TYPE_CHECKING:
    from scrapy import Request

KEPT = 20_000  # pages remembered, by choice: about 200 bytes each
CHAIN = 20  # by choice: bounds the walk; longer chains decide alike
PARTS = 60  # of one article, by choice: above the most that the spider follows


@dataclass(slots=True)
class Fetched:
    """A page that was fetched: its family, the page it was found on, and whether it brought anything."""

    family: Family
    parent: int | None
    is_productive: bool = False
    is_variant: bool = False  # the same page was fetched before, for another visit
    is_part: bool = False  # a further part of an article; its parent is the part before
    is_waiting: bool = False  # the first part of an article whose last part has not come yet

    @property
    def is_barren(self) -> bool:
        """Whether it is known that the page brought nothing."""
        return not (self.is_productive or self.is_waiting)


class FetchedPages:
    """The last KEPT pages, by their ids (page_id)."""

    def __init__(self) -> None:
        self._pages: OrderedDict[int, Fetched] = OrderedDict()
        self._visited: OrderedDict[int, int] = OrderedDict()  # page without its visit -> page with the first visit

    def get(self, page: int | None) -> Fetched | None:
        """The page of an id; None for one that was not fetched, or is not remembered any more."""
        return self._pages.get(page) if page is not None else None

    def of(self, request: Request) -> Fetched | None:
        """The page of a request."""
        return self._pages.get(page_id(request.url))

    def remember(self, request: Request, fetched: Fetched) -> None:
        """Note the page of a request, in the place of an earlier try."""
        page = page_id(request.url)
        if (found := visit(request.url)) is not None:
            self._visited.setdefault(page_id(found.page), page)
            if len(self._visited) > KEPT:
                self._visited.popitem(last=False)
        self._pages[page] = fetched
        if len(self._pages) > KEPT:
            self._pages.popitem(last=False)

    # --- Visits
    def first_visit(self, page: int) -> Fetched | None:
        """The page that was fetched with a visit in its address, for one without; else the page itself."""
        return self._pages.get(self._visited.get(page, page))

    def was_visited(self, plain: str, page: int) -> bool:
        """Whether the page of address plain was fetched before, for another visit or for none."""
        base = page_id(plain)
        first = self._visited.get(base)
        return base in self._pages or (first is not None and first != page)

    # --- Ways
    def is_inside(self, kin: Family, found_on: Fetched | None) -> bool:
        """Whether a page of a kindred family led to it, or two barren pages in a row. Start pages do not count."""
        if found_on is None or found_on.parent is None:  # a start page may lie anywhere
            return False
        if any(name in found_on.family.coarse for name in kin.coarse):
            return True
        if not found_on.is_barren:
            return False
        before = self._pages.get(found_on.parent)
        return before is not None and before.parent is not None and before.is_barren

    def chain(self, kin: Family, page: Fetched | None) -> int:
        """How many barren pages of the family lie behind this one, each found on the one before."""
        length = 0
        while page is not None and page.is_barren and page.family.fine == kin.fine and length < CHAIN:
            length += 1
            page = self.get(page.parent)
        return length

    def first_part(self, request: Request) -> Fetched | None:
        """The first part of the article of which the request's page is a part; else the page itself."""
        page = self.of(request)
        for _ in range(PARTS):
            if page is None or not page.is_part:
                break
            page = self.get(page.parent)
        return page


@lru_cache(maxsize=4_000)  # a page's is asked five times from its link to its article
def page_id(url: str) -> int:
    """A page's id, the same in every run: 8 bytes of a hash of its address."""
    return int.from_bytes(hashlib.blake2b(url.encode("utf-8", "replace"), digest_size=7).digest(), "big")
