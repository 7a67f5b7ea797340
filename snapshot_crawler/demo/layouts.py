"""The article pages of the sample site: a story goes in, HTML comes out, in five layouts of the same parts.

Each layout has, from top to bottom: breadcrumb, title, label line, text, the notice that names the crawler, the time of
the snapshot, the take-down notice, the original's address, related rows, more rows of the category. The markup differs
as much as between real sites: the layouts share only the labels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape

from snapshot_crawler.demo.shell import ROWS, SITE_NAME, RowView, document, list_path
from snapshot_crawler.demo.stories import Row, SampleSite, Story

NOTICE = "此页是一份信息快照，由 SampleBot 爬虫自动采集收录，文字未经本站改动，观点不代表本站。"
TAKE_DOWN = "若您认为此页侵犯了您的权益，请来信告知，我们核实后会尽快删除。"
TIME = "%Y-%m-%d %H:%M:%S"


def article_page(story: Story, site: SampleSite) -> str:
    """The story's page in its own layout."""
    return LAYOUTS[story.layout](story, site)


def row_views(rows: Iterable[Row], site: SampleSite) -> list[RowView]:
    """The rows with what they show of their stories."""
    targets = ((row, site.stories[row.target]) for row in rows)
    return [RowView(target.path, row.title, row.snippet, f"{target.published:{TIME}}") for row, target in targets]


def cards(story: Story, site: SampleSite) -> str:
    """Spans and paragraphs; the site's name is the first h1, and the whole <title>. A share bar and an advert."""
    text = "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in story.paragraphs)
    heading = f'<h2 class="headline">{escape(story.title)}</h2>' if story.flaw != "no-title" else ""
    content = f"""<ul class="crumbs"><li><a href="/">我的订阅</a></li>
<li><a href="{list_path(story.slug)}">{story.category}</a></li></ul>
<div class="sheet">
{heading}
<div class="facts"><span>类别：{story.category}</span> <span>发布时间：{story.published:{TIME}}</span>
<span>来源：{story.source}</span></div>
<div class="share">分享到：微信 微博 QQ空间 朋友圈</div>
<div class="text">
{text if story.flaw != "no-body" else ""}
</div>
<div class="advert">广告</div>
<div class="notice"><p>{NOTICE}</p><p>快照生成时间：{story.snapshot:{TIME}}</p><p>{TAKE_DOWN}</p>
<p>信息原文地址：{original(story)}</p></div>
{lists(story, site)}
</div>"""
    return document(content, title=SITE_NAME, declared=story.declared)


def table(story: Story, site: SampleSite) -> str:
    """Labels and values in table cells, the text in divs; a script that holds the label words."""
    text = "\n".join(f"<div>{escape(paragraph)}</div>" for paragraph in story.paragraphs)
    script = '<script>var hints = {"类别": "全部", "发布时间": "1999-01-01 00:00:00", "来源": "脚本"};</script>\n'
    content = f"""<div class="crumbs">当前位置：<a href="/">我的订阅</a> &gt;
<a href="{list_path(story.slug)}">{story.category}</a></div>
<div class="sheet">
<h1 class="headline">{escape(story.title)}</h1>
<table class="facts"><tr><th>类别</th><td>{story.category}</td><th>发布时间</th><td>{story.published:{TIME}}</td>
<th>来源</th><td>{story.source}</td></tr></table>
<div class="text">
{text}
</div>
<div class="notice">{NOTICE}<br>快照生成时间: {story.snapshot:{TIME}}<br>{TAKE_DOWN}<br>
信息原文地址: {original(story)}</div>
{lists(story, site)}
</div>"""
    return document(content, title=f"{story.title} - {SITE_NAME}", declared=story.declared, scripts=script)


def terms(story: Story, site: SampleSite) -> str:
    """A semantic page: article, dl, section; entities in the text."""
    text = "\n".join(f"<p>&emsp;&emsp;{escape(p).replace('“', '&ldquo;')}</p>" for p in story.paragraphs)
    content = f"""<ol class="crumbs"><li><a href="/">我的订阅</a></li><li>
<a href="{list_path(story.slug)}">{story.category}</a></li></ol>
<main class="sheet"><article>
<header><h1 class="headline">{escape(story.title)}</h1>
<dl class="facts"><dt>类别：</dt><dd>{story.category}</dd><dt>发布时间：</dt>
<dd><time datetime="{story.published.isoformat()}">{story.published:{TIME}}</time></dd>
<dt>来源：</dt><dd>{story.source}</dd></dl></header>
<section class="text">
{text}
</section>
<aside class="notice"><p>{NOTICE}</p><dl class="facts"><dt>快照生成时间：</dt><dd>{story.snapshot:{TIME}}</dd></dl>
<p>{TAKE_DOWN}</p><dl class="facts"><dt>信息原文地址：</dt><dd>{original(story)}</dd></dl></aside>
</article>
{lists(story, site)}
</main>"""
    return document(content, title=f"{story.title}_{story.category}_{SITE_NAME}", declared=story.declared)


def breaks(story: Story, site: SampleSite) -> str:
    """A page of the old kind: no <p>, only <br>, indented by ideographic spaces; written in GB18030."""
    text = "<br><br>\n".join(f"　　{escape(paragraph)}" for paragraph in story.paragraphs)
    content = f"""<div class="crumbs"><a href="/">我的订阅</a> › <a href="{list_path(story.slug)}">{story.category}</a></div>
<div class="sheet">
<center><font size="5"><b class="headline">{escape(story.title)}</b></font></center>
<center class="facts">类别:{story.category}&nbsp;&nbsp;发布时间:{story.published:{TIME}}&nbsp;&nbsp;来源:{story.source}</center>
<div class="text">
{text}
</div>
<div class="notice">{NOTICE}<br><br>快照生成时间:{story.snapshot:{TIME}}<br><br>{TAKE_DOWN}<br><br>
信息原文地址:{original(story)}</div>
{lists(story, site)}
</div>"""
    return document(content, title=story.title, declared=story.declared)


def torn(story: Story, site: SampleSite) -> str:
    """Labels and values torn over several nodes, with zero-width characters and hard spaces between."""
    text = "\n".join(
        f"<p>{escape(paragraph).replace('，', '，&#8203;', 1)}&nbsp;</p>" for paragraph in story.paragraphs
    )
    day, clock = f"{story.published:{TIME}}".split()
    half = len(story.title) // 2
    content = f"""<ul class="crumbs"><li><a href="/">我的订阅</a></li><li><a href="{list_path(story.slug)}">{story.category}</a></li></ul>
<div class="sheet">
<h2 class="headline"><span>{escape(story.title[:half])}</span>&#65279;<span>{escape(story.title[half:])}</span></h2>
<p class="facts"><b>类&#8203;别</b><i>：</i><span>{story.category}</span>&nbsp;
<b>发布<i>时间</i></b>：<span>{day}&nbsp;<em>{clock}</em></span>&nbsp; <b>来源</b>：<span>{story.source}</span></p>
<div class="text">
{text}
</div>
<div class="notice"><p>{NOTICE}</p>
<p><b>快照</b>生成时间&#8203;：<span>{story.snapshot:{TIME}}</span></p><p>{TAKE_DOWN}</p>
<p><b>信息原文地址</b>：<span>{original(story)}</span></p></div>
{lists(story, site)}
</div>"""
    return document(content, title=f"{SITE_NAME} | {story.title}", declared=story.declared)


def original(story: Story) -> str:
    """The place of the original's address: a link with the address or other words as its text, or nothing."""
    if story.original_url is None:
        return ""
    return f'<a href="{story.original_url}" rel="nofollow">{escape(story.original_shown)}</a>'


def lists(story: Story, site: SampleSite) -> str:
    """Both lists below the article."""
    rows = ROWS[story.layout]
    related, more = rows(row_views(story.related, site)), rows(row_views(story.more, site))
    return f"<h3>相关资讯</h3>\n{related}\n<h3>更多关于{story.category}的资讯：</h3>\n{more}"


LAYOUTS: dict[str, Callable[[Story, SampleSite], str]] = {
    "cards": cards,
    "table": table,
    "terms": terms,
    "breaks": breaks,
    "torn": torn,
}
