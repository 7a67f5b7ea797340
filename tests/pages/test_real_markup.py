"""How much markup saved real pages have, and how many of them are counted or tried before they are parsed.

The pages are other people's and not part of the project; without them this test skips. `pytest -rP` shows the figures
that stand in pages/budget.py.
"""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from snapshot_crawler.pages import budget
from snapshot_crawler.pages.encoding import decode
from snapshot_crawler.pages.markup import ATTRIBUTE, has_short_tags, tokens

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
MOST_TRIED = 0.01  # of real pages
LONGEST_TAG = 10_000  # characters that are looked at
QUANTILES = (0.5, 0.95, 0.99, 1)


def figures(source: str) -> dict[str, int]:
    """What budget.check asks of a page."""
    depth = deepest = attributes = number = 0
    formatting = budget._OpenFormatting()
    for token in tokens(source):
        number += 1
        tag = source[token.start : min(token.end, token.start + LONGEST_TAG)]
        if token.name:
            attributes = max(attributes, len(ATTRIBUTE.findall(tag.partition(">")[0], 1)))
        if token.name and token.name not in budget.NEVER_NESTED:
            depth = max(0, depth + (-1 if token.is_closing else 1))
            deepest = max(deepest, depth)
        if token.name in budget.FORMATTING or token.name in budget.BOUNDARIES:
            formatting.add(token.name, is_closing=token.is_closing)
    return {
        "characters": len(source),
        "signs <": source.count("<"),
        "tags and comments": number,
        "attributes of one tag": attributes,
        "elements inside each other": deepest,
        "open formatting x tags": formatting.most * number,
    }


def test_hardly_any_real_page_is_tried_by_another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    files = sorted(DATA.glob("extraction-dev*/html/*.html.gz"))
    if not files:
        pytest.skip(f"the measuring data is not at hand: {DATA}")
    pages = [decode(gzip.decompress(file.read_bytes()))[0] for file in files]
    tried: list[str] = []
    monkeypatch.setattr(budget, "parses_in_time", lambda text: not tried.append(text))
    for page in pages:
        budget.check(page)
    escaped = sum(not has_short_tags(page, budget._harmless_attributes(len(page))) for page in pages)
    counted = sum(not budget._has_few_tags(page) for page in pages)
    print(f"{len(pages)} pages, {escaped} with escaped signs, {counted} counted, {len(tried)} tried")
    rows = [figures(page) for page in pages]
    for name in rows[0]:
        values = sorted(row[name] for row in rows)
        print(f"{name:28}", *[f"{values[int(share * (len(values) - 1))]:10,}" for share in QUANTILES])
    assert len(tried) <= MOST_TRIED * len(pages)
