"""Clean every text of an item: characters that nobody sees, and that break readers of lines, go; words stay."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

from itemadapter import ItemAdapter
from scrapy import Item

from snapshot_crawler.items import Article, LinkRow
from snapshot_crawler.text import DIRTY, clean_text

ADDRESSES = frozenset({"url", "original_url", "id", "content_hash", "supersedes", "story", "duplicate_of"})


def clean_value(name: str, value: Any) -> Any:
    """A field's value with every text in it cleaned; '' becomes None in an Article's optional texts."""
    if isinstance(value, str):
        if name in ADDRESSES:
            return DIRTY.sub("", value) if not value.isascii() or not value.isprintable() else value
        return clean_text(value, lines=name == "body")
    if isinstance(value, list):
        if value and type(value[0]) is LinkRow:
            for row in value:
                _clean_row(row)
            return value
        return [clean_value(name, part) for part in value]
    if isinstance(value, dict):
        return {key: clean_value(key, part) for key, part in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            before = getattr(value, field.name)
            if isinstance(before, (str, list, dict)) or is_dataclass(before):
                setattr(value, field.name, clean_value(field.name, before))
    return value


def _clean_row(row: LinkRow) -> None:
    """The same for a row of a list, of which a page has many: most texts are clean already."""
    if row.title is not None:
        row.title = clean_text(row.title)
    if row.snippet is not None:
        row.snippet = clean_text(row.snippet)
    for name in ("url", "published_at"):
        text = getattr(row, name)
        if text is not None and not (text.isascii() and text.isprintable()):
            setattr(row, name, DIRTY.sub("", text))


class CleanPipeline:
    """The first pipeline; works on Articles and on any other item."""

    def process_item(self, item: Any) -> Any:
        """The same item, its texts cleaned in place."""
        if isinstance(item, Article):
            clean_value("", item)
            for name in ("title", "category", "source", "body", "published_raw"):
                if getattr(item, name) == "":
                    setattr(item, name, None)
            item.authors = [author for author in item.authors if author]
            item.breadcrumbs = [step for step in item.breadcrumbs if step]
            return item
        if isinstance(item, (dict, Item)) or ItemAdapter.is_item(item):
            adapter = ItemAdapter(item)
            for name in list(adapter):
                adapter[name] = clean_value(name, adapter[name])
        return item
