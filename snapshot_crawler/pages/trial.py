"""Whether a page can be parsed in time, found out by a process of its own: lexbor cannot be stopped from outside."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import warnings
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

if sys.platform != "win32":
    import resource

LONGEST_PARSE_S = 0.5  # of CPU
PARSE_BYTES = 128 * 1024 * 1024  # a page of budget.MOST_TAGS takes a third of it; formatting that comes again took 3 GB
STATM = Path("/proc/self/statm")  # Linux: memory in pages, all of the address space first
HAS_FORK = hasattr(os, "fork")
# Where there is no fork: a new interpreter, which takes its time to start (0.1 s, on a busy machine 2 s).
LONGEST_TRIAL_S = 5.0  # by choice: start (2 s when busy) and LONGEST_PARSE_S, twice over
PROGRAM = (
    "import sys; from selectolax.lexbor import LexborHTMLParser; "
    "LexborHTMLParser(sys.stdin.buffer.read().decode('utf-8', 'replace'))"
)


def parses_in_time(text: str) -> bool:
    """Whether another process could parse text within LONGEST_PARSE_S and lived."""
    return _in_fork(text) if HAS_FORK else _in_interpreter(text)


def _limit_memory() -> None:
    """Let this process have PARSE_BYTES more than it has, where that can be told."""
    if sys.platform != "win32" and STATM.exists():
        most = int(STATM.read_text().split()[0]) * resource.getpagesize() + PARSE_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _in_fork(text: str) -> bool:
    with warnings.catch_warnings():
        # Python 3.12 warns of locks that other threads hold: the child takes none but malloc's, which survive a fork
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        _limit_memory()
        signal.signal(signal.SIGPROF, signal.SIG_DFL)  # ends the child in the middle of lexbor's code too
        signal.setitimer(signal.ITIMER_PROF, LONGEST_PARSE_S)
        code = 1
        try:
            LexborHTMLParser(text)
            code = 0
        finally:
            os._exit(code)
    return os.waitpid(child, 0)[1] == 0


def _in_interpreter(text: str) -> bool:
    try:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            input=text.encode("utf-8", "replace"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=LONGEST_TRIAL_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
