"""What earlier pages held changes no record: the reader keeps answers (about classes, addresses, lines), never guesses.

Pages of changing layouts are read one after another, and each again with nothing kept. The quick test takes a few; by
hand as many as wanted: `python -m tests.pages.snapshot.test_earlier_pages 100000`.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from snapshot_crawler.demo.pages import SitePages
from snapshot_crawler.pages.page import Page
from snapshot_crawler.spiders.snapshot import SnapshotSpider
from tests.pages.snapshot.variations import write
from tests.pages.stated import facts

CLASSES = ["a", "item 7", "item 8", "share", "advert", "Hidden", "hidden", "hidden md:block", "time"]
IDS = ["", "b", "ad-1", "social", "content"]
PAGES = 150
KEPT = type(lru_cache(lambda: None))
SITE = "https://snap.example"
FETCHED_AT = datetime(2026, 1, 2, 12, tzinfo=UTC)


def pages(count: int, first: int = 0) -> Iterator[tuple[str, bytes]]:
    """Pages of random layouts, every third one written like the one before, so that there is something to keep."""
    for number in range(first, first + count):
        layout = random.Random(number - (number % 3 == 2))
        page = write(facts(random.Random(number)), layout)
        yield f"{SITE}/detail/{number:040x}.html", _named(page, random.Random(number)).encode()


def _named(html: str, rng: random.Random) -> str:
    """The page with names for some elements that had none: few names, so that each comes beside different others."""

    def names(found: re.Match[str]) -> str:
        if rng.random() < 0.6:
            return found[0]
        return f'{found[1]} class="{rng.choice(CLASSES)}" id="{rng.choice(IDS)}">'

    return re.sub(r"(<(?:div|p|li|ul|span|td|tr))>", names, html)


def demo_pages() -> Iterator[tuple[str, bytes]]:
    """Pages and lists of the sample site."""
    site = SitePages()
    for path in [*list(site._stories)[:20], *list(site._lists)[:5]]:
        site.answer(path)
        yield SITE + path, site.answer(path).body  # a flaw that shows once is gone


class Reader:
    """Reads as the spider does; forgetful: with nothing kept of the pages before."""

    def __init__(self, *, forgetful: bool) -> None:
        self.spider = SnapshotSpider(start=SITE)
        self.kept = _all_kept() if forgetful else []

    def read(self, url: str, body: bytes) -> Any:
        for each in self.kept:
            each.cache_clear()
        page = Page.from_bytes(body, url=url, fetched_at=FETCHED_AT, zone=self.spider.zone)
        if self.spider.article_reader.refused(page) is not None:
            return None
        reading = self.spider.read(page, "listing")
        lines = [(block.text, block.link_share, block.box.hint, block.box.hidden) for block in page.outline.blocks]
        return asdict(reading) if reading is not None else None, lines


def _all_kept() -> list[Any]:
    """By modules: what a crawl in this process has frozen is not among gc's objects."""
    modules = [module for name, module in list(sys.modules.items()) if name.startswith("snapshot_crawler.")]
    found = [each for module in modules for each in vars(module).values() if _is_of_pages(each)]
    return list({id(each): each for each in found}.values())


def _is_of_pages(something: object) -> bool:
    """Whether it is a function of pages/ or urls.py that keeps some answers; a table that is built once is none."""
    if not isinstance(something, KEPT) or (something.cache_parameters()["maxsize"] or 0) < 2:
        return False
    return something.__module__.startswith(("snapshot_crawler.pages.", "snapshot_crawler.urls"))


def differing(many: Iterator[tuple[str, bytes]]) -> list[str]:
    """The addresses of the pages whose records differ."""
    warm = Reader(forgetful=False)
    warm.read(f"{SITE}/detail/0.html", b"<html><body><p>nothing</p></body></html>")  # imports what keeps answers
    cold = Reader(forgetful=True)
    assert len(cold.kept) > 10
    return [url for url, body in many if warm.read(url, body) != cold.read(url, body)]


def test_pages_read_one_after_another_are_read_as_if_each_were_the_first() -> None:
    assert differing(pages(PAGES)) == []


def test_pages_of_one_layout_too() -> None:
    assert differing(demo_pages()) == []


if __name__ == "__main__":
    wrong = differing(pages(int(sys.argv[1]), first=1_000_000))
    print(f"{sys.argv[1]} pages, {len(wrong)} differ: {wrong[:5]}")
