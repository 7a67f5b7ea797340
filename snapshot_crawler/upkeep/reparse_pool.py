"""Pages read by several processes, and the answers in the order of the pages: tasks in, answers out.

A worker ends by itself when the process that started it is gone, however it died.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from typing import Any

from snapshot_crawler.upkeep.reparse_page import Answer, PageReader, Task

PAGES_AT_ONCE = 16  # of one worker, by choice: some 50 ms of work, against 1 ms to hand them over
AHEAD = 4  # portions for each worker, by choice: nobody waits, and memory holds some hundred pages
LOOK_S = 0.5  # how often a worker looks for its parent

_reader: PageReader | None = None  # of a worker process


def answers(
    tasks: Iterable[Task], settings: Mapping[str, Any], spider: str, job: str, *, workers: int
) -> Iterator[tuple[Task, Answer]]:
    """Each task with its answer, in the order of the tasks."""
    if workers <= 1:
        reader = PageReader(settings, spider, job)
        for task in tasks:
            yield task, reader.answer(task)
        return
    context = multiprocessing.get_context("fork" if "fork" in multiprocessing.get_all_start_methods() else None)
    pool = ProcessPoolExecutor(
        workers, mp_context=context, initializer=_begin, initargs=(dict(settings), spider, job, os.getpid())
    )
    try:
        yield from _in_order(pool, iter(tasks), workers)
    finally:
        pool.shutdown(cancel_futures=True)


def _in_order(pool: ProcessPoolExecutor, tasks: Iterator[Task], workers: int) -> Iterator[tuple[Task, Answer]]:
    under_way: deque[tuple[list[Task], Future[list[Answer]]]] = deque()
    while True:
        while len(under_way) < workers * AHEAD and (portion := list(islice(tasks, PAGES_AT_ONCE))):
            under_way.append((portion, pool.submit(_read, portion)))
        if not under_way:
            return
        portion, future = under_way.popleft()
        yield from zip(portion, future.result(), strict=True)


def _begin(settings: dict[str, Any], spider: str, job: str, parent: int) -> None:
    """The beginning of a worker."""
    global _reader
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    _reader = PageReader(settings, spider, job)


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_S)
    os._exit(1)


def _read(tasks: list[Task]) -> list[Answer]:
    assert _reader is not None
    return [_reader.answer(task) for task in tasks]
