"""Scrapy's cookies with bounds: at most so many and so large, and public suffixes known without the network.

Scrapy's middleware does the work: a cookie reaches another host only by its Domain, and never a public suffix. Two
things are changed. The caps below hold. And the list of public suffixes is the one that came with tldextract; Scrapy's
own fetches it from the web at the first cookie, past every protection, and stores it in the user's home. That is no
longer needed when tests/hostile/test_scope.py::test_scrapy_still_fetches_the_list_of_public_suffixes fails.

cookies.py makes one of these at the first cookie.
"""

from __future__ import annotations

import time
from functools import lru_cache
from http.cookiejar import Cookie
from typing import TYPE_CHECKING, Any

from scrapy.downloadermiddlewares.cookies import CookiesMiddleware as ScrapysMiddleware
from tldextract import TLDExtract

from snapshot_crawler.frontier.values import from_json, to_json
from snapshot_crawler.scrapy_internals import cookies_by_host, use_public_suffixes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scrapy import Request
    from scrapy.http import Response
    from scrapy.http.cookies import CookieJar

COOKIE_BYTES = 4096  # of one Set-Cookie header; RFC 6265, 6.1
COOKIES_PER_RESPONSE = 50  # RFC 6265, 6.1
COOKIES_PER_HOST = 50  # RFC 6265, 6.1
HOSTS_PER_JAR = 1_000  # by choice: with all caps used up, some 200 MB; RFC 6265 asks for 3,000 cookies in all


class BoundedCookies(ScrapysMiddleware):
    """Scrapy's middleware, within the caps."""

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug)
        use_public_suffixes(bundled_suffixes())

    def process_response(self, request: Request, response: Response) -> Response:  # type: ignore[override]
        """Keep the cookies that the response sets, within the caps."""
        sent = response.headers.getlist("Set-Cookie")
        kept = [value for value in sent if len(value) <= COOKIE_BYTES][:COOKIES_PER_RESPONSE]
        if len(kept) < len(sent):
            self._count(len(sent) - len(kept))
            response.headers.setlist("Set-Cookie", kept)
        super().process_response(request, response)
        return response

    def dump(self) -> list[Any]:
        """All cookies that have not expired, as JSON: a [name of the jar, its cookies] each."""
        now = int(time.time())
        return [
            [name, [self._told(cookie) for cookie in jar.jar if not cookie.is_expired(now)]]
            for key, jar in self.jars.items()
            if (name := _name_of(key)) is not None
        ]

    def load(self, kept: list[Any]) -> None:
        """Put the cookies of dump() into the jars."""
        for name, cookies in kept:
            jar = self.jars[from_json(name[0])]
            for cookie in cookies:
                jar.set_cookie(Cookie(**cookie))

    def _told(self, cookie: Cookie) -> dict[str, Any]:
        """The arguments that make this cookie again."""
        told = {name: value for name, value in vars(cookie).items() if name != "_rest"}
        return told | {"rest": getattr(cookie, "_rest", {})}

    def _process_cookies(self, cookies: Iterable[Cookie], *, jar: CookieJar, request: Request) -> None:
        super()._process_cookies(cookies, jar=jar, request=request)
        by_host = cookies_by_host(jar)
        while len(by_host) > HOSTS_PER_JAR:
            del by_host[next(iter(by_host))]
        for by_path in by_host.values():
            number = sum(len(by_name) for by_name in by_path.values())
            while number > COOKIES_PER_HOST:  # the oldest go
                path, by_name = next(iter(by_path.items()))
                del by_name[next(iter(by_name))]
                if not by_name:
                    del by_path[path]
                number -= 1
                self._count(1)

    def _count(self, number: int) -> None:
        if self.crawler.stats is not None:
            self.crawler.stats.inc_value("cookies/dropped", number)


def _name_of(key: Any) -> list[Any] | None:
    """A jar's key (the requests' meta "cookiejar") as JSON; None for one that JSON cannot hold, as its requests."""
    try:
        return [to_json(key)]
    except TypeError:
        return None


@lru_cache(maxsize=1)
def bundled_suffixes() -> TLDExtract:
    """The list of public suffixes that comes with tldextract, private ones such as github.io too; no network."""
    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
