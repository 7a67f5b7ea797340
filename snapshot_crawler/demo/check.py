"""Whether a crawl of the sample site brought every article, once, and every field as the site states it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urljoin

from snapshot_crawler.demo.articles import SampleArticle


def wrong(records: Iterable[dict[str, Any]], articles: list[SampleArticle], site: str) -> list[str]:
    """A sentence for each article that is missing, doubled or wrong; empty when all is right.

    Of an article that stands under two addresses, either one may have been published.
    """
    by_id: dict[str, list[dict[str, Any]]] = {}
    for record in records:
        by_id.setdefault(record["id"], []).append(record)
    copies = {article.copy_of: article for article in articles if article.copy_of}
    problems = []
    for article in articles:
        if article.copy_of is not None:
            continue
        twins = [article, *([copies[article.id]] if article.id in copies else [])]
        found = [(twin, record) for twin in twins for record in by_id.pop(twin.id, [])]
        if len(found) != 1:
            problems.append(f"{article.title}: published {len(found)} times instead of once ({site}{article.path[1:]})")
        for twin, record in found[:1]:
            problems += [f"{article.title}: {difference}" for difference in _differences(record, twin, site)]
    problems += [f"{url['url']}: published, but it is no article" for rows in by_id.values() for url in rows]
    return problems


def _differences(record: dict[str, Any], article: SampleArticle, site: str) -> list[str]:
    expected = {
        "url": urljoin(site, article.path),
        "title": article.title,
        "category": article.category,
        "breadcrumbs": ["我的订阅", article.category],
        "published_at": article.published_at.isoformat(),
        "published_precision": "second",
        "source": article.source,
        "body": "\n\n".join(article.paragraphs),
        "snapshot_at": article.snapshot_at.isoformat(),
        "original_url": article.original_url,
        "related": _rows([(other, titled, other.excerpt) for other, titled in article.related], site),
        "more_in_category": _rows([(other, titled, other.summary) for other, titled in article.more], site),
    }
    return [
        f"{name} is {str(record.get(name))[:60]!r}, not {str(value)[:60]!r}"
        for name, value in expected.items()
        if record.get(name) != value
    ]


def _rows(rows: list[tuple[SampleArticle, bool, str]], site: str) -> list[dict[str, Any]]:
    return [
        {
            "url": urljoin(site, other.path),
            "title": other.title if titled else None,
            "snippet": text,
            "published_at": other.published_at.isoformat(),
        }
        for other, titled, text in rows
    ]
