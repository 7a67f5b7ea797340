"""Take an article down: its address or id in; its records, pages, copies and index entries gone, a tombstone kept.

1. Look: every file of records is read for the article, its versions, and other records with the very same text.
2. Write the order (order.py), then the tombstones: from now on no crawl publishes it, also one that is running.
3. Clean, job by job, under the job's lease: outputs and files beside them (rewriting.py), archived pages (pages.py),
   the frontier. A job that is being crawled is left for later. Then the index and the library.
4. Close the order when no job is left.

Each step can be done again: what is gone already is not found any more. So a process that is killed anywhere leaves an
open order, which the next take-down, or the next run of a job for its own files, completes.

Rows of other articles that lead to this one keep its title in the outputs: they are part of other pages, and of other
records. In the library, and in all that is made of it, they are left out.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from itemadapter import ItemAdapter

from snapshot_crawler.archive.cdxj import indexed_lines
from snapshot_crawler.archive.places import archive_folder
from snapshot_crawler.dedup.index import open_index, rows_of
from snapshot_crawler.dedup.tombstones import Tombstone, Tombstones, keep, print_of
from snapshot_crawler.exceptions import LockHeldError, SnapshotCrawlerError
from snapshot_crawler.exporters import warcs
from snapshot_crawler.exporters.parts import registered
from snapshot_crawler.frontier.outcome import Kind
from snapshot_crawler.frontier.output import final_name
from snapshot_crawler.frontier.recovery import finish_rewrites, follow_data_dir
from snapshot_crawler.frontier.store import Entry, Frontiers, State, Store, frontiers_of
from snapshot_crawler.library.takedown import remove as remove_from_library
from snapshot_crawler.pipelines.deduplicate import candidate_of
from snapshot_crawler.postgres.address import database_url
from snapshot_crawler.runs.lease import Lease, is_held
from snapshot_crawler.runs.report_file import revouch
from snapshot_crawler.upkeep import elsewhere, pages
from snapshot_crawler.upkeep.formats import Record
from snapshot_crawler.upkeep.holdings import archive_files, finish_outputs, is_below, jobs_of, record_files
from snapshot_crawler.upkeep.objects import records_of, remove_unregistered, rewrite_object, rewrite_warc
from snapshot_crawler.upkeep.order import FOLDER, Order, only_one, open_orders
from snapshot_crawler.upkeep.rewriting import RecordFile, UnknownFormatError, replace, rewrite
from snapshot_crawler.upkeep.target import Matcher, Target
from snapshot_crawler.urls import article_id, normalise, normalised

COMMON = "*"  # stands among the jobs that an order waits for; no job has such a name: what all jobs share
WAIT_S = 1.0  # by choice: between two looks whether a run has ended
LOOKS = 6  # through the files, by choice: each finds what the one before has named; two are usual
Tell = Callable[[str], None]


@dataclass(slots=True)
class Found:
    """What a look through the files has found. jobs: that have any of it.

    records: by file; pages: archived records by file; elsewhere: records by file that is not below the DATA_DIR.
    """

    jobs: set[str] = field(default_factory=set)
    addresses: int = 0  # in frontiers
    records: dict[Path, int] = field(default_factory=dict)
    pages: dict[Path, int] = field(default_factory=dict)
    elsewhere: dict[Path, int] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)


class TakeDown:
    """The take-downs of one DATA_DIR."""

    def __init__(self, settings: Mapping[str, Any], tell: Tell) -> None:
        self.settings, self.tell = settings, tell
        self.root = Path(settings["DATA_DIR"]).resolve()
        self.frontiers: Frontiers = frontiers_of(settings)

    # --- Looking
    def look(self, asked: Sequence[str], *, whole_story: bool, target: Target | None = None) -> tuple[Target, Found]:
        """What is to go. asked: addresses and ids; target: what another machine knows of it."""
        target = target or Target()
        for each in asked:
            if (url := normalise(each)) is not None:
                target.addresses.add(url)
                target.ids.add(article_id(url))
            else:
                target.ids.add(each)
        found = Found()
        for _ in range(LOOKS):
            before, found = target.size(), Found()
            for job in jobs_of(self.root, self.frontiers):
                self._look_at(job, target, found, whole_story=whole_story)
            if target.size() == before:
                break
        self._count_pages(target, found)
        return target, found

    def _look_at(self, job: str, target: Target, found: Found, *, whole_story: bool) -> None:
        matcher = target.matcher()
        store = self.frontiers.read(job, still=True) if self.frontiers.has(job) else None
        try:
            for file in record_files(self.root, job, store):
                where = found.records if is_below(file.path, self.root) else found.elsewhere
                try:
                    for record in file.records():
                        if not matcher.is_meant(record):
                            continue
                        where[file.path] = where.get(file.path, 0) + 1
                        self._learn(job, record, target, found, matcher, whole_story=whole_story)
                except UnknownFormatError as error:
                    found.unknown.append(str(error))
            for address in registered(store) if store is not None else ():
                assert store is not None
                try:
                    for record in records_of(store, address):
                        if matcher.is_meant(record):
                            found.records[Path(address)] = found.records.get(Path(address), 0) + 1
                            self._learn(job, record, target, found, matcher, whole_story=whole_story)
                except (OSError, SnapshotCrawlerError, UnknownFormatError) as error:
                    found.unknown.append(f"{address}: {error}")
            if store is not None:
                for url in list(target.addresses):
                    target.addresses.update(entry.url for entry in _parts(store, url))
                if known := store.known(target.keys):
                    found.jobs.add(job)
                    found.addresses += len(known)
        finally:
            if store is not None:
                store.close()

    def _learn(
        self, job: str, record: Record, target: Target, found: Found, matcher: Matcher, *, whole_story: bool
    ) -> None:
        """A record that is meant tells what else is."""
        found.jobs.add(job)
        matcher.learn(record)
        _learn_print(target, record)
        if whole_story and record.get("story"):
            target.stories.add(str(record["story"]))

    def _count_pages(self, target: Target, found: Found) -> None:
        matcher = target.matcher()
        for job in jobs_of(self.root, self.frontiers):
            for path, _, gone in self._meant_pages(job, matcher):
                if gone:
                    found.pages[path] = len(gone)
                    found.jobs.add(job)

    # --- Taking down
    def begin(self, asked: list[str], reason: str, target: Target, found: Found) -> Order:
        """Write the order and its tombstones: nothing of it is published from here on."""
        order = Order.begin(self.root, asked, reason, target)
        self._await(order, found)
        self.bury(order)
        return order

    def _await(self, order: Order, found: Found) -> None:
        """Note durably whose files are to be cleaned."""
        running = {job for job in self.frontiers.jobs() if is_held(self.root / "leases" / f"{job}.json")}
        order.waiting = [*sorted(found.jobs | running), COMMON]
        order.save()

    def bury(self, order: Order) -> None:
        """Write the order's tombstones, which may be there already, and tell the machines that share a database."""
        target = order.target
        by_id: dict[str, list[str]] = {name: [] for name in sorted(target.ids)}
        for url in sorted(target.addresses):
            by_id.setdefault(article_id(normalised(url)), []).append(url)
        keep(
            self.root,
            (
                Tombstone(name, tuple(urls), order.day, order.reason, tuple(target.prints.get(name, ())))
                for name, urls in by_id.items()
                if urls or name in target.prints or name in order.asked
            ),
            self.settings,
        )
        elsewhere.tell(self.root, self.settings, order)

    def obey(self) -> int:
        """Do what was ordered on other machines that share a database; how many orders. Called under only_one."""
        return elsewhere.obey(self.root, self.settings, self._take_over)

    def _take_over(self, given: elsewhere.Elsewhere) -> None:
        given.target.places = set()  # in files of that machine
        target, found = self.look([], whole_story=False, target=given.target)
        order = Order.begin(self.root, given.asked, given.reason, target)
        order.by, order.at, order.origin = given.by, given.at, given.id
        self._await(order, found)
        self.complete(order)

    def complete(self, order: Order, *, wait: bool = False, only: str | None = None) -> None:
        """Clean what an order still waits for. only: this job, whose lease the caller has; wait: for runs at work."""
        self.bury(order)
        for job in [only] if only is not None else list(order.waiting):
            if only is not None:
                self._clean(job, order)
            elif job == COMMON:
                self._clean_index(order)
                self._clean_library(order)
            elif not self._clean_leased(job, order, wait=wait):
                continue
            order.waiting.remove(job)
            order.save()
        if not order.waiting:
            order.is_open = False
            order.save()

    def _clean_leased(self, job: str, order: Order, *, wait: bool) -> bool:
        """Clean a job's files under its lease; False while it is being crawled."""
        is_told, lease = False, self.root / "leases" / f"{job}.json"
        has_run = lease.exists()
        while True:
            try:
                with Lease(lease, job):
                    self._clean(job, order)
                    if not has_run:
                        lease.unlink()
                return True
            except LockHeldError as error:
                if not wait:
                    return False
                if not is_told:
                    self.tell(f"waiting: {error}")
                    is_told = True
                time.sleep(WAIT_S)

    def _clean(self, job: str, order: Order) -> None:
        """Clean all that a job holds. The job's lease is held."""
        store = self.frontiers.open(job) if self.frontiers.has(job) else None
        try:
            if store is not None:
                follow_data_dir(store, self.root)
                finish_rewrites(store)
                finish_outputs(store)
                warcs.settle(store, archive_folder(self.root, job))
                self._clean_frontier(store, order)
            self._clean_records(job, store, order)
            self._clean_pages(job, store, order)
        finally:
            if store is not None:
                store.close()
        revouch(self.root, job)

    def _clean_records(self, job: str, store: Store | None, order: Order) -> None:
        matcher = order.target.matcher()
        for file in list(record_files(self.root, job, store)):
            if not is_below(file.path, self.root):
                continue
            try:
                gone = rewrite(file, matcher.is_meant, store)
            except UnknownFormatError as error:
                self.tell(f"not cleaned: {error}")
                continue
            if gone:
                remove_unregistered(file.note)
                self.tell(f"{file.path}: {len(gone)} records")
            order.count("records", len(gone))
        for address in registered(store) if store is not None else ():
            assert store is not None
            try:
                gone = rewrite_object(store, address, matcher.is_meant)
            except (FileNotFoundError, UnknownFormatError) as error:
                self.tell(f"not cleaned: {address}: {error}")
                continue
            if gone:
                self.tell(f"{address}: {len(gone)} records")
            order.count("records", len(gone))

    def _clean_frontier(self, store: Store, order: Order) -> None:
        """The addresses stay, and are never asked for again; what their requests carried goes."""
        entries: list[Entry] = []
        for key in order.target.keys:
            if (entry := store.get(key)) is not None:
                entries.append(entry)
        for url in order.target.addresses:
            entries += _parts(store, url)
        for entry in entries:
            entry.state, entry.outcome, entry.body = State.REFUSED, str(Kind.TAKEN_DOWN), ""
            entry.item_count = entry.batch = 0
            entry.etag = entry.modified = None
            store.update(entry)
        order.count("addresses in frontiers", len(entries))
        store.commit({})
        if entries:
            store.erase()

    def _clean_pages(self, job: str, store: Store | None, order: Order) -> None:
        for path, members, gone in list(self._meant_pages(job, order.target.matcher())):
            if gone and path.is_file():
                pages.write_without(path, members, gone, order.day)
                commits = store.commits(str(path)) if store is not None else []
                replace(path, store, pages.recounted(path, commits) if commits else None)
                remove_unregistered((store.get_state(f"output/{path}") or {}) if store is not None else {})
            elif gone:
                rewrite_warc(store, path, members, gone, order.day)
            if gone:
                self.tell(f"{path}: {len(gone)} records of pages")
                order.count("archived records", len(gone))
            if store is not None:
                store.forget_pages(str(final_name(path)))
                store.commit({})
            there = {each.offset for each in members if each.kind in pages.CAPTURES and each.offset not in gone}
            pages.rewrite_index(path, there)

    def _meant_pages(self, job: str, matcher: Matcher) -> Iterator[tuple[Path, list[pages.Member], set[int]]]:
        """The WARC files of a job that may hold something of the target: their records, and which are to go."""
        files = archive_files(self.root, job)
        held = {path for name, path in files if pages.may_hold(path, name, matcher)}
        if not held:
            return
        members = {path: list(pages.members_of(path)) for path in held}
        others = (line for _, path in files if path not in held for line in indexed_lines(path))
        shared = pages.shared_digests(members.values(), others, matcher)
        for name, path in files:
            if path in held:
                yield path, members[path], pages.meant(members[path], name, matcher, shared)

    def _clean_index(self, order: Order) -> None:
        """The index forgets the article; the tombstone has its hashes."""
        if not rows_of(self.settings).is_at(self.root, self.settings):
            return
        with closing(open_index(self.settings, self.root, FOLDER)) as index:
            gone = {each for name in (*order.target.ids, *order.target.addresses) for each in index.forget(name)}
        order.count("entries of the index", len(gone))

    def _clean_library(self, order: Order) -> None:
        gone = remove_from_library(self.root, order.target.ids, order.reason, order.target.addresses)
        order.count("articles of the library", len(gone))


def complete_for(settings: Mapping[str, Any], job: str) -> None:
    """Clean a job's files of what was taken down while it was crawled. Called when a run begins, under its lease."""
    root = Path(settings["DATA_DIR"])
    if database_url(settings) is not None:
        with suppress(LockHeldError), only_one(root):  # else another process of this DATA_DIR does it
            TakeDown(settings, lambda line: None).obey()
    if not (root / FOLDER).is_dir():
        return
    for order in open_orders(root):
        if job in order.waiting:
            TakeDown(settings, lambda line: None).complete(order, only=job)


def apply_to(settings: Mapping[str, Any], path: Path) -> int:
    """Clean one file of all that was ever taken down, such as an output elsewhere; how many records went.

    Raises our errors where a running job has the file, OSError, UnknownFormatError.
    """
    root = Path(settings["DATA_DIR"])
    frontiers = frontiers_of(settings)
    target, texts = Target(), set[int]()
    with closing(Tombstones(root, settings)) as tombstones:
        known = tombstones.all()
    for tombstone in known:
        target.ids.add(tombstone.id)
        target.addresses.update(tombstone.addresses)
        texts.update(each.fingerprint().body for each in tombstone.prints)
    matcher = target.matcher()

    def is_meant(record: Mapping[str, Any]) -> bool:
        if matcher.is_meant(record):
            return True
        article = candidate_of(ItemAdapter(dict(record))) if texts else None
        return article is not None and article.fingerprint.body in texts

    for job in frontiers.jobs():
        with closing(frontiers.read(job)) as store:
            name = str(path.resolve())
            is_mine = name in store.output_paths() or name in store.finished_paths()
        if is_mine:
            with Lease(root / "leases" / f"{job}.json", job), closing(frontiers.open(job)) as store:
                finish_rewrites(store)
                note = store.get_state(f"output/{name}") or {}
                return len(rewrite(RecordFile(Path(name), store.commits(name), note), is_meant, store))
    return len(rewrite(RecordFile(path.resolve()), is_meant, None))


def _parts(store: Store, url: str) -> list[Entry]:
    """The entries of the further parts of an article of several pages."""
    found, urls = list[Entry](), [url]
    while urls:
        parts = [entry for entry in store.parts_of(urls.pop()) if entry.key not in {each.key for each in found}]
        found += parts
        urls += [entry.url for entry in parts]
    return found


def _learn_print(target: Target, record: Mapping[str, Any]) -> None:
    """Take the hashes of a record's text into the target, for its tombstone."""
    article = candidate_of(ItemAdapter(dict(record))) if "reason" not in record else None
    if article is None:
        return
    prints = target.prints.setdefault(article.id, [])
    if (made := print_of(article)) not in prints:
        prints.append(made)
