"""The base of the commands that are no crawl themselves: status, explain, dedup, forget, extract, site-test, demo.

It judges the settings as `scrapy crawl` does. So a value that cannot be meant is told by every command alike: in one
line, with exit code 2. It stands here because Scrapy takes each command class that it finds in commands/ for a command
of its own.
"""

from __future__ import annotations

import argparse
from typing import Any, ClassVar

from scrapy.commands import ScrapyCommand


class OfflineCommand(ScrapyCommand):
    """A command without a crawl: it answers on standard output, and writes its errors in a line each."""

    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's hook."""
        from snapshot_crawler.runs.configuration import refuse_bad_settings

        super().process_options(args, opts)
        assert self.settings is not None
        refuse_bad_settings(self.settings)
