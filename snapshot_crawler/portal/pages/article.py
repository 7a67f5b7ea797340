"""An article's page, as snapshot sites have it: facts, text unchanged, notice, related news, more of its category."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from snapshot_crawler.library.model import StoredArticle
from snapshot_crawler.portal import addresses, times
from snapshot_crawler.portal.asked import Asked, page
from snapshot_crawler.portal.received import is_kept
from snapshot_crawler.portal.rendering import web_address

DESCRIPTION = 150  # characters of the text for link previews and search engines; they show about so many
MOST_LINKED = 40  # pictures or documents; by choice


def article(asked: Asked) -> Response:
    """An article's page. Raises 404 for an unknown id; one that was taken down is answered with 410."""
    name = asked.part("name")
    stored = found_or_gone(asked, name)
    if isinstance(stored, Response):
        return stored
    row = stored.row
    canonical = addresses.article(name)
    return asked.render(
        "article.html",
        row=row,
        record=stored.record,
        versions=[each for each in stored.versions if each.content_hash],
        paragraphs=paragraphs(stored.record.get("body")),
        taken=taken(stored),
        original=original(stored),
        is_kept=is_kept(asked.site.roots(), stored.record),
        related=asked.library.related(name),
        more=asked.library.more_of_category(row),
        outlets=[each for each in asked.library.of_story(row.story) if each.id != name],
        copies=asked.library.copies_of(row.story),
        pictures=linked(stored.record.get("images"), "caption"),
        attachments=linked(stored.record.get("attachments"), "name"),
        title=row.title,
        description=row.summary[:DESCRIPTION],
        canonical=canonical,
        linked_data=linked_data(stored, asked.origin + canonical),
    )


def found_or_gone(asked: Asked, name: str) -> StoredArticle | Response:
    """An article, or the answer 410 where it was taken down. Raises 404 for an id that never was there."""
    stored = asked.library.article(name)
    if stored is not None:
        return stored
    gone, tombstone = asked.library.gone(name), asked.site.taken_down.of(name)
    day = gone.at if gone is not None else tombstone.day if tombstone is not None else None
    if day is None:
        raise HTTPException(404)
    return asked.render("gone.html", 410, title=asked.word("gone"), day=day[:10], is_indexed=False)


def linked(parts: object, name: str) -> list[tuple[str, str | None]]:
    """(address, words) of the pictures or documents of a page; they are linked, never loaded."""
    found = [part for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []
    pairs = [(web_address(part.get("url")), part.get(name)) for part in found[:MOST_LINKED]]
    return [(url, words if isinstance(words, str) else None) for url, words in pairs if url]


def paragraphs(body: object) -> list[str]:
    """The text's paragraphs, as they are."""
    text = body if isinstance(body, str) else ""
    return [part for part in text.split("\n\n") if part.strip()]


def taken(stored: StoredArticle) -> str:
    """When the snapshot was taken: as its page says; of a page that is none, when we fetched it."""
    stated = stored.record.get("snapshot_at")
    return times.in_full(stated) if stated else times.in_full(times.chinese(stored.row.fetched_at))


def original(stored: StoredArticle) -> str | None:
    """Where it was first published: as a snapshot says, or nothing; of another page, the page itself."""
    stated = stored.record.get("original_url")
    return stated if stated or stored.record.get("snapshot_at") else stored.row.url


def linked_data(stored: StoredArticle, url: str) -> dict[str, Any]:
    """The article for search engines: https://schema.org/NewsArticle"""
    record, row = stored.record, stored.row
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": row.title,
        "url": url,
        "mainEntityOfPage": url,
        "datePublished": row.published_at,
        "inLanguage": record.get("language"),
        "articleSection": row.category,
        "author": [{"@type": "Person", "name": each} for each in record.get("authors") or []],
        "publisher": {"@type": "Organization", "name": row.source} if row.source else None,
        "isBasedOn": original(stored) or row.url,
        "description": row.summary[:DESCRIPTION],
    }
    return {name: value for name, value in found.items() if value}


ROUTES = [Route("/detail/{name}.html", page(article, is_kept=True))]
