"""The Referer is what Scrapy's own policy says, for pages and links of all kinds."""

from __future__ import annotations

import pytest
from scrapy.spidermiddlewares.referer import StrictOriginWhenCrossOriginPolicy

from snapshot_crawler.middlewares.referrer import StrictOriginWhenCrossOrigin

ADDRESSES = [
    "http://a.example",
    "http://a.example/",
    "http://a.example/list?page=2#end",
    "http://a.example:80/one",
    "http://a.example:8080/one",
    "http://user:secret@a.example/one",
    "http://a.example@b.example/one",
    "http://a.example.b.example/one",
    "http://A.example/one",
    "https://a.example/one",
    "https://a.example:443/one",
    "https://b.example/two",
    "http://[::1]:80/one",
    "http://[::1]/one",
    "ftp://a.example/file",
    "data:text/html,one",
    "about:blank",
    "file:///one",
]


@pytest.mark.parametrize("page", ADDRESSES)
def test_the_referer_is_scrapy_s(page: str) -> None:
    ours, scrapys = StrictOriginWhenCrossOrigin(), StrictOriginWhenCrossOriginPolicy()
    for link in ADDRESSES:
        assert ours.referrer(page, link) == scrapys.referrer(page, link), link
    assert ours.name == scrapys.name
