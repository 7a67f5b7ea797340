"""The text that JSON-LD repeats (articleBody), as a witness to the visible one: it confirms, corrects or replaces."""

from __future__ import annotations

import html
import re
from dataclasses import replace

from snapshot_crawler.pages.body import Body
from snapshot_crawler.pages.metadata import Metadata, squeeze
from snapshot_crawler.pages.title import bare

TAGS = re.compile(r"</?(?:p|div|br|h[1-6]|li|blockquote)\b[^>]*>", re.IGNORECASE)
OTHER_TAGS = re.compile(r"<[^>]{1,200}>")
CONFIRMED = 0.75  # of the visible text is in the declared one: what is not, is none of the article
SHORTEST = 300  # letters of a declared text that may replace the visible one
KEY = 30  # letters that identify a paragraph


def declared_text(found: Metadata) -> str:
    """articleBody without markup, its paragraphs joined by a blank line; '' when the page has none."""
    value = found.article.get("articleBody")
    if not isinstance(value, str):
        return ""
    plain = OTHER_TAGS.sub("", TAGS.sub("\n", html.unescape(value)))
    return "\n\n".join(line for line in map(squeeze, plain.splitlines()) if line)


def confirm(body: Body | None, declared: str) -> tuple[Body | None, str | None]:
    """The body without what the declared text leaves out, or the declared text where the page hides the visible one.

    (body, None) is the visible text; (body, text) says that text stands for it.
    """
    whole = bare(declared)
    if len(whole) < SHORTEST:
        return body, None
    if body is None:
        return None, declared
    keys = [bare(block.text) for block in body.blocks]
    inside = [key[:KEY] in whole for key in keys]
    total = sum(map(len, keys)) or 1
    share = sum(len(key) for key, is_inside in zip(keys, inside, strict=True) if is_inside) / total
    if total * 2 < len(whole) and (share > 0.5 or body.confidence < 0.6):
        return body, declared
    if share >= CONFIRMED:
        kept = [
            block
            for block, key, is_inside in zip(body.blocks, keys, inside, strict=True)
            if is_inside or len(key) < KEY or block.box.tag in ("li", "td", "blockquote")
        ]
        return replace(body, blocks=kept, confidence=round(max(body.confidence, share), 3)), None
    return body, None
