"""Any news article: a page in, the record of the article out, with a confidence and reasons to doubt it."""

from __future__ import annotations

from datetime import UTC, tzinfo

from snapshot_crawler.items import Article
from snapshot_crawler.pages import source as sources
from snapshot_crawler.pages import bylines
from snapshot_crawler.pages.authors import chinese_authors
from snapshot_crawler.pages.body import Body, find_body
from snapshot_crawler.pages.dates import CHINA
from snapshot_crawler.pages.language import detect
from snapshot_crawler.pages.metadata import Metadata, read_metadata
from snapshot_crawler.pages.outline import Block, Outline, lay_out
from snapshot_crawler.pages.page import Page, Reading
from snapshot_crawler.pages.published import Published, Reader, Witnesses, find_published
from snapshot_crawler.pages.title import Title, bare, find_title, heading_above, is_site_like, site_names
from snapshot_crawler.pages.weights import running_text, weigh_blocks
from snapshot_crawler.urls import host


def read_article(page: Page, *, zone: tzinfo | None = None) -> Reading | None:
    """Read page as a news article. zone: of its naive times; None: China's for Chinese text, else UTC.

    None when the page holds no running text.
    """
    root = page.tree.root
    if root is None:
        return None
    outline = lay_out(root)
    found = read_metadata(page.tree)
    raw = weigh_blocks(outline)
    title = find_title(outline, found, running_text(outline, raw))
    body = find_body(outline, title, raw)
    if body is None:
        return None
    if title is None or is_site_like(title):
        title = heading_above(outline, body.first) or title
    article = Article(url=page.url, title=title.text if title else None)
    article.body = "\n\n".join(block.text for block in body.blocks)
    article.language = detect(article.body)
    is_chinese = (article.language or "").startswith("zh")
    reader = Reader(page.fetched_at, zone or (CHINA if is_chinese else UTC), None if article.language == "en" else True)
    place = (title.order, title.last) if title and title.order is not None and title.last is not None else None
    witnesses = Witnesses(outline, found, reader, page.url, place, (body.first, body.last), body.beside)
    published = find_published(witnesses, is_chinese=is_chinese)
    if published:
        article.published_at = published.moment.isoformat()
        article.published_precision = published.moment.precision
        article.published_raw = published.moment.raw
    _read_people(article, outline, found, title, body, published, is_chinese=is_chinese)
    article.confidence = body.confidence
    return Reading(article=article)


def _sites(found: Metadata, url: str) -> list[str]:
    """The names under which the site may sign: its own, its publisher's, its host's; bare."""
    publisher = found.article.get("publisher")
    name = publisher.get("name") if isinstance(publisher, dict) else None
    labels = host(url).split(".")
    names = [*site_names(found), bare(name if isinstance(name, str) else ""), "".join(labels), *labels[:-1]]
    return [name for name in names if len(name) > 2]


def _head(outline: Outline, title: Title | None, body: Body) -> list[Block]:
    """The lines around the headline: below it up to the text, then above it."""
    if title is None or title.order is None or title.last is None:
        return outline.blocks[max(0, body.first - 15) : body.first + 1]
    below = outline.blocks[title.last + 1 : max(body.first + 1, title.last + 8)]
    return below + outline.blocks[max(0, title.order - 8) : title.order]


def _read_people(
    article: Article,
    outline: Outline,
    found: Metadata,
    title: Title | None,
    body: Body,
    published: Published | None,
    *,
    is_chinese: bool,
) -> None:
    """Fill source and authors."""
    head = _head(outline, title, body)
    if not is_chinese:
        article.authors = bylines.authors(found, head, _sites(found, article.url))
        return
    paragraphs = [block.text for block in body.blocks]
    tail = outline.blocks[max(body.first, body.last - 4) : body.last + 6]
    beside = None
    if published and published.order is not None:
        line = outline.blocks[published.order]
        beside = sources.beside_time(line, published.moment.raw, title.text if title else "")
    named = sources.labelled(head)
    article.source = (
        named
        or sources.hinted(head)
        or beside
        or sources.labelled(block for block in tail if len(block.text) < 80)
        or sources.dateline(paragraphs[0])
    )
    article.authors = chinese_authors(head, paragraphs, outline.blocks[body.last : body.last + 8])
    article.authors = article.authors or bylines.declared(found, _sites(found, article.url))[0]
    if article.source and article.source in article.authors:  # one name is a house or a person, not both
        if named or sources.ORGANISATION.search(article.source):
            article.authors.remove(article.source)
        else:
            article.source = None
