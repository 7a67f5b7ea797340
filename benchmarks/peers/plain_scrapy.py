"""The peer: Scrapy as its tutorial teaches it. parsel selectors for the fields, LinkExtractor for the links.

    python benchmarks/peers/plain_scrapy.py START OUTPUT PAGES

What `scrapy startproject` writes, but for the delay (0, it is a local server) and 16 requests at once: robots.txt is
obeyed, and the log is Scrapy's own. No set of its own for links that it has seen: Scrapy's filter is there for that.
PAGES is where the crawl is ended (CLOSESPIDER_PAGECOUNT); 0 crawls to the end.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scrapy import Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from scrapy.linkextractors import LinkExtractor

sys.path.insert(0, str(Path(__file__).resolve().parent))

from fields import article_of


class PlainSpider(Spider):
    name = "plain"
    links = LinkExtractor(allow=r"/detail/[0-9a-f]{40}\.html$")

    def parse(self, response: Response) -> Iterator[Any]:
        if "/detail/" in response.url:
            yield self.article(response)
        for link in self.links.extract_links(response):  # type: ignore[arg-type]
            yield response.follow(link, self.parse)

    def article(self, response: Response) -> dict[str, Any]:
        return article_of(response, response.url, response.urljoin)


SETTINGS = {
    "ROBOTSTXT_OBEY": True,
    "DOWNLOAD_DELAY": 0,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
    "CONCURRENT_REQUESTS": 16,
    "FEED_EXPORT_ENCODING": "utf-8",
}

if __name__ == "__main__":
    start, output, most_pages = sys.argv[1:4]
    feeds = {output: {"format": "jsonlines"}}
    process = AsyncCrawlerProcess({**SETTINGS, "FEEDS": feeds, "CLOSESPIDER_PAGECOUNT": int(most_pages)})
    process.crawl(PlainSpider, start_urls=[start])
    process.start()
