"""Is what the reader has still fresh? An answer and what he has in, the answer or 304 out (RFC 9110, 13)."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from starlette.requests import Request
from starlette.responses import Response


def conditional(request: Request, body: bytes, media_type: str, changed: float, cached: str) -> Response:
    """The answer, or 304 where the reader has it. changed: when it may last have changed, in seconds since 1970;
    cached: its Cache-Control."""
    tag = f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'  # weak: gzip changes the bytes
    changed_at = datetime.fromtimestamp(int(max(0.0, changed)), UTC)
    headers = {"ETag": tag, "Last-Modified": format_datetime(changed_at, usegmt=True), "Cache-Control": cached}
    if _is_known(request, tag, changed_at):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)


def _is_known(request: Request, tag: str, changed_at: datetime) -> bool:
    told = request.headers.get("if-none-match")
    if told is not None:  # then the time does not count (13.2.2)
        tags = [each.strip() for each in told.split(",")]
        return "*" in tags or tag.removeprefix("W/") in [each.removeprefix("W/") for each in tags]
    since = request.headers.get("if-modified-since")
    if since is None:
        return False
    try:
        moment = parsedate_to_datetime(since)
    except (ValueError, TypeError):
        return False
    return changed_at <= (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC))
