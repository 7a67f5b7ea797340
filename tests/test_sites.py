"""Every saved page under tests/sites/ reads as expected; a new folder there is a new test, nothing to register.

For one site, with --update to accept what is read now: `scrapy site-test NAME`.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from scrapy.spiderloader import get_spider_loader
from scrapy.utils.project import get_project_settings

from snapshot_crawler.authoring.golden import differences, replay
from snapshot_crawler.authoring.saved import SavedPage, saved_pages

SITES = Path(__file__).parent / "sites"
PAGES = [(folder.name, page) for folder in sorted(SITES.glob("*/")) for page in saved_pages(folder)]


@pytest.mark.parametrize(("site", "page"), PAGES, ids=[f"{site}-{page.name}" for site, page in PAGES])
def test_a_saved_page_reads_as_expected(site: str, page: SavedPage) -> None:
    settings = get_project_settings()
    spider = get_spider_loader(settings).load(site)
    assert page.expected is not None, f"no expected record; look at the page, then: scrapy site-test {site} --update"
    assert differences(page.expected, replay(page, spider, settings)) == []
