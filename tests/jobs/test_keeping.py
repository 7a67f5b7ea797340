"""Keeping house: what is over KEEP_RUNS and KEEP_DAYS goes, and nothing else does."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from snapshot_crawler.archive.places import new_name
from snapshot_crawler.archive.retention import no_longer_kept
from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.jobs import keeping
from snapshot_crawler.jobs.daemon import Daemon
from snapshot_crawler.jobs.keeping import is_believable, limits_of, tidy, tidy_daily
from snapshot_crawler.jobs.outcome import Outcome
from snapshot_crawler.runs.lease import Lease
from tests.crash.site import NewsSite
from tests.jobs.test_rounds import table
from tests.jobs.world import NOON, MovableClock, World

DAY = 86_400
JOBS = '[jobs.banyuetan]\nevery = "1h"\n[jobs.cnr]\nevery = "1h"\n'
FAR_PID = 4_000_000  # above the largest process number of a usual machine


def run_name(job: str, days_ago: float, pid: int = FAR_PID) -> str:
    return f"{job}-{datetime.fromtimestamp(NOON - days_ago * DAY, UTC):%Y%m%dT%H%M%SZ}-{pid}"


def leave(world: World, job: str, days_ago: float, *, articles: int = 1, pid: int = FAR_PID, suffix: str = "") -> None:
    """What a run leaves, as it lies there after it."""
    name = run_name(job, days_ago, pid)
    files = {f"{kind}/{job}/{name}.jsonl{suffix}": "{}\n" for kind in ("articles", "rejected", "duplicates")}
    files[f"runs/{name}.json"] = json.dumps({"job": job, "state": "ended", "articles": {"new": articles}})
    for file, text in files.items():
        path = world.data / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        os.utime(path, (NOON - days_ago * DAY,) * 2)


def left(world: World, kind: str, job: str = "") -> list[int]:
    """How many days ago the runs began whose files are still there."""
    names = sorted(path.name for path in (world.data / kind / job).glob("*Z-*.json*"))
    began = [datetime.strptime(name.split("-")[-2], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) for name in names]
    return [round((NOON - moment.timestamp()) / DAY) for moment in began]


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.write(JOBS)
    return made


@pytest.mark.parametrize(
    ("limits", "remain"),
    [({}, 5), ({"KEEP_RUNS": 2}, 2), ({"KEEP_DAYS": 5}, 2), ({"KEEP_RUNS": 4, "KEEP_DAYS": 20}, 3)],
)
def test_old_files_go_of_every_kind(world: World, limits: dict[str, int], remain: int) -> None:
    days = [0, 3, 10, 40, 4_000]
    for job in ("banyuetan", "banyuetan-2"):  # the second a crawl by hand, whose name begins as the other's
        for began in days:
            leave(world, job, began)
    done = tidy(world.office(MovableClock(), **limits))
    for job in ("banyuetan", "banyuetan-2"):
        for kind in ("articles", "rejected", "duplicates"):
            assert left(world, kind, job) == days[:remain][::-1]
    assert sorted(left(world, "runs")) == sorted(2 * days[:remain])
    assert set(done.files.values()) == ({2 * (5 - remain)} if remain < 5 else set())
    if remain == 2:
        words = "6 outputs, 6 files of duplicates, 6 files of rejected pages, 6 reports; 0.0 MiB"
        assert str(done) == words


def test_reports_are_never_more_than_some_hundred(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "RUNS_KNOWN", 2)
    for began in range(4):
        leave(world, "banyuetan", began)
    tidy(world.office(MovableClock()))
    assert left(world, "runs") == [1, 0] and left(world, "articles", "banyuetan") == [3, 2, 1, 0]
    leave(world, "banyuetan", 2)
    tidy(world.office(MovableClock(), KEEP_RUNS=3))
    assert left(world, "runs") == [2, 1, 0] == left(world, "articles", "banyuetan")


def test_of_each_job_the_newest_stays_and_the_newest_report_with_articles(world: World) -> None:
    for days, articles in ((300, 5), (200, 5), (100, 0)):
        leave(world, "banyuetan", days, articles=articles)
    tidy(world.office(MovableClock(), KEEP_DAYS=30, KEEP_RUNS=1))
    assert sorted(left(world, "runs")) == [100, 200]
    assert left(world, "articles", "banyuetan") == [100]
    assert left(world, "rejected", "banyuetan") == []


def test_what_may_still_be_written_to_stays(world: World) -> None:
    leave(world, "banyuetan", 60)
    leave(world, "banyuetan", 50, suffix=".part")  # of a killed run
    leave(world, "banyuetan", 40, pid=os.getpid())
    leave(world, "banyuetan", 1)
    foreign = world.data / "articles" / "banyuetan" / "mine.jsonl"
    foreign.write_text("of -o\n")
    os.utime(foreign, (0, 0))
    for name in ("frontier/banyuetan.sqlite", "index.sqlite", "drift/banyuetan.json"):
        (world.data / name).parent.mkdir(exist_ok=True)
        (world.data / name).touch()
        os.utime(world.data / name, (0, 0))
    with Lease(world.data / "leases" / "banyuetan.json", "banyuetan"):
        tidy(world.office(MovableClock(), KEEP_DAYS=30))
    assert left(world, "articles", "banyuetan") == left(world, "rejected", "banyuetan") == [50, 40, 1]
    assert foreign.exists() and len([*world.data.glob("frontier/*"), *world.data.glob("drift/*")]) == 2
    tidy(world.office(MovableClock(), KEEP_DAYS=30))
    assert left(world, "articles", "banyuetan") == [50, 1]


def test_logs_and_the_history_keep_the_newest_runs(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "RUNS_KNOWN", 2)
    clock = MovableClock()
    office = world.office(clock, KEEP_RUNS=2)
    logs = []
    with office.history() as history:
        for number in range(1, 6):
            claimed = history.claim("cnr", "hand", clock.now(), lambda state: True, takes_time=True)
            assert claimed == number
            log = office.places.log("cnr", number, clock.now().wall)
            log.parent.mkdir(parents=True, exist_ok=True)
            log.write_text("words\n")
            logs.append(log)
            history.started(number, FAR_PID + number, str(log))
            clock.wait(-90 if number == 3 else 90)  # the wall clock was set back
            if number != 2:  # it was killed, and nobody has noticed yet
                history.finish(number, Outcome(0, "complete", articles=number), clock.now())
        done = tidy(office)
        assert (done.files["logs"], done.runs) == (2, 2)
        assert [log.exists() for log in logs] == [False, True, False, True, True]
        assert [run.id for run in history.runs_of("cnr", 9)] == [5, 4, 2]
        assert history.state("cnr").articles == 13
    tidy(world.office(clock, KEEP_RUNS=1))
    assert [log.exists() for log in logs] == [False, True, False, False, True]
    with office.history() as history:
        assert [run.id for run in history.runs_of("cnr", 9)] == [5, 4, 2]


def test_limits_stand_in_the_job_file_and_go_before_the_project(world: World) -> None:
    world.write(JOBS.replace("[jobs.cnr]\n", "[jobs.cnr]\nsettings = { KEEP_RUNS = 2 }\n"), KEEP_DAYS=7)
    office = world.office(MovableClock())
    found = {job: limits_of(job, office.file, {}, office.settings) for job in ("banyuetan", "cnr", "by-hand")}
    assert {job: (limit.runs, limit.days) for job, limit in found.items()} == {
        "banyuetan": (0, 7),
        "cnr": (2, 7),
        "by-hand": (0, 7),
    }
    assert limits_of("cnr", office.file, {"KEEP_RUNS": "5"}, office.settings).runs == 5
    with pytest.raises(ConfigurationError, match="KEEP_DAYS is '-3'; it takes a whole number, such as 30"):
        limits_of("cnr", office.file, {"KEEP_DAYS": "-3"}, office.settings)
    world.write(JOBS, KEEP_RUNS="many")
    with pytest.raises(ConfigurationError, match="KEEP_RUNS is 'many'; it takes a whole number"):
        Daemon(world.office(MovableClock()))


def test_jobs_with_a_folder_of_their_own(world: World) -> None:
    other = World(world.folder / "other")
    other.folder.mkdir()
    world.write(JOBS + f'settings = {{ DATA_DIR = "{other.data}" }}\n')
    for place in (world, other):
        leave(place, "cnr", 50)
        leave(place, "cnr", 1)
    tidy(world.office(MovableClock(), KEEP_DAYS=30))
    assert left(world, "articles", "cnr") == left(other, "articles", "cnr") == [1]


def test_the_command_tells_first_and_then_does(world: World) -> None:
    name = run_name("cnr", 0)
    for pid in (1, 2):
        path = world.data / "runs" / f"{name}{pid}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")
        os.utime(path, (time.time() - 40 * DAY,) * 2)
    said = world.jobs("tidy", "--dry-run", "-s", "KEEP_DAYS=30").stdout.splitlines()
    assert len(said) == 2 and said[0].startswith("would remove ") and said[1] == "would remove 1 reports; 0.0 MiB"
    assert len([*world.data.glob("runs/*")]) == 2
    done = world.jobs("tidy", "-s", "KEEP_DAYS=30")
    assert done.returncode == 0 and done.stdout.splitlines()[-1] == "removed 1 reports; 0.0 MiB"
    assert len([*world.data.glob("runs/*")]) == 1


def test_the_daemon_tidies_up_once_a_day(world: World) -> None:
    clock = MovableClock()
    daemon = Daemon(world.office(clock, KEEP_RUNS=1))

    def look() -> list[int]:
        daemon.next_seldom = 0
        daemon.housekeeping.serve(daemon.office)
        assert daemon.housekeeping.thread is not None
        daemon.housekeeping.thread.join(20)
        return left(world, "runs")

    try:
        for days in (3, 2):
            leave(world, "cnr", days)
        assert look() == [2]
        leave(world, "cnr", 1)
        clock.wait(3 * 3600)
        assert look() == [2, 1]
        clock.wait(21 * 3600)
        assert look() == [1]
        daemon._seldom()
    finally:
        daemon.history.close()


def test_a_wrong_clock_empties_nothing(world: World) -> None:
    clock = MovableClock()
    office = world.office(clock, KEEP_DAYS=30)
    for days in (2, 1):
        leave(world, "cnr", days)
    assert tidy_daily(office) and not tidy_daily(office)
    clock.wait(2 * DAY)
    clock.set_wall(365 * DAY)
    assert tidy_daily(office)
    assert left(world, "articles", "cnr") == [2, 1]
    clock.wait(2 * DAY)
    assert tidy_daily(office)  # it has stood for a day: the year is believed
    assert left(world, "articles", "cnr") == [1]


@pytest.mark.parametrize(
    ("happens", "believed"),
    [
        (lambda clock: clock.wait(DAY), True),
        (lambda clock: clock.set_wall(10 * DAY), False),
        (lambda clock: clock.set_wall(-DAY), False),
        (lambda clock: clock.reboot(2 * DAY), True),
        (lambda clock: clock.reboot(3_000 * DAY), False),
    ],
)
def test_a_clock_is_believed_that_moves_with_the_machines(
    happens: Callable[[MovableClock], None], believed: bool
) -> None:
    clock = MovableClock()
    before = clock.now()
    happens(clock)
    assert is_believable(before, clock.now()) is believed


def test_no_article_comes_again_when_its_file_was_removed(world: World) -> None:
    with NewsSite(articles=4, hidden_every=0) as site:
        world.write(table(site, "cnr"), KEEP_DAYS=1)
        assert world.jobs("run", "cnr").returncode == 0
        (output,) = world.data.glob("articles/cnr/*.jsonl")
        assert len(output.read_text().splitlines()) == 4
        os.utime(output, (0, 0))
        newer = output.with_name("cnr-20960101T000000Z-1.jsonl")
        newer.write_text("")
        tidy(world.office())
        assert not output.exists()
        assert world.jobs("run", "cnr").returncode == 0
        assert [*world.data.glob("articles/cnr/*.jsonl")] == [newer]


def test_pages_go_by_a_limit_of_their_own(world: World) -> None:
    def pages() -> list[str]:
        return sorted(path.name for path in (world.data / "archive" / "cnr").glob("*.warc.gz"))

    now = datetime.fromtimestamp(NOON, UTC)
    for number, days in enumerate((50, 20, 1), 1):
        path = world.data / "archive" / "cnr" / new_name("cnr", now - timedelta(days=days), number)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    world.write(JOBS, KEEP_DAYS=5)
    tidy(world.office(MovableClock()))
    assert len(pages()) == 3, "KEEP_DAYS is not theirs"
    world.write(JOBS.replace("[jobs.cnr]\n", "[jobs.cnr]\nsettings = { ARCHIVE_KEEP_DAYS = 30 }\n"))
    told: list[str] = []
    assert tidy(world.office(MovableClock()), told.append, is_dry=True).files == {"archive": 1}
    assert len(pages()) == 3 and len(told) == 1 and told[0].startswith("would remove ")
    tidy(world.office(MovableClock()), by_age=False)
    assert len(pages()) == 3, "a clock that was set removes nothing"
    assert str(tidy(world.office(MovableClock()))) == "1 files of pages; 0.0 MiB"
    assert len(pages()) == 2 and len(no_longer_kept(world.data / "archive" / "cnr")) == 1
    world.write(JOBS, ARCHIVE_KEEP_DAYS="long")
    with pytest.raises(ConfigurationError, match="ARCHIVE_KEEP_DAYS is 'long'; it takes a whole number"):
        Daemon(world.office(MovableClock()))
