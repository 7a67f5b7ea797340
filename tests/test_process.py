"""A forked command does what a fresh one does: the same streams, exit code and signals (tests/process.py)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.process import FORKER, PROJECT, Forked, run, scrapy, start

SAYS_ALL = """
import os, sys
from own import WORD
print(sys.argv[1:], WORD, os.getcwd(), os.environ["MINE"], sys.stdin.read(), "新闻")
print("错误", file=sys.stderr)
sys.exit(7)
"""


def test_streams_arguments_folder_environment_and_exit_code_are_the_same(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text("WORD = 'imported'")
    command = [sys.executable, "-c", SAYS_ALL, "a b", "二"]
    environment = {**os.environ, "MINE": "yes", "PYTHONPATH": str(tmp_path)}
    fresh = subprocess.run(
        command, cwd=tmp_path, env=environment, input="in", capture_output=True, text=True, timeout=60, check=False
    )
    done = run(command, cwd=tmp_path, env=environment, input="in")
    assert (done.returncode, done.stdout, done.stderr) == (fresh.returncode, fresh.stdout, fresh.stderr)
    assert done.returncode == 7


@pytest.mark.parametrize("words", [["version"], ["list"], ["crawl", "snapshott"], ["status", "--help"]])
def test_scrapys_commands_are_the_same(words: list[str], tmp_path: Path) -> None:
    words = [*words, *([] if "--help" in words else ["-s", f"DATA_DIR={tmp_path}", "-s", "LOG_LEVEL=ERROR"])]
    fresh = subprocess.run(
        [sys.executable, "-m", "scrapy", *words], cwd=PROJECT, capture_output=True, text=True, timeout=60, check=False
    )
    done = scrapy(*words)
    assert (done.returncode, done.stdout, done.stderr[20:]) == (fresh.returncode, fresh.stdout, fresh.stderr[20:])


def test_a_process_has_an_id_and_ends_by_signals() -> None:
    process = start([sys.executable, "-c", "import time; time.sleep(60)"])
    assert isinstance(process, Forked)
    assert process.poll() is None and os.getsid(process.pid) == process.pid
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.01)
    process.send_signal(signal.SIGKILL)
    assert process.wait(30) == process.poll() == -signal.SIGKILL


def test_what_runs_too_long_is_killed_and_told() -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        run([sys.executable, "-c", "import time; time.sleep(60)"], timeout=0.2)
    assert FORKER.end_all() == []


def test_what_a_test_leaves_is_found_and_ended() -> None:
    process = start([sys.executable, "-c", "import time; time.sleep(60)"])
    assert [line for line in FORKER.end_all() if "sleep(60)" in line]
    assert process.poll() == -signal.SIGKILL


def test_what_is_about_the_start_itself_is_started_afresh(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import builtins\nbuiltins.customised = True\n")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = run([sys.executable, "-c", "print(customised)"], env=environment)
    assert done.stdout == "True\n"
    hashes = {run([sys.executable, "-c", "print(hash('a'))"], env={**os.environ, "PYTHONHASHSEED": "0"}).stdout}
    assert len(hashes | {run([sys.executable, "-c", "print(hash('a'))"]).stdout}) == 2
