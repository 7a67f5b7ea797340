"""Addresses for search engines: robots.txt, the sitemap of all articles, and the news sitemap of the last two days.

A part of the sitemap holds articles in the order in which they came: a full part hardly changes any more.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from snapshot_crawler.library.model import Row
from snapshot_crawler.portal import addresses
from snapshot_crawler.portal.asked import Asked, page

XML = "application/xml; charset=utf-8"
A_PART = 1_000  # articles: 50 ms; the protocol allows 50,000 (sitemaps.org), which would take seconds to write
MOST_NEWS = 1_000  # articles of a news sitemap, and
NEWS_AGE = timedelta(
    days=2
)  # their age: https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap
# Searches and what is secret; and days, whose articles all are in other lists.
NOT_FOR_ROBOTS = (addresses.SEARCH, addresses.DAYS, addresses.TAKE_DOWN, addresses.LANGUAGE, "/my", "/archived/")


def robots(asked: Asked) -> Response:
    """What robots may ask for."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_ROBOTS), ""]
    if asked.site.templates.has_address:
        lines += [f"Sitemap: {asked.origin}{path}" for path in (addresses.SITEMAP, addresses.NEWS_SITEMAP)]
    return PlainTextResponse("\n".join(lines) + "\n")


def sitemap(asked: Asked) -> Response:
    """The whole sitemap where one part holds it, else the index of its parts."""
    parts = -(-asked.library.last_arrival // A_PART)
    if parts <= 1:
        return urls(asked, part_of(asked, 1))
    found = [addresses.sitemap(number) for number in range(1, parts + 1)]
    return xml(asked, "sitemapindex.xml", parts=found)


def sitemap_part(asked: Asked) -> Response:
    """One part of it. Raises 404 behind the last one."""
    number = int(asked.request.path_params["number"])
    if not 1 <= number <= -(-asked.library.last_arrival // A_PART):
        raise HTTPException(404)
    return urls(asked, part_of(asked, number))


def news_sitemap(asked: Asked) -> Response:
    """The articles that were published in the last two days."""
    since = datetime.now(UTC) - NEWS_AGE
    rows = [row for row in asked.library.newest(1, MOST_NEWS).rows if is_since(row, since)]
    return xml(asked, "sitemapnews.xml", rows=rows)


def part_of(asked: Asked, number: int) -> list[Row]:
    """The articles of a part, from 1."""
    begin = (number - 1) * A_PART
    return [row for place, row in asked.library.arrivals(begin, A_PART) if place <= begin + A_PART]


def urls(asked: Asked, rows: list[Row]) -> Response:
    """A sitemap of articles."""
    return xml(asked, "sitemap.xml", rows=rows)


def xml(asked: Asked, template: str, **values: Any) -> Response:
    """An XML file from a template."""
    response = asked.render(template, **values)
    response.headers["Content-Type"] = XML
    return response


def is_since(row: Row, since: datetime) -> bool:
    """Whether an article was published since then."""
    try:
        moment = datetime.fromisoformat(row.published_at or "")
    except ValueError:
        return False
    return moment.tzinfo is not None and moment >= since


ROUTES = [
    Route(addresses.ROBOTS, page(robots, is_kept=True)),
    Route(addresses.SITEMAP, page(sitemap, is_kept=True)),
    Route(addresses.NEWS_SITEMAP, page(news_sitemap)),
    Route("/sitemap-{number:int}.xml", page(sitemap_part, is_kept=True)),
]
