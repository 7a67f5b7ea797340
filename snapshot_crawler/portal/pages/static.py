"""The style sheet, and the reader's choice of a language."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from snapshot_crawler.portal import addresses
from snapshot_crawler.portal.asked import Asked, form
from snapshot_crawler.portal.clients import is_https
from snapshot_crawler.portal.language import COOKIE, chosen

CACHED = "public, max-age=31536000, immutable"  # a year: its address changes with its bytes
A_YEAR_S = 365 * 86_400
LOCAL = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*")  # a path of this site; // and /\ lead to other hosts


async def style(request: Request) -> Response:
    """The one style sheet."""
    css: bytes = request.app.state.site.templates.style
    return Response(css, media_type="text/css; charset=utf-8", headers={"Cache-Control": CACHED})


def language(asked: Asked) -> Response:
    """Keep the reader's choice, and go back to where he was."""
    choice = chosen(asked.sent("lang"))
    if choice is None:
        raise HTTPException(400)
    response = RedirectResponse(local(asked.sent("to")), 303)
    response.set_cookie(
        COOKIE,
        choice,
        max_age=A_YEAR_S,
        httponly=True,
        samesite="lax",
        secure=is_https(asked.request, asked.site.configuration),
    )
    return response


def local(path: str) -> str:
    """A path of this site that may be redirected to; the front page for anything else."""
    try:
        split = urlsplit(path)
    except ValueError:
        return addresses.HOME
    return path if LOCAL.fullmatch(path) and not split.scheme and not split.netloc else addresses.HOME


ROUTES = [
    Route(addresses.STYLE, style),
    Route(addresses.LANGUAGE, form(language), methods=["POST"]),
]
