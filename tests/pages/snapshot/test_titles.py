"""Which line of a snapshot page is its title, and what is no time of a row."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from snapshot_crawler.pages.page import Page
from snapshot_crawler.pages.snapshot.reader import read_snapshot

BANNER = '<h1><a href="/">云端快照网站</a></h1>'
PLAIN_BANNER = "<h1>云端快照网站</h1>"
MENU = '<nav><a href="/">首页</a> <a href="/a/">城事</a> <a href="/b/">乡村生活</a></nav>'
REST = """<p>类别：城事 发布时间：2023-08-18 07:02:00 来源：青屿日报</p><p>正文的第一段话。</p>
<p>此页是信息快照，由爬虫自动采集收录，本站未作改动。</p><p>快照生成时间：2023-08-18 08:00:00</p>
<h3>更多关于城事的资讯：</h3>{rows}"""
TITLE = "老码头重新开航 首日迎客两百人"

CASES = [
    # (<title>, what stands above the label line)
    (TITLE, BANNER + f"<font size=5><b>{TITLE}</b></font>"),
    (TITLE, PLAIN_BANNER + f"<div>{TITLE}</div>"),
    (f"{TITLE} - 云端快照网站", PLAIN_BANNER + f"<div>{TITLE}</div>"),
    ("云端快照网站", PLAIN_BANNER + f"<h2>{TITLE}</h2>"),
    ("云端快照网站", BANNER + f"<h2>{TITLE}</h2>"),
    ("云端快照网站", BANNER + MENU + f"<div>{TITLE}</div>"),
    (f"{TITLE}_云端快照网站", BANNER + f"<h1>{TITLE}</h1><h2>记者走访三个渡口</h2>"),
    ("", BANNER + f"<h2>{TITLE}</h2>"),
]


def read(title: str, above: str, rows: str = "") -> object:
    html = f"<html><head><title>{title}</title></head><body>{above}{REST.format(rows=rows)}</body></html>"
    page = Page.from_bytes(html.encode(), url="https://snap.example/detail/x.html", fetched_at=datetime.now(UTC))
    reading = read_snapshot(page)
    assert reading is not None and reading.article is not None
    return reading.article


@pytest.mark.parametrize(("title", "above"), CASES)
def test_the_title_is_the_articles_and_never_the_sites_banner(title: str, above: str) -> None:
    assert read(title, above).title == TITLE


@pytest.mark.parametrize("above", [BANNER, BANNER + MENU])
def test_a_page_without_a_title_has_none(above: str) -> None:
    assert read("云端快照网站", above).title is None


def test_prose_that_begins_with_a_word_of_time_is_no_time() -> None:
    rows = "<div><a href=/detail/1.html>刚刚过去的一个季度，三个渡口都换了新船</a><br>2023-05-01 09:00:00</div>"
    (row,) = read(TITLE, f"<h1>{TITLE}</h1>", rows).more_in_category
    assert (row.snippet or row.title) == "刚刚过去的一个季度，三个渡口都换了新船"
    assert row.published_at == "2023-05-01T09:00:00+08:00"


@pytest.mark.parametrize("end", ["刚刚", "3小时前"])
def test_a_word_of_time_where_a_snippet_was_cut_is_no_time(end: str) -> None:
    shown = f"老戏台的修缮正在成为街谈巷议的话题。{end}"
    rows = f"<li><h4><a href=/detail/1.html>老戏台</a></h4><p>{shown}</p><time>2023-01-06 19:08:44</time></li>"
    (row,) = read(TITLE, f"<h1>{TITLE}</h1>", f"<ul>{rows}</ul>").more_in_category
    assert (row.title, row.snippet, row.published_at) == ("老戏台", shown, "2023-01-06T19:08:44+08:00")
