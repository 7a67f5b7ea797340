"""Pipelines in a row are called as by Scrapy's manager, whether they wait or not."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from scrapy import Spider
from scrapy.exceptions import DropItem
from scrapy.pipelines import ItemPipelineManager
from scrapy.utils.test import get_crawler

from snapshot_crawler.pipelines.line import PipelinesInLine


class Adds:
    def process_item(self, item: list[str]) -> list[str]:
        return [*item, "added"]


class Waits:
    async def process_item(self, item: list[str]) -> list[str]:
        await asyncio.sleep(0)
        return [*item, "waited"]


class Passes:
    def process_item(self, item: list[str]) -> list[str]:
        return item


class WantsTheSpider:
    def process_item(self, item: list[str], spider: Spider) -> list[str]:
        return [*item, spider.name]


class Drops:
    def process_item(self, item: list[str]) -> list[str]:
        raise DropItem(str(item))


@pytest.mark.filterwarnings("ignore:.*requires a spider argument")
@pytest.mark.parametrize("manager", [PipelinesInLine, ItemPipelineManager])
def test_an_item_goes_through_all_pipelines(manager: type[ItemPipelineManager]) -> None:
    async def process(*pipelines: Any) -> Any:
        crawler = get_crawler(Spider)
        crawler.spider = Spider("named")
        return await manager(*pipelines, crawler=crawler).process_item_async(["item"])

    assert asyncio.run(process(Adds(), Waits(), Passes(), WantsTheSpider())) == ["item", "added", "waited", "named"]
    assert asyncio.run(process()) == ["item"]
    with pytest.raises(DropItem, match="added"):
        asyncio.run(process(Adds(), Drops(), Waits()))
