"""A first polite look at a site: some lists, feeds and articles, fetched under all protections and saved.

The probe is a spider like any other, so robots.txt, pace and limits hold; it fetches at most MAX_PAGES pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from snapshot_crawler.authoring.saved import SavedPage
from snapshot_crawler.exceptions import UnreadablePageError
from snapshot_crawler.pages.page import Link, Page
from snapshot_crawler.spiders.news import FEED_KINDS, NewsSpider

SAMPLES = 8  # articles looked at
MAX_LISTS = 4  # lists looked at beside the start page
MAX_FEEDS = 3
MAX_PAGES = 24  # in all, whatever happens
FEED_TYPES = ("application/rss+xml", "application/atom+xml")
KEPT_HEADERS = (b"Content-Type", b"Content-Language", b"Last-Modified", b"Server")


class ProbeSpider(NewsSpider):
    """Fetches what a person would open to get to know a site. The pages stand in `saved` afterwards."""

    name = "probe"
    articles: str | None = None  # addresses given by hand, separated by commas

    def __init__(self, *arguments: Any, articles: str | None = None, **named: Any) -> None:
        super().__init__(*arguments, articles=articles, **named)
        self.saved: list[SavedPage] = []
        self.problems: list[str] = []  # what could not be fetched, a sentence each
        self.candidates: dict[str, None] = {}  # article addresses in the order found
        self.lists_asked = self.feeds_asked = 0
        self.sampled = False

    @classmethod
    def from_crawler(cls, crawler: Crawler, *arguments: Any, **named: Any) -> ProbeSpider:
        """Scrapy's constructor."""
        spider = super().from_crawler(crawler, *arguments, **named)
        crawler.signals.connect(spider.sample_articles, signals.spider_idle)
        return spider

    async def start(self) -> Any:
        """The site's page, and the articles given by hand."""
        for url in self.start_urls:
            yield self.probe(Link(url, "start"))
        for url in filter(None, (self.articles or "").split(",")):
            self.candidates[url.strip()] = None

    def probe(self, link: Link) -> Request:
        """The request for a page to look at."""
        request = self.request(link, found_on=None)
        return request.replace(callback=self.keep, errback=self.lost)

    def keep(self, response: Response) -> Iterator[Request]:
        """Save the page, and note what it leads to."""
        kind = response.meta["discovered_by"]["kind"]
        fetched_at = self.fetch_time(response)
        self.saved.append(self.saved_page(response, kind, fetched_at))
        if kind in FEED_KINDS or kind == "article" or len(self.saved) >= MAX_PAGES:
            return
        try:
            page = Page.from_bytes(response.body, url=response.url, fetched_at=fetched_at)
        except UnreadablePageError as error:
            self.problems.append(f"{response.url}: {error}")
            return
        yield from self.more(page)

    def more(self, page: Page) -> Iterator[Request]:
        """Further lists and feeds that the page links to; its article links become candidates."""
        links = [link for link in self.read_listing(page).links if self.is_on_site(link.url)]
        for link in links:
            if link.kind == "article":
                self.candidates[link.url] = None
            elif link.kind == "listing" and self.lists_asked < MAX_LISTS:
                self.lists_asked += 1
                yield self.probe(link)
        for url in feed_addresses(page):
            if self.feeds_asked < MAX_FEEDS:
                self.feeds_asked += 1
                yield self.probe(Link(url, "feed"))

    def saved_page(self, response: Response, kind: str, fetched_at: datetime) -> SavedPage:
        """The response as a saved page, numbered in the order of fetching."""
        callback = "parse_feed" if kind in FEED_KINDS else "parse"
        headers = {
            name.decode(): (response.headers.get(name) or b"").decode("latin-1")
            for name in KEPT_HEADERS
            if name in response.headers
        }
        number = f"{len(self.saved) + 1:03}-{kind}"
        return SavedPage(number, response.url, response.body, fetched_at, kind, callback, response.status, headers)

    def lost(self, failure: Failure) -> None:
        """Note a page that could not be fetched."""
        request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy's scraper
        self.problems.append(f"{request.url}: {failure.getErrorMessage()}")

    def sample_articles(self, spider: Spider) -> None:
        """Once lists and feeds are in: fetch a few articles from all over the candidates."""
        if self.sampled or not self.candidates or self.crawler.engine is None:
            return
        self.sampled = True
        for url in spread(list(self.candidates), SAMPLES):
            self.crawler.engine.crawl(self.probe(Link(url, "article")))
        raise DontCloseSpider


def feed_addresses(page: Page) -> list[str]:
    """The RSS and Atom feeds that a page's head names."""
    links = page.tree.css("link[rel~=alternate][href]")
    hrefs = [link.attributes.get("href") for link in links if link.attributes.get("type") in FEED_TYPES]
    return list(dict.fromkeys(url for href in hrefs if href and (url := page.absolute(href))))


def spread(urls: list[str], count: int) -> list[str]:
    """Up to count addresses from all over the list, first ones first."""
    step = max(1, len(urls) // count)
    return urls[::step][:count]
