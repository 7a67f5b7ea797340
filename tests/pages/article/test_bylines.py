"""Bylines as newsrooms of China, Taiwan, Hong Kong, Japan, Korea and elsewhere write them; all names are invented.

Each line stands below a headline or at an end of the text, alone and in a whole page.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from snapshot_crawler.items import Article
from snapshot_crawler.pages.article.authors import chinese_authors, editors
from snapshot_crawler.pages.article.reader import read_article
from snapshot_crawler.pages.page import Page
from tests.pages.article.test_fields import outline_of

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
SENTENCES = "橋昨天修好了，公車下午就恢復通行，居民不用再繞路，大家都說這一天等了兩個冬天。"


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("記者王小明／台北報導", "王小明"),
        ("〔記者王小明、李大華／綜合報導〕", "王小明 李大華"),
        ("社會中心／王小明報導", "王小明"),
        ("樣報快訊／王小明 2024年05月20日 08:30", "王小明"),
        ("國際中心／實習編輯王小明", "王小明"),
        ("主編／陳一心．記者／王小明", "王小明"),
        ("记者︰王小明", "王小明"),
        ("采写：样例报记者 王小明 李华", "王小明 李华"),
        ("文｜王小明 编辑｜李华", "王小明"),
        ("撰文：王小明 責任編輯：李四", "王小明"),
        ("採訪、撰文／王小明", "王小明"),
        ("王小明／高雄報導", "王小明"),
        ("記者王明高雄報導", "王明"),
        ("【記者王小明／武漢報導】", "王小明"),
        ("样例晚报记者 王小明 文/图", "王小明"),
        ("本报记者 王小明 摄影报道", "王小明"),
        ("作者 王小明 發表時間 2024-05-20", "王小明"),
        ("文/王小明 图/李华", "王小明"),
        ("（中央社記者王小明台北26日電）", "王小明"),
        ("編譯王小明／外電報導", "王小明"),
        ("记者 王小明 通讯员 李华 张军", "王小明 李华 张军"),
        ("作者：样例研究院研究员王小明", "王小明"),
        ("作者：王小明（样例大学教授）", "王小明"),
        ("作者：叨叨姐", "叨叨姐"),
        ("記者歐陽小明／台中報導", "歐陽小明"),
        ("記者王小明攝", ""),
        ("社會中心／綜合報導", ""),
        ("即時新聞／綜合報導", ""),
        ("本报记者 王小明 摄", ""),
        ("图：王小明", ""),
        ("作者：本报评论员", ""),
        ("文：综合报导", ""),
        ("责任编辑：王小明", ""),
        ("记者在现场看到桥已经修好", ""),
        ("样例网 时政", ""),
    ],
)
def test_a_chinese_byline_names_its_reporters(line: str, names: str) -> None:
    found = chinese_authors(outline_of(f"<p>{line}</p>").blocks, [SENTENCES, SENTENCES], [])
    assert found == names.split()


@pytest.mark.parametrize(
    ("last", "names"),
    [
        ("他说，桥很稳。（王小明）", ["王小明"]),
        ("他说，桥很稳。（记者 王小明 李华）", ["王小明", "李华"]),
        ("他說，橋很穩。（王小明）（完）", ["王小明"]),
        ("他说，桥很稳。（作者：王小明）", ["王小明"]),
        ("他说，桥很稳。（样例县）", []),
        ("他说，桥很稳。（完）", []),
        ("他说，桥很稳。（图片来自网络）", []),
    ],
)
def test_the_end_of_a_chinese_text_may_be_signed(last: str, names: list[str]) -> None:
    assert chinese_authors([], [SENTENCES, last], []) == names


def test_the_editor_is_asked_last() -> None:
    lines = outline_of("<p>责任编辑：王小明</p>").blocks
    assert editors([], [SENTENCES], lines) == ["王小明"]


def article(html: str, url: str = "https://www.port.example/news/1.html") -> Article:
    reading = read_article(Page.from_bytes(html.encode(), url=url, fetched_at=NOW))
    assert reading is not None and reading.article is not None
    return reading.article


@pytest.mark.parametrize(
    "markup",
    [
        "<div><span>文字</span><span>王小明</span></div>",
        "<dl><dt>採訪撰文</dt><dd>王小明</dd></dl>",
        "<table><tr><td>作者</td><td>王小明</td></tr></table>",
        "<p>文字／<a href=/author/7>王小明</a></p>",
    ],
)
def test_a_label_in_a_cell_of_its_own_names_the_next_one(markup: str) -> None:
    title = "橋修好了 公車恢復通行"
    head = f"<title>{title}</title><meta name=author content='樣例新聞網編輯部'><h1>{title}</h1><p>2026-05-20 08:30</p>"
    page = f"{head}{markup}<div class=text><p>{SENTENCES}</p><p>{SENTENCES}再一次。</p><p>{SENTENCES}又一次。</p></div>"
    assert article(page).authors == ["王小明"]
