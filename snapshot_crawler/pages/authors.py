"""Who wrote an article: bylines in both languages, the dateline's reporter, metadata. Text in, names out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from snapshot_crawler.pages.metadata import Metadata, squeeze
from snapshot_crawler.pages.outline import Block

META_NAMES = (
    "author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "byl", "authors", "twitter:creator",
    "dcterms.creator", "cxenseparse:author", "article.author",
)  # fmt: skip
NAME = r"(?!记者|通讯员|编辑|来源|作者|报道|摄影|摄)[\u4e00-\u9fff]{2,4}(?:·[\u4e00-\u9fff]{1,6})?"
NAMES = rf"{NAME}(?:[\s、,，；;&/和]{{1,3}}{NAME}){{0,5}}"
WRITER = re.compile(
    r"(?:作\s{0,4}者|撰文|撰稿|执笔|采写|采访|文|主笔)\s{0,2}[:：/／|丨]\s{0,3}(?P<names>[^\n|｜\]】]{2,40})"
)
REPORTER = re.compile(
    rf"[（(【][^（）()【】]{{0,24}}?(?:记者|記者|通讯员|"
    rf"特派员)\s{{0,2}}[:：]?\s{{0,2}}(?P<names>{NAMES})[^（）()]{{0,40}}?[）)】]"
)
REPORTER_LINE = re.compile(rf"(?:记者|記者)\s{{0,2}}[:：]?\s{{0,3}}(?P<names>{NAMES})")
SIGNED = re.compile(rf"[（(]\s?(?P<names>{NAMES})\s?[）)]\s*$")
EDITOR = re.compile(rf"(?:责任?编辑?|責任編輯|编\s{{0,4}}辑|值班编辑|责编)\s{{0,2}}[:：/]\s{{0,3}}(?P<names>{NAMES})")
STOP = re.compile(
    r"\s{2,}|来\s?源|编\s?辑|责任|时间|日期|发布|浏览|点击|阅读|字[号体]|分享|摄影|评论|[0-9]{2,}|[，,]\s?系|[（(]"
)
NOT_A_PERSON = re.compile(r"记者|通讯员|报道|编辑|来源|未知|佚名|网$|报$")
SPLIT = re.compile(r"[\s、,，；;&／/]+|\s和\s")
LATIN_SPLIT = re.compile(r"\s*(?:,|;|\band\b|&|\bund\b|\bet\b|\by\b|\|)\s*")
BY = re.compile(
    r"^\s*(?:(?:written\s+|posted\s+|reported\s+|words\s+)?by|von|par|por|di|door|av|af|text)\b\s*:?\s*", re.IGNORECASE
)
NOT_A_NAME = re.compile(
    r"https?:|@|^\d|\b(?:editor|staff|reporter|correspondent|updated|published|contributor|min read|minutes?)\b",
    re.IGNORECASE,
)
AUTHOR_HINT = re.compile(
    r"(?<![a-z])(?:author|byline|creator|writer|contributor|autor)(?!s?[-_]?(?:bio|box|image|img|avatar|desc|"
    r"title|job|role|link-list|social|follow))|\bauthor\b",
    re.IGNORECASE,
)


def _chinese(names: str) -> list[str]:
    names = STOP.split(names.strip(), maxsplit=1)[0]
    found = [name.strip("：:.。") for name in SPLIT.split(names)]
    return [
        name
        for name in dict.fromkeys(found)
        if 2 <= len(name) <= 12 and not re.search(r"记者|通讯员|报道|编辑|来源|未知|佚名|网$|报$", name)
    ]


def chinese_authors(head: Iterable[Block], body: list[str], tail: Iterable[Block]) -> list[str]:
    """Names in a Chinese article: 作者, then 记者, then a signature; the responsible editor where nobody else is named.

    head: the lines around the headline; body: the article's paragraphs; tail: the lines behind them.
    """
    heads = [block.text for block in head if len(block.text) < 160]
    tails = [block.text for block in tail if len(block.text) < 160]
    edges = [*body[:2], *body[-3:]]
    for texts, pattern in ((heads, WRITER), ([*edges, *tails], WRITER)):
        for text in texts:
            if (found := pattern.search(text)) and (names := _chinese(found["names"])):
                return names
    for text in [*edges, *tails, *heads]:
        if (found := REPORTER.search(text)) and (names := _chinese(found["names"])):
            return names
    for text in [*heads, *(one for one in edges if len(one) < 60), *tails]:
        if (found := REPORTER_LINE.search(text)) and (names := _chinese(found["names"])):
            return names
    for text in body[-2:]:
        if (found := SIGNED.search(text)) and (names := _chinese(found["names"])):
            return names
    for text in [*reversed(body[-3:]), *tails, *heads]:
        if (found := EDITOR.search(text)) and (names := _chinese(found["names"])):
            return names
    return []


def _latin(text: str) -> list[str]:
    """Names in a byline or metadata value."""
    text = BY.sub("", squeeze(text))
    found = []
    for name in LATIN_SPLIT.split(text):
        name = name.strip(" .-–—:|")
        if 3 <= len(name) <= 60 and not NOT_A_NAME.search(name) and len(name.split()) <= 5:
            found.append(name)
    return list(dict.fromkeys(found))


def _json_ld_names(value: Any) -> list[str]:
    names: list[str] = []
    for one in value if isinstance(value, list) else [value]:
        name = one.get("name") if isinstance(one, dict) else one
        for text in name if isinstance(name, list) else [name]:
            if isinstance(text, str):
                names.extend(_latin(text))
    return list(dict.fromkeys(names))


def declared_authors(found: Metadata) -> list[str]:
    """Names in JSON-LD and meta tags."""
    names = _json_ld_names(found.article.get("author")) or _json_ld_names(found.article.get("creator"))
    if names:
        return names
    for key in (
        "author",
        "article:author",
        "parsely-author",
        "sailthru.author",
        "dc.creator",
        "byl",
        "authors",
        "twitter:creator",
        "dcterms.creator",
        "cxenseparse:author",
        "article.author",
    ):
        if (value := found.meta.get(key)) and (names := _latin(value)):
            return names
    return []


def byline_authors(blocks: Iterable[Block]) -> list[str]:
    """Names in the lines around the headline: elements that call themselves author, or lines that begin with By."""
    names: list[str] = []
    for block in blocks:
        if len(block.text) > 160:
            continue
        for part in block.parts:
            if part.text.strip() and AUTHOR_HINT.search(part.hint):
                names.extend(_latin(part.text))
        if not names and BY.match(block.text):
            names.extend(_latin(block.text)[:3])
    return list(dict.fromkeys(names))[:6]
