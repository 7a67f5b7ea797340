"""The portal as an ASGI application: a DATA_DIR and settings in, the application out. serve.py puts it on a port."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from anyio import to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from snapshot_crawler.exceptions import StateError, StorageError
from snapshot_crawler.portal.conditional import Tags
from snapshot_crawler.portal.errors import broken, no_library, refused
from snapshot_crawler.portal.following import Following
from snapshot_crawler.portal.guard import Guard
from snapshot_crawler.portal.routes import ROUTES
from snapshot_crawler.portal.security import SafeHeaders
from snapshot_crawler.portal.site import Site
from snapshot_crawler.portal.subscriptions.courier import Beside


def create_app(
    root: Path, settings: Mapping[str, Any], *, follows: bool = True, is_built: bool = False, has_address: bool = True
) -> Starlette:
    """The portal over the library below root. Raises ConfigurationError for a wrong setting.

    follows: while the application runs, fill the library, in a process beside (following.py), and send the notices of
    subscriptions, in a thread (subscriptions/courier.py). is_built, has_address: see Templates.
    """
    site = Site(root, settings, is_built=is_built, has_address=has_address)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        following = Following(root, settings) if follows else None
        courier = Beside(root, site.post) if follows and site.receivers.kinds else None
        if following is not None:
            following.start()
        if courier is not None:
            courier.start()
        try:
            yield
        finally:
            if courier is not None:
                await to_thread.run_sync(courier.close)
            if following is not None:
                await to_thread.run_sync(following.close)
            site.close()

    app = Starlette(
        routes=ROUTES,
        lifespan=lifespan,
        middleware=[
            Middleware(SafeHeaders),
            Middleware(Guard),
            Middleware(
                GZipMiddleware, minimum_size=1_000, compresslevel=5
            ),  # default 9: 2 % smaller, in 1.4 times the time
            Middleware(Tags),
        ],
        exception_handlers={
            HTTPException: refused,
            StateError: no_library,
            StorageError: no_library,
            Exception: broken,
        },
    )
    app.router.redirect_slashes = False  # //host/ in a path must not become a redirect to another host
    app.state.site = site
    return app
