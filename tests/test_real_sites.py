"""The spiders of real sites, held against saved pages of those sites where the measuring data is at hand.

The pages are other people's and not part of the project; without them these tests skip.
"""

from __future__ import annotations

import gzip
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from scrapy.spiderloader import get_spider_loader
from scrapy.utils.project import get_project_settings

from snapshot_crawler.authoring.golden import replay
from snapshot_crawler.authoring.saved import SavedPage
from snapshot_crawler.spiders.news import NewsSpider

DATA = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "extraction-dev"
LOADER = get_spider_loader(get_project_settings())
GENERAL = {"news", "snapshot"}  # for any site; the others are each for one
SITES = {name: LOADER.load(name) for name in LOADER.list() if name not in GENERAL}


def pages_of(spider: type[NewsSpider]) -> list[dict[str, Any]]:
    """The saved pages with known values that come from the spider's hosts."""
    if not DATA.exists():
        pytest.skip(f"the measuring data is not at hand: {DATA}")
    lines = (DATA / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    domains = set(spider.allowed_domains or [])
    return [row for row in map(json.loads, lines) if row["site"] in domains]


def address_of(row: dict[str, Any], spider: type[NewsSpider]) -> str:
    """The page's address; one of the site's where it is not known."""
    return row.get("url") or f"{spider.start_urls[0].rstrip('/')}/unknown.html"


@pytest.mark.parametrize("name", SITES)
def test_a_site_s_pattern_takes_the_known_addresses_of_its_articles(name: str) -> None:
    spider = SITES[name]
    known = [row["url"] for row in pages_of(spider) if row.get("url")]
    missed = [url for url in known if not re.search(spider.article_links or "", url)]
    assert missed == []


@pytest.mark.parametrize("name", SITES)
def test_a_site_s_saved_pages_give_their_article(name: str) -> None:
    spider = SITES[name]
    rows = [row for row in pages_of(spider) if row["lang"] == "zh" and row.get("kind") == "news"]
    if not rows:
        pytest.skip(f"no saved page of {name}")
    right = 0
    for row in rows:
        body = gzip.decompress((DATA / row["file"]).read_bytes())
        page = SavedPage(row["id"], address_of(row, spider), body, datetime(2026, 1, 1, tzinfo=UTC), "article")
        records = replay(page, spider, get_project_settings())["records"]
        gold_body = re.sub(r"\W", "", row.get("body") or "")
        found_body = re.sub(r"\W", "", records[0]["body"] or "") if records else ""
        right += bool(records) and (not gold_body or gold_body[: len(gold_body) // 2][-30:] in found_body)
    assert right >= len(rows) * 0.8, f"{right} of {len(rows)} pages"


def test_at_least_ten_sites_come_with_the_crawler() -> None:
    assert len(SITES) >= 10
