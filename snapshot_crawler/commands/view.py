"""`scrapy view`: Scrapy's own, without a job (runs/looking.py)."""

from __future__ import annotations

from scrapy.commands.view import Command as Scrapys

from snapshot_crawler.runs.looking import Looking


class Command(Looking, Scrapys):
    """See runs/looking.py."""
