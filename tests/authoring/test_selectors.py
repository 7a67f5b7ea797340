"""The editor's line: dropped where a site names its writers, kept where the editor is all that it names."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from snapshot_crawler.authoring.selectors import Sample, editors_line
from snapshot_crawler.pages.article.reader import read_article
from snapshot_crawler.pages.page import Page
from tests.layouts.words import CHINESE, write

STORIES = write(CHINESE, "editors", 8, sections=("城事",))
AT = datetime(2026, 11, 26, tzinfo=UTC)


def samples(foot: str, signed: int) -> list[Sample]:
    """Pages with that foot, of which so many name their reporter."""
    made = []
    for number, story in enumerate(STORIES):
        by = f"<p>本报记者　{story.author}</p>" if number < signed else ""
        head = f"<h1>{story.title}</h1>{by}<p>2026-11-20 08:30</p>"
        html = f"<html><title>{story.title}</title>{head}<div>{story.html()}</div>{foot}</html>"
        page = Page.from_bytes(html.encode(), url=f"https://x.example/{number}.html", fetched_at=AT)
        reading = read_article(page)
        assert reading is not None and reading.article is not None
        made.append(Sample(page, reading.article))
    return made


@pytest.mark.parametrize(
    ("foot", "signed", "selector"),
    [
        ("<div class='edit fl'>(责编：覃小米、万木春)</div>", 6, "div.edit"),
        ("<div class=edit>(责编：覃小米、万木春)</div>", 3, None),  # most pages name the editor alone
        ("<div class=edit>(责编：覃小米、万木春)</div>", 0, None),
        ("<div class=foot>来源：样例日报 责编：覃小米</div>", 6, None),  # the source must stay
        ("<div>(责编：覃小米)</div>", 6, None),  # nothing names it
    ],
)
def test_the_editors_line_is_dropped_where_the_site_names_its_writers(
    foot: str, signed: int, selector: str | None
) -> None:
    assert editors_line(samples(foot, signed)) == selector
