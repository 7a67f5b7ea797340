"""The section of an article, by the site's own menu: a page's blocks go in, the name of its section comes out.

sections.py asks where no path and no label tells it. A menu names the site's sections. Where one of these names stands
beside the headline too, in the middle of the page's title, or as the beginning of its address, the article is in that
section. No class name and no word of a language is needed for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise
from urllib.parse import unquote, urlsplit

from snapshot_crawler.pages.lists.shapes import looks_like_page
from snapshot_crawler.pages.outline import Block
from snapshot_crawler.urls import normalise, same_site

FEWEST = 3  # links in a row that are a menu; by choice: two are a path, or the articles before and after
LONGEST_PATH = 3  # sections in a path beside the headline, by choice
LONGEST_NAME = 24  # bytes of a section's name: eight Chinese characters; by choice
LONGEST_LATIN = 28  # letters of one that is ASCII
MOST_PIECES = 3_000  # links and texts of one page that are looked at; by choice: pages have some hundred
ABOVE = 10  # blocks above the headline where its section may stand; by choice: path, picture and tools
BETWEEN = re.compile(r"^[\s>＞»›→/|·•,，、#\[\]【】(（)）-]*$")  # what stands between the links of one row
AROUND = " \t\xa0\u3000\r\n#＃[]【】()（）>＞»›/|·•:：-"
TITLE_PARTS = re.compile(
    r"\s*[|｜_»«–—]\s*|\s+-+\s+|(?<=[\u3040-\u9fff\uac00-\ud7af])-(?=[\u3040-\u9fff\uac00-\ud7af])"
)
# Names that say no more than that the page is of a news site, and parts of addresses that are no section's.
WIDEST = re.compile(
    r"^(?:news|资讯|資訊|新闻|新聞|新闻中心|最新|即時|ニュース|뉴스|전체기사|noticias|actualités|blog|english|help|rss)$",
    re.IGNORECASE,
)
NO_SECTION = re.compile(
    r"/(?:tags?|authors?|people|profile|users?|search|log-?in|sign-?up|register|print|share|comments?|about|contact|help|"
    r"privacy|subscri\w*|newsletters?|member|e-?mail|rss|app|download)(?:[/.?]|$)|\.php\?mod=(?:logging|register)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Row:
    """Links to lists that follow each other with nothing between them: a menu, or a path. names: in page order."""

    first: int
    names: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)


def section_by_menu(
    blocks: Sequence[Block], place: int, first: int, title: str, address: str, is_none: Callable[[str], object]
) -> str | None:
    """The name of the section; None where nothing tells it.

    place: the headline's block. first: that where the text begins. title: the page's own. is_none: whether a name is
    none of a section (home, text).
    """
    rows = list(rows_of_links(blocks, address, is_none))
    menus = [row for row in rows if len(row.names) >= FEWEST]
    if not menus:
        return _in_title(title, rows) or _in_address(blocks[place + 1 : max(first, place + 1)], address)
    return _beside(blocks, rows, place, first) or _in_title(title, menus) or _by_address(address, menus)


def rows_of_links(blocks: Sequence[Block], address: str, is_none: Callable[[str], object]) -> Iterator[Row]:
    """The page's rows of short links, in page order. A link to the site's home begins a new one."""
    row = Row(0)
    known: dict[str, str | None] = {}  # a menu stands at the page's head and foot
    pieces = ((block.order, text, href) for block in blocks for text, href in _pieces(block))
    for order, text, href in islice(pieces, MOST_PIECES):
        if href is not None and len(text) > 1 and _is_short(text):
            where = known[href] if href in known else known.setdefault(href, _list_address(href, address))
            is_home = where == "/" or bool(is_none(text))
            if (is_home or text in row.names) and row.names:
                yield row
                row = Row(order)
            if where is not None and not is_home:
                row.first = row.first if row.names else order
                row.names.append(text)
                row.addresses.append(where)
        elif row.names and (href is not None or not BETWEEN.match(text)):
            yield row
            row = Row(order)
    if row.names:
        yield row


def _pieces(block: Block) -> Iterator[tuple[str, str | None]]:
    """The text of a block, each link and each stretch between links by itself."""
    if len(block.parts) == 1:  # most blocks
        yield " ".join(block.parts[0].text.strip(AROUND).split()), block.parts[0].href
        return
    text, href = "", block.parts[0].href
    for part in block.parts:
        if part.href != href:
            yield " ".join(text.strip(AROUND).split()), href
            text, href = "", part.href
        text += part.text
    yield " ".join(text.strip(AROUND).split()), href


def _is_short(name: str) -> bool:
    is_short = len(name) <= LONGEST_LATIN if name.isascii() else len(name.encode("utf-8", "replace")) <= LONGEST_NAME
    return is_short and (name.isalpha() or not any(map(str.isdigit, name)))  # figures: months of an archive, counts


def _list_address(href: str, address: str) -> str | None:
    """Where a link leads, as path and query, if that may be a list of the site: no other site, no tool of the page."""
    where = normalise(href, address or "http://site.invalid/")
    if not href or href[0] == "#" or where is None or (address and not same_site(where, address)):
        return None
    if where == address or NO_SECTION.search(where) or not looks_like_page(where):
        return None
    parts = urlsplit(where)
    return unquote(parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _beside(blocks: Sequence[Block], rows: Sequence[Row], place: int, first: int) -> str | None:
    """The section that is named between the headline and the text, or else above the headline."""
    here = range(max(0, place - ABOVE), max(first, place) + 1)
    near = [row for row in rows if len(row.names) <= LONGEST_PATH and row.first in here]
    for row in [*(row for row in near if row.first > place), *(row for row in near[::-1] if row.first < place)]:
        menu = [name for other in rows if other is not row and len(other.names) >= FEWEST for name in other.names]
        own = [name for name in row.names if name in menu]
        if own and not _is_copy(own, menu):
            return own[-1]
    names = {name for row in rows if len(row.names) >= FEWEST for name in row.names}
    below = (block.text.strip(AROUND) for block in blocks[place + 1 : max(first, place + 1)])
    return next((text for text in below if text in names), None)  # named, and not linked


def _is_copy(own: Sequence[str], menu: Sequence[str]) -> bool:
    """Whether a row repeats a part of the menu, name after name, and so is one itself."""
    pairs = set(pairwise(menu))
    return len(own) > 1 and all(pair in pairs for pair in pairwise(own))


def _in_title(title: str, menus: Sequence[Row]) -> str | None:
    """The section's name between headline and site's name: Budget passes | Local News | Courier."""
    named = {name for menu in menus for name in menu.names}
    parts = [part.strip() for part in TITLE_PARTS.split(title)]
    return next((part for part in parts[1:] if part in named), None)


def _in_address(between: Sequence[Block], address: str) -> str | None:
    """The line between headline and text that is a folder of the address: Essays, of /essays/2026/a-ferry/."""
    folders = {folder.lower() for folder in unquote(urlsplit(address).path).split("/")[1:-1]}
    return next((block.text for block in between if "-".join(block.text.lower().split()) in folders), None)


def _by_address(address: str, menus: Sequence[Row]) -> str | None:
    """The section whose list has the beginning of the article's address: /sport/ of /sport/2026/11/24/1.html."""
    own = unquote(urlsplit(address).path)
    best, longest = None, 1
    for menu in menus:
        for name, where in zip(menu.names, menu.addresses, strict=True):
            path = where.partition("?")[0]
            folder = path if path.endswith("/") else path.rpartition("/")[0] + "/" if "." in path else path + "/"
            if len(folder) > longest and own.startswith(folder) and not WIDEST.match(name):
                best, longest = name, len(folder)
    return best
