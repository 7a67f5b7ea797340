"""What was read from a new site's articles, as a table that a person can judge in half a minute."""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import urlsplit

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from snapshot_crawler.authoring.discover import SiteDescription
from snapshot_crawler.items import Article

LONGEST_TITLE = 36
PIPE_WIDTH = 160
# Name, narrowest and widest in columns; only the headline gives way on a narrow terminal.
COLUMNS = (
    ("page", 10, 22),
    ("title", 12, None),
    ("published", 16, 16),
    ("source", 6, 20),
    ("authors", 6, 16),
    ("letters", 7, 7),
    ("sure", 6, 6),
)
SURE = 0.6


def preview(site: SiteDescription) -> RenderableType:
    """One row an article, then what the spider will say, then the doubts."""
    table = Table(title=f"{len(site.articles)} articles of {site.address}", show_lines=False)
    for column, narrowest, widest in COLUMNS:
        table.add_column(column, overflow="ellipsis", no_wrap=True, min_width=narrowest, max_width=widest)
    for article in site.articles:
        table.add_row(*_row(article))
    facts = [
        f"lists     {', '.join(site.start_urls)}",
        f"articles  {site.article_links or 'by the shape of the address'}",
        f"feeds     {', '.join([*site.feeds, *site.sitemaps]) or 'none found'}",
        f"encoding  {', '.join(site.encodings)}   zone {site.timezone or 'as the pages say'}",
    ]
    if site.fields:
        facts.append("selectors " + ", ".join(f"{field}: {css}" for field, css in site.fields.items()))
    doubts = [f"look at   {doubt}" for doubt in site.doubts]
    return Group(table, Text("\n".join([*facts, *doubts])))


def _row(article: Article) -> list[str]:
    published = article.published_at or ""
    shown = published[:16].replace("T", " ") if article.published_precision != "day" else published[:10]
    confidence = article.confidence if article.confidence is not None else 0.0
    return [
        PurePosixPath(urlsplit(article.url).path).name or "/",
        (article.title or "missing")[:LONGEST_TITLE],
        shown or "missing",
        article.source or "-",
        ", ".join(article.authors) or "-",
        str(len(article.body)) if article.body else "missing",
        f"{confidence:.2f}" + ("" if confidence >= SURE else " !"),
    ]


def show(site: SiteDescription) -> None:
    """Print the preview; on a narrow terminal the headlines are cut, in a pipe none is."""
    console = Console() if Console().is_terminal else Console(width=PIPE_WIDTH)
    console.print(preview(site), markup=False, highlight=False)
