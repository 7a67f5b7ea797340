"""What a reader follows, as rows of the library: wishes in, the newest articles that fit any of them out."""

from __future__ import annotations

from snapshot_crawler.library.library import Library
from snapshot_crawler.library.model import Row
from snapshot_crawler.library.records import seconds
from snapshot_crawler.portal.subscriptions.model import Wishes


def newest(library: Library, wishes: Wishes, most: int) -> list[Row]:
    """The newest articles, newest first; each wish is asked for as many, so none is missed."""
    found: dict[str, Row] = {}
    for name in wishes.category:
        if (page := library.of_category(name, 1, most)) is not None:
            found.update((row.id, row) for row in page.rows)
    for name in wishes.source:
        if (page := library.of_source(name, 1, most)) is not None:
            found.update((row.id, row) for row in page.rows)
    for text in wishes.keyword:
        found.update((hit.row.id, hit.row) for hit in library.search(text, size=most).hits)
    return sorted(found.values(), key=_moment, reverse=True)[:most]


def _moment(row: Row) -> tuple[int, str]:
    """The place of a row in time, as the library has it: published, or else fetched."""
    moment = seconds(row.published_at)
    return (moment if moment is not None else seconds(row.fetched_at) or 0), row.id
