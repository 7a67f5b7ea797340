"""Take articles down: out of rows, index and raw bytes of the library. Called by the take-down of a whole DATA_DIR."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from snapshot_crawler.library.schema import NAME
from snapshot_crawler.library.tantivy_index import drop
from snapshot_crawler.library.writer import Writer

PATIENCE_S = (
    120  # for a follower's round: the first one of a large DATA_DIR takes longer, and is to be stopped; by choice
)


def remove(root: Path, ids: Iterable[str], reason: str, addresses: Iterable[str] = ()) -> list[str]:
    """Take these articles down, whether they are there or not; the ids that were there. addresses: of
    the articles: rows of other records that lead to them go too.

    When it returns, no word of them is left in the database's files, the files of the outputs do not bring them back,
    and Library.gone() tells day and reason. Where there is no library, nothing is done: what the outputs no longer
    hold never comes into one. Killed half-way, the same call completes it. Raises LockHeldError, StorageError.
    """
    if not (root / NAME).is_file():
        return []
    ids = list(ids)
    with Writer(root, patience_s=PATIENCE_S) as writer:
        there = writer.remove(ids, reason)
        writer.remove_rows(ids, addresses)
        drop(writer)
        writer.erase()
        return there
