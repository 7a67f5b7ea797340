"""Every setting that differs from Scrapy's default, grouped by room, each with its reason.

The comment gives Scrapy's default first. Any of them can be set for one run with `-s NAME=VALUE`.
"""

from __future__ import annotations

# --- The house
BOT_NAME = "snapshot_crawler"
SPIDER_MODULES = ["snapshot_crawler.spiders"]
NEWSPIDER_MODULE = "snapshot_crawler.spiders"
COMMANDS_MODULE = "snapshot_crawler.commands"
DATA_DIR = "data"  # ours: every byte of state that outlives a run is below it
CONTACT = ""  # ours: a mail or web address for the user agent; a live crawl warns while it is empty

# --- Spiders (spiders/, loader.py)

# --- Pipelines and exporters (pipelines/, exporters.py)
FEED_EXPORT_ENCODING = "utf-8"  # default None: JSON would be written as ASCII escapes

# --- Frontier (frontier/)

# --- De-duplication (dedup/)

# --- Protections and pace (middlewares/)
USER_AGENT = "snapshot_crawler/0.1"  # default: Scrapy's own name; CONTACT is added when it is set
ROBOTSTXT_OBEY = True  # default False
CONCURRENT_REQUESTS_PER_DOMAIN = 1  # default 8: polite to every host
DOWNLOAD_DELAY = 1  # default 0: seconds between two requests to a host
TELNETCONSOLE_ENABLED = False  # default True: a debugging door that no scheduled job needs
REMOTE_CONTROL_ENABLED = False  # default True: the same

# --- Runs: logs, progress, report (runs/)
LOG_LEVEL = "INFO"  # default DEBUG: a line for every page
