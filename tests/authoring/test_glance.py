"""What a reader sees at once is said, though every judge is sure."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from snapshot_crawler.authoring.glance import oddities
from snapshot_crawler.items import Article
from snapshot_crawler.pages.page import Page

PAGE = Page.from_bytes(b"<html></html>", url="http://a.example/", fetched_at=datetime(2026, 11, 25, tzinfo=UTC))
TEXTS = (
    "第一件事的经过很长，说了一遍又一遍。",
    "另一件事昨天才有了结果，大家松了口气。",
    "第三件事还没有人知道，要到明天。",
)


def odd(titles: tuple[str, ...] = ("甲事", "乙事", "丙事"), before: str = "", behind: str = "") -> list[str]:
    articles = [
        Article(
            title=title, body="\n\n".join(filter(None, (before.format(n), text, behind.format(n)))), confidence=0.97
        )
        for n, (title, text) in enumerate(zip(titles, TEXTS, strict=True))
    ]
    return oddities([PAGE] * len(articles), articles)


def test_articles_that_are_as_they_should_be_have_no_oddity() -> None:
    assert odd() == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"titles": ("通知公告_某县",) * 3}, "title is the same on all 3"),
        ({"before": "2026-11-2{0} 08:30 来源：样例网"}, "begins with its date line"),
        ({"before": "記者：某某{0}／地點"}, "begins with its date line"),
        ({"behind": "分享至Facebook 分享至LINE 列印{0}"}, "ends in words of sharing"),
        ({"behind": "本报地址：样例路一号"}, "ends with the same line on 3"),
    ],
)
def test_an_oddity_that_the_samples_share_is_told(arguments: dict[str, object], words: str) -> None:
    assert any(words in sentence for sentence in odd(**arguments))  # type: ignore[arg-type]
