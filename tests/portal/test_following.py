"""The process beside the portal that fills the library: it takes its turn, comes back when it dies, ends when asked."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from pathlib import Path

import pytest

from snapshot_crawler.exceptions import StateError
from snapshot_crawler.library.library import Library
from snapshot_crawler.library.writer import Writer
from snapshot_crawler.portal.following import Following, follow
from tests.library.outputs import own, record
from tests.portal.test_serve import until


def articles(root: Path) -> int:
    with contextlib.suppress(StateError), Library(root) as library:  # it is not there yet, or just being made
        return library.size
    return 0


def test_a_follower_that_dies_is_started_again(tmp_path: Path) -> None:
    settings = {"OF_A_SITE": lambda: None}  # what cannot go to another process does not keep it from starting
    following = Following(tmp_path, settings, again_s=0.05)
    following.start()
    try:
        first = following.process
        assert first is not None and first.pid is not None
        os.kill(first.pid, signal.SIGKILL)
        until(lambda: following.process is not first)
        own(tmp_path, [record(1)])
        until(lambda: articles(tmp_path) == 1)
    finally:
        following.close()
    assert following.process is not None and not following.process.is_alive()


def test_a_signal_for_both_is_no_trouble(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    following = Following(tmp_path, {}, again_s=60)
    following.start()
    assert following.process is not None and following.process.pid is not None
    os.kill(following.process.pid, signal.SIGTERM)
    until(lambda: following._ours is not None and following._ours.closed)
    following.close()
    assert "has died" not in caplog.text


def test_while_another_process_fills_the_library_it_waits_for_its_turn(tmp_path: Path) -> None:
    own(tmp_path, [record(1)])
    stop = threading.Event()
    thread = threading.Thread(target=follow, args=(tmp_path, {}, stop))
    with Writer(tmp_path):
        thread.start()
        thread.join(0.2)
        assert thread.is_alive() and articles(tmp_path) == 0
    until(lambda: articles(tmp_path) == 1)
    stop.set()
    thread.join()
