"""Re-parse: the kept pages of a job in, new versions of the articles that today's spider reads otherwise out.

The truth is the output: each page is compared with the newest line of its article, and what comes out the same is not
written. So a re-parse that was killed has lost nothing and doubles nothing, and a second one writes nothing. One that
is started again goes on behind the last page that was committed, if nothing has changed in the code or the arguments.

A commit writes the lines, then the frontier (the outputs' lengths, how far it is, and what the index is to be told),
then tells the index: the order of a crawl (docs/architecture.md). Pages that became no article, which the archive has
with ARCHIVE_PAGES = "all", are published as new articles when today's spider reads one; of these the index decides.
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import snapshot_crawler
from snapshot_crawler.archive.exchange import digest_of_text
from snapshot_crawler.dedup.decision import Candidate
from snapshot_crawler.dedup.fingerprint import fingerprint
from snapshot_crawler.dedup.index import Index, open_index
from snapshot_crawler.dedup.renewed import UNTOLD, Renewed, from_note, to_note
from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.exporters.lines import json_line
from snapshot_crawler.frontier.requests import key_of_address
from snapshot_crawler.frontier.store import State, Store, frontiers_of, name_of
from snapshot_crawler.runs.lease import Lease
from snapshot_crawler.upkeep.published import Published
from snapshot_crawler.upkeep.reparse_output import ReparsedLines
from snapshot_crawler.upkeep.reparse_page import Answer, Kept, Task, found_of
from snapshot_crawler.upkeep.reparse_pool import ReaderPool
from snapshot_crawler.upkeep.reparse_rejected import rejected_tasks
from snapshot_crawler.upkeep.takedown import complete_for

COMMIT_EVERY, COMMIT_EVERY_S = 200, 0.5  # new lines and seconds, as a crawl's (frontier/run.py)
EXAMPLES = 3  # of each field, by choice: a screen's width of the report
PLACE = "reparse"  # a note of the frontier: how far a re-parse has come, and which


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a re-parse is asked for. since, until: of the capture, both included; output: -o; workers: processes."""

    since: datetime | None = None
    until: datetime | None = None
    output: Path | None = None
    is_dry: bool = False
    workers: int = 1


@dataclass(slots=True)
class Result:
    """What came of one job. words: pages by Answer.word; changes and examples: by field."""

    job: str
    words: Counter[str] = field(default_factory=Counter)
    changes: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[tuple[str, Any, Any]]] = field(default_factory=dict)
    details: Counter[str] = field(default_factory=Counter)  # why pages gave no article or could not be read
    pages: int = 0
    skipped: int = 0  # compared by the run that was killed
    written: int = 0
    output: Path | None = None

    def note(self, task: Task, answer: Answer) -> None:
        """Count one page."""
        self.pages += 1
        self.words[answer.word] += 1
        if answer.detail:
            self.details[f"{answer.word}: {answer.detail.partition(':')[0][:80]}"] += 1
        for name, (before, now) in answer.changes.items():
            self.changes[name] += 1
            if len(shown := self.examples.setdefault(name, [])) < EXAMPLES:
                shown.append((task.url, before, now))


class Reparse:
    """One job's re-parse."""

    def __init__(
        self,
        settings: Mapping[str, Any],
        job: str,
        wanted: Wanted,
        *,
        reached: Callable[[int, int], None] = lambda done, total: None,
    ) -> None:
        """reached: told how many pages of how many are done. Raises ConfigurationError for a job that is not there."""
        self.settings, self.job, self.wanted, self.reached = settings, job, wanted, reached
        self.root = Path(settings["DATA_DIR"])
        self.frontiers = frontiers_of(settings, self.root)
        if not self.frontiers.has(job):
            raise ConfigurationError(f"no job {job!r} below {self.root}; there are {', '.join(self.frontiers.jobs())}")
        self.spider = job.partition("@")[0].partition("+")[0]
        self.result = Result(job)

    def run(self) -> Result:
        """Read the job's pages again. Raises LockHeldError while a crawl of the job runs, and our other errors."""
        with ExitStack() as stack:
            pool = stack.enter_context(ReaderPool(plain_settings(self.settings), self.job, self.wanted.workers))
            if self.wanted.is_dry:
                store = stack.enter_context(closing(self.frontiers.read(self.job)))
                self._read_all(pool, store, None)
                return self.result
            stack.enter_context(Lease(self.root / "leases" / f"{self.job}.json", self.job))
            complete_for(self.settings, self.job)
            store = stack.enter_context(closing(self.frontiers.open(self.job)))
            index = stack.enter_context(closing(open_index(self.settings, self.root, self.job)))
            index.renew(from_note(store.get_state(f"note/{UNTOLD}")))
            lines = ReparsedLines(self.root, self.job, store, self.frontiers, self.wanted.output)
            stack.callback(lines.close)
            store.commit({})
            writer = Writer(store, index, lines, self._fingerprint())
            self._read_all(pool, store, writer)
            lines.finish()
            self.result.written, self.result.output = lines.written, lines.path
        return self.result

    def _read_all(self, pool: ReaderPool, store: Store, writer: Writer | None) -> None:
        last = writer.lines.path if writer is not None else None
        published = Published(self.root, self.settings, self.job, last)
        rejected = rejected_tasks(self.root, self.job, store, published, self._is_wanted)
        total = len(published) + len(rejected)
        self.result.skipped = skip = writer.begin(published.lengths()) if writer is not None else 0
        self.spider = self._spider_of(published)
        tasks = (task for number, task in enumerate(self._tasks(published, store, rejected)) if number >= skip)
        done = skip
        for task, answer in pool.answers(tasks, self.spider):
            done += 1
            self.result.note(task, answer)
            if writer is not None:
                writer.take(task, answer)
            self.reached(done, total)
        if writer is not None:
            writer.commit(is_end=True)

    def _spider_of(self, published: Published) -> str:
        """The spider's name: the records know it, also those of a job with a name of its own."""
        record = next(published.newest(), None)
        site = record.get("site") if record is not None else None
        return site if isinstance(site, str) else self.spider

    def _is_wanted(self, moment: datetime) -> bool:
        since, until = self.wanted.since, self.wanted.until
        return (since is None or moment >= since) and (until is None or moment <= until)

    def _tasks(self, published: Published, store: Store, rejected: list[Task]) -> Iterator[Task]:
        """The pages of the published articles in the order of their lines, then those that became none."""
        for record in published.newest():
            where = record.get("archived")
            if not isinstance(where, dict) or not self._is_wanted(_fetched_at(record)):
                self.result.words["not-asked" if isinstance(where, dict) else "never-kept"] += 1
                continue
            at = Kept(where["file"], where["offset"], where["length"])
            body = store.kept_page(digest) if (digest := digest_of_text(where.get("digest") or "")) else None
            kept = Kept(body.path, body.offset, body.length) if body is not None else None
            yield Task(at, record["url"], record, found_of(record), kept)
        yield from rejected

    def _fingerprint(self) -> str:
        """What must be the same for a killed re-parse to go on behind its last page: the code, and what is asked."""
        files = sorted(Path(snapshot_crawler.__file__).parent.rglob("*.py"))
        looks = [f"{path} {(about := path.stat()).st_size} {about.st_mtime_ns}" for path in files]
        asked = f"{self.wanted.since} {self.wanted.until} {self.wanted.output}"
        return hashlib.sha256("\n".join([asked, *looks]).encode()).hexdigest()[:16]


class Writer:
    """Takes answers, and commits new lines now and then."""

    def __init__(self, store: Store, index: Index, lines: ReparsedLines, fingerprint: str) -> None:
        self.store, self.index, self.lines, self.fingerprint = store, index, lines, fingerprint
        self.lengths: dict[str, int] = {}  # of the job's outputs
        self.done = self.moved = 0  # tasks in this order, and those of them whose article has its newest line elsewhere
        self.is_late = False  # the published articles are through
        self.renewed: list[Renewed] = []
        self.names: list[str] = []  # of requests whose pages are new articles
        self.last = time.monotonic()

    def begin(self, lengths: dict[str, int]) -> int:
        """Behind how many tasks to go on. lengths: of the job's outputs.

        An article that has got a new version has its newest line at the end, so it is among the last tasks by now.
        """
        self.lengths = lengths
        note = self.store.get_state(f"note/{PLACE}") or {}
        if note.get("of") != self.fingerprint or note.get("lengths") != lengths:
            return 0
        self.done = note["done"] - (0 if note["is_late"] else note["moved"])
        return self.done

    def take(self, task: Task, answer: Answer) -> None:
        """Write what is changed or new."""
        self.done += 1
        self.is_late = task.record is None
        record = answer.record
        if answer.word == "changed" and record is not None:
            published = task.record or {}
            record["version"] = (published.get("version") or 1) + 1
            record["supersedes"] = published.get("content_hash")
            self._add(record)
            self.moved += 1
            self.renewed.append(Renewed.of(record))
        elif answer.word == "new" and record is not None and not self._is_copy(record, answer):
            self._add(record)
        if len(self.renewed) + len(self.names) >= COMMIT_EVERY or time.monotonic() - self.last >= COMMIT_EVERY_S:
            self.commit()

    def _is_copy(self, record: dict[str, Any], answer: Answer) -> bool:
        """Ask the index about a new article; what it says is written into the record."""
        found = fingerprint(record["title"], record["body"], record["published_at"])
        source = record["source"] or record["site"]
        decision = self.index.decide(Candidate(record["id"], record["url"], record["content_hash"], found, source))
        if decision.action in ("duplicate", "unchanged"):
            answer.word = decision.action
            return True
        record |= {"version": decision.version, "supersedes": decision.supersedes, "story": decision.story}
        self.names.append(record["url"])
        return False

    def _add(self, record: dict[str, Any]) -> None:
        self.lines.write(json_line(record))
        if (entry := self.store.get(key_of_address(record["url"]))) is None:
            return
        entry.batch, entry.item_count = 0, max(1, entry.item_count)  # of the commit that is to come
        if entry.state != State.DONE:
            entry.state, entry.outcome = State.DONE, "done"
        self.store.update(entry)
        if self.names and self.names[-1] == record["url"]:
            self.names[-1] = name_of(entry.url, entry.key)

    def commit(self, *, is_end: bool = False) -> None:
        """Lines, frontier, index, in this order. is_end: there is nothing to go on with."""

        def remember(lengths: dict[str, int]) -> None:
            self.lengths |= lengths
            counts = {"done": self.done, "moved": self.moved, "is_late": self.is_late}
            place = {"of": self.fingerprint, "lengths": self.lengths, **counts}
            self.store.set_state(f"note/{PLACE}", None if is_end else place)
            self.store.set_state(f"note/{UNTOLD}", to_note(self.renewed) or None)

        self.lines.commit(remember)
        if self.renewed:
            self.index.renew(self.renewed)
        if self.names:
            self.index.settle(self.names)
        self.renewed, self.names, self.last = [], [], time.monotonic()


def _fetched_at(record: Mapping[str, Any]) -> datetime:
    try:
        moment = datetime.fromisoformat(record.get("fetched_at") or "")
    except ValueError:
        moment = datetime(1970, 1, 1, tzinfo=UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def plain_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings as plain values, which another process can be given."""
    plain = (str, int, float, bool, list, tuple, dict, type(None))
    return {name: value for name in settings if isinstance(value := settings[name], plain)}
