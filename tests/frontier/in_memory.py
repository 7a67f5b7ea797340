"""A second storage of the frontier, as a sketch: plain dictionaries, kept as long as the process lives."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from snapshot_crawler.frontier.outcome import NO_REJECTION, Kind, reason_of
from snapshot_crawler.frontier.output import final_name
from snapshot_crawler.frontier.store import LATE_ATTEMPTS, NO_DIGESTS, Commit, Entry, KeptPage, State, name_of

BEGINNINGS = ("start", "feed", "sitemap")
LOST = (Kind.LINE_LOST, Kind.ANOTHER_FILE)


@dataclass
class Kept:
    """What one job's store holds."""

    entries: dict[str, Entry] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, list[Commit]] = field(default_factory=dict)  # oldest commit first
    finished: dict[str, list[Commit]] = field(default_factory=dict)
    brought: dict[int, tuple[int, int]] = field(default_factory=dict)  # number and batch
    pages: dict[bytes, tuple[KeptPage, int]] = field(default_factory=dict)  # with the batch
    batch: int = 0


class DictStore:
    """See store.Store."""

    def __init__(self, committed: Kept) -> None:
        self.committed, self.kept = committed, copy.deepcopy(committed)
        self.only: set[str] | None = None
        self.has_given_up = False

    # --- Addresses
    def enqueue_all(self, entries: Iterable[Entry]) -> set[str]:
        new = set()
        for entry in entries:
            if entry.key not in self.kept.entries:
                self.kept.entries[entry.key] = replace(entry, id=len(self.kept.entries) + 1)
                new.add(entry.key)
        return new

    def known(self, keys: Iterable[str]) -> set[str]:
        return self.kept.entries.keys() & set(keys)

    def get(self, key: str) -> Entry | None:
        return replace(self.kept.entries[key]) if key in self.kept.entries else None

    def asked_again_at(self, key: str) -> list[Entry]:
        return [replace(entry) for entry in self.kept.entries.values() if entry.key.startswith(f"{key}#")]

    def lease(self, host: str, limit: int) -> list[Entry]:
        waiting = sorted(self._waiting(host), key=lambda entry: (-entry.priority, entry.id))[:limit]
        for entry in waiting:
            entry.state = State.LEASED
        return [replace(entry) for entry in waiting]

    def update(self, entry: Entry) -> None:
        if (entry.state == State.DONE or entry.item_count) and not entry.batch:
            entry.batch = self.kept.batch + 1
        self.kept.entries[entry.key] = replace(entry)

    def fail_host(self, host: str, outcome: str) -> int:
        return self._set(
            lambda entry: entry.state == State.PENDING and entry.host == host, state=State.FAILED, outcome=outcome
        )

    def _waiting(self, host: str | None = None) -> list[Entry]:
        return [
            entry
            for entry in self.kept.entries.values()
            if entry.state == State.PENDING
            and (host is None or entry.host == host)
            and (self.only is None or entry.key in self.only)
        ]

    def _set(self, is_meant: Callable[[Entry], bool], **values: Any) -> int:
        meant = [entry for entry in self.kept.entries.values() if is_meant(entry)]
        for entry in meant:
            for name, value in values.items():
                setattr(entry, name, value)
        return len(meant)

    # --- How far the job is
    def hosts(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for entry in self._waiting():
            found[entry.host] = found.get(entry.host, 0) + 1
        return dict(sorted(found.items()))

    def known_hosts(self) -> set[str]:
        return {entry.host for entry in self.kept.entries.values()}

    def counts(self) -> dict[str, int]:
        states = [entry.state for entry in self.kept.entries.values()]
        return {state.name.lower(): states.count(state) for state in State if state in states}

    def due_lists(self, most: int) -> list[Entry]:
        lists = [entry for entry in self._visited() if entry.kind != "next"]
        return [replace(entry) for entry in sorted(lists, key=lambda entry: (entry.due_at, entry.id))[:most]]

    def visited_lists(self) -> int:
        return len(self._visited())

    def _visited(self) -> list[Entry]:
        return [entry for entry in self.kept.entries.values() if entry.is_list and entry.state == State.DONE]

    # --- The beginning of a run
    def recover(self) -> int:
        return self._set(lambda entry: entry.state == State.LEASED, state=State.PENDING)

    def revisit_lists(self, now: float, horizon: float, *, share: float) -> int:
        def is_due(entry: Entry) -> bool:
            return entry.is_list and not now < entry.due_at <= horizon

        def comes_back(entry: Entry) -> bool:
            failed = entry.state in (State.DONE, State.FAILED)
            return failed or (entry.state == State.REFUSED and entry.kind in BEGINNINGS)

        first = self._set(
            lambda entry: is_due(entry) and entry.kind != "next" and comes_back(entry), state=State.PENDING
        )
        room = max(0, int(len(self.kept.entries) * share) - 1 - first)
        later = [entry for entry in self._visited() if is_due(entry) and entry.kind == "next"]
        later = sorted(later, key=lambda entry: (entry.due_at, entry.id))[:room]
        for entry in later:
            entry.state = State.PENDING
        return first + len(later)

    def revisit_articles(self, *, born_after: float, fetched_before: str) -> int:
        return self._set(
            lambda entry: (
                not entry.is_list
                and entry.state == State.DONE
                and entry.born_at > born_after
                and (entry.fetched_at or "~") < fetched_before
            ),
            state=State.PENDING,
        )

    def revive(self, now: float, *, most_attempts: int) -> int:
        def may_come(entry: Entry) -> bool:
            late = entry.attempts < most_attempts + LATE_ATTEMPTS and entry.due_at <= now
            return entry.attempts < most_attempts or late

        return self._set(
            lambda entry: (
                entry.state == State.FAILED and (not entry.is_list or entry.kind == "next") and may_come(entry)
            ),
            state=State.PENDING,
        )

    def revive_all(self) -> None:
        fresh = {"state": State.PENDING, "attempts": 0, "etag": None, "modified": None}
        self._set(lambda entry: entry.outcome != Kind.TAKEN_DOWN, **fresh)

    def reopen(self, outcomes: Iterable[str]) -> list[str]:
        urls = []
        for outcome in outcomes:
            for entry in self.kept.entries.values():
                if entry.state == State.REFUSED and (entry.outcome or "").startswith(outcome):
                    entry.state, entry.outcome = State.PENDING, None
                    urls.append(entry.url)
        return urls

    def only_rejected(self, since: str, reasons: Iterable[str]) -> int:
        wanted = set(reasons)
        self.only = {
            entry.key
            for entry in self.kept.entries.values()
            if entry.state in (State.DONE, State.FAILED, State.REFUSED)
            and not entry.is_list
            and not entry.item_count
            and (entry.fetched_at or "") >= since
            and (reason := reason_of(entry.outcome)) is not None
            and reason not in NO_REJECTION
            and (not wanted or reason in wanted)
        }
        only = self.only
        return self._set(lambda entry: entry.key in only, state=State.PENDING, attempts=0)

    def include(self, key: str) -> None:
        if self.only is not None and key in self.kept.entries:
            self.only.add(key)

    # --- Notes and commits
    def get_state(self, name: str) -> Any:
        return json.loads(self.kept.notes.get(name, "null"))

    def set_state(self, name: str, value: Any) -> None:
        self.kept.notes[name] = json.dumps(value)

    def commit(self, outputs: Mapping[str, int], digests: Mapping[str, bytes | None] = NO_DIGESTS) -> int:
        if self.has_given_up:
            return self.kept.batch
        self.kept.batch += 1
        for path, length in outputs.items():
            commits = self.kept.outputs.setdefault(path, [])
            if not commits or commits[-1].length != length:
                commits.append(Commit(self.kept.batch, length, digests.get(path)))
        self.committed.__dict__.update(copy.deepcopy(self.kept.__dict__))
        return self.kept.batch

    def rollback(self) -> None:
        self.kept = copy.deepcopy(self.committed)

    def give_up(self) -> None:
        self.rollback()
        self.has_given_up = True

    def parts_of(self, url: str) -> list[Entry]:
        found = self.kept.entries.values()
        return [replace(entry) for entry in found if entry.parent == url and entry.kind == "next-part"]

    def erase(self) -> None:
        self.commit({})

    def close(self) -> None:
        pass

    # --- Outputs
    def boundaries(self, path: str, *, most: int = -1) -> list[tuple[int, int]]:
        commits = [(each.batch, each.length) for each in self.kept.outputs.get(path, [])[::-1]]
        return commits if most < 0 else commits[:most]

    def commits(self, path: str) -> list[Commit]:
        return list(self.kept.outputs.get(path) or self.kept.finished.get(path) or [])

    def recount(self, path: str, commits: Iterable[Commit]) -> None:
        (self.kept.outputs if self.kept.outputs.get(path) else self.kept.finished)[path] = list(commits)

    def finished_paths(self) -> list[str]:
        return [path for path, commits in self.kept.finished.items() if commits]

    def object_paths(self, *, of_all: bool) -> list[str]:
        names = (name.removeprefix("output/") for name in self.kept.notes if name.startswith("output/s3://"))
        return sorted(names)

    def finish_output(self, path: str, name: str) -> None:
        self.kept.finished[name] = self.kept.outputs.pop(path, [])
        if f"output/{path}" in self.kept.notes:
            self.kept.notes[f"output/{name}"] = self.kept.notes.pop(f"output/{path}")

    def rename_output(self, path: str, name: str) -> None:
        for commits in (self.kept.outputs, self.kept.finished):
            if path in commits:
                commits[name] = commits.pop(path)
        old, new = str(final_name(Path(path))), str(final_name(Path(name)))
        self.kept.pages = {
            digest: (replace(page, path=new) if page.path == old else page, batch)
            for digest, (page, batch) in self.kept.pages.items()
        }
        if f"output/{path}" in self.kept.notes:
            self.kept.notes[f"output/{name}"] = self.kept.notes.pop(f"output/{path}")

    def reopen_output(self, path: str) -> None:
        self.kept.outputs[path] = self.kept.finished.pop(path)

    def drop_finished(self, path: str) -> None:
        self.kept.finished.pop(path, None)
        self.kept.notes.pop(f"output/{path}", None)
        self.forget_pages(path)

    def output_paths(self) -> list[str]:
        return [path for path, commits in self.kept.outputs.items() if commits]

    def reset_output(self, path: str) -> None:
        self.kept.outputs.pop(path, None)
        self.kept.notes.pop(f"output/{path}", None)
        self.forget_pages(str(final_name(Path(path))))

    def forget_after(self, path: str, batch: int) -> list[str]:
        lost = {commit.batch for commit in self.kept.outputs.get(path, []) if commit.batch > batch}
        names = self._again(lambda entry: entry.item_count > 0 and entry.batch in lost, Kind.LINE_LOST)
        self.kept.brought = {item: kept for item, kept in self.kept.brought.items() if kept[1] not in lost}
        name = str(final_name(Path(path)))
        self.kept.pages = {
            digest: kept for digest, kept in self.kept.pages.items() if kept[0].path != name or kept[1] not in lost
        }
        self.kept.outputs[path] = [commit for commit in self.kept.outputs.get(path, []) if commit.batch not in lost]
        return names

    def publish_all_again(self) -> None:
        self._again(lambda entry: entry.item_count > 0, Kind.ANOTHER_FILE)
        self.kept.brought.clear()

    def _again(self, is_meant: Callable[[Entry], bool], outcome: Kind) -> list[str]:
        names = [name_of(entry.url, entry.key) for entry in self.kept.entries.values() if is_meant(entry)]
        fresh = {"state": State.PENDING, "attempts": 0, "item_count": 0, "etag": None, "modified": None}
        self._set(is_meant, outcome=str(outcome), **fresh)
        return names

    def to_publish_again(self) -> Iterator[str]:
        for entry in self.kept.entries.values():
            if entry.state == State.PENDING and entry.outcome in LOST:
                yield name_of(entry.url, entry.key)

    def brought(self, item: int) -> int:
        return self.kept.brought.get(item, (0, 0))[0]

    def remember_brought(self, item: int, number: int) -> None:
        if number > self.brought(item):
            self.kept.brought[item] = (number, self.kept.batch + 1)

    def kept_page(self, digest: bytes) -> KeptPage | None:
        return self.kept.pages[digest][0] if digest in self.kept.pages else None

    def keep_page(self, digest: bytes, page: KeptPage) -> None:
        self.kept.pages[digest] = (page, self.kept.batch + 1)

    def forget_pages(self, path: str) -> None:
        self.kept.pages = {digest: kept for digest, kept in self.kept.pages.items() if kept[0].path != path}


class DictFrontiers:
    """See store.Frontiers."""

    of_folder: dict[Path, dict[str, Kept]] = {}  # noqa: RUF012 - what was stored stays for those who open it again

    def __init__(self, root: Path, settings: Mapping[str, Any]) -> None:
        self.root, self.settings = root.resolve(), settings
        self.kept = self.of_folder.setdefault(self.root, {})

    def elsewhere(self, root: Path) -> Self:
        return type(self)(root, self.settings)

    def jobs(self) -> list[str]:
        return sorted(self.kept)

    def has(self, job: str) -> bool:
        return job in self.kept

    def place(self, job: str) -> str:
        return f"the memory of {job} of {self.root}"

    def open(self, job: str) -> DictStore:
        return DictStore(self.kept.setdefault(job, Kept()))

    def read(self, job: str, *, still: bool = False) -> DictStore:
        return DictStore(self.kept[job])

    def remove(self, job: str) -> None:
        self.kept.pop(job)
