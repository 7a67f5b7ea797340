"""Redirects, by status and by meta refresh: the answer goes in; the request for the next hop comes out.

Downloader middlewares; Scrapy's do the work. Changed are these:
- Scrapy drops a chain that is too long without a word. Here page_rejected tells it. A chain that comes to one address a
  third time ends too. The second time is allowed, because some sites set a cookie and ask again.
- A Location in GBK, or one that is no address, raises no traceback.
- User and password of one request (meta http_user) are not sent to another host.
- Only pages that hold the word "refresh" are decoded to look for it. Scrapy decodes every page.

Whether a hop may be made is decided by scope.py, robots.py and the address guard, as for any request.

Stats: redirects/too-many, redirects/bad-location.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from scrapy.downloadermiddlewares.redirect import MetaRefreshMiddleware as ScrapysMetaRefresh
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware as ScrapysRedirect
from scrapy.exceptions import IgnoreRequest
from scrapy.utils.httpobj import urlparse_cached

from snapshot_crawler.frontier.requests import key_of
from snapshot_crawler.meta import CAME_FROM, EXCHANGE, HANDED_OUT, REDIRECT_URLS
from snapshot_crawler.signals import page_rejected

if TYPE_CHECKING:
    from typing import Any

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

REFRESH_SOUGHT_BYTES = 4096  # where w3lib.html.get_meta_refresh looks: the first 4096 characters
VISITS = 2  # of one address in one chain: with and without the cookie that the site has set
CREDENTIALS = ("http_user", "http_pass")


class BoundedChain:
    """What both middlewares share: how long a chain may be, and what goes along."""

    crawler: Crawler

    def _redirect(self, redirected: Request, request: Request, reason: Any) -> Request:
        before = [*request.meta.get(REDIRECT_URLS, []), request.url]
        if before.count(redirected.url) >= VISITS:
            raise self._refusal(request, "redirects/too-many", "a chain of redirects that goes in a circle")
        try:
            redirected = super()._redirect(redirected, request, reason)  # type: ignore[misc]
        except IgnoreRequest:
            raise self._refusal(request, "redirects/too-many", "too many redirects") from None
        redirected.meta[CAME_FROM] = key_of(request)
        redirected.meta.pop(HANDED_OUT, None)  # the redirected request is another one, and may be known
        redirected.meta.pop(EXCHANGE, None)  # of the redirect, not of the page
        if redirected.url in before:
            redirected.dont_filter = True  # it was fetched, but without the cookie that it has set
        if urlparse_cached(redirected).hostname != urlparse_cached(request).hostname:
            for name in CREDENTIALS:
                redirected.meta.pop(name, None)
        return redirected

    def _refusal(self, request: Request, key: str, detail: str) -> IgnoreRequest:
        assert self.crawler.stats is not None
        self.crawler.stats.inc_value(key)
        self.crawler.signals.send_catch_log(
            page_rejected, request=request, reason="redirects", detail=detail, spider=self.crawler.spider
        )
        return IgnoreRequest(detail)


class RedirectMiddleware(BoundedChain, ScrapysRedirect):
    """A downloader middleware, in the place of Scrapy's."""

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """The response, or the request for where it leads."""
        location = response.headers.get("Location")
        if location is None or not 300 < response.status < 400:
            return response
        response.headers["Location"] = readable_location(location)
        try:
            return super().process_response(request, response)
        except ValueError as error:  # not an address: http://[, a port of a million
            raise self._refusal(request, "redirects/bad-location", f"no address: {location[:200]!r}") from error


class MetaRefreshMiddleware(BoundedChain, ScrapysMetaRefresh):
    """A downloader middleware, in the place of Scrapy's."""

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """The response, or the request for where its meta refresh leads."""
        head = response.body[:REFRESH_SOUGHT_BYTES]
        if b"refresh" not in head.translate(None, b"\0").lower():
            return response
        try:
            following = super().process_response(request, response)
        except ValueError:
            return response  # the refresh leads to no address: the page itself is read
        visited = (*request.meta.get(REDIRECT_URLS, ()), request.url)
        if following is not response and following.url in visited:
            return response  # a page that reloads itself every few seconds is read as it is
        return following


def readable_location(value: bytes) -> bytes:
    """A Location as one line of UTF-8 or ASCII: bytes of another encoding are percent-encoded, as browsers do."""
    value = value.strip()
    try:
        value.decode()
    except UnicodeDecodeError:
        return quote(value, safe="%/:=&?~#+!$,;'@()*[]").encode()
    return value
