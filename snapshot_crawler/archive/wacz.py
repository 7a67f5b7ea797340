"""WARC files packed as one WACZ 1.1.1, which ReplayWeb.page opens: a ZIP of the files, their index and a list of pages.

Everything is stored, not deflated: viewers read single records out of the ZIP by their place.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import zipfile
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, NamedTuple

import orjson

from snapshot_crawler.archive.cdxj import line_of
from snapshot_crawler.archive.places import finished_path, is_unfinished
from snapshot_crawler.archive.reader import Capture, captures_in, whole_length
from snapshot_crawler.archive.sent import opened

LINES_A_BLOCK = 3_000  # of the compressed index; what cdxj-indexer takes
NOT_IN_NAMES = re.compile(r"[^-a-z0-9._]")  # of resources, as the data package standard has it
COPIED_AT_ONCE = 1024 * 1024  # bytes


class Page(NamedTuple):
    """A page that a viewer lists. at: aware, when it was fetched. title: None where it is not known."""

    url: str
    at: datetime
    title: str | None


def pack(
    warcs: Iterable[Path],
    out: Path,
    *,
    page_of: Callable[[Capture], Page | None],
    software: str,
    title: str,
    reached: Callable[[int], object] = lambda done: None,
) -> int:
    """Write the WACZ; how many captures it holds. Nothing stands at out until it is whole. Raises OSError.

    page_of: what a viewer lists of a capture, if anything. reached: told how many captures are done.
    """
    part = out.with_name(out.name + ".part")
    resources: list[dict[str, object]] = []
    lines: list[bytes] = []
    pages: list[Page] = []
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as file:
            for warc in warcs:
                with opened(warc) as source:
                    length = whole_length(source) if is_unfinished(warc) else None
                    source.seek(0)
                    _add(file, f"archive/{finished_path(warc).name}", source, resources, length)
                    for found in captures_in(source, warc):
                        if not isinstance(found, Capture) or (length is not None and found.offset >= length):
                            continue
                        lines.append(line_of(found))
                        if (page := page_of(found)) is not None:
                            pages.append(page)
                        reached(len(lines))
            lines.sort()
            blocks, index = _compressed_index(lines)
            _add(file, "indexes/index.cdx.gz", io.BytesIO(blocks), resources)
            _add(file, "indexes/index.idx", io.BytesIO(index), resources)
            _add(file, "pages/pages.jsonl", io.BytesIO(_page_list(pages)), resources)
            package = orjson.dumps(
                {
                    "profile": "data-package",
                    "wacz_version": "1.1.1",
                    "title": title,
                    "created": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
                    "software": software,
                    "resources": resources,
                },
                option=orjson.OPT_INDENT_2,
            )
            file.writestr("datapackage.json", package)
            digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(package).hexdigest()}"}
            file.writestr("datapackage-digest.json", orjson.dumps(digest))
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return len(lines)


def _add(
    file: zipfile.ZipFile,
    name: str,
    source: IO[bytes],
    resources: list[dict[str, object]],
    length: int | None = None,
) -> None:
    """Copy one file in, and note its length and hash. length: of what is copied; None: all."""
    digest, size = hashlib.sha256(), 0
    with file.open(zipfile.ZipInfo(name, datetime.now(UTC).timetuple()[:6]), "w", force_zip64=True) as target:
        while data := source.read(COPIED_AT_ONCE if length is None else min(COPIED_AT_ONCE, length - size)):
            target.write(data)
            digest.update(data)
            size += len(data)
    own = NOT_IN_NAMES.sub("-", name.rpartition("/")[2].lower())
    resources.append({"name": own, "path": name, "hash": f"sha256:{digest.hexdigest()}", "bytes": size})


def _compressed_index(lines: list[bytes]) -> tuple[bytes, bytes]:
    """The lines in gzip members of LINES_A_BLOCK, and the list of these (ZipNum)."""
    blocks = bytearray()
    index = [b'!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}\n']
    for start in range(0, len(lines), LINES_A_BLOCK):
        part = lines[start : start + LINES_A_BLOCK]
        member = gzip.compress(b"".join(part), mtime=0)
        key = b" ".join(part[0].split(b" ", 2)[:2])
        place = {"offset": len(blocks), "length": len(member), "digest": f"sha256:{hashlib.sha256(member).hexdigest()}"}
        index.append(key + b" " + orjson.dumps(place) + b"\n")
        blocks += member
    return bytes(blocks), b"".join(index)


def _page_list(pages: Iterable[Page]) -> bytes:
    head = orjson.dumps({"format": "json-pages-1.0", "id": "pages", "title": "All Pages"})
    lines = [
        orjson.dumps(
            {
                "id": hashlib.sha1(f"{page.url} {page.at}".encode(), usedforsecurity=False).hexdigest()[:22],
                "url": page.url,
                "ts": f"{page.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
                **({"title": page.title} if page.title else {}),
            }
        )
        for page in pages
    ]
    return b"\n".join([head, *lines]) + b"\n"
