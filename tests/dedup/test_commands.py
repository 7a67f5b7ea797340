"""`scrapy dedup` and `scrapy forget`, by their command lines."""

from __future__ import annotations

import gzip
import json
import os
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import pytest

from snapshot_crawler.exceptions import ExitCode
from tests import process
from tests.dedup.sites import records
from tests.dedup.stories import BRIDGE, ENGLISH, LIBRARY

LONGEST_S = 300
OURS = {"duplicate_of", "similarity", "rule"}
ARTICLES: list[dict[str, Any]] = [
    {"id": "a", "title": "步道开放", "body": BRIDGE, "source": "云溪日报", "odd": {"kept": [1, 2.50]}},
    {"id": "b", "title": "书车", "body": LIBRARY},
    {"id": "c", "title": "新步道", "body": "南屏网6月3日讯 " + BRIDGE + "\n责任编辑：江平"},
    {"id": "d", "title": "书车进山", "body": LIBRARY[: len(LIBRARY) * 2 // 3]},
]


def scrapy(*arguments: object) -> subprocess.CompletedProcess[str]:
    return process.scrapy(*map(str, arguments))


def dedup(*arguments: object) -> subprocess.CompletedProcess[str]:
    done = scrapy("dedup", *arguments)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in ARTICLES), encoding="utf-8")
    return path


def marks(path: Path) -> list[str | None]:
    return [record["duplicate_of"] for record in records(path)]


def test_every_line_is_kept_and_copies_are_marked(source: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    done = dedup(source, "-o", output)
    found = records(output)
    assert [{name: value for name, value in one.items() if name not in OURS} for one in found] == ARTICLES
    assert [(one["duplicate_of"], one["rule"]) for one in found] == [
        (None, None),
        (None, None),
        ("a", "exact"),
        ("b", "near"),
    ]
    assert [one["similarity"] is None for one in found] == [True, True, False, False]
    assert "4 lines, 2 duplicates" in done.stderr
    before = source.read_bytes().splitlines()
    assert all(new.startswith(old[:-1]) for old, new in zip(before, output.read_bytes().splitlines(), strict=True))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl"]


def test_a_text_that_joins_two_earlier_pieces_marks_the_later_one(tmp_path: Path) -> None:
    parts = BRIDGE[: len(BRIDGE) * 45 // 100], BRIDGE[len(BRIDGE) // 2 :]
    bodies = (*parts, BRIDGE)
    for order in ((0, 1, 2), (2, 1, 0), (1, 2, 0)):
        source, output = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
        source.write_text("".join(json.dumps({"id": str(n), "body": bodies[n]}) + "\n" for n in order))
        dedup(source, "-o", output)
        assert marks(output) == [None, str(order[0]), str(order[0])], order


def test_lines_that_are_no_articles_stay_in_their_place(tmp_path: Path) -> None:
    source, output = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    lines = [
        json.dumps({"title": "无编号", "body": BRIDGE}),
        "{not json",
        "",
        "[1, 2]",
        "{}",
        json.dumps({"id": None, "title": 5, "body": ["x"], "published_at": {"y": 1}, "url": 7}),
        json.dumps(
            {"url": "https://news.example/x.html?utm_source=a", "body": BRIDGE, "duplicate_of": "old", "rule": 1}
        ),
        '"\ud800"'.encode("utf-8", "surrogatepass").decode("latin-1"),
        json.dumps({"id": "z", "body": "\ud800" + LIBRARY, "published_at": "0000-99-99"}),
    ]
    source.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode("utf-8", "surrogatepass"))
    done = dedup(source, "-o", output)
    found = records(output)
    assert [one.get("line_number") for one in found] == [None, 2, 3, 4, None, None, None, 8, None]
    assert found[1]["line"] == "{not json" and found[1]["file"] == "in.jsonl" and "JSON" in found[1]["error"]
    assert found[6]["duplicate_of"] == "in.jsonl:1" and found[6]["rule"] == "exact"
    assert found[4] == {"duplicate_of": None, "similarity": None, "rule": None}
    assert found[8]["body"] == "\ud800" + LIBRARY and found[8]["duplicate_of"] is None
    assert all(set(one) >= OURS for one in found)
    assert "4 broken lines" in done.stderr


def test_gzip_is_read_and_written_and_the_screen_gets_the_same(source: Path, tmp_path: Path) -> None:
    zipped, output = tmp_path / "in.data", tmp_path / "out.jsonl.gz"
    zipped.write_bytes(gzip.compress(source.read_bytes()))
    dedup(zipped, "-o", output)
    screen = dedup(source, "-o", "-")
    assert gzip.decompress(output.read_bytes()).decode() == screen.stdout == dedup(source).stdout
    assert len(screen.stdout.splitlines()) == len(ARTICLES)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_standard_input_is_read_in_its_place_among_files(pack: Any, source: Path, tmp_path: Path) -> None:
    lines = source.read_bytes().splitlines(keepends=True)
    source.write_bytes(b"".join(lines[:2]))
    piped = pack(b"".join(lines[2:]) + b"{broken")
    process.scrapy("dedup", source, "-", "-o", tmp_path / "out.jsonl", input=piped, check=True)
    assert marks(tmp_path / "out.jsonl") == [None, None, "a", "b", None]
    assert records(tmp_path / "out.jsonl")[-1]["file"] == "stdin"


def test_the_output_may_be_one_of_the_inputs_and_a_link_stays_a_link(source: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.jsonl"
    link.symlink_to(source.name)
    for _ in range(2):  # the second time over its own marks
        dedup(source, "-o", link)
        assert marks(source) == [None, None, "a", "b"]
    assert link.is_symlink() and not source.is_symlink()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "link.jsonl"]


def test_an_output_that_is_no_file_is_written_to_and_not_replaced(source: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as reader:
        dedup(source, "-o", pipe)
        assert len(reader.communicate(timeout=LONGEST_S)[0].splitlines()) == len(ARTICLES)
    assert pipe.is_fifo()


def test_a_line_that_comes_twice_is_kept_twice(source: Path, tmp_path: Path) -> None:
    dedup(source, source, "-o", tmp_path / "out.jsonl")
    assert marks(tmp_path / "out.jsonl") == [None, None, "a", "b", "a", "b", "a", "b"]


def test_a_damaged_archive_gives_what_it_held_and_says_where_it_broke(source: Path, tmp_path: Path) -> None:
    whole = gzip.compress(source.read_bytes(), mtime=0)
    (tmp_path / "cut.gz").write_bytes(whole[:-12])
    dedup(tmp_path / "cut.gz", source, "-o", tmp_path / "out.jsonl")
    found = records(tmp_path / "out.jsonl")
    broken = [one for one in found if "error" in one]
    assert len(broken) == 1 and broken[0]["file"] == "cut.gz"
    assert sum(one.get("id") == "b" for one in found) == 2 or len(found) == len(ARTICLES) + 1


def test_an_empty_file_gives_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").touch()
    done = dedup(tmp_path / "in.jsonl", "-o", tmp_path / "out.jsonl")
    assert (tmp_path / "out.jsonl").read_bytes() == b""
    assert "0 lines" in done.stderr


def test_several_files_are_one_stream(source: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.jsonl"
    other.write_text(json.dumps({"id": "e", "body": LIBRARY}) + "\n" + json.dumps({"id": "f", "body": ENGLISH}) + "\n")
    dedup(source, other, "-o", tmp_path / "out.jsonl")
    assert marks(tmp_path / "out.jsonl") == [None, None, "a", "b", "b", None]


def test_a_lasting_index_remembers_and_forget_takes_out(source: Path, tmp_path: Path) -> None:
    index, output = tmp_path / "data", tmp_path / "out.jsonl"
    dedup(source, "-o", output, "--index", index)
    other = tmp_path / "other.jsonl"
    other.write_text(json.dumps({"id": "e", "url": "https://news.example/e.html", "body": BRIDGE}) + "\n")
    dedup(other, "-o", output, "--index", index)
    assert marks(output) == ["a"]

    done = scrapy("forget", "a", "--index", index)
    assert (done.returncode, done.stdout) == (0, "forgot a\n")
    assert scrapy("forget", "https://NEWS.example/e.html#top", "-s", f"DATA_DIR={index}").stdout == "forgot e\n"
    dedup(other, "-o", output, "--index", index)
    assert marks(output) == [None]  # c was left out for a; it is no reason to leave out e as well


def test_without_index_nothing_is_remembered(source: Path, tmp_path: Path) -> None:
    for _ in range(2):
        dedup(source, "-o", tmp_path / "out.jsonl")
        assert marks(tmp_path / "out.jsonl") == [None, None, "a", "b"]


def test_an_unknown_article_cannot_be_forgotten(source: Path, tmp_path: Path) -> None:
    dedup(source, "-o", tmp_path / "out.jsonl", "--index", tmp_path / "data")
    done = scrapy("forget", "https://news.example/never.html", "--index", tmp_path / "data")
    assert done.returncode == 1
    assert done.stderr.strip() == f"https://news.example/never.html: not in {tmp_path / 'data' / 'index.sqlite'}"


def test_forgetting_without_an_index_makes_none(tmp_path: Path) -> None:
    done = scrapy("forget", "a", "--index", tmp_path / "none")
    assert done.returncode == ExitCode.CONFIGURATION
    assert "no index there" in done.stderr and len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("arguments", [["dedup"], ["forget"], ["forget", "a", "b"]])
def test_a_wrong_command_line_is_refused(arguments: list[str]) -> None:
    done = scrapy(*arguments)
    assert done.returncode == 2
    assert "name" in done.stdout + done.stderr


def test_a_missing_input_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    done = scrapy("dedup", tmp_path / "none.jsonl", "-o", tmp_path / "out.jsonl")
    assert done.returncode == ExitCode.CONFIGURATION
    assert done.stderr.strip() == f"{tmp_path / 'none.jsonl'}: no such file"
    assert list(tmp_path.iterdir()) == []
    done = scrapy("dedup", tmp_path, "-o", tmp_path / "out.jsonl")
    assert done.returncode == ExitCode.CONFIGURATION
    assert done.stderr == f"{tmp_path}: a folder; name its files\n"
    assert scrapy("dedup", "-", "-").returncode == ExitCode.CONFIGURATION


def test_an_output_that_cannot_be_written_is_named(source: Path, tmp_path: Path) -> None:
    done = scrapy("dedup", source, "-o", tmp_path / "none" / "out.jsonl")
    assert done.returncode == ExitCode.OUTPUT_FAILED
    assert str(tmp_path / "none" / "out.jsonl") in done.stderr and len(done.stderr.splitlines()) == 1
    done = scrapy("dedup", source, "-o", tmp_path)
    assert (done.returncode, done.stderr) == (ExitCode.OUTPUT_FAILED, f"{tmp_path} is a folder; name a file\n")
    done = scrapy("dedup", source, "-o", source / "out.jsonl")
    assert done.returncode == ExitCode.OUTPUT_FAILED and len(done.stderr.splitlines()) == 1
    assert source.read_text(encoding="utf-8").count("\n") == len(ARTICLES)


def test_a_full_disk_is_said_in_one_line(source: Path) -> None:
    with open("/dev/full", "wb") as full:  # noqa: PTH123 - a device
        done = process.scrapy("dedup", source, "-o", "-", stdout=full)
    assert done.returncode == ExitCode.OUTPUT_FAILED
    assert "No space left" in done.stderr and "Traceback" not in done.stderr


def damaged(path: Path) -> None:
    path.write_bytes(b"no database at all, " * 100)


def foreign(path: Path) -> None:
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE other (x)")
    other.close()


def newer(path: Path) -> None:
    with sqlite3.connect(path) as other:
        other.execute("PRAGMA user_version = 99")
    other.close()


def torn(path: Path) -> None:
    """An index in whose middle a part was overwritten."""
    source = path.with_name("in.jsonl")
    source.write_text("".join(json.dumps(one) + "\n" for one in ARTICLES), encoding="utf-8")
    dedup(source, "-o", path.with_name("out.jsonl"), "--index", path.parent)
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(path.stat().st_size - 4096))


@pytest.mark.parametrize("spoil", [damaged, foreign, newer, torn])
@pytest.mark.parametrize("command", ["dedup", "forget"])
def test_an_index_that_cannot_be_used_is_named_with_the_way_out_and_left_alone(
    spoil: Any, command: str, source: Path, tmp_path: Path
) -> None:
    path = tmp_path / "index.sqlite"
    spoil(path)
    before = path.read_bytes()
    arguments = [source, "-o", tmp_path / "out2.jsonl"] if command == "dedup" else ["a"]
    done = scrapy(command, *arguments, "--index", tmp_path)
    assert done.returncode == ExitCode.CONFIGURATION, done.stderr
    assert len(done.stderr.splitlines()) == 1 and str(path) in done.stderr
    assert any(way_out in done.stderr for way_out in ("move it away", "choose another", "Upgrade"))
    assert path.read_bytes() == before
    assert not (tmp_path / "out2.jsonl").exists()
