"""Content hashes stay what they are: another hash would make a new version of every article that was ever stored."""

from __future__ import annotations

import pytest

from snapshot_crawler.dedup.content import content_hash

STORED = [
    # (record, the hash that the first version of the crawler stored)
    ({}, "efd72d39999fbf74d0d5ed68a56830f6"),
    ({"title": "a", "body": "b"}, "bba8b23e3b191df8e4390541d3369a78"),
    (
        {
            "title": "标题",
            "body": "一 段\n\n二段",
            "source": "来源",
            "authors": ["张三", " 李 四"],
            "published_at": "2026-03-04T12:00:00+08:00",
        },
        "374ddb4eb429d9b64a0ba01254482cbf",
    ),
]


@pytest.mark.parametrize(("record", "stored"), STORED)
def test_a_stored_hash_is_the_same_today(record: dict[str, object], stored: str) -> None:
    assert content_hash(record) == stored
