"""Pages that somebody saved by hand: a folder of files goes in, SavedPages come out with guessed notes.

The notes are address, time and kind. `scrapy add-site --from FOLDER` reads them. A page's address is the one that a
browser noted in it, else its canonical link, else the file's name below the site.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, urljoin

from snapshot_crawler.authoring.saved import SavedPage, saved_pages
from snapshot_crawler.exceptions import UnreadablePageError
from snapshot_crawler.pages.article.reader import is_unmistakable, read_article
from snapshot_crawler.pages.lists.feeds import read_feed
from snapshot_crawler.pages.lists.shapes import looks_like_article
from snapshot_crawler.pages.page import Page
from snapshot_crawler.pages.saved import read_bytes
from snapshot_crawler.urls import normalise

SUFFIXES = frozenset({".html", ".htm", ".shtml", ".xhtml", ".xml", ".rss", ".atom", ".gz"})
SAVED_FROM = re.compile(rb"saved from url=\(\d+\)(\S+)")  # what browsers write into the first lines
INDEX = re.compile(r"^(?:index|home|default)\.\w+$", re.IGNORECASE)


def pages_in(folder: Path, address: str) -> list[SavedPage]:
    """The folder's pages. Those with notes are as noted; of the others, address, time and kind are guessed.

    Raises ConfigurationError for notes that cannot be read.
    """
    noted = (
        list(saved_pages(folder))
        if any(folder.glob("*.html")) and all(path.with_suffix(".json").exists() for path in folder.glob("*.html"))
        else []
    )
    return noted or list(_strays(folder, address))


def _strays(folder: Path, address: str) -> Iterator[SavedPage]:
    """Pages without notes, numbered in the order of their names."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix.lower() in SUFFIXES)
    for number, path in enumerate(files, 1):
        try:
            body = read_bytes(path)
        except UnreadablePageError:
            continue  # not a page; the preview shows what is missing
        fetched_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        url = _noted_address(body) or _address_by_name(path.relative_to(folder), address)
        kind, url = _kind(body, url, fetched_at)
        callback = "parse_feed" if kind in ("feed", "sitemap") else "parse"
        yield SavedPage(f"{number:03}-{kind}", url, body, fetched_at, kind, callback)


def _noted_address(body: bytes) -> str | None:
    found = SAVED_FROM.search(body[:4096])
    return normalise(found[1].decode("latin-1")) if found else None


def _address_by_name(path: Path, address: str) -> str:
    if INDEX.match(path.name) and len(path.parts) == 1:
        return address
    return normalise(urljoin(address, "/" + quote(path.as_posix()))) or address


def _kind(body: bytes, url: str, fetched_at: datetime) -> tuple[str, str]:
    """How the page would have been found (start, article, feed, sitemap), and its address."""
    try:
        feed = read_feed(body, url=url, fetched_at=fetched_at)
    except UnreadablePageError:
        pass
    else:
        is_sitemap = re.search(rb"<(?:\w+:)?(?:urlset|sitemapindex)[\s>]", body[:4096]) or not feed.rows
        return ("sitemap" if is_sitemap else "feed"), url
    try:
        page = Page.from_bytes(body, url=url, fetched_at=fetched_at)
    except UnreadablePageError:
        return "start", url
    url = page.canonical_url or url
    reading = read_article(page)
    is_article = is_unmistakable(reading) or (reading is not None and looks_like_article(url))
    return ("article" if is_article else "start"), url
