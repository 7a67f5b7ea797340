"""`scrapy view`: Scrapy's own, without a job (looking.py)."""

from __future__ import annotations

from scrapy.commands.view import Command as Scrapys

from snapshot_crawler.commands.looking import Looking


class Command(Looking, Scrapys):
    """See looking.py."""
