"""A page of somebody else made harmless: its tree in, markup out that runs nothing, loads nothing and sends nothing.

Two steps. The tree is made readable: an image becomes its alternative text, a link tells where it leads. Then nh3
parses all of it once more and writes what stands on its lists, and nothing else: no element of SVG or MathML, no
<template>, <noscript> or comment, so a browser reads the result as nh3 has written it. Safety rests on the second step
alone; the policy of the page that shows it (pages/archived.py) is a third one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator
from urllib.parse import urljoin, urlsplit

import nh3
from markupsafe import Markup
from selectolax.lexbor import LexborHTMLParser, LexborNode

from snapshot_crawler.pages.page import Page
from snapshot_crawler.portal.rendering import web_address

# With what stands in them; of other elements that are not below, the text stays.
DROPPED = frozenset(
    "script style template noembed noframes iframe frame frameset object embed applet svg math audio video canvas map "
    "select datalist textarea title head base link meta".split()
)
KEPT = frozenset(
    "h1 h2 h3 h4 h5 h6 p div span br hr wbr blockquote q cite pre code kbd samp var ul ol li dl dt dd table caption "
    "thead tbody tfoot tr td th article section aside header footer nav main address figure figcaption hgroup a b "
    "strong i em u s strike del ins small big sub sup mark abbr dfn time bdi bdo ruby rt rp details summary center "
    "tt".split()
)
STAYING = KEPT | {"html", "body", "head"}
ATTRIBUTES: dict[str, set[str]] = {
    "*": {"dir", "lang"},
    "a": {"href", "title", "data-host"},
    "abbr": {"title"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "ol": {"start", "reversed"},
    "time": {"datetime"},
}
REL = "noopener noreferrer nofollow"
MOST = 1_000_000  # characters that are shown, without scripts and styles; the worst that was found take nh3 1 CPU s
WORDLESS = "→"
ROWS = frozenset(("li", "tr", "dd", "article"))  # elements that a row of a list is
ROW_DEPTH = 5  # elements between a row and its link; by choice
CONTROLS = re.compile(r"[\x00-\x1f\x7f]")  # which browsers leave out of addresses, or cut off at their ends


def harmless(page: Page, is_gone: Callable[[str], bool] | None = None) -> tuple[Markup, bool]:
    """The body of a page, as a fragment that may stand in a page of ours; and whether it is only the beginning.
    The page's tree is used up by it.

    is_gone: of an address, whether what is there was taken down: rows that lead to it are left out, with their words.
    """
    tree = page.tree
    base = base_of(tree, page.url)
    tree.strip_tags(sorted(DROPPED - {"head"}), recursive=True)
    for image in tree.css("img, input[type=image]"):
        image.replace_with(image.attributes.get("alt") or "")
    if is_gone is not None:
        leave_out(tree, base, is_gone)
    for link in tree.css("a"):
        tell(link, base, page.url)
    root = tree.body or tree.root
    if root is not None:  # nh3 drops an element with all of it that has a name of SVG's, such as <text>
        for node in [each for each in root.traverse() if each.tag not in STAYING]:
            node.unwrap()
    html = root.html or "" if root is not None else ""
    return Markup(clean(html[:MOST])), len(html) > MOST


def clean(html: str) -> str:
    """What may stay of any markup."""
    return nh3.clean(
        html,
        tags=set(KEPT),
        clean_content_tags=set(DROPPED - {"head", "base", "link", "meta", "frame", "embed"}),
        attributes=ATTRIBUTES,
        generic_attribute_prefixes=set(),
        set_tag_attribute_values={"a": {"target": "_blank"}},
        link_rel=REL,
        url_schemes={"http", "https"},
        url_relative="deny",
        strip_comments=True,
    )


def base_of(tree: LexborHTMLParser, url: str) -> str:
    """What relative links count from, as browsers have it."""
    base = tree.css_first("base[href]")
    return absolute(base.attributes.get("href"), url) or url if base is not None else url


def absolute(href: str | None, base: str) -> str | None:
    """The address of a link as a browser reads it; None for what is no address of the web."""
    try:
        return web_address(urljoin(base, CONTROLS.sub("", href or "").strip()))
    except ValueError:
        return None


def leave_out(tree: LexborHTMLParser, base: str, is_gone: Callable[[str], bool]) -> None:
    """Take out what leads to what was taken down: the row of a list where it has no other link, else the link."""
    gone: list[LexborNode] = []
    others: set[int] = set()  # elements that have another link in them
    for link in tree.css("a[href]"):
        address = absolute(link.attributes.get("href"), base)
        if address is not None and is_gone(address):
            gone.append(link)
        else:
            others.update(above.mem_id for above in _above(link))
    meant = {row.mem_id: row for row in (_row_of(link, others) for link in gone)}
    for row in meant.values():
        above = row.parent
        while above is not None and above.mem_id not in meant:
            above = above.parent
        if above is None:  # else it goes with the one that it stands in
            row.decompose()


def _row_of(link: LexborNode, others: Container[int]) -> LexborNode:
    for above in _above(link):
        if above.mem_id in others:
            break
        if above.tag in ROWS:
            return above
    return link


def _above(node: LexborNode) -> Iterator[LexborNode]:
    above = node.parent
    for _ in range(ROW_DEPTH):
        if above is None:
            return
        yield above
        above = above.parent


def tell(link: LexborNode, base: str, url: str) -> None:
    """Let a link tell where it leads, and its host where that is another one; none for a place in the page itself.

    A link without words, such as one that a style has laid over a row, gets a sign.
    """
    href = link.attributes.get("href")
    address = absolute(href, base) if href and not href.strip().startswith("#") else None
    for name in list(link.attributes):
        del link.attrs[name]
    if address is None:
        return
    if not link.text().strip():
        link.insert_child(WORDLESS)
    link.attrs["href"] = link.attrs["title"] = address
    host = urlsplit(address).hostname or ""
    if host != urlsplit(url).hostname:
        link.attrs["data-host"] = host
