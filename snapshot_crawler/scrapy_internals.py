"""Every private part of Scrapy that this project touches: what is read or called, why, and how to tell that it changed.

The rooms with a Scrapy component call the functions below and touch no private attribute of Scrapy themselves. Methods
of Scrapy's classes that a subclass of ours overrides or calls have to stay in that subclass; INHERITED lists them.
tests/test_scrapy_internals.py has a test for each part. It fails when a new version of Scrapy has moved or changed the
part, before a crawl does. All was read in Scrapy 2.19.

Workarounds for mistakes of Scrapy's, and when each can go, are in docs/threat-model.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, ItemsView

    from scrapy import Request
    from scrapy.commands import ScrapyCommand
    from scrapy.core.downloader import Downloader, Slot
    from scrapy.crawler import Crawler
    from scrapy.http import Headers
    from scrapy.http.cookies import CookieJar
    from scrapy.settings import BaseSettings
    from tldextract import TLDExtract


# --- The command line, and the versions in its log (scrapy.cmdline, scrapy.utils.versions)
def look_for_one_command(name: str) -> None:
    """Let scrapy.cmdline.execute() make one command of COMMANDS_MODULE, and all commands only where it has none so.

    Scrapy makes all of them before it runs one, and reads the entry points of every installed package for more. Those
    of COMMANDS_MODULE go before all others there, too. Test: test_the_command_line_makes_one_command.
    """
    from scrapy import cmdline

    find_all = cmdline._get_commands_dict

    def find(settings: BaseSettings, inproject: bool) -> dict[str, ScrapyCommand]:
        module = f"{settings['COMMANDS_MODULE']}.{name}"
        found = cmdline._get_commands_from_module(module, inproject) if _is_there(module) else None
        return found or find_all(settings, inproject)

    cmdline._get_commands_dict = find


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ImportError:  # not even its package
        return False


def remember_versions() -> None:
    """Read the versions that Scrapy logs at a start now, and never again in this process and its children.

    Each comes from the whole description of a package. Test: test_versions_are_read_once.
    """
    from scrapy.utils import versions

    versions.version = cache(versions.version)  # type: ignore[attr-defined]
    versions.get_versions()  # which also has `platform` remember what it asks another process for


# --- The engine (scrapy.core.engine.ExecutionEngine._slot)
def requests_in_progress(crawler: Crawler) -> Collection[Request]:
    """The requests that have left the scheduler and are not finished yet; none while no spider is open.

    No signal says that a request with all its items and links is finished. The engine takes it out of this set then.
    Test: test_the_engine_takes_a_finished_request_out_of_its_set.
    """
    slot = _slot(crawler)
    return slot.inprogress if slot is not None else ()


def is_closing(crawler: Crawler) -> bool:
    """Whether the crawl is being stopped: the engine waits for its open requests, and no signal says so.

    Test: test_the_engine_s_slot_has_what_is_read_of_it.
    """
    slot = _slot(crawler)
    return slot is not None and slot.closing is not None


def is_open(crawler: Crawler) -> bool:
    """Whether the engine has a spider to crawl with, being stopped or not. Test: the same."""
    return _slot(crawler) is not None


def wake_engine(crawler: Crawler) -> None:
    """Let the engine ask the scheduler for requests now, and not at its next heartbeat in up to five seconds.

    Scrapy wakes it only when a request is added or finished; our scheduler has requests whose time comes.
    Test: the same.
    """
    if (slot := _slot(crawler)) is not None:
        slot.nextcall.schedule()


def forget_requests_in_progress(crawler: Crawler) -> None:
    """Let a closing engine wait no longer for requests that do not end. Call it only while is_closing().

    A public way would be to cancel each download, which the engine does not offer.
    Test: test_a_closing_engine_ends_when_its_requests_are_forgotten.
    """
    slot = _slot(crawler)
    slot.inprogress.clear()
    slot._maybe_fire_closing()


def open_no_spider(crawler: Crawler) -> None:
    """Make the engine forget its spider, when the scheduler could not be opened.

    Otherwise the engine closes a spider that it has not opened, and that error hides the true one.
    Test: test_the_engine_s_spider_can_be_taken_away.
    """
    assert crawler.engine is not None
    crawler.engine.spider = None


def scraper_of(crawler: Crawler) -> Any:
    """The engine's scraper. No setting names its class, so runs/yielded.py puts methods of its own and its manager of
    spider middlewares (spidermw) in the place of Scrapy's. The methods are public: enqueue_scrape, call_spider_async,
    handle_spider_output_async, and needs_backout of its slot. Private ones that it calls: _scrape, _check_if_closing,
    and the spider's _parse.
    Test: test_the_scraper_asks_by_the_names_that_are_replaced.
    """
    assert crawler.engine is not None
    return crawler.engine.scraper


def _slot(crawler: Crawler) -> Any:
    return getattr(crawler.engine, "_slot", None)


# --- The downloader (scrapy.core.downloader)
def downloader_slot(crawler: Crawler, key: str) -> Slot | None:
    """The downloader's slot of a host; None before the first request. Its delay, concurrency and jitter may be set, and
    lastseen: the moment, by time.monotonic, from which the delay of the next request counts.

    Settings give these per host only before the crawl. Test: test_the_downloader_s_slots_have_what_is_set_on_them.
    """
    return _downloader(crawler).slots.get(key)


def hold_slot(crawler: Crawler, slot: Slot, seconds: float, later: Callable[..., Any]) -> list[tuple[Request, Any]]:
    """Let a slot send nothing for some seconds; gives back the requests that it had queued, with their deferreds.

    The downloader does nothing with a slot while its latercall is set; _latercall() ends that. later: call_later of
    scrapy.utils.asyncio. Test: test_a_slot_with_a_call_to_come_sends_nothing.
    """
    if slot.latercall:
        slot.latercall.cancel()
    slot.latercall = later(seconds, _downloader(crawler)._latercall, slot)
    queued = list(slot.queue)
    slot.queue.clear()
    return queued


def requests_in_downloader(crawler: Crawler) -> Collection[Request]:
    """The requests that are in the downloader: queued in a slot, sent, or waited for by its middlewares.

    Test: test_the_downloader_has_a_set_of_its_requests.
    """
    return _downloader(crawler).active


def _downloader(crawler: Crawler) -> Downloader:
    assert crawler.engine is not None
    return crawler.engine.downloader


# --- Headers and cookies
def header_lists(headers: Headers) -> ItemsView[bytes, list[bytes]]:
    """Names and lists of values, as Headers keeps them.

    Headers.items() builds every list anew and takes four times as long; it is asked for each request.
    Test: test_headers_are_a_dictionary_of_lists.
    """
    return dict.items(headers)


def use_public_suffixes(split_domain: TLDExtract) -> None:
    """Let Scrapy's cookies middleware find public suffixes with this function.

    Its own fetches the list from the web at the first cookie, past every protection.
    Test: tests/hostile/test_scope.py::test_scrapy_still_fetches_the_list_of_public_suffixes.
    """
    from scrapy.downloadermiddlewares import cookies

    cookies._split_domain = split_domain


def cookies_by_host(jar: CookieJar) -> dict[str, dict[str, dict[str, Any]]]:
    """The cookies of a jar: host, path, name to cookie; oldest first. May be changed in place.

    The jar has no bound of its own, and no public way to take single cookies out by age.
    Test: test_a_jar_keeps_cookies_by_host_path_and_name.
    """
    return jar._cookies


# --- Methods that our subclasses override or call
@dataclass(frozen=True, slots=True)
class Inherited:
    """A private method or attribute of Scrapy's that one of our classes relies on.

    owner, name: where it is in Scrapy. caller: the method of Scrapy's that calls it by that name, so that an override
    is reached; '' for what our class calls itself. parameters: its own, self aside. user: our class. why: one sentence.
    """

    owner: str
    name: str
    caller: str
    parameters: tuple[str, ...]
    user: str
    why: str


FEED = "scrapy.extensions.feedexport.FeedExporter"
INHERITED = (
    Inherited(
        "scrapy.core.downloader.middleware.DownloaderMiddlewareManager",
        "_process_request",
        "download_async",
        ("request", "download_func"),
        "snapshot_crawler.download.hooks.Hooks",
        "Scrapy awaits every method of every middleware; most return at once.",
    ),
    Inherited(
        "scrapy.core.downloader.middleware.DownloaderMiddlewareManager",
        "_process_response",
        "download_async",
        ("response", "request"),
        "snapshot_crawler.download.hooks.Hooks",
        "The same.",
    ),
    Inherited(
        "scrapy.core.downloader.middleware.DownloaderMiddlewareManager",
        "_handle_mw_method",
        "",
        ("method", "kwargs"),
        "snapshot_crawler.download.hooks.Hooks",
        "Some middlewares of others still want the spider as an argument.",
    ),
    *(
        Inherited(
            "scrapy.core.spidermw.SpiderMiddlewareManager",
            name,
            caller,
            parameters,
            "snapshot_crawler.runs.yielded.Layers",
            "The outputs of a callback that is no coroutine go through plain generators; all else stays Scrapy's.",
        )
        for name, caller, parameters in (
            ("_process_spider_input", "", ("scrape_func", "response", "request")),
            ("_process_callback_output", "", ("response", "result")),
            ("_process_spider_exception", "", ("response", "exception", "start_index")),
        )
    ),
    *(
        Inherited(
            "scrapy.core.downloader.Downloader",
            name,
            caller,
            parameters,
            "snapshot_crawler.download.downloader.QuickDownloader",
            "A request that may be sent at once needs no second task; the slots stay Scrapy's.",
        )
        for name, caller, parameters in (
            ("_get_slot", "", ("request", "spider")),
            ("_process_queue", "", ("slot",)),
            ("_download", "_wait_for_download", ("slot", "request")),
        )
    ),
    Inherited(
        "scrapy.downloadermiddlewares.redirect.RedirectMiddleware",
        "_redirect",
        "process_response",
        ("redirected", "request", "reason"),
        "snapshot_crawler.middlewares.redirects.BoundedChain",
        "Scrapy drops a chain that is too long without a signal; here it is told, and a circle ends sooner.",
    ),
    Inherited(
        "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware",
        "_redirect",
        "process_response",
        ("redirected", "request", "reason"),
        "snapshot_crawler.middlewares.redirects.BoundedChain",
        "The same for meta refresh.",
    ),
    Inherited(
        "scrapy.downloadermiddlewares.cookies.CookiesMiddleware",
        "_process_cookies",
        "process_response",
        ("cookies", "jar", "request"),
        "snapshot_crawler.middlewares.cookie_jars.BoundedCookies",
        "The jar is cut to its bounds each time cookies were added.",
    ),
    Inherited(
        "scrapy.commands.genspider.Command",
        "_find_template",
        "run",
        ("template",),
        "snapshot_crawler.commands.genspider.Command",
        "The setting TEMPLATES_DIR would hide Scrapy's own templates.",
    ),
    Inherited(
        "scrapy.commands.genspider.Command",
        "_list_templates",
        "run",
        (),
        "snapshot_crawler.commands.genspider.Command",
        "The same.",
    ),
    Inherited(
        FEED,
        "_get_uri_params",
        "",
        ("spider", "uri_params_function", "slot"),
        "snapshot_crawler.exporters.feed.DurableFeedExporter",
        "Outputs are claimed before the spider is opened, and need the addresses that Scrapy would give them then.",
    ),
    Inherited(
        FEED,
        "_start_new_batch",
        "",
        ("batch_id", "uri", "feed_options", "spider", "uri_template"),
        "snapshot_crawler.exporters.feed.DurableFeedExporter",
        "The same; and each run begins a batch of its own.",
    ),
    Inherited(
        "scrapy.exporters.CsvItemExporter",
        "_write_headers_and_set_fields_to_export",
        "export_item",
        ("item",),
        "snapshot_crawler.exporters.documents.CsvExporter",
        "The header of a continued file is written once, and gives the columns of later runs.",
    ),
    Inherited(
        "scrapy.exporters.JsonItemExporter",
        "_add_comma_after_first",
        "export_item",
        (),
        "snapshot_crawler.exporters.documents.JsonExporter",
        "Where the lines are not held back, Scrapy's own separator stands between two items.",
    ),
)
