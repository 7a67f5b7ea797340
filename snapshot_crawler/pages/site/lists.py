"""The lists of one site: a page in; its links, sorted into articles, lists and the next page, out.

The shared reader finds and sorts the links of a page (lists/listing.py). The spider's article_links, listing_links and
next_page, where it has them, have the last word.
"""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Any, Protocol

from snapshot_crawler.items import LinkRow
from snapshot_crawler.pages.kinds import FEED_KINDS, PAGE_LIST_KINDS
from snapshot_crawler.pages.lists.answers import read_answer
from snapshot_crawler.pages.lists.forms import FormPage, next_by_form
from snapshot_crawler.pages.lists.left_links import is_filled_by_script, left_links
from snapshot_crawler.pages.lists.listing import read_listing
from snapshot_crawler.pages.lists.records import is_json
from snapshot_crawler.pages.lists.shapes import LinkPattern, looks_like_article, looks_like_page, may_be_data
from snapshot_crawler.pages.page import MOST_LINKS, Link, Page, Reading
from snapshot_crawler.urls import host, same_site

MOST_ORIGINS = 10_000  # origins whose answer is kept; by choice: a crawl meets fewer; invented hosts cannot grow it


class Site(Protocol):
    """A spider, as the readers of its pages see it. Its methods may be its author's own."""

    name: str
    article_links: str | None
    listing_links: str | None
    next_page: str | None
    row_address: str | None
    language: str | None
    zone: tzinfo | None
    site_addresses: list[str]  # a page or host each

    def is_on_site(self, url: str) -> bool:
        """Whether the address belongs to the site, and can be a page."""

    def kind_of(self, link: Link) -> str | None:
        """A link's kind after the spider's own patterns; None where they leave it out."""

    def is_article_address(self, url: str) -> bool:
        """Whether the address alone shows that it is an article."""

    def read_listing(self, page: Page) -> Reading:
        """The page as a list."""


class ListReader:
    """Reads the lists of one site. Raises ConfigurationError for a pattern of the spider that is none."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.origins: dict[str, bool] = {}  # whether a scheme, host and port belong to the site
        self.article_pattern = LinkPattern.parse(site.article_links)
        self.listing_pattern = LinkPattern.parse(site.listing_links)
        self.next_pattern = LinkPattern.parse(site.next_page)

    # --- Which addresses are meant
    def belongs(self, url: str) -> bool:
        """Whether the address belongs to the site, whatever stands there."""
        return any(same_site(url, address) for address in self.site.site_addresses)

    def is_on_site(self, url: str) -> bool:
        """See Site."""
        origin = url[: url.find("/", len("https://"))]
        is_ours = self.origins.get(origin)
        if is_ours is None:
            is_ours = self.belongs(url)
            if len(self.origins) < MOST_ORIGINS:
                self.origins[origin] = is_ours
        return is_ours and looks_like_page(url)

    def is_wanted(self, link: Link) -> bool:
        """Whether a link is followed: pages of the site, and its feeds and sitemaps, which are no pages."""
        if link.kind in FEED_KINDS or (link.kind in PAGE_LIST_KINDS and may_be_data(link.url)):
            return self.belongs(link.url)
        return self.site.is_on_site(link.url)

    def kind_of(self, link: Link) -> str | None:
        """See Site."""
        if link.kind == "article" and self.article_pattern is not None:
            return "article" if self.article_pattern.matches(link.url) else None
        if link.kind == "listing" and self.listing_pattern is not None:
            return "listing" if self.listing_pattern.matches(link.url) else None
        if link.kind == "next" and self.next_pattern is not None:
            return None
        return link.kind

    def is_article_address(self, url: str) -> bool:
        """See Site."""
        if self.article_pattern is not None and self.article_pattern.regex is not None:
            return self.article_pattern.matches(url)
        return looks_like_article(url)

    # --- What a page holds
    def read(self, page: Page) -> Reading:
        """The page as a list, its links sorted into articles, lists and the next page by the spider's patterns."""
        listing = read_listing(page, self.site.is_on_site)
        sorted_links = {link.url: self.site.kind_of(link) for link in listing.links}
        for pattern, kind in (
            (self.article_pattern, "article"),
            (self.listing_pattern, "listing"),
            (self.next_pattern, "next"),
        ):
            if pattern is not None:
                found = pattern.links(page)
                if kind == "article":  # a pager's words win over a pattern that is too wide
                    found = [url for url in found if sorted_links.get(url) != "next"]
                sorted_links |= dict.fromkeys(found, kind)
        return self.sort(listing, sorted_links, page.url)

    def sort(self, listing: Reading, kinds: dict[str, str | None], own: str) -> Reading:
        """The reading with its links as they were sorted; None: the spider's patterns leave the link out."""
        articles = (link.url for link in listing.links if link.kind == "article")
        listing.unmatched = [url for url in articles if kinds[url] is None]
        listing.links = [Link(url, kind) for url, kind in kinds.items() if kind and url != own]
        return listing

    def is_data(self, body: bytes, content_type: str | None) -> bool:
        """Whether an answer is data and no page."""
        return is_json(body, content_type)

    def read_data(self, body: bytes, *, url: str, fetched_at: datetime) -> Reading | None:
        """A list that is data, its links sorted as those of pages; None where it is no list."""
        reading = read_answer(
            body,
            url=url,
            fetched_at=fetched_at,
            is_ours=self.site.is_on_site,
            zone=self.site.zone,
            row_address=self.site.row_address,
        )
        if reading is None:
            return None
        return self.sort(reading, {link.url: self.site.kind_of(link) for link in reading.links}, url)

    def read_feed(self, body: bytes, *, url: str, fetched_at: datetime, content_type: str | None) -> Reading:
        """A feed, sitemap or sitemap index. Raises UnreadablePageError for what is none of them."""
        from snapshot_crawler.pages.lists.feeds import read_feed  # most sites have none

        return read_feed(body, url=url, fetched_at=fetched_at, zone=self.site.zone, content_type=content_type)

    def said_of(self, row: LinkRow) -> dict[str, Any] | None:
        """What a list or feed says of an article, plain JSON for the request's meta; None where it says nothing."""
        if not (row.title or row.published_at):
            return None
        said: dict[str, Any] = {"title": row.title, "published_at": row.published_at}
        # beside what every list says, where it is a feed's entry that has it
        return said | {name: value for name in ("authors", "category", "text") if (value := getattr(row, name, None))}

    def next_by_form(self, page: Page, field: str) -> FormPage | None:
        """The list's next page by the form that has the field."""
        return next_by_form(page, field)

    def cut(self, reading: Reading) -> None:
        """Leave as many links as one page may bring; a Request for each of 100,000 would take seconds."""
        del reading.links[MOST_LINKS:]

    def needs_script(self, reading: Reading, page: Page) -> bool:
        """Whether a list without articles is one that a script fills."""
        return not any(link.kind == "article" for link in reading.links) and is_filled_by_script(page)

    def left(self, reading: Reading, page: Page) -> dict[str, str]:
        """The links of a list that are not followed, each with the reason."""
        followed = {link.url for link in reading.links[:MOST_LINKS] if self.is_wanted(link)}
        return left_links(page, followed, self.why_left)

    def why_left(self, url: str) -> str:
        """Why a link of a list is not followed."""
        if not self.belongs(url):
            return f"scope: {host(url)} is not part of the crawl"
        if not looks_like_page(url):
            return "file: the address is that of a file, no page"
        patterns = [name for name in ("article_links", "listing_links") if getattr(self.site, name)]
        if patterns:
            return f"pattern: {' and '.join(patterns)} of the spider {self.site.name} do not take it"
        return "shape: it looks like neither an article nor a list; article_links and listing_links of a spider decide"
