"""`scrapy runspider FILE`: a spider from a file of its own, as a job like any other (crawl.py)."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.exceptions import UsageError

from snapshot_crawler.commands.crawl import Command as Crawl

if TYPE_CHECKING:
    from scrapy import Spider


class Command(Crawl):
    """Same output, state, report and exit codes as `scrapy crawl`."""

    def syntax(self) -> str:
        """Scrapy's hook."""
        return "[options] <spider_file>"

    def short_desc(self) -> str:
        """Scrapy's hook."""
        return "Run a spider from a Python file"

    def spider_class(self, name: str) -> type[Spider]:
        """The spider in the file. Raises UsageError when there is none."""
        path = Path(name)
        if not path.exists():
            raise UsageError(f"File not found: {path}\n")
        if path.suffix not in (".py", ".pyw"):
            raise UsageError(f"Not a Python source file: {path}\n")
        sys.path.insert(0, str(path.resolve().parent))
        try:
            module = import_module(path.stem)
        except ImportError as error:
            raise UsageError(f"Unable to load {str(path)!r}: {error}\n") from error
        finally:
            del sys.path[0]
        from scrapy.utils.spider import iter_spider_classes

        spiders = list(iter_spider_classes(module))
        if not spiders:
            raise UsageError(f"No spider found in file: {path}\n")
        return spiders[-1]
