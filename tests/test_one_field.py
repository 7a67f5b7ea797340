"""A field of the record is one declaration in items.py and a rule that reads it: one is added and taken out again.

The field goes into a copy of the project. One crawl of the copy must clean it, check it, hash it, watch it and write
it; the schema that the copy makes must hold it. Then the copy without it goes on with the same DATA_DIR.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema

import snapshot_crawler
from snapshot_crawler.dedup.content import content_hash
from snapshot_crawler.items import article_from_dict
from tests.authoring.stories import write_stories
from tests.server import Server

PACKAGE = Path(snapshot_crawler.__file__).parent
BEFORE = "    language: str | None ="
DECLARATION = '    place: str | None = published("where it happened", Text.LINE, hashed=6, watched=True)\n'
SPIDER = """
from snapshot_crawler.spiders.news import NewsSpider


class Site(NewsSpider):
    name = "site"
    start_urls = ["{start}"]
    article_links = r"/\\d+\\.html$"
    {rule}
"""
RULE = 'fields = {"place": "#place"}'
PLACES = {
    # path: (the page's markup of the place, what must stand in the record)
    "/1.html": ("<i id=place> 鹿洄\u200b镇 \n 东街&lt;br&gt; </i>", "鹿洄镇 东街"),
    "/2.html": ("", None),
}


COMMAND = """
from scrapy.cmdline import execute
from snapshot_crawler.record_schema import FILE, record_schema, written

FILE.write_text(written(record_schema()), encoding="utf-8")  # as python -m snapshot_crawler.record_schema does
execute()
"""


class Copy:
    """A copy of the project whose record has the field, or not."""

    def __init__(self, folder: Path, start: str) -> None:
        self.folder, self.start = folder, start
        shutil.copytree(PACKAGE, folder / "snapshot_crawler", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(PACKAGE.parent / "scrapy.cfg", folder)
        self.items = folder / "snapshot_crawler" / "items.py"
        self.without = self.items.read_text(encoding="utf-8")

    def declare(self, declaration: str, rule: str) -> None:
        assert self.without.count(BEFORE) == 1
        self.items.write_text(self.without.replace(BEFORE, declaration + BEFORE), encoding="utf-8")
        spider = SPIDER.format(start=self.start, rule=rule)
        (self.folder / "snapshot_crawler" / "spiders" / "site.py").write_text(spider)

    def run(self, *arguments: str) -> None:
        done = subprocess.run(
            [sys.executable, "-c", COMMAND, *arguments],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(self.folder)},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr[-3000:]

    def crawl(self, address: str) -> list[dict[str, Any]]:
        settings = (f"PRIVATE_NETWORKS_ALLOWED={address}", "DOWNLOAD_DELAY=0", "REVISIT_MIN=0")
        self.run("crawl", "site", "-o", "out.jsonl", *(word for each in settings for word in ("-s", each)))
        return [json.loads(line) for line in (self.folder / "out.jsonl").read_text(encoding="utf-8").splitlines()]


def test_a_field_is_one_declaration_and_its_rule(tmp_path: Path) -> None:
    with Server() as server:
        stories = write_stories("one-field", 2)
        for (path, (markup, _)), story in zip(PLACES.items(), stories, strict=True):
            text = "".join(f"<p>{paragraph}</p>" for paragraph in story.paragraphs)
            server.page(path, f"<h1>{story.title}</h1>{markup}<div>2026-03-04 10:00 来源：{story.source}</div>{text}")
        server.page(
            "/",
            "".join(
                f'<li><a href="{path}">{story.title}</a></li>' for path, story in zip(PLACES, stories, strict=True)
            ),
        )
        copy = Copy(tmp_path, server.url())
        copy.declare(DECLARATION, RULE)
        records = copy.crawl(server.address)
        schema = json.loads((tmp_path / "snapshot_crawler" / "article.schema.json").read_text(encoding="utf-8"))
        copy.declare("", "")  # and out again
        assert copy.crawl(server.address) == records, "the crawl goes on without the field"

    found = {record["url"].removeprefix(server.url().rstrip("/")): record for record in records}
    assert {path: record["place"] for path, record in found.items()} == {
        path: place for path, (_, place) in PLACES.items()
    }, "read, cleaned, without tags"
    assert schema["properties"]["place"] == {"type": ["string", "null"], "description": "where it happened"}
    for record in records:
        jsonschema.Draft202012Validator(schema).validate(record)
    assert found["/1.html"]["content_hash"] != content_hash(found["/1.html"]), "it counts for the version"
    assert found["/2.html"]["content_hash"] == content_hash(found["/2.html"]), "articles without it keep their hash"
    assert json.loads((tmp_path / "data/drift/site.json").read_text())["shares"]["has place"] == [1, 2]
    assert article_from_dict(found["/1.html"]).title == found["/1.html"]["title"], "records with it can still be read"
