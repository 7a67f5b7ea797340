"""The base of the commands that are no crawl: status, explain, dedup, forget, extract, site-test, demo.

It checks the settings as `scrapy crawl` does. So every command refuses an impossible value in the same way: one line,
exit code 2. The file is not in commands/ because Scrapy takes each command class there for a command.
"""

from __future__ import annotations

import argparse
from typing import Any, ClassVar

from scrapy.commands import ScrapyCommand


class OfflineCommand(ScrapyCommand):
    """A command without a crawl: the answer goes to standard output, each error is one line."""

    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's hook."""
        from snapshot_crawler.runs.configuration import refuse_bad_settings

        super().process_options(args, opts)
        assert self.settings is not None
        refuse_bad_settings(self.settings)
