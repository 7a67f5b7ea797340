"""`scrapy demo`: serve the sample site, crawl it through the real command, check every article."""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, ClassVar

from scrapy.commands import ScrapyCommand

from snapshot_crawler.demo.check import wrong
from snapshot_crawler.demo.server import DemoSite

LONGEST_S = 60  # a demo that hangs is ended rather than left running
SHOWN_PROBLEMS = 10


class Command(ScrapyCommand):
    """Exits 0 when every article of the sample site was published right, 1 when not."""

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """Scrapy's hook for the usage line."""
        return "[options]"

    def short_desc(self) -> str:
        """Scrapy's hook for the list of commands."""
        return "Crawl the embedded sample site and show what comes out"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's hook for options."""
        super().add_options(parser)
        parser.add_argument("--serve", action="store_true", help="only serve the sample site, until Ctrl-C")
        parser.add_argument("--port", type=int, default=0, help="port of the sample site (default: any free one)")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's hook."""
        try:
            site = DemoSite(opts.port)
        except OSError as error:
            print(f"port {opts.port} cannot be used: {error.strerror}. Choose another --port.", file=sys.stderr)
            self.exitcode = 2
            return
        with site:
            if opts.serve:
                serve(site)
            else:
                assert self.settings is not None
                self.exitcode = crawl(site, Path(self.settings["DATA_DIR"]) / "demo")


def serve(site: DemoSite) -> None:
    """Keep the site up until Ctrl-C."""
    print(f"The sample site is at {site.url} (Ctrl-C ends it)", flush=True)
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        print()


def crawl(site: DemoSite, folder: Path) -> int:
    """Crawl the site into folder, afresh, and check the output; the command's exit code."""
    shutil.rmtree(folder, ignore_errors=True)
    output = folder / "articles.jsonl"
    settings = {
        "DATA_DIR": folder,
        "PRIVATE_NETWORKS_ALLOWED": site.address,
        "DOWNLOAD_DELAY": 0,  # it is our own server
        "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
    }
    options = [option for name, value in settings.items() for option in ("-s", f"{name}={value}")]
    command = [sys.executable, "-m", "scrapy", "crawl", "snapshot", "-a", f"start={site.url}", "-O", str(output)]
    started = time.monotonic()
    try:
        code = subprocess.run([*command, *options], check=False, timeout=LONGEST_S).returncode
    except subprocess.TimeoutExpired:
        print(f"The crawl did not end within {LONGEST_S} s.", file=sys.stderr)
        return 1
    took_s = time.monotonic() - started
    records = [json.loads(line) for line in output.open(encoding="utf-8")] if output.exists() else []
    problems = wrong(records, site.articles, site.url)
    if code:
        problems.append(f"the crawl ended with exit code {code}")
    report(records, problems, output, took_s)
    return 1 if problems else 0


def report(records: list[dict[str, Any]], problems: list[str], output: Path, took_s: float) -> None:
    """What came out: one record, the counts, where the file is."""
    if records:
        print(json.dumps(_shortened(records[0]), ensure_ascii=False, indent=2))
    print(f"\n{len(records)} articles in {took_s:.1f} s: {output}")
    for problem in problems[:SHOWN_PROBLEMS]:
        print(f"WRONG  {problem}")
    if len(problems) > SHOWN_PROBLEMS:
        print(f"WRONG  and {len(problems) - SHOWN_PROBLEMS} more")
    print("Every article of the sample site is there, once and right." if not problems else "The demo failed.")


def _shortened(record: dict[str, Any]) -> dict[str, Any]:
    """A record for the screen: two rows of each list are enough."""
    return {
        name: [*value[:2], f"... {len(value) - 2} more"] if isinstance(value, list) and len(value) > 3 else value
        for name, value in record.items()
    }
