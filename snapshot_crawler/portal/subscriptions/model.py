"""What a reader subscribes to: a form's values in, wishes within their bounds out; and the state of a subscription."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from snapshot_crawler.jobs.clock import Moment
from snapshot_crawler.text import clean_text

MOST_WISHES = 60  # of a subscription, by choice: its page asks for each
MOST_KEYWORDS = 20  # among them, by choice: each is a search
LONGEST_WISH = 100  # characters; by choice: longer than any name of a category or source
KINDS = ("category", "source", "keyword")  # also the names of the form's fields


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is followed: names of categories and sources, and searches. An article that fits any of them is wanted."""

    category: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    keyword: tuple[str, ...] = ()

    @classmethod
    def of(cls, values: Mapping[str, Iterable[str]]) -> Wishes:
        """The wishes of a form, each value with one wish a line. Raises ValueError for too many and too long ones."""
        found = {kind: _wishes(values.get(kind, ())) for kind in KINDS}
        number = sum(map(len, found.values()))
        if number > MOST_WISHES or len(found["keyword"]) > MOST_KEYWORDS:
            raise ValueError(f"{number} wishes, {len(found['keyword'])} of them keywords")
        return cls(**found)

    def __bool__(self) -> bool:
        return bool(self.category or self.source or self.keyword)


def _wishes(values: Iterable[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for value in values:
        for line in value.splitlines():
            if wish := clean_text(line):
                if len(wish) > LONGEST_WISH:
                    raise ValueError(f"{len(wish)} > {LONGEST_WISH}")
                found[wish] = None
    return tuple(found)


class State(StrEnum):
    """Whether notices are sent."""

    NONE = "none"  # nobody asked for them, or they were stopped
    UNCONFIRMED = "unconfirmed"  # a mail address whose owner has not said yes
    ON = "on"
    FAILED = "failed"  # too many attempts in a row did not arrive


@dataclass(frozen=True, slots=True)
class Subscription:
    """One subscription. kind, address: where notices go, where state says that there are any (receivers.py)."""

    id: int
    wishes: Wishes
    language: str
    created: Moment
    changed: float  # seconds since 1970: of wishes or state
    state: State = State.NONE
    kind: str = ""
    address: str = ""
    sent: Moment | None = None  # when the last notice went out
    missed: int = 0  # articles beyond MOST_WAITING (queue.py) that no notice will name
    place: tuple[str, int] = ("", 0)  # the library's birth, and its last arrival when notices began
