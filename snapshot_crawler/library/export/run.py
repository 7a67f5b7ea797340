"""One export, from the library to a target: all that is selected as one whole, or what is new in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from snapshot_crawler.bucket import S3
from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.library.export.forms import FORMS, form_of
from snapshot_crawler.library.export.ledger import Batch, Ledger
from snapshot_crawler.library.export.postgres import Table
from snapshot_crawler.library.export.selection import Chosen, Selection, check, chosen, record_of
from snapshot_crawler.library.export.targets import POSTGRES, BucketFolder, Folder, Target
from snapshot_crawler.library.library import Library
from snapshot_crawler.postgres.address import without_password

A_BATCH = 50_000  # articles of one file or transaction with --since-last: some 200 MB of JSON Lines; by choice
LOOK = 500  # keys that are looked up at once
SCRATCH = "exports"  # below DATA_DIR: files on their way to a bucket


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for. name: of an export that goes on; None: everything, once."""

    target: str
    selection: Selection
    name: str | None = None
    form: str | None = None
    table: str = "articles"
    safe_cells: bool = False
    batch: int = A_BATCH


@dataclass(slots=True)
class Done:
    """What came of it."""

    records: int = 0
    names: list[str] | None = None  # of the files or batches


def export(root: Path, order: Order, reached: Callable[[int], None] = lambda number: None) -> Done:
    """Carry an order out. Raises ConfigurationError, OutputError, LockHeldError."""
    with Library(root, "fts") as library:
        check(order.selection, library)
        target, whole = _target(root, order)
        try:
            done = Done(names=[])
            if order.name is None:
                _put(target, whole, chosen(order.selection, library), library, done, reached)
            else:
                _go_on(root, order, target, library, done, reached)
            target.drop(each.id for each in library.all_gone())
        finally:
            target.close()
    return done


def _go_on(
    root: Path, order: Order, target: Target, library: Library, done: Done, reached: Callable[[int], None]
) -> None:
    """What is new since the last time, in batches; first those over which a run has died."""
    assert order.name is not None
    with Ledger(root, order.name, without_password(order.target), order.selection.words) as ledger:
        for batch in ledger.pending():
            # a record that a newer version has replaced since is left out: the newer one comes by its own key
            wanted = (each for each in chosen(order.selection, library) if each.key in batch.keys)
            _put(target, _batch_name(order, batch), wanted, library, done, reached)
            ledger.done(batch)
        new = _new(ledger, chosen(order.selection, library))
        while part := list(islice(new, order.batch)):
            batch = ledger.plan(each.key for each in part)
            _put(target, _batch_name(order, batch), iter(part), library, done, reached)
            ledger.done(batch)


def _new(ledger: Ledger, every: Iterator[Chosen]) -> Iterator[Chosen]:
    while part := list(islice(every, LOOK)):
        new = ledger.new([each.key for each in part])
        yield from (each for each in part if each.key in new)


def _put(
    target: Target,
    name: str,
    wanted: Iterator[Chosen],
    library: Library,
    done: Done,
    reached: Callable[[int], None],
) -> None:
    def records() -> Iterator[dict[str, Any]]:
        for number, each in enumerate(wanted, 1):
            record = record_of(library, each.record)
            if record is not None:
                yield record
            reached(done.records + number)

    done.records += target.put(name, records())
    assert done.names is not None
    done.names.append(name)


def _target(root: Path, order: Order) -> tuple[Target, str]:
    """The target, and the name of a whole export in it."""
    if order.target.startswith(POSTGRES):
        return Table(order.target, order.table, all_versions=order.selection.all_versions), order.table
    is_file = order.name is None
    place, _, last = order.target.rpartition("/")
    name = last if is_file else ""
    form = order.form or (form_of(name) if is_file else "jsonl")
    if form not in FORMS:
        raise ConfigurationError(f"{form!r} is no form of an export; there are {', '.join(FORMS)}")
    if order.target.startswith(S3):
        address = place if is_file else order.target
        return BucketFolder(address, form, root / SCRATCH, safe_cells=order.safe_cells), name
    folder = Path(order.target).parent if is_file else Path(order.target)
    if not is_file and folder.is_file():
        raise ConfigurationError(f"{folder} is a file; --since-last writes a file a batch into a folder")
    return Folder(folder, form, safe_cells=order.safe_cells), name


def _batch_name(order: Order, batch: Batch) -> str:
    return f"{order.name}-{batch.number:06}.{order.form or 'jsonl'}"
