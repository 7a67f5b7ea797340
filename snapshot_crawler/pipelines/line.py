"""The item pipelines in a row: an item goes through all of them; only what has to be awaited is.

ITEM_PROCESSOR. Scrapy makes a coroutine and a name for a warning for each pipeline and item; most return the item.
"""

from __future__ import annotations

from inspect import isawaitable
from typing import TYPE_CHECKING, Any

from scrapy.pipelines import ItemPipelineManager
from scrapy.utils.defer import ensure_awaitable
from scrapy.utils.deprecate import argument_is_required
from scrapy.utils.python import global_object_name
from twisted.internet.defer import Deferred

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class PipelinesInLine(ItemPipelineManager):
    """See the module's first lines."""

    def __init__(self, *pipelines: Any, crawler: Crawler) -> None:
        super().__init__(*pipelines, crawler=crawler)
        self.crawler: Crawler = crawler
        methods = [method for method in self.methods["process_item"] if method is not None]
        self.old = {method for method in methods if argument_is_required(method, "spider")}

    async def process_item_async(self, item: Any) -> Any:
        """Scrapy's hook: the item as the last pipeline gives it. Raises what a pipeline raises, DropItem too."""
        for method in self.methods["process_item"]:
            assert method is not None
            processed = method(item, self.crawler.spider) if self.old and method in self.old else method(item)
            if processed is not item and (isinstance(processed, Deferred) or isawaitable(processed)):
                processed = await ensure_awaitable(processed, _warn=global_object_name(method))
            item = processed
        return item
