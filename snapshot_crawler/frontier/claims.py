"""Whose an output file is: a path and a job in, the open and locked file out, or a refusal.

Called by the scheduler before anything is written or cut. Two jobs that write to one file would cut each other's lines
when they recover, so a file belongs to one job at a time, and for good:

- While a run writes, it holds a lock (flock) on the file itself. The kernel lets it go when the run dies.
- Afterwards the file bears its owner's name in an extended attribute. It stays with the file under every link, name
  and spelling, and names the owner's DATA_DIR too, so a job of another DATA_DIR is refused as well. The attribute is
  believed only as long as that job's frontier still counts the file among its outputs: a DATA_DIR that was removed or
  a file that was moved away holds up nobody.

Where a file system keeps no attributes, the frontiers of the same DATA_DIR are asked instead; then only the lock keeps
out a job of another DATA_DIR. Devices and pipes belong to nobody.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import stat
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

from snapshot_crawler.exceptions import OutputTakenError, SnapshotCrawlerError
from snapshot_crawler.frontier.store import Frontiers, Store

ATTRIBUTE = "user.snapshot_crawler.owner"
NOTE = "owner"  # of the frontier: its id, so that an owner is known after its DATA_DIR was moved or made anew
NO_LOCKS = frozenset({errno.ENOLCK, errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS})  # as some network file systems say
TIMES_REPLACED = 10  # a file may be renamed away between open and lock; more often is no accident (by choice)


@dataclass(frozen=True)
class Owner:
    """A job, as the attribute of its outputs names it."""

    id: str  # random, kept in the frontier
    job: str
    data_dir: str  # absolute
    storage: str = ""  # the class of its frontiers (FRONTIER_STORE); '' in marks of earlier versions: the usual one

    @classmethod
    def of(cls, store: Store, job: str, data_dir: Path) -> Owner:
        """The job of an open frontier. data_dir: where it is."""
        name = store.get_state(NOTE)
        if name is None:
            store.set_state(NOTE, name := uuid4().hex)
        return cls(name, job, str(data_dir.resolve()))


def claim(path: Path, owner: Owner, frontiers: Frontiers) -> IO[bytes]:
    """Open a file for appending, locked and marked as the owner's; its folder is made. frontiers: of its DATA_DIR.

    Raises OutputTakenError when it is another job's, OSError when it cannot be opened.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    owner = replace(owner, storage=_storage(frontiers))
    for _ in range(TIMES_REPLACED):
        file = path.open("ab", buffering=0)
        try:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return file
            _lock(file, path)
            if not is_still_at(path, file):
                file.close()
                continue
            if (holder := holder_of(file, owner, frontiers)) is not None:
                raise OutputTakenError(
                    f"the output {path} belongs to the job {holder.job} of DATA_DIR {holder.data_dir}. Choose another "
                    "file; or move this one away, or remove that job's frontier, if the job no longer writes to it."
                )
            _mark(file, owner)
        except BaseException:
            file.close()
            raise
        return file
    raise OutputTakenError(f"the output {path} is replaced again and again by another program. Choose another file.")


def holder_of(file: IO[bytes], owner: Owner, frontiers: Frontiers) -> Owner | None:
    """The other job that an open file belongs to; None when it is the owner's or nobody's."""
    marked = _marked(file)
    where = os.fstat(file.fileno())
    if marked is not None:
        return marked if marked.id != owner.id and _writes_to(marked, where, frontiers) else None
    if where.st_size == 0:
        return None
    for job in frontiers.jobs():
        other = Owner("", job, owner.data_dir)
        if job != owner.job and _knows(frontiers, job, other, where) is not False:
            return other
    return None


def _lock(file: IO[bytes], path: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in NO_LOCKS:
            return
        holder = _marked(file)
        who = f"the job {holder.job} of DATA_DIR {holder.data_dir}" if holder else "another process"
        raise OutputTakenError(
            f"the output {path} is being written by {who}. One file belongs to one job: choose another file."
        ) from error


def is_still_at(path: Path, file: IO[Any]) -> bool:
    """Whether a path still leads to an open file: it may have been removed, or another one put in its place."""
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except OSError:
        return False


def _marked(file: IO[bytes]) -> Owner | None:
    try:
        return Owner(**json.loads(os.getxattr(file.fileno(), ATTRIBUTE)))
    except (OSError, ValueError, TypeError, AttributeError):  # none, another program's, a system without attributes
        return None


def _mark(file: IO[bytes], owner: Owner) -> None:
    if _marked(file) != owner:
        with contextlib.suppress(OSError, AttributeError):
            os.setxattr(file.fileno(), ATTRIBUTE, json.dumps(asdict(owner), ensure_ascii=False).encode())


def _writes_to(other: Owner, where: os.stat_result, frontiers: Frontiers) -> bool:
    """Whether a marked owner is still there and counts the file among its outputs; also where that cannot be read.

    An owner whose frontiers are in another storage than ours cannot be asked with our settings. Ours would know
    nothing of it and give its file away, so it keeps the file as long as its DATA_DIR is there.
    """
    if other.storage not in ("", _storage(frontiers)):
        return Path(other.data_dir).is_dir()
    theirs = frontiers.elsewhere(Path(other.data_dir))
    jobs = [other.job] if theirs.has(other.job) else theirs.jobs()  # it may have another name by now
    answers = (_knows(theirs, job, other, where) for job in jobs)
    return any(answer is not False for answer in answers)


def _knows(frontiers: Frontiers, job: str, other: Owner, where: os.stat_result) -> bool | None:
    """Whether a job's frontier is that owner's and has the file among its outputs; None where it cannot be read."""
    try:
        with closing(frontiers.read(job)) as store:
            if other.id and store.get_state(NOTE) != other.id:
                return False
            return any(_is_same(path, where) for path in store.output_paths())
    except SnapshotCrawlerError:
        return None


def _storage(frontiers: Frontiers) -> str:
    return f"{type(frontiers).__module__}.{type(frontiers).__qualname__}"


def _is_same(path: str, where: os.stat_result) -> bool:
    try:
        return os.path.samestat(Path(path).stat(), where)
    except OSError:
        return False
