"""The snapshot reader of this project reads an article's page back as it was: in both languages, of every shape."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from snapshot_crawler.items import Article
from snapshot_crawler.pages.page import Page
from snapshot_crawler.pages.snapshot.reader import read_snapshot
from tests.library.outputs import record
from tests.portal.client import HOST, Client

Portal = Callable[..., Client]
TEXT = "江苏省实验室联盟在南京正式成立，首批成员单位共五十五家，各方将共同推进。"
SNAPSHOT_AT, FETCHED_AT = "2026-01-09T18:00:00+08:00", "2026-02-01T08:00:00+08:00"
CASES: dict[str, dict[str, Any]] = {
    "usual": {"snapshot_at": SNAPSHOT_AT, "original_url": "https://first.example/a?b=1&c=%E4%B8%AD"},
    "no facts at all": {"category": None, "source": None, "published_at": None},
    "no category": {"category": None},
    "no source": {"source": None},
    "no time": {"published_at": None},
    "no original": {"snapshot_at": SNAPSHOT_AT, "original_url": None},
    "a short title": {"title": "短题"},
    "a title like the site's name": {"title": "资讯快照"},
    "a title like a label": {"title": "发布时间：一个像标签的标题"},
    "a title like the category": {"title": "科技"},
    "a title with arrows": {"title": "首页 › 科技 › 像面包屑的标题"},
    "a long title": {"title": "很长的标题" * 30},
    "names with signs": {"category": "科/技", "source": "a b & c"},
    "a name like a label": {"source": "来源网"},
    "a long category": {"category": "很长很长很长很长很长很长很长很长的名字"},
    "signs": {"title": "🙂 表情标题很开心", "category": "🙂", "source": "🙂报"},
    "right to left": {"title": "أخبار اليوم من المدينة", "body": "نص المقال هنا.\n\nفقرة ثانية.", "language": "ar"},
    "traditional": {"title": "繁體字的標題", "body": "發佈時間與來源皆有，單位共五十五家。"},
    "like markup": {"body": f"5 < 6 && 7 > 3，<div>不是标签。\n\n{TEXT}"},
    "like a list": {"body": f"1. 第一\n\n2. 第二\n\n{TEXT}"},
    "like a heading of ours": {"body": f"{TEXT}\n\n相关资讯\n\n更多关于科技的资讯\n\n{TEXT}"},
    "like labels": {"body": f"类别：一种分类法\n\n来源：新华社 责任编辑：某某\n\n{TEXT}"},
    "like a time": {"body": f"{TEXT}\n\n2026-01-05 08:00:00\n\n{TEXT}"},
    "one word": {"body": "短。"},
    "many paragraphs": {"body": "\n\n".join(f"第{n}段，{TEXT}" for n in range(200))},
    "a minute": {"published_at": "2026-01-05T10:07:00+08:00", "published_precision": "minute"},
    "a day": {"published_at": "2026-01-05T00:00:00+08:00", "published_precision": "day"},
    "another zone": {"published_at": "2026-01-05T10:00:00-05:00", "published_precision": "second"},
    "a day of another zone": {"published_at": "2026-01-05T00:00:00+09:00", "published_precision": "day"},
    "a snapshot of another zone": {"snapshot_at": "2026-01-05T10:00:00+00:00"},
}


def read_back(client: Client, name: str, **headers: str) -> Article:
    path = f"/detail/{name}.html"
    response = client.get(path, **headers)
    page = Page.from_bytes(
        response.content,
        url=HOST + path,
        content_type=response.headers["content-type"],
        fetched_at=datetime.now(UTC),
        zone=ZoneInfo("Asia/Shanghai"),
    )
    reading = read_snapshot(page)
    assert reading is not None and reading.article is not None
    return reading.article


@pytest.mark.parametrize("fields", CASES.values(), ids=CASES.keys())
def test_an_article_is_read_back_as_it_was(portal_of: Portal, fields: dict[str, Any]) -> None:
    one = record(1, **{"title": "首批五十五家实验室组成联盟", "body": f"{TEXT}\n\n联盟另有六家成员。", **fields})
    story = [record(2, title="另一家的报道", story=one["id"]), *(record(n) for n in range(3, 9))]
    client = portal_of([one, *story])
    for language in ("zh", "en"):
        article = read_back(client, one["id"], accept_language=language)
        is_snapshot = "snapshot_at" in fields
        assert article.id == one["id"]
        for name in ("title", "category", "published_at", "source", "body"):
            assert getattr(article, name) == one[name], name
        assert article.snapshot_at == (fields["snapshot_at"] if is_snapshot else FETCHED_AT)
        assert article.original_url == (fields.get("original_url") if is_snapshot else one["url"])
        assert all(re.search(r"/detail/[0-9a-f]{40}\.html$", row.url or "") for row in article.more_in_category)
        assert len(article.more_in_category) == (7 if article.category == "科技" else 0)
