"""`scrapy jobs`: the scheduled jobs of the job file; each word after it is one function of the room jobs/."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings
from scrapy.utils.conf import arglist_to_dict
from scrapy.utils.log import configure_logging

from snapshot_crawler.exceptions import SnapshotCrawlerError
from snapshot_crawler.spelling import did_you_mean

if TYPE_CHECKING:
    from snapshot_crawler.jobs.office import Office


def check(office: Office, names: list[str], opts: argparse.Namespace) -> int:
    """read the job file and say what is wrong with it"""
    for warning in office.findings.warnings:
        print(warning, file=sys.stderr)
    counts = ((len(office.file.jobs), "job"), (len(office.file.channels), "channel"))
    numbers = ", ".join(f"{number} {word}{'' if number == 1 else 's'}" for number, word in counts)
    print(f"{office.file.path}: {numbers}, no mistake")
    return 0


def show(office: Office, names: list[str], opts: argparse.Namespace) -> int:
    """every job: its state, last run, next time; --json for scripts"""
    from snapshot_crawler.jobs import listing

    if opts.json:
        print(json.dumps(listing.jobs_as_they_stand(office), ensure_ascii=False, indent=1))
    else:
        listing.show(office)
    return 0


def run(office: Office, names: list[str], opts: argparse.Namespace) -> int:
    """run jobs now, by their names; the exit code is the highest of theirs"""
    from snapshot_crawler.jobs.rounds import run_now

    if not names:
        raise UsageError("name the jobs to run: scrapy jobs run NAME...")
    return run_now(office, names, print)


def due(office: Office, names: list[str], opts: argparse.Namespace) -> int:
    """run what is due now, once, then end: for cron and timers"""
    from snapshot_crawler.jobs.rounds import run_due

    return run_due(office, print)


def start(office: Office, names: list[str], opts: argparse.Namespace) -> int:
    """stay, and run the jobs at their times, until SIGTERM [--listen HOST:PORT: /health, /metrics, scrapyd's API]"""
    from snapshot_crawler.jobs.daemon import Daemon

    return Daemon(office, opts.listen).run()


def history(office: Office, names: list[str], opts: argparse.Namespace) -> int:
    """a job's runs, newest first"""
    from snapshot_crawler.jobs.listing import show_history

    for name in names or office.file.jobs:
        show_history(office, name, RUNS_SHOWN)
    return 0


def log(office: Office, names: list[str], opts: argparse.Namespace) -> int:
    """the log of a job's newest run"""
    from snapshot_crawler.jobs.listing import newest_log

    if not names:
        raise UsageError("name a job: scrapy jobs log NAME")
    for name in names:
        with newest_log(office, name).open(encoding="utf-8", errors="replace") as file:
            shutil.copyfileobj(file, sys.stdout)
    return 0


def report(office: Office, names: list[str], opts: argparse.Namespace) -> int:
    """what came in, what is broken, and since when: the last 24 hours, or --day; --html FILE writes a page"""
    from snapshot_crawler.jobs.report import make_report
    from snapshot_crawler.jobs.report_page import write_page
    from snapshot_crawler.jobs.report_text import show_report

    made = make_report(office, opts.day)
    if opts.html:
        write_page(made, opts.html)
    else:
        show_report(made)
    return 0


def tidy(office: Office, names: list[str], opts: argparse.Namespace) -> int:
    """remove what is over KEEP_RUNS, KEEP_DAYS and ARCHIVE_KEEP_DAYS; --dry-run: only tell"""
    from snapshot_crawler.jobs.keeping import tidy

    done = tidy(office, print, is_dry=opts.dry_run)
    print(f"{'would remove' if opts.dry_run else 'removed'} {done}")
    return 0


def notify(office: Office, names: list[str], opts: argparse.Namespace) -> int:
    """--test: send a message to every channel, or to those named"""
    from snapshot_crawler.jobs.outbox import try_channels

    if not opts.test:
        raise UsageError("scrapy jobs notify --test [CHANNEL...] sends a message to the channels")
    return try_channels(office.file, names, print)


def add(settings: BaseSettings, names: list[str], opts: argparse.Namespace) -> int:
    """append a job to the file: add NAME [--spider S] [--start URL] [--every T or --cron C] [--output FILE]"""
    from snapshot_crawler.jobs.editing import add_job
    from snapshot_crawler.jobs.places import job_file_path

    if len(names) != 1:
        raise UsageError("name one job: scrapy jobs add NAME")
    values = {key: getattr(opts, key) for key in ADD_OPTIONS if getattr(opts, key)}
    if "cron" not in values:
        values.setdefault("every", "6h")
    path = job_file_path(settings)
    print(f"added to {path}:\n{add_job(path, names[0], values, settings)}", end="")
    return 0


WORDS: dict[str, Callable[[Office, list[str], argparse.Namespace], int]] = {
    "check": check,
    "list": show,
    "run": run,
    "due": due,
    "start": start,
    "history": history,
    "log": log,
    "notify": notify,
    "report": report,
    "tidy": tidy,
}
ADD_OPTIONS = ("spider", "start", "every", "cron", "output")
TAKE_NAMES = ("run", "history", "log", "notify")
RUNS_SHOWN = 20  # by choice: they fit on a screen


class Command(ScrapyCommand):
    """Exit code 2 for a mistake in the job file or in the command; of runs, the highest of theirs."""

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {}

    def syntax(self) -> str:
        """Scrapy's hook for the usage line."""
        return f"{{{'|'.join(WORDS)}}} [NAME...] [options]"

    def short_desc(self) -> str:
        """Scrapy's hook for the list of commands."""
        return "Run crawls at their times, by a file that names them"

    def long_desc(self) -> str:
        """Scrapy's hook for the help text."""
        return "; ".join(f"{word}: {function.__doc__}" for word, function in WORDS.items()) + ". See docs/operating.md."

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's hook for options."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="list: a JSON array, for scripts")
        parser.add_argument("--dry-run", action="store_true", help="tidy: only tell what would be removed")
        parser.add_argument("--test", action="store_true", help="notify: send a message to the channels")
        parser.add_argument("--listen", metavar="HOST:PORT", help="start: answer /health and /metrics there")
        parser.add_argument("--day", metavar="YYYY-MM-DD", help="report: a day of the calendar")
        parser.add_argument("--html", metavar="FILE", help="report: write a page instead of text")
        for key in ADD_OPTIONS:
            parser.add_argument(f"--{key}", metavar=key.upper(), help=f"add: the job's {key}")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's hook; keeps what was typed, which goes before the jobs' own settings."""
        super().process_options(args, opts)
        # what is about the jobs as a whole is no matter of a single run
        self.typed = {name: value for name, value in arglist_to_dict(opts.set).items() if not name.startswith("JOBS_")}
        assert self.settings is not None
        if opts.loglevel:
            self.typed["LOG_LEVEL"] = opts.loglevel
        is_quiet = args[:1] != ["start"] and self.settings.getpriority("LOG_LEVEL") != SETTINGS_PRIORITIES["cmdline"]
        if is_quiet:  # of the other words the answer is what is to be read
            self.settings.set("LOG_LEVEL", "WARNING", priority="cmdline")
        from snapshot_crawler.runs.configuration import refuse_bad_settings

        refuse_bad_settings(self.settings)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's hook."""
        if not args:
            raise UsageError(f"say what to do: {', '.join(WORDS)}")
        word, *names = args
        if word not in WORDS and word != "add":
            hint = did_you_mean(word, [*WORDS, "add"]) or f"; try {', '.join([*WORDS, 'add'])}"
            raise UsageError(f"no such word {word!r}{hint}")
        if names and word not in (*TAKE_NAMES, "add"):
            raise UsageError(f"scrapy jobs {word} takes no names")
        assert self.settings is not None
        from snapshot_crawler.jobs.office import Office

        configure_logging(self.settings)
        try:
            if word == "add":  # there need not be a job file yet
                self.exitcode = add(self.settings, names, opts)
            else:
                self.exitcode = WORDS[word](Office.open(self.settings, self.typed), names, opts)
        except SnapshotCrawlerError as error:
            print(error, file=sys.stderr)
            self.exitcode = int(error.exit_code)
