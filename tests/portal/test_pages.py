"""The pages of the portal, asked of the application itself: what stands on them, for articles of every shape."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from lxml import etree

from snapshot_crawler.dedup.tombstones import Tombstone, keep
from snapshot_crawler.library.takedown import remove
from snapshot_crawler.portal.pages import machines
from tests.library.outputs import follow, name_of, own, record
from tests.library.test_related import LYNX, LYNX_2, LYNX_3, others
from tests.portal.client import HOST, Client

Portal = Callable[..., Client]
ODD_NAMES = ["科/技", "a b", "100%", "?x=1#y", "🙂", "العربية", "%2F", "a+b&c", "<b>", 'quo"te', "尾/", "a//b", "。"]


def texts(page: Any, selector: str) -> list[str]:
    return [" ".join(node.text().split()) for node in page.css(selector)]


# --- Lists
def test_the_front_page_shows_categories_and_the_newest(client: Client) -> None:
    page = client.page("/")
    assert texts(page, ".desk h2") == ["科技", "体育", "国内"]  # who has the newest is first
    assert len(page.css(".newest li")) == 30
    assert page.css_first("a[rel=next]").attributes["href"] == "/?page=2"


def test_the_first_page_is_small(client: Client) -> None:
    """60 KB in all, as they are before compression."""
    assert len(client.get("/").content) + len(client.app.state.site.templates.style) < 60_000


@pytest.mark.parametrize("start", ["/", "/category/科技"])
def test_pages_of_a_list_lead_to_every_article_once(portal_of: Portal, start: str) -> None:
    client = portal_of([record(n, category="科技") for n in range(70)])
    found: list[str] = []
    path: str | None = start
    while path:
        page = client.page(path)
        found += [node.attributes["href"] or "" for node in page.css(".newest h3 a, .rows h2 a")]
        following = page.css_first("a[rel=next]")
        path = following.attributes["href"] if following else None
    assert sorted(found) == sorted(f"/detail/{name_of(n)}.html" for n in range(70))


def test_articles_without_category_source_and_time_are_reached_from_the_front_page(portal_of: Portal) -> None:
    client = portal_of([record(1, category=None, source=None, published_at=None)])
    assert f"/detail/{name_of(1)}.html" in client.get("/").text


@pytest.mark.parametrize("name", ODD_NAMES)
def test_names_of_every_shape_have_lists_that_their_links_lead_to(portal_of: Portal, name: str) -> None:
    client = portal_of([record(n, category=name, source=name) for n in range(32)])
    links = [node.attributes["href"] for node in client.page(f"/detail/{name_of(1)}.html").css(".facts a")]
    assert links == [f"/{kind}/{quote(name, safe='')}" for kind in ("category", "source")]
    for link in links:
        found = client.page(link)
        assert found.css_first("h1").text() == name
        following = found.css_first("a[rel=next]").attributes["href"]
        assert following == f"{link}?page=2" and len(client.page(following).css(".row")) == 2


@pytest.mark.parametrize(
    "path",
    [
        "/detail/" + "0" * 40 + ".html",
        "/detail/.html",
        "/detail/..%2f..%2fetc%2fpasswd.html",
        "/category/没有",
        "/category/",
        "/source/没有",
        "/day/2020-01-01",
        "/day/heute",
        "/story/" + "0" * 40,
        "/nothing",
        "/static/..%2fapp.py",
        "/static/",
        "/?page=0",
        "/?page=-1",
        "/?page=x",
        "/?page=²",
        "/?page=999999999",
        "/?page=" + "9" * 40,
        "/category/科技?page=99",
        "/sitemap-2.xml",
        "/sitemap-0.xml",
    ],
)
def test_what_is_not_there_is_404(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert "没有这个页面" in response.text


def test_days_lead_to_their_neighbours(client: Client) -> None:
    page = client.page("/day/2026-01-05")
    assert texts(page, ".row time") and {text[:10] for text in texts(page, ".row time")} == {"2026-01-05"}
    assert [node.attributes["href"] for node in page.css(".pager a")] == ["/day/2026-01-06", "/day/2026-01-04"]
    days = client.page("/day")
    assert days.css_first(".facets a").attributes["href"] == "/day/2026-01-01"


def test_days_are_listed_by_year(portal_of: Portal) -> None:
    moments = ["2024-02-29T08:00:00+08:00", "2026-01-01T00:30:00+08:00", "2026-12-31T08:00:00+08:00"]
    client = portal_of([record(n, published_at=moment) for n, moment in enumerate(moments)])
    page = client.page("/day")
    assert texts(page, ".month h2") == ["2026-12", "2026-01"]
    assert [node.attributes["href"] for node in page.css(".years a")] == ["/day?year=2026", "/day?year=2024"]
    assert texts(client.page("/day?year=2024"), ".facets a") == ["2024-02-29"]
    assert client.get("/day?year=2025").status_code == 404


# --- Articles
def test_an_articles_page_has_the_labels_of_a_snapshot(portal_of: Portal) -> None:
    one = record(
        4,
        published_at="2024-02-25T17:55:44+08:00",
        published_precision="second",
        snapshot_at="2024-02-25T18:49:08+08:00",
        original_url="https://www.first.example/1.html",
        body="第一段。\n\n第二段。",
    )
    page = portal_of([one, record(5)]).page(f"/detail/{name_of(4)}.html")
    assert texts(page, ".crumbs li") == ["首页", "科技"]
    assert texts(page, "h1") == ["实验室联盟成立 第4批"]
    assert texts(page, ".facts span span, .facts > span") == [
        *("类别：科技", "类别："),
        *("发布时间：2024-02-25 17:55:44", "发布时间："),
        *("来源：溯北周报", "来源："),
    ]
    assert texts(page, ".text p") == ["第一段。", "第二段。"]
    foot = texts(page, ".foot p")
    assert "快照" in foot[0] and "未改动" in foot[0]
    assert foot[1] == "快照生成时间：2024-02-25 18:49:08"
    assert foot[3] == "信息原文地址：https://www.first.example/1.html"
    assert page.css_first(".address a").attributes["rel"] == "noopener noreferrer nofollow ugc"
    assert texts(page, ".more h2") == ["更多关于科技的资讯"]
    assert page.css_first(".more h3 a").attributes["href"] == f"/detail/{name_of(5)}.html"


def test_related_rows_have_snippets_with_the_words_that_relate_them(portal_of: Portal) -> None:
    client = portal_of(
        [
            record(1, title="雪豹再现三江源", body=LYNX),
            record(2, title="寻找雪豹的人", body="清晨出发，翻过两座山，在河谷里停下来等待天黑下来。" * 2 + LYNX_2),
            record(3, title="雪豹保护站开工", body=LYNX_3),
            *others(60),
        ]
    )
    page = client.page(f"/detail/{name_of(1)}.html")
    assert texts(page, ".related h2") == ["相关资讯"]
    assert set(texts(page, ".related h3")) == {"寻找雪豹的人", "雪豹保护站开工"}
    assert all("雪豹" in texts(row, "mark") for row in page.css(".related li"))
    assert any(text.startswith("...") for text in texts(page, ".related .summary"))


def test_an_english_reader_finds_english_words_and_the_chinese_labels(client: Client) -> None:
    page = client.page(f"/detail/{name_of(4)}.html", accept_language="en-US,en;q=0.9")
    assert page.css_first("html").attributes["lang"] == "en"
    assert texts(page, ".crumbs li")[0] == "Home"
    assert page.css_first(".label").attributes["data-gloss"] == "Category"
    assert texts(page, ".label") == ["类别：", "发布时间：", "来源：", "快照生成时间：", "信息原文地址："]


@pytest.mark.parametrize(
    ("moment", "precision", "shown"),
    [
        ("2024-02-25T17:55:44+08:00", "second", "2024-02-25 17:55:44"),
        ("2024-02-25T17:55:00+08:00", "minute", "2024-02-25 17:55"),
        ("2024-02-25T00:00:00+08:00", "day", "2024-02-25"),
        ("2024-02-25T00:00:00+09:00", "day", "2024-02-25 00:00 +09:00"),
        ("2024-02-25T17:55:44+00:00", "second", "2024-02-25 17:55:44 +00:00"),
        ("2024-02-25T17:55:00-03:30", "minute", "2024-02-25 17:55 -03:30"),
        ("2024-02-25T17:55:44Z", None, "2024-02-25 17:55:44 +00:00"),
        (None, None, "未知"),
    ],
)
def test_times_are_shown_as_exactly_as_they_were_stated(
    portal_of: Portal, moment: str | None, precision: str | None, shown: str
) -> None:
    client = portal_of([record(1, published_at=moment, published_precision=precision)])
    page = client.page(f"/detail/{name_of(1)}.html")
    assert texts(page, ".facts > span")[1] == f"发布时间：{shown}"


def test_a_page_that_is_no_snapshot_is_one_since_its_fetch_and_is_its_own_original(portal_of: Portal) -> None:
    page = portal_of([record(1)]).page(f"/detail/{name_of(1)}.html")
    foot = texts(page, ".foot p")
    assert foot[1] == "快照生成时间：2026-02-01 08:00:00"
    assert foot[3] == f"信息原文地址：https://www.news.example/detail/{name_of(1)}.html"


def test_a_snapshot_that_names_no_original_shows_none(portal_of: Portal) -> None:
    page = portal_of([record(1, snapshot_at="2026-01-03T09:00:00+08:00")]).page(f"/detail/{name_of(1)}.html")
    assert texts(page, ".foot p")[3] == "信息原文地址："


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>"
ODD = {
    "nothing but a title": {"category": None, "source": None, "published_at": None, "body": None},
    "markup": {
        "title": HOSTILE,
        "body": HOSTILE,
        "category": HOSTILE,
        "source": HOSTILE,
        "authors": [HOSTILE],
        "language": '"><script>',
        "original_url": "javascript:alert(1)",
        "images": [
            {"url": "javascript:alert(1)", "caption": HOSTILE},
            {"url": "http://x.example/", "caption": HOSTILE},
        ],
        "attachments": [{"url": "data:text/html,x", "name": HOSTILE}],
    },
    "end of a data block": {"title": "</script><script>alert(1)</script>", "body": "<!--<script>"},
    "right to left": {"title": "أخبار اليوم", "body": "نص المقال.\n\nفقرة ثانية.", "language": "ar"},
    "signs": {"title": "🙂👩‍👩‍👧 𠮷", "body": "🙂" * 500, "category": "🙂"},
    "strange values": {"authors": None, "images": "x", "attachments": [None, {}], "language": None, "published_raw": 7},
    "a bad time": {"published_at": "heute", "published_precision": "ago", "fetched_at": "never"},
}


@pytest.mark.parametrize("fields", ODD.values(), ids=ODD.keys())
def test_articles_of_every_shape_have_a_page_on_which_nothing_runs(portal_of: Portal, fields: dict[str, Any]) -> None:
    root = portal_of(
        [
            record(2, title="一篇"),
            record(1, **{"body": "文。", **{k: v for k, v in fields.items() if v is not None or k != "body"}}),
        ]
    )
    page = root.page(f"/detail/{name_of(1)}.html")
    assert [node.attributes.get("type") for node in page.css("script")] == ["application/ld+json"]
    assert json.loads(page.css_first("script").text())["@type"] == "NewsArticle"
    assert not page.css("img, iframe, object, embed, style, [onerror], [onclick], [style]")
    assert not [
        node for node in page.css("[href]") if (node.attributes["href"] or "").startswith(("javascript:", "data:t"))
    ]
    assert texts(page, "h1") == [" ".join(str(fields.get("title", "实验室联盟成立 第1批")).split())]
    for path in (
        "/",
        "/search?q=1",
        "/about",
        "/sitemap.xml",
        "/category/" + quote(str(fields.get("category") or "科技"), safe=""),
    ):
        assert HOSTILE not in root.get(path).text


def test_a_huge_text_has_a_page(portal_of: Portal) -> None:
    body = "\n\n".join(f"第{n}段，" + "很长的文字。" * 60 for n in range(2_000))
    page = portal_of([record(1, body=body)]).page(f"/detail/{name_of(1)}.html")
    assert [node.text() for node in page.css(".text p")] == body.split("\n\n")


def test_linked_data_and_previews_say_what_the_page_says(portal_of: Portal) -> None:
    client = portal_of([record(1, authors=["蔡某"], language="zh")], PORTAL_URL="https://news.example")
    page = client.page(f"/detail/{name_of(1)}.html")
    url = f"https://news.example/detail/{name_of(1)}.html"
    data = json.loads(page.css_first("script").text())
    assert (data["headline"], data["url"], data["author"][0]["name"]) == ("实验室联盟成立 第1批", url, "蔡某")
    assert page.css_first("link[rel=canonical]").attributes["href"] == url
    assert page.css_first("meta[property='og:url']").attributes["content"] == url


# --- Versions and stories
def test_versions_show_what_was_changed(portal_of: Portal) -> None:
    client = portal_of(
        [
            record(1, title="联盟有55家", body="一段不变的话。\n\n成员共55家，已经签字。", content_hash="a" * 32),
            record(2),
        ]
    )
    own(
        client.root,
        [
            record(
                1, title="联盟有56家", body="一段不变的话。\n\n成员共56家，已经签字。", content_hash="b" * 32, version=2
            )
        ],
        "2",
    )
    follow(client.root)
    article = client.page(f"/detail/{name_of(1)}.html")
    links = [node.attributes["href"] for node in article.css(".margin a") if "版" in node.text()]
    assert links == [f"/detail/{name_of(1)}/{'b' * 32}", f"/detail/{name_of(1)}/{'a' * 32}"]
    newer = client.page(links[0] or "")
    assert [node.text() for node in newer.css("del")] == ["[删去: 55]", "[删去: 55]"]
    assert [node.text() for node in newer.css("ins")] == ["[新增: 56]", "[新增: 56]"]
    assert newer.css_first(".text p").text() == "一段不变的话。"
    assert not client.page(f"/detail/{name_of(2)}.html").css(".versions")  # of one version there is nothing to tell
    older = client.page(links[1] or "")
    assert not older.css("del, ins") and "最初的版本" in older.body.text()
    assert client.get(f"/detail/{name_of(1)}/{'c' * 32}").status_code == 404


def test_a_storys_outlets_stand_side_by_side_the_first_one_first(portal_of: Portal) -> None:
    story = name_of(1)
    client = portal_of([
        record(1, source="甲报", published_at="2026-01-05T10:00:00+08:00"),
        record(2, source="乙报", published_at="2026-01-05T09:00:00+08:00", story=story),
        record(3, source="丙报", published_at="2026-01-06T13:00:00+08:00", story=story),
        record(4, source="丁报", published_at=None, story=story),
    ])  # fmt: skip
    page = client.page(f"/story/{story}")
    assert texts(page, ".outlet") == ["乙报", "甲报", "丙报", "丁报"]
    assert texts(page, ".when span") == ["最先发布", "晚 1 小时", "晚 28 小时", ""]
    assert (
        client.page(f"/story/{name_of(3)}").css_first("link[rel=canonical]").attributes["href"]
        == f"{HOST}/story/{story}"
    )
    margin = client.page(f"/detail/{name_of(1)}.html").css_first(".margin")
    assert f"/story/{story}" in (margin.html or "") and "乙报" in margin.text()


# --- Search
def test_a_search_marks_its_hits(client: Client) -> None:
    page = client.page("/search?q=第7次")
    assert texts(page, ".row h2") == ["实验室联盟成立 第7批"]
    assert "第7次" in texts(page, ".row mark")
    assert page.css_first("#q").attributes["value"] == "第7次"
    assert texts(page, "[role=status]") == ["共 1 篇"]


def test_a_search_has_pages_filters_and_orders(client: Client) -> None:
    page = client.page("/search?q=苏州&category=科技&from=2026-01-02&to=2026-01-20&order=best")
    assert page.css_first("#order option[selected]").attributes["value"] == "best"
    days = [(node.attributes["datetime"] or "")[:10] for node in page.css(".row time")]
    assert days and all("2026-01-02" <= day <= "2026-01-20" for day in days)
    assert set(texts(page, ".row .by a")) == {"科技", "溯北周报"}
    following = client.page("/search?q=苏州&order=best").css_first("a[rel=next]").attributes["href"]
    assert following == "/search?q=%E8%8B%8F%E5%B7%9E&order=best&page=2"
    assert len(client.page(following).css(".row")) == 18
    assert client.get("/search?q=苏州&page=9").status_code == 404


def test_the_newest_or_the_best_hit_is_first(portal_of: Portal) -> None:
    often = record(1, title="联盟 联盟 联盟", body="联盟。" * 9)
    client = portal_of([often, record(2, title="其他", body="提到联盟一次。")])
    best, newest = (f"/detail/{name_of(n)}.html" for n in (1, 2))
    for order, first, second in (("", newest, best), ("&order=best", best, newest), ("&order=worst", newest, best)):
        rows = client.page(f"/search?q=联盟{order}").css(".row h2 a")
        assert [node.attributes["href"] for node in rows] == [first, second]


@pytest.mark.parametrize(
    "query",
    [
        "q=",
        "",
        "q=%20",
        "q=没有这个词",
        'q="',
        "q=-",
        "q=%00",
        "q=%ED%A0%80",  # a lone surrogate
        "q=%FF%FE",
        "q=%",
        "q=%zz",
        "q=" + "苏" * 300,
        "q=" + "()" * 100,
        "q=*&category=%00&source=%22&from=x&to=2026-99-99&order=worst",
        "q=a&q=b&page=1&lang=fr",
        "q=NEAR(a b) OR word MATCH 'x' --",
        "q=category:",
        "from=0000-00-00&to=9999-12-31",
    ],
)
def test_odd_queries_are_read_as_words(client: Client, query: str) -> None:
    assert client.get(f"/search?{query}").status_code == 200


@pytest.mark.parametrize("name", ['say "hi"', "“十四五”规划", "a:b", "名" * 300, "-x"])
def test_the_forms_filters_hold_for_names_of_every_shape(portal_of: Portal, name: str) -> None:
    client = portal_of([record(1, category=name, source=name), record(2, category="十四五规划", source="say hi x")])
    for kind in ("category", "source"):
        page = client.page(f"/search?{kind}={quote(name)}")
        assert [node.attributes["href"] for node in page.css(".row h2 a")] == [f"/detail/{name_of(1)}.html"]
        assert [node.text() for node in page.css(f"#{kind} option[selected]")] == [name]


# --- Taken down
def test_what_was_taken_down_is_shown_nowhere_before_the_library_lets_go_of_it(portal_of: Portal) -> None:
    client = portal_of([record(n, title=f"标题{n}号", body=f"实验室{n}在澄埠市成立。") for n in range(1, 5)])
    gone = name_of(2)
    pages = (f"/detail/{gone}.html", f"/story/{gone}", f"/archived/{gone}")
    others = [
        "/",
        "/category/科技",
        "/source/溯北周报",
        "/search?q=实验室",
        "/search?q=标题&order=best",
        "/sitemap.xml",
    ]
    others += [f"/detail/{name_of(1)}.html", "/feed.xml", "/feed.json", "/feed.xml?q=实验室"]
    for path in others:  # such answers are kept
        assert gone in client.get(path).text, path
    assert client.get(pages[0]).status_code == 200
    keep(client.root, [Tombstone(gone, (), "2026-02-02", "asked")])
    with client.app.state.site.readers.library() as library:
        assert library.db.execute("SELECT 1 FROM article WHERE id = ?", (gone,)).fetchone()
    for path in pages:
        response = client.get(path)
        assert response.status_code == 410 and "2026-02-02" in response.text and "标题2号" not in response.text, path
    for path in others:
        response = client.get(path)
        assert response.status_code == 200 and gone not in response.text and "标题2号" not in response.text, path
    assert client.get(f"/day/{record(2)['published_at'][:10]}").status_code == 404


def test_what_was_taken_down_is_410_and_in_no_list(portal_of: Portal) -> None:
    client = portal_of([record(n, title=f"标题{n}号") for n in range(1, 5)])
    path = f"/detail/{name_of(2)}.html"
    assert client.get(path).status_code == 200
    remove(client.root, [name_of(2)], "asked for")
    response = client.get(path)
    assert response.status_code == 410
    assert "这篇资讯已删除" in response.text and "标题2号" not in response.text
    for other in (
        "/",
        "/category/科技",
        "/search?q=标题",
        "/sitemap.xml",
        f"/detail/{name_of(1)}.html",
        "/day/2026-01-03",
    ):
        assert name_of(2) not in client.get(other).text
    assert client.get(f"/story/{name_of(2)}").status_code == 410
    assert client.get(f"/detail/{name_of(2)}/{'a' * 32}").status_code == 410


# --- For machines
def test_robots_may_read_all_but_searches_and_secrets(client: Client) -> None:
    lines = client.get("/robots.txt").text.splitlines()
    assert {"Disallow: /search", "Disallow: /my", "Disallow: /archived/"} <= set(lines)
    assert f"Sitemap: {HOST}/sitemap.xml" in lines


def locations(text: bytes) -> list[str]:
    return [node.text for node in etree.fromstring(text).iter("{*}loc")]


def test_the_sitemap_has_every_article(client: Client, portal_of: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sorted(locations(client.get("/sitemap.xml").content)) == sorted(
        f"{HOST}/detail/{name_of(n)}.html" for n in range(1, 41)
    )
    monkeypatch.setattr(machines, "A_PART", 7)
    many = portal_of([record(n) for n in range(20)])
    parts = locations(many.get("/sitemap.xml").content)
    assert parts == [f"{HOST}/sitemap-{n}.xml" for n in (1, 2, 3)]
    found = [url for part in parts for url in locations(many.get(part.removeprefix(HOST)).content)]
    assert sorted(found) == sorted(f"{HOST}/detail/{name_of(n)}.html" for n in range(20))


def test_the_news_sitemap_has_the_last_two_days(portal_of: Portal) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    client = portal_of([
        record(1, published_at=now.isoformat(), title="新 & <鲜>"),
        record(2, published_at=(now - timedelta(days=3)).isoformat()),
        record(3, published_at=None),
    ])  # fmt: skip
    found = etree.fromstring(client.get("/sitemap-news.xml").content)
    assert [node.text for node in found.iter("{*}title")] == ["新 & <鲜>"]


def test_characters_that_xml_forbids_are_left_out(portal_of: Portal) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    client = portal_of([record(1, published_at=now.isoformat(), title="a\x01b\ufffe")])
    assert [node.text for node in etree.fromstring(client.get("/sitemap-news.xml").content).iter("{*}title")] == ["ab"]


# --- Without a library
def test_an_empty_data_dir_has_clear_pages(portal_of: Portal) -> None:
    client = portal_of()
    for path in ("/", "/search?q=x", "/about", "/sitemap.xml", "/detail/x.html"):
        response = client.get(path)
        assert response.status_code == 503 and "资讯库正在准备" in response.text
        assert response.headers["retry-after"]
    follow(client.root)
    assert "这里还没有资讯" in client.get("/").text
    assert client.get("/about").status_code == client.get("/sitemap.xml").status_code == 200


def test_a_damaged_library_is_a_clear_page_until_it_is_made_anew(portal_of: Portal) -> None:
    client = portal_of([record(n) for n in range(30)])
    assert client.get("/").status_code == 200
    client.app.state.site.readers.close()
    path = client.root / "library.sqlite"
    for beside in client.root.glob("library.sqlite-*"):
        beside.unlink()
    good = path.read_bytes()
    path.write_bytes(good[:4096] + b"\xff" * (len(good) - 4096))
    assert {client.get(each).status_code for each in ("/", "/search?q=x", f"/detail/{name_of(1)}.html")} == {503}
    path.write_bytes(b"not a database, by far")
    assert client.get("/").status_code == 503
    path.unlink()
    follow(client.root)
    assert client.get("/").status_code == 200
