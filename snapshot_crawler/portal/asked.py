"""One request as a page's handler sees it: the library, the reader's language, and how an answer is made.

A handler is a plain function that takes an Asked and gives a Response. page(handler) makes an endpoint of it, which
runs it in a thread with a library of its own; form(handler) does the same for what a form sends.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from anyio import to_thread
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from snapshot_crawler.exceptions import StateError
from snapshot_crawler.library.library import Library
from snapshot_crawler.portal.clients import origin_of
from snapshot_crawler.portal.language import COOKIE, Language, chosen, preferred
from snapshot_crawler.portal.words import Words

if TYPE_CHECKING:
    from snapshot_crawler.portal.site import Site

LAST_PAGE = 999_999_999  # higher numbers name no page of any library
LONGEST_FORM = 32_768  # bytes; the largest form has a text of 2,000 characters, of nine bytes each when encoded
MOST_FIELDS = 200  # of a form; by choice
FORM_PATIENCE_S = 15.0  # for a form to come in; by choice
FORM_TYPE = "application/x-www-form-urlencoded"
HTML = "text/html; charset=utf-8"


@dataclass(slots=True)
class Reader:
    """Who reads, and what for. site: what all requests share. Pages that need no library (errors) have no more."""

    request: Request
    site: Site
    language: Language

    @property
    def query(self) -> QueryParams:
        """What stands behind the question mark."""
        return self.request.query_params

    @property
    def word(self) -> Words:
        """The words of the pages in the reader's language."""
        return Words(self.language)

    @property
    def origin(self) -> str:
        """Scheme and host of the portal, for addresses that are read elsewhere."""
        return origin_of(self.request, self.site.configuration)

    @property
    def sections(self) -> list[str]:
        """The categories of the menu; none where the library cannot be asked."""
        return []

    def render(self, template: str, status: int = 200, **values: Any) -> Response:
        """A page from a template in the reader's language. canonical: its path, where the page has one of its own."""
        text = self.site.templates.render(template, self, **values)
        return Response(text, status, {"Vary": "Accept-Language, Cookie"}, HTML)


@dataclass(slots=True)
class Asked(Reader):
    """A request that the library answers. form: the fields of a form that was sent, in their order."""

    library: Library
    form: list[tuple[str, str]] = field(default_factory=list)

    @property
    def sections(self) -> list[str]:
        """The largest categories."""
        return self.site.sections(self.library)

    @property
    def number(self) -> int:
        """The page of a list, from 1. Raises 404 for what is no page."""
        text = self.query.get("page", "1")
        if not (text.isascii() and text.isdigit() and len(text) <= len(str(LAST_PAGE)) and int(text)):
            raise HTTPException(404)
        return int(text)

    def part(self, name: str) -> str:
        """A part of the path, as the route names it."""
        return str(self.request.path_params[name])

    def sent(self, name: str) -> str:
        """A field of the form, without white space around it; empty where it is missing."""
        return next((value.strip() for key, value in self.form if key == name), "")


class NotFilledError(StateError):
    """What is asked for is not there, and the library is just being made. Shown as such (errors.no_library)."""


Handler = Callable[[Asked], Response]
Endpoint = Callable[[Request], Awaitable[Response]]


def page(handler: Handler, *, is_kept: bool = False) -> Endpoint:
    """The endpoint of a page. is_kept: the answer may be given to the next reader too (kept.py), since it depends on
    nothing but address, language and library."""

    @functools.wraps(handler)
    async def endpoint(request: Request) -> Response:
        if not is_kept:
            return await answer(request, handler)
        site: Site = request.app.state.site
        stamp = site.readers.stamp()
        key = (
            request.scope.get("raw_path") or request.scope["path"],
            request.scope["query_string"],
            language_of(request),
            origin_of(request, site.configuration),
        )
        while (known := site.kept.get(key, stamp)) is None and (being_made := site.kept.being_made.get(key)):
            await being_made.wait()
        if known is not None:
            return known
        with site.kept.making(key):
            response = await answer(request, handler)
            site.kept.put(key, stamp, response)
        return response

    return endpoint


def form(handler: Handler) -> Endpoint:
    """The endpoint of a form (methods=["POST"]). What other sites' pages send is refused, and what is too large."""

    @functools.wraps(handler)
    async def endpoint(request: Request) -> Response:
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            raise HTTPException(403)
        return await answer(request, handler, await _sent(request))

    return endpoint


async def answer(request: Request, handler: Handler, sent: list[tuple[str, str]] | None = None) -> Response:
    """Run a handler in a thread, with a library."""
    site: Site = request.app.state.site
    return await to_thread.run_sync(_answered, request, site, handler, sent or [], limiter=site.threads)


def _answered(request: Request, site: Site, handler: Handler, sent: list[tuple[str, str]]) -> Response:
    with site.readers.library() as library:
        try:
            return handler(Asked(request, site, language_of(request), library, sent))
        except HTTPException as error:
            if error.status_code == 404 and not library.is_filled:
                raise NotFilledError from error  # it may well come; a search engine would forget it
            raise


def language_of(request: Request) -> Language:
    """As the address says (?lang=en), else as the reader has chosen, else as the browser prefers."""
    return (
        chosen(request.query_params.get("lang"))
        or chosen(request.cookies.get(COOKIE))
        or preferred(request.headers.get("accept-language", ""))
    )


async def _sent(request: Request) -> list[tuple[str, str]]:
    """The fields of a form, read within bounds."""
    headers = request.headers
    if (
        "content-type" not in headers
        and headers.get("content-length", "0") == "0"
        and "transfer-encoding" not in headers
    ):
        return []  # a form without fields, as some programs send it
    if headers.get("content-type", "").partition(";")[0].strip().lower() != FORM_TYPE:
        raise HTTPException(415)
    body = bytearray()
    try:
        async with asyncio.timeout(FORM_PATIENCE_S), aclosing(request.stream()) as chunks:
            async for chunk in chunks:
                body += chunk
                if len(body) > LONGEST_FORM:
                    raise HTTPException(413)
    except TimeoutError:
        raise HTTPException(408) from None
    try:
        return parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="replace", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise HTTPException(400) from None
