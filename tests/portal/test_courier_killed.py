"""The courier is killed at every step, or two of them are at work: each article is told, and none twice."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest

from snapshot_crawler.exceptions import LockHeldError
from snapshot_crawler.jobs.outbox import FIRST_WAIT_S
from snapshot_crawler.portal.subscriptions import queue as queue_module
from snapshot_crawler.portal.subscriptions.courier import Courier
from snapshot_crawler.portal.subscriptions.store import Store
from tests.library.outputs import name_of, record
from tests.portal.courier_world import HOUR, World
from tests.portal.courier_world import world as world


class Killed(BaseException):
    """Stands for SIGKILL: nothing behind it runs, and open transactions are undone."""


def killed() -> None:
    raise Killed


def killed_round(world: World) -> None:
    """A round that dies by Killed; what the process held is let go as the kernel does it."""
    courier = Courier(world.root, world.post, world.clock)
    try:
        with pytest.raises(Killed):
            courier.round()
    finally:
        courier.close()


@pytest.mark.parametrize("statement", ["seen", "waiting", "note VALUES"])
def test_killed_while_it_looks(world: World, statement: str, monkeypatch: pytest.MonkeyPatch) -> None:
    world.subscribe(category=["科技"])
    (name,) = world.publish(record(1))
    real = Store.transaction

    class Dying:
        def __init__(self, db: Any) -> None:
            self.db = db

        def _look(self, query: str) -> None:
            if query.startswith("INSERT") and statement in query:
                raise Killed

        def execute(self, query: str, *values: Any) -> Any:
            self._look(query)
            return self.db.execute(query, *values)

        def executemany(self, query: str, *values: Any) -> Any:
            self._look(query)
            return self.db.executemany(query, *values)

    def transaction(self: Store) -> Any:
        @contextlib.contextmanager
        def opened() -> Iterator[Any]:
            with real(self) as db:
                yield Dying(db)

        return opened()

    with monkeypatch.context() as patch:
        patch.setattr(Store, "transaction", transaction)
        killed_round(world)
    assert world.receiver.told() == []
    world.round()
    assert world.receiver.told() == [[name]]


def test_killed_between_match_and_sending(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.subscribe(category=["科技"])
    (name,) = world.publish(record(1))
    with monkeypatch.context() as patch:
        patch.setattr(Courier, "_send", lambda *values: killed())
        killed_round(world)
    world.round()
    assert world.receiver.told() == [[name]]


def test_killed_after_sending_sends_the_same_message_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.subscribe(category=["科技"])
    world.publish(record(1))
    with monkeypatch.context() as patch:
        patch.setattr(queue_module.Queue, "arrived", lambda *values: killed())
        killed_round(world)
    world.publish(record(2))
    world.round()  # too early
    world.clock.wait(FIRST_WAIT_S)
    world.round()
    first, second = world.receiver.letters
    assert first == second
    world.clock.wait(HOUR)
    world.round()
    assert world.receiver.told()[2:] == [[name_of(2)]]


def test_two_portals_send_once(world: World) -> None:
    world.subscribe(category=["科技"])
    world.publish(record(1))
    with Courier(world.root, world.post, world.clock) as courier:
        with pytest.raises(LockHeldError):
            Courier(world.root, world.post, world.clock)
        courier.round()
    world.round()
    assert len(world.receiver.letters) == 1
