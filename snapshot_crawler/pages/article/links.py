"""The addresses on an article page: its own, the original's, and the next part of the same article."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from snapshot_crawler.pages.han import HanPattern
from snapshot_crawler.urls import normalise, normalised, same_site

if TYPE_CHECKING:
    from snapshot_crawler.pages.article.text.body import Body
    from snapshot_crawler.pages.metadata import Metadata
    from snapshot_crawler.pages.outline import Block, Outline

NEXT = HanPattern(
    r"^\W*(?:下一页|下页|后一页|下一頁|下頁|余下全文|阅读全文|next page|nächste seite|page suivante)\W*$", re.IGNORECASE
)
ORIGINAL = HanPattern(
    r"原文(?:链接|地址|网址|出处)|查看原文|阅读原文|原始链接|original (?:article|post|source)", re.IGNORECASE
)
EXTENSION = re.compile(r"(?:\.s?html?|\.php|\.aspx?)?/?$")
PART = re.compile(r"[_-]\d{1,3}$|/\d{1,2}$")
PAGE_NUMBER = re.compile(r"(?:^|&)(?:p|pn|page|pageno|pagenum|currentpage)=\d{1,3}(?=&|$)", re.IGNORECASE)
PREVIOUS = HanPattern(
    r"^\W*(?:上一页|上页|前一页|首页|上一頁|上頁|第?[1一]页?|previous(?: page)?|prev|first(?: page)?)\W*$",
    re.IGNORECASE,
)
REACH = 12  # blocks behind the text where a pager or a note on the original may stand


def own_address(url: str, found: Metadata) -> str:
    """The normalised address of the page; where nobody knows it, the one the page gives itself."""
    if url:
        return normalised(url)
    for claim in (found.canonical, found.first("og:url"), found.text("url")):
        if claim and (address := normalise(claim)):
            return address
    return ""


def original_address(outline: Outline, body: Body, found: Metadata, url: str) -> str | None:
    """Where the text was published first: a link called 原文, else a canonical address on another site."""
    for block in outline.blocks[max(0, body.last - 3) : body.last + REACH]:
        # characters, by choice: an address may be long, with its label
        if len(block.text) < 200 and ORIGINAL.search(block.text):
            for part in block.parts:
                address = normalise(part.href, url or None) if part.href else None
                if address and address != url:
                    return address
    canonical = normalise(found.canonical, url or None) if found.canonical else None
    return canonical if canonical and url and not same_site(canonical, url) else None


def _is_part(address: str, url: str) -> bool:
    """Whether an address is another page of the article at url: the number at its end or in its query differs."""
    one, other = urlsplit(url), urlsplit(address)
    if one.netloc != other.netloc or address == url:
        return False
    path, following = EXTENSION.sub("", one.path), EXTENSION.sub("", other.path)
    if path == following:
        return one.query != other.query
    stem, number = PART.sub("", path), PART.search(following)
    return number is not None and following[: number.start()] in (path, stem)


def is_further_part(address: str, url: str) -> bool:
    """Whether an address is a further page of the article that begins at url: url's own path and a number behind it."""
    one, other = urlsplit(url), urlsplit(address)
    path, following = EXTENSION.sub("", one.path), EXTENSION.sub("", other.path)
    if one.netloc != other.netloc or address == url:
        return False
    return path == following or PART.sub("", following) == path


def first_part(outline: Outline, url: str) -> str | None:
    """Where the article begins whose further page this is: an address without the page's number, or with a lower one,
    that the page links to by the words of a pager. None for a page that begins itself."""
    here = _page_number(url)
    if here is None:
        return None
    article, number = here
    found: dict[str, None] = {}
    for block in outline.blocks:
        for part in block.parts:
            if part.href and PREVIOUS.match(part.text) and (address := normalise(part.href, url)):
                found[address] = None
    for address in found:
        split = urlsplit(address)
        if (split.netloc, EXTENSION.sub("", split.path), split.query) == article:
            return address
    pages = {address: _page_number(address) for address in found}
    return next((each for each, page in pages.items() if page and page[0] == article and page[1] < number), None)


def _page_number(url: str) -> tuple[tuple[str, str, str], int] | None:
    """What an address is without its page's number (host, path, query), and the number; None where it has none."""
    split = urlsplit(url)
    path = EXTENSION.sub("", split.path)
    if found := PAGE_NUMBER.search(split.query):
        query = (split.query[: found.start()] + split.query[found.end() :]).strip("&")
    elif found := PART.search(path):
        path, query = path[: found.start()], split.query
    else:
        return None
    return (split.netloc, path, query), int(re.sub(r"\D", "", found[0]))


def next_part(outline: Outline, body: Body, url: str) -> str | None:
    """The next page of the same article: a link called 下一页 by the text, to an address that differs by a number."""
    if not url:
        return None
    near: list[Block] = outline.blocks[max(0, body.first - 2) : body.last + REACH]
    for block in near:
        for part in block.parts:
            if part.href and NEXT.match(part.text) and (address := normalise(part.href, url)):
                return address if _is_part(address, url) else None
    return None
