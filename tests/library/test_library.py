"""What a library answers: lists, articles with versions, stories, numbers; and what is taken down is gone."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import orjson
import pytest

from snapshot_crawler.dedup.tombstones import Tombstone, keep
from snapshot_crawler.library.follow import Follower
from snapshot_crawler.library.library import Library
from snapshot_crawler.library.records import unpack
from snapshot_crawler.library.rows import hint_of, without
from snapshot_crawler.library.schema import NAME
from snapshot_crawler.library.takedown import remove
from snapshot_crawler.library.writer import Writer
from snapshot_crawler.urls import article_id, normalised
from tests.library.outputs import SETTINGS, built, follow, name_of, own, record


def test_lists_are_newest_first_whatever_the_order_of_arrival(tmp_path: Path) -> None:
    days = [5, 1, 9, 3, 7]
    records = [record(n, published_at=f"2026-01-{day:02}T12:00:00+08:00") for n, day in enumerate(days)]
    with built(tmp_path, records) as library:
        assert [row.day for row in library.newest().rows] == [f"2026-01-{day:02}" for day in (9, 7, 5, 3, 1)]


def test_articles_of_one_moment_are_all_there(tmp_path: Path) -> None:
    own(tmp_path, [record(n, published_at="2026-01-01T00:00:00+08:00") for n in range(60)], "run1")
    follow(tmp_path)
    own(tmp_path, [record(n, published_at="2026-01-01T00:00:00+08:00") for n in range(40, 100)], "run2")
    follow(tmp_path)
    with Library(tmp_path) as library:
        assert library.counts().articles == 100
        assert len({row.id for row in library.every()}) == 100
        assert len(library.search("day:2026-01-01", size=200).hits) == 100


@pytest.mark.parametrize("kind", ["newest", "of_category", "of_source", "of_site"])
def test_pages_hold_every_article_once(tmp_path: Path, kind: str) -> None:
    records = [record(n, category="科技" if n % 2 else "国内", source="甲" if n % 2 else None) for n in range(31)]
    records = [{**each, "site": "news"} for each in records]
    with built(tmp_path, records) as library:
        arguments = {"newest": (), "of_category": ("科技",), "of_source": ("甲",), "of_site": ("news",)}[kind]
        rows, number = [], 1
        while True:
            page = getattr(library, kind)(*arguments, number, 4)
            rows += page.rows
            if not page.has_next:
                break
            number += 1
        assert len(rows) == len({row.id for row in rows}) == page.total
        moments = [row.published_at for row in rows]
        assert moments == sorted(moments, reverse=True)
        assert getattr(library, kind)(*arguments, number + 5, 4).rows == []


def test_unknown_names_have_no_list(tmp_path: Path) -> None:
    with built(tmp_path, [record(1)]) as library:
        assert library.of_category("没有") is None
        assert library.of_day("2020-01-01") is None
        assert library.article("0" * 40) is None


def test_the_front_page_has_categories_with_their_newest(tmp_path: Path) -> None:
    records = [record(n, category="科技" if n < 5 else "国内") for n in range(8)]
    with built(tmp_path, records) as library:
        front = library.front_page(rows=3)
        assert [name for name, _ in front] == ["国内", "科技"]
        assert [len(rows) for _, rows in front] == [3, 3]
        assert library.front_page(categories=1)[0][0] == "科技"


def test_an_article_comes_whole_with_its_versions_and_story(tmp_path: Path) -> None:
    first = record(1, images=[{"url": "https://x.example/a.png", "caption": None}])
    again = record(2, story=name_of(1), duplicate_of=name_of(1), source="乙报")
    own(tmp_path, [first, again], "run1")
    own(tmp_path, [record(1, title="改", version=2)], "run2")
    follow(tmp_path)
    with Library(tmp_path) as library:
        stored = library.article(name_of(1))
        assert stored is not None
        assert stored.record["title"] == "改" and stored.row.version == 2
        older = library.version(name_of(1), stored.versions[1].content_hash or "")
        assert older is not None and older["images"] == first["images"]
        assert [row.source for row in library.of_story(name_of(1))] == ["溯北周报", "乙报"]


def test_more_of_the_category_leaves_the_article_out(tmp_path: Path) -> None:
    with built(tmp_path, [record(n) for n in range(20)]) as library:
        stored = library.article(name_of(3))
        assert stored is not None
        more = library.more_of_category(stored.row)
        assert len(more) == 15 and name_of(3) not in {row.id for row in more}


def test_numbers(tmp_path: Path) -> None:
    records = [record(n, source=f"报{n % 3}", story=name_of(n // 2 * 2)) for n in range(6)]
    with built(tmp_path, records) as library:
        counts = library.counts()
        assert (counts.articles, counts.versions, counts.stories) == (6, 6, 3)
        assert (counts.sources, counts.categories, counts.days) == (3, 1, 6)
        assert counts.newest == "2026-01-06T08:00:00+08:00" and counts.troubles == {}
        assert next(each.name for each in library.facets("day")) == "2026-01-06"


def test_foreign_lines_are_left_out_and_odd_values_harm_nothing(tmp_path: Path) -> None:
    odd = [
        {"any": "thing"},
        {**record(1), "title": None},
        {**record(2), "published_at": "soon", "category": 7, "version": "x", "fetched_at": None},
        {"url": "https://plain.example/1", "title": "纯", "body": "朴素"},
        {**record(3), "published_at": "2026-01-01"},
        {**record(4), "published_at": "9999-12-31T23:59:59+00:00"},
        {**record(5), "published_at": "0001-01-01T00:00:00+14:00"},
    ]
    path = own(tmp_path, odd)
    path.write_bytes(path.read_bytes() + b'[1]\nnonsense\n\xff\xfe\n"text"\n')
    follow(tmp_path)
    with Library(tmp_path) as library:
        assert library.counts().articles == 5
        assert [hit.row.site for hit in library.search("朴素").hits] == ["news"]


def test_readers_cannot_write(tmp_path: Path) -> None:
    with built(tmp_path, [record(1)]) as library, pytest.raises(sqlite3.OperationalError):
        library.db.execute("DELETE FROM article")


def test_a_reader_sees_the_last_commit_while_a_writer_is_at_work(tmp_path: Path) -> None:
    own(tmp_path, [record(1)])
    follow(tmp_path)
    with Writer(tmp_path) as writer, Library(tmp_path) as library:
        writer.begin()
        writer.db.execute("DELETE FROM article")
        assert library.newest().rows
        writer.rollback()


SECRET = "鼹鼠窃听档案"


@pytest.mark.parametrize("others", [0, 300])
def test_what_is_taken_down_is_gone_from_the_raw_files(tmp_path: Path, others: int) -> None:
    """Also its pairs of characters in the index, its older version, and what stood in pages that SQLite has freed."""
    own(tmp_path, [record(n, body=f"普通的文字{n}") for n in range(100, 100 + others)], "run0")
    own(tmp_path, [record(1, title="旧" + SECRET, source="秘源")], "run1")
    follow(tmp_path)
    own(tmp_path, [record(1, title=SECRET, body=SECRET * 50, version=2, source="秘源")], "run2")
    own(tmp_path, [record(2, title="邻居", body="别的文字")], "run3")
    with closing(Follower(tmp_path, SETTINGS)) as follower:
        follower.round()
        stored = [row[0][:64] for row in follower.db.execute("SELECT data FROM record WHERE id = ?", (name_of(1),))]
        assert len(stored) == 2 and all(raw_holds(tmp_path, each) for each in stored)
        assert raw_holds(tmp_path, "鼹鼠") and raw_holds(tmp_path, "秘源")
        assert follower.writer.remove([name_of(1)], "asked for") == [name_of(1)]
        follower.writer.erase()
        for word in ("鼹鼠", "窃听", "秘源", "档案", *stored):
            assert not raw_holds(tmp_path, word), word
        follower.round()
    with Library(tmp_path) as library:
        assert library.article(name_of(1)) is None
        assert not library.search("鼹鼠").hits and not library.of_source("秘源")
        gone = library.gone(name_of(1))
        assert gone is not None and gone.reason == "asked for"
        assert library.counts().articles == 1 + others
        assert len(library.search("文字", size=400).hits) == 1 + others


def test_rows_that_lead_to_what_was_taken_down_go_from_other_records(tmp_path: Path) -> None:
    """In the outputs they stay, as part of another page; a library that is made anew of them lacks them too."""
    gone = record(
        1,
        title=SECRET,
        url="https://www.news.example/a/c123456.html",
        id=article_id("https://news.example/a/c123456.html"),
    )
    rows = [
        {"url": "http://news.example/a/c123456.html?utm_source=x", "title": SECRET, "snippet": None},
        {"url": "https://news.example/a/c123457.html", "title": "邻居", "snippet": "..."},
        {"url": None, "title": "没有地址"},
    ]
    output = own(tmp_path, [gone, record(2, related=rows, more_in_category=rows[:1]), record(3, related=rows[1:])])
    follow(tmp_path)
    with Library(tmp_path) as library:
        untouched = library.db.execute("SELECT data FROM record WHERE id = ?", (name_of(3),)).fetchone()
    remove(tmp_path, [gone["id"]], "asked for", [gone["url"]])
    keep(tmp_path, [Tombstone(gone["id"], (gone["url"],), "2026-01-01", "asked for")])
    for made in ("cleaned", "anew"):
        with Library(tmp_path) as library:
            stored = library.article(name_of(2))
            assert stored is not None and stored.record["related"] == rows[1:], made
            assert stored.record["more_in_category"] == []
            assert library.db.execute("SELECT data FROM record WHERE id = ?", (name_of(3),)).fetchone() == untouched
            every = [unpack(row[0]) for row in library.db.execute("SELECT data FROM record")]
            assert len(every) == 2 and SECRET not in str(every)
        (tmp_path / NAME).unlink()
        follow(tmp_path)
    assert SECRET in output.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "url",
    [
        "https://news.example/一篇文章",
        "https://news.example/",
        f"https://news.example/detail/{'aB' * 20}.html",
        "https://news.example/view?id=77231&from=x",
    ],
)
def test_a_record_with_a_row_of_an_article_is_looked_into_however_the_row_is_written(url: str) -> None:
    hint = hint_of([article_id(normalised(url))], [normalised(url)])
    for written in (url, quote(url, safe=":/?&=%"), url.replace("https://", "http://www."), url.replace("aB", "Ab")):
        row = {"url": written, "title": SECRET}
        assert hint.search(orjson.dumps({"related": [row]})), written
        assert without({"related": [row]}, {article_id(normalised(url))}) == {"related": []}, written
    assert without({"related": [{"url": "https://other.example/"}]}, {article_id(normalised(url))}) is None


def raw_holds(root: Path, word: str | bytes) -> bool:
    """Whether a word or the beginning of a stored record is in any file of the library."""
    sought = word.encode() if isinstance(word, str) else word
    return any(sought in path.read_bytes() for path in root.glob("library.sqlite*"))


def test_arrivals_are_numbered_as_they_come_until_the_library_is_made_anew(tmp_path: Path) -> None:
    own(tmp_path, [record(2), record(1)], "run1")
    follow(tmp_path)
    with Library(tmp_path) as library:
        first = library.arrivals()
        born = library.born
        assert [row.id for _, row in first] == [name_of(2), name_of(1)]
        own(tmp_path, [record(2, title="新", version=2), record(3)], "run2")
        follow(tmp_path)
        assert [row.id for _, row in library.arrivals(first[-1][0])] == [name_of(2), name_of(3)]
        assert [row.id for _, row in library.arrivals(first[-1][0], most=1)] == [name_of(2)]
        with closing(Follower(tmp_path, SETTINGS)) as follower:
            follower.begin_anew()
            follower.round()
        assert len(library.arrivals()) == 3 and library.born != born


def test_a_number_of_an_arrival_is_never_given_again(tmp_path: Path) -> None:
    """Who asks for what came behind a number misses nothing, though the newest article was taken out meanwhile."""
    with built(tmp_path, [record(1), record(2)]) as library:
        reached = library.last_arrival
        remove(tmp_path, [name_of(2)], "asked")
        own(tmp_path, [record(3)], "run2")
        follow(tmp_path)
        assert [row.id for _, row in library.arrivals(reached)] == [name_of(3)]


def test_a_library_is_filled_when_all_files_were_read(tmp_path: Path) -> None:
    own(tmp_path, [record(1)])
    with closing(Follower(tmp_path, SETTINGS)) as follower:
        with Library(tmp_path) as library:
            assert not library.is_filled
        follower.round()
        with Library(tmp_path) as library:
            assert library.is_filled
        follower.begin_anew()
        with Library(tmp_path) as library:
            assert not library.is_filled
