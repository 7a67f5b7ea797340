"""Endless families of pages: what they may cost, and that nothing good is lost with them."""

from __future__ import annotations

import asyncio
import hashlib
import random
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.hostile.crawl import Job, Outcome, crawl_all
from tests.marks import first_is_quick, selected
from tests.server import Request, Server, response

MOST = 40  # requests that one endless family may cost
ARTICLES = 60
PER_LIST = 10


def name_of(number: int) -> str:
    return hashlib.sha1(str(number).encode(), usedforsecurity=False).hexdigest()


GOOD = [f"/detail/{name_of(number)}.html" for number in range(ARTICLES)]
LISTS = [f"/list/{page}.html" for page in range(ARTICLES // PER_LIST)]
GOOD_PAGES = len(GOOD) + len(LISTS) + 2  # and the first page and robots.txt
# The order in which the project's own frontier hands out
# as crawls run; other tests of this file hold without it too
SCHEDULER = "snapshot_crawler.frontier.scheduler.FrontierScheduler"
BREADTH_FIRST = {
    "DEPTH_PRIORITY": 1,
    "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",
    "SCHEDULER_DISK_QUEUE": "scrapy.squeues.PickleFifoDiskQueue",
}


def links(urls: Iterable[str]) -> str:
    return "".join(f'<a href="{url}">more</a>\n' for url in urls)


def code(text: str) -> int:
    """A number that only this text has, the same in every run."""
    return int(hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:8], 16)


def word(number: int) -> str:
    """An invented word that can be spoken; the same for the same number."""
    dice = random.Random(number)
    return "".join(dice.choice("bdfgklmnprst") + dice.choice("aeiou") for _ in range(3))


class Site:
    """A small news site, good in itself, with a trap hung onto its pages.

    trap: path with query -> the body of a page of the trap, or None when the path is not the trap's.
    entries: links into the trap, on the first page and (with a number put in) on every article.
    """

    def __init__(self, server: Server, trap: Callable[[str], str | None], entries: list[str]) -> None:
        self.trap, self.entries = trap, entries
        server.fallback = self.answer
        server.page("/robots.txt", "", content_type="text/plain")

    async def answer(self, request: Request, writer: asyncio.StreamWriter) -> None:
        body, status = self.body(request.path), "200 OK"
        if request.path.startswith("/busy/"):
            body, status = "<p>busy</p>", "500 Internal Server Error"
        elif body is None:
            body, status = "<p>nothing here</p>", "404 Not Found"
        writer.write(response(body, status=status))
        await writer.drain()

    def body(self, path: str) -> str | None:
        if path == "/":
            return links([entry for entry in self.entries if "{" not in entry]) + links(LISTS[:1]) + links(GOOD[:5])
        if path in LISTS:
            page = LISTS.index(path)
            return links(GOOD[page * PER_LIST : (page + 1) * PER_LIST]) + links(LISTS[page + 1 : page + 2])
        if path in GOOD:
            number = GOOD.index(path)
            entries = [entry.format(number) for entry in self.entries if "{" in entry]
            return f"<article>Article number {number} says its own</article>" + links(entries)
        return self.trap(path)


def missing(outcome: Outcome) -> set[int]:
    """Numbers of the articles that were not collected, under whatever address."""
    found = {int(number) for item in outcome.items for number in re.findall(r"Article number (\d+) says", item["text"])}
    return set(range(ARTICLES)) - found


# --- The traps: each gives the body of any of its pages
def calendar(path: str) -> str | None:
    if not (found := re.fullmatch(r"/calendar/(\d+)/(\d+)", path)):
        return None
    year, month = int(found[1]), int(found[2])
    after = (year, month + 1) if month < 12 else (year + 1, 1)
    before = (year, month - 1) if month > 1 else (year - 1, 12)
    return f"<h1>{year}-{month}</h1>" + links(f"/calendar/{y}/{m:02}" for y, m in (before, after)) + links(GOOD[:5])


def calendar_in_parameters(path: str) -> str | None:
    split = urlsplit(path)
    if split.path != "/events":
        return None
    month = int(dict(parse_qsl(split.query)).get("month", 0))
    return f"<h1>Events of {month}</h1>" + links(f"/events?year={m // 12}&month={m}" for m in (month - 1, month + 1))


def sessions(name: str) -> Callable[[str], str | None]:
    """Every link to every article carries a new session id in the parameter of that name."""

    def trap(path: str) -> str | None:
        split = urlsplit(path)
        number = code(path)
        fresh = [f"{GOOD[(number + step) % ARTICLES]}?{name}={number + step:x}a1" for step in range(6)]
        if split.path in GOOD and f"{name}=" in split.query:
            return f"<article>Article number {GOOD.index(split.path)} says its own</article>" + links(fresh)
        return links(fresh) if path == "/enter" else None

    return trap


def sessions_in_the_path(path: str) -> str | None:
    split = path.split("/", 3)
    number = code(path)
    fresh = [f"/v/{number + step:x}a1{GOOD[(number + step) % ARTICLES]}" for step in range(6)]
    if path == "/enter":
        return links(fresh)
    if split[1] != "v" or "/" + split[3] not in GOOD:
        return None
    return f"<article>Article number {GOOD.index('/' + split[3])} says its own</article>" + links(fresh)


def growing_path(path: str) -> str | None:
    return links(["more/", "again/"]) if path.startswith("/deep/") else None


def random_depth(path: str) -> str | None:
    return links([f"{path}{word(len(path))}/"]) if path.startswith("/browse/") else None


def filters(path: str) -> str | None:
    split = urlsplit(path)
    if split.path != "/shop":
        return None
    chosen = dict(parse_qsl(split.query))
    further = [
        {**chosen, name: value}
        for name in ("sort", "filter", "color", "size", "brand", "view")
        for value in ("a", "b", "c")
        if chosen.get(name) != value
    ]
    return links("/shop?" + "&".join(f"{n}={v}" for n, v in sorted(each.items())) for each in further) + links(GOOD[:3])


def endless_paging(path: str) -> str | None:
    """A list that shows its last page again for every number above it."""
    if not (found := re.fullmatch(r"/archive/page/(\d+)", path)):
        return None
    page = int(found[1])
    last = min(page, 3)
    return links(GOOD[last * 15 : last * 15 + 15]) + links([f"/archive/page/{page + 1}", f"/archive/page/{page + 2}"])


def empty_paging(path: str) -> str | None:
    found = re.fullmatch(r"/roll\?p=(\d+)", path)
    return f"<p>no more</p><a href='/roll?p={int(found[1]) + 1}'>next</a>" if found else None


def counter(path: str) -> str | None:
    """The same article for ever, under a new number each time, in the good articles' own family."""
    if not re.fullmatch(r"/detail/[0-9a-f]{40}\.html", path):
        return None
    return "<article>You may also like this</article>" + links([f"/detail/{name_of(code(path))}.html"])


def dead_links(path: str) -> str | None:
    return None


def farm(path: str) -> str | None:
    """Random names on one level, each page full of others."""
    if not re.fullmatch(r"/x[0-9a-f]{5}", path):
        return None
    base = int(path[2:], 16)
    return links(f"/x{(base * 31 + step) % 0xFFFFF:05x}" for step in range(1, 11))


def farm_of_words(path: str) -> str | None:
    if not re.fullmatch(r"/topics/[a-z]{6}", path):
        return None
    return links(f"/topics/{word(code(f'{path} {step}'))}" for step in range(10))


def new_parameters(path: str) -> str | None:
    split = urlsplit(path)
    if split.path != "/p":
        return None
    return links(f"/p?{word(code(f'{path} {step}'))}={step}" for step in range(5))


TRAPS = {
    "calendar": (calendar, ["/calendar/2031/05"]),
    "calendar in parameters": (calendar_in_parameters, ["/events?year=2&month=24", "/events?year={0}&month=30{0}"]),
    "session ids": (sessions("sid"), ["/enter"]),
    "session ids of another name": (sessions("k"), ["/enter"]),
    "session ids in the path": (sessions_in_the_path, ["/enter"]),
    "growing path": (growing_path, ["/deep/"]),
    "random names at every depth": (random_depth, ["/browse/"]),
    "filters": (filters, ["/shop?sort=a"]),
    "endless paging": (endless_paging, ["/archive/page/0"]),
    "empty paging": (empty_paging, ["/roll?p=1"]),
    "counter among the articles": (counter, ["/detail/" + name_of(-1) + ".html"]),
    "dead links": (dead_links, ["/gone/{}.html"]),
    "dead links of failing pages": (dead_links, [f"/lost/{number}.html" for number in range(60)]),
    "links to a server's faults": (dead_links, ["/busy/{}.html"]),
    "faults before good pages": (dead_links, [f"/busy/{number}.html" for number in range(60)]),
    "link farm": (farm, ["/x7f3a2", "/x00aff"]),
    "link farm of words": (farm_of_words, ["/topics/bakedi"]),
    "ever-new parameters": (new_parameters, ["/p?bakedi=1"]),
}


Crawled = dict[str, tuple[Server, Outcome]]


def crawl_sites(sites: dict[str, Callable[[Server], dict[str, object]]]) -> Iterator[Crawled]:
    """Each site on a server of its own, all crawled at once. A site sets up its server and gives its settings."""
    with ExitStack() as stack:
        servers = {name: stack.enter_context(Server()) for name in sites}
        jobs = [Job(servers[name], ["/"], {"LOG_LEVEL": "INFO", **site(servers[name])}) for name, site in sites.items()]
        yield {name: (servers[name], outcome) for name, outcome in zip(sites, crawl_all(jobs), strict=True)}


@pytest.fixture(scope="module")
def trapped(request: pytest.FixtureRequest) -> Iterator[Crawled]:
    def with_trap(name: str) -> Callable[[Server], dict[str, object]]:
        def site(server: Server) -> dict[str, object]:
            Site(server, *TRAPS[name])
            return {"SCHEDULER": SCHEDULER, "RETRY_TIMES": 0 if "faults" in name else 2}

        return site

    yield from crawl_sites({name: with_trap(name) for name in TRAPS if name in {"calendar", *selected(request)}})


@pytest.mark.parametrize("name", first_is_quick(TRAPS, quick=8))
def test_a_trap_costs_at_most_40_requests_and_no_article(trapped: Crawled, name: str) -> None:
    server, outcome = trapped[name]
    print(f"{name}: {len(server.requests) - GOOD_PAGES} trap pages")
    assert missing(outcome) == set()
    assert len(server.requests) - GOOD_PAGES <= MOST
    assert outcome.stats["finish_reason"] == "finished"


def test_closed_families_are_named_with_kind_example_and_cost(trapped: Crawled) -> None:
    _, outcome = trapped["calendar"]
    ((name, stop),) = outcome.stats["traps/stopped"].items()
    assert name.endswith("/calendar/{n}/{n}")
    assert stop["kind"] == "calendar"
    assert "/calendar/" in stop["example"]
    assert 0 < stop["requests"] <= MOST
    assert outcome.stats["traps/families/calendar"] == 1
    assert outcome.rejected["trap"] == 1, "told once for a family, not for each request"


# --- Good sites: nothing may be cut
def home_of_60_channels(path: str) -> str | None:
    """Channels named by words come before any article is seen."""
    channels = [f"/{word(number)}{word(number + 1000)}/" for number in range(60)]
    if path == "/":
        return links(channels)
    if path in channels:
        number = channels.index(path)
        return f"<h1>{path}</h1>" + links([f"/news/2023/01{number % 28:02}/{1000 + number}.html"])
    found = re.fullmatch(r"/news/2023/\d{4}/(\d+)\.html", path)
    return f"<article>{word(int(found[1]))} tells it, {found[1]}</article>" if found else None


def directories(path: str) -> str | None:
    """Provinces, cities, districts: three levels of lists of words before the first article."""
    parts = [part for part in path.split("/") if part]
    if path == "/":
        return links(f"/p/{word(number)}/" for number in range(25))
    if parts[0] == "p" and len(parts) < 4:
        seed = sum(map(ord, path)) * 7
        return f"<h1>{path}</h1>" + links(f"{path}{word(seed + number)}/" for number in range(2))
    if parts[0] == "p":
        return f"<h1>{path}</h1>" + links([f"/a/{code(path)}.html"])
    found = re.fullmatch(r"/a/(\d+)\.html", path)
    return f"<article>{word(int(found[1]))} {found[1]}</article>" if found else None


def one_long_list(path: str) -> str | None:
    """30 list pages in a row, all linked from the first page, slugs as names."""
    lists = ["/"] + [f"/index_{page}.html" for page in range(2, 31)]
    slugs = [f"/2023/05/{word(n)}-{word(n + 1)}-{word(n + 2)}-{word(n + 3)}.html" for n in range(0, 600, 4)]
    if path in lists:
        page = lists.index(path)
        return links(lists) + links(slugs[page * 5 : page * 5 + 5])
    return f"<article>{path}</article>" if path in slugs else None


def one_script(path: str) -> str | None:
    """Everything behind one address: index.php with parameters."""
    asked = dict(parse_qsl(urlsplit(path).query))
    if path == "/":
        return links(f"/index.php?m=content&a=lists&catid={number}" for number in range(20))
    if asked.get("a") == "lists":
        page, cat = int(asked.get("page", 1)), int(asked["catid"])
        more = [f"/index.php?m=content&a=lists&catid={cat}&page={page + 1}"] if page < 4 else []
        return f"<h1>{cat}, {page}</h1>" + links(
            [f"/index.php?m=content&a=show&catid={cat}&id={cat * 10 + page}", *more]
        )
    return f"<article>{word(int(asked['id']))} {asked['id']}</article>" if asked.get("a") == "show" else None


def day_archives(path: str) -> str | None:
    """A calendar that is none: 32 days, each with an article, each naming the day before."""
    found = re.fullmatch(r"/archive/(\d{4})/(\d\d)/(\d\d)/", path)
    if path == "/":
        return links(["/archive/2023/01/01/"])
    if found:
        number = int(found[2]) * 28 + int(found[3])
        following = f"/archive/2023/{(number + 1) // 28:02}/{(number + 1) % 28:02}/" if number < 60 else "/"
        return f"<h1>{path}</h1>" + links([f"/detail/{name_of(number)}.html", following])
    names = {f"/detail/{name_of(number)}.html": number for number in range(70)}
    return f"<article>{word(names[path])} {path}</article>" if path in names else None


GOOD_SITES = {
    "60 channels": (home_of_60_channels, 60),
    "directories": (directories, 100),
    "one long list": (one_long_list, 150),
    "one script": (one_script, 80),
    "day archives": (day_archives, 32),
}


ORDERS = {
    "depth first": {},
    "breadth first": BREADTH_FIRST,
    "many": {**BREADTH_FIRST, "CONCURRENT_REQUESTS_PER_DOMAIN": 16},
}
SITES_IN_ORDERS = [f"{site}, {order}" for order in ORDERS for site in GOOD_SITES]


@pytest.fixture(scope="module")
def good(request: pytest.FixtureRequest) -> Iterator[Crawled]:
    def with_pages(name: str) -> Callable[[Server], dict[str, object]]:
        pages, order = GOOD_SITES[name.partition(", ")[0]][0], ORDERS[name.partition(", ")[2]]

        def site(server: Server) -> dict[str, object]:
            async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
                body = pages(request.path) if request.path != "/robots.txt" else None
                writer.write(response(body or "", status="200 OK" if body else "404 Not Found"))
                await writer.drain()

            server.fallback = answer
            return order

        return site

    yield from crawl_sites({name: with_pages(name) for name in SITES_IN_ORDERS if name in selected(request)})


@pytest.mark.parametrize("name", first_is_quick(SITES_IN_ORDERS, quick=len(GOOD_SITES)))
def test_a_good_site_loses_nothing(good: Crawled, name: str) -> None:
    _, outcome = good[name]
    assert outcome.stats.get("traps/stopped") is None
    assert len(outcome.items) == GOOD_SITES[name.partition(", ")[0]][1]
