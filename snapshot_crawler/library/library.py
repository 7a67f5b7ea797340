"""The library as its readers see it: lists, articles, stories and searches; a connection that cannot write.

    with Library(root) as library:
        library.front_page(); library.of_category("科技", 1); library.article(id); library.search("苏州 实验室")

All answers are of one moment: each call sees what the follower has committed by then. One Library belongs to one
thread at a time.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Self

from snapshot_crawler.exceptions import ConfigurationError, SnapshotCrawlerError
from snapshot_crawler.library import query as queries
from snapshot_crawler.library.engine import Engine
from snapshot_crawler.library.fts import FtsEngine
from snapshot_crawler.library.model import (
    Copy,
    Counts,
    Facet,
    Found,
    Gone,
    Page,
    RelatedRow,
    Row,
    StoredArticle,
    Version,
)
from snapshot_crawler.library.records import unpack
from snapshot_crawler.library.related import Related
from snapshot_crawler.library.schema import BLOCK_BITS, FILLED, NAME, errors_told, open_to_read
from snapshot_crawler.library.search import NEWEST, Search
from snapshot_crawler.library.tantivy_index import FOLDER, NOTE, engine_of
from snapshot_crawler.library.terms import fold

PAGE = 20  # rows of a page; by choice
ON_FRONT = 8  # newest rows of a category on the front page; by choice
CATEGORIES_ON_FRONT = 12  # by choice
TEXTS_KEPT = 600  # texts that a search looks at more than once; some 2 MB
LENGTH_SAMPLE = 200  # texts whose length stands for all
GROWN = 1.25  # times the articles from which on what was learnt of a library's words is learnt anew; by choice
ROW = """SELECT a.id, a.title, a.summary, a.url, s.name, c.name, o.name, a.published_at, d.name, a.fetched_at,
    a.version, a.story, a.duplicate_of, j.name FROM article a JOIN facet s ON s.no = a.site JOIN facet j ON j.no = a.job
    LEFT JOIN facet c ON c.no = a.category LEFT JOIN facet o ON o.no = a.source LEFT JOIN facet d ON d.no = a.day"""
LISTED = {"category", "source", "site", "day"}  # facets that have lists


class Library:
    """The library of one DATA_DIR, open for reading. Raises StateError where there is none (scrapy library build)."""

    def __init__(self, root: Path, engine: str | None = None) -> None:
        """engine: "fts" or "tantivy"; None: tantivy where the follower keeps an index of it, else FTS5."""
        self.root, self.path = root, root / NAME
        self.db = open_to_read(self.path)
        self.file = self.path.stat().st_ino
        self.folded = lru_cache(TEXTS_KEPT)(self._folded)
        self.wanted = engine
        self.engine: Engine = FtsEngine(self.db)
        self._kin: Related | None = None
        self._kin_of = (0, 0)  # the file and the number of articles from which it learnt
        self.second = (0, 0)  # when the second index was written that is open here, and its note
        self.hidden: Container[str] = ()  # ids of articles that are in no answer, such as those just taken down

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Around every question: errors are ours, and a library that was made anew is opened anew."""
        with contextlib.suppress(OSError, SnapshotCrawlerError):  # it is just being made: the old one answers
            if self.path.stat().st_ino != self.file:
                number, db = self.path.stat().st_ino, open_to_read(self.path)
                self.db.close()
                self.db, self.file, self.engine, self.second = db, number, FtsEngine(db), (0, 0)
        with errors_told(self.path):
            self._choose_engine()
            yield

    def _choose_engine(self) -> None:
        """Ask tantivy where its folder is there, as it is now; else FTS5."""
        found = (0, 0)
        if self.wanted != "fts":
            with contextlib.suppress(OSError):  # tantivy writes this file at each commit
                found = ((self.root / FOLDER / "meta.json").stat().st_mtime_ns, self.note(NOTE, 0))
        if found != self.second:
            self.engine = engine_of(self.root / FOLDER, found[1]) or FtsEngine(self.db)
            self.second = found
        if self.wanted == "tantivy" and isinstance(self.engine, FtsEngine):
            raise ConfigurationError("there is no index of tantivy: set LIBRARY_ENGINE = tantivy, scrapy library build")

    def close(self) -> None:
        """Let go of the database."""
        self.db.close()

    # --- Lists
    def front_page(self, *, categories: int = CATEGORIES_ON_FRONT, rows: int = ON_FRONT) -> list[tuple[str, list[Row]]]:
        """The largest categories with their newest articles, the one with the newest article first."""
        with self._asking():
            found = []
            for number, name in self.db.execute(
                "SELECT no, name FROM facet WHERE kind = 'category' AND articles > 0 ORDER BY articles DESC LIMIT ?",
                (categories,),
            ).fetchall():
                query = "SELECT n FROM article WHERE category = ? ORDER BY n DESC LIMIT ?"
                newest = [row[0] for row in self.db.execute(query, (number, rows))]
                found.append((newest[0] if newest else 0, name, newest))
            found.sort(reverse=True)
            return [(name, self._rows(newest)) for _, name, newest in found]

    def newest(self, number: int = 1, size: int = PAGE) -> Page:
        """All articles, newest first. number: of the page, from 1."""
        with self._asking():
            number = max(1, number)
            begin = min((number - 1) * size, 1 << 60)
            before, below = self._block_of(begin)
            query = "SELECT n FROM article WHERE is_listed = 1 AND n < ? ORDER BY n DESC LIMIT ? OFFSET ?"
            numbers = [row[0] for row in self.db.execute(query, (below, size, begin - before))]
            total = self.size
            return Page(self._rows(numbers), number, begin + size < total, total)

    def _block_of(self, begin: int) -> tuple[int, int]:
        """(how many articles are newer than those of a block, the place in time behind it), of the block with the
        article of that number from the newest."""
        before = 0
        for number, articles in self.db.execute("SELECT no, articles FROM block WHERE articles > 0 ORDER BY no DESC"):
            if before + articles > begin:
                return before, (number + 1) << BLOCK_BITS
            before += articles
        return before, 0

    def of_category(self, name: str, number: int = 1, size: int = PAGE) -> Page | None:
        """A category's articles, newest first; None where there is no such category."""
        return self._of("category", name, number, size)

    def of_source(self, name: str, number: int = 1, size: int = PAGE) -> Page | None:
        """A source's articles; likewise."""
        return self._of("source", name, number, size)

    def of_site(self, name: str, number: int = 1, size: int = PAGE) -> Page | None:
        """The articles of one spider; likewise."""
        return self._of("site", name, number, size)

    def of_day(self, day: str, number: int = 1, size: int = PAGE) -> Page | None:
        """The articles published on a day (2026-11-25); likewise."""
        return self._of("day", day, number, size)

    def of_story(self, story: str) -> list[Row]:
        """All articles of a story, the first published one first."""
        with self._asking():
            query = "SELECT n FROM article WHERE story = ? ORDER BY n"
            return self._rows([row[0] for row in self.db.execute(query, (story,))])

    def copies_of(self, story: str) -> list[Copy]:
        """Re-publications of a story that crawls met and dropped, by the time."""
        with self._asking():
            query = "SELECT DISTINCT url, story, at FROM copy WHERE story = ? ORDER BY at"
            return [Copy(*row) for row in self.db.execute(query, (story,))]

    def more_of_category(self, row: Row, most: int = 15) -> list[Row]:
        """The newest other articles of an article's category."""
        page = self.of_category(row.category, 1, most + 1) if row.category else None
        return [each for each in page.rows if each.id != row.id][:most] if page else []

    def facets(self, kind: str, most: int = 10_000) -> list[Facet]:
        """The categories, sources, sites or days that have articles, the largest first; days newest first."""
        order = "name DESC" if kind == "day" else "articles DESC, name"
        with self._asking():
            query = f"SELECT name, articles FROM facet WHERE kind = ? AND articles > 0 ORDER BY {order} LIMIT ?"
            return [Facet(*row) for row in self.db.execute(query, (kind, most))]

    # --- One article
    def article(self, name: str) -> StoredArticle | None:
        """An article by its id, with the whole record of its newest version; None where there is none."""
        with self._asking():
            found = self.db.execute(
                "SELECT a.n, r.data FROM article a JOIN record r ON r.no = a.record WHERE a.id = ?", (name,)
            ).fetchone()
            row = self.row(found[0]) if found else None
            if row is None:
                return None
            query = "SELECT version, content_hash, fetched_at FROM record WHERE id = ?"
            query += " ORDER BY version DESC, fetched_at DESC, no DESC"
            versions = [Version(*each) for each in self.db.execute(query, (name,))]
            return StoredArticle(row, unpack(found[1]), versions)

    def version(self, name: str, content_hash: str) -> dict[str, Any] | None:
        """The whole record of one version of an article."""
        with self._asking():
            query = "SELECT data FROM record WHERE id = ? AND content_hash = ?"
            found = self.db.execute(query, (name, content_hash)).fetchone()
            return unpack(found[0]) if found else None

    def gone(self, name: str) -> Gone | None:
        """What is left of an article that was taken down; None where it was not."""
        with self._asking():
            found = self.db.execute("SELECT id, at, reason FROM gone WHERE id = ?", (name,)).fetchone()
            return Gone(*found) if found else None

    def all_gone(self) -> list[Gone]:
        """All that was taken down, the newest first."""
        with self._asking():
            return [Gone(*row) for row in self.db.execute("SELECT id, at, reason FROM gone ORDER BY at DESC, id")]

    def related(self, name: str, most: int = 9) -> list[RelatedRow]:
        """Other articles of the same subject and not of the same story, the nearest first."""
        with self._asking():
            self.folded.cache_clear()
            found = self.db.execute("SELECT n FROM article WHERE id = ?", (name,)).fetchone()
            row = self.row(found[0]) if found else None
            return self._related().to(found[0], row, most) if row else []

    # --- Search
    def search(
        self,
        text: str,
        *,
        filters: Mapping[str, str] | None = None,
        order: str = NEWEST,
        number: int = 1,
        size: int = PAGE,
    ) -> Found:
        """What a reader typed, searched for (query.py has the syntax). order: "newest" or "best"; number: from 1."""
        with self._asking():
            self.folded.cache_clear()  # an article's place may be another's since the last search
            return Search(self).find(queries.parse(text, filters), order=order, number=max(1, number), size=size)

    def finds(self, text: str, names: Iterable[str]) -> set[str]:
        """Which of these articles a search would find: for subscriptions, whose searches are asked of new ones."""
        with self._asking():
            self.folded.cache_clear()
            query, search = queries.parse(text), Search(self)
            rows = [self.db.execute("SELECT n, id FROM article WHERE id = ?", (name,)).fetchone() for name in names]
            return {row[1] for row in rows if row is not None and search.holds(query, row[0])}

    # --- What has come
    @property
    def born(self) -> str:
        """Another one for each library: where it has changed, arrivals are numbered anew."""
        return str(self.note("born", ""))

    @property
    def is_filled(self) -> bool:
        """Whether all files were read since it was made: before, what is missing may still come."""
        with self._asking():
            return bool(self.note(FILLED, False))

    @property
    def last_arrival(self) -> int:
        """The number of the newest arrival; 0 where there is none."""
        with self._asking():
            return int(self.db.execute("SELECT coalesce(max(record), 0) FROM article").fetchone()[0])

    def arrivals(self, after: int = 0, most: int = 1_000) -> list[tuple[int, Row]]:
        """Articles in the order in which they came, with numbers that grow; those behind a number.

        A new version of an article is an arrival; what a newer one has replaced is none any more.
        """
        with self._asking():
            query = "SELECT record, n FROM article WHERE record > ? ORDER BY record LIMIT ?"
            found = self.db.execute(query, (after, most)).fetchall()
            return [(number, row) for number, n in found if (row := self.row(n)) is not None]

    # --- Numbers
    def counts(self) -> Counts:
        """Numbers of the whole library."""
        one = "SELECT count(*) FROM"
        with self._asking():
            number = {
                name: self.db.execute(query).fetchone()[0]
                for name, query in {
                    "sources": f"{one} facet WHERE kind = 'source' AND articles > 0",
                    "categories": f"{one} facet WHERE kind = 'category' AND articles > 0",
                    "days": f"{one} facet WHERE kind = 'day' AND articles > 0",
                    "gone": f"{one} gone",
                }.items()
            }
            newest = self.db.execute("SELECT max(name) FROM facet WHERE kind = 'day' AND articles > 0").fetchone()[0]
            rows = self.newest(1, 1).rows
            troubles = dict(self.db.execute("SELECT path, trouble FROM file WHERE trouble IS NOT NULL"))
            size = sum(path.stat().st_size for path in self.root.glob(f"{NAME}*"))
            moment = rows[0].published_at if rows else newest
            kept = {name: self.note(name, 0) for name in ("versions", "stories")}
            return Counts(articles=self.size, **kept, **number, newest=moment, size_bytes=size, troubles=troubles)

    @property
    def size(self) -> int:
        """How many articles there are."""
        query = "SELECT coalesce(sum(articles), 0) FROM facet WHERE kind = 'site'"  # each has one; count(*) walks
        number: int = self.db.execute(query).fetchone()[0]
        return number

    @cached_property
    def usual_length(self) -> float:
        """Characters of an article's body, by a sample of the newest."""
        query = "SELECT n FROM article ORDER BY n DESC LIMIT ?"
        lengths = [len(self.text(row[0])[1]) for row in self.db.execute(query, (LENGTH_SAMPLE,)).fetchall()]
        return sum(lengths) / len(lengths) if lengths else 1.0

    def _related(self) -> Related:
        """What a long-running process has learnt of the words goes when the library has grown, or is another one."""
        size = self.size
        file, learnt = self._kin_of
        if self._kin is None or file != self.file or not learnt <= size <= learnt * GROWN:
            self._kin, self._kin_of = Related(self), (self.file, size)
        return self._kin

    # --- For search.py and related.py
    @property
    def latest(self) -> int:
        """The place in time of the newest article."""
        return int(self.db.execute("SELECT coalesce(max(n), 0) FROM article").fetchone()[0])

    def spread(self, most: int) -> list[int]:
        """The places of up to that many articles, spread over all arrivals; over times most may be of one day."""
        first, last = self.db.execute("SELECT min(record), max(record) FROM article").fetchone()
        if first is None:
            return []
        query = "SELECT n FROM article WHERE record >= ? ORDER BY record LIMIT 1"
        steps = {first + (last - first) * step // most for step in range(most + 1)}
        return sorted({self.db.execute(query, (step,)).fetchone()[0] for step in steps})

    def row(self, n: int) -> Row | None:
        """The row of an article by its place in time; None where it has just gone, or is hidden."""
        found = self.db.execute(f"{ROW} WHERE a.n = ?", (n,)).fetchone()
        return Row(*found) if found and found[0] not in self.hidden else None

    def _folded(self, n: int) -> tuple[str, str]:
        """Title and body as they are compared (terms.fold)."""
        title, body = self.text(n)
        both = fold(f"{title}\n{body}")  # to fold costs mostly by the call
        return both[: len(title)], both[len(title) + 1 :]

    def text(self, n: int) -> tuple[str, str]:
        """Title and body of an article by its place in time; empty where it has just gone."""
        query = "SELECT r.data FROM article a JOIN record r ON r.no = a.record WHERE a.n = ?"
        found = self.db.execute(query, (n,)).fetchone()
        record = unpack(found[0]) if found else {}
        return record.get("title") or "", record.get("body") or ""

    def day(self, n: int) -> str | None:
        """The day of an article by its place in time."""
        query = "SELECT d.name FROM article a JOIN facet d ON d.no = a.day WHERE a.n = ?"
        found = self.db.execute(query, (n,)).fetchone()
        return found[0] if found else None

    def note(self, name: str, usual: Any) -> Any:
        """A note of the writer."""
        found = self.db.execute("SELECT value FROM note WHERE name = ?", (name,)).fetchone()
        return json.loads(found[0]) if found else usual

    # --- Pages
    def _of(self, kind: str, name: str, number: int, size: int) -> Page | None:
        assert kind in LISTED
        with self._asking():
            query = "SELECT no, articles FROM facet WHERE kind = ? AND name = ? AND articles > 0"
            found = self.db.execute(query, (kind, name)).fetchone()
            return self._page(f"{kind} = ?", (found[0],), found[1], number, size) if found else None

    def _page(self, where: str, values: tuple[Any, ...], total: int, number: int, size: int) -> Page:
        number = max(1, number)
        begin = min((number - 1) * size, 1 << 60)
        backwards = begin > total // 2  # a late page is found from the other end
        if backwards:
            most = max(0, min(size, total - begin))
            query = f"SELECT n FROM article WHERE {where} ORDER BY n LIMIT ? OFFSET ?"
            numbers = [row[0] for row in self.db.execute(query, (*values, most, max(0, total - begin - size)))][::-1]
        else:
            query = f"SELECT n FROM article WHERE {where} ORDER BY n DESC LIMIT ? OFFSET ?"
            numbers = [row[0] for row in self.db.execute(query, (*values, size, begin))]
        return Page(self._rows(numbers), number, begin + size < total, total)

    def _rows(self, numbers: list[int]) -> list[Row]:
        return [row for n in numbers if (row := self.row(n)) is not None]

    def every(self) -> Iterator[Row]:
        """All articles, newest first, read while they are asked for."""
        with self._asking():
            for row in self.db.execute(f"{ROW} ORDER BY a.n DESC"):
                yield Row(*row)
