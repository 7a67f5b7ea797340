"""The section of an article by the site's own menu."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from snapshot_crawler.pages.article.reader import read_article
from snapshot_crawler.pages.page import Page

NOW = datetime(2026, 11, 25, tzinfo=UTC)
SECTIONS = "".join(f'<a href="/c/{n}/">{name}</a>' for n, name in enumerate(("乡镇", "视界", "人文"), 7))
MENU = f'<a href="/">首页</a>{SECTIONS}<a href="/login">登录</a>'
TEXT = "<p>清晨六点，渡口的灯还亮着。摆渡的老人说，这条河他走了四十年，如今桥修好了，他也该歇一歇。</p>" * 3


def category(
    head: str, *, menu: str = MENU, title: str = "渡口的最后一班船", url: str = "https://x.example/d/1"
) -> str | None:
    html = (
        f"<html><title>{title}</title><body><ul>{''.join(f'<li>{each}</li>' for each in menu.split('|'))}</ul>"
        f"<div>{head}</div><div>{TEXT}</div><p>样例县融媒体中心</p></body></html>"
    )
    reading = read_article(Page.from_bytes(html.encode(), url=url, fetched_at=NOW), known=True)
    assert reading is not None and reading.article is not None
    return reading.article.category


HEADLINE = "<h1>渡口的最后一班船</h1><p>2026-11-24 08:00</p>"


@pytest.mark.parametrize(
    ("head", "wanted"),
    [
        (
            f"<ol><li><a href='/'>主页</a></li><li><a href='/c/8/'>视界</a></li></ol>{HEADLINE}",
            "视界",
        ),  # a path of blocks
        (f"{HEADLINE}<div><a href='/c/9/'>#人文</a></div>", "人文"),  # below the headline
        (f"{HEADLINE}<div>乡镇</div>", "乡镇"),  # named, and not linked
        (f"{HEADLINE}<div><a href='/tag/8'>渡船</a></div>", None),  # in no menu
        (f"{HEADLINE}<div><a href='/search?q=视界'>渡船</a></div>", None),
        (HEADLINE, None),
    ],
)
def test_a_name_of_the_menu_beside_the_headline_is_the_section(head: str, wanted: str | None) -> None:
    assert category(head) == wanted


def test_a_menu_that_is_shown_twice_names_no_section() -> None:
    assert category(f"<div>{MENU}</div>{HEADLINE}") is None
    assert category(f"<div><a href='/c/7/'>乡镇</a><a href='/c/8/'>视界</a></div>{HEADLINE}") is None


def test_the_page_title_names_the_section_between_headline_and_site() -> None:
    assert category(HEADLINE, title="渡口的最后一班船_视界_样例网") == "视界"
    assert category(HEADLINE, title="渡口的最后一班船 | 样例网") is None


def test_the_address_begins_with_the_sections_list() -> None:
    assert category(HEADLINE, url="https://x.example/c/8/202611/1.html") == "视界"
    assert category(HEADLINE, menu=MENU.replace("视界", "新闻"), url="https://x.example/c/8/202611/1.html") is None


def test_what_the_page_states_comes_before_the_menu() -> None:
    assert category(f"{HEADLINE}<p>栏目：民生</p>", url="https://x.example/c/8/1.html") == "民生"
