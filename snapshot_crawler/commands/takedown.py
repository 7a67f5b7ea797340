"""`scrapy takedown`: take an article out of everything below DATA_DIR, and keep it out."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from snapshot_crawler.exceptions import ExitCode, OutputError, SnapshotCrawlerError, is_disk_trouble, way_out

if TYPE_CHECKING:
    from snapshot_crawler.upkeep.takedown import Found, TakeDown
    from snapshot_crawler.upkeep.target import Target


class Command(ScrapyCommand):
    """Exits 0 when all is gone, 8 when a job that is being crawled is still to be cleaned, 2, 9 as everywhere."""

    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """Scrapy's hook for the usage line."""
        return "[options] URL_OR_ID ... --reason TEXT | --list [--json] | --obey | --apply FILE ..."

    def short_desc(self) -> str:
        """Scrapy's hook for the list of commands."""
        return "Take an article out of everything below DATA_DIR and keep it out"

    def long_desc(self) -> str:
        """Scrapy's hook for the help text."""
        return (
            "Take an article, all its versions, its archived pages and every record with the very same text out of all "
            "files below DATA_DIR: outputs, duplicates, rejected, quarantine, archive, frontier, index, library. A "
            "tombstone with address, day and reason keeps it out from then on, also as a copy under another address. "
            "Killed half-way, the same command completes it. Files of a job that is being crawled are cleaned when "
            "its run is over: by the same command, or by the job's next run."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's hook for options."""
        super().add_options(parser)
        parser.add_argument("--reason", metavar="TEXT", help="why; kept with the tombstone and in the log")
        parser.add_argument("--story", action="store_true", help="the other articles of the same story, too")
        parser.add_argument("--dry-run", action="store_true", help="say what would go, and touch nothing")
        parser.add_argument("--wait", action="store_true", help="wait for jobs that are being crawled")
        parser.add_argument("--list", action="store_true", dest="lists", help="show the tombstones")
        parser.add_argument("--json", action="store_true", help="with --list: a JSON array")
        parser.add_argument(
            "--obey",
            action="store_true",
            help="do what other machines with the same database have ordered, and what was left undone here",
        )
        parser.add_argument(
            "--apply",
            action="store_true",
            help="the arguments are files, such as outputs elsewhere: clean them of all that was ever taken down",
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's hook."""
        if opts.lists:
            self._guarded(lambda: self._list(as_json=opts.json))
        elif opts.obey:
            if args:
                raise UsageError("--obey takes no address: it does what was ordered elsewhere")
            self._guarded(lambda: self._obey(opts))
        elif not args:
            raise UsageError("name an address or an id")
        elif opts.apply:
            self._guarded(lambda: self._apply(args))
        elif not (opts.reason or "").strip() and not opts.dry_run:
            raise UsageError("say why, with --reason TEXT")
        else:
            self._guarded(lambda: self._take_down(args, opts))

    def _guarded(self, work: Any) -> None:
        try:
            self.exitcode = int(work() or 0)
        except SnapshotCrawlerError as error:
            print(error, file=sys.stderr)
            self.exitcode = int(error.exit_code)
        except OSError as error:
            if not is_disk_trouble(error):
                raise
            where = error.filename or "DATA_DIR"
            print(f"{where} cannot be written: {error.strerror}; {way_out(error)}", file=sys.stderr)
            self.exitcode = int(OutputError.exit_code)

    # --- What is there
    def _list(self, *, as_json: bool) -> None:
        from snapshot_crawler.dedup.tombstones import Tombstones

        assert self.settings is not None
        with closing(Tombstones(Path(self.settings["DATA_DIR"]), self.settings)) as tombstones:
            found = tombstones.all()
        if as_json:
            told = [
                {"id": each.id, "addresses": list(each.addresses), "day": each.day, "reason": each.reason}
                for each in found
            ]
            print(json.dumps(told, ensure_ascii=False, indent=1))
            return
        for each in found:
            print(f"{each.day}  {each.addresses[0] if each.addresses else each.id}  {each.reason}")

    # --- Taking down
    def _take_down(self, asked: list[str], opts: argparse.Namespace) -> int:
        from snapshot_crawler.upkeep.order import only_one

        work = self._work()
        if opts.dry_run:
            self._tell(*work.look(asked, whole_story=opts.story), is_dry=True)
            return 0
        with only_one(work.root):
            self._catch_up(work, opts)
            target, found = work.look(asked, whole_story=opts.story)
            self._tell(target, found)
            order = work.begin(asked, opts.reason.strip(), target, found)
            work.complete(order, wait=opts.wait)
            return self._ended(work)

    def _work(self) -> TakeDown:
        from snapshot_crawler.upkeep.takedown import TakeDown

        assert self.settings is not None
        work = TakeDown(self.settings, print)
        if not work.root.is_dir():
            raise UsageError(f"there is no DATA_DIR {work.root}")
        return work

    def _catch_up(self, work: TakeDown, opts: argparse.Namespace) -> None:
        """Do what was ordered elsewhere, and what was left undone. Called under only_one."""
        from snapshot_crawler.upkeep.order import open_orders

        if number := work.obey():
            print(f"did what was ordered on other machines: {number} take-down{'' if number == 1 else 's'}")
        for order in open_orders(work.root):
            print(f"completing the take-down of {', '.join(order.asked)} of {order.at}")
            work.complete(order, wait=opts.wait)

    def _obey(self, opts: argparse.Namespace) -> int:
        from snapshot_crawler.upkeep.order import only_one

        work = self._work()
        with only_one(work.root):
            self._catch_up(work, opts)
            return self._ended(work, "nothing is left to be done here")

    def _tell(self, target: Target, found: Found, *, is_dry: bool = False) -> None:
        if not found.jobs and not found.elsewhere:
            print("nothing of it was found below DATA_DIR" + ("" if is_dry else "; it is kept out from now on"))
        if is_dry:
            for path, number in (*found.records.items(), *found.pages.items()):
                print(f"would take {number} records out of {path}")
            for url in sorted(target.addresses):
                print(f"would keep out {url}")
        for path, number in found.elsewhere.items():
            print(f"not below DATA_DIR, so not reached: {number} records in {path} (scrapy takedown --apply {path})")
        for line in found.unknown:
            print(f"not looked into: {line}")

    def _ended(self, work: TakeDown, done: str = "taken down") -> int:
        """Say what is left to be done."""
        from snapshot_crawler.upkeep.order import open_orders

        waiting = sorted({job for order in open_orders(work.root) for job in order.waiting})
        if not waiting:
            print(done)
            return 0
        print(
            f"{', '.join(waiting)}: being crawled, so its files are not cleaned yet. Nothing of it is published any "
            "more. Run the same command again when the run has ended, or let the job's next run do it."
        )
        return ExitCode.LOCK_HELD

    def _apply(self, files: list[str]) -> int:
        from snapshot_crawler.upkeep.order import only_one
        from snapshot_crawler.upkeep.rewriting import UnknownFormatError
        from snapshot_crawler.upkeep.takedown import apply_to

        assert self.settings is not None
        with only_one(Path(self.settings["DATA_DIR"])):
            for name in files:
                if not Path(name).is_file():
                    raise UsageError(f"{name}: no such file")
                try:
                    print(f"{name}: {apply_to(self.settings, Path(name))} records taken out")
                except UnknownFormatError as error:
                    raise UsageError(str(error)) from None
        return 0
