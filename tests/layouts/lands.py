"""Five sites of other lands: a Taiwanese agency, a Japanese trade site, a Spanish, a British and a Hong Kong one."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.layouts.site import Site, minute, pages
from tests.layouts.words import ENGLISH, JAPANESE, SPANISH, TAIWANESE, Story, write


def island_agency() -> Site:
    """A Taiwanese agency: the reporter in the dateline's brackets, editor and day of the republic's era at the end."""
    site = Site("www.daoyushe.example.tw")
    kinds = {"政治": "aipl", "產經": "aie", "社會": "asoc"}
    stories = write(TAIWANESE, "agency", 24, sections=list(kinds), hours=5)
    address = {s.number: f"/news/{kinds[s.section]}/{s.at:%Y%m%d}{s.number + 100:04}.aspx" for s in stories}
    bar = "".join(f'<li><a href="/list/{p}.aspx">{name}</a></li>' for name, p in kinds.items())

    def frame(title: str, middle: str) -> str:
        return (
            f'<html lang="zh-TW"><head><meta charset="utf-8"><title>{title}</title></head><body><div class="ha"><a href="/">島嶼社</a>'
            f"<ul>{bar}</ul></div>{middle}<div class='hb'>島嶼通訊社 | 聯絡我們 | 著作權聲明<br>本網站之文字、圖片及影音，非經授權，不得轉載、"
            "公開播送或公開傳輸及利用。</div></body></html>"
        )

    def rows(batch: list[Story]) -> str:
        return "<ul>" + "".join(
            f'<li><a href="{address[s.number]}"><h2>{s.title}</h2><div>{s.at:%Y/%m/%d %H:%M}</div></a></li>' for s in batch
        ) + "</ul>"  # fmt: skip

    for name, path in kinds.items():
        batches = pages([s for s in stories if s.section == name], 4)
        for number, batch in enumerate(batches, 1):
            more = f'<a href="/list/{path}.aspx?pn={number + 1}">看更多內容</a>' if number < len(batches) else ""
            site.add(
                f"/list/{path}.aspx" + (f"?pn={number}" if number > 1 else ""),
                frame(f"{name} | 島嶼社", rows(batch) + more),
            )
    site.add("/", frame("島嶼社 | 最新新聞", "<h1>即時</h1>" + rows(stories[:9])))
    for s in stories:
        first = f"（島嶼社記者{s.author}台北{s.at.day}日電）"
        era = f"{s.at.year - 1911}{s.at:%m%d}"
        body = (first + s.paragraphs[0], *s.paragraphs[1:])
        site.article(
            address[s.number],
            s,
            frame(
                f"{s.title} | {s.section} | 島嶼社",
                f'<div><a href="/">首頁</a> / <a href="/list/{kinds[s.section]}.aspx">{s.section}</a></div><h1>{s.title}</h1>'
                f"<div>{s.at:%Y/%m/%d %H:%M}（{s.at:%m/%d} {s.at:%H}:59 更新）</div><figure><img src='/p.jpg'><figcaption>示意圖。（島嶼社"
                f"檔案照片）</figcaption></figure><div>{''.join(f'<p>{p}</p>' for p in body)}<p>（編輯：{s.second_author}）{era}</p></div>"
                "<div>下載島嶼社APP，每日新聞不漏接</div><div>延伸閱讀</div>" + rows(stories[3:5]),
            ),
            category=s.section,
            authors=[s.author],
            source="島嶼社",
            body="\n\n".join(body),
        )
    return site


def maker_journal() -> Site:
    """A Japanese trade site: 公開 behind the time, [name, house] under the headline, archives by month."""
    site = Site("www.monozukuri-joho.example.jp")
    kinds = {"製造": "factory", "半導体": "semi", "物流": "logi"}
    stories = write(JAPANESE, "maker", 22, sections=list(kinds), zone_h=9, hours=60)
    address = {s.number: f"/articles/{s.at:%y%m}/{s.at:%d}/news{s.number + 30:03}.html" for s in stories}
    bar = "".join(f'<a href="/subtop/{p}/">{name}</a>' for name, p in kinds.items())
    months = sorted({f"{s.at:%y%m}" for s in stories}, reverse=True)

    def frame(title: str, middle: str) -> str:
        archive = "".join(f'<a href="/archive/{m}.html">20{m[:2]}年{int(m[2:])}月</a>' for m in months)
        return (
            f'<html lang="ja"><head><title>{title}</title></head><body><header><a href="/">ものづくり情報</a>{bar}</header><main>{middle}</main>'
            f'<div>バックナンバー {archive}</div><footer><a href="/company">運営会社</a> <a href="/privacy">プライバシーポリシー</a> Copyright © '
            "ものづくり情報 Inc.</footer></body></html>"
        )

    def rows(batch: list[Story]) -> str:
        return "".join(
            f'<div class="ca"><h3><a href="{address[s.number]}">{s.title}</a></h3><p>{s.paragraphs[0][:50]}……</p><span>'
            f"（{s.at.month}月{s.at.day}日）</span></div>"
            for s in batch
        )

    for name, path in kinds.items():
        some = [s for s in stories if s.section == name]
        site.add(f"/subtop/{path}/", frame(f"{name} - ものづくり情報", f"<h1>{name}</h1>{rows(some[:4])}"))
    for m in months:
        some = [s for s in stories if f"{s.at:%y%m}" == m]
        site.add(f"/archive/{m}.html", frame(f"20{m[:2]}年{int(m[2:])}月の記事一覧", rows(some)))
    site.add("/", frame("ものづくり情報", f"<h2>新着記事</h2>{rows(stories[:6])}"))
    for s in stories:
        related = f"<div><h4>関連記事</h4>{rows(stories[4:6])}</div><div>Copyright © ものづくり情報, Inc. All Rights Reserved.</div>"
        site.article(
            address[s.number],
            s,
            frame(
                f"{s.title} - ものづくり情報",
                f'<div class="cb"><a href="/subtop/{kinds[s.section]}/">{s.section}</a></div><h1>{s.title}</h1><p>{s.at:%Y年%m月%d日} '
                f"{s.at:%H時%M分} 公開</p><p>[{s.author}，ものづくり情報]</p><div>印刷 見る Share 0</div><div>{s.html()}</div>"
                f"<p>記事の感想はこちらへお寄せください</p>{related}",
            ),
            category=s.section,
            authors=[s.author],
        )
    return site


def sierra_diary() -> Site:
    """A Spanish paper: day of the week and month in words, the place behind the name, a subscriber's box in the text."""
    site = Site("www.diariosierra.example.es")
    kinds = {"Comarca": "comarca", "Deportes": "deportes", "Opinión": "opinion"}
    stories = write(SPANISH, "sierra", 24, sections=list(kinds), zone_h=1, hours=9)
    months = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()

    def slug(s: Story) -> str:
        plain = s.title.lower().translate(str.maketrans("áéíóúñ", "aeioun"))
        return re.sub("[^a-z0-9]+", "-", plain).strip("-")

    address = {s.number: f"/{kinds[s.section]}/{slug(s)}-{s.at:%Y%m%d}{s.number:02}-nt.html" for s in stories}
    bar = "".join(f'<li><a href="/{p}/">{name}</a></li>' for name, p in kinds.items())

    def frame(title: str, middle: str) -> str:
        return (
            f'<html lang="es"><head><title>{title}</title></head><body><div class="la"><a href="/">Diario Sierra</a><ul>{bar}</ul>'
            f'<a href="/suscripciones">Suscríbete</a></div>{middle}<div class="lb">© Diario Sierra S.L. Aviso legal Política de cookies'
            "</div></body></html>"
        )

    def rows(batch: list[Story]) -> str:
        return "".join(
            f'<div class="lc"><span>{s.section}</span><h2><a href="{address[s.number]}">{s.title}</a></h2><p>{s.author}</p></div>'
            for s in batch
        )

    for name, path in kinds.items():
        batches = pages([s for s in stories if s.section == name], 4)
        for number, batch in enumerate(batches, 1):
            ahead = f'<a href="/{path}/{number + 1}/">Siguiente</a>' if number < len(batches) else ""
            site.add(
                f"/{path}/" + (f"{number}/" if number > 1 else ""),
                frame(f"{name} - Diario Sierra", rows(batch) + ahead),
            )
    site.add("/", frame("Diario Sierra | Noticias de la comarca", rows(stories[:9])))
    for s in stories:
        paragraphs = s.html().split("</p>", 1)
        box = "<div><p>Contenido para suscriptores</p><p>Disfruta de acceso ilimitado desde 1 euro al mes</p></div>"
        site.article(
            address[s.number],
            s,
            frame(
                f"{s.title} - Diario Sierra",
                f'<div><a href="/{kinds[s.section]}/">{s.section}</a></div><h1>{s.title}</h1><div><p>{s.author}</p><p>Quintaval | '
                f"{s.at.day} de {months[s.at.month - 1]} de {s.at.year} - {s.at:%H:%M}h.</p></div><div>{paragraphs[0]}</p>{box}"
                f"{paragraphs[1]}</div><div>Compartir en Facebook</div><div>Temas: <a href='/temas/obras'>obras</a></div>"
                f"<div>Lo más leído</div>{rows(stories[7:9])}",
            ),
            category=s.section,
            authors=[s.author],
        )
    return site


def shire_gazette() -> Site:
    """A British weekly: ordinal days, a reporter's role under the name, comments and a letter of news behind the text."""
    site = Site("www.shiregazette.example.co.uk")
    kinds = {"News": "news", "Crime": "news/crime", "Farming": "farming"}
    stories = write(ENGLISH, "shire", 24, sections=list(kinds), zone_h=0, hours=11)
    address = {
        s.number: f"/{kinds[s.section].split('/')[0]}/{25000000 + 113 * s.number}.{re.sub('[^a-z0-9]+', '-', s.title.lower())}/"
        for s in stories
    }
    ends = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd"}
    bar = "".join(f'<a href="/{p}/">{name}</a>' for name, p in kinds.items())

    def frame(title: str, middle: str) -> str:
        return (
            f'<html lang="en-GB"><head><title>{title}</title></head><body><div><a href="/">Shire Gazette</a>{bar}<a href="/login/">Sign in</a>'
            f"</div>{middle}<div>Get involved with the news. Send your news &amp; photos.</div><div>This website and associated newspapers "
            "adhere to the editors' code of practice. © 2026 Shire Gazette Ltd.</div></body></html>"
        )

    def rows(batch: list[Story]) -> str:
        return "".join(
            f'<article><a href="{address[s.number]}"><h3>{s.title}</h3><p>{s.paragraphs[0][:70]}</p></a></article>'
            for s in batch
        )

    for name, path in kinds.items():
        batches = pages([s for s in stories if s.section == name], 4)
        for number, batch in enumerate(batches, 1):
            turn = "".join(f'<a href="/{path}/?page={k}">{k}</a>' for k in range(1, len(batches) + 1))
            page = frame(f"{name} | Shire Gazette", f"<h1>{name}</h1>{rows(batch)}<nav>{turn}</nav>")
            site.add(f"/{path}/?page={number}", page)
            if number == 1:
                site.add(f"/{path}/", page)
    site.add("/", frame("Shire Gazette", rows(stories[:9])))
    for s in stories:
        clock = f"{s.at.hour % 12 or 12}:{s.at:%M}{'am' if s.at.hour < 12 else 'pm'}"
        stamp = f"{s.at.day}{ends.get(s.at.day, 'th')} {s.at:%B %Y}, {clock}"
        site.article(
            address[s.number],
            s,
            frame(
                f"{s.title} | Shire Gazette",
                f'<ul><li><a href="/">Home</a></li><li><a href="/{kinds[s.section]}/">{s.section}</a></li></ul><h1>{s.title}</h1>'
                f"<div>{stamp}</div><ul><li>{s.section}</li></ul><div><a href='/author/profile/1.x/'>By {s.author}</a><div>Senior Reporter"
                f"</div></div><div>Share</div><div>0 Comments</div><div>{s.html()}<p>Do you have a story? Email our newsdesk.</p></div>"
                f"<div>Comments: Our rules</div><p>We want our comments to be a lively and valuable part of our community.</p>"
                f"<div>Most read</div>{rows(stories[3:6])}",
            ),
            category=s.section,
            authors=[s.author],
            published_at=minute(s.at),
        )
    return site


def peak_weekly() -> Site:
    """A Hong Kong weekly on WordPress: Posted on, entry-meta words, /2026/11/24/slug/, Chinese sections."""
    site = Site("www.shandingzhoukan.example.hk")
    kinds = {"社區": "community", "環境": "green", "歷史": "history"}
    stories = write(TAIWANESE, "peak", 20, sections=list(kinds), hours=33)
    address = {s.number: f"/{s.at:%Y/%m/%d}/story-{chr(97 + s.number)}{s.number * 37}/" for s in stories}
    bar = "".join(f'<li><a href="/category/{p}/">{name}</a></li>' for name, p in kinds.items())

    def frame(title: str, middle: str) -> str:
        recent = "".join(f'<li><a href="{address[n]}">{stories[n].title}</a></li>' for n in range(4))
        return (
            f'<html lang="zh-HK"><head><title>{title}</title></head><body><header><a href="/">山頂周刊</a><ul>{bar}</ul></header>{middle}'
            f"<div><h2>近期文章</h2><ul>{recent}</ul><h2>彙整</h2><ul><li><a href='/2026/11/'>2026 年 11 月</a></li><li><a href='/2026/10/'>"
            "2026 年 10 月</a></li></ul></div><footer>自豪地採用網誌系統建置</footer></body></html>"
        )

    def posts(batch: list[Story]) -> str:
        return "".join(
            f'<article><h2><a href="{address[s.number]}">{s.title}</a></h2><div>發佈於 {s.at:%Y 年 %-m 月 %-d 日}</div><p>{s.paragraphs[0][:60]} '
            f'<a href="{address[s.number]}">閱讀全文</a></p></article>'
            for s in batch
        )

    for base, title, some in [
        ("/", "山頂周刊", stories),
        *(
            (f"/category/{p}/", f"{name} – 山頂周刊", [s for s in stories if s.section == name])
            for name, p in kinds.items()
        ),
    ]:
        batches = pages(some, 5)
        for number, batch in enumerate(batches, 1):
            older = f'<a href="{base}page/{number + 1}/">較舊的文章</a>' if number < len(batches) else ""
            site.add(
                base + (f"page/{number}/" if number > 1 else ""), frame(title, posts(batch) + f"<nav>{older}</nav>")
            )
    for month in ("2026/11", "2026/10"):
        site.add(f"/{month}/", frame("彙整", posts([s for s in stories if f"{s.at:%Y/%m}" == month][:5])))
    for s in stories:
        after = stories[(s.number + 1) % len(stories)]
        site.article(
            address[s.number],
            s,
            frame(
                f"{s.title} – 山頂周刊",
                f"<article><h1>{s.title}</h1><div>{s.html()}</div><div>作者：{s.author}</div><div>發佈於 <a href='{address[s.number]}'>"
                f"<time datetime='{s.at.isoformat()}'>{s.at:%Y 年 %-m 月 %-d 日}</time></a> 分類：<a href='/category/{kinds[s.section]}/'>"
                f"{s.section}</a></div></article><nav>下一篇文章 <a href='{address[after.number]}'>{after.title}</a></nav>"
                "<div>發佈留言 <form><textarea></textarea><button>發佈留言</button></form></div>",
            ),
            category=s.section,
            authors=[s.author],
            published_at=s.at.isoformat(),
        )
    return site


LANDS: dict[str, Callable[[], Site]] = {
    "island-agency": island_agency,
    "maker-journal": maker_journal,
    "sierra-diary": sierra_diary,
    "shire-gazette": shire_gazette,
    "peak-weekly": peak_weekly,
}
