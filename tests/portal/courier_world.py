"""A world for the courier's tests: a DATA_DIR with a library, a clock that tests move, a receiver that remembers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from snapshot_crawler.jobs.channels import SendingError
from snapshot_crawler.library.library import Library
from snapshot_crawler.portal.subscriptions.courier import Courier, Post
from snapshot_crawler.portal.subscriptions.message import Letter
from snapshot_crawler.portal.subscriptions.model import State, Wishes
from snapshot_crawler.portal.subscriptions.receivers import Receivers
from snapshot_crawler.portal.subscriptions.store import Store
from snapshot_crawler.portal.taken_down import TakenDown
from tests.jobs.world import MovableClock
from tests.library.outputs import follow, own, record

HOUR = 3600.0


@dataclass
class Receiver:
    """Takes messages in the place of a network. trouble: why it takes none."""

    letters: list[Letter] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    trouble: str = ""
    at_sending: Callable[[], None] = lambda: None
    kinds: tuple[str, ...] = ("webhook", "mail")

    def send(self, kind: str, address: str, letter: Letter, secret: str) -> None:
        self.letters.append(letter)
        self.secrets.append(secret)
        self.at_sending()
        if self.trouble:
            raise SendingError(self.trouble)

    def all_told(self) -> list[str]:
        """The ids of all articles, in their order."""
        return [name for names in self.told() for name in names]

    def told(self) -> list[list[str]]:
        """The ids of the articles, message by message."""
        return [[each["id"] for each in letter.fields.get("articles", ())] for letter in self.letters]


class World:
    """A DATA_DIR with a library, a courier, and a clock that is moved."""

    def __init__(self, root: Path) -> None:
        self.root, self.clock, self.receiver = root, MovableClock(), Receiver()
        taken_down = TakenDown(root, {})
        self.post = Post(self.receiver, "https://portal.example", lambda language: "新闻快照", taken_down.has)  # type: ignore[arg-type]
        self.runs = 0

    def publish(self, *records: dict[str, Any]) -> list[str]:
        """A crawl's output with these records, and the library that has them."""
        self.runs += 1
        own(self.root, records, f"run{self.runs}")
        follow(self.root)
        return [each["id"] for each in records]

    def begin(self) -> None:
        """A library with one old article, which the courier knows."""
        self.publish(record(0))
        self.round()
        assert not self.receiver.letters

    def subscribe(self, kind: str = "webhook", address: str = "https://hook.example/a", **wishes: Any) -> int:
        with Store(self.root) as store:
            token = store.create(
                Wishes(**{name: tuple(values) for name, values in wishes.items()}),
                "zh",
                self.clock.now(),
                most=100,
                most_an_hour=100,
            )
            found = store.of_token(token)
            assert found is not None
            asks = Receivers.asks(kind)
            store.name_address(
                found.id, kind, address, self.clock.now(), place=place_of(self.root), asks=asks, most_asked=100
            )
            return found.id

    def round(self) -> None:
        with Courier(self.root, self.post, self.clock) as courier:
            courier.round()

    def state(self, number: int) -> State:
        with Store(self.root) as store:
            found = store.of_number(number)
            assert found is not None
            return found.state


def place_of(root: Path) -> tuple[str, int]:
    with Library(root) as library:
        return library.born, library.last_arrival


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.begin()
    return made
