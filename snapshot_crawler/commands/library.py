"""`scrapy library`: the published articles as one searchable store; each word after it is one function here."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from snapshot_crawler.exceptions import SnapshotCrawlerError
from snapshot_crawler.longwork import LongWork, add_quiet_option
from snapshot_crawler.spelling import did_you_mean

HITS_SHOWN = 10  # by choice: a screen


def build(root: Path, settings: Any, words: list[str], opts: argparse.Namespace) -> int:
    """bring the library up to date with all outputs; --anew: throw it away first; --follow: stay"""
    from snapshot_crawler.library.follow import Follower

    with LongWork.of("library build", "records", None, settings, opts) as work:
        follower = Follower(root, settings, reached=work.reached)
        with closing(follower):
            if opts.anew:
                follower.begin_anew()
            done = follower.round()
            if opts.anew or done.records > BIG:
                follower.writer.optimize()
            print(f"{done.records} records taken, {done.removed} articles taken out", file=sys.stderr)
            if opts.follow:
                follower.run(until_stopped())
    return 0


def until_stopped() -> threading.Event:
    """An event that SIGTERM or Ctrl-C sets."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def status(root: Path, settings: Any, words: list[str], opts: argparse.Namespace) -> int:
    """how much it holds, and which files cannot be read; --json for scripts"""
    from snapshot_crawler.library.library import Library

    with Library(root) as library:
        counts = library.counts()
    if opts.json:
        print(json.dumps(asdict(counts), ensure_ascii=False))
        return 0
    print(
        f"{counts.articles} articles in {counts.versions} versions, {counts.stories} stories, {counts.categories} "
        f"categories, {counts.sources} sources, {counts.days} days; {counts.gone} taken down; "
        f"{counts.size_bytes / 1e6:,.1f} MB"
    )
    print(f"newest: {counts.newest or 'none'}")
    for path, trouble in counts.troubles.items():
        print(f"not read: {path}: {trouble}")
    return 0


def search(root: Path, settings: Any, words: list[str], opts: argparse.Namespace) -> int:
    """articles that have all the words; --best: by relevance instead of newest first; --json: one hit a line"""
    from snapshot_crawler.library.library import Library
    from snapshot_crawler.library.snippets import plain

    if not words:
        raise UsageError("name what to search for: scrapy library search WORDS")
    with Library(root) as library:
        found = library.search(
            " ".join(words), order="best" if opts.best else "newest", number=opts.page, size=HITS_SHOWN
        )
    for hit in found.hits:
        if opts.json:
            print(json.dumps({**asdict(hit.row), "snippet": plain(hit.snippet)}, ensure_ascii=False))
        else:
            print(f"{hit.row.published_at or '-'}  {marks(hit.title)}\n    {marks(hit.snippet)}\n    {hit.row.url}")
    more = "" if found.is_total_exact else "about "
    print(f"{more}{found.total} articles", file=sys.stderr)
    return 0 if found.hits else 1


def marks(parts: list[tuple[str, bool]]) -> str:
    """A text with its hits in brackets; bold on a terminal."""
    begin, end = ("\x1b[1m", "\x1b[0m") if sys.stdout.isatty() else ("[", "]")
    return "".join(f"{begin}{text}{end}" if is_hit else text for text, is_hit in parts)


BIG = 20_000  # records of one round, after which the index is merged into one part; by choice
WORDS: dict[str, Callable[[Path, Any, list[str], argparse.Namespace], int]] = {
    "build": build,
    "status": status,
    "search": search,
}


class Command(ScrapyCommand):
    """Exits 0; 1 where a search finds nothing; 2 without a library or for a wrong word; 8 while another process fills
    it; 9 where the disk takes no more."""

    requires_project = False
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """Scrapy's hook for the usage line."""
        return f"{' | '.join(WORDS)} [WORDS]"

    def short_desc(self) -> str:
        """Scrapy's hook for the list of commands."""
        return "The published articles of all jobs as one searchable store"

    def long_desc(self) -> str:
        """Scrapy's hook for the help text."""
        return "; ".join(f"{word}: {function.__doc__}" for word, function in WORDS.items())

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's hook for options."""
        super().add_options(parser)
        add_quiet_option(parser)
        parser.add_argument("--anew", action="store_true", help="build: throw the library away first")
        parser.add_argument("--follow", action="store_true", help="build: stay, and take what crawls commit")
        parser.add_argument("--best", action="store_true", help="search: best first instead of newest first")
        parser.add_argument("--page", type=int, default=1, help="search: the page (default 1)")
        parser.add_argument("--json", action="store_true", help="status, search: JSON for scripts")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's hook."""
        if not args:
            raise UsageError(f"say what to do: {', '.join(WORDS)}")
        word = args[0]
        if word not in WORDS:
            raise UsageError(f"there is no scrapy library {word}{did_you_mean(word, WORDS)}")
        assert self.settings is not None
        try:
            self.exitcode = WORDS[word](Path(self.settings["DATA_DIR"] or "data"), self.settings, args[1:], opts)
        except SnapshotCrawlerError as error:
            print(error, file=sys.stderr)
            self.exitcode = int(error.exit_code)
