"""Articles whose pages show no time, where lists do: which must wait for their list's row. Links in, answers out.

Sites of this kind show the day in the lists alone, and each article leads to the one before. If that link were followed
first, the list's row would come too late. So NewsSpider asks for such articles after the lists, and the frontier puts a
row to the request when a list brings it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from snapshot_crawler.items import Article, LinkRow
    from snapshot_crawler.pages.page import Link

TIME_OF_LIST = "time from the list"  # in suspect
PRIORITY = -1  # below 0: asked for when nothing else of the host is left, or under way
MOST = 20_000  # addresses remembered, by choice: about 3 MB
OF_ARTICLES = frozenset(("article", "related"))


class Untimed:
    """The addresses of one run that wait for their row."""

    def __init__(self) -> None:
        self._waiting: dict[str, None] = {}

    def must_wait(self, link: Link, row: LinkRow | None, found_on: Article | None) -> bool:
        """Whether a new link is to be asked for after the lists; then it is remembered. found_on: None for a list."""
        if found_on is None or row is not None or link.kind not in OF_ARTICLES:
            return False
        if found_on.published_at is not None and TIME_OF_LIST not in found_on.suspect:
            return False
        self._waiting[link.url] = None
        if len(self._waiting) > MOST:
            self._waiting.popitem()
        return True

    def comes(self, link: Link, row: LinkRow | None) -> bool:
        """Whether a list's row is what a known address waits for; it does no longer."""
        if row is None or not row.published_at or link.url not in self._waiting:
            return False
        del self._waiting[link.url]
        return True
