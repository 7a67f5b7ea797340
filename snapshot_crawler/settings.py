"""Every setting that differs from Scrapy's default, grouped by room, each with its reason.

The comment gives Scrapy's default first. Any of them can be set for one run with `-s NAME=VALUE`.
"""

from __future__ import annotations

import os
from importlib.util import find_spec

# --- The house
BOT_NAME = "snapshot_crawler"
SPIDER_MODULES = ["snapshot_crawler.spiders"]
NEWSPIDER_MODULE = "snapshot_crawler.spiders"
COMMANDS_MODULE = "snapshot_crawler.commands"
DATA_DIR = "data"  # ours: every byte of state that outlives a run is below it
JOB_NAME = ""  # ours: the job whose state, output and reports a crawl continues; empty: spider and start tell it
CONTACT = ""  # ours: a mail or web address for the user agent; a live crawl warns while it is empty

# --- Spiders (spiders/, loader.py)
SPIDER_LOADER_CLASS = "snapshot_crawler.loader.SiteLoader"  # default: imports all sites, and one broken stops all

# --- Pipelines and exporters (pipelines/, exporters.py)
ITEM_PIPELINES = {
    "snapshot_crawler.pipelines.clean.CleanPipeline": 100,
    "snapshot_crawler.pipelines.validate.ValidatePipeline": 200,
    "snapshot_crawler.pipelines.taken_down.TakenDownPipeline": 225,
    "snapshot_crawler.pipelines.quarantine.QuarantinePipeline": 250,
    "snapshot_crawler.pipelines.deduplicate.DeduplicatePipeline": 300,
}
FEED_EXPORTERS = {
    "jsonlines": "snapshot_crawler.exporters.lines.LinesExporter",  # default: json, slower, and U+2028 left raw
    "jsonl": "snapshot_crawler.exporters.lines.LinesExporter",
    "jl": "snapshot_crawler.exporters.lines.LinesExporter",
    "csv": "snapshot_crawler.exporters.documents.CsvExporter",  # default: lists as Python's repr, a header each run
    "json": "snapshot_crawler.exporters.documents.JsonExporter",  # default: a file continued by a later run is no JSON
    "xml": "snapshot_crawler.exporters.documents.XmlExporter",  # default: the same
}
SUSPECT = "export"  # ours: or "quarantine": doubtful articles go to a file of their own
FEED_EXPORT_ENCODING = "utf-8"  # default None: JSON would be written as ASCII escapes

# --- Frontier (frontier/)
SCHEDULER = "snapshot_crawler.frontier.scheduler.FrontierScheduler"  # default: in memory, or pickles in JOBDIR
FRONTIER_STORE = "snapshot_crawler.frontier.sqlite.SqliteFrontiers"  # ours: what keeps it; see frontier/store.py
DATABASE_URL = ""  # ours: postgresql://... of the database that many machines share; empty: all is below DATA_DIR
DATABASE_WAIT = 120  # ours, seconds: for how long a run waits for that database before it ends with exit code 13
FRONTIER_LEASE = 45  # ours, seconds: after which the hosts of a process that is silent go to others (docs/scaling.md)
FEED_STORAGES = {
    "": "snapshot_crawler.exporters.storage.CommittedStorage",  # default: written at once, so doubled by a crash
    "file": "snapshot_crawler.exporters.storage.CommittedStorage",
}
FAILED_RUNS_MAX = 3  # ours: runs that try a page again that failed for the time being
RETRY_REJECTED_SINCE = ""  # ours: set by `scrapy retry`: a time in UTC; the run asks only for what was rejected since
RETRY_REJECTED_REASONS: list[str] = []  # ours: the same, only for these reasons; none: for all
REVISIT_MIN = 900  # ours, seconds: first wait of a list that brings nothing new any more
REVISIT_MAX = 86_400  # ours, seconds: longest wait between two visits of a list
RECHECK_WITHIN = 0  # ours, seconds: articles younger than this are looked at again for changes; 0: never
RECHECK_EVERY = 3_600  # ours, seconds: between two such looks at one article

# --- The archive (archive/, exporters/archive.py, docs/archive.md)
ARCHIVE_ENABLED = True  # ours: keep the pages as they were received, below DATA_DIR/archive
ARCHIVE_PAGES = "articles"  # ours: those that articles came from, or "all": every page that was answered
ARCHIVE_MAXSIZE = 1_000_000_000  # ours, bytes: a file that is larger is finished, and another begun; a day ends it too
ARCHIVE_BUCKET = ""  # ours: s3://BUCKET/FOLDER, where finished files are sent (docs/scaling.md); "": they stay here
ARCHIVE_KEEP_DAYS = 0  # ours: days after which pages go, by `scrapy jobs` (jobs/keeping.py); 0: never
# --- Pages from WARC files (backfill/); `scrapy crawl NAME -a warc=... -a since=... -a until=... -a copy=1` sets them
WARC_PATHS = ""  # ours: files, folders and patterns that a run reads in the place of the network
WARC_SINCE = ""  # ours: captures of before this time are left
WARC_UNTIL = ""  # ours: captures of after this time are left
WARC_COPY = False  # ours: keep the pages that are read in this DATA_DIR's archive too

# --- De-duplication (dedup/)
DUPLICATES = "drop"  # ours: "drop" (to the duplicates file) or "mark" (exported, with duplicate_of)
DUPLICATES_INDEX = "snapshot_crawler.dedup.sqlite.SqliteRows"  # ours: what keeps the index; see dedup/rows.py

# --- Protections and pace (middlewares/)
USER_AGENT = "snapshot_crawler/0.1"  # default: Scrapy's own name; CONTACT is added when it is set
ROBOTSTXT_OBEY = True  # default False
CONCURRENT_REQUESTS_PER_DOMAIN = 1  # default 8: polite to every host
DOWNLOAD_DELAY = 1  # default 0: seconds between two requests to a host
CRAWL_DELAY_MAX = 10  # ours, seconds: a longer Crawl-delay counts as this; one site must not hold a run for days
RETRY_AFTER_MAX = 60  # ours, seconds: above it the page, then the host, is left for the next run
PRIVATE_NETWORKS_ALLOWED = ""  # ours: address:port, address or network, with commas, that address_guard.py lets pass
DOWNLOAD_HANDLERS = {
    "http": "snapshot_crawler.download.handler.HttpDownloadHandler",  # default Twisted's: see download/__init__.py
    "https": "snapshot_crawler.download.handler.HttpDownloadHandler",
    "data": None,  # no page of the web has a reason to lead to these four
    "file": None,
    "ftp": None,
    "s3": None,
}
HTTPPROXY_ENABLED = False  # default True, from the environment: the guard cannot judge what a proxy connects to
DOWNLOAD_TIMEOUT = 60  # default 180: seconds from the lookup to the last byte, so that a slow drip ends too
DOWNLOAD_MAXSIZE = 8 * 1024 * 1024  # default 1 GiB: bytes of a page, before and after decompression
DOWNLOAD_WARNSIZE = 0  # default 32 MiB: above the cap
DOWNLOAD_VERIFY_CERTIFICATES = True  # default False
TLS_UNVERIFIED_HOSTS = ""  # ours: hosts, with commas, whose certificate is not verified; a spider may name its own
LINKS_PER_PAGE_MAX = 2_000  # ours: requests taken from one page; a sitemap may have 50,000
REDIRECT_MAX_TIMES = 10  # default 20: of one page, redirects and meta refresh together
METAREFRESH_MAXDELAY = 5  # default 100: seconds; a page that is to be read for a minute first is a page
REFERRER_POLICY = "snapshot_crawler.middlewares.referrer.StrictOriginWhenCrossOrigin"  # default: the whole address
# The next three are Scrapy's own lists with our components in the place of some of Scrapy's. They are set here, and
# not in EXTENSIONS and the like, for two reasons. Scrapy imports also what EXTENSIONS switches off with None: remote
# control brings aiohttp, the telnet console twisted.conch (0.1 CPU s of each start, benchmarks/startup.py). And a
# spider's own EXTENSIONS or SPIDER_MIDDLEWARES in custom_settings would take away the project's, protections included.
# tests/test_scrapy_internals.py fails when a new version of Scrapy has a component that is not named here.
EXTENSIONS_BASE = {
    "scrapy.extensions.corestats.CoreStats": 0,
    "scrapy.extensions.logcount.LogCount": 0,
    "scrapy.extensions.memusage.MemoryUsage": 0,
    "scrapy.extensions.memdebug.MemoryDebugger": 0,
    "scrapy.extensions.closespider.CloseSpider": 0,
    "scrapy.extensions.logstats.LogStats": 0,
    "scrapy.extensions.spiderstate.SpiderState": 0,
    "snapshot_crawler.runs.doors.TelnetConsole": 0,  # Scrapy's, imported only when it is switched on
    "snapshot_crawler.runs.doors.RemoteControl": 0,  # the same
    "snapshot_crawler.exporters.feed.DurableFeedExporter": 0,  # for Scrapy's FeedExporter: see exporters/feed.py
    "snapshot_crawler.exporters.archive.PageArchive": 0,
    "snapshot_crawler.exporters.rejected.RejectedWriter": 0,
    "snapshot_crawler.middlewares.traps.walls.WallsBehindRedirects": 0,
    "snapshot_crawler.runs.stop.QuickStop": 0,
    "snapshot_crawler.runs.garbage.GarbageRounds": 0,
    "snapshot_crawler.runs.generators.UnregisteredGenerators": 0,
    "snapshot_crawler.runs.yielded.YieldedInLine": 0,
    "snapshot_crawler.runs.progress.Progress": 0,
    "snapshot_crawler.runs.driftwatch.DriftWatch": 10,  # before the report, which tells its findings
    "snapshot_crawler.runs.report.RunReport": 20,
    # left out: AutoThrottle; pace/ follows AUTOTHROTTLE_* itself
}
DOWNLOADER_MIDDLEWARES_BASE = {
    "snapshot_crawler.middlewares.scope.ScopeMiddleware": 50,  # for Scrapy's offsite: see scope.py
    "snapshot_crawler.middlewares.taken_down.TakenDownMiddleware": 60,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": 300,
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "snapshot_crawler.middlewares.retry.RetryMiddleware": 550,  # for Scrapy's: see retry.py
    "snapshot_crawler.middlewares.redirects.MetaRefreshMiddleware": 580,  # for Scrapy's: see redirects.py
    "snapshot_crawler.middlewares.content.ContentMiddleware": 585,
    "snapshot_crawler.middlewares.compression.middleware.CompressionMiddleware": 590,  # for Scrapy's: see there
    "snapshot_crawler.middlewares.robots.RobotsMiddleware": 595,  # for Scrapy's (100); sees answers before 590 does
    "snapshot_crawler.middlewares.redirects.RedirectMiddleware": 600,  # for Scrapy's: see redirects.py
    "snapshot_crawler.middlewares.cookies.CookiesMiddleware": 700,  # for Scrapy's: see cookies.py
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": 750,
    "snapshot_crawler.middlewares.traffic.Traffic": 850,  # for Scrapy's DownloaderStats: see traffic.py
    "scrapy.downloadermiddlewares.httpcache.HttpCacheMiddleware": 900,
    "snapshot_crawler.middlewares.address_guard.AddressGuard": 930,
    "snapshot_crawler.middlewares.traps.middleware.TrapMiddleware": 940,  # after robots.txt: counts what is fetched
    "snapshot_crawler.middlewares.pace.middleware.PaceMiddleware": 950,  # last: next to the downloader
}
SPIDER_MIDDLEWARES_BASE = {
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": 25,
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": 50,
    "scrapy.spidermiddlewares.referer.RefererMiddleware": 700,
    "snapshot_crawler.middlewares.limits.LinksPerPage": 800,  # for Scrapy's UrlLengthMiddleware: see limits.py
    "scrapy.spidermiddlewares.depth.DepthMiddleware": 900,
    "snapshot_crawler.frontier.parents.ParentKeys": 940,
    "snapshot_crawler.middlewares.traps.middleware.TrapLinksMiddleware": 950,  # near the spider: stops closed families
    "snapshot_crawler.middlewares.again.AskAgain": 960,  # next to the spider: it counts all that a page asks for
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": 1000,
}
RETRY_EXCEPTIONS = [
    "scrapy.exceptions.CannotResolveHostError",
    "scrapy.exceptions.DownloadConnectionRefusedError",
    "scrapy.exceptions.DownloadFailedError",
    "scrapy.exceptions.DownloadTimeoutError",
    "scrapy.exceptions.ResponseDataLossError",
    "twisted.internet.error.ConnectionDone",
    "twisted.internet.error.ConnectError",
    "twisted.internet.error.ConnectionLost",
    OSError,
    # default also TunnelError, of Twisted's handler for proxies: naming it imports that handler and pyOpenSSL
]
TELNETCONSOLE_ENABLED = False  # default True: a debugging door that no scheduled job needs
REMOTE_CONTROL_ENABLED = False  # default True: the same

# --- Runs: logs, progress, report (runs/)
PROGRESS = True  # ours: a live line where standard error is a terminal, a bar for long commands
ERROR_SHARE_MAX = None  # ours: share of failed pages (0 to 1) above which the exit code is 6; None: they do not count
ARTICLE_FAILURE_SHARE_MAX = 0.5  # ours: share of article pages that could not be had above which it is 6 too
CALLBACK_ERROR_SHARE_MAX = 0.5  # ours: the same for pages on which the spider's own code raised
MIN_ARTICLES = 0  # ours: a run with fewer new articles ends with exit code 5
DEFAULT_DROPITEM_LOG_LEVEL = "DEBUG"  # default WARNING, with the whole item: the rejected file has each with its reason
STATS_DUMP = False  # default True: the run report holds them, and the last log line is the verdict
DRIFT_WATCH = True  # ours: hold each run against the site's own history (runs/drift.py)
DRIFT_ACCEPT = False  # ours: take this run as the new custom, after a site has changed for good
LOG_LEVEL = "INFO"  # default DEBUG: a line for every page
LOG_FORMATTER = "snapshot_crawler.runs.pagelines.PageLines"  # default makes those lines also where nobody reads them

# --- Speed (docs/performance.md has what each brings)
DOWNLOADER = "snapshot_crawler.download.downloader.QuickDownloader"  # default: the same in two tasks, all awaited
ITEM_PROCESSOR = "snapshot_crawler.pipelines.line.PipelinesInLine"  # default: the same, each pipeline awaited
STATS_CLASS = "snapshot_crawler.runs.statistics.Statistics"  # default: the same, but it looks twice at every access
CONCURRENT_ITEMS = 4  # default 100: starts as many tasks and a queue for every response, which has one item
ASYNCIO_EVENT_LOOP = "uvloop.Loop" if find_spec("uvloop") else None  # default None: asyncio's, a sixth slower
GC_THRESHOLDS = (10_000, 10, 10)  # ours; Python's (700, 10, 10) looks through all responses at each page

# --- The library (library/)
BUCKET_PART_ARTICLES = 1_000  # ours: articles of an object of -o s3://...; some 5 MB of JSON Lines
BUCKET_PART_SECONDS = 300  # ours: after so long the next article ends a part; a machine that is lost takes it along
LIBRARY_ALSO = ""  # ours: DATA_DIRs of other machines whose articles the library has, too; patterns such as /machines/*
LIBRARY_ENGINE = "auto"  # ours: "fts", "tantivy" (extra search), or tantivy from 200,000 articles where it is installed

# --- The portal (portal/, docs/portal.md)
PORTAL_NAME = ""  # ours: the site's name; empty: 资讯快照, or News Snapshots for English readers
PORTAL_URL = ""  # ours: its public address behind a proxy, https://news.example; empty: as the request came
PORTAL_REQUESTS_PER_MINUTE = 300  # ours: of one client; this machine itself is not counted; 0: unbounded
PORTAL_TRUSTED_PROXIES = "127.0.0.1,::1"  # ours: addresses and networks, with commas, whose X-Forwarded-For counts
PORTAL_FEED_TEXT = "summary"  # ours: what feeds give of an article, or "full": its whole text
PORTAL_SUBSCRIPTIONS_MAX = 10_000  # ours: that readers may have; 0: none can be made
PORTAL_SUBSCRIPTIONS_PER_HOUR = 200  # ours: made within an hour, and as many mails that ask for a confirmation
PORTAL_NOTICES: list[str] = []  # ours: how readers may be told: "mail", "webhook", "tgram", ...; they need PORTAL_URL
PORTAL_MAIL = ""  # ours: the server for mails to readers: mailtos://user:password@example.org?smtp=...&from=...
PORTAL_HOOKS_ALLOWED = ""  # ours: private addresses that webhooks may reach; written as PRIVATE_NETWORKS_ALLOWED

# --- Scheduled jobs (jobs/)
JOBS_FILE = "jobs.toml"  # ours: what `scrapy jobs` runs; beside scrapy.cfg unless the path is absolute
JOBS_AT_ONCE = os.cpu_count() or 1  # ours: runs at work at the same time
JOBS_API_TOKEN = ""  # ours: who has it may start and stop runs over HTTP (jobs start --listen); empty: nobody
DISK_FREE_MIN = 100  # ours, MiB: with less free disk below DATA_DIR no scheduled run starts; 0: no floor
KEEP_RUNS = 0  # ours: so many reports, logs, outputs, ... of each job stay; 0: all, of reports and logs 500
KEEP_DAYS = 0  # ours: days after which what a run has left goes, its own output too; 0: never for its age
