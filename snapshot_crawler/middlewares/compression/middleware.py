"""Compressed answers: a response goes in as it was sent; the page comes out, or a failure.

A downloader middleware, in the place of Scrapy's, which passes on what it could read of a cut or damaged body as if it
were the page. No longer needed when
tests/hostile/test_transfer.py::test_scrapy_still_gives_out_what_it_could_read_of_a_cut_body fails. Here a cut or
damaged body is tried again (ResponseDataLossError). One that unpacks to more than DOWNLOAD_MAXSIZE is not.

Stats: Scrapy's own, httpcompression/response_bytes and httpcompression/response_count; compression/broken,
compression/too-large.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.exceptions import IgnoreRequest, NotConfigured, ResponseDataLossError
from scrapy.responsetypes import responsetypes

from snapshot_crawler.meta import DOWNLOAD_MAXSIZE, ROBOTS_TXT
from snapshot_crawler.middlewares.compression.unpack import (
    BrokenCodingError,
    TooMuchDataError,
    codings,
    unpack,
)
from snapshot_crawler.middlewares.retry import RetryMiddleware
from snapshot_crawler.pages.files import GZIP
from snapshot_crawler.signals import page_rejected

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

ACCEPTED = b"gzip, deflate, br, zstd"
ARCHIVES = (b"application/gzip", b"application/x-gzip", b"application/x-tar", b"application/octet-stream")


class CompressionMiddleware:
    """A downloader middleware, in the place of Scrapy's HttpCompressionMiddleware."""

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("COMPRESSION_ENABLED"):
            raise NotConfigured("COMPRESSION_ENABLED is off")
        assert crawler.stats is not None
        self.crawler, self.stats = crawler, crawler.stats
        self.cap = crawler.settings.getint("DOWNLOAD_MAXSIZE")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> CompressionMiddleware:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Say what we can unpack."""
        request.headers.setdefault(b"Accept-Encoding", ACCEPTED)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """The response with its body unpacked, or the request for another try. Raises IgnoreRequest."""
        named = response.headers.getlist("Content-Encoding")
        body = response.body
        is_archive = self._is_archive(response)
        if not body or (not named and (is_archive or not body.startswith(GZIP))) or request.method == "HEAD":
            return response
        cap: int = request.meta.get(DOWNLOAD_MAXSIZE, self.cap)
        try:
            plain = unpack(body, codings(named), cap, is_archive=is_archive)
        except BrokenCodingError as error:
            self.stats.inc_value("compression/broken")
            return self._again(request, ResponseDataLossError(f"broken Content-Encoding: {error}"))
        except TooMuchDataError as error:
            self.stats.inc_value("compression/too-large")
            detail = f"over DOWNLOAD_MAXSIZE when unpacked: {error}"
            if not request.meta.get(ROBOTS_TXT):
                self.crawler.signals.send_catch_log(
                    page_rejected, request=request, reason="too-large", detail=detail, spider=self.crawler.spider
                )
            raise IgnoreRequest(detail) from error
        return self._plain(response, plain)

    def _again(self, request: Request, error: ResponseDataLossError) -> Request:
        """The request for another try. Scrapy hands to process_exception only what a download raises, so we ask."""
        retry = self.crawler.get_downloader_middleware(RetryMiddleware)
        again = retry.process_exception(request, error) if retry else None
        if again is None:
            raise error
        return again

    def _plain(self, response: Response, body: bytes) -> Response:
        self.stats.inc_value("httpcompression/response_bytes", len(body))
        self.stats.inc_value("httpcompression/response_count")
        headers = response.headers.copy()
        headers.pop(b"Content-Encoding", None)
        cls = responsetypes.from_args(headers=headers, url=response.url, body=body)
        return response.replace(cls=cls, headers=headers, body=body)

    @staticmethod
    def _is_archive(response: Response) -> bool:
        """Whether gzip is what the address names, such as sitemap.xml.gz, and not how it was sent."""
        kind = (response.headers.get("Content-Type") or b"").partition(b";")[0].strip().lower()
        return kind in ARCHIVES or response.url.partition("?")[0].endswith((".gz", ".tgz"))
