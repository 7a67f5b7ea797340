"""The style sheet, and addresses that browsers ask for by themselves."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from snapshot_crawler.portal import addresses

CACHED = "public, max-age=31536000, immutable"  # a year: its address changes with its bytes


async def style(request: Request) -> Response:
    """The one style sheet."""
    css: bytes = request.app.state.site.templates.style
    return Response(css, media_type="text/css; charset=utf-8", headers={"Cache-Control": CACHED})


ROUTES = [Route(addresses.STYLE, style)]
