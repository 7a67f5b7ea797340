"""The preview of a new site: the articles as read go in, a table for a person to judge in half a minute comes out."""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import urlsplit

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from snapshot_crawler.authoring.discover import SiteDescription
from snapshot_crawler.items import Article

LONGEST_TITLE = 36  # columns; by choice: enough to know a headline again
PIPE_WIDTH = 160  # columns where the output is no terminal; by choice
NARROWEST = 78  # columns that the table needs; a narrower terminal breaks its lines, and loses none of it
# Name, narrowest and widest in columns. Where the terminal is narrow the headline gives way first, then the page.
COLUMNS = (
    ("page", 10, 22),
    ("title", 12, 2 * LONGEST_TITLE),
    ("published", 16, 16),
    ("source", 6, 20),
    ("authors", 7, 16),
    ("letters", 7, 7),
    ("sure", 6, 6),
)
GAP = 2  # columns between two cells
SURE = 0.6  # confidence below which a value is marked; DOUBTED of pages/article/reader.py


def preview(site: SiteDescription, width: int) -> RenderableType:
    """One row an article, then what the spider will say, then the doubts; the table at most width columns wide."""
    title = f"{len(site.articles)} articles of {site.address}"
    table = Table(title=title, title_justify="left", box=None, padding=(0, GAP, 0, 0))  # bars would take 22
    rows = [_row(article) for article in site.articles]
    for (name, _, _), columns in zip(COLUMNS, _widths(rows, width), strict=True):
        table.add_column(name, overflow="ellipsis", no_wrap=True, width=columns)
    for row in rows:
        table.add_row(*row)
    facts = [
        f"lists     {', '.join(site.start_urls)}",
        f"articles  {site.article_links or 'by the shape of the address'}",
        f"feeds     {', '.join([*site.feeds, *site.sitemaps]) or 'none found'}",
        f"encoding  {', '.join(site.encodings)}   zone {site.timezone or 'as the pages say'}",
    ]
    if site.fields:
        facts.append("selectors " + ", ".join(f"{field}: {css}" for field, css in site.fields.items()))
    if site.row_address:
        facts.append(f"rows      lead to {site.row_address}")
    facts += [f"drop      {part}" for part in site.drop]
    doubts = [f"look at   {doubt}" for doubt in site.doubts]
    return Group(table, Text("\n".join([*facts, *doubts])))


def _widths(rows: list[list[str]], width: int) -> list[int]:
    """The width of each column: that of its widest cell; less if the table would not fit, down to its least."""
    widths = [
        max(narrowest, min(widest, max(map(cell_len, [name, *(row[place] for row in rows)]))))
        for place, (name, narrowest, widest) in enumerate(COLUMNS)
    ]
    too_much = sum(widths) + GAP * len(widths) - width
    for place in sorted(range(len(widths)), key=lambda place: COLUMNS[place][0] != "title"):
        gives = max(0, min(too_much, widths[place] - COLUMNS[place][1]))
        widths[place] -= gives
        too_much -= gives
    return widths


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
    console = Console()
    console = Console(width=max(console.width, NARROWEST) if console.is_terminal else PIPE_WIDTH)
    console.print(preview(site, console.width), markup=False, highlight=False)
