"""The guard against endless families of pages: requests go in; each passes, waits for all others, or is refused.

Two middlewares share one record (evidence.py, families.py, pages.py). TrapLinksMiddleware, at the spider, notes which
page led to which, and drops links into closed families. TrapMiddleware, at the downloader, judges each request when it
is about to be fetched, because a family may have thousands of requests in the frontier when it is closed. A request
that must wait is given back to the scheduler once, with a lower priority, so it is not lost if its family proves good.

Never refused are start pages, feeds, sitemaps, robots.txt, and pages that an earlier run has fetched: a page without
new links is no sign of a trap.

A try that got no answer about its page (5xx, 429, 401, 403, no connection, a login or block page) is no evidence of a
trap. If a family had only such tries and they are used up, its other pages are left for a later run: reason later-run,
which the frontier keeps as failed for the time being.

With our frontier, the records of the families are kept from run to run.

Stats: traps/families/KIND (families closed; kinds in evidence.py), traps/refused (requests), traps/later (requests
that had to wait), traps/stopped ({family: {kind, example, requests}}, for the run report), traps/later-run (requests
left for a later run), traps/unanswered ({family: an example}, for the run report).
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections import OrderedDict
from dataclasses import asdict
from functools import cached_property
from time import monotonic
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from scrapy import Request, signals
from scrapy.exceptions import IgnoreRequest
from scrapy.spidermiddlewares.base import BaseSpiderMiddleware
from scrapy.utils.httpobj import urlparse_cached

from snapshot_crawler.frontier.door import frontier_of
from snapshot_crawler.frontier.temporary import FAILED, LATER_RUN, WALLS, is_temporary_status
from snapshot_crawler.meta import (
    AFTER_ALL,
    DEPTH,
    DISCOVERED_BY,
    FETCHED_BEFORE,
    FOR_OTHERS,
    IS_START_REQUEST,
    REDIRECT_URLS,
    REFUSED,
    RETRY_TIMES,
    RETRY_WAIT_S,
    ROBOTS_TXT,
    TRAP_PARENT,
    promise_of,
)
from snapshot_crawler.middlewares.traps.evidence import SESSION_MARK, Decision, Evidence
from snapshot_crawler.middlewares.traps.families import Family, Visit, family, visit
from snapshot_crawler.middlewares.traps.pages import KEPT, Fetched, FetchedPages, page_id
from snapshot_crawler.pages.kinds import NEXT_PART
from snapshot_crawler.scrapy_internals import requests_in_progress
from snapshot_crawler.signals import links_left, page_rejected

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)

LATER_PRIORITY = -100  # by choice: below all others; deeper pages come first, to show what a chain leads to
LISTED = 200  # closed families named in the stats, by choice
LINKS_LOOKED_AT = 300  # of a page that brought nothing, by choice
EXEMPT_KINDS = frozenset({"start", "feed", "sitemap"})
SAVED_EVERY_S = 30  # by choice: what a crash may lose of the record
WAIT_S = 0.05  # by choice: while other pages are in progress
WAIT_STORED_S = 0.5  # the same where each wait costs a write, by choice
HREF = re.compile(rb"href\s*=\s*[\"']?([^\"'\s>#]+)", re.IGNORECASE)


class TrapMiddleware:
    """A downloader middleware, after robots.txt and before the pace; see the module's first lines."""

    def __init__(self, crawler: Crawler) -> None:
        assert crawler.stats is not None
        self.crawler, self.stats = crawler, crawler.stats
        self.evidence = Evidence()
        self.pages = FetchedPages()
        self._contents: OrderedDict[int, None] = OrderedDict()  # hashes of the articles' contents
        self._tried: WeakSet[Request] = WeakSet()
        self.left: dict[str, str] = {}  # families left for a later run -> an example
        self._saved_at = monotonic()
        self._is_dirty = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> TrapMiddleware:
        traps = cls(crawler)
        for signal, receiver in (
            (signals.spider_opened, traps._load),
            (signals.item_scraped, traps._item_scraped),
            (signals.item_dropped, traps._item_dropped),
            (signals.spider_error, traps._callback_failed),
            (signals.spider_idle, traps._save),
            (signals.request_scheduled, traps._scheduled),
            (page_rejected, traps._rejected),
        ):
            crawler.signals.connect(receiver, signal=signal)
        return traps

    # --- Scrapy's hooks
    async def process_request(self, request: Request) -> Request | None:
        """Judge the request; count it when it passes."""
        if request.meta.get(ROBOTS_TXT):
            return None
        if is_next_part(request):  # the spider bounds them; the article that they bring is their first page's
            self.pages.remember(request, Fetched(family(request.url), request.meta.get(TRAP_PARENT), is_part=True))
            return None
        kin, page = family(request.url), page_id(request.url)
        self.evidence.fine(kin).again.discard(page)
        is_variant = False
        if request.meta.get(FETCHED_BEFORE):
            self.pages.remember(request, Fetched(kin, request.meta.get(TRAP_PARENT), is_productive=True))
            return None
        if not is_never_refused(request):
            found = visit(request.url)
            is_variant = found is not None and self.pages.was_visited(found.page, page)
            decision, name = self._decide(request, kin, page, found, is_variant)
            is_told = name in self.evidence.stops or name in self.left
            is_first_time = AFTER_ALL not in request.meta and not is_told
            if decision is not Decision.GO and is_first_time:
                return self._later(request, kin)
            if decision is Decision.NO:
                raise self._refusal(request, kin, name)
            if decision is Decision.LATER_RUN:
                raise self._left_for_later_run(request, name)
            if decision is Decision.WAIT or (AFTER_ALL in request.meta and self._others_under_way(request)):
                return await self._wait(request, kin)
        self._note(request, kin, page, is_variant)
        self._tried.add(request)
        return None

    def process_response(self, request: Request, response: Response) -> Response:
        """Note errors and repeated content."""
        if request.meta.get(ROBOTS_TXT) or request.meta.get(FETCHED_BEFORE):
            return response
        kin = family(request.url)
        if is_temporary_status(response.status):
            self.evidence.unanswered(kin)
        elif response.status >= 400:
            self.evidence.failed(kin)
        elif response.status < 300:
            self.evidence.content(kin, hash(response.body))
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Note a try that got no answer."""
        is_own = isinstance(exception, IgnoreRequest)
        if not is_own and not request.meta.get(ROBOTS_TXT) and not request.meta.get(FETCHED_BEFORE):
            self.evidence.unanswered(family(request.url))

    # --- Judging
    def _decide(
        self, request: Request, kin: Family, page: int, found: Visit | None, is_variant: bool
    ) -> tuple[Decision, str]:
        """The strictest of three judgements: of its family, of its having been fetched before, of its shape."""
        is_second_try = bool(request.meta.get(RETRY_TIMES))
        decisions = [self._judge(kin, request.meta.get(TRAP_PARENT), is_second_try=is_second_try)]
        if found is None:
            first = self.pages.first_visit(page)
            if first is not None and first.is_productive and self.evidence.is_visit_proven(first.family):
                decisions.append((Decision.NO, f"{first.family.fine}{SESSION_MARK}"))  # it came with a session
        elif is_variant:
            decisions.append(self.evidence.judge_variant(kin, found.is_named, self._under_way))
        elif found.is_named or not self.evidence.has_pages_of_its_own(kin):
            decisions.append((Decision.LATER, ""))  # the same page may come without a visit
        return max(decisions, key=lambda each: each[0].value)

    def _judge(self, kin: Family, parent: int | None, *, is_second_try: bool = False) -> tuple[Decision, str]:
        found_on = self.pages.get(parent)
        is_barren = found_on is not None and found_on.is_barren
        return self.evidence.judge(
            kin,
            found_on_barren=is_barren,
            chain=self.pages.chain(kin, found_on),
            under_way=self._under_way,
            is_inside=self.pages.is_inside(kin, found_on),
            is_second_try=is_second_try,
        )

    def _under_way(self, name: str) -> int:
        """How many requests of a family (fine or coarse) have passed here and are not yet read to the end."""
        in_progress = requests_in_progress(self.crawler)
        kin = [family(request.url) for request in in_progress if request in self._tried]
        if not name.endswith("*"):
            return sum(each.fine == name for each in kin)
        return sum(name in each.coarse and not self.evidence.is_proven(each) for each in kin)

    def _others_under_way(self, request: Request) -> bool:
        """Whether unsuspected pages of the host are being fetched or read: they come first."""
        host = urlparse_cached(request).hostname
        return any(
            AFTER_ALL not in other.meta and other is not request and urlparse_cached(other).hostname == host
            for other in requests_in_progress(self.crawler)
        )

    def is_closed(self, request: Request, parent: int | None) -> bool:
        """Whether a link need not be enqueued; it is counted and reported as if it had been."""
        if is_never_refused(request) or is_next_part(request):
            return False
        kin = family(request.url)
        decision, name = self._judge(kin, parent)
        is_closed = decision is Decision.NO and name in self.evidence.stops
        if is_closed:
            self._refusal(request, kin, name)
            self._tell_left(request, f"trap: {stop_detail(name)}")
        return is_closed

    def _tell_left(self, request: Request, reason: str) -> None:
        """Report a link that is not enqueued."""
        found_on = (request.meta.get(DISCOVERED_BY) or {}).get("url")
        referer = request.headers.get("Referer") or b""
        self.crawler.signals.send_catch_log(
            links_left,
            links={request.url: reason},
            found_on=found_on or referer.decode("latin-1"),
            spider=self.crawler.spider,
        )

    def _later(self, request: Request, kin: Family) -> Request:
        """The request with a priority below all others: it comes again when they are done.

        It goes back to the scheduler, so that requests found meanwhile come before it.
        """
        if AFTER_ALL not in request.meta:
            self.stats.inc_value("traps/later")
        # 20 and 5 by choice: one more try counts for more than a few steps of depth
        priority = LATER_PRIORITY + min(request.meta.get(DEPTH, 0), 20) - 5 * self.evidence.excess(kin)
        again = request.replace(priority=priority, dont_filter=True)
        again.meta[AFTER_ALL] = True
        if request.meta.get(RETRY_TIMES):  # stored, it would forget how often it was tried
            again.meta[RETRY_WAIT_S] = WAIT_STORED_S
        return again

    async def _wait(self, request: Request, kin: Family) -> Request:
        """The same a little later, by the scheduler where it can wait."""
        again = self._later(request, kin)
        if frontier_of(self.crawler) is not None:
            again.meta[RETRY_WAIT_S] = WAIT_STORED_S
            again.meta[FOR_OTHERS] = True
        else:
            await asyncio.sleep(WAIT_S)
        return again

    def _refusal(self, request: Request, kin: Family, name: str) -> IgnoreRequest:
        """Count a refused request; report the family once."""
        self.stats.inc_value("traps/refused")
        stop = self.evidence.stop(name, kin, request.url)
        detail = stop_detail(name)
        request.meta[REFUSED] = f"trap, {detail}"
        if stop is not None:
            self._is_dirty = True
            self.stats.inc_value(f"traps/families/{stop.kind}")
            listed = self.stats.get_value("traps/stopped", {})
            if len(listed) < LISTED:
                told = asdict(stop)
                self.stats.set_value("traps/stopped", {**listed, told.pop("family"): told})
            logger.info("Left %s (%s) after %d requests; for example %s", name, stop.kind, stop.requests, stop.example)
            self.crawler.signals.send_catch_log(
                page_rejected, request=request, reason="trap", detail=detail, spider=self.crawler.spider
            )
            self._save()
        return IgnoreRequest(detail)

    def _left_for_later_run(self, request: Request, name: str) -> IgnoreRequest:
        """Count a request of a family that cannot be fetched now; report the family once."""
        detail = f"pages of {name} could not be had"
        if request.meta.get(RETRY_TIMES):  # it was asked for, and has failed
            detail = f"no answer, and {detail}"
            self.crawler.signals.send_catch_log(
                page_rejected, request=request, reason=FAILED, detail=detail, spider=self.crawler.spider
            )
            return IgnoreRequest(detail)
        self.stats.inc_value("traps/later-run")
        request.meta[REFUSED] = f"{LATER_RUN}, {detail}"
        is_first = name not in self.left
        if is_first and len(self.left) < LISTED:
            self.left[name] = request.url[:300]
            self.stats.set_value("traps/unanswered", dict(self.left))
            logger.warning("Left %s for a later run: its pages could not be had; for example %s", name, request.url)
            self._is_dirty = True
        if is_first or REDIRECT_URLS in request.meta:  # the redirect that led to it must come back too: walls.py
            self.crawler.signals.send_catch_log(
                page_rejected, request=request, reason=LATER_RUN, detail=detail, spider=self.crawler.spider
            )
        return IgnoreRequest(detail)

    # --- Noting
    def _scheduled(self, request: Request) -> None:
        """A page that is to be tried a second time."""
        if request.meta.get(RETRY_TIMES) and not request.meta.get(ROBOTS_TXT):
            self.evidence.fine(family(request.url)).again.add(page_id(request.url))

    def _rejected(self, request: Request, reason: str) -> None:
        """A page that was given up, or a wall in its place: the page itself is not known."""
        if reason == FAILED:
            self.evidence.fine(family(request.url)).again.discard(page_id(request.url))
        elif reason in WALLS and not request.meta.get(FETCHED_BEFORE):
            kin = family(request.url)
            self.evidence.unanswered(kin)
            fetched = self.pages.of(request)
            if fetched is not None and fetched.is_variant:
                self.evidence.fine(kin).variants -= 1

    def _note(self, request: Request, kin: Family, page: int, is_variant: bool) -> None:
        found_on = self.pages.get(request.meta.get(TRAP_PARENT))
        self.evidence.tried(kin, is_inside=self.pages.is_inside(kin, found_on))
        if is_variant:
            self.evidence.fine(kin).variants += 1
        if self.pages.get(page) is None:  # else another try of the same page
            self.pages.remember(request, Fetched(kin, request.meta.get(TRAP_PARENT), is_variant=is_variant))
        if self._is_dirty and monotonic() - self._saved_at > SAVED_EVERY_S:
            self._save()

    def _item_scraped(self, item: Any, response: Response | None) -> None:
        """An article, not one that was there before: credit for its page, and for the pages that led to it."""
        if response is None or response.request is None:
            return
        if self._is_new(item):
            self.credit(response.request)
        else:
            self._last_part_came(response.request, is_new=False)

    def _item_dropped(self, item: Any, response: Response | None) -> None:
        """A duplicate, or an article that is not wanted: nothing new."""
        if response is not None and response.request is not None:
            self._last_part_came(response.request, is_new=False)

    def _is_new(self, item: Any) -> bool:
        """Whether an article of that content was not there before. A duplicate is nothing new, even when exported."""
        if getattr(item, "duplicate_of", None):
            return False
        content = getattr(item, "content_hash", None) or getattr(item, "body", None)
        if content is None:
            return True
        key = hash(content)
        if key in self._contents:
            return False
        self._contents[key] = None
        if len(self._contents) > KEPT:
            self._contents.popitem(last=False)
        return True

    def _callback_failed(self, response: Response | None) -> None:
        """A page on which the spider's own code failed: such a mistake must not close a family for ever."""
        if response is None or response.request is None:
            return
        if is_next_part(response.request):
            self._last_part_came(response.request, is_new=None)
        else:
            self.evidence.give_back(family(response.request.url))

    def credit(self, request: Request) -> None:
        """The page of a request has brought an article."""
        page = self.pages.of(request)
        if page is None:
            self._is_dirty |= self.evidence.credit(family(request.url))
            return
        if page.is_variant:
            self.evidence.fine(page.family).variants = -(
                10**9
            )  # the part that looked like a visit distinguishes articles
        for _ in range(30):  # pages up the chain, by choice: bounds the walk
            self._is_dirty |= self.evidence.credit(page.family)
            was_productive, page.is_productive = page.is_productive, True
            self._waits_no_more(page, is_new=True)
            parent = self.pages.get(page.parent)
            if parent is None or parent.is_productive or was_productive:
                return
            page = parent

    def next_part_follows(self, request: Request) -> None:
        """The article of a request's page goes on in a further part: the page waits for the last one."""
        page = self.pages.of(request)
        if page is not None and not page.is_part and page.is_barren:
            page.is_waiting = self.evidence.waits(page.family)

    def _last_part_came(self, request: Request, *, is_new: bool | None) -> None:
        """The article of a last part's request is no credit: its first page waits no more."""
        page = self.pages.first_part(request)
        if page is not None:
            self._waits_no_more(page, is_new=is_new)

    def _waits_no_more(self, page: Fetched, *, is_new: bool | None) -> None:
        if page.is_waiting:
            page.is_waiting = False
            found_on = self.pages.get(page.parent)
            self.evidence.part_came(page.family, is_new=is_new, is_inside=self.pages.is_inside(page.family, found_on))

    def look_at_links(self, response: Response) -> None:
        """For a page at the end of a chain that brings nothing: does it at least show articles known from elsewhere?"""
        request = response.request
        page = self.pages.of(request) if request is not None else None
        # by choice: a chain, and no accident
        if page is None or page.is_part or page.is_productive or self.pages.chain(page.family, page) < 3:
            return
        articles = set()
        for found in HREF.findall(response.body)[:LINKS_LOOKED_AT]:
            url = response.urljoin(found.decode("latin-1"))
            kin = family(url)
            if kin.fine != page.family.fine and self.evidence.is_proven(kin):
                articles.add(page_id(url))
        if self.evidence.showed(page.family, articles):
            page.is_productive = True

    # --- From run to run
    def _load(self) -> None:
        frontier = frontier_of(self.crawler)
        if frontier is None:
            return
        known = frontier.state("traps") or {}
        self.evidence.from_state(known)
        if "unanswered" not in known:
            self._reopen(known, frontier.reopen)
            self._is_dirty = True
            self._save()  # a run that is stopped early would leave the look at all addresses to each run after it

    def _reopen(self, known: dict[str, Any], reopen: Callable[[list[str]], list[str]]) -> None:
        """Take back refusals of versions that did not count `unanswered`: walls, and families closed as dead links or
        together with a wall. Those versions counted an outage like a trap."""
        walled = reopen(sorted(WALLS))
        closed = [name for name, kind, _ in known.get("closed", ()) if kind == "dead-links"]
        names = dict.fromkeys([*closed, *(family(url).fine for url in walled)])
        reopened = reopen([f"trap, {stop_detail(name)}" for name in names])
        if walled or reopened:
            logger.info("%d addresses that an outage had shut out are tried again", len(walled) + len(reopened))

    def _save(self) -> None:
        frontier = frontier_of(self.crawler)
        if self._is_dirty and frontier is not None:
            frontier.remember("traps", self.evidence.to_state())
            self._is_dirty, self._saved_at = False, monotonic()


class TrapLinksMiddleware(BaseSpiderMiddleware):
    """A spider middleware: which page led to which; links into closed families go no further."""

    def process_spider_input(self, response: Response) -> None:
        """Look at a page before the spider does."""
        if (traps := self._traps) is not None:
            traps.look_at_links(response)

    def get_processed_request(self, request: Request, response: Response | None) -> Request | None:
        """Scrapy's hook for each request of the spider; response is None for start requests."""
        if response is None or response.request is None:
            return request
        parent = page_id(response.request.url)
        request.meta[TRAP_PARENT] = parent
        if (traps := self._traps) is None:
            return request
        if is_next_part(request):
            traps.next_part_follows(response.request)
        return None if traps.is_closed(request, parent) else request

    @cached_property
    def _traps(self) -> TrapMiddleware | None:
        """Asked for pages only, when all middlewares are there; Scrapy looks through all of them for it."""
        return self.crawler.get_downloader_middleware(TrapMiddleware)


def stop_detail(name: str) -> str:
    """Why requests of a closed family are refused; the frontier keeps it as their outcome."""
    return f"family {name} brings no new article"


def is_never_refused(request: Request) -> bool:
    """Whether a request is one that the operator or the site's own directory asked for."""
    kind = (request.meta.get(DISCOVERED_BY) or {}).get("kind")
    return kind in EXEMPT_KINDS or (TRAP_PARENT not in request.meta and bool(request.meta.get(IS_START_REQUEST)))


def is_next_part(request: Request) -> bool:
    """Whether a request is for a further part of an article."""
    return promise_of(request.meta) == NEXT_PART
