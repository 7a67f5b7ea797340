"""List pages: a page goes in, its rows of articles and the links to follow come out.

NewsSpider calls read_listing. A link is an article by the shape of its address (shapes.py), or because it stands in a
row with a time (rows.py) or under a headline; short links near the root are further lists. The words of links
are in link_words.py.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from functools import partial
from urllib.parse import parse_qsl, urlsplit

from selectolax.lexbor import LexborNode

from snapshot_crawler.address_parts import CHANGING_PARTS
from snapshot_crawler.items import LinkRow
from snapshot_crawler.lazy_pattern import any_of
from snapshot_crawler.pages.han import HanPattern
from snapshot_crawler.pages.lists import link_words
from snapshot_crawler.pages.lists.rows import find_rows
from snapshot_crawler.pages.lists.shapes import is_named_as_list, looks_like_article, looks_like_page
from snapshot_crawler.pages.outline import is_unseen
from snapshot_crawler.pages.page import Link, Page, Reading
from snapshot_crawler.urls import normalise, same_site

NEXT_TEXT = HanPattern(
    rf"^[\s\[【（(<«]*(?:\d{{1,4}}\s?)?(?:{any_of(link_words.NEXT)})[\s\]】）)>»›→＞]*$", re.IGNORECASE
)
NEXT_SIGN = re.compile(r"^(?:\d{1,4}\s?)?[>»›＞→]{1,2}$")  # a number before it: two links side by side to one page
NEXT_HINT = re.compile(r"(?:^|[\s_-])next(?:$|[\s_-])")
PAGER = HanPattern(rf"^\W*(?:{any_of(link_words.PAGER)})\W*$", re.IGNORECASE)
PAGE_NUMBER = re.compile(r"^\W*(\d{1,4})\W*$")
NOT_A_LIST = HanPattern(any_of(link_words.NOT_A_LIST), re.IGNORECASE)
LONGEST_LIST_NAME = 12  # characters of a section's name; longer links are headlines
LONGEST_NAMED_LIST = 30  # where the address itself says list, such as node_2.htm: 2024-03-04 第A01版：要闻
SHORTEST_HEADLINE = 9  # characters on the mean of a list's links; by choice: names of sections have two to six
DEEPEST_LIST = 4  # path segments
FEWEST_ALIKE = 3  # rows with a time that make a list, where the addresses themselves do not look like articles
FEWEST_TIMED = 5  # rows with a time that make a list where no two addresses are alike


@dataclass(slots=True)
class Anchor:
    """A link as the page shows it: address, visible text, and the order of its block."""

    url: str
    text: str
    order: int


def read_listing(page: Page, is_ours: Callable[[str], bool] | None = None) -> Reading:
    """The page as a list: rows in page order, links to articles, further lists and the next page.

    is_ours: whether an address belongs to the site; None: it does on the page's own host and below it. Links of other
    sites are left out. A page that is no list gives few links or none.
    """
    is_ours = is_ours or partial(same_site, other=page.url)
    anchors = list(_anchors(page, is_ours))
    blank = list(_links_without_text(page, is_ours))
    blocks = page.outline.blocks
    timed = {row.row.url: row.row for row in find_rows(blocks, page, 0, len(blocks)) if row.row.url}
    alike = _shapes_of_articles(anchors, blank, [url for url in timed if url])
    rows: dict[str, LinkRow] = {}
    for anchor in anchors:
        if _is_article(anchor.url, alike):
            row = timed.get(anchor.url) or rows.get(anchor.url) or LinkRow(anchor.url)
            if row.title is None and row.snippet is None and len(anchor.text) > 3:
                row.title = anchor.text
            rows.setdefault(anchor.url, row)
    for url, row in timed.items():
        if url and _is_article(url, alike) and is_ours(url):
            rows.setdefault(url, row)
    for url in blank:
        if _is_article(url, alike):
            rows.setdefault(url, LinkRow(url))
    links = dict.fromkeys(rows, "article")
    if (following := next_page(page, anchors)) is not None:
        links.setdefault(following, "next")
    for anchor in anchors:
        if anchor.url not in links and _is_list(anchor, page):
            links[anchor.url] = "listing"
    links.pop(normalise(page.url) or page.url, None)
    return Reading(rows=list(rows.values()), links=[Link(url, kind) for url, kind in links.items()])


def _is_article(url: str, alike: Container[str]) -> bool:
    return (looks_like_article(url) or _shape(url) in alike) and looks_like_page(url)


def _shapes_of_articles(anchors: list[Anchor], blank: list[str], timed: list[str]) -> set[str]:
    """Shapes of addresses that do not look like articles, but stand in rows with a time, or under headlines.

    Headlines decide only on a page where nothing else shows which links are articles. Then several links to
    addresses that differ by a number are articles, if their texts are as long as headlines, or if they have none.
    """
    alike = {shape for shape, times in Counter(map(_shape, timed)).items() if times >= FEWEST_ALIKE}
    urls = {anchor.url for anchor in anchors} | set(blank)
    if sum(_is_article(url, alike) for url in urls) >= FEWEST_ALIKE:
        return alike
    if len(timed) >= FEWEST_TIMED:  # rows of a headline and a time are articles, however their addresses look
        return alike | set(map(_shape, timed))
    texts: dict[str, dict[str, int]] = {}
    for url, text in [*((anchor.url, anchor.text) for anchor in anchors), *((url, "") for url in blank)]:
        if not PAGER.match(text) and not NEXT_TEXT.match(text) and re.search(r"\d", url.partition("//")[2]):
            lengths = texts.setdefault(_shape(url), {})
            lengths[url] = max(len(text), lengths.get(url, 0))
    for shape, lengths in texts.items():
        mean = sum(lengths.values()) / len(lengths)
        if len(lengths) >= FEWEST_ALIKE and (mean >= SHORTEST_HEADLINE or mean == 0):
            alike.add(shape)
    return alike


def _anchors(page: Page, is_ours: Callable[[str], bool]) -> Iterator[Anchor]:
    """The page's visible links to its own site, in page order; parts of one link are joined."""
    last: tuple[str, int] | None = None
    text = ""
    for block in page.outline.blocks:
        if block.box.hidden:
            continue
        for part in block.parts:
            here = (part.href, block.order) if part.href else None
            if here != last:
                if last is not None:
                    yield from _anchor(page, last, text, is_ours)
                last, text = here, ""
            text += part.text
    if last is not None:
        yield from _anchor(page, last, text, is_ours)


def _anchor(page: Page, found: tuple[str, int], text: str, is_ours: Callable[[str], bool]) -> Iterator[Anchor]:
    href, order = found
    url = page.absolute(href)
    if url is not None and is_ours(url):
        yield Anchor(url, " ".join(text.split()), order)


def _links_without_text(page: Page, is_ours: Callable[[str], bool]) -> Iterator[str]:
    """Addresses that an empty link leads to: laid over a whole row, or around a picture."""
    known: dict[int, bool] = {}
    for node in page.tree.css("a[href]"):
        child = node.first_child
        if child is not None and child.tag not in ("img", "picture", "i", "span", "div", "em"):
            continue
        url = page.absolute(node.attributes.get("href"))
        if url and is_ours(url) and not node.text(strip=True) and not _is_hidden(node, known):
            yield url


def _is_hidden(node: LexborNode, known: dict[int, bool]) -> bool:
    """Whether no reader sees the element, by its own markup or that of what holds it.

    known: the answers for the elements of this page, filled here: links in one deep box have all that is around it
    in common.
    """
    passed = []
    answer = False
    around: LexborNode | None = node
    while around is not None and around.tag != "body":
        if (earlier := known.get(around.mem_id)) is not None:
            answer = earlier
            break
        passed.append(around.mem_id)
        if is_unseen(around.attributes):
            answer = True
            break
        around = around.parent
    known.update(dict.fromkeys(passed, answer))
    return answer


def _shape(url: str) -> str:
    """An address with its numbers and hashes taken out: alike for the articles of one site."""
    split = urlsplit(url)
    names = "&".join(sorted(name for name, _ in parse_qsl(split.query)))
    return CHANGING_PARTS.sub("0", split.path) + "?" + names


def _is_list(anchor: Anchor, page: Page) -> bool:
    """Whether a link looks like a section's: a short name, a shallow address of the same site."""
    split = urlsplit(anchor.url)
    return (
        1 < len(anchor.text) <= (LONGEST_NAMED_LIST if is_named_as_list(anchor.url) else LONGEST_LIST_NAME)
        and not NOT_A_LIST.search(anchor.text)
        and not PAGER.match(anchor.text)
        and split.path.count("/") <= DEEPEST_LIST
        and split.path not in ("", "/")
        and not looks_like_article(anchor.url)
        and looks_like_page(anchor.url)
    )


def next_page(page: Page, anchors: list[Anchor]) -> str | None:
    """The list's next page: rel=next, a link that says so, or the number after the current page's in a pager."""
    own = normalise(page.url) or page.url
    for node in page.tree.css("link[rel~=next][href], a[rel~=next][href]"):
        url = page.absolute(node.attributes.get("href"))
        if url and url != own and same_site(url, page.url):
            return url
    for pattern in (NEXT_TEXT, NEXT_SIGN):
        for anchor in anchors:
            if pattern.match(anchor.text) and anchor.url != own and not looks_like_article(anchor.url):
                return anchor.url
    return _next_by_sign(page, own) or _next_number(page, anchors, own)


def _next_by_sign(page: Page, own: str) -> str | None:
    """The link whose words only a screen reader or a mouse finds: aria-label, title, the text of its picture."""
    for node in page.tree.css("a[href]"):
        values = node.attributes
        picture = node.css_first("img[alt]")
        words = (values.get("title"), values.get("aria-label"), picture and picture.attributes.get("alt"))
        is_meant = any(text and NEXT_TEXT.match(text) for text in words) or NEXT_HINT.search(values.get("class") or "")
        url = page.absolute(values.get("href")) if is_meant else None
        if url and url != own and same_site(url, page.url) and not looks_like_article(url):
            return url
    return None


def _next_number(page: Page, anchors: list[Anchor], own: str) -> str | None:
    """In a pager of numbers, the link after the one number that is no link or leads to this page."""
    numbered = {int(found[1]): anchor for anchor in anchors if (found := PAGE_NUMBER.match(anchor.text))}
    plain = {
        int(found[1])
        for block in page.outline.blocks
        for part in block.parts
        if (found := PAGE_NUMBER.match(part.text)) and (part.href is None or page.absolute(part.href) is None)
    }
    current = next((number for number, anchor in numbered.items() if anchor.url == own), None)
    if current is None:
        current = next((number for number in sorted(plain) if number + 1 in numbered or number - 1 in numbered), None)
    if current is None and {1, 2} <= numbered.keys() and _is_first(own, numbered[1].url, numbered[2].url):
        current = 1
    following = numbered.get(current + 1) if current is not None else None
    if following is None or following.url == own:
        return None
    # A lone number may be anything; two make a pager, and so does one whose address grows from this page's.
    stem = urlsplit(own).path.rpartition(".")[0] or urlsplit(own).path
    is_pager = urlsplit(following.url).path.startswith(stem.rstrip("/")) or _shape(following.url) == _shape(own)
    return following.url if is_pager or len(numbered) > 1 else None


def _is_first(own: str, first: str, second: str) -> bool:
    """Whether a list is the first page of a pager that links to itself by another name, as / does to /index.html."""
    folder = own.partition("?")[0].rpartition("/")[0]
    return _shape(own) != _shape(second) and all(
        url.partition("?")[0].rpartition("/")[0] == folder for url in (first, second)
    )
