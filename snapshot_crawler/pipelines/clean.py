"""Clean the texts of an item: an item in, the same item out, without characters that nobody sees.

The first pipeline. Such characters break the programs that read the output line by line; visible text is kept. How
each text of an Article is cleaned follows from its declaration in items.py (items.Text). Items of plain spiders belong
to their author: only invisible characters are taken out of them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from itemadapter import ItemAdapter

from snapshot_crawler.items import Article, Described, Text, described
from snapshot_crawler.text import DIRTY, clean_text

Clean = Callable[[Any], Any]  # a field's value in, the cleaned value out; the same object where nothing had to change


def clean_record(record: Any) -> None:
    """Clean an Article or one of its parts in place."""
    for name, clean in _cleaners(record.__class__):
        before = getattr(record, name)
        if before and (after := clean(before)) is not before:
            setattr(record, name, after)


@cache
def _cleaners(kind: type) -> tuple[tuple[str, Clean], ...]:
    """The fields that have anything to clean, and how; worked out once for each kind of record."""
    return tuple((each.name, _cleaner(each)) for each in described(kind) if each.is_part or each.about.text)


def _cleaner(each: Described) -> Clean:
    """How a field's value is cleaned. Values of another type than declared are left to the validating pipeline."""
    if each.is_part:
        return _parts if each.is_list else _part
    if each.about.text in (Text.LINE, Text.WORD):
        one = _line_or_none if each.is_words and each.is_optional else _line
    else:
        one = _paragraphs if each.about.text is Text.PARAGRAPHS else _exact
    return _each(one) if each.is_list else one


def _line(value: Any) -> Any:
    return clean_text(value) if isinstance(value, str) else value


def _line_or_none(value: Any) -> Any:
    return (clean_text(value) or None) if isinstance(value, str) else value


def _paragraphs(value: Any) -> Any:
    return (clean_text(value, lines=True) or None) if isinstance(value, str) else value


def _exact(value: Any) -> Any:
    """Addresses, names and times: most are plain ASCII, which is asked in a tenth of the search's time."""
    if not isinstance(value, str) or (value.isascii() and value.isprintable()):
        return value
    return DIRTY.sub("", value)


def _each(clean: Clean) -> Clean:
    def cleaned(values: Any) -> Any:
        return [value for each in values if (value := clean(each))] if isinstance(values, list) else values

    return cleaned


def _parts(values: Any) -> Any:
    for value in values if isinstance(values, list) else ():
        _part(value)
    return values


def _part(value: Any) -> Any:
    if hasattr(value, "__dataclass_fields__"):
        clean_record(value)
    return value


def without_invisible(value: Any) -> Any:
    """A value of a plain spider's item without invisible characters; the value itself where it has none."""
    if isinstance(value, str):
        return DIRTY.sub("", value) if DIRTY.search(value) else value
    if type(value) is list:
        found = [without_invisible(each) for each in value]
        return found if any(one is not other for one, other in zip(found, value, strict=True)) else value
    if type(value) is dict:
        seen = {key: without_invisible(each) for key, each in value.items()}
        return seen if any(seen[key] is not each for key, each in value.items()) else value
    return value


class CleanPipeline:
    """See the module's first lines."""

    def process_item(self, item: Any) -> Any:
        """The same item, its texts cleaned in place."""
        if isinstance(item, Article):
            clean_record(item)
        elif ItemAdapter.is_item(item):
            adapter = ItemAdapter(item)
            for name, value in adapter.items():
                if (cleaned := without_invisible(value)) is not value:
                    adapter[name] = cleaned
        return item
