"""The peer: crawlee's ParselCrawler with the fields of plain_scrapy.py; its own queue, in memory, and its own links.

    python benchmarks/peers/crawlee_parsel.py START OUTPUT PAGES

crawlee's defaults but for 16 requests at once from the beginning, as the others have; PAGES 0 crawls to the end.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from pathlib import Path
from typing import TextIO
from urllib.parse import urljoin

from crawlee import ConcurrencySettings
from crawlee.crawlers import ParselCrawler, ParselCrawlingContext
from crawlee.storage_clients import MemoryStorageClient
from fields import article_of

ARTICLES = re.compile(r".*/detail/[0-9a-f]{40}\.html$")


async def crawl(start: str, most_pages: int, lines: TextIO) -> None:
    crawler = ParselCrawler(
        storage_client=MemoryStorageClient(),
        concurrency_settings=ConcurrencySettings(min_concurrency=16, desired_concurrency=16, max_concurrency=16),
        max_requests_per_crawl=most_pages or None,
    )

    @crawler.router.default_handler
    async def page(context: ParselCrawlingContext) -> None:
        url = context.request.url
        if "/detail/" in url:
            record = article_of(context.selector, url, lambda href: urljoin(url, href))
            lines.write(json.dumps(record, ensure_ascii=False) + "\n")
        await context.enqueue_links(include=[ARTICLES])

    await crawler.run([start])


if __name__ == "__main__":
    start, output, most_pages = sys.argv[1:4]
    with Path(output).open("w", encoding="utf-8") as lines:
        asyncio.run(crawl(start, int(most_pages), lines))
