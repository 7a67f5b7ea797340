"""A reader subscribes in a real browser: by keyboard and mouse, without a script, on a narrow screen.

What they need: browsing.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from snapshot_crawler.portal.subscriptions import tokens
from snapshot_crawler.portal.subscriptions.model import State, Subscription
from snapshot_crawler.portal.subscriptions.store import Store
from tests.library.outputs import follow, name_of, own, record
from tests.portal.browsing import IN_A_BROWSER, accessible, serving
from tests.portal.browsing import browser as browser

pytestmark = IN_A_BROWSER


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A portal on a port of loopback: its address, and its DATA_DIR."""
    own(tmp_path, [record(n, category=("科技", "体育")[n % 2], body=f"苏州的第{n}次会议。") for n in range(1, 9)])
    follow(tmp_path)
    with serving(tmp_path, PORTAL_NOTICES="webhook") as address:
        yield address, tmp_path


def only(root: Path) -> Subscription:
    with Store(root) as store:
        found = store.of_number(1)
        assert found is not None
        return found


def test_a_reader_subscribes_changes_stops_and_ends_it(portal: tuple[str, Path], browser: Any) -> None:
    address, root = portal
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 320, "height": 800}, locale="zh-CN", color_scheme="dark"
    )
    page = context.new_page()
    page.goto(f"{address}/category/%E7%A7%91%E6%8A%80")
    page.get_by_role("main").get_by_role("link", name="订阅").click()
    box = page.get_by_label("科技", exact=True)
    assert box.is_checked() and not page.get_by_label("体育", exact=True).is_checked()
    # by keyboard: from the keywords with two steps to the button
    page.get_by_label("关键词，每行一个").fill("第3次")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/my/*")
    mine = page.url
    assert len(mine.rpartition("/")[2]) == 43
    wanted = {name_of(n) for n in (2, 4, 6, 8, 3)}
    links = page.get_by_role("main").get_by_role("link").evaluate_all("all => all.map(each => each.href)")
    assert {link.rpartition("/")[2].removesuffix(".html") for link in links if "/detail/" in link} == wanted
    page.get_by_label("科技", exact=True).uncheck()
    page.get_by_role("button", name="保存").click()
    assert page.get_by_role("status").inner_text() == "已保存。"
    assert (only(root).wishes.category, only(root).wishes.keyword) == ((), ("第3次",))

    page.get_by_label("地址", exact=True).fill("http://127.0.0.1/")
    page.get_by_role("button", name="开始接收通知").click()
    assert "内部网络" in page.get_by_role("alert").inner_text()
    page.get_by_label("地址", exact=True).fill("https://hook.example/mine")
    page.get_by_role("button", name="开始接收通知").click()
    page.get_by_text("通知发往 https://hook.example/mine。").wait_for()
    found = only(root)
    with Store(root) as store:
        code = tokens.code_of(store.key, tokens.STOP, found.id, found.address)
    page.goto(f"{address}/my/stop/{found.id}/{code}")  # the link of a message
    assert only(root).state == State.ON
    page.get_by_role("main").get_by_role("button").click()
    page.get_by_text("通知已停止，地址已删除。").wait_for()
    assert only(root).state == State.NONE

    page.goto(mine)
    page.get_by_role("button", name="删除订阅").click()
    page.get_by_text("订阅已删除。").wait_for()
    assert page.goto(mine).status == 404
    context.close()


def test_its_pages_are_accessible(portal: tuple[str, Path], browser: Any) -> None:
    address, _ = portal
    for language, scheme, width in (("zh-CN", "light", 1280), ("en-US", "dark", 320)):
        context = browser.new_context(
            viewport={"width": width, "height": 800}, locale=language, color_scheme=scheme, bypass_csp=True
        )
        page = context.new_page()
        page.goto(f"{address}/my")
        accessible(page)
        page.get_by_role("main").get_by_role("button").click()
        page.wait_for_url("**/my/*")
        page.get_by_role("main").locator("#address").fill("https://hook.example/mine")
        page.locator("#notices form").last.get_by_role("button").click()
        page.locator("#notices code").wait_for()
        accessible(page)
        context.close()
