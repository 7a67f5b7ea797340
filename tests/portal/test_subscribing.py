"""A reader subscribes in a real browser: by keyboard and mouse, without a script, on a narrow screen.

Needs Debian's Chromium (apt install chromium) and the extra `dev`; without them these tests are skipped.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import threading
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from snapshot_crawler.portal.app import create_app
from snapshot_crawler.portal.subscriptions import tokens
from snapshot_crawler.portal.subscriptions.model import State, Subscription
from snapshot_crawler.portal.subscriptions.store import Store
from tests.library.outputs import follow, name_of, own, record

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]  # axe-core's names
HAS_DRIVER = all(find_spec(name) for name in ("playwright", "axe_playwright_python"))
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
    pytest.mark.skipif(not HAS_DRIVER, reason="the extra `dev` is not installed"),
]


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A portal on a port of loopback: its address, and its DATA_DIR."""
    own(tmp_path, [record(n, category=("科技", "体育")[n % 2], body=f"苏州的第{n}次会议。") for n in range(1, 9)])
    follow(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        settings = {"PORTAL_URL": address, "PORTAL_NOTICES": "webhook"}
        app = create_app(tmp_path, settings, follows=False)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="on"))
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])), daemon=True)
        thread.start()
        yield address, tmp_path
        server.should_exit = True
        thread.join(60)


@pytest.fixture
def browser() -> Iterator[Any]:
    """Chromium."""
    from playwright.sync_api import sync_playwright

    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        yield opened
        opened.close()


def only(root: Path) -> Subscription:
    with Store(root) as store:
        found = store.of_number(1)
        assert found is not None
        return found


def accessible(page: Any) -> None:
    """No violation of WCAG 2.2 AA that axe-core finds, and nothing wider than the screen."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


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
