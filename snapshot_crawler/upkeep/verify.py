"""Prove a DATA_DIR whole: its databases, outputs, archives and reports in, findings out. Called by `scrapy verify`.

Nothing is written, not even the files that SQLite makes for a reader. A crawl that is running is no damage: what it is
writing at the moment is left out, and what seemed wrong while a run began or ended is looked at again.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from snapshot_crawler.archive.places import archive_folder
from snapshot_crawler.exceptions import ConfigurationError, StateError, StorageError
from snapshot_crawler.exporters.parts import is_remote, registered
from snapshot_crawler.exporters.warcs import registered_warcs
from snapshot_crawler.frontier.recovery import REWRITING, present_path, rewritten_path
from snapshot_crawler.frontier.store import Frontiers, Store, frontiers_of
from snapshot_crawler.runs.lease import is_held
from snapshot_crawler.upkeep.databases import check_database, databases_below
from snapshot_crawler.upkeep.documents import check_document, check_vouched, documents_below, vouched_below
from snapshot_crawler.upkeep.findings import Finding, Tally
from snapshot_crawler.upkeep.objects import check_notes, check_object, check_warc
from snapshot_crawler.upkeep.outputs import CommittedOutput, check_output

LOOKS = 3  # at what seems wrong while a run is at work: it may have begun or ended between two reads
LOOK_AGAIN_S = 1.0  # by choice: a run's beginning and end take less


class Verification:
    """One look at a DATA_DIR."""

    def __init__(self, settings: Mapping[str, Any], jobs: Sequence[str] = (), tally: Tally | None = None) -> None:
        """jobs: only these; none: everything. Raises ConfigurationError where there is nothing of that."""
        self.root = Path(settings["DATA_DIR"])
        self.frontiers: Frontiers = frontiers_of(settings)
        known = self._jobs()
        if missing := [job for job in jobs if job not in known]:
            there = f"it holds {', '.join(known)}" if known else "it holds none"
            raise ConfigurationError(f"{self.root} holds no job {missing[0]!r}; {there}")
        self.is_whole, self.jobs = not jobs, list(jobs) or known
        self.tally = tally or Tally()
        if not known and not databases_below(self.root):
            raise ConfigurationError(f"{self.root} holds nothing to verify; name another with -s DATA_DIR=DIR")

    def _jobs(self) -> list[str]:
        """Jobs with a frontier, and those whose lease says that they had one."""
        leased = {path.stem for path in (self.root / "leases").glob("*.json")}
        return sorted({*self.frontiers.jobs(), *leased})

    def size(self) -> int:
        """How many bytes there are to be read, about."""
        paths = [*self._databases(), *self._documents(), *vouched_below(self.root)]
        for job in self.jobs:
            with contextlib.suppress(StateError, StorageError), closing(self.frontiers.read(job, still=True)) as store:
                paths += [output.path for output in outputs_of(store, self.root, is_running=False)]
        return sum(path.stat().st_size for path in paths if path.is_file())

    def findings(self) -> Iterator[Finding]:
        """All that is wrong or not proven."""
        for path in self._databases():
            yield from _read(path, partial(check_database, path, self.tally))
        for job in self.jobs:
            yield from self.of_job(job)
        yield from self._of_documents()

    def _databases(self) -> list[Path]:
        mine = {Path(self.frontiers.place(job)) for job in self.jobs}
        return [path for path in databases_below(self.root) if self.is_whole or path in mine]

    def _documents(self) -> list[Path]:
        found = documents_below(self.root)
        return found if self.is_whole else [path for path in found if path.stem.startswith(tuple(self.jobs))]

    def is_running(self, job: str) -> bool:
        """Whether a run of the job is at work."""
        return is_held(self.root / "leases" / f"{job}.json")

    # --- Outputs
    def of_job(self, job: str) -> list[Finding]:
        """What is wrong with the outputs of a job. Looked at again where a run may have been in the way."""
        found: list[Finding] = []
        for look in range(LOOKS):
            was_running = self.is_running(job)
            found = list(self._of_outputs(job))
            if not any(each.is_damage for each in found) or not (was_running or self.is_running(job)):
                break
            if look < LOOKS - 1:
                time.sleep(LOOK_AGAIN_S)
        return found

    def _of_outputs(self, job: str) -> Iterator[Finding]:
        place = Path(self.frontiers.place(job))
        if not self.frontiers.has(job):
            if not self.is_running(job):
                yield Finding(place, "", "missing: the job has run, and its frontier is gone")
            return
        is_running = self.is_running(job)
        try:
            with closing(self.frontiers.read(job, still=True)) as store:
                outputs = outputs_of(store, self.root, is_running=is_running)
                for address in registered(store):
                    yield from check_object(store, address, self.tally)
                for address in registered_warcs(store):
                    yield from check_warc(store, address, archive_folder(self.root, job), self.tally)
                yield from check_notes(store, archive_folder(self.root, job))
        except (StateError, StorageError) as error:
            yield Finding(place, "", f"its outputs cannot be proven: {error}")
            return
        for output in outputs:
            yield from _read(output.path, partial(check_output, output, self.tally))

    # --- Reports, and what they vouch for
    def _of_documents(self) -> Iterator[Finding]:
        vouchers: dict[str, dict[str, Any]] = {}
        running = {job for job in self.jobs if self.is_running(job)}
        for path in self._documents():
            yield from _read(path, partial(check_document, path, self.tally, vouchers))
        if self.is_whole:
            yield from check_vouched(self.root, vouchers, running, self.tally)


def outputs_of(store: Store, root: Path, *, is_running: bool) -> list[CommittedOutput]:
    """The outputs of a job as its frontier knows them, under the names that their files have now."""
    clean = bool(store.get_state("stopped_cleanly"))
    outputs = []
    for name in (*store.output_paths(), *store.finished_paths()):
        if is_remote(name):
            continue
        path = present_path(store, root, name)
        if store.get_state(REWRITING.format(name)) and rewritten_path(path).exists():
            path = rewritten_path(path)  # a take-down was killed; the next run gives the file its name
        note = store.get_state(f"output/{name}") or {}
        outputs.append(CommittedOutput(path, store.commits(name), note, is_running, clean))
    return outputs


def _read(path: Path, check: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """The findings of a check; a file that cannot be read is one."""
    try:
        yield from check()
    except OSError as error:
        yield Finding(path, "", f"cannot be read: {error.strerror or error}")
