"""Rows that a list keeps as markup for its script: <script type="text/xml"><record><![CDATA[<li>...]]></record>.

Offices' sites hold several pages of a list so, and show one at a time. A page goes in, a page of the rows comes out;
read_listing reads it like the page itself. The answer that brings further rows has the same form, as a document.
"""

from __future__ import annotations

import re

from snapshot_crawler.exceptions import UnreadablePageError
from snapshot_crawler.pages.page import Page

KIND = re.compile(r"xml|html|template", re.IGNORECASE)
STORE = re.compile(r"\s*(?:<\?xml[^<>]*>\s*)?<(?:datastore|recordset)\b", re.IGNORECASE)
PLACEHOLDER = re.compile(r"\{\{|<%|\$\{|\{%|<\?")  # of a template, which is no row
SECTION = re.compile(r"<!\[CDATA\[|\]\]>")
FOLLOWING = re.compile(r"<nextgroup>(.{0,2000}?)</nextgroup>", re.IGNORECASE | re.DOTALL)
HREF = re.compile(r"""<a\s[^<>]{0,200}?href\s*=\s*["']([^"'<>]{1,600})["']""", re.IGNORECASE)
LARGEST = 2_000_000  # characters of one script


def stored_rows(page: Page) -> tuple[Page, str | None] | None:
    """The rows that the page's scripts hold, as a page of their own, and the address of those that follow.

    None where there are none.
    """
    texts = [page.text] if STORE.match(page.text, 0, 400) else _scripts(page)
    markup = [SECTION.sub("", FOLLOWING.sub("", text)) for text in texts]
    if not markup:
        return None
    try:
        rows = Page.from_bytes(
            f"<html><body>{' '.join(markup)}</body></html>".encode(),
            url=page.url,
            fetched_at=page.fetched_at,
            content_type="text/html; charset=utf-8",
            zone=page.known_zone,
        )
    except UnreadablePageError:
        return None
    groups = (HREF.search(group[1]) for text in texts for group in FOLLOWING.finditer(text))
    return rows, next((page.absolute(found[1].replace("&amp;", "&")) for found in groups if found), None)


def _scripts(page: Page) -> list[str]:
    """The texts of scripts that are markup with links in it."""
    found = []
    for node in page.tree.css("script[type]"):
        text = node.text() or ""
        if (
            KIND.search(node.attributes.get("type") or "")
            and HREF.search(text, 0, LARGEST)
            and not PLACEHOLDER.search(SECTION.sub("", text), 0, LARGEST)
        ):
            found.append(text[:LARGEST])
    return found
