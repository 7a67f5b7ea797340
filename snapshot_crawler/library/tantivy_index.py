"""The index in tantivy (the extra `search`): the same tokens as FTS5's, kept beside the database in library.tantivy/.

The database's table change names the articles that the index has not taken yet. Taking one again changes nothing, so
a kill between the index's commit and the database's loses nothing. A take-down throws the folder away, and the next
round of the follower makes it again: so nothing of the old words can be left. Meanwhile FTS5 answers.
"""

from __future__ import annotations

import importlib.util
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.library import terms
from snapshot_crawler.library.engine import Wanted, likely
from snapshot_crawler.library.records import taken, unpack
from snapshot_crawler.library.writer import FACETS, Writer

SETTING = "LIBRARY_ENGINE"
FOLDER = "library.tantivy"
TOKENS, NUMBER = "tokens", "n"
NOTE = "second_index"  # of the database: LAYOUT, or one of the two below
LAYOUT, NONE, FILLING = 1, 0, -1  # ready to be asked; not there; not all articles are in it yet
HEAP_BYTES = 64_000_000  # of its writer; by choice
AT_ONCE = 2_000  # articles between two commits; by choice
FROM_ARTICLES = 200_000  # LIBRARY_ENGINE = auto: below that FTS5 is fast enough (benchmarks/library.py)
FIRST_LOOK = 100  # hits of the first question; each further one asks for four times as many
ENGINES = ("auto", "fts", "tantivy")


def is_installed() -> bool:
    """Whether the extra is there."""
    return importlib.util.find_spec("tantivy") is not None


def checked(settings: Mapping[str, Any]) -> str:
    """The setting LIBRARY_ENGINE. Raises ConfigurationError."""
    engine = str(settings.get(SETTING) or "auto")
    if engine not in ENGINES:
        raise ConfigurationError(f"LIBRARY_ENGINE is {engine!r}; it may be {', '.join(ENGINES)}")
    if engine == "tantivy" and not is_installed():
        raise ConfigurationError("LIBRARY_ENGINE = tantivy needs pip install 'snapshot_crawler[search]'")
    return engine


class SecondIndex:
    """Keeps the folder up to date; belongs to a follower's writer."""

    def __init__(self, writer: Writer, engine: str) -> None:
        """engine: see checked()."""
        self.writer, self.engine = writer, engine
        self.folder = writer.path.with_name(FOLDER)

    def follow(self) -> None:
        """Take what has changed; make the folder where it is wanted and not there."""
        db = self.writer.db
        is_there = self.writer.second_index in (LAYOUT, FILLING) and self.folder.is_dir()
        if not is_there and not self._is_wanted():
            return
        if self.engine == "fts" or not is_installed():
            drop(self.writer)
            return
        self.writer.begin()
        if not is_there:
            drop(self.writer)
            self.folder.mkdir()
            db.execute("INSERT INTO change (n) SELECT n FROM article")
            self.writer.second_index = FILLING
            self.writer.set_note(NOTE, FILLING)
        self.writer.commit()
        if db.execute("SELECT 1 FROM change LIMIT 1").fetchone() or not is_there:
            self._take()
        if self.writer.second_index != LAYOUT:
            self.writer.second_index = LAYOUT
            self.writer.set_note(NOTE, LAYOUT)

    def _is_wanted(self) -> bool:
        if self.engine != "auto":
            return self.engine == "tantivy"
        query = "SELECT coalesce(sum(articles), 0) FROM facet WHERE kind = 'site'"
        return is_installed() and self.writer.db.execute(query).fetchone()[0] >= FROM_ARTICLES

    def _take(self) -> None:
        import tantivy

        db = self.writer.db
        index = _index(self.folder)
        writer = index.writer(HEAP_BYTES, 1)
        while rows := db.execute("SELECT no, n FROM change ORDER BY no LIMIT ?", (AT_ONCE,)).fetchall():
            for n in {row[1] for row in rows}:
                # not by term: tantivy 0.27 takes its number for a signed one, and finds nothing
                writer.delete_documents_by_query(tantivy.Query.term_query(index.schema, NUMBER, n, "basic"))
                tokens = self._document(n)
                if tokens is not None:
                    document = tantivy.Document()
                    document.add_unsigned(NUMBER, n)
                    document.add_text(TOKENS, tokens)
                    writer.add_document(document)
            writer.commit()
            db.execute("DELETE FROM change WHERE no <= ?", (rows[-1][0],))
        writer.wait_merging_threads()

    def _document(self, n: int) -> str | None:
        columns = ", ".join(f"a.{kind}" for kind in FACETS)
        query = f"SELECT r.data, {columns} FROM article a JOIN record r ON r.no = a.record WHERE a.n = ?"
        row = self.writer.db.execute(query, (n,)).fetchone()
        each = taken(unpack(row[0]), "") if row else None
        return terms.document(each.title, each.body, [number for number in row[1:] if number]) if each else None


def drop(writer: Writer) -> None:
    """Throw the folder away; a follower makes it again where it is wanted."""
    shutil.rmtree(writer.path.with_name(FOLDER), ignore_errors=True)
    writer.second_index = NONE
    writer.set_note(NOTE, NONE)
    writer.db.execute("DELETE FROM change")


def _index(folder: Path) -> Any:
    import tantivy

    schema = tantivy.SchemaBuilder()
    schema.add_text_field(TOKENS, tokenizer_name="spaces", index_option="basic")
    schema.add_unsigned_field(NUMBER, indexed=True, fast=True)
    index = tantivy.Index(schema.build(), path=str(folder), reuse=True)
    index.register_tokenizer("spaces", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    return index


class TantivyEngine:
    """See engine.Engine."""

    def __init__(self, folder: Path) -> None:
        import tantivy

        self.tantivy = tantivy
        self.index = _index(folder)
        self.index.reload()
        self.searcher = self.index.searcher()

    def newest(self, wanted: Wanted) -> Iterator[int]:
        """See engine.Engine."""
        query, begin, most = self._query(wanted), 0, FIRST_LOOK
        while True:
            found = self.searcher.search(query, most, count=False, order_by_field=NUMBER, offset=begin).hits
            yield from (n for n, _ in found)
            if len(found) < most:
                return
            begin, most = begin + most, most * 4

    def best(self, words: Sequence[str], wanted: Wanted, most: int) -> list[int]:
        """See engine.Engine."""
        return likely(self, words, wanted, most)

    def frequency(self, token: str, most: int) -> int:
        """See engine.Engine."""
        if token.endswith("*"):
            return self.count(Wanted([token]), most)
        return min(most, int(self.searcher.doc_freq(TOKENS, token)))

    def count(self, wanted: Wanted, most: int) -> int:
        """See engine.Engine. Counting is cheap here."""
        found = self.searcher.search(self._query(wanted), 1, count=True).count
        return min(most, int(found or 0))

    def _query(self, wanted: Wanted) -> Any:
        must, must_not = self.tantivy.Occur.Must, self.tantivy.Occur.MustNot
        parts = [(must, self._token(token)) for token in wanted.all_of or [terms.ALL]]
        for tokens in wanted.one_of:
            either = [(self.tantivy.Occur.Should, self._token(token)) for token in tokens]
            parts.append((must, self.tantivy.Query.boolean_query(either)))
        parts += [(must_not, self._token(token)) for token in wanted.none_of]
        if wanted.first or wanted.last < Wanted().last:
            kind = self.tantivy.FieldType.Unsigned
            first = max(0, wanted.first)
            parts.append((must, self.tantivy.Query.range_query(self.index.schema, NUMBER, kind, first, wanted.last)))
        return self.tantivy.Query.boolean_query(parts)

    def _token(self, token: str) -> Any:
        schema = self.index.schema
        if token.endswith("*"):
            return self.tantivy.Query.regex_query(schema, TOKENS, re.escape(token[:-1]) + ".*")
        return self.tantivy.Query.term_query(schema, TOKENS, token, "basic")


def engine_of(folder: Path, note: object) -> TantivyEngine | None:
    """The engine over a folder; None where it is not there, or tantivy is not."""
    return TantivyEngine(folder) if note == LAYOUT and folder.is_dir() and is_installed() else None
