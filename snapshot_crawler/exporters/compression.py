"""Compressed output: what `-o FILE.gz` and `-o FILE.zst` stand for, and how a file stays whole through a crash.

A compressed file made of whole members can be cut between two of them, and continued: each of the frontier's commits
writes one. Where our frontier does not run, Scrapy's postprocessing plugins write the file in one stream.
"""

from __future__ import annotations

import gzip
import sys
from collections.abc import Callable
from typing import IO, Any

from scrapy.extensions.postprocessing import GzipPlugin

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


class ZstdPlugin:
    """Scrapy's postprocessing interface for Zstandard. Option of the feed: zstd_level, 1 to 22, 3 where unset."""

    def __init__(self, file: IO[bytes], feed_options: dict[str, Any]) -> None:
        """file: where the compressed bytes go; feed_options: those of the feed."""
        self.file = file
        self.compressor = zstd.ZstdCompressor(level=feed_options.get("zstd_level", 3))

    def write(self, data: bytes) -> int:
        """Take bytes of the export; how many compressed bytes were written."""
        return self.file.write(self.compressor.compress(data))

    def close(self) -> None:
        """Write what is left."""
        self.file.write(self.compressor.flush())


PLUGIN_OF_SUFFIX = {
    ".gz": "scrapy.extensions.postprocessing.GzipPlugin",
    ".zst": "snapshot_crawler.exporters.compression.ZstdPlugin",
}
MAKES_WHOLE_MEMBERS: dict[Any, Callable[[bytes], bytes]] = {GzipPlugin: gzip.compress, ZstdPlugin: zstd.compress}
