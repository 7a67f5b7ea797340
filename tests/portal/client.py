"""A client that asks the application itself: no port, no network, no process beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self

import httpx
from selectolax.lexbor import LexborHTMLParser

from snapshot_crawler.portal.app import create_app

HOST = "http://127.0.0.1:8080"


class Client:
    """get() and post() as a browser on another machine; client=("127.0.0.1", 1) is this machine."""

    def __init__(self, root: Path, **settings: Any) -> None:
        self.root = root
        self.app = create_app(root, settings, follows=False)
        self.loop = asyncio.new_event_loop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.app.state.site.close()
        self.loop.run_until_complete(self._let_go())
        self.loop.close()

    async def _let_go(self) -> None:
        """Bodies that the application has not read to their end are closed by the event loop, when it has its turn."""
        await self.loop.shutdown_asyncgens()
        for _ in range(3):
            await asyncio.sleep(0)

    def get(self, path: str, peer: str = "127.0.0.1", **headers: str) -> httpx.Response:
        return self.ask("GET", path, peer, headers)

    def post(self, path: str, fields: dict[str, str], peer: str = "127.0.0.1", **headers: str) -> httpx.Response:
        return self.ask("POST", path, peer, headers, data=fields)

    def get_all(self, paths: Iterable[str]) -> list[httpx.Response]:
        """Several at once."""

        async def asked() -> list[httpx.Response]:
            return await asyncio.gather(*(self._asked("GET", path, "127.0.0.1", {}) for path in paths))

        return self.loop.run_until_complete(asked())

    def ask(self, method: str, path: str, peer: str, headers: dict[str, str], **more: Any) -> httpx.Response:
        return self.loop.run_until_complete(self._asked(method, path, peer, headers, **more))

    async def _asked(
        self, method: str, path: str, peer: str, headers: dict[str, str], *, raises: bool = True, **more: Any
    ) -> httpx.Response:
        """raises: an error of the application is the test's, else it is answered as to a browser."""
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=raises, client=(peer, 5_000))
        async with httpx.AsyncClient(transport=transport, base_url=HOST) as client:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            return await client.request(method, path, headers=named, **more)

    def page(self, path: str, **headers: str) -> LexborHTMLParser:
        """A page that is there, parsed."""
        response = self.get(path, **headers)
        assert response.status_code == 200, (path, response.status_code)
        return self.parsed(response)

    @staticmethod
    def parsed(response: httpx.Response) -> LexborHTMLParser:
        """A page, whatever its status."""
        return LexborHTMLParser(response.text)
