"""When an article was published: the visible time by its headline, else a labelled one, else what metadata says.

Chinese pages are read label and position first; on others JSON-LD, OpenGraph and meta speak first. A day never beats
a minute of the same day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from selectolax.lexbor import LexborHTMLParser

from snapshot_crawler.pages.dates import Moment, find_times, parse_time
from snapshot_crawler.pages.metadata import Metadata
from snapshot_crawler.pages.outline import Block, Outline

META_NAMES = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished", "publishdate",
    "pubdate", "publish_date", "publish-date", "publication_date", "publish_time", "publishtime", "published_time",
    "article.published", "article_date_original", "parsely-pub-date", "sailthru.date", "dc.date.issued", "dc.date",
    "dcterms.created", "dcterms.date", "dc.date.created", "bt:pubdate", "cxenseparse:recs:publishtime", "og:pubdate",
    "weibo: article:create_at", "weibo:article:create_at", "apub:time", "og:release_date", "release_date",
    "firstpublishedtime", "originalpublicationdate", "date", "og:time", "created", "datecreated", "article:create_at",
    "displaydate", "last-published", "video:release_date",
)  # fmt: skip
PUBLISHED_LABEL = re.compile(
    r"(?:发布|发表|发稿|刊发|更新|上传|创建|录入|上线|首发|播出)(?:时间|日期|于)|^\W{0,3}(?:时间|日期)\s*[:：]|"
    r"published|posted|veröffentlicht|erstellt|stand\s*:|"
    r"publié|publicado|pubblicato|opublikowano|опубликован",
    re.IGNORECASE,
)
NOT_PUBLISHED = re.compile(
    r"今天是|现在是|当前时间|copyright|©|评论|回复|有效期|截止|举办时间|活动时间|开播|截至|updated|aktualisiert|"
    r"最后更新|更新时间",
    re.IGNORECASE,
)
MAYBE_DATE = re.compile(
    r"[0-9０-９]{1,4}\s?[-/.年月:：／－]\s?[0-9０-９]{1,2}|[0-9]\s?(?:小时|分钟|天)前|刚刚|昨天|今天|"
    r"[0-9]{1,2}(?:st|nd|rd|th)?\.?\s+[A-Za-z]{3,9}\.?,?\s+[0-9]{4}|[A-Za-z]{3,9}\.? [0-9]{1,2},? [0-9]{4}|"
    r"ago\b|[〇零○]"
)
URL_DAY = re.compile(
    r"(?<![0-9])((?:19|20)[0-9]{2})[-/_]?(0[1-9]|1[0-2])[-/_]?(0[1-9]|[12][0-9]|3[01])(?![0-9])|"
    r"(?<![0-9])((?:19|20)[0-9]{2})[-/_]([1-9])[-/_]([1-9]|[12][0-9]|3[01])(?![0-9])|"
    r"/((?:19|20)[0-9]{2})[-/]?(0[1-9]|1[0-2])/t?(?:(?:19|20)[0-9]{4})?(0[1-9]|[12][0-9]|3[01])(?=[/_])"
)


@dataclass(slots=True, frozen=True)
class Published:
    """The time of publishing and the rule that found it: near-title, label, json-ld, meta, time-tag, url or tail."""

    moment: Moment
    rule: str
    order: int | None = None


@dataclass(slots=True, frozen=True)
class Reader:
    """What reading a time needs besides its text."""

    fetched_at: datetime
    zone: tzinfo
    day_first: bool | None = None

    def first(self, text: str | None) -> Moment | None:
        """The first time in a metadata value."""
        if not text or len(text) > 100:
            return None
        return parse_time(text, fetched_at=self.fetched_at, zone=self.zone, day_first=self.day_first, unix=True)

    def visible(self, block: Block) -> Moment | None:
        """The first time with a clock in a block, else its first time."""
        if len(block.text) > 400 or not MAYBE_DATE.search(block.text):
            return None
        times = find_times(block.text, fetched_at=self.fetched_at, zone=self.zone, day_first=self.day_first)
        if not times:
            return None
        return next((one.moment for one in times if one.moment.precision != "day"), times[0].moment)


def url_day(url: str, reader: Reader) -> Moment | None:
    """The day that an address carries (/2023/08/18/, /20230818/, /202308/t20230818_1.html)."""
    for found in URL_DAY.finditer(url):
        parts = [part for part in found.groups() if part]
        moment = reader.first("-".join(parts))
        if moment:
            return replace(moment, raw=found[0].strip("/"))
    return None


def _near(outline: Outline, title: int | None, last: int, body: int | None, reader: Reader) -> Iterator[Published]:
    """Visible times around the headline, nearest first: below it, then above it."""
    if title is None:
        start, below = max(0, (body or 0) - 12), (body or 0) + 2
        above: list[Block] = []
    else:
        start, below = last + 1, min(last + 16, max((body or 0) + 2, last + 8))
        above = outline.blocks[max(0, title - 8) : title][::-1]
    for block in [*outline.blocks[start:below], *above]:
        moment = reader.visible(block)
        if moment and not NOT_PUBLISHED.search(block.text.replace(moment.raw, "")[:40]):
            yield Published(moment, "near-title", block.order)


def _labelled(outline: Outline, body_end: int | None, reader: Reader) -> Iterator[Published]:
    for block in outline.blocks[: None if body_end is None else body_end + 12]:
        if len(block.text) < 200 and PUBLISHED_LABEL.search(block.text) and (moment := reader.visible(block)):
            yield Published(moment, "label", block.order)


def _declared(tree: LexborHTMLParser, found: Metadata, reader: Reader) -> Iterator[Published]:
    """Times out of sight, the most trusted first."""
    for key in ("datePublished", "dateCreated", "uploadDate"):
        if moment := reader.first(found.text(key)):
            yield Published(moment, "json-ld")
    for name in META_NAMES:
        if moment := reader.first(found.meta.get(name)):
            yield Published(moment, "meta")
    for node in tree.css("[itemprop~='datePublished'], time[pubdate], time[datetime], abbr.published"):
        values = node.attributes
        text = values.get("datetime") or values.get("content") or values.get("title") or node.text()
        if moment := reader.first(text.strip() if text else None):
            yield Published(moment, "time-tag")


def _sharper(chosen: Published, others: list[Published]) -> Published:
    """The same day with a clock, where another witness has one."""
    if chosen.moment.precision != "day":
        return chosen
    day = chosen.moment.at.date()
    for other in others:
        if other.moment.precision != "day" and other.moment.at.astimezone(chosen.moment.at.tzinfo).date() == day:
            return other
    return chosen


def find_published(
    outline: Outline,
    tree: LexborHTMLParser,
    found: Metadata,
    reader: Reader,
    *,
    url: str,
    title: tuple[int, int] | None,
    body: tuple[int, int] | None,
    chinese: bool,
) -> Published | None:
    """The article's time of publishing; None when no witness has a possible one.

    title and body are the places of the headline and of the article's text among the blocks.
    """
    near = list(_near(outline, title and title[0], title[1] if title else -1, body and body[0], reader))
    declared = list(_declared(tree, found, reader))
    labelled = list(_labelled(outline, body and body[1], reader))
    tail: list[Published] = []
    if body:
        for block in outline.blocks[max(body[0], body[1] - 3) : body[1] + 4]:
            if len(block.text) < 120 and (moment := reader.visible(block)):
                tail.append(Published(moment, "tail", block.order))
    in_url = url_day(url, reader)
    by_url = [Published(in_url, "url")] if in_url else []
    near_clock = [one for one in near if one.moment.precision != "day"]
    labelled_clock = [one for one in labelled if one.moment.precision != "day"]
    if chinese:
        order = [
            *near_clock,
            *labelled_clock,
            *[one for one in declared if one.moment.precision != "day"],
            *near,
            *labelled,
        ]
        order += [*declared, *by_url, *tail]
    else:
        order = [*declared, *near_clock, *labelled, *near, *by_url, *tail]
    return _sharper(order[0], order) if order else None
