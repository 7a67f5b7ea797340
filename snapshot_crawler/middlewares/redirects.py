"""Redirects, by status and by meta refresh: the answer goes in, the request for the next hop comes out.

Scrapy's middlewares do the work. What is changed:
- a chain that is too long, or that comes back to one address a third time, is told by page_rejected and not only
  dropped; the second time is let pass, because of sites that set a cookie and ask again.
- a Location in GBK, or that is no address at all, raises no traceback.
- a user and password for one request (meta http_user) do not go on to another host.
- only pages that hold the word refresh are decoded to look for it (the stock middleware decodes every page).

Where a hop may lead is not decided here: every hop passes scope.py, robots.py and the address guard as any request.

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

HEAD_BYTES = 4096  # where Scrapy looks for a meta refresh
VISITS = 2  # of one address in one chain
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
        redirected.meta.pop(HANDED_OUT, None)  # another request, which the frontier may know
        redirected.meta.pop(EXCHANGE, None)  # of the redirect, not of the page
        if redirected.url in before:
            redirected.dont_filter = True  # seen it was, but without the cookie that it set
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
        head = response.body[:HEAD_BYTES]
        if b"refresh" not in head.translate(None, b"\0").lower():
            return response
        try:
            following = super().process_response(request, response)
        except ValueError:
            return response  # a refresh to nowhere; the page stands for itself
        visited = (*request.meta.get(REDIRECT_URLS, ()), request.url)
        if following is not response and following.url in visited:
            return response  # a page that shows itself anew every few seconds is the page
        return following


def readable_location(value: bytes) -> bytes:
    """A Location as one line of UTF-8 or ASCII: bytes of another encoding are percent-encoded, as browsers do."""
    value = value.strip()
    try:
        value.decode()
    except UnicodeDecodeError:
        return quote(value, safe="%/:=&?~#+!$,;'@()*[]").encode()
    return value
