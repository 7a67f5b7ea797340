"""Find pages in the archive of a DATA_DIR: an address or an article's id in, the places of its captures out.

It reads the indexes beside the files; of a file that is still written to, or that has no index, the file itself. A
revisit is resolved here: its bytes stand in the record that it names, or, where that was removed, in another with the
same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import orjson

from snapshot_crawler.archive.cdxj import indexed_lines, surt
from snapshot_crawler.archive.places import files_of, jobs_with_archive
from snapshot_crawler.archive.reader import Capture, Damage, capture_at
from snapshot_crawler.urls import article_id, normalised

REVISIT = "warc/revisit"


@dataclass(frozen=True, slots=True)
class Indexed:
    """A capture as the index knows it. file: where it lies now. original: of a revisit, the name of the file with its
    bytes. articles: ids."""

    job: str
    url: str
    at: datetime
    mime: str
    status: int
    digest: str
    file: Path
    offset: int
    length: int
    original: str | None
    articles: tuple[str, ...]

    @property
    def is_revisit(self) -> bool:
        """Whether its bytes stand in another record."""
        return self.mime == REVISIT

    def capture(self) -> Capture | Damage:
        """The record, read. Raises OSError."""
        return capture_at(self.file, self.offset, self.length)


def indexed(root: Path, job: str) -> Iterator[Indexed]:
    """All captures of a job, file by file. root: the DATA_DIR. Raises OSError."""
    for file in files_of(root, job):
        yield from (parsed(job, file, line) for line in indexed_lines(file))


def find(root: Path, name: str, jobs: Iterable[str] | None = None) -> list[Indexed]:
    """The captures of an address or of an article, the newest first. name: the address, or the article's id.

    jobs: where to look; None: everywhere. Of an article in several parts the first one comes before the others.
    Raises OSError.
    """
    is_wanted = _of_address(name) if "://" in name else _of_article(name)
    found = []
    for job in jobs_with_archive(root) if jobs is None else jobs:
        for file in files_of(root, job):
            found += [parsed(job, file, line) for line in indexed_lines(file) if is_wanted(line)]
    exact = [each for each in found if each.url == name.partition("#")[0]]
    return sorted(exact or found, key=lambda each: (_is_first_page(each), each.at), reverse=True)


def with_body(root: Path, job: str, capture: Capture) -> Capture | Damage:
    """A capture of the job with its body, wherever that stands. Raises OSError."""
    if capture.refers_to is None:
        return capture
    files = list(files_of(root, job))
    files.sort(key=lambda file: not file.name.startswith(capture.original or file.name))
    for file in files:
        for line in indexed_lines(file):
            if capture.digest.encode() not in line:
                continue
            each = parsed(job, file, line)
            if not each.is_revisit and each.digest == capture.digest:
                found = each.capture()
                if isinstance(found, Capture):
                    return replace(capture, body=found.body)
    return Damage(capture.file, capture.offset, "a revisit, and no record has its bytes any more")


def parsed(job: str, file: Path, line: bytes) -> Indexed:
    """A line of a file's index."""
    _, time, rest = line.split(b" ", 2)
    values = orjson.loads(rest)
    return Indexed(
        job=job,
        url=values["url"],
        at=datetime.strptime(time.decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC),
        mime=values["mime"],
        status=int(values["status"]),
        digest=values["digest"],
        file=file,
        offset=int(values["offset"]),
        length=int(values["length"]),
        original=values.get("original"),
        articles=tuple(values.get("articles", ())),
    )


def _of_address(url: str) -> Callable[[bytes], bool]:
    """Whether a line is of that address, as the index's key takes them for equal."""
    key = surt(normalised(url)).encode() + b" "
    other = surt(url).encode() + b" "
    return lambda line: line.startswith((key, other))


def _of_article(name: str) -> Callable[[bytes], bool]:
    """Whether a line is of a page of that article."""
    quoted = orjson.dumps(name)
    return lambda line: quoted in line.partition(b'"articles":')[2]


def _is_first_page(found: Indexed) -> bool:
    return article_id(normalised(found.url)) in found.articles
