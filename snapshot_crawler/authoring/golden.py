"""Golden pages: a saved page goes in, its spider reads it offline, differences to the expected record come out.

`scrapy site-test` and the tests of the sites call it. replay() gives the output of the callback, the other functions
compare.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

from itemadapter import ItemAdapter
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse
from scrapy.settings import Settings
from scrapy.utils.spider import iterate_spider_output

from snapshot_crawler.authoring.saved import SavedPage, saved_pages
from snapshot_crawler.meta import DISCOVERED_BY, promise_of
from snapshot_crawler.signals import page_rejected

LONGEST_VALUE_SHOWN = 70  # characters of a value in a difference


def replay(page: SavedPage, spider_class: type[Spider], settings: Settings) -> dict[str, Any]:
    """The output of the spider's callback for the page: {"records": [...], "links": [[kind, url], ...]}.

    A page that the spider rejects has "rejected": its reason. Times are read with the clock at page.fetched_at.
    """
    crawler = Crawler(spider_class, settings.copy())
    arguments = {} if getattr(spider_class, "start_urls", None) else {"start": page.url}
    spider = spider_class.from_crawler(crawler, **arguments)
    rejected: list[str] = []

    def note(reason: str) -> None:
        rejected.append(reason)

    crawler.signals.connect(note, page_rejected)
    meta = {DISCOVERED_BY: {"kind": page.kind, "url": None}, "fetched_at": page.fetched_at.isoformat()}
    response = HtmlResponse(
        page.url, status=page.status, headers=page.headers, body=page.body, request=Request(page.url, meta=meta)
    )
    outcome: dict[str, Any] = {"records": [], "links": []}
    for result in asyncio.run(_collected(iterate_spider_output(getattr(spider, page.callback)(response)))):
        if isinstance(result, Request):
            outcome["links"].append([promise_of(result.meta), result.url])
        else:
            outcome["records"].append(asdict(result) if is_dataclass(result) else ItemAdapter(result).asdict())  # type: ignore[arg-type]
    if rejected:
        outcome["rejected"] = rejected[0]
    return outcome


async def _collected(results: Iterable[Any] | AsyncIterator[Any]) -> list[Any]:
    if isinstance(results, AsyncIterator):
        return [result async for result in results]
    return list(results)


def differences(expected: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """One readable line for each field that differs; empty when the page reads as expected."""
    lines = []
    if expected.get("rejected") != found.get("rejected"):
        lines.append(f"rejected: expected {expected.get('rejected')!r}, found {found.get('rejected')!r}")
    if len(expected["records"]) != len(found["records"]):
        lines.append(f"records: expected {len(expected['records'])}, found {len(found['records'])}")
    for one, other in zip(expected["records"], found["records"], strict=False):
        for field in dict.fromkeys([*one, *other]):
            if one.get(field) != other.get(field):
                lines.append(f"{field}: {_difference(one.get(field), other.get(field))}")
    wanted, got = ({tuple(link) for link in outcome["links"]} for outcome in (expected, found))
    lines += [f"link missing: {kind} {url}" for kind, url in sorted(wanted - got)]
    lines += [f"link unexpected: {kind} {url}" for kind, url in sorted(got - wanted)]
    return lines


def _difference(expected: Any, found: Any) -> str:
    """Both values; long texts are cut to the place where they begin to differ."""
    if not (isinstance(expected, str) and isinstance(found, str)):
        return f"expected {_short(repr(expected))}, found {_short(repr(found))}"
    parted = next(
        (i for i, (a, b) in enumerate(zip(expected, found, strict=False)) if a != b), min(len(expected), len(found))
    )
    start = max(0, parted - 15)  # characters shown before the difference; by choice
    where = f"from character {start}: " if start else ""
    return f"{where}expected {_short(repr(expected[start:]))}, found {_short(repr(found[start:]))}"


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_VALUE_SHOWN else text[:LONGEST_VALUE_SHOWN] + "…"


def check_site(
    folder: Path, spider_class: type[Spider], settings: Settings, *, reached: Callable[[int], None] = lambda done: None
) -> dict[str, list[str]]:
    """The differences of each saved page of a site; a page nobody has accepted yet is a difference too.

    reached: told after each page how many were read.
    """
    found = {}
    for page in saved_pages(folder):
        outcome = replay(page, spider_class, settings)
        if page.expected is None:
            found[page.name] = ["no expected record yet; look at it, then run scrapy site-test NAME --update"]
        else:
            found[page.name] = differences(page.expected, outcome)
        reached(len(found))
    return found


def update_site(
    folder: Path, spider_class: type[Spider], settings: Settings, *, reached: Callable[[int], None] = lambda done: None
) -> dict[str, list[str]]:
    """Write the spider's present output as the expected one; returns the differences of before, by page.

    reached: as for check_site().
    """
    settled = {}
    for page in saved_pages(folder):
        outcome = replay(page, spider_class, settings)
        settled[page.name] = differences(page.expected, outcome) if page.expected is not None else ["new"]
        page.expected = outcome
        page.write(folder)
        reached(len(settled))
    return settled
