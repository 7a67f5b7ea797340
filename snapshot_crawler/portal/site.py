"""What all requests of a portal share: settings, connections to the library, templates, threads, counts of clients."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from anyio import CapacityLimiter

from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.jobs.clock import Clock
from snapshot_crawler.library.library import Library
from snapshot_crawler.library.sources import roots
from snapshot_crawler.portal.complaints import Complaints
from snapshot_crawler.portal.configuration import Configuration
from snapshot_crawler.portal.kept import Kept
from snapshot_crawler.portal.limits import Buckets
from snapshot_crawler.portal.readers import Readers
from snapshot_crawler.portal.rendering import Templates
from snapshot_crawler.portal.subscriptions.courier import Post
from snapshot_crawler.portal.subscriptions.receivers import Receivers
from snapshot_crawler.portal.taken_down import TakenDown
from snapshot_crawler.portal.words import Words

THREADS = 4  # that answer at once; by choice: two cores are kept busy, and answers that are kept need not wait for more
SUBSCRIPTIONS_AN_HOUR = 20  # that one client makes; by choice
SECTIONS = 9  # categories in the menu of every page; by choice: one line on a wide screen
A_MINUTE_S, AN_HOUR_S = 60.0, 3600.0
COMPLAINTS_AN_HOUR = 5  # requests for a take-down of one client; by choice


class Site:
    """One portal over one DATA_DIR. given: the settings. Raises ConfigurationError for a wrong one.

    is_built, has_address: see Templates.
    """

    def __init__(
        self, root: Path, given: Mapping[str, Any], *, is_built: bool = False, has_address: bool = True
    ) -> None:
        self.root, self.given = root, given
        self.configuration = Configuration.of(given)
        self.taken_down = TakenDown(root, given)
        self.readers = Readers(root, hidden=self.taken_down.all)
        self.receivers = Receivers.of(given)
        self.post = Post(self.receivers, self.configuration.url, self.name_in, self.taken_down.has)
        if self.receivers.kinds and not self.configuration.url:
            raise ConfigurationError(
                "PORTAL_NOTICES needs PORTAL_URL, the portal's public address: messages hold links"
            )
        self.clock = Clock()
        self.subscription_rate = Buckets(SUBSCRIPTIONS_AN_HOUR, AN_HOUR_S)
        self.templates = Templates(self.configuration, is_built=is_built, has_address=has_address)
        self.kept = Kept()
        self.complaints = Complaints(root)
        self.contact = str(given.get("CONTACT") or "").strip()
        self.request_rate = Buckets(self.configuration.requests_per_minute, A_MINUTE_S)
        self.complaint_rate = Buckets(COMPLAINTS_AN_HOUR, AN_HOUR_S)
        self.threads = CapacityLimiter(THREADS)
        self._sections: tuple[tuple[int, ...], list[str]] = ((), [])

    def roots(self) -> list[Path]:
        """The DATA_DIRs whose articles the library has."""
        return roots(self.root, self.given)

    def sections(self, library: Library) -> list[str]:
        """The largest categories, asked again when the library has changed."""
        stamp = self.readers.stamp()
        if self._sections[0] != stamp:
            self._sections = stamp, [facet.name for facet in library.facets("category", SECTIONS)]
        return self._sections[1]

    def name_in(self, language: str) -> str:
        """The portal's name."""
        return self.configuration.name or Words("en" if language == "en" else "zh")("site_name")

    def close(self) -> None:
        """Let go of the library and the tombstones."""
        self.taken_down.close()
        self.readers.close()
