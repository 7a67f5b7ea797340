"""Who is exporting what: the jobs that feed an index, and whether the process behind one is alive."""

from __future__ import annotations

import os
import socket
import sqlite3
from pathlib import Path


def process_began(pid: int) -> str:
    """When a process of this machine began, as the kernel counts it; '' where it does not say or pid is gone.

    A process id is given again after a while; together with its beginning it is not.
    """
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def register(connection: sqlite3.Connection, name: str) -> int:
    """Note that this process now works for the job name; returns the job's number."""
    us = (socket.gethostname(), os.getpid(), process_began(os.getpid()))
    connection.execute(
        "INSERT INTO owners (name, host, pid, began) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (name) DO UPDATE SET host = excluded.host, pid = excluded.pid, began = excluded.began",
        (name, *us),
    )
    number: int = connection.execute("SELECT n FROM owners WHERE name = ?", (name,)).fetchone()[0]
    return number


def is_alive(connection: sqlite3.Connection, number: int) -> bool:
    """Whether the process that last worked for this job still runs. On another host that cannot be known: yes."""
    row = connection.execute("SELECT host, pid, began FROM owners WHERE n = ?", (number,)).fetchone()
    if row is None:
        return False
    host, pid, began = row
    if host != socket.gethostname():
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # it runs, as another user
    return not began or process_began(pid) == began
