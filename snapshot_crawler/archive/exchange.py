"""One HTTP exchange as it went over the wire: the download handler makes it, the archive takes it.

The handler puts an Exchange on request.meta[EXCHANGE] (meta.py) with each response. Cookies and
credentials are taken off when it is made, so nothing behind this file ever holds them.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b32decode, b32encode
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from urllib.parse import urlsplit, urlunsplit

# Fields, with the lines that continue them, that are not kept. They carry a session or a password (RFC 6265; RFC 9110,
# section 11; Cookie2 and Set-Cookie2 are RFC 2965's). Transfer-Encoding goes because the body is kept without chunks: a
# reader would look for them.
NOT_KEPT = re.compile(
    rb"\n(?:cookie2?|set-cookie2?|authorization|proxy-authorization|transfer-encoding)[ \t]*:"
    rb"[^\n]*(?:\n[ \t][^\n]*)*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Exchange:
    """A request that was answered.

    url: as it was asked for, without userinfo. request_head, response_head: start line and fields as they went over
    the wire, in their order and spelling, without NOT_KEPT and without the empty line behind them. body: content
    coding kept, transfer coding undone. ip: of the server. fetched_at: when the answer was complete; aware.
    is_cut: the download was ended on purpose, and body is its beginning.
    """

    url: str
    request_head: bytes
    response_head: bytes
    body: bytes
    ip: str | None
    fetched_at: datetime
    is_cut: bool = False

    @cached_property
    def payload_digest(self) -> bytes:
        """SHA-1 of the body, as WARC-Payload-Digest has it."""
        return hashlib.sha1(self.body, usedforsecurity=False).digest()


def kept_head(head: bytes) -> bytes:
    """The head of a request or response without the fields of NOT_KEPT, and without line breaks at its end."""
    return NOT_KEPT.sub(b"", head).rstrip(b"\r\n")


def without_userinfo(url: str) -> str:
    """The address without user name and password."""
    if "@" not in url:
        return url
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])) if "@" in parts.netloc else url


def digest_of_text(text: str) -> bytes | None:
    """The SHA-1 that digest_text wrote; None for a text that is none."""
    try:
        digest = b32decode(text.removeprefix("sha1:"))
    except ValueError:
        return None
    return digest if len(digest) == hashlib.sha1(usedforsecurity=False).digest_size else None


@lru_cache(maxsize=16)  # a page's is written twice, and base64.b32encode takes 10 µs
def digest_text(digest: bytes) -> str:
    """A SHA-1 as WARC writes it: sha1: and base 32."""
    return f"sha1:{b32encode(digest).decode()}"
