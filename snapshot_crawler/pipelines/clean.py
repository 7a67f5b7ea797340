"""Clean every text of an item: characters that nobody sees, and that break readers of lines, go; words stay."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from functools import lru_cache
from typing import Any

from itemadapter import ItemAdapter

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
        for field in _names(type(value)):
            before = getattr(value, field)
            if before and not isinstance(before, (int, float)):
                setattr(value, field, clean_value(field, before))
    return value


@lru_cache(maxsize=100)
def _names(kind: type) -> tuple[str, ...]:
    """The names of a dataclass's fields."""
    return tuple(field.name for field in fields(kind))


def _clean_row(row: LinkRow) -> None:
    """The same for a row of a list, of which a page has many: most texts are clean already."""
    if row.title is not None:
        row.title = clean_text(row.title)
    if row.snippet is not None:
        row.snippet = clean_text(row.snippet)
    if row.url is not None and not (row.url.isascii() and row.url.isprintable()):
        row.url = DIRTY.sub("", row.url)
    if row.published_at is not None and not (row.published_at.isascii() and row.published_at.isprintable()):
        row.published_at = DIRTY.sub("", row.published_at)


def visible(value: Any) -> Any:
    """A value of an item that is no Article, without invisible characters; the value itself where it has none."""
    if isinstance(value, str):
        return DIRTY.sub("", value) if DIRTY.search(value) else value
    if type(value) is list:
        found = [visible(each) for each in value]
        return found if any(one is not other for one, other in zip(found, value, strict=True)) else value
    if type(value) is dict:
        seen = {key: visible(each) for key, each in value.items()}
        return seen if any(seen[key] is not each for key, each in value.items()) else value
    return value


class CleanPipeline:
    """The first pipeline; works on Articles. Other items are their author's: only what nobody sees is taken out."""

    def process_item(self, item: Any) -> Any:
        """The same item, its texts cleaned in place."""
        if isinstance(item, Article):
            clean_value("", item)
            for name in ("title", "category", "source", "body", "published_raw"):
                if getattr(item, name) == "":
                    setattr(item, name, None)
            item.authors = [author for author in item.authors if author]
            item.breadcrumbs = [step for step in item.breadcrumbs if step]
        elif ItemAdapter.is_item(item):
            adapter = ItemAdapter(item)
            for name, value in adapter.items():
                if (seen := visible(value)) is not value:
                    adapter[name] = seen
        return item
