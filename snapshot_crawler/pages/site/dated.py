"""The attribute rules of a spider: fields and drop as they were, for pages that were fetched in their time.

    rules = [dict(until="2026-03-01", fields={"source": "#origin a"})]

A page fetched up to that day is read by these, all later ones by the spider's own fields and drop. So a kept page is
read by the rules of its time, whenever that is done.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.pages.dates.times import CHINA
from snapshot_crawler.pages.site.fields import Corrections
from snapshot_crawler.spelling import did_you_mean

NAMES = frozenset({"until", "fields", "drop"})
DATE_LENGTH = len("2026-03-01")


@dataclass(frozen=True, slots=True)
class Dated:
    """Corrections that count for pages fetched before a moment."""

    before: datetime
    corrections: Corrections


def dated_rules(rules: Iterable[Mapping[str, Any]], zone: tzinfo | None) -> list[Dated]:
    """The rules, the oldest first. zone: of their days; None: China's. Raises ConfigurationError."""
    found = [_dated(rule, zone or CHINA) for rule in rules]
    return sorted(found, key=lambda rule: rule.before)


def _dated(rule: Mapping[str, Any], zone: tzinfo) -> Dated:
    for name in rule:
        if name not in NAMES:
            raise ConfigurationError(f"rules has {name!r}, which no rule has{did_you_mean(name, NAMES)}")
    text = str(rule.get("until", ""))
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigurationError(f"rules: until is {text!r}; it takes a day or a time, such as 2026-03-01") from None
    moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)
    last = timedelta(days=1) if len(text) == DATE_LENGTH else timedelta(microseconds=1)  # "until" takes it along
    return Dated(moment + last, Corrections(rule.get("fields") or {}, rule.get("drop") or ()))


def in_force(rules: Iterable[Dated], own: Corrections, fetched_at: datetime) -> Corrections:
    """What counts for a page of that time: the first rule that had not ended, else the spider's own."""
    return next((rule.corrections for rule in rules if fetched_at < rule.before), own)
