"""Rules of earlier layouts: which counts for a page, by the day it was fetched."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.pages.site.dated import dated_rules, in_force
from snapshot_crawler.pages.site.fields import Corrections

OWN = Corrections({"title": "h3"})


@pytest.mark.parametrize(
    ("moment", "rule"),
    [
        ("2025-06-01T00:00:00+08:00", "h1"),
        ("2025-12-31T23:59:59+08:00", "h1"),  # the day itself is taken along, in the site's zone
        ("2026-01-01T00:00:00+08:00", "h2"),
        ("2026-03-01T12:00:00+08:00", "h2"),
        ("2026-03-01T12:00:01+08:00", "h3"),
    ],
)
def test_the_first_rule_that_had_not_ended_counts(moment: str, rule: str) -> None:
    rules = [
        {"until": "2026-03-01T12:00:00+08:00", "fields": {"title": "h2"}},
        {"until": "2025-12-31", "fields": {"title": "h1"}},
    ]
    found = in_force(dated_rules(rules, None), OWN, datetime.fromisoformat(moment))
    assert found.fields == {"title": rule}


@pytest.mark.parametrize(
    "rule",
    [
        {"fields": {}},
        {"until": "soon"},
        {"until": "2026-03-01", "field": {}},
        {"until": "2026-03-01", "fields": {"titel": "h1"}},
        {"until": "2026-03-01", "drop": ["p:::"]},
    ],
)
def test_rules_that_mean_nothing_are_refused(rule: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        dated_rules([rule], None)
