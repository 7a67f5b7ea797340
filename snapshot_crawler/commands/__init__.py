"""The `scrapy` commands of this project: thin, each calls one room.

Scrapy imports this package for every command, so what all of them do at their end is registered here.
"""

from __future__ import annotations

import atexit
import gc

# Python's last rounds of garbage look through all that a command has loaded, for memory that the system takes back a
# moment later: 0.16 s of CPU of `scrapy list`, 0.25 s of a crawl. Frozen objects are left out of them.
atexit.register(gc.freeze)
