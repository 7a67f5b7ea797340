"""A site that is away for a while loses nothing: faults of a server and login pages are no evidence of a trap."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from snapshot_crawler.exceptions import ExitCode
from snapshot_crawler.middlewares.traps.evidence import MOST_UNANSWERED
from snapshot_crawler.middlewares.traps.families import family
from tests.crash.run import NO_FAULTS, Job
from tests.crash.site import NewsSite
from tests.crawling import crawl
from tests.server import Request, response

LOGIN = "<html><head><title>用户登录</title></head><body><form><input name=u><input type=password></form></body></html>"
ARTICLES = 12
FAST = {"RETRY_TIMES": 0}  # the waits between tries are tested elsewhere


@pytest.fixture
def site() -> Iterator[NewsSite]:
    with NewsSite(articles=ARTICLES, hidden_every=0) as running:
        yield running


def shut(site: NewsSite, answer: Callable[[str], bytes]) -> Callable[[], None]:
    """Let every article be answered otherwise; called, the site is as before."""
    before = site.fallback
    assert before is not None

    async def away(request: Request, writer: asyncio.StreamWriter) -> None:
        if not request.path.startswith("/detail/"):
            await before(request, writer)
            return
        writer.write(sent := answer(request.path))
        await writer.drain()
        if not sent:
            writer.close()

    def open_again() -> None:
        site.fallback = before

    site.fallback = away
    return open_again


def error(path: str) -> bytes:
    return response("busy", status="500 Internal Server Error")


def no_answer(path: str) -> bytes:
    return b""


def login(path: str) -> bytes:
    return response(LOGIN)


def to_login(path: str) -> bytes:
    return response("", status="302 Found", headers={"Location": "/login"})


def to_own_login(path: str) -> bytes:
    return response("", status="302 Found", headers={"Location": f"/login?next={path}"})


@pytest.mark.parametrize("answer", [error, no_answer, login, to_login, to_own_login])
def test_a_first_run_during_an_outage_says_so_and_loses_nothing(
    site: NewsSite, tmp_path: Path, answer: Callable[[str], bytes]
) -> None:
    job = Job(site, tmp_path, settings=FAST)
    site.page("/login", LOGIN)
    for path in site.stories:
        site.page(f"/login?next={path}", LOGIN)
    open_again = shut(site, answer)
    assert job.run() == ExitCode.TOO_MANY_ERRORS, job.log()
    assert f"{ARTICLES} of {ARTICLES} articles" in job.log()
    open_again()
    assert job.run() == 0, job.log()
    assert job.faults() == NO_FAULTS, job.log()


@pytest.mark.slow
def test_an_outage_is_told_with_second_tries_too(tmp_path: Path) -> None:
    """More pages than there are tries for: each was asked for once or twice, none three times."""
    with NewsSite(articles=20, hidden_every=0) as site:
        open_again = shut(site, error)
        job = Job(site, tmp_path)
        assert job.run() == ExitCode.TOO_MANY_ERRORS, job.log()
        assert len([path for path in site.asked if path in site.stories]) <= MOST_UNANSWERED
        assert job.run() == ExitCode.TOO_MANY_ERRORS, "it goes on, and few pages are asked for: " + job.log()
        open_again()
        assert job.run() == 0, job.log()
        assert job.faults() == NO_FAULTS, job.log()


def test_pages_that_fail_at_the_first_try_are_all_had_in_the_same_run(tmp_path: Path) -> None:
    """More of them than a family may cost: one that comes at its second try proves the others."""
    with NewsSite(articles=60, hidden_every=0) as site:
        failed: set[str] = set()

        def once(path: str) -> bytes:
            body = site._bytes(path, None) if path in failed else error(path)
            failed.add(path)
            return body

        shut(site, once)
        job = Job(site, tmp_path)
        assert job.run() == 0, job.log()
        assert job.faults() == NO_FAULTS, job.log()


@pytest.mark.slow
def test_a_finished_job_with_a_few_broken_pages_is_complete_and_an_outage_that_goes_on_is_not(tmp_path: Path) -> None:
    with NewsSite(articles=30, hidden_every=0) as site:
        broken = set(list(site.stories)[:7])
        shut(site, lambda path: error(path) if path in broken else site._bytes(path, None))
        job = Job(site, tmp_path, settings={**FAST, "FAILED_RUNS_MAX": 9})
        assert [job.run(), job.run()] == [0, 0], "the second run asks for nothing but the broken pages"
        for number in range(8):
            broken.add(site.insert("city", place=0, seed=f"away {number}").path)
        assert [job.run(), job.run()] == [ExitCode.TOO_MANY_ERRORS] * 2, job.log()
        broken.clear()
        assert job.run() == 0, job.log()
        assert job.faults() == NO_FAULTS, job.log()


def test_pages_that_are_broken_for_good_do_not_keep_a_crawl_from_the_others(tmp_path: Path) -> None:
    """More of them than a family may cost: the next run begins with what was not asked for."""
    with NewsSite(articles=45, hidden_every=0) as site:
        good: set[str] = set()
        shut(site, lambda path: site._bytes(path, None) if path in good else error(path))
        job = Job(site, tmp_path, settings=FAST)
        assert job.run() == ExitCode.TOO_MANY_ERRORS, job.log()
        good.update(list(site.stories.keys() - set(site.asked))[:-3])
        assert 4 <= len(good) <= 10
        job.run()
        assert len(job.lines()) == len(good), job.log()


def test_what_an_earlier_version_refused_in_an_outage_comes_back(site: NewsSite, tmp_path: Path) -> None:
    """Its frontier: some login pages refused for good, the rest of their family as a trap; and dead links elsewhere."""
    job = Job(site, tmp_path, settings=FAST)
    open_again = shut(site, login)
    assert job.run() == ExitCode.TOO_MANY_ERRORS, job.log()
    open_again()
    (path,) = (job.data / "frontier").glob("*.sqlite")
    paths = list(site.stories)
    name = family(site.url(paths[0])).fine
    trap = f"rejected: trap, family {name} brings no new article"
    with closing(sqlite3.connect(path)) as database, database:
        for number, each in enumerate(paths):
            outcome = "rejected: login, 用户登录" if number < 4 else trap
            database.execute("UPDATE entry SET state = 4, outcome = ? WHERE url = ?", (outcome, site.url(each)))
        closed = [[name, "repeated-content", site.url(paths[0])]]
        state = json.dumps({"version": 1, "proven": [], "closed": closed})
        database.execute("INSERT OR REPLACE INTO note VALUES ('note/traps', ?)", (state,))
    assert job.run() == 0, job.log()
    assert job.faults() == NO_FAULTS, job.log()


def test_a_run_that_is_stopped_early_has_looked_for_refusals_of_earlier_versions(
    site: NewsSite, tmp_path: Path
) -> None:
    """Each look is at all addresses: a run after it need not look again."""
    crawl("snapshot", site.url(), tmp_path, allowed=site.address, CLOSESPIDER_PAGECOUNT=1)
    (path,) = (tmp_path / "data" / "frontier").glob("*.sqlite")
    with closing(sqlite3.connect(path)) as database:
        (state,) = database.execute("SELECT value FROM note WHERE name = 'note/traps'").fetchone()
    assert "unanswered" in json.loads(state)
