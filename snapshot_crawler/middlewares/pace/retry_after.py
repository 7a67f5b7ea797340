"""Retry-After (RFC 9110, 10.2.3): response headers go in; the seconds to wait come out."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapy.http.headers import Headers

A_YEAR_S = 366 * 86_400.0  # by choice: a longer wait is a mistake of the server


def retry_after_s(headers: Headers, now: datetime | None = None) -> float | None:
    """Seconds that the answer asks us to wait; None when it does not, or asks for nonsense or for the past.

    A date is counted from the answer's own Date, so that neither clock has to be right; without one, from now (aware).
    """
    text = (headers.get("Retry-After") or b"").decode("latin-1").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return min(float(text[:12]), A_YEAR_S)
    until = parse_date(text)
    if until is None:
        return None
    sent = parse_date((headers.get("Date") or b"").decode("latin-1")) or now or datetime.now(UTC)
    seconds = (until - sent).total_seconds()
    return min(seconds, A_YEAR_S) if seconds > 0 else None


def parse_date(text: str) -> datetime | None:
    """An HTTP date in any of its three forms, aware; None when it is none."""
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
