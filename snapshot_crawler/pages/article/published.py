"""When an article was published: the visible time near its headline, else a labelled one, else one from metadata.

reader.py fills in Witnesses and calls find_published, which gives one moment and the rule that found it.

Chinese pages are read label and position first; on others JSON-LD, OpenGraph and meta speak first. A day never beats
a minute of the same day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

from snapshot_crawler.lazy_pattern import LazyPattern, any_of
from snapshot_crawler.pages.article import published_words
from snapshot_crawler.pages.dates.relative import has_words
from snapshot_crawler.pages.dates.times import Moment, Sighting, find_times, parse_time
from snapshot_crawler.pages.han import HanPattern
from snapshot_crawler.pages.metadata import Metadata
from snapshot_crawler.pages.needed import GuardedPattern
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
PUBLISHED_LABEL = GuardedPattern(any_of(published_words.PUBLISHED), re.IGNORECASE)
# Straight before a time that is not the one of publishing.
NOT_PUBLISHED = HanPattern(rf"(?:{any_of(published_words.NOT_PUBLISHED)})[^0-9]{{0,10}}$", re.IGNORECASE)
UPDATED = HanPattern(rf"(?:{any_of(published_words.UPDATED)})[^0-9]{{0,10}}$", re.IGNORECASE)
CHANGED = HanPattern(rf"^\W*(?:{any_of(published_words.UPDATED)})", re.IGNORECASE)
LETTER_BEHIND = re.compile(r"\s?\w")
GLUED_BEHIND = re.compile(r"[“‘「『《]?\w")  # 今日头条 is a name, and so may be 今日“网红”
LONGEST_LINE = 160  # characters; a time inside running text is the event's
MOST_STALE = timedelta(days=3)  # between the day in the address and hours ago; by choice, as for time-unlike-address
LONGEST_DAY = 60  # characters of a sentence that may hold the day of publishing; by choice: longer ones tell of days
FARTHEST = 60  # lines between headline and text in which the time's own line is looked for: a summary may stand between
LONGEST_RELATIVE = 60  # characters of a line with a relative time; by choice: longer lines are sentences
SHORT_LINE = 24  # characters of a line that holds a part of a time
YEAR = re.compile(r"[0-9０-９]{4}|[〇零○]")
SENTENCE = re.compile(r"(?:[。！？]|[^\W\d_]{2}[.!?])['\"”’»]?\s*$")
SENTENCE_END = re.compile(r"[。！？；，]|[.!?]\s*$")
DAY_ALONE = re.compile(r"(?:0?[1-9]|[12][0-9]|3[01])日?")
YEAR_AND_MONTH = re.compile(r"(20[0-9]{2})\s?[-/.年]\s?([0-9]{1,2})(?![-/.]?[0-9])月?")
FIGURE = re.compile(r"[\d〇零○]")  # nothing that MAYBE_DATE finds is without one
MAYBE_DATE = LazyPattern(  # figures beside a sign of a date, or a year, or figures of Arabic, Persian, Hindi, Thai
    r"\d{1,4}\s?[-/.年月:：년월시／－]\s?\d|(?<!\d)(?:19|20)\d\d(?!\d)|(?![0-9０-９])\d\d?\s|[〇零○]"
)
# What was meant as a time, whatever it is: 2023-02-30 08:00, 1970年1月1日, 0000-00-00 00:00:00.
LIKE_A_TIME = LazyPattern(
    r"[0-9０-９]{1,4}\s?[-/.年]\s?[0-9０-９]{1,2}\s?[-/.月][0-9０-９\s\-/.月日时分秒:：TZ+]{1,30}"
)
URL_DAY = LazyPattern(
    r"(?<![0-9])((?:19|20)[0-9]{2})[-/_]?(0[1-9]|1[0-2])[-/_]?(0[1-9]|[12][0-9]|3[01])(?![0-9])|"
    r"(?<![0-9])((?:19|20)[0-9]{2})[-/_]([1-9])[-/_]([1-9]|[12][0-9]|3[01])(?![0-9])|"
    r"/((?:19|20)[0-9]{2})[-/]?(0[1-9]|1[0-2])/t?(?:(?:19|20)[0-9]{4})?(0[1-9]|[12][0-9]|3[01])(?=[/_])"
)


@dataclass(slots=True, frozen=True)
class Published:
    """The time of publishing and the rule that found it: near-title, label, json-ld, meta, time-tag, url, tail
    or updated."""

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
        if not text or len(text) > 100:  # characters, by choice: a label and a time, not a sentence
            return None
        return parse_time(text, fetched_at=self.fetched_at, zone=self.zone, day_first=self.day_first, unix=True)

    def visible(self, text: str, *, updates: bool = False) -> Moment | None:
        """The first time with a clock in a line that may be the time of publishing, else its first day.

        updates: times of the last change count too.
        """
        if len(text) > LONGEST_LINE or not (
            (FIGURE.search(text) and MAYBE_DATE.search(text)) or (len(text) <= LONGEST_RELATIVE and has_words(text))
        ):
            return None
        days = []
        is_sentence = len(text) > LONGEST_DAY and SENTENCE.search(text) is not None
        for sighting in find_times(text, fetched_at=self.fetched_at, zone=self.zone, day_first=self.day_first):
            moment = sighting.moment
            before = text[max(0, sighting.start - 24) : sighting.start]
            if NOT_PUBLISHED.search(before) and not (updates and UPDATED.search(before)):
                continue
            if moment.is_relative and (len(text) > LONGEST_RELATIVE or SENTENCE_END.search(text)):
                continue
            if sighting.is_word() and not self._stands_apart(text, sighting):
                continue
            if moment.precision != "day":
                return moment
            if not is_sentence or YEAR.search(moment.raw):
                days.append(moment)
        return days[0] if days else None

    def _stands_apart(self, text: str, word: Sighting) -> bool:
        """Whether a word such as 昨天 or gestern is the line's time and no part of a name (今日头条) or a sentence.

        Words of Chinese follow each other without a space, so what stands before one says nothing.
        """
        if word.is_chinese():
            return not GLUED_BEHIND.match(text, word.end)
        if LETTER_BEHIND.match(text, word.end):
            return False
        before = text[: word.start]
        if PUBLISHED_LABEL.search(before):
            return True
        today = self.fetched_at.astimezone(self.zone).date()
        if not before.strip() and word.moment.precision == "day" and word.moment.at.date() == today:
            return False  # Today, alone, is a word of menus
        return word.begins_apart(text)


def url_day(url: str, reader: Reader) -> Moment | None:
    """The day that an address carries (/2023/08/18/, /20230818/, /202308/t20230818_1.html)."""
    for found in URL_DAY.finditer(url):
        parts = [part for part in found.groups() if part]
        moment = reader.first("-".join(parts))
        if moment:
            return replace(moment, raw=found[0].strip("/"))
    return None


def unread_time(lines: list[str]) -> str | None:
    """The first text that has the look of a time of publishing; asked where none could be read."""
    for text in lines:
        found = LIKE_A_TIME.search(text) if len(text) <= LONGEST_LINE else None
        if found and not NOT_PUBLISHED.search(text[max(0, found.start() - 24) : found.start()]):
            return found[0].strip()
    return None


@dataclass(slots=True)
class Witnesses:
    """Everything on the page that may state the time of publishing.

    title: the blocks of the headline, first and last. body: where the text begins and ends among the blocks.
    beside: for every box, whether it lies beside the article.
    """

    outline: Outline
    found: Metadata
    reader: Reader
    url: str
    title: tuple[int, int] | None
    body: tuple[int, int]
    beside: list[bool]

    def near_title(self) -> Iterator[Published]:
        """Visible times around the headline, nearest first: below it, then above it."""
        first, _ = self.body
        if self.title is None:
            lines = self.outline.blocks[max(0, first - 12) : first + 2]
        else:
            top, bottom = self.title
            # lines, by choice: the line of the time is near the headline
            end = max(first + 2, min(bottom + 8, self.body[1]))  # behind a short text are the rows of other articles
            lines = self.outline.blocks[bottom + 1 : min(bottom + 16, end)]
            lines += self.outline.blocks[max(0, top - 8) : top][::-1]
        for block in lines:
            moment = self.reader.visible(block.text)
            if moment is None or moment.precision == "day":
                moment = self._in_boxes(block) or moment
            if moment:
                yield Published(moment, "near-title", block.order)

    def above_text(self) -> Iterator[Published]:
        """Visible times that are all of a line, farther below the headline: a summary or buttons may stand between."""
        if self.title is None:
            return
        bottom = self.title[1]
        for block in self.outline.blocks[bottom + 8 : min(bottom + FARTHEST, max(self.body[0], bottom + 24))]:
            moment = self.reader.visible(block.text) if len(block.text) <= SHORT_LINE + 8 else None
            # with the day of the week; hours ago are of a teaser
            if moment and not moment.is_relative and len(block.text) - len(moment.raw) <= SHORT_LINE - 8:
                yield Published(moment, "near-title", block.order)

    def _in_boxes(self, block: Block) -> Moment | None:
        """The time that stands in this and the next lines, year, day and clock each in a box of its own."""
        if len(block.text) > SHORT_LINE or not block.text[0].isdigit():
            return None
        near = [line for line in self.outline.blocks[block.order : block.order + 3] if len(line.text) <= SHORT_LINE]
        pieces = [text for line in near for part in line.parts if (text := part.text.strip())]
        if len(pieces) > 1 and DAY_ALONE.fullmatch(pieces[0]):
            return self._day_first(pieces)
        if len(near) < 2 or not near[1].text[0].isdigit() or not block.text[-1].isdigit():
            return None
        moment = self.reader.visible(" ".join(line.text for line in near))
        return moment if moment and moment.precision != "day" else None

    def _day_first(self, pieces: list[str]) -> Moment | None:
        """The time of a calendar leaf: the day in a box, year and month in the next (25 and 2024-05)."""
        day = pieces[0].rstrip("日")
        if leaf := YEAR_AND_MONTH.match(pieces[1]):
            clock = " ".join([pieces[1][leaf.end() :], *pieces[2:3]])
            moment = self.reader.visible(f"{leaf[1]}-{leaf[2]}-{day} {clock}") or self.reader.visible(
                f"{leaf[1]}-{leaf[2]}-{day}"
            )
        else:
            moment = self.reader.visible(f"{day} {pieces[1]}")
        return replace(moment, raw=f"{pieces[0]} {pieces[1]}") if moment else None

    def is_dateline(self, shown: Published) -> bool:
        """Whether a visible time stands straight below the headline in a line of its own, or behind a label."""
        # lines below the headline, by choice
        if self.title is None or shown.order is None or not 0 < shown.order - self.title[1] <= 4:
            return False
        text = self.outline.blocks[shown.order].text
        # characters, by choice: the time alone, or a short line with a label
        return len(text) - len(shown.moment.raw) <= 3 or (len(text) < 80 and bool(PUBLISHED_LABEL.search(text)))

    def labelled(self) -> Iterator[Published]:
        """Visible times with a word such as 发布时间 in their line."""
        for block in self.outline.blocks[: self.body[1] + 12]:
            if (
                len(block.text) < 200
                and PUBLISHED_LABEL.search(block.text)
                and (moment := self.reader.visible(block.text))
            ):
                yield Published(moment, "label", block.order)

    def declared(self) -> Iterator[Published]:
        """Times out of sight, the most trusted first."""
        for key in ("datePublished", "dateCreated", "uploadDate"):
            if moment := self.reader.first(self.found.text(key)):
                yield Published(moment, "json-ld")
        for name in META_NAMES:
            if moment := self.reader.first(self.found.meta.get(name)):
                yield Published(moment, "meta")
        for tag in sorted(self.outline.times, key=lambda tag: not tag.is_published):
            # blocks, by choice: the line of the time may close the text
            is_below_title = self.title is not None and self.title[1] < tag.order <= self.body[0]
            is_inside = is_below_title or (not self.beside[tag.box.order] and tag.order <= self.body[1] + 3)
            if is_inside and not self._is_of_change(tag.order) and (moment := self.reader.first(tag.value)):
                yield Published(moment, "time-tag", tag.order)

    def _is_of_change(self, order: int) -> bool:
        """Whether the line of a time's element states nothing but the time of the last change: Actualizado el ..."""
        text = self.outline.blocks[order].text if order < len(self.outline.blocks) else ""
        return bool(CHANGED.match(text)) and self.reader.visible(text) is None

    def tail(self) -> Iterator[Published]:
        """Times in short lines at the end of the text."""
        first, last = self.body
        for block in self.outline.blocks[max(first, last - 3) : last + 4]:
            # characters, by choice: a longer line is a paragraph
            if len(block.text) < 120 and (moment := self.reader.visible(block.text)):
                yield Published(moment, "tail", block.order)

    def updated(self) -> Iterator[Published]:
        """Times of the last change in the lines around the headline, for pages without any other time."""
        first, last = self.title or (self.body[0] - 12, self.body[0])
        for block in self.outline.blocks[max(0, first - 3) : max(self.body[0] + 1, last + 6)]:
            if len(block.text) < LONGEST_LINE and (moment := self.reader.visible(block.text, updates=True)):
                yield Published(moment, "updated", block.order)

    def in_url(self) -> Iterator[Published]:
        """The day in the address."""
        if moment := url_day(self.url, self.reader):
            yield Published(moment, "url")


def _sharper(chosen: Published, others: list[Published]) -> Published:
    """The same day with a clock, where another witness has one."""
    if chosen.moment.precision != "day":
        return chosen
    day = chosen.moment.at.date()
    for other in others:
        if other.moment.precision != "day" and other.moment.at.astimezone(chosen.moment.at.tzinfo).date() == day:
            return other
    return chosen


def _clocks(times: list[Published]) -> list[Published]:
    """The times with a clock, those that count from the fetch last: a saved page may be years old."""
    clocks = [one for one in times if one.moment.precision != "day"]
    return sorted(clocks, key=lambda one: one.moment.is_relative)


def _dated(chosen: Published, others: list[Published]) -> Published:
    """The year that a time without one had when it was written: another witness names that day with its year."""
    at = chosen.moment.at
    if YEAR.search(chosen.moment.raw) or chosen.moment.is_relative:
        return chosen
    for other in others:
        day = other.moment.at.astimezone(at.tzinfo)
        if YEAR.search(other.moment.raw) and (day.month, day.day) == (at.month, at.day):
            return replace(chosen, moment=replace(chosen.moment, at=at.replace(year=day.year)))
    return chosen


def find_published(witnesses: Witnesses, *, is_chinese: bool) -> Published | None:
    """The article's time of publishing; None when no witness has a possible one."""
    near, declared = list(witnesses.near_title()), list(witnesses.declared())
    if is_chinese:
        clocks = _clocks(near)
        if clocks and not clocks[0].moment.is_relative:
            return _dated(clocks[0], [*declared, *witnesses.in_url()])
        labelled = list(witnesses.labelled())
        clocks = [*clocks, *_clocks(labelled), *_clocks(declared)]
        clocks.sort(key=lambda one: one.moment.is_relative)
        order = [*clocks, *near, *labelled, *declared, *witnesses.in_url(), *witnesses.tail()]
    else:
        # A page that was published again declares the later day and shows the first one.
        shown = [one for one in near if witnesses.is_dateline(one)][:1]
        if declared and shown and shown[0].moment.at.date() < declared[0].moment.at.date():
            declared = [*shown, *declared]
        order = [*declared, *_clocks(near)]
        if not declared:
            far = list(witnesses.above_text())
            order += [*witnesses.labelled(), *_clocks(far), *near, *far, *witnesses.in_url(), *witnesses.tail()]
    if not any(one.rule != "url" for one in order):
        order = [*_clocks(list(witnesses.updated())), *order]
    if not order:
        return None
    chosen = _as_shown(_dated(_sharper(order[0], order), order), near)
    # "15 hours ago" in a copy that was kept for days
    days = list(witnesses.in_url()) if chosen.moment.is_relative else []
    if days and abs(days[0].moment.at - chosen.moment.at) > MOST_STALE:
        return days[0]
    return chosen


def _as_shown(chosen: Published, near: list[Published]) -> Published:
    """A declared time of zone zero with the clock that readers see: it is the site's own, and the zone a mistake.

    Many systems write the local time and put a Z or +00:00 behind it.
    """
    at = chosen.moment.at
    if chosen.rule == "near-title" or at.utcoffset():
        return chosen
    for shown in near:
        seen, is_clock = shown.moment.at, shown.moment.precision != "day" and not shown.moment.is_relative
        is_same = seen.replace(tzinfo=None, second=0) == at.replace(tzinfo=None, second=0, microsecond=0)
        if is_clock and is_same and seen.utcoffset():
            return replace(chosen, moment=replace(chosen.moment, at=at.replace(tzinfo=seen.tzinfo)))
    return chosen
