"""Kept pages that became no article, for re-parse: the archive and frontier of a job in, tasks out.

Only an archive with ARCHIVE_PAGES = "all" has them. Lists, duplicates and articles that were unchanged are none.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from snapshot_crawler.archive.places import files_of, finished_path
from snapshot_crawler.archive.reader import Capture, captures
from snapshot_crawler.frontier.outcome import NO_REJECTION, reason_of
from snapshot_crawler.frontier.requests import key_of_address
from snapshot_crawler.frontier.store import Entry, Store
from snapshot_crawler.meta import ROW
from snapshot_crawler.upkeep.published import Published
from snapshot_crawler.upkeep.reparse_page import Kept, Task
from snapshot_crawler.urls import article_id, normalise


def rejected_tasks(
    root: Path, job: str, store: Store, published: Published, is_wanted: Callable[[datetime], bool]
) -> list[Task]:
    """The newest capture of each such page, in the order of the archive."""
    found: dict[str, Task] = {}
    for path in files_of(root, job):
        for capture in captures(path):
            if not isinstance(capture, Capture) or capture.note.get("articles") or capture.status != 200:
                continue
            if capture.refers_to is not None or not is_wanted(capture.fetched_at):
                continue
            key = key_of_address(capture.url)
            found.pop(key, None)
            entry = store.get(key)
            if entry is not None and _is_rejected(entry) and not published.holds(_name(capture.url)):
                found[key] = _task(finished_path(path), capture, entry, root)
    return list(found.values())


def _is_rejected(entry: Entry) -> bool:
    reason = reason_of(entry.outcome)
    return not entry.is_list and not entry.item_count and reason is not None and reason not in NO_REJECTION


def _task(path: Path, capture: Capture, entry: Entry, root: Path) -> Task:
    at = Kept(path.resolve().relative_to(root.resolve()).as_posix(), capture.offset, capture.length)
    found = {"kind": entry.kind or "start", "url": entry.parent}
    meta: dict[str, Any] = (orjson.loads(entry.body) if entry.body else {}).get("meta") or {}
    row = meta.get(ROW)
    return Task(at, capture.url, None, found, row=row if isinstance(row, dict) else None)


def _name(url: str) -> str:
    return article_id(normalise(url) or url)
