"""Long work tells how far it has come: a bar on a terminal, few plain lines in a pipe, nothing with -q."""

from __future__ import annotations

import argparse
import json
import os
import pty
import sys
from pathlib import Path
from typing import Any

import pytest

from snapshot_crawler import longwork
from snapshot_crawler.longwork import LongWork
from tests.process import LONGEST_RUN_S, scrapy, start

GOLDEN = Path(__file__).parent / "pages" / "golden"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr(longwork.time, "monotonic", lambda: now[0])
    return now


def test_a_pipe_gets_a_plain_line_now_and_then(clock: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    with LongWork("extract", "pages", 2000) as work:
        for _ in work.each(range(2000)):
            clock[0] += 1 / 64
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "extract: 128 of 2,000 pages (6%), 64 a second, about 29 s left"
    assert len(lines) == 6, "31 seconds: one after two, then one every five"


def test_without_a_total_the_line_counts(clock: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    with LongWork("dedup", "bytes") as work:
        clock[0] += 10
        work.reached(5000)
    assert capsys.readouterr().err == "dedup: 5,000 bytes, 500 a second\n"


@pytest.mark.parametrize(("quiet", "setting"), [(True, True), (False, False), (False, "False"), (False, "0")])
def test_quiet_is_quiet(clock: list[float], capsys: pytest.CaptureFixture[str], quiet: bool, setting: Any) -> None:
    with LongWork.of("x", "pages", 9, {"PROGRESS": setting}, argparse.Namespace(quiet=quiet)) as work:
        clock[0] += 60
        work.reached(3)
    assert capsys.readouterr().err == ""


def manifest(folder: Path, pages: int) -> Path:
    path = folder / "list.jsonl"
    path.write_text(
        "".join(json.dumps({"id": str(i), "file": str(GOLDEN / "brief.html")}) + "\n" for i in range(pages))
    )
    return path


def test_a_terminal_gets_a_bar_and_the_output_none_of_it(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "scrapy", "extract", "--manifest", manifest(tmp_path, 3), "-o", tmp_path / "out"]
    process = start(command, stderr=theirs)
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 4096):
            shown += part
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    assert process.wait(LONGEST_RUN_S) == 0
    assert b"extract" in shown and b"3/3" in shown
    assert len((tmp_path / "out").read_text().splitlines()) == 3


def test_dedup_tells_the_bytes_of_all_inputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from snapshot_crawler.dedup.files import mark_files, size_of

    inputs = [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]
    for path in inputs:
        path.write_text('{"title": "t", "body": "b"}\n' * 100)
    told: list[int] = []
    mark_files(inputs, tmp_path / "out.jsonl", None, reached=told.append)
    assert told == sorted(told) and told[-1] == size_of(inputs) == 2 * 100 * 28


def test_short_work_says_nothing_in_a_pipe(tmp_path: Path) -> None:
    done = scrapy("extract", "--manifest", manifest(tmp_path, 1), "-o", tmp_path / "out")
    assert (done.returncode, done.stderr) == (0, "")
