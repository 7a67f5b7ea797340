"""The download handler of a run that reads WARC files: a Request goes in, the Response of its capture comes out.

It stands in the place of the handlers for http and https, so nothing in such a run can reach the network. A body comes
with its content coding undone. What cannot be read will not be better next time: it is told as rejected, but for a file
that is not there, which may come back.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadFailedError, IgnoreRequest
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from snapshot_crawler.archive.exchange import Exchange, kept_head, without_userinfo
from snapshot_crawler.archive.reader import Capture, capture_at
from snapshot_crawler.backfill.files import Unpacked
from snapshot_crawler.meta import ARCHIVED, EXCHANGE
from snapshot_crawler.middlewares.compression.unpack import BrokenCodingError, TooMuchDataError, codings, unpack
from snapshot_crawler.signals import page_rejected


class NotArchivedError(IgnoreRequest):
    """A page that the WARC files do not hold, or not whole."""


class WarcHandler:
    """A download handler; Scrapy builds it at the first request."""

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.root = Path(crawler.settings["DATA_DIR"])
        self.largest = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        self.copies = crawler.settings.getbool("WARC_COPY")
        self.unpacked = Unpacked(self.root)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> WarcHandler:
        """Scrapy's constructor."""
        return cls(crawler)

    async def close(self) -> None:
        """Scrapy's hook; nothing is held open."""

    async def download_request(self, request: Request) -> Response:
        """Scrapy's hook: read a capture. Raises NotArchivedError, DownloadFailedError for a file that is not there."""
        place = request.meta.get(ARCHIVED)
        if place is None:
            raise self._refusal(request, "not-archived", "the WARC files that were read hold no such page")
        capture = self._capture(request, place)
        headers = Headers()
        for name, value in capture.headers:
            headers.appendlist(name, value)
        is_coded = bool(headers.getlist("Content-Encoding"))
        body = self._body(request, capture, headers)
        if self.copies:
            request.meta[EXCHANGE] = exchange_of(capture, is_coded=is_coded and body != capture.body)
        kind = responsetypes.from_args(headers=headers, url=request.url, body=body[:5000])
        return kind(url=request.url, status=200, headers=headers, body=body, request=request)

    def _capture(self, request: Request, place: dict[str, Any]) -> Capture:
        path = self.root / place["file"]
        try:
            source = self.unpacked.twin(path) if place["is_unpacked"] else path
            found = capture_at(source, place["offset"], place["length"])
        except OSError as error:
            raise DownloadFailedError(f"{path} cannot be read: {error.strerror or error}") from error
        if not isinstance(found, Capture):
            raise self._refusal(request, "archive-damaged", f"{path} at byte {found.offset}: {found.what}")
        return found

    def _body(self, request: Request, capture: Capture, headers: Headers) -> bytes:
        """The body without its content coding. Some crawlers undo it and keep the header: then it is left as it is."""
        named = headers.getlist("Content-Encoding")
        headers.pop("Content-Encoding", None)
        try:
            return unpack(capture.body, codings(named), self.largest) if named else capture.body
        except BrokenCodingError as error:
            if capture.body.lstrip()[:1] == b"<":
                return capture.body
            raise self._refusal(request, "archive-damaged", f"broken Content-Encoding: {error}") from error
        except TooMuchDataError as error:
            raise self._refusal(request, "too-large", f"over DOWNLOAD_MAXSIZE when unpacked: {error}") from error

    def _refusal(self, request: Request, reason: str, detail: str) -> NotArchivedError:
        """The error for a page that is told as rejected."""
        self.crawler.signals.send_catch_log(
            page_rejected, request=request, reason=reason, detail=detail, spider=self.crawler.spider
        )
        return NotArchivedError(detail)


def exchange_of(capture: Capture, *, is_coded: bool) -> Exchange:
    """A capture as the archive takes it. is_coded: its body has the content coding that its head names.

    The request is not known to the letter; what stands for it has the address alone.
    """
    parts = urlsplit(capture.url)
    target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    fields = [(name, value) for name, value in capture.headers if is_coded or name.lower() != b"content-encoding"]
    head = b"".join(b"\r\n" + name + b": " + value for name, value in fields)
    return Exchange(
        url=without_userinfo(capture.url),
        request_head=f"GET {target} HTTP/1.1\r\nHost: {parts.netloc.rpartition('@')[2]}".encode(),
        response_head=kept_head(b"HTTP/1.1 %d OK" % capture.status + head),
        body=capture.body,
        ip=capture.ip,
        fetched_at=capture.fetched_at,
    )
