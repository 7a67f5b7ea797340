"""A list that is no page: an answer of JSON that a page's script would ask for. Bytes in, a list's Reading out.

NewsSpider, `scrapy add-site` and its description of saved pages ask for it wherever an answer is data.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo

from snapshot_crawler.pages.data import parse_json
from snapshot_crawler.pages.dates.zones import site_zone
from snapshot_crawler.pages.lists.listing import read_listing
from snapshot_crawler.pages.lists.records import markup_page, next_of, read_records
from snapshot_crawler.pages.page import Link, Reading


def read_answer(
    body: bytes,
    *,
    url: str,
    fetched_at: datetime,
    is_ours: Callable[[str], bool],
    zone: tzinfo | None = None,
    row_address: str | None = None,
) -> Reading | None:
    """The articles that the answer lists, and its next page; None where it lists none and leads nowhere.

    A list may stand in it as objects, or as a piece of markup in a text. zone: of times without one; None: the host's.
    row_address: see read_records.
    """
    value = parse_json(body.decode("utf-8", "replace").lstrip("\ufeff"))
    zone = zone or site_zone(None, url).zone
    found = read_records(value, url=url, fetched_at=fetched_at, is_ours=is_ours, zone=zone, row_address=row_address)
    reading = Reading(rows=found.rows, links=[Link(row.url, "article") for row in found.rows if row.url])
    page = markup_page(found.markup, url=url, fetched_at=fetched_at) if found.markup and not found.rows else None
    if page is not None:
        reading = read_listing(page, is_ours)
        found.following = found.following or next_of(found.facts, url, len(reading.rows), is_ours)
    if found.following is not None:
        reading.links = [*(link for link in reading.links if link.kind != "next"), Link(found.following, "next")]
    return reading if reading.links else None
