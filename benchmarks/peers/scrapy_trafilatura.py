"""The peer: plain Scrapy whose article comes from trafilatura; links by LinkExtractor.

    python benchmarks/peers/scrapy_trafilatura.py START OUTPUT PAGES

It finds title, time and body by itself, as our spider does; the rows, category and snapshot time it does not know.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from trafilatura import bare_extraction

sys.path.insert(0, str(Path(__file__).resolve().parent))

from plain_scrapy import SETTINGS, PlainSpider


class TrafilaturaSpider(PlainSpider):
    name = "trafilatura"

    def article(self, response: Response) -> dict[str, Any]:
        found = bare_extraction(response.text, url=response.url, with_metadata=True, include_comments=False)
        if found is None:
            return {"url": response.url}
        return {"url": response.url, "title": found.title, "body": found.text, "published_at": found.date}


if __name__ == "__main__":
    start, output, most_pages = sys.argv[1:4]
    feeds = {output: {"format": "jsonlines"}}
    process = AsyncCrawlerProcess({**SETTINGS, "FEEDS": feeds, "CLOSESPIDER_PAGECOUNT": int(most_pages)})
    process.crawl(TrafilaturaSpider, start_urls=[start])
    process.start()
