"""NewsSpider: what the spiders of all news sites share. Responses in, Articles and further requests out.

A page is read once (pages/), judged, and becomes either an Article with the links beside it or a list of links.
A site's own spider says only what differs: see the attributes of NewsSpider and docs/adding-a-site.md. The class
itself is the spider `news`, which crawls any site: `scrapy crawl news -a start=URL`.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Container, Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime, tzinfo
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from snapshot_crawler.exceptions import ConfigurationError, UnreadablePageError
from snapshot_crawler.frontier.door import frontier_of
from snapshot_crawler.frontier.requests import NEXT_PART, promise_of
from snapshot_crawler.items import Article, DiscoveredBy, LinkRow, article_from_dict
from snapshot_crawler.meta import DISCOVERED_BY, FETCHED_AT, PROMISES_ARTICLE, ROW
from snapshot_crawler.pages.article.crosscheck import article_of, cross_check
from snapshot_crawler.pages.article.links import first_part, is_further_part
from snapshot_crawler.pages.article.reader import is_unmistakable, read_article
from snapshot_crawler.pages.article.text.containers import Containers
from snapshot_crawler.pages.corrections import Corrections, settle
from snapshot_crawler.pages.dates.times import CHINA
from snapshot_crawler.pages.lists.feeds import FeedEntry, read_feed
from snapshot_crawler.pages.lists.left_links import is_filled_by_script, left_links
from snapshot_crawler.pages.lists.listing import read_listing
from snapshot_crawler.pages.lists.shapes import LinkPattern, believable_canonical, looks_like_article, looks_like_page
from snapshot_crawler.pages.page import MOST_LINKS, Link, Page, Reading
from snapshot_crawler.pages.refusal import refusal
from snapshot_crawler.signals import links_left, list_read, page_rejected
from snapshot_crawler.spelling import did_you_mean
from snapshot_crawler.urls import article_id, host, normalise, same_site

PAGE_LIST_KINDS = frozenset({"start", "listing", "next"})  # ways of finding an address that lead to a page of links
FEED_KINDS = frozenset({"feed", "sitemap"})
MOST_ORIGINS = 10_000  # origins whose answer is kept; by choice: a crawl meets fewer; invented hosts cannot grow it
NEVER_ARGUMENTS = {  # attributes that -a would set without effect, or to a text where none is meant
    "name": "",
    "delay": "; for one run write -s DOWNLOAD_DELAY=SECONDS",
    "fields": "; it is an attribute of the spider's file",
    "custom_settings": "; for one run write -s NAME=VALUE",
}
MAX_PARTS = 20  # pages of one article; by choice: a longer chain is a slide show or a trap

Found = Iterator[Article | Request]


class NewsSpider(Spider):
    """A spider for one news site, described by class attributes; all but name and start_urls may be left out.

    start_urls: pages to begin at, usually the site's lists. `-a start=URL[,URL]` replaces them for one run.
    allowed_domains: hosts that belong to the site; without it, the hosts of the start URLs and their subdomains.
    article_links, listing_links: which links lead to articles, and which to lists: a regular expression that is
        searched in the address, or "css: SELECTOR" for the links inside the selected elements. Without them the
        shape of the address and the page's structure decide.
    next_page: the link to a list's next page, in the same two forms.
    feeds, sitemaps: addresses of RSS or Atom feeds, and of sitemaps or sitemap indexes, read beside start_urls.
    timezone: the zone of times without one, such as "Asia/Shanghai". language: BCP 47, where it is always the same.
    fields: name of an Article's field to a CSS selector ("#origin a", "img.lead::attr(src)") or a function
        (Page) -> value; replaces what the shared reader found, field by field.
    drop: CSS of parts of the page that are taken out before it is read.
    delay: seconds between two requests to the site, where it needs other than DOWNLOAD_DELAY.

    Arguments of one run (-a): start, as above; full=1 crawls everything anew.
    """

    name = "news"
    start_urls: list[str] = []
    allowed_domains: list[str] | None = None
    article_links: str | None = None
    listing_links: str | None = None
    next_page: str | None = None
    feeds: ClassVar[list[str]] = []
    sitemaps: ClassVar[list[str]] = []
    timezone: str | None = None
    language: str | None = None
    fields: ClassVar[dict[str, str | Callable[[Page], Any]]] = {}
    drop: ClassVar[list[str] | str] = []
    delay: float | None = None
    full: str | None = None

    def __init__(self, name: str | None = None, start: str | None = None, **arguments: Any) -> None:
        for argument in arguments:
            self._check_argument(argument)
        super().__init__(name, **arguments)
        self.start_argument = start  # `start` itself is Scrapy's method
        if start is not None:
            self.start_urls = start_addresses(start)
        elif not (self.start_urls or self.feeds or self.sitemaps):
            raise ConfigurationError(f"spider {self.name!r} needs a start page: -a start=https://...")
        for attribute in ("start_urls", "allowed_domains", "feeds", "sitemaps"):
            if isinstance(text := getattr(self, attribute), str):
                raise ConfigurationError(f"{attribute} of {self.name!r} must be a list: [{text!r}]")
        hosts = self.allowed_domains or [*self.start_urls, *self.feeds, *self.sitemaps]
        self.site_addresses = list(dict.fromkeys(text if "//" in text else f"https://{text}/" for text in hosts))
        self.origins: dict[str, bool] = {}  # whether a scheme, host and port belong to the site
        self.zone = zone_of(self.timezone)
        self.article_pattern = LinkPattern.parse(self.article_links)
        self.listing_pattern = LinkPattern.parse(self.listing_links)
        self.next_pattern = LinkPattern.parse(self.next_page)
        self.corrections = Corrections(self.fields, self.drop)
        self.containers = Containers()  # runs/driftwatch.py keeps what they were from run to run

    @classmethod
    def _check_argument(cls, argument: str) -> None:
        """Raises ConfigurationError for an argument of -a that nobody reads, with the nearest right name."""
        own = {name for parent in cls.__mro__[: cls.__mro__.index(Spider)] for name in vars(parent)}
        taken = {name for name in own if name[0] != "_" and not callable(getattr(cls, name))} - NEVER_ARGUMENTS.keys()
        if argument not in taken:
            hint = NEVER_ARGUMENTS.get(argument) or did_you_mean(argument, {"start", *taken})
            hint = hint or "; -a takes start=URL and full=1"
            raise ConfigurationError(f"spider {cls.name!r} has no argument {argument!r}{hint}")

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Scrapy's hook; takes delay along as the site's DOWNLOAD_DELAY."""
        super().update_settings(settings)
        if cls.delay is not None:
            settings.set("DOWNLOAD_DELAY", cls.delay, priority="spider")

    # --- Requests
    async def start(self) -> AsyncIterator[Request]:
        """The start pages, feeds and sitemaps."""
        for kind, urls in (("start", self.start_urls), ("feed", self.feeds), ("sitemap", self.sitemaps)):
            for url in urls:
                yield self.request(Link(url, kind), found_on=None)

    def request(self, link: Link, *, found_on: str | None, row: LinkRow | None = None) -> Request:
        """The request for a link; its meta says how it was found, and what the list said of it.

        found_on: the page that held the link, None for the crawl's own starts.
        """
        meta: dict[str, Any] = {DISCOVERED_BY: {"kind": link.kind, "url": found_on}}
        if link.kind == "article" and found_on is not None:
            meta = {DISCOVERED_BY: {"kind": "listing", "url": found_on}, PROMISES_ARTICLE: True}
        if row is not None and (row.title or row.published_at):
            meta[ROW] = {"title": row.title, "published_at": row.published_at}
            if isinstance(row, FeedEntry):  # beside what every list says, where the feed has it
                meta[ROW] |= {name: value for name in ("authors", "text") if (value := getattr(row, name))}
        callback = self.parse_feed if link.kind in FEED_KINDS else None  # None is parse, and cheaper to store
        return Request(link.url, callback=callback, meta=meta)

    def follow(self, reading: Reading, response: Response) -> Iterator[Request]:
        """Requests for the links that stay on the site and were not seen before in this job."""
        links = [link for link in reading.links if link.kind != NEXT_PART and self.is_wanted(link)]
        seen = self.seen([link.url for link in links if link.kind != "next"])  # the frontier judges paging itself
        rows = {row.url: row for row in reading.rows}
        for link in links:
            if link.url not in seen:
                yield self.request(link, found_on=response.url, row=rows.get(link.url))

    def seen(self, urls: list[str]) -> Container[str]:
        """Those of the addresses that the frontier knows; asked before a Request is built, which costs far more."""
        crawler: Crawler | None = getattr(self, "crawler", None)  # none for a saved page that is read without a crawl
        frontier = frontier_of(crawler) if crawler is not None else None
        return frontier.seen(urls) if frontier is not None else ()

    def is_on_site(self, url: str) -> bool:
        """Whether the address belongs to the site that is crawled, and can be a page."""
        origin = url[: url.find("/", len("https://"))]
        is_ours = self.origins.get(origin)
        if is_ours is None:
            is_ours = any(same_site(url, address) for address in self.site_addresses)
            if len(self.origins) < MOST_ORIGINS:
                self.origins[origin] = is_ours
        return is_ours and looks_like_page(url)

    def is_wanted(self, link: Link) -> bool:
        """Whether a link is followed: pages of the site, and its feeds and sitemaps, which are no pages."""
        if link.kind in FEED_KINDS:
            return any(same_site(link.url, address) for address in self.site_addresses)
        return self.is_on_site(link.url)

    # --- Responses
    def parse(self, response: Response, **kwargs: Any) -> Found:
        """A page found by a link: an article with its links, or a list."""
        page = self.page(response)
        if page is None:
            return
        refused = refusal(page)
        if refused is not None:
            self.reject(response, refused.reason, refused.detail)
            return
        kind = promise_of(response.meta) or "start"
        reading = self.read(page, kind) or self.read_entry(page, response)
        if reading is None:
            self.reject(response, "not-article", f"found as {kind}, but {self.containers.missing(page)}")
            return
        if reading.article is None:
            self.tell_list(reading, page, response)
        elif (first := first_part(page.outline, page.url)) is not None and self.is_on_site(first):
            self.reject(response, "part", f"a further page of {first}, and published with it")
            yield self.request(Link(first, "article"), found_on=response.url)
            return
        else:
            self.containers.note(reading.container)
            if reading.article.suspect and reading.container not in self.containers.usual:
                self.containers.missing(page)  # a doubtful text from elsewhere: the usual place is gone, or empty
            yield from self.parse_article(reading, page, response)
        del reading.links[MOST_LINKS:]  # a Request for each of 100,000 would take seconds
        yield from self.follow(reading, response)

    def parse_article(self, reading: Reading, page: Page, response: Response) -> Found:
        """The article of a reading, completed; or the request for its next part."""
        article = reading.article
        assert article is not None
        self.complete(article, page, response)
        part = next((link for link in reading.links if link.kind == NEXT_PART and self.is_on_site(link.url)), None)
        if part is None:
            yield article
        else:
            yield self.part_request(part.url, article, [page.url, part.url])

    def parse_feed(self, response: Response) -> Found:
        """A feed, sitemap or sitemap index."""
        try:
            reading = read_feed(
                response.body,
                url=response.url,
                fetched_at=self.fetch_time(response),
                zone=self.zone,
                content_type=content_type_of(response),
            )
        except UnreadablePageError as error:
            self.reject(response, "not-feed", str(error))
            return
        yield from self.follow(reading, response)

    def page(self, response: Response) -> Page | None:
        """The response as a page without its dropped parts; None when it cannot be read, and then it is rejected."""
        try:
            page = Page.from_bytes(
                response.body,
                url=response.url,
                fetched_at=self.fetch_time(response),
                content_type=content_type_of(response),
                zone=self.zone,
            )
        except UnreadablePageError as error:
            self.reject(response, error.reason, str(error))
            return None
        self.corrections.prune(page)
        return page

    def fetch_time(self, response: Response) -> datetime:
        """When the response came, in the site's zone; saved pages bring their own time in meta["fetched_at"]."""
        saved = response.meta.get(FETCHED_AT) if response.request else None
        moment = datetime.fromisoformat(saved) if saved else datetime.now(UTC)
        return moment.astimezone(self.zone or CHINA)

    # --- What a page means
    def read(self, page: Page, kind: str) -> Reading | None:
        """The page as an article or as a list, by how it was found and how it looks; None when it is neither."""
        reading = read_article(page)
        if kind in PAGE_LIST_KINDS and not self.is_article_address(page.url) and not is_unmistakable(reading):
            listing = self.read_listing(page)
            if listing.links:
                return listing
        if reading is None:
            return self.read_listing(page) if kind in PAGE_LIST_KINDS else None
        beside = [link for link in self.read_listing(page).links if link.kind != "next"]
        known = {link.url for link in reading.links}
        has_parts = any(link.kind == NEXT_PART for link in reading.links)
        for link in beside:
            if link.url not in known and not (has_parts and is_further_part(link.url, page.url)):
                reading.links.append(Link(link.url, "related" if link.kind == "article" else link.kind))
        return reading

    def read_entry(self, page: Page, response: Response) -> Reading | None:
        """The article that the feed holds whole where its page shows none; None without a feed, or on other pages."""
        article = article_of(FeedEntry(**response.meta[ROW]), page) if ROW in response.meta else None
        if article is None:
            return None
        self.containers.missing(page)  # the page is not what it was, if it ever held the text
        return Reading(article=article)

    def read_listing(self, page: Page) -> Reading:
        """The page as a list, its links sorted into articles, lists and the next page by the spider's patterns."""
        listing = read_listing(page, self.is_on_site)
        sorted_links = {link.url: self.kind_of(link) for link in listing.links}
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
        listing.links = [Link(url, kind) for url, kind in sorted_links.items() if kind and url != page.url]
        return listing

    def kind_of(self, link: Link) -> str | None:
        """A link's kind after the spider's own patterns; None where they leave it out."""
        if link.kind == "article" and self.article_pattern is not None:
            return "article" if self.article_pattern.matches(link.url) else None
        if link.kind == "listing" and self.listing_pattern is not None:
            return "listing" if self.listing_pattern.matches(link.url) else None
        if link.kind == "next" and self.next_pattern is not None:
            return None
        return link.kind

    def is_article_address(self, url: str) -> bool:
        """Whether the address alone shows that it is an article."""
        if self.article_pattern is not None and self.article_pattern.regex is not None:
            return self.article_pattern.matches(url)
        return looks_like_article(url)

    def complete(self, article: Article, page: Page, response: Response) -> None:
        """Add what the crawl knows of the article: its address and id, how it was found, the site's corrections."""
        url = normalise(page.url) or page.url
        canonical = believable_canonical(page.canonical_url, url)
        article.url, article.id, article.site = url, article_id(canonical or url), self.name
        article.fetched_at = page.fetched_at.isoformat(timespec="seconds")
        article.discovered_by = DiscoveredBy(**(response.meta.get(DISCOVERED_BY) or {"kind": "start"}))
        if self.language:
            article.language = self.language
        for name, outcome in self.corrections.apply(article, page).items():
            # fields/NAME/hit, /empty, /gone: pages on which the spider's own rule found something, an element without
            # content, or no element
            self.count(f"fields/{name}/{outcome}")
        if row := response.meta.get(ROW):
            cross_check(article, FeedEntry(**row), page)

    def reject(self, response: Response, reason: str, detail: str | None) -> None:
        """Tell everybody concerned that this page becomes no article."""
        self.crawler.signals.send_catch_log(
            page_rejected, request=response.request, reason=reason, detail=detail, spider=self
        )

    def tell_list(self, reading: Reading, page: Page, response: Response) -> None:
        """Tell what a page of links holds, and which of its links are left."""
        links = sum(link.kind == "article" for link in reading.links)
        send = self.crawler.signals.send_catch_log
        needs_script = not links and is_filled_by_script(page)
        send(list_read, request=response.request, links=links, needs_script=needs_script, spider=self)
        if promise_of(response.meta) == "next":
            return  # its first page has told the links around the rows
        followed = {link.url for link in reading.links[:MOST_LINKS] if self.is_wanted(link)}
        if left := left_links(page, followed, self.why_left):
            send(links_left, links=left, found_on=page.url, spider=self)

    def why_left(self, url: str) -> str:
        """Why a link of a list is not followed."""
        if not any(same_site(url, address) for address in self.site_addresses):
            return f"scope: {host(url)} is not part of the crawl"
        if not looks_like_page(url):
            return "file: the address is that of a file, no page"
        patterns = [name for name in ("article_links", "listing_links") if getattr(self, name)]
        if patterns:
            return f"pattern: {' and '.join(patterns)} of the spider {self.name} do not take it"
        return "shape: it looks like neither an article nor a list; article_links and listing_links of a spider decide"

    def count(self, key: str) -> None:
        """Add one to a figure of the run's statistics."""
        with contextlib.suppress(RuntimeError):  # a saved page is read without a crawl, so without statistics
            self.crawler.stats.inc_value(key)

    # --- Articles in several parts
    def part_request(self, url: str, article: Article, parts: list[str]) -> Request:
        """The request for an article's next part; the record so far is in its meta."""
        kwargs = {"so_far": asdict(article), "parts": parts}
        meta = {DISCOVERED_BY: {"kind": NEXT_PART, "url": parts[-2]}}
        return Request(
            url, self.parse_part, errback=self.parse_lost_part, cb_kwargs=kwargs, meta=meta, dont_filter=True
        )

    def parse_part(self, response: Response, so_far: dict[str, Any], parts: list[str]) -> Found:
        """A further part of an article: its body joins what was read so far."""
        article = article_from_dict(so_far)
        page = self.page(response)
        reading = read_article(page) if page is not None else None
        if reading is None or reading.article is None or not reading.article.body:
            article.suspect.append(f"part {len(parts)} could not be read")
            yield article
            return
        if reading.article.body not in (article.body or ""):
            article.body = "\n\n".join(filter(None, (article.body, reading.article.body)))
            if "short-text" not in reading.article.suspect:
                settle(article, "short-text")  # of the first part alone
        article.images += [image for image in reading.article.images if image not in article.images]
        article.attachments += [each for each in reading.article.attachments if each not in article.attachments]
        following = (link.url for link in reading.links if link.kind == NEXT_PART and self.is_on_site(link.url))
        url = next((url for url in following if url not in parts), None)
        if url is None or len(parts) >= MAX_PARTS:
            yield article
        else:
            yield self.part_request(url, article, [*parts, url])

    def parse_lost_part(self, failure: Failure) -> Iterable[Article]:
        """A part that could not be fetched: the article is published as far as it came, and says so."""
        kwargs = failure.request.cb_kwargs  # type: ignore[attr-defined]  # set by Scrapy's scraper
        article = article_from_dict(kwargs["so_far"])
        article.suspect.append(f"part {len(kwargs['parts'])} could not be fetched")
        return [article]


def content_type_of(response: Response) -> str | None:
    """The Content-Type header; None without one."""
    return (response.headers.get("Content-Type") or b"").decode("latin-1") or None


def zone_of(name: str | None) -> tzinfo | None:
    """The zone of that name; None for None. Raises ConfigurationError, with the nearest name, for an unknown one."""
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ConfigurationError(f"no timezone {name!r}{did_you_mean(name, available_timezones())}") from None


def start_addresses(text: str) -> list[str]:
    """The addresses of `-a start=URL[,URL]`. Raises ConfigurationError for one that cannot be fetched."""
    urls = [part.strip() for part in text.split(",") if part.strip()]
    for url in urls:
        if normalise(url) is None:
            hint = f"; did you mean https://{url}?" if "//" not in url and "." in url else ""
            raise ConfigurationError(f"start={url!r} is no http or https address{hint}")
    if not urls:
        raise ConfigurationError("start= is empty; write -a start=https://...")
    return urls
