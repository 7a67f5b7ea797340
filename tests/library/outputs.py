"""Outputs for the library's tests: records, own files of runs, and files that a frontier knows, without a crawl."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson

from snapshot_crawler.frontier.store import frontiers_of
from snapshot_crawler.library.follow import Follower, Round
from snapshot_crawler.library.library import Library

SETTINGS: dict[str, Any] = {}
BODY = "首批五十五家实验室组成联盟，致力打造高水平体系。\n\n联盟在澄埠市正式成立，共有6家单位。"


def name_of(number: int) -> str:
    return hashlib.sha1(str(number).encode()).hexdigest()


def record(number: int = 1, **fields: Any) -> dict[str, Any]:
    """An article as published."""
    name = name_of(number)
    return {
        "id": name,
        "url": f"https://www.news.example/detail/{name}.html",
        "site": "news",
        "title": f"实验室联盟成立 第{number}批",
        "category": "科技",
        "published_at": f"2026-01-{number % 28 + 1:02}T08:00:00+08:00",
        "source": "溯北周报",
        "body": BODY,
        "fetched_at": "2026-02-01T00:00:00+00:00",
        "version": 1,
        "story": name,
        "duplicate_of": None,
        **fields,
    }


def lines(records: Iterable[Mapping[str, Any]]) -> bytes:
    return b"".join(orjson.dumps(each) + b"\n" for each in records)


def own(root: Path, records: Iterable[Mapping[str, Any]], run: str = "run1", job: str = "news") -> Path:
    """A run's own file, finished."""
    path = root / "articles" / job / f"{run}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(lines(records))
    return path


def commit(root: Path, path: Path, length: int | None = None, job: str = "news") -> None:
    """Let a job's frontier know a file with that length, or as it stands."""
    with closing(frontiers_of(SETTINGS, root).open(job)) as store:
        store.commit({str(path.resolve()): path.stat().st_size if length is None else length})


def follow(root: Path, **settings: Any) -> Round:
    with closing(Follower(root, {**SETTINGS, **settings})) as follower:
        return follower.round()


def built(root: Path, records: Iterable[Mapping[str, Any]]) -> Library:
    own(root, records)
    follow(root)
    return Library(root)


def found(library: Library, text: str, **options: Any) -> set[str]:
    """The ids that a search finds."""
    return {hit.row.id for hit in library.search(text, size=1000, **options).hits}
