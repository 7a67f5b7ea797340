"""The bytes of an HTTP/1.1 request: a Scrapy Request goes in, its head and body come out. handler.py sends them.

Line breaks in a header, the method or the address are taken out, so none of them can begin another header or request.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scrapy.utils.httpobj import urlparse_cached

from snapshot_crawler.scrapy_internals import header_lists

if TYPE_CHECKING:
    from scrapy import Request

UNSAFE_IN_TARGET = re.compile(rb"[\x00-\x20\x7f-\xff]")
LINE_BREAKS = re.compile(rb"[\r\n\0]+[ \t]*")
NOT_SENT = frozenset({b"Host", b"Content-Length", b"Transfer-Encoding", b"Proxy-Authorization"})


def request_bytes(request: Request) -> bytes:
    """Head and body of a request. User and password of the address are never sent; use HTTPAUTH_* for them."""
    split = urlparse_cached(request)
    target = (split.path or "/") + (f"?{split.query}" if split.query else "")
    safe = UNSAFE_IN_TARGET.sub(lambda found: b"%%%02X" % found[0][0], target.encode())
    host = request.headers.get(b"Host") or split.netloc.rpartition("@")[2].encode("ascii", "ignore")
    lines = [request.method.encode("ascii", "ignore") + b" " + safe + b" HTTP/1.1", b"Host: " + host]
    for name, values in header_lists(request.headers):
        if name not in NOT_SENT:
            lines += [name + b": " + value for value in values]
    if request.body or request.method in ("POST", "PUT", "PATCH"):
        lines.append(b"Content-Length: %d" % len(request.body))
    head = b"\r\n".join(lines)
    if head.count(b"\n") != len(lines) - 1 or head.count(b"\r") != len(lines) - 1 or b"\0" in head:
        head = b"\r\n".join(LINE_BREAKS.sub(b" ", line) for line in lines)
    return head + b"\r\n\r\n" + request.body
