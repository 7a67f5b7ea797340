"""What the news spider takes a page for, when the link to it promised a list."""

from __future__ import annotations

from datetime import UTC, datetime

from snapshot_crawler.pages.page import Page
from snapshot_crawler.spiders.news import NewsSpider

PARAGRAPH = "河道清淤工程昨日进入第二阶段,施工人员沿岸铺设防护网,附近居民可以从北侧便道通行,工期预计持续三个月。"
LINKS = "".join(f"<li><a href=/node/{i}>又一条关于城市建设的消息标题{i}</a></li>" for i in range(12))


def page(body: str) -> Page:
    html = f"<html><head><title>河道清淤进入第二阶段</title></head><body>{body}</body></html>"
    return Page.from_bytes(
        html.encode(), url="https://news.example/node/qingyu", fetched_at=datetime(2026, 1, 2, tzinfo=UTC)
    )


def test_a_long_dated_article_is_one_even_where_a_list_was_promised() -> None:
    text = "".join(f"<p>第{i}段。{PARAGRAPH}</p>" for i in range(12))
    read = NewsSpider(start="https://news.example/").read(
        page(
            f"<h1>河道清淤进入第二阶段</h1><div>2025-12-30 08:30 来源:样例日报</div><div>{text}</div><ul>{LINKS}</ul>"
        ),
        "listing",
    )
    assert read is not None and read.article is not None
    assert read.article.source == "样例日报"
    assert len(read.links) >= 12


def test_a_list_stays_a_list() -> None:
    read = NewsSpider(start="https://news.example/").read(
        page(f"<h1>城市建设</h1><p>{PARAGRAPH}</p><ul>{LINKS}</ul>"), "listing"
    )
    assert read is not None and read.article is None
    assert [link.kind for link in read.links] == ["article"] * 12
