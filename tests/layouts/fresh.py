"""Ten layouts from other corners of the news web, written before the crawler's readers were looked at."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.layouts.site import Site, day, pages
from tests.layouts.words import (
    CHINESE,
    ENGLISH,
    GERMAN,
    JAPANESE,
    KOREAN,
    PORTUGUESE,
    RUSSIAN,
    SPANISH,
    TAIWANESE,
    Story,
    write,
)  # fmt: skip


def _page(title: str, main: str, language: str, head: str = "") -> str:
    return f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>{head}</head><body>{main}</body></html>'


def _slug(s: Story, words: int = 6) -> str:
    return "-".join(w for w in "".join(c if c.isalnum() else " " for c in s.title.lower()).split()[:words])


def node_portal() -> Site:
    """A node-and-views system: "Submitted by NAME on DATE", a pager counted from 0, fields in wrappers."""
    site = Site("www.valleyradio.example.us")
    stories = write(ENGLISH, "node", 20, sections=("Environment", "Schools"), zone_h=-5)

    def shell(title: str, main: str) -> str:
        menu = '<ul class="menu"><li><a href="/environment">Environment</a></li><li><a href="/schools">Schools</a></li><li><a href="/donate">Donate</a></li></ul>'
        return _page(
            f"{title} | Valley Radio",
            f'<a class="visually-hidden" href="#main">Skip to main content</a><header><a href="/" title="Home">Valley Radio</a>{menu}</header><main>{main}</main><footer><p>Valley Radio is member supported.</p></footer>',
            "en",
        )

    for base, name, found in (
        ("/", "Home", stories),
        *((f"/{k.lower()}", k, [s for s in stories if s.section == k]) for k in ("Environment", "Schools")),
    ):
        parts = pages(found, 5)
        for number, part in enumerate(parts):
            rows = "".join(
                f'<div class="views-row"><div class="views-field-title"><span class="field-content"><a href="/{s.section.lower()}/{s.at:%Y-%m-%d}/{_slug(s)}" hreflang="en">{s.title}</a></span></div><div class="views-field-body">{s.paragraphs[0][:100]}...</div></div>'
                for s in part
            )
            nxt = (
                f'<li class="pager__item--next"><a href="?page={number + 1}" title="Go to next page" rel="next"><span class="visually-hidden">Next page</span><span aria-hidden="true">››</span></a></li>'
                if number + 1 < len(parts)
                else ""
            )
            site.add(
                base if number == 0 else f"{base}?page={number}",
                shell(name, f'<div class="view-content">{rows}</div><nav class="pager"><ul>{nxt}</ul></nav>'),
            )
    for s in stories:
        main = (
            f'<nav class="breadcrumb"><ol><li><a href="/">Home</a></li><li><a href="/{s.section.lower()}">{s.section}</a></li></ol></nav><article class="node node--type-story"><h1><span class="field--name-title">{s.title}</span></h1>'
            f'<footer class="node__meta">Submitted by <span class="username">{s.author}</span> on {s.at:%a}, {s.at:%m/%d/%Y} - {s.at:%H:%M}</footer><div class="field--name-body">{s.html()}</div><div class="field--name-field-tags"><a href="/tags/a">shore</a></div></article>'
        )
        site.article(
            f"/{s.section.lower()}/{s.at:%Y-%m-%d}/{_slug(s)}",
            s,
            shell(s.title, main),
            authors=[s.author],
            category=s.section,
        )
    return site


def german_daily() -> Site:
    """A German daily: kicker over the headline, "Von NAME", "Stand:", ids at the end of the address."""
    site = Site("www.moorkurier.example.de")
    stories = write(GERMAN, "moor", 20, sections=("Region", "Kultur"), zone_h=1)

    def path(s: Story) -> str:
        return f"/{s.section.lower()}/{_slug(s, 5)}-id{7400 + s.number}.html"

    def shell(title: str, main: str) -> str:
        return _page(
            f"{title} | Moorkurier",
            f'<header><a href="/">Moorkurier</a><nav><a href="/region/">Region</a><a href="/kultur/">Kultur</a><a href="/abo/">Abo</a></nav></header>{main}<footer><a href="/impressum/">Impressum</a><a href="/datenschutz/">Datenschutz</a></footer>',
            "de",
        )

    for base, name, found in (
        ("/", "Startseite", stories),
        *((f"/{k.lower()}/", k, [s for s in stories if s.section == k]) for k in ("Region", "Kultur")),
    ):
        parts = pages(found, 5)
        for number, part in enumerate(parts, 1):
            rows = "".join(
                f'<article><a href="{path(s)}"><span class="dachzeile">{s.section}</span><h3>{s.title}</h3></a><p>{s.paragraphs[0][:90]} … <a href="{path(s)}">mehr</a></p></article>'
                for s in part
            )
            nxt = f'<a href="{base}?seite={number + 1}">Weiter</a>' if number < len(parts) else ""
            site.add(
                base if number == 1 else f"{base}?seite={number}",
                shell(name, f"<section>{rows}</section><div>{nxt}</div>"),
            )
    for s in stories:
        main = (
            f'<article><span class="dachzeile">{s.section}</span><h1>{s.title}</h1><p class="autor">Von <a href="/autoren/x">{s.author}</a></p><p class="stand">Stand: {s.at:%d.%m.%Y}, {s.at:%H:%M} Uhr</p>'
            f'<div class="artikel-text">{s.html()}</div><aside><p>Lesen Sie auch: <a href="{path(stories[(s.number + 2) % 20])}">{stories[(s.number + 2) % 20].title}</a></p></aside></article>'
        )
        site.article(path(s), s, shell(s.title, main), authors=[s.author], category=s.section)
    return site


def korean_portal() -> Site:
    """The system of Korea's regional papers: articleList and articleView by query, 입력, 기자 with an address."""
    site = Site("www.haesolnews.example.kr", start="/news/articleList.html?sc_section_code=S1N1&view_type=sm")
    stories = write(KOREAN, "korea", 18, sections=("사회",), zone_h=9)
    parts = pages(stories)

    def shell(title: str, main: str) -> str:
        return _page(
            f"{title} - 해솔신문",
            f'<div id="user-header"><a href="/">해솔신문</a><a href="/news/articleList.html?sc_section_code=S1N1&amp;view_type=sm">사회</a></div>{main}<div id="user-footer">발행인 한여울 | 무단전재 및 재배포 금지</div>',
            "ko",
        )

    for number, part in enumerate(parts, 1):
        rows = "".join(
            f'<li><h4 class="titles"><a href="/news/articleView.html?idxno={31000 + s.number}">{s.title}</a></h4><span class="byline"><em>사회</em><em>{s.author} 기자</em><em>{s.at:%Y.%m.%d %H:%M}</em></span></li>'
            for s in part
        )
        base = "/news/articleList.html?{}sc_section_code=S1N1&view_type=sm"
        pager = "".join(
            f'<li><a href="{base.format(f"page={n}&")}">{n}</a></li>' for n in range(1, len(parts) + 1)
        ).replace("&", "&amp;")
        site.add(
            site.start if number == 1 else base.format(f"page={number}&"),
            shell("사회", f'<ul class="type2">{rows}</ul><ul class="pagination">{pager}</ul>'),
        )
    for s in stories:
        main = (
            f'<header class="article-view-header"><div class="breadcrumbs"><a href="/news/articleList.html?sc_section_code=S1N1&amp;view_type=sm">사회</a></div><h3 class="heading">{s.title}</h3><ul class="infomation"><li>기자명 {s.author} 기자</li><li>입력 {s.at:%Y.%m.%d %H:%M}</li><li>댓글 0</li></ul></header>'
            f'<article id="article-view-content-div">{s.html()}<p>{s.author} 기자 pado@haesol.example.kr</p></article><div class="copyright">저작권자 © 해솔신문 무단전재 및 재배포 금지</div>'
        )
        site.article(
            f"/news/articleView.html?idxno={31000 + s.number}",
            s,
            shell(s.title, main),
            authors=[s.author],
            category="사회",
        )
    return site


def county_system() -> Site:
    """A widespread system of small Chinese sites: list_1_2.html, 点击, 责任编辑, previous and next article."""
    site = Site("www.tangkou.example.cn", start="/xinwen/")
    stories = write(CHINESE, "county", 20, sections=("县区新闻",), sources=("塘口电视台", "塘口融媒"))
    parts = pages(stories, 7)

    def shell(title: str, main: str) -> str:
        return _page(
            f"{title}_塘口在线",
            f'<div class="top"><a href="/">主页</a><a href="/xinwen/">县区新闻</a></div>{main}<div class="foot">Copyright 塘口在线 <a href="/plus/sitemap.html">网站地图</a></div>',
            "zh-CN",
        )

    for number, part in enumerate(parts, 1):
        rows = "".join(
            f'<li><a href="/xinwen/{s.at:%Y}/{s.at:%m%d}/{s.number + 150}.html" class="title">{s.title}</a><span class="info"><small>日期：</small>{s.at:%Y-%m-%d %H:%M:%S} <small>点击：</small>{s.number * 7}</span><p class="intro">{s.paragraphs[0][:60]}...</p></li>'
            for s in part
        )
        nxt = (
            f'<li><a href="list_4_{number + 1}.html">下一页</a></li><li><a href="list_4_{len(parts)}.html">末页</a></li>'
            if number < len(parts)
            else ""
        )
        site.add(
            "/xinwen/" if number == 1 else f"/xinwen/list_4_{number}.html",
            shell("县区新闻", f'<ul class="e2">{rows}</ul><ul class="pagelist">{nxt}</ul>'),
        )
    for s in stories:
        around = '<ul class="pre_next"><li>上一篇：<a href="#">没有了</a></li><li>下一篇：<a href="/xinwen/">返回</a></li></ul>'
        main = (
            f'<div class="place"><strong>当前位置:</strong> <a href="/">主页</a> > <a href="/xinwen/">县区新闻</a> ></div><div class="viewbox"><div class="title"><h2>{s.title}</h2></div><div class="info"><small>时间:</small>{s.at:%Y-%m-%d %H:%M}<small>来源:</small>{s.source} <small>作者:</small>{s.author}　<small>点击:</small>次</div>'
            f'<div class="content">{s.html("<div>　　", "</div>")}（责任编辑：admin）</div>{around}</div>'
        )
        site.article(
            f"/xinwen/{s.at:%Y}/{s.at:%m%d}/{s.number + 150}.html",
            s,
            shell(s.title, main),
            authors=[s.author],
            source=s.source,
            category="县区新闻",
        )
    return site


def spanish_theme() -> Site:
    """A Spanish theme: months in words, "Por NAME", entries that go back by "Entradas anteriores"."""
    site = Site("elmuelle.example.es")
    stories = write(SPANISH, "muelle", 20, sections=("Sociedad", "Deportes"), zone_h=1)
    months = (
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    )

    def path(s: Story) -> str:
        return f"/{s.at:%Y/%m}/{_slug(s, 8)}/"

    def shell(title: str, main: str) -> str:
        return _page(
            f"{title} – El Muelle",
            f'<header><p class="site-title"><a href="/">El Muelle</a></p><ul><li><a href="/category/sociedad/">Sociedad</a></li><li><a href="/category/deportes/">Deportes</a></li><li><a href="/contacto/">Contacto</a></li></ul></header>{main}<footer>Todos los derechos reservados</footer>',
            "es",
        )

    for base, name, found in (
        ("/", "Inicio", stories),
        *((f"/category/{k.lower()}/", k, [s for s in stories if s.section == k]) for k in ("Sociedad", "Deportes")),
    ):
        parts = pages(found, 5)
        for number, part in enumerate(parts, 1):
            rows = "".join(
                f'<article><h2><a href="{path(s)}">{s.title}</a></h2><time datetime="{s.at.isoformat()}">{s.at.day} {months[s.at.month - 1]}, {s.at.year}</time><p>{s.paragraphs[0][:80]} […]</p></article>'
                for s in part
            )
            nxt = (
                f'<div class="nav-previous"><a href="{base}page/{number + 1}/">← Entradas anteriores</a></div>'
                if number < len(parts)
                else ""
            )
            site.add(base if number == 1 else f"{base}page/{number}/", shell(name, rows + nxt))
    for s in stories:
        main = (
            f'<article><p class="cat"><a href="/category/{s.section.lower()}/" rel="category tag">{s.section}</a></p><h1>{s.title}</h1><p class="meta">Por <span class="author">{s.author}</span> · <time datetime="{s.at.isoformat()}">{s.at.day} {months[s.at.month - 1]}, {s.at.year}</time></p>'
            f'<div class="entry">{s.html()}</div><p>Comparte esto: <a href="#">Twitter</a> <a href="#">WhatsApp</a></p></article>'
        )
        site.article(
            path(s), s, shell(s.title, main), authors=[s.author], category=s.section, published_at=s.at.isoformat()
        )
    return site


def magazine_api() -> Site:
    """A magazine of cards; "More" asks /wp-json-like paths named in a data attribute, the answer has markup in JSON."""
    site = Site("longread.example.org")
    stories = write(ENGLISH, "longread", 20, sections=("Essays",), zone_h=0, paragraphs=6)
    parts = pages(stories, 5)

    def cards(part: list[Story]) -> str:
        return "".join(
            f'<div class="card"><a href="/essays/{_slug(s)}-{s.number}"><h3>{s.title}</h3><p>By {s.author}</p></a></div>'
            for s in part
        )

    more = '<div id="load-more" data-endpoint="/ajax/cards?page=2" data-pages="4">More essays</div>'
    site.add(
        "/", _page("Long Read", f'<h1 class="logo">Long Read</h1><div class="grid">{cards(parts[0])}</div>{more}', "en")
    )
    for number, part in enumerate(parts[1:], 2):
        nxt = f"/ajax/cards?page={number + 1}" if number < len(parts) else None
        site.add(f"/ajax/cards?page={number}", json.dumps({"html": cards(part), "next": nxt}), "application/json")
    for s in stories:
        head = f'<meta property="article:published_time" content="{s.at.isoformat()}"><meta name="author" content="{s.author}"><meta property="og:type" content="article">'
        main = f'<h1 class="logo"><a href="/">Long Read</a></h1><article><h1>{s.title}</h1><p class="dek">Essays</p><p>By {s.author}</p><div class="prose">{s.html()}</div></article><section><h3>Keep reading</h3>{cards(parts[0][:2])}</section>'
        site.article(
            f"/essays/{_slug(s)}-{s.number}",
            s,
            _page(f"{s.title} — Long Read", main, "en", head),
            authors=[s.author],
            published_at=s.at.isoformat(),
            category="Essays",
        )
    return site


def hongkong_daily() -> Site:
    """A Hong Kong daily: an archive by days, the desk in brackets, 撰文, both times shown."""
    site = Site("www.haiwan-daily.example.hk")
    stories = write(TAIWANESE, "hongkong", 24, sections=("港聞", "副刊"), hours=6)
    days = sorted({f"{s.at:%Y%m%d}" for s in stories}, reverse=True)

    def shell(title: str, main: str) -> str:
        return _page(
            f"{title} | 海灣日報",
            f'<div class="hd"><a href="/">海灣日報</a><a href="/membership">訂閱</a></div>{main}<div class="ft">海灣日報版權所有 不得轉載</div>',
            "zh-HK",
        )

    for place, when in enumerate(days):
        found = [s for s in stories if f"{s.at:%Y%m%d}" == when]
        groups = "".join(
            f"<h4>{name}</h4><ul>"
            + "".join(
                f'<li><a href="/article/{when}/{s.number + 60}">{s.title}</a></li>' for s in found if s.section == name
            )
            + "</ul>"
            for name in ("港聞", "副刊")
        )
        before = f'<a href="/archive/{days[place + 1]}">前一日</a>' if place + 1 < len(days) else ""
        main = f'<div class="cal">{when[:4]}年{when[4:6]}月{when[6:]}日 {before}</div>{groups}'
        site.add("/" if place == 0 else f"/archive/{when}", shell("每日新聞", main))
        if place == 0:
            site.add(f"/archive/{when}", shell("每日新聞", main))
    for s in stories:
        main = (
            f'<div class="bc"><a href="/">主頁</a><a href="/archive/{s.at:%Y%m%d}">{s.at:%Y%m%d}</a><span class="sec">{s.section}</span></div><h1>{s.title}</h1><div class="by">撰文：{s.author}</div><div class="tm">出版：{s.at:%Y-%m-%d %H:%M}　更新：{s.at:%Y-%m-%d} 23:59</div>'
            f'<div class="tx">{s.html()}</div><div class="sh">複製連結</div>'
        )
        site.article(
            f"/article/{s.at:%Y%m%d}/{s.number + 60}", s, shell(s.title, main), authors=[s.author], category=s.section
        )
    return site


def japanese_town() -> Site:
    """A town's news service in Japan: eras in the list, the writer behind （文＝…）, numbers of pages only."""
    site = Site("www.isobe-town.example.jp", start="/news/index.html")
    stories = write(JAPANESE, "isobe", 18, sections=("まちの話題",), zone_h=9)
    parts = pages(stories)
    for number, part in enumerate(parts, 1):
        rows = "".join(
            f'<li><span>令和{s.at.year - 2018}年{s.at.month}月{s.at.day}日</span><a href="/news/{s.at:%Y/%m}/{s.number + 400}.html">{s.title}</a></li>'
            for s in part
        )
        pager = "".join(
            f"<b>{n}</b>" if n == number else f'<a href="/news/index{"" if n == 1 else n}.html">{n}</a>'
            for n in range(1, len(parts) + 1)
        )
        site.add(
            f"/news/index{'' if number == 1 else number}.html",
            _page(
                "まちの話題｜磯辺通信",
                f'<div class="gnav"><a href="/">磯辺通信</a></div><h1>まちの話題</h1><ul class="newslist">{rows}</ul><div class="pager">{pager}</div>',
                "ja",
            ),
        )
    for s in stories:
        main = (
            f'<div class="gnav"><a href="/">磯辺通信</a> &gt; <a href="/news/index.html">まちの話題</a></div><h1>{s.title}</h1><p class="date">令和{s.at.year - 2018}年{s.at.month}月{s.at.day}日</p>'
            f'<div class="text">{s.html()}<p>（文＝{s.author}）</p></div><p class="totop"><a href="#top">ページトップへ</a></p>'
        )
        site.article(
            f"/news/{s.at:%Y/%m}/{s.number + 400}.html",
            s,
            _page(f"{s.title}｜磯辺通信", main, "ja"),
            authors=[s.author],
            category="まちの話題",
            published_at=day(s.at),
        )
    return site


def russian_portal() -> Site:
    """A Russian town's portal: months in words, Автор and Источник, PAGEN_1, "Показать ещё"."""
    site = Site("www.lugozer.example.ru", start="/news/")
    stories = write(
        RUSSIAN, "lugozer", 20, sections=("Общество",), zone_h=3, sources=("Пресс-служба порта", "Лугозёрские вести")
    )
    parts = pages(stories, 5)
    months = (
        "января",
        "февраля",
        "марта",
        "апреля",
        "мая",
        "июня",
        "июля",
        "августа",
        "сентября",
        "октября",
        "ноября",
        "декабря",
    )

    def shell(title: str, main: str) -> str:
        return _page(
            f"{title} - Лугозёр",
            f'<div class="head"><a href="/">Лугозёр</a><a href="/news/">Новости</a><a href="/afisha/">Афиша</a></div>{main}<div class="bottom">При использовании материалов ссылка обязательна</div>',
            "ru",
        )

    for number, part in enumerate(parts, 1):
        rows = "".join(
            f'<div class="news-item"><span class="news-date-time">{s.at.day} {months[s.at.month - 1]} {s.at.year}</span><a href="/news/{s.number + 8800}/"><b>{s.title}</b></a><br>{s.paragraphs[0][:80]}</div>'
            for s in part
        )
        more = (
            f'<a class="show-more" href="/news/?PAGEN_1={number + 1}">Показать ещё</a>' if number < len(parts) else ""
        )
        site.add(
            "/news/" if number == 1 else f"/news/?PAGEN_1={number}",
            shell("Новости", f'<div class="news-list">{rows}</div>{more}'),
        )
    for s in stories:
        main = (
            f'<div class="bc"><a href="/">Главная</a> / <a href="/news/">Новости</a> / Общество</div><h1>{s.title}</h1><div class="d">{s.at.day} {months[s.at.month - 1]} {s.at.year}, {s.at:%H:%M}</div>'
            f'<div class="news-detail">{s.html()}</div><div class="a">Автор: {s.author}</div><div class="i">Источник: {s.source}</div><div class="soc">Поделиться</div>'
        )
        site.article(
            f"/news/{s.number + 8800}/",
            s,
            shell(s.title, main),
            authors=[s.author],
            source=s.source,
            category="Общество",
        )
    return site


def brazilian_news() -> Site:
    """A Brazilian portal: "25/11/2026 14h05", "Por NAME, cidade", a feed page by page behind "Veja mais"."""
    site = Site("g7.cais.example.br")
    stories = write(PORTUGUESE, "cais", 20, sections=("Cidades",), zone_h=-3)
    parts = pages(stories, 5)

    def shell(title: str, main: str) -> str:
        return _page(
            f"{title} | G7 Cais",
            f'<header><a href="/">G7 Cais</a><a href="/cidades/">Cidades</a></header>{main}<footer>© Copyright G7 Cais</footer>',
            "pt-BR",
        )

    for number, part in enumerate(parts, 1):
        rows = "".join(
            f'<div class="feed-post"><span class="chapeu">{s.section}</span><a class="feed-post-link" href="/cidades/noticia/{s.at:%Y/%m/%d}/{_slug(s, 9)}.ghtml">{s.title}</a><span class="feed-post-datetime">Há {s.number + 2} horas</span></div>'
            for s in part
        )
        more = (
            f'<div class="load-more"><a href="/index/feed/pagina-{number + 1}.ghtml">Veja mais</a></div>'
            if number < len(parts)
            else ""
        )
        site.add("/" if number == 1 else f"/index/feed/pagina-{number}.ghtml", shell("Notícias", rows + more))
    for s in stories:
        main = (
            f'<div class="header-editoria"><a href="/cidades/">{s.section}</a></div><h1 class="content-head__title">{s.title}</h1><p class="content-publication-data__from">Por {s.author}, G7 Cais</p><p class="content-publication-data__updated"><time>{s.at:%d/%m/%Y} {s.at:%H}h{s.at:%M}</time></p>'
            f'<article>{s.html("<div class=mc-column><p class=content-text__container>", "</p></div>")}</article><div class="compartilhar">Compartilhe no WhatsApp</div>'
        )
        site.article(
            f"/cidades/noticia/{s.at:%Y/%m/%d}/{_slug(s, 9)}.ghtml",
            s,
            shell(s.title, main),
            authors=[s.author],
            category="Cidades",
        )
    return site


FRESH: dict[str, Callable[[], Site]] = {
    "node-portal": node_portal,
    "german-daily": german_daily,
    "korean-portal": korean_portal,
    "county-system": county_system,
    "spanish-theme": spanish_theme,
    "magazine-api": magazine_api,
    "hongkong-daily": hongkong_daily,
    "japanese-town": japanese_town,
    "russian-portal": russian_portal,
    "brazilian-news": brazilian_news,
}
