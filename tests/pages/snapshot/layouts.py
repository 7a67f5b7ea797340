"""One snapshot page's facts in many kinds of markup, for the tests of the snapshot reader. All text is invented."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

URL = "https://snap.example/detail/" + "ab12" * 10 + ".html"
R = [f"/detail/{i:040x}.html" for i in range(1, 8)]


@dataclass
class Facts:
    """What a page states; None where it states nothing."""

    crumbs: list[str] = field(default_factory=lambda: ["我的订阅", "国内"])
    title: str = "城北湿地公园扩建工程通过验收:新增步道十二公里"
    category: str | None = "国内"
    published: str | None = "2024-05-06 07:08:09"
    source: str | None = "样例晚报"
    paragraphs: list[str] = field(
        default_factory=lambda: [
            "样例晚报讯 (记者 甲乙) 5月5日,扩建工程通过专家组验收,来源:多方资料的统计显示新增步道十二公里。",
            "公园负责人介绍,发布时间表将在下月公布,快照生成时间并不影响游客预约。",
            "下一步,园方将继续补种芦苇和香蒲,并开放两处观鸟屋。",
        ]
    )
    snapshot_at: str | None = "2024-05-06 09:10:11"
    original: str | None = "https://news.other.example/a/123.html"
    related: list[tuple[str | None, str, str]] = field(
        default_factory=lambda: [
            ("湿地保护条例征求意见", "...保护区内禁止投喂野鸟。公园将设置提示牌", "2024-04-01 08:00:00"),
            (None, "...步道采用透水材料,雨后不积水,沿线设有休息亭", "2024-06-02 21:15:00"),
            (None, "...观鸟屋每日限额一百人,需提前一天预约", "2023-12-24 06:30:00"),
        ]
    )
    more: list[tuple[str | None, str, str]] = field(
        default_factory=lambda: [
            ("跨江隧道左线贯通", "历时三年的跨江隧道左线昨日贯通,右线预计年底完成掘进", "2024-12-31 17:07:00"),
            (None, "12月28日,全省用电量统计公布,工业用电增长明显,居民用电与去年持平", "2024-12-31 15:32:00"),
        ]
    )


NOTICE = "以上内容由snap.example的爬虫自动采集并收录为快照,本站未作任何修改,不代表本站观点。"
TAKE_DOWN = "本快照查询为公益服务,如涉及侵权请联系我们删除。"


def _v(value: str | None) -> str:
    return value or ""


def _original(facts: Facts) -> str:
    return f'<a href="{facts.original}">点击查看原文</a>' if facts.original else ""


def _rows(rows: list[tuple[str | None, str, str]], row: Callable[[str, str | None, str, str], str], offset: int) -> str:
    return "".join(row(R[offset + i], *parts) for i, parts in enumerate(rows))


def divs(f: Facts) -> str:
    """Modern: one div each, labels in spans, rows in li with a linked title."""

    def row(url: str, title: str | None, snippet: str, at: str) -> str:
        head = f'<h4><a href="{url}">{title}</a></h4>' if title else ""
        body = f"<p>{snippet}</p>" if title else f'<p><a href="{url}">{snippet}</a></p>'
        return f"<li>{head}{body}<span>{at}</span></li>"

    meta = "".join(
        f"<span>{label}:{_v(value)}</span> "
        for label, value in (("类别", f.category), ("发布时间", f.published), ("来源", f.source))
        if value is not None
    )
    return f"""<!doctype html><html><head><title>样例快照网</title><style>.x:before{{content:"来源:假的"}}</style>
<script>var t="发布时间:2001-01-01 00:00:00 来源:脚本";</script></head><body>
<h1>样例快照网</h1><p>今天是2026年1月2日</p>
<ul>{"".join(f'<li><a href="/list/{i}">{c}</a></li>' for i, c in enumerate(f.crumbs))}</ul>
<h2>{f.title}</h2><div>{meta}</div><div class="c1">{"".join(f"<p>　　{p}</p>" for p in f.paragraphs)}</div>
<div><a href="#">微信</a> <a href="#">微博</a> <a href="#">QQ空间</a></div>
<p>{NOTICE}</p><p>快照生成时间:{_v(f.snapshot_at)}</p><p>{TAKE_DOWN}</p><p>信息原文地址:{_original(f)}</p>
<ul>{_rows(f.related, row, 0)}</ul><h3>更多关于{_v(f.category)}的资讯:</h3><ul>{_rows(f.more, row, 3)}</ul>
<footer>版权所有 2019-2026 样例快照网</footer></body></html>"""


def table(f: Facts) -> str:
    """The 2000s: nested tables, labels and values in cells, br between paragraphs."""

    def row(url: str, title: str | None, snippet: str, at: str) -> str:
        first = f"<tr><td colspan=2><a href={url}><b>{title}</b></a></td></tr>" if title else ""
        text = snippet if title else f"<a href={url}>{snippet}</a>"
        return f"<table width=100%>{first}<tr><td>{text}</td><td align=right>{at}</td></tr></table>"

    cells = "".join(
        f"<td>{a}&nbsp;{b}：</td><td>{_v(value)}</td>"
        for (a, b), value in ((("类", "别"), f.category), (("发布", "时间"), f.published), (("来", "源"), f.source))
        if value is not None
    )
    return f"""<html><head><title>{f.title}-样例快照网</title></head><body><table><tr><td>
<font>当前位置：{" &gt; ".join(f"<a href=/list/{i}>{c}</a>" for i, c in enumerate(f.crumbs))}</font></td></tr>
<tr><td align=center><font size=5><b>{f.title}</b></font></td></tr><tr><td><table><tr>{cells}</tr></table></td></tr>
<tr><td>{"<br><br>".join("　　" + p for p in f.paragraphs)}<br><br>{NOTICE}<br>
快照生成时间：{_v(f.snapshot_at)}<br>{TAKE_DOWN}<br>
信息原文地址：{_original(f)}</td></tr></table>
{_rows(f.related, row, 0)}<p><b>更多关于{_v(f.category)}的资讯：</b></p>{_rows(f.more, row, 3)}</body></html>"""


def terms(f: Facts) -> str:
    """Definition lists, every row wrapped whole in its link."""

    def row(url: str, title: str | None, snippet: str, at: str) -> str:
        head = f"<h5>{title}</h5>" if title else ""
        return f'<a href="{url}"><div>{head}<p>{snippet}</p><time>{at}</time></div></a>'

    pairs = "".join(
        f"<dt>{label}</dt><dd>{_v(value)}</dd>"
        for label, value in (("类<i></i>别", f.category), ("发布<b>时间</b>", f.published), ("来<b>源</b>", f.source))
        if value is not None
    )
    return f"""<html><body>
<header><h1>样例快照网</h1></header>
<nav><ol>{"".join(f"<li><a href=/list/{i}>{c}</a></li>" for i, c in enumerate(f.crumbs))}</ol></nav>
<article><h1>{f.title}</h1><dl>{pairs}</dl>{"".join(f"<div>{p}</div>" for p in f.paragraphs)}
<aside>{NOTICE}</aside><dl><dt>快照生成时间</dt><dd>{_v(f.snapshot_at)}</dd><dt>信息原文地址</dt><dd>{_original(f)}</dd></dl></article>
<section>{_rows(f.related, row, 0)}</section><section><h2>更多关于{_v(f.category)}的资讯</h2>{_rows(f.more, row, 3)}</section></body></html>"""


def lines(f: Facts) -> str:
    """No blocks but br: everything in one div, rows as lines, the snippet is the link where there is no title."""

    def row(url: str, title: str | None, snippet: str, at: str) -> str:
        if title:
            return f"<a href={url}>{title}</a><br>{snippet}<br>{at}<br>"
        return f"<a href={url}>{snippet}</a><br>{at}<br>"

    meta = "　".join(
        f"{label}：{_v(value)}"
        for label, value in (("类别", f.category), ("发布时间", f.published), ("来源", f.source))
        if value is not None
    )
    return f"""<html><body><div>{" › ".join(f"<a href=/list/{i}>{c}</a>" for i, c in enumerate(f.crumbs))}<br><br>
<strong>{f.title}</strong><br>{meta}<br><br>{"<br><br>".join(f.paragraphs)}<br><br>{NOTICE}<br>
快照生成时间：{_v(f.snapshot_at)}<br>{TAKE_DOWN}<br>信息原文地址：{_v(f.original)}<br><br>
{_rows(f.related, row, 0)}更多关于{_v(f.category)}的资讯：<br>{_rows(f.more, row, 3)}</div></body></html>"""


def spans(f: Facts) -> str:
    """Everything in spans and divs, label, colon and value in nodes of their own, empty links laid over the rows."""

    def row(url: str, title: str | None, snippet: str, at: str) -> str:
        head = f"<div><span>{title}</span></div>" if title else ""
        return f'<div style="position:relative"><a href="{url}"></a>{head}<div>{snippet}</div><div>{at}</div></div>'

    meta = "".join(
        f"<div><span>{label}</span><span>：</span><span>{_v(value)}</span></div>"
        for label, value in (("类\u200b别", f.category), ("发布\u200b时间", f.published), ("来\u200b源", f.source))
        if value is not None
    )
    return f"""<html><body><div>样例快照网</div><div>{"".join(f"<span><a href=/list/{i}>{c}</a></span><span> / </span>" for i, c in enumerate(f.crumbs))}</div>
<div><div>{f.title}</div></div><div>{meta}</div><div>{"".join(f"<div><span>{p[:9]}</span><span>{p[9:]}</span></div>" for p in f.paragraphs)}</div>
<div>{NOTICE}</div><div><span>快照生成时间</span><span>：</span><span>{_v(f.snapshot_at)}</span></div><div>{TAKE_DOWN}</div>
<div><span>信息原文地址</span><span>：</span><span>{_original(f)}</span></div><div>{_rows(f.related, row, 0)}</div>
<div>更多关于{_v(f.category)}的资讯：</div><div>{_rows(f.more, row, 3)}</div></body></html>"""


def side(f: Facts) -> str:
    """The lists stand in a column before the article; the row is one line with the link around the snippet."""

    def row(url: str, title: str | None, snippet: str, at: str) -> str:
        head = (
            f'<p><a href="{url}">{title}</a></p><p>{snippet}</p>' if title else f'<p><a href="{url}">{snippet}</a></p>'
        )
        return f"<div>{head}<small>{at}</small></div>"

    meta = " | ".join(
        f"{label}：<em>{_v(value)}</em>"
        for label, value in (("来源", f.source), ("发布时间", f.published), ("类别", f.category))
        if value is not None
    )
    return f"""<html><body><h1><a href="/">样例快照网</a></h1><div><div><h3>相关新闻</h3>{_rows(f.related, row, 0)}</div>
<div><h3>更多关于{_v(f.category)}的资讯</h3>{_rows(f.more, row, 3)}</div></div>
<main><p>{" » ".join(f"<a href=/list/{i}>{c}</a>" for i, c in enumerate(f.crumbs))}</p><h1>{f.title}</h1><p>{meta}</p>
<section>{"".join(f"<p>{p}</p>" for p in f.paragraphs)}</section><div class="share">分享到： <a href="#">微信</a></div>
<p>广告</p><p><a href="https://ads.example/x">全场特价只限今日</a></p>
<p>{NOTICE}</p><p>快照生成时间： {_v(f.snapshot_at)}</p><p>{TAKE_DOWN}</p><p>信息原文地址： {_original(f)}</p></main></body></html>"""


LAYOUTS = [divs, table, terms, lines, spans, side]
