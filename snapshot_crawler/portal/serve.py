"""The portal on a port, until SIGTERM or Ctrl-C: the application in, a running server out."""

from __future__ import annotations

import contextlib
import logging
import resource
import signal
import socket
from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from snapshot_crawler.listening import bound, shown
from snapshot_crawler.portal import USUAL
from snapshot_crawler.portal.app import create_app
from snapshot_crawler.portal.patience import PatientProtocol

logger = logging.getLogger(__name__)
MOST_CONNECTIONS = 4_000  # more are answered with 503; each takes some 20 kB
FILES_BESIDE = 200  # open files beside connections: libraries, the log
LAST_ANSWERS_S = 5  # for answers that are on their way when the portal is stopped; by choice


def serve(root: Path, settings: Mapping[str, Any], listen: str = USUAL) -> None:
    """Serve until a signal. Raises ConfigurationError for a wrong setting and an address that cannot be bound."""
    app = create_app(root, settings)
    with contextlib.closing(bound(listen, USUAL)) as listener:
        serve_on(listener, app, lambda address: logger.info("the portal is at %s", address))


def serve_on(listener: socket.socket, app: ASGIApp, ready: Callable[[str], None]) -> None:
    """Serve on a socket that is bound already, until a signal. ready: told the address when requests are answered."""
    config = uvicorn.Config(
        app,
        http=PatientProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        log_level=logging.ERROR,  # its warnings are what strangers send
        access_log=False,
        proxy_headers=False,  # clients.py reads them
        server_header=False,
        limit_concurrency=connections(),
        timeout_graceful_shutdown=LAST_ANSWERS_S,
    )
    Quiet(config, listener, ready).run(sockets=[listener])


def connections() -> int:
    """How many connections there may be at once, as far as the system lets us have files open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + FILES_BESIDE
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    most = MOST_CONNECTIONS if soft == resource.RLIM_INFINITY else min(MOST_CONNECTIONS, soft - FILES_BESIDE)
    return max(1, most)


class Quiet(uvicorn.Server):
    """uvicorn's server that tells its address when it is ready, and whose end by a signal is no error."""

    def __init__(self, config: uvicorn.Config, listener: socket.socket, ready: Callable[[str], None]) -> None:
        super().__init__(config)
        self.listener, self.ready = listener, ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """uvicorn's hook."""
        await super().startup(sockets)
        host, port = self.listener.getsockname()[:2]
        self.ready(shown((host, port)))

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """uvicorn's hook; its own raises the signal once more after the end, so the exit code would not be 0."""
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A second signal ends it at once."""
        self.force_exit = self.should_exit
        self.should_exit = True
