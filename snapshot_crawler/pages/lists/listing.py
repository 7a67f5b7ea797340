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
from functools import lru_cache, partial
from urllib.parse import parse_qsl, urlsplit

from selectolax.lexbor import LexborNode

from snapshot_crawler.address_parts import CHANGING_PARTS
from snapshot_crawler.items import LinkRow
from snapshot_crawler.lazy_pattern import any_of
from snapshot_crawler.pages.data import page_data
from snapshot_crawler.pages.han import HanPattern
from snapshot_crawler.pages.lists import link_words
from snapshot_crawler.pages.lists.loaded import asked_by_script, frames, loaded_panes, tab_panes
from snapshot_crawler.pages.lists.paging import ADDRESS, LAST_NUMBER, MORE, leads_to, next_by_script
from snapshot_crawler.pages.lists.records import Records, read_records
from snapshot_crawler.pages.lists.rows import find_rows, is_headline
from snapshot_crawler.pages.lists.shapes import (
    is_named_as_list,
    is_root,
    looks_like_article,
    looks_like_page,
    may_be_data,
)
from snapshot_crawler.pages.lists.stored import stored_rows
from snapshot_crawler.pages.outline import Block, Box, is_unseen
from snapshot_crawler.pages.page import Link, Page, Reading
from snapshot_crawler.urls import normalised, same_site

NEXT_TEXT = HanPattern(
    rf"^[\s\[【（(<«←]*(?:\d{{1,4}}\s?)?(?:{any_of(link_words.NEXT)})[\s\]】）)>»›→＞]*$", re.IGNORECASE
)
OLDER = HanPattern(rf"^\W*(?:{any_of(link_words.OLDER)})\W*$", re.IGNORECASE)
NEXT_SIGN = re.compile(r"^(?:\d{1,4}\s?)?[>»›＞→]{1,2}$")  # a number before it: two links side by side to one page
NEXT_HINT = re.compile(r"(?:^|[\s_-])next(?:$|[\s_-])")
PAGER = HanPattern(rf"^\W*(?:{any_of(link_words.PAGER)})\W*$", re.IGNORECASE)
PAGE_NUMBER = re.compile(r"^\W*(\d{1,4})\W*$")
NOT_A_LIST = HanPattern(any_of(link_words.NOT_A_LIST), re.IGNORECASE)
LONGEST_LIST_NAME = 12  # characters of a section's name; longer links are headlines
LONGEST_NAMED_LIST = 30  # where the address itself says list, such as node_2.htm: 2024-03-04 第A01版：要闻
SHORTEST_HEADLINE = 9  # characters on the mean of a list's links; by choice: names of sections have two to six
DEEPEST_LIST = 4  # path segments
DEEPEST_NAMED_LIST = 8  # where the address itself says list: /pc/layout/202611/24/node_02.html is a page of a paper
FEWEST_ALIKE = 3  # rows with a time that make a list, where the addresses themselves do not look like articles

MOST_BESIDE = 1  # links of an unknown shape, to each known article in such a place; by choice
PLACE = 3  # elements around a link by which its place is known
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
HEADLINE_BYTES = 27  # bytes of a link's text on the mean: nine Chinese characters, five English words
LONGEST_TEXT = 200  # characters of an element's text that are kept
MOST_BLOCKS = 1_000_000  # the place of a link that stands in no visible line
FEWEST_TIMED = 5  # rows with a time that make a list where no two addresses are alike


@dataclass(slots=True)
class Anchor:
    """A link as the page shows it: address, visible text, and the order of its block."""

    url: str
    text: str
    order: int
    place: tuple[str, ...] = ()  # the elements around it, by tag and class: alike in the rows of one list
    is_heading: bool = False


def read_listing(page: Page, is_ours: Callable[[str], bool] | None = None) -> Reading:
    """The page as a list: rows in page order, links to articles, further lists and the next page.

    is_ours: whether an address belongs to the site; None: it does on the page's own host and below it. Links of other
    sites are left out. A page that is no list gives few links or none.
    """
    is_ours = is_ours or partial(same_site, other=page.url)
    anchors = [*_anchors(page, is_ours), *_anchors_of_scripts(page, is_ours), *_anchors_of_tabs(page, is_ours)]
    blank = list(_links_without_text(page, is_ours))
    older = {anchor.url for anchor in anchors if OLDER.match(anchor.text)}
    rows = _rows(page, anchors, blank, is_ours)
    following = next_page(page, anchors)
    if (stored := stored_rows(page)) is not None:
        rows |= {row.url: row for row in read_listing(stored[0], is_ours).rows if row.url}
        following = following or stored[1]
    if len(rows) < FEWEST_ALIKE:
        of_data = _rows_of_data(page, is_ours)
        rows = {row.url: row for row in of_data.rows if row.url} | rows
        following = following or of_data.following
    links = dict.fromkeys((url for url in rows if url not in older), "article")
    if following is not None:
        links.setdefault(following, "next")
    for anchor in anchors:
        if anchor.url not in links and (anchor.url in older or _is_list(anchor, page)):
            links[anchor.url] = "listing"
    for url in _loaded(page, has_articles=len(rows) >= FEWEST_ALIKE, has_next=following is not None):
        if is_ours(url) or (may_be_data(url) and same_site(url, page.url)):
            links.setdefault(url, "listing")
    links.pop(normalised(page.url), None)
    return Reading(rows=list(rows.values()), links=[Link(url, kind) for url, kind in links.items()])


def _rows(page: Page, anchors: list[Anchor], blank: list[str], is_ours: Callable[[str], bool]) -> dict[str, LinkRow]:
    """The rows of articles by their address, in page order."""
    blocks = page.outline.blocks
    timed = {row.row.url: row.row for row in find_rows(blocks, page, 0, len(blocks)) if row.row.url}
    alike = _shapes_of_articles(anchors, blank, [url for url in timed if url])
    beside = _beside_articles(anchors, alike) or _under_headlines(anchors, alike)
    headings = {anchor.url for anchor in anchors if anchor.is_heading}
    rows: dict[str, LinkRow] = {}
    for anchor in anchors:
        if anchor.url in beside or _is_article(anchor.url, alike):
            row = timed.get(anchor.url) or rows.get(anchor.url) or LinkRow(anchor.url)
            is_plain = row.title is None and row.snippet is None and anchor.url not in headings
            if row.title is None and row.snippet == anchor.text and is_headline(anchor.text):
                row.title, row.snippet = row.snippet, None  # all that the row has beside its time is the link
            # characters, by choice: shorter texts are numbers and buttons
            if (anchor.is_heading and anchor.text) or (is_plain and len(anchor.text) > 3):
                row.title = anchor.text
            rows.setdefault(anchor.url, row)
    for url, row in timed.items():
        if url and _is_article(url, alike) and is_ours(url):
            rows.setdefault(url, row)
    for url in blank:
        if _is_article(url, alike):
            rows.setdefault(url, LinkRow(url))
    return rows


def _rows_of_data(page: Page, is_ours: Callable[[str], bool]) -> Records:
    """The rows that the page holds for its own script."""
    found = Records()
    for value in page_data(page):
        records = read_records(value, url=page.url, fetched_at=page.fetched_at, is_ours=is_ours, zone=page.zone)
        found.rows += records.rows
        found.following = found.following or (records.following if records.rows else None)
    return found


def _loaded(page: Page, *, has_articles: bool, has_next: bool) -> Iterator[str]:
    """Lists that a browser would load into the page: tabs, frames, the answers that a script asks for."""
    yield from loaded_panes(page)
    if not has_articles:
        yield from frames(page)
    if not has_articles or not has_next:
        yield from asked_by_script(page)


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


def _beside_articles(anchors: list[Anchor], alike: Container[str]) -> set[str]:
    """Links that stand where a list's articles stand, in the same kind of row, though their addresses look otherwise.

    /budget-passes/ between /council-wants-to-sell-the-old-pier/ and its like is an article. The place must hold
    articles in the first place, and its link must be as long as a headline.
    """
    menus = _menus(anchors)
    known: dict[tuple[str, ...], set[str]] = {}
    others: dict[tuple[str, ...], set[str]] = {}
    for anchor in anchors:
        if _is_article(anchor.url, alike):
            known.setdefault(anchor.place, set()).add(anchor.url)
        elif len(anchor.text) >= SHORTEST_HEADLINE and anchor.order not in menus and _may_be_article(anchor):
            others.setdefault(anchor.place, set()).add(anchor.url)
    return {
        url
        for place, urls in others.items()
        if len(known.get(place, ())) >= max(FEWEST_ALIKE, MOST_BESIDE * len(urls))
        for url in urls
    }


def _under_headlines(anchors: list[Anchor], alike: Container[str]) -> set[str]:
    """Where nothing shows which links are articles: those of a place whose links all are as long as headlines."""
    if sum(_is_article(anchor.url, alike) for anchor in anchors) >= FEWEST_ALIKE:
        return set()
    menus = _menus(anchors)
    places: dict[tuple[str, ...], dict[str, int]] = {}
    for anchor in anchors:
        if anchor.order not in menus and _may_be_article(anchor):
            lengths = places.setdefault(anchor.place, {})
            lengths[anchor.url] = max(len(anchor.text.encode()), lengths.get(anchor.url, 0))
    return {
        url
        for lengths in places.values()
        if len(lengths) >= FEWEST_ALIKE and sum(lengths.values()) >= HEADLINE_BYTES * len(lengths)
        for url in lengths
    }


def _menus(anchors: list[Anchor]) -> set[int]:
    """The lines with several links side by side: menus and pagers, and no rows of a list."""
    lines = Counter(order for order, _ in {(anchor.order, anchor.url) for anchor in anchors})
    return {order for order, count in lines.items() if count >= FEWEST_ALIKE and order != MOST_BLOCKS}


def _may_be_article(anchor: Anchor) -> bool:
    """Whether neither the address nor the words of a link say that it is something else."""
    return (
        looks_like_page(anchor.url)
        and not is_named_as_list(anchor.url)
        and not is_root(anchor.url)
        and not any(words.match(anchor.text) for words in (PAGER, NEXT_TEXT, OLDER, MORE))
        and not NOT_A_LIST.search(anchor.text)
    )


def _anchors_of_scripts(page: Page, is_ours: Callable[[str], bool]) -> Iterator[Anchor]:
    """Elements that lead on when they are pressed: onclick="location.href='...'", data-href, data-link."""
    for node in page.tree.css("[onclick], [data-href], [data-link], a[href^='javascript:']"):
        address = leads_to(node) or node.attributes.get("data-href") or node.attributes.get("data-link") or ""
        if not ADDRESS.match(address) and not address.endswith((".html", ".htm", ".shtml")):
            continue
        url = page.absolute(address)
        if url is not None and is_ours(url) and not _is_hidden(node, {}):
            yield Anchor(url, " ".join((node.text(deep=True) or "").split())[:LONGEST_TEXT], MOST_BLOCKS)


def _anchors_of_tabs(page: Page, is_ours: Callable[[str], bool]) -> Iterator[Anchor]:
    """Links in the tabs that are not open."""
    for pane in tab_panes(page):
        if not is_unseen(pane.attributes):
            continue
        for node in pane.css("a[href]"):
            url = page.absolute(node.attributes.get("href"))
            if url is not None and is_ours(url):
                place = ("tab", node.parent.tag or "") if node.parent is not None else ("tab",)
                yield Anchor(url, " ".join((node.text(deep=True) or "").split()), MOST_BLOCKS, place)


def _anchors(page: Page, is_ours: Callable[[str], bool]) -> Iterator[Anchor]:
    """The page's visible links to its own site, in page order; parts of one link are joined."""
    for block in page.outline.blocks:
        if block.box.hidden:
            continue
        href, text, tag = None, "", ""
        for part in block.parts:
            if part.href != href:
                if href:
                    yield from _anchor(page, block, href, text, tag, is_ours)
                href, text, tag = part.href, "", part.tag
            text += part.text
        if href:
            yield from _anchor(page, block, href, text, tag, is_ours)


def _anchor(
    page: Page, block: Block, href: str, text: str, tag: str, is_ours: Callable[[str], bool]
) -> Iterator[Anchor]:
    url = page.absolute(href)
    if url is not None and is_ours(url):
        is_heading = tag in HEADINGS or any(each.tag in HEADINGS for each in _around(block.box))
        yield Anchor(url, " ".join(text.split()), block.order, _place(block.box), is_heading)


def _around(box: Box) -> Iterator[Box]:
    """The box and those around it, PLACE in all."""
    here: Box | None = box
    for _ in range(PLACE):
        if here is None:
            return
        yield here
        here = here.parent


def _place(box: Box) -> tuple[str, ...]:
    """The elements around a link, the innermost first; classes with figures in them are a row's own."""
    return tuple([_name(each.tag, each.hint) for each in _around(box)])


@lru_cache(maxsize=5_000)  # a site has few classes, a page each of them many times
def _name(tag: str, hint: str) -> str:
    return ".".join([tag, *(word for word in hint.split("\n")[0].split() if not any(map(str.isdigit, word)))])


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


@lru_cache(maxsize=5_000)  # as for looks_like_article
def _shape(url: str) -> str:
    """An address with its numbers and hashes taken out: alike for the articles of one site."""
    split = urlsplit(url)
    names = "&".join(sorted(name for name, _ in parse_qsl(split.query)))
    return CHANGING_PARTS.sub("0", split.path) + "?" + names


def _is_list(anchor: Anchor, page: Page) -> bool:
    """Whether a link looks like a section's: a short name, a shallow address of the same site."""
    split, is_named = urlsplit(anchor.url), is_named_as_list(anchor.url)
    return (
        1 < len(anchor.text) <= (LONGEST_NAMED_LIST if is_named else LONGEST_LIST_NAME)
        and not NOT_A_LIST.search(anchor.text)
        and not PAGER.match(anchor.text)
        and split.path.count("/") <= (DEEPEST_NAMED_LIST if is_named else DEEPEST_LIST)
        and not is_root(anchor.url)
        and not looks_like_article(anchor.url)
        and looks_like_page(anchor.url)
    )


def next_page(page: Page, anchors: list[Anchor]) -> str | None:
    """The list's next page: rel=next, a link that says so, or the number after the current page's in a pager."""
    own = normalised(page.url)
    for node in page.tree.css("link[rel~=next][href], a[rel~=next][href]"):
        url = page.absolute(node.attributes.get("href"))
        if url and url != own and same_site(url, page.url):
            return url
    for pattern in (NEXT_TEXT, NEXT_SIGN):
        for anchor in anchors:
            if pattern.match(anchor.text) and anchor.url != own and not looks_like_article(anchor.url):
                return anchor.url
    return _next_by_sign(page, own) or _next_number(page, anchors, own) or _more(anchors, own) or next_by_script(page)


def _more(anchors: list[Anchor], own: str) -> str | None:
    """The address of this list with other figures, behind a link that says "more": /news/?page=2."""
    for anchor in anchors:
        if MORE.match(anchor.text) and anchor.url != own and _grows(own, anchor.url):
            return anchor.url
    return None


def _grows(own: str, url: str) -> bool:
    """Whether an address is that of a further page: it ends in a number, and this page's has another or none."""
    found = LAST_NUMBER.search(url.partition("//")[2])
    here = LAST_NUMBER.search(own.partition("//")[2]) if _shape(own) == _shape(url) else None
    return found is not None and int(found[1]) == (int(here[1]) if here else 1) + 1


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
    if current is None and 2 in numbered and 1 not in numbered and _is_continued(own, numbered[2].url):
        current = 1  # the pager leaves the first page out
    following = numbered.get(current + 1) if current is not None else None
    if following is None or following.url == own:
        return None
    # A lone number may be anything; two make a pager, and so does one whose address grows from this page's.
    stem = urlsplit(own).path.rpartition(".")[0] or urlsplit(own).path
    is_pager = urlsplit(following.url).path.startswith(stem.rstrip("/")) or _shape(following.url) == _shape(own)
    return following.url if is_pager or len(numbered) > 1 else None


def _is_continued(own: str, second: str) -> bool:
    """Whether an address is a list's with the number 2 put to it: /local and /local?currentPage=2."""
    here, there = urlsplit(own), urlsplit(second)
    stem = here.path.rpartition(".")[0] or here.path.rstrip("/")
    before = parse_qsl(here.query)
    more = [value for pair in parse_qsl(there.query) if pair not in before for value in pair[1:]]
    return (there.path == here.path and "2" in more) or (bool(stem) and there.path.startswith(stem + "_2"))


def _is_first(own: str, first: str, second: str) -> bool:
    """Whether a list is the first page of a pager that links to itself by another name, as / does to /index.html."""
    folder = own.partition("?")[0].rpartition("/")[0]
    return _shape(own) != _shape(second) and all(
        url.partition("?")[0].rpartition("/")[0] == folder for url in (first, second)
    )
