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
        ("作者：王小明和李大华", "王小明 李大华"),
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
        ("本报记者 王 明 李小华", "王明 李小华"),  # a name of two widened to the breadth of three
        ("（记者闻人雪、钟离秀）", "闻人雪 钟离秀"),
        ("王小明 报道", "王小明"),
        ("发布于 20/05/2026 08:30 报道：王小明", "王小明"),
        ("据样例社报道：王小明昨天说桥修好了", ""),
        ("文 ‧ 王小明", "王小明"),
        ("记者：王小明 摄像：李华", "王小明"),  # the next label, not what he did
        ("样报记者丨郁达 王小明", "郁达 王小明"),
        ("记者：青禾", "青禾"),  # a pen name behind a label
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


def page_of(title: str, text: str, *, head: str = "", meta: str = "", foot: str = "") -> str:
    """A page with one line below the headline, and one behind the text."""
    body = "".join(f"<p>{text} {number}.</p>" for number in range(4))
    return (
        f"<html><head><title>{title}</title>{meta}</head><body><h1>{title}</h1>{head}<div class=text>{body}</div>"
        f"{foot}<ul><li><a href=/1>Another story of the day</a></li><li><a href=/2>One more story</a></li></ul></body>"
    )


TEXTS = {
    "en": ("Bridge opens after two winters", "The bridge was opened on Friday, and the buses are back on it, he said."),
    "de": (
        "Brücke öffnet nach zwei Wintern",
        "Die Brücke ist seit gestern wieder offen, und der Bus fährt nicht mehr um.",
    ),
    "es": (
        "El puente abre tras dos inviernos",
        "El puente se abrió ayer y los autobuses ya no dan la vuelta por el pueblo.",
    ),
    "fr": (
        "Le pont ouvre après deux hivers",
        "Le pont est ouvert depuis hier, et les bus ne passent plus par le village.",
    ),
    "ar": (
        "الجسر يفتح بعد شتاءين",
        "افتتح الجسر أمس وعادت الحافلات إلى الطريق، وقال السكان إنهم انتظروا هذا اليوم طويلا.",
    ),
    "ru": (
        "Мост открыли после двух зим",
        "Мост открыли вчера, и автобусы снова ходят прямо, а не вокруг села, сказал он.",
    ),
    "ko": (
        "두 겨울 뒤 다리 개통",
        "다리가 어제 개통되어 버스가 다시 다닙니다. 주민들은 이 날을 두 겨울 동안 기다렸습니다.",
    ),
    "ja": (
        "橋が開通しバスが戻った朝",
        "橋は昨日開通し、バスはもう村を回りません。住民は二つの冬の間この日を待っていました。",
    ),
}


@pytest.mark.parametrize(
    ("language", "head", "foot", "names"),
    [
        ("en", "<p>By Anna Bell and Tom Reed</p>", "", ["Anna Bell", "Tom Reed"]),
        ("en", "<p>Words: Anna Bell</p>", "", ["Anna Bell"]),
        ("en", "<p>By the river</p>", "", []),
        ("en", "", "<p><strong>Anna Bell</strong></p>", ["Anna Bell"]),
        ("en", "", "<p><strong>Read it again</strong></p>", []),
        (
            "en",
            "<p>Anna Bell</p><p>Portville | 24 November 2026 - 18:10</p>",
            "",
            ["Anna Bell"],
        ),  # alone beside the time
        ("en", "<p>24 November 2026, 18:10</p><p>Read this aloud</p>", "", []),
        ("de", "<p>Von Anna Glocke und Tom Ried</p>", "", ["Anna Glocke", "Tom Ried"]),
        ("de", "<p>Text von Anna Glocke Illustration von Tom Ried</p>", "", ["Anna Glocke"]),
        ("es", "<p>Por Ana Campana</p>", "", ["Ana Campana"]),
        ("es", "<p>Texto: Ana Campana</p>", "", ["Ana Campana"]),
        ("es", "<p>Por Ana Campana, Mié, 20/05/2026 - 08:30</p>", "", ["Ana Campana"]),
        ("fr", "<p>Par Anne Cloche</p>", "", ["Anne Cloche"]),
        ("fr", "<p>Propos recueillis par Anne Cloche</p>", "", ["Anne Cloche"]),
        ("ar", "<p>كتب: سامي الجسر</p>", "", ["سامي الجسر"]),
        ("ar", "<p>كتبت سلمى الجسر</p>", "", ["سلمى الجسر"]),
        ("ar", "<p>بقلم: سامي الجسر</p>", "", ["سامي الجسر"]),
        ("ru", "<p>Автор: Анна Мостова</p>", "", ["Анна Мостова"]),
        ("ru", "<p>Текст: Анна Мостова</p>", "", ["Анна Мостова"]),
        ("ko", "<p>홍길동 기자</p>", "", ["홍길동"]),
        ("ko", "<p>홍길동·김다리 기자</p>", "", ["홍길동", "김다리"]),
        ("ko", "", "<p>홍길동 기자 bridge@port.example</p>", ["홍길동"]),
        ("ko", "<p>사진 기자</p>", "", []),
        ("ko", "<p>솔가람 기자 입력 2026-05-20 08:30</p>", "", ["솔가람"]),  # a rare name at a line's beginning
        ("ko", "<p>글자크기 변경</p>", "", []),
        ("ja", "<p>文＝山田橋子</p>", "", ["山田橋子"]),
        ("ja", "<p>記者 山田橋子</p>", "", ["山田橋子"]),
        ("ja", "<p>2026年5月20日　8時30分　<span>記者・汐見楓太</span></p>", "", ["汐見楓太"]),  # a rare name
        ("ja", "<p>橋の記者・汐見楓太さんは話した</p>", "", []),
        ("ja", "", "<p>【山田橋子】</p>", ["山田橋子"]),
        ("ja", "<p>[汐見橋子，さんぷる情報]</p>", "", ["汐見橋子"]),  # with the house; no common family name
        ("ja", "<p>[写真，提供元]</p>", "", []),
        ("ja", "<p>投稿日：2026年5月20日　投稿者：汐見橋子</p>", "", ["汐見橋子"]),
        ("ja", "", "<p>（ロンドン＝山田橋子）</p>", ["山田橋子"]),
        ("ja", "", "<p>【関連記事】</p>", []),
        ("ja", "", "<p>（共同）</p>", []),
    ],
)
def test_a_byline_of_another_language_names_its_writer(language: str, head: str, foot: str, names: list[str]) -> None:
    title, text = TEXTS[language]
    found = article(page_of(title, text, head=head, foot=foot))
    assert (found.language, found.authors) == (language, names)


@pytest.mark.parametrize("desk", ["Port Ledger Staff", "Redaktion", "admin", "Port Media GmbH", "Example News Agency"])
def test_the_visible_byline_beats_a_desk_in_metadata(desk: str) -> None:
    title, text = TEXTS["en"]
    data = f'<script type="application/ld+json">{{"@type":"NewsArticle","author":{{"name":"{desk}"}}}}</script>'
    assert article(page_of(title, text, head="<p>By Anna Bell</p>", meta=data)).authors == ["Anna Bell"]


def test_the_visible_byline_beats_another_person_in_metadata() -> None:
    title, text = TEXTS["en"]
    data = '<script type="application/ld+json">{"@type":"NewsArticle","author":{"name":"Tom Reed"}}</script>'
    assert article(page_of(title, text, head="<p>By Anna Bell</p>", meta=data)).authors == ["Anna Bell"]
    assert article(page_of(title, text, meta=data)).authors == ["Tom Reed"]


@pytest.mark.parametrize(
    ("meta", "last", "names"),
    [
        ("樣例報", "他說，橋很穩。（記者王小明／台北報導）", ["王小明"]),
        ("樣例報 記者王小明／即時報導", "他說，橋很穩。", ["王小明"]),
        ("news", "他說，橋很穩。", []),  # a part of the address
        ("樣例新聞網", "他說，橋很穩。", []),
        ("李四", "他說，橋很穩。（作者：王小明）", ["王小明"]),
        ("李四", "他說，橋很穩。", ["李四"]),
    ],
)
def test_metadata_of_a_chinese_page_are_asked_after_the_text(meta: str, last: str, names: list[str]) -> None:
    html = (
        f"<title>橋修好了 公車恢復通行</title><meta name=author content='{meta}'><h1>橋修好了 公車恢復通行</h1>"
        f"<p>2026-05-20 08:30</p><div><p>{SENTENCES}</p><p>{SENTENCES}再一次。</p><p>{SENTENCES}{last}</p></div>"
    )
    assert article(html).authors == names


@pytest.mark.parametrize(
    ("head", "foot", "source"),
    [
        ("2026-05-20 08:30 来源：样例晚报", "", "样例晚报"),
        ("2026-05-20 08:30 稿源：样例晚报", "", "样例晚报"),
        ("2026-05-20 08:30 出處：樣例晚報", "", "樣例晚報"),
        ("2026-05-20 08:30 轉載自：樣例晚報", "", "樣例晚報"),
        ("2026-05-20 08:30</p><p><span>来源</span><span>样例晚报</span>", "", "样例晚报"),
        ("2026-05-20 08:30 来源：<a href=//evening.example>样例晚报</a>", "", "样例晚报"),
        ("2026-05-20 08:30 市水利局", "来源：样例晚报", "样例晚报"),  # a department stands beside the date
        ("2026-05-20 08:30", "（新聞資料來源 : 樣例社）", "樣例社"),
        ("2026-05-20 08:30 | 发布者: admin | 来自: 样例晚报", "", "样例晚报"),
        ("2026-05-20 08:30 来源：样例台新闻频道", "", "样例台新闻频道"),
        ("2026-05-20 08:30 來源：〔樣例社〕美股今天出現", "", "樣例社"),
        ("2026-05-20 □本报记者 林一", "", None),
        ("发表于 2026-05-20 <span>分类于 <a href=/c/1>供应链</a></span>", "", None),
        ("2026-05-20</p><table><tr><td>发布机构</td><td>市教育局</td></tr></table><p>", "", "市教育局"),
        ("2026-05-20 08:30", "图片来源：样例图库", None),
        ("2026-05-20 08:30</p><p>圖片來源：pixabay", "", None),
        ("2026-05-20 08:30 樣例晚報 記者王小明／即時報導", "", "樣例晚報"),
        ("<span>发布于 20/05/2026 08:30</span> <span>报道：王小明</span>", "", None),
    ],
)
def test_the_source_is_what_its_label_says(head: str, foot: str, source: str | None) -> None:
    text = "".join(f"<p>{SENTENCES}{number}</p>" for number in "一二三四")
    html = (
        f"<title>橋修好了 公車恢復通行</title><h1>橋修好了 公車恢復通行</h1><p>{head}</p><div>{text}<p>{foot}</p></div>"
    )
    assert article(html).source == source


@pytest.mark.parametrize(
    ("language", "foot", "source"),
    [
        ("en", "Source: Example Wire", "Example Wire"),
        ("de", "Quelle: Beispiel-Agentur", "Beispiel-Agentur"),
        ("ar", "المصدر: وكالة المثال", "وكالة المثال"),
        ("ko", "출처: 보기통신", "보기통신"),
        ("ja", "配信：例通信", "例通信"),
        ("en", "Source of the river: the hills", None),
    ],
)
def test_other_languages_label_their_source_too(language: str, foot: str, source: str | None) -> None:
    title, text = TEXTS[language]
    assert article(page_of(title, text, foot=f"<p>{foot}</p>")).source == source


def test_a_desk_or_house_that_begins_the_text_is_the_source() -> None:
    for opening, source in (
        ("〔中央社〕", "中央社"),
        ("（中央社記者王小明台北26日電）", "中央社"),
        ("〔記者王小明〕", None),
    ):
        text = "".join(f"<p>{opening if number == '一' else ''}{SENTENCES}{number}</p>" for number in "一二三四")
        head = "<title>橋修好了 公車恢復通行</title><h1>橋修好了 公車恢復通行</h1><p>2026-05-20 08:30</p>"
        assert article(f"{head}<div>{text}</div>").source == source
