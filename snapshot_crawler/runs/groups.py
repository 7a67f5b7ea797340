"""Answers in groups: answers that are there at the same time go in, and are let on to the spider one after the other.

A page takes more code and tables than the processor's caches hold: reading it, the pipelines, the index, the frontier.
When each page goes through all of that before the next one begins, each step finds the caches full of the others'. So
yielded.py lets the pages of a group be read one after the other, in one turn of the event loop, and in the next turn
lets their items go through the pipelines one after the other. docs/performance.md has what that saves.

Nobody waits for an answer that is not there yet: a crawl that waits for the network has groups of one. What comes
while a group is at work waits until the group has had its turns, and is the next group then.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

MOST_PAGES = 8  # of a group; 16 are no faster (docs/performance.md), and more to fetch again after a kill
MOST_BYTES = 1024 * 1024  # of a group's bodies, by choice: trees take ten times as much; a larger page goes alone
# Turns of the event loop in which a group's pages are read, dealt with and finished, the next requests are sent, and
# answers that have come meanwhile reach the scraper
TURNS = 5


class Groups:
    """Where answers wait until their group is begun: all of its answers in one turn of the event loop."""

    def __init__(self) -> None:
        self.waiting: deque[tuple[int, Callable[[], object]]] = deque()  # size of the body in bytes; begins an answer
        self.calling: asyncio.Task[None] | None = None

    def add(self, begin: Callable[[], object], size_bytes: int) -> None:
        """Let an answer with a body of that size wait; begin is called, and starts its task, with its group."""
        self.waiting.append((size_bytes, begin))
        if self.calling is None:
            self.calling = asyncio.ensure_future(self._call())

    async def _call(self) -> None:
        """Begin group after group, until none waits."""
        await let_read_and_write()
        while self.waiting:
            self._begin_group()
            for _ in range(TURNS):
                await asyncio.sleep(0)
        self.calling = None

    def _begin_group(self) -> None:
        pages = size = 0
        while self.waiting and pages < MOST_PAGES and (not pages or size + self.waiting[0][0] <= MOST_BYTES):
            size_bytes, begin = self.waiting.popleft()
            begin()
            pages += 1
            size += size_bytes


async def let_read_and_write() -> None:
    """Let the event loop go through its readers and writers, by as many turns as Scrapy gives it for that."""
    await asyncio.sleep(0)
    await asyncio.sleep(0)
