"""Articles whose text no element shows: data of a script, a frame; and the first post of a thread."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from snapshot_crawler.pages.article.reader import read_article
from snapshot_crawler.pages.lists.forms import next_by_form, pager_field
from snapshot_crawler.pages.page import Page

NOW = datetime(2026, 11, 25, tzinfo=UTC)
TEXT = [
    f"第{n}段说的是旧码头的修缮，工人用了{n}天把木板换过一遍，附近的居民都来看热闹，还有人带来了茶水。"
    for n in range(20, 29)
]
STORY = {
    "title": "旧码头修缮完工",
    "content": "".join(f"<p>{line}</p>" for line in TEXT),
    "pubTime": "2026-11-24 08:30:00",
}


def page(body: str, head: str = "") -> Page:
    whole = f"<html><head><title>旧码头修缮完工</title>{head}</head><body>{body}</body></html>"
    return Page.from_bytes(whole.encode(), url="http://news.example.cn/a/1.html", fetched_at=NOW)


@pytest.mark.parametrize(
    "script",
    [
        f'<script id="__NEXT_DATA__" type="application/json">{json.dumps({"props": {"pageProps": {"detail": STORY}}})}</script>',
        f"<script>window.__INITIAL_STATE__={json.dumps({'article': STORY}, ensure_ascii=False)};</script>",
        f"<script>window.__NUXT__=(function(a,b){{return {{data:[{{d:{json.dumps(STORY)},x:a}}],y:b}}}}(null,1));</script>",
    ],
)
def test_a_text_that_only_the_script_holds_is_read(script: str) -> None:
    reading = read_article(page(f"<div id=app></div>{script}"))
    assert reading is not None and reading.article is not None
    article = reading.article
    assert (article.title, article.body) == ("旧码头修缮完工", "\n\n".join(TEXT))
    assert article.published_at == "2026-11-24T08:30:00+08:00"


def test_visible_text_comes_before_data() -> None:
    visible = "".join(f"<p>{line.replace('旧码头', '新车站')}</p>" for line in TEXT)
    script = f"<script>window.__DATA__={json.dumps({'other': STORY})}</script>"
    reading = read_article(page(f"<h1>新车站</h1><p>2026-11-23 10:00</p><div>{visible}</div>{script}"))
    assert reading is not None and reading.article is not None
    assert "旧码头" not in (reading.article.body or "")


def test_the_text_of_a_frame_is_a_part_of_the_article() -> None:
    reading = read_article(page("<h1>旧码头修缮完工</h1><p>2026-11-24 08:30</p><iframe src=/text/1.html></iframe>"))
    assert reading is not None
    assert [link.url for link in reading.links] == ["http://news.example.cn/text/1.html"]
    foreign = read_article(page("<h1>旧码头</h1><p>2026-11-24 08:30</p><iframe src=https://ads.example.com/></iframe>"))
    assert foreign is None


def test_the_first_post_of_a_thread_is_the_article_and_replies_are_not() -> None:
    posts = "<div><p>某甲 发表于 2026-11-24 08:30</p>" + "".join(f"<p>{line}</p>" for line in TEXT) + "</div>"
    reply = "<div><p>某乙 发表于 2026-11-24 09:00</p><p>写得真好，我也去看过，人山人海，下次再去。</p></div>"
    reading = read_article(page(f"<h1>旧码头修缮完工</h1>{posts}{reply * 2}"))
    assert reading is not None and reading.article is not None
    assert reading.article.body == "\n\n".join(TEXT)
    assert (reading.article.authors, reading.article.source) == (["某甲"], None)


FORM = "<form method=post action=/list><input type=hidden name=cat value=12><input type=hidden name=pageNo value=3>{}</form>"


def test_a_form_that_turns_the_page_is_counted_on() -> None:
    listing = page(FORM.format(""))
    assert pager_field(listing) == "pageNo"
    following = next_by_form(listing, "pageNo")
    assert following is not None
    assert (following.url, following.body) == ("http://news.example.cn/list", "cat=12&pageNo=4")


@pytest.mark.parametrize(
    "form",
    [
        FORM.format("<input type=password name=pw>"),
        FORM.format("<input type=hidden name=csrf_token value=x>"),
        FORM.replace("method=post", "method=get").format(""),
        FORM.replace("action=/list", "action=https://elsewhere.example.com/").format(""),
        "<form method=post action=/vote><input name=choice value=1></form>",
    ],
)
def test_forms_that_do_more_than_turn_a_page_are_left_alone(form: str) -> None:
    assert next_by_form(page(form), "pageNo") is None
