"""The text that JSON-LD repeats (articleBody), as a witness to the visible one: it confirms, corrects or replaces."""

from __future__ import annotations

import html
import re
from dataclasses import replace

from snapshot_crawler.pages.article.text.body import Body
from snapshot_crawler.pages.article.title import bare
from snapshot_crawler.pages.metadata import Metadata, squeeze

TAGS = re.compile(r"</?(?:p|div|br|h[1-6]|li|blockquote)\b[^>]*>", re.IGNORECASE)
OTHER_TAGS = re.compile(r"<[^>]{1,200}>")
CONFIRMED = 0.75  # share of the visible text that the declared one has too; the rest is then not the article's
SHORTEST = 300  # letters of a declared text that may replace the visible one
LONGEST = 300_000  # letters; a longer one is no article, and nobody's witness
KEY = 30  # letters that identify a paragraph
FEW = 20  # texts; looking for more one by one costs more than one walk through the whole text


def declared_text(found: Metadata) -> str:
    """articleBody without markup, its paragraphs joined by a blank line; '' when the page has none."""
    value = found.article.get("articleBody")
    if not isinstance(value, str):
        return ""
    plain = OTHER_TAGS.sub("", TAGS.sub("\n", html.unescape(value)))
    return "\n\n".join(line for line in map(squeeze, plain.splitlines()) if line)


def _those_in(whole: str, parts: set[str]) -> set[str]:
    """Those of the parts, each of KEY letters at most, that stand somewhere in whole.

    Many of one length are found in one walk: each in a search of its own would cost their product.
    """
    of_length: dict[int, set[str]] = {}
    for part in parts:
        of_length.setdefault(len(part), set()).add(part)
    found: set[str] = set()
    for length, alike in of_length.items():
        if len(alike) <= FEW:
            found |= {part for part in alike if part in whole}
        else:
            found |= alike.intersection(whole[at : at + length] for at in range(len(whole) - length + 1))
    return found


def confirm(body: Body | None, declared: str) -> tuple[Body | None, str | None]:
    """The body without what the declared text leaves out, or the declared text where the page hides the visible one.

    (body, None) is the visible text; (body, text) says that text stands for it.
    """
    whole = bare(declared)
    if not SHORTEST <= len(whole) <= LONGEST:
        return body, None
    if body is None:
        return None, declared
    keys = [bare(block.text) for block in body.blocks]
    beginnings = _those_in(whole, {key[:KEY] for key in keys})
    inside = [key[:KEY] in beginnings for key in keys]
    total = sum(map(len, keys)) or 1
    share = sum(len(key) for key, is_inside in zip(keys, inside, strict=True) if is_inside) / total
    # by choice: most of the text is in it, or the judges differ
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
