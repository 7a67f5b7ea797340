"""Imported once by the warm parent of all runs: what a crawl imports, so that a run begins with a fork.

A run of a job with nothing new costs a tenth of the CPU time of a fresh process (benchmarks/jobs.py). What can change
between two runs is imported by each run anew: the project's settings and the sites' own files. No reactor may be
installed here, since each run installs its own.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys
import warnings
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from snapshot_crawler.lazy_pattern import compile_all
from snapshot_crawler.scrapy_internals import remember_versions

# OpenBLAS starts a thread for each core when numpy is imported; no crawl needs one, and a fork wants no threads
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

ASKED = "SNAPSHOT_CRAWLER_WARM_PARENT"  # in the environment of the process that is to become the warm parent
REACTOR = "twisted.internet.reactor"  # importing it installs one
# Imported by the classes that the settings name only when a crawl begins (Scrapy 2.19)
LATE = (
    *("scrapy.cmdline", "scrapy.core.engine", "scrapy.core.scraper", "scrapy.core.downloader.middleware"),
    *(
        "scrapy.utils.engine",
        "snapshot_crawler.spiders.news",
        "snapshot_crawler.pages.site.articles",
        "concurrent.futures.thread",
        "uvloop",
    ),
    *("rich.live", "email.policy", "email.headerregistry", "sqlite3", "snapshot_crawler.jobs.child"),
    # and by the command itself, when it runs
    *("snapshot_crawler.runs.start", "snapshot_crawler.runs.configuration", "snapshot_crawler.frontier.former"),
    *("snapshot_crawler.runs.lease", "scrapy.spiderloader"),
    *("snapshot_crawler.backfill.switch", "snapshot_crawler.exporters.delivery", "snapshot_crawler.jobs.identity"),
    *("snapshot_crawler.jobs.places", "snapshot_crawler.jobs.sqlite", "snapshot_crawler.runs.receivers"),
    "snapshot_crawler.dedup.tombstone_file",
    # and when a spider is made, which naming the sites does without
    *("snapshot_crawler.pages.site.articles", "snapshot_crawler.pages.snapshot.reader"),
    # and at the first article or cookie
    *("snapshot_crawler.dedup.making", "snapshot_crawler.middlewares.cookie_jars"),
    "snapshot_crawler.pages.article.crosscheck",
)


def warm_up() -> list[str]:
    """Import everything; what cannot be imported here, each run imports for itself. Gives the names of those."""
    from scrapy.utils.misc import walk_modules_iter
    from scrapy.utils.project import get_project_settings

    left_out: list[str] = []
    sys.modules.setdefault(REACTOR, None)  # type: ignore[arg-type]  # importing it fails until this is taken away
    try:
        settings = get_project_settings()
        own = os.environ.get("SCRAPY_SETTINGS_MODULE")  # scrapy.utils.conf.init_env has set it
        for package in ("scrapy.commands", settings["COMMANDS_MODULE"]):
            with contextlib.suppress(Exception):
                list(walk_modules_iter(package or "scrapy.commands"))
        for name in (*LATE, *sorted(set(_modules_named(settings.copy_to_dict())))):
            try:
                import_module(name)
            except (Exception, SystemExit):
                left_out.append(name)
        compile_all()
        remember_versions()
        if own:
            sys.modules.pop(own, None)
    finally:
        if sys.modules.get(REACTOR, REACTOR) is None:
            del sys.modules[REACTOR]
    gc.collect()
    gc.freeze()  # the collector of a run does not touch, and so does not copy, what all runs share
    return left_out


def _modules_named(value: Any) -> Iterator[str]:
    """The modules of all classes that a setting's value names."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _modules_named(key)
            yield from _modules_named(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _modules_named(item)
    elif isinstance(value, type):
        yield value.__module__
    elif isinstance(value, str) and value.count(".") >= 1 and value.replace(".", "").replace("_", "").isalnum():
        package, _, name = value.rpartition(".")
        if name[:1].isupper() and package:
            yield package


def asked_to() -> bool:
    """Whether this process is the warm parent. Others may import this module for what is in it."""
    return os.environ.pop(ASKED, None) is not None


if asked_to():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warm_up()
