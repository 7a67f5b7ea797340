"""An archive for the portal's tests: bytes in, a finished file below DATA_DIR and the records' field `archived` out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from snapshot_crawler.archive.cdxj import write_index
from snapshot_crawler.archive.exchange import Exchange, digest_text
from snapshot_crawler.archive.places import new_name
from snapshot_crawler.archive.records import response_record, revisit_record, warc_date

NOON = datetime(2026, 2, 1, 4, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Kept:
    """A page to keep. repeats: the number of the page in the list whose bytes it has."""

    body: bytes
    head: bytes = b"Content-Type: text/html"
    url: str = "https://www.news.example/detail/page.html"
    repeats: int | None = None


def keep(root: Path, pages: Sequence[Kept], number: int = 1, is_open: bool = False) -> list[dict[str, Any]]:
    """Write them into one file of the job news; their fields `archived`."""
    name = new_name("news", NOON, number)
    path = root / "archive" / "news" / (f"{name}.open" if is_open else name)
    path.parent.mkdir(parents=True, exist_ok=True)
    found, data = [], b""
    for page in pages:
        exchange = Exchange(
            url=page.url,
            request_head=b"GET / HTTP/1.1\r\nHost: www.news.example",
            response_head=b"HTTP/1.1 200 OK\r\n" + page.head,
            body=page.body,
            ip="192.0.2.7",
            fetched_at=NOON,
        )
        if page.repeats is None:
            member = response_record(exchange, str(uuid4()))
        else:
            member = revisit_record(
                exchange, str(uuid4()), of_url=pages[page.repeats].url, of_date=warc_date(NOON), of_file=name
            )
        digest = digest_text(exchange.payload_digest)
        found.append({
            "file": f"archive/news/{name}", "offset": len(data), "length": len(member), "digest": digest,
        })  # fmt: skip
        data += member
    path.write_bytes(data)
    if not is_open:
        write_index(path)
    return found
