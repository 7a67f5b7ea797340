"""What a storage of the index keeps, and the calls that read and write it: the part that another engine implements.

`Index` (index.py) makes every decision and calls this interface. sqlite.py implements it, and postgres.py where
DATABASE_URL names a database that several machines share; the setting DUPLICATES_INDEX names the class.
tests/dedup/test_index.py runs over every implementation. The calls carry out what
they are told: no rule of deciding may stand in a storage, or two storages would decide differently.

A storage keeps five things:

- entries: one an article, numbered from 1 in the order of their arrival. An entry names the first entry of its story
  (`story`; none for that first entry itself), and the first entry names the published one (`lead`; none for itself).
- keys: 32-bit numbers, each leading to any number of entries. They find the entries that may be alike.
- unsettled notes: one for each entry whose export is not committed yet, with what the entry was before.
- owners: the jobs that export, and the process that works for each.
- sources: names of outlets, each stored once.

All calls but the constructors and `close` are made inside of `transaction()`. A storage raises StateError for a file
that is damaged, OutputError or StorageError for one that cannot be written, and never an error of its engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, Self, TypeVar, runtime_checkable

from snapshot_crawler.dedup.decision import State

T = TypeVar("T")


@dataclass(slots=True)
class Entry:
    """An article as the index knows it."""

    n: int
    id: str
    content: bytes  # BLAKE2b-128 of the article's own fields, see content.py
    state: State
    version: int
    print: bytes  # the packed fingerprint


@dataclass(slots=True, frozen=True)
class Unsettled:
    """An entry whose export is not committed, and what the entry was when it was last settled; None: not there yet."""

    n: int
    owner: int
    url: str  # the address by which the export will be committed
    before_content: bytes | None = None
    before_version: int | None = None
    before_state: State | None = None


@runtime_checkable
class InCommits(Protocol):
    """What a storage has, beside Rows, that can settle in the frontier's own transaction (frontier/door.py: beside)."""

    holds: Callable[[str], bool] | None
    """Whether this process alone may ask for an address now. Set by who opens the index beside a frontier. Another
    process of the same job cannot commit what it has noted for such an address, so its note is withdrawn."""

    def be_present(self) -> None:
        """From now on others believe in the notes of this owner. In the transaction in which those of an earlier
        process were settled or withdrawn: nobody may believe in them because the owner is there again."""

    def within(self, transaction: Any) -> AbstractContextManager[None]:
        """Do what follows in that transaction, which the frontier has opened and will commit. What the database has
        lost since the last commit is made again before. Raises LeaseLostError where that cannot be: no commit, then."""

    def committed(self) -> None:
        """The frontier's transaction is committed."""


class Rows(Protocol):
    """One open storage."""

    @classmethod
    def at(cls, root: Path, settings: Mapping[str, Any]) -> Self:
        """Open or make the index of a DATA_DIR. Raises StateError or OutputError when it cannot be used."""

    @classmethod
    def is_at(cls, root: Path, settings: Mapping[str, Any]) -> bool:
        """Whether a DATA_DIR has an index."""

    @classmethod
    def place(cls, root: Path, settings: Mapping[str, Any]) -> str:
        """Where the index of a DATA_DIR is, for messages."""

    def close(self) -> None:
        """Let go of the storage. A transaction that is open is undone."""

    def transaction(self, *, durable: bool = False, keys: Iterable[int] | None = None) -> AbstractContextManager[None]:
        """All or nothing, and no other process writes meanwhile. Inside of another transaction: a part of that one.

        durable: after the end of the block the changes survive a power cut. Otherwise they survive a kill.
        keys: all that the block looks up or adds, so that a storage may let others work at other keys meanwhile.
        """

    def run(self, work: Callable[[], T], *, durable: bool = False, keys: Iterable[int] | None = None) -> T:
        """The result of work, done in a transaction. A storage that was away meanwhile calls it again, from its
        beginning, unless it was committed; so it may change nothing but the storage."""

    # --- Owners
    def register(self, name: str) -> int:
        """Note that this process works for the job of that name from now on; the job's number."""

    def passed(self) -> None:
        """The process is at work; called every few seconds. One that hangs counts as gone after a while."""

    def is_alive(self, owner: int) -> bool:
        """Whether the process that works for the job still runs. True where nobody can know."""

    def given_up(self, numbers: Sequence[int]) -> list[Unsettled]:
        """Notes of these entries that will never be settled: their owner is gone, and comes back without them.

        Only a storage that settles in the frontier's own commit can know that. In another, the job's next start asks
        its frontier (Index.recover), so there are none.
        """

    # --- Finding
    def sharing(self, keys: Sequence[int], newest: int) -> list[list[int]]:
        """For each key, in their order, the numbers of its entries: the newest ones, and not more than that."""

    def with_key(self, key: int) -> list[tuple[int, str]]:
        """Number and id of every entry of a key."""

    def add_keys(self, n: int, keys: Iterable[int]) -> None:
        """Let these keys lead to an entry, too."""

    # --- Entries
    def __len__(self) -> int:
        """How many entries there are."""

    def entries(self, numbers: Sequence[int]) -> list[Entry]:
        """The entries of these numbers, in the order of the numbers."""

    def insert(self, entry: Entry, *, story: int | None, source: str | None) -> int:
        """Add an entry and return its number; the number in the given entry counts for nothing."""

    def change(self, n: int, **values: bytes | int | None) -> None:
        """Set some of an entry's content, state, version, print, story and lead."""

    def repoint(self, link: str, old: int, new: int | None) -> None:
        """Let every entry whose link ("story" or "lead") leads to old lead to new instead."""

    def delete(self, n: int) -> None:
        """Remove an entry, with its keys and its unsettled note."""

    def id(self, n: int) -> str:
        """An entry's id."""

    def state(self, n: int) -> State | None:
        """An entry's state; None when there is no such entry."""

    def story(self, n: int) -> int | None:
        """The first entry of an entry's story; None for that entry itself."""

    def lead(self, n: int) -> int | None:
        """The published entry of the story that begins with this one; None for this one itself."""

    def heir(self, n: int) -> int | None:
        """The oldest entry that names this one as the first of its story."""

    def source(self, n: int) -> str | None:
        """The outlet's name of an entry."""

    # --- Unsettled notes
    def note(self, note: Unsettled) -> None:
        """Add an entry's note. Where the entry has one already, only owner and url are set: the old state stays."""

    def unsettled(self, n: int) -> Unsettled | None:
        """An entry's note."""

    def unsettled_of(self, owner: int) -> list[Unsettled]:
        """All notes of an owner."""

    def readdress(self, n: int, url: str) -> None:
        """Set the address in an entry's note; nothing happens where it has none."""

    def settle(self, owner: int, urls: Sequence[str]) -> set[str]:
        """Remove the notes of an owner and these addresses; the addresses that had any."""

    def settle_entries(self, numbers: Iterable[int]) -> None:
        """Remove the notes of these entries."""
