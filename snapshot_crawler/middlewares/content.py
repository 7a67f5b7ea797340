"""Files are refused early: the first bytes of a body go in; the download ends when they are those of a file.

A downloader middleware. The bytes count more than the declared type: a page sent as application/octet-stream, as
image/png or without a type is read, and a video sent as text/html is not. A spider fetches a file with
request.meta["allow_binary"] = True.

It also mends pages that declare a codec of Python's which is no charset, such as zlib or rot13: w3lib 2.5 takes them
for one, and response.text raises LookupError. Such pages get UTF-8 here; pages/encoding.py finds the real encoding.
No longer needed when tests/hostile/test_transfer.py::test_w3lib_still_takes_any_codec_for_a_charset fails.

Stats: content/not-html (files refused).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from weakref import WeakSet

from scrapy import signals
from scrapy.exceptions import IgnoreRequest, StopDownload
from scrapy.http import HtmlResponse, TextResponse
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding

from snapshot_crawler.meta import ALLOW_BINARY, ROBOTS_TXT
from snapshot_crawler.pages.files import is_file
from snapshot_crawler.signals import page_rejected

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Headers, Response

BINARY_TYPES = re.compile(
    b"|".join(
        (
            rb"(?:image|audio|video|font)/",
            rb"application/(?:pdf|msword|rtf|postscript)",  # documents
            rb"application/(?:zip|x-(?:rar|zip|7z)|java-archive)",  # archives
            rb"application/x-(?:msdownload|shockwave)",  # programs
            rb"application/vnd\.(?!wap|.*(?:xml|json))",  # office files; WAP, XML and JSON are text
        )
    ),
    re.IGNORECASE,
)
MARKUP = re.compile(rb"[\xef\xbb\xbf\xfe\xff\s\x00]*<[\x00]?[a-zA-Z!?]")


class ContentMiddleware:
    """A downloader middleware, between the compression and everything that reads pages."""

    def __init__(self, crawler: Crawler) -> None:
        assert crawler.stats is not None
        self.crawler, self.stats = crawler, crawler.stats
        self._awaited: dict[int, bytes] = {}  # id of a request whose first bytes are not here yet -> declared type
        self._refused: WeakSet[Request] = WeakSet()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ContentMiddleware:
        content = cls(crawler)
        crawler.signals.connect(content._head, signal=signals.headers_received)
        crawler.signals.connect(content._first_bytes, signal=signals.bytes_received)
        return content

    def _head(self, headers: Headers, request: Request) -> None:
        if b"Content-Encoding" not in headers and not takes_any_content(request):
            self._awaited[id(request)] = declared_type(headers)

    def _first_bytes(self, data: bytes, request: Request) -> None:
        """bytes_received: end the download of what is no page."""
        declared = self._awaited.pop(id(request), None)
        if declared is not None and is_binary(data, declared):
            self._refused.add(request)
            raise StopDownload(fail=False)

    def process_response(self, request: Request, response: Response) -> Response:
        """Refuse a file; make a page of what only claims to be one."""
        self._awaited.pop(id(request), None)
        if takes_any_content(request) or not response.body:
            return response
        declared = declared_type(response.headers)
        if request in self._refused or (response.status < 300 and is_binary(response.body, declared)):
            self.stats.inc_value("content/not-html")
            detail = file_words(response.body, declared)
            self.crawler.signals.send_catch_log(
                page_rejected, request=request, reason="not-html", detail=detail, spider=self.crawler.spider
            )
            raise IgnoreRequest(detail)
        if isinstance(response, TextResponse) and declares_no_charset(response):
            return response.replace(encoding="utf-8")
        if not isinstance(response, TextResponse) and MARKUP.match(response.body):
            return response.replace(cls=HtmlResponse)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Forget a request that failed before its first byte."""
        self._awaited.pop(id(request), None)


def takes_any_content(request: Request) -> bool:
    """Whether any content will do for request."""
    return bool(request.meta.get(ROBOTS_TXT) or request.meta.get(ALLOW_BINARY))


def declared_type(headers: Headers) -> bytes:
    """The media type in Content-Type, lower case; b"" when there is none."""
    value: bytes = headers.get("Content-Type") or b""
    return value.partition(b";")[0].strip().lower()


def file_words(body: bytes, declared: bytes) -> str:
    """What a refused body is: by its first bytes, which count more than the declared type that they may belie."""
    kind = declared.decode("latin-1")
    if not is_file(body):
        return f"a file, not a page: {kind}"
    return f"a file, not a page: it begins with {body[:8]!r}" + (f", declared as {kind}" if kind else "")


def declares_no_charset(response: TextResponse) -> bool:
    """Whether the page or its server names a codec that makes no text of bytes."""
    header: bytes = response.headers.get("Content-Type") or b""
    for name in (http_content_type_encoding(header.decode("latin-1")), html_body_declared_encoding(response.body)):
        try:
            b"<".decode(name or "utf-8", "replace")
        except (LookupError, UnicodeError):  # no text at all; idna and undefined refuse to replace
            return True
    return False


def is_binary(first: bytes, declared: bytes) -> bool:
    """Whether a body that begins with first, and is declared so, is a file and no page."""
    if is_file(first):
        return True
    return BINARY_TYPES.match(declared) is not None and not MARKUP.match(first)
