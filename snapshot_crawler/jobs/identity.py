"""A crawl that somebody starts by hand may be a scheduled job: then it goes by the job's name, and under its lock.

So `scrapy crawl news -a start=URL` continues what the timetable does with that start, and never beside it.
"""

from __future__ import annotations

from pathlib import Path

from scrapy.settings import BaseSettings

from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.jobs.places import data_dir_of
from snapshot_crawler.urls import normalise

OF_ONE_RUN = frozenset({"full"})  # arguments that make no other job


def scheduled_name(path: Path, settings: BaseSettings, spider: str, arguments: dict[str, str]) -> str | None:
    """The job of the file that is this crawl: the same spider, start, arguments and DATA_DIR; None when there is none.

    A job file with mistakes is no matter of a crawl by hand: None.
    """
    if not path.exists():
        return None
    from snapshot_crawler.jobs.jobfile import read_job_file

    try:
        file = read_job_file(path)
    except ConfigurationError:
        return None
    root = Path(settings["DATA_DIR"]).resolve()
    for job in file.jobs.values():
        place = data_dir_of(job.settings) or root
        if job.spider == spider and _same(job.args, arguments) and place.resolve() == root:
            return job.name
    return None


def _same(one: dict[str, str], other: dict[str, str]) -> bool:
    return _plain(one) == _plain(other)


def _plain(arguments: dict[str, str]) -> dict[str, object]:
    found: dict[str, object] = {name: value for name, value in arguments.items() if name not in OF_ONE_RUN}
    if "start" in arguments:
        found["start"] = frozenset(normalise(url.strip()) or url for url in arguments["start"].split(","))
    return found
