"""What other rooms ask of the frontier: the one door to the crawl's scheduler, where the scheduler is ours.

    if (frontier := frontier_of(self.crawler)) is not None:
        frontier.remember("traps", notes)

With another scheduler, or without a crawl, there is no frontier, and who asks does without.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol, cast

from snapshot_crawler.frontier.outcome import Outcome
from snapshot_crawler.frontier.turns import HostGate

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from snapshot_crawler.frontier.ledger import Ledger


class Frontier(Protocol):
    """The scheduler, as middlewares, pipelines, spiders and extensions see it."""

    ledger: Ledger  # what requests brought, for exporters; see ledger_of()
    gate: HostGate  # who says when a host may be asked; set by the middleware of pace

    def seen(self, urls: list[str]) -> set[str]:
        """Those of the normalised addresses that are known already, in any state. Asked by spiders, for a page's
        links at once, before they make requests."""

    def asked_again_at(self, key: str) -> list[dict[str, Any]]:
        """The meta of the stored requests for an address that was asked for more than once. key: of the address."""

    def state(self, name: str) -> Any:
        """A note of the job, plain JSON; None when there is none."""

    def remember(self, name: str, value: Any) -> None:
        """Keep a note of the job; durable with the next commit."""

    def outcome(self, key: str) -> Outcome | None:
        """What became of a stored address, as its last visit left it; None when nothing is known."""

    def reopen(self, outcomes: list[str]) -> list[str]:
        """Make refused addresses pending whose rejection begins with one of these; the addresses. Asked before the
        first request of a run."""

    def is_acknowledged(self, name: str) -> bool:
        """Whether the request of that name (store.name_of) is done, or its lines are committed to the output."""

    def to_publish_again(self) -> Iterator[str]:
        """The names of the requests whose lines were lost, or are to come in another file, and not fetched since."""

    def beside(self, work: Callable[[Any], None]) -> bool:
        """Have work done in the transaction of every commit, with the open transaction in its hand (a cursor of
        psycopg). Whether the storage can: only one in the shared database, where others keep their tables, too."""

    def may_ask(self, url: str) -> bool:
        """Whether this process may ask the address's host for something now. False only where several processes share
        the job, and this one has lost the host. Asked before each request for a page goes out."""

    def told_robots(self, origin: str) -> tuple[dict[str, Any], float] | None:
        """What another process of the job was told when it asked an origin for its robots.txt, and the seconds for
        which that stands. None: nobody was, or nobody else works on the job."""

    def tell_robots(self, origin: str, said: dict[str, Any], lasts_s: float) -> None:
        """Let the next process that has the origin's host know what this one was told. said: plain JSON."""

    def abandon(self) -> None:
        """Forget what is in progress: at a stop, downloads that do not end. They are pending for the next run."""


def frontier_of(crawler: Crawler) -> Frontier | None:
    """The frontier of a crawl; None where another scheduler runs, or none yet."""
    try:
        engine = crawler.engine
    except RuntimeError:  # Scrapy 2.19 raises it until the crawl starts: a saved page is read without one
        return None
    return as_frontier(getattr(engine, "scheduler", None))


def ledger_of(crawler: Crawler) -> Ledger | None:
    """The ledger that exporters write through; None where another scheduler runs, and then they write at once."""
    frontier = frontier_of(crawler)
    return frontier.ledger if frontier is not None else None


def as_frontier(scheduler: object) -> Frontier | None:
    """A scheduler that is a frontier; None for another."""
    return cast(Frontier, scheduler) if _has_calls(type(scheduler)) else None  # type: ignore[arg-type]


CALLS = [name for name, value in vars(Frontier).items() if callable(value) and not name.startswith("_")]


@cache  # of classes, which mypy takes for unhashable; asked several times a page: isinstance() would take 40 µs
def _has_calls(kind: type) -> bool:
    return all(callable(getattr(kind, name, None)) for name in CALLS)
