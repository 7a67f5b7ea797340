"""What an output holds when the requests behind its items are finished in another order, or fail."""

from __future__ import annotations

import csv
import errno
import json
from pathlib import Path
from typing import Any

import pytest

from snapshot_crawler.exceptions import way_out
from snapshot_crawler.exporters.documents import CsvExporter, JsonExporter
from snapshot_crawler.exporters.feed import kind_of
from snapshot_crawler.exporters.files import CommittedFile
from snapshot_crawler.exporters.lines import LinesExporter
from snapshot_crawler.frontier.ledger import Ledger


def export(path: Path, exporter_class: Any, *, finished: str) -> str:
    """Export an item each for the requests a, b and c; finish them in that order, with a commit after each."""
    ledger = Ledger()
    file = CommittedFile(path, ledger, path.open("ab", buffering=0), kind=kind_of(exporter_class, {}))
    exporter = exporter_class(file)
    for name in "abc":
        with ledger.on_behalf_of(name):
            if name == "a":
                exporter.start_exporting()  # as Scrapy does: with the first item
            exporter.export_item({"name": name})
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
    text = export(tmp_path / "a.jsonl", LinesExporter, finished="cb")
    assert [json.loads(line)["name"] for line in text.splitlines()] == ["c", "b"]


def test_the_header_of_csv_comes_first_though_its_item_does_not(tmp_path: Path) -> None:
    for finished in ("cab", "cb", "b"):
        text = export(tmp_path / f"{finished}.csv", CsvExporter, finished=finished)
        assert [row["name"] for row in csv.DictReader(text.splitlines())] == list(finished)


def test_json_is_whole_and_of_finished_requests(tmp_path: Path) -> None:
    for finished in ("cab", "cb", "b", ""):
        text = export(tmp_path / f"{finished}.json", JsonExporter, finished=finished)
        assert [item["name"] for item in json.loads(text)] == list(finished)


def test_a_file_that_is_removed_while_it_is_written_to_ends_the_run(tmp_path: Path) -> None:
    path, ledger = tmp_path / "a.jsonl", Ledger()
    file = CommittedFile(path, ledger, path.open("ab", buffering=0))
    file.write(b"{}\n")
    file.release("")
    file.commit()
    path.rename(tmp_path / "rotated.jsonl")
    file.write(b"{}\n")
    file.release("")
    assert file.commit() == 6, "a file that was moved away is still somebody's"
    (tmp_path / "rotated.jsonl").unlink()
    file.write(b"{}\n")
    file.release("")
    with pytest.raises(OSError, match="removed while the crawl was writing"):
        file.commit()
    file.close()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), "closed it"),
        (OSError(errno.ENOSPC, "No space left on device"), "make room, then"),
        (OSError(errno.EROFS, "Read-only file system"), "make it writable"),
        (PermissionError(errno.EACCES, "Permission denied"), "make it writable"),
    ],
)
def test_the_way_out_is_that_of_the_error(error: OSError, words: str) -> None:
    assert words in way_out(error)
