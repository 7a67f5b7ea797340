"""The pages of the sample site: articles in four kinds of markup, lists with paging, a start page."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from snapshot_crawler.demo.articles import CATEGORIES, SampleArticle

SITE_NAME = "样例快照网"
PER_PAGE = 15
NOTICE = "本页为信息快照,由样例快照网的爬虫自动采集收录,本站未对内容作任何修改,也不代表本站观点。"
TAKE_DOWN = "快照服务不以营利为目的,若有侵权,请联系我们删除。"
STYLE = (
    "body{font:16px/1.7 system-ui,sans-serif;max-width:52em;margin:0 auto;padding:1em;color:#222}"
    "a{color:#0b57a4;text-decoration:none}.meta,small,time{color:#777;font-size:.85em}"
    ".note{background:#f6f6f2;padding:.6em 1em;font-size:.85em;color:#555}.row{position:relative;padding:.4em 0;"
    "border-bottom:1px solid #eee}.over{position:absolute;inset:0}nav a{margin-right:1em}"
)
BROKEN = ("/detail/" + "0" * 40 + ".html", "/gone.html", "/empty.html", "/cut.html", "/file.html", "/flaky.html")


def _time(moment: object) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def _page(title: str, body: str, charset: str) -> str:
    return (
        f'<!doctype html><html lang="zh"><head><meta charset="{charset}"><title>{title}</title>'
        f"<style>{STYLE}</style></head><body>{body}</body></html>"
    )


def _links(article: SampleArticle, row: Callable[[SampleArticle, bool, str], str], heading: str) -> str:
    related = "".join(row(other, titled, other.excerpt) for other, titled in article.related)
    more = "".join(row(other, titled, other.summary) for other, titled in article.more)
    return f"{related}{heading.format(f'更多关于{article.category}的资讯:')}{more}"


def _original(article: SampleArticle) -> str:
    return f'<a href="{article.original_url}">查看原文</a>' if article.original_url else ""


def modern(article: SampleArticle, charset: str) -> str:
    """Headings, paragraphs and lists."""

    def row(other: SampleArticle, titled: bool, text: str) -> str:
        head = f'<h4><a href="{other.path}">{escape(other.title)}</a></h4>' if titled else ""
        shown = escape(text) if titled else f'<a href="{other.path}">{escape(text)}</a>'
        return f'<li class="row">{head}<p>{shown}</p><small>{_time(other.published_at)}</small></li>'

    where = CATEGORIES.index(article.category)
    body = (
        f'<header><h1><a href="/">{SITE_NAME}</a></h1></header>'
        f'<ul class="path"><li><a href="/">我的订阅</a></li><li><a href="/list/{where}.html">{article.category}</a></li></ul>'
        f"<h2>{escape(article.title)}</h2><p class=meta><span>类别:{article.category}</span> "
        f"<span>发布时间:{_time(article.published_at)}</span> <span>来源:{article.source or ''}</span></p>"
        f"<article>{''.join(f'<p>{escape(text)}</p>' for text in article.paragraphs)}</article>"
        f'<div><a href="#">微信</a> <a href="#">微博</a> <a href="#">QQ空间</a></div>'
        f"<div class=note><p>{NOTICE}</p><p>快照生成时间:{_time(article.snapshot_at)}</p><p>{TAKE_DOWN}</p>"
        f"<p>信息原文地址:{_original(article)}</p></div><ul>{_links(article, row, '</ul><h3>{}</h3><ul>')}</ul>"
    )
    return _page(SITE_NAME, body, charset)


def tables(article: SampleArticle, charset: str) -> str:
    """Tables and line breaks, as pages were built twenty years ago."""

    def row(other: SampleArticle, titled: bool, text: str) -> str:
        head = f"<tr><td><a href={other.path}><b>{escape(other.title)}</b></a></td></tr>" if titled else ""
        shown = escape(text) if titled else f"<a href={other.path}>{escape(text)}</a>"
        return f"<table>{head}<tr><td>{shown}</td><td><small>{_time(other.published_at)}</small></td></tr></table>"

    where = CATEGORIES.index(article.category)
    body = (
        f"<table><tr><td>当前位置：<a href=/>我的订阅</a> &gt; <a href=/list/{where}.html>{article.category}</a></td></tr>"
        f"<tr><td align=center><font size=5><b>{escape(article.title)}</b></font></td></tr><tr><td><table><tr>"
        f"<td>类&nbsp;别：</td><td>{article.category}</td><td>发布时间：</td><td>{_time(article.published_at)}</td>"
        f"<td>来&nbsp;源：</td><td>{article.source or ''}</td></tr></table></td></tr><tr><td>"
        f"{'<br><br>'.join('　　' + escape(text) for text in article.paragraphs)}<br><br>{NOTICE}<br>"
        f"快照生成时间：{_time(article.snapshot_at)}<br>{TAKE_DOWN}<br>信息原文地址：{_original(article)}</td></tr></table>"
        f"{_links(article, row, '<p><b>{}</b></p>')}"
    )
    return _page(f"{escape(article.title)}-{SITE_NAME}", body, charset)


def terms(article: SampleArticle, charset: str) -> str:
    """Lists of terms; each row lies whole inside its link."""

    def row(other: SampleArticle, titled: bool, text: str) -> str:
        head = f"<h5>{escape(other.title)}</h5>" if titled else ""
        return (
            f'<a href="{other.path}"><div class=row>{head}<p>{escape(text)}</p>'
            f"<time>{_time(other.published_at)}</time></div></a>"
        )

    where = CATEGORIES.index(article.category)
    body = (
        f"<nav><ol><li><a href=/>我的订阅</a></li><li><a href=/list/{where}.html>{article.category}</a></li></ol></nav>"
        f"<main><h1>{escape(article.title)}</h1><dl><dt>类别</dt><dd>{article.category}</dd><dt>发布<b>时间</b></dt>"
        f"<dd>{_time(article.published_at)}</dd><dt>来源</dt><dd>{article.source or ''}</dd></dl>"
        f"{''.join(f'<div>{escape(text)}</div>' for text in article.paragraphs)}<aside class=note>{NOTICE}</aside><dl>"
        f"<dt>快照生成时间</dt><dd>{_time(article.snapshot_at)}</dd><dt>信息原文地址</dt><dd>{_original(article)}</dd></dl>"
        f"</main><section>{_links(article, row, '</section><section><h2>{}</h2>')}</section>"
    )
    return _page(f"{escape(article.title)}_{SITE_NAME}", body, charset)


def overlays(article: SampleArticle, charset: str) -> str:
    """Divs and spans alone; label, colon and value in nodes of their own, an empty link laid over each row."""

    def row(other: SampleArticle, titled: bool, text: str) -> str:
        head = f"<div><b>{escape(other.title)}</b></div>" if titled else ""
        return (
            f'<div class=row><a class=over href="{other.path}"></a>{head}<div>{escape(text)}</div>'
            f"<div>{_time(other.published_at)}</div></div>"
        )

    where = CATEGORIES.index(article.category)
    labels = (("类别", article.category), ("发布时间", _time(article.published_at)), ("来源", article.source or ""))
    meta = "".join(f"<div><span>{name}</span><span>：</span><span>{value}</span></div>" for name, value in labels)
    body = (
        f"<div><span><a href=/>我的订阅</a></span><span> › </span><span><a href=/list/{where}.html>{article.category}</a>"
        f"</span></div><div><h1>{escape(article.title)}</h1></div><div>{meta}</div>"
        f"<div>{''.join(f'<div>{escape(text)}</div>' for text in article.paragraphs)}</div><div>{NOTICE}</div>"
        f"<div><span>快照生成时间</span><span>：</span><span>{_time(article.snapshot_at)}</span></div><div>{TAKE_DOWN}</div>"
        f"<div><span>信息原文地址</span><span>：</span><span>{_original(article)}</span></div>"
        f"<div>{_links(article, row, '</div><h3>{}</h3><div>')}</div>"
    )
    return _page(SITE_NAME, body, charset)


LAYOUTS = (modern, tables, terms, overlays)


def article_page(article: SampleArticle) -> bytes:
    """The article's page; every third is GB18030 and says gb2312, as old sites do."""
    charset, codec = ("gb2312", "gb18030") if article.number % 3 == 1 else ("utf-8", "utf-8")
    return LAYOUTS[article.number % len(LAYOUTS)](article, charset).encode(codec)


def list_page(category: int, articles: list[SampleArticle], number: int) -> bytes | None:
    """Page number of a category's list, newest first; None behind the last."""
    newest = sorted(articles, key=lambda article: article.published_at, reverse=True)
    shown = newest[(number - 1) * PER_PAGE : number * PER_PAGE]
    if not shown:
        return None
    rows = "".join(
        f'<li class=row><a href="{one.path}">{escape(one.title)}</a><p>{escape(one.summary)}</p>'
        f"<small>{_time(one.published_at)}</small></li>"
        for one in shown
    )
    following = f'<a href="/list/{category}_{number + 1}.html">下一页</a>' if number * PER_PAGE < len(newest) else ""
    body = f"<h1>{CATEGORIES[category]}</h1><ul>{rows}</ul><p>第{number}页 {following}</p>"
    return _page(f"{CATEGORIES[category]}-{SITE_NAME}", body, "utf-8").encode()


def start_page(articles: list[SampleArticle]) -> bytes:
    """The site's front: its categories, its newest articles, and a few links that lead nowhere good."""
    menu = "".join(f'<a href="/list/{index}.html">{name}</a>' for index, name in enumerate(CATEGORIES))
    newest = sorted(articles, key=lambda article: article.published_at, reverse=True)[:10]
    rows = "".join(
        f'<li class=row><a href="{one.path}">{escape(one.title)}</a> <small>{_time(one.published_at)}</small></li>'
        for one in newest
    )
    broken = "".join(
        f'<li class=row><a href="{path}">一条失效的旧闻{index}</a> <small>2025-02-0{index + 1} 08:00:00</small></li>'
        for index, path in enumerate(BROKEN)
    )
    return _page(SITE_NAME, f"<h1>{SITE_NAME}</h1><nav>{menu}</nav><ul>{rows}{broken}</ul>", "utf-8").encode()
