"""A description of a site: saved pages go in; its lists, feeds, pattern of articles and doubts come out.

`scrapy add-site` calls describe() and writes the spider from the answer. Only saved pages are read, so a site can be
described offline and repeatedly.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlsplit

from snapshot_crawler.authoring.glance import oddities
from snapshot_crawler.authoring.lines import lines_of_site
from snapshot_crawler.authoring.patterns import site_pattern
from snapshot_crawler.authoring.saved import SavedPage
from snapshot_crawler.authoring.selectors import Sample, editors_line, propose
from snapshot_crawler.exceptions import ConfigurationError, UnreadablePageError
from snapshot_crawler.items import Article, LinkRow
from snapshot_crawler.pages.article.authors import editors_in
from snapshot_crawler.pages.article.crosscheck import cross_check
from snapshot_crawler.pages.article.reader import is_made_of_rows, is_unmistakable, read_article
from snapshot_crawler.pages.kinds import NEXT_PART
from snapshot_crawler.pages.lists.answers import read_answer
from snapshot_crawler.pages.lists.feeds import read_feed
from snapshot_crawler.pages.lists.forms import pager_field
from snapshot_crawler.pages.lists.listing import read_listing
from snapshot_crawler.pages.lists.paging import script_text
from snapshot_crawler.pages.lists.put_together import row_address
from snapshot_crawler.pages.lists.records import is_json
from snapshot_crawler.pages.lists.shapes import looks_like_article
from snapshot_crawler.pages.page import Page, Reading
from snapshot_crawler.pages.site.fields import LINE, Corrections
from snapshot_crawler.urls import same_site

FEWEST_ROWS = 5  # article links that make a page a list worth starting from
MOST_STARTS = 5  # by choice: the lists lead to the others, and the file stays short
MOST_NAMED = 500  # addresses of one feed or sitemap that a pattern is held against
UNSURE = 0.6  # confidence below which a selector is looked for


@dataclass(slots=True)
class SiteDescription:
    """Everything for the spider's file, and the doubts that a person should look at."""

    address: str
    start_urls: list[str] = field(default_factory=list)
    feeds: list[str] = field(default_factory=list)
    sitemaps: list[str] = field(default_factory=list)
    article_links: str | None = None
    row_address: str | None = None  # how rows of data lead to their articles
    timezone: str | None = None
    fields: dict[str, str] = field(default_factory=dict)  # proposed selectors
    drop: list[str] = field(default_factory=list)  # lines that the site puts into every text
    encodings: list[str] = field(default_factory=list)
    articles: list[Article] = field(default_factory=list)  # as the shared reader reads the samples
    doubts: list[str] = field(default_factory=list)


def describe(
    address: str, pages: Iterable[SavedPage], *, trouble: Sequence[str] = (), leads: str | None = None
) -> SiteDescription:
    """Describe the site at address from its saved pages. trouble: faults of the fetching, a sentence each.

    leads: how a script of the site makes articles' addresses of rows of data, see put_together.row_address.

    Raises ConfigurationError when no page is an article: a spider could not be made from them.
    """
    survey = _Survey(address, leads)
    for saved in pages:
        survey.note(saved)
    site = survey.site
    if not survey.samples:
        why = f" ({trouble[0]})" if trouble else ""
        raise ConfigurationError(
            f"no article was found at {address}{why}; name some with --article URL, or give another list of the site"
        )
    site.doubts += trouble
    site.sitemaps = [url for url in site.sitemaps if url not in survey.parts]
    site.start_urls = _starts(address, survey.lists, survey.data, has_feeds=bool(site.feeds or site.sitemaps))
    site.encodings = [encoding for encoding, _ in survey.encodings.most_common()]
    site.article_links = survey.pattern()
    _read_samples(site, survey.samples, survey.rows)
    _drop_lines(site, [sample.page for sample in survey.samples])
    _drop_editors(site, survey.samples)
    site.doubts += oddities([sample.page for sample in survey.samples], site.articles)
    site.doubts += _unmatched(site, survey.listed)
    site.doubts += [
        f'{url} turns its page by a form, sent only if asked; write in the spider: next_form = "{name}"'
        for name, url in survey.forms.items()
    ]
    return site


class _Survey:
    """What the saved pages of one site show, page after page."""

    def __init__(self, address: str, leads: str | None) -> None:
        self.leads = leads
        self.site = SiteDescription(address)
        self.rows: dict[str, LinkRow] = {}
        self.lists: Counter[str] = Counter()  # links to articles on each
        self.data: set[str] = set()  # lists that are no pages
        self.further: list[str] = []  # the lists' next pages
        self.listed: dict[str, None] = {}  # links of lists that look like articles
        self.shown: dict[str, None] = {}  # every link of the lists
        self.refused: list[str] = []
        self.parts: set[str] = set()  # sitemaps that an index names: they are found through it
        self.samples: list[Sample] = []
        self.encodings: Counter[str] = Counter()
        self.forms: dict[str, str] = {}  # field with the page's number: a list whose later pages come by such a form

    def is_ours(self, url: str) -> bool:
        """Whether an address belongs to the site."""
        return same_site(url, self.site.address)

    def note(self, saved: SavedPage) -> None:
        """Note one page: a feed, a list that is data, an article or a list."""
        if saved.callback == "parse_feed":
            self.listed |= dict.fromkeys(_note_feed(self.site, saved, self.rows, self.parts))
            return
        if is_json(saved.body, saved.headers.get("Content-Type")):
            self.note_list(saved.url, self.read_data(saved) or Reading())
            self.data.add(saved.url)
            return
        try:
            page = Page.from_bytes(saved.body, url=saved.url, fetched_at=saved.fetched_at)
        except UnreadablePageError as error:
            self.site.doubts.append(f"{saved.name} cannot be read: {error}")
            return
        self.encodings[page.encoding] += 1
        self.note_page(saved, page)

    def read_data(self, saved: SavedPage) -> Reading | None:
        """A list that is data; where its rows have no address, by how the site's script makes one."""
        where = partial(read_answer, saved.body, url=saved.url, fetched_at=saved.fetched_at, is_ours=self.is_ours)
        found = where()
        if self.leads is None or (found is not None and found.rows):
            return found
        found = where(row_address=self.leads)
        if found is not None and found.rows:
            self.site.row_address = self.leads
        return found

    def note_page(self, saved: SavedPage, page: Page) -> None:
        """Note a page: an article by how it was found or by its form, else a list."""
        listing, reading = read_listing(page), read_article(page)
        self.leads = self.leads or row_address(script_text(page))
        is_whole = is_unmistakable(reading) and not is_made_of_rows(reading, listing)
        is_meant = saved.kind == "article" or is_whole
        if is_meant and reading is not None and reading.article is not None:
            _note_rows(listing, self.rows)
            is_elsewhere = any(link.kind == NEXT_PART for link in reading.links) and not reading.article.body
            self.samples.append(Sample(page, reading.article, has_text_elsewhere=is_elsewhere))
        elif saved.kind == "article":
            self.refused.append(saved.url)
            self.site.doubts.append(f"{saved.url}: no article can be read from it")
        else:
            self.shown |= dict.fromkeys(filter(self.is_ours, page.links()))
            self.note_list(saved.url, listing)
            has_next = any(link.kind == "next" for link in listing.links)
            if listing.links and not has_next and (name := pager_field(page)) is not None:
                self.forms[name] = saved.url

    def note_list(self, url: str, listing: Reading) -> None:
        """Note a list's rows and links."""
        _note_rows(listing, self.rows)
        found = [link.url for link in listing.links if link.kind == "article" and self.is_ours(link.url)]
        self.listed |= dict.fromkeys(found)
        self.lists[url] = len(found)
        self.further += [link.url for link in listing.links if link.kind == "next" and self.is_ours(link.url)]

    def pattern(self) -> str | None:
        """The pattern of the site's articles."""
        known_lists = [*(url for url, count in self.lists.items() if count >= FEWEST_ROWS), *self.further]
        known = [sample.page.url for sample in self.samples]
        others = self.shown.keys() - self.listed.keys() - set(known)
        return site_pattern(known, self.refused, list(self.listed), known_lists, others)


def _drop_lines(site: SiteDescription, pages: Sequence[Page]) -> None:
    """Note the lines that the site puts into every text, and take them out of the samples."""
    site.drop = [f"{LINE} {pattern}" for pattern in lines_of_site(pages, site.articles)]
    corrections = Corrections({}, site.drop)
    for article in site.articles:
        article.body = corrections.without_lines(article.body or "") or article.body


def _drop_editors(site: SiteDescription, samples: list[Sample]) -> None:
    """Note the line of the editor, where the site's authors are others."""
    if (selector := editors_line(samples)) is None:
        return
    site.drop.append(selector)
    for sample in samples:
        named = sample.page.tree.css_first(selector)
        editors = editors_in(named.text(separator=" ", strip=True)) if named is not None else []
        if sample.article.authors == editors:
            sample.article.authors = []


def _unmatched(site: SiteDescription, listed: Iterable[str]) -> list[str]:
    """A sentence for links of the lists that look like articles and that the pattern does not take."""
    left = [url for url in listed if site.article_links and not re.search(site.article_links, url)]
    if not left:
        return []
    links = "1 link" if len(left) == 1 else f"{len(left)} links"
    return [f"{links} like {left[0]} will not be followed; if that is an article, widen article_links"]


def _starts(address: str, lists: Counter[str], data: set[str], *, has_feeds: bool) -> list[str]:
    """The named page, if it leads to articles, then the lists with most articles.

    data: lists that are no pages: they lead to no other list, but the page whose script asks for them does.
    """
    best = [url for url, count in lists.most_common(MOST_STARTS) if count >= FEWEST_ROWS]
    if address in lists and (lists[address] >= FEWEST_ROWS or data.issuperset(best)):
        best = [address, *(url for url in best if url != address)]
    return best or ([] if has_feeds else [address])


def _note_feed(site: SiteDescription, saved: SavedPage, rows: dict[str, LinkRow], parts: set[str]) -> list[str]:
    """Note a feed or sitemap of the site, its rows and an index's parts; the addresses of the articles it lists."""
    try:
        feed = read_feed(saved.body, url=saved.url, fetched_at=saved.fetched_at)
    except UnreadablePageError as error:
        site.doubts.append(f"{saved.url} is no feed: {error}")
        return []
    own = [link for link in feed.links if same_site(link.url, site.address)]
    if not own:
        return []
    known = site.sitemaps if saved.kind == "sitemap" else site.feeds
    known.append(saved.url)
    parts.update(part.url for part in own if part.kind == "sitemap")
    _note_rows(feed, rows)
    # a sitemap names every page of a site, so only what looks like an article counts
    named = [link.url for link in own if link.kind == "article"]
    return [url for url in named if saved.kind == "feed" or looks_like_article(url)][:MOST_NAMED]


def _note_rows(reading: Reading, rows: dict[str, LinkRow]) -> None:
    for row in reading.rows:
        if row.url:
            rows.setdefault(row.url, row)


def _read_samples(site: SiteDescription, samples: list[Sample], rows: dict[str, LinkRow]) -> None:
    """Note the articles, their zone, what disagrees with the lists, and selectors for what is unsure."""
    retitled = 0  # pages whose headline only the list told
    for sample in samples:
        article = sample.article
        if (row := rows.get(sample.page.url)) is not None:
            sample.listed_title, before = row.title, article.title
            cross_check(article, row, sample.page)
            retitled += before != article.title
        site.articles.append(article)
        path = urlsplit(sample.page.url).path
        if sample.has_text_elsewhere:
            site.doubts.append(f"{path}: its text stands in a frame; a crawl fetches it")
        doubts = [reason for reason in article.suspect if reason != "short-text" or not sample.has_text_elsewhere]
        site.doubts += [f"{path}: {reason}" for reason in doubts]
    languages = Counter(article.language for article in site.articles if article.language)
    if languages and languages.most_common(1)[0][0].startswith("zh"):
        site.timezone = "Asia/Shanghai"
    for name in ("title", "published_at", "source", "body"):
        missing = sum(not getattr(sample.article, name) for sample in samples)
        if name == "body":
            missing -= sum(sample.has_text_elsewhere for sample in samples)
        unsure = name == "body" and any(
            (sample.article.confidence or 0) < UNSURE for sample in samples if not sample.has_text_elsewhere
        )
        if missing or unsure or (name == "title" and retitled):
            selector = propose(name, samples)
            if selector is not None:
                site.fields[name] = selector
            elif missing and name != "source":  # many sites name no source; that is no fault
                site.doubts.append(f"{name} is missing on {missing} of {len(samples)} pages")
