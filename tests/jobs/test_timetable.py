"""When jobs are due: the calendar over changes of summer time, jitter, missed times, and clocks that are set."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from snapshot_crawler.exceptions import ExitCode
from snapshot_crawler.jobs.clock import Moment
from snapshot_crawler.jobs.due import EARLY_RETRIES, RETRIES, seconds_until_due
from snapshot_crawler.jobs.history import JobState
from snapshot_crawler.jobs.model import Job
from snapshot_crawler.jobs.timetable import Timetable, jitter_of, seconds_of
from tests.jobs.world import NOON, MovableClock

BERLIN, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")
HOUR, DAY = 3600.0, 86_400.0


def job(*, cron: str | None = None, every_s: int | None = None, zone: ZoneInfo = SHANGHAI, jitter_s: int = 0) -> Job:
    return Job("a", "news", Timetable(zone, every_s, cron), jitter_s=jitter_s)


def due_in(made: Job, state: JobState, clock: MovableClock) -> float:
    return seconds_until_due(made, state, clock.now())


def times(cron: str, zone: ZoneInfo, begin: datetime, number: int) -> list[str]:
    timetable, at, found = Timetable(zone, cron=cron), begin.timestamp(), []
    for _ in range(number):
        at = timetable.after(at)
        found.append(datetime.fromtimestamp(at, zone).isoformat(timespec="minutes"))
    return found


@pytest.mark.parametrize(
    ("cron", "day", "expected"),
    [
        # spring: 02:30 is left out, and comes at once after the gap; autumn: 02:30 is there twice, and comes once
        ("30 2 * * *", datetime(2026, 3, 28, 12, tzinfo=BERLIN), ["2026-03-29T03:00+02:00", "2026-03-30T02:30+02:00"]),
        ("30 2 * * *", datetime(2026, 10, 24, 12, tzinfo=BERLIN), ["2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00"]),
        # an hourly job has an hour between two runs all the same
        (
            "0 * * * *",
            datetime(2026, 10, 25, 1, 30, tzinfo=BERLIN),
            ["2026-10-25T02:00+02:00", "2026-10-25T02:00+01:00"],
        ),
        (
            "0 * * * *",
            datetime(2026, 3, 29, 0, 30, tzinfo=BERLIN),
            ["2026-03-29T01:00+01:00", "2026-03-29T03:00+02:00"],
        ),
        (
            "30 2 * * *",
            datetime(2026, 3, 28, 12, tzinfo=SHANGHAI),
            ["2026-03-29T02:30+08:00", "2026-03-30T02:30+08:00"],
        ),
        ("0 8 * * 0", datetime(2026, 5, 28, tzinfo=SHANGHAI), ["2026-05-31T08:00+08:00", "2026-06-07T08:00+08:00"]),
        ("0 8 13 * 5", datetime(2026, 3, 1, tzinfo=SHANGHAI), ["2026-03-06T08:00+08:00", "2026-03-13T08:00+08:00"]),
    ],
)
def test_the_calendar(cron: str, day: datetime, expected: list[str]) -> None:
    assert times(cron, day.tzinfo, day, 2) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize("zone", [BERLIN, SHANGHAI], ids=str)
def test_two_years_without_a_day_lost_or_doubled(zone: ZoneInfo) -> None:
    for cron in ("30 2 * * *", "0 0 * * *", "15 3 * * *"):
        timetable, at = Timetable(zone, cron=cron), datetime(2025, 12, 31, 12, tzinfo=zone).timestamp()
        days = []
        for _ in range(730):
            # asked again at every time in between, as a daemon that is started anew does
            middle = timetable.after(at + 1)
            at = timetable.after(at)
            assert middle == at
            days.append(datetime.fromtimestamp(at, zone).date())
        assert days == [days[0] + timedelta(days=number) for number in range(730)]


def test_jitter_is_the_same_in_every_process_and_spreads() -> None:
    starts = sorted(jitter_of(f"job{number}", NOON, 900) for number in range(300))
    assert starts == sorted(jitter_of(f"job{number}", NOON, 900) for number in range(300))
    assert starts[0] >= 0 and starts[-1] < 900
    assert max(sum(at <= start < at + 10 for start in starts) for at in range(0, 900, 10)) < 15  # 3.3 on average
    assert jitter_of("a", NOON, 900) != jitter_of("a", NOON + 900, 900)


def test_an_interval_counts_from_the_last_run() -> None:
    clock = MovableClock()
    made, state = job(every_s=900), JobState("a", clock.now())
    assert due_in(made, state, clock) == 0  # never run: now
    state.base = clock.now()
    clock.wait(600)
    assert due_in(made, state, clock) == 300
    clock.wait(10 * DAY)
    assert due_in(made, state, clock) < 0
    state.base = clock.now()  # made up once
    assert due_in(made, state, clock) == 900


def test_a_time_of_cron_lasts_its_minute() -> None:
    clock = MovableClock(wall=datetime(2026, 5, 28, 8, 0, 30, tzinfo=SHANGHAI).timestamp())
    made, state = job(cron="0 8 * * *"), JobState("a", clock.now())
    assert due_in(made, state, clock) == -30
    state.base = clock.now()
    assert due_in(made, state, clock) == DAY - 30


def test_missed_times_of_cron_are_made_up_once() -> None:
    clock = MovableClock(wall=datetime(2026, 5, 28, 9, tzinfo=SHANGHAI).timestamp())
    made, state = job(cron="0 8 * * *"), JobState("a", clock.now(), base=clock.now())
    clock.wait(5 * DAY)
    assert due_in(made, state, clock) < 0
    state.base = clock.now()
    assert due_in(made, state, clock) == 23 * HOUR


@pytest.mark.parametrize("jump", [HOUR, -HOUR, DAY, -DAY, 400 * DAY, -400 * DAY])
def test_a_wall_clock_that_is_set_does_not_move_intervals(jump: float) -> None:
    clock = MovableClock()
    made, state = job(every_s=900, jitter_s=60), JobState("a", clock.now(), base=clock.now())
    before = due_in(made, state, clock)
    clock.set_wall(jump)
    assert due_in(made, state, clock) == pytest.approx(before)


@pytest.mark.parametrize("jump", [-HOUR, -DAY, -400 * DAY])
@pytest.mark.parametrize(("cron", "pace"), [("*/15 * * * *", 900), ("0 * * * *", HOUR), ("0 8 * * *", DAY)])
def test_a_clock_set_back_neither_silences_nor_repeats_a_cron_job(cron: str, pace: float, jump: float) -> None:
    clock = MovableClock(wall=datetime(2026, 5, 28, 8, 5, tzinfo=SHANGHAI).timestamp())
    made, state = job(cron=cron), JobState("a", clock.now(), base=clock.now())
    clock.set_wall(jump)
    wait = due_in(made, state, clock)
    assert 0 < wait <= 2 * pace  # never longer than twice its pace,
    if -jump < pace:
        assert wait > pace - 600  # and a time that was had is not had again


@pytest.mark.parametrize("jump", [HOUR, DAY, 30 * DAY])
def test_a_clock_set_forwards_makes_up_one_time_and_no_more(jump: float) -> None:
    clock = MovableClock(wall=datetime(2026, 5, 28, 8, 5, tzinfo=SHANGHAI).timestamp())
    made, state = job(cron="*/15 * * * *"), JobState("a", clock.now(), base=clock.now())
    clock.set_wall(jump)
    starts = 0
    for _ in range(60):  # the next hour, minute by minute
        if due_in(made, state, clock) <= 0:
            starts += 1
            state.base = clock.now()
        clock.wait(60)
    assert starts == 1 + 4
    clock.set_wall(-jump)  # and somebody sets it right
    assert 0 < due_in(made, state, clock) <= 900


def test_a_machine_that_starts_anew_with_a_wrong_clock_does_not_fall_silent() -> None:
    clock = MovableClock()
    made, state = job(every_s=3600), JobState("a", clock.now(), base=clock.now())
    clock.reboot(off_s=-30 * DAY)
    assert due_in(made, state, clock) == -math.inf
    clock.wait(60)
    clock.reboot(off_s=600)
    state.base = Moment(clock.wall - 600, 1.0, "another start")
    assert due_in(made, state, clock) == 3000


# --- After a run that was not complete
def after(exit_code: int, *, failures: int = 1, every_s: int = 86_400, passed: float = 0) -> float:
    clock = MovableClock()
    state = JobState("a", clock.now(), clock.now(), clock.now(), exit_code, failures)
    clock.wait(passed)
    return due_in(job(every_s=every_s), state, clock)


def test_what_a_limit_or_a_signal_ended_continues_soon() -> None:
    assert after(ExitCode.PARTIAL, failures=0) == after(ExitCode.INTERRUPTED, failures=0) == 60
    assert after(ExitCode.PARTIAL, failures=0, every_s=30) == 30


def test_trouble_that_may_pass_is_tried_again_early_and_then_at_the_timetables_pace() -> None:
    for code in (ExitCode.START_FAILED, ExitCode.CRASHED, ExitCode.OUTPUT_FAILED):
        assert [after(code, failures=number) for number in (1, 2, 3, 4)] == [600, 1200, 2400, DAY]
    assert [after(137, failures=number) for number in (1, 2, 3, 4)] == [60, 120, 240, DAY]
    assert EARLY_RETRIES == 3


def test_a_frequent_job_that_fails_backs_off() -> None:
    waits = [after(ExitCode.LAYOUT_DRIFT, failures=number, every_s=900) for number in range(1, 10)]
    assert waits == [900, 1200, 2400, 4800, 9600, 19200, 21600, 21600, 21600]
    assert after(ExitCode.LAYOUT_DRIFT) == DAY  # a daily one has its pace
    waits = [after(ExitCode.START_FAILED, failures=number, every_s=20) for number in range(1, 6)]
    assert waits == [20, 40, 80, 160, 320]  # one of seconds begins with its own


def test_a_resumed_job_is_due_at_once() -> None:
    clock = MovableClock()
    state = JobState("a", clock.now(), clock.now(), clock.now(), ExitCode.INTERRUPTED, resume=True)
    assert due_in(job(every_s=900), state, clock) == 0


def test_every_exit_code_has_its_rule() -> None:
    others = {ExitCode.COMPLETE, ExitCode.LOCK_HELD, ExitCode.DAMAGED}  # no run is DAMAGED: scrapy verify says it
    assert set(RETRIES) | others == set(ExitCode)


@pytest.mark.parametrize("text", ["", "15", "15 m", "1h30m", "-1m", "1w", "1.5h"])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(ValueError, match="is no time"):
        seconds_of(text)


def test_utc_is_a_zone_too() -> None:
    assert times("0 8 * * *", ZoneInfo("UTC"), datetime(2026, 1, 1, tzinfo=UTC), 1) == ["2026-01-01T08:00+00:00"]
