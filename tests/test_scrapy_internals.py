"""The parts of Scrapy that scrapy_internals.py touches are as it expects; that file says what each is for."""

from __future__ import annotations

import asyncio
import inspect
import re
from http.cookiejar import Cookie
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request, Spider, cmdline
from scrapy.core import engine
from scrapy.core import scraper as scraper_module
from scrapy.core.downloader import Downloader, Slot
from scrapy.core.engine import ExecutionEngine
from scrapy.core.scraper import Scraper
from scrapy.core.spidermw import SpiderMiddlewareManager
from scrapy.http import Headers, Response
from scrapy.http.cookies import CookieJar
from scrapy.settings import default_settings
from scrapy.settings.default_settings import LOG_VERSIONS
from scrapy.utils import versions
from scrapy.utils.log import log_scrapy_info
from scrapy.utils.misc import load_object
from scrapy.utils.project import get_project_settings
from scrapy.utils.test import get_crawler

from snapshot_crawler import scrapy_internals, settings
from snapshot_crawler.download.hooks import Hooks
from snapshot_crawler.scrapy_internals import INHERITED, Inherited

PACKAGE = Path(scrapy_internals.__file__).parent


# --- The command line, and the versions in its log
def test_the_command_line_makes_one_command(monkeypatch: pytest.MonkeyPatch) -> None:
    from snapshot_crawler.commands.crawl import Command

    assert "cmds = _get_commands_dict(settings, inproject)" in inspect.getsource(cmdline.execute)
    every = cmdline._get_commands_dict
    found_by_scrapy = every(own := get_project_settings(), True)
    monkeypatch.setattr(cmdline, "_get_commands_dict", every)  # put back at the end
    scrapy_internals.look_for_one_command("crawl")

    def found(module: str, *, inproject: bool = True) -> dict[str, Any]:
        own.set("COMMANDS_MODULE", module, priority="cmdline")
        return cmdline._get_commands_dict(own, inproject)

    (one,) = found("snapshot_crawler.commands").items()
    assert one[0] == "crawl" and type(one[1]) is type(found_by_scrapy["crawl"]) is Command
    # no such command there, none that works outside of a project, or no such setting: as Scrapy does it
    assert found("snapshot_crawler.jobs").keys() == found("").keys() == every(own, True).keys()
    outside = found("snapshot_crawler.commands", inproject=False)
    assert "version" in outside and "crawl" not in outside
    assert found("")["crawl"].__module__ == "scrapy.commands.crawl"
    with pytest.raises(ModuleNotFoundError, match="there_is_none"):
        found("there_is_none")


def test_versions_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    monkeypatch.setattr(versions, "version", lambda name: read.append(name) or f"{name} 1")
    scrapy_internals.remember_versions()
    of_packages = sorted(read)
    assert {"parsel", "Twisted", "cryptography"} <= set(of_packages)
    assert ("parsel", "parsel 1") in versions.get_versions(LOG_VERSIONS)
    assert sorted(read) == of_packages
    assert "get_versions(software)" in inspect.getsource(log_scrapy_info)


# --- The engine
class Scheduled:
    """What the engine's slot calls to ask the scheduler again."""

    def __init__(self) -> None:
        self.scheduled = self.cancelled = 0

    def schedule(self) -> None:
        self.scheduled += 1

    def cancel(self) -> None:
        self.cancelled += 1


def crawler_with_slot(monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any, Scheduled]:
    """A crawler whose engine has a true slot of Scrapy's; the slot; what it calls."""
    crawler = get_crawler(Spider)
    nextcall = Scheduled()
    monkeypatch.setattr(engine, "create_looping_call", lambda *_: SimpleNamespace(running=False))  # wants a loop
    crawler.engine = ExecutionEngine.__new__(ExecutionEngine)
    crawler.engine._slot = slot = engine._Slot(True, nextcall, None)  # type: ignore[arg-type]
    return crawler, slot, nextcall


def test_before_a_spider_is_open_nothing_is_in_progress() -> None:
    crawler = get_crawler(Spider)
    crawler.engine = ExecutionEngine.__new__(ExecutionEngine)
    crawler.engine._slot = None
    assert not scrapy_internals.is_open(crawler)
    assert not scrapy_internals.is_closing(crawler)
    assert list(scrapy_internals.requests_in_progress(crawler)) == []
    scrapy_internals.wake_engine(crawler)


def test_the_engine_takes_a_finished_request_out_of_its_set(monkeypatch: pytest.MonkeyPatch) -> None:
    crawler, slot, _ = crawler_with_slot(monkeypatch)
    request = Request("http://a.example/")
    slot.add_request(request)
    assert request in scrapy_internals.requests_in_progress(crawler)
    slot.remove_request(request)
    assert request not in scrapy_internals.requests_in_progress(crawler)
    # and the engine takes it out when the scraper has done with it, and nowhere else
    removing = re.findall(r"remove_request\(|_remove_request\b", inspect.getsource(ExecutionEngine))
    assert removing, "the engine has another way to tell that a request is finished"


def test_the_engine_s_slot_has_what_is_read_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    crawler, slot, nextcall = crawler_with_slot(monkeypatch)
    assert scrapy_internals.is_open(crawler)
    assert not scrapy_internals.is_closing(crawler)
    scrapy_internals.wake_engine(crawler)
    assert nextcall.scheduled == 1
    slot.closing = object()
    assert scrapy_internals.is_closing(crawler)
    assert "self._slot.closing" in inspect.getsource(ExecutionEngine)


def test_a_closing_engine_ends_when_its_requests_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    async def close() -> None:
        crawler, slot, nextcall = crawler_with_slot(monkeypatch)
        slot.add_request(Request("http://a.example/"))
        closing = asyncio.ensure_future(slot.close())
        await asyncio.sleep(0)
        assert not closing.done()
        scrapy_internals.forget_requests_in_progress(crawler)
        await asyncio.wait_for(closing, 5)
        assert nextcall.cancelled == 1

    asyncio.run(close())


def test_the_engine_s_spider_can_be_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    crawler, _, _ = crawler_with_slot(monkeypatch)
    crawler.engine.spider = Spider("any")
    scrapy_internals.open_no_spider(crawler)
    assert crawler.engine.spider is None
    # what the engine looks at, when it is stopped after an error while a spider was opened
    assert re.search(r"if self\.spider is not None", inspect.getsource(ExecutionEngine.stop_async))


def test_the_scraper_asks_by_the_names_that_are_replaced() -> None:
    crawler = get_crawler(Spider)
    crawler.engine = ExecutionEngine.__new__(ExecutionEngine)
    crawler.engine.scraper = scraper = Scraper.__new__(Scraper)
    assert scrapy_internals.scraper_of(crawler) is scraper
    asked = inspect.getsource(Scraper._scrape)
    assert "await self.spidermw.scrape_response_async(" in asked
    assert "self.call_spider_async, result, request" in asked
    assert "await self.handle_spider_output_async(output, request, result)" in asked
    assert "self._scrape(" in inspect.getsource(Scraper._wait_for_processing)
    assert "self._check_if_closing()" in inspect.getsource(Scraper.enqueue_scrape)
    assert "self.crawler.spider._parse" in inspect.getsource(Scraper.call_spider_async)
    assert "self.scraper.enqueue_scrape(result, request)" in inspect.getsource(ExecutionEngine)
    assert "self.scraper.slot.needs_backout()" in inspect.getsource(ExecutionEngine.needs_backout)
    scraper_module.Slot().needs_backout = lambda: True  # type: ignore[method-assign]  # an object that takes it
    assert "_spidermw_unhandled" in inspect.getsource(SpiderMiddlewareManager._evaluate_iterable)


# --- The downloader
def crawler_with_downloader() -> tuple[Any, Downloader]:
    crawler = get_crawler(Spider)
    crawler.engine = ExecutionEngine.__new__(ExecutionEngine)
    crawler.engine.downloader = downloader = Downloader.__new__(Downloader)
    downloader.slots = {"a.example": Slot(1, 0.0)}
    return crawler, downloader


def test_the_downloader_s_slots_have_what_is_set_on_them() -> None:
    crawler, _ = crawler_with_downloader()
    slot = scrapy_internals.downloader_slot(crawler, "a.example")
    assert slot is not None
    assert scrapy_internals.downloader_slot(crawler, "b.example") is None
    slot.delay, slot.concurrency, slot.jitter = 2.0, 3, 0.0
    assert slot.download_delay() == 2.0
    assert slot.free_transfer_slots() == 3
    assert "slot.lastseen = now" in inspect.getsource(Downloader._process_queue), "what is added to it delays the next"


def test_the_downloader_has_a_set_of_its_requests() -> None:
    crawler, downloader = crawler_with_downloader()
    downloader.active = {Request("http://a.example/")}
    assert scrapy_internals.requests_in_downloader(crawler) == downloader.active
    fetching = inspect.getsource(Downloader.fetch)
    assert fetching.index("self.active.add(request)") < fetching.index("self.active.remove(request)")


def test_a_slot_with_a_call_to_come_sends_nothing() -> None:
    crawler, downloader = crawler_with_downloader()
    slot = downloader.slots["a.example"]
    request, answer = Request("http://a.example/"), object()
    slot.queue.append((request, answer))  # type: ignore[arg-type]
    called: list[Any] = []

    class Call:
        def cancel(self) -> None:
            called.append("cancelled")

    def later(seconds: float, function: Any, of: Slot) -> Call:
        called.append((seconds, function.__name__, of))
        return Call()

    assert scrapy_internals.hold_slot(crawler, slot, 7.0, later) == [(request, answer)]
    assert called == [(7.0, "_latercall", slot)]
    assert not slot.queue
    downloader._process_queue(slot)  # comes back at once: the slot has a call to come
    scrapy_internals.hold_slot(crawler, slot, 9.0, later)
    assert called[1] == "cancelled"
    assert list(inspect.signature(Downloader._latercall).parameters) == ["self", "slot"]


# --- Headers and cookies
def test_headers_are_a_dictionary_of_lists() -> None:
    headers = Headers({"accept": ["a", "b"], "X-One": "1"})
    assert dict(scrapy_internals.header_lists(headers)) == {b"Accept": [b"a", b"b"], b"X-One": [b"1"]}


def test_a_jar_keeps_cookies_by_host_path_and_name() -> None:
    jar = CookieJar()
    jar.set_cookie(
        Cookie(0, "a", "1", None, False, "a.example", True, False, "/", True, False, None, True, None, None, {})
    )
    kept = scrapy_internals.cookies_by_host(jar)
    assert kept["a.example"]["/"]["a"].value == "1"
    del kept["a.example"]
    assert list(jar) == []


def test_the_cookies_middleware_splits_domains_by_a_function_that_can_be_replaced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from scrapy.downloadermiddlewares import cookies

    monkeypatch.setattr(cookies, "_split_domain", cookies._split_domain)  # put back at the end
    asked: list[str] = []

    class Found:
        domain = ""

    def split(domain: str) -> Found:
        asked.append(domain)
        return Found()

    scrapy_internals.use_public_suffixes(split)  # type: ignore[arg-type]
    assert cookies._is_public_domain("com.cn")
    assert asked == ["com.cn"]


# --- Methods that our subclasses override or call
@pytest.mark.parametrize("part", INHERITED, ids=lambda part: f"{part.owner}.{part.name}")
def test_a_method_that_we_override_or_call_is_there_and_is_called(part: Inherited) -> None:
    owner, user = load_object(part.owner), load_object(part.user)
    method = getattr(owner, part.name)
    assert tuple(inspect.signature(method).parameters)[1:] == part.parameters
    assert part.name in inspect.getsource(user), "our class no longer needs it: take the entry out"
    if part.caller:
        assert f"self.{part.name}(" in inspect.getsource(getattr(owner, part.caller))


def test_a_manager_notes_the_methods_that_want_the_spider(recwarn: pytest.WarningsRecorder) -> None:
    class Old:
        def process_request(self, request: Request, spider: Spider) -> None:
            """As before Scrapy 2.13."""

        def process_response(self, request: Request, response: Response) -> Response:
            return response

    assert inspect.getsource(Hooks).count("self._mw_methods_requiring_spider") == 1
    old = Old()
    assert Hooks(old, crawler=get_crawler(Spider)).old == {old.process_request}
    assert len(recwarn) == 1


def test_csv_s_exporter_has_the_attributes_that_ours_reads() -> None:
    source = inspect.getsource(load_object("scrapy.exporters.CsvItemExporter"))
    assert "csv.writer(self.stream, **self._kwargs)" in source
    assert "self._autodetected_fields = " in source


# --- Scrapy's lists of components (settings.py has them with ours in them)
LEFT_OUT = {
    "EXTENSIONS_BASE": {
        "scrapy.extensions.telnet.TelnetConsole",
        "scrapy.extensions.remote_control.RemoteControl",
        "scrapy.extensions.feedexport.FeedExporter",
        "scrapy.extensions.throttle.AutoThrottle",
    },
    "DOWNLOADER_MIDDLEWARES_BASE": {
        "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware",
        "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware",
        "scrapy.downloadermiddlewares.retry.RetryMiddleware",
        "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware",
        "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware",
        "scrapy.downloadermiddlewares.redirect.RedirectMiddleware",
        "scrapy.downloadermiddlewares.cookies.CookiesMiddleware",
        "scrapy.downloadermiddlewares.stats.DownloaderStats",
    },
    "SPIDER_MIDDLEWARES_BASE": {"scrapy.spidermiddlewares.urllength.UrlLengthMiddleware"},
}


@pytest.mark.parametrize("name", LEFT_OUT)
def test_each_of_scrapy_s_components_is_in_our_list_at_its_place_or_left_out_on_purpose(name: str) -> None:
    scrapys: dict[str, int] = getattr(default_settings, name)
    ours: dict[str, int] = getattr(settings, name)
    assert {path: order for path, order in ours.items() if path.startswith("scrapy.")} == {
        path: order for path, order in scrapys.items() if path not in LEFT_OUT[name]
    }
    assert LEFT_OUT[name] <= scrapys.keys()


def test_our_exceptions_to_retry_are_scrapy_s_but_for_that_of_its_proxies() -> None:
    assert set(settings.RETRY_EXCEPTIONS) == set(default_settings.RETRY_EXCEPTIONS) - {
        "scrapy.core.downloader.handlers.http11.TunnelError"
    }


# --- One file
def test_no_other_file_touches_the_engine_s_or_the_downloader_s_private_parts() -> None:
    private = re.compile(r"\b(?:engine|downloader\(?\)?|slot|jar|crawler|scrapys|response|request|settings)\._[a-z]")
    found = [
        f"{path.relative_to(PACKAGE)}:{number}"
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.name != "scrapy_internals.py"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if private.search(line) or re.search(r'"_slot"', line)
    ]
    assert found == []
