"""Breadcrumbs in every form that was met, beside menus that are none; adverts between paragraphs, beside text."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from snapshot_crawler.items import Article
from snapshot_crawler.pages.article.reader import read_article
from snapshot_crawler.pages.page import Page
from tests.pages.snapshot.layouts import Facts, divs
from tests.pages.snapshot.test_reader import read

FRONT, CATEGORY = '<a href="/">我的订阅</a>', '<a href="/list/1">国内</a>'
MENU = (
    '<nav><a href="/">首页</a> <a href="/list/1">国内</a> <a href="/list/2">国际</a> <a href="/list/3">体育</a></nav>'
)
PATHS = {
    "bullets in paragraphs left open": f"<p>• {FRONT}<p>• {CATEGORY}",
    "bullets in paragraphs": f"<p>• {FRONT}</p><p>• {CATEGORY}</p>",
    "bullets in lines": f"• {FRONT}<br>• {CATEGORY}<br>",
    "bullets without links": "• 我的订阅<br>• 国内<br>",
    "bare links": FRONT + CATEGORY,
    "bare links with a space": f"{FRONT} {CATEGORY}",
    "nav": f"<nav>{FRONT}{CATEGORY}</nav>",
    "nav in lines of source": f"<nav>\n{FRONT}\n{CATEGORY}\n</nav>",
    "nav of paragraphs": f"<nav><p>{FRONT}</p><p>{CATEGORY}</p></nav>",
    "boxes beside each other": f"<div>{FRONT}</div><div>{CATEGORY}</div>",
    "elements without links": "<div><span>我的订阅</span><span>国内</span></div>",
    "a list inside a list": f"<ul><li>{FRONT}<ul><li>{CATEGORY}</li></ul></li></ul>",
    "cells": f"<table><tr><td>{FRONT}</td><td>{CATEGORY}</td></tr></table>",
    "a dash": f"<p>{FRONT} - {CATEGORY}</p>",
    "a picture": f"<p>{FRONT}<img src=s.gif>{CATEGORY}</p>",
    "words before": f"<p>当前位置：{FRONT} {CATEGORY}</p>",
    "the headline behind": f"<p>{FRONT} > {CATEGORY} > {Facts().title}</p>",
    "separators in boxes": f"<div>{FRONT}</div><div>&gt;</div><div>{CATEGORY}</div>",
    "below a menu in a nav": f"{MENU}<p>• {FRONT}<p>• {CATEGORY}",
    "below a menu, bare": f"{MENU}{FRONT}{CATEGORY}",
}
MENUS = {
    "nav": MENU,
    "list": "<ul><li><a href=/>首页</a><li><a href=/list/1>国内</a><li><a href=/list/2>国际</a></ul>",
    "paragraphs": "<p><a href=/>首页</a><p><a href=/list/1>国内</a><p><a href=/list/2>国际</a>",
    "bars": "<p><a href=/>首页</a>|<a href=/list/1>国内</a>|<a href=/list/2>国际</a>|<a href=/list/3>体育</a></p>",
    "one link": "<p>更多内容在这里</p><p>说明</p>",
}


def with_path(path: str) -> Article:
    """The divs page with its breadcrumb replaced."""
    head, _, rest = divs(Facts()).partition("<ul>")
    reading = read(head + path + rest.partition("</ul>")[2])
    assert reading is not None and reading.article is not None
    return reading.article


@pytest.mark.parametrize("form", PATHS)
def test_a_breadcrumb_is_found_in_every_form(form: str) -> None:
    article = with_path(PATHS[form])
    assert article.breadcrumbs == ["我的订阅", "国内"]
    assert article.title == Facts().title


@pytest.mark.parametrize("form", MENUS)
def test_a_menu_is_no_breadcrumb(form: str) -> None:
    assert with_path(MENUS[form]).breadcrumbs == []


AWAY = "https://ads.other.example/x"
ADVERTS = {
    "inserted": '<ins><a href="/list/9">限时优惠 点击领取</a></ins>',
    "inserted box": '<ins><div><a href="/list/9">限时优惠 点击领取</a></div></ins>',
    "off the site": f'<p><a href="{AWAY}">限时优惠 点击领取</a></p>',
    "the word before": '<p>广告 <a href="/list/9">手机大促</a></p>',
    "the word as label": f'<p>广告：<a href="{AWAY}">手机大促今日开抢全场五折起</a></p>',
    "the word in the link": '<p><a href="/list/9">广告 手机大促</a></p>',
    "the word behind": '<p><a href="/list/9">手机大促</a><span>广告</span></p>',
    "in brackets": '<p>【推广】<a href="/list/9">手机大促</a></p>',
    "in brackets behind": '<p><a href="/list/9">手机大促</a>（广告）</p>',
    "AD": '<p>AD <a href="/list/9">手机大促</a></p>',
    "Sponsored": '<p>Sponsored: <a href="/list/9">手机大促</a></p>',
    "the word alone": "<p>广告</p>",
    "the word above": '<p>广告</p><p><a href="/list/9">手机大促</a></p>',
    "the word below": '<p><a href="/list/9">手机大促</a></p><p>广告</p>',
    "without a link": "<p>广告：手机大促今日开抢</p>",
    "declared": '<p><a rel="sponsored nofollow" href="/list/9">手机大促</a></p>',
}
TEXTS = {
    "a linked sentence": f'<p><a href="{AWAY}">专家组的意见已经公布。</a></p>',
    "an address": f'<p><a href="{AWAY}">{AWAY}</a></p>',
    "a law": f'<p><a href="{AWAY}">《湿地保护条例》</a></p>',
    "a linked heading": f'<h3><a href="{AWAY}">新增步道在哪里</a></h3>',
    "a link of the site": '<p><a href="/list/9">步道开放时间表</a></p>',
    "a list of links": "".join(f'<p><a href="{AWAY}{n}">参考资料第{n}号</a></p>' for n in range(3)),
    "a caption": f'<p><a href="{AWAY}">图为湿地公园。甲乙 摄</a></p>',
    "inserted text": "<p><ins>园方负责人补充说明了开放时间。</ins></p>",
    "text about adverts": "<p>广告法修订草案提请审议，推广新能源汽车。</p>",
    "a subheading": "<p>推广新能源汽车</p>",
    "a link in a sentence": f'<p>公园的<a href="{AWAY}">意见</a>已经公布。</p>',
}


def body_with(piece: str) -> str:
    """The body of the divs page with a piece of markup between the last two paragraphs."""
    facts = Facts()
    paragraph = f"<p>　　{facts.paragraphs[1]}</p>"
    reading = read(divs(facts).replace(paragraph, paragraph + piece))
    assert reading is not None and reading.article is not None
    return reading.article.body or ""


@pytest.mark.parametrize("kind", ADVERTS)
def test_an_advert_between_paragraphs_is_left_out(kind: str) -> None:
    assert body_with(ADVERTS[kind]) == "\n\n".join(Facts().paragraphs)


@pytest.mark.parametrize("kind", TEXTS)
def test_what_is_no_advert_stays(kind: str) -> None:
    body = body_with(TEXTS[kind])
    assert len(body) > len("\n\n".join(Facts().paragraphs)) + 5
    assert all(paragraph in body for paragraph in Facts().paragraphs)


@pytest.mark.parametrize("kind", ADVERTS)
def test_no_news_page_keeps_an_advert_either(kind: str) -> None:
    texts = [text * 3 for text in Facts().paragraphs]
    pieces = [f"<p>{text}</p>" for text in texts]
    html = (
        f"<title>{Facts().title}</title><h1>{Facts().title}</h1><p>2024-05-06 07:08 来源：样例晚报</p>"
        f"<div>{pieces[0]}{pieces[1]}{ADVERTS[kind]}{pieces[2]}</div>"
    )
    page = Page.from_bytes(html.encode(), url="https://a.example/1.html", fetched_at=datetime(2026, 1, 2, tzinfo=UTC))
    reading = read_article(page)
    assert reading is not None and reading.article is not None
    assert reading.article.body == "\n\n".join(texts)
