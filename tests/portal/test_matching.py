"""Keywords of subscriptions find what the search finds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshot_crawler.jobs.clock import Clock
from snapshot_crawler.library.library import Library
from snapshot_crawler.library.model import Row
from snapshot_crawler.portal.subscriptions.matching import Matcher
from snapshot_crawler.portal.subscriptions.model import Subscription, Wishes
from tests.library.outputs import built, record

TEXTS = [
    ("苏州實驗室聯盟 iPhone 15.7", "首批55家实验室组成联盟，state-of-the-art。Öl und Wärme 3700万元"),
    ("Two words of news", "The iphones and the ＩＰＨＯＮＥ; numbers 20260105 and 1.000.000, 한국어 뉴스 ไทย"),
    ("北京 上海", "一\n\n二、三。<b>粗体</b> & the end_of_line 実験 カタカナ 123456789012345"),
    ("短", "x"),
]
WORDS = """苏州 實驗 实验室 联盟 iph iPhone 15 5.7 15.7 3700 state of-the two words 北京 上 海 二、三 한국 뉴스
ไ カタカナ ＩＰＨ öl warme wärme end_of _ 012345 123456789012345 x the state-of 00 b""".split()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    records = [record(n, title=title, body=body, source=f"来源{n}") for n, (title, body) in enumerate(TEXTS)]
    with built(tmp_path_factory.mktemp("matching"), records) as opened:
        yield opened


def rows_of(library: Library) -> list[Row]:
    return list(library.newest().rows)


piece = st.sampled_from(WORDS) | st.text(st.sampled_from("".join(t + b for t, b in TEXTS)), min_size=1, max_size=5)
part = st.builds(
    lambda mark, text, quoted: mark + (f'"{text}"' if quoted else text),
    st.sampled_from(["", "-"]),
    piece,
    st.booleans(),
)
filters = st.sampled_from(
    ["source:来源1", "category:科技", "site:news", "day:2026-01-02", "from:2026-01-03", "category:无"]
)
query = st.lists(part | part | filters, max_size=4).map(" ".join)


@given(query)
def test_a_keyword_finds_what_the_search_finds(library: Library, text: str) -> None:
    rows = rows_of(library)
    me = Subscription(7, Wishes(keyword=(text,)), "zh", Clock().now(), 0.0)
    found = set(Matcher([me]).wanted(library, rows).get(7, ()))
    assert found == library.finds(text, [row.id for row in rows])
    assert found == {hit.row.id for hit in library.search(text, size=100).hits}


def test_each_gets_its_own(library: Library) -> None:
    rows, now = rows_of(library), Clock().now()
    wishes = [Wishes(keyword=("苏州", "北京")), Wishes(keyword=("北京",)), Wishes(keyword=("没有",)), Wishes()]
    found = Matcher(Subscription(n, each, "zh", now, 0.0) for n, each in enumerate(wishes)).wanted(library, rows)
    titles = {row.id: row.title for row in rows}
    assert {n: sorted(titles[name][:2] for name in names) for n, names in found.items()} == {
        0: ["北京", "苏州"],
        1: ["北京"],
    }
