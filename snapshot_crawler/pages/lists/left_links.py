"""Links of a list page that the crawl does not follow, each with the reason; and whether a script fills the list.

A page and the links that are followed go in. NewsSpider calls it for pages of links. So `scrapy explain URL` can say
that the address was seen and why it was left, and a run without articles can say that a script fills its lists.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator

from snapshot_crawler.pages.page import Page

MOST_LEFT = 200  # links of a page that are told
SCRIPT_LETTERS = 200_000  # of a page's scripts that are looked at
IN_SCRIPT = re.compile(r"""["']((?:https?:|\\?/)[^"'\s<>]{2,300})["']""")  # one run of letters: linear on any script
MOST_LETTERS = 300  # of visible text outside links; a list that a script fills has a frame and little else
ASKS_FOR_SCRIPT = re.compile(r"enable\s+javascript|(?:启用|开启|打开|支持)\s*javascript", re.IGNORECASE)


def left_links(page: Page, followed: Container[str], reason_of: Callable[[str], str]) -> dict[str, str]:
    """The page's addresses that are not followed, each with the reason, in page order; at most MOST_LEFT.

    reason_of: why a link of the page is left. Addresses that stand only in a script get that as their reason.
    """
    left: dict[str, str] = {}
    for url in page.links():
        if url not in followed and url != page.url:
            left[url] = reason_of(url)
            if len(left) >= MOST_LEFT:
                return left
    for text in addresses_in_scripts(page):
        address = page.absolute(text)
        if address is not None and address not in followed and address not in left and address != page.url:
            left[address] = "script: the address stands in a script, and scripts are not run"
            if len(left) >= MOST_LEFT:
                break
    return left


def addresses_in_scripts(page: Page) -> Iterator[str]:
    """What looks like an address in the page's scripts, absolute or from the root."""
    letters = SCRIPT_LETTERS
    for node in page.tree.css("script"):
        text = node.text()[:letters]
        letters -= len(text)
        for found in IN_SCRIPT.findall(text):
            address = found.replace("\\/", "/")
            if "/" in address[1:] or "." in address:
                yield address
        if not letters:
            return


def is_filled_by_script(page: Page) -> bool:
    """Whether a page without links to articles looks like a frame that a script fills in the reader's browser."""
    if page.tree.css_first("script") is None:
        return False
    notices = " ".join(node.text() for node in page.tree.css("noscript"))
    letters = sum(len(block.text) * (1 - block.link_share) for block in page.outline.blocks if not block.box.hidden)
    return letters <= MOST_LETTERS or ASKS_FOR_SCRIPT.search(notices) is not None
