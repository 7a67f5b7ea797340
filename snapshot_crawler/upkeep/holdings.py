"""What a job holds that may have texts in it: a job in, its files of records and its archive out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from snapshot_crawler.archive.places import FOLDER as ARCHIVE
from snapshot_crawler.archive.places import SUFFIX, files_of, finished_path
from snapshot_crawler.frontier.output import final_name
from snapshot_crawler.frontier.recovery import present_path
from snapshot_crawler.frontier.store import Frontiers, Store
from snapshot_crawler.upkeep.rewriting import RecordFile

BESIDE = ("rejected", "duplicates", "quarantine")  # a file a run, which takes part in no commit
OWN = "articles"


def jobs_of(root: Path, frontiers: Frontiers) -> list[str]:
    """All jobs that have anything below a DATA_DIR."""
    folders = (path.name for kind in (*BESIDE, OWN, ARCHIVE) for path in (root / kind).glob("*") if path.is_dir())
    return sorted({*frontiers.jobs(), *folders})


def record_files(root: Path, job: str, store: Store | None) -> Iterator[RecordFile]:
    """The files of records of a job, wherever they lie. store: its frontier; None where it has none."""
    seen: set[Path] = set()
    for name in (*store.output_paths(), *store.finished_paths()) if store is not None else ():
        assert store is not None
        path = present_path(store, root, name)
        note = store.get_state(f"output/{name}") or {}
        seen.add(path.resolve())
        if path.is_file() and SUFFIX not in path.name:
            yield RecordFile(path, store.commits(name), note)
    for kind in (OWN, *BESIDE):
        for path in sorted((root / kind / job).glob("*.jsonl*")):
            if path.is_file() and not path.is_symlink() and path.resolve() not in seen:
                yield RecordFile(path)


def is_below(path: Path, root: Path) -> bool:
    """Whether a file lies below the DATA_DIR."""
    return path.resolve().is_relative_to(root.resolve())


def archive_files(root: Path, job: str) -> list[tuple[str, Path]]:
    """The WARC files of a job: the name by which records call each, below DATA_DIR, and where it lies."""
    return [(str(finished_path(path).relative_to(root)), path) for path in files_of(root, job)]


def finish_outputs(store: Store) -> None:
    """Tell the frontier the final names of outputs that were complete when their run ended, as the next run would."""
    for name in store.output_paths():
        final = final_name(Path(name))
        if not Path(name).exists() and final.exists():
            store.finish_output(name, str(final))
    store.commit({})
