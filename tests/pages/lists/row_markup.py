"""A row of a list of articles in every markup that the tests of the snapshot reader know, by the markup's name."""

from __future__ import annotations

from collections.abc import Callable

from tests.pages.stated import Row


def _ul(r: Row, snippet: str, at: str) -> str:
    head = f'<h4><a href="{r.url}">{r.title}</a></h4>' if r.title else ""
    return f"<li>{head}<p>{snippet if r.title else f'<a href={r.url!r}>{snippet}</a>'}</p><span>{at}</span></li>"


def _ulwrap(r: Row, snippet: str, at: str) -> str:
    head = f"<strong>{r.title}</strong>" if r.title else ""
    return f'<li><a href="{r.url}">{head}<p>{snippet}</p><span>{at}</span></a></li>'


def _overlay(r: Row, snippet: str, at: str) -> str:
    head = f"<h4>{r.title}</h4>" if r.title else ""
    return f'<div class=r><a href="{r.url}" class=o></a>{head}<p>{snippet}</p><span>{at}</span></div>'


def _overlay_last(r: Row, snippet: str, at: str) -> str:
    head = f"<div>{r.title}</div>" if r.title else ""
    return f'<div>{head}<div>{snippet}</div><div>{at}</div><a href="{r.url}"></a></div>'


def _dl(r: Row, snippet: str, at: str) -> str:
    head = f"<dt><a href='{r.url}'>{r.title}</a></dt>" if r.title else ""
    return f"{head}<dd>{snippet if r.title else f'<a href={r.url!r}>{snippet}</a>'}</dd><dd>{at}</dd>"


def _tr(r: Row, snippet: str, at: str) -> str:
    head = f"<tr><td colspan=2><a href={r.url}>{r.title}</a></td></tr>" if r.title else ""
    return f"{head}<tr><td>{snippet if r.title else f'<a href={r.url}>{snippet}</a>'}</td><td>{at}</td></tr>"


def _tr1(r: Row, snippet: str, at: str) -> str:
    head = f"<a href={r.url}><b>{r.title}</b></a><br>" if r.title else ""
    return f"<tr><td>{head}{snippet if r.title else f'<a href={r.url}>{snippet}</a>'}</td><td nowrap>{at}</td></tr>"


def _flat(r: Row, snippet: str, at: str) -> str:
    head = f"<div><a href='{r.url}'>{r.title}</a></div>" if r.title else ""
    return f"{head}<div>{snippet if r.title else f'<a href={r.url!r}>{snippet}</a>'}</div><div>{at}</div>"


def _br(r: Row, snippet: str, at: str) -> str:
    head = f"<a href='{r.url}'>{r.title}</a><br>" if r.title else ""
    return f"{head}{snippet if r.title else f'<a href={r.url!r}>{snippet}</a>'}<br>{at}<br>"


def _detail(r: Row, snippet: str, at: str) -> str:
    head = f"<h5>{r.title}</h5>" if r.title else ""
    return f"<article>{head}<p>{snippet}</p><footer><span>{at}</span> <a href='{r.url}'>查看详情</a></footer></article>"


def _item(r: Row, snippet: str, at: str) -> str:
    head = f"<div class=t><a href='{r.url}' title='{r.title}'>{r.title}</a></div>" if r.title else ""
    return f"<div>{head}<div><a href='{r.url}'>{snippet}</a></div><div><i></i>{at}</div></div>"


def _picture(r: Row, snippet: str, at: str) -> str:
    head = f"<h4><a href='{r.url}'>{r.title}</a></h4>" if r.title else ""
    return f"<div><a href='{r.url}'><img src=/t.jpg></a><div>{head}<p>{snippet}</p><p>{at}</p></div></div>"


FORMS: dict[str, Callable[[Row, str, str], str]] = {
    "ul": _ul,
    "ulwrap": _ulwrap,
    "overlay": _overlay,
    "last": _overlay_last,
    "dl": _dl,
    "tr": _tr,
    "tr1": _tr1,
    "flat": _flat,
    "br": _br,
    "detail": _detail,
    "item": _item,
    "picture": _picture,
}
