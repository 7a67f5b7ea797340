"""Bring what a kill, a power cut or a cut file has torn back to the last commit: a DATA_DIR in, lines for a person out.

The same is done at the start of every run (frontier/recovery.py). Here it is done for all jobs, held against the check
sums of the commits too, and told. What is wrong in the middle of a file is not touched: later commits are whole, and
only a backup has the bytes.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import IO, Any

from snapshot_crawler.archive.cdxj import write_index
from snapshot_crawler.archive.places import SUFFIX, archive_folder
from snapshot_crawler.exceptions import SnapshotCrawlerError
from snapshot_crawler.exporters.remains import ARCHIVE, FORMS, ArchivedPages
from snapshot_crawler.exporters.warcs import settle
from snapshot_crawler.frontier.claims import Owner, claim
from snapshot_crawler.frontier.output import Form, Remains
from snapshot_crawler.frontier.recovery import LINES, AppendedFile, follow_data_dir, recover_outputs
from snapshot_crawler.frontier.store import Commit, SharedFrontiers, Store, frontiers_of
from snapshot_crawler.runs.lease import Lease, is_held
from snapshot_crawler.sums import sum_of_range
from snapshot_crawler.upkeep.databases import check_database
from snapshot_crawler.upkeep.findings import Tally
from snapshot_crawler.upkeep.formats import UNPACK_ERRORS, coding_of
from snapshot_crawler.upkeep.holdings import finish_outputs
from snapshot_crawler.upkeep.outputs import JSON_LINES, broken_line
from snapshot_crawler.upkeep.verify import Verification

MOST_TOLD = 20  # addresses; by choice: a screen's height


class Proven:
    """The Remains of an output, with what its check sums say: a commit behind which all is damaged is not whole."""

    def __init__(self, inner: Remains, path: Path, commits: Sequence[Commit]) -> None:
        self.inner, self.is_there = inner, inner.is_there
        self.proven = _proven_length(path, commits) if self.is_there else 0
        self.end = commits[-1].length if commits else 0
        self.has_torn_tail = self.is_there and is_torn(path, self.end)

    def is_as_left(self, length: int, *, stopped_cleanly: bool, is_wanted: bool) -> bool:
        """See Remains."""
        if self.proven < self.end or self.has_torn_tail:
            return False
        return self.inner.is_as_left(length, stopped_cleanly=stopped_cleanly, is_wanted=is_wanted)

    def holds(self, length: int) -> bool:
        """See Remains."""
        return length <= self.proven and self.inner.holds(length)

    def cut(self, file: IO[bytes], length: int | None) -> None:
        """See Remains."""
        self.inner.cut(file, length)


def is_torn(path: Path, end: int) -> bool:
    """Whether what stands behind the last commit is no whole part of such a file. What somebody has appended may be.

    A document's remains judge that themselves.
    """
    with path.open("rb") as file:
        file.seek(end)
        tail = file.read()
    name = path.name.removesuffix(".part")
    if not tail or name.endswith((".json", ".xml")):
        return False
    if SUFFIX in name:
        return True
    if name.endswith((*JSON_LINES, ".csv")):
        lines = tail.splitlines()
        return not tail.endswith(b"\n") or (not name.endswith(".csv") and broken_line(lines) is not None)
    try:
        if (coding := coding_of(tail)) is not None:
            coding.unpack(tail)
            return False
    except UNPACK_ERRORS:
        return True
    return name.endswith((".gz", ".zst", ".bz2", ".xz"))


def _proven_length(path: Path, commits: Sequence[Commit]) -> int:
    """Up to where a file is to be kept: to its last commit that is as it was written, or was never given a sum."""
    kept = start = 0
    with path.open("rb") as file:
        for commit in commits:
            found = sum_of_range(file, start, commit.length)
            if found is not None and commit.digest in (None, found):
                kept = commit.length
            start = commit.length
    return kept


def repair(settings: Mapping[str, Any], jobs: Sequence[str]) -> Iterator[str]:
    """Repair the outputs of some jobs, or of all; what was done, or why it was not. Raises ConfigurationError."""
    verification = Verification(settings, jobs)
    for job in verification.jobs:
        try:
            with Lease(verification.root / "leases" / f"{job}.json", job):
                yield from _repair_job(verification, job)
        except SnapshotCrawlerError as error:
            yield f"{job}: not repaired: {error}"


def bring_back_others(settings: Mapping[str, Any], job: str) -> Iterator[str]:
    """Bring the outputs of other jobs to their last commit whose process on this DATA_DIR died; what was done.

    Only where machines share the jobs: there others have fetched again what the dead process had in progress, and its
    job may never be started here again. Called before a crawl of the job begins.
    """
    frontiers = frontiers_of(settings)
    if not isinstance(frontiers, SharedFrontiers):
        return
    for other in frontiers.not_ended():
        if other != job and not is_held(Path(settings["DATA_DIR"]) / "leases" / f"{other}.json"):
            yield from repair(settings, [other])


def _repair_job(verification: Verification, job: str) -> Iterator[str]:
    frontiers, place = verification.frontiers, Path(verification.frontiers.place(job))
    if not frontiers.has(job):
        yield f"{job}: not repaired: {place} is gone; bring it back from a backup, or crawl into a new DATA_DIR"
        return
    if place.is_file() and any(finding.is_damage for finding in check_database(place, Tally())):
        yield f"{job}: not repaired: {place} is damaged; bring it back from a backup, or move it away to begin anew"
        return
    with closing(frontiers.open(job)) as store:
        follow_data_dir(store, verification.root)
        finish_outputs(store)
        settle(store, archive_folder(verification.root, job))
        reopened = list(_reopened(store))
        before = {path: store.boundaries(path, most=1) for path in store.output_paths()}
        owner = Owner.of(store, job, verification.root)
        claim_it = functools.partial(claim, owner=owner, frontiers=frontiers)
        store.recover()
        recover_outputs(store, claim_it, {}, _forms(store), stopped_cleanly=bool(store.get_state("stopped_cleanly")))
        yield from _told(store, job, before)
        for path in reopened:
            _finish_again(store, path)
        store.set_state("stopped_cleanly", value=True)
        store.commit({})


def _reopened(store: Store) -> Iterator[str]:
    """Finished outputs with a damaged end, and those of the same commits, made ones to be recovered.

    Only of the job's last run. What an earlier run has finished stays: to give up its last commit would be to give up
    all that came later.
    """
    commits = {path: store.commits(path) for path in (*store.finished_paths(), *store.output_paths())}
    newest = max((each[-1].batch for each in commits.values() if each), default=0)
    finished = [path for path in store.finished_paths() if Path(path).exists()]
    damaged, lost = set[str](), set[int]()
    for path in finished:
        kept, end = _proven_length(Path(path), commits[path]), commits[path][-1].length
        if commits[path][-1].batch == newest and (kept < end or is_torn(Path(path), end)):
            damaged.add(path)
            lost.update(commit.batch for commit in commits[path] if commit.length > kept)
    for path in finished:
        if path in damaged or any(commit.batch in lost for commit in commits[path]):
            store.reopen_output(path)
            yield path


def _finish_again(store: Store, path: str) -> None:
    """A recovered output is complete again; an archive's index is made anew from what it holds."""
    note = store.get_state(f"output/{path}")
    store.finish_output(path, path)
    store.set_state(f"output/{path}", note)
    if SUFFIX in path:
        write_index(Path(path))


def _forms(store: Store) -> dict[str, Form]:
    """The forms of all outputs, each held against its check sums."""

    def proven(form: Form, path: Path, note: Mapping[str, Any]) -> Remains:
        return Proven(form(path, note), path, store.commits(str(path)))

    known: dict[str, Form] = {**FORMS, ARCHIVE: ArchivedPages}
    notes = [(store.get_state(f"output/{path}") or {}).get("kind") or LINES for path in store.output_paths()]
    kinds = {*known, *notes}
    return {kind: functools.partial(proven, known.get(kind, AppendedFile)) for kind in kinds}


def _told(store: Store, job: str, before: dict[str, list[tuple[int, int]]]) -> Iterator[str]:
    for path, was in before.items():
        now = store.boundaries(path, most=1)
        end = now[0][1] if now else 0
        if not Path(path).exists():
            yield f"{path}: forgotten: it was moved away or removed"
        elif now == was:
            yield f"{path}: whole up to its last commit, at byte {end}"
        else:
            yield f"{path}: brought back to the last commit that is whole, at byte {end}"
    again = list(store.to_publish_again())
    if again:
        yield f"{job}: the next run fetches {len(again)} pages again:"
        yield from (f"  {name}" for name in again[:MOST_TOLD])
        if len(again) > MOST_TOLD:
            yield f"  and {len(again) - MOST_TOLD} more"
