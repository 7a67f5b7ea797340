"""Search finds every word of a title or body, in either script; syntax, filters, order, pages and marks."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from snapshot_crawler.library.engine import Engine
from snapshot_crawler.library.follow import Follower
from snapshot_crawler.library.library import Library
from snapshot_crawler.library.query import parse
from snapshot_crawler.library.snippets import plain
from snapshot_crawler.library.terms import fold
from tests.library.outputs import built, found, name_of, own, record

CHINESE = st.text(alphabet="苏州实验室联盟成立，。 新产業園區裡發展𠮷\n", min_size=1, max_size=40)


@given(st.lists(st.tuples(CHINESE, CHINESE), min_size=1, max_size=4), st.data())
def test_every_substring_of_a_title_or_body_finds_its_article(
    texts: list[tuple[str, str]], data: st.DataObject
) -> None:
    texts = [(title, body) for title, body in texts if title.strip() and body.strip()]
    with tempfile.TemporaryDirectory() as folder:
        records = [record(n, title=title, body=body) for n, (title, body) in enumerate(texts)]
        if not records:
            return
        with built(Path(folder), records) as library:
            n = data.draw(st.integers(0, len(texts) - 1))
            text = data.draw(st.sampled_from([library_title(texts[n][0]), texts[n][1]]))
            begin = data.draw(st.integers(0, len(text) - 1))
            part = text[begin : data.draw(st.integers(begin + 1, len(text)))]
            if any(char.isalnum() for char in part):
                assert name_of(n) in found(library, part), part
                assert name_of(n) in found(library, part, order="best"), part


def library_title(title: str) -> str:
    return " ".join(title.split())


MIXED = st.text(alphabet="ab苏州12 .%-", min_size=1, max_size=30)


@given(MIXED, st.data())
@example("a1b", None)
def test_mixed_words_are_found_from_where_a_word_begins(text: str, data: st.DataObject | None) -> None:
    if not any(char.isalnum() for char in text):
        return
    begins = [
        place
        for place in range(len(text))
        if not (
            place
            and text[place].isascii()
            and text[place].isalpha()
            and text[place - 1].isalpha()
            and text[place - 1].isascii()
        )
    ]
    begin = data.draw(st.sampled_from(begins)) if data else 0
    part = text[begin : data.draw(st.integers(begin + 1, len(text))) if data else len(text)]
    if not any(char.isalnum() for char in part):
        return
    with tempfile.TemporaryDirectory() as folder, built(Path(folder), [record(1, title="题", body=text)]) as library:
        assert found(library, f'"{part}"') == {name_of(1)}


@pytest.mark.parametrize("text", ["111.....1", "苏州 ……——…… 1", "a\n\n\n\n\n\nb"])
def test_signs_between_the_words_of_a_phrase_may_be_many(tmp_path: Path, text: str) -> None:
    with built(tmp_path, [record(1, title="题", body=text)]) as library:
        assert found(library, f'"{text}"') == {name_of(1)}


@given(st.text(max_size=60))
@example('"')
@example("-")
@example('site: source:"" -"" from:99 AND OR NOT NEAR( * ^ {x}:')
def test_no_query_is_an_error(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder, built(Path(folder), [record(1)]) as library:
        library.search(text)
        library.search(text, order="best")


FIVE = [
    {"title": "甲", "body": "苏州实验室成立", "source": "新华社", "published_at": "2026-01-05T10:00:00+08:00"},
    {"title": "乙", "body": "蘇州的實驗室", "source": "新华网", "published_at": "2026-01-06T00:00:00+08:00"},
    {"title": "丙", "body": "实验在苏州，室内进行", "category": "国内", "published_at": "2026-02-01T23:59:59+08:00"},
    {"title": "丁 iPhone 15 Pro", "body": "iPhones cost 15.7% more, in 2024年", "published_at": None},
    {"title": "戊", "body": "第3700亿元", "site": "daily", "published_at": "2026-01-06T23:00:00-05:00"},
]
FIVE[4]["url"] = "https://m.daily.example/5"


@pytest.fixture(params=["fts", "tantivy"], scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Library]:
    """The five, in each engine."""
    if request.param == "tantivy":
        pytest.importorskip("tantivy", reason="the extra search is not installed")
    root = tmp_path_factory.mktemp("five")
    own(root, [record(n, **each) for n, each in enumerate(FIVE)])
    with closing(Follower(root, {"LIBRARY_ENGINE": request.param})) as follower:
        follower.round()
    with Library(root, request.param) as library:
        yield library


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("苏州", "甲乙丙"),
        ("蘇州", "甲乙丙"),
        ("实验室", "甲乙"),  # 实验 and 验室 do not make it in the third
        ("實驗室", "甲乙"),
        ("苏州 实验", "甲乙丙"),
        ('"苏州实验"', "甲"),
        ("苏州 -成立", "乙丙"),
        ("苏州 -实验室", "丙"),
        ("苏 室", "甲乙丙"),
        ("内", "丙"),  # the middle of a run
        ("立", "甲"),  # its end
        ("iphone", "丁"),
        ("IPHONE", "丁"),
        ("iph", "丁"),
        ("iphones", "丁"),
        ("phone", ""),  # no beginning of a word
        ('"iphones cost"', "丁"),
        ('"cost iphones"', ""),
        ("15.7", "丁"),
        ("15.7%", "丁"),
        ("2024", "丁"),
        ("2024年", "丁"),
        ("3700", "戊"),
        ("37", "戊"),
        ("700亿", "戊"),
        ("苏州 category:国内", "丙"),
        ("苏州 类别:国内", "丙"),
        ("苏州 source:新华社", "甲"),
        ("苏州 source:新华", "甲乙"),  # no source has just this name: all that hold it
        ("苏州 来源：新华", "甲乙"),
        ("source:没有", ""),
        ("site:daily", "戊"),
        ("site:daily.example", "戊"),
        ("site:news.example category:科技", "甲乙丁"),
        ("site:ews.example", ""),
        ("day:2026-01-06", "乙戊"),  # the day as the page's own offset has it
        ("from:2026-01-06 to:2026-02", "乙丙戊"),
        ("from:2026-02-02", ""),
        ("苏州 day:2026-01", "甲乙"),
        ("from:nonsense", ""),  # no day, so a word that nobody wrote
        ("site:", ""),
        ("", ""),
        ("-苏州", "丁戊"),
    ],
)
def test_queries_find_what_they_say(library: Library, query: str, titles: str) -> None:
    for order in ("newest", "best"):
        hits = library.search(query, order=order, size=50).hits
        assert sorted(hit.row.title[0] for hit in hits) == sorted(titles), order


def test_newest_first_is_by_publication_and_best_first_by_weight(tmp_path: Path) -> None:
    days = ["2026-01-02", "2026-03-01", "2025-12-31"]
    texts = [("海事", "船"), ("船", "海" * 300 + "海事"), ("海事", "海事 海事 海事")]
    records = [
        record(n, title=title, body=body, published_at=f"{day}T00:00:00+08:00")
        for n, ((title, body), day) in enumerate(zip(texts, days, strict=True))
    ]
    with built(tmp_path, records) as library:
        assert [hit.row.id for hit in library.search("海事").hits] == [name_of(1), name_of(0), name_of(2)]
        best = [hit.row.id for hit in library.search("海事", order="best").hits]
        assert best == [name_of(2), name_of(0), name_of(1)]


def test_hits_are_marked_in_title_and_snippet_and_the_text_is_the_articles_own(tmp_path: Path) -> None:
    body = "開頭。" * 40 + "蘇州實驗室在此" + "。結尾" * 40
    with built(tmp_path, [record(1, title="論蘇州", body=body)]) as library:
        (hit,) = library.search("苏州实验室").hits
        assert [text for text, is_hit in hit.snippet if is_hit] == ["蘇州實驗室"]
        assert plain(hit.snippet).strip("…") in body
        assert plain(hit.snippet).startswith("…") and plain(hit.snippet).endswith("…")
        (hit,) = library.search("苏州").hits
        assert hit.title == [("論", False), ("蘇州", True)]


@given(st.text(alphabet="甲乙a1 \n", max_size=300), st.sampled_from(["甲", "甲乙", "a", "1", "乙 a"]))
def test_snippets_are_parts_of_the_text(text: str, words: str) -> None:
    from snapshot_crawler.library import snippets

    patterns = [term.pattern for term in parse(words).terms]
    assert plain(snippets.marked(text, patterns)).split() == text.split()
    whole = " ".join(text.split())
    for part in plain(snippets.snippet(text, patterns)).split("…"):
        assert " ".join(part.split()) in whole


def test_pages_go_on_until_nothing_is_left_and_no_hit_is_there_twice(tmp_path: Path) -> None:
    with built(tmp_path, [record(n, body=f"海洋馆{'开放' if n % 2 else '关闭'}") for n in range(50)]) as library:
        for query, total in (("海洋", 50), ("海洋馆开放", 25)):
            for order in ("newest", "best"):
                seen: list[str] = []
                number = 1
                while True:
                    page = library.search(query, order=order, number=number, size=7)
                    seen += [hit.row.id for hit in page.hits]
                    if not page.has_next:
                        break
                    number += 1
                assert len(seen) == len(set(seen)) == total
                assert page.total == total and page.is_total_exact


@pytest.mark.parametrize("title", ["ß", "İstanbul", "ﬁn", "㍿", "ｱ", "𝟘𠮷", "が"])
def test_folding_keeps_the_place_of_every_character(title: str) -> None:
    assert len(fold(title)) == len(title)


def test_the_engine_is_an_engine(library: Library) -> None:
    assert library.counts().articles == 5
    engine: Engine = library.engine
    assert engine.frequency("苏州", 10) == 3
    assert engine.frequency("苏州", 2) == 2


def test_a_search_asked_of_some_articles_finds_what_it_finds_of_all(library: Library) -> None:
    names = [name_of(n) for n in range(5)]
    for query in ("苏州", "实验室", "苏州 -成立", "day:2026-01-06", "category:国内", "没有", ""):
        assert library.finds(query, names) == found(library, query)
        assert library.finds(query, names[:1]) == found(library, query) & {names[0]}
    assert library.finds("苏州", ["0" * 40]) == set()
