"""The lease of a job, and its lock: tests are told from holders, and a start that was refused leaves nothing."""

from __future__ import annotations

import fcntl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any

import pytest

from snapshot_crawler.exceptions import ConfigurationError, LockHeldError
from snapshot_crawler.jobs.locks import JobLock
from snapshot_crawler.runs.lease import Lease, is_held


def test_a_start_whose_folder_is_taken_away_by_another_makes_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, opened, taken = tmp_path / "data" / "leases" / "a.json", Path.open, []

    def open_late(self: Path, *args: Any, **kwargs: Any) -> IO[Any]:
        if self == path and len(taken) < 2:
            taken.append(self)
            self.parent.rmdir()
            self.parent.parent.rmdir()
        return opened(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", open_late)
    with Lease(path, "a") as lease:
        assert path.exists() and len(taken) == 2
        lease.leave_nothing()
        assert not (tmp_path / "data").exists() and tmp_path.exists()


def test_folders_that_hold_something_stay(tmp_path: Path) -> None:
    path = tmp_path / "data" / "leases" / "a.json"
    with Lease(path, "a") as lease:
        (path.parent / "b.json").touch()
        lease.leave_nothing()
    assert [found.name for found in path.parent.iterdir()] == ["b.json"]


def test_a_data_dir_where_no_folder_can_be_made_is_told() -> None:
    with pytest.raises(ConfigurationError, match="DATA_DIR cannot be written"), Lease(Path("/proc/leases/a.json"), "a"):
        pass


def test_a_test_that_stands_still_while_it_shares_the_lock_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_SH)  # as is_held() does, on a machine that is too busy to let it go on
        leaving = threading.Timer(0.3, fcntl.flock, (file, fcntl.LOCK_UN))
        asked = time.monotonic()
        leaving.start()
        with Lease(path, "a"):
            assert time.monotonic() - asked >= 0.3 and is_held(path)
        leaving.join()


def test_a_start_is_refused_at_once_while_others_look(tmp_path: Path) -> None:
    path, ends = tmp_path / "a.json", threading.Event()

    def look() -> None:
        while not ends.is_set():
            is_held(path)

    with ThreadPoolExecutor(2) as threads:
        for _ in range(2):
            threads.submit(look)
        try:
            for _ in range(50):
                with Lease(path, "a"), pytest.raises(LockHeldError, match="is being crawled already by process"):
                    Lease(path, "a").__enter__()
        finally:
            ends.set()


def test_of_many_that_ask_at_once_one_gets_the_lock(tmp_path: Path) -> None:
    path, begin = tmp_path / "a.lock", threading.Barrier(8)

    def ask() -> JobLock | None:
        begin.wait()
        return JobLock.take(path)

    with ThreadPoolExecutor(8) as threads:
        for _ in range(20):
            taken = [future.result() for future in [threads.submit(ask) for _ in range(8)]]
            (one,) = filter(None, taken)
            one.release()
