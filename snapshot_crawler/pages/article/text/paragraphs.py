"""Visible text of a few nodes as paragraphs, for selectors that a spider's author gives."""

from __future__ import annotations

from collections.abc import Iterable

from selectolax.lexbor import LexborNode

from snapshot_crawler.pages.outline import lay_out


def body_text(nodes: Iterable[LexborNode]) -> str:
    """The nodes' text, one paragraph a block, joined by blank lines; hidden parts and scripts are left out."""
    return "\n\n".join(block.text for node in nodes for block in lay_out(node).blocks if not block.box.hidden)
