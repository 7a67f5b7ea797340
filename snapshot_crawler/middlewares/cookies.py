"""Cookies, sent to nobody but the host they came from. Requests and responses pass; cookies go in and out.

They are kept until the job is worked off: with each commit they go into the frontier's notes, so that a login outlives
a kill. The run after a finished one begins without any, as Scrapy does.

cookie_jars.py does the work. This file imports it at the first cookie of a run: Scrapy's cookies bring tldextract and
requests, a twentieth of a crawl's start (python benchmarks/startup.py), and most news sites set none.

Stats: cookies/dropped (over a cap of cookie_jars.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.exceptions import NotConfigured

from snapshot_crawler.frontier.door import frontier_of
from snapshot_crawler.meta import DONT_MERGE_COOKIES
from snapshot_crawler.signals import frontier_committing, outputs_ready

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.http.cookies import CookieJar

    from snapshot_crawler.middlewares.cookie_jars import BoundedCookies


NOTE = "cookies"  # of the job, in the frontier


class CookiesMiddleware:
    """A downloader middleware, in the place of Scrapy's."""

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("COOKIES_ENABLED"):
            raise NotConfigured
        self.crawler = crawler
        self._bounded: BoundedCookies | None = None  # None until the first cookie
        self._has_new = False  # cookies since the last commit
        self._noted: Any = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> CookiesMiddleware:
        """Scrapy's constructor. Raises NotConfigured when cookies are off."""
        cookies = cls(crawler)
        crawler.signals.connect(cookies.continue_job, outputs_ready)
        crawler.signals.connect(cookies.note, frontier_committing)
        return cookies

    def continue_job(self) -> None:
        """Take the cookies that a run which did not finish has left."""
        frontier = frontier_of(self.crawler)
        self._noted = frontier.state(NOTE) if frontier is not None else None
        if self._noted:
            self._cookies().load(self._noted)

    def note(self, is_last: bool) -> None:
        """Hand new cookies to the frontier, for its commit; is_last: the job is worked off, so they are done with."""
        if (frontier := frontier_of(self.crawler)) is None or not (self._has_new or is_last):
            return
        self._has_new = False
        kept = self._cookies().dump() if self._bounded is not None and not is_last else None
        if kept != self._noted:
            self._noted = kept
            frontier.remember(NOTE, kept)

    def process_request(self, request: Request) -> None:
        """Send the cookies of the request's host."""
        if request.meta.get(DONT_MERGE_COOKIES):
            return
        if request.cookies or self._bounded is not None:
            self._has_new = self._has_new or bool(request.cookies)
            self._cookies().process_request(request)
        else:
            request.headers.pop("Cookie", None)

    def process_response(self, request: Request, response: Response) -> Response:
        """Keep the cookies that the response sets."""
        if b"Set-Cookie" in response.headers:
            self._has_new = True
            return self._cookies().process_response(request, response)
        return response

    @property
    def jars(self) -> dict[Any, CookieJar]:
        """The jars by the requests' meta key "cookiejar", as Scrapy's middleware has them."""
        return self._cookies().jars

    def _cookies(self) -> BoundedCookies:
        if self._bounded is None:
            from snapshot_crawler.middlewares.cookie_jars import BoundedCookies

            self._bounded = BoundedCookies.from_crawler(self.crawler)
        return self._bounded
