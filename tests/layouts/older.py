"""Five sites of mainland and Taiwanese habits: an old portal, policy papers, a static blog, a paper's PDF twin, flashes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.layouts.site import Site, day, pages
from tests.layouts.words import CHINESE, TAIWANESE, Story, write


def palace_portal() -> Site:
    """A portal of an old system: index_2.html, numbers of records, facts after wide gaps, an editor's bracket."""
    site = Site("www.linxirx.example.com")
    kinds = {"国内": "guonei", "社会": "shehui", "娱乐": "yule"}
    stories = write(CHINESE, "palace", 26, sections=list(kinds), sources=("临溪热线", "淇川晨报", "中试周刊"), hours=7)
    address = {s.number: f"/news/{kinds[s.section]}/{s.at:%Y-%m-%d}/{3100 + s.number}.html" for s in stories}
    bar = "　".join(f"<a href='/news/{p}/'>{name}</a>" for name, p in kinds.items())

    def frame(title: str, middle: str) -> str:
        side = "".join(
            f"<tr><td>·<a href='{address[n]}' title='{stories[n].title}'>{stories[n].title[:14]}</a></td></tr>"
            for n in range(6)
        )
        return (
            f"<html><head><title>{title}</title></head><body><table width=960><tr><td><a href='/'><img src=/l.gif></a></td><td>{bar}</td></tr>"
            f"</table><table width=960><tr><td width=680 valign=top>{middle}</td><td valign=top><table><tr><td>推荐资讯</td></tr>{side}"
            "<tr><td>相关文章</td></tr></table></td></tr></table><center>网站首页 | 关于我们 | 服务条款 | 广告服务<br>Powered by 宫殿系统 7.5"
            "</center></body></html>"
        )

    for name, path in kinds.items():
        batches = pages([s for s in stories if s.section == name], 4)
        for number, batch in enumerate(batches, 1):
            rows = "".join(
                f"<tr><td><a href='{address[s.number]}'><strong>{s.title}</strong></a></td><td>({s.at:%Y-%m-%d})</td></tr><tr><td colspan=2>"
                f"{s.paragraphs[0][:60]}...</td></tr>"
                for s in batch
            )
            turn = f"<a title='总数'>&nbsp;<b>{len(stories) // 3}</b> </a>" + "".join(
                f"<b>{k}</b>" if k == number else f"<a href='/news/{path}/index{f'_{k}' if k > 1 else ''}.html'>{k}</a>"
                for k in range(1, len(batches) + 1)
            )
            page = frame(
                f"{name}-临溪热线", f"您当前的位置：<a href='/'>首页</a>&nbsp;>&nbsp;{name}<table>{rows}</table>{turn}"
            )
            site.add(f"/news/{path}/index{f'_{number}' if number > 1 else ''}.html", page)
            if number == 1:
                site.add(f"/news/{path}/", page)
    front = "".join(
        f"<table><tr><td><a href='/news/{p}/'>{name}</a></td><td><a href='/news/{p}/'>更多</a></td></tr>"
        + "".join(
            f"<tr><td colspan=2><a href='{address[s.number]}'>{s.title}</a></td></tr>"
            for s in stories[:12]
            if s.section == name
        )
        + "</table>"
        for name, p in kinds.items()
    )
    site.add("/", frame("临溪热线-临溪人的网上家园", front))
    for s in stories:
        site.article(
            address[s.number],
            s,
            frame(
                f"{s.title}-{s.section}-临溪热线",
                f"您当前的位置：<a href='/'>首页</a>&nbsp;>&nbsp;<a href='/news/{kinds[s.section]}/'>{s.section}</a>&nbsp;>&nbsp;正文<table><tr><td>"
                f"<strong><font size=4>{s.title}</font></strong></td></tr><tr><td>时间：{s.at:%Y-%m-%d %H:%M:%S}&nbsp;&nbsp;来源：{s.source}&nbsp;&nbsp;"
                f"作者：{s.author}</td></tr><tr><td id=text>{''.join(f'&nbsp;&nbsp;&nbsp; {p}<br><br>' for p in s.paragraphs)}</td></tr></table>"
                f"<table><tr><td>[责任编辑：{s.second_author}]</td></tr><tr><td>【字体：大 中 小】【<a href='javascript:window.print()'>打印</a>】"
                "【<a href='javascript:window.close()'>关闭</a>】</td></tr><tr><td>网友评论 已有<script>document.write(0)</script>人参与</td></tr></table>",
            ),
            source=s.source,
            category=s.section,
            authors=[s.author],
            published_at=s.at.isoformat(),
        )
    return site


def policy_papers() -> Site:
    """A city's policy papers: two dates, of the paper and of the page; numbers that call a script; pages by ?page=."""
    site = Site("zwgk.hezhou.gov.cn", start="/policy/list?type=1")
    kinds = {"政策文件": 1, "政策解读": 2}
    stories = write(
        CHINESE, "policy", 22, sections=list(kinds), sources=("市人民政府办公室", "市教育局", "市水利局"), hours=41
    )
    address = {s.number: f"/policy/detail?id={s.number * 77 + 50012}" for s in stories}

    def frame(title: str, middle: str) -> str:
        tabs = "".join(f'<a href="/policy/list?type={n}">{name}</a>' for name, n in kinds.items())
        return (
            f'<html><head><title>{title}</title></head><body><div><a href="http://www.hezhou.gov.cn/">禾州市人民政府门户网站</a></div><div>{tabs}'
            f"</div>{middle}<div>主办单位：禾州市人民政府办公室 网站地图 联系我们</div></body></html>"
        )

    for name, n in kinds.items():
        batches = pages([s for s in stories if s.section == name], 4)
        for number, batch in enumerate(batches, 1):
            rows = "".join(
                f'<tr><td>{i}</td><td><a href="{address[s.number]}" target="_blank">{s.title}</a></td><td>禾政发〔2026〕{s.number + 3}号</td>'
                f"<td>{s.at:%Y-%m-%d}</td></tr>"
                for i, s in enumerate(batch, 1)
            )
            turn = "".join(
                f'<a href="javascript:void(0)" onclick="goto({k})">{k}</a>' for k in range(1, len(batches) + 1)
            )
            script = f'<script>function goto(n){{window.location.href="/policy/list?type={n}&page="+n}}</script>'
            table = f"<table><tr><th>序号</th><th>标题</th><th>文号</th><th>发布日期</th></tr>{rows}</table>"
            page = frame(f"{name} - 禾州市人民政府", f"<h3>{name}</h3>{table}<div>{turn}</div>{script}")
            site.add(f"/policy/list?type={n}&page={number}", page)
            if number == 1:
                site.add(f"/policy/list?type={n}", page)
    for s in stories:
        written = s.at - timedelta(days=6)
        facts = (
            f"<tr><td>索 引 号</td><td>4301{s.number:05}</td><td>分类</td><td>{s.section}</td></tr><tr><td>发布机构</td><td>{s.source}</td><td>"
            f"成文日期</td><td>{written:%Y-%m-%d}</td></tr><tr><td>发文字号</td><td>禾政发〔2026〕{s.number + 3}号</td><td>发布日期</td><td>"
            f"{s.at:%Y-%m-%d}</td></tr>"
        )
        site.article(
            address[s.number],
            s,
            frame(
                f"{s.title}_{s.section}_禾州市人民政府",
                f"<div>首页 &gt; 政务公开 &gt; <a href='/policy/list?type={kinds[s.section]}'>{s.section}</a></div><table>{facts}</table><h2>{s.title}</h2>"
                f"<div>{''.join(f'<p>　　{p}</p>' for p in s.paragraphs)}</div><p>附件：<a href='/f/{s.number}.pdf'>任务分工表.pdf</a></p>"
                "<div>分享到： 微信 微博</div>",
            ),
            source=s.source,
            category=s.section,
            published_at=day(s.at),
        )
    return site


def static_journal() -> Site:
    """A static blog that reports: 发表于, 分类于, tags, a table of contents, /page/2/."""
    site = Site("guancha.example.com")
    kinds = {"供应链": "supply", "机器人": "robots", "芯片": "chips"}
    stories = write(CHINESE, "static", 21, sections=list(kinds), hours=29)
    address = {s.number: f"/{s.at:%Y/%m/%d}/{kinds[s.section]}-{s.number + 8:02}/" for s in stories}

    def frame(title: str, middle: str) -> str:
        return (
            f'<html lang="zh-CN"><head><title>{title}</title><meta name="author" content="产业观察"></head><body><header><h1><a href="/">产业观察</a>'
            '</h1><p>每周三篇</p><ul><li><a href="/">首页</a></li><li><a href="/archives/">归档</a></li><li><a href="/categories/">分类</a></li>'
            f'<li><a href="/tags/">标签</a></li></ul></header><main>{middle}</main><footer>© 2019 – 2026 产业观察 由静态生成器强力驱动</footer></body></html>'
        )

    def meta(s: Story) -> str:
        return (
            f"<div><span>发表于 <time title='创建时间：{s.at:%Y-%m-%d %H:%M:%S}' datetime='{s.at.isoformat()}'>{s.at:%Y-%m-%d}</time></span><span>分类于 "
            f"<a href='/categories/{kinds[s.section]}/'><span>{s.section}</span></a></span><span>本文字数： 1.2k</span><span>阅读时长 ≈ 3 分钟</span></div>"
        )

    for base, title, some in [
        ("/", "产业观察", stories),
        *(
            (f"/categories/{p}/", f"分类: {name} | 产业观察", [s for s in stories if s.section == name])
            for name, p in kinds.items()
        ),
    ]:
        batches = pages(some, 5)
        for number, batch in enumerate(batches, 1):
            ahead = f"<a rel='next' href='{base}page/{number + 1}/'>›</a>" if number < len(batches) else ""
            rows = "".join(
                f"<article><h2><a href='{address[s.number]}'>{s.title}</a></h2>{meta(s)}<p>{s.paragraphs[0]}</p><a href='{address[s.number]}'>"
                "阅读全文 »</a></article>"
                for s in batch
            )
            site.add(base + (f"page/{number}/" if number > 1 else ""), frame(title, f"{rows}<nav>{ahead}</nav>"))
    index = "".join(f"<li><a href='/categories/{p}/'>{name}</a></li>" for name, p in kinds.items())
    site.add("/categories/", frame("分类 | 产业观察", f"<ul>{index}</ul>"))
    for s in stories:
        after = stories[(s.number + 1) % 21]
        site.article(
            address[s.number],
            s,
            frame(
                f"{s.title} | 产业观察",
                f"<article><h1>{s.title}</h1>{meta(s)}<div>{s.html()}</div><div><strong>本文作者： </strong>{s.author}</div><div><strong>本文链接： </strong>"
                f"<a href='{address[s.number]}'>https://guancha.example.com{address[s.number]}</a></div><div><strong>版权声明： </strong>本博客所有文章除特别声明外，"
                f"均采用 BY-NC-SA 许可协议。转载请注明出处！</div><div><a href='/tags/a/'># 制造</a></div><div><a href='{address[after.number]}'>{after.title} »</a>"
                "</div></article>",
            ),
            category=s.section,
            authors=[s.author],
            published_at=s.at.isoformat(),
        )
    return site


def county_bulletin() -> Site:
    """A Taiwanese county's news: years of the republic, the office that released it, contact lines, News.aspx?page=."""
    site = Site("www.luzhou-county.example.tw", start="/News.aspx?n=31&sms=9")
    stories = write(TAIWANESE, "bulletin", 20, sections=("縣政新聞",), sources=("新聞處", "文化局", "農業處"), hours=20)
    address = {s.number: f"/News_Content.aspx?n=31&s={70100 - s.number}" for s in stories}

    def roc(s: Story) -> str:
        return f"{s.at.year - 1911}-{s.at:%m-%d}"

    def frame(title: str, middle: str) -> str:
        return (
            f'<html lang="zh-Hant"><head><title>{title}</title></head><body><a href="#C">跳到主要內容區塊</a><div><a href="/">鷺洲縣政府</a><ul><li>'
            '<a href="/sitemap.aspx">網站導覽</a></li><li><a href="/en/">English</a></li></ul></div><ul><li><a href="/">首頁</a></li><li>'
            f'<a href="/News.aspx?n=31&sms=9">縣政新聞</a></li></ul>{middle}<div>地址：鷺洲縣鷺洲市縣府路1號 電話：00-0000000 服務時間：週一至週五</div>'
            "</body></html>"
        )

    batches = pages(stories, 5)
    for number, batch in enumerate(batches, 1):
        rows = "".join(
            f'<tr><td>{roc(s)}</td><td><a href="{address[s.number]}" title="{s.title}">{s.title}</a></td><td>{s.source}</td></tr>'
            for s in batch
        )
        turn = "".join(
            f'<a href="/News.aspx?n=31&sms=9&page={k}&PageSize=5">{k}</a>' for k in range(1, len(batches) + 1)
        )
        page = frame(
            "縣政新聞-鷺洲縣政府",
            f"<table><tr><th>日期</th><th>標題</th><th>單位</th></tr>{rows}</table><div>{turn}</div>",
        )
        site.add(f"/News.aspx?n=31&sms=9&page={number}&PageSize=5", page)
        if number == 1:
            site.add("/News.aspx?n=31&sms=9", page)
    for s in stories:
        site.article(
            address[s.number],
            s,
            frame(
                f"{s.title}-縣政新聞-鷺洲縣政府",
                f"<h2>{s.title}</h2><ul><li>發布日期：{roc(s)}</li><li>發布單位：{s.source}</li><li>點閱數：{s.number * 3}</li></ul><div>{s.html('<div>', '</div>')}"
                f"</div><div>新聞聯絡人：{s.author} 電話：00-0000000#{200 + s.number}</div><div>最後更新日期：{roc(s)}</div><a href='javascript:history.back()'>"
                "回上一頁</a><a href='#'>回頂端</a>",
            ),
            source=s.source,
            category="縣政新聞",
            published_at=day(s.at),
        )
    return site


def market_flashes() -> Site:
    """A finance site: credits between strokes as the text's first lines, a risk notice at its end, a cursor for more."""
    site = Site("www.caijingkuaixun.example.cn", start="/latest")
    kinds = {"宏观": "macro", "公司": "company", "基金": "fund"}
    stories = write(CHINESE, "market", 25, sections=list(kinds), sources=("财经快讯", "兰浦证券报"), hours=4)
    address = {s.number: f"/article/{s.at:%Y%m%d}/{1700000 + s.number * 31}" for s in stories}
    bar = "".join(f'<a href="/latest/{p}">{name}</a>' for name, p in kinds.items())

    def frame(title: str, middle: str) -> str:
        return (
            f'<html><head><title>{title}</title><meta charset="utf-8"></head><body><div class="x"><a href="/">财经快讯</a>{bar}<a href="/quotes">行情</a>'
            f'<span>沪指 3050.12 +0.31%</span></div>{middle}<div class="y">市场有风险，投资需谨慎。本网站所载信息仅供参考。<br>© 财经快讯 2026</div></body></html>'
        )

    def listing(base: str, title: str, some: list[Story]) -> None:
        batches = pages(some, 5)
        for number, batch in enumerate(batches):
            rows = "".join(
                f'<div><a href="{address[s.number]}"><b>{s.title}</b></a><p>{s.paragraphs[0][:50]}</p><span>{s.source}</span><span>{s.at:%m-%d %H:%M}</span></div>'
                for s in batch
            )
            more = (
                f'<button data-url="{base}?cursor={(number + 1) * 5}">查看更多</button>'
                if number + 1 < len(batches)
                else ""
            )
            site.add(base + (f"?cursor={number * 5}" if number else ""), frame(title, rows + more))

    listing("/latest", "最新_财经快讯", stories)
    for name, path in kinds.items():
        listing(f"/latest/{path}", f"{name}_财经快讯", [s for s in stories if s.section == name])
    for s in stories:
        credit = f"<p>作者 | {s.author}</p><p>编辑 | {s.second_author}</p><p>来源 | {s.source}</p>"
        site.article(
            address[s.number],
            s,
            frame(
                f"{s.title}_{s.section}_财经快讯",
                f'<div><h1>{s.title}</h1><div><a href="/latest/{kinds[s.section]}">{s.section}</a> <i>{s.at:%Y/%m/%d %H:%M}</i> <i>阅读 {s.number}万</i></div>'
                f"<div>{credit}{s.html()}<p>风险提示：本文仅供参考，不构成投资建议。</p></div><div>相关股票</div><div>样例股份 12.30 +1.2%</div></div>",
            ),
            source=s.source,
            category=s.section,
            authors=[s.author],
        )
    return site


OLDER: dict[str, Callable[[], Site]] = {
    "palace-portal": palace_portal,
    "policy-papers": policy_papers,
    "static-journal": static_journal,
    "county-bulletin": county_bulletin,
    "market-flashes": market_flashes,
}
