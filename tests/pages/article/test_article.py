"""Article pages of many layouts, written for this project, and the records that must come of them."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from snapshot_crawler.pages.article.reader import read_article
from snapshot_crawler.pages.page import Page, Reading

GOLDEN = Path(__file__).parent / "golden"
NOW = datetime(2024, 6, 1, 12, 0, tzinfo=UTC)


def read(html: str | bytes, url: str = "https://www.sample.example/a/1.html") -> Reading | None:
    body = html if isinstance(html, bytes) else html.encode()
    return read_article(Page.from_bytes(body, url=url, fetched_at=NOW))


@pytest.mark.parametrize("name", sorted(path.stem for path in GOLDEN.glob("*.json")))
def test_a_page_of_this_layout_gives_its_record(name: str) -> None:
    expected: dict[str, Any] = json.loads((GOLDEN / f"{name}.json").read_text("utf-8"))
    text = (GOLDEN / f"{name}.html").read_text("utf-8")
    reading = read(text.encode(expected.pop("encoding", "utf-8")), expected["url"])
    assert reading is not None and reading.article is not None
    record = asdict(reading.article)
    parts = [link.url for link in reading.links if link.kind == "next-part"]
    assert parts == ([expected.pop("next-part")] if "next-part" in expected else [])
    for wanted in expected.pop("contains", []):
        assert wanted in record["body"]
    for unwanted in expected.pop("lacks", []):
        assert unwanted not in record["body"]
    assert {key: record[key] for key in expected} == expected


LIST = "".join(
    f'<li><a href="/n/{number}.html">第{number}条：一座桥和一个等车的早晨</a><span>2023-08-{number:02}</span></li>'
    for number in range(1, 25)
)


@pytest.mark.parametrize(
    "html",
    [
        "<html></html>",
        "<html><body><div></div></body></html>",
        f"<html><head><title>新闻列表</title></head><body><h1>新闻</h1><ul>{LIST}</ul></body></html>",
        "<html><head><title>404 Not Found</title></head><body><h1>Not Found</h1><hr>nginx</body></html>",
        "<html><body><script>var text = '不是文章';</script><style>p{}</style></body></html>",
    ],
)
def test_a_page_without_an_article_is_none(html: str) -> None:
    assert read(html) is None


ARTICLE = (
    "<html><head><title>桥修好了_样例网</title></head><body><h1>桥修好了</h1><p>{meta}</p><div class='content'>"
    "<p>城南的老桥昨天重新开放，新铺的桥面宽了两米，公交车可以直接从桥上通过，不必再绕行三公里。</p>"
    "<p>施工队说，他们在旧桥墩里发现了一块刻着年份的石头，已经送到区里的博物馆保存。</p></div></body></html>"
)


@pytest.mark.parametrize(
    ("meta", "time"),
    [
        ("3小时前 来源：样例报", "2024-06-01T17:00:00+08:00"),
        ("昨天 08:30", "2024-05-31T08:30:00+08:00"),
        ("更新时间：2023-08-19 10:00 发布时间：2023-08-18 07:02", "2023-08-18T07:02:00+08:00"),
        ("<b>2023</b></p><div>08-18</div><div>07:02:09</div><p>", "2023-08-18T07:02:09+08:00"),  # three boxes
        ("<b>2023-08-18</b></p><div>07:02</div><p>", "2023-08-18T07:02:00+08:00"),
        ("2099-01-01 08:00", None),
        ("1970-01-01 08:00", None),
        ("2023-02-30 08:00", None),
        ("今天是2024年06月01日", None),
    ],
)
def test_the_time_is_the_one_of_publishing_or_none(meta: str, time: str | None) -> None:
    reading = read(ARTICLE.format(meta=meta))
    assert reading and reading.article
    assert reading.article.published_at == time
    assert ("no-time" in reading.article.suspect) == (time is None)


@pytest.mark.parametrize(
    ("meta", "source"),
    [
        ("2023-08-18 07:02 来源：样例报 作者：周远", "样例报"),
        ("2023-08-18 07:02 稿源：《样例周刊》", "《样例周刊》"),
        ("2023-08-18 07:02　文章来源：<a href='/x'>样例在线</a> 点击：90", "样例在线"),
        ("出处：样例通讯社 2023-08-18", "样例通讯社"),
        ("2023年08月18日07:02 样例早报 我有话说(12人参与)", "样例早报"),
        ("2023-08-18 07:02 点击：128", None),
        ("2023-08-18 07:02 来源：", None),
        ("2023-08-18 07:02 编号 10086", None),
    ],
)
def test_the_source_is_a_house_and_never_a_label(meta: str, source: str | None) -> None:
    reading = read(ARTICLE.format(meta=meta))
    assert reading and reading.article and reading.article.source == source


def test_a_time_that_the_address_contradicts_makes_the_record_suspect() -> None:
    reading = read(ARTICLE.format(meta="2023-08-18 07:02"), "https://www.sample.example/2021/03/04/1.html")
    assert reading and reading.article and reading.article.suspect == ["time-unlike-address"]


def test_a_time_without_a_year_takes_it_from_the_address() -> None:
    reading = read(ARTICLE.format(meta="08-18 07:02"), "https://www.sample.example/2021/08/18/1.html")
    assert reading and reading.article and reading.article.published_at == "2021-08-18T07:02:00+08:00"


def test_words_that_count_from_the_fetch_yield_to_a_written_time() -> None:
    page = ARTICLE.format(meta="3小时前").replace("<head>", "<head><meta name=pubdate content='2021-08-18 07:02'>")
    reading = read(page)
    assert reading and reading.article and reading.article.published_at == "2021-08-18T07:02:00+08:00"


def test_text_outside_of_the_article_lowers_no_field_to_markup() -> None:
    page = ARTICLE.format(meta="2023-08-18 07:02").replace("</h1>", "<script>alert(1)</script></h1>")
    reading = read(page.replace("</div>", "<style>.a{}</style><!-- <p>x</p> --></div>"))
    assert reading and reading.article and reading.article.title == "桥修好了"
    assert "alert" not in str(reading.article) and "{" not in (reading.article.body or "")


def test_controls_and_signs_of_no_width_are_in_no_field() -> None:
    dirt = "\x08\x1b\x7f\x9f\u200b\u202e\ufffe"
    page = (
        ARTICLE.format(meta="2023-08-18 07:02 来源：样例报")
        .replace("桥", f"桥{dirt}")
        .replace("样例报", f"样例{dirt}报")
    )
    reading = read(page)
    assert reading and reading.article and reading.article.source == "样例报" and reading.article.title == "桥修好了"
    assert not set(dirt) & set(str(asdict(reading.article)))


def test_a_link_to_the_original_is_kept() -> None:
    page = ARTICLE.format(meta="2023-08-18 07:02")
    page = page.replace("</div>", "<p>原文链接：<a href='https://first.example/a.html'>查看</a></p></div>")
    reading = read(page)
    assert reading and reading.article and reading.article.original_url == "https://first.example/a.html"


def test_a_page_that_is_known_to_be_an_article_is_read_and_doubted() -> None:
    page = Page.from_bytes(
        "<html><body><p>桥修好了，公交车今天下午恢复通行。</p></body></html>".encode(), url="", fetched_at=NOW
    )
    assert read_article(page) is None
    reading = read_article(page, known=True)
    assert reading and reading.article and reading.article.suspect[0] == "unlike-article"


FILES = """<html><head><title>关于公布示范村名单的通知_样例市政府</title></head><body>
<div class=nav><a href=/guide.pdf>办事指南</a></div><h1>关于公布示范村名单的通知</h1>
<p class=info>发布日期：2024-05-20 来源：样例市农业局</p>
<div class=content><p>各区农业局，有关单位：为落实年度计划，经村镇申报和公示，现将示范村名单予以公布。</p>
<p>请各区按照<a href="/doc/rules.doc">管理办法</a>做好后续工作，年底前完成自查，并于次年一月底前形成总结。</p>
<p>请有关单位加强指导，及时总结经验，对推进不力的及时提醒，确保各项任务落到实处，让村民得到实惠。</p></div>
{}<div class=footer><a href=/app.pdf>网站使用说明</a></div></body></html>"""


@pytest.mark.parametrize(
    ("markup", "found"),
    [
        ("<p>附件：<a href='./P0202405.xlsx'>示范村名单.xlsx</a></p>", [("a/P0202405.xlsx", "示范村名单.xlsx")]),
        (
            "<ul><li><a href=/att/1?name=list.pdf>附件1 名单</a></li><li><a href=/att/2>表格.docx</a></li></ul>",
            [("att/1?name=list.pdf", "附件1 名单"), ("att/2", "表格.docx")],
        ),
        ("<p>附件2：申报表（<a href='/f/form.ofd'>点击下载</a>）</p>", [("f/form.ofd", "附件2：申报表")]),
        ("<p><a href='/f/%E8%A1%A8.zip'>下载</a></p>", [("f/%E8%A1%A8.zip", "表.zip")]),
        ("<p><a href=/f/a.pdf>名</a><a href=/f/a.pdf>单</a></p>", [("f/a.pdf", "名单")]),
        ("<p><a href=/n/2.html>关于第二批名单的通知</a></p><p><a href=/i.jpg>现场图</a></p>", []),
    ],
)
def test_the_files_of_a_notice_are_listed(markup: str, found: list[tuple[str, str]]) -> None:
    reading = read(FILES.format(markup))
    assert reading is not None and reading.article is not None
    rules = ("https://www.sample.example/doc/rules.doc", "管理办法")
    wanted = [(f"https://www.sample.example/{address}", name) for address, name in found]
    assert [(each.url, each.name) for each in reading.article.attachments] == [rules, *wanted]


STORY = "".join(
    f"<p>桥昨天修好了，公交车下午就恢复通行，第{n}批乘客不用再绕路，大家都说方便多了。</p>" for n in "一二三四五"
)


@pytest.mark.parametrize(
    ("boxes", "published"),
    [
        ("<div><em>20</em><span>2024-05</span></div>", "2024-05-20T00:00:00+08:00"),
        ("<div class=d>20</div><div class=m>2024年05月</div>", "2024-05-20T00:00:00+08:00"),
        ("<div>20</div><div>2024/05 08:30</div>", "2024-05-20T08:30:00+08:00"),
        ("<div>20日</div><div>2024.05</div><div>08:30</div>", "2024-05-20T08:30:00+08:00"),
        ("<div>2024</div><div>05/20</div><div>08:30:00</div>", "2024-05-20T08:30:00+08:00"),
        ("<div>38</div><div>2024-05</div>", None),  # no day
        ("<div>20</div><div>评论</div>", None),
    ],
)
def test_a_calendar_leaf_in_boxes_is_the_time(boxes: str, published: str | None) -> None:
    reading = read(f"<title>桥修好了 公交恢复通行</title><h1>桥修好了 公交恢复通行</h1>{boxes}<div>{STORY}</div>")
    assert reading is not None and reading.article is not None
    assert reading.article.published_at == published


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("18 مايو 2024", "2024-05-18T00:00:00+03:00"),
        ("١٨/٥/٢٠٢٤ ٠٧:٠٢", "2024-05-18T07:02:00+03:00"),
        ("السبت 18 أيار 2024 - 07:02 م", "2024-05-18T19:02:00+03:00"),
    ],
)
def test_an_arabic_line_tells_day_and_minute(line: str, published: str) -> None:
    text = "افتتح الجسر أمس وعادت الحافلات إلى الطريق، وقال السكان إنهم انتظروا هذا اليوم منذ شتاءين طويلين. " * 6
    title = "الجسر يفتح بعد شتاءين"
    reading = read(f"<title>{title}</title><h1>{title}</h1><p>{line}</p><div><p>{text}</p><p>{text}</p></div>")
    assert reading is not None and reading.article is not None
    assert (reading.article.published_at, reading.article.published_zone) == (published, "guess")
