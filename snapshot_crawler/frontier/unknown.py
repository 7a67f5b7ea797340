"""Files of a job that its frontier knows nothing of: a DATA_DIR and a frontier in, what will come once more out.

The frontier may have been brought back from a backup that is older than the files, or made anew. Then articles of
these files are fetched again. Nothing can be done about it here (their lines are published, perhaps fetched by
somebody already), but the run says which files that are, once. run.py calls it when the outputs are recovered.
"""

from __future__ import annotations

import json
import logging
import os
from dataclasses import dataclass
from pathlib import Path

from snapshot_crawler.frontier.claims import ATTRIBUTE, Owner
from snapshot_crawler.frontier.output import UNFINISHED, PlannedOutput
from snapshot_crawler.frontier.recovery import LINES
from snapshot_crawler.frontier.store import Store

logger = logging.getLogger(__name__)
TOLD = "unknown_outputs"  # a note of the frontier: what was told, path to size


@dataclass(frozen=True, slots=True)
class Unknown:
    """A file, and from where on the frontier does not know it."""

    path: Path
    known: int
    size: int


def marked_files(owner: Owner, root: Path, planned: list[PlannedOutput]) -> list[Path]:
    """The job's files: its own below DATA_DIR, and those of this run that are there and bear its mark. Asked before the
    outputs are claimed, since that marks them."""
    own = (path for path in (root.resolve() / "articles" / owner.job).glob("*") if path.suffix not in UNFINISHED)
    asked = (output.path.resolve() for output in planned if output.path is not None and not output.overwrite)
    return [path for path in sorted({*own, *asked}) if path.is_file() and not path.is_symlink() and _is_of(path, owner)]


def unknown_parts(store: Store, files: list[Path]) -> list[Unknown]:
    """What stands in these files, and in no commit. Asked when they are recovered."""
    ends: dict[str, int | None] = dict.fromkeys(store.finished_paths())  # as they were when they were finished
    for name in store.output_paths():
        note = store.get_state(f"output/{name}") or {}
        ends[name] = store.boundaries(name, most=1)[0][1] if note.get("kind", LINES) == LINES else None
    sizes = {path: path.stat().st_size for path in files if ends.get(str(path), 0) is not None and path.is_file()}
    found = (Unknown(path, ends.get(str(path), 0) or 0, size) for path, size in sizes.items())
    return [each for each in found if each.size > each.known]


def tell_unknown(store: Store, files: list[Path]) -> int:
    """Say what was not said before; how many files."""
    told: dict[str, int] = store.get_state(TOLD) or {}
    new = [each for each in unknown_parts(store, files) if told.get(str(each.path)) != each.size]
    for each in new:
        what = f"from byte {each.known} to {each.size}" if each.known else f"{each.size} bytes"
        logger.warning(
            "%s: the frontier knows nothing of its lines (%s). If it was brought back from a backup that is older, or "
            "made anew, these articles come once more: move the file away, or remove doubled ids from what you read",
            each.path,
            what,
        )
    if new:
        store.set_state(TOLD, told | {str(each.path): each.size for each in new})
    return len(new)


def _is_of(path: Path, owner: Owner) -> bool:
    """Whether the file's mark names the job of this DATA_DIR, with whatever frontier."""
    try:
        mark = json.loads(os.getxattr(path, ATTRIBUTE))
        return bool(mark["id"] == owner.id or (mark["job"] == owner.job and mark["data_dir"] == owner.data_dir))
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return False
