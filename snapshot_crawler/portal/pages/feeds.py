"""Feeds of all articles, of a category, of a source and of a search, in three forms; and OPML, the list of them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import partial

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from snapshot_crawler.library.model import Gone, Page, Row
from snapshot_crawler.library.schema import NAME
from snapshot_crawler.portal import addresses
from snapshot_crawler.portal.asked import Asked, page
from snapshot_crawler.portal.feeds import FORMS, OPML, Feed, Outline, entry_of, opml
from snapshot_crawler.portal.pages.search import filters_of, words_of
from snapshot_crawler.portal.words import Words

ENTRIES = 50  # of a feed, by choice: readers ask every hour or so
GONE = 100  # deleted entries of a feed, the newest, by choice: a reader that was away for long misses some
LISTED = 500  # categories, and as many sources, of the list of feeds; by choice
CACHED = "public, max-age=300"  # by choice: five minutes are soon enough for a reader


def everything(asked: Asked, form: str) -> Response:
    """All articles, or what a search finds, with its filters."""
    text, filters = words_of(asked), filters_of(asked)
    if text or any(filters.values()):
        return _of_search(asked, form, text, filters)
    itself = addresses.feed_of(addresses.HOME, form)
    return answer(asked, form, asked.library.newest(1, ENTRIES).rows, site_of(asked), addresses.HOME, itself)


def of_category(asked: Asked, form: str) -> Response:
    """The articles of a category, or those of them that a search finds."""
    name = asked.part("name")
    return _of_list(asked, form, "category", name, asked.library.of_category(name, 1, ENTRIES))


def of_source(asked: Asked, form: str) -> Response:
    """The articles of a source; likewise."""
    name = asked.part("name")
    return _of_list(asked, form, "source", name, asked.library.of_source(name, 1, ENTRIES))


def _of_list(asked: Asked, form: str, kind: str, name: str, found: Page | None) -> Response:
    if found is None or not found.rows:
        raise HTTPException(404)
    if text := words_of(asked):
        return _of_search(asked, form, text, {**filters_of(asked), kind: name})
    path = addresses.category(name) if kind == "category" else addresses.source(name)
    return answer(asked, form, found.rows, f"{name} - {site_of(asked)}", path, addresses.feed_of(path, form))


def _of_search(asked: Asked, form: str, text: str, filters: dict[str, str]) -> Response:
    hits = asked.library.search(text, filters=filters, size=ENTRIES).hits
    title = " · ".join(filter(None, (f"“{text}”" if text else "", *filters.values())))
    itself = addresses.feed_of(addresses.HOME, form, {"q": text, **filters})
    return answer(
        asked,
        form,
        [hit.row for hit in hits],
        f"{title} - {site_of(asked)}",
        addresses.search(text, 1, **filters),
        itself,
    )


def site_of(asked: Asked) -> str:
    """The portal's name. A feed is Chinese for everybody: caches have one copy of it."""
    return asked.site.configuration.name or Words("zh")("site_name")


def answer(
    asked: Asked,
    form: str,
    rows: Iterable[Row],
    title: str,
    path: str,
    itself: str,
    *,
    cached: str = CACHED,
    changed: float = 0.0,
) -> Response:
    """A feed of these rows. path: of the page that it follows; itself: its own; changed: beside the library."""
    make, media_type = FORMS[form]
    is_full = asked.site.configuration.feed_text == "full"
    entries = []
    for row in rows:
        stored = asked.library.article(row.id)
        if stored is not None:  # else it has just gone
            link = asked.origin + addresses.article(row.id)
            entries.append(entry_of(row, stored.record, link, is_full=is_full))
    feed = Feed(
        title,
        Words("zh")("tagline"),
        asked.origin + path,
        asked.origin + itself,
        site_of(asked),
        entries,
        gone(asked),
    )
    return dated(make(feed), media_type, max(library_changed(asked), changed), cached)


def dated(body: bytes, media_type: str, changed: float, cached: str = CACHED) -> Response:
    """A feed that says when it may last have changed, in seconds since 1970 (conditional.py answers by it)."""
    moment = datetime.fromtimestamp(int(max(0.0, changed)), UTC)
    headers = {"Last-Modified": format_datetime(moment, usegmt=True), "Cache-Control": cached}
    return Response(body, media_type=media_type, headers=headers)


def gone(asked: Asked) -> list[Gone]:
    """What was taken down last. Every feed has it: nobody knows any more in which of them an article was."""
    return asked.library.all_gone()[:GONE]


def library_changed(asked: Asked) -> float:
    """When the library may last have changed, in seconds since 1970. An empty log is one that a reader has opened."""
    times = []
    for name in (NAME, f"{NAME}-wal"):
        with contextlib.suppress(FileNotFoundError):
            about = (asked.site.root / name).stat()
            times += [about.st_mtime] if about.st_size else []
    return max(times, default=0.0)


def all_feeds(asked: Asked) -> Response:
    """OPML: all articles, each category, each source."""
    words, origin, form = Words("zh"), asked.origin, "feed.xml"

    def outline(title: str, path: str) -> Outline:
        return Outline(title, origin + addresses.feed_of(path, form), origin + path)

    categories = asked.library.facets("category", LISTED)
    sources = asked.library.facets("source", LISTED)
    outlines = [
        outline(site_of(asked), addresses.HOME),
        Outline(words("category"), inner=[outline(each.name, addresses.category(each.name)) for each in categories]),
        Outline(words("source"), inner=[outline(each.name, addresses.source(each.name)) for each in sources]),
    ]
    data = opml(site_of(asked), outlines)
    return dated(data, OPML, library_changed(asked))


# Before the lists, whose names may hold slashes.
ROUTES = [
    Route(addresses.OPML, page(all_feeds)),
    *(Route(f"/{form}", page(partial(everything, form=form))) for form in FORMS),
    *(Route(f"/search/{form}", page(partial(everything, form=form))) for form in FORMS),
    *(Route(f"/category/{{name:path}}/{form}", page(partial(of_category, form=form))) for form in FORMS),
    *(Route(f"/source/{{name:path}}/{form}", page(partial(of_source, form=form))) for form in FORMS),
]
