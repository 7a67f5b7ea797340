"""What stands around a text and is none of it, kind by kind, in pages made up for this; and texts that stay whole."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from snapshot_crawler.pages.article.reader import read_article
from snapshot_crawler.pages.page import Page

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
TITLE = "桥修好了 公交恢复通行"
LINES = [
    f"桥昨天修好了，公交车下午就恢复通行，第{n}批乘客说，这一天他们等了两个冬天，以后不用再绕路。"
    for n in "一二三四五六"
]
SHORT = "桥昨天下午修好了，公交车恢复通行，乘客不用再绕路。镇里说，剩下的栏杆下周装完。"


def body_of(inside: str, *, head: str = "", title: str = TITLE) -> list[str]:
    top = f"<title>{title}_样例网</title>{head}"
    html = f"<html><head>{top}</head><body><h1>{title}</h1><p>2026-05-20 08:30</p>{inside}</body>"
    reading = read_article(Page.from_bytes(html.encode(), url="https://www.port.example/n/1.html", fetched_at=NOW))
    assert reading is not None and reading.article is not None
    return (reading.article.body or "").split("\n\n")


def paragraphs(lines: list[str], tag: str = "p") -> str:
    return "".join(f"<{tag}>{line}</{tag}>" for line in lines)


KEYWORDS = "，".join(f"桥梁{number}，公交{number}，通行{number}" for number in range(9000))


@pytest.mark.parametrize(
    "hidden",
    [
        f'<div style="display:none">{KEYWORDS}</div>',
        f"<div hidden>{KEYWORDS}</div>",
        f'<div class="seo d-none">{KEYWORDS}</div>',
        f'<div style="position:absolute;left:-9999px">{KEYWORDS}</div>',
        f'<div style="VISIBILITY : hidden"><p>{KEYWORDS}</p></div>',
        f'<div style="font-size:0">{KEYWORDS}</div>',
    ],
)
@pytest.mark.parametrize("visible", [LINES, [SHORT]])
def test_a_hidden_block_of_keywords_is_not_the_text(hidden: str, visible: list[str]) -> None:
    for inside in (f"<div>{paragraphs(visible)}</div>{hidden}", f"{hidden}<div>{paragraphs(visible)}</div>"):
        assert body_of(inside) == visible


@pytest.mark.parametrize(
    ("style", "is_caption"),
    [
        ("<span style='font-size: 12px; color: rgb(127, 127, 127)'>{}</span>", True),
        ("<font color='#888888'>{}</font>", True),
        ("<span style='font-size: 9pt'>{}</span>", True),
        ("<span style='font-size: 14px; color: #333'>{}</span>", False),  # as the text is
        ("<span style='color: rgb(255, 0, 0)'>{}</span>", False),
        ("<em style='color: gray'>图为</em>{}", False),  # a part of the line alone
        ("{}", False),
    ],
)
def test_a_line_behind_a_picture_is_its_caption_where_it_is_smaller_or_paler(style: str, is_caption: bool) -> None:
    line = "获奖选手与评委合影"
    caption = f"<p><img src=a.jpg></p><p style='text-align: center'>{style.format(line)}</p>"
    found = body_of(f"<div>{paragraphs(LINES[:2])}{caption}{paragraphs(LINES[2:])}</div>")
    kept = line if "图为" not in style else f"图为{line}"
    assert found == (LINES if is_caption else [*LINES[:2], kept, *LINES[2:]])


def test_in_a_text_that_is_all_small_a_line_behind_a_picture_stays() -> None:
    small = "<p><span style='font-size: 12px'>{}</span></p>"
    inside = [small.format(line) for line in [*LINES[:2], "获奖选手与评委合影", *LINES[2:]]]
    inside.insert(2, "<p><img src=a.jpg></p>")
    assert body_of(f"<div>{''.join(inside)}</div>") == [*LINES[:2], "获奖选手与评委合影", *LINES[2:]]


@pytest.mark.parametrize(
    "above",
    [
        f"<p>{LINES[0][:20]}</p>",
        f"<p>核心提示：{LINES[0][:20]}…</p>",
        f"<p>【导读】{LINES[0][:-1]}</p>",  # the whole paragraph but for its last sign
        f"<p>发布者: admin| 查看: 31| 评论: 0| 编号: 7</p><p>摘要：{LINES[0][:20]}</p>",
    ],
)
def test_a_lead_that_copies_the_first_paragraph_is_not_read_twice(above: str) -> None:
    assert body_of(f"<div>{above}{paragraphs(LINES)}</div>") == LINES


def test_a_lead_with_words_of_its_own_stays() -> None:
    assert body_of(f"<div><p>今天起，两岸的乘客又能走老路了。</p>{paragraphs(LINES)}</div>")[1:] == LINES


def test_nor_is_hidden_prose_where_the_page_shows_its_own() -> None:
    """Above hidden prose a short line alone would be a teaser."""
    hidden = f'<div style="display:none">{paragraphs(LINES * 40)}</div>'
    for inside in (f"<div>{paragraphs(LINES)}</div>{hidden}", f"{hidden}<div>{paragraphs(LINES)}</div>"):
        assert body_of(inside) == LINES


@pytest.mark.parametrize(
    "opening",
    ['<div style="display:none">', "<div hidden>", '<div class="hidden">', '<section style="visibility:hidden">'],
)
def test_a_hidden_text_is_read_where_nothing_else_is_there(opening: str) -> None:
    assert body_of(f"{opening}{paragraphs(LINES)}</div>") == LINES


@pytest.mark.parametrize(
    "names", ["hidden md:block", "d-none d-md-block", "hidden lg:flex", "overflow-hidden", "article-hidden-none"]
)
def test_what_wide_screens_show_is_shown(names: str) -> None:
    assert body_of(f'<div class="{names}">{paragraphs(LINES)}</div><p>{SHORT}</p>')[:6] == LINES


DRAWING = "data:image/svg+xml;utf8,&lt;svg style='display:none'&gt;" + "A" * 60_000


@pytest.mark.parametrize(
    "style", [f'background:url("{DRAWING}")', f"background-image: url({DRAWING.replace(chr(39), '')})"]
)
def test_a_drawing_in_a_style_hides_nothing(style: str) -> None:
    style = style.replace('"', "&quot;")
    figure = "<figure><img src=/1.jpg><figcaption>镇口的桥，远处是山，近处是等车的人和两只狗。</figcaption></figure>"
    assert body_of(f'{figure}<div style="{style}"><p>{SHORT}</p></div>') == [SHORT]


@pytest.mark.parametrize(
    "line",
    [
        "新闻热线：0571-12345678",
        "样例晚报，讲述身边的故事，欢迎关注我们的微信公众号",
        "下载样例新闻客户端，第一时间看新闻",
        "点我下载APP，看新闻还能抽奖",
        "不用抽 不用搶 現在用APP看新聞 點我下載APP 按我看活動辦法",
        "還想看更多新聞嗎？歡迎下載樣例時報APP",
        "更新时间：2026-05-20 10:00",
        "未经授权，严禁转载，违者必究",
        "本網站有權刪除任何具有種族主義性質的留言",
        "登录后即可阅读全文，会员专享",
        "本文为会员专属内容，订阅后阅读全文",
        "责任编辑：某某",
        "【延伸閱讀】",
        "相关关键词：桥、公交",
        "版权声明：本文版权归样例网所有",
        "参考资料：",
        "加入样例网官方LINE好友，掌握最新消息",
        "關鍵字： 橋 公車",
        "この記事は会員限定です。ログインして続きを読む",
        "무단전재 및 재배포 금지",
        "Follow us on our channels",
        "Already a subscriber? Sign in to read on",
        "Subscribe to our newsletter",
    ],
)
def test_a_line_behind_the_text_that_speaks_to_the_reader_is_no_part_of_it(line: str) -> None:
    for tag in ("p", "div", "span"):
        assert body_of(f"<div>{paragraphs(LINES)}<{tag}>{line}</{tag}></div>") == LINES


@pytest.mark.parametrize(
    "line",
    [
        "請繼續往下閱讀...",
        "广告 请继续往下阅读",
        "广告",
        "Advertisement",
        "Article continues below",
        "Sponsored",
        "相关阅读",
        "图片来源：样例图库",
    ],
)
def test_a_line_inside_the_text_that_labels_something_else_is_left_out(line: str) -> None:
    assert body_of(f"<div>{paragraphs([*LINES[:3], line, *LINES[3:]])}</div>") == LINES


@pytest.mark.parametrize(
    "line",
    [
        "最新消息显示，桥面的沥青已经全部铺完，只差两边的栏杆。",
        "他打电话给新闻热线的那天，桥还没有修好，镇里的人都不相信他说的话。",
        "对方出示了采矿许可证，并说备案手续早已办完，桥下的沙场可以开工。",
        "相关阅读材料已经发到每一户，镇里还请人念给看不清字的老人听。",
        "会员制的超市也在桥头开张，办卡的人从早上排到下午，队伍一直到了河边。",
        "线上留言已有一千八百条，点赞最多的一条只有八个字，桥头的人念给河边的人听。",
        "镇里从今年起禁止使用铁钉钉桥板，违者要自己掏钱换上新的木板，还要写检讨。",
        "欢迎加入修桥队的告示贴了三天，报名的有木匠、石匠和两个退休的老师。",
        "那座桥的付费用户原来只有商队，如今过桥不再收钱，评论被删除的人也不再生气。",
        "广告牌被风吹倒以后，桥头的路灯也不亮了，镇里连夜派人来修。",
    ],
)
def test_such_words_in_a_sentence_are_the_text(line: str) -> None:
    lines = [*LINES[:3], line, *LINES[3:5], f"{line[:-1]}，镇长又说。"]
    assert body_of(f"<div>{paragraphs(lines)}</div>") == lines


@pytest.mark.parametrize(
    "caption",
    [
        "镇口的桥已经修好，公交车正从桥上开过。（图：某某）",
        "鎮口的橋已經修好。（圖翻攝自地圖）",
        "財政部今天公布名單。（資料照）",
        "镇口的桥。（记者 某某 摄）",
        "The bridge at dawn. (Photo: Example Archive)",
    ],
)
def test_a_credited_line_beside_a_picture_is_its_caption(caption: str) -> None:
    for inside in (
        f"<div><p><img src=/1.jpg></p><p>{caption}</p>{paragraphs([SHORT, *LINES[:2]])}</div>",
        f"<div><img src=/1.jpg>{caption}<br>{paragraphs([SHORT, *LINES[:2]])}</div>",
    ):
        assert body_of(inside) == [SHORT, *LINES[:2]]


def test_a_sentence_with_such_a_bracket_far_from_pictures_stays() -> None:
    line = "镇里公布了两份图纸，第一份是新桥的，第二份是旧桥的（图纸由设计院提供）。"
    lines = [*LINES[:2], line, *LINES[2:]]
    assert body_of(f"<div>{paragraphs(lines)}</div>") == lines


TEXT = paragraphs(LINES)


@pytest.mark.parametrize(
    "page",
    [
        f"<title>样例新闻网</title><h1>{TITLE}</h1><p>2026-05-20</p>{TEXT}",
        f"<title>样例新闻网</title><div class=logo><h1>样例新闻网</h1></div><h2>{TITLE}</h2><p>2026-05-20</p>{TEXT}",
        f"<title>样例新闻网_样例市新闻门户</title><h3>{TITLE}</h3><p>2026-05-20</p>{TEXT}",
        f"<title>样例新闻网</title><h5>{TITLE}</h5><p>2026-05-20</p>{TEXT}",
        f"<title>样例新闻网</title><div class=title>{TITLE}</div><p>2026-05-20</p>{TEXT}",
        f"<title>样例市政府</title><p align=center><b>{TITLE}</b></p><p>发布时间：2026-05-20</p>{TEXT}",
        f"<title>样例市水利局 通知公告</title><table><tr><td class=bt>{TITLE}<tr><td>日期：2026-05-20<tr><td>"
        f"{TEXT}</table>",
        f"<title>样例新闻网</title><meta property=og:title content=样例新闻网><h1>{TITLE}</h1><p>2026-05-20</p>{TEXT}",
        f"<title>{TITLE} - 样例网</title><h1>样例网</h1><div class=hd>{TITLE}</div><p>2026-05-20</p>{TEXT}",
        f"<title>通知公告</title><a href=/n>通知公告</a><h2>通知公告</h2><h4>{TITLE}</h4><p>2026-05-20</p>{TEXT}",
    ],
)
def test_the_headline_is_the_line_set_as_one_and_not_the_site_s_name(page: str) -> None:
    reading = read_article(Page.from_bytes(page.encode(), url="https://www.port.example/n/1.html", fetched_at=NOW))
    assert reading is not None and reading.article is not None
    assert (reading.article.title, reading.article.body) == (TITLE, "\n\n".join(LINES))


@pytest.mark.parametrize(
    "below", ["<h2>桥头的人等了两个冬天才等到这一天</h2>", "<p><b>镇里说栏杆下周装完，先通公交</b></p>"]
)
def test_a_short_headline_is_not_replaced_by_the_line_below_it(below: str) -> None:
    page = f"<title>桥通了_国内_样例新闻网</title><h1>桥通了</h1>{below}<p>2026-05-20</p>{TEXT}"
    reading = read_article(Page.from_bytes(page.encode(), url="https://www.port.example/n/1.html", fetched_at=NOW))
    assert reading is not None and reading.article is not None
    assert reading.article.title == "桥通了"
