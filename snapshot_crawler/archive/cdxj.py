"""The index beside a WARC file: one line of CDXJ a capture, sorted, so that pywb and other tools open the archive.

A line is the address turned round, by which they search (SURT), the time in 14 digits, and JSON: where the record is.
The index of a finished file is written when it is finished; it can be thrown away, and is made again from the WARC file
where it is needed (indexed_lines).

Beyond what those tools read, the line of a revisit has "original": the file of the record that holds its bytes; and
the line of an article's page has "articles": their ids.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, urlsplit

import orjson

from snapshot_crawler.archive.places import is_unfinished
from snapshot_crawler.archive.reader import Capture, captures

DEFAULT_PORTS = {"http": 80, "https": 443}
WWW = re.compile(r"www\d*\.")
SLASHES = re.compile(r"/{2,}")
# What an address may hold as it is; the rest is escaped as surt (the library that pywb takes) does.
PLAIN = "!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~%"
SESSION = re.compile(r"(?:phpsessid|jsessionid|sid)=[0-9a-z]{32}|aspsessionid[a-z]{8}=[a-z]{24}")  # of a query


def write_index(warc: Path) -> Path:
    """Write the index of a WARC file beside it, NAME.cdxj; its path. Raises OSError."""
    return write_lines(index_path(warc), lines_of(warc))


def write_lines(path: Path, lines: Iterable[bytes]) -> Path:
    """Write an index, sorted; nothing stands in its place until it is whole. Raises OSError."""
    new = path.with_name(path.name + ".new")
    new.write_bytes(b"".join(sorted(lines)))
    return new.replace(path)


def indexed_lines(warc: Path) -> list[bytes]:
    """The index's lines of a WARC file, finished or not; what is not indexed is read. Raises OSError."""
    if is_unfinished(warc):
        return sorted(lines_of(warc))
    path = index_path(warc)
    if path.exists():
        return path.read_bytes().splitlines(keepends=True)
    lines = sorted(lines_of(warc))
    with contextlib.suppress(OSError):  # who only reads may not be allowed to write
        write_lines(path, lines)
    return lines


def index_path(warc: Path) -> Path:
    """Where the index of a WARC file lies."""
    return warc.with_name(warc.name.removesuffix(".open").removesuffix(".gz").removesuffix(".warc") + ".cdxj")


def lines_of(warc: Path) -> Iterator[bytes]:
    """The index's lines of a WARC file, in the file's order. Raises OSError."""
    return (line_of(found) for found in captures(warc) if isinstance(found, Capture))


def line_of(capture: Capture) -> bytes:
    """The index's line of a capture, with its line feed."""
    kind = next((value for name, value in capture.headers if name.lower() == b"content-type"), b"")
    return index_line(
        capture.url,
        capture.fetched_at,
        kind=kind,
        status=capture.status,
        digest=capture.digest,
        place=(capture.file.name.removesuffix(".open"), capture.offset, capture.length),
        is_revisit=capture.refers_to is not None,
        original=capture.original,
        articles=capture.note.get("articles"),
    )


def index_line(
    url: str,
    fetched_at: datetime,
    *,
    kind: bytes,
    status: int,
    digest: str,
    place: tuple[str, int, int],
    is_revisit: bool,
    original: str | None,
    articles: object,
) -> bytes:
    """A line of the index, with its line feed. kind: the Content-Type. place: file's name, offset and length."""
    mime = kind.partition(b";")[0].strip().decode("latin-1").lower() or "unk"
    file, offset, length = place
    values = {
        "url": url,
        "mime": "warc/revisit" if is_revisit else mime,
        "status": str(status),
        "digest": digest,
        "length": str(length),
        "offset": str(offset),
        "filename": file,
        **({"original": original} if original else {}),
        **({"articles": articles} if articles else {}),
    }
    return f"{surt(url)} {fetched_at.astimezone(UTC):%Y%m%d%H%M%S} ".encode() + orjson.dumps(values) + b"\n"


def surt(url: str) -> str:
    """The address as the index sorts it: host turned round, then path and sorted query, all in lower case.

    The rules are those of the library of the same name, by which pywb and cdxj-indexer look addresses up.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    with contextlib.suppress(UnicodeError):
        host = host.encode("idna").decode() if not host.isascii() else host
    host = WWW.sub("", host, count=1) if WWW.match(host) else host
    try:
        port = parts.port if parts.port != DEFAULT_PORTS.get(parts.scheme) else None
    except ValueError:
        port = None
    turned = host if ":" in host else ",".join(reversed(host.split(".")))
    path = SLASHES.sub("/", quote(parts.path, safe=PLAIN).lower()) or "/"
    path = path.rstrip("/") or "/"
    query = "&".join(
        sorted(part for part in quote(parts.query, safe=PLAIN).lower().split("&") if not SESSION.fullmatch(part))
    )
    return f"{turned}{f':{port}' if port else ''}){path}{f'?{query}' if query else ''}"
