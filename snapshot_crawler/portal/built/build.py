"""Builds the portal as files: a DATA_DIR and a folder in, the numbers of what was done out. Called by the command.

It begins at the front page and at what search engines ask for, and follows the links of each page that it makes. So
whatever pages the portal has are built, and a link that leads to a page leads to a file.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from snapshot_crawler.exceptions import StateError, StorageError
from snapshot_crawler.portal import addresses
from snapshot_crawler.portal.app import create_app
from snapshot_crawler.portal.built.asking import Answer, ask
from snapshot_crawler.portal.built.folder import Folder
from snapshot_crawler.portal.built.links import Links, with_policy
from snapshot_crawler.portal.built.places import Place
from snapshot_crawler.portal.built.servers import caddy, nginx
from snapshot_crawler.portal.configuration import Configuration
from snapshot_crawler.portal.feeds import FORMS
from snapshot_crawler.portal.language import Language

FIRST = (addresses.HOME, addresses.ROBOTS)
WITH_AN_ADDRESS = (addresses.SITEMAP, addresses.NEWS_SITEMAP, addresses.OPML, *(f"/{form}" for form in FORMS))
NO_SUCH_PAGE = "/404.html"  # what is answered to it is the page for all that is not there
UNKEPT = addresses.archived("")  # articles link to it, and it says with 404 that the page itself is not kept any more
MOST_WALKS = 3  # by choice: begun anew where something was taken down meanwhile


@dataclass(frozen=True, slots=True)
class Built:
    """What a build came to. missing: addresses that pages link to and that have no page."""

    pages: int
    written: int
    removed: int
    missing: list[str]


class Walk:
    """One walk over all pages. origin: the public address, or empty: then feeds and sitemaps are left out."""

    def __init__(
        self, root: Path, settings: Mapping[str, Any], origin: str, language: Language, made: Callable[[int], None]
    ) -> None:
        self.links = Links(origin, self._found)
        self.app = create_app(
            root, {**settings, "PORTAL_URL": self.links.marker}, follows=False, is_built=True, has_address=bool(origin)
        )
        self.origin, self.language, self.made = origin, language, made
        self.waiting: deque[Place] = deque()
        self.seen: set[str] = set()
        self.missing: list[str] = []
        self.policy = ""  # of the frames with pages as they were received

    async def into(self, folder: Folder) -> None:
        """Make all pages. Raises StateError without a library, StorageError for a page that fails, OutputError."""
        for address in (*FIRST, *(WITH_AN_ADDRESS if self.origin else ())):
            self.links.turned(address)
        while self.waiting:
            place = self.waiting.popleft()
            address = place.asked
            answer = await ask(self.app, address, self.language)
            if answer.status == 503:
                raise StateError("There are no articles to build pages of: crawl first, or see `scrapy library status`")
            if answer.status >= 500:
                raise StorageError(f"{address} was answered with {answer.status}: nothing more was built")
            if answer.status == 200 or (answer.status == 404 and address.startswith(UNKEPT)):
                folder.put(place.file, self._content(address, answer))
                self.made(len(self.seen) - len(self.waiting))
            else:
                self.missing.append(address)
        answer = await ask(self.app, NO_SUCH_PAGE, self.language)
        folder.put(NO_SUCH_PAGE.strip("/"), self._content(NO_SUCH_PAGE, answer))

    def _content(self, address: str, answer: Answer) -> bytes:
        kind = answer.headers.get("content-type", "").partition(";")[0]
        if kind == "text/css":
            return answer.body
        text, policy = answer.body.decode(), answer.headers.get("content-security-policy", "")
        if kind != "text/html":
            return self.links.addresses(text).encode()
        if "sandbox" in policy:  # a page as it was received: its links are its own
            self.policy = policy
            return with_policy(text, policy).encode()
        return self.links.page(text, policy).encode()

    def _found(self, place: Place) -> None:
        if place.file not in self.seen:
            self.seen.add(place.file)
            self.waiting.append(place)


def build(
    root: Path, settings: Mapping[str, Any], target: Path, language: Language, made: Callable[[int], None]
) -> Built:
    """Build the portal of a DATA_DIR. made: told how many pages there are so far.

    Raises ConfigurationError, StateError, StorageError, LockHeldError and OutputError.
    """
    origin = Configuration.of(settings).url
    with Folder(target) as folder:
        for _ in range(MOST_WALKS):
            walk = Walk(root, settings, origin, language, made)
            before = gone(walk)
            folder.begin()
            try:
                asyncio.run(walk.into(folder))
                after = gone(walk)
            finally:
                walk.app.state.site.close()
            if before == after:  # else a page that was made before may still have what was taken down
                break
        folder.put(".portal-build/nginx.conf", nginx(after, walk.policy).encode())
        folder.put(".portal-build/caddy.conf", caddy(after, walk.policy).encode())
        folder.finish()
        return Built(len(walk.seen) - len(walk.missing), folder.written, folder.removed, walk.missing)


def gone(walk: Walk) -> list[str]:
    """The ids of all articles that were taken down."""
    with walk.app.state.site.readers.library() as library:
        return sorted(each.id for each in library.all_gone())
