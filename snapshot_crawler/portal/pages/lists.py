"""Lists of a category, of a source and of a day, newest first, in pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

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
    """The articles of a day."""
    name = asked.part("name")
    return shown(asked, "day", name, asked.library.of_day(name, asked.number, ROWS), addresses.day)


def shown(asked: Asked, kind: str, name: str, found: Page | None, address: Callable[[str, int], str]) -> Response:
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
    )


# A name may hold slashes: it is all that is left of the path.
ROUTES = [
    Route("/category/{name:path}", page(category)),
    Route("/source/{name:path}", page(source)),
    Route("/day/{name}", page(day)),
]
