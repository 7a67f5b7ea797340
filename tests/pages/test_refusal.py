"""Notices that are no content, and pages that only hold such words among their links."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from snapshot_crawler.pages.page import Page
from snapshot_crawler.pages.refusal import refusal

ROWS = "".join(f"<li><a href='/show-{n}.html'>渡口的灯亮了{n}个冬天</a></li>" for n in range(15))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<h1>请登录</h1><form><input type=password></form>", "login"),
        (f"<a href=/login>请登录</a> <a href=/register>免费注册</a><ul>{ROWS}</ul>", None),  # a tool above a list
        (f"<a href=/login>登录后查看全文</a><ul>{ROWS}</ul>", "login"),  # speaks of this page
        (f"<p>请登录</p><ul>{ROWS}</ul>", "login"),
        (f"<ul>{ROWS}<li><a href='/show-99.html'>谁让文章不见了</a></li></ul>", None),  # a headline
        (f"<p>您访问的页面不存在</p><ul>{ROWS}</ul>", "soft-404"),
        ("<a href=/login>请登录</a>", "login"),
        (
            f"<ul>{ROWS}</ul><p>{'桥修好了，' * 12}但是网上的旧消息里，那个页面不存在的通知还挂着。</p>",
            None,
        ),  # a summary
        ("<h1>404</h1><p>Nothing here.</p>", "soft-404"),
        ("<title>404 - 样例网</title><p>返回</p>", "soft-404"),
        ("<h1>出错了 404</h1>", "soft-404"),
        ("<h1>Error 404</h1>", "soft-404"),
        ("<h1>404错误</h1>", "soft-404"),
        ("<h1>Ferry brings 404 residents back</h1><p>They had waited for two winters.</p>", None),
        ("<p>当天有404名旅客乘船返回</p>", None),
    ],
)
def test_links_of_a_full_page_make_it_no_notice(body: str, reason: str | None) -> None:
    page = Page.from_bytes(f"<html>{body}</html>".encode(), url="https://x.example/", fetched_at=datetime.now(UTC))
    found = refusal(page)
    assert (found.reason if found else None) == reason
