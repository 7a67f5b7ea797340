"""JSON documents with a check sum inside: how a value is written goes in, text that can be proven whole comes out.

The sum is the value of the last key "check_sum". It is made over all bytes of the file, with zeros in its own place, so
any cut and any changed byte shows, white space too. Run reports, histories of drift, tombstones and orders to take down
are such documents.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from snapshot_crawler.durable import write
from snapshot_crawler.sums import sum_of

FIELD = "check_sum"
ZEROS = "0" * 32  # hex digits of an xxh3-128
LAST = re.compile(rb'"([^"]*)"\s*:\s*"([^"]*)"\s*\}$')  # key and value before the document's end
LAST_BYTES = 200  # more than such a key and value take
HELD = re.compile(rb'"check_sum": ?"([0-9a-f]{32})"')


def with_check_sum(value: Mapping[str, Any], render: Callable[[dict[str, Any]], bytes]) -> bytes:
    """The text of a value, with its check sum. render: writes JSON as ASCII or UTF-8, keys in their order."""
    text = render({**{name: each for name, each in value.items() if name != FIELD}, FIELD: ZEROS})
    before, zeros, after = text.rpartition(ZEROS.encode())
    return before + sum_of(text).hex().encode() + after if zeros else text


def write_checked(path: Path, value: Mapping[str, Any]) -> None:
    """Put a value with its check sum in a file's place, durably (durable.py). Raises OSError."""
    write(path, with_check_sum(value, lambda each: json.dumps(each, ensure_ascii=False, indent=1).encode()))


def is_whole(text: bytes) -> bool | None:
    """Whether a document is as it was written; None where it has no check sum: an earlier version wrote it."""
    held = list(HELD.finditer(text))
    if not held:  # or one that is damaged itself
        last = LAST.search(text.rstrip()[-LAST_BYTES:])
        return False if last and (last[1] == FIELD.encode() or len(last[2]) == len(ZEROS)) else None
    start, end = held[-1].span(1)
    return sum_of(text[:start] + ZEROS.encode() + text[end:]).hex().encode() == held[-1][1]
