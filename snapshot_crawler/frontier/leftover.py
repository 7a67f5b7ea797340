"""Links that a job has seen and not followed: links with reasons go in, one note of the frontier comes out.

The signal links_left brings them, and `scrapy explain` reads the note, which is written when the run ends. It holds
MOST_KEPT links. A run keeps those that it meets first, so the links of the start pages are always among them. Links of
earlier runs fill the rest.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from snapshot_crawler.frontier.requests import key_of_address

NOTE = "note/links_left"
MOST_KEPT = 2_000  # by choice: about 200 bytes each, so under half a megabyte a job
LONGEST = 300  # characters of an address, by choice: longer ones are rarely asked about


class LeftLinks:
    """A run's links that were not followed."""

    def __init__(self) -> None:
        self.met: set[int] = set()  # hashes of addresses: most links of a site stand on every list
        self.found: dict[str, list[str]] = {}  # key -> the page that held the link, the reason, the day

    def note(self, links: dict[str, str], found_on: str) -> None:
        """Keep links of a page: address to reason."""
        today = datetime.now(UTC).date().isoformat()
        for url, reason in links.items():
            if len(self.found) >= MOST_KEPT:
                return
            if hash(url) in self.met:
                continue
            self.met.add(hash(url))
            if len(url) <= LONGEST and (key := key_of_address(url)) not in self.found:
                self.found[key] = [found_on[:LONGEST], reason, today]

    def merged(self, before: dict[str, list[str]] | None) -> dict[str, list[str]]:
        """The links of this run, and those of earlier runs while there is room."""
        kept = dict(self.found)
        for key, told in (before or {}).items():
            if len(kept) >= MOST_KEPT:
                break
            kept.setdefault(key, told)
        return kept


def told_of(note: Any, url: str) -> list[str] | None:
    """Page, reason and day of an address in a job's note; None when the note does not have it."""
    found = (note or {}).get(key_of_address(url))
    return found if isinstance(found, list) and len(found) == 3 else None  # the three that LeftLinks.note writes
