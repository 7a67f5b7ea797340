"""Answers to what cannot be shown: an error in, a page in the reader's language out. No error shows its insides."""

from __future__ import annotations

import logging

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from snapshot_crawler.exceptions import StorageError
from snapshot_crawler.portal import addresses
from snapshot_crawler.portal.asked import Reader, language_of
from snapshot_crawler.portal.security import HEADERS

logger = logging.getLogger(__name__)
WORDS = {400: "bad_request", 403: "refused", 404: "not_found", 414: "bad_request", 429: "too_many", 503: "not_ready"}
RETRY_AFTER_S = "10"  # the follower has brought something by then, or a restart is over; by choice


async def refused(request: Request, error: Exception) -> Response:
    """The page of an HTTPException."""
    assert isinstance(error, HTTPException)
    response = error_page(request, error.status_code)
    response.headers.update(error.headers or {})
    return response


async def no_library(request: Request, error: Exception) -> Response:
    """The page of a library that is missing, damaged or being made anew."""
    if isinstance(error, StorageError):
        logger.error("%s: %s", addresses.told(request.scope["path"]), error)
    response = error_page(request, 503)
    response.headers["Retry-After"] = RETRY_AFTER_S
    return response


async def broken(request: Request, error: Exception) -> Response:
    """The page of an error of our own; Starlette raises it once more for the log.

    Starlette answers outside of all that stands around the pages, so this page brings the headers of safety itself.
    """
    response = error_page(request, 500)
    response.headers.update(HEADERS)
    return response


def error_page(request: Request, status: int) -> Response:
    """A page that says what is the matter."""
    word = WORDS.get(status, "bad_request" if 400 <= status < 500 else "trouble")
    reader = Reader(request, request.app.state.site, language_of(request))
    response = reader.render(
        "error.html", status, heading=word, title=reader.word(word), why=f"{word}_why", is_indexed=False
    )
    response.headers["Cache-Control"] = "no-store"
    return response
