"""Disguises of a page: markup goes in, the same article in other markup comes out. For extraction.py --mutations.

A reader that reads an article, and not the page it was tried on, gives the same record for all of them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

Disguise = Callable[[str], str]

NAMES = re.compile(r"""\b(class|id)\s*=\s*("[^"]*"|'[^']*')""", re.IGNORECASE)
BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)
BODY_END = re.compile(r"</body\s*>", re.IGNORECASE)
HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)
PARAGRAPH = re.compile(r"<p\b[^>]*>", re.IGNORECASE)
PARAGRAPH_END = re.compile(r"</p\s*>", re.IGNORECASE)
META = re.compile(r"<meta\b(?![^>]*charset)[^>]*>", re.IGNORECASE)
JSON_LD = re.compile(r"<script\b[^>]*ld\+json[^>]*>.*?</script\s*>", re.IGNORECASE | re.DOTALL)
SCRIPT = re.compile(r"<(script|style|textarea|template)\b.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)", re.IGNORECASE)

LINKS = "".join(
    f'<li><a href="/more/{n}.html">Another headline of the day, number {n} 另一条新闻标题</a></li>' for n in range(12)
)
WORDS = "，".join(f"keyword {n}, 关键词{n}" for n in range(3000))
SCRIPTED = (
    "<script>var page = '<div><h1>No headline</h1><p>Not the text, not the text. 不是正文。<\\/p><\\/div>';</script>"
)
COMMENTS = "".join(
    f"<div><b>reader{n}</b> <span>3 hours ago</span><p>I do not think so, it was so before. 我不这么看。</p></div>"
    for n in range(6)
)


def _renamed(found: re.Match[str]) -> str:
    names = " ".join("x" + hashlib.md5(name.encode()).hexdigest()[:6] for name in found[2][1:-1].split())
    return f'{found[1]}="{names}"'


def _outside_scripts(html: str, change: Callable[[str], str]) -> str:
    """The page with change made to everything but scripts, styles and comments."""
    parts, last = [], 0
    for script in SCRIPT.finditer(html):
        parts += [change(html[last : script.start()]), script[0]]
        last = script.end()
    return "".join([*parts, change(html[last:])])


def _at_start(html: str, markup: str) -> str:
    return BODY.sub(lambda found: found[0] + markup, html, count=1)


def _at_end(html: str, markup: str) -> str:
    ends = list(BODY_END.finditer(html))
    place = ends[-1].start() if ends else len(html)
    return html[:place] + markup + html[place:]


def _wrapped(html: str, before: str, behind: str) -> str:
    return _at_end(_at_start(html, before), behind)


def _advert(html: str) -> str:
    """An advert behind each fourth paragraph."""
    count = 0

    def behind(found: re.Match[str]) -> str:
        nonlocal count
        count += 1
        link = '<div><a href="https://shop.example/"><img src="https://shop.example/a.png"></a></div>'
        return found[0] + (link if count % 4 == 0 else "")

    return _outside_scripts(html, lambda text: PARAGRAPH_END.sub(behind, text))


def _as_entities(html: str) -> str:
    return _outside_scripts(html, lambda text: text.encode("ascii", "xmlcharrefreplace").decode("ascii"))


DISGUISES: dict[str, Disguise] = {
    "names of classes changed": lambda html: _outside_scripts(html, lambda text: NAMES.sub(_renamed, text)),
    "classes taken out": lambda html: _outside_scripts(html, lambda text: NAMES.sub("", text)),
    "p to br": lambda html: _outside_scripts(html, lambda text: PARAGRAPH.sub("", PARAGRAPH_END.sub("<br><br>", text))),
    "p to div": lambda html: _outside_scripts(
        html, lambda text: PARAGRAPH.sub("<div>", PARAGRAPH_END.sub("</div>", text))
    ),
    "p never closed": lambda html: _outside_scripts(html, lambda text: PARAGRAPH_END.sub("", text)),
    "text of p in span": lambda html: _outside_scripts(
        html, lambda text: PARAGRAPH.sub("<p><span>", PARAGRAPH_END.sub("</span></p>", text))
    ),
    "wrapped in divs": lambda html: _wrapped(html, "<div><div><section><div>", "</div></section></div></div>"),
    "wrapped in a table": lambda html: _wrapped(html, "<table><tr><td>", "</td></tr></table>"),
    "list appended": lambda html: _at_end(html, f"<ul>{LINKS}</ul>"),
    "menu put first": lambda html: _at_start(html, f"<ul>{LINKS}</ul>"),
    "comments appended": lambda html: _at_end(html, f"<div>{COMMENTS}</div>"),
    "adverts inserted": _advert,
    "metadata taken out": lambda html: META.sub("", JSON_LD.sub("", html)),
    "JSON-LD taken out": lambda html: JSON_LD.sub("", html),
    "scripts of markup": lambda html: _wrapped(html, SCRIPTED * 5, SCRIPTED * 5),
    "hidden keywords": lambda html: _at_end(html, f'<div style="display:none">{WORDS}</div>'),
    "hidden block first": lambda html: _at_start(html, f"<div hidden><p>{WORDS}</p></div>"),
    "comments in the source": lambda html: _outside_scripts(
        html, lambda text: PARAGRAPH.sub(lambda found: f"<!-- <p>old text</p> -->{found[0]}", text)
    ),
    "tags in capitals": lambda html: _outside_scripts(
        html, lambda text: TAG.sub(lambda found: f"<{found[1]}{found[2].upper()}", text)
    ),
    "signs as entities": _as_entities,
    "another encoding": lambda html: html,  # see encoded()
}

OUT_OF_SIGHT = ("metadata taken out", "JSON-LD taken out")  # they take values away, where nothing else states them


def encoded(name: str, html: str, chinese: bool) -> bytes:
    """The disguised page's bytes; its declared charset goes, as HTTP headers and real pages forget it too."""
    if name == "another encoding":
        html = re.sub(r"<meta\b[^>]*charset[^>]*>", "", html, flags=re.IGNORECASE)
        codec = "gb18030" if chinese else "utf-16"
        return html.encode(codec, "xmlcharrefreplace")
    html = re.sub(r"<meta\b[^>]*charset[^>]*>", "", html, flags=re.IGNORECASE)
    return HEAD.sub(lambda found: found[0] + '<meta charset="utf-8">', html, count=1).encode("utf-8", "replace")
