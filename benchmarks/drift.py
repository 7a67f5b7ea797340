"""How surely a change of layout is noticed: saved layouts are mutated, and runs of 20 pages held against clean ones.

    python benchmarks/drift.py [--clean 200] [--runs 3] [--pages 20]

Every layout of the tests is filled with new stories for each run, and read by a spider of its own as add-site would
write it, through the real pipelines and the real watch for drift. Half of the spiders have a selector for the title and
the body too. A clean run has the faults of an ordinary day: articles without a source, short ones, missing pages.

A mutation after which every record is still right (the reader found the moved value) is counted as harmless: there is
nothing to notice. Printed: of the others, the share that was noticed; and false alarms over the clean runs.
"""

from __future__ import annotations

import argparse
import itertools
import logging
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.http import HtmlResponse
from scrapy.utils.test import get_crawler

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from snapshot_crawler.authoring.selectors import Sample as SamplePage  # noqa: E402
from snapshot_crawler.authoring.selectors import propose  # noqa: E402
from snapshot_crawler.meta import PROMISES_ARTICLE  # noqa: E402
from snapshot_crawler.pages.article.reader import read_article  # noqa: E402
from snapshot_crawler.pages.page import Page  # noqa: E402
from snapshot_crawler.pipelines.clean import CleanPipeline  # noqa: E402
from snapshot_crawler.pipelines.validate import ValidatePipeline  # noqa: E402
from snapshot_crawler.runs.driftwatch import DriftWatch  # noqa: E402
from snapshot_crawler.spiders.news import NewsSpider  # noqa: E402
from tests.runs.mutations import LAYOUTS, MUTATIONS, day_of, ordinary  # noqa: E402

HOST = "http://drift.example"
NOW = datetime(2026, 1, 2, tzinfo=UTC)
HISTORY_RUNS = 3
MISSING_PAGES = 0.03  # of a clean run
Mutation = Callable[[str, random.Random], str]


def spider_for(layout: str, with_selectors: bool) -> type[NewsSpider]:
    """A spider for the layout; with selectors, for what propose() finds on its pages."""
    fields: dict[str, str] = {}
    if with_selectors:
        site = day_of(layout, "spider")
        samples = []
        for path in list(site.articles)[:5]:
            page = Page.from_bytes(site.files[path][0], url=HOST + path, fetched_at=NOW)
            if (reading := read_article(page)) is not None and reading.article is not None:
                samples.append(SamplePage(page, reading.article))
        fields = {name: css for name in ("title", "body") if (css := propose(name, samples))}
    return type("DriftSpider", (NewsSpider,), {"name": "drift", "start_urls": [HOST + "/"], "fields": fields})


def run(
    spider_class: type[NewsSpider],
    layout: str,
    folder: str,
    chance: random.Random,
    pages: int,
    mutation: Mutation | None,
) -> tuple[list[str], int]:
    """One run over so many articles: what drifted, and how many records were not as the story tells."""
    settings = {"DATA_DIR": folder, "DRIFT_WATCH": True, "LOG_ENABLED": False}
    crawler: Crawler = get_crawler(spider_class, settings)
    spider = spider_class.from_crawler(crawler)
    crawler.spider = spider
    watch = DriftWatch.from_crawler(crawler)
    watch.opened(spider)
    clean, validate = CleanPipeline(), ValidatePipeline()
    site = day_of(layout, str(chance.random()))
    wrong = 0
    for path in chance.sample(list(site.articles), pages):
        story = site.articles[path]
        if chance.random() < MISSING_PAGES:
            continue
        body, content_type = site.files[path]
        text = ordinary(body.decode("gb18030" if is_chinese_coded(body) else "utf-8"), chance)
        if mutation is not None:
            text = mutation(text, chance)
        page = text.encode("gb18030" if is_chinese_coded(body) else "utf-8")
        meta = {
            "discovered_by": {"kind": "listing", "url": HOST + "/"},
            "row": {"title": story.title, "published_at": story.published.date().isoformat() + "T00:00:00+08:00"},
            PROMISES_ARTICLE: True,
        }
        request = Request(HOST + path, meta=meta)
        response = HtmlResponse(HOST + path, body=page, headers={"Content-Type": content_type}, request=request)
        wrong += not read(spider, response, watch, [clean, validate], story)
    watch.closed(spider)
    return crawler.stats.get_value("drift/findings") or [], wrong


def read(spider: NewsSpider, response: HtmlResponse, watch: DriftWatch, pipelines: list[Any], story: Any) -> bool:
    """Whether the page gave the story's own record; the watch hears of it either way."""
    for result in spider.parse(response):
        if isinstance(result, Request):
            continue
        try:
            for pipeline in pipelines:
                result = pipeline.process_item(result)
        except DropItem as error:
            watch.item_dropped(result, error)
            return False
        watch.article_passed(result, response)
        has_clock = result.published_precision != "day" or not story.published.hour
        is_right = result.title == story.title and (result.published_at or "")[:10] == f"{story.published:%Y-%m-%d}"
        return is_right and (result.body or "")[:20] == story.body[:20] and has_clock
    return False


def is_chinese_coded(body: bytes) -> bool:
    """Whether a page's bytes are GBK or its kin."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def main() -> None:
    """Print a line for each mutation, then the false alarms."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clean", type=int, default=200, help="clean runs (default: 200)")
    parser.add_argument("--runs", type=int, default=3, help="runs of each mutation on each spider (default: 3)")
    parser.add_argument("--pages", type=int, default=20, help="articles of a run (default: 20)")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    spiders = [(name, spider_for(name, chosen)) for name in LAYOUTS for chosen in (False, True)]
    noticed, harmless, missed = Counter[str](), Counter[str](), Counter[str]()
    alarms: list[str] = []
    with tempfile.TemporaryDirectory() as root:
        folders = {number: f"{root}/{number}" for number in range(len(spiders))}
        for number, (layout, spider_class) in enumerate(spiders):
            for before in range(HISTORY_RUNS):
                run(spider_class, layout, folders[number], random.Random(f"{number}/{before}"), options.pages, None)
        turns = itertools.islice(itertools.cycle(enumerate(spiders)), options.clean)
        for turn, (number, (layout, spider_class)) in enumerate(turns):
            found, _ = run(spider_class, layout, folders[number], random.Random(f"c{turn}"), options.pages, None)
            alarms += [f"{layout}: {found}"] if found else []
        for name, mutation in MUTATIONS.items():
            for (number, (layout, spider_class)), turn in itertools.product(enumerate(spiders), range(options.runs)):
                chance = random.Random(f"m{name}/{number}/{turn}")
                found, wrong = run(spider_class, layout, folders[number], chance, options.pages, mutation)
                if found:
                    noticed[name] += 1
                elif wrong <= options.pages * 0.2:
                    harmless[name] += 1
                else:
                    missed[name] += 1
                    print(f"  missed: {name} on {layout}, {wrong} of {options.pages} records wrong")
            harmed = noticed[name] + missed[name]
            print(
                f"{name:<18} noticed {noticed[name]:>3} of {harmed:>3} = {noticed[name] / max(1, harmed):6.1%};"
                f" harmless (records still right) {harmless[name]}",
                flush=True,
            )
    total, share = noticed.total() + missed.total(), len(alarms) / options.clean
    found_share = noticed.total() / total
    print(f"\nnoticed within {options.pages} pages: {noticed.total()} of {total} = {found_share:.1%} (target: 95%)")
    print(f"false alarms: {len(alarms)} of {options.clean} clean runs = {share:.2%} (target: under 1%)")
    print("\n".join(alarms))


if __name__ == "__main__":
    main()
