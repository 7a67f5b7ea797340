"""Sites that nobody described: `scrapy add-site`, then a crawl with the spider that it wrote, against the truth.

Twenty layouts are read whole: eight that are common, twelve further ones; ten more were written before the readers were
looked at. NOT_YET names what is still wrong of each; a field that becomes right must be taken out of it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.layouts.adding import add
from tests.layouts.eight import EIGHT
from tests.layouts.fresh import FRESH
from tests.layouts.further import FURTHER

ALL = {**EIGHT, **FURTHER, **FRESH}
MOST_REQUESTS = 26  # of add-site: twenty-four pages, robots.txt, and one address that is guessed
NOT_YET: dict[str, set[str]] = {
    "japan": {"authors", "body"},
    "arabic": {"authors", "source"},
    "script-list": {"missing"},
    "scroll-button": {"authors"},
    "form-lists": {"missing"},
    "dates-in-list": {"published_at"},
    "next-data": {"missing"},
    "nuxt-data": {"missing"},
    "public-account": {"authors", "published_at", "source"},
    "forum": {"authors", "body", "source"},
    "frames": {"missing"},
    "node-portal": {"authors", "published_at"},
    "korean-portal": {"authors", "body"},
    "county-system": {"invented", "missing"},
    "spanish-theme": {"published_at"},
    "magazine-api": {"category"},
    "hongkong-daily": {"source"},
    "japanese-town": {"authors", "body"},
    "russian-portal": {"authors", "source"},
    "brazilian-news": {"authors"},
}


@pytest.mark.parametrize("name", ALL)
def test_a_layout_is_read_without_a_line_by_hand(name: str, tmp_path: Path) -> None:
    added = add(ALL[name](), tmp_path)
    assert added.requests <= MOST_REQUESTS
    assert set(added.fields) == NOT_YET.get(name, set()), added.wrong[:5]
