"""A second storage of the index, as a sketch: plain dictionaries, kept as long as the process lives."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self, TypeVar

from snapshot_crawler.dedup import owners
from snapshot_crawler.dedup.decision import State
from snapshot_crawler.dedup.rows import Entry, Unsettled

T = TypeVar("T")


@dataclass
class Kept:
    """What one index holds."""

    entries: dict[int, Entry] = field(default_factory=dict)
    stories: dict[int, int | None] = field(default_factory=dict)
    leads: dict[int, int | None] = field(default_factory=dict)
    sources: dict[int, str | None] = field(default_factory=dict)
    keys: dict[int, set[int]] = field(default_factory=dict)
    notes: dict[int, Unsettled] = field(default_factory=dict)
    owners: dict[str, owners.Process] = field(default_factory=dict)


class DictRows:
    """See rows.Rows."""

    of_folder: dict[Path, Kept] = {}  # noqa: RUF012 - what was stored stays for those who open it again

    def __init__(self, root: Path) -> None:
        self.root = root
        self.kept = self.of_folder.setdefault(root, Kept())
        self.is_open = False

    @classmethod
    def at(cls, root: Path, settings: Mapping[str, Any]) -> Self:
        return cls(root.resolve())

    @classmethod
    def is_at(cls, root: Path, settings: Mapping[str, Any]) -> bool:
        return root.resolve() in cls.of_folder

    @classmethod
    def place(cls, root: Path, settings: Mapping[str, Any]) -> str:
        return f"the memory of {root}"

    def close(self) -> None:
        pass

    @contextmanager
    def transaction(self, *, durable: bool = False, keys: Iterable[int] | None = None) -> Iterator[None]:
        if self.is_open:
            yield
            return
        before = copy.deepcopy(self.kept.__dict__)
        self.is_open = True
        try:
            yield
        except BaseException:
            self.kept.__dict__.update(before)
            raise
        finally:
            self.is_open = False

    def run(self, work: Callable[[], T], *, durable: bool = False, keys: Iterable[int] | None = None) -> T:
        with self.transaction():
            return work()

    def given_up(self, numbers: Sequence[int]) -> list[Unsettled]:
        return []

    def register(self, name: str) -> int:
        self.kept.owners[name] = owners.this_process()
        return list(self.kept.owners).index(name)

    def passed(self) -> None:
        pass

    def is_alive(self, owner: int) -> bool:
        return owners.is_alive(list(self.kept.owners.values())[owner])

    def sharing(self, keys: Sequence[int], newest: int) -> list[list[int]]:
        return [sorted(self.kept.keys.get(key, ()), reverse=True)[:newest] for key in keys]

    def with_key(self, key: int) -> list[tuple[int, str]]:
        return [(n, self.kept.entries[n].id) for n in sorted(self.kept.keys.get(key, ()))]

    def add_keys(self, n: int, keys: Iterable[int]) -> None:
        for key in keys:
            self.kept.keys.setdefault(key, set()).add(n)

    def __len__(self) -> int:
        return len(self.kept.entries)

    def entries(self, numbers: Sequence[int]) -> list[Entry]:
        return [replace(self.kept.entries[n]) for n in sorted(numbers) if n in self.kept.entries]

    def insert(self, entry: Entry, *, story: int | None, source: str | None) -> int:
        n = max(self.kept.entries, default=0) + 1
        self.kept.entries[n] = replace(entry, n=n)
        self.kept.stories[n], self.kept.leads[n], self.kept.sources[n] = story, None, source
        return n

    def change(self, n: int, **values: bytes | int | None) -> None:
        for name, value in values.items():
            links = {"story": self.kept.stories, "lead": self.kept.leads}.get(name)
            if links is None:
                setattr(self.kept.entries[n], name, value)
            else:
                assert value is None or isinstance(value, int)
                links[n] = value

    def repoint(self, link: str, old: int, new: int | None) -> None:
        links = {"story": self.kept.stories, "lead": self.kept.leads}[link]
        links.update({n: new for n, to in links.items() if to == old})

    def delete(self, n: int) -> None:
        for kept in (self.kept.entries, self.kept.stories, self.kept.leads, self.kept.sources, self.kept.notes):
            kept.pop(n, None)
        for numbers in self.kept.keys.values():
            numbers.discard(n)

    def id(self, n: int) -> str:
        return self.kept.entries[n].id

    def state(self, n: int) -> State | None:
        return self.kept.entries[n].state if n in self.kept.entries else None

    def story(self, n: int) -> int | None:
        return self.kept.stories[n]

    def lead(self, n: int) -> int | None:
        return self.kept.leads[n]

    def heir(self, n: int) -> int | None:
        return min((other for other, head in self.kept.stories.items() if head == n), default=None)

    def source(self, n: int) -> str | None:
        return self.kept.sources[n]

    def note(self, note: Unsettled) -> None:
        known = self.kept.notes.get(note.n)
        self.kept.notes[note.n] = replace(known, owner=note.owner, url=note.url) if known else note

    def unsettled(self, n: int) -> Unsettled | None:
        return self.kept.notes.get(n)

    def unsettled_of(self, owner: int) -> list[Unsettled]:
        return [note for note in self.kept.notes.values() if note.owner == owner]

    def readdress(self, n: int, url: str) -> None:
        if n in self.kept.notes:
            self.kept.notes[n] = replace(self.kept.notes[n], url=url)

    def settle(self, owner: int, urls: Sequence[str]) -> set[str]:
        found = [note for note in self.unsettled_of(owner) if note.url in urls]
        self.settle_entries([note.n for note in found])
        return {note.url for note in found}

    def settle_entries(self, numbers: Iterable[int]) -> None:
        for n in numbers:
            self.kept.notes.pop(n, None)
