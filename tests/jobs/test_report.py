"""The operator's page of the morning, and the files of old runs."""

from __future__ import annotations

import re
import time
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.jobs.history import History
from snapshot_crawler.jobs.keeping import RUNS_IN_HISTORY, Keep, keep_house
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


# --- Keeping house
def files(root: Path) -> list[str]:
    return sorted(
        str(path.relative_to(root)) for path in root.rglob("*") if path.is_file() and "history" not in path.name
    )


@pytest.fixture
def full(tmp_path: Path) -> Path:
    """A DATA_DIR with four runs of two jobs, one of them still at work."""
    now = time.time()
    for job in ("a", "a-b"):
        for days in (0, 3, 10, 40):
            run = f"{job}-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime(now - days * 86_400))}-77"
            for name in (
                f"runs/{run}.json",
                f"articles/{job}/{run}.jsonl",
                f"rejected/{job}/{run}.jsonl",
                f"jobs/logs/{job}/{run.removeprefix(job + '-')}.log",
            ):
                path = tmp_path / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch()
    (tmp_path / "articles/a/a-20200101T000000Z-5.jsonl.part").touch()  # a killed run's
    (tmp_path / "articles/a/mine.jsonl").touch()  # somebody's own
    (tmp_path / "index.sqlite").touch()
    return tmp_path


@pytest.mark.parametrize(
    ("keep", "left"), [(Keep(), 4), (Keep(runs=2), 2), (Keep(days=5), 2), (Keep(days=1), 1), (Keep(runs=3, days=20), 3)]
)
def test_old_files_go_and_the_newest_stay(full: Path, keep: Keep, left: int) -> None:
    with History(full / "jobs" / "history.sqlite") as history:
        removed = keep_house([full, full], history, keep)
    found = files(full)
    for kind in ("runs/a-2", "runs/a-b-2", "articles/a/a-2", "articles/a-b/", "rejected/a/", "jobs/logs/a-b/"):
        assert sum(bool(re.match(kind, name)) for name in found if not name.endswith(".part")) == left, found
    assert {"articles/a/mine.jsonl", "articles/a/a-20200101T000000Z-5.jsonl.part", "index.sqlite"} <= set(found)
    assert removed == (4 - left) * 8


def test_the_history_forgets_old_runs_but_not_its_sums(tmp_path: Path) -> None:
    clock = MovableClock()
    with History(tmp_path / "history.sqlite") as history:
        history.see(["a"], clock.now())
        for _ in range(RUNS_IN_HISTORY + 20):
            history.db.execute("BEGIN")
            history.db.execute(
                "INSERT INTO run (job, cause, started, ended) VALUES ('a', 'hand', '[0,0,\"\"]', '[0,0,\"\"]')"
            )
            history.db.execute("COMMIT")
        finish(history, clock, "a", 0, articles=7)
        keep_house([], history, Keep())
        assert len(history.runs_of("a", 10_000)) == RUNS_IN_HISTORY
        assert history.state("a").articles == 7


def test_a_number_that_is_none_is_told() -> None:
    from scrapy.settings import Settings

    with pytest.raises(ConfigurationError, match="KEEP_RUNS is 'many'"):
        Keep.from_settings(Settings({"KEEP_RUNS": "many"}))
