"""The interface of the frontier's storage: addresses go in, addresses to fetch and the outcome of each come out.

`Store` is the frontier of one job: the scheduler writes it during a run, and `scrapy status` and `explain` read it.
`Frontiers` opens the stores of one DATA_DIR. sqlite.py implements both, and the setting FRONTIER_STORE names the
class; another storage is one more file that passes tests/frontier/test_store.py. Nothing outside of such a file knows
its engine.

All calls of a store come from one thread. What is written becomes durable at the next commit() and not before: after
a crash the store is as the last commit left it. Entries that a store returns are the caller's own copies; update()
writes them back. A store raises StorageError where it cannot go on, and never an error of its engine. While a job is
opened it raises StateError for stored state that cannot be used and OutputError for a disk that takes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol, Self, runtime_checkable

from snapshot_crawler.frontier.share import Share
from snapshot_crawler.named_class import named_class
from snapshot_crawler.postgres.address import database_url
from snapshot_crawler.urls import identity_of

NO_DIGESTS: Mapping[str, bytes | None] = MappingProxyType({})
SETTING = "FRONTIER_STORE"  # the path of the class that opens the stores
USUAL = "snapshot_crawler.frontier.sqlite.SqliteFrontiers"  # as in settings.py
SHARED = "snapshot_crawler.frontier.postgres.PostgresFrontiers"  # in its place where DATABASE_URL is set
LATE_ATTEMPTS = 20  # after FAILED_RUNS_MAX, at ever longer intervals: with the default settings over two weeks


class State(IntEnum):
    """What the frontier knows of an address."""

    PENDING = 0  # to be fetched
    LEASED = 1  # being fetched by this run; PENDING again after a crash
    DONE = 2  # fetched, its items on disk, its links stored
    FAILED = 3  # given up in a run; tried again in the next ones, up to a bound
    REFUSED = 4  # will not be fetched again: forbidden, gone, no article


@dataclass(slots=True)
class Entry:
    """One address and its history."""

    key: str  # urls.identity of a plain GET, else the request's fingerprint
    url: str
    host: str
    kind: str = ""  # how it was found: discovered_by.kind
    parent: str | None = None  # the page that held the link
    priority: int = 0
    is_list: bool = False
    body: str = ""  # the request as JSON; '' for a plain GET whose fields stand here
    state: State = State.PENDING
    attempts: int = 0  # runs that tried
    status: int | None = None  # of the answer to the last try; None: there was none
    outcome: str | None = None  # why it stands where it stands: a short word, and a detail behind a colon
    fetched_at: str | None = None  # ISO 8601
    etag: str | None = None
    modified: str | None = None
    born_at: float = 0  # articles: when published, or else first fetched, seconds since 1970; 0: no article came of it
    interval_s: int = 0  # lists: between two visits
    due_at: float = 0  # lists: when the next visit is due, seconds since 1970
    unchanged: int = 0  # lists: visits in a row that brought nothing
    item_count: int = 0  # in the output
    batch: int = 0  # the commit that acknowledged its items; 0 on a DONE entry: the one that is to come
    id: int = 0


@dataclass(slots=True, frozen=True)
class Commit:
    """What a commit left of an output."""

    batch: int
    length: int  # of the file
    digest: bytes | None  # xxh3-128 of what it appended; None: nothing, or committed by a version that kept none


@dataclass(slots=True, frozen=True)
class KeptPage:
    """Where the archive keeps a page's bytes."""

    path: str  # of the file, as it is named once it is finished: absolute
    offset: int  # of the record, in bytes
    length: int  # of the record
    url: str
    date: str  # WARC-Date


def name_of(url: str, key: str) -> str:
    """By what an entry is known outside of the frontier: its address, or its key where the address is another's too.

    The same address may have several entries: forms, and requests that are to be made although they were made before.
    """
    return url if identity_of(url) == key else key


class Store(Protocol):
    """The frontier of one job, open."""

    # --- Addresses
    def enqueue_all(self, entries: Iterable[Entry]) -> set[str]:
        """Store new addresses, in their order; the keys that were new. An entry whose key is known changes nothing.

        Called with all new links of a page at once, as far as they come together.
        """

    def known(self, keys: Iterable[str]) -> set[str]:
        """Those of the keys that are stored, in any state. Called with all links of a page at once."""

    def get(self, key: str) -> Entry | None:
        """The entry of a key."""

    def asked_again_at(self, key: str) -> list[Entry]:
        """The entries of an address beside its own: key is theirs up to a "#" (requests.asked_again), oldest first."""

    def lease(self, host: str, limit: int) -> list[Entry]:
        """Up to limit pending entries of a host, highest priority and oldest first; they are leased from now on."""

    def update(self, entry: Entry) -> None:
        """Write an entry's state and history back. One that is DONE or has items, and no batch, gets the next batch."""

    def fail_host(self, host: str, outcome: str) -> int:
        """Give up the host's pending entries for this run; how many. Not one of their attempts: nothing was asked."""

    # --- How far the job is
    def hosts(self) -> dict[str, int]:
        """The hosts with pending entries, and how many each."""

    def known_hosts(self) -> set[str]:
        """The hosts of all entries, in any state."""

    def counts(self) -> dict[str, int]:
        """Entries by the name of their state, in lower case."""

    def due_lists(self, most: int) -> list[Entry]:
        """Visited lists without their later pages (kind "next"), the next due first, and not more than that."""

    def visited_lists(self) -> int:
        """How many lists were visited, later pages included."""

    # --- The beginning of a run
    def recover(self) -> int:
        """Make all leased entries pending, at the start of a run; how many there were."""

    def revisit_lists(self, now: float, horizon: float, *, share: float) -> int:
        """Make visited and failed lists pending that are due; how many.

        Due: due_at up to now, or past horizon (a clock that jumped); both in seconds since 1970. Later pages of lists
        (kind "next") come last, the most overdue first, and only as long as all these visits together stay below that
        share of the stored addresses. Start pages, feeds and sitemaps come back even when they were refused.
        """

    def revisit_articles(self, *, born_after: float, fetched_before: str) -> int:
        """Make articles pending that are younger than that and were not fetched since; how many."""

    def revive(self, now: float, *, most_attempts: int) -> int:
        """Make pending what earlier runs gave up and may be tried again; how many. Lists: see revisit_lists.

        In each of the next runs up to most_attempts, then LATE_ATTEMPTS times more, each when it is due (due_at up to
        now, in seconds since 1970).
        """

    def revive_all(self) -> None:
        """Make everything pending that can be fetched: a full crawl. Not what was taken down."""

    def reopen(self, outcomes: Iterable[str]) -> list[str]:
        """Make refused addresses pending whose outcome begins with one of these; the addresses."""

    def only_rejected(self, since: str, reasons: Iterable[str]) -> int:
        """Make pending what was fetched since and became no article; how many. since: UTC, as fetched_at. reasons: of
        the rejections that count (outcome.reason_of); none: all but NO_REJECTION.

        From then on lease() and hosts() know only these entries, and those that include() adds. Nothing of that is
        stored: what is not fetched is pending for the next run.
        """

    def include(self, key: str) -> None:
        """Let an entry be leased too, after only_rejected()."""

    # --- Notes and commits
    def get_state(self, name: str) -> Any:
        """A note of the job, as JSON; None when there is none."""

    def set_state(self, name: str, value: Any) -> None:
        """Keep a note of the job."""

    def commit(self, outputs: Mapping[str, int], digests: Mapping[str, bytes | None] = NO_DIGESTS) -> int:
        """Make everything since the last commit durable, with the outputs' lengths; the number of this batch.

        Batches are numbered from 1, and no number is given twice. An output whose length has not changed since its
        last commit gets no new one. digests: see Commit.
        """

    def rollback(self) -> None:
        """Undo everything since the last commit. Called before close() where the caller wants it to be sure."""

    def give_up(self) -> None:
        """Undo everything since the last commit; what is still written is never committed. Raises nothing."""

    def close(self) -> None:
        """Commit nothing more and let go of the storage. A second call does nothing."""

    # --- Outputs
    def boundaries(self, path: str, *, most: int = -1) -> list[tuple[int, int]]:
        """The (batch, length) commits of an output, newest first, and not more than that; -1: all, two a second."""

    def commits(self, path: str) -> list[Commit]:
        """All commits of an output, finished or not, oldest first."""

    def recount(self, path: str, commits: Iterable[Commit]) -> None:
        """An output was rewritten, and what it had as commits are these now. Finished ones stay finished."""

    def output_paths(self) -> list[str]:
        """The outputs that were ever committed and not reset or finished."""

    def finished_paths(self) -> list[str]:
        """The outputs that are complete: no run writes to them or recovers them any more."""

    def object_paths(self, *, of_all: bool) -> list[str]:
        """The finished outputs that lie in S3-compatible storage, by their notes; of_all: of all DATA_DIRs."""

    def finish_output(self, path: str, name: str) -> None:
        """An output is complete, and its file has another name now; its commits are kept under that name."""

    def rename_output(self, path: str, name: str) -> None:
        """An output, finished or not, lies elsewhere now: all that is known of it is known of the new name."""

    def reopen_output(self, path: str) -> None:
        """A finished output is one to be recovered again: its end is damaged."""

    def drop_finished(self, path: str) -> None:
        """Forget a complete output: its file is gone."""

    def reset_output(self, path: str) -> None:
        """Forget an output's commits and the note output/PATH: its file was moved away, or begins anew."""

    def forget_after(self, path: str, batch: int) -> list[str]:
        """Make the entries pending whose items that output lost: those of its commits after batch; their names.

        These commits of the output are forgotten, too, and what they remembered as brought or kept in it.
        """

    def publish_all_again(self) -> None:
        """Make every entry pending that has items in an output: they are to come in another file once more."""

    def to_publish_again(self) -> Iterator[str]:
        """The names (name_of) of those that the two methods above made pending, and that were not fetched since."""

    def brought(self, item: int) -> int:
        """How often an item was brought to the outputs, by its hash (brought.py)."""

    def remember_brought(self, item: int, number: int) -> None:
        """Keep, with the next commit, that an item was brought so often; a smaller number changes nothing."""

    # --- Take-down
    def parts_of(self, url: str) -> list[Entry]:
        """The entries that the page at an address brought and whose requests carry something of it: further parts."""

    def erase(self) -> None:
        """Commit, and see to it that nothing of what was overwritten or deleted is left in the storage's files."""

    # --- The archive's pages
    def kept_page(self, digest: bytes) -> KeptPage | None:
        """Where a page with these bytes is kept. digest: SHA-1 of them."""

    def keep_page(self, digest: bytes, page: KeptPage) -> None:
        """Remember with the next commit where a page is kept.

        Forgotten with the commit (forget_after), and when its file is gone (reset_output, drop_finished).
        """

    def forget_pages(self, path: str) -> None:
        """Forget all pages of a file: it was rewritten or removed. The same bytes are kept anew where they come."""


@runtime_checkable
class SharedStore(Protocol):
    """What a store in the shared database has besides."""

    beside: list[Callable[[Any], None]]
    """Work of other rooms for each commit: called first in its transaction, with the cursor. An error undoes it all."""

    share: Share
    """Which hosts this process may ask."""

    def server_time(self) -> float:
        """The database's time (Unix): what one machine writes down as due, another one reads."""

    def is_current(self, entry: Entry) -> bool:
        """Whether what a leased entry's request brought may be stored: its host was held all the time."""

    def look_up_pages(self, digests: Collection[bytes]) -> None:
        """kept_page will be asked for these before the next commit: one question in the place of many."""

    def drop(self, entry: Entry) -> None:
        """A leased entry is pending, as if it had not been leased: it is another process's now, or will be."""


class Frontiers(Protocol):
    """The stores of all jobs of one DATA_DIR."""

    def __init__(self, root: Path, settings: Mapping[str, Any]) -> None:
        """root: the DATA_DIR. Nothing is opened or made."""

    def elsewhere(self, root: Path) -> Self:
        """Those of another DATA_DIR."""

    def jobs(self) -> list[str]:
        """The names of the jobs that have a store, sorted."""

    def has(self, job: str) -> bool:
        """Whether a job has a store."""

    def place(self, job: str) -> str:
        """Where a job's store is, for messages."""

    def open(self, job: str) -> Store:
        """A job's store, to be written; made where there is none. Raises StateError, OutputError."""

    def read(self, job: str, *, still: bool = False) -> Store:
        """A job's store, to be read alone, also while a run writes it. Raises StateError.

        still: nothing may be written for that below the DATA_DIR, not even files of the storage's own that go again.
        """

    def remove(self, job: str) -> None:
        """Take a job's store away. It is not open."""


@runtime_checkable
class SharedFrontiers(Protocol):
    """What stores in the shared database have besides."""

    def not_ended(self) -> list[str]:
        """The jobs whose last process of this DATA_DIR has not ended by itself: it is at work, or it died."""


def frontiers_of(settings: Mapping[str, Any], root: Path | None = None) -> Frontiers:
    """The stores of a DATA_DIR, in the storage that the settings name. root: another DATA_DIR than the settings'.

    Raises ConfigurationError.
    """
    named = settings.get(SETTING)
    usual = SHARED if database_url(settings) else USUAL
    opener: type[Frontiers] = named_class({} if named == USUAL else {SETTING: named}, SETTING, usual)
    return opener(Path(settings["DATA_DIR"]) if root is None else root, settings)
