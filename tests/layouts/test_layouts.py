"""Sites that nobody described: `scrapy add-site`, then a crawl with the spider that it wrote, against the truth.

Eight are common layouts, twelve further ones; fifty more were written before the readers were looked at, and twenty by
somebody who had not read them. NOT_YET names what is still wrong of each; a field that becomes right must be taken out
of it. Each adds a whole site, so most are marked slow: the others have one of each kind of list and of each language.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.layouts.adding import add, by_strangers, everything

ALL = {**everything(), **by_strangers()}
MOST_REQUESTS = 26  # of add-site: twenty-four pages, robots.txt, and one address that is guessed
MOST_LINES = 5  # that add-site proposes and a person writes
NOT_YET: dict[str, set[str]] = {}
QUICK = frozenset(
    "three-parts wordpress e-paper notices japan arabic form-lists tabs nuxt-data blog-theme cloud-app taiwan-daily "
    "korean-times valley-courier trade-portal money_news nanyang_herald".split()
)
assert set(ALL) >= QUICK
EACH = [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in ALL]


@pytest.mark.parametrize("name", EACH)
def test_a_layout_is_read_without_a_line_by_hand(name: str, tmp_path: Path) -> None:
    added = add(ALL[name](), tmp_path)
    assert added.requests <= MOST_REQUESTS
    assert added.lines <= MOST_LINES
    assert set(added.fields) == NOT_YET.get(name, set()), added.wrong[:5]
