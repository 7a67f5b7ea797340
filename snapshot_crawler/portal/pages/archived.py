"""The page of an article as it was received, made harmless: a page of ours with its facts, around a sandboxed frame.

The frame's document has an address and a policy of its own. It may not run, load or send anything: its one style is in
the document, named by its hash, since a sandboxed document is of no origin and may load no file of ours either. A link
opens in a window of its own.
"""

from __future__ import annotations

import base64
import hashlib
from functools import partial
from importlib.resources import files

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from snapshot_crawler.archive.sent import ArchiveAwayError
from snapshot_crawler.exceptions import UnreadablePageError
from snapshot_crawler.portal import addresses, times
from snapshot_crawler.portal.asked import Asked, page
from snapshot_crawler.portal.pages.article import found_or_gone
from snapshot_crawler.portal.received import Received, received
from snapshot_crawler.portal.sanitising import harmless
from snapshot_crawler.portal.security import POLICY

STYLE = files("snapshot_crawler.portal").joinpath("static/archived.css").read_text(encoding="utf-8")
STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
SANDBOX = "allow-popups allow-popups-to-escape-sandbox"  # what a click opens is a page like any other
FRAME_HEADERS = {"Content-Security-Policy": f"{POLICY}; frame-src 'self'"}
# Stands in the document too, for a built portal whose web server adds no headers (built/servers.py).
PAGE_POLICY = f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; form-action 'none'; base-uri 'none'"
PAGE_HEADERS = {
    "Content-Security-Policy": f"{PAGE_POLICY}; frame-ancestors 'self'; sandbox {SANDBOX}",
    "X-Frame-Options": "SAMEORIGIN",
    "X-Robots-Tag": "noindex, nofollow",
}


def frame(asked: Asked) -> Response:
    """The facts, and the frame. Raises 404 for an unknown id; one that was taken down is answered with 410."""
    name = asked.part("name")
    stored = found_or_gone(asked, name)
    if isinstance(stored, Response):
        return stored
    shown = partial(
        asked.render,
        row=stored.row,
        title=asked.word("archived_title", stored.row.title or asked.word("untitled")),
        canonical=addresses.archived(name),
        is_indexed=False,
    )
    try:
        found = received(asked.site.roots(), stored.record)
    except UnreadablePageError:
        return shown("unkept.html", 404, heading="no_page")
    except ArchiveAwayError:
        return shown("unkept.html", 503, heading="away")
    if found is None:
        return shown("unkept.html", 404, heading="unkept")
    response = shown(
        "archived.html",
        fetched=times.in_full(times.chinese(found.page.fetched_at.isoformat())),
        url=found.page.url,
        sandbox=SANDBOX,
    )
    response.headers.update(FRAME_HEADERS)
    return response


def document(asked: Asked) -> Response:
    """What the frame shows. Raises 404 where there is nothing to show, 503 where its storage does not answer."""
    stored = found_or_gone(asked, asked.part("name"))
    if isinstance(stored, Response):
        return stored
    try:
        found: Received | None = received(asked.site.roots(), stored.record)
    except UnreadablePageError:
        found = None
    except ArchiveAwayError as error:
        raise HTTPException(503) from error
    if found is None:
        raise HTTPException(404)
    gone = asked.site.taken_down
    body, is_cut = harmless(found.page, gone.leads_there if gone.all() else None)
    language = found.page.declared_language or ""
    response = asked.render(
        "archivedpage.html",
        title=stored.row.title,
        tongue=language if language.isascii() and language.replace("-", "").isalnum() else "",
        policy=PAGE_POLICY,
        css=Markup(STYLE),  # ours: it has no sign that markup would take for its own
        body=body,
        is_cut=is_cut or found.is_cut,
    )
    response.headers.update(PAGE_HEADERS)
    return response


ROUTES = [
    # Made anew each time: an answer that is kept would outlive the take-down of its page by seconds.
    Route("/archived/{name}", page(frame)),
    Route("/archived/{name}/page", page(document)),
]
