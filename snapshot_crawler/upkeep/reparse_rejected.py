"""Kept pages that became no article, for re-parse: the archive and frontier of a job in, tasks out.

Only an archive with ARCHIVE_PAGES = "all" has them. Lists, duplicates and articles that were unchanged are none.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from snapshot_crawler.archive.find import Indexed, indexed
from snapshot_crawler.archive.places import finished_path
from snapshot_crawler.frontier.outcome import NO_REJECTION, reason_of
from snapshot_crawler.frontier.requests import key_of_address
from snapshot_crawler.frontier.store import Entry, Store
from snapshot_crawler.meta import ROW
from snapshot_crawler.upkeep.published import Published
from snapshot_crawler.upkeep.reparse_page import Kept, Task
from snapshot_crawler.urls import article_id, normalised


def rejected_tasks(
    root: Path, job: str, store: Store, published: Published, is_wanted: Callable[[datetime], bool]
) -> list[Task]:
    """The newest capture of each such page, in the order of the archive."""
    found: dict[str, Task] = {}
    for kept in indexed(root, job):
        if kept.articles or kept.status != 200 or kept.is_revisit or not is_wanted(kept.at):
            continue
        key = key_of_address(kept.url)
        found.pop(key, None)
        entry = store.get(key)
        if entry is not None and _is_rejected(entry) and not published.holds(_name(kept.url)):
            found[key] = _task(kept, entry, root)
    return list(found.values())


def _is_rejected(entry: Entry) -> bool:
    reason = reason_of(entry.outcome)
    return not entry.is_list and not entry.item_count and reason is not None and reason not in NO_REJECTION


def _task(kept: Indexed, entry: Entry, root: Path) -> Task:
    file = finished_path(kept.file).resolve().relative_to(root.resolve())
    at = Kept(file.as_posix(), kept.offset, kept.length)
    found = {"kind": entry.kind or "start", "url": entry.parent}
    meta: dict[str, Any] = (orjson.loads(entry.body) if entry.body else {}).get("meta") or {}
    row = meta.get(ROW)
    return Task(at, kept.url, None, found, row=row if isinstance(row, dict) else None)


def _name(url: str) -> str:
    return article_id(normalised(url))
