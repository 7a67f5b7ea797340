"""The `scrapy` commands of this project: thin, each calls one room.

Scrapy imports this package for every command, so what all of them do at their end is registered here.
"""

from __future__ import annotations

import asyncio
import atexit
import gc
import sys
from typing import Any


def end() -> None:
    """Leave all objects out of Python's last rounds of garbage, unless an error is told only by them.

    These rounds look through all that a command has loaded, for memory that the system takes back a moment later:
    0.16 s of CPU of `scrapy list`, 0.25 s of a crawl. But an error of a Deferred or a task, for which nobody has asked,
    is logged only when the garbage that holds it is found. Looking whether there is one takes a tenth of that time.
    """
    twisted = sys.modules.get("twisted.internet.defer")
    holders = {asyncio.Task, asyncio.Future, getattr(twisted, "DebugInfo", None)}
    if not any(type(found) in holders and is_untold(found) for found in gc.get_objects()):
        gc.freeze()


def is_untold(holder: Any) -> bool:
    """Whether a future, or the DebugInfo of a Deferred, holds an error that is logged when it is collected."""
    return bool(getattr(holder, "_log_traceback", False)) or getattr(holder, "failResult", None) is not None


atexit.register(end)
