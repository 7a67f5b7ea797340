"""Pages with bytes that are no text are read as a browser reads them, and marked; files are no pages."""

from __future__ import annotations

import gzip
import io
import random
import sqlite3
import struct
import tarfile
import zipfile
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from snapshot_crawler.exceptions import UnreadablePageError
from snapshot_crawler.pages.article.reader import read_article
from snapshot_crawler.pages.encoding import read
from snapshot_crawler.pages.page import BROKEN_CHARACTERS, Page
from snapshot_crawler.pages.snapshot.reader import read_snapshot
from snapshot_crawler.pipelines.clean import CleanPipeline

NOW = datetime(2026, 5, 1, tzinfo=UTC)
URL = "https://news.example/2024/05/01/1.html"
SENTENCES = [
    f"清晨{n}点，渡口的第{n}班船已经坐满了人，船工把缆绳收好，岸上的灯一盏接一盏地灭了。" for n in range(5, 25)
]


def source(charset: str = "utf-8") -> str:
    body = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
    return (
        f"<!DOCTYPE html><html><head><meta charset={charset}><title>渡口的第一班船今天开出</title></head><body>"
        f"<h1>渡口的第一班船今天开出</h1><div>类别：国内　发布时间：2024-05-01 08:30:00　来源：样例晚报</div>{body}"
        "<div>本页是爬虫抓取的快照，本站未做修改，与原作者无关。</div><div>快照生成时间：2024-05-01 09:00:00</div>"
        "</body></html>"
    )


def nul_behind(characters: int, text: str, codec: str = "utf-8") -> bytes:
    """The text with a NUL behind each so many characters."""
    return "".join(text[at : at + characters] + "\0" for at in range(0, len(text), characters)).encode(codec)


def broken(share: float, codec: str, charset: str) -> bytes:
    """The page with so much of its Chinese characters cut in half."""
    chosen = random.Random(7)
    return b"".join(
        character.encode(codec)[: -1 if character > "\u3000" and chosen.random() < share else None]
        for character in source(charset)
    )


DAMAGED = {
    "a NUL": source().replace("渡口", "渡\0口", 1).encode(),
    "NULs in the text": nul_behind(11, source()),
    "NULs in GBK": nul_behind(11, source("gbk"), "gb18030"),
    "bytes of no charset": source().encode().replace("，".encode(), b"\xff\xfe", 30),
    "a character that is cut at the end": source().encode() + "船".encode()[:2],
    "a GBK character that is cut at the end": source("gbk").encode("gbk") + b"\xb4",
    "a twentieth of the characters cut": broken(0.05, "utf-8", "utf-8"),
    "a twentieth cut, called GBK": broken(0.05, "utf-8", "gbk"),
    "GBK, some cut": broken(0.01, "gbk", "gbk"),
    "GBK, some cut, called UTF-8": broken(0.01, "gbk", "utf-8"),
    "GBK, some cut, called nothing": broken(0.01, "gbk", ""),
    "UTF-16 that is cut in the middle of a character": source().encode("utf-16") + b"\x00",
}


@pytest.mark.parametrize("name", DAMAGED)
@pytest.mark.parametrize("reader", [read_article, read_snapshot])
def test_a_damaged_page_is_read_and_marked(name: str, reader: object) -> None:
    page = Page.from_bytes(DAMAGED[name], url=URL, fetched_at=NOW)
    reading = reader(page)  # type: ignore[operator]
    article = reading.article
    assert BROKEN_CHARACTERS in article.suspect
    assert (article.title is not None and article.title.startswith("渡口的第一班船")) or "cut" in name
    kept = sum(sentence in article.body for sentence in SENTENCES)
    assert kept == len(SENTENCES) or "cut" in name or "bytes of no" in name
    assert len(article.body) > 0.85 * sum(map(len, SENTENCES))
    assert not {"\0", "\ufffd"} & {*article.body}


@pytest.mark.parametrize("charset", ["utf-8", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_whole_page_is_not_marked(charset: str) -> None:
    assert not Page.from_bytes(source(charset).encode(charset), url=URL, fetched_at=NOW).is_damaged


@pytest.mark.parametrize(
    "body",
    [source().encode() + b"\0" * 9_000, source().replace("，", "，\x01\x1b").encode()],
    ids=["NULs behind the page", "other controls"],
)
def test_what_costs_no_character_is_no_damage(body: bytes) -> None:
    page = Page.from_bytes(body, url=URL, fetched_at=NOW)
    reading = read_snapshot(page)
    assert reading is not None and reading.article is not None
    assert reading.article.suspect == []
    cleaned = CleanPipeline().process_item(reading.article)
    assert all(sentence in cleaned.body for sentence in SENTENCES)


def test_the_best_reading_of_broken_text_is_the_right_one() -> None:
    for name, codec in (("a twentieth cut, called GBK", "utf-8"), ("GBK, some cut, called UTF-8", "gb18030")):
        assert read(DAMAGED[name]).codec == codec


def png() -> bytes:
    rows = b"".join(b"\0" + random.Random(n).randbytes(300) for n in range(100))
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", 100, 100, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("page.html", source())  # stored, not compressed: the page can be seen in it
    return file.getvalue()


def tarred() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        entry = tarfile.TarInfo("page.html")
        entry.size = len(source().encode())
        archive.addfile(entry, io.BytesIO(source().encode()))
    return file.getvalue()


def database(folder: Path) -> bytes:
    with sqlite3.connect(folder / "pages.db") as connection:
        connection.execute("CREATE TABLE pages (source TEXT)")
        connection.execute("INSERT INTO pages VALUES (?)", (source(),))
    connection.close()
    return (folder / "pages.db").read_bytes()


PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\nstream\n" + random.Random(1).randbytes(
    5_000
)
FILES = {
    "PDF": PDF,
    "PDF behind a line": b"HTTP answer\r\n" + PDF,
    "PNG": png(),
    "ZIP": zipped(),
    "gzip": gzip.compress(source().encode()),
    "tar": tarred(),
    "MP4": b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41" + b"\0\0\0\x08free" + random.Random(2).randbytes(50_000),
    "Word": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500 + source().encode("utf-16-le"),
    "text of Word without its head": b"\x01\0\x02\0" * 900 + source().encode("utf-16-le"),
    "random bytes with a tag": b"<p>" + random.Random(3).randbytes(200_000),
    "random bytes behind a page": source().encode() + random.Random(4).randbytes(200_000),
    "many NULs": b"\0\0<p>\0" * 4_000,
    "another charset": source("utf-8").encode("big5hkscs", "ignore")[::-1],
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_no_page(name: str) -> None:
    with pytest.raises(UnreadablePageError):
        Page.from_bytes(FILES[name], url=URL, fetched_at=NOW)


def test_nor_is_a_database(tmp_path: Path) -> None:
    with pytest.raises(UnreadablePageError):
        Page.from_bytes(database(tmp_path), url=URL, fetched_at=NOW)
