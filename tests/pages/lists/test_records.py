"""Lists of articles that are data: answers of JSON, and what pages hold for their scripts."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from snapshot_crawler.pages.data import literal, parse_json
from snapshot_crawler.pages.lists.answers import read_answer
from snapshot_crawler.pages.lists.loaded import asked_by_script
from snapshot_crawler.pages.lists.put_together import row_address
from snapshot_crawler.pages.lists.records import is_json
from snapshot_crawler.pages.page import Page, Reading
from snapshot_crawler.urls import same_site

ROOT = "http://news.example.cn"
NOW = datetime(2026, 11, 25, tzinfo=UTC)
TITLES = ("旧码头修缮完工重新开放", "夜班公交今起恢复运行", "集市周末搬到河边办展销")


def read(value: Any, path: str = "/api/list?page=1") -> Reading | None:
    body = value.encode() if isinstance(value, str) else json.dumps(value).encode()
    return read_answer(body, url=ROOT + path, fetched_at=NOW, is_ours=lambda url: same_site(url, ROOT))


def rows(**more: Any) -> list[dict[str, Any]]:
    return [{"title": title, "url": f"/a/{n}.html", **more} for n, title in enumerate(TITLES)]


# an answer, in the manner of servers that were met
ANSWERS: list[Any] = [
    rows(),
    {"code": 0, "data": {"list": rows(time="2026-11-24 10:00")}},
    {"items": [{"node": {"headline": row["title"], "path": row["url"]}} for row in rows()]},
    {
        "result": rows(
            cover="/img/1.jpg", img_url="http://img.example.com/1.jpg", author={"name": "某人", "url": "/u/1"}
        )
    },
    f"callback({json.dumps(rows())});",
    {"html": "".join(f"<li><a href='{row['url']}'>{row['title']}</a></li>" for row in rows())},
]


@pytest.mark.parametrize("answer", ANSWERS)
def test_any_list_of_addresses_and_headlines_is_one_of_articles(answer: Any) -> None:
    reading = read(answer)
    assert reading is not None
    assert [link.url for link in reading.links if link.kind == "article"] == [f"{ROOT}/a/{n}.html" for n in range(3)]


@pytest.mark.parametrize(
    "answer",
    [
        {"menu": [{"title": "首页", "url": "/"}, {"title": "体育", "url": "/ty/"}]},
        {"list": [{"title": title, "url": "https://elsewhere.example.com/1"} for title in TITLES]},
        {"pictures": [{"title": title, "src": f"/img/{n}.jpg"} for n, title in enumerate(TITLES)]},
        {"error": "no such page"},
        "not json",
    ],
)
def test_menus_pictures_and_other_sites_are_no_list(answer: Any) -> None:
    assert read(answer) is None


@pytest.mark.parametrize(
    ("facts", "path", "wanted"),
    [
        ({}, "/api/list?page=1", "/api/list?page=2"),
        ({"hasMore": True}, "/api/list?pageNo=4&size=3", "/api/list?pageNo=5&size=3"),
        ({"hasMore": False}, "/api/list?page=1", None),
        ({"total": 6}, "/api/list?page=1", "/api/list?page=2"),
        ({"total": 6}, "/api/list?page=2", None),
        ({"totalPages": 2}, "/api/list?page=2", None),
        ({}, "/api/list?offset=10", "/api/list?offset=13"),
        ({"next": "/api/more/xyz"}, "/api/list", "/api/more/xyz"),
        ({"next": None}, "/api/list?page=1", None),
        ({}, "/data/list_3.json", "/data/list_4.json"),
        ({}, "/api/list", None),
    ],
)
def test_the_next_page_is_named_or_counted_on(facts: dict[str, Any], path: str, wanted: str | None) -> None:
    reading = read({"list": rows(), **facts}, path)
    assert reading is not None
    assert next((link.url for link in reading.links if link.kind == "next"), None) == (wanted and ROOT + wanted)


def test_an_empty_list_has_no_next_page() -> None:
    assert read({"list": []}) is None


@pytest.mark.parametrize("stamp", [1764000000, 1764000000000, "1764000000", "2025-11-24 16:00:00"])
def test_times_are_seconds_milliseconds_or_text(stamp: Any) -> None:
    reading = read({"list": rows(publishTime=stamp)})
    assert reading is not None
    assert (
        reading.rows[0].published_at == "2025-11-25T00:00:00+08:00"
        or reading.rows[0].published_at == "2025-11-24T16:00:00+08:00"
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (
            "{a: 1, \"b\": [true, !0, null, undefined], c: 'x\\u002Fy',}",
            {"a": 1, "b": [True, True, None, None], "c": "x/y"},
        ),
        (
            '(function(a,b){return {title:a,n:b,t:"\\ud83d\\ude00"}}("旧码头",-2.5))',
            {"title": "旧码头", "n": -2.5, "t": "😀"},
        ),
        ("{a: {b: [1, 2, {c: `d`}]}} // rest", {"a": {"b": [1, 2, {"c": "d"}]}}),
        ("{a: call(1)}", None),
        ("{a: ", None),
        ("[" * 5000, None),
    ],
)
def test_literals_of_scripts_are_read_as_data_and_nothing_is_run(text: str, value: Any) -> None:
    assert literal(text) == value


def test_json_and_its_padding() -> None:
    assert parse_json('cb({"a": 1})') == {"a": 1}
    assert is_json(b'\xef\xbb\xbf {"a": 1}', "text/html")
    assert is_json(b"cb([1])", "application/javascript")
    assert not is_json(b"<html>", "application/json")


@pytest.mark.parametrize(
    ("script", "wanted"),
    [
        ('var p=1;fetch("/api/list?page="+p)', ["/api/list?page=1"]),
        ("$.getJSON('/data/news_' + page + '.json', show)", ["/data/news_1.json"]),
        ("axios.get(`/api/posts?page=${n}&size=10`)", ["/api/posts?page=1&size=10"]),
        ('$.ajax({url: "/api/latest", type: "get"})', ["/api/latest"]),
        (
            'var cid=101,page=1;$.getJSON("/api/list?cid="+cid+"&page="+page+"&size=5",show)',
            ["/api/list?cid=101&page=1&size=5"],
        ),
        (
            'const base="/api/v2";axios.get(base+"/posts",{params:{page:this.page,limit:10}})',
            ["/api/v2/posts?page=1&limit=10"],
        ),
        ('$.ajax({url:"/data/"+type+"_"+p+".jsonp",dataType:"jsonp"});var type="china",p=1', ["/data/china_1.jsonp"]),
        ('fetch("/api/login");fetch("/api/comments?page="+p);fetch("https://stat.example.com/api/list")', []),
        ('load("/js/app.js")', []),
    ],
)
def test_addresses_of_lists_are_found_in_scripts(script: str, wanted: list[str]) -> None:
    page = Page.from_bytes(f"<html><script>{script}</script></html>".encode(), url=f"{ROOT}/", fetched_at=NOW)
    assert [url.removeprefix(ROOT) for url in asked_by_script(page) if same_site(url, ROOT)] == wanted


def test_a_list_for_each_tab_whose_attribute_the_script_asks_with() -> None:
    tabs = "".join(f"<i data-cid='{number}'>栏目</i>" for number in (7, 8, 9))
    script = 'function load(){get("/api/list?cid="+cid+"&page=1")}$("i").click(function(){cid=$(this).data("cid")})'
    page = Page.from_bytes(f"<html>{tabs}<script>{script}</script></html>".encode(), url=f"{ROOT}/", fetched_at=NOW)
    assert asked_by_script(page) == [f"{ROOT}/api/list?cid={number}&page=1" for number in (7, 8, 9)]


@pytest.mark.parametrize(
    ("script", "wanted"),
    [
        ("""li.innerHTML='<a href="/a/'+it.nid+'.html">'+it.headline""", "/a/{nid}.html"),
        ("location.href = '/detail?id=' + encodeURIComponent(row.articleId)", "/detail?id={articleId}"),
        ("`<a href='https://m.x.example/news/${item.data.id}'>`", "https://m.x.example/news/{id}"),
        ("$.get('/api/comments?id=' + it.id); img.src = '/image/' + it.id + '.png'", None),
        ("'/a/' + it.title", None),
    ],
)
def test_how_a_script_makes_an_address_of_a_row(script: str, wanted: str | None) -> None:
    assert row_address(script) == wanted


def test_rows_without_an_address_lead_where_the_site_says() -> None:
    numbered = {"items": [{"nid": 70 + n, "headline": title} for n, title in enumerate(TITLES)]}
    assert read(numbered) is None
    reading = read_answer(
        json.dumps(numbered).encode(),
        url=f"{ROOT}/api?page=1",
        fetched_at=NOW,
        is_ours=lambda url: same_site(url, ROOT),
        row_address="/a/{nid}.html",
    )
    assert reading is not None
    assert [row.url for row in reading.rows] == [f"{ROOT}/a/{70 + n}.html" for n in range(3)]


def test_a_row_says_its_section() -> None:
    reading = read(rows(channelName="乡镇", publishTime=1_763_971_200))
    assert reading is not None
    assert [getattr(row, "category", None) for row in reading.rows] == ["乡镇"] * 3


def test_an_answer_of_markup_is_counted_on_while_there_is_more() -> None:
    markup = "".join(
        f"<li><a href='/a/2026112{n}.html'>{title}</a><i>2026-11-24</i></li>" for n, title in enumerate(TITLES)
    )
    for more, wanted in ((True, [f"{ROOT}/api/list?page=2"]), (False, [])):
        reading = read({"html": f"<ul>{markup}</ul>", "more": more})
        assert reading is not None
        assert [link.url for link in reading.links if link.kind == "next"] == wanted
