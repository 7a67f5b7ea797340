"""What runs have left for S3-compatible storage, sent while none is at work: a job in, its objects out.

`scrapy crawl` does it before a crawl for other jobs, and behind it for its own: parts of outputs (parts.py), and files
of the archive (warcs.py). `scrapy archive send` does it for the archive.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from snapshot_crawler.archive.places import SUFFIX, archive_folder
from snapshot_crawler.bucket import REQUEST_S
from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.exporters import parts, warcs
from snapshot_crawler.frontier.recovery import follow_data_dir
from snapshot_crawler.frontier.store import frontiers_of


def send_left(
    settings: Mapping[str, Any],
    root: Path,
    job: str,
    is_over: Callable[[], bool] = lambda: False,
    request_s: float = REQUEST_S,
) -> int:
    """Send what is complete and not registered; how many. The job's lease is held, and no run is at work.

    Files of a run that was killed are left: the next start cuts them. is_over: asked on the way whether to give up;
    request_s: how long one request may take. Raises our errors, OSError.
    """
    outgoing, archive = root.resolve() / parts.FOLDER / job, archive_folder(root, job).resolve()
    has_parts = outgoing.is_dir()
    has_warcs = warcs.archive_bucket(settings) is not None and any(archive.glob(f"*{SUFFIX}"))
    if not (has_parts or has_warcs):
        return 0
    with closing(frontiers_of(settings, root).open(job)) as store:
        if not store.get_state("stopped_cleanly"):
            return 0
        sent = parts.send_parts(store, outgoing, is_over, request_s) if has_parts else 0
        return sent + (warcs.send_warcs(store, archive, is_over, request_s) if has_warcs else 0)


def send_archive(settings: Mapping[str, Any], root: Path, job: str) -> int:
    """Send a job's finished WARC files, also those from before ARCHIVE_BUCKET was set; how many. The job's lease is
    held. Files that the frontier does not know stay. Raises our errors, OSError."""
    depot = warcs.Depot.of(settings, root, job)
    if depot is None:
        raise ConfigurationError(f"{warcs.SETTING} is not set; say where to send them, as -s {warcs.SETTING}=s3://...")
    frontiers = frontiers_of(settings, root)
    if not frontiers.has(job):
        return 0
    with closing(frontiers.open(job)) as store:
        follow_data_dir(store, root)
        for name, path in warcs.finished_here(store).items():
            note = store.get_state(f"output/{name}") or {}
            store.set_state(f"output/{name}", {warcs.TO: depot.object_of(path), **note})
        store.commit({})
        return warcs.send_warcs(store, depot.folder, lambda: False)
