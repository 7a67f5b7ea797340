"""What a storage of the index may offer beside rows.Rows: one transaction held over many decisions of a crawl.

`Index` asks whether a storage has these calls, and uses them between two commits of a crawl. A storage without them
commits each decision. Nobody may notice the difference but by the clock: what is held is committed before the crawl
commits its lines, and another process that comes gets in within some milliseconds.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable


@runtime_checkable
class Holding(Protocol):
    """A storage that can keep a transaction open behind the end of transaction()."""

    def hold(self) -> None:
        """From now on a transaction that is not durable may stay open while no other process has the storage open."""

    @property
    def is_held(self) -> bool:
        """Whether a transaction is open now, outside of any block."""

    def let_others_in(self) -> None:
        """End an open transaction where another process has come. Raises like flush."""

    def flush(self) -> None:
        """End an open transaction: what it holds survives a kill.

        Raises StateError or StorageError when it cannot be written, or could not: then all of it is undone, and every
        further call raises too.
        """
