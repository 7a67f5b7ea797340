"""Where the new versions of a re-parse go: the file of -o, the job's own output, or a file of this run; with commits.

A job that writes to a file of -o gets its new versions there. One with a file for each run gets a file more. The files
are claimed, recovered and committed as a crawl does it (frontier/claims.py, recovery.py, exporters/files.py).
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.exporters.files import CommittedFile
from snapshot_crawler.exporters.parts import FOLDER as OUTGOING
from snapshot_crawler.exporters.remains import ARCHIVE, FORMS, ArchivedPages
from snapshot_crawler.exporters.storage import UNFINISHED, own_output
from snapshot_crawler.frontier.claims import Owner, claim
from snapshot_crawler.frontier.ledger import Ledger
from snapshot_crawler.frontier.output import PlannedOutput, final_name
from snapshot_crawler.frontier.recovery import LINES, follow_data_dir, recover_outputs
from snapshot_crawler.frontier.store import Frontiers, Store

ENDINGS = (".jsonl", ".jl", ".jsonlines", ".ndjson")


class ReparsedLines:
    """The output of one job's re-parse. Recovers what a killed run has left of the job's outputs."""

    def __init__(self, root: Path, job: str, store: Store, frontiers: Frontiers, output: Path | None) -> None:
        """output: of -o. Raises ConfigurationError for a file of another form, OutputTakenError, OutputError."""
        self.root, self.job, self.store = root, job, store
        self.written = 0
        self.ledger = Ledger()
        self.ledger.begin(store)
        self.ledger.forms.update({**FORMS, ARCHIVE: ArchivedPages})
        follow_data_dir(store, root)
        owner = Owner.of(store, job, root)
        self.is_own = output is None and self._named() is None
        self.path = output or self._named() or self._own()
        if output is not None and not output.name.endswith(ENDINGS):
            raise ConfigurationError(f"the output {output} is no file of JSON Lines; name one that ends with .jsonl")
        planned = PlannedOutput(str(self.path), self.path, is_own=self.is_own, opens_at_once=not self.is_own)
        self.ledger.claim([planned], owner, frontiers)
        store.recover()
        stopped_cleanly = bool(store.get_state("stopped_cleanly"))
        claim_former = functools.partial(claim, owner=owner, frontiers=frontiers)
        recover_outputs(store, claim_former, self.ledger.claims, self.ledger.forms, stopped_cleanly=stopped_cleanly)
        store.set_state("stopped_cleanly", value=False)
        self.file: CommittedFile | None = None

    def _named(self) -> Path | None:
        """The job's newest output that was named with -o and is made of plain JSON Lines; None without one.

        Raises ConfigurationError where the job writes only to files of another form.
        """
        own = [self.root.resolve() / folder for folder in ("articles", OUTGOING)]
        found = [Path(path) for path in self.store.output_paths()]
        named = [path for path in found if path.exists() and not _is_archive(path) and not _is_below(path, own)]
        lines = [path for path in named if path.name.endswith(ENDINGS)]
        if named and not lines:
            raise ConfigurationError(
                f"the job writes to {named[-1]}; name a file of JSON Lines with -o for the re-parse"
            )
        newest = sorted(lines, key=lambda path: self.store.boundaries(str(path), most=1)[0][0])
        return newest[-1] if newest else None

    def _own(self) -> Path:
        """A new file among the job's own, or the one that a killed run began."""
        run = f"{self.job}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{os.getpid()}"
        return own_output(self.root / "articles" / self.job / f"{run}.jsonl")

    def write(self, line: bytes) -> None:
        """Hold a line for the next commit; the file is made with the first."""
        if self.file is None:
            opened = self.ledger.open(self.path)
            key = str(self.path.resolve())
            self.file = CommittedFile(self.path, self.ledger, opened, committed=self.ledger.committed(key))
            self.ledger.add(self.file, LINES)
        self.file.write(line)
        self.written += 1

    def commit(self, note: Callable[[dict[str, int]], None] = lambda lengths: None) -> None:
        """Bring what is held to the disk, then the frontier. Raises OSError, StorageError.

        note: called between the two with the length of the file, to write what the frontier is to remember.
        """
        self.ledger.release("")
        lengths = self.ledger.commit()
        note(lengths)
        self.store.commit(lengths, self.ledger.digests)

    def finish(self) -> None:
        """The end: a file of its own gets its final name."""
        self.store.set_state("stopped_cleanly", value=True)
        self.commit()
        self.close()
        if self.is_own and self.path.suffix == UNFINISHED and self.path.exists():
            final = final_name(self.path)
            self.path.replace(final)
            self.path = final

    def close(self) -> None:
        """Let go of the files; what is not committed is not written."""
        if self.file is not None and not self.file.closed:
            self.file.file.close()
        self.ledger.close()


def _is_below(path: Path, folders: list[Path]) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)


def _is_archive(path: Path) -> bool:
    return ".warc" in path.suffixes
