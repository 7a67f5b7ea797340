"""The portal in a real browser: search, paging, language, dark mode, keyboard, take-down, and what a kept page may do.

What they need: browsing.py. How well the pages are made: test_quality_in_a_browser.py.
"""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from snapshot_crawler.library.library import Library
from snapshot_crawler.library.takedown import remove
from snapshot_crawler.pages.page import Page
from snapshot_crawler.portal.pages.archived import PAGE_HEADERS
from snapshot_crawler.portal.sanitising import harmless
from tests.library.outputs import follow, own, record
from tests.portal.browsing import IN_A_BROWSER, accessible, serving
from tests.portal.browsing import browser as browser
from tests.portal.hostile_page import MARKS, hostile
from tests.portal.kept_pages import Kept, keep
from tests.portal.written import Written, opened
from tests.portal.written import portal as portal
from tests.server import Server

pytestmark = IN_A_BROWSER
CHINESE_LIGHT = {"locale": "zh-CN", "color_scheme": "light", "viewport": {"width": 1280, "height": 900}}
ENGLISH_DARK = {"locale": "en-US", "color_scheme": "dark", "viewport": {"width": 320, "height": 800}}


def test_a_search_is_sent_its_words_are_marked_and_its_pages_lead_on(browser: Any, portal: Written) -> None:
    with opened(browser, portal, **CHINESE_LIGHT, java_script_enabled=False) as page:
        page.goto("/")
        page.get_by_label("搜索资讯").fill("的")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search?q=*")
        assert set(page.locator("main mark").all_inner_texts()) == {"的"}
        with closing(Library(portal.root)) as library:
            expected = library.search("的", size=1).total
        assert str(expected) in page.get_by_role("status").inner_text() and expected > 30
        seen: list[str] = []
        while True:
            seen += page.locator(".row h2 a").evaluate_all("all => all.map(each => each.href)")
            following = page.get_by_role("link", name="下一页")
            if not following.count():
                break
            following.click()
            page.wait_for_load_state()
        assert len(seen) == len(set(seen)) == expected
        page.locator("#category").select_option(portal.stories[0].category)
        page.locator("main").get_by_role("button", name="搜索").click()
        page.wait_for_url("**category=*")
        assert set(page.locator(".row .by a:first-child").all_inner_texts()) == {portal.stories[0].category}


def test_the_language_is_the_browsers_until_the_reader_chooses(browser: Any, portal: Written) -> None:
    with opened(browser, portal, locale="en-US", java_script_enabled=False) as page:
        page.goto("/about")
        assert page.locator("html").get_attribute("lang") == "en"
        page.get_by_role("button", name="中文").click()
        page.wait_for_url("**/about")
        assert page.locator("html").get_attribute("lang") == "zh-Hans"
        page.goto("/")
        assert page.get_by_role("link", name="关于本站").count() == 1


def test_dark_and_light_are_the_readers(browser: Any, portal: Written) -> None:
    brightness = {}
    for scheme in ("light", "dark"):
        with opened(browser, portal, color_scheme=scheme) as page:
            page.goto("/")
            color = page.evaluate("getComputedStyle(document.body).backgroundColor")
            brightness[scheme] = sum(map(int, color.removeprefix("rgb(").removesuffix(")").split(",")))
    assert brightness["dark"] < 150 < 600 < brightness["light"]


FOCUSED = """() => {
    const it = document.activeElement, box = it.getBoundingClientRect(), style = getComputedStyle(it);
    return {words: it.innerText || it.name || "", tag: it.localName, width: parseFloat(style.outlineWidth),
            line: style.outlineStyle, seen: box.width > 0 && box.top >= 0 && box.bottom <= innerHeight};
}"""


CONTROLS = """() => [...document.querySelectorAll("a[href], input:not([type=hidden]), select, button")].map(
    each => each.innerText || each.name
)"""


def test_everything_is_reached_by_keyboard_and_seen(browser: Any, portal: Written) -> None:
    with opened(browser, portal, **CHINESE_LIGHT) as page:
        page.goto(portal.pages["detail"])
        page.keyboard.press("Tab")
        first = page.evaluate(FOCUSED)
        assert first["words"] == "跳到正文" and first["seen"]
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        page.keyboard.press("Tab")
        assert page.evaluate("document.getElementById('main').contains(document.activeElement)")

        page.goto(portal.pages["search"])
        order = page.evaluate(CONTROLS)
        reached = []
        for _ in range(400):  # more than there are: a date has several stops
            page.keyboard.press("Tab")
            found = page.evaluate(FOCUSED)
            if found["tag"] == "body":
                break
            assert found["seen"] and found["line"] != "none" and found["width"] >= 2, found
            if not (reached and reached[-1] == found["words"] and found["tag"] == "input"):
                reached.append(found["words"])
        assert reached == order


def test_what_was_taken_down_is_gone_for_the_reader(browser: Any, portal: Written) -> None:
    with opened(browser, portal, **ENGLISH_DARK, bypass_csp=True) as page:
        path = f"/detail/{'b' * 40}.html"
        assert page.goto(path).status == 200
        page.get_by_role("link", name="联系我们删除").click()
        page.wait_for_url("**/about?article=*")
        assert page.locator("input[name=article]").input_value() == "b" * 40
        page.locator("textarea[name=reason]").fill("mine")
        page.get_by_role("button", name="Send the request").click()
        page.get_by_text("Your request has been received.").wait_for()
        remove(portal.root, ["b" * 40], "mine")
        for address in (path, f"/archived/{'b' * 40}"):
            assert page.goto(address).status == 410
        accessible(page)
        page.goto("/search?q=只在此处出现的字样")
        assert not page.locator(".row").count()


# --- A kept page that tries everything
def has_run(page: Any, server: Server) -> bool:
    """Whether anything of a hostile page has run, or was asked for."""
    page.wait_for_load_state("networkidle")
    return bool([path for path in server.paths() if not path.startswith("/page")]) or page.title() == "RAN"


def test_the_hostile_page_is_hostile(browser: Any, portal: Written, server: Server) -> None:
    """Else the tests below would show nothing."""
    server.page("/page", hostile(server.address))
    with opened(browser, portal) as page:
        page.goto(server.url("/page"), wait_until="commit")
        assert has_run(page, server)


def test_nothing_of_a_kept_page_runs_or_is_loaded(
    browser: Any, portal: Written, server: Server, tmp_path: Path
) -> None:
    [kept] = keep(tmp_path, [Kept(hostile(server.address).encode(), url=server.url("/page/here/a.html"))])
    own(tmp_path, [record(1, archived=kept)])
    follow(tmp_path)
    name = record(1)["id"]
    with serving(tmp_path) as address, opened(browser, portal) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{address}/archived/{name}")
        [frame] = [each for each in page.frames if each != page.main_frame]
        for mark in MARKS:
            assert mark in frame.locator("body").inner_text()
        assert not has_run(page, server)
        assert {url for url in asked if not url.startswith((address, "data:"))} == set()
        # a click opens a window of its own, and takes nothing along
        server.page("/page/more?a=1&b=2", "<title>more</title>")
        with page.context.expect_page() as popup:
            frame.get_by_text("LINK", exact=True).click()
        popup.value.wait_for_url(server.url("/page/more?a=1&b=2"))
        assert popup.value.evaluate("window.opener") is None
        [told] = [each for each in server.requests if each.path.startswith("/page/more")]
        assert "referer" not in told.headers
        assert frame.url == f"{address}/archived/{name}/page"


def test_the_markup_alone_is_harmless(browser: Any, portal: Written, server: Server) -> None:
    """Without the policy and the sandbox."""
    source = hostile(server.address).encode()
    found, _ = harmless(Page.from_bytes(source, url=server.url("/page"), fetched_at=datetime.now(UTC)))
    server.page("/page", f"<!doctype html><meta charset=utf-8><link rel=icon href='data:,'><body>{found}")
    with opened(browser, portal) as page:
        page.goto(server.url("/page"))
        assert not has_run(page, server)


def test_the_policy_alone_is_enough(browser: Any, portal: Written, server: Server) -> None:
    """A page that nobody has made harmless, with the headers of the frame's document."""
    server.page("/page", hostile(server.address), headers=PAGE_HEADERS)
    with opened(browser, portal) as page:
        page.goto(server.url("/page"), wait_until="commit")
        assert not has_run(page, server)
