"""What a command imports: only its own room, and nothing that costs more than the command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from scrapy.exceptions import NotConfigured
from scrapy.extensions.remote_control import RemoteControl
from scrapy.extensions.telnet import TelnetConsole
from scrapy.utils.test import get_crawler

from snapshot_crawler.runs import doors

ROOT = Path(__file__).resolve().parents[1]
# Runs the commands in turn, each in the modules of those before it, so the lightest come first.
RUN = """
import json, sys
from scrapy.cmdline import execute
seen = {}
for command in (["status"], ["explain", "http://a.example/"], ["list"]):
    try:
        execute(["scrapy", *command, "-s", "DATA_DIR=" + sys.argv[1]])
    except SystemExit as end:
        seen[command[0]] = [end.code, sorted(sys.modules)]
print(json.dumps(seen))
"""
NEEDS_REACTOR = "TWISTED_REACTOR_ENABLED"
LIBRARIES = frozenset(
    {"numpy", "opencc", "tldextract", "requests", "aiohttp", "rich", "tomlkit", "jsonschema", "apprise"}
)
ROOMS = frozenset({"authoring", "dedup", "demo", "download", "exporters", "jobs", "pages", "pipelines", "spiders"})


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """For each command, the modules that are there when it has run."""
    # a folder without a crawl: the commands say so, after they have imported what they need
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(tmp_path_factory.mktemp("data"))],
        cwd=ROOT,
        env={**os.environ, "SCRAPY_SETTINGS_MODULE": "snapshot_crawler.settings"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    seen: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert {name: code for name, (code, _) in seen.items()} == {"status": 2, "explain": 2, "list": 0}
    return {name: names for name, (_, names) in seen.items()}


@pytest.mark.parametrize("command", ["status", "explain", "list"])
def test_a_command_that_only_reads_imports_no_heavy_library(modules: dict[str, list[str]], command: str) -> None:
    assert LIBRARIES & set(modules[command]) == set()
    assert "twisted.conch.telnet" not in modules[command]


@pytest.mark.parametrize("command", ["status", "explain"])
def test_status_and_explain_import_no_room_that_they_do_not_ask(modules: dict[str, list[str]], command: str) -> None:
    rooms = {name.split(".")[1] for name in modules[command] if name.startswith("snapshot_crawler.")}
    assert rooms & ROOMS == set()


@pytest.mark.parametrize(
    ("door", "scrapys"), [(doors.TelnetConsole, TelnetConsole), (doors.RemoteControl, RemoteControl)]
)
def test_a_door_is_scrapys_own_when_it_is_open(door: type[doors.Door], scrapys: type) -> None:
    crawler = get_crawler(settings_dict={door.setting: True})
    crawler.settings.frozen = False
    if scrapys is TelnetConsole:  # needs a reactor, which get_crawler does not set up
        crawler.settings.set(NEEDS_REACTOR, True)
    assert isinstance(door.from_crawler(crawler), scrapys)
    with pytest.raises(NotConfigured):
        door.from_crawler(get_crawler(settings_dict={door.setting: False}))


# A page of a snapshot that a list led to: the row is held against it.
READ_SNAPSHOT = """
import sys
from datetime import UTC, datetime
from snapshot_crawler.spiders.snapshot import SnapshotSpider
from tests.pages.snapshot.layouts import LAYOUTS, URL, Facts
spider = SnapshotSpider(start=URL)
reader = spider.article_reader
html = LAYOUTS[0](Facts())
page = reader.page(html.encode(), url=URL, fetched_at=datetime.now(UTC), content_type="text/html; charset=utf-8")
article = spider.read(page, "listing").article
row = {"title": article.title + " 2", "published_at": article.published_at}
reader.complete(article, page, {"kind": "listing", "url": URL}, row)
print(article.title, *sorted(name for name in sys.modules if name.startswith("snapshot_crawler.pages.article.")))
"""


def test_a_snapshot_that_a_list_led_to_needs_no_reader_of_articles() -> None:
    done = subprocess.run(
        [sys.executable, "-c", READ_SNAPSHOT], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    title, *names = done.stdout.split()
    assert title == "城北湿地公园扩建工程通过验收:新增步道十二公里"
    assert "snapshot_crawler.pages.article.crosscheck" in names
    assert "snapshot_crawler.pages.article.reader" not in names
