"""How many requests a spider may take from one page: its requests go in; the first LINKS_PER_PAGE_MAX of them come out.

A spider middleware, in the place of Scrapy's UrlLengthMiddleware, which writes each overlong address into the log.

Stats: limits/links-dropped (over LINKS_PER_PAGE_MAX), limits/url-too-long.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.http import XmlResponse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator
    from typing import Any

    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)

LINKS_PER_SITEMAP = 50_000  # the sitemap protocol's own bound (sitemaps.org)


class LinksPerPage:
    """A spider middleware."""

    def __init__(self, crawler: Crawler) -> None:
        assert crawler.stats is not None
        self.stats = crawler.stats
        self.longest_url = crawler.settings.getint("URLLENGTH_LIMIT")
        self.links_per_page = crawler.settings.getint("LINKS_PER_PAGE_MAX")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> LinksPerPage:
        return cls(crawler)

    async def process_spider_output_async(self, response: Response, result: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """What the spider yields, without the requests over a cap."""
        page = PageLinks(self, response)
        async for output in result:
            if page.passes(output):
                yield output
        page.tell()

    def process_spider_output(self, response: Response, result: Iterable[Any]) -> Iterator[Any]:
        """The same for callbacks that are no coroutines."""
        page = PageLinks(self, response)
        for output in result:
            if page.passes(output):
                yield output
        page.tell()


class PageLinks:
    """The requests that come of one page."""

    __slots__ = ("caps", "dropped", "most", "taken", "url")

    def __init__(self, caps: LinksPerPage, response: Response) -> None:
        self.caps = caps
        self.url = response.url
        self.most = LINKS_PER_SITEMAP if isinstance(response, XmlResponse) else caps.links_per_page
        self.taken = self.dropped = 0

    def passes(self, output: object) -> bool:
        """Whether a request or an item of the page goes on."""
        if not isinstance(output, Request):
            return True
        if self.caps.longest_url and len(output.url) > self.caps.longest_url:
            self.caps.stats.inc_value("limits/url-too-long")
            return False
        if self.most and self.taken >= self.most:
            self.dropped += 1
            return False
        self.taken += 1
        return True

    def tell(self) -> None:
        """Count and log what was dropped; once for the page."""
        if self.dropped:
            self.caps.stats.inc_value("limits/links-dropped", self.dropped)
            logger.warning("%s: %d links over LINKS_PER_PAGE_MAX were left", self.url[:300], self.dropped)
