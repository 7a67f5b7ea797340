"""Pages that say in their visible text alone what others repeat in metadata, or whose metadata are wrong."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from snapshot_crawler.items import Article
from snapshot_crawler.pages.article.reader import read_article
from snapshot_crawler.pages.page import Page

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
SENTENCE = "Die neue Brücke über die Wehrbach trägt seit Donnerstag wieder Lastwagen, Busse und Fahrräder. "
TEXT = "".join(f"<p>{SENTENCE * 3}</p>" for _ in range(3))
TITLE = "Freie Fahrt über die Wehrbach nach drei Jahren"


def read(head: str, *, text: str = TEXT, title: str = TITLE, top: str = "") -> Article:
    markup = (
        f"<html lang=de><head><title>{title}</title>{top}</head><body><ul><li><a href=/a/>Politik</a></ul>{head}{text}"
    )
    reading = read_article(Page.from_bytes(markup.encode(), url="https://www.example.de/b/1.html", fetched_at=NOW))
    assert reading is not None
    assert reading.article is not None
    return reading.article


@pytest.mark.parametrize(
    ("head", "time"),
    [
        ("<p>22.11.2024 07.57</p><p>Online seit heute, 7.57 Uhr</p>", "2024-11-22T07:57:00+01:00"),
        # The element holds the change; the words say when it was published.
        (
            "<p>25. Mai 2025 16:51</p><p>Aktualisiert am <time datetime=2025-05-25T21:57+02:00>25.05.2025</time></p>",
            "2025-05-25T16:51:00+02:00",
        ),
        # Local time behind which the system put the sign of UTC.
        ("<p><time datetime=2024-04-28T08:52:55+00:00>28.04.2024 um 08:52 Uhr</time></p>", "2024-04-28T08:52:55+02:00"),
        # UTC that is UTC: readers see another clock.
        ("<p><time datetime=2024-04-28T06:52:55+00:00>28.04.2024 um 08:52 Uhr</time></p>", "2024-04-28T06:52:55+00:00"),
        # A summary stands between, and names another day.
        (
            f"<p>Seit dem 3. Dezember warten viele Menschen im Ort auf diesen Tag im Frühling.</p>"
            f"<ul>{'<li>Kurz gesagt</li>' * 20}</ul><p>Freitag, 28.04.2023, 19:25</p>",
            "2023-04-28T19:25:00+02:00",
        ),
    ],
)
def test_the_time_that_readers_see_is_the_time_of_publishing(head: str, time: str) -> None:
    assert read(f"<h1>{TITLE}</h1>{head}").published_at == time


def test_the_only_h1_is_the_headline_where_the_title_tells_search_engines_something_else() -> None:
    article = read(f"<h1>{TITLE}</h1><p>14.03.2026 08:00</p>", title="Wehrbach Brücke Sperrung Umleitung: alle Infos")
    assert article.title == TITLE


def test_a_section_set_as_h1_link_does_not_hide_the_headline() -> None:
    article = read(
        f"<h1><a href=/region/>Region</a></h1><h1>{TITLE}</h1><p>14.03.2026 08:00</p>",
        title="Nachrichten aus der Stadt",
    )
    assert article.title == TITLE


def test_a_heading_in_the_text_that_repeats_the_title_is_not_the_headline() -> None:
    article = read(
        f"<h1>{TITLE}</h1><p>14.03.2026 08:00</p>",
        text=TEXT + "<h2>Wehrbach Brücke</h2>" + TEXT,
        title="Wehrbach Brücke",
    )
    assert article.title == TITLE


@pytest.mark.parametrize(
    ("above", "head"),
    [
        ("", "<div>Almut Reineke</div><div>Wehrbach</div><div>14.03.2026 08:00</div>"),
        ("", "<p>1 day ago</p><div>Almut Reineke</div>"),
        ("<div><span>14.03.2026</span><span>Almut Reineke</span></div>", ""),
        ("", "<p>Von <a href=/p/1>Almut Reineke</a></p><p>14.03.2026</p>"),
    ],
)
def test_the_name_beside_the_time_is_the_author(above: str, head: str) -> None:
    assert read(f"{above}<h1>{TITLE}</h1>{head}").authors == ["Almut Reineke"]


def test_bylines_of_the_articles_above_the_headline_are_not_its_own() -> None:
    others = "".join(
        f"<div><a href=/{n}.html>Ein anderer Text {n}</a></div><div class=author>{name}</div>"
        for n, name in enumerate(("Odo Lark", "Ida Brandt"))
    )
    article = read(f"{others}<h1>{TITLE}</h1><div class=author>Almut Reineke</div><p>14.03.2026 08:00</p>")
    assert article.authors == ["Almut Reineke"]


def test_a_link_to_an_author_is_no_section() -> None:
    article = read(
        f"<div><a href=/autoren/almut-reineke/>Almut Reineke</a></div><h1>{TITLE}</h1>"
        "<p><a href=/autoren/almut-reineke/>Almut Reineke</a></p><p>14.03.2026 08:00</p>"
    )
    assert article.authors == ["Almut Reineke"]
    assert article.category is None


CHINESE = (
    "记者从泷川市交通运输局获悉，城南三座旧桥的加固工程已于本周全部完工，限重标志将在月底前撤除，公交恢复原有走向。"
)


def read_chinese(head: str, paragraphs: str, behind: str = "", title: str = "三座旧桥同日恢复通行") -> Article:
    text = "".join(f"<p>{part}{CHINESE}第{n}段。</p>" for n, part in enumerate((paragraphs, "", "")))
    markup = f"<html><title>{title}</title><body><h1>{title}</h1>{head}{text}{behind}"
    reading = read_article(Page.from_bytes(markup.encode(), url="https://www.example.cn/b/1.html", fetched_at=NOW))
    assert reading is not None
    assert reading.article is not None
    return reading.article


def test_the_dateline_counts_behind_the_words_of_a_player() -> None:
    article = read_chinese(
        "<p>2026-03-14 08:00</p><div>0:00</div><div>播放视频</div><div>自动播放</div>",
        "泷川社3月14日电（记者邹伟）",
        "<p>【责任编辑:王頔】</p>",
    )
    assert article.authors == ["邹伟"]


def test_a_name_in_brackets_below_the_text_signs_it() -> None:
    assert read_chinese("<p>2026-03-14 08:00</p>", "", "<div>（羅森）</div>").authors == ["羅森"]


def test_a_column_that_begins_its_headlines_with_its_name_is_the_source_beside_the_time() -> None:
    row = "<div><a href=/jrsc.htm>金融市场</a><span>棱镜</span><span>2026-03-14 08:00</span></div>"
    assert read_chinese(row, "", title="棱镜|三座旧桥同日恢复通行").source == "棱镜"


@pytest.mark.parametrize(
    "head",
    ["10 thoughts on “The bridge”", "コメントを書く", "Comentarios (3)", "Laisser un commentaire", "Комментарии"],
)
def test_comments_end_a_text_without_a_name_of_their_box(head: str) -> None:
    said = "<div><p>Das stimmt so nicht, ich war an dem Tag selbst am Ufer und habe es anders gesehen.</p></div>" * 4
    article = read(f"<h1>{TITLE}</h1><p>14.03.2026 08:00</p>", text=f"{TEXT}<h3>{head}</h3>{said}")
    assert "am Ufer" not in (article.body or "")


@pytest.mark.parametrize("line", ["Image 1 of / 23", "1 / 23", "Back to Gallery", "Caption", "Bild 2 von 8"])
def test_words_of_a_gallery_in_a_text_are_left_out(line: str) -> None:
    article = read(f"<h1>{TITLE}</h1><p>14.03.2026 08:00</p>", text=f"<p>{SENTENCE * 2}</p><div>{line}</div>{TEXT}")
    assert line not in (article.body or "")


def test_a_heading_in_the_text_does_not_hide_the_byline_above_it() -> None:
    article = read(
        "<div>By <a href=/author/1/>Almut Reineke</a> – Updated Mar 9, 2026 at 1:00 PM | Fact-checked by "
        f"<a href=/author/2/>Odo Lark</a></div>{TEXT}<p>Die Stadt hat neun Millionen Euro bezahlt, sagt der Rat.</p>"
        f"<h2>{TITLE}</h2>",
        text="<p>Radfahrer bekommen auf der neuen Brücke eine eigene Spur, und die Wege am Ufer werden saniert.</p>",
    )
    assert article.authors == ["Almut Reineke"]
    assert (article.published_at or "").startswith("2026-03-09T13:00")


def test_the_day_in_the_address_is_surer_than_hours_ago_in_an_old_copy() -> None:
    markup = f"<html lang=de><title>{TITLE}</title><body><h1>{TITLE}</h1><p>vor 15 Stunden</p>{TEXT}"
    page = Page.from_bytes(markup.encode(), url="https://www.example.de/2025-11-08-bruecke/", fetched_at=NOW)
    reading = read_article(page)
    assert reading is not None
    assert reading.article is not None
    assert (reading.article.published_at or "").startswith("2025-11-08")
