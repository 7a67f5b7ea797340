"""Links that a job has seen and not followed, with the reason: kept for `scrapy explain`, MOST_KEPT of them a job.

Heard from links_left; kept as one note of the frontier, written when the run ends. The first that a run meets stay, so
the links of the start pages are always among them; those of earlier runs fill what is left.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from snapshot_crawler.frontier.requests import key_of_address
from snapshot_crawler.urls import normalise

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
            if len(url) <= LONGEST and (key := key_of_address(normalise(url) or url)) not in self.found:
                self.found[key] = [found_on[:LONGEST], reason, today]

    def merged(self, before: dict[str, list[str]] | None) -> dict[str, list[str]]:
        """This run's and, as far as there is room, those of earlier runs."""
        kept = dict(self.found)
        for key, told in (before or {}).items():
            if len(kept) >= MOST_KEPT:
                break
            kept.setdefault(key, told)
        return kept


def told_of(note: Any, url: str) -> list[str] | None:
    """What a job's note says of an address: page, reason, day; None when it is not among them."""
    found = (note or {}).get(key_of_address(url))
    return found if isinstance(found, list) and len(found) == 3 else None
