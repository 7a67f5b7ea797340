"""What a new user types: the commands in processes of their own, with an empty folder for spiders and saved pages."""

from __future__ import annotations

import json
import os
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

from tests.authoring.samples import Sample
from tests.process import LONGEST_RUN_S, PROJECT, scrapy
from tests.server import Server


class Newcomer:
    """The user's folder: spiders in mysites/, saved pages in sites/, state in data/."""

    def __init__(self, folder: Path, server: Server | None = None, *, delay_s: float = 0.01) -> None:
        self.folder, self.delay_s = folder, delay_s
        self.package = folder / "mysites"
        self.package.mkdir(parents=True)
        (self.package / "__init__.py").touch()
        self.allowed = f"{server.address},127.0.0.1:9" if server else ""

    @property
    def spider_file(self) -> Path:
        """Where add-site writes the spider."""
        return self.package / "sample.py"

    def scrapy(self, command: str, *arguments: str, timeout_s: float = LONGEST_RUN_S) -> CompletedProcess[str]:
        """Run a command of the project."""
        settings = {
            "NEWSPIDER_MODULE": "mysites",
            "SPIDER_MODULES": "mysites,snapshot_crawler.spiders",
            "PRIVATE_NETWORKS_ALLOWED": self.allowed,
            "DOWNLOAD_DELAY": self.delay_s,
            "DOWNLOAD_TIMEOUT": 5,
            "DATA_DIR": self.folder / "data",
        }
        options = [each for name, value in settings.items() for each in ("-s", f"{name}={value}")]
        environment = {**os.environ, "PYTHONPATH": f"{self.folder}{os.pathsep}{PROJECT}"}
        return scrapy(command, *arguments, *options, env=environment, timeout=timeout_s)

    def add_site(self, address: str, *arguments: str, timeout_s: float = LONGEST_RUN_S) -> CompletedProcess[str]:
        """scrapy add-site ADDRESS --name sample."""
        folder = str(self.folder / "sites")
        return self.scrapy("add-site", address, "--name", "sample", "--dir", folder, *arguments, timeout_s=timeout_s)

    def site_test(self) -> CompletedProcess[str]:
        """scrapy site-test sample."""
        return self.scrapy("site-test", "sample", "--dir", str(self.folder / "sites"))

    def crawl(self) -> list[dict[str, Any]]:
        """scrapy crawl sample, to its end; the records."""
        output = self.folder / "out.jsonl"
        done = self.scrapy("crawl", "sample", "-O", str(output))
        assert done.returncode == 0, done.stderr[-2000:]
        return [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]


def mistakes(site: Sample, records: list[dict[str, Any]], server: Server) -> list[str]:
    """Everything in the records that is not as the site's stories tell: missing, invented, each wrong field."""
    found = {record["url"].removeprefix(server.url("")): record for record in records}
    wrong = [f"{path}: not crawled" for path in site.articles.keys() - found.keys()]
    wrong += [f"{path}: no article of the site" for path in found.keys() - site.articles.keys()]
    for path in site.articles.keys() & found.keys():
        story, record = site.articles[path], found[path]
        published = story.published if site.with_seconds else story.published.replace(second=0)
        wanted: dict[str, Any] = {"title": story.title, "published_at": published.isoformat(), "body": story.body}
        if site.has_source:
            wanted["source"] = story.source
        if site.has_author:
            wanted["authors"] = [story.author]
        wanted["suspect"] = []
        wrong += [f"{path}: {name} is {record[name]!r}" for name in wanted if record[name] != wanted[name]]
    return wrong
