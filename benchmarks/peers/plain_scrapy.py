"""The peer: Scrapy as its tutorial teaches it. parsel selectors for the fields, LinkExtractor for the links.

    python benchmarks/peers/plain_scrapy.py START OUTPUT PAGES

Scrapy's own defaults but for the delay (0, it is a local server), 16 requests at once, and robots.txt obeyed.
PAGES is where the crawl is ended (CLOSESPIDER_PAGECOUNT); 0 crawls to the end.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from scrapy import Selector, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from scrapy.linkextractors import LinkExtractor


def after_colon(text: str | None) -> str | None:
    return text.partition("：")[2].strip() if text else None


def time(text: str | None) -> str | None:
    return f"{text.strip().replace(' ', 'T')}+08:00" if text else None


class PlainSpider(Spider):
    name = "plain"
    links = LinkExtractor(allow=r"/detail/[0-9a-f]{40}\.html$")

    def parse(self, response: Response) -> Iterator[Any]:
        if "/detail/" in response.url:
            yield self.article(response)
        for link in self.links.extract_links(response):  # type: ignore[arg-type]
            yield response.follow(link, self.parse)

    def article(self, response: Response) -> dict[str, Any]:
        return {
            "url": response.url,
            "title": response.css("h1.title::text").get(),
            "category": after_colon(response.css(".facts .cat::text").get()),
            "breadcrumbs": response.css(".crumbs li a::text").getall(),
            "published_at": time(after_colon(response.css(".facts .pub::text").get())),
            "source": after_colon(response.css(".facts .src::text").get()),
            "body": "\n\n".join(response.css(".text p::text").getall()),
            "snapshot_at": time(after_colon(response.css(".notice .snap::text").get())),
            "original_url": response.css(".notice .orig a::attr(href)").get(),
            "related": [self.row(row, response) for row in response.css(".related li")],
            "more_in_category": [self.row(row, response) for row in response.css(".more li")],
        }

    def row(self, row: Selector, response: Response) -> dict[str, Any]:
        return {
            "url": response.urljoin(row.css("a::attr(href)").get() or ""),
            "title": row.css("h4 a::text").get(),
            "snippet": row.css("p::text, p a::text").get(),
            "published_at": time(row.css("time::text").get()),
        }


SETTINGS = {
    "ROBOTSTXT_OBEY": True,
    "DOWNLOAD_DELAY": 0,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
    "LOG_LEVEL": "INFO",
    "FEED_EXPORT_ENCODING": "utf-8",
}

if __name__ == "__main__":
    start, output, most_pages = sys.argv[1:4]
    feeds = {output: {"format": "jsonlines"}}
    process = AsyncCrawlerProcess({**SETTINGS, "FEEDS": feeds, "CLOSESPIDER_PAGECOUNT": int(most_pages)})
    process.crawl(PlainSpider, start_urls=[start])
    process.start()
