"""`scrapy fetch`: Scrapy's own, without a job (looking.py)."""

from __future__ import annotations

from scrapy.commands.fetch import Command as Scrapys

from snapshot_crawler.commands.looking import Looking


class Command(Looking, Scrapys):
    """See looking.py."""
