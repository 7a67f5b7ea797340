"""Pages of lists, searches, subjects and refusals, in the manner of many sites: none of them is an article."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from snapshot_crawler.pages.article.reader import read_article
from snapshot_crawler.pages.page import Page
from tests.pages.unseen.invented import others

NOW = datetime(2026, 3, 16, 12, tzinfo=UTC)
PAGES = others()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_another_kind_is_no_article(name: str) -> None:
    url, markup = PAGES[name]
    assert read_article(Page.from_bytes(markup.encode(), url=url, fetched_at=NOW)) is None
