"""Names that no label vouches for, beside the time or above what somebody is; all are invented."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from snapshot_crawler.pages.article.reader import read_article
from snapshot_crawler.pages.page import Page

NOW = datetime(2026, 3, 16, 12, tzinfo=UTC)
TEXT = "<p>The old landing is to open again in April, the council said on Thursday after a long dispute.</p>" * 2
CHINESE = "<p>城南三座旧桥的加固工程已于本周全部完工，限重标志将在月底前撤除，沿线公交恢复原有走向。</p>" * 3
JAPANESE = "<p>駅は利用者の減少で十年前に無人となり、待合室は長く閉ざされていたが、住民が本を寄せた。</p>" * 3


def authors_of(byline: str, text: str = TEXT, menu: str = "") -> list[str]:
    markup = f"<title>The landing opens again</title><ul>{menu}</ul><h1>The landing opens again</h1>{byline}{text}"
    reading = read_article(Page.from_bytes(markup.encode(), url="http://post.example/a", fetched_at=NOW), known=True)
    assert reading is not None and reading.article is not None
    return reading.article.authors


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("<div>Ada Winterbourne</div><div>14 March 2026</div>", ["Ada Winterbourne"]),
        ("<div>Ada Winterbourne</div><div>Coastal affairs correspondent</div>", ["Ada Winterbourne"]),
        ("<div>Ada Winterbourne (reporter)</div>", ["Ada Winterbourne"]),
        ("<div>Post <b>Gwenn LE GOUAR.</b> <span>14 March 2026</span></div>", ["Gwenn LE GOUAR"]),
        ("<div>Par Ada Winterbourne (envoyée spéciale)</div>", ["Ada Winterbourne"]),
        ("<div>By Ada Winterbourne, NDX</div>", ["Ada Winterbourne"]),
        ("<div><img src=a.jpg><b>Ada Winterbourne</b><i>redacteur Binnenland</i></div>", ["Ada Winterbourne"]),
        ("<div>14. března 2026 9:21 / Autor: Ada Winterbourne</div>", ["Ada Winterbourne"]),
        ("<div>Oprac. Ada Winterbourne</div>", ["Ada Winterbourne"]),
        ("<p><a href=/autores/ada/>Ada Winterbourne</a></p><p>Leer</p>", ["Ada Winterbourne"]),
        ("<div><span>Puerto Albar</span> - <b>14 March 2026</b></div>", []),  # a place
        ("<div>Jump to the Recipe</div><div>14 March 2026</div>", []),
        ("<div>Harbour News</div><div>14 March 2026</div>", []),  # the section of the menu
    ],
)
def test_a_name_beside_the_time_or_an_office_is_the_author(byline: str, names: list[str]) -> None:
    assert authors_of(byline, menu="<li><a href=/n/>Harbour News</a></li>") == names


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("<div>2026-03-14 12:44</div><div>样例网</div><div>谷若水</div>", ["谷若水"]),
        ("<div><span>谷若水</span><span>2026-03-14 12:44</span></div>", ["谷若水"]),
        ("<div>2026-03-14 12:44</div><div class=author>傅明</div>", ["傅明"]),
        ("<div>2026-03-14 12:44</div><div>关闭</div>", []),
        ("<div>2026-03-14 12:44</div><div>金融界</div>", []),  # a section of the menu
    ],
)
def test_a_chinese_name_of_three_alone_beside_the_time_is_the_author(byline: str, names: list[str]) -> None:
    assert authors_of(byline, CHINESE, menu="<li><a href=/n/>金融界</a></li>") == names


@pytest.mark.parametrize(
    "byline", ["<p>村上直樹 <time>2026年3月14日 9時30分</time></p>", "<p>村上直樹 : ライター</p><p>2026/03/14 6:30</p>"]
)
def test_a_japanese_name_alone_beside_the_time_is_the_author(byline: str) -> None:
    assert authors_of(byline.replace("村上直樹", "<a href=/r/>村上直樹</a>"), JAPANESE) == ["村上直樹"]
