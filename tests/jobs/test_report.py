"""The operator's page of the morning, and the files of old runs."""

from __future__ import annotations

from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.jobs.history import History
from snapshot_crawler.jobs.office import Office
from snapshot_crawler.jobs.outcome import Outcome
from snapshot_crawler.jobs.report import bars, make_report
from snapshot_crawler.jobs.report_page import page
from tests.jobs.world import MovableClock, World

JOBS = "".join(f'[jobs.{name}]\nevery = "6h"\n' for name in ("banyuetan", "cnr", "dahe"))
EVIL = 'https://x.example/"><script>alert(1)</script>'
HOUR = 3600


def finish(history: History, clock: MovableClock, job: str, code: int, articles: int = 0) -> None:
    number = history.claim(job, "timetable", clock.now(), lambda state: True, takes_time=True)
    assert number is not None
    facts = {"examples": {"no-body": [EVIL, "javascript:alert(2)"]}} if code else {}
    word = {0: "complete", 10: "layout drift"}[code]
    history.finish(
        number, Outcome(code, word, "bodies are empty", articles=articles, pages=5, facts=facts), clock.now()
    )


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Three jobs over five days: one good, one broken for two days, one that never ran."""
    world = World(tmp_path)
    clock = MovableClock(wall=datetime(2026, 5, 25, 9, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp())
    world.write(JOBS)
    made = world.office(clock)
    with made.history() as history:
        for step in range(5 * 4):
            finish(history, clock, "banyuetan", 0, articles=step)
            finish(history, clock, "cnr", 10 if step >= 12 else 0, articles=0 if step >= 12 else 3)
            clock.wait(6 * HOUR)
    return made


def test_what_came_in_and_what_is_broken_since_when(office: Office) -> None:
    report = make_report(office)
    cnr, banyuetan, dahe = report.jobs  # the one in trouble first
    assert (cnr.name, banyuetan.name, dahe.name) == ("cnr", "banyuetan", "dahe")
    assert (banyuetan.articles, banyuetan.runs, banyuetan.bad_runs) == (17 + 18 + 19, 3, 0)
    assert not banyuetan.is_broken
    assert banyuetan.by_day[-3:] == [9 + 10 + 11 + 12, 13 + 14 + 15 + 16, 17 + 18 + 19]
    assert (cnr.runs, cnr.bad_runs, cnr.word, cnr.exit_code) == (3, 3, "layout drift", 10)
    assert cnr.broken_since == datetime(2026, 5, 28, 9, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp()
    assert cnr.standing == ["drift", "failed"] and ("no-body", EVIL) in cnr.addresses
    assert (dahe.runs, dahe.word, dahe.is_broken) == (0, None, False)


def test_a_day_of_the_calendar(office: Office) -> None:
    report = make_report(office, "2026-05-26")
    by_name = {job.name: job for job in report.jobs}
    assert by_name["banyuetan"].runs == 4 and by_name["banyuetan"].articles == 3 + 4 + 5 + 6
    assert report.title == "2026-05-26 00:00 to 2026-05-27 00:00 (Asia/Shanghai)"
    with pytest.raises(ConfigurationError, match="write it as"):
        make_report(office, "yesterday")


class Links(HTMLParser):
    """What a page would load or run."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in ("href", "src")]


def test_the_page_needs_nothing_else_and_runs_nothing(office: Office) -> None:
    text = page(make_report(office))
    found = Links()
    found.feed(text)
    assert not {"script", "img", "link", "iframe"} & set(found.tags)
    assert found.links == [EVIL]  # javascript: is text
    assert found.tags.count("svg") == 3 and "default-src 'none'" in text
    assert "layout drift" in text and "2026-05-28 09:00" in text


def test_the_command_prints_and_writes(office: Office, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    world = World(tmp_path)
    done = world.jobs("report", "--day", "2026-05-29")
    assert done.returncode == 0, done.stderr
    assert "70 new articles" not in done.stdout and "1 of 3 jobs need a look" in done.stdout
    assert "cnr: layout drift (10) since 2026-05-28T01:00:00+00:00 [drift, failed]" in done.stdout
    assert EVIL in done.stdout
    assert world.jobs("report", "--html", str(tmp_path / "r.html")).returncode == 0
    assert (tmp_path / "r.html").read_text().startswith("<!doctype html>")


def test_bars() -> None:
    assert bars([0, 1, 4, 8]) == "·▂▅█"
    assert bars([0, 0]) == "··"
