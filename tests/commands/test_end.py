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
