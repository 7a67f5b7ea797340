"""Any news article: a page in, the record of the article out, with a confidence and reasons to doubt it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC
from functools import partial
from typing import Any

from snapshot_crawler.items import Article
from snapshot_crawler.pages.article import bylines
from snapshot_crawler.pages.article import source as sources
from snapshot_crawler.pages.article.attachments import find_attachments
from snapshot_crawler.pages.article.authors import chinese_authors, editors, marked, named_in, person, standing
from snapshot_crawler.pages.article.bylines_east import READERS as EASTERN
from snapshot_crawler.pages.article.bylines_east import eastern_authors
from snapshot_crawler.pages.article.links import next_part, original_address, own_address
from snapshot_crawler.pages.article.page_data import article_in_data, framed_text, variables
from snapshot_crawler.pages.article.pictures import find_pictures
from snapshot_crawler.pages.article.published import Published, Reader, Witnesses, find_published, unread_time, url_day
from snapshot_crawler.pages.article.sections import find_breadcrumbs, find_category
from snapshot_crawler.pages.article.text.body import SURE_TITLE, Body, find_body
from snapshot_crawler.pages.article.text.containers import container_of
from snapshot_crawler.pages.article.text.credits import Said, without_credits
from snapshot_crawler.pages.article.text.declared import confirm, declared_text
from snapshot_crawler.pages.article.text.weights import running_text, size_of, weigh_blocks
from snapshot_crawler.pages.article.thread import Post, first_post
from snapshot_crawler.pages.article.title import (
    SURE,
    Title,
    bare,
    find_title,
    heading_above,
    heading_of,
    is_site_like,
    site_names,
    site_spellings,
)
from snapshot_crawler.pages.dates.times import find_times
from snapshot_crawler.pages.kinds import NEXT_PART
from snapshot_crawler.pages.language import detect
from snapshot_crawler.pages.metadata import Metadata, read_metadata
from snapshot_crawler.pages.outline import Block, Outline
from snapshot_crawler.pages.page import BROKEN_CHARACTERS, Link, Page, Reading
from snapshot_crawler.urls import article_id, host

DOUBTED = 0.6  # agreement of the judges; measured pages below it are one in twenty, a third of them wrong
AGREED = 0.75  # agreement from which a page is an article without further signs; by choice, well above DOUBTED
SHORT_BYTES = 150  # of text: fifty Chinese characters
DAY_FIRST = (
    "en-gb",
    "en-ie",
    "en-au",
    "en-nz",
    "en-in",
    "en-za",
    "en-hk",
    "en-sg",
)  # who write the day before the month
ROW_LINES = 3  # of a row: headline, summary, time
ROW_BEGINS = 20  # characters of a row's summary that are looked for in a text
SHORTEST_ROW = 8  # characters; by choice: shorter ones are anywhere
FEWEST_ROWS = 3  # summaries in what was taken for a text; by choice: a text may repeat one or two
LONG_BYTES = 2400  # of text: 800 Chinese characters; by choice: lists and notices have less running text


@dataclass(slots=True)
class _Parts:
    """What was found on one page, passed between the steps below."""

    page: Page
    outline: Outline
    found: Metadata
    title: Title | None
    body: Body
    text: str
    language: str | None
    published: Published | None = None
    data: dict[str, Any] = field(default_factory=dict)  # the article as the page's script holds it
    post: Post | None = None  # the first of a thread
    frame: str | None = None  # where the text stands, if it is in a frame of its own

    @property
    def is_chinese(self) -> bool:
        """Whether labels and position come before metadata."""
        return (self.language or "").startswith("zh")

    @property
    def title_place(self) -> tuple[int, int] | None:
        """The first and last block of the visible headline."""
        if self.title is None or self.title.order is None or self.title.last is None:
            return None
        return self.title.order, self.title.last

    @property
    def place_above_text(self) -> tuple[int, int] | None:
        """The same; None where a heading inside the text was taken for it, beside which no byline stands."""
        place, blocks = self.title_place, self.body.blocks
        return None if place is not None and blocks and blocks[0].order < place[0] else place

    def head(self) -> list[Block]:
        """The lines around the headline: below it up to the text, then above it."""
        place, blocks = self.place_above_text, self.outline.blocks
        if place is None:
            return blocks[max(0, self.body.first - 15) : self.body.first + 1]
        below = blocks[place[1] + 1 : max(self.body.first + 1, place[1] + 8)]
        return below + blocks[max(0, place[0] - 8) : place[0]]


def read_article(page: Page, *, known: bool = False) -> Reading | None:
    """Read page as a news article; times without a zone get the page's (Page.zone_for).

    None when the page holds no article: no running text, or nothing else that articles have; known says that it is
    one, and only a page without any text is None. The record lacks what the spider knows (site, discovered_by,
    fetched_at) and the pipelines add. suspect holds the reasons to doubt it: unlike-article, few-agree, short-text,
    no-title, no-time, time-unlike-address, broken-characters.
    """
    parts = _find_parts(page)
    if parts is None:
        return None
    _find_time(parts)
    is_article = _is_article(parts)
    if not is_article and not known:
        return None
    article = _write(parts)
    if not is_article:
        article.suspect.insert(0, "unlike-article")
    reading = Reading(article=article, container=container_of(parts.body.blocks))
    if following := parts.frame or next_part(parts.outline, parts.body, article.url):
        reading.links.append(Link(following, NEXT_PART))
    return reading


def is_unmistakable(reading: Reading | None) -> bool:
    """Whether a page that was expected to be a list is an article all the same: a long text, dated, without a doubt."""
    article = reading.article if reading is not None else None
    return (
        article is not None
        and not {*article.suspect} - {BROKEN_CHARACTERS}
        and (article.confidence or 0) >= AGREED
        and size_of(article.body or "") >= LONG_BYTES / 2
        and article.published_precision in ("minute", "second")
    )


def is_made_of_rows(reading: Reading | None, listing: Reading) -> bool:
    """Whether what was read as a text is a list's summaries, one after the other."""
    text = reading.article.body if reading is not None and reading.article is not None else None
    if not text:
        return False
    said = [(row.snippet or row.title or "")[:ROW_BEGINS] for row in listing.rows]
    return sum(len(words) >= SHORTEST_ROW and words in text for words in said) >= FEWEST_ROWS


def _find_parts(page: Page) -> _Parts | None:
    """Headline and text, which everything else is found by."""
    outline = page.outline
    found = read_metadata(page.tree, page.describing)
    raw = weigh_blocks(outline)
    title = find_title(outline, found, running_text(outline, raw))
    declared = declared_text(found)
    body, hidden_text = confirm(find_body(outline, title, raw), declared)
    data: dict[str, Any] = {}
    frame = None
    if body is None and not hidden_text and (data := article_in_data(page)):
        found.article = data | found.article
        hidden_text = declared_text(found)
    if body is None and not hidden_text:
        frame = framed_text(page)
    if body is None and not hidden_text and frame is None:  # a story in pictures
        body = find_body(outline, title, weigh_blocks(outline, captions=True))
    post = first_post(outline.blocks)
    if body is not None and not hidden_text and post is not None:
        blocks = [block for block in body.blocks if post.first <= block.order < post.last]
        if blocks:
            body = replace(body, blocks=blocks, first=blocks[0].order, last=blocks[-1].order + 1)
    if body is None:
        if not hidden_text and frame is None:
            return None
        end = len(outline.blocks)
        # 0.5: the text is in the page's data, and no judge has seen it
        body = Body([], DOUBTED if frame or data else 0.5, [False] * len(outline.boxes), end, end)
    if title is None or is_site_like(title, outline, found):
        better = heading_above(outline, body.first, title)
        if better is not None and body.blocks and better.last is not None and better.last >= body.first:
            body = find_body(outline, replace(better, score=SURE_TITLE), raw) or body  # it stood in the text
        title = better or title
    text = hidden_text or "\n\n".join(block.text for block in body.blocks)
    language = detect(text or (title.text if title is not None else ""))
    return _Parts(page, outline, found, title, body, text, language, data=data, frame=frame, post=post)


def _find_time(parts: _Parts) -> None:
    zone = parts.page.zone_for(parts.language).zone
    reader = Reader(parts.page.fetched_at, zone, _is_day_first(parts, str(zone)))
    place = (parts.body.first, parts.body.last)
    witnesses = Witnesses(
        parts.outline, parts.found, reader, parts.page.url, parts.place_above_text, place, parts.body.beside
    )
    parts.published = find_published(witnesses, is_chinese=parts.is_chinese)
    if parts.published is None and (said := variables(parts.page)):
        parts.data = said | parts.data
        parts.found.article = said | parts.found.article
        parts.published = find_published(witnesses, is_chinese=parts.is_chinese)


def _is_day_first(parts: _Parts, zone: str) -> bool | None:
    """Whether 11/12/2026 is the 11th of December; None where the page does not tell."""
    if parts.language != "en":
        return True
    declared = (parts.found.language or "").lower().replace("_", "-")
    if declared == "en-us" or (zone.startswith("America/") and declared in ("", "en")):
        return False
    return True if declared.startswith(DAY_FIRST) else None


def _is_article(parts: _Parts) -> bool:
    """Whether at least two things speak for an article; lists and notices have one at most."""
    kind = (parts.found.first("og:type") or "").lower()
    signs = (
        parts.published is not None and parts.published.rule not in ("url", "tail") and not _is_of_a_row(parts),
        parts.title_place is not None and parts.title is not None and parts.title.score >= SURE,
        size_of(parts.text) >= SHORT_BYTES and parts.body.confidence >= DOUBTED,
        size_of(parts.text) >= LONG_BYTES and parts.body.confidence >= AGREED,
        bool(parts.found.article) or kind == "article",
    )
    return sum(signs) >= 2


def _is_of_a_row(parts: _Parts) -> bool:
    """Whether the time stands behind the text in a row of other articles: below a headline that is a link."""
    order = parts.published.order if parts.published is not None else None
    if order is None or not parts.body.blocks or order < parts.body.last:
        return False
    row = parts.outline.blocks[max(parts.body.last, order - ROW_LINES) : order + 1]
    return any(block.link_share > 0.6 and heading_of(block) is not None for block in row)


def _write(parts: _Parts) -> Article:
    """The record of what was found."""
    title = parts.title.text if parts.title else None
    place = parts.title_place
    article = Article(url=own_address(parts.page.url, parts.found), title=title, body=parts.text)
    article.id = article_id(article.url) if article.url else ""
    article.language = parts.language
    if parts.published:
        moment = parts.published.moment
        article.published_at, article.published_precision = moment.isoformat(), moment.precision
        article.published_raw = moment.raw
        article.published_zone = moment.whose_zone(parts.page.zone_for(parts.language))
    else:
        article.published_raw = unread_time([block.text for block in parts.head()])
    _write_people(parts, article)
    article.body = _without_credits(parts, article)
    article.breadcrumbs = find_breadcrumbs(parts.outline, parts.found, title, place and place[0], parts.body.first)
    article.category = find_category(
        parts.outline,
        parts.found,
        article.breadcrumbs,
        place and place[0],
        parts.body.first,
        last=parts.body.last if parts.body.blocks else None,
        address=article.url,
    )
    _part_people_and_sections(parts, article)
    article.images = find_pictures(parts.outline, parts.body, article.url, place and place[0])
    article.attachments = find_attachments(parts.outline, parts.body, parts.page.base_url)
    article.original_url = original_address(parts.outline, parts.body, parts.found, article.url)
    article.confidence = parts.body.confidence
    article.suspect = _doubts(parts)
    return article


def _without_credits(parts: _Parts, article: Article) -> str:
    """The text without lines at its ends that only repeat what the record says of authors, time and source."""
    if not parts.body.blocks or parts.text != "\n\n".join(block.text for block in parts.body.blocks):
        return parts.text
    publisher = parts.found.article.get("publisher")
    declared = publisher.get("name") if isinstance(publisher, dict) else None
    houses = (article.source, declared if isinstance(declared, str) else None, *site_spellings(parts.found))
    said = Said(
        tuple(article.authors),
        tuple(name for name in houses if name),
        partial(find_times, fetched_at=parts.page.fetched_at, zone=parts.page.zone_for(parts.language).zone),
        frozenset(picture.order for picture in parts.outline.pictures),
    )
    return "\n\n".join(block.text for block in without_credits(parts.body.blocks, said))


def _part_people_and_sections(parts: _Parts, article: Article) -> None:
    """One name is a section, or a person or a house, but not both. A path begins with the site's own name, though."""
    if article.category is None or article.category in article.breadcrumbs[:1]:
        return
    section = bare(article.category)  # of #人工智能, too
    links = [part for block in parts.head() for part in block.parts if part.href and bylines.LINK.search(part.href)]
    if any(bare(part.text) == section for part in links):  # the address of the link says that it is a person
        article.category = None
        return
    article.authors = [name for name in article.authors if bare(name) != section]
    if article.source is None or bare(article.source) != section or sources.labelled(parts.head()) == article.source:
        return
    if sources.PUBLISHER.search(article.source):  # the last step of the path is the house
        above = [step for step in article.breadcrumbs if step != article.source]
        article.category = above[-1] if above else None
    else:
        article.source = None


def _doubts(parts: _Parts) -> list[str]:
    """The reasons to doubt the record, as fixed words."""
    doubts = [BROKEN_CHARACTERS] if parts.page.is_damaged else []
    if parts.body.confidence < DOUBTED:
        doubts.append("few-agree")
    if size_of(parts.text) < SHORT_BYTES:
        doubts.append("short-text")
    if parts.title is None:
        doubts.append("no-title")
    if parts.published is None:
        doubts.append("no-time")
    else:
        in_url = url_day(parts.page.url, Reader(parts.page.fetched_at, parts.published.moment.at.tzinfo or UTC))
        # by choice: an article may be written days before it goes online
        if in_url and abs((in_url.at - parts.published.moment.at).days) > 3:
            doubts.append("time-unlike-address")
    return doubts


def _sites(parts: _Parts) -> list[str]:
    """The names under which the site may sign: its own, its publisher's, its host's; bare."""
    publisher = parts.found.article.get("publisher")
    name = publisher.get("name") if isinstance(publisher, dict) else None
    labels = host(parts.page.url).split(".")
    names = [*site_names(parts.found), bare(name if isinstance(name, str) else ""), "".join(labels), *labels[:-1]]
    return [name for name in names if len(name) > 2]


def _write_people(parts: _Parts, article: Article) -> None:
    """Fill source and authors."""
    if parts.post is not None and parts.post.author is not None:
        article.authors, article.source = [parts.post.author], sources.labelled(parts.head())
        return
    if parts.is_chinese:
        _write_chinese(parts, article)
        return
    blocks, body, head = parts.outline.blocks, parts.body, parts.head()
    behind = blocks[body.last : body.last + 4]
    named: list[str] = []
    if parts.language in EASTERN:
        lines = (text.strip() for block in head for text in dict.fromkeys((block.text, *(p.text for p in block.parts))))
        behind_text = [block.text for block in blocks[body.last : body.last + 8]]
        named = eastern_authors(parts.language, lines, [block.text for block in body.blocks], behind_text)
    persons = bylines.authors(parts.found, head, _sites(parts), [*body.blocks[-3:], *behind])
    article.authors = persons if not named or {*named} < {*persons} else named  # metadata may name them all
    publisher = parts.found.article.get("publisher")
    name = publisher.get("name") if isinstance(publisher, dict) else None
    stated = name.strip() or None if isinstance(name, str) else None
    house = bylines.declared_house(parts.found, _sites(parts))  # on portals the paper that sent the article
    article.source = sources.foreign_label([*head, *body.blocks[-4:], *behind]) or house or stated


def _parted(head: list[Block]) -> tuple[list[Block], list[Block]]:
    """The lines around the headline as those below it and those above it, which come last."""
    below = [block for block in head if block.order >= head[0].order]
    return below, [block for block in head if block.order < head[0].order]


def _declared(parts: _Parts) -> list[str]:
    """The persons in the metadata of a Chinese page: of 樣例報 記者某某 the reporter; no part of the address."""
    names = bylines.declared(parts.found, _sites(parts))[0]
    path = parts.page.url.lower().split("/")
    reporters = [reporter for name in names for reporter in named_in(name)]
    return reporters or [name for name in names if name.lower() not in path and not sources.ORGANISATION.search(name)]


def _write_chinese(parts: _Parts, article: Article) -> None:
    """Fill source and authors of a Chinese article: labels come before what only stands where a name may stand."""
    head, blocks, body, published = parts.head(), parts.outline.blocks, parts.body, parts.published
    paragraphs = [block.text for block in body.blocks] or parts.text.split("\n\n")
    foot = [block for block in blocks[max(body.first, body.last - 4) : body.last + 6] if len(block.text) < 80]
    beside = None
    if published and published.order is not None:
        beside = sources.beside_time(blocks[published.order], published.moment.raw, article.title or "")
        beside = sources.account(blocks[published.order], blocks) or beside
        beside = beside or sources.next_to_time(blocks[published.order], blocks)
    named = sources.labelled(head)
    article.source = (
        named or sources.hinted(head) or sources.labelled(foot) or beside or sources.dateline(paragraphs[0])
    )
    behind = blocks[body.last : body.last + 8]
    article.authors = (
        chinese_authors(head, paragraphs, behind)
        or [name for name in _declared(parts) if name != article.source or person(name)]
        or marked(head)
        or standing(*_parted(head))
        or editors(head, paragraphs, behind)
    )
    names = [bare(name) for name in site_spellings(parts.found)]
    others = [name for name in article.authors if not any(bare(name) in known for known in names)]
    article.authors = others or article.authors  # 文｜样例网 某某: the site is named, too
    if article.source is None and (publisher := parts.data.get("publisher")) is not None:
        article.source = publisher["name"]
    if article.source and article.source in article.authors:  # one name is a house or a person, not both
        if named or sources.ORGANISATION.search(article.source):
            article.authors.remove(article.source)
        else:
            article.source = None
