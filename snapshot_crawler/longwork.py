"""How far long work has come: steps in, a bar on a terminal or plain lines in a pipe out, both on standard error.

For commands that take minutes and make no requests (dedup, extract over a manifest, site-test). A crawl has a line of
its own (runs/progress.py). Nothing is shown with -q, with the setting PROGRESS = False, or where the command's own
output goes to the same terminal.

    with LongWork.of("extract", "pages", total, self.settings, opts) as work:
        for answer in work.each(answers):
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar

PLAIN_EVERY_S = 5.0  # by choice: a log of an hour has some hundred lines, and nobody waits long for the next
SOON_S = 2.0  # by choice: work that is done by then shows no plain line
Value = TypeVar("Value")


def add_quiet_option(parser: argparse.ArgumentParser) -> None:
    """The option -q of a command that shows its progress."""
    parser.add_argument("-q", "--quiet", action="store_true", help="show no progress")


class LongWork:
    """One piece of work. name: the command; unit: what is counted, in the plural; total: how many, None: not known."""

    def __init__(self, name: str, unit: str, total: int | None = None, *, is_shown: bool = True) -> None:
        self.name, self.unit, self.total, self.is_shown = name, unit, total, is_shown
        self.done = 0
        self.begun = time.monotonic()
        self.next_line = self.begun + SOON_S
        self.bar: Any = None  # rich.progress.Progress, imported only where there is a terminal

    @classmethod
    def of(
        cls,
        name: str,
        unit: str,
        total: int | None,
        settings: Mapping[str, Any] | None,
        options: argparse.Namespace,
        *,
        to_screen: bool = False,
    ) -> Self:
        """The work of a command. to_screen: the command writes to standard output while it works."""
        is_wanted = str((settings or {}).get("PROGRESS", True)) not in ("False", "0", "false")
        on_one_screen = to_screen and sys.stdout.isatty() and sys.stderr.isatty()
        return cls(name, unit, total, is_shown=is_wanted and not options.quiet and not on_one_screen)

    def __enter__(self) -> Self:
        if self.is_shown and sys.stderr.isatty():
            self.bar = _bar(self.name, self.total)
            self.bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self.bar is not None:
            self.bar.stop()

    def each(self, values: Iterable[Value]) -> Iterator[Value]:
        """The values, one step each: a value's step is done when the next one is asked for."""
        for value in values:
            yield value
            self.reached(self.done + 1)

    def reached(self, done: int) -> None:
        """So many are done, out of total."""
        self.done = done
        if self.bar is not None:
            self.bar.update(self.bar.task_ids[0], completed=done)
        elif self.is_shown and (now := time.monotonic()) >= self.next_line:
            self.next_line = now + PLAIN_EVERY_S
            print(self.line(now), file=sys.stderr, flush=True)

    def line(self, now: float) -> str:
        """The plain line at a moment of the monotonic clock: name, done of total, rate, and what is left."""
        a_second = self.done / max(now - self.begun, 0.001)  # 0.001: never a division by nothing
        parts = [f"{self.done:,} {self.unit}", f"{a_second:,.0f} a second"]
        if self.total:
            parts[0] = f"{self.done:,} of {self.total:,} {self.unit} ({min(1.0, self.done / self.total):.0%})"
            left_s = max(0, self.total - self.done) / a_second if a_second else 0
            parts.append(f"about {left_s:,.0f} s left")
        return f"{self.name}: {', '.join(parts)}"


def _bar(name: str, total: int | None) -> Any:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TaskProgressColumn())
    bar = Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True)
    bar.add_task(name, total=total)
    return bar
