"""The front page: the newest of all, and the largest categories with their newest. Its further pages list everything.

So every article is reached by links from here, whatever category or source it has, or none.
"""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from snapshot_crawler.portal import addresses
from snapshot_crawler.portal.asked import Asked, page

ROWS = 30  # of a list's page; by choice
ROWS_OF_CATEGORY = 6  # by choice: the page stays under 60 KB
CATEGORIES = 9  # by choice: three rows of three on a wide screen


def front(asked: Asked) -> Response:
    """The front page, or a further page of the newest."""
    newest = asked.library.newest(asked.number, ROWS)
    if not newest.rows and (asked.number > 1 or not asked.library.is_filled):
        raise HTTPException(404)
    categories = []
    if asked.number == 1:
        categories = asked.library.front_page(categories=CATEGORIES, rows=ROWS_OF_CATEGORY)
    return asked.render(
        "front.html",
        newest=newest,
        categories=categories,
        address=addresses.home,
        canonical=addresses.home(asked.number),
    )


ROUTES = [Route("/", page(front, is_kept=True))]
