"""`scrapy demo`: serve the sample site, crawl it by the real command, hold every article against what the site says."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import UsageError

from snapshot_crawler.commands.portal import EXTRA, lacks_extra
from snapshot_crawler.exceptions import ConfigurationError, ExitCode, SnapshotCrawlerError
from snapshot_crawler.listening import bound
from snapshot_crawler.portal import USUAL
from snapshot_crawler.runs.offline import OfflineCommand

if TYPE_CHECKING:
    import socket

    from snapshot_crawler.demo.server import SampleServer

LONGEST_S = 60  # a demo that hangs is ended rather than left running
MOST_FAULTS_SHOWN = 12  # by choice: they fit on a screen
ROWS_SHOWN = 2  # by choice: an article is an example here


class Command(OfflineCommand):
    """Exit code 0 when every article of the sample site was published right, 1 when not; --portal: 0 after SIGTERM or
    Ctrl-C, 2 where the extra `portal` is missing or the address cannot be listened on."""

    requires_project = True

    def syntax(self) -> str:
        """Scrapy's hook for the usage line."""
        return "[--serve | --portal [--listen HOST:PORT]] [--port N]"

    def short_desc(self) -> str:
        """Scrapy's hook for the list of commands."""
        return "Crawl the embedded sample site and check every article"

    def long_desc(self) -> str:
        """Scrapy's hook for --help."""
        return (
            "Serves a sample news-snapshot site on a free loopback port, crawls it with the snapshot spider and all "
            "protections, writes DATA_DIR/demo/articles.jsonl anew, and checks every field of every article. "
            "Exits 1 when an article is missing or wrong. With --serve it only serves, for a look in the browser. "
            "With --portal it shows the articles as `scrapy portal` does, until Ctrl-C."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's hook for options."""
        super().add_options(parser)
        parser.add_argument("--serve", action="store_true", help="only serve the sample site, until Ctrl-C")
        parser.add_argument("--portal", action="store_true", help="show the articles as a site, until Ctrl-C")
        parser.add_argument("--listen", metavar="HOST:PORT", help=f"where the portal answers (default: {USUAL})")
        parser.add_argument("--port", type=int, default=0, help="port of the sample site (default: any free one)")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's hook."""
        if args:
            raise UsageError(f"demo takes no argument {args[0]!r}; to crawl a site: scrapy crawl snapshot -a start=URL")
        if opts.serve and opts.portal:
            raise UsageError("--serve shows the sample site, --portal what was crawled from it: say one of them")
        if opts.listen and not opts.portal:
            raise UsageError("--listen is the portal's: say --portal too (--port is the sample site's)")
        assert self.settings is not None
        folder = Path(self.settings["DATA_DIR"]) / "demo"
        try:
            with (
                before_portal(opts.listen or USUAL, self.settings)
                if opts.portal
                else contextlib.nullcontext() as listener
            ):
                self.exitcode = self.shown(folder, opts)
                if listener is not None and self.exitcode == 0:
                    show_portal(listener, folder, self.settings.copy_to_dict())
        except SnapshotCrawlerError as error:
            print(error, file=sys.stderr)
            self.exitcode = int(error.exit_code)

    def shown(self, folder: Path, opts: argparse.Namespace) -> int:
        """Serve the sample site, and crawl it where no more is asked for; the exit code."""
        from snapshot_crawler.demo.server import SampleServer

        try:
            server = SampleServer(opts.port)
        except (OSError, OverflowError) as error:
            print(f"Port {opts.port} cannot be used: {error}. Choose another --port.", file=sys.stderr)
            return ExitCode.CONFIGURATION
        with server:
            return serve(server) if opts.serve else demonstrate(server, folder)


def before_portal(listen: str, settings: Mapping[str, Any]) -> contextlib.closing[socket.socket]:
    """The portal's socket, before the crawl: what keeps the portal from starting is told at once.

    Raises ConfigurationError.
    """
    if lacks_extra():
        raise ConfigurationError(EXTRA)
    from snapshot_crawler.portal.site import Site

    Site(Path(), settings).close()  # looks at the settings; opens nothing
    return contextlib.closing(bound(listen, USUAL))


def show_portal(listener: socket.socket, folder: Path, settings: dict[str, Any]) -> None:
    """The portal over the demo's articles, until Ctrl-C or SIGTERM. Raises SnapshotCrawlerError."""
    from snapshot_crawler.library.follow import Follower
    from snapshot_crawler.portal.app import create_app
    from snapshot_crawler.portal.serve import serve_on

    with contextlib.closing(Follower(folder, settings)) as follower:
        follower.round()  # so that the first page has them
    app = create_app(folder, settings)
    serve_on(listener, app, lambda address: print(f"The portal is at {address} (Ctrl-C ends it)", flush=True))


def serve(server: SampleServer) -> int:
    """Keep the site up until Ctrl-C."""
    print(f"The sample site is at {server.url} (Ctrl-C ends it)", flush=True)
    try:
        while True:
            time.sleep(3600)  # until Ctrl-C; any long time would do
    except KeyboardInterrupt:
        print()
    return 0


def demonstrate(server: SampleServer, folder: Path) -> int:
    """Crawl the site into folder, afresh, and check the output; the command's exit code."""
    from snapshot_crawler.demo.check import faults

    output = folder / "articles.jsonl"
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    except OSError as error:
        print(f"{folder} cannot be written: {error.strerror}. Choose another: -s DATA_DIR=...", file=sys.stderr)
        return ExitCode.OUTPUT_FAILED
    started = time.monotonic()
    code = crawl(server, folder, output)
    took_s = time.monotonic() - started
    records = read_lines(output)
    rejected = [record for path in folder.glob("rejected/*/*.jsonl") for record in read_lines(path)]
    copies = [record for path in folder.glob("duplicates/*/*.jsonl") for record in read_lines(path)]
    found = [f"the crawl ended with exit code {code}"] if code else []
    found += faults(records, rejected, server.pages.site, server.url)
    show_example(records)
    print(
        f"{len(records)} articles in {took_s:.1f} s, from {len(server.pages.asked)} requests; "
        f"{len(copies)} copies dropped, {len(rejected)} pages rejected or given up: the site breaks them on purpose.\n"
        f"Articles: {output}"
    )
    show_faults(found)
    return 1 if found else 0


def crawl(server: SampleServer, folder: Path, output: Path) -> int:
    """Run `scrapy crawl snapshot` on the site; its exit code. Its log or live display goes to stderr."""
    settings = {
        "DATA_DIR": folder,
        "PRIVATE_NETWORKS_ALLOWED": server.address,  # the address guard lets nothing else on this machine pass
        "DOWNLOAD_DELAY": 0,  # nobody else's server
        "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
        "LOG_LEVEL": "ERROR",  # the site has broken pages on purpose, which are warned of; the summary tells them
    }
    command = [sys.executable, "-m", "scrapy", "crawl", "snapshot", "-a", f"start={server.url}", "-O", str(output)]
    options = [option for name, value in settings.items() for option in ("-s", f"{name}={value}")]
    try:
        return subprocess.run([*command, *options], check=False, timeout=LONGEST_S, env=os.environ).returncode
    except subprocess.TimeoutExpired:
        print(f"The crawl did not end within {LONGEST_S} s and was stopped.", file=sys.stderr)
        return 1


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The records of a JSON Lines file; none where there is no file."""
    return [json.loads(line) for line in path.read_bytes().splitlines()] if path.exists() else []


def show_example(records: list[dict[str, Any]]) -> None:
    """The newest record that has an original address, its lists cut short for the screen."""
    if not records:
        return
    newest = max(records, key=lambda record: (bool(record["original_url"]), record["published_at"] or "", record["id"]))
    shown = {
        name: [*value[:ROWS_SHOWN], f"... {len(value) - ROWS_SHOWN} more"]
        if isinstance(value, list) and len(value) > ROWS_SHOWN
        else value
        for name, value in newest.items()
    }
    print("\nOne article:", json.dumps(shown, ensure_ascii=False, indent=2), "", sep="\n")


def show_faults(found: list[str]) -> None:
    """The verdict, and what is wrong."""
    for fault in found[:MOST_FAULTS_SHOWN]:
        print(f"WRONG  {fault}")
    if len(found) > MOST_FAULTS_SHOWN:
        print(f"WRONG  and {len(found) - MOST_FAULTS_SHOWN} more")
    print("The demo failed." if found else "Every article of the sample site is there, once and right.")
