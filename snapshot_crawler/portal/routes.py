"""All addresses of the portal: one line for each file that has some."""

from __future__ import annotations

from starlette.routing import BaseRoute

from snapshot_crawler.portal.pages import article, feeds, front, lists, static

ROUTES: list[BaseRoute] = [
    *front.ROUTES,
    *article.ROUTES,
    *feeds.ROUTES,
    *lists.ROUTES,
    *static.ROUTES,
]
