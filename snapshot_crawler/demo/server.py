"""The sample site on a loopback port: a small threaded web server that stops with its `with` block."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

from snapshot_crawler.demo.pages import SitePages

LOOPBACK = "127.0.0.1"


class SampleHandler(BaseHTTPRequestHandler):
    """Answers GET and HEAD from the server's SitePages."""

    protocol_version = "HTTP/1.1"
    server: SampleServer
    timeout = 30  # seconds that an idle connection is kept

    def do_GET(self) -> None:
        """Send the answer of the path; a page that is cut ends with its connection."""
        answer = self.server.pages.answer(self.path)
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body) + answer.missing_bytes))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(answer.body)
        self.close_connection = self.close_connection or bool(answer.missing_bytes)

    do_HEAD = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Do nothing: the crawl has its own log."""


class SampleServer(ThreadingHTTPServer):
    """Serves from the start of the `with` block to its end, in a thread. port 0 takes a free one.

    Raises OSError when the port is taken.
    """

    daemon_threads = True
    disable_nagle_algorithm = True

    def __init__(self, port: int = 0) -> None:
        self.pages = SitePages()
        super().__init__((LOOPBACK, port), SampleHandler)
        self._thread = threading.Thread(target=self.serve_forever, name="sample site", daemon=True)

    @property
    def address(self) -> str:
        """host:port, as PRIVATE_NETWORKS_ALLOWED takes it."""
        return f"{LOOPBACK}:{self.server_address[1]}"

    @property
    def url(self) -> str:
        """The address of the site's first page."""
        return f"http://{self.address}/"

    def __enter__(self) -> SampleServer:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()
