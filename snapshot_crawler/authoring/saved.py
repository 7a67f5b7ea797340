"""Saved pages: fetched pages go in, files come out, each beside the record that a spider should read from it.

One folder a site, three files a page:

    001-article.html            the body, byte for byte
    001-article.json            url, status, headers, fetched_at, kind (how it was found), callback
    001-article.expected.json   the output of the spider's callback: records, links, rejected
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from snapshot_crawler.exceptions import ConfigurationError

EXPECTED = ".expected.json"


@dataclass(slots=True)
class SavedPage:
    """One response kept on disk; expected is None until somebody has looked at it."""

    name: str  # 001-article
    url: str
    body: bytes
    fetched_at: datetime  # aware; the clock stands here whenever the page is read again
    kind: str = "start"  # as in DiscoveredBy.kind
    callback: str = "parse"  # the spider's method that reads it
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    expected: dict[str, Any] | None = None

    def write(self, folder: Path) -> None:
        """Write the page's files into folder, making it if need be."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{self.name}.html").write_bytes(self.body)
        about = {
            "url": self.url,
            "status": self.status,
            "kind": self.kind,
            "callback": self.callback,
            "fetched_at": self.fetched_at.isoformat(timespec="seconds"),
            "headers": self.headers,
        }
        (folder / f"{self.name}.json").write_text(_json(about), encoding="utf-8")
        if self.expected is not None:
            (folder / f"{self.name}{EXPECTED}").write_text(_json(self.expected), encoding="utf-8")


def saved_pages(folder: Path) -> Iterator[SavedPage]:
    """The pages of a site's folder, in the order of their names.

    Raises ConfigurationError, naming the file, for a page whose notes are missing or no JSON.
    """
    for body in sorted(folder.glob("*.html")):
        notes = body.with_suffix(".json")
        expected = folder / (body.stem + EXPECTED)
        try:
            about = json.loads(notes.read_text(encoding="utf-8"))
            yield SavedPage(
                name=body.stem,
                url=about["url"],
                body=body.read_bytes(),
                fetched_at=datetime.fromisoformat(about["fetched_at"]),
                kind=about.get("kind", "start"),
                callback=about.get("callback", "parse"),
                status=about.get("status", 200),
                headers=about.get("headers", {}),
                expected=json.loads(expected.read_text(encoding="utf-8")) if expected.exists() else None,
            )
        except (OSError, ValueError, KeyError) as error:
            raise ConfigurationError(f"{notes} must hold the page's url and fetched_at: {error}") from error


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
