"""Lines that a site puts into every text, found by holding its samples against each other."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from snapshot_crawler.authoring.lines import lines_of_site
from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.items import Article
from snapshot_crawler.pages.page import Page
from snapshot_crawler.pages.site.fields import Corrections
from tests.layouts.words import CHINESE, write

STORIES = write(CHINESE, "lines", 8, sections=("城事",))


def found(*, before: str = "", after: str = "", inside: str = "", count: int = 8) -> list[str]:
    pages, articles = [], []
    for story in STORIES[:count]:
        lines = [before, story.paragraphs[0], inside, *story.paragraphs[1:], after]
        lines = [line.format(author=story.author, number=story.number * 31) for line in lines if line]
        tagged = [f"<h3>{line}</h3>" if line.startswith("#") else f"<p>{line}</p>" for line in lines]
        html = f"<html><h1>{story.title}</h1><div>{''.join(tagged)}</div></html>"
        pages.append(Page.from_bytes(html.encode(), url="https://x.example/1", fetched_at=datetime.now(UTC)))
        articles.append(Article(title=story.title, authors=[story.author], body="\n\n".join(lines)))
    return lines_of_site(pages, articles)


@pytest.mark.parametrize(
    ("place", "line", "matched"),
    [
        ("before", "記者{author}／鷺洲報導", "記者某某／鷺洲報導"),  # the article's own name in it
        ("before", "大 中 小 阅读 {number} 次", "大 中 小 阅读 7 次"),  # a number that differs
        (
            "after",
            "更多精彩内容，请下载样例客户端。",
            "更多精彩内容，请下载样例客户端。",
        ),  # a sentence, the same to the letter
        ("inside", "订阅早间邮件", "订阅早间邮件"),
    ],
)
def test_what_all_texts_have_in_common_is_the_sites(place: str, line: str, matched: str) -> None:
    (pattern,) = found(**{place: line})
    assert re.fullmatch(pattern, matched)
    assert not any(re.fullmatch(pattern, paragraph) for story in STORIES for paragraph in story.paragraphs)


def test_stories_keep_what_is_theirs() -> None:
    assert found() == []
    assert found(inside="#为什么重要") == []  # a heading
    assert found(after="另有{number}人报名参加。") == []  # a sentence with a number of its own
    assert found(after="订阅早间邮件", count=3) == []  # three texts may agree by chance
    assert found(after="新的一批报名表正被装进信封。", count=5) == []


def test_texts_that_are_mostly_alike_are_left_alone() -> None:
    form = "今日最高气温二十三度，最低气温十五度，东南风三到四级，夜间多云" * 3
    pages = [
        Page.from_bytes(f"<p>{form}<p>第{n}号".encode(), url="https://x.example/1", fetched_at=datetime.now(UTC))
        for n in range(8)
    ]
    assert lines_of_site(pages, [Article(body=f"{form}\n\n第{n}号") for n in range(8)]) == []


def test_drop_takes_lines_of_the_text_and_never_all_of_it() -> None:
    drop = Corrections({}, ["div.share", "line: 记者.{1,8}／.+", "line: 完"])
    assert (
        drop.without_lines("记者某某／样例报道\n\n他说：“记者某某／样例报道”。\n\n完") == "他说：“记者某某／样例报道”。"
    )
    assert drop.without_lines("完") == "完"
    assert [drop.drop, len(drop.lines)] == [["div.share"], 2]
    with pytest.raises(ConfigurationError, match="no regular expression"):
        Corrections({}, "line: (")
