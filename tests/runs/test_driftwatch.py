"""Layout drift by the real command: a site crawled on three days, the last with other pages; report and exit code."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from snapshot_crawler.exceptions import ExitCode
from tests.authoring.newcomer import Newcomer
from tests.authoring.samples import Sample
from tests.crash.run import Job
from tests.crash.site import NewsSite
from tests.runs.mutations import MUTATIONS, day_of
from tests.server import Server, response

SPIDER = """from snapshot_crawler.spiders.news import NewsSpider


class SampleSpider(NewsSpider):
    name = "sample"
    start_urls = ["{start}"]
    fields = {{"source": "p.meta em.from"}}
    custom_settings = {{"REVISIT_MIN": 0, "REVISIT_MAX": 0}}
"""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        yield server


def publish(server: Server, day: str, mutation: str | None = None) -> Sample:
    """The site's pages of one day under addresses of that day; its articles changed, its lists as ever."""
    site = day_of("modern", day)
    for path in [*site.articles]:
        body, content_type = site.files[path]
        text = body.decode().replace("来源：", "来源：<em class=from>", 1).replace(" <span>作者", "</em> <span>作者", 1)
        if mutation is not None:
            text = MUTATIONS[mutation](text, random.Random(path))
        site.files[path] = (text.encode(), content_type)
    renumbered = {path: path.replace("/art-", f"/art-{day}") for path in site.articles}
    for path, (body, content_type) in site.files.items():
        text = body.replace(b"{root}", server.url("").encode()).decode()
        for old, new in renumbered.items():
            text = text.replace(old, new)
        server.raw(renumbered.get(path, path), response(text, content_type=content_type))
    return site


def reports(user: Newcomer) -> list[dict[str, Any]]:
    """The run reports, oldest first."""
    return [json.loads(path.read_text()) for path in sorted((user.folder / "data" / "runs").glob("*.json"))]


@pytest.mark.parametrize(
    ("mutation", "says"),
    [
        ("body emptied", "the usual container is there, empty"),
        ("classes renamed", "rule for source finds something: 0 of"),
        ("login page", "login on"),
    ],
)
def test_a_changed_site_ends_with_its_own_exit_code_and_names_pages(
    mutation: str, says: str, server: Server, tmp_path: Path
) -> None:
    user = Newcomer(tmp_path, server)
    user.spider_file.write_text(SPIDER.format(start=server.url("/")), encoding="utf-8")
    output = str(tmp_path / "out.jsonl")
    publish(server, "1")
    assert user.scrapy("crawl", "sample", "-o", output).returncode == 0
    publish(server, "2")  # an ordinary day: all articles are new, and none is another than usual
    done = user.scrapy("crawl", "sample", "-o", output)
    assert done.returncode == 0, done.stderr[-2000:]
    assert len(Path(output).read_text(encoding="utf-8").splitlines()) >= 50
    publish(server, "3", mutation)
    done = user.scrapy("crawl", "sample", "-o", output)
    assert done.returncode == ExitCode.LAYOUT_DRIFT, done.stderr[-3000:]
    assert says in done.stderr
    report = reports(user)[-1]
    assert server.url("") in "".join(report["drift"])
    since = report["started"].replace("+00:00", "Z")
    assert report["sentence"].endswith(f"when the spider is mended: scrapy reparse sample --since {since}")


def test_suspect_records_go_to_quarantine_where_it_is_asked_for(server: Server, tmp_path: Path) -> None:
    user = Newcomer(tmp_path, server)
    user.spider_file.write_text(SPIDER.format(start=server.url("/")), encoding="utf-8")
    site = publish(server, "1")
    odd = [path.replace("/art-", "/art-1") for path in site.articles][:2]
    brief = "<html><title>一条简讯</title><h1>一条简讯</h1><p>2024-03-04 07:12</p><p>这一条只有一句话，别无其他。</p></html>"
    for path in odd:
        server.page(path, brief)
    done = user.scrapy("crawl", "sample", "-o", str(tmp_path / "out.jsonl"), "-s", "SUSPECT=quarantine")
    assert done.returncode == 0, done.stderr[-2000:]
    main = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(main) >= 20
    assert [record for record in main if record["suspect"]] == []
    (file,) = (tmp_path / "data" / "quarantine").rglob("*.jsonl")
    aside = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert aside and all(record["suspect"] and record["body"] for record in aside)
    assert {record["url"].removeprefix(server.url("")) for record in aside} <= set(odd)


DEAD = "<html><head><title>样例快照网</title></head><body><div id=app></div><script src=/app.js></script></body></html>"


def test_a_dead_layout_is_told_in_runs_of_three_pages(tmp_path: Path) -> None:
    with NewsSite(articles=24, hidden_every=0) as site:
        job = Job(site, tmp_path)
        assert job.run() == 0, job.log()
        codes = []
        for day in range(2):
            for number in range(3):
                site.page(site.insert("city", place=0, seed=f"{day}-{number}").path, DEAD)
            codes.append(job.run())
        assert codes == [0, ExitCode.LAYOUT_DRIFT], job.log()
        assert "gives an article: 0 of 6 pages" in job.log()
