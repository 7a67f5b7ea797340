"""The articles of one site: a page in, the completed record out; several pages of one article joined.

The shared reader reads the page (article/reader.py). Here comes to it what the spider and the crawl know of it: the
address and how it was found, the author's own fields (fields.py), what the list said, and where the site's texts stand.

The reader is imported by the first page that needs it: a crawl of snapshot pages, which have a reader of their own,
needs none of it (0.05 CPU s of its start).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from snapshot_crawler.items import Article, DiscoveredBy
from snapshot_crawler.pages.article.links import first_part, is_further_part
from snapshot_crawler.pages.article.text.containers import Containers
from snapshot_crawler.pages.kinds import CAPTURE, NEXT_PART, PAGE_LIST_KINDS
from snapshot_crawler.pages.lists.shapes import believable_canonical, is_named_as_list, looks_like_article
from snapshot_crawler.pages.page import BROKEN_CHARACTERS, Link, Page, Reading
from snapshot_crawler.pages.refusal import Refusal, refusal
from snapshot_crawler.pages.site.dated import dated_rules, in_force
from snapshot_crawler.pages.site.fields import Corrections, FieldRule, settle
from snapshot_crawler.pages.site.lists import Site
from snapshot_crawler.urls import article_id, normalised

MAX_PARTS = 20  # pages of one article; by choice: a longer chain is a slide show or a trap


class ArticleReader:
    """Reads the articles of one site. fields, drop, rules: the spider's attributes; see Corrections and dated.py,
    which may raise."""

    def __init__(
        self,
        site: Site,
        fields: Mapping[str, FieldRule],
        drop: Iterable[str] | str,
        rules: Iterable[Mapping[str, Any]] = (),
    ) -> None:
        self.site = site
        self.corrections = Corrections(fields, drop)
        self.dated = dated_rules(rules, site.zone)
        self.containers = Containers()  # runs/driftwatch.py keeps what they were from run to run

    def page(self, body: bytes, *, url: str, fetched_at: datetime, content_type: str | None) -> Page:
        """The page without its dropped parts. Raises UnreadablePageError like Page.from_bytes."""
        page = Page.from_bytes(body, url=url, fetched_at=fetched_at, content_type=content_type, zone=self.site.zone)
        in_force(self.dated, self.corrections, fetched_at).prune(page)
        return page

    def refused(self, page: Page) -> Refusal | None:
        """Why the page is a notice and no answer to what was asked; None for all others."""
        return refusal(page)

    def first_part(self, page: Page) -> Link | None:
        """The article's first page, where this is a further one; None elsewhere."""
        first = first_part(page.outline, page.url)
        return Link(first, "article") if first is not None and self.site.is_on_site(first) else None

    def read(self, page: Page, kind: str) -> Reading | None:
        """The page as an article or as a list, by how it was found and how it looks; None when it is neither."""
        from snapshot_crawler.pages.article.reader import is_made_of_rows, is_unmistakable, read_article

        reading = read_article(page)
        if self._may_be_list(page.url, kind):
            listing = self.site.read_listing(page)
            if listing.links and (not is_unmistakable(reading) or is_made_of_rows(reading, listing)):
                return listing
        if reading is None:
            return self.site.read_listing(page) if kind in PAGE_LIST_KINDS else None
        if kind == CAPTURE:
            return reading
        beside = [link for link in self.site.read_listing(page).links if link.kind != "next"]
        known = {link.url for link in reading.links}
        has_parts = any(link.kind == NEXT_PART for link in reading.links)
        for link in beside:
            if link.url not in known and not (has_parts and is_further_part(link.url, page.url)):
                reading.links.append(Link(link.url, "related" if link.kind == "article" else link.kind))
        return reading

    def _may_be_list(self, url: str, kind: str) -> bool:
        """Whether a page is looked at as a list first: how it was found promises one, and its address no article.

        Nothing promises anything of a capture. It counts as an article, unless its address is that of a home page, is
        named as lists are, or is not among the spider's article_links.
        """
        if kind != CAPTURE:
            return kind in PAGE_LIST_KINDS and not self.site.is_article_address(url)
        if self.site.article_links is not None and not self.site.article_links.startswith("css:"):
            return not self.site.is_article_address(url)
        return not urlsplit(url).path.strip("/") or (is_named_as_list(url) and not looks_like_article(url))

    def read_entry(self, row: Mapping[str, Any] | None, page: Page) -> Reading | None:
        """The article that the feed holds whole where its page shows none; None without a feed, or on other pages.

        row: what ListReader.said_of gave.
        """
        if row is None:
            return None
        from snapshot_crawler.pages.article.crosscheck import article_of
        from snapshot_crawler.pages.lists.feeds import FeedEntry

        article = article_of(FeedEntry(**row), page)
        if article is None:
            return None
        self.containers.missing(page)  # the page is not what it was, if it ever held the text
        return Reading(article=article)

    def note_place(self, reading: Reading, page: Page) -> None:
        """Keep where the text stood: the site's usual place is what a later page is held against."""
        assert reading.article is not None
        self.containers.note(reading.container)
        if reading.article.suspect and reading.container not in self.containers.usual:
            self.containers.missing(page)  # a doubtful text from elsewhere: the usual place is gone, or empty

    def complete(
        self, article: Article, page: Page, found: Mapping[str, Any], row: Mapping[str, Any] | None
    ) -> dict[str, str]:
        """Add what the crawl knows: address and id, how it was found, the spider's fields; their outcomes by name.

        found: the fields of DiscoveredBy. row: see read_entry. Outcomes: see Corrections.apply.
        """
        url = normalised(page.url)
        canonical = believable_canonical(page.canonical_url, url)
        article.url, article.id, article.site = url, article_id(canonical or url), self.site.name
        article.fetched_at = page.fetched_at.isoformat(timespec="seconds")
        article.discovered_by = DiscoveredBy(**found)
        if self.site.language:
            article.language = self.site.language
        outcomes = in_force(self.dated, self.corrections, page.fetched_at).apply(article, page)
        if row is not None:
            from snapshot_crawler.pages.article.crosscheck import cross_check
            from snapshot_crawler.pages.lists.feeds import FeedEntry

            cross_check(article, FeedEntry(**row), page)
        return outcomes

    # --- Articles in several parts
    def next_part(self, reading: Reading, parts: list[str]) -> str | None:
        """The address of the article's next page, where it has one and parts, those read so far, are not too many."""
        following = (link.url for link in reading.links if link.kind == NEXT_PART and self.site.is_on_site(link.url))
        url = next((url for url in following if url not in parts), None)
        return url if len(parts) < MAX_PARTS else None

    def join(self, article: Article, page: Page | None, parts: list[str]) -> str | None:
        """Add a further page to an article; the address of the next one, None at the end.

        page: None where it could not be read. parts: the addresses so far, its own last.
        """
        from snapshot_crawler.pages.article.reader import read_article

        in_frame = not article.body  # the article's page has no text, and its frame's nothing else
        reading = read_article(page, known=in_frame) if page is not None else None
        if page is None or reading is None or reading.article is None or not reading.article.body:
            article.suspect.append(f"part {len(parts)} could not be read")
            return None
        text = in_force(self.dated, self.corrections, page.fetched_at).without_lines(reading.article.body)
        if page.is_damaged and BROKEN_CHARACTERS not in article.suspect:
            article.suspect.insert(0, BROKEN_CHARACTERS)
        if text not in (article.body or ""):
            article.body = "\n\n".join(filter(None, (article.body, text)))
            if "short-text" not in reading.article.suspect:
                settle(article, "short-text")  # of the first part alone
        article.images += [image for image in reading.article.images if image not in article.images]
        article.attachments += [each for each in reading.article.attachments if each not in article.attachments]
        return self.next_part(reading, parts)
