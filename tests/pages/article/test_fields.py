"""The parts of the generic reader by themselves: language, metadata, outline, sections, pictures."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from selectolax.lexbor import LexborHTMLParser

from snapshot_crawler.pages.article.authors import chinese_authors, editors
from snapshot_crawler.pages.article.bylines import names_in
from snapshot_crawler.pages.article.reader import read_article
from snapshot_crawler.pages.article.sections import find_breadcrumbs, find_category
from snapshot_crawler.pages.article.source import dateline
from snapshot_crawler.pages.article.title import cut_site
from snapshot_crawler.pages.language import LATIN_WORD, NOT_LATIN, WORD, detect
from snapshot_crawler.pages.metadata import Metadata, read_metadata
from snapshot_crawler.pages.outline import Outline, lay_out
from snapshot_crawler.pages.page import Page, describing

NOW = datetime(2026, 3, 16, 12, tzinfo=UTC)


def outline_of(html: str) -> Outline:
    root = LexborHTMLParser(html).root
    assert root is not None
    return lay_out(root)


def lines_of(html: str) -> list[str]:
    return [block.text for block in outline_of(html).blocks]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("桥昨天修好了，公交车下午就恢复通行，不用再绕路。", "zh"),
        ("橋昨天修好了，公車下午就恢復通行，不用再繞路，這個消息讓居民開心。", "zh-Hant"),
        ("The bridge was opened to the public on Friday, and the buses are back on it.", "en"),
        ("Die Brücke ist seit gestern wieder offen, und der Bus fährt nicht mehr über das Dorf.", "de"),
        ("El puente se abrió ayer y los autobuses ya no dan la vuelta por el pueblo.", "es"),
        ("Le pont est ouvert depuis hier, et les bus ne passent plus par le village.", "fr"),
        ("Un vélo abandonné que la commune a mis de côté, en attente de pièces de rechange.", "fr"),
        ("橋は昨日開通し、バスはもう村を回りません。", "ja"),
        ("Мост открыли вчера, и автобусы снова ходят прямо.", "ru"),
        ("Міст відкрили вчора, і автобуси знову їздять прямо.", "uk"),
        ("다리가 어제 개통되어 버스가 다시 다닙니다.", "ko"),
        ("中文 page with English words: 桥修好了，公交车也恢复了，大家都很高兴。", "zh"),
        ("123 456", None),
        ("", None),
    ],
)
def test_the_text_tells_its_language(text: str, language: str | None) -> None:
    assert detect(text) == language


def test_words_of_latin_scripts_are_words_of_any() -> None:
    signs = [chr(code).lower() for code in (*range(0x250), *range(0x2010, 0x2045))]
    text = "x".join(sign for sign in signs if not NOT_LATIN.search(sign))
    assert LATIN_WORD.findall(text) == WORD.findall(text)


def test_lines_are_what_a_reader_sees() -> None:
    html = "<div>一<b>二</b>三<br>四<p>五</p>六<script>x</script><span hidden>七</span></div><pre>八\n九</pre>"
    assert lines_of(html) == ["一二三", "四", "五", "六", "八", "九"]


def test_a_line_break_in_the_source_is_a_space_between_words_and_none_between_chinese_signs() -> None:
    assert lines_of("<p>桥修\n  好了</p><p>two\nwords</p>") == ["桥修好了", "two words"]


def test_zero_width_signs_are_dropped() -> None:
    assert lines_of("<p>Donau\u00addampf\u200bschiff</p>") == ["Donaudampfschiff"]


def test_a_link_that_was_never_closed_does_not_make_the_page_a_list() -> None:
    text = "桥昨天修好了，公交车下午就恢复通行。"
    blocks = outline_of(f"<a href=/x>首页<div><p>{text}<p>{text}<p>{text}</div>").blocks
    assert all(block.link_share == 0 for block in blocks)


def test_json_ld_is_read_as_sites_write_it() -> None:
    html = """<title> A
    b </title><script type="application/ld+json">
    <!-- {"@graph": [{"@type": ["NewsArticle"], "headline": "One
    two", "author": {"@id": "#p"},}, {"@type": "Person", "@id": "#p", "name": "Ada"}]} --></script>
    <script type="application/ld+json">{broken</script><meta name="Author" content=" x  y ">"""
    tree = LexborHTMLParser(html)
    found = read_metadata(tree, describing(tree))
    assert (found.title, found.text("headline"), found.meta["author"]) == ("A b", "One two", "x y")
    assert found.people == {"#p": "Ada"}


@pytest.mark.parametrize(
    ("html", "names", "category"),
    [
        ("<p><a href=/>首页</a> -&gt; <a href=/n>产业</a> -&gt; 正文</p>", ["首页", "产业"], "产业"),
        ("<p><a href=/>トップ</a> ＞ <a href=/n>社会</a> ＞ 記事</p>", ["トップ", "社会"], "社会"),
        ("<p><a href=/>トップ</a> ＞ <a href=/n>くらし</a> ＞ ニュース詳細</p>", ["トップ", "くらし"], "くらし"),
        ("<p class=crumb><a href=/>홈</a> &gt; <a href=/n>사회</a> &gt; 기사본문</p>", ["홈", "사회"], "사회"),
        ("<p class=crumb><a href=/>홈</a> &gt; <a href=/n>뉴스</a></p>", ["홈", "뉴스"], "뉴스"),
        ("<p class=crumb><a href=/>Home</a> &gt; <a href=/n>Local</a> &gt; Article</p>", ["Home", "Local"], "Local"),
        (
            "<p class=crumb><a href=/>Start</a> &gt; <a href=/n>Kultur</a> &gt; Artikel</p>",
            ["Start", "Kultur"],
            "Kultur",
        ),
        ("<div class=crumb><a href=/>首页</a> &gt; <a href=/n>新闻</a> &gt; 正文</div>", ["首页", "新闻"], "新闻"),
        ("<p>您的位置：<a href=/>首页</a> » <a href=/n>社会</a></p>", ["首页", "社会"], "社会"),
        (
            "<ul class=breadcrumb><li><a href=/>Home</a></li><li><a href=/n>Local</a></li></ul>",
            ["Home", "Local"],
            "Local",
        ),
        ("<div><a href=/>门户</a> › <a href=/n>同城</a> › 查看内容</div>", ["门户", "同城"], "同城"),
        ("<p>三国 > 两晋 是一句话</p>", [], None),
    ],
)
def test_the_path_above_the_headline_gives_breadcrumbs(html: str, names: list[str], category: str | None) -> None:
    outline = outline_of(f"{html}<h1>桥修好了</h1><p>正文。</p>")
    place = next(block.order for block in outline.blocks if block.text == "桥修好了")
    found = find_breadcrumbs(outline, Metadata(), "桥修好了", place)
    assert (found, find_category(outline, Metadata(), found, place)) == (names, category)


def test_the_list_of_a_papers_pages_names_the_article_s_own() -> None:
    leaves = "".join(
        f"<li><a href=/{n}>第A0{n}版：{name}</a><a>PDF</a></li>" for n, name in enumerate(("要闻", "综合"), 1)
    )
    outline = outline_of(
        f"<h2>桥修好了</h2><div><i>作者：林一</i><i>版次：A02</i><i>日期：2026-05-01</i></div><p>昨天。</p>{leaves}"
    )
    assert find_category(outline, Metadata(), [], 0, 2) == "综合"


def test_a_linked_section_behind_words_of_filing() -> None:
    outline = outline_of("<h1>桥修好了</h1><p>发表于 2026-05-01 分类于 <a href=/c/1>供应链</a></p><p>昨天。</p>")
    assert find_category(outline, Metadata(), [], 0, 2) == "供应链"


def test_a_label_behind_the_text_names_the_section() -> None:
    outline = outline_of(
        "<h1>桥修好了</h1><p>昨天。</p><div>发布于 2026 年 5 月 1 日 分类：<a href=/c/1>社区</a></div>"
    )
    assert find_category(outline, Metadata(), [], 0, 1, last=2) == "社区"


@pytest.mark.parametrize(
    ("text", "house"),
    [
        ("新江湾·江湾网讯 (记者 林一) 桥修好了。", "新江湾·江湾网"),
        ("样例网12月31日讯 桥修好了。", "样例网"),
        ("新华社青禾8月1日电（记者林一）桥修好了。", "新华社"),
        ("（样例社記者林一台北5日電）橋修好了。", "样例社"),
        ("本报讯（记者 林一）桥修好了。", None),
        ("昨天，桥修好了，消息传得很快。", None),
    ],
)
def test_the_dateline_names_the_house(text: str, house: str | None) -> None:
    assert dateline(text) == house


@pytest.mark.parametrize(
    ("paragraphs", "names"),
    [
        (["（记者 林一凡 周远）桥修好了。"], ["林一凡", "周远"]),
        (["（记者林一凡、通讯员周远）桥修好了。"], ["林一凡", "周远"]),
        (["桥修好了。", "作者：林一凡"], ["林一凡"]),
        (["桥修好了。（林一凡 周远）"], ["林一凡", "周远"]),
        (["记者了解到，桥修好了。"], []),
        (["桥修好了。", "责任编辑：林一凡"], ["林一凡"]),  # where nobody else is named
        (["（记者 周远）桥修好了。", "责任编辑：林一凡"], ["周远"]),
    ],
)
def test_chinese_credits_name_the_authors(paragraphs: list[str], names: list[str]) -> None:
    assert (chinese_authors([], paragraphs, []) or editors([], paragraphs, [])) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("By Ada Fenwick and Tom Okoye", ["Ada Fenwick", "Tom Okoye"]),
        ("Von Dr. Greta Lindner", ["Greta Lindner"]),
        ("https://www.sample.example/ada", []),
        ("Updated 12 minutes ago", []),
    ],
)
def test_a_byline_is_cut_into_names(text: str, names: list[str]) -> None:
    assert names_in(text) == names


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("桥修好了 公交恢复通行_国内新闻_样例网", "桥修好了 公交恢复通行"),
        ("桥修好了公交恢复通行-样例网", "桥修好了公交恢复通行"),
        ("Bridge opens after two winters | The Port Ledger", "Bridge opens after two winters"),
        ("Bridge re-opens after two winters", "Bridge re-opens after two winters"),
        ("Harbour: the ferry is back", "Harbour: the ferry is back"),
    ],
)
def test_the_name_of_the_site_is_cut_off(title: str, headline: str) -> None:
    assert cut_site(title) == headline


def test_a_house_that_ends_the_path_is_the_source_and_no_section() -> None:
    text = "<p>城南三座旧桥的加固工程已于本周全部完工，限重标志将在月底前撤除，沿线公交恢复原有走向。</p>" * 3
    page = (
        "<title>桥修好了</title><div><a href=/>门户</a> &gt; <a href=/n>同城</a> &gt; <a href=/s>样例网</a></div>"
        f"<h1>桥修好了</h1><div><span class=source>样例网</span><span>2026-03-14 08:30</span></div>{text}"
    )
    reading = read_article(Page.from_bytes(page.encode(), url="http://a.example/1", fetched_at=NOW))
    assert reading is not None and reading.article is not None
    assert (reading.article.source, reading.article.category) == ("样例网", "同城")
