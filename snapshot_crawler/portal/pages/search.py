"""Search: what a reader typed, and the form's filters, in; marked hits out."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from snapshot_crawler.library.model import Found
from snapshot_crawler.library.search import BEST, MOST_COUNTED, NEWEST
from snapshot_crawler.portal import addresses
from snapshot_crawler.portal.asked import Asked, page

ROWS = 20  # by choice
LONGEST = 200  # characters of the words; the library reads 400, with the filters
LONGEST_NAME = 60  # of a category or source
CHOICES = 60  # categories and sources in the form's lists; by choice
FILTERS = ("category", "source", "from", "to")


def search(asked: Asked) -> Response:
    """A page of hits; the form alone where nothing is asked."""
    text = " ".join(asked.query.get("q", "").replace("\0", " ").split())[:LONGEST]
    filters = {name: _one_line(asked.query.get(name, ""))[:LONGEST_NAME] for name in FILTERS}
    order = BEST if asked.query.get("order") == BEST else NEWEST
    query = full_query(text, filters)
    found = asked.library.search(query, order=order, number=asked.number, size=ROWS) if query else None
    if found is not None and not found.hits and asked.number > 1:
        raise HTTPException(404)
    given = {**filters, "order": order if order != NEWEST else ""}
    return asked.render(
        "search.html",
        text=text,
        filters=filters,
        order=order,
        found=found,
        total=total(found) if found else None,
        categories=asked.library.facets("category", CHOICES),
        sources=asked.library.facets("source", CHOICES),
        address=lambda number: addresses.search(text, number, **given),
        title=asked.word("found_for", text) if text else None,
        feed_text=text,
        canonical=addresses.search(text),
        is_indexed=False,
    )


def full_query(text: str, filters: dict[str, str]) -> str:
    """The library's query of the words and the form's filters (library/query.py)."""
    parts = [*(f'{name}:"{value}"' for name, value in filters.items() if value), text]  # text may open a quotation
    return " ".join(part for part in parts if part)


def total(found: Found) -> tuple[str, int]:
    """How many there are: the word to say it with, and the number."""
    if found.is_total_exact:
        return "found", found.total
    return ("found_over", MOST_COUNTED) if found.total >= MOST_COUNTED else ("found_about", found.total)


def _one_line(text: str) -> str:
    return " ".join(text.replace("\0", " ").replace('"', " ").replace("“", " ").replace("”", " ").split())


ROUTES = [Route(addresses.SEARCH, page(search, is_kept=True))]
