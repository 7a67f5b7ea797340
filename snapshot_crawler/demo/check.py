"""The check of a crawl of the sample site: records and facts go in, a sentence for each fault comes out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urljoin

from snapshot_crawler.demo.stories import Row, SampleSite, Story

Record = dict[str, Any]
HOW_FOUND = frozenset({"start", "listing", "next", "related", "category"})


def faults(records: Iterable[Record], rejected: Iterable[Record], site: SampleSite, address: str) -> list[str]:
    """A sentence for each article that is missing, doubled or wrong, and for each broken page without a report.

    An article under two addresses may be published under either. address: the site's first page.
    """
    by_id: dict[str, list[Record]] = {}
    for record in records:
        by_id.setdefault(str(record.get("id")), []).append(record)
    found = []
    for story in site.articles:
        group = [story, *(other for other in site.stories.values() if other.copy_of == story.name)]
        published = [(twin, record) for twin in group for record in by_id.pop(twin.name, [])]
        if len(published) != 1:
            found.append(f"{story.title}: published {len(published)} times, not once ({urljoin(address, story.path)})")
        for twin, record in published[:1]:
            found += [f"{story.title}: {difference}" for difference in differences(record, twin, site, address)]
    found += [f"{rest[0].get('url')}: published, but no article stands there" for rest in by_id.values()]
    told = {record.get("url") for record in rejected}
    for story in site.stories.values():
        if not story.is_article and urljoin(address, story.path) not in told:
            found.append(f"{urljoin(address, story.path)}: vanished; nothing tells that the page is {story.flaw}")
    return found


def differences(record: Record, story: Story, site: SampleSite, address: str) -> list[str]:
    """The fields of the record that differ from the story's page."""
    stated = expected(story, site, address)
    wrong = [
        f"{name} is {_short(record.get(name))}, not {_short(value)}"
        for name, value in stated.items()
        if record.get(name) != value
    ]
    how = record.get("discovered_by")
    if not isinstance(how, dict) or how.get("kind") not in HOW_FOUND or not str(how.get("url")).startswith(address):
        wrong.append(f"discovered_by is {_short(how)}")
    return wrong


def expected(story: Story, site: SampleSite, address: str) -> Record:
    """The record that a reader must make of the story's page, without the fields that only the crawl knows."""
    return {
        "id": story.name,
        "url": urljoin(address, story.path),
        "site": "snapshot",
        "title": story.title,
        "category": story.category,
        "breadcrumbs": ["我的订阅", story.category],
        "published_at": story.published.isoformat(),
        "published_precision": "second",
        "source": story.source,
        "authors": [],
        "body": story.body,
        "language": "zh",
        "images": [],
        "snapshot_at": story.snapshot.isoformat(),
        "original_url": story.original_url,
        "related": [_row(row, site, address) for row in story.related],
        "more_in_category": [_row(row, site, address) for row in story.more],
    }


def _row(row: Row, site: SampleSite, address: str) -> Record:
    target = site.stories[row.target]
    return {
        "url": urljoin(address, target.path),
        "title": row.title,
        "snippet": row.snippet,
        "published_at": target.published.isoformat(),
    }


def _short(value: object) -> str:
    text = repr(value)
    # by choice: both values of a fault fit on two lines
    return text if len(text) <= 90 else f"{text[:60]} ... {text[-25:]}"
