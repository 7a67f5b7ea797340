"""A kept page read again by the spider of today: its place and what was published in, what comes out otherwise out.

Runs in worker processes (reparse_pool.py). No request is made: the spider's callback gets a Response made of the kept
bytes. The further parts of an article are looked for in the job's archive; where one is gone, the page is left as it
was published.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import orjson
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.http import Headers, HtmlResponse
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader
from scrapy.utils.spider import iterate_spider_output

from snapshot_crawler.archive.find import find, with_body
from snapshot_crawler.archive.reader import Capture, capture_at
from snapshot_crawler.archive.sent import ArchiveAwayError
from snapshot_crawler.dedup.content import content_hash
from snapshot_crawler.dedup.tombstones import Tombstones
from snapshot_crawler.exceptions import SnapshotCrawlerError
from snapshot_crawler.items import Archived, Article, DiscoveredBy, described
from snapshot_crawler.meta import DISCOVERED_BY, FETCHED_AT, PROMISES_ARTICLE, ROW, promise_of
from snapshot_crawler.middlewares.compression.unpack import BrokenCodingError, TooMuchDataError, codings, unpack
from snapshot_crawler.pages.kinds import NEXT_PART
from snapshot_crawler.pipelines.clean import clean_record
from snapshot_crawler.pipelines.taken_down import TakenDownPipeline
from snapshot_crawler.pipelines.validate import ValidatePipeline
from snapshot_crawler.signals import page_rejected

# Taken from the published record: the run's own notes, the article's names, and what the index has said of it.
OF_THE_RUN = ("id", "url", "site", "discovered_by", "fetched_at", "archived", "schema_version")
OF_THE_INDEX = ("content_hash", "version", "supersedes", "story", "duplicate_of", "similarity", "rule")
NOT_COMPARED = frozenset({*OF_THE_RUN, *OF_THE_INDEX, "confidence"})  # which changes with each new judge of the reader
COMPARED = tuple(each.name for each in described(Article) if each.name not in NOT_COMPARED)


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a page lies: a WARC file, as a record names it (below DATA_DIR, or whole), and the record in it."""

    file: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Task:
    """A page to read. record: as it was published; None: the page became no article. found: how it was found then.

    body: where the bytes are, when the record at `at` is a revisit. row: what a list said of it.
    """

    at: Kept
    url: str
    record: dict[str, Any] | None
    found: dict[str, Any]
    body: Kept | None = None
    row: dict[str, Any] | None = None


@dataclass(slots=True)
class Answer:
    """What came of a task. word: same, changed, new, no-article, not-kept or error; detail: why.

    record: the whole record for changed and new. changes: field to (published, now).
    """

    word: str
    detail: str = ""
    record: dict[str, Any] | None = None
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)


class PageReader:
    """Reads the pages of one job. Raises KeyError for a spider that is not there any more."""

    def __init__(self, settings: Mapping[str, Any], spider: str, job: str) -> None:
        """settings: plain values. spider: its name."""
        chosen = Settings()
        chosen.setdict(dict(settings), priority="project")
        self.root, self.job = Path(chosen["DATA_DIR"]), job
        self.largest = chosen.getint("DOWNLOAD_MAXSIZE")
        self.sets_doubtful_aside = chosen.get("SUSPECT") == "quarantine"
        spider_class = get_spider_loader(chosen).load(spider)
        crawler = Crawler(spider_class, chosen)
        # the spider reads captures: it follows no link, and a page's own site is the site where no other is named
        takes = {"warc": "archive"} if hasattr(spider_class, "takes_capture") else {}
        self.spider: Spider = spider_class.from_crawler(crawler, **takes)
        self.rejections: list[str] = []
        crawler.signals.connect(self._rejected, page_rejected)
        self.validate, self.taken_down = ValidatePipeline(), TakenDownPipeline(Tombstones(self.root, chosen))

    def _rejected(self, reason: str, detail: str | None) -> None:
        self.rejections.append(f"{reason}: {detail}" if detail else reason)

    def answer(self, task: Task) -> Answer:
        """Read one page. An error of the spider is an answer too. Raises ArchiveAwayError."""
        try:
            capture, body = self._capture(task)
            return self._compared(task, capture, body)
        except ArchiveAwayError:  # the others could not be read either; later, it goes on from there
            raise
        except (OSError, NotKept) as error:
            return Answer("not-kept", str(error))
        except Exception as error:  # the spider's own code may raise anything
            return Answer("error", f"{type(error).__name__}: {error}")

    # --- The page
    def _capture(self, task: Task) -> tuple[Capture, Capture]:
        """The record of the page, and the one with its bytes."""
        capture = self._read(task.at)
        if capture.refers_to is None:
            return capture, capture
        if task.body is not None:
            try:
                return capture, self._read(task.body)
            except ArchiveAwayError:
                raise
            except (OSError, NotKept):
                pass  # another record may have the bytes
        whole = with_body(self.root, self.job, capture)
        if not isinstance(whole, Capture):
            raise NotKept("the page whose bytes it repeats is not kept any more")
        return capture, whole

    def _read(self, at: Kept) -> Capture:
        found = capture_at(self.root / at.file, at.offset, at.length)
        if not isinstance(found, Capture):
            raise NotKept(f"{found.file} at byte {found.offset}: {found.what}")
        return found

    def _response(self, url: str, capture: Capture, body: Capture, meta: dict[str, Any]) -> HtmlResponse:
        headers = Headers()
        for name, value in capture.headers:
            headers.appendlist(name, value)
        named = headers.getlist("Content-Encoding")
        headers.pop("Content-Encoding", None)
        plain = body.body
        try:
            plain = unpack(plain, codings(named), self.largest) if named else plain
        except (BrokenCodingError, TooMuchDataError) as error:
            if plain.lstrip()[:1] != b"<":
                raise NotKept(f"its content coding cannot be undone: {error}") from error
        request = Request(url, meta=meta)
        return HtmlResponse(url, status=200, headers=headers, body=plain, request=request)

    # --- The article
    def _compared(self, task: Task, capture: Capture, body: Capture) -> Answer:
        self.rejections.clear()
        article = self._article(task, capture, body)
        if article is None:
            return Answer("no-article", self.rejections[0] if self.rejections else "the spider gives no article")
        clean_record(article)
        try:
            self.taken_down.process_item(self.validate.process_item(article))
        except DropItem as error:
            return Answer("no-article", str(error))
        if self.sets_doubtful_aside and article.suspect:
            return Answer("no-article", f"suspect: {article.suspect[0]}")
        if task.record is None:
            article.archived = Archived(task.at.file, task.at.offset, task.at.length, capture.digest)
            article.content_hash = content_hash(asdict(article))
            return Answer("new", record=_plain(article))
        return self._changed(task.record, article)

    def _changed(self, published: dict[str, Any], article: Article) -> Answer:
        """What differs from the published record, field by field."""
        now = _plain(article)
        changes = {
            name: (published.get(name), now[name]) for name in COMPARED if _differ(published.get(name), now[name])
        }
        if not changes:
            return Answer("same")
        record = {**now, **{name: published[name] for name in (*OF_THE_RUN, *OF_THE_INDEX) if name in published}}
        record["schema_version"] = now["schema_version"]
        record["content_hash"] = content_hash(record)
        return Answer("changed", record=record, changes=changes)

    def _article(self, task: Task, capture: Capture, body: Capture) -> Article | None:
        """What the spider's callback gives for the page, its further parts included."""
        meta: dict[str, Any] = {DISCOVERED_BY: task.found, FETCHED_AT: capture.fetched_at.isoformat(timespec="seconds")}
        if task.found.get("kind") == "listing":
            meta[PROMISES_ARTICLE] = True
        if row := task.row or capture.note.get(ROW):
            meta[ROW] = row
        response = self._response(task.url or capture.url, capture, body, meta)
        outputs: Iterable[Any] = self.spider.parse(response)
        for _ in range(MOST_PARTS):
            following = None
            for output in iterate_spider_output(outputs):
                if isinstance(output, Article):
                    return output
                if isinstance(output, Request) and promise_of(output.meta) == NEXT_PART:
                    following = output
            if following is None:
                return None
            outputs = self._part(following, capture)
        return None

    def _part(self, request: Request, first: Capture) -> Iterator[Any]:
        """What the spider's callback gives for a further part. Raises NotKept."""
        places = find(self.root, request.url, [self.job])
        read = [place.capture() for place in places]
        found = [with_body(self.root, self.job, each) for each in read if isinstance(each, Capture)]
        whole = [each for each in found if isinstance(each, Capture)]
        if not whole:
            raise NotKept(f"the further page {request.url} is not kept")
        nearest = min(whole, key=lambda each: abs((each.fetched_at - first.fetched_at).total_seconds()))
        meta = {**request.meta, FETCHED_AT: nearest.fetched_at.isoformat(timespec="seconds")}
        response = self._response(request.url, nearest, nearest, meta)
        assert request.callback is not None
        return iter(request.callback(response, **request.cb_kwargs))


MOST_PARTS = 100  # turns of one article, by choice: the spider itself takes 20 parts


class NotKept(SnapshotCrawlerError):
    """A page that the archive does not hold any more, or not whole."""


def _plain(article: Article) -> dict[str, Any]:
    """A record as it stands in the output."""
    record: dict[str, Any] = orjson.loads(orjson.dumps(article))
    return record


def _differ(published: Any, now: Any) -> bool:
    """Whether a value is another one. A field that the published record does not have is as good as an empty one."""
    return bool(published != now and (published or now))


def found_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """How a record's page was found, as it stands there."""
    found = record.get("discovered_by")
    return dict(found) if isinstance(found, dict) else asdict(DiscoveredBy("start"))
