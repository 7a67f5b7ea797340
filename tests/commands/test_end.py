"""How a command's process ends."""

from __future__ import annotations

import subprocess
import sys

import pytest

CYCLE = """
class Cycle:
    def __init__(self):
        self.me = self
    def __del__(self):
        print("collected", flush=True)
import gc
gc.disable()
cycle = Cycle()
"""


@pytest.mark.parametrize(("imported", "printed"), [("snapshot_crawler.commands", ""), ("gc", "collected")])
def test_what_a_command_has_loaded_is_not_searched_for_garbage_at_its_end(imported: str, printed: str) -> None:
    script = f"import {imported}\n{CYCLE}"
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert (ended.stdout.strip(), ended.stderr) == (printed, "")


DEFERRED = """
import sys
from twisted.internet.defer import Deferred
from twisted.python import log
log.startLogging(sys.stderr)
deferred = Deferred()
deferred.me = deferred
deferred.errback(ValueError("nobody asks"))
del deferred
"""
TASK = """
import asyncio
async def fails():
    raise ValueError("nobody asks")
async def main():
    cycle = [asyncio.ensure_future(fails())]
    cycle.append(cycle)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
asyncio.run(main())
"""


@pytest.mark.parametrize("fails", [DEFERRED, TASK], ids=["Deferred", "Task"])
def test_an_error_for_which_nobody_has_asked_is_told_at_the_end(fails: str) -> None:
    script = f"import gc\ngc.disable()\nimport snapshot_crawler.commands\n{fails}"
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "nobody asks" in ended.stderr
