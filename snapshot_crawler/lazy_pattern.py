"""Regular expressions made of long tables: entries go in, a pattern that is compiled at its first use comes out.

The readers of pages and the dedup rules keep their words as data, one entry a line with what it means. Such a pattern
costs 1 to 10 ms to compile. A command that reads no page never pays for it.

Python goes through a set of characters one by one: 0.7 ms for all Chinese ones, and 2.4 without regard to case. So
where a pattern has re.IGNORECASE, such a set stands in (?-i:...).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Protocol


def any_of(entries: Iterable[str]) -> str:
    """One pattern that finds any of the entries; the first that fits wins, as the table orders them."""
    return "|".join(entries)


class Finder(Protocol):
    """What search, match and fullmatch of a compiled pattern are."""

    def __call__(self, string: str, pos: int = 0, endpos: int = sys.maxsize) -> re.Match[str] | None: ...


MADE: list[LazyPattern] = []  # all of them; they are constants of modules, and stay


def compile_all() -> None:
    """Compile every pattern of what is imported. The warm parent of scheduled runs does it once for all of them."""
    for each in MADE:
        each.compiled  # noqa: B018 - a cached property


class LazyPattern:
    """A regular expression with the methods of re.Pattern; the first call of one compiles it.

    Each method is looked up once and then kept on the object: after the first call it costs what re.Pattern's own does.
    """

    def __init__(self, pattern: str, flags: re.RegexFlag = re.NOFLAG) -> None:
        self.pattern = pattern
        self.flags = flags
        MADE.append(self)

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        return re.compile(self.pattern, self.flags)

    @cached_property
    def search(self) -> Finder:
        return self.compiled.search

    @cached_property
    def match(self) -> Finder:
        return self.compiled.match

    @cached_property
    def fullmatch(self) -> Finder:
        return self.compiled.fullmatch

    @cached_property
    def findall(self) -> Callable[[str], list[str]]:
        return self.compiled.findall

    @cached_property
    def finditer(self) -> Callable[..., Iterator[re.Match[str]]]:
        return self.compiled.finditer

    @cached_property
    def split(self) -> Callable[..., list[str]]:
        return self.compiled.split

    @cached_property
    def sub(self) -> Callable[..., str]:
        return self.compiled.sub
