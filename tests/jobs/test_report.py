"""The operator's page of the morning, and the files of old runs."""

from __future__ import annotations

import re
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.jobs.history import History
from snapshot_crawler.jobs.office import Office
from snapshot_crawler.jobs.outcome import Outcome
from snapshot_crawler.jobs.report import make_report, safe
from snapshot_crawler.jobs.report_page import page
from snapshot_crawler.jobs.report_text import bars
from tests.jobs.world import MovableClock, World

JOBS = "".join(f'[jobs.{name}]\nevery = "6h"\n' for name in ("banyuetan", "cnr", "dahe"))
EVIL = 'https://x.example/"><script>alert(1)</script>'
NO_LINKS = ["javascript:alert(2)", "http://[1", "http:\x1b]0;title\x07"]  # addresses that are none
HOUR = 3600


def finish(history: History, clock: MovableClock, job: str, code: int, articles: int = 0) -> None:
    number = history.claim(job, "timetable", clock.now(), lambda state: True, takes_time=True)
    assert number is not None
    facts = {"examples": {"no-body": [EVIL, NO_LINKS[0]], "failed": NO_LINKS[1:]}} if code else {}
    word = {0: "complete", 10: "layout drift"}[code]
    sentence = "正文 <b>are</b> empty \x1b[2J"
    history.finish(number, Outcome(code, word, sentence, articles=articles, pages=5, facts=facts), clock.now())


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
    web = [link for link in found.links if not (link or "").startswith("#")]
    assert web == [EVIL] and set(found.links) - set(web) == {"#job-cnr"}
    assert 'id="job-cnr"' in text and "default-src 'none'" in text
    assert found.tags.count("svg") == 2 + 3  # all jobs by hour and by day, and a line of bars a job
    assert "layout drift (10)" in text and "bad since 2026-05-28 09:00, 8 runs in a row" in text
    assert "正文 &lt;b&gt;are" in text and "<b>" not in text and "\x1b" not in text
    assert "Noto Sans CJK SC" in text and "prefers-color-scheme: dark" in text
    assert safe("\ud800\u202e") == "\ufffd\ufffd"


def test_the_charts_show_the_numbers(office: Office) -> None:
    text = page(make_report(office))
    bars = re.findall(r'height="(\d+)"><title>\d\d:\d\d: (\d+)</title>', text)
    heights, numbers = ([int(bar[place]) for bar in bars] for place in (0, 1))
    assert len(bars) == 24 and sum(numbers) == 17 + 18 + 19
    assert max(heights) == 90 == heights[numbers.index(19)] and heights[numbers.index(0)] == 1
    assert "<title>05-30: 54</title>" in text and "<title>05-29: 58</title>" in text


def test_a_past_day_is_told_as_it_was(office: Office) -> None:
    """On the 27th nothing was broken yet; on the 28th it had just begun."""
    assert not any(job.is_broken for job in make_report(office, "2026-05-27").jobs)
    cnr = make_report(office, "2026-05-28").jobs[0]
    assert (cnr.name, cnr.bad_in_a_row, cnr.runs, cnr.bad_runs) == ("cnr", 3, 4, 3)
    assert cnr.usual == 0 and cnr.by_day[-4:] == [9, 12, 12, 3]


def test_disabled_jobs_need_no_look_and_strangers_are_told(office: Office) -> None:
    world = World(office.file.path.parent)
    world.write(JOBS.replace("[jobs.cnr]\n", "[jobs.cnr]\nenabled = false\n").replace("jobs.banyuetan", "jobs.gmw"))
    report = make_report(world.office(office.clock))
    assert [job.name for job in report.jobs if job.is_broken] == []
    assert {job.name: job.runs for job in report.jobs} == {"banyuetan": 3, "cnr": 3, "dahe": 0, "gmw": 0}


def test_the_day_on_which_the_clocks_change_has_25_hours(tmp_path: Path) -> None:
    world = World(tmp_path)
    clock = MovableClock(wall=datetime(2026, 10, 24, 23, 30, tzinfo=ZoneInfo("Europe/Berlin")).timestamp())
    world.write('[jobs.cnr]\nevery = "1h"\ntimezone = "Europe/Berlin"\n')
    made = world.office(clock)
    with made.history() as history:
        for _ in range(28):
            finish(history, clock, "cnr", 0, articles=1)
            clock.wait(HOUR)
    (cnr,) = make_report(made, "2026-10-25").jobs
    assert cnr.by_hour == [1] * 25 and (cnr.articles, cnr.runs, cnr.by_day[-2:]) == (25, 25, [1, 25])


def test_channels_that_take_nothing_are_told(office: Office) -> None:
    with office.history() as history, history.transaction() as db:
        db.execute("INSERT INTO delivery (event, channel, word, title, body) VALUES (1, 'ops', 'failed', 't', 'b')")
    (problem,) = make_report(office).problems
    assert problem == "1 notices wait for the channel ops; try: scrapy jobs notify --test ops"


def test_the_command_prints_and_writes(office: Office, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    world = World(tmp_path)
    done = world.jobs("report", "--day", "2026-05-29")
    assert done.returncode == 0, done.stderr
    assert "66 new articles in 8 runs; 1 of 3 jobs need a look" in done.stdout
    assert "cnr: layout drift (10), bad since 2026-05-28 09:00, 7 runs in a row" in done.stdout
    assert EVIL in done.stdout and "\x1b" not in done.stdout
    assert world.jobs("report", "--html", str(tmp_path / "r.html")).returncode == 0
    assert (tmp_path / "r.html").read_text().startswith("<!doctype html>")
    done = world.jobs("report", "--html", str(tmp_path / "no" / "r.html"))
    assert done.returncode == 9 and done.stderr.startswith(f"the report {tmp_path}/no/r.html cannot be written")


def test_bars() -> None:
    assert bars([0, 1, 4, 8]) == "·▂▅█"
    assert bars([0, 0]) == "··"
