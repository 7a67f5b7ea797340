"""One story, all its outlets side by side: who had it first, and how much later the others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from snapshot_crawler.library.model import Row
from snapshot_crawler.portal import addresses
from snapshot_crawler.portal.asked import Asked, page
from snapshot_crawler.portal.pages.article import found_or_gone


@dataclass(frozen=True, slots=True)
class Outlet:
    """An article of the story. later: the word and the number by which it came after the first one."""

    row: Row
    host: str
    later: tuple[str, int] | None


def story(asked: Asked) -> Response:
    """A story's page, by the id of its first article or of any other. Raises 404 where there is none."""
    name = asked.part("name")
    rows = asked.library.of_story(name)
    if not rows:
        stored = found_or_gone(asked, name)
        if isinstance(stored, Response):
            return stored
        rows = asked.library.of_story(stored.row.story)
    if not rows:
        raise HTTPException(404)
    number = rows[0].story
    copies = [(each, urlsplit(each.url).hostname or each.url) for each in asked.library.copies_of(number)]
    return asked.render(
        "story.html",
        outlets=outlets(rows),
        copies=copies,
        heading=rows[0].title,
        title=asked.word("story_title", rows[0].title or asked.word("untitled")),
        canonical=addresses.story(number),
    )


def outlets(rows: list[Row]) -> list[Outlet]:
    """The articles of a story, the first published one first; those without a time at the end."""
    rows = sorted(rows, key=lambda row: (row.published_at is None, _moment(row.published_at), row.id))
    first = _moment(rows[0].published_at) if rows and rows[0].published_at else None
    return [Outlet(row, urlsplit(row.url).hostname or "", _later(first, row.published_at)) for row in rows]


def _later(first: float | None, text: str | None) -> tuple[str, int] | None:
    if first is None or text is None:
        return None
    seconds = _moment(text) - first
    if seconds < 60:
        return None
    if seconds < 3600:
        return "minutes", int(seconds // 60)
    return ("hours", int(seconds // 3600)) if seconds < 2 * 86_400 else ("days_span", int(seconds // 86_400))


def _moment(text: str | None) -> float:
    try:
        return datetime.fromisoformat(text).timestamp() if text else 0.0
    except (ValueError, OverflowError, OSError):
        return 0.0


ROUTES = [Route("/story/{name}", page(story, is_kept=True))]
