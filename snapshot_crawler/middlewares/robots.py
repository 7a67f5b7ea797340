"""robots.txt by RFC 9309: a request goes in; it passes or is refused, once the rules of its origin are known.

A downloader middleware. The first request to an origin waits while robots.txt is fetched; all others that come
meanwhile wait for the same fetch. A 2xx answer gives rules (a web page in its place gives none). A 4xx, and redirects
that lead nowhere, mean "no rules". A 5xx or no answer forbids every page; _decide() tries several times before that.

It takes the place of Scrapy's middleware, which has a bug since 2.14: requests that wait for one robots.txt wait on one
Deferred. Turning it into a future makes its result None for the next one that asks, and None is read as "no rules". So
all waiting requests but the first two pass a robots.txt that forbids everything. The bug is gone when
tests/hostile/test_robots.py::test_scrapys_own_middleware_still_lets_waiting_requests_through fails.

Settings: ROBOTSTXT_OBEY, ROBOTSTXT_USER_AGENT, DOWNLOAD_TIMEOUT. pace/ is told the Crawl-delay.

Stats: robots/requests (robots.txt files asked for, redirects and retries included), robots/status/NNN,
robots/told (files that another process of the job had read, and that were not asked for again),
robots/forbidden (pages refused by a rule), robots/unreachable (hosts whose robots.txt could not be had),
robots/refused-unreachable (pages refused because of that).
"""

from __future__ import annotations

import asyncio
import logging
import random
import re
import zlib
from collections import OrderedDict
from itertools import count
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from scrapy import Request, signals
from scrapy.exceptions import IgnoreRequest, NotConfigured, StopDownload
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from snapshot_crawler.frontier.door import frontier_of
from snapshot_crawler.meta import DONT_OBEY_ROBOTSTXT, DOWNLOAD_MAXSIZE, ROBOTS_BYTES, ROBOTS_TXT
from snapshot_crawler.middlewares.pace.middleware import PaceMiddleware, is_stopping
from snapshot_crawler.middlewares.robots_rules import Robots, Said, Verdict
from snapshot_crawler.signals import page_rejected
from snapshot_crawler.urls import host as host_of
from snapshot_crawler.urls import origin

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

PARSED_BYTES = 500 * 1024  # RFC 9309, 2.5: at least 500 KiB; the rest of a longer file does not count
CACHED_S = 24 * 3600  # RFC 9309, 2.4: not longer than a day
CACHED_HOSTS = 1_000  # origins whose rules are kept, by choice: about 5 KB each
REDIRECTS = 8  # redirects: RFC 9309, 2.3.1.2 asks for five at least; a few more by choice
LONGEST_TIMEOUT_S = 15  # of one try, by choice; DOWNLOAD_TIMEOUT where that is shorter
FIRST_WAIT_S = 0.5  # after a failed try, by choice; then doubled, and all tries together take two timeouts at most
LONGEST_TRYING_S = 15  # all tries of an origin, by choice: a person waits to be told that the host cannot be reached
FORBIDDEN_AT_FIRST_S = 300  # by choice: pause before an unreachable robots.txt is requested again; then doubled
DECOMPRESSED_CAP_BYTES = 8 * 1024 * 1024  # as DOWNLOAD_MAXSIZE; for codings that are unpacked by compression/


class RobotsMiddleware:
    """A downloader middleware. Between the compression and the redirect middleware, so that it sees its own answers
    before they are unpacked: a compressed robots.txt is cut at 500 KiB like a plain one."""

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured("ROBOTSTXT_OBEY is off")
        assert crawler.stats is not None
        self.crawler, self.stats = crawler, crawler.stats
        agent = crawler.settings["ROBOTSTXT_USER_AGENT"] or crawler.settings["USER_AGENT"] or ""
        self.token = product_token(agent)
        self.timeout_s = min(crawler.settings.getfloat("DOWNLOAD_TIMEOUT") or LONGEST_TIMEOUT_S, LONGEST_TIMEOUT_S)
        self._known: OrderedDict[str, Robots] = OrderedDict()
        self._deciding: dict[str, asyncio.Task[Robots]] = {}
        self._trouble: dict[str, str] = {}  # why an origin's last try failed, for the log and the report

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        robots = cls(crawler)
        crawler.signals.connect(robots._cut, signal=signals.bytes_received)
        crawler.signals.connect(robots._spider_opened, signal=signals.spider_opened)
        return robots

    def _spider_opened(self) -> None:
        if pace := self._pace():
            pace.probe = self.is_reachable

    # --- Scrapy's hooks
    async def process_request(self, request: Request) -> Request | None:
        """Wait for the rules of the request's origin, then let it pass, put it back or refuse it."""
        if request.meta.get(DONT_OBEY_ROBOTSTXT) or not request.url.startswith(("http://", "https://")):
            return None
        robots = await self.robots(origin(request.url))
        if robots.allows(request.url, self.token):
            return None
        if robots.verdict is Verdict.UNREACHABLE:
            return self._put_back(request)
        self.stats.inc_value("robots/forbidden")
        raise self._refusal(request, "forbidden by robots.txt")

    def process_response(self, request: Request, response: Response) -> Response:
        """Unpack and cut our own answers; everything else passes untouched."""
        if not request.meta.get(ROBOTS_TXT):
            return response
        request.meta[DOWNLOAD_MAXSIZE] = DECOMPRESSED_CAP_BYTES
        encoding = (response.headers.get("Content-Encoding") or b"").strip().lower()
        if encoding in (b"gzip", b"x-gzip", b"deflate"):
            response = response.replace(body=unpacked_beginning(response.body))
            del response.headers["Content-Encoding"]
        return response

    # --- For other rooms
    async def robots(self, site: str) -> Robots:
        """The rules of an origin such as https://news.example:8080, fetched when they are not known or too old."""
        known = self._known.get(site)
        if known is not None and monotonic() < known.expires:
            self._known.move_to_end(site)
            return known
        task = self._deciding.get(site)
        if task is None:
            task = self._deciding[site] = asyncio.ensure_future(self._decide(site, known))
            task.add_done_callback(lambda _: self._deciding.pop(site, None))
        return await asyncio.shield(task)  # one waiter that is cancelled must not take the answer from the others

    def sitemaps(self, url: str) -> list[str]:
        """The sitemaps that the robots.txt of url's origin names; [] while it is not known."""
        known = self._known.get(origin(url))
        return list(known.sitemaps) if known else []

    def trouble(self, url: str) -> str | None:
        """Why the robots.txt of url's origin could not be fetched; None when nothing is known to be wrong."""
        return self._trouble.get(origin(url))

    async def is_reachable(self, site: str) -> bool:
        """Whether the origin answers at all, asked now, with one request: the probe of pace/."""
        answer = await self._ask(site, self.timeout_s)
        return answer is not None

    # --- Deciding
    async def _decide(self, site: str, before: Robots | None) -> Robots:
        """Ask until there is an answer, or for two timeouts at most, and remember the rules. Where several processes
        share the job, what another one was told as long as it had the host counts for its whole time."""
        if (robots := self._told_to_others(site)) is not None:
            self._remember(site, robots)
            return robots
        deadline = monotonic() + min(2 * self.timeout_s, LONGEST_TRYING_S)
        wait_s = FIRST_WAIT_S
        for tried in count(1):
            answer = await self._ask(site, min(self.timeout_s, max(deadline - monotonic(), 1)))
            if answer is not None and answer.status < 500 and answer.status != 429:
                said, lasts_s = self._read(answer), float(CACHED_S)
                break
            if tried == 1:  # a busy process may have used up all the time in one try
                deadline = max(deadline, monotonic() + 2 * FIRST_WAIT_S)
            # spread by a fifth, by choice: many origins behind one server do not ask together
            pause = max(wait_s * random.uniform(0.8, 1.2), self._asked_to_wait(site))
            if monotonic() + pause >= deadline or is_stopping(self.crawler):
                # 429 is one of the 4xx, which the RFC calls unavailable; a server that stays overloaded is not
                refused = answer is not None and answer.status == 429
                said, lasts_s = (Said(Verdict.NO_RULES), float(CACHED_S)) if refused else self._unreachable(before)
                break
            await asyncio.sleep(pause)
            wait_s *= 2
        robots = Robots.of(said, monotonic() + lasts_s, self.token)
        self._remember(site, robots)
        if (frontier := frontier_of(self.crawler)) is not None:
            frontier.tell_robots(site, said.as_json(), lasts_s)
        return robots

    def _told_to_others(self, site: str) -> Robots | None:
        frontier = frontier_of(self.crawler)
        told = frontier.told_robots(site) if frontier is not None else None
        if told is None:
            return None
        said, left_s = told
        self.stats.inc_value("robots/told")
        return Robots.of(Said.from_json(said), monotonic() + left_s, self.token)

    async def _ask(self, site: str, timeout_s: float) -> Response | None:
        """The last answer of one try, redirects followed; None when there is none."""
        url = f"{site}/robots.txt"
        answer: Response | None = None
        for _ in range(REDIRECTS + 1):
            try:
                answer = await self._download(url, timeout_s)
            except IgnoreRequest as refusal:  # another protection of ours refuses this hop: it leads nowhere
                logger.info("%s is not fetched: %s", url, refusal)
                return Response(url, status=404)  # where it stands at the host itself, the page is refused likewise
            except Exception as error:  # every failure here means the same: no answer
                logger.debug("%s: %s: %s", url, type(error).__name__, error)
                self._trouble[site] = str(error) or type(error).__name__
                return None
            self._trouble[site] = f"status {answer.status}"  # unless _remember finds that it is none
            target = answer.headers.get("Location")
            if answer.status not in (301, 302, 303, 307, 308) or not target:
                return answer
            url = urljoin(url, target.decode("utf-8", "replace").strip())
            if not url.startswith(("http://", "https://")):
                break
        self._trouble[site] = "too many redirects, or one that leads nowhere"
        return answer

    async def _download(self, url: str, timeout_s: float) -> Response:
        """One request for a robots.txt; the middlewares for pages do not see it."""
        meta = {
            ROBOTS_TXT: True,
            "dont_obey_robotstxt": True,
            "dont_redirect": True,
            "dont_retry": True,
            "allow_offsite": True,
            "handle_httpstatus_all": True,
            "download_timeout": timeout_s,
            "download_maxsize": 0,  # _cut ends it; a cap would make a long file fail instead
            "download_warnsize": 0,
        }
        headers = {"Accept-Encoding": "gzip, deflate", "Accept": "text/plain,*/*;q=0.5"}
        request = Request(url, meta=meta, headers=headers, callback=NO_CALLBACK, dont_filter=True)
        assert self.crawler.engine is not None
        self.stats.inc_value("robots/requests")
        response = await self.crawler.engine.download_async(request)
        self.stats.inc_value(f"robots/status/{response.status}")
        return response

    def _cut(self, data: bytes, request: Request) -> None:
        """bytes_received: end the download of a robots.txt after the bytes that count."""
        if not request.meta.get(ROBOTS_TXT):
            return
        request.meta[ROBOTS_BYTES] = request.meta.get(ROBOTS_BYTES, 0) + len(data)
        if request.meta[ROBOTS_BYTES] >= PARSED_BYTES:
            raise StopDownload(fail=False)

    @staticmethod
    def _read(answer: Response) -> Said:
        """What an answer says that is neither 5xx nor 429."""
        text = readable(answer.body) if 200 <= answer.status < 300 else None
        return Said(Verdict.NO_RULES) if text is None else Said(Verdict.RULES, text, answer.url)

    def _unreachable(self, before: Robots | None) -> tuple[Said, float]:
        failures = before.failures + 1 if before else 1
        self.stats.inc_value("robots/unreachable")
        # eight doublings: bounds the number
        return Said(Verdict.UNREACHABLE, failures=failures), FORBIDDEN_AT_FIRST_S * 2.0 ** min(failures - 1, 8)

    def _remember(self, site: str, robots: Robots) -> None:
        """Keep the rules, tell the pace of their Crawl-delay, and forget the origin that was not used for longest."""
        self._known[site] = robots
        self._known.move_to_end(site)
        while len(self._known) > CACHED_HOSTS:
            self._trouble.pop(self._known.popitem(last=False)[0], None)
        if robots.verdict is Verdict.UNREACHABLE:
            trouble = self._trouble.setdefault(site, "no answer")
            logger.warning("%s/robots.txt cannot be had (%s): nothing of this host is fetched for now", site, trouble)
        else:
            self._trouble.pop(site, None)
        delay = robots.rules.crawl_delay(self.token) if robots.rules else None
        if pace := self._pace():
            pace.set_crawl_delay(host_of(site), float(delay or 0))

    # --- Refusing
    def _put_back(self, request: Request) -> Request:
        """The page of a host without a reachable robots.txt: kept for later if possible, else refused.

        Kept: the host is parked, and its pages stay pending for the next run. Not when the host answers on another
        port, or in plain use without the frontier.
        """
        self.stats.inc_value("robots/refused-unreachable")
        pace = self._pace()
        why = f"robots.txt cannot be had ({self._trouble.get(origin(request.url), 'no answer')})"
        if pace is not None and (kept := pace.park_and_keep(request, why)) is not None:
            return kept
        raise self._refusal(request, "robots.txt cannot be had, which forbids every page")

    def _refusal(self, request: Request, detail: str) -> IgnoreRequest:
        self.crawler.signals.send_catch_log(
            page_rejected, request=request, reason="robots", detail=detail, spider=self.crawler.spider
        )
        return IgnoreRequest(detail)

    def _pace(self) -> PaceMiddleware | None:
        return self.crawler.get_downloader_middleware(PaceMiddleware)

    def _asked_to_wait(self, site: str) -> float:
        """Seconds that the host asked us to wait (Retry-After)."""
        pace = self._pace()
        return pace.held_s(host_of(site)) if pace else 0.0


def product_token(agent: str) -> str:
    """The name that robots.txt groups are matched with: name, of "name/1.0 (...)" and "... (compatible; name/1.0)"."""
    named = re.search(r"compatible;\s*([A-Za-z_-]+)", agent) or re.match(r"\s*([A-Za-z_-]+)", agent)
    return named[1] if named else "snapshot_crawler"


def readable(body: bytes) -> str | None:
    """The part of a robots.txt that counts; None when a web page stands in its place."""
    is_cut = len(body) >= PARSED_BYTES
    body = body[:PARSED_BYTES]
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = body.decode("utf-16", "ignore")
    else:
        text = body.decode("utf-8-sig", "ignore").replace("\0", "")
    if is_cut:  # half a line would mean another path
        text = text[: max(text.rfind("\n"), text.rfind("\r")) + 1]
    head = text[:2000].lstrip().lower()
    if head.startswith("<") and re.search(r"<(?:!doctype|html|head|body|script|title)\b", head):
        return None
    return text


def unpacked_beginning(body: bytes) -> bytes:
    """The first 500 KiB of gzip or deflate data, cut or broken data included."""
    for window in (47, -15):  # gzip or zlib by their header; raw deflate
        try:
            return zlib.decompressobj(window).decompress(body, PARSED_BYTES)
        except zlib.error:
            continue
    return b""
