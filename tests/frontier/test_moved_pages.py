"""Pages that lead to another host, in a storage of one process and in that of several: each article comes once."""

from __future__ import annotations

import asyncio
import json
import socket
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from snapshot_crawler.exceptions import LeaseLostError
from snapshot_crawler.frontier.sqlite import SqliteStore
from snapshot_crawler.frontier.store import Entry
from tests.crash.site import NewsSite
from tests.crawling import crawl
from tests.server import Request, response

TWIN = "paper.example"
MOVED = f"/detail/{1:040x}.html"


@pytest.fixture(params=["embedded", "shared"])
def settings(request: pytest.FixtureRequest) -> dict[str, str]:
    """The setting that tells the storages apart."""
    if request.param == "embedded":
        return {}
    return {"DATABASE_URL": request.getfixturevalue("quick_database_url"), "FRONTIER_LEASE": "6"}


def ids(*files: Path) -> Counter[str]:
    """How often each article stands in them."""
    lines = [line for path in files if path.exists() for line in path.read_text(encoding="utf-8").splitlines()]
    return Counter(json.loads(line)["id"] for line in lines)


class Paper(NewsSite):
    """All of it stands under www. alone; without it, each address redirects there."""

    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> None:
        host = request.headers["host"]
        if host.startswith("www.") or request.path == "/robots.txt":
            await super()._answer(request, writer)
        else:
            headers = {"Location": f"http://www.{host}{request.path}"}
            writer.write(response("", status="301 Moved Permanently", headers=headers))


def test_a_site_that_leads_to_its_twin_with_www_is_crawled_there(
    settings: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The two are one address, and two hosts. Shared, the first page was asked for over and over again."""
    resolve = socket.getaddrinfo

    def resolved(host: Any, *more: Any, **others: Any) -> Any:
        return resolve("127.0.0.1" if str(host).endswith(TWIN) else host, *more, **others)

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    with Paper(articles=5, hidden_every=0) as site:
        start = site.url().replace("127.0.0.1", TWIN)
        crawler = crawl("snapshot", start, tmp_path, allowed=site.address, CLOSESPIDER_TIMEOUT=60, **settings)
    assert crawler.stats is not None
    assert crawler.stats.get_value("finish_reason") == "finished"
    assert ids(tmp_path / "out.jsonl") == dict.fromkeys(site.names, 1)
    assert site.asked.count("/") == 2


@pytest.mark.slow
@pytest.mark.parametrize("is_committed", [False, True])
def test_an_article_to_which_another_host_leads_comes_once_whenever_a_process_dies(
    settings: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_committed: bool
) -> None:
    """A process dies with the commit that notes the redirect: before it, or right behind it."""
    from snapshot_crawler.frontier.postgres.store import PostgresStore

    kind: Any = PostgresStore if settings else SqliteStore
    update, commit = kind.update, kind.commit
    noted: list[str] = []

    def updated(store: Any, entry: Entry) -> None:
        if (entry.outcome or "").startswith("redirected to"):
            noted.append(entry.url)
        update(store, entry)

    def dying(store: Any, *values: Any) -> int:
        if not noted or is_committed:
            number: int = commit(store, *values)
            if not noted:
                return number
        raise LeaseLostError("dead")

    dies: dict[str, Callable[..., Any]] = {"update": updated, "commit": dying}
    with (
        NewsSite(articles=3, hidden_every=0, host="127.0.0.2", town="here-") as here,
        NewsSite(articles=3, hidden_every=0, host="127.0.0.3", town="there-") as there,
    ):
        there.lists["city"].clear()  # nothing else leads to its first article
        target = next(path for path in there.stories if there.stories[path].slug == "city")
        here.extra_rows.append(MOVED)
        here.moved[MOVED] = there.url(target)

        def run(machine: str) -> None:
            allowed = f"{here.address},{there.address}"
            crawl("snapshot", f"{here.url()},{there.url()}", tmp_path / machine, allowed=allowed, **settings)

        with monkeypatch.context() as patched:
            for name, call in dies.items():
                patched.setattr(kind, name, call)
            run("one")
        assert noted
        run("other" if settings else "one")
        run("one")  # its files are brought to their last commit
    found = ids(tmp_path / "one" / "out.jsonl", tmp_path / "other" / "out.jsonl")
    assert found == dict.fromkeys(here.names | there.names, 1)
