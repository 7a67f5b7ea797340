"""No bytes may crash the reader: mutated pages of this project, real ones where they are at hand, and noise."""

from __future__ import annotations

import gzip
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snapshot_crawler.exceptions import UnreadablePageError
from snapshot_crawler.pages.article.reader import read_article
from snapshot_crawler.pages.page import Page, Reading

NOW = datetime(2024, 6, 1, 12, 0, tzinfo=UTC)
OWN = sorted((Path(__file__).parent / "golden").glob("*.html"))
REAL = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "extraction-dev" / "html"
TAGS = st.sampled_from(
    [
        *(
            "<div>",
            "</div>",
            "<p>",
            "</p>",
            "<h1>",
            "</h1>",
            "<table><tr><td>",
            "</td>",
            "<a href='x'>",
            "</a>",
            "<br>",
        ),
        *(
            "<!--",
            "-->",
            "<title>",
            "</title>",
            "<script>",
            "</script>",
            "<time datetime='2023-99-99'>",
            "<img src=//>",
        ),
        *(
            "<meta content=x name=author>",
            "来源：",
            "作者：",
            "2023-08-18",
            "下一页",
            "桥修好了。",
            ",",
            "\x00",
            "\ufffd",
        ),
        '<script type="application/ld+json">{"@type":"NewsArticle","author":[null,{"name":[1]}]}</script>',
    ]
)


def read(body: bytes) -> Reading | None:
    """What a spider does with a body; unreadable bytes are refused with our own error only."""
    try:
        page = Page.from_bytes(body, url="https://fuzz.example/a/1.html", fetched_at=NOW)
    except UnreadablePageError:
        return None
    return read_article(page)


def mutate(body: bytes, dice: random.Random) -> bytes:
    """The body with pieces cut, repeated, moved or overwritten."""
    pieces = bytearray(body)
    for _ in range(dice.randint(1, 12)):
        if not pieces:
            break
        at, length = dice.randrange(len(pieces)), dice.randint(1, max(1, len(pieces) // 4))
        action = dice.randrange(4)
        if action == 0:
            del pieces[at : at + length]
        elif action == 1:
            pieces[at:at] = pieces[at : at + length]
        elif action == 2:
            pieces[at : at + 8] = dice.randbytes(8)
        else:
            pieces[at:at] = dice.choice([b"<", b">", b'"', b"</div>", b"<div>", b"\x00", b"<!--", b"\xff\xfe", b"<a>"])
    return bytes(pieces)


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.stem)
def test_mutated_pages_are_read_or_refused(path: Path) -> None:
    dice, body = random.Random(path.stem), path.read_bytes()
    for _ in range(60):
        read(mutate(body, dice))


@pytest.mark.skipif(not REAL.is_dir(), reason="the measuring data is not at hand")
def test_mutated_real_pages_are_read_or_refused() -> None:
    dice = random.Random(5)
    for path in sorted(REAL.glob("*.gz"))[::6]:
        body = gzip.decompress(path.read_bytes())
        for _ in range(3):
            read(mutate(body, dice))


@given(st.binary(max_size=2000))
def test_noise_is_read_or_refused(body: bytes) -> None:
    read(body)


@settings(deadline=None)
@given(st.lists(TAGS, max_size=60))
def test_any_heap_of_markup_is_read(parts: list[str]) -> None:
    reading = read(" ".join(parts).encode("utf-8", "replace"))
    assert reading is None or (reading.article and reading.article.body)


def test_deep_and_wide_trees_are_read() -> None:
    paragraph = "<p>深处也有一段完整的文字，它说桥已经修好，公交车下午就会恢复通行。</p>"
    read(("<div>" * 20_000 + paragraph).encode())
    read(("<b>" * 3_000 + paragraph * 3).encode())
    read(("<ul>" + "<li><a href='/1'>标题</a></li>" * 20_000 + "</ul>").encode())
