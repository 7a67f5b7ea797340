"""The run's statistics: Scrapy's own collector, without its look at every access.

Scrapy 2.19 wraps each method of a collector, to warn of an argument (`spider`) that is no longer wanted, and looks for
the wrapped one at every access of an attribute, its own dictionary included: 2 µs for each of the forty counts of a
page. Nobody here gives that argument, and whoever does is not warned.
"""

from __future__ import annotations

from scrapy.statscollectors import MemoryStatsCollector


class Statistics(MemoryStatsCollector):
    """STATS_CLASS."""

    __getattribute__ = object.__getattribute__
