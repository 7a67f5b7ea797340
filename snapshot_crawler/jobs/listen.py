"""`jobs start --listen HOST:PORT`: /health and /metrics for who watches, and scrapyd's API for who drives.

Threads of their own, so that no slow reader holds up a job. Only the API changes anything, and it needs a token.
"""

from __future__ import annotations

import base64
import hmac
import json
import logging
import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from snapshot_crawler.exceptions import ConfigurationError, SnapshotCrawlerError
from snapshot_crawler.jobs.metrics import exposition
from snapshot_crawler.jobs.office import Office
from snapshot_crawler.jobs.scrapyd import Api, Refused
from snapshot_crawler.listening import address_of

logger = logging.getLogger(__name__)

LONGEST_BODY = 1_000_000  # bytes; a schedule.json has some hundred
PATIENCE_S = 10.0  # for a request to come in and its answer to go out
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Listener:
    """Serves from start() to close(). problems: what is wrong with the daemon, asked for each /health."""

    def __init__(self, office: Office, api: Api, problems: Callable[[], dict[str, str]], at: str) -> None:
        self.office, self.api, self.problems = office, api, problems
        self.token = str(office.settings["JOBS_API_TOKEN"] or "")
        host, port = address_of(at)
        kind = type("Server", (ThreadingHTTPServer,), {"daemon_threads": True, "address_family": _family(host)})
        try:
            self.server = kind((host, port), type("Bound", (Handler,), {"listener": self}))
        except OSError as error:
            raise ConfigurationError(f"--listen {at}: {error.strerror or error}") from error
        self.address = self.server.server_address[:2]

    def start(self) -> None:
        """Begin to answer."""
        # seconds between two looks for the end; the library's default
        threading.Thread(target=self.server.serve_forever, args=(0.5,), name="listen", daemon=True).start()
        logger.info("listening on http://%s:%s", *self.address)

    def close(self) -> None:
        """Stop."""
        self.server.shutdown()
        self.server.server_close()

    def health(self) -> tuple[int, dict[str, Any]]:
        """200, or 503 with what is wrong."""
        problems = self.problems()
        return (503 if problems else 200), {
            "status": "trouble" if problems else "ok",
            "problems": problems,
            "jobs": len(self.office.file.jobs),
        }

    def is_allowed(self, authorization: str | None) -> bool:
        """Whether a request has the token: as Bearer, or as the password or name of Basic (scrapyd-client)."""
        kind, _, value = (authorization or "").partition(" ")
        given = [value.strip()]
        if kind.lower() == "basic":
            try:
                given = base64.b64decode(value, validate=True).decode().split(":", 1)
            except ValueError:
                return False
        return bool(self.token) and any(hmac.compare_digest(word.encode(), self.token.encode()) for word in given)


def _family(host: str) -> int:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


class Handler(BaseHTTPRequestHandler):
    """One request."""

    listener: Listener
    server_version, sys_version = "snapshot_crawler", ""
    timeout = PATIENCE_S

    def do_GET(self) -> None:
        """http.server's hook."""
        split = urlsplit(self.path)
        try:
            if split.path == "/metrics":
                self.answer(200, exposition(self.listener.office), METRICS_TYPE)
            elif split.path == "/health":
                status, content = self.listener.health()
                self.answer(status, json.dumps(content, ensure_ascii=False).encode())
            elif split.path == "/":
                self.answer(200, b"/health\n/metrics\n", "text/plain; charset=utf-8")
            else:
                self.call_api("GET", split.path, split.query)
        except SnapshotCrawlerError as error:
            self.answer(503, json.dumps({"status": "trouble", "problems": {"history": str(error)}}).encode())

    do_HEAD = do_GET

    def do_POST(self) -> None:
        """http.server's hook."""
        length = self.headers.get("Content-Length") or "0"
        if not length.isdigit() or int(length) > LONGEST_BODY:
            self.answer(413, b"{}")
            return
        body = self.rfile.read(int(length)).decode(errors="replace")
        split = urlsplit(self.path)
        try:
            self.call_api("POST", split.path, body or split.query)
        except SnapshotCrawlerError as error:
            self.answer(503, json.dumps({"status": "error", "message": str(error)}).encode())

    def call_api(self, method: str, path: str, query: str) -> None:
        """Scrapyd's API and the logs of its jobs, for those who have the token."""
        if not self.listener.api.knows(path):
            self.answer(404, b'{"status": "error", "message": "no such address"}')
        elif not self.listener.is_allowed(self.headers.get("Authorization")):
            why = "a token is needed" if self.listener.token else "set JOBS_API_TOKEN to switch the API on"
            content = json.dumps({"status": "error", "message": why}).encode()
            self.answer(401, content, extra={"WWW-Authenticate": 'Basic realm="snapshot_crawler"'})
        else:
            try:
                if path.startswith("/logs/"):
                    self.answer(200, self.listener.api.log(path), "text/plain; charset=utf-8")
                    return
                answer = self.listener.api.call(method, path, parse_qs(query, keep_blank_values=True))
                self.answer(200, json.dumps(answer, ensure_ascii=False).encode())
            except Refused as error:
                content = json.dumps(self.listener.api.error(str(error)), ensure_ascii=False).encode()
                self.answer(error.status, content)

    def answer(
        self, status: int, body: bytes, kind: str = "application/json", *, extra: dict[str, str] | None = None
    ) -> None:
        """Send a whole answer."""
        self.send_response(status)
        for name, value in {
            "Content-Type": kind,
            "Content-Length": str(len(body)),
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            **(extra or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """http.server's hook; a line a scrape would fill the log."""
        logger.debug("%s %s", self.address_string(), format % args)
