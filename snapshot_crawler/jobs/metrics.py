"""What Prometheus is told: every figure is read from the history when it is asked for, so no restart loses any."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from snapshot_crawler.jobs.disk import free_bytes
from snapshot_crawler.jobs.due import seconds_until_due
from snapshot_crawler.jobs.history import JobState, Run
from snapshot_crawler.jobs.listing import is_at_work
from snapshot_crawler.jobs.office import Office

PREFIX = "snapshot_crawler_"
Of = Callable[[str, JobState, Run | None], float | None]


class JobMetrics(Collector):
    """The metrics of all jobs of an office's file; docs/jobs.md has their table."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def collect(self) -> Iterator[Metric]:
        """Called by prometheus_client for each scrape."""
        with self.office.history() as history:
            now, states, last = self.office.clock.now(), history.states(), history.last_runs()
            alive = history.db.alive()
            waiting = history.db.execute(
                "SELECT channel, count(*) FROM main.delivery WHERE state = 'waiting' GROUP BY channel"
            ).fetchall()
        jobs = self.office.file.jobs
        places = self.office.places

        def next_due(name: str, state: JobState, _: Run | None) -> float | None:
            """In the past for a job that is overdue, so that an alert can see it."""
            return max(0.0, now.wall + seconds_until_due(jobs[name], state, now)) if jobs[name].enabled else None

        def is_running(name: str, _: JobState, __: Run | None) -> float:
            return float(is_at_work(self.office, name, alive))

        gauges: list[tuple[str, str, Of]] = [
            ("job_last_exit_code", "Exit code of the last run", lambda _, __, run: run.exit_code if run else None),
            (
                "job_last_success_timestamp_seconds",
                "When the last complete run ended",
                lambda _, state, __: state.last_success,
            ),
            ("job_running", "1 while a run is at work", is_running),
            ("job_next_due_timestamp_seconds", "When the job is due next", next_due),
            ("job_failures_in_a_row", "Bad runs since the last complete one", lambda _, state, __: state.failures),
            ("run_seconds", "How long the last run took", lambda _, __, run: run.seconds if run else None),
            ("frontier_pending", "Addresses not yet fetched after the last run", _fact("pending")),
            ("parked_hosts", "Hosts that the last run gave up for the time being", _fact("parked")),
        ]
        for name, text, of in gauges:
            family = GaugeMetricFamily(PREFIX + name, text, labels=["job"])
            for job in jobs:
                value = of(job, states[job], last.get(job)) if job in states else None
                if value is not None:
                    family.add_metric([job], float(value))
            yield family
        yield from self._counters(states)
        yield GaugeMetricFamily(PREFIX + "disk_free_bytes", "Free below DATA_DIR", value=free_bytes(places.root))
        notices = GaugeMetricFamily(
            PREFIX + "notices_waiting", "Notices not yet taken by a channel", labels=["channel"]
        )
        for channel in self.office.file.channels:
            notices.add_metric([channel], dict(waiting).get(channel, 0))
        yield notices

    def _counters(self, states: dict[str, JobState]) -> Iterator[Metric]:
        articles = CounterMetricFamily(PREFIX + "articles", "New articles of all runs", labels=["job"])
        pages = CounterMetricFamily(
            PREFIX + "pages", "Pages of all runs, by what became of them", labels=["job", "outcome"]
        )
        for job in self.office.file.jobs:
            if job in states:
                articles.add_metric([job], states[job].articles)
                for outcome, count in states[job].pages.items():
                    pages.add_metric([job, outcome], count)
        yield articles
        yield pages


def _fact(name: str) -> Of:
    return lambda _, __, run: run.facts.get(name) if run else None


def exposition(office: Office) -> bytes:
    """All metrics in Prometheus' text form."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(JobMetrics(office))
    return generate_latest(registry)
