"""All addresses of the portal: one line for each file that has some."""

from __future__ import annotations

from starlette.routing import BaseRoute

from snapshot_crawler.portal.pages import (
    about,
    archived,
    article,
    feeds,
    front,
    lists,
    machines,
    my,
    notices,
    search,
    static,
    story,
    versions,
)

ROUTES: list[BaseRoute] = [
    *front.ROUTES,
    *article.ROUTES,
    *archived.ROUTES,
    *feeds.ROUTES,
    *versions.ROUTES,
    *story.ROUTES,
    *search.ROUTES,
    *about.ROUTES,
    *machines.ROUTES,
    *notices.ROUTES,
    *my.ROUTES,
    *static.ROUTES,
    *lists.ROUTES,  # last: a name is all that is left of a path
]
