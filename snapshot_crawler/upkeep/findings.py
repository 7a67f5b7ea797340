"""What was found out about a file: which, where in it, and what is wrong or not proven."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(slots=True, frozen=True)
class Finding:
    """One thing to tell of a file. place: such as "line 12" or "byte 4096"; '' for the whole file.

    is_damage: the file is not as it was written. Else only that this cannot be proven, and why.
    """

    path: Path
    place: str
    what: str
    is_damage: bool = True

    def __str__(self) -> str:
        return ": ".join(filter(None, (str(self.path), self.place, self.what)))


@dataclass(slots=True)
class Tally:
    """How far a verification is. reached: told how many bytes were read so far."""

    reached: Callable[[int], None] = lambda done: None
    read: int = 0  # bytes
    files: set[Path] = field(default_factory=set)  # proven or found damaged

    def add(self, number: int) -> None:
        """So many bytes more were read."""
        self.read += number
        self.reached(self.read)
