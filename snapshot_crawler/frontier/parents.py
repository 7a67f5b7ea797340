"""A spider middleware: each request that a page's callback yields gets the key of that page's request.

The frontier uses the key to count the new articles of a list. An address would not do: the page may have been
requested by http and read by https, a Referer may hold the origin alone, and a form has no address of its own.
"""

from __future__ import annotations

from scrapy import Request
from scrapy.http import Response
from scrapy.spidermiddlewares.base import BaseSpiderMiddleware

from snapshot_crawler.frontier.requests import key_of
from snapshot_crawler.meta import FOUND_BY


class ParentKeys(BaseSpiderMiddleware):
    """See the module's first lines."""

    def get_processed_request(self, request: Request, response: Response | None) -> Request:
        """Scrapy's hook for each request of the spider; response is None for start requests."""
        if response is not None and response.request is not None:
            request.meta[FOUND_BY] = key_of(response.request)
        return request
