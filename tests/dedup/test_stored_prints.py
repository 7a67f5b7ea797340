"""Fingerprints stay what they are: with others, nothing that was ever stored would be found again."""

from __future__ import annotations

import hashlib

import pytest

from snapshot_crawler.dedup.fingerprint import fingerprint

CHINESE = "\n".join(
    f"第{n}段：10月{n % 28 + 1}日，大桥全长{n * 37 % 1000}米，{'通车风雨人民' * (n % 7)}第{n * n}号塔已经建成。"
    for n in range(40)
)
ENGLISH = "\n".join(
    f"Paragraph {n} says the bridge is {n * 37 % 1000} metres long and opened on May {n % 28 + 1}." for n in range(40)
)
STORED = [
    # title, body, time, SHA-256 of the packed fingerprint, keys; as they were stored before the hashes were sums of
    # products made in one call
    (
        "武汉大桥今日通车 3.5公里",
        CHINESE,
        "2024-05-01T08:00:00+08:00",
        "7bfc4e3a2d9ee016ad4c54dbb0b1577d",
        (1572530099, 1478554734, 1765003346, -371849001, -995139729, -2115359008),
    ),
    (
        "Bridge opens in Wuhan after 12 years",
        ENGLISH,
        None,
        "50ac6ee0ef3d750509f4c14acc6583d2",
        (-2035862775, -1715740048, 575437501, 18090607, -1293435683, -1817971640),
    ),
    ("短", "通车", None, "57c860904989c0b4f9d249731105a60c", (-560333641, -1466908096)),
]


@pytest.mark.parametrize(("title", "body", "published_at", "digest", "keys"), STORED)
def test_a_stored_fingerprint_is_the_same_today(
    title: str, body: str, published_at: str | None, digest: str, keys: tuple[int, ...]
) -> None:
    made = fingerprint(title, body, published_at)
    assert hashlib.sha256(made.pack()).hexdigest()[:32] == digest
    assert made.keys == keys
