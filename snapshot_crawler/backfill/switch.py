"""What makes a crawl one that reads WARC files: its arguments in, the settings that take the network away out.

`scrapy crawl` calls it before the run. Such a run is a job of its own, NAME+warc: its frontier holds captures, and that
of a live crawl holds addresses. Both share the index, so that no article comes twice.
"""

from __future__ import annotations

from typing import Any

from scrapy import Spider
from scrapy.settings import BaseSettings

from snapshot_crawler.frontier.full import yes_or_no

ARGUMENTS = ("warc", "since", "until", "copy")
OF_WARC = "+warc"  # behind the name of the job
KEPT_MIDDLEWARE = "snapshot_crawler.middlewares.content.ContentMiddleware"  # a file in the place of a page is refused
WITHOUT_NETWORK: dict[str, Any] = {
    "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), "snapshot_crawler.backfill.handler.WarcHandler"),
    "DOWNLOADER_MIDDLEWARES": {},
    "DOWNLOADER_MIDDLEWARES_BASE": {KEPT_MIDDLEWARE: 585},
    # the site was asked by somebody else and long ago: no pace, no second look, no comparison with the site of today
    "DOWNLOAD_DELAY": 0,
    "DOWNLOAD_SLOTS": {},
    "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
    "RECHECK_WITHIN": 0,
    "DRIFT_WATCH": False,
}
READER = "snapshot_crawler.backfill.reading.ArchivedPages"
OUTERMOST = 10  # of the spider middlewares: it sees what all others have let pass


def set_up(settings: BaseSettings, spider: type[Spider], arguments: dict[str, Any]) -> dict[str, Any]:
    """Make a crawl read the files of its argument warc; the arguments that are left for the spider.

    settings: the crawl's own. Raises ConfigurationError for copy= with neither yes nor no.
    """
    given = {name: str(arguments[name]) for name in ARGUMENTS if name in arguments}
    settings.setdict(WITHOUT_NETWORK, priority="cmdline")
    base = dict(settings["SPIDER_MIDDLEWARES_BASE"])
    settings.set("SPIDER_MIDDLEWARES_BASE", {**base, READER: OUTERMOST}, priority="cmdline")
    settings.set("WARC_PATHS", given["warc"], priority="cmdline")
    settings.set("WARC_SINCE", given.get("since", ""), priority="cmdline")
    settings.set("WARC_UNTIL", given.get("until", ""), priority="cmdline")
    settings.set("WARC_COPY", yes_or_no("copy", given.get("copy", "")), priority="cmdline")
    takes = {"warc"} if hasattr(spider, "takes_capture") else set()
    return {name: value for name, value in arguments.items() if name not in given or name in takes}
