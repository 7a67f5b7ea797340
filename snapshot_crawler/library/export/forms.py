"""Whole files of records in one of three forms: records in, a file that has its name only when it is complete.

JSON Lines hold the records as they were published; CSV and Parquet have the columns of columns.py. Parquet is written
in groups of rows, so memory is bounded. The same records give the same bytes.
"""

from __future__ import annotations

import csv
import gzip
import io
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, Any

import orjson

from snapshot_crawler.durable import sync_folder
from snapshot_crawler.exceptions import ConfigurationError, OutputError, way_out
from snapshot_crawler.extras import needed
from snapshot_crawler.library.export.columns import COLUMNS, Kind, values

Records = Iterable[dict[str, Any]]
ROWS_IN_A_GROUP = 5_000  # of Parquet: some 20 MB in memory; by choice
FORMULA = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
)  # what a spreadsheet may run: https://owasp.org/www-community/attacks/CSV_Injection


def form_of(name: str) -> str:
    """The form that a file's name says: jsonl, csv or parquet. Raises ConfigurationError."""
    plain = name.removesuffix(".gz")
    suffix = Path(plain).suffix.removeprefix(".")
    if suffix not in FORMS or (suffix == "parquet" and plain != name):
        raise ConfigurationError(f"{name}: name a file that ends in {', '.join('.' + each for each in FORMS)}")
    return suffix


def write(path: Path, form: str, records: Records, *, safe_cells: bool = False) -> int:
    """Write a file whole; how many records. Raises OutputError; nothing is left then."""
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _opened(part, path.suffix == ".gz") as file:
            number = FORMS[form](file, records, safe_cells)
        part.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise OutputError(f"the export {path} cannot be written: {error.strerror}; {way_out(error)}") from error
    finally:
        part.unlink(missing_ok=True)
    return number


@contextmanager
def _opened(part: Path, is_zipped: bool) -> Iterator[IO[bytes]]:
    with part.open("wb") as file:
        if is_zipped:
            with gzip.GzipFile("", "wb", 6, file, mtime=0) as zipped:
                yield zipped  # type: ignore[misc]
        else:
            yield file
        file.flush()
        os.fsync(file.fileno())


def _lines(file: IO[bytes], records: Records, safe_cells: bool) -> int:
    number = 0
    for record in records:
        number += 1
        line = orjson.dumps(record, default=str)
        # text.splitlines and JavaScript take these for line ends (exporters/lines.py)
        for raw, escaped in ((b"\xe2\x80\xa8", b"\\u2028"), (b"\xe2\x80\xa9", b"\\u2029"), (b"\xc2\x85", b"\\u0085")):
            line = line.replace(raw, escaped)
        file.write(line + b"\n")
    return number


def _csv(file: IO[bytes], records: Records, safe_cells: bool) -> int:
    text = io.TextIOWrapper(file, "utf-8", newline="")
    rows = csv.writer(text)
    rows.writerow(column.name for column in COLUMNS)
    number = 0
    for record in records:
        number += 1
        cells = [_cell(value) for value in values(record)]
        rows.writerow([f"'{cell}" if safe_cells and cell.startswith(FORMULA) else cell for cell in cells])
    text.flush()
    text.detach()
    return number


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list | dict):
        return orjson.dumps(value).decode()
    return str(value.isoformat() if hasattr(value, "isoformat") else value)


def _parquet(file: IO[bytes], records: Records, safe_cells: bool) -> int:
    pa, pq = needed("pyarrow", "parquet"), needed("pyarrow.parquet", "parquet")
    schema = parquet_schema(pa)
    rows = iter(records)
    number = 0
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        while group := [values(record) for record in islice(rows, ROWS_IN_A_GROUP)]:
            arrays = [
                pa.array(list(column), field.type)
                for column, field in zip(zip(*group, strict=True), schema, strict=True)
            ]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
            number += len(group)
    return number


def parquet_schema(pa: Any) -> Any:
    """The columns as pyarrow types."""
    types: dict[Kind, Callable[[tuple[tuple[str, Kind], ...]], Any]] = {
        Kind.TEXT: lambda fields: pa.string(),
        Kind.INTEGER: lambda fields: pa.int64(),
        Kind.NUMBER: lambda fields: pa.float64(),
        Kind.TIME: lambda fields: pa.timestamp("us", tz="UTC"),
        Kind.DAY: lambda fields: pa.date32(),
        Kind.TEXTS: lambda fields: pa.list_(pa.string()),
        Kind.PARTS: lambda fields: pa.list_(_struct(pa, fields)),
        Kind.PART: lambda fields: _struct(pa, fields),
        Kind.JSON: lambda fields: pa.string(),
    }
    return pa.schema([pa.field(each.name, types[each.kind](each.fields), not each.is_required) for each in COLUMNS])


def _struct(pa: Any, fields: tuple[tuple[str, Kind], ...]) -> Any:
    return pa.struct([(name, pa.int64() if kind is Kind.INTEGER else pa.string()) for name, kind in fields])


FORMS: dict[str, Callable[[IO[bytes], Records, bool], int]] = {"jsonl": _lines, "csv": _csv, "parquet": _parquet}
