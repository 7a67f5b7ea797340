"""`scrapy extract` as somebody uses it who knows only its command line."""

from __future__ import annotations

import gzip
import json
import subprocess
from pathlib import Path

import pytest

from snapshot_crawler.pages import saved
from snapshot_crawler.pages.saved import extract_manifest
from tests.process import scrapy

GOLDEN = Path(__file__).resolve().parents[1] / "pages" / "article" / "golden"


def scrapy_extract(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return scrapy("extract", *arguments)


def test_one_page_is_printed_as_its_record() -> None:
    answer = scrapy_extract(GOLDEN / "brief.html", "--url", "https://www.pingchuan.example/news/20221103/88.html")
    assert answer.returncode == 0, answer.stderr
    record = json.loads(answer.stdout)
    assert record["title"] == "今晨有雾 高速限速通行"
    assert record["url"] == "https://www.pingchuan.example/news/20221103/88.html"
    assert record["source"] == "平川广播"


def test_a_manifest_gives_one_line_for_each_page_and_no_page_stops_the_others(tmp_path: Path) -> None:
    (tmp_path / "packed.html.gz").write_bytes(gzip.compress((GOLDEN / "portal.html").read_bytes()))
    (tmp_path / "plain.html").write_bytes((GOLDEN / "english.html").read_bytes())
    (tmp_path / "empty.html").write_bytes(b"")
    (tmp_path / "broken.html.gz").write_bytes(b"\x1f\x8b not gzip")
    lines = [
        {"id": "a", "file": "packed.html.gz", "url": "https://news.xinjiangwan.example/c/1.shtml"},
        {"id": "b", "file": "missing.html"},
        {"id": "c", "file": "empty.html"},
        {"id": "d", "file": "broken.html.gz"},
        {"id": "e"},
        {"id": "f", "file": "plain.html"},
    ]
    manifest, output = tmp_path / "list.jsonl", tmp_path / "out.jsonl"
    manifest.write_text("\n".join(map(json.dumps, lines)) + "\nnot json\n", "utf-8")
    answer = scrapy_extract("--manifest", manifest, "-o", output)
    assert answer.returncode == 0, answer.stderr
    records = [json.loads(line) for line in output.read_text("utf-8").splitlines()]
    assert [record["id"] for record in records] == ["a", "b", "c", "d", "e", "f", None]
    assert ["error" in record for record in records] == [False, True, True, True, True, False, True]
    assert records[0]["title"] == "首批社区食堂开到地铁站旁" and records[0]["ms"] > 0
    assert records[5]["url"] == "https://www.portledger.example/local/ferry-returns"  # the page names itself
    assert "no such file" in records[1]["error"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["nowhere.html"], 1, "no such file"),
        (["--manifest", "nowhere.jsonl"], 2, "no such manifest"),
        ([], 2, "name one page"),
    ],
)
def test_a_wrong_argument_is_answered_in_one_line(arguments: list[str], code: int, message: str) -> None:
    answer = scrapy_extract(*arguments)
    assert answer.returncode == code
    assert message in answer.stdout + answer.stderr and "Traceback" not in answer.stderr


def test_an_output_that_cannot_be_written_is_answered_with_its_code(tmp_path: Path) -> None:
    answer = scrapy_extract(GOLDEN / "brief.html", "-o", tmp_path / "no" / "such" / "folder.jsonl")
    assert answer.returncode == 9 and "folder.jsonl" in answer.stderr


def test_a_fault_on_one_page_does_not_cost_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "page.html").write_bytes((GOLDEN / "brief.html").read_bytes())
    manifest = tmp_path / "list.jsonl"
    manifest.write_text('{"id": 1, "file": "page.html"}\n{"id": 2, "file": "page.html"}\n', "utf-8")
    calls = iter([RuntimeError("a fault"), None])
    real = saved.extract

    def faulty(*args: object, **options: object) -> object:
        if fault := next(calls):
            raise fault
        return real(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(saved, "extract", faulty)
    answers = list(extract_manifest(manifest))
    assert answers[0]["error"] == "RuntimeError: a fault" and answers[1]["title"]


def test_a_page_that_unpacks_to_more_than_the_cap_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved, "LARGEST_BYTES", 1000)
    (tmp_path / "bomb.html.gz").write_bytes(gzip.compress(b"<p>" * 100_000))
    (tmp_path / "list.jsonl").write_text('{"id": 1, "file": "bomb.html.gz"}\n', "utf-8")
    (answer,) = extract_manifest(tmp_path / "list.jsonl")
    assert "more than 1000 bytes" in answer["error"]
