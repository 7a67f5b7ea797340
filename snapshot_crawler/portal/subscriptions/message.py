"""The text of a message to a reader: articles and links in, title, text and fields for programs out.

It has titles, sources, times and links, and nothing of the articles' bodies. Titles come from crawled pages: white
space is folded and what is invisible is taken out, so that none of them looks like a line of ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from snapshot_crawler.library.model import Row
from snapshot_crawler.text import clean_text

WORDS = {
    "zh": {
        "title": "{site}：{number} 篇新文章",
        "missed": "另有 {number} 篇未列出，请在您的订阅页查看。",
        "stop": "不再接收通知：{link}",
        "why": "您收到这条消息，是因为有人用这个地址订阅了「{site}」。消息编号 {identity}。",
        "ask_title": "{site}：请确认接收通知",
        "ask": "有人请「{site}」把新文章的通知发到这个地址。\n\n如果是您本人，请打开并确认：{link}\n\n"
        "如果不是，不必理会：不会再有消息。",
    },
    "en": {
        "title": "{site}: new articles: {number}",
        "missed": "{number} more are not named here; your subscription's page has them.",
        "stop": "No more notices: {link}",
        "why": "You get this message because somebody has subscribed to {site} with this address. Message {identity}.",
        "ask_title": "{site}: please confirm notices",
        "ask": "Somebody has asked {site} to send notices of new articles to this address.\n\n"
        "If it was you, open this and confirm: {link}\n\nIf not, you need do nothing: there will be no more messages.",
    },
}


@dataclass(frozen=True, slots=True)
class Letter:
    """A message. identity: the same in all attempts; stop: the link that ends notices; fields: for programs."""

    identity: str
    title: str
    body: str
    stop: str
    fields: dict[str, Any]


def news(identity: str, site: str, language: str, rows: Sequence[tuple[Row, str]], missed: int, stop: str) -> Letter:
    """New articles. rows: each with the address of its page; missed: how many more there were."""
    words = WORDS.get(language, WORDS["zh"])
    parts = [_row(row, link) for row, link in rows]
    if missed:
        parts.append(words["missed"].format(number=missed))
    parts.append(words["stop"].format(link=stop))
    parts.append(words["why"].format(site=site, identity=identity))
    articles = [
        {
            "id": row.id,
            "title": clean_text(row.title),
            "url": link,
            "category": row.category,
            "source": row.source,
            "published_at": row.published_at,
        }
        for row, link in rows
    ]
    fields = {"id": identity, "articles": articles, "missed": missed, "unsubscribe": stop}
    title = words["title"].format(site=site, number=len(rows) + missed)
    return Letter(identity, title, "\n\n".join(parts), stop, fields)


def question(identity: str, site: str, language: str, link: str) -> Letter:
    """The question whether notices are wanted at a mail address. link: to say yes."""
    words = WORDS.get(language, WORDS["zh"])
    return Letter(identity, words["ask_title"].format(site=site), words["ask"].format(site=site, link=link), "", {})


def _row(row: Row, link: str) -> str:
    about = " · ".join(clean_text(each) for each in (row.source, row.category) if each)
    time = (row.published_at or "")[:16].replace("T", " ")
    second = " · ".join(part for part in (about, time) if part)
    return "\n".join(line for line in (clean_text(row.title), second, link) if line)
