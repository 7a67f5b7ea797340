"""What a list or feed said of an article, held against the article's page: doubts noted, gaps filled.

NewsSpider calls it with the row that led to the page. A list's row is the site's own statement, but it may belong to
another page: the link was moved, the page was redirected, the row was cut wrongly. So a value is taken from it only
where its headline is the page's, and the record says so.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from snapshot_crawler.items import Article, LinkRow
from snapshot_crawler.pages.language import detect
from snapshot_crawler.pages.lists.feeds import FeedEntry
from snapshot_crawler.pages.page import Page
from snapshot_crawler.pages.site.fields import settle
from snapshot_crawler.pages.site.untimed import TIME_OF_LIST
from snapshot_crawler.urls import article_id, normalised

FARTHEST_TITLES = 0.5  # share of the shorter title's character pairs that the longer must hold
SHORTEST_TITLE = 6  # letters of a headline that a line of the page is known by
LONGEST_TITLE = 200  # characters of a line that can be a headline; by choice
WORD, DIGITS = re.compile(r"[^\W_]+"), re.compile(r"\d+")
YEAR_SHOWN = re.compile(r"\d{4}|[〇零○前刚今昨]")
YEAR = timedelta(days=365.2425)
FARTHEST_TIMES_S = 36 * 3600  # lists often show the day alone, and the zone may shift it
TITLE_OF_LIST, TEXT_OF_FEED = "title from the list", "text from the feed"


def cross_check(article: Article, row: LinkRow, page: Page | None = None) -> None:
    """Hold the article against the row that led to it; what disagrees is noted in suspect.

    Where the list's headline is another than the article's, and page has that line above its text, the line is the
    headline. From a row with the same headline comes what the page does not say: time, year, and of a feed's entry
    authors and text, of data the section (docs/adding-a-site.md).
    """
    if row.title and not article.title:
        article.title = row.title
        settle(article, "no-title")
        article.suspect.append(TITLE_OF_LIST)  # so it is no evidence for the row's other values
        return
    if (
        row.title
        and article.title
        and row.title != article.title
        and _agreement(row.title, article.title) < FARTHEST_TITLES
    ):
        line = _line_of(row.title, page) if page is not None else None
        if line is not None:
            article.title = line
        else:
            article.suspect.append("title differs from the list's")
    agrees = bool(row.title and article.title and is_same_headline(row.title, article.title))
    _check_time(article, row, agrees=agrees)
    if agrees and isinstance(row, FeedEntry):
        article.authors = article.authors or row.authors
        article.category = article.category or row.category
        if row.text and "short-text" in article.suspect:
            from snapshot_crawler.pages.article.text.weights import size_of  # see article_of

            if size_of(row.text) > 2 * size_of(article.body or ""):
                article.body = row.text
                settle(article, "short-text", "few-agree")
                article.suspect.append(TEXT_OF_FEED)


def _check_time(article: Article, row: LinkRow, *, agrees: bool) -> None:
    """The row's time: taken where the page has none and the headlines agree, else compared."""
    if not row.published_at:
        return
    if article.published_at is None:
        if agrees:
            article.published_at = article.published_raw = row.published_at
            article.published_precision = _precision(row.published_at)
            settle(article, "no-time")
            article.suspect.append(TIME_OF_LIST)
    elif not YEAR_SHOWN.search(article.published_raw or "") and _is_years_apart(article.published_at, row.published_at):
        if agrees:  # the page shows no year, the list does
            article.published_at = f"{row.published_at[:4]}{article.published_at[4:]}"
    elif (
        article.published_at != row.published_at
        and _distance_s(article.published_at, row.published_at) > FARTHEST_TIMES_S
    ):
        article.suspect.append("time differs from the list's")


def _precision(time: str) -> str:
    """How exact a row's time is: a list shows the day alone, or the minute; a feed has seconds too."""
    clock = datetime.fromisoformat(time).time()
    return "second" if clock.second else "minute" if clock.hour or clock.minute else "day"


def article_of(row: LinkRow, page: Page) -> Article | None:
    """The article that a feed's entry holds whole, for a page that shows none (a script fills it, a player hides it).

    Only where the page's own <title> is the entry's, so that no notice of an error or a login is taken for it.
    """
    # Here, because a crawl of snapshot pages checks rows of lists and needs no reader of articles (0.07 CPU s).
    from snapshot_crawler.pages.article.reader import SHORT_BYTES
    from snapshot_crawler.pages.article.text.weights import size_of

    head = page.tree.css_first("head title")
    declared = " ".join(head.text().split()) if head is not None else ""
    # an entry's whole text; a teaser has less
    if not isinstance(row, FeedEntry) or not row.text or size_of(row.text) < 2 * SHORT_BYTES:
        return None
    if not row.title or not is_same_headline(row.title, declared):
        return None
    url = normalised(page.url)
    article = Article(id=article_id(url), url=url, title=row.title, body=row.text, language=detect(row.text))
    article.suspect = ["no-time", TEXT_OF_FEED]
    return article


def is_same_headline(one: str, other: str) -> bool:
    """Whether two headlines are the same, one perhaps cut, or with the site's name or a mark such as [图] beside it.

    Measured on 197 real pages: of their headlines and <title>s 87 % are the same by this rule, of 38,612 pairs of
    different pages none, of 1,123,038 pairs of headlines of different stories none. (By the shared pairs of letters,
    which only tell what to doubt, 96 %, 85 and 6,232.)
    """
    if one == other:
        return any(map(str.isalnum, one))
    shorter, longer = sorted((_letters(one), _letters(other)), key=len)
    if shorter == longer or len(shorter) < SHORTEST_TITLE:
        return shorter == longer != ""
    start = longer.find(shorter)
    end = start + len(shorter)
    whole = one if _letters(one) == longer else other  # the cut must not go through one of its numbers
    return start >= 0 and not any(first < cut < last for first, last in _numbers(whole) for cut in (start, end))


def _numbers(text: str) -> list[tuple[int, int]]:
    """Where the numbers stand among the text's letters; a sign between two of them, as in 03-04 2026, parts them."""
    found, before = [], 0
    for word in WORD.finditer(text):
        found += [(before + digits.start(), before + digits.end()) for digits in DIGITS.finditer(word[0])]
        before += len(word[0])
    return found


def _is_years_apart(one: str, other: str) -> bool:
    """Whether two times name the same day of different years; 29 February is left alone."""
    return one[:4] != other[:4] and one[5:10] == other[5:10] != "02-29"


def _line_of(title: str, page: Page) -> str | None:
    """The first line of the page that is the list's headline, or begins with it where the list has cut it."""
    wanted = _letters(title)
    if len(wanted) < SHORTEST_TITLE:
        return None
    for block in page.outline.blocks:
        # by choice: a headline is no link, though a part of its line may be
        if block.link_share < 0.5 and not block.box.hidden and len(block.text) < LONGEST_TITLE:
            line = _letters(block.text)
            if line == wanted or (title.endswith(("…", "...")) and line.startswith(wanted)):
                return block.text
    return None


def _agreement(one: str, other: str) -> float:
    """The share of the shorter text's pairs of letters that the other holds too; lists cut titles, so containment."""
    pairs = [
        {text[i : i + 2] for i in range(max(1, len(text) - 1))} for text in (_letters(one), _letters(other)) if text
    ]
    if len(pairs) < 2:
        return 1.0
    shorter, longer = sorted(pairs, key=len)
    return len(shorter & longer) / len(shorter)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).lower()


def _distance_s(one: str, other: str) -> float:
    """How far two times are apart, in seconds; whole years do not count: lists often show no year."""
    apart = abs(datetime.fromisoformat(one) - datetime.fromisoformat(other))
    years = round(apart / YEAR)
    return abs(apart - years * YEAR).total_seconds()
