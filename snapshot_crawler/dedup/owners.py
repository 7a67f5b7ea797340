"""The process that works for a job: what a storage of the index notes of it, and whether it is still alive."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from pathlib import Path


@dataclass(slots=True, frozen=True)
class Process:
    """A process, told apart from a later one that gets the same id. began: see process_began."""

    host: str
    pid: int
    began: str


def this_process() -> Process:
    """The process that asks."""
    return Process(socket.gethostname(), os.getpid(), process_began(os.getpid()))


def process_began(pid: int) -> str:
    """When a process of this machine began, as the kernel counts it; '' where it does not say or pid is gone.

    A process id is given again after a while; together with its beginning it is not.
    """
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]  # field 22 of proc(5): starttime
    except (OSError, IndexError):
        return ""


def is_alive(process: Process) -> bool:
    """Whether the process still runs. On another host that cannot be known: yes."""
    if process.host != socket.gethostname():
        return True
    try:
        os.kill(process.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # it runs, as another user
    return not process.began or process_began(process.pid) == process.began
