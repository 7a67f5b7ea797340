"""The index beside a WARC file: one line of CDXJ a capture, sorted, so that pywb and other tools open the archive.

A line is the address turned round, by which they search (SURT), the time in 14 digits, and JSON: where the record is.
The index is made from its WARC file alone, and can be thrown away.
"""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from urllib.parse import quote, urlsplit

import orjson

from snapshot_crawler.archive.reader import Capture, captures

DEFAULT_PORTS = {"http": 80, "https": 443}
WWW = re.compile(r"www\d*\.")
SLASHES = re.compile(r"/{2,}")
# What an address may hold as it is; the rest is escaped as surt (the library that pywb takes) does.
PLAIN = "!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~%"
SESSION = re.compile(r"(?:phpsessid|jsessionid|sid)=[0-9a-z]{32}|aspsessionid[a-z]{8}=[a-z]{24}")  # of a query


def write_index(warc: Path) -> Path:
    """Write the index of a WARC file beside it, NAME.cdxj; its path. Raises OSError."""
    path = index_path(warc)
    new = path.with_name(path.name + ".new")
    lines = sorted(line_of(found) for found in captures(warc) if isinstance(found, Capture))
    new.write_bytes(b"".join(lines))
    new.replace(path)
    return path


def index_path(warc: Path) -> Path:
    """Where the index of a WARC file lies."""
    return warc.with_name(warc.name.removesuffix(".open").removesuffix(".gz").removesuffix(".warc") + ".cdxj")


def line_of(capture: Capture) -> bytes:
    """The index's line of a capture, with its line feed."""
    kind = next((value for name, value in capture.headers if name.lower() == b"content-type"), b"")
    mime = kind.partition(b";")[0].strip().decode("latin-1").lower() or "unk"
    values = {
        "url": capture.url,
        "mime": "warc/revisit" if capture.refers_to else mime,
        "status": str(capture.status),
        "digest": capture.digest,
        "length": str(capture.length),
        "offset": str(capture.offset),
        "filename": capture.file.name.removesuffix(".open"),
    }
    return f"{surt(capture.url)} {capture.fetched_at:%Y%m%d%H%M%S} ".encode() + orjson.dumps(values) + b"\n"


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
