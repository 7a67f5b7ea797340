"""What is clean is told quickly, and told right."""

from __future__ import annotations

from snapshot_crawler.text import DIRTY, clean_text


def test_every_printable_sign_that_is_taken_out_is_seen_before_the_quick_way_out() -> None:
    passed_over = [
        sign
        for sign in map(chr, range(0x110000))
        if sign.isprintable() and DIRTY.match(sign) and clean_text(f"a{sign}b") != "ab"
    ]
    assert passed_over == []
