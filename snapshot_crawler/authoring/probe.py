"""A first polite look at a site: its address goes in; some lists, feeds and articles are fetched and saved.

`scrapy add-site` runs it. The probe is a spider like any other, so all protections hold (robots.txt, pace, limits). It
fetches at most MAX_PAGES pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from snapshot_crawler.address_parts import FEED_FILE, LOGIN_ADDRESS, NEWS_LIST
from snapshot_crawler.authoring.saved import SavedPage
from snapshot_crawler.exceptions import UnreadablePageError
from snapshot_crawler.meta import DISCOVERED_BY
from snapshot_crawler.middlewares.robots import RobotsMiddleware
from snapshot_crawler.pages.kinds import FEED_KINDS
from snapshot_crawler.pages.lists.feeds import read_feed
from snapshot_crawler.pages.lists.loaded import addresses_asked
from snapshot_crawler.pages.lists.paging import script_text
from snapshot_crawler.pages.lists.put_together import row_address
from snapshot_crawler.pages.page import Link, Page, Reading
from snapshot_crawler.pages.refusal import refusal
from snapshot_crawler.spiders.news import NewsSpider
from snapshot_crawler.urls import same_site

SAMPLES = 8  # articles looked at, by choice: enough to see what they share, and a small burden
MAX_LISTS = 5  # lists looked at beside the start page, by choice: the spider starts from few
MAX_FEEDS = 3  # by choice, as the next: a site's main feeds come first
MAX_SITEMAPS = 2  # by choice, as the feeds
MAX_SCRIPTS = 2  # of the site's own; by choice: one of them fills its lists
MAX_CANDIDATES = 500  # of a sitemap with a whole archive, the first tell enough
MAX_PAGES = 24  # in all, by choice: a look must not burden the site
FEED_TYPES = ("application/rss+xml", "application/atom+xml")
GOLDEN = 0.618034  # the golden ratio: its multiples, modulo 1, are spread most evenly (samples of a long list)
LIBRARY = re.compile(r"jquery|bootstrap|swiper|vue|react|polyfill|vendor|analytics|\.min\.js", re.IGNORECASE)
KEPT_HEADERS = (b"Content-Type", b"Content-Language", b"Last-Modified", b"Server")


class ProbeSpider(NewsSpider):
    """Fetches the pages that a person would open first. Afterwards `saved` holds them."""

    name = "probe"
    articles: str | None = None  # addresses given by hand, separated by commas

    def __init__(self, *arguments: Any, articles: str | None = None, **named: Any) -> None:
        super().__init__(*arguments, articles=articles, **named)
        self.saved: list[SavedPage] = []
        self.problems: list[str] = []  # pages that could not be fetched, a sentence each
        self.candidates: dict[str, None] = {}  # article addresses in the order found
        self.lists_asked = self.feeds_asked = self.sitemaps_asked = 0
        self.sampled = False
        self.scripts: dict[str, None] = {}  # of the site's lists, where they may ask for what the page does not show

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
        """Save the page, and note its links."""
        kind = response.meta[DISCOVERED_BY]["kind"]
        if len(self.saved) >= MAX_PAGES:
            return
        page = self.saved_page(response, kind, self.fetch_time(response))
        if kind in FEED_KINDS:
            yield from self.keep_feed(page)
            return
        self.saved.append(page)
        if self.list_reader.is_data(response.body, self.content_type(response)):
            self.keep_list(self.list_reader.read_data(response.body, url=response.url, fetched_at=page.fetched_at))
            return
        try:
            read = Page.from_bytes(response.body, url=response.url, fetched_at=page.fetched_at)
        except UnreadablePageError as error:
            self.problems.append(f"{response.url}: {error}")
            return
        if refused := refusal(read):
            self.problems.append(f"{response.url} is a page of the kind {refused.reason}: it says {refused.detail!r}")
        elif LOGIN_ADDRESS.search(response.url) and read.tree.css_first("input[type=password]") is not None:
            self.problems.append(f"the site leads to {response.url}: it wants a login")
        elif kind == "start" and not read.links():
            self.problems.append(f"{response.url} shows no link; a script may fill it")
        if kind == "article":
            return
        yield from self.more(read)
        if kind == "start":
            yield from self.sitemaps_of(response.url)

    def keep_feed(self, saved: SavedPage) -> Iterator[Request]:
        """Save a feed or sitemap that is one; its articles become candidates, parts of an index are asked for."""
        try:
            reading = read_feed(saved.body, url=saved.url, fetched_at=saved.fetched_at)
        except UnreadablePageError:
            return  # a guessed sitemap's address often answers with a page
        self.saved.append(saved)
        for link in reading.links:
            if link.kind == "sitemap" and self.sitemaps_asked < MAX_SITEMAPS and self.list_reader.belongs(link.url):
                self.sitemaps_asked += 1
                yield self.probe(link)
            elif link.kind == "article" and self.is_on_site(link.url) and len(self.candidates) < MAX_CANDIDATES:
                self.candidates[link.url] = None

    def more(self, page: Page) -> Iterator[Request]:
        """Further lists and feeds that the page links to; its article links become candidates."""
        reading = self.read_listing(page)
        lists = [link for link in reading.links if link.kind == "listing" and self.is_wanted(link)]
        lists.sort(key=lambda link: not NEWS_LIST.search(link.url))  # looked at before other sections
        self.keep_list(reading)
        self.row_address = self.row_address or row_address(script_text(page))
        self.scripts |= dict.fromkeys(scripts_of(page))
        for link in lists[: MAX_LISTS - self.lists_asked]:
            self.lists_asked += 1
            yield self.probe(link)
        for url in feed_addresses(page):
            if self.feeds_asked < MAX_FEEDS and self.list_reader.belongs(url):
                self.feeds_asked += 1
                yield self.probe(Link(url, "feed"))

    def keep_list(self, reading: Reading | None) -> None:
        """Note the articles of a list as candidates."""
        links = reading.links if reading is not None else []
        self.candidates |= dict.fromkeys(
            link.url for link in links if link.kind == "article" and self.is_on_site(link.url)
        )

    def keep_script(self, response: Response) -> Iterator[Request]:
        """The lists that a script of the site asks for, where no page shows a link to an article."""
        self.row_address = self.row_address or row_address(response.text)
        page = Page.from_bytes(b"<html></html>", url=self.start_urls[0], fetched_at=self.fetch_time(response))
        for url in addresses_asked(response.text, page):
            if self.lists_asked < MAX_LISTS and self.list_reader.belongs(url):
                self.lists_asked += 1
                yield self.probe(Link(url, "listing"))

    def sitemaps_of(self, url: str) -> Iterator[Request]:
        """The sitemaps that robots.txt names, else the one at the usual address."""
        robots = self.crawler.get_downloader_middleware(RobotsMiddleware)
        named = robots.sitemaps(url) if isinstance(robots, RobotsMiddleware) else []
        for sitemap in [each for each in named if self.list_reader.belongs(each)][:MAX_SITEMAPS]:
            self.sitemaps_asked += 1
            yield self.probe(Link(sitemap, "sitemap"))
        if not named:
            yield self.probe(Link(urljoin(url, "/sitemap.xml"), "sitemap")).replace(errback=self.guessed_wrong)

    def guessed_wrong(self, failure: Failure) -> None:
        """Do nothing: most sites have nothing at a guessed address."""

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
        robots = self.crawler.get_downloader_middleware(RobotsMiddleware)
        trouble = robots.trouble(request.url) if isinstance(robots, RobotsMiddleware) else None
        status = getattr(getattr(failure.value, "response", None), "status", None)
        if status in (401, 403, 407):
            why = f"answered with status {status}: it wants a login, or shuts crawlers out"
        elif status is not None:
            why = f"answered with status {status}"
        else:
            why = trouble or failure.getErrorMessage()
        self.problems.append(why if request.url in why else f"{request.url}: {why}")

    def sample_articles(self, spider: Spider) -> None:
        """Once lists and feeds are in: fetch a few articles from all over the candidates."""
        if self.sampled or self.crawler.engine is None:
            return
        if not self.candidates:
            scripts, self.scripts = list(self.scripts)[:MAX_SCRIPTS], {}
            for url in scripts:
                self.crawler.engine.crawl(Request(url, self.keep_script, errback=self.guessed_wrong))
            if scripts:
                raise DontCloseSpider
            return
        self.sampled = True
        given = [url.strip() for url in (self.articles or "").split(",") if url.strip()]
        found = [url for url in self.candidates if url not in given]
        for url in [*given, *spread(found, max(0, SAMPLES - len(given)))]:
            self.crawler.engine.crawl(self.probe(Link(url, "article")))
        raise DontCloseSpider


def scripts_of(page: Page) -> list[str]:
    """The site's own script files, those that are no library's first."""
    sources = (page.absolute(node.attributes.get("src")) for node in page.tree.css("script[src]"))
    own = [url for url in sources if url is not None and same_site(url, page.url)]
    return sorted(dict.fromkeys(own), key=lambda url: LIBRARY.search(url) is not None)


def feed_addresses(page: Page) -> list[str]:
    """The RSS and Atom feeds that a page's head names, and those it links to."""
    links = page.tree.css("link[rel~=alternate][href]")
    hrefs = [link.attributes.get("href") for link in links if link.attributes.get("type") in FEED_TYPES]
    anchors = [href for node in page.tree.css("a[href]") if FEED_FILE.search(href := node.attributes.get("href") or "")]
    return list(dict.fromkeys(url for href in [*hrefs, *anchors] if href and (url := page.absolute(href))))


def spread(urls: list[str], count: int) -> list[str]:
    """Up to count addresses from all over the list, in its order; no equal steps, which sections may have."""
    places: dict[int, None] = {}
    for turn in range(len(urls)):
        if len(places) < count:
            places[int(turn * GOLDEN % 1 * len(urls))] = None
    return [urls[place] for place in sorted(places)]
