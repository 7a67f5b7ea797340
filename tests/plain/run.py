"""All spiders of spiders.py in one process: `python -m tests.plain.run scrapy|ours BASE FOLDER [NAME...]`.

scrapy: on Scrapy's own settings. ours: on the project's. Each writes FOLDER/NAME.jsonl; closed.txt tells that it ended.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings
from scrapy.utils.project import get_project_settings

from tests.plain import spiders

# What a loopback site allows; everything else is as it comes.
FAST = {"RETRY_TIMES": 1, "LOG_LEVEL": "INFO", "TELNETCONSOLE_ENABLED": False, "DOWNLOAD_DELAY": 0}
AT_ONCE = 4  # crawls: of more, none would have a share of the machine


def settings_of(kind: str, base: str, folder: Path) -> Settings:
    if kind == "scrapy":
        return Settings(FAST)
    os.environ["SCRAPY_SETTINGS_MODULE"] = "snapshot_crawler.settings"
    settings = get_project_settings()
    allowed = f"{base.partition('//')[2]},127.0.0.1:9"
    ours = {"DATA_DIR": str(folder / "data"), "PRIVATE_NETWORKS_ALLOWED": allowed, "CONCURRENT_REQUESTS_PER_DOMAIN": 8}
    settings.setdict({**FAST, **ours}, priority="cmdline")
    return settings


def main(kind: str, base: str, folder: str, *names: str) -> None:
    place = Path(folder)
    process: Any = AsyncCrawlerProcess(settings_of(kind, base, place))
    for spider in spiders.SPIDERS:
        if names and spider.name not in names:
            continue
        crawler = process.create_crawler(spider)
        feeds = {str(place / f"{spider.name}.jsonl"): {"format": "jsonlines"}}
        crawler.settings.set("FEEDS", feeds, priority="cmdline")
        process.crawl(crawler, base=base)
    process.start()
    (place / "closed.txt").write_text(str(spiders.Hooked.closed_with))


if __name__ == "__main__":
    main(*sys.argv[1:])
