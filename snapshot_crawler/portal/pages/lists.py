"""Lists of a category, of a source and of a day, newest first, in pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import groupby
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from snapshot_crawler.library.model import Page
from snapshot_crawler.portal import addresses
from snapshot_crawler.portal.asked import Asked, page
from snapshot_crawler.portal.pages.front import ROWS


def category(asked: Asked) -> Response:
    """A category's articles."""
    name = asked.part("name")
    return shown(asked, "category", name, asked.library.of_category(name, asked.number, ROWS), addresses.category)


def source(asked: Asked) -> Response:
    """A source's articles."""
    name = asked.part("name")
    return shown(asked, "source", name, asked.library.of_source(name, asked.number, ROWS), addresses.source)


def day(asked: Asked) -> Response:
    """The articles of a day, with the days before and after it that have some."""
    name = asked.part("name")
    found = asked.library.of_day(name, asked.number, ROWS)
    names = [each.name for each in asked.library.facets("day")]
    earlier, later = (
        max((each for each in names if each < name), default=None),
        min((each for each in names if each > name), default=None),
    )
    return shown(asked, "day", name, found, addresses.day, earlier=earlier, later=later)


def days(asked: Asked) -> Response:
    """The days of a year that have articles, by month, the newest month first; without ?year= the newest year's.

    Raises 404 for a year without any.
    """
    found = asked.library.facets("day")
    years = list(dict.fromkeys(each.name[:4] for each in found))
    year = asked.query.get("year") or (years[0] if years else "")
    if year and year not in years:
        raise HTTPException(404)
    of_year = [each for each in found if each.name[:4] == year]
    months = {month: list(group)[::-1] for month, group in groupby(of_year, lambda each: each.name[:7])}
    return asked.render(
        "days.html", months=months, years=years, year=year, title=asked.word("days"), canonical=addresses.days(year)
    )


def shown(
    asked: Asked, kind: str, name: str, found: Page | None, address: Callable[[str, int], str], **more: Any
) -> Response:
    """A page of a list. Raises 404 where there is no such list, or no such page of it."""
    if found is None or not found.rows:
        raise HTTPException(404)
    return asked.render(
        "list.html",
        kind=kind,
        heading=name,
        title=name,
        found=found,
        address=partial(address, name),
        canonical=address(name, asked.number),
        feed_path=address(name, 1) if kind in ("category", "source") else addresses.HOME,
        **{"earlier": None, "later": None, **more},
    )


# A name may hold slashes: it is all that is left of the path.
ROUTES = [
    Route("/category/{name:path}", page(category, is_kept=True)),
    Route("/source/{name:path}", page(source, is_kept=True)),
    Route(addresses.DAYS, page(days, is_kept=True)),
    Route("/day/{name}", page(day, is_kept=True)),
]
