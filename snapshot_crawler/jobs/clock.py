"""The two clocks of the timetable: the wall's, which people read, and the machine's, which only goes forwards.

The wall clock can be set; the machine's cannot, and all processes since the machine's start share it. So a moment is
noted by both, and the time between two moments is told by the machine's clock wherever both fall between one start of
the machine and the next.
"""

from __future__ import annotations

import math
import sys
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
WALL_TOLERANCE_S = 60.0  # two machines that share a DATA_DIR differ by seconds; more was a clock that was set


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant by both clocks: wall in seconds since 1970, machine in seconds since its start named by boot."""

    wall: float
    machine: float
    boot: str

    def since(self, earlier: Moment) -> float:
        """Seconds from an earlier moment to this one; infinite when no clock can tell.

        That is so after a new start of the machine with a wall clock that now stands before the earlier moment.
        """
        if self.boot and self.boot == earlier.boot:
            return max(0.0, self.machine - earlier.machine)
        passed = self.wall - earlier.wall
        return max(0.0, passed) if passed > -WALL_TOLERANCE_S else math.inf


class Clock:
    """The clocks of this machine; tests put one in its place that they can move."""

    def follow(self, wall: float) -> None:
        """Hear what another clock says, in seconds since 1970. This one goes by the machine's own."""

    def now(self) -> Moment:
        """This moment."""
        return Moment(time.time(), machine_time(), boot_id())


@dataclass
class ServerClock(Clock):
    """The clock of the database that several machines share, told between two looks at it by this machine's.

    Its moments name no start of a machine: another machine's clocks say nothing of them.
    """

    offset: float | None = None  # of the database's wall clock to this machine's time

    def follow(self, wall: float) -> None:
        """See Clock."""
        self.offset = wall - machine_time()

    def now(self) -> Moment:
        """See Clock."""
        machine = machine_time()
        return Moment(time.time() if self.offset is None else self.offset + machine, machine, "")


def machine_time() -> float:
    """Seconds since the machine's start, its sleep included where the system tells."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


@cache
def boot_id() -> str:
    """What names this start of the machine; empty where the system has no such name."""
    try:
        return BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return ""
