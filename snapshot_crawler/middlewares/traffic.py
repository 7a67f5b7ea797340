"""Scrapy's counts of requests, answers and their bytes (downloader/...), without building their heads to measure them.

A downloader middleware, in the place of Scrapy's DownloaderStats: the same numbers under the same names, from sums of
lengths. Scrapy writes each request out once more, and copies all headers of each answer. Setting: DOWNLOADER_STATS.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.stats import DownloaderStats, get_status_size
from scrapy.utils.httpobj import urlparse_cached
from scrapy.utils.request import request_httprepr

from snapshot_crawler.scrapy_internals import header_lists

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.http import Headers, Response

size_of_status = lru_cache(maxsize=64)(get_status_size)
LINE_END = 2


class Traffic(DownloaderStats):
    """See the module's first lines."""

    def process_request(self, request: Request, spider: Spider | None = None) -> None:
        """Scrapy's hook."""
        self.stats.inc_value("downloader/request_count")
        self.stats.inc_value(f"downloader/request_method_count/{request.method}")
        self.stats.inc_value("downloader/request_bytes", size_of_request(request))

    def process_response(self, request: Request, response: Response, spider: Spider | None = None) -> Response:
        """Scrapy's hook."""
        self.stats.inc_value("downloader/response_count")
        self.stats.inc_value(f"downloader/response_status_count/{response.status}")
        ends = LINE_END * (len(response.headers) - 1) + 2 * LINE_END  # Scrapy counts one for a field of several lines
        size = len(response.body) + sum(lines_of(response.headers)) + ends + size_of_status(response.status)
        self.stats.inc_value("downloader/response_bytes", size)
        return response


def size_of_request(request: Request) -> int:
    """The length of Scrapy's request_httprepr."""
    url, lines = urlparse_cached(request), lines_of(request.headers)
    if not lines or not request.url.isascii() or url.path.startswith("//"):
        return len(request_httprepr(request))
    path = len(url.path or "/") + sum(len(part) + 1 for part in (url.params, url.query) if part)
    first = len(request.method) + len("  HTTP/1.1") + path + LINE_END
    host = len("Host: ") + len(url.hostname or "") + LINE_END
    return first + host + sum(lines) + LINE_END * len(lines) + LINE_END + len(request.body)


def lines_of(headers: Headers) -> list[int]:
    """The lengths of all header lines, without their line ends."""
    return [len(name) + len(": ") + len(value) for name, values in header_lists(headers) for value in values]
