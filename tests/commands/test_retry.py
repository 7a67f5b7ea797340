"""`scrapy retry`: what was rejected since a time is fetched again, once, and nothing else."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from snapshot_crawler.exceptions import ConfigurationError, ExitCode
from snapshot_crawler.moments import moment_of
from tests.crash.run import NO_FAULTS, Job
from tests.crash.site import NewsSite

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DEAD = "<html><head><title>样例快照网</title></head><body><div id=app></div><script src=/app.js></script></body></html>"


class Retry(Job):
    """The same job, as `scrapy retry` takes it."""

    def command(self) -> list[str]:
        words = super().command()
        words[words.index("crawl")] = "retry"
        return words


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-24T08:00+08:00", datetime(2026, 11, 24, tzinfo=UTC)),
        ("2026-11-24T10:30:15Z", datetime(2026, 11, 24, 10, 30, 15, tzinfo=UTC)),
        ("90m", NOW - timedelta(minutes=90)),
        ("36h", NOW - timedelta(hours=36)),
        ("2d", NOW - timedelta(days=2)),
    ],
)
def test_a_time_is_a_date_or_how_long_ago(text: str, moment: datetime) -> None:
    assert moment_of(text, NOW) == moment


def test_a_date_is_of_this_machines_zone() -> None:
    assert moment_of("2026-11-24", NOW).astimezone().replace(tzinfo=None) == datetime(2026, 11, 24)  # noqa: DTZ001


@pytest.mark.parametrize("text", ["yesterday", "", "3w", "2026-13-01"])
def test_what_is_no_time_is_told(text: str) -> None:
    with pytest.raises(ConfigurationError, match="is no time"):
        moment_of(text, NOW)


def test_articles_that_were_rejected_during_a_drift_come_back_once(tmp_path: Path) -> None:
    with NewsSite(articles=24, hidden_every=0) as site:
        early = site.insert("sport", place=0, seed="before")
        site.page(early.path, DEAD)
        job = Job(site, tmp_path)
        assert job.run() == 0, job.log()
        later = [site.insert("city", place=0, seed=f"drift {number}") for number in range(12)]
        for made in later:
            site.page(made.path, DEAD)
        since = datetime.now(UTC) + timedelta(seconds=1)
        time.sleep(1)  # the frontier keeps whole seconds
        assert job.run() == ExitCode.LAYOUT_DRIFT, job.log()
        for made in [early, *later]:
            del site.routes[made.path]  # the spider is mended, or the site
        later[0].related.append(site.insert("city", place=None, seed="new").path)
        before, known = len(site.asked), len(job.lines())
        zone = timezone(timedelta(hours=8))
        retry = Retry(site, tmp_path, arguments=["--since", since.astimezone(zone).isoformat(timespec="seconds")])
        assert retry.run() == 0, retry.log()
        assert sorted(site.asked[before:]) == sorted(made.path for made in later), "and nothing else"
        assert len(job.lines()) == known + 12
        before = len(site.asked)
        assert retry.run() == 0
        assert site.asked[before:] == [], "nothing of it is rejected any more"
        assert job.run() == 0, job.log()
        assert job.faults() == {**NO_FAULTS, "lost": 1}, "what was rejected before that time"
