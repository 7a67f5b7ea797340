"""A WACZ: valid for the tool of those who made the format, and every record readable through its index."""

from __future__ import annotations

import gzip
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import orjson
import pytest

from snapshot_crawler.archive.reader import Capture, captures
from snapshot_crawler.archive.wacz import Page, pack
from tests.archive.test_reader import parts_of

NAME = "News@例.example-20260301T120000Z-00001.warc.gz"  # jobs have such names


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    for name, numbers in ((NAME, range(5)), ("b.warc.gz.open", range(5, 9))):
        (tmp_path / name).write_bytes(b"".join(parts_of(numbers)))
    out = tmp_path / "all.wacz"
    warcs = [tmp_path / NAME, tmp_path / "b.warc.gz.open"]
    with warcs[1].open("ab") as file:
        file.write(b"".join(parts_of(range(9, 10)))[:-90])  # its request is just being written

    def page_of(capture: Capture) -> Page | None:
        number = capture.url.partition("?")[0][-1]
        return Page(capture.url, capture.fetched_at, "题目" if number == "1" else None) if number in "12" else None

    assert pack(warcs, out, page_of=page_of, software="snapshot_crawler", title="news") == 10
    return out


def test_every_capture_is_found_by_the_index(packed: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(packed) as file:
        assert {info.compress_type for info in file.infolist()} == {zipfile.ZIP_STORED}
        lines = gzip.decompress(file.read("indexes/index.cdx.gz")).splitlines()
        urls = set()
        for line in lines:
            values = orjson.loads(line.split(b" ", 2)[2])
            warc = file.read(f"archive/{values['filename']}")
            start = int(values["offset"])
            (tmp_path / "one.warc.gz").write_bytes(warc[start : start + int(values["length"])])
            (capture,) = captures(tmp_path / "one.warc.gz")
            assert isinstance(capture, Capture)
            assert capture.url == values["url"]
            urls.add(capture.url)
        assert len(urls) == 10
        blocks = file.read("indexes/index.idx").splitlines()[1:]
        place = orjson.loads(blocks[0].split(b" ", 2)[2])
        part = file.read("indexes/index.cdx.gz")[place["offset"] : place["offset"] + place["length"]]
        assert gzip.decompress(part).splitlines() == lines


def test_the_wacz_tool_calls_it_valid(packed: Path) -> None:
    if find_spec("wacz") is None:
        pytest.skip("wacz is not installed: pip install -e '.[dev]'")
    answer = subprocess.run([sys.executable, "-m", "wacz", "validate", "-f", packed], capture_output=True, text=True)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "Validation succeeded" in answer.stdout


def test_a_failure_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        pack([tmp_path / "missing.warc.gz"], tmp_path / "a.wacz", page_of=lambda _: None, software="", title="")
    assert list(tmp_path.iterdir()) == []
