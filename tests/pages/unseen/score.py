"""Every field of every invented page, right or wrong, as a careful reader would judge it.

    python -m tests.pages.unseen.score [FOLDER ...]      what is wrong, and the shares

The body counts as right when it has all paragraphs of the truth and nothing else (white space aside).
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from snapshot_crawler.items import Article
from snapshot_crawler.pages.article.reader import read_article
from snapshot_crawler.pages.page import Page
from tests.pages.unseen.invented import ROUNDS, Unseen, pages_of

FETCHED = datetime(2026, 3, 16, 12, tzinfo=UTC)


def read(page: Unseen) -> Article | None:
    """The page as the shared reader gives it."""
    reading = read_article(Page.from_bytes(page.markup.encode(), url=page.url, fetched_at=FETCHED))
    return reading.article if reading else None


def bare(text: str | None) -> str:
    """A text without white space."""
    return re.sub(r"\s+", "", text or "")


def squeezed(text: str | None) -> str:
    """A headline with plain white space."""
    return " ".join(unicodedata.normalize("NFKC", text or "").split())


def is_minute(found: str, stated: str) -> bool:
    """Whether a time names the minute that the page states; its day or its wall clock where it states no more."""
    if len(stated) <= len("2026-03-14T09:21"):
        return found.startswith(stated)
    return bool(found) and abs(datetime.fromisoformat(found) - datetime.fromisoformat(stated)) < timedelta(minutes=1)


def verdicts(page: Unseen) -> Iterator[tuple[str, bool, str]]:
    """For each value that the page states: the field, whether it was read, and what was read instead."""
    article = read(page)
    yield (
        "title",
        article is not None and squeezed(article.title) == squeezed(page.title),
        repr(article and article.title),
    )
    body = bare(article.body) if article else ""
    yield "body", body == bare("".join(page.body)), repr(article and article.body)
    if page.published_at:
        found = (article.published_at if article else None) or ""
        yield "time", is_minute(found, page.published_at), found
    if page.source:
        yield "source", article is not None and article.source == page.source, repr(article and article.source)
    if page.authors:
        names = tuple(article.authors) if article else ()
        yield "authors", tuple(map(bare, names)) == tuple(map(bare, page.authors)), repr(names)


def main(parts: list[str]) -> None:
    """Print what was misread, and the share of each field."""
    right: dict[str, list[bool]] = {}
    for page in pages_of(parts or [part for parts in ROUNDS.values() for part in parts]):
        for field, good, found in verdicts(page):
            right.setdefault(field, []).append(good)
            if not good:
                wanted = {"body": "\n\n".join(page.body), "time": page.published_at}.get(
                    field, getattr(page, field, "")
                )
                print(f"- {page.name}: {field}\n    read   {found}\n    wanted {wanted!r}")
    for field, goods in right.items():
        print(f"{field:8} {sum(goods):3} of {len(goods):3}  {100 * sum(goods) / len(goods):5.1f} %")


if __name__ == "__main__":
    main(sys.argv[1:])
