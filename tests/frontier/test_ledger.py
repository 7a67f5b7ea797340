"""The order in which the outputs of a run are written."""

from __future__ import annotations

from typing import Any

from snapshot_crawler.frontier.ledger import Ledger


class Noted:
    """An output that notes when it is committed."""

    closed = False
    digest = None

    def __init__(self, path: str, order: list[str]) -> None:
        self.path, self.order = path, order

    def commit(self) -> int:
        self.order.append(self.path)
        return 1

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"{name} is not asked for")


def test_what_lines_lead_to_is_on_the_disk_before_them_whoever_came_first() -> None:
    """A kill between the two leaves a page without its line, which the next start cuts off, and never the reverse."""
    for lines_first in (True, False):
        order: list[str] = []
        ledger = Ledger()
        if lines_first:
            ledger.add(Noted("lines", order), "lines")
        ledger.add_before_lines(Noted("pages", order))
        if not lines_first:
            ledger.add(Noted("lines", order), "lines")
        assert ledger.commit() == {"pages": 1, "lines": 1}
        assert order == ["pages", "lines"]
