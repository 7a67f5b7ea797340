"""A test site: what it answers, and the truth about its articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, quote

from tests.layouts.words import Story
from tests.server import Request, Server, response

SAFE = "/?&=%,~:+;@!$'()*[]"  # signs that an address keeps as they are


@dataclass(slots=True)
class Site:
    """Files by path, and what the record of each article must say. host: the name under which it is crawled."""

    host: str
    start: str = "/"
    files: dict[str, tuple[bytes, str]] = field(default_factory=dict)  # path: body, content type
    forms: dict[tuple[str, tuple[tuple[str, str], ...]], str] = field(default_factory=dict)  # path, fields: page
    articles: dict[str, dict[str, Any]] = field(default_factory=dict)  # path: fields of the record

    def add(self, path: str, text: str, content_type: str = "text/html; charset=utf-8") -> None:
        """A file; {root} in it becomes the site's address."""
        self.files[quote(path, safe=SAFE)] = (text.encode(), content_type)

    def form(self, path: str, fields: dict[str, str], text: str) -> None:
        """What a POST of these fields to the path is answered."""
        self.forms[path, tuple(sorted(fields.items()))] = text

    def article(self, path: str, story: Story, text: str, **truth: Any) -> None:
        """An article's page and its truth; truth: what differs from the story, or is stated beside it."""
        self.add(path, text)
        self.truth(path, story, **truth)

    def truth(self, path: str, story: Story, **truth: Any) -> None:
        """What the record of an article must say."""
        facts = {"title": story.title, "body": story.body, "published_at": minute(story.at), "authors": []}
        self.articles[quote(path, safe=SAFE)] = facts | {"source": None, "category": None} | truth

    def serve(self, server: Server) -> None:
        """Put everything on the server."""
        root = f"http://{self.host}:{server.port}".encode()
        for path, (body, content_type) in self.files.items():
            server.page(path, body.replace(b"{root}", root), content_type=content_type)
        for path in {path for path, _ in self.forms}:
            shown = server.routes.get(path)

            async def answer(request: Request, writer: Any, path: str = path, shown: Any = shown) -> None:
                if request.method != "POST":
                    await (shown or server._not_found)(request, writer)
                    return
                fields = tuple(sorted(parse_qsl(request.body.decode())))
                page = self.forms.get((path, fields))
                ok = page is not None
                writer.write(response(page or "no", status="200 OK" if ok else "400 Bad Request"))
                await writer.drain()

            server.handle(path, answer)


def minute(at: datetime) -> str:
    """The time as a page shows it that tells minutes."""
    return at.replace(second=0, microsecond=0).isoformat()


def day(at: datetime) -> str:
    """The time as a page shows it that tells the day alone."""
    return at.replace(hour=0, minute=0, second=0, microsecond=0).isoformat()


def pages(stories: Sequence[Story], size: int = 6) -> list[list[Story]]:
    """The stories in pages of a list."""
    return [list(stories[start : start + size]) for start in range(0, len(stories), size)]


def mistakes(site: Site, records: list[dict[str, Any]]) -> tuple[int, list[str]]:
    """How many of the site's articles the records have, and what in them is not as the site tells it."""
    found = {"/" + record["url"].split("/", 3)[3]: record for record in records}
    wrong = [f"missing: {path}" for path in site.articles.keys() - found.keys()]
    wrong += [f"invented: {path}" for path in found.keys() - site.articles.keys()]
    for path in sorted(site.articles.keys() & found.keys()):
        truth, record = site.articles[path], found[path]
        wrong += [
            f"{name}: {record[name]!r} on {path}, not {truth[name]!r}" for name in truth if record[name] != truth[name]
        ]
    return len(site.articles.keys() & found.keys()), wrong
