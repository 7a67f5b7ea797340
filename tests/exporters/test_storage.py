"""What an output holds when the requests behind its items are finished in another order, or fail."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from scrapy.exporters import JsonItemExporter

from snapshot_crawler.exporters.lines import CsvExporter, LinesExporter
from snapshot_crawler.exporters.storage import CommittedFile
from snapshot_crawler.frontier.ledger import Ledger


def export(path: Path, exporter_class: Any, *, is_by_line: bool, finished: str) -> str:
    """Export an item each for the requests a, b and c; finish them in that order, with a commit after each."""
    ledger = Ledger()
    file = CommittedFile(path, ledger, anew=True, compress=None, is_by_line=is_by_line)
    exporter = exporter_class(file)
    for name in "abc":
        ledger.owner = name
        if name == "a":
            exporter.start_exporting()  # as Scrapy does: with the first item
        exporter.export_item({"name": name})
        ledger.owner = ""
    for name in "abc":
        if name not in finished:
            file.discard(name)
    for name in finished:
        file.release(name)
        file.commit()
    exporter.finish_exporting()
    file.close()
    return path.read_text()


def test_lines_are_those_of_finished_requests(tmp_path: Path) -> None:
    text = export(tmp_path / "a.jsonl", LinesExporter, is_by_line=True, finished="cb")
    assert [json.loads(line)["name"] for line in text.splitlines()] == ["c", "b"]


def test_the_header_of_csv_comes_first_though_its_item_does_not(tmp_path: Path) -> None:
    for finished in ("cab", "cb", "b"):
        text = export(tmp_path / f"{finished}.csv", CsvExporter, is_by_line=True, finished=finished)
        assert [row["name"] for row in csv.DictReader(text.splitlines())] == list(finished)


def test_json_is_whole_whatever_is_finished_first(tmp_path: Path) -> None:
    text = export(tmp_path / "a.json", JsonItemExporter, is_by_line=False, finished="cab")
    assert [item["name"] for item in json.loads(text)] == ["a", "b", "c"]
