"""The sample site's web server: on loopback, in a thread, stopped with its `with` block."""

from __future__ import annotations

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

from snapshot_crawler.demo.articles import CATEGORIES, SampleArticle, sample_articles
from snapshot_crawler.demo.pages import article_page, list_page, start_page

LIST = re.compile(r"/list/(\d)(?:_(\d+))?\.html")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4
MISSING = "<html><head><title>提示信息</title></head><body><h1>您访问的页面不存在或已被删除</h1></body></html>"


class DemoSite:
    """Serves the sample articles on a free port of 127.0.0.1, or on the port given."""

    def __init__(self, port: int = 0) -> None:
        self.articles = sample_articles()
        self.pages = {article.path: article for article in self.articles}
        self.lists = [[one for one in self.articles if one.category == name] for name in CATEGORIES]
        self.asked_flaky = 0
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site.answer(self)

            def log_message(self, format: str, *arguments: object) -> None:
                """Silence: the crawl's own log tells what was asked."""

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)

    @property
    def url(self) -> str:
        """The start page's address."""
        return f"http://127.0.0.1:{self.server.server_port}/"

    @property
    def address(self) -> str:
        """IP:port, as PRIVATE_NETWORKS_ALLOWED takes it."""
        return f"127.0.0.1:{self.server.server_port}"

    def __enter__(self) -> DemoSite:
        self.thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.server.shutdown()
        self.server.server_close()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """One request: an article, a list, or one of the site's faults."""
        path = request.path.partition("?")[0]
        article: SampleArticle | None = self.pages.get(path)
        if path == "/robots.txt":
            self.send(request, b"User-agent: *\nDisallow: /admin/\n", content_type="text/plain")
        elif article is not None:
            charset = "" if article.number % 2 else "; charset=utf-8"
            self.send(
                request, article_page(article), content_type=f"text/html{charset if article.number % 3 != 1 else ''}"
            )
        elif path in ("/", "/index.html"):
            self.send(request, start_page(self.articles))
        elif found := LIST.fullmatch(path):
            index = int(found[1])
            page = list_page(index, self.lists[index], int(found[2] or 1)) if index < len(CATEGORIES) else None
            self.send(request, page or b"<h1>404</h1>", status=200 if page else 404)
        else:
            self.fault(request, path)

    def fault(self, request: BaseHTTPRequestHandler, path: str) -> None:
        """The broken pages that every real site has."""
        if path == "/gone.html":
            self.send(request, MISSING.encode())  # answered with 200
        elif path == "/empty.html":
            self.send(request, b"")
        elif path == "/file.html":
            self.send(request, PNG)
        elif path == "/cut.html":
            request.send_response(200)
            request.send_header("Content-Length", "5000")
            request.end_headers()
            request.wfile.write(b"<html><body><h1>cut")
            request.close_connection = True
        elif path == "/flaky.html":
            self.asked_flaky += 1
            self.send(request, MISSING.encode(), status=503 if self.asked_flaky == 1 else 404)
        else:
            self.send(request, b"<h1>404</h1>", status=404)

    @staticmethod
    def send(
        request: BaseHTTPRequestHandler, body: bytes, *, status: int = 200, content_type: str = "text/html"
    ) -> None:
        """A whole answer."""
        request.send_response(status)
        request.send_header("Content-Type", content_type)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)
