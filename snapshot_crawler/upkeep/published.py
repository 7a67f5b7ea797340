"""What a job has published: its outputs in, the newest version of each article out, in the order of the lines.

The lines are read twice. First only to find out which line of an article is its newest; 16 bytes a line are kept for
that, so that a job of millions of articles fits into memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import xxhash

from snapshot_crawler.library.lines import form_of, read
from snapshot_crawler.library.sources import Source, Sources


class Published:
    """The records of one job as they are committed."""

    def __init__(self, root: Path, settings: Mapping[str, Any], job: str, last: Path | None = None) -> None:
        """Reads all lines once. Raises UnreadableSourceError. root: the DATA_DIR. last: the file that is added to; its
        lines come last."""
        found = [source for source in Sources(root, settings).all() if source.job == job and not source.is_copies]
        self.sources: list[Source] = sorted(
            found, key=lambda source: last is not None and source.path == last.resolve()
        )
        names: list[int] = []
        versions: list[int] = []
        for record in self._records():
            names.append(_number(record))
            versions.append(record.get("version") or 1 if isinstance(record.get("version"), int) else 1)
        self.names = np.array(names, dtype=np.uint64)
        self.is_newest = _newest(self.names, np.array(versions, dtype=np.int64))
        self.known = np.unique(self.names)

    def __len__(self) -> int:
        """How many articles there are."""
        return int(self.is_newest.sum())

    def lengths(self) -> dict[str, int]:
        """How long each file is, as far as it is committed."""
        return {source.name: _end(source) for source in self.sources}

    def newest(self) -> Iterator[dict[str, Any]]:
        """The newest record of each article."""
        for record, is_newest in zip(self._records(), self.is_newest, strict=False):
            if is_newest:
                yield record

    def holds(self, article_id: str) -> bool:
        """Whether an article of that id was published."""
        number = np.uint64(xxhash.xxh3_64_intdigest(article_id.encode()))
        place = int(np.searchsorted(self.known, number))
        return place < len(self.known) and bool(self.known[place] == number)

    def _records(self) -> Iterator[dict[str, Any]]:
        """Every record that is an article's, in the order in which the files were begun and written."""
        for source in self.sources:
            with source.here() as path:
                form = form_of(path)
                end = path.stat().st_size if source.committed is None else source.committed
                for found in read(path, form, 0, 0, end) if form is not None else ():
                    if found.record is not None and isinstance(found.record.get("id"), str):
                        yield found.record


def _end(source: Source) -> int:
    """How far a file is committed; 0 for an object, which has one length as long as it is there."""
    if source.address is not None:
        return 0
    return source.path.stat().st_size if source.committed is None else source.committed


def _number(record: Mapping[str, Any]) -> int:
    return xxhash.xxh3_64_intdigest(record["id"].encode())


def _newest(names: np.ndarray[Any, Any], versions: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """For each line whether it has the highest version of its name; among equals the last line counts."""
    chosen = np.zeros(len(names), dtype=bool)
    if len(names):
        order = np.lexsort((np.arange(len(names)), versions, names))
        is_last = np.append(names[order][1:] != names[order][:-1], True)
        chosen[order[is_last]] = True
    return chosen
