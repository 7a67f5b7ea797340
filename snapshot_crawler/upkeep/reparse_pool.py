"""Pages read by several processes, and the answers in the order of the pages: tasks in, answers out.

    with ReaderPool(settings, job, workers) as pool:  # before any lock is taken and any file opened
        for task, answer in pool.answers(tasks, spider):

The workers are forked at once, so that they hold none of the locks that are taken afterwards: a lock would outlive a
killed command in them. A worker ends by itself when the process that started it is gone, however it died.
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
from types import TracebackType
from typing import Any, Self

from snapshot_crawler.upkeep.reparse_page import Answer, PageReader, Task

PAGES_AT_ONCE = 16  # of one worker, by choice: some 50 ms of work, against 1 ms to hand them over
AHEAD = 4  # portions for each worker, by choice: nobody waits, and memory holds some hundred pages
LOOK_S = 0.5  # how often a worker looks for its parent

_of_worker: dict[str, Any] = {}  # in a worker process: settings and job, and the reader of each spider


class ReaderPool:
    """Processes that read pages of one job; none with workers = 1, where the caller's own process reads."""

    def __init__(self, settings: Mapping[str, Any], job: str, workers: int) -> None:
        """settings: plain values."""
        self.settings, self.job, self.workers = dict(settings), job, workers
        self.pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        if self.workers > 1:
            method = "fork" if "fork" in multiprocessing.get_all_start_methods() else None
            begin = (self.settings, self.job, os.getpid())
            context = multiprocessing.get_context(method)
            self.pool = ProcessPoolExecutor(self.workers, mp_context=context, initializer=_begin, initargs=begin)
            self.pool.submit(os.getpid).result()  # the first task starts all of them
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self.pool is not None:
            self.pool.shutdown(cancel_futures=True)

    def answers(self, tasks: Iterable[Task], spider: str) -> Iterator[tuple[Task, Answer]]:
        """Each task with its answer, in the order of the tasks. Raises KeyError for a spider that is not there."""
        if self.pool is None:
            reader = PageReader(self.settings, spider, self.job)
            for task in tasks:
                yield task, reader.answer(task)
        else:
            yield from self._in_order(self.pool, iter(tasks), spider)

    def _in_order(self, pool: ProcessPoolExecutor, tasks: Iterator[Task], spider: str) -> Iterator[tuple[Task, Answer]]:
        under_way: deque[tuple[list[Task], Future[list[Answer]]]] = deque()
        while True:
            while len(under_way) < self.workers * AHEAD and (portion := list(islice(tasks, PAGES_AT_ONCE))):
                under_way.append((portion, pool.submit(_read, spider, portion)))
            if not under_way:
                return
            portion, future = under_way.popleft()
            yield from zip(portion, future.result(), strict=True)


def _begin(settings: dict[str, Any], job: str, parent: int) -> None:
    """The beginning of a worker."""
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    _of_worker.update(settings=settings, job=job, readers={})


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_S)
    os._exit(1)


def _read(spider: str, tasks: list[Task]) -> list[Answer]:
    readers: dict[str, PageReader] = _of_worker["readers"]
    if spider not in readers:
        readers[spider] = PageReader(_of_worker["settings"], spider, _of_worker["job"])
    return [readers[spider].answer(task) for task in tasks]
