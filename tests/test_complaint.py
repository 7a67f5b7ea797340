"""A trouble that lasts is logged once, and again after it was over."""

from __future__ import annotations

import logging

import pytest

from snapshot_crawler.complaint import Complaint


def test_the_same_words_are_logged_once_until_it_is_over(caplog: pytest.LogCaptureFixture) -> None:
    complaint = Complaint(logging.getLogger("x"), "not done: %s")
    for word in ("full", "full", "gone", "full", "full"):
        complaint.of(OSError(word))
    complaint.is_over()
    complaint.of(OSError("full"))
    assert [record.getMessage().removeprefix("not done: ") for record in caplog.records] == [
        "full",
        "gone",
        "full",
        "full",
    ]
