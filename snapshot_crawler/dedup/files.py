"""Duplicates marked in existing files: JSON Lines in, the same lines with duplicate_of, similarity and rule out."""

from __future__ import annotations

import gzip
import json
import os
import re
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import IO, Any, cast

import orjson

from snapshot_crawler.dedup.content import content_hash
from snapshot_crawler.dedup.decision import Candidate, Joined
from snapshot_crawler.dedup.fingerprint import fingerprint
from snapshot_crawler.dedup.index import Index, open_index
from snapshot_crawler.exceptions import ConfigurationError, OutputError, StorageError, is_disk_trouble
from snapshot_crawler.urls import article_id, normalise

STDIN = Path("-")
BATCH = 64  # decisions a transaction: about 20 ms, so that a crawl on the same index need not wait long
SPACES = b" \t\r\n"
OUR_FIELDS = ("duplicate_of", "similarity", "rule")
OURS = re.compile(rb'"(?:duplicate_of|similarity|rule)"\s*:')


@dataclass(slots=True)
class Line:
    """One line of input. record is None where it is no JSON object; error says why."""

    file: str
    number: int
    raw: bytes
    record: dict[str, Any] | None = None
    error: str | None = None
    read_to: int = 0  # bytes of this and the earlier inputs that are read; the files are read ahead by some KB


def size_of(inputs: list[Path]) -> int | None:
    """The bytes of all inputs; None where standard input or a pipe is among them."""
    files = [path for path in inputs if path != STDIN and path.is_file()]
    return sum(path.stat().st_size for path in files) if len(files) == len(inputs) else None


def mark_files(
    inputs: list[Path],
    output: Path | None,
    data_dir: Path | None,
    settings: Mapping[str, Any] | None = None,
    *,
    reached: Callable[[int], None] = lambda read: None,
) -> dict[str, int]:
    """Mark the duplicates of all inputs, in their order; output None is the screen, STDIN standard input. Returns the
    counts.

    Lines are written when all are decided: an article may show that two before it, which are not alike, are one story.
    settings name the storage of the lasting index, that of data_dir; without data_dir the index lives in a temporary
    folder for this run, in SQLite. The output stands under its name only when it is whole; a killed run left nothing
    there and, in a lasting index, nothing that the next run would take for seen.
    reached: told after each part how many bytes of the inputs, as they lie on the disk, were read.
    Raises ConfigurationError for an input that cannot be read, OutputError for an output that cannot be written.
    """
    for path in inputs:
        if path.is_dir() or not (path == STDIN or path.exists()):
            raise ConfigurationError(f"{path}: {'a folder; name its files' if path.is_dir() else 'no such file'}")
    if inputs.count(STDIN) > 1:
        raise ConfigurationError("-: standard input can be read only once")
    if output is not None and output.is_dir():
        raise OutputError(f"{output} is a folder; name a file")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dedup-")))
        # two at once on the screen are two jobs; what a killed one left there counts for nothing
        owner = f"dedup:{output.resolve() if output else os.getpid()}"
        index = open_index(settings or {}, data_dir, owner) if data_dir else open_index({}, folder, owner)
        stack.callback(index.close)
        index.recover(lambda url: False)
        with _full_disk_told(), _written_whole(output) as file:
            beside = (
                output.parent if output and not _is_device(output) else folder
            )  # a temporary folder may be too small for a large file
            with tempfile.TemporaryFile(dir=beside) as spool:
                late: dict[str, Joined] = {}
                for lines in _batches(inputs):
                    _decide_batch(index, lines, spool, late)
                    reached(lines[-1].read_to)
                spool.seek(0)
                counts = _write_marked(spool, late, file)
        index.settle_all()
    return counts


def _decide_batch(index: Index, lines: list[Line], spool: IO[bytes], late: dict[str, Joined]) -> None:
    """Decide about some lines; each goes to the spool behind its decision: [id, duplicate_of, similarity, rule]."""
    articles = [_candidate(line) if line.record is not None else None for line in lines]
    with index.batch():
        decisions = [index.decide(article) if article else None for article in articles]
    for line, article, decision in zip(lines, articles, decisions, strict=True):
        head: list[object] = [None, None, None, None]
        if article is not None and decision is not None:
            head = [article.id, decision.duplicate_of, decision.similarity, decision.rule]
            late.update((one.id, one) for one in decision.joined)
        spool.write(_json(head) + b"\t" + _open_ended(line) + b"\n")


def _write_marked(spool: IO[bytes], late: dict[str, Joined], file: IO[bytes]) -> dict[str, int]:
    counts = {"lines": 0, "duplicates": 0, "broken lines": 0}
    for spooled in spool:
        head, _, line = spooled.rstrip(b"\n").partition(b"\t")
        name, of, similarity, rule = json.loads(head)
        if of is None and name in late:
            of, similarity, rule = late[name].duplicate_of, late[name].similarity, late[name].rule
        while of in late and late[of].duplicate_of != name:
            of = late[of].duplicate_of
        counts["lines"] += 1
        counts["broken lines"] += name is None
        counts["duplicates"] += of is not None
        file.write(line + _json(dict(zip(OUR_FIELDS, (of, similarity, rule), strict=True)))[1:] + b"\n")
    return counts


def _candidate(line: Line) -> Candidate:
    record = line.record or {}
    url = _text(record.get("url"))
    address = normalise(url) if url else None
    own_id = record.get("id")
    name = str(own_id) if own_id not in (None, "") and not isinstance(own_id, list | dict) else ""
    name = name or (article_id(address) if address else f"{line.file}:{line.number}")
    title, body, source, date = (_text(record.get(field)) for field in ("title", "body", "source", "published_at"))
    return Candidate(name, address or name, content_hash(record), fingerprint(title, body, date), source)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _open_ended(line: Line) -> bytes:
    """The line without its closing brace, ready for our three fields; what it held stays byte for byte.

    What is no article stays too, as the text of one that says what is wrong with it.
    """
    raw = line.raw
    if line.record is None:
        text = raw.decode("utf-8", "replace")
        raw = _json({"error": line.error, "file": line.file, "line_number": line.number, "line": text})
    elif OURS.search(raw):  # marked before: the old marks go
        raw = _json({key: value for key, value in line.record.items() if key not in OUR_FIELDS})
    body = raw.rstrip(SPACES)[:-1].rstrip(SPACES)
    return body + (b"" if body.endswith(b"{") else b", ")


def _json(value: object) -> bytes:
    try:
        return orjson.dumps(value)
    except TypeError:  # half a character (a lone surrogate), or a number of more than 64 bits
        return json.dumps(value).encode()


def _batches(inputs: list[Path]) -> Iterator[list[Line]]:
    batch: list[Line] = []
    before = 0  # bytes of the files that are read to their end
    for path in inputs:
        for line in _lines(path, before):
            batch.append(line)
            if len(batch) == BATCH:
                yield batch
                batch = []
        before += path.stat().st_size if path != STDIN and path.is_file() else 0
    if batch:
        yield batch


def _lines(path: Path, before: int) -> Iterator[Line]:
    """The lines of one file, plain or gzip (by its first bytes). A damaged archive ends with one broken line.

    before: the bytes of the inputs before it.
    """
    name = "stdin" if path == STDIN else path.name
    number = 0
    with ExitStack() as stack:
        try:
            file = cast(BufferedReader, sys.stdin.buffer if path == STDIN else stack.enter_context(path.open("rb")))
            zipped = file.peek(2)[:2] == b"\x1f\x8b"
            place = file.tell if file.seekable() else lambda: 0
        except OSError as error:
            raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from error
        try:
            for number, raw in enumerate(gzip.GzipFile(fileobj=file) if zipped else file, 1):
                text = raw.strip(SPACES).removeprefix(b"\xef\xbb\xbf")
                yield _parsed(Line(name, number, text, read_to=before + place()))
        except (OSError, EOFError, zlib.error) as error:
            yield Line(name, number + 1, b"", None, f"file cannot be read further: {error}")


def _parsed(line: Line) -> Line:
    try:
        record = _value(line.raw)
    except (ValueError, RecursionError) as error:
        line.error = f"not JSON: {error}" if line.raw else "empty line"
        return line
    if isinstance(record, dict):
        line.record = record
    else:
        line.error = "not a JSON object"
    return line


def _value(raw: bytes) -> object:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:  # stricter than what other programs write: NaN, half characters
        return json.loads(raw)


@contextmanager
def _full_disk_told() -> Iterator[None]:
    try:
        yield
    except StorageError as error:
        if not is_disk_trouble(error):
            raise
        raise OutputError(f"{error}. Make room, then run again.") from error


@contextmanager
def _written_whole(output: Path | None) -> Iterator[IO[bytes]]:
    """A file that gets its name only when everything is written and on disk; gzip where the name says so."""
    if output is None:
        with _on_screen() as screen:
            yield screen
        return
    if _is_device(output):  # /dev/null, a pipe: nothing may take its place
        try:
            with output.open("wb") as file:
                yield file
        except OSError as error:
            raise OutputError(f"{output} cannot be written: {error.strerror}") from error
        return
    whole = output.resolve()  # a link stays one
    partial = whole.with_name(f".{whole.name}.{os.getpid()}.part")
    try:
        with partial.open("wb") as file:
            if output.suffix == ".gz":
                with gzip.GzipFile("", "wb", 6, file, mtime=0) as zipped:  # 6: gzip's usual level
                    yield cast(IO[bytes], zipped)
            else:
                yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(whole)
    except OSError as error:
        raise OutputError(f"{output} cannot be written: {error.strerror}") from error
    finally:
        with suppress(OSError):  # its folder may not be there
            partial.unlink(missing_ok=True)


def _is_device(path: Path) -> bool:
    return path.exists() and not path.is_file()


@contextmanager
def _on_screen() -> Iterator[IO[bytes]]:
    """Standard output. When its reader has gone, the rest is discarded instead of failing once again."""
    try:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise OutputError(f"the output cannot be written: {error.strerror}") from error
