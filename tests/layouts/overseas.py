"""Five sites: a paper's digital twin, an English radio, a German town, a Japanese town's blog, a Brazilian station."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from tests.layouts.site import Site, day, pages
from tests.layouts.words import CHINESE, ENGLISH, GERMAN, JAPANESE, PORTUGUESE, Story, write


def slug(text: str) -> str:
    """A headline as it stands in an address."""
    return re.sub("[^a-z0-9]+", "-", text.lower()).strip("-")


def twin_paper() -> Site:
    """A paper's digital twin: /pc/layout/ and /pc/content/, 版次 and 作者 as labels, an introduction line, PDF links."""
    site = Site("epaper.qichuanrb.example.cn", start="/pc/layout/202611/24/node_A01.html")
    leaves = {"要闻": "A01", "综合": "A02", "副刊": "A03"}
    stories = write(CHINESE, "twin", 24, sections=list(leaves), hours=0.1)
    days = [stories[0].at - timedelta(days=n) for n in range(2)]
    for which, at in enumerate(days):
        some = stories[12 * which : 12 * which + 12]
        where = {s.number: f"/pc/content/{at:%Y%m/%d}/content_{4405000 + s.number * 3}.html" for s in some}
        for name, leaf in leaves.items():
            mine = [s for s in some if s.section == name]
            others = "".join(
                f'<li><a href="/pc/layout/{at:%Y%m/%d}/node_{k}.html">第{k}版：{n}</a><a href="/pc/pdf/{at:%Y%m}/{k}.pdf">PDF</a></li>'
                for n, k in leaves.items()
            )
            titles = "".join(f'<li><h3><a href="{where[s.number]}">{s.title}</a></h3></li>' for s in mine)
            past = f'<a href="/pc/layout/{days[1]:%Y%m/%d}/node_A01.html">上一期</a>' if which == 0 else ""
            top = f"<div>淇川日报 数字报 {at:%Y-%m-%d} {past}</div>"
            site.add(
                f"/pc/layout/{at:%Y%m/%d}/node_{leaf}.html",
                f"<html><head><title>淇川日报</title></head><body>{top}<div><p>第{leaf}版：{name}</p><ul>{titles}</ul></div><div><p>版面目录</p><ul>{others}</ul>"
                "</div></body></html>",
            )
            for s in mine:
                site.article(
                    where[s.number],
                    s,
                    f"<html><head><title>淇川日报</title></head><body>{top}<div><a href='/pc/layout/{at:%Y%m/%d}/node_{leaf}.html'>返回目录</a> <a>放大+</a> <a>缩小-"
                    f"</a></div><p>肩题</p><h2>{s.title}</h2><p>{s.paragraphs[0][:12]}——</p><div><span>作者：{s.author}</span><span>版次：{leaf}</span><span>"
                    f"日期：{at:%Y-%m-%d}</span></div><div>{s.html('<p>　　')}</div><div><p>版面目录</p><ul>{others}</ul></div></body></html>",
                    published_at=day(at),
                    authors=[s.author],
                    category=name,
                )
    return site


def coast_radio() -> Site:
    """A local radio on an old system: index.php/news/local/12-slug, Details as a list, Written by, Hits."""
    site = Site("www.coastradio.example.org.nz", start="/index.php/news")
    kinds = {"Local": "local", "Sport": "sport", "Community": "community"}
    stories = write(ENGLISH, "coast", 24, sections=list(kinds), zone_h=13, hours=10)
    address = {s.number: f"/index.php/news/{kinds[s.section]}/{900 - s.number}-{slug(s.title)}" for s in stories}

    def frame(title: str, middle: str) -> str:
        bar = "".join(f'<li><a href="/index.php/news/{p}">{name}</a></li>' for name, p in kinds.items())
        return (
            f'<html lang="en-gb"><head><title>{title}</title></head><body><ul><li><a href="/">Home</a></li><li><a href="/index.php/news">News</a><ul>{bar}</ul>'
            f'</li><li><a href="/index.php/schedule">Schedule</a></li><li><a href="/index.php/contact">Contact</a></li></ul>{middle}<div>Listen live 98.4 FM'
            "</div><div>© 2026 Coast Radio</div></body></html>"
        )

    def blog(base: str, some: list[Story]) -> None:
        batches = pages(some, 5)
        for number, batch in enumerate(batches):
            rows = "".join(
                f'<div><h2><a href="{address[s.number]}">{s.title}</a></h2><p>{s.paragraphs[0][:90]}</p><p><a href="{address[s.number]}">Read more: {s.title}</a></p></div>'
                for s in batch
            )
            turn = "".join(
                f'<li><a href="{base}{f"?start={5 * k}" if k else ""}">{k + 1}</a></li>' for k in range(len(batches))
            )
            site.add(
                base + (f"?start={5 * number}" if number else ""),
                frame("News", f"{rows}<ul>{turn}</ul><p>Page {number + 1} of {len(batches)}</p>"),
            )

    blog("/index.php/news", stories)
    for name, path in kinds.items():
        blog(f"/index.php/news/{path}", [s for s in stories if s.section == name])
    for s in stories:
        site.article(
            address[s.number],
            s,
            frame(
                s.title,
                f"<h2>{s.title}</h2><dl><dt>Details</dt><dd>Written by {s.author}</dd><dd>Category: <a href='/index.php/news/{kinds[s.section]}'>{s.section}</a></dd>"
                f"<dd>Published: {s.at:%d %B %Y %H:%M}</dd><dd>Hits: {s.number + 40}</dd></dl>{s.html()}<ul><li><a href='#'>Prev</a></li><li><a href='#'>Next</a></li></ul>",
            ),
            category=s.section,
            authors=[s.author],
        )
    return site


def town_notices() -> Site:
    """A German town's paper: 24.11.2026 | 18:40 Uhr, a dateline in capitals, tx_news pages, "Von" and a short sign."""
    site = Site("www.moosbacher-bote.example.de")
    kinds = {"Lokales": "lokales", "Kultur": "kultur", "Vereine": "vereine"}
    stories = write(GERMAN, "town", 22, sections=list(kinds), zone_h=1, hours=16)
    address = {s.number: f"/{kinds[s.section]}/artikel/{slug(s.title)}-{s.number + 310}" for s in stories}

    def frame(title: str, middle: str) -> str:
        bar = "".join(f'<a href="/{p}">{name}</a>' for name, p in kinds.items())
        return (
            f'<html lang="de"><head><title>{title}</title></head><body><div><a href="/">Moosbacher Bote</a></div><nav>{bar}<a href="/abo">Abo</a></nav>{middle}'
            '<div><a href="/impressum">Impressum</a> <a href="/datenschutz">Datenschutz</a></div></body></html>'
        )

    def rows(batch: list[Story]) -> str:
        return "".join(
            f'<div><p>{s.section}</p><h3><a href="{address[s.number]}">{s.title}</a></h3><p>{s.paragraphs[0][:80]} <a href="{address[s.number]}">mehr</a></p></div>'
            for s in batch
        )

    for name, path in kinds.items():
        batches = pages([s for s in stories if s.section == name], 4)
        for number, batch in enumerate(batches, 1):
            turn = "".join(
                f'<li><a href="/{path}?tx_news_pi1%5BcurrentPage%5D={k}&cHash=ab{k}">{k}</a></li>'
                for k in range(2, len(batches) + 1)
            )
            here = f"/{path}" + (f"?tx_news_pi1%5BcurrentPage%5D={number}&cHash=ab{number}" if number > 1 else "")
            site.add(here, frame(f"{name} - Moosbacher Bote", f"<h1>{name}</h1>{rows(batch)}<ul>{turn}</ul>"))
    site.add("/", frame("Moosbacher Bote", rows(stories[:9])))
    for s in stories:
        site.article(
            address[s.number],
            s,
            frame(
                f"{s.title} - Moosbacher Bote",
                f"<div><span>{s.section}</span><h1>{s.title}</h1><p>{s.at:%d.%m.%Y} | {s.at:%H:%M} Uhr</p><p>Von {s.author}</p></div><div>{s.html()}</div>"
                "<p>Artikel drucken</p><p>Haben Sie einen Fehler entdeckt?</p>"
                f"<section><h2>Das könnte Sie auch interessieren</h2>{rows(stories[5:7])}</section>",
            ),
            category=s.section,
            authors=[s.author],
        )
    return site


def harbour_diary() -> Site:
    """A Japanese town's news blog: 投稿日, 投稿者, カテゴリー behind the text, months as archive."""
    site = Site("minato-tayori.example.jp")
    kinds = {"まち": "town", "くらし": "life", "まつり": "festival"}
    stories = write(JAPANESE, "diary", 20, sections=list(kinds), zone_h=9, hours=45)
    address = {s.number: f"/archives/{2400 - s.number}" for s in stories}

    def frame(title: str, middle: str) -> str:
        bar = "".join(f'<li><a href="/archives/category/{p}">{name}</a></li>' for name, p in kinds.items())
        return (
            f'<html lang="ja"><head><title>{title}</title></head><body><h1><a href="/">みなとだより</a></h1><p>港町のニュースと暮らし</p>{middle}<div><h3>カテゴリー</h3>'
            f"<ul>{bar}</ul><h3>最近の投稿</h3><ul>{''.join(f'<li><a href={address[n]}>{stories[n].title}</a></li>' for n in range(3))}</ul></div>"
            "<div>Copyright © みなとだより All Rights Reserved.</div></body></html>"
        )

    for base, title, some in [
        ("/", "みなとだより", stories),
        *(
            (f"/archives/category/{p}", f"{name} | みなとだより", [s for s in stories if s.section == name])
            for name, p in kinds.items()
        ),
    ]:
        batches = pages(some, 5)
        for number, batch in enumerate(batches, 1):
            older = (
                f'<a href="{base.rstrip("/")}/page/{number + 1}">&laquo; 前のページ</a>'
                if number < len(batches)
                else ""
            )
            rows = "".join(
                f'<div><h2><a href="{address[s.number]}">{s.title}</a></h2><p>{s.at:%Y年%m月%d日}</p><p>{s.paragraphs[0][:60]} <a href="{address[s.number]}">続きを読む</a>'
                "</p></div>"
                for s in batch
            )
            site.add(base if number == 1 else f"{base.rstrip('/')}/page/{number}", frame(title, rows + older))
    for s in stories:
        site.article(
            address[s.number],
            s,
            frame(
                f"{s.title} | みなとだより",
                f"<div><h2>{s.title}</h2><div>投稿日：{s.at:%Y年%m月%d日 %H:%M}　投稿者：{s.author}</div><div>{s.html()}</div><div>カテゴリー：<a href='/archives/category/"
                f"{kinds[s.section]}'>{s.section}</a></div><div>ツイート いいね！</div><div>コメントを残す</div></div>",
            ),
            category=s.section,
            authors=[s.author],
        )
    return site


def delta_station() -> Site:
    """A Brazilian station: Publicado em, às 18h40, por; the section over the headline; a call to its channel inside."""
    site = Site("www.radiodelta.example.com.br")
    kinds = {"Cidade": "cidade", "Polícia": "policia", "Esporte": "esporte"}
    stories = write(PORTUGUESE, "delta", 24, sections=list(kinds), zone_h=-3, hours=13)
    address = {s.number: f"/noticia/{58800 - s.number}/{slug(s.title)}" for s in stories}

    def frame(title: str, middle: str) -> str:
        bar = "".join(f'<a href="/editoria/{p}">{name}</a>' for name, p in kinds.items())
        return (
            f'<html lang="pt-BR"><head><title>{title}</title></head><body><div><a href="/">Rádio Delta</a>{bar}<a href="/ao-vivo">Ao vivo</a></div>{middle}'
            "<div>Rádio Delta FM 101,1 - Todos os direitos reservados</div></body></html>"
        )

    def rows(batch: list[Story]) -> str:
        return "".join(
            f'<a href="{address[s.number]}"><span>{s.section}</span><strong>{s.title}</strong><em>{s.at:%d/%m/%Y}</em></a>'
            for s in batch
        )

    for name, path in kinds.items():
        batches = pages([s for s in stories if s.section == name], 4)
        for number, batch in enumerate(batches, 1):
            ahead = f'<a href="/editoria/{path}?pagina={number + 1}">Próxima</a>' if number < len(batches) else ""
            site.add(
                f"/editoria/{path}" + (f"?pagina={number}" if number > 1 else ""),
                frame(f"{name} | Rádio Delta", rows(batch) + ahead),
            )
    site.add("/", frame("Rádio Delta", rows(stories[:9])))
    for s in stories:
        parts = s.html().split("</p>", 1)
        site.article(
            address[s.number],
            s,
            frame(
                f"{s.title} | Rádio Delta",
                f"<div><a href='/editoria/{kinds[s.section]}'>{s.section}</a><h1>{s.title}</h1><div>Publicado em {s.at:%d/%m/%Y} às {s.at:%Hh%M} por {s.author}</div>"
                f"<div>{parts[0]}</p><p><a href='https://w.example/c'>Clique aqui para entrar no nosso canal</a></p>{parts[1]}</div><div>Compartilhe</div>"
                f"<h4>Veja também</h4>{rows(stories[2:5])}</div>",
            ),
            category=s.section,
            authors=[s.author],
        )
    return site


OVERSEAS: dict[str, Callable[[], Site]] = {
    "twin-paper": twin_paper,
    "coast-radio": coast_radio,
    "town-notices": town_notices,
    "harbour-diary": harbour_diary,
    "delta-station": delta_station,
}
