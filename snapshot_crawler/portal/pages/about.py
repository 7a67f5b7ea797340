"""About this site: what it is, its numbers, its sources, and the form that asks the operator to take something down."""

from __future__ import annotations

import logging

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from snapshot_crawler.portal import addresses
from snapshot_crawler.portal.asked import Asked, form, page
from snapshot_crawler.portal.clients import client_of
from snapshot_crawler.portal.complaints import FullError, TakeDownRequest, article_id

logger = logging.getLogger(__name__)
SOURCES = 60  # by choice
CATEGORIES = 60
SENT = f"{addresses.ABOUT}?sent=1#takedown"


def about(asked: Asked) -> Response:
    """The page."""
    given = TakeDownRequest(article=asked.query.get("article", ""))
    return shown(asked, given, "take_down_sent" if asked.query.get("sent") == "1" else "")


def take_down(asked: Asked) -> Response:
    """A request for a take-down, kept for the operator; the form again, with the reason, where it cannot be."""
    given = TakeDownRequest(asked.sent("article"), asked.sent("contact"), asked.sent("reason")).cleaned()
    if asked.library.article(article_id(given.article)) is None:
        return shown(asked, given, "take_down_needs_article", 422)
    if not given.reason:
        return shown(asked, given, "take_down_needs_reason", 422)
    if not asked.site.complaint_rate.allows(client_of(asked.request, asked.site.configuration) or "here"):
        return shown(asked, given, "take_down_too_many", 429)
    try:
        asked.site.complaints.keep(given)
    except FullError as error:
        logger.warning("a request for a take-down could not be kept: %s", error)
        return shown(asked, given, "take_down_full", 503)
    return RedirectResponse(SENT, 303)


def shown(asked: Asked, given: TakeDownRequest, message: str = "", status: int = 200) -> Response:
    """The page with the form as it was filled in, and a message above it."""
    library = asked.library
    return asked.render(
        "about.html",
        status,
        counts=library.counts(),
        categories=library.facets("category", CATEGORIES),
        sources=library.facets("source", SOURCES),
        given=given,
        message=message,
        is_trouble=status != 200,
        contact=asked.site.contact,
        title=asked.word("about_site"),
        canonical=addresses.ABOUT,
    )


ROUTES = [
    Route(addresses.ABOUT, page(about)),
    Route(addresses.TAKE_DOWN, form(take_down), methods=["POST"]),
]
