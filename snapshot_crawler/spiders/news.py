"""NewsSpider: what the spiders of all news sites share. Responses in, Articles and further requests out.

A page is read once (pages/), judged, and becomes either an Article with the links beside it or a list of links. Here
are the requests, the callbacks and what a spider may say of its site. pages/site/ has what they do with a page:
lists.py, articles.py, fields.py. It is imported when a spider is made, so that naming the sites costs little.

A site's own spider says only what differs: see the attributes of NewsSpider and docs/adding-a-site.md. The class
itself is the spider `news`, which crawls any site: `scrapy crawl news -a start=URL`.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Container, Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from scrapy import Request, Spider

from snapshot_crawler.exceptions import ConfigurationError, UnreadablePageError
from snapshot_crawler.meta import (
    DISCOVERED_BY,
    EXCHANGE,
    FETCHED_AT,
    FIRST_PART,
    HAS_PARTS,
    PROMISES_ARTICLE,
    ROW,
    promise_of,
)
from snapshot_crawler.pages.kinds import FEED_KINDS, NEXT_PART
from snapshot_crawler.pages.site import untimed
from snapshot_crawler.signals import links_left, list_read, page_rejected
from snapshot_crawler.spelling import did_you_mean
from snapshot_crawler.urls import normalise

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure

    from snapshot_crawler.items import Article, LinkRow
    from snapshot_crawler.pages.page import Link, Page, Reading

    Found = Iterator[Article | Request]

NEVER_ARGUMENTS = {  # attributes that -a would set without effect, or to a text where none is meant
    "name": "",
    "delay": "; for one run write -s DOWNLOAD_DELAY=SECONDS",
    "fields": "; it is an attribute of the spider's file",
    "rules": "; it is an attribute of the spider's file",
    "custom_settings": "; for one run write -s NAME=VALUE",
}


class NewsSpider(Spider):
    """A spider for one news site, described by class attributes; all but name and start_urls may be left out.

    start_urls: pages to begin at, usually the site's lists. `-a start=URL[,URL]` replaces them for one run.
    allowed_domains: hosts that belong to the site; without it, the hosts of the start URLs and their subdomains.
    article_links, listing_links: which links lead to articles, and which to lists: a regular expression that is
        searched in the address, or "css: SELECTOR" for the links inside the selected elements. Without them the
        shape of the address and the page's structure decide.
    next_page: the link to a list's next page, in the same two forms.
    next_form: the name of the field that holds the page's number, where later pages of a list come by a form (POST).
    row_address: the address of an article in a list that is data, where its rows have none: "/a/{nid}.html".
    feeds, sitemaps: addresses of RSS or Atom feeds, and of sitemaps or sitemap indexes, read beside start_urls.
    timezone: the zone of times without one, such as "Asia/Shanghai". language: BCP 47, where it is always the same.
    fields: name of an Article's field to a CSS selector ("#origin a", "img.lead::attr(src)") or a function
        (Page) -> value; replaces what the shared reader found, field by field.
    drop: CSS of parts of the page that are taken out before it is read, and "line: REGEX" for lines of the text.
    rules: fields and drop of earlier layouts, [dict(until="2026-03-01", fields={...}, drop=[...])]: pages that were
        fetched up to that day are read by them (scrapy reparse). Not Scrapy's own, which are CrawlSpider's.
    delay: seconds between two requests to the site, where it needs other than DOWNLOAD_DELAY.

    Arguments of one run (-a): start, as above; full=1 crawls everything anew; warc=PATH[,PATH] reads pages from WARC
    files and not from the network, of the days that since= and until= name (backfill/).
    """

    name = "news"
    start_urls: list[str] = []
    allowed_domains: list[str] | None = None
    article_links: str | None = None
    listing_links: str | None = None
    next_page: str | None = None
    next_form: str | None = None
    row_address: str | None = None
    feeds: ClassVar[list[str]] = []
    sitemaps: ClassVar[list[str]] = []
    timezone: str | None = None
    language: str | None = None
    fields: ClassVar[dict[str, str | Callable[[Page], Any]]] = {}
    drop: ClassVar[list[str] | str] = []
    rules: ClassVar[list[dict[str, Any]]] = []
    delay: float | None = None
    full: str | None = None
    warc: str | None = None

    def __init__(self, name: str | None = None, start: str | None = None, **arguments: Any) -> None:
        from snapshot_crawler.pages.site.articles import ArticleReader
        from snapshot_crawler.pages.site.lists import ListReader

        for argument in arguments:
            self._check_argument(argument)
        super().__init__(name, **arguments)  # sets them as attributes
        self.start_argument = start  # `start` itself is Scrapy's method
        if start is not None:
            self.start_urls = start_addresses(start)
        elif not (self.start_urls or self.feeds or self.sitemaps or self.warc):
            raise ConfigurationError(f"spider {self.name!r} needs a start page: -a start=https://...")
        for attribute in ("start_urls", "allowed_domains", "feeds", "sitemaps"):
            if isinstance(text := getattr(self, attribute), str):
                raise ConfigurationError(f"{attribute} of {self.name!r} must be a list: [{text!r}]")
        hosts = self.allowed_domains or [*self.start_urls, *self.feeds, *self.sitemaps]
        self.site_addresses = list(dict.fromkeys(text if "//" in text else f"https://{text}/" for text in hosts))
        self.takes_any_site = not self.site_addresses  # of captures: then each page's own site is the site
        self.zone = zone_of(self.timezone)
        self.untimed = untimed.Untimed()
        self.list_reader = ListReader(self)
        self.article_reader = ArticleReader(self, self.fields, self.drop, self.rules)
        self.corrections, self.containers = self.article_reader.corrections, self.article_reader.containers

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
        from snapshot_crawler.pages.page import Link

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
        if row is not None and (said := self.list_reader.said_of(row)) is not None:
            meta[ROW] = said
        callback = self.parse_feed if link.kind in FEED_KINDS else None  # None is parse, and cheaper to store
        return Request(link.url, callback=callback, meta=meta)

    def follow(self, reading: Reading, response: Response) -> Iterator[Request]:
        """Requests for the links that stay on the site and were not seen before in this job."""
        links = [link for link in reading.links if link.kind != NEXT_PART and self.is_wanted(link)]
        seen = self.seen([link.url for link in links if link.kind != "next"])  # the frontier judges paging itself
        rows = {row.url: row for row in reading.rows}
        for link in links:
            row = rows.get(link.url)
            if link.url not in seen:
                request = self.request(link, found_on=response.url, row=row)
                if self.untimed.must_wait(link, row, reading.article):
                    request.priority = untimed.PRIORITY
                yield request
            elif self.untimed.comes(link, row):  # the frontier knows the address, and not its row
                yield self.request(link, found_on=response.url, row=row)

    def seen(self, urls: list[str]) -> Container[str]:
        """Those of the addresses that the frontier knows; asked before a Request is built, which costs far more."""
        from snapshot_crawler.frontier.door import frontier_of

        crawler: Crawler | None = getattr(self, "crawler", None)  # none for a saved page that is read without a crawl
        frontier = frontier_of(crawler) if crawler is not None else None
        return frontier.seen(urls) if frontier is not None else ()

    # --- Responses
    def parse(self, response: Response, **kwargs: Any) -> Found:
        """A page found by a link: an article with its links, or a list. Of captures only the article."""
        if self.list_reader.is_data(response.body, self.content_type(response)):
            yield from self.parse_data(response)
            return
        page = self.page(response)
        if page is None:
            return
        reader = self.article_reader
        if (refused := reader.refused(page)) is not None:
            self.reject(response, refused.reason, refused.detail)
            return
        kind = promise_of(response.meta) or "start"
        reading = self.read(page, kind) or reader.read_entry(response.meta.get(ROW), page)
        if reading is None:
            self.reject(response, "not-article", f"found as {kind}, but {self.containers.missing(page)}")
            return
        if reading.article is None:
            if not self.warc:
                self.tell_list(reading, page, response)
        elif (first := reader.first_part(page)) is not None:
            self.reject(response, "part", f"a further page of {first.url}, and published with it")
            yield self.request(first, found_on=response.url)
            return
        else:
            reader.note_place(reading, page)
            yield from self.parse_article(reading, page, response)
        if self.warc:
            return  # what the page links to is a capture of its own, or is not in the files
        self.list_reader.cut(reading)
        if self.next_form is not None and reading.article is None:
            yield from self.follow_form(reading, page, response)
        yield from self.follow(reading, response)

    def follow_form(self, reading: Reading, page: Page, response: Response) -> Iterator[Request]:
        """The list's next page by its form, while the list names articles that are not known yet."""
        articles = [link.url for link in reading.links if link.kind == "article" and self.is_wanted(link)]
        form = self.list_reader.next_by_form(page, self.next_form) if self.next_form is not None else None
        known = self.seen(articles)
        if form is not None and any(url not in known for url in articles):
            meta = {DISCOVERED_BY: {"kind": "next", "url": response.url}}
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            yield Request(form.url, method="POST", body=form.body, headers=headers, meta=meta)

    def parse_article(self, reading: Reading, page: Page, response: Response) -> Found:
        """The article of a reading, completed; or the request for its next part."""
        article = reading.article
        assert article is not None
        self.complete(article, page, response)
        part = self.article_reader.next_part(reading, [page.url])
        if part is None:
            yield article
        else:
            yield self.part_request(part, article, [page.url, part], response)

    def parse_data(self, response: Response) -> Found:
        """A list that is data: an answer of JSON that a page's script would ask for."""
        about = self.about(response)
        reading = self.list_reader.read_data(response.body, url=about["url"], fetched_at=about["fetched_at"])
        if reading is None or self.warc:
            self.reject(
                response,
                "not-article",
                f"data, {'a list' if reading else 'and no list of addresses and headlines in it'}",
            )
            return
        self.tell_list(reading, None, response)
        self.list_reader.cut(reading)
        yield from self.follow(reading, response)

    def parse_feed(self, response: Response) -> Found:
        """A feed, sitemap or sitemap index."""
        try:
            reading = self.list_reader.read_feed(response.body, **self.about(response))
        except UnreadablePageError as error:
            self.reject(response, "not-feed", str(error))
            return
        yield from self.follow(reading, response)

    def part_request(self, url: str, article: Article, parts: list[str], response: Response) -> Request:
        """The request for an article's next part; the record so far is in its arguments. response: the part before.

        The archive keeps that part too, and the record will lead to the first one.
        """
        kwargs = {"so_far": asdict(article), "parts": parts}
        meta: dict[str, Any] = {DISCOVERED_BY: {"kind": NEXT_PART, "url": parts[-2]}}
        before = response.request.meta if response.request is not None else {}
        before[HAS_PARTS] = article.id
        if first := before.get(FIRST_PART) or (before[EXCHANGE].payload_digest.hex() if EXCHANGE in before else None):
            meta[FIRST_PART] = first
        return Request(
            url, self.parse_part, errback=self.parse_lost_part, cb_kwargs=kwargs, meta=meta, dont_filter=True
        )

    def parse_part(self, response: Response, so_far: dict[str, Any], parts: list[str]) -> Found:
        """A further part of an article: its body joins what was read so far."""
        from snapshot_crawler.items import article_from_dict

        article = article_from_dict(so_far)
        following = self.article_reader.join(article, self.page(response), parts)
        if following is None:
            yield article
        else:
            yield self.part_request(following, article, [*parts, following], response)

    def parse_lost_part(self, failure: Failure) -> Iterable[Article]:
        """A part that could not be fetched: the article is published as far as it came, and says so."""
        from snapshot_crawler.items import article_from_dict

        kwargs = failure.request.cb_kwargs  # type: ignore[attr-defined]  # set by Scrapy's scraper
        article = article_from_dict(kwargs["so_far"])
        article.suspect.append(f"part {len(kwargs['parts'])} could not be fetched")
        return [article]

    # --- What a page means; a spider may have a method of its own for each
    def read(self, page: Page, kind: str) -> Reading | None:
        """The page as an article or as a list, by how it was found and how it looks; None when it is neither."""
        return self.article_reader.read(page, kind)

    def read_listing(self, page: Page) -> Reading:
        """The page as a list, its links sorted into articles, lists and the next page by the spider's patterns."""
        return self.list_reader.read(page)

    def is_on_site(self, url: str) -> bool:
        """Whether the address belongs to the site that is crawled, and can be a page."""
        return self.list_reader.is_on_site(url)

    def takes_capture(self, url: str) -> bool:
        """Whether the capture of an address in a WARC file is a page for this spider. Asked by backfill/reading.py."""
        return self.takes_any_site or self.is_on_site(url)

    def is_wanted(self, link: Link) -> bool:
        """Whether a link is followed: pages of the site, and its feeds and sitemaps, which are no pages."""
        return self.list_reader.is_wanted(link)

    def kind_of(self, link: Link) -> str | None:
        """A link's kind after the spider's own patterns; None where they leave it out."""
        return self.list_reader.kind_of(link)

    def is_article_address(self, url: str) -> bool:
        """Whether the address alone shows that it is an article."""
        return self.list_reader.is_article_address(url)

    def complete(self, article: Article, page: Page, response: Response) -> None:
        """Add what the crawl knows of the article: its address and id, how it was found, the site's corrections."""
        found = response.meta.get(DISCOVERED_BY) or {"kind": "start"}
        for name, outcome in self.article_reader.complete(article, page, found, response.meta.get(ROW)).items():
            # fields/NAME/hit, /empty, /gone: pages on which the spider's own rule found something, an element without
            # content, or no element
            self.count(f"fields/{name}/{outcome}")

    # --- What the crawl and its parts are told
    def page(self, response: Response) -> Page | None:
        """The response as a page without its dropped parts; None when it cannot be read, and then it is rejected."""
        if self.takes_any_site:
            self.site_addresses = [response.url]
            self.list_reader.origins.clear()
        try:
            return self.article_reader.page(response.body, **self.about(response))
        except UnreadablePageError as error:
            self.reject(response, error.reason, str(error))
            return None

    def about(self, response: Response) -> dict[str, Any]:
        """What a reader is told of a response beside its body: url, fetched_at, content_type."""
        fetched_at = self.fetch_time(response)
        return {"url": response.url, "fetched_at": fetched_at, "content_type": self.content_type(response)}

    def content_type(self, response: Response) -> str | None:
        """The Content-Type header; None without one."""
        return (response.headers.get("Content-Type") or b"").decode("latin-1") or None

    def fetch_time(self, response: Response) -> datetime:
        """When the response came, in the site's zone; saved pages bring their own time in meta["fetched_at"]."""
        from snapshot_crawler.pages.dates.times import CHINA

        saved = response.meta.get(FETCHED_AT) if response.request else None
        moment = datetime.fromisoformat(saved) if saved else datetime.now(UTC)
        return moment.astimezone(self.zone or CHINA)

    def reject(self, response: Response, reason: str, detail: str | None) -> None:
        """Tell everybody concerned that this page becomes no article."""
        self.crawler.signals.send_catch_log(
            page_rejected, request=response.request, reason=reason, detail=detail, spider=self
        )

    def tell_list(self, reading: Reading, page: Page | None, response: Response) -> None:
        """Tell what a page of links holds, and which of its links are left; page: None where it is data."""
        links = sum(link.kind == "article" for link in reading.links)
        send = self.crawler.signals.send_catch_log
        needs_script = page is not None and self.list_reader.needs_script(reading, page)
        unmatched = [url for url in reading.unmatched if self.is_on_site(url)]
        told = {"links": links, "needs_script": needs_script, "unmatched": unmatched}
        send(list_read, request=response.request, **told, spider=self)
        if page is None or promise_of(response.meta) == "next":
            return  # its first page has told the links around the rows
        if left := self.list_reader.left(reading, page):
            send(links_left, links=left, found_on=page.url, spider=self)

    def count(self, key: str) -> None:
        """Add one to a figure of the run's statistics."""
        with contextlib.suppress(RuntimeError):  # a saved page is read without a crawl, so without statistics
            self.crawler.stats.inc_value(key)


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
