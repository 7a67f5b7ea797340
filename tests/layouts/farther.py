"""Five sites: an English technology site, a Russian town, a Korean one that loads more, a Mexican one, Macau's bureau."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from tests.layouts.site import Site, minute, pages
from tests.layouts.words import ENGLISH, KOREAN, RUSSIAN, SPANISH, TAIWANESE, Story, write


def gadget_press() -> Site:
    """A British technology site: clock and zone before the day, a role behind the name, topics and a newsletter."""
    site = Site("www.gadgetpress.example.co.uk")
    kinds = {"Robotics": "robotics", "Energy": "energy", "Policy": "policy"}
    stories = write(ENGLISH, "gadget", 24, sections=list(kinds), zone_h=0, hours=8)
    address = {s.number: f"/{s.at:%Y/%m/%d}/{re.sub('[^a-z0-9]+', '-', s.title.lower())}/" for s in stories}
    bar = "".join(f'<li><a href="/category/{p}/">{name}</a></li>' for name, p in kinds.items())

    def frame(title: str, middle: str) -> str:
        return (
            f'<html lang="en-GB"><head><title>{title}</title></head><body><header><a href="/">Gadget Press</a><ul>{bar}<li><a href="/newsletters/">Newsletters</a></li>'
            f"</ul></header>{middle}<footer>© 2026 Gadget Press Media. Terms of Service, Privacy Policy</footer></body></html>"
        )

    def cards(batch: list[Story]) -> str:
        return "".join(
            f'<div><a href="/category/{kinds[s.section]}/">{s.section}</a><h3><a href="{address[s.number]}">{s.title}</a></h3><span>{s.author}</span><time>{s.at:%d %b %Y}</time>'
            "</div>"
            for s in batch
        )

    for name, path in kinds.items():
        batches = pages([s for s in stories if s.section == name], 4)
        for number, batch in enumerate(batches, 1):
            ahead = f'<a href="/category/{path}/page/{number + 1}/">Next</a>' if number < len(batches) else ""
            site.add(
                f"/category/{path}/" + (f"page/{number}/" if number > 1 else ""),
                frame(f"{name} | Gadget Press", f"<h1>{name}</h1>{cards(batch)}{ahead}"),
            )
    site.add("/", frame("Gadget Press", cards(stories[:9])))
    for s in stories:
        clock = f"{s.at.hour % 12 or 12}:{s.at:%M} {'AM' if s.at.hour < 12 else 'PM'} GMT · {s.at:%B} {s.at.day}, {s.at.year}"
        site.article(
            address[s.number],
            s,
            frame(
                f"{s.title} | Gadget Press",
                f"<div><a href='/category/{kinds[s.section]}/'>{s.section}</a><h1>{s.title}</h1><div><a href='/author/x/'>{s.author}</a></div><div>{clock}</div></div><div>{s.html()}"
                f"</div><div>Topics</div><div><a href='/tag/batteries/'>batteries</a></div><div><h4>{s.author}</h4><p>Senior Reporter</p><p>{s.author} writes about things that move, and "
                f"has done so since the paper began.</p></div><h2>Most Popular</h2>{cards(stories[2:5])}<div>Subscribe for the industry's biggest news</div>",
            ),
            category=s.section,
            authors=[s.author],
        )
    return site


def river_town() -> Site:
    """A Russian town's site: month by name, Автор and Рубрика as labels, views, Telegram's call, ?page=2."""
    site = Site("www.lugozersk.example.ru")
    kinds = {"Общество": "obshestvo", "Культура": "kultura", "Происшествия": "incidents"}
    stories = write(RUSSIAN, "river", 22, sections=list(kinds), zone_h=3, hours=14)
    months = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()
    address = {s.number: f"/news/{kinds[s.section]}/{14200 - s.number}" for s in stories}
    bar = "".join(f'<a href="/news/{p}">{name}</a>' for name, p in kinds.items())

    def frame(title: str, middle: str) -> str:
        return (
            f'<html lang="ru"><head><title>{title}</title></head><body><div><a href="/">Лугозёрск Онлайн</a>{bar}<a href="/contacts">Контакты</a></div>{middle}<div>16+ Лугозёрск '
            "Онлайн. При использовании материалов ссылка обязательна.</div></body></html>"
        )

    def rows(batch: list[Story]) -> str:
        return "".join(
            f'<div><span>{s.at:%d.%m.%Y %H:%M}</span><a href="{address[s.number]}">{s.title}</a><p>{s.paragraphs[0][:70]}</p></div>'
            for s in batch
        )

    for name, path in kinds.items():
        batches = pages([s for s in stories if s.section == name], 4)
        for number, batch in enumerate(batches, 1):
            turn = (
                "".join(f'<a href="/news/{path}?page={k}">{k}</a>' for k in range(1, len(batches) + 1) if k != number)
                + f"<b>{number}</b>"
            )
            site.add(
                f"/news/{path}" + (f"?page={number}" if number > 1 else ""),
                frame(f"{name} - Лугозёрск Онлайн", f"<h1>{name}</h1>{rows(batch)}<div>{turn}</div>"),
            )
            if number == 1:
                site.add(f"/news/{path}?page=1", frame(name, rows(batch)))
    site.add("/", frame("Лугозёрск Онлайн", rows(stories[:9])))
    for s in stories:
        site.article(
            address[s.number],
            s,
            frame(
                f"{s.title} - Лугозёрск Онлайн",
                f"<h1>{s.title}</h1><div>{s.at.day} {months[s.at.month - 1]} {s.at.year}, {s.at:%H:%M} | Рубрика: <a href='/news/{kinds[s.section]}'>{s.section}</a> | Просмотров: {s.number + 90}"
                f"</div><div>{s.html()}</div><p>Автор: {s.author}</p><p>Подписывайтесь на наш Telegram-канал</p><div>Читайте также</div>{rows(stories[6:8])}",
            ),
            category=s.section,
            authors=[s.author],
        )
    return site


def seaside_daily() -> Site:
    """A Korean paper whose list loads more: pieces of markup from an address of section and page."""
    site = Site("www.haenuri.example.kr", start="/news")
    kinds = {"지역": "local", "경제": "economy", "스포츠": "sports"}
    stories = write(KOREAN, "seaside", 24, sections=list(kinds), zone_h=9, hours=7)
    address = {s.number: f"/article/{s.at:%Y%m%d}{s.number + 500000}" for s in stories}
    bar = "".join(f'<li><a href="/news/{p}">{name}</a></li>' for name, p in kinds.items())

    def frame(title: str, middle: str) -> str:
        return (
            f'<html lang="ko"><head><title>{title}</title></head><body><div><a href="/">해누리일보</a><ul>{bar}</ul></div>{middle}<div>회사소개 | 고충처리 | 청소년보호정책<br>'
            "해누리일보 대표이사 표지석 ⓒ 해누리일보</div></body></html>"
        )

    def rows(batch: list[Story]) -> str:
        return "".join(
            f'<li><a href="{address[s.number]}"><strong>{s.title}</strong></a><p>{s.paragraphs[0][:50]}</p><span>{s.at:%Y-%m-%d %H:%M}</span></li>'
            for s in batch
        )

    for base, code, title, some in [
        ("/news", "all", "전체", stories),
        *((f"/news/{p}", p, name, [s for s in stories if s.section == name]) for name, p in kinds.items()),
    ]:
        batches = pages(some, 5)
        script = (
            f'<script>var sec="{code}",page=1;document.getElementById("more").onclick=function(){{page++;fetch(`/ajax/list?sec=${{sec}}&page=${{page}}`).then(r=>r.json())'
            ".then(d=>{document.getElementById('l').innerHTML+=d.html})}</script>"
        )
        site.add(
            base,
            frame(
                f"{title} - 해누리일보", f'<ul id="l">{rows(batches[0])}</ul><button id="more">더보기</button>{script}'
            ),
        )
        for number, batch in enumerate([*batches, []], 1):
            answer = {"html": rows(batch), "more": number < len(batches)}
            site.add(f"/ajax/list?sec={code}&page={number}", json.dumps(answer, ensure_ascii=False), "application/json")
    for s in stories:
        site.article(
            address[s.number],
            s,
            frame(
                f"{s.title} - 해누리일보",
                f'<div><a href="/news/{kinds[s.section]}">{s.section}</a></div><h2>{s.title}</h2><div><span>{s.author} 기자</span> <span>입력 {s.at:%Y-%m-%d %H:%M}</span> <span>수정 '
                f"{s.at.replace(minute=59):%Y-%m-%d %H:%M}</span></div><div>{s.html()}</div><p>ⓒ 해누리일보, 무단 전재 및 재배포 금지</p><div>좋아요 0 훈훈해요 0 슬퍼요 0</div>"
                f"<h3>많이 본 뉴스</h3><ol>{rows(stories[3:6])}</ol>",
            ),
            category=s.section,
            authors=[s.author],
        )
    return site


def valley_voice() -> Site:
    """A Mexican paper on a system that counts pages from 0: Mar, 24/11/2026 - 18:40, Redacción and a name."""
    site = Site("www.vozdelvalle.example.mx", start="/noticias")
    kinds = {"Estado": "estado", "Campo": "campo", "Cultura": "cultura"}
    stories = write(SPANISH, "valle", 24, sections=list(kinds), zone_h=-6, hours=11)
    days = ("Lun", "Mar", "Mié", "Jue", "Vie", "Sáb", "Dom")
    address = {s.number: f"/node/{31700 - s.number}" for s in stories}
    bar = "".join(f'<li><a href="/noticias/{p}">{name}</a></li>' for name, p in kinds.items())

    def frame(title: str, middle: str) -> str:
        return (
            f'<html lang="es" dir="ltr"><head><title>{title}</title></head><body><a href="#main">Pasar al contenido principal</a><div><a href="/">La Voz del Valle</a><ul>{bar}</ul></div>'
            f"{middle}<div>La Voz del Valle. Todos los derechos reservados.</div></body></html>"
        )

    def rows(batch: list[Story]) -> str:
        return "".join(
            f'<div><h2><a href="{address[s.number]}" rel="bookmark"><span>{s.title}</span></a></h2><p>{s.paragraphs[0][:70]}</p><ul><li><a href="{address[s.number]}">Leer más</a></li></ul></div>'
            for s in batch
        )

    for base, title, some in [
        ("/noticias", "Noticias", stories),
        *((f"/noticias/{p}", n, [s for s in stories if s.section == n]) for n, p in kinds.items()),
    ]:
        batches = pages(some, 5)
        for number, batch in enumerate(batches):
            ahead = (
                f'<li><a href="?page={number + 1}" title="Ir a la página siguiente">Siguiente ›</a></li>'
                if number + 1 < len(batches)
                else ""
            )
            site.add(
                base + (f"?page={number}" if number else ""),
                frame(f"{title} | La Voz del Valle", f"{rows(batch)}<ul>{ahead}</ul>"),
            )
    for s in stories:
        site.article(
            address[s.number],
            s,
            frame(
                f"{s.title} | La Voz del Valle",
                f'<div><h1><span>{s.title}</span></h1><div><a href="/noticias/{kinds[s.section]}">{s.section}</a></div><div>Por <span>{s.author}</span>, {days[s.at.weekday()]}, {s.at:%d/%m/%Y - %H:%M}'
                f"</div><div>{s.html()}</div><div>Etiquetas <a href='/etiqueta/obra'>obra</a></div><ul><li><a href='/user/login'>Inicie sesión</a> para comentar</li></ul></div>",
            ),
            category=s.section,
            authors=[s.author],
        )
    return site


def lotus_bureau() -> Site:
    """Macau's bureau: the office that speaks as 來源, time with seconds, pictures behind the text, tabs of kinds."""
    site = Site("www.lianhua-gov.example.mo", start="/zh/news")
    kinds = {"行政": "admin", "文化": "culture", "交通": "traffic"}
    stories = write(TAIWANESE, "lotus", 22, sections=list(kinds), sources=("新聞局", "文化局", "交通事務局"), hours=6)
    address = {s.number: f"/zh/news/detail/{'NKQ'[s.number % 3]}26K{24000 + s.number}" for s in stories}
    tabs = "".join(f'<li><a href="/zh/news/{p}">{name}</a></li>' for name, p in kinds.items())

    def frame(title: str, middle: str) -> str:
        return (
            f'<html lang="zh-Hant"><head><title>{title}</title></head><body><div><a href="/zh">蓮花入口網</a> <a href="/pt">Português</a></div><ul>{tabs}</ul>{middle}<div>私隱聲明 使用條款 '
            "頁尾資訊</div></body></html>"
        )

    def rows(batch: list[Story]) -> str:
        return "".join(
            f'<div><a href="{address[s.number]}"><h5>{s.title}</h5></a><p>{s.source} {s.at:%Y-%m-%d %H:%M}</p></div>'
            for s in batch
        )

    for base, title, some in [
        ("/zh/news", "新聞", stories),
        *((f"/zh/news/{p}", n, [s for s in stories if s.section == n]) for n, p in kinds.items()),
    ]:
        batches = pages(some, 5)
        for number, batch in enumerate(batches, 1):
            ahead = (
                f'<a href="{base}?page={number + 1}" aria-label="下一頁">&#8250;</a>' if number < len(batches) else ""
            )
            site.add(
                base + (f"?page={number}" if number > 1 else ""),
                frame(f"{title} – 蓮花入口網", f"{rows(batch)}<div>{ahead}</div>"),
            )
    for s in stories:
        site.article(
            address[s.number],
            s,
            frame(
                f"{s.title} – 蓮花入口網",
                f"<h3>{s.title}</h3><div>來源：<strong>{s.source}</strong></div><div>發佈日期：{s.at:%Y-%m-%d %H:%M}</div><div>類別：{s.section}</div><div>{s.html('<p>　　')}</div>"
                "<div><img src='/1.jpg'><p>活動現場</p></div><div>查看圖庫</div><div>有關內容有誤？請通知我們</div>",
            ),
            source=s.source,
            category=s.section,
            published_at=minute(s.at),
        )
    return site


FARTHER: dict[str, Callable[[], Site]] = {
    "gadget-press": gadget_press,
    "river-town": river_town,
    "seaside-daily": seaside_daily,
    "valley-voice": valley_voice,
    "lotus-bureau": lotus_bureau,
}
