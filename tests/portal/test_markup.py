"""What every page has, for screen readers, search engines and browsers; axe-core looks closer, in a real browser."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from tests.library.outputs import name_of
from tests.portal.client import Client

PATHS = ["/", "/?page=2", f"/detail/{name_of(1)}.html", "/category/科技", "/source/溯北周报", "/day", "/day/2026-01-05"]
PATHS += [f"/story/{name_of(1)}", "/search", "/search?q=苏州", "/about", "/about?sent=1", "/my", "/nothing"]
NAMED = "aria-label", "aria-labelledby", "title"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_in_order(client: Client, path: str, language: str) -> None:
    response = client.get(path, accept_language=language)
    page = client.parsed(response)
    assert response.text.startswith("<!doctype html>")
    assert (page.css_first("html").attributes["lang"] or "").startswith(language)
    assert page.css_first("title").text() and page.css_first("meta[name=description]").attributes["content"]
    assert page.css_first("meta[name=viewport]").attributes["content"] == "width=device-width, initial-scale=1"
    assert len(page.css("main")) == len(page.css("h1")) == 1
    assert page.css_first("body > a.skip").attributes["href"] == "#main"
    # headings go down by one step
    levels = [int((node.tag or "h0")[1]) for node in page.css("h1, h2, h3, h4, h5, h6")]
    assert levels[0] == 1 and all(below <= above + 1 for above, below in pairwise(levels))
    # ids are unique, controls have labels, links and buttons have words
    ids = Counter(node.attributes["id"] for node in page.css("[id]"))
    assert set(ids.values()) <= {1}
    labels = {node.attributes.get("for") for node in page.css("label")}
    for control in page.css("input:not([type=hidden]), select, textarea"):
        is_inside = control.parent is not None and control.parent.tag == "label"
        assert is_inside or control.attributes.get("id") in labels or any(control.attributes.get(n) for n in NAMED)
    assert all(node.text().strip() for node in page.css("a[href], button"))
    names = [node.attributes.get("aria-label") for node in page.css("nav")]
    assert all(names) and len(set(names)) == len(names)
    # nothing is loaded from elsewhere
    assert {node.attributes["href"] for node in page.css("link[rel=stylesheet], link[rel=icon]")} <= {
        client.app.state.site.templates.environment.globals["style"],
        "data:,",
    }
    assert not page.css("img, iframe, video, audio, object, embed, [style], [src]")


def test_pages_that_are_not_to_be_found_say_so(client: Client) -> None:
    for path in ("/search?q=x", "/nothing", "/my"):
        assert client.parsed(client.get(path)).css_first("meta[name=robots]").attributes["content"] == "noindex"
    assert not client.page("/").css("meta[name=robots]")
