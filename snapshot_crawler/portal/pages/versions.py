"""What one version of an article changed, beside the version before."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from snapshot_crawler.portal import addresses, times
from snapshot_crawler.portal.asked import Asked, page
from snapshot_crawler.portal.difference import Paragraph, changes, inline
from snapshot_crawler.portal.pages.article import found_or_gone, paragraphs

FIELDS = {"category": "category", "source": "source", "published_at": "published", "authors": "authors"}


def version(asked: Asked) -> Response:
    """A version's differences. Raises 404 for an unknown article or version."""
    name, content_hash = asked.part("name"), asked.part("content_hash")
    stored = found_or_gone(asked, name)
    if isinstance(stored, Response):
        return stored
    place = next((at for at, each in enumerate(stored.versions) if each.content_hash == content_hash), None)
    record = asked.library.version(name, content_hash) if place is not None else None
    if place is None or record is None:
        raise HTTPException(404)
    before = next((each for each in stored.versions[place + 1 :] if each.content_hash), None)
    older = asked.library.version(name, before.content_hash or "") if before is not None else None
    return asked.render(
        "version.html",
        row=stored.row,
        shown=stored.versions[place],
        title=asked.word("difference_title", _text(record, "title") or asked.word("untitled")),
        heading=inline(_text(older, "title"), _text(record, "title")) if older else [],
        headline=_text(record, "title"),
        facts=facts(older, record) if older else [],
        text=changes(paragraphs(older.get("body")), paragraphs(record.get("body"))) if older else plain(record),
        is_first=older is None,
        canonical=addresses.version(name, content_hash),
        is_indexed=False,
    )


def facts(older: dict[str, Any], newer: dict[str, Any]) -> list[tuple[str, Paragraph]]:
    """The facts that were changed: their words' names, and how."""
    return [
        (word, inline(_text(older, name), _text(newer, name)))
        for name, word in FIELDS.items()
        if older.get(name) != newer.get(name)
    ]


def plain(record: dict[str, Any]) -> list[Paragraph]:
    """The text of the first version: nothing changed."""
    return changes(text := paragraphs(record.get("body")), text)


def _text(record: dict[str, Any] | None, name: str) -> str:
    value = (record or {}).get(name)
    if name == "published_at":
        return times.in_full(value, (record or {}).get("published_precision"))
    return "、".join(map(str, value)) if isinstance(value, list) else str(value or "")


ROUTES = [Route("/detail/{name}/{content_hash}", page(version, is_kept=True))]
