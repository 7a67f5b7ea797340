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
LONGEST = 200  # characters of the words; the library reads 400
CHOICES = 60  # categories and sources in the form's lists; by choice
FILTERS = ("category", "source", "from", "to")


def search(asked: Asked) -> Response:
    """A page of hits; the form alone where nothing is asked."""
    text = words_of(asked)
    filters = filters_of(asked)
    order = BEST if asked.query.get("order") == BEST else NEWEST
    found = None
    if text or any(filters.values()):
        found = asked.library.search(text, filters=filters, order=order, number=asked.number, size=ROWS)
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
        feed_query={"q": text, **filters},
        canonical=addresses.search(text),
        is_indexed=False,
    )


def words_of(asked: Asked) -> str:
    """What is searched for."""
    return _one_line(asked.query.get("q", ""))[:LONGEST]


def filters_of(asked: Asked) -> dict[str, str]:
    """The form's filters; empty where there is none of a kind."""
    return {name: _one_line(asked.query.get(name, "")) for name in FILTERS}


def total(found: Found) -> tuple[str, int]:
    """How many there are: the word to say it with, and the number."""
    if found.is_total_exact:
        return "found", found.total
    return ("found_over", MOST_COUNTED) if found.total >= MOST_COUNTED else ("found_about", found.total)


def _one_line(text: str) -> str:
    return " ".join(text.replace("\0", " ").split())


ROUTES = [Route(addresses.SEARCH, page(search, is_kept=True))]
