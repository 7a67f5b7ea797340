"""Snapshot pages in random markup: each part of the page is drawn on its own from many ways of writing it.

Nothing here is taken from a site, and no class name tells the reader anything. All text is invented.
"""

from __future__ import annotations

import random

from tests.pages.lists.row_markup import FORMS
from tests.pages.stated import CATEGORIES, SITE, TITLES, Facts, Row

URL = "https://snap.example/detail/" + "0f" * 20 + ".html"


def write(f: Facts, rng: random.Random) -> str:
    """One page that states the facts."""
    w = Writer(rng)
    parts = [w.site_head(f)]
    main = [w.crumbs(f), w.title(f), w.meta(f), w.share(), w.body(f), w.share(), w.foot(f)]
    text = "\n".join(main)
    text = rng.choice(
        [
            "<div>{}</div>",
            "<main><article>{}</article></main>",
            "<table><tr><td>{}</td></tr></table>",
            "<div><div><section>{}</section></div></div>",
            "{}",
        ]
    ).format(text)
    parts += [text, w.between(), w.related(f), w.more(f), w.aside(), w.site_foot()]
    body = "\n".join(parts)
    if rng.random() < 0.3:
        body = rng.choice(
            ["<div class=wrap>{}</div>", "<center>{}</center>", "<div id=app><div>{}</div></div>"]
        ).format(body)
    return f"{w.head(f)}<body>{body}</body></html>"


class Writer:
    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.colon = rng.choice([":", "：", ": ", "： ", " : ", ":&nbsp;"])
        self.choice = rng.choice

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    # --- around the article
    def head(self, f: Facts) -> str:
        title = self.choice(
            [
                "",
                SITE,
                f.title,
                f"{f.title}-{SITE}",
                f"{f.title}_{f.category}_{SITE}",
                f"{SITE} - {f.title}",
                f"{f.category}-{SITE}",
                "信息快照",
            ]
        )
        title = f"<title>{title}</title>" if title or self.chance(0.5) else ""
        extra = self.choice(
            [
                "",
                '<script>var d="发布时间:2001-01-01 00:00:00 来源:脚本 类别:脚本";</script>',
                '<style>.a:before{content:"来源:样式"}</style>',
                '<meta name="description" content="类别:描述 发布时间:2002-02-02 02:02:02 来源:描述">',
                '<script type="application/json">{"快照生成时间":"2003-03-03 03:03:03"}</script>',
            ]
        )
        return f"{self.choice(['<!DOCTYPE html>', '', '<!doctype html>'])}<html><head>{title}{extra}</head>"

    def site_head(self, f: Facts) -> str:
        parts = [
            self.choice(
                [
                    "",
                    f"<h1>{SITE}</h1>",
                    f'<h1><a href="/">{SITE}</a></h1>',
                    '<a href="/"><img src=/logo.png></a>',
                    f"<div class=logo>{SITE}</div>",
                ]
            ),
            self.choice(
                ["", "<p>今天是2026年1月2日 星期五</p>", "<span>2026-01-02 08:00</span>", "<div>农历冬月十四</div>"]
            ),
            self.choice(
                [
                    "",
                    "<ul>" + "".join(f"<li><a href=/list/{i}>{c}</a></li>" for i, c in enumerate(CATEGORIES)) + "</ul>",
                    "<nav>" + " ".join(f"<a href=/list/{i}>{c}</a>" for i, c in enumerate(CATEGORIES)) + "</nav>",
                ]
            ),
            self.choice(
                [
                    "",
                    "<form><input name=q><button>搜索</button></form>",
                    "<a href=/login>登录</a> | <a href=/reg>注册</a>",
                ]
            ),
        ]
        return "<header>" + "".join(parts) + "</header>" if self.chance(0.5) else "".join(parts)

    def site_foot(self) -> str:
        return self.choice(
            [
                "",
                f"<footer>版权所有 2019-2026 {SITE}</footer>",
                "<p>备案号:样ICP备00000000号 联系我们 </p>",
                "<div><a href=/about>关于我们</a> <a href=/rss>订阅</a></div><div>本站发布时间均为北京时间</div>",
                "<script>document.write('快照生成时间:2004-04-04 04:04:04')</script>",
            ]
        )

    def crumbs(self, f: Facts) -> str:
        links = [f'<a href="{self._crumb_url(i, len(f.crumbs))}">{c}</a>' for i, c in enumerate(f.crumbs)]
        if self.chance(0.2):
            links[-1] = f.crumbs[-1]  # the last step is where one is
        kind = self.rng.randrange(6)
        if kind == 0:
            return "<ul>" + "".join(f"<li>{x}</li>" for x in links) + "</ul>"
        if kind == 1:
            return "<ol>" + "".join(f"<li><span>{x}</span></li>" for x in links) + "</ol>"
        sep = self.choice([" › ", " &gt; ", "&nbsp;»&nbsp;", " / ", " → ", "<i>›</i>", "<em>&gt;</em>"])
        line = self.choice(["", "", "当前位置：", "您的位置: "]) + sep.join(links)
        if kind == 2 and f.title not in TITLES[5:]:
            line += sep + self.choice(["正文", "详情"])
        return self.choice(["<div>{}</div>", "<p>{}</p>", "<nav>{}</nav>", "<div><span>{}</span></div>"]).format(line)

    def _crumb_url(self, i: int, n: int) -> str:
        return "/cat/7" if i == n - 1 else ["/", "/news"][i] if n == 3 else "/"

    def title(self, f: Facts) -> str:
        text = f.title
        if self.chance(0.15):
            cut = len(text) // 2
            text = text[:cut] + self.choice(["<wbr>", "<!-- x -->", "&#8203;", "<span></span>"]) + text[cut:]
        elif self.chance(0.15):
            text = "".join(f"&#{ord(c)};" for c in text)
        elif self.chance(0.1):
            text = f"<span>{text}</span>"
        return self.choice(
            [
                "<h1>{}</h1>",
                "<h2>{}</h2>",
                "<h3>\n  {}\n</h3>",
                "<div><h1>{}</h1></div>",
                "<p align=center><font size=5><b>{}</b></font></p>" if len(f.title) > 3 else "<h1>{}</h1>",
                "<div class=x9>{}</div>" if len(f.title) > 3 else "<h1>{}</h1>",
                "<h1 style='text-align:center'>{}</h1>",
                "<p><strong>{}</strong></p>" if len(f.title) > 3 else "<h2>{}</h2>",
            ]
        ).format(text)

    # --- labels and values
    def word(self, label: str) -> str:
        cut = len(label) // 2
        return self.choice(
            [label] * 6
            + [
                f"{label[:cut]}<i></i>{label[cut:]}",
                f"{label[:cut]}&nbsp;{label[cut:]}" if len(label) == 2 else label,
                f"{label[:cut]}\u200b{label[cut:]}",
                f"<b>{label[:cut]}</b>{label[cut:]}",
                f"{label[:cut]}<span>{label[cut:]}</span>",
                "".join(f"&#x{ord(c):x};" for c in label),
            ]
        )

    def value(self, text: str) -> str:
        if " " in text and text[:2] == "20":
            day, clock = text.split(" ")
            return self.choice(
                [
                    text,
                    text,
                    text,
                    f"{day}&nbsp;{clock}",
                    f"<time>{text}</time>",
                    f"<span>{day}</span> <span>{clock}</span>",
                    f"{day}  {clock}",
                    f"{day[:8]}<b>{day[8:]}</b> {clock}",
                    f"{day}\n{clock}",
                ]
            )
        return self.choice(
            [
                text,
                text,
                text,
                f"<span>{text}</span>",
                f"<a href='/src?q=1'>{text}</a>",
                f" {text} ",
                f"<em>{text[:1]}</em>{text[1:]}",
            ]
        )

    def labelled(self, label: str, value: str | None, form: str) -> str:
        word, shown = self.word(label), self.value(value) if value else ""
        c = self.colon
        return {
            "line": f"{word}{c}{shown}",
            "span": f"<span>{word}{c}{shown}</span>",
            "spans": f"<span>{word}{c}</span><span>{shown}</span>",
            "label": f"<label>{word}</label>{c}<span>{shown}</span>",
            "colon": f"<b>{word}</b><i>{c}</i><em>{shown}</em>",
            "p": f"<p>{word}{c}{shown}</p>",
            "li": f"<li>{word}{c}{shown}</li>",
            "dl": f"<dt>{word}{self.choice(['', c])}</dt><dd>{shown}</dd>",
            "td": f"<td>{word}{c}</td><td>{shown}</td>",
            "td1": f"<td>{word}{c}{shown}</td>",
            "tr": f"<tr><th>{word}</th><td>{shown}</td></tr>",
            "divs": f"<div><div>{word}{c}</div><div>{shown}</div></div>",
            "br": f"{word}{c}{shown}<br>",
        }[form]

    def meta(self, f: Facts) -> str:
        pairs: list[tuple[str, str | None]] = [("类别", f.category), ("发布时间", f.published), ("来源", f.source)]
        pairs = [(label, value) for label, value in pairs if value is not None or self.chance(0.5)]
        if self.chance(0.25):
            self.rng.shuffle(pairs)
        mixed = self.chance(0.3)
        form = self.choice(
            [
                "line",
                "line",
                "span",
                "span",
                "spans",
                "label",
                "colon",
                "p",
                "li",
                "dl",
                "td",
                "td1",
                "tr",
                "divs",
                "br",
            ]
        )
        inline = ("line", "span", "spans", "label", "colon")
        forms = [self.choice(inline) if form in inline and mixed else form for _ in pairs]
        cells = [self.labelled(label, value, each) for (label, value), each in zip(pairs, forms, strict=True)]
        if form in ("line", "span", "spans", "label", "colon") and self.chance(0.2):
            cells.append(self.choice(["浏览次数:123", "<span>阅读:45</span>", "点击：7"]))
        gap = self.choice([" ", "&nbsp;&nbsp;", "　", "\n", " | "])
        inner = (gap if form in ("line", "span", "spans", "label", "colon") else "\n").join(cells)
        if form == "li":
            return f"<ul>{inner}</ul>"
        if form == "dl":
            return f"<dl>{inner}</dl>"
        if form in ("td", "td1"):
            return f"<table><tr>{inner}</tr></table>"
        if form == "tr":
            return f"<table>{inner}</table>"
        return self.choice(
            ["<div>{}</div>", "<p>{}</p>" if form not in ("p", "divs") else "<div>{}</div>", "<div><div>{}</div></div>"]
        ).format(inner)

    # --- the text
    def share(self) -> str:
        if self.chance(0.6):
            return ""
        return self.choice(
            [
                "<div class=share>分享到: <a href=#>微信</a> <a href=#>微博</a></div>",
                '<div><a href="#">微信</a> <a href="#">微博</a> <a href="#">QQ空间</a></div>',
                "<p>分享到：</p>",
                "<div><span>收藏</span><span>打印</span></div>",
                "<ul><li>微信</li><li>微博</li><li>QQ好友</li></ul>",
                "<div>【字体：<a href=#>大</a> <a href=#>中</a> <a href=#>小</a>】</div>",
            ]
        )

    def advert(self) -> str:
        return self.choice(
            [
                "<div class=ad><a href=https://ads.example/x>限时优惠 点击领取</a></div>",
                "<p>广告</p>",
                "<div>广告<a href=https://ads.example/1>手机大促</a></div>",
                "<script>ad('来源:广告')</script>",
                "<!-- 类别:注释 -->",
                "<div style='display:none'>类别:隐藏 来源:隐藏</div>",
                '<ins class="adsbygoogle"></ins>',
                "<p>&nbsp;</p>",
                "<noscript><img src=/p.gif></noscript>",
            ]
        )

    def body(self, f: Facts) -> str:
        texts = [self.inline(p) for p in f.paragraphs]
        form = self.choice(["p", "p", "p", "br", "brbr", "div", "section", "td", "li", "pspan"])
        if form in ("br", "brbr"):
            inner = ("<br>" if form == "br" else self.choice(["<br><br>", "<br/>\n<br/>"])).join(
                self.choice(["", "　　", "&nbsp;&nbsp;&nbsp;&nbsp;", "&emsp;&emsp;"]) + t for t in texts
            )
            return (
                self.choice(["<div>{}</div>", "<td>{}</td>", "<div><div>{}</div></div>", "<font>{}</font>"])
                .replace("<td>{}</td>", "<table><tr><td>{}</td></tr></table>")
                .format(inner)
            )
        pieces = [
            {
                "p": f"<p>{self.choice(['', '　　', '&nbsp; '])}{t}</p>",
                "div": f"<div>{t}</div>",
                "section": f"<section><p>{t}</p></section>",
                "td": f"<tr><td>{t}</td></tr>",
                "li": f"<li>{t}</li>",
                "pspan": f"<p><span style='font-size:16px'><span>{t}</span></span></p>",
            }[form]
            for t in texts
        ]
        if form not in ("td", "li"):
            for _ in range(self.choice([0, 0, 1, 2])):
                pieces.insert(self.rng.randint(0, len(pieces)), self.advert())
        inner = "\n".join(pieces)
        if form == "td":
            return f"<table>{inner}</table>"
        if form == "li":
            return f"<ul>{inner}</ul>"
        return self.choice(["<div>{}</div>", "<div><div>{}</div></div>", "<article>{}</article>", "{}"]).format(inner)

    def inline(self, text: str) -> str:
        if len(text) > 12 and self.chance(0.2):
            return self.choice(
                [
                    "{}<strong>{}</strong>{}",
                    "{}<a href='/tag/1'>{}</a>{}",
                    "{}<span>{}</span>{}",
                    "{}<em>{}</em>{}",
                    "{}\u200b{}<!-- a -->{}",
                ]
            ).format(text[:5], text[5:8], text[8:])
        return text

    # --- the end of the article
    def foot(self, f: Facts) -> str:
        host = self.choice(["snap.example", "<a href=/>snap.example</a>", "<b>snap.example</b>"])
        notice = self.choice(
            [
                f"以上内容由{host}的爬虫自动采集并收录为快照,本站未作任何修改,不代表本站观点。",
                f"以上为资讯信息快照，由{host}爬虫采集收录，本站未对信息做任何修改，信息内容不代表本站立场。",
                f"声明:本页是{host}机器人抓取的快照,内容未经修改,与本站无关。",
            ]
        )
        take_down = self.choice(
            [
                "本快照查询为公益服务,如涉及侵权请联系我们删除。",
                "本站信息快照查询为非营利服务，如有侵权请联系我们进行删除。",
                "",
            ]
        )
        form = self.choice(["p", "p", "div", "br", "dl", "td", "span"])
        snap, orig = ("快照生成时间", f.snapshot_at), self.original(f)
        at = self.value(f.snapshot_at) if f.snapshot_at else ""
        if form == "br":
            c = self.colon
            return f"<div>{notice}<br>{snap[0]}{c}{at}<br>{take_down}<br>信息原文地址{c}{orig}</div>"
        wrap = {
            "p": "<p>{}</p>",
            "div": "<div>{}</div>",
            "dl": "<p>{}</p>",
            "td": "<p>{}</p>",
            "span": "<div><small>{}</small></div>",
        }[form]
        c = self.colon
        shown = self.value(snap[1]) if snap[1] else ""
        if form == "dl":
            tail = f"<dl><dt>{self.word('快照生成时间')}</dt><dd>{shown}</dd><dt>信息原文地址</dt><dd>{orig}</dd></dl>"
            return wrap.format(notice) + tail + wrap.format(take_down)
        if form == "td":
            return (
                wrap.format(notice) + f"<table><tr><td>快照生成时间{c}</td><td>{shown}</td></tr>"
                f"<tr><td>信息原文地址{c}</td><td>{orig}</td></tr></table>"
            )
        lines = [
            notice,
            f"{self.word('快照生成时间')}{c}{shown}",
            take_down,
            self.choice(
                [
                    f"信息原文地址{c}{orig}",
                    f"<span>信息原文地址{c}</span><span>{orig}</span>",
                    f"<b>信息原文地址</b>{c}{orig}",
                ]
            ),
        ]
        return "".join(wrap.format(line) for line in lines if line)

    def original(self, f: Facts) -> str:
        if f.original is None:
            return ""
        url = f.original.replace("&", "&amp;")
        return self.choice(
            [
                url,
                f'<a href="{url}">{url}</a>',
                f'<a href="{url}" rel=nofollow target=_blank>点击查看原文</a>',
                f"<a href='{url}'>{url[:20]}...</a>",
                f'<a href="{url}">查看</a>',
            ]
        )

    # --- the lists
    def between(self) -> str:
        return self.choice(
            [
                "",
                "",
                "",
                "<p>上一篇:<a href=/detail/aa.html>上一篇</a></p><p>下一篇:<a href=/detail/bb.html>下一篇</a></p>",
                "<div><a href=/comment>我要评论</a> <a href=#top>返回顶部</a></div>",
                "<div class=ad><a href=https://ads.example>大促</a></div>",
            ]
        )

    def aside(self) -> str:
        rows = "".join(
            f"<li><a href=/hot/{i}.html>热门第{i}条的标题文字</a><span>2025-01-0{i} 10:00:00</span></li>"
            for i in range(1, 5)
        )
        return self.choice(
            [
                "",
                "",
                "",
                f"<aside><h3>热门排行</h3><ul>{rows}</ul></aside>",
                f"<div><h4>24小时热榜</h4><ol>{rows}</ol></div>",
            ]
        )

    def related(self, f: Facts) -> str:
        if not f.related:
            return ""
        heading = self.choice(["", "", "<h3>相关新闻</h3>", "<p><b>相关资讯:</b></p>", "<div>相关阅读</div>"])
        return heading + self.rows(f.related)

    def more(self, f: Facts) -> str:
        text = self.choice(
            [
                f"更多关于{f.category}的资讯:",
                f"更多关于{f.category}的资讯：",
                f"更多关于<b>{f.category}</b>的资讯",
                f"更多关于<a href=/cat/7>{f.category}</a>的资讯:",
            ]
        )
        heading = self.choice(
            [
                "<h3>{}</h3>",
                "<p><b>{}</b></p>",
                "<div>{}</div>",
                "<h2><span>{}</span></h2>",
                "<div class=h><strong>{}</strong></div>",
            ]
        ).format(text)
        return heading + self.rows(f.more)

    def rows(self, rows: list[Row]) -> str:
        form = self.choice(list(FORMS))
        self.time_form = self.choice(["{}", "{}", "{}", "[{}]", "时间：{}", "发布时间:{}", "<i></i> {} "])
        inner = "\n".join(FORMS[form](row, self.keyword(row.snippet), self.when(row.at)) for row in rows)
        around = {
            "ul": "<ul>{}</ul>",
            "ulwrap": "<ul>{}</ul>",
            "dl": "<dl>{}</dl>",
            "tr": "<table>{}</table>",
            "tr1": "<table>{}</table>",
        }.get(form, self.choice(["<div>{}</div>", "<section>{}</section>", "<div><div>{}</div></div>"]))
        return around.format(inner)

    def keyword(self, text: str) -> str:
        return f"{text[:8]}<em>{text[8:10]}</em>{text[10:]}" if len(text) > 12 and self.chance(0.3) else text

    def when(self, at: str) -> str:
        at = self.choice([at, at, f"{at[:10]}&nbsp;{at[11:]}", f"<time>{at}</time>"])
        return self.time_form.format(at)
