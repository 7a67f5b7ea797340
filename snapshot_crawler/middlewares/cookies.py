"""Cookies of one run, sent to nobody but the host they came from. Requests and responses pass; cookies go in and out.

cookie_jars.py does the work. This file imports it at the first cookie of a run: Scrapy's cookies bring tldextract and
requests, a twentieth of a crawl's start (python benchmarks/startup.py), and most news sites set none.

Stats: cookies/dropped (over a cap of cookie_jars.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.exceptions import NotConfigured

from snapshot_crawler.meta import DONT_MERGE_COOKIES

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.http.cookies import CookieJar

    from snapshot_crawler.middlewares.cookie_jars import BoundedCookies


class CookiesMiddleware:
    """A downloader middleware, in the place of Scrapy's."""

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("COOKIES_ENABLED"):
            raise NotConfigured
        self.crawler = crawler
        self._bounded: BoundedCookies | None = None  # None until the first cookie

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> CookiesMiddleware:
        """Scrapy's constructor. Raises NotConfigured when cookies are off."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Send the cookies of the request's host."""
        if request.meta.get(DONT_MERGE_COOKIES):
            return
        if request.cookies or self._bounded is not None:
            self._cookies().process_request(request)
        else:
            request.headers.pop("Cookie", None)

    def process_response(self, request: Request, response: Response) -> Response:
        """Keep the cookies that the response sets."""
        if b"Set-Cookie" in response.headers:
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
