"""The index beside a WARC file: as the tools that read it make it themselves."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from snapshot_crawler.archive.cdxj import index_path, surt, write_index
from snapshot_crawler.archive.reader import Capture, capture_at
from tests.archive.test_reader import parts_of

ADDRESSES = {
    "http://www.Example.com:8080/a/B?b=2&a=1#x": "com,example:8080)/a/b?a=1&b=2",
    "https://example.com": "com,example)/",
    "http://example.com/a//b": "com,example)/a/b",
    "http://example.com/p?": "com,example)/p",
    "http://example.com/?b=1&a=&A=2&a=3": "com,example)/?a=&a=2&a=3&b=1",
    "http://127.0.0.1:8000/detail/ABC.html": "1,0,0,127:8000)/detail/abc.html",
    "http://例子.cn/中文?q=中": "cn,xn--fsqu00a)/%e4%b8%ad%e6%96%87?q=%e4%b8%ad",
    "http://example.com/x?PHPSESSID=0123456789abcdef0123456789abcdef&a=1": "com,example)/x?a=1",
    "http://www2.example.com/a b": "com,example)/a%20b",
    "http://example.com/a/": "com,example)/a",
}


@pytest.mark.parametrize(("url", "key"), ADDRESSES.items())
def test_addresses_are_turned_round_as_pywb_does(url: str, key: str) -> None:
    assert surt(url) == key


def test_the_index_names_the_place_of_every_capture(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(b"".join(parts_of(range(12))))
    index = write_index(path)
    assert index == index_path(path) == tmp_path / "a.cdxj"
    lines = index.read_bytes().splitlines()
    assert lines == sorted(lines)
    assert len(lines) == 12
    for line in lines:
        key, time, rest = line.split(b" ", 2)
        values = orjson.loads(rest)
        found = capture_at(path, int(values["offset"]), int(values["length"]))
        assert isinstance(found, Capture)
        assert (found.url, surt(found.url).encode(), time) == (values["url"], key, b"20260301120000")


def test_cdxj_indexer_makes_the_same_lines(tmp_path: Path) -> None:
    theirs = pytest.importorskip("cdxj_indexer.main", reason="cdxj-indexer is not installed: pip install -e '.[test]'")
    path = tmp_path / "a.warc.gz"
    path.write_bytes(b"".join(parts_of(range(3))))
    theirs.write_cdx_index(str(tmp_path / "theirs.cdxj"), [str(path)], {"sort": True})
    parsed = [
        [[*line.split(" ", 2)[:2], orjson.loads(line.split(" ", 2)[2])] for line in file.read_text().splitlines()]
        for file in (write_index(path), tmp_path / "theirs.cdxj")
    ]
    assert parsed[0] == parsed[1]
