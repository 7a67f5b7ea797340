"""Addresses that a browser would load into a list page by itself: frames, tabs, the answers that its script asks for.

A page goes in, addresses come out. read_listing follows them as lists where the page's own links are not enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from selectolax.lexbor import LexborNode

from snapshot_crawler.pages.lists.paging import ADDRESS, script_text
from snapshot_crawler.pages.lists.put_together import Script, addresses_at
from snapshot_crawler.pages.lists.shapes import looks_like_page
from snapshot_crawler.pages.page import Page

MOST_CALLS = 500  # of one script that are looked at; by choice: a page's own has some ten, a site's bundle some hundred
MOST = 8  # addresses of one page that are followed; by choice: a page's script asks for one list, or one a section
PANE = "[role=tabpanel], [data-tab-content], .tab-pane, .tab-content > *, .tab_con > *, .tabcon > *"
TARGETS = ("data-target", "data-bs-target", "aria-controls", "href")
CONTROLS = "[data-target], [data-bs-target], [aria-controls], [role=tab][href]"
LOADED_FROM = ("data-src", "data-url", "data-href", "data-load", "data-remote", "data-source")
# An address in the call that asks for it, or one that says of itself that it is a list of data.
ASKS = re.compile(
    r"""(?:fetch|axios(?:\.get)?|\$\.(?:get|getJSON|ajax|post)|getJSON|request|open|ajax|get)\s*\(\s*(?:["']GET["']\s*,\s*)?(?=["'`\w])"""
)
NAMED = re.compile(r"""\b(?:url|api|uri|src|endpoint|dataUrl|listUrl)["']?\s*[:=]\s*(?=["'`\w])""", re.IGNORECASE)
OF_A_LIST = re.compile(
    r"api|ajax|json|list|feed|news|article|page|latest|posts|stor(?:y|ies)|content|load", re.IGNORECASE
)
NOT_OF_A_LIST = re.compile(
    r"search|log(?:in|out)|user|comment|vote|like|share|track|stat|count|log\b|captcha|token|config|weather|detail|ad[sv]?/|suggest|\.(?:js|css)(?:\?|$)",
    re.IGNORECASE,
)


def frames(page: Page) -> Iterator[str]:
    """What the page's frames show."""
    for node in page.tree.css("frame[src], iframe[src]"):
        url = page.absolute(node.attributes.get("src"))
        if url is not None and looks_like_page(url):
            yield url


def tab_panes(page: Page) -> list[LexborNode]:
    """Elements that a tab of the page shows: hidden until somebody presses it, and yet as much read as the first."""
    wanted: dict[str, None] = {}
    for control in page.tree.css(CONTROLS):
        for name in TARGETS:
            value = control.attributes.get(name) or ""
            target = value.removeprefix("#")
            if target and re.fullmatch(r"[\w-]{1,60}", target):
                wanted[target] = None
    panes = list(page.tree.css(PANE))
    if wanted:
        panes += [node for node in page.tree.css("[id]") if node.attributes.get("id") in wanted]
    return list({node.mem_id: node for node in panes}.values())


def loaded_panes(page: Page) -> Iterator[str]:
    """The addresses from which tabs load their lists when they are opened."""
    for pane in tab_panes(page):
        for name in LOADED_FROM:
            value = pane.attributes.get(name) or ""
            if ADDRESS.match(value) and (url := page.absolute(value)) is not None:
                yield url


def asked_by_script(page: Page) -> list[str]:
    """Addresses of lists that the page's own scripts ask for, their first page; at most MOST.

    An address with a page's number put behind it is the likeliest; then those that are called lists.
    """
    return addresses_asked(script_text(page), page)


def addresses_asked(script: str, page: Page) -> list[str]:
    """The same of any script of the site."""
    found: dict[str, bool] = {}
    read = Script(script, page)
    for pattern in (ASKS, NAMED):
        for call in islice(pattern.finditer(script), MOST_CALLS):
            for asked in addresses_at(read, call.end()):
                address = asked.address
                if not ADDRESS.match(address) and not address.startswith(("api/", "data/", "json/")):
                    continue
                if NOT_OF_A_LIST.search(address) or not (asked.is_counted or OF_A_LIST.search(address)):
                    continue
                url = page.absolute(address)
                if url is not None:
                    found[url] = found.get(url, False) or asked.is_counted
    return sorted(found, key=lambda url: not found[url])[:MOST]
