"""Plain Scrapy spiders, put into a spiders folder as they are: killed and continued, they lose and double nothing."""

from __future__ import annotations

import json
import os
import random
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.run import Job, wait_for_requests
from tests.crash.site import NewsSite
from tests.marks import first_is_quick
from tests.process import LONGEST_RUN_S

ARTICLES = 120
SPIDERS = {
    # as Scrapy's tutorial has it
    "follows": """
import scrapy

class Follows(scrapy.Spider):
    name = "follows"

    def __init__(self, base=None, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.start_urls = [base]

    def parse(self, response):
        for row in response.css("a[href*='/detail/']"):
            yield response.follow(row, self.parse_article, cb_kwargs={"found_on": response.url})
        yield from response.follow_all(css="a[href*='/list/']")

    def parse_article(self, response, found_on):
        yield {"name": response.url, "title": response.css("h2::text").get(), "found_on": found_on}
        yield from response.follow_all(css="a[href*='/detail/']", callback=self.parse_article,
                                       cb_kwargs={"found_on": response.url})
""",
    # rules, whose callbacks are chosen by an index in meta
    "ruled": """
from scrapy.linkextractors import LinkExtractor
from scrapy.spiders import CrawlSpider, Rule

class Ruled(CrawlSpider):
    name = "ruled"
    rules = (
        Rule(LinkExtractor(allow="/detail/"), callback="parse_article", follow=True),
        Rule(LinkExtractor(allow="/list/"), follow=True),
    )

    def __init__(self, base=None, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.start_urls = [base]

    def parse_article(self, response):
        return {"name": response.url, "title": response.css("h2::text").get()}
""",
    # forms, errbacks, priorities, an item that travels in meta
    "forms": """
from scrapy import FormRequest, Request, Spider

class Forms(Spider):
    name = "forms"

    def __init__(self, base=None, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.base = base

    async def start(self):
        for slug in ("city", "school", "sport", "nature"):
            yield FormRequest(f"{self.base}list/{slug}/", formdata={"page": "1", "q": slug}, callback=self.parse_list)

    def parse_list(self, response):
        for number, url in enumerate(response.css("a[href*='/detail/']::attr(href)").getall()):
            yield Request(response.urljoin(url), self.parse_article, errback=self.lost, priority=number,
                          meta={"item": {"rank": number}})
        for url in response.css("a[href*='/list/']::attr(href)").getall():
            yield FormRequest(response.urljoin(url), formdata={"page": "2"}, callback=self.parse_list)

    def parse_article(self, response):
        item = response.meta["item"]
        item["name"] = response.url
        yield item
        for url in response.css("a[href*='/detail/']::attr(href)").getall():
            yield response.follow(url, self.parse_article, meta={"item": {"rank": -1}})

    def lost(self, failure):
        yield {"name": failure.request.url, "rank": "lost"}
""",
}


@pytest.fixture
def site() -> Iterator[NewsSite]:
    with NewsSite(articles=ARTICLES, latency_s=0.003) as running:
        yield running


class PlainJob(Job):
    """A crawl of one of SPIDERS, from a package of its own."""

    spider = "follows"

    def command(self) -> list[str]:
        words = super().command()
        words[words.index("snapshot")] = self.spider
        words[words.index(f"start={self.site.url()}")] = f"base={self.site.url('/')}"
        return [*words, "-s", "SPIDER_MODULES=plain_spiders"]

    def faults(self) -> dict[str, int]:
        """As Job.faults, by address."""
        found = Counter(json.loads(line)["name"].rpartition("/")[2].removesuffix(".html") for line in self.lines())
        return {
            "lost": len(self.site.names - found.keys()),
            "doubled": sum(number - 1 for number in found.values()),
            "strange": len(found.keys() - self.site.names),
        }


def plain_job(site: NewsSite, folder: Path, spider: str) -> PlainJob:
    package = folder / "plain_spiders"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / f"{spider}.py").write_text(SPIDERS[spider])
    path = f"{folder}:{os.environ.get('PYTHONPATH', '')}"
    job = PlainJob(site, folder, environment={"PYTHONPATH": path})
    job.spider = spider
    return job


@pytest.mark.parametrize("spider", first_is_quick(SPIDERS))
def test_a_plain_spider_is_killed_and_continues(site: NewsSite, tmp_path: Path, spider: str) -> None:
    job, rng = plain_job(site, tmp_path, spider), random.Random(spider)
    for _ in range(2):
        process = job.start()
        wait_for_requests(site, len(site.requests) + rng.randint(5, ARTICLES // 2), process)
        process.send_signal(signal.SIGKILL)
        process.wait(LONGEST_RUN_S)
    assert job.run() == 0, job.log()
    assert job.faults() == {"lost": 0, "doubled": 0, "strange": 0}, job.log()
    before = job.lines()
    assert job.run() == 0, job.log()
    assert job.lines() == before
    assert "cannot be stored" not in job.log()


def test_pages_are_fetched_once_whatever_links_to_them(site: NewsSite, tmp_path: Path) -> None:
    """Every page of the site leads to pages that are being fetched at the moment, itself among them."""
    job = plain_job(site, tmp_path, "ruled")
    assert job.run() == 0, job.log()
    assert [path for path, times in Counter(site.asked).items() if times > 1] == []


def test_an_errback_hears_of_what_is_lost(site: NewsSite, tmp_path: Path) -> None:
    job = plain_job(site, tmp_path, "forms")
    gone = site.lists["city"][3]
    site.broken.add(gone.path)
    assert job.run() == 0, job.log()
    lost = [line for line in map(json.loads, job.lines()) if line["rank"] == "lost"]
    assert [line["name"].endswith(gone.path) for line in lost] == [True]
