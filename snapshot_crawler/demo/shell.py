"""The frame of all pages of the sample site: head, banner, foot, and the rows of lists in five kinds of markup."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape

from snapshot_crawler.demo.stories import CATEGORIES

SITE_NAME = "拾页快照示例站"


@dataclass(frozen=True, slots=True)
class RowView:
    """A row as a page shows it; when is YYYY-MM-DD HH:MM:SS."""

    href: str
    title: str | None
    snippet: str
    when: str


def document(content: str, *, title: str, declared: str | None = "utf-8", scripts: str = "") -> str:
    """A whole page. declared: the charset its meta element names; None for none."""
    charset = f'<meta charset="{declared}">\n' if declared else ""
    channels = " ".join(f'<a href="{list_path(slug)}">{name}</a>' for slug, name in CATEGORIES.items())
    return f"""<!DOCTYPE html>
<html lang="zh-CN">
<head>
{charset}<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<link rel="stylesheet" href="/style.css">
{scripts}</head>
<body>
<div class="band"><h1><a href="/">{SITE_NAME}</a></h1></div>
<nav class="top"><a href="/">我的订阅</a> {channels}</nav>
{content}
<div class="foot">{SITE_NAME}由程序生成，所有地名、机构和事件均属虚构。列表重建于 2023-12-01 03:20:00。
<a href="/about.html">关于本站</a></div>
</body>
</html>
"""


def list_path(slug: str, number: int = 1) -> str:
    """Where a page of a category's list stands; '' is the list of the whole site."""
    if not slug:
        return "/" if number == 1 else f"/page/{number}.html"
    return f"/list/{slug}/" if number == 1 else f"/list/{slug}/{number}.html"


def card_rows(rows: Iterable[RowView]) -> str:
    """Title linked, or without a title the snippet linked."""
    items = []
    for row in rows:
        if row.title is not None:
            head = f'<b><a href="{row.href}">{escape(row.title)}</a></b><p>{escape(row.snippet)}</p>'
        else:
            head = f'<p><a href="{row.href}">{escape(row.snippet)}</a></p>'
        items.append(f"<li>{head}<time>{row.when}</time></li>")
    return f'<ul class="rows">{"".join(items)}</ul>'


def table_rows(rows: Iterable[RowView]) -> str:
    """One table row each, the title above the snippet in one cell, the time in another."""
    items = []
    for row in rows:
        title = f"<b>{escape(row.title)}</b>" if row.title is not None else ""
        cell = f'<a href="{row.href}">{title}<p>{escape(row.snippet)}</p></a>'
        items.append(f'<tr><td>{cell}</td><td class="when">{row.when}</td></tr>')
    return f'<table class="rows">{"".join(items)}</table>'


def wrapped_rows(rows: Iterable[RowView]) -> str:
    """The link wraps the whole row."""
    items = []
    for row in rows:
        title = f"<h4>{escape(row.title)}</h4>" if row.title is not None else ""
        items.append(f'<a class="row" href="{row.href}">{title}<p>{escape(row.snippet)}</p><time>{row.when}</time></a>')
    return f'<div class="rows">{"".join(items)}</div>'


def plain_rows(rows: Iterable[RowView]) -> str:
    """Lines parted by <br>, as old pages have them."""
    items = []
    for row in rows:
        if row.title is not None:
            head = f'<a href="{row.href}">{escape(row.title)}</a><br>{escape(row.snippet)}'
        else:
            head = f'<a href="{row.href}">{escape(row.snippet)}</a>'
        items.append(f"<div>{head}<br>{row.when}</div><hr>")
    return "".join(items)


def covered_rows(rows: Iterable[RowView]) -> str:
    """An empty link lies over the row, whose text is linked nowhere."""
    items = []
    for row in rows:
        title = f"<h4>{escape(row.title)}</h4>" if row.title is not None else ""
        items.append(
            f'<div class="row"><a class="cover" href="{row.href}"></a>{title}'
            f'<p>{escape(row.snippet)}</p><span class="when">{row.when}</span></div>'
        )
    return f'<div class="rows">{"".join(items)}</div>'


ROWS: dict[str, Callable[[Iterable[RowView]], str]] = {
    "cards": card_rows,
    "table": table_rows,
    "terms": wrapped_rows,
    "breaks": plain_rows,
    "torn": covered_rows,
}
