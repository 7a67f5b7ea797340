"""Redirects to a login or block page: the requested page is reported as rejected too, not only the wall.

An extension. It hears page_rejected for a wall (or for a redirect's target that is left for a later run), and the
redirects that the scheduler drops because the wall is known. For each address that led there it sends page_rejected
with the same reason. Then the frontier tries the address again in later runs, the guard against traps does not count
it, and the run's verdict does. Without this, a site that sends everybody to /login for an hour would lose all its
articles of that hour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import Request, signals

from snapshot_crawler.frontier.door import frontier_of
from snapshot_crawler.frontier.outcome import Kind
from snapshot_crawler.frontier.requests import key_of
from snapshot_crawler.frontier.temporary import SHUT_OUT, WALLS
from snapshot_crawler.meta import BEHIND_WALL, REDIRECT_URLS
from snapshot_crawler.signals import page_rejected

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

MOST_WAITING = 10_000  # walls known, and dropped redirects whose target is not read yet; by choice: bounds memory


class WallsBehindRedirects:
    """An extension; needs the project's scheduler, and does nothing with another."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.known: dict[str, str] = {}  # keys of this run's walls -> login or block-page
        self.waiting: dict[str, list[Request]] = {}  # key of a page being fetched -> dropped redirects to it
        self.number_waiting = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> WallsBehindRedirects:
        """Scrapy's constructor."""
        walls = cls(crawler)
        crawler.signals.connect(walls._rejected, signal=page_rejected)
        crawler.signals.connect(walls._dropped, signal=signals.request_dropped)
        return walls

    def _rejected(self, request: Request, reason: str) -> None:
        if reason not in SHUT_OUT:
            return
        if reason in WALLS and len(self.known) < MOST_WAITING:
            self.known[key_of(request)] = reason
        if request.meta.get(REDIRECT_URLS):
            self._tell(request, reason)
        followers = self.waiting.pop(key_of(request), ())
        self.number_waiting -= len(followers)
        for follower in followers:
            self._tell(follower, reason)

    def _dropped(self, request: Request) -> None:
        """A redirect whose target is known: to a wall, or to a page of which nothing is known yet."""
        if not request.meta.get(REDIRECT_URLS):
            return
        reason = self.known.get(key_of(request))  # the frontier is told a moment later
        if reason is None and (frontier := frontier_of(self.crawler)) is not None:
            outcome = frontier.outcome(key_of(request))
            reason = outcome.reason if outcome and outcome.kind == Kind.REJECTED and outcome.reason in WALLS else None
        if reason is not None:
            self._tell(request, reason)
        elif self.number_waiting < MOST_WAITING:
            self.number_waiting += 1
            self.waiting.setdefault(key_of(request), []).append(request)

    def _tell(self, redirected: Request, reason: str) -> None:
        """Report the address that was requested first."""
        meta = {name: value for name, value in redirected.meta.items() if not name.startswith("redirect_")}
        asked = redirected.replace(url=redirected.meta[REDIRECT_URLS][0], meta={**meta, BEHIND_WALL: True})
        self.crawler.signals.send_catch_log(
            page_rejected,
            request=asked,
            reason=reason,
            detail=f"redirected to {redirected.url}",
            spider=self.crawler.spider,
        )
