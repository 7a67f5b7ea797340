"""`scrapy archive`: the pages as they were received; each word after it is one function here."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import UsageError

from snapshot_crawler.exceptions import LockHeldError, OutputError, SnapshotCrawlerError, StateError
from snapshot_crawler.longwork import LongWork, add_quiet_option
from snapshot_crawler.runs.offline import OfflineCommand
from snapshot_crawler.spelling import did_you_mean

if TYPE_CHECKING:
    from snapshot_crawler.archive.find import Indexed
    from snapshot_crawler.archive.reader import Capture
    from snapshot_crawler.archive.wacz import Page


def show_list(root: Path, settings: Mapping[str, Any], words: list[str], opts: argparse.Namespace) -> int:
    """[JOB...]: what is kept of each job; of named ones, file by file; --json for scripts"""
    from snapshot_crawler.runs.kept import Holding, holdings, known_jobs

    found = holdings(root, known_jobs(root, words), by_file=bool(words))
    if opts.json:
        print(json.dumps([each.as_dict() for each in found], ensure_ascii=False, indent=1))
        return 0
    if not found:
        print(f"nothing is kept below {root}", file=sys.stderr)
        return 0
    rows = [Holding.HEADS, *(each.as_row() for each in found)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(Holding.HEADS))]
    for row in rows:
        print("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())
    return 0


def show(root: Path, settings: Mapping[str, Any], words: list[str], opts: argparse.Namespace) -> int:
    """URL or ID: the newest page, as it was received, without content coding; --head: what came before it"""
    from snapshot_crawler.archive.find import find, with_body
    from snapshot_crawler.archive.reader import Damage
    from snapshot_crawler.archive.retention import was_removed
    from snapshot_crawler.runs.kept import head_of, known_jobs, plain_body

    if len(words) != 1:
        raise UsageError("name one address, or the id of an article")
    found = find(root, words[0], known_jobs(root, opts.job))
    if not found:
        gone = sum(was_removed(root, job) for job in known_jobs(root, opts.job))
        more = f"; {gone} files were removed when they were older than ARCHIVE_KEEP_DAYS" if gone else ""
        print(f"{words[0]}: no page of it is kept below {root}{more}", file=sys.stderr)
        return 1
    captures = [found[0].capture()]
    capture = captures[0] if isinstance(captures[0], Damage) else with_body(root, found[0].job, captures[0])
    if isinstance(capture, Damage):
        raise StateError(f"{capture.file}, at {capture.offset}: {capture.what}")
    print(told(found), file=sys.stderr)
    sys.stdout.buffer.write(head_of(capture) if opts.head else plain_body(capture))
    sys.stdout.buffer.flush()
    return 0


def told(found: list[Indexed]) -> str:
    """Which of the captures is shown."""
    first = found[0]
    others = f"; {len(found) - 1} more" if len(found) > 1 else ""
    return f"{first.url}, fetched {first.at:%Y-%m-%dT%H:%M:%SZ}, {first.file.name} at {first.offset}{others}"


def pack(root: Path, settings: Mapping[str, Any], words: list[str], opts: argparse.Namespace) -> int:
    """JOB -o FILE.wacz: the job's pages as one file, for ReplayWeb.page"""
    from snapshot_crawler.archive.places import files_of
    from snapshot_crawler.archive.wacz import pack
    from snapshot_crawler.runs.kept import SOFTWARE, known_jobs

    if len(words) != 1 or not opts.output:
        raise UsageError("name a job and the file: scrapy archive pack JOB -o FILE.wacz")
    [job], out = known_jobs(root, words), Path(opts.output)
    with LongWork.of("archive pack", "pages", None, settings, opts) as work:
        try:
            out.parent.mkdir(parents=True, exist_ok=True)
            number = pack(files_of(root, job), out, page_of=page_of, software=SOFTWARE, title=job, reached=work.reached)
        except OSError as error:
            raise OutputError(f"{out} cannot be written: {error.strerror or error}") from error
    print(f"{out}: {number} pages, {out.stat().st_size / 1e6:,.1f} MB", file=sys.stderr)
    return 0


def page_of(capture: Capture) -> Page | None:
    """What a viewer lists: the pages of articles."""
    from snapshot_crawler.archive.wacz import Page
    from snapshot_crawler.runs.kept import title_of

    if not capture.note:
        return None
    return Page(capture.url, capture.fetched_at, title_of(capture) if capture.body else None)


def send(root: Path, settings: Mapping[str, Any], words: list[str], opts: argparse.Namespace) -> int:
    """[JOB...]: send finished files to ARCHIVE_BUCKET, also those from before it was set"""
    from snapshot_crawler.exporters.delivery import send_archive
    from snapshot_crawler.runs.kept import known_jobs
    from snapshot_crawler.runs.lease import Lease

    code = 0
    for job in known_jobs(root, words):
        try:
            with Lease(root / "leases" / f"{job}.json", job):
                print(f"{job}: {send_archive(settings, root, job)} files sent", file=sys.stderr)
        except LockHeldError as error:  # the run sends its own
            print(f"{job}: not now: {error}", file=sys.stderr)
            code = int(error.exit_code)
        except OSError as error:
            raise OutputError(f"{job}: {error}") from error
    return code


WORDS: dict[str, Callable[[Path, Mapping[str, Any], list[str], argparse.Namespace], int]] = {
    "list": show_list,
    "show": show,
    "pack": pack,
    "send": send,
}


class Command(OfflineCommand):
    """Exits 0; 1 where no such page is kept; 2 for a wrong word, an unknown job or a record that cannot be read; 8 when
    a job is being crawled whose files are to be sent; 9 when a file cannot be written, sent, or read where it was sent.
    """

    def syntax(self) -> str:
        """Scrapy's hook for the usage line."""
        return f"{' | '.join(WORDS)} ..."

    def short_desc(self) -> str:
        """Scrapy's hook for the list of commands."""
        return "The pages as they were received: what is kept, one of them, all as one file"

    def long_desc(self) -> str:
        """Scrapy's hook for the help text."""
        return "; ".join(f"{word} {function.__doc__}" for word, function in WORDS.items())

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's hook for options."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="list: a JSON array for scripts")
        parser.add_argument("--head", action="store_true", help="show: status and fields instead of the page")
        parser.add_argument("--job", metavar="JOB", action="append", help="show: of this job; may be repeated")
        parser.add_argument("-o", "--output", metavar="FILE", help="pack: the file to write")
        add_quiet_option(parser)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's hook."""
        if not args:
            raise UsageError(f"say what to do: {', '.join(WORDS)}")
        word = args[0]
        if word not in WORDS:
            raise UsageError(f"there is no scrapy archive {word}{did_you_mean(word, WORDS)}")
        assert self.settings is not None
        try:
            self.exitcode = WORDS[word](Path(self.settings["DATA_DIR"]), self.settings, args[1:], opts)
        except BrokenPipeError:  # who read the page has closed it
            sys.stderr.close()
        except SnapshotCrawlerError as error:
            print(error, file=sys.stderr)
            self.exitcode = int(error.exit_code)
