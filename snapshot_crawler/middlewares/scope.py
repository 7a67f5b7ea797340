"""Which hosts belong to the crawl: requests go in; those that lead off the site, or are too long, are refused.

A downloader middleware, the first, in the place of Scrapy's offsite middleware. That one lets every host pass when a
spider has no allowed_domains, and always lets redirects of start pages pass.

On the site are the hosts of the start addresses with and without www., their subdomains, and the spider's
allowed_domains; on ports 80 and 443, and each host on the port of its start address (urls.same_site). This holds for
links, redirects and meta refresh. request.meta["allow_offsite"] = True lets a request pass.

Stats: scope/off-site (requests refused), scope/off-site-redirects (of them redirects), scope/url-too-long.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.exceptions import IgnoreRequest
from scrapy.utils.httpobj import urlparse_cached

from snapshot_crawler.meta import ALLOW_OFFSITE, IS_START_REQUEST, REDIRECT_URLS
from snapshot_crawler.signals import links_left, page_rejected
from snapshot_crawler.urls import before_path, same_site
from snapshot_crawler.urls import host as host_of

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

HOSTS_NAMED_IN_LOG = 20  # by choice: the report has all of them


class ScopeMiddleware:
    """A downloader middleware, the first. It also judges each request when the scheduler is about to store it."""

    def __init__(self, crawler: Crawler) -> None:
        assert crawler.stats is not None
        self.crawler, self.stats = crawler, crawler.stats
        self.longest_url = crawler.settings.getint("URLLENGTH_LIMIT")
        self.sites: dict[str, None] = {}  # start addresses; each brings its host and its port
        self._known: dict[str, bool] = {}  # what stands before the path -> on the site
        self._named: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ScopeMiddleware:
        scope = cls(crawler)
        crawler.signals.connect(scope._spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(scope._request_scheduled, signal=signals.request_scheduled)
        return scope

    def _spider_opened(self, spider: Spider) -> None:
        for attribute in ("start_urls", "feeds", "sitemaps", "allowed_domains"):
            for url in getattr(spider, attribute, None) or []:
                self._add(url)

    def _add(self, url: str) -> None:
        """A start address, or the name of a domain, makes its host part of the crawl, with its port."""
        self.sites.setdefault(url if "://" in url else f"https://{url}")
        self._known.clear()

    def _request_scheduled(self, request: Request) -> None:
        meta = request.meta
        if meta.get(IS_START_REQUEST) and not meta.get(REDIRECT_URLS):  # a spider with a start() of its own
            split = urlparse_cached(request)
            self._add(f"{split.scheme}://{split.netloc}")
        self.process_request(request)

    def process_request(self, request: Request) -> None:
        """Let it pass, or raise IgnoreRequest."""
        if self.longest_url and len(request.url) > self.longest_url:
            self.stats.inc_value("scope/url-too-long")
            self._refuse(request, "url-too-long", f"an address of {len(request.url)} characters")
        if request.meta.get(ALLOW_OFFSITE) or self.is_on_site(request):
            return
        if not self.sites:
            return  # start() has yielded nothing yet: an earlier run stored this request, and has judged it
        self.stats.inc_value("scope/off-site")
        self._refuse(request, "off-site", f"{host_of(request.url)} is not part of the crawl")

    def is_on_site(self, request: Request) -> bool:
        """Whether the request's address is on one of the sites, at one of the ports."""
        place = before_path(request.url)
        answer = self._known.get(place)
        if answer is None:
            split = urlparse_cached(request)
            url = f"{split.scheme}://{split.netloc}"
            answer = any(same_site(url, site) for site in self.sites)
            if len(self._known) < 10_000:  # by choice: bounds memory
                self._known[place] = answer
        return answer

    def _refuse(self, request: Request, reason: str, detail: str) -> None:
        """A refused link is only counted; a refused redirect is a page that was wanted, so it is told."""
        came_from = request.meta.get(REDIRECT_URLS)
        if came_from:
            self.stats.inc_value("scope/off-site-redirects")
            host = host_of(request.url)
            if host not in self._named and len(self._named) < HOSTS_NAMED_IN_LOG:
                self._named.add(host)
                logger.warning("%s leads off the site, to %s: not followed", came_from[0][:300], host)
            self.crawler.signals.send_catch_log(
                page_rejected, request=request, reason=reason, detail=detail, spider=self.crawler.spider
            )
        elif referer := request.headers.get("Referer"):
            left = {request.url: f"scope: {detail}"}
            self.crawler.signals.send_catch_log(
                links_left, links=left, found_on=referer.decode("latin-1"), spider=self.crawler.spider
            )
        raise IgnoreRequest(detail)
