"""Compressed output (`-o FILE.gz`, `-o FILE.zst`, ...): bytes of an export go in, whole members come out.

A compressed file may consist of several members. It can be cut between two of them and continued, so each commit of
the frontier writes one member. Where our frontier does not run, Scrapy's postprocessing plugins write the file in one
stream.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from scrapy.extensions.postprocessing import Bz2Plugin, GzipPlugin, LZMAPlugin
from scrapy.utils.misc import load_object

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


class ZstdPlugin:
    """Scrapy's postprocessing interface for Zstandard. Option of the feed: zstd_level, 1 to 22, 3 where unset."""

    def __init__(self, file: IO[bytes], feed_options: dict[str, Any]) -> None:
        """file: where the compressed bytes go; feed_options: those of the feed."""
        self.file = file
        self.compressor = zstd.ZstdCompressor(level=feed_options.get("zstd_level", 3))  # 3: Zstandard's usual level

    def write(self, data: bytes) -> int:
        """Compress bytes of the export; returns how many compressed bytes were written."""
        return self.file.write(self.compressor.compress(data))

    def close(self) -> None:
        """Write what is left."""
        self.file.write(self.compressor.flush())


PLUGIN_OF_SUFFIX = {
    ".gz": "scrapy.extensions.postprocessing.GzipPlugin",
    ".zst": "snapshot_crawler.exporters.compression.ZstdPlugin",
}
OPENER: dict[Any, Any] = {
    GzipPlugin: gzip.open,
    Bz2Plugin: bz2.open,
    LZMAPlugin: lzma.open,
    ZstdPlugin: zstd.open,
}


class Members:
    """Compression by whole members: each call makes one. A reader sees the members of a file as one text."""

    def __init__(self, plugin: Any, feed_options: dict[str, Any]) -> None:
        """plugin: one of OPENER; feed_options: those of the feed, where the plugin finds its own."""
        self.plugin, self.options = plugin, feed_options
        self.open: Callable[[Path], IO[bytes]] = OPENER[plugin]

    def __call__(self, data: bytes) -> bytes:
        """One member."""
        buffer = BytesIO()
        plugin = self.plugin(buffer, self.options)
        plugin.write(data)
        plugin.close()
        return buffer.getvalue()


def members_of(feed_options: dict[str, Any]) -> Members | None:
    """The compression of a feed by whole members; None for no plugin, for several, and for an unknown one."""
    plugins = [load_object(plugin) for plugin in feed_options.get("postprocessing") or ()]
    return Members(plugins[0], feed_options) if len(plugins) == 1 and plugins[0] in OPENER else None
