"""Eight common layouts: parts, a blog system, an e-paper, notices, Taiwan, Japan, Arabic, a page filled by a script."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.layouts.site import Site, pages
from tests.layouts.words import ARABIC, CHINESE, ENGLISH, JAPANESE, TAIWANESE, write

PAPERS = ("泠州晚报", "青渡日报", "澄江新闻网")


def three_parts() -> Site:
    """Each article stands on three pages that 下一页 leads through; lists are paged by numbers."""
    site = Site("news.lanxi.example.cn")
    stories = write(CHINESE, "parts", 12, sections=("民生", "人文"), sources=PAPERS)

    def shell(title: str, main: str) -> str:
        return (
            f'<html><head><meta charset="utf-8"><title>{title}_兰汐网</title></head><body><div class="hd"><a href="/">首页</a>'
            f'<a href="/ms/">民生</a><a href="/rw/">人文</a></div><div class="wrap">{main}</div>'
            '<div class="ft">兰汐网版权所有 <a href="/about/">关于我们</a> <a href="/contact/">联系方式</a></div></body></html>'
        )

    slugs = {"民生": "ms", "人文": "rw"}
    for base, name, found in (("/", "要闻", stories), *(
        (f"/{slug}/", name, [s for s in stories if s.section == name]) for name, slug in slugs.items()
    )):  # fmt: skip
        parts = pages(found, 4)
        for number, part in enumerate(parts, 1):
            rows = "".join(
                f'<li><a href="/{slugs[s.section]}/{s.at:%Y-%m}/{s.at:%d}/cms{7300 + s.number}.shtml">{s.title}</a><i>{s.at:%m/%d}</i></li>'
                for s in part
            )
            pager = "".join(
                f'<a href="{base}{"" if n == 1 else f"list{n}.shtml"}">{n}</a>' for n in range(1, len(parts) + 1)
            )
            address = base if number == 1 else f"{base}list{number}.shtml"
            site.add(address, shell(name, f'<ul class="news">{rows}</ul><div class="fanye">{pager}</div>'))
    for s in stories:
        stem = f"/{slugs[s.section]}/{s.at:%Y-%m}/{s.at:%d}/cms{7300 + s.number}"
        size = -(-len(s.paragraphs) // 3)
        for part in range(3):
            text = "".join(f"<p>　　{p}</p>" for p in s.paragraphs[part * size : (part + 1) * size])
            names = [f"{stem}{'' if n == 0 else f'_{n + 1}'}.shtml" for n in range(3)]
            pager = f'<a href="{names[part - 1]}">上一页</a>' if part else ""
            pager += "".join(f'<a href="{names[n]}">{n + 1}</a>' for n in range(3))
            pager += f'<a href="{names[part + 1]}">下一页</a>' if part < 2 else ""
            main = (
                f'<div class="weizhi">您的位置：<a href="/">首页</a> &gt; <a href="/{slugs[s.section]}/">{s.section}</a> &gt; 正文</div>'
                f'<h2 class="biaoti">{s.title}</h2><div class="xinxi">{s.at:%Y-%m-%d %H:%M}　来源：{s.source}　作者：{s.author}</div>'
                f'<div class="neirong">{text}</div><div class="fenye">{pager}</div>'
            )
            site.add(names[part], shell(s.title, main))
        site.truth(f"{stem}.shtml", s, source=s.source, authors=[s.author], category=s.section)
    return site


def wordpress() -> Site:
    """A magazine theme in English: month names, byline, the section's link over the headline, unpadded days."""
    site = Site("harbourcourier.example.org")
    stories = write(ENGLISH, "courier", 24, sections=("Town", "Culture", "Business"), zone_h=0)

    def path(s: object) -> str:
        words = [w.lower() for w in s.title.split() if w.isalnum()]  # type: ignore[attr-defined]
        return f"/{s.at.year}/{s.at.month}/{s.at.day}/{'-'.join(words[:9])}/"  # type: ignore[attr-defined]

    def shell(title: str, main: str) -> str:
        nav = "".join(
            f'<li class="menu-item"><a href="/section/{k.lower()}/">{k}</a></li>'
            for k in ("Town", "Culture", "Business")
        )
        return (
            f'<!DOCTYPE html><html lang="en-GB"><head><meta charset="UTF-8"><title>{title} &#8211; The Harbour Courier</title></head><body class="single">'
            f'<header class="site-header"><a class="custom-logo-link" href="/">The Harbour Courier</a><ul class="primary-menu">{nav}<li><a href="/about/">About</a></li></ul></header>'
            f'<div class="content-area">{main}</div><aside><h2>Newsletter</h2><p>Get our stories by post every Friday.</p></aside>'
            "<footer>Proudly made by the sea. <a href=/privacy-policy/>Privacy policy</a></footer></body></html>"
        )

    def card(s: object) -> str:
        return (
            f'<article class="post"><span class="cat-links"><a href="/section/{s.section.lower()}/" rel="category tag">{s.section}</a></span><h2 class="entry-title"><a href="{path(s)}">{s.title}</a></h2>'  # type: ignore[attr-defined]
            f'<p>{s.paragraphs[0][:110]}&hellip; <a class="more" href="{path(s)}">Continue reading</a></p></article>'  # type: ignore[attr-defined]
        )

    for base, name, found in (("/", "Home", stories), *(
        (f"/section/{k.lower()}/", k, [s for s in stories if s.section == k]) for k in ("Town", "Culture", "Business")
    )):  # fmt: skip
        parts = pages(found)
        for number, part in enumerate(parts, 1):
            older = f'<a href="{base}page/{number + 1}/">Older posts</a>' if number < len(parts) else ""
            address = base if number == 1 else f"{base}page/{number}/"
            site.add(address, shell(name, "".join(map(card, part)) + f'<nav class="navigation">{older}</nav>'))
    for s in stories:
        main = (
            f'<article class="post"><header class="entry-header"><span class="cat-links"><a href="/section/{s.section.lower()}/" rel="category tag">{s.section}</a></span>'
            f'<h1 class="entry-title">{s.title}</h1><div class="entry-meta"><span>By <a href="/author/staff/">{s.author}</a></span> <span class="date">{s.at:%B} {s.at.day}, {s.at.year} {s.at.hour % 12 or 12}:{s.at:%M} {"am" if s.at.hour < 12 else "pm"}</span></div></header>'
            f'<div class="entry-content">{s.html()}</div><div class="share-buttons">Share this: <a href="#">Facebook</a> <a href="#">Email</a></div></article>'
        )
        site.article(path(s), s, shell(s.title, main), authors=[s.author], category=s.section)
    return site


def epaper() -> Site:
    """A provincial paper as printed: the newest issue at /, its pages (版) one by one, an index, earlier issues."""
    return _epaper("/html/{}/node_{}.htm", "/html/{}/content_{}.htm", ("2026-11/24", "2026-11/23", "2026-11/22"))


def deep_epaper() -> Site:
    """The same with pages and articles in folders of their own, six deep, and addresses from the root."""
    issues = ("202611/24", "202611/23", "202611/22")
    return _epaper("/pc/layout/{}/col/node_{:0>2}.html", "/pc/content/{}/content_{}.html", issues)


def _epaper(node: str, content: str, issues: tuple[str, ...]) -> Site:
    site, count = Site("epaper.lizhou.example.cn", start="/"), 0
    stories = write(CHINESE, "epaper", 48, sections=("要闻",), hours=1)
    boards = (("01", "要闻"), ("02", "综合"), ("03", "民生"), ("04", "副刊"))

    def shell(title: str, main: str) -> str:
        return f'<html><head><meta charset="utf-8"><title>{title}</title></head><body>{main}<div id="bottom">版权所有 骊州日报社</div></body></html>'

    site.add("/", f'<html><head><meta http-equiv="refresh" content="0;url={node.format(issues[0], 1)}"></head></html>')
    for place, issue in enumerate(issues):
        contents = {}
        for number, _ in boards:
            contents[number] = stories[count : count + 4]
            count += 4
        day = "".join(filter(str.isdigit, issue))
        named = f"{day[:4]}年{day[4:6]}月{day[6:]}日"
        for index, (number, name) in enumerate(boards, 1):
            found = contents[number]
            links = "".join(f'<li><a href="{content.format(issue, s.number + 300)}">{s.title}</a></li>' for s in found)
            all_boards = "".join(
                f'<tr><td><a href="{node.format(issue, n)}">第{b}版：{t}</a></td><td><a href="/pdf/{issue}/{b}.pdf">PDF</a></td></tr>'
                for n, (b, t) in enumerate(boards, 1)
            )
            before = f'<a href="{node.format(issues[place + 1], 1)}">上一期</a>' if place + 1 < len(issues) else ""
            after = f'<a href="{node.format(issues[place - 1], 1)}">下一期</a>' if place else ""
            neighbours = f'<a href="{node.format(issue, index - 1)}">上一版</a>' if index > 1 else ""
            neighbours += f'<a href="{node.format(issue, index + 1)}">下一版</a>' if index < len(boards) else ""
            areas = "".join(
                f'<area shape="poly" coords="0,{i * 90},300,{i * 90 + 90}" href="{content.format(issue, s.number + 300)}">'
                for i, s in enumerate(found)
            )
            main = (
                f'<div class="riqi">{named} 星期二　{before}{after}</div><div class="banmian"><img src="/pic/{number}.jpg" usemap="#m"><map name="m">{areas}</map></div>'
                f'<div class="bm">第{number}版：{name}　{neighbours}</div><ul class="biaoti">{links}</ul><table class="banci">{all_boards}</table>'
            )
            site.add(node.format(issue, index), shell("骊州日报数字报", main))
            for s in found:
                main = (
                    f'<div class="riqi">{named} 星期二</div><div class="bm">第{number}版：{name}</div><table><tr><td class="font01"><founder-title>{s.title}</founder-title></td></tr></table>'
                    f'<div class="zuozhe">本报记者　{s.author}　{s.second_author}</div><div class="laiyuan">来源：骊州日报</div><div id="ozoom"><founder-content>{s.html()}</founder-content></div>'
                    f'<div class="fy">{"" if s is found[0] else f"""<a href="{content.format(issue, s.number + 299)}">上一篇</a>"""} {"" if s is found[-1] else f"""<a href="{content.format(issue, s.number + 301)}">下一篇</a>"""}</div>'
                    f'<div class="bm2"><a href="{node.format(issue, index)}">返回版面</a></div>'
                )
                site.article(
                    content.format(issue, s.number + 300),
                    s,
                    shell("骊州日报数字报", main),
                    published_at=f"{day[:4]}-{day[4:6]}-{day[6:]}T00:00:00+08:00",
                    authors=[s.author, s.second_author],
                    source="骊州日报",
                    category=name,
                )
    return site


def notices() -> Site:
    """Government notices: a table of rows, paging by javascript:goPage(2), the pattern of the numbers in the script."""
    site = Site("www.wuyuan.gov.example.cn", start="/zwgk/tzgg/index.html")
    stories = write(CHINESE, "notices", 30, sections=("通知公告",), sources=("雾原县民政局", "雾原县教育局"))
    parts = pages(stories)

    def shell(title: str, main: str) -> str:
        return (
            f'<html><head><meta charset="utf-8"><title>{title}</title></head><body><div class="top">雾原县人民政府 <a href="/">首页</a> <a href="/zwgk/">政务公开</a></div>'
            f'{main}<div class="foot">主办：雾原县人民政府办公室 <a href="/map.html">网站地图</a></div></body></html>'
        )

    for number, part in enumerate(parts, 1):
        rows = "".join(
            f'<tr><td>{(number - 1) * 6 + i}</td><td><a href="/zwgk/tzgg/art/{s.at:%Y%m%d}/{41000 + s.number}.html" target="_blank">{s.title}</a></td><td>{s.source}</td><td>{s.at:%Y-%m-%d}</td></tr>'
            for i, s in enumerate(part, 1)
        )
        script = (
            "<script>var total=" + str(len(parts)) + ";function goPage(n){if(n<=1){location.href='index.html';}"
            "else{location.href='index_'+(n-1)+'.html';}}</script>"
        )
        pager = '<a href="index.html">首页</a> ' + " ".join(
            f'<a href="javascript:goPage({n})">{n}</a>' for n in range(1, len(parts) + 1) if n != number
        )
        address = f"/zwgk/tzgg/index{'' if number == 1 else f'_{number - 1}'}.html"
        main = f'<table class="gl"><tr><th>序号</th><th>标题</th><th>发布机构</th><th>日期</th></tr>{rows}</table><div class="yema">{pager} 共{len(parts)}页</div>{script}'
        site.add(address, shell("通知公告_雾原县人民政府", main))
    for s in stories:
        main = (
            f'<div class="dqwz">当前位置：<a href="/">首页</a> > <a href="/zwgk/">政务公开</a> > <a href="/zwgk/tzgg/index.html">通知公告</a></div><table class="xxgk"><tr><td>索引号</td><td>00{s.number}/2026-{s.number}</td><td>发布机构</td><td>{s.source}</td></tr></table>'
            f'<div class="tit">{s.title}</div><div class="fb">发布日期：{s.at:%Y-%m-%d %H:%M} 信息来源：{s.source} 字体：[大 中 小]</div><div class="TRS_Editor">{s.html()}</div><div class="dy">【打印本页】【关闭窗口】</div>'
        )
        site.article(
            f"/zwgk/tzgg/art/{s.at:%Y%m%d}/{41000 + s.number}.html",
            s,
            shell("通知公告_雾原县人民政府", main),
            source=s.source,
            category="通知公告",
        )
    return site


def taiwan() -> Site:
    """A portal in Taiwan: years of the Republic and Western ones, 出處, share words around the text."""
    site = Site("www.luzhou-news.example.tw")
    stories = write(TAIWANESE, "taiwan", 20, sections=("地方", "生活"), sources=("鷺洲通訊社", "海岸時報"))

    def shell(title: str, main: str) -> str:
        return f'<!DOCTYPE html><html lang="zh-Hant-TW"><head><meta charset="utf-8"><title>{title} | 鷺洲新聞網</title></head><body><header><a href="/">鷺洲新聞網</a><nav><a href="/list/local">地方</a><a href="/list/life">生活</a></nav></header>{main}<footer>© 鷺洲新聞網 服務信箱</footer></body></html>'

    slugs = {"地方": "local", "生活": "life"}
    for base, found in (
        ("/", stories),
        *((f"/list/{v}", [s for s in stories if s.section == k]) for k, v in slugs.items()),
    ):
        parts = pages(found)
        for number, part in enumerate(parts, 1):
            rows = "".join(
                f'<div class="item"><a href="/story/{88000 + s.number}"><h3>{s.title}</h3></a><span>{s.at:%Y-%m-%d %H:%M}</span></div>'
                for s in part
            )
            following = f'<a href="{base}?page={number + 1}">下一頁</a>' if number < len(parts) else ""
            site.add(
                base if number == 1 else f"{base}?page={number}",
                shell("即時", f'<div class="list">{rows}</div><div class="pg">{following}</div>'),
            )
    for s in stories:
        when = (
            f"民國{s.at.year - 1911}年{s.at.month}月{s.at.day}日 {s.at:%H:%M}"
            if s.number % 2
            else f"{s.at.year - 1911}-{s.at:%m-%d %H:%M}"
        )
        main = (
            f'<div class="path"><a href="/">首頁</a> / <a href="/list/{slugs[s.section]}">{s.section}</a> / 內文</div><h1>{s.title}</h1><div class="info">發布時間：{when}　出處：{s.source}　記者：{s.author}</div>'
            f'<div class="article-body">{s.html()}<p class="share">分享至Facebook 分享至LINE 列印</p></div><div class="more"><h4>延伸閱讀</h4><a href="/story/{88000 + (s.number + 3) % 20}">{stories[(s.number + 3) % 20].title}</a></div>'
        )
        site.article(
            f"/story/{88000 + s.number}",
            s,
            shell(s.title, main),
            source=s.source,
            authors=[s.author],
            category=s.section,
        )
    return site


def japan() -> Site:
    """A regional paper of Japan: 9時00分, the time of the update in brackets, 【氏名】 behind the text."""
    site = Site("www.hato-shimbun.example.jp")
    stories = write(JAPANESE, "japan", 16, sections=("社会", "文化"), zone_h=9)

    def shell(title: str, main: str) -> str:
        return f'<!DOCTYPE html><html lang="ja"><head><meta charset="utf-8"><title>{title}｜波戸新聞</title></head><body><div id="header"><a href="/">波戸新聞</a><ul><li><a href="/category/shakai/">社会</a></li><li><a href="/category/bunka/">文化</a></li></ul></div><div id="main">{main}</div><div id="footer">記事・写真の無断転載を禁じます</div></body></html>'

    slugs = {"社会": "shakai", "文化": "bunka"}
    for base, found in (
        ("/", stories),
        *((f"/category/{v}/", [s for s in stories if s.section == k]) for k, v in slugs.items()),
    ):
        parts = pages(found)
        for number, part in enumerate(parts, 1):
            rows = "".join(
                f'<dl><dt>{s.at.month}月{s.at.day}日</dt><dd><a href="/articles/{s.at:%Y%m%d}-{s.number + 1000}">{s.title}</a></dd></dl>'
                for s in part
            )
            following = f'<a href="{base}?p={number + 1}">次へ</a>' if number < len(parts) else ""
            site.add(
                base if number == 1 else f"{base}?p={number}", shell("ニュース", f"<div>{rows}</div><p>{following}</p>")
            )
    for s in stories:
        main = (
            f'<p class="pankuzu"><a href="/">ホーム</a> ＞ <a href="/category/{slugs[s.section]}/">{s.section}</a></p><h1 class="midashi">{s.title}</h1>'
            f'<p class="jikoku">{s.at.year}年{s.at.month}月{s.at.day}日 {s.at.hour}時{s.at:%M}分（{s.at.month}月{s.at.day}日 {min(s.at.hour + 1, 23)}時55分更新）</p>'
            f'<div class="honbun">{s.html()}<p>【{s.author}】</p></div><p class="sns"><a href="#">ポスト</a><a href="#">シェア</a></p>'
        )
        site.article(
            f"/articles/{s.at:%Y%m%d}-{s.number + 1000}",
            s,
            shell(s.title, main),
            authors=[s.author],
            category=s.section,
        )
    return site


def arabic() -> Site:
    """Right to left: كتب and the name, the time beside the date, a source line, the section in a path."""
    site = Site("www.sahel-news.example.ae")
    stories = write(
        ARABIC, "arabic", 24, sections=("محليات", "ثقافة"), zone_h=4, sources=("وكالة أنباء الساحل", "صحيفة المرفأ")
    )
    months = (
        "يناير",
        "فبراير",
        "مارس",
        "أبريل",
        "مايو",
        "يونيو",
        "يوليو",
        "أغسطس",
        "سبتمبر",
        "أكتوبر",
        "نوفمبر",
        "ديسمبر",
    )

    def shell(title: str, main: str) -> str:
        return f'<!DOCTYPE html><html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>{title} - أخبار الساحل</title></head><body><div class="menu"><a href="/">الرئيسية</a><a href="/local">محليات</a><a href="/culture">ثقافة</a></div>{main}<div class="foot">جميع الحقوق محفوظة</div></body></html>'

    slugs = {"محليات": "local", "ثقافة": "culture"}
    for base, found in (("/", stories), *((f"/{v}", [s for s in stories if s.section == k]) for k, v in slugs.items())):
        parts = pages(found)
        for number, part in enumerate(parts, 1):
            rows = "".join(
                f'<div class="khabar"><h3><a href="/news/{52000 + s.number}">{s.title}</a></h3></div>' for s in part
            )
            following = f'<a href="{base}?page={number + 1}">التالي</a>' if number < len(parts) else ""
            site.add(
                base if number == 1 else f"{base}?page={number}",
                shell("الأخبار", f'<div class="qaima">{rows}</div><div>{following}</div>'),
            )
    for s in stories:
        main = (
            f'<div class="masar"><a href="/">الرئيسية</a> » <a href="/{slugs[s.section]}">{s.section}</a></div><h1>{s.title}</h1><div class="bayanat"><span>كتب: {s.author}</span> <span>{s.at.day} {months[s.at.month - 1]} {s.at.year}</span> <span>{s.at:%H:%M}</span> <span>المصدر: {s.source}</span></div>'
            f'<div class="nass">{s.html()}</div><div class="tags">شارك الخبر <a href="#">فيسبوك</a></div>'
        )
        site.article(
            f"/news/{52000 + s.number}",
            s,
            shell(s.title, main),
            authors=[s.author],
            source=s.source,
            category=s.section,
        )
    return site


def script_list() -> Site:
    """An app's page whose list a script fills from /api/list?page=1 (JSON); the articles are pages of the server."""
    site = Site("m.qinghe.example.cn")
    stories = write(CHINESE, "app", 20, sections=("身边",), sources=PAPERS)
    parts = pages(stories, 8)
    site.add(
        "/",
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>清禾客户端</title></head><body><div id="app"></div><script>'
        'var page=1;function load(){fetch("/api/list?page="+page).then(function(r){return r.json()}).then(function(d){d.data.list.forEach(add);page++})}load()</script></body></html>',
    )
    for number, part in enumerate(parts, 1):
        rows = [
            {
                "id": 6000 + s.number,
                "title": s.title,
                "url": f"/a/{6000 + s.number}.html",
                "time": f"{s.at:%Y-%m-%d %H:%M}",
                "cover": f"/img/{s.number}.jpg",
            }
            for s in part
        ]
        answer = {
            "code": 0,
            "msg": "ok",
            "data": {"list": rows, "page": number, "total": len(stories), "hasMore": number < len(parts)},
        }
        site.add(f"/api/list?page={number}", json.dumps(answer, ensure_ascii=False), "application/json")
    site.add(f"/api/list?page={len(parts) + 1}", '{"code":0,"data":{"list":[]}}', "application/json")
    for s in stories:
        main = f'<h1 class="t">{s.title}</h1><div class="i"><span>{s.source}</span><span>{s.at:%Y-%m-%d %H:%M}</span></div><div class="c">{s.html()}</div><div class="dl">打开清禾客户端，阅读体验更佳</div>'
        site.article(
            f"/a/{6000 + s.number}.html",
            s,
            f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{s.title}</title></head><body>{main}</body></html>',
            source=s.source,
        )
    return site


EIGHT: dict[str, Callable[[], Site]] = {
    "three-parts": three_parts,
    "wordpress": wordpress,
    "e-paper": epaper,
    "e-paper-deep": deep_epaper,
    "notices": notices,
    "taiwan": taiwan,
    "japan": japan,
    "arabic": arabic,
    "script-list": script_list,
}
