"""The job file against the project: spiders, settings, and jobs that would tread on each other."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from scrapy import Spider
from scrapy.settings import BaseSettings
from scrapy.spiderloader import get_spider_loader

from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.jobs.jobfile import Mistakes
from snapshot_crawler.jobs.model import Job, JobFile
from snapshot_crawler.postgres.address import SETTING as DATABASE
from snapshot_crawler.spelling import did_you_mean
from snapshot_crawler.spiders.news import NewsSpider
from snapshot_crawler.urls import host, normalise


@dataclass(slots=True)
class Findings:
    """What the project says of a job file without mistakes. warnings: a line each. hosts: each job's, by its name."""

    warnings: list[str]
    hosts: dict[str, frozenset[str]]


def check(file: JobFile, settings: BaseSettings) -> Findings:
    """Raises JobFileError for what keeps the file from being used."""
    mistakes = Mistakes(file.path)
    spiders = _check_spiders(file.jobs.values(), settings, mistakes)
    _check_twins(file.jobs.values(), settings, mistakes)
    _check_workers(file, settings, mistakes)
    mistakes.end()
    hosts = {job.name: _hosts(job, spiders[job.name]) for job in file.jobs.values()}
    return Findings(_unknown_settings(file, settings), hosts)


def _hosts(job: Job, spider: type[Spider]) -> frozenset[str]:
    starts = job.args["start"].split(",") if "start" in job.args else getattr(spider, "start_urls", None) or ()
    return frozenset(name for url in starts if (name := host(str(url).strip())))


def _check_spiders(jobs: Iterable[Job], settings: BaseSettings, mistakes: Mistakes) -> dict[str, type[Spider]]:
    importlib.invalidate_caches()  # a site's file may be younger than this process
    loader = get_spider_loader(settings)
    spiders = {}
    for job in jobs:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                spider = loader.load(job.spider)
        except KeyError as error:
            mistakes.add(f"jobs.{job.name}", "spider", str(error.args[0]))
            continue
        except ConfigurationError as error:
            mistakes.add(f"jobs.{job.name}", "spider", str(error))
            continue
        spiders[job.name] = spider
        _check_arguments(job, spider, mistakes)
    return spiders


def _check_arguments(job: Job, spider: type[Spider], mistakes: Mistakes) -> None:
    """What the spider says of its arguments, where it is one of ours; another's constructor may do anything."""
    if issubclass(spider, NewsSpider):
        try:
            spider(**job.args)
        except ConfigurationError as error:
            key = "args" if set(job.args) - {"start"} else "start"
            mistakes.add(f"jobs.{job.name}", key, str(error))


def _check_workers(file: JobFile, settings: BaseSettings, mistakes: Mistakes) -> None:
    """Several machines need one database for what they share."""
    if file.settings.get(DATABASE) or settings.get(DATABASE):
        return
    for job in file.jobs.values():
        if job.workers > 1:
            what = f"{job.workers} machines share a job only with {DATABASE}: -s {DATABASE}=postgresql://..."
            mistakes.add(f"jobs.{job.name}", "workers", what)


def _check_twins(jobs: Iterable[Job], settings: BaseSettings, mistakes: Mistakes) -> None:
    outputs: dict[object, str] = {}
    identities: dict[object, str] = {}
    for job in jobs:
        data_dir = job.settings.get("DATA_DIR", settings["DATA_DIR"])
        start = tuple(normalise(url.strip()) or url for url in job.args.get("start", "").split(","))
        others = tuple(sorted((name, value) for name, value in job.args.items() if name != "start"))
        for found, kind, key in (
            (outputs, _output_place(job), "output"),
            (identities, (data_dir, job.spider, start, others), "start" if "start" in job.args else "spider"),
        ):
            if kind is None:
                continue
            if kind in found:
                what = "the same output" if key == "output" else "the same spider, start and args"
                mistakes.add(f"jobs.{job.name}", key, f"{what} as [jobs.{found[kind]}]; give each job its own")
            else:
                found[kind] = job.name


def _output_place(job: Job) -> object:
    """What two jobs may not have in common; None where there is none, or the run's time is in the name."""
    if job.output is None or job.output.startswith(("-", "stdout:")) or "%(time" in job.output:
        return None
    name = job.output.removeprefix("file://").replace("%(name)s", job.spider)
    if "://" in name:
        return name
    path, _, form = name.rpartition(":")
    return str(Path(path if path and "/" not in form else name).resolve())


def _unknown_settings(file: JobFile, settings: BaseSettings) -> list[str]:
    known = list(settings)
    told = []
    for table, names in (
        ("defaults", file.settings),
        *((f"jobs.{job.name}", job.settings) for job in file.jobs.values()),
    ):
        for name in names:
            if name not in settings and (table == "defaults" or name not in file.settings):
                hint = did_you_mean(name, known) or "; it takes effect only where a component of your own reads it"
                told.append(f"{file.path}: [{table}] settings.{name}: warning: Scrapy has no such setting{hint}")
    return told
