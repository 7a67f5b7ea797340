"""The run report: what it holds, and which reports are a job's own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from scrapy import Request, Spider
from scrapy.exceptions import DropItem
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from snapshot_crawler.runs.earlier import earlier_reports
from snapshot_crawler.runs.report import RunReport
from snapshot_crawler.runs.report_file import end_reports_of_killed_runs, write_in_place, write_report
from tests.crawling import crawl, report
from tests.server import Server


def test_reports_of_jobs_whose_names_begin_alike_do_not_hide_a_jobs_own(tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    for job, times in (("daily", 3), ("daily-zh", 30)):
        for number in range(times):
            path = tmp_path / "runs" / f"{job}-20240101T0000{number:02}Z-77.json"
            path.write_text(json.dumps({"job": job, "number": number}))
    assert [report["number"] for report in earlier_reports(tmp_path, "daily")] == [2, 1, 0]
    assert len(earlier_reports(tmp_path, "daily-zh")) == 20


# --- What it holds, and how much of it
class Dropping(Spider):
    """Brings items that its pipeline drops, each for a reason of its own."""

    name = "dropping"
    custom_settings: ClassVar[dict[str, Any]] = {"ITEM_PIPELINES": {"tests.runs.test_report.DropAll": 1}}

    def __init__(self, start: str, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.start_urls = [start]

    def parse(self, response: Response, **kwargs: Any) -> Iterator[dict[str, Any]]:
        """As many items as a page may bring."""
        for number in range(300):
            yield {"number": number}


class DropAll:
    """A pipeline as Scrapy's documentation has it, the item in its reason."""

    def process_item(self, item: Any) -> Any:
        """Drop it."""
        raise DropItem(f"No price in item {item['number']}")


def test_every_statistic_stands_in_the_report_and_nothing_grows_with_the_crawl(server: Server, tmp_path: Path) -> None:
    server.page("/", "<html><body>A page</body></html>")
    crawler = crawl(Dropping, server.url("/"), tmp_path, allowed=server.address)
    found = report(crawler)
    assert crawler.stats is not None
    told = {
        *found["statistics"],
        *found["protections"],
        *(f"frontier/{key}" for key in found["frontier"]),
        *(f"rejected/{key}" for key in found["articles"]["rejected"]),
        *(f"rejected/{key}" for key in found["articles"]),
    }
    # what Scrapy adds after the report: how the spider was closed, and that the output was
    later = {"finish_time", "finish_reason", "elapsed_time_seconds", "feedexport/success_count/CommittedStorage"}
    assert set(crawler.stats.get_stats()) - told - later == set()
    assert found["statistics"]["downloader/response_count"] == 2
    assert sum(found["articles"]["rejected"].values()) == 300
    assert len(found["articles"]["rejected"]) <= 101 and len(found["examples"]) <= 101
    [rejected] = (tmp_path / "data" / "rejected").rglob("*.jsonl")
    assert len({json.loads(line)["reason"] for line in rejected.read_text().splitlines()}) > 200, "the file has all"


def test_the_lists_of_a_large_site_are_counted_and_not_all_named() -> None:
    crawler = get_crawler(Spider, {"DATA_DIR": "unused"})
    watching = RunReport(crawler)
    for number in range(5_000):
        request = Request(f"https://h.example/{number}", meta={"discovered_by": {"kind": "listing"}})
        watching.answered(Response(request.url, request=request), request)
        watching.rejected(request, f"reason {number}", None)
    assert watching.facts.lists == 5_000
    assert len(watching.lists) == 200
    assert len(watching.outcomes) <= 101 and sum(watching.outcomes.values()) == 10_000


def test_a_report_has_room_for_its_end_on_a_full_disk(tmp_path: Path) -> None:
    path = tmp_path / "runs" / "daily-1.json"
    write_report(path, {"run": "daily-1", "job": "daily", "state": "running"})
    size = path.stat().st_size
    write_in_place(path, {"run": "daily-1", "job": "daily", "state": "ended", "sentence": "the disk is full" * 20})
    assert json.loads(path.read_text())["state"] == "ended"
    assert path.stat().st_size <= size, "nothing more than was there before"


def test_reports_of_killed_runs_are_ended_and_no_others(tmp_path: Path) -> None:
    for number, (job, state) in enumerate([("daily", "running"), ("daily", "ended"), ("weekly", "running")]):
        name = f"{job}-20261124T00000{number}Z-1"
        report = {"run": name, "job": job, "state": state, "verdict": "complete", "number": number}
        write_report(tmp_path / "runs" / f"{name}.json", report)
    end_reports_of_killed_runs(tmp_path, "daily", earlier_reports(tmp_path, "daily"))
    states = {
        report["number"]: (report["state"], report["verdict"])
        for path in (tmp_path / "runs").glob("*.json")
        for report in [json.loads(path.read_text())]
    }
    assert states == {0: ("ended", "killed"), 1: ("ended", "complete"), 2: ("running", "complete")}
