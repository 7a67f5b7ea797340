"""The counts of requests, answers and bytes are Scrapy's own."""

from __future__ import annotations

from typing import Any

import pytest
from scrapy import FormRequest, Request
from scrapy.downloadermiddlewares.stats import DownloaderStats
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from snapshot_crawler.middlewares.traffic import Traffic

HEADERS = {"Accept": "text/html", "X-Two": ["one", "two"]}
REQUESTS = [
    Request("http://a.example"),
    Request("http://a.example/", headers=HEADERS),
    Request("https://a.example:8443/list;v=1?page=2&q=%E6%96%B0#end", headers=HEADERS),
    Request("http://user:secret@a.example//two//", headers=HEADERS),
    Request("http://[::1]:80/one", headers={"X-None": []}),
    Request("http://新闻.example/消息", headers=HEADERS, encoding="gb18030"),
    FormRequest("http://a.example/search", formdata={"q": "消息"}, headers=HEADERS),
    Request("http://a.example/", method="PUT", body="消息", headers=HEADERS),
    Request("data:text/html,one", headers=HEADERS),
]
ANSWERS: list[dict[str, Any]] = [
    {},
    {"status": 404, "body": b"nothing"},
    {"status": 299, "headers": {"Content-Type": "text/html", "Set-Cookie": ["a=1", "b=2"], "X-Empty": ""}},
]


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda request: f"{request.method} {request.url}")
@pytest.mark.parametrize("answer", ANSWERS, ids=str)
def test_the_counts_are_scrapy_s(request_: Request, answer: dict[str, Any]) -> None:
    counts = []
    for kind in (Traffic, DownloaderStats):
        crawler = get_crawler(settings_dict={"TWISTED_REACTOR_ENABLED": False})
        middleware = kind.from_crawler(crawler)
        assert crawler.stats is not None
        response = Response(request_.url, **answer)
        assert middleware.process_request(request_) is None
        assert middleware.process_response(request_, response) is response
        middleware.process_exception(request_, TimeoutError())
        counts.append({name: value for name, value in crawler.stats.get_stats().items() if "downloader/" in name})
    assert counts[0] == counts[1] and len(counts[0]) == 8
