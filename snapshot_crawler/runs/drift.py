"""Layout drift: the counts of a run and of the site's history go in, a sentence for each fallen share comes out.

driftwatch.py and drifthistory.py call it. It watches shares: of pages that gave an article, of articles that have a
field, of pages where a spider's rule found something. A share has drifted when a binomial test against the site's own
history says that chance hardly makes it so low. So a site that never names its source raises no alarm, and a site that
always did raises one within a few pages.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from snapshot_crawler.items import Article, described

FEWEST_BEFORE = 20  # pages of history that a share needs; by choice: fewer do not show what is usual
FEWEST_NOW = 5  # pages of this run that a share needs; by choice: 5 misses at a usual 90% are chance once in 100,000
CHANCE = 1e-5  # a run makes about 15 tests: one false alarm in 6,000 runs, were the pages independent
SMALLEST_FALL = 0.25  # a share must fall by this much too; by choice: pages of one run resemble each other
# By choice: older pages keep 0.9 of their weight for each 20 new pages, so that a slow change becomes usual. Counted in
# pages and not in runs: a job of three pages a run would soon have forgotten everything.
KEPT_OF_HISTORY = 0.9
FADING_PAGES = 20  # see KEPT_OF_HISTORY
SHORT_BODY = 0.4  # share of the usual length below which a body counts as short; by choice
SHORT_LIST = 0.3  # share of the usual number of articles below which lists count as short; by choice
LIST_YIELD = "list names articles"
ARTICLE_YIELD = "gives an article"
SURE = 0.6  # a reading with this confidence counts as sure; by choice
WATCHED_FIELDS = tuple(each.name for each in described(Article) if each.about.is_watched)
MOST_EXAMPLES = 3  # addresses kept for each thing that failed; by choice: they stand in one log line
FEWEST_KEPT = 0.5  # a container whose faded count is below this is forgotten; by choice: seen once, some 130 pages ago


@dataclass(slots=True)
class Share:
    """How many of the pages had something. Fractions, because older runs count less."""

    hits: float = 0
    pages: float = 0

    def add(self, hit: bool) -> None:
        """Count one page."""
        self.hits += hit
        self.pages += 1


@dataclass(slots=True)
class Figures:
    """The figures of one run or of a site's history: a share for each watched thing, and the usual length of a body."""

    shares: dict[str, Share] = field(default_factory=dict)
    log_length: float = 0  # sum of the natural logarithms of the bodies' lengths
    lengths: float = 0  # number of bodies in it
    log_yield: float = 0  # sum of the logarithms of the number of articles that a list names, plus one
    lists: float = 0  # number of lists in it
    containers: dict[str, float] = field(default_factory=dict)  # how often each held the text of an article

    def note(self, name: str, hit: bool) -> None:
        """Count one page for one share."""
        share = self.shares.get(name)
        if share is None:
            share = self.shares[name] = Share()
        share.add(hit)

    def note_article(self, article: Article) -> None:
        """Count an article's fields."""
        for name in WATCHED_FIELDS:
            self.note(f"has {name}", bool(getattr(article, name)))
        self.note("has a clock time", article.published_precision in ("minute", "second"))
        self.note("is without doubt", not article.suspect)
        if article.confidence is not None:
            self.note("is read with confidence", article.confidence >= SURE)
        if article.body:
            self.log_length += math.log(len(article.body))
            self.lengths += 1

    def note_list(self, links: int) -> None:
        """Count a page of links; links: how many of them lead to articles, known ones too."""
        self.note(LIST_YIELD, links > 0)
        self.log_yield += math.log1p(links)
        self.lists += 1

    def to_json(self) -> dict[str, Any]:
        """The figures as they are stored."""
        return {
            "shares": {name: [round(share.hits, 3), round(share.pages, 3)] for name, share in self.shares.items()},
            "log_length": self.log_length,
            "lengths": self.lengths,
            "log_yield": self.log_yield,
            "lists": self.lists,
            "containers": {selector: round(count, 3) for selector, count in self.containers.items()},
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Figures:
        """The figures that to_json() wrote, in this version or in one before lists and containers were watched."""
        shares = {name: Share(*pair) for name, pair in stored["shares"].items()}
        names = ("log_length", "lengths", "log_yield", "lists")
        length, lengths, list_yield, lists = (float(stored.get(name, 0)) for name in names)
        return cls(shares, length, lengths, list_yield, lists, stored.get("containers", {}))

    @property
    def usual_yield(self) -> float | None:
        """The usual number of articles that a list names; None without lists."""
        return math.expm1(self.log_yield / self.lists) if self.lists else None

    @property
    def usual_length(self) -> float | None:
        """The geometric mean of the bodies' lengths in characters; None without bodies."""
        return math.exp(self.log_length / self.lengths) if self.lengths else None


def drifted(history: Figures, run: Figures) -> list[tuple[str, str]]:
    """The shares that fell against the history, each with a sentence; empty when none did."""
    found = []
    for name, now in run.shares.items():
        before = history.shares.get(name)
        if before is None or before.pages < FEWEST_BEFORE or now.pages < FEWEST_NOW:
            continue
        usual = (before.hits + 0.5) / (before.pages + 1)  # half a hit added (Krichevsky-Trofimov): never quite 0 or 1
        if usual - now.hits / now.pages < SMALLEST_FALL:
            continue
        if binomial_tail(int(now.hits), int(now.pages), usual) < CHANCE:
            found.append((name, f"{name}: {now.hits:.0f} of {now.pages:.0f} pages, usually {usual:.0%}"))
    usual_length, length = history.usual_length, run.usual_length
    enough = history.lengths >= FEWEST_BEFORE and run.lengths >= FEWEST_NOW
    if enough and usual_length and length and length < usual_length * SHORT_BODY:
        found.append(("body", f"body: {length:.0f} characters, usually {usual_length:.0f}"))
    usual_yield, links = history.usual_yield, run.usual_yield
    enough = history.lists >= FEWEST_BEFORE and run.lists >= FEWEST_NOW
    if enough and usual_yield and links is not None and links < usual_yield * SHORT_LIST:
        found.append((LIST_YIELD, f"lists: {links:.0f} articles each, usually {usual_yield:.0f}"))
    return found


def binomial_tail(hits: int, pages: int, share: float) -> float:
    """The chance of at most that many hits when each page hits with that share, 0 < share < 1."""
    logs = [
        math.lgamma(pages + 1)
        - math.lgamma(k + 1)
        - math.lgamma(pages - k + 1)
        + k * math.log(share)
        + (pages - k) * math.log1p(-share)
        for k in range(hits + 1)
    ]
    return min(1.0, sum(map(math.exp, logs)))


def fallen(history: Figures, run: Figures) -> set[str]:
    """The names of shares so far below the usual that more such pages would be drift; one page is enough."""
    names = {
        name
        for name, now in run.shares.items()
        if (before := history.shares.get(name)) is not None
        and before.pages >= FEWEST_BEFORE
        and now.pages
        and (before.hits + 0.5) / (before.pages + 1) - now.hits / now.pages >= SMALLEST_FALL
    }
    usual, now_usual = history.usual_length, run.usual_length
    if history.lengths >= FEWEST_BEFORE and usual and now_usual and now_usual < usual * SHORT_BODY:
        names.add("body")
    usual, now_usual = history.usual_yield, run.usual_yield
    if history.lists >= FEWEST_BEFORE and usual and now_usual is not None and now_usual < usual * SHORT_LIST:
        names.add(LIST_YIELD)
    return names


def summed(figures: list[Figures]) -> Figures:
    """Several runs as one."""
    total = Figures()
    for each in figures:
        for name, share in each.shares.items():
            known = total.shares.setdefault(name, Share())
            known.hits += share.hits
            known.pages += share.pages
        total.log_length += each.log_length
        total.lengths += each.lengths
        total.log_yield += each.log_yield
        total.lists += each.lists
        for selector, count in each.containers.items():
            total.containers[selector] = total.containers.get(selector, 0) + count
    return total


def merged(history: Figures, run: Figures) -> Figures:
    """The history with one more run added; older pages lose up to a tenth of their weight."""
    names = history.shares.keys() | run.shares.keys()
    shares = {}
    for name in sorted(names):
        before, now = history.shares.get(name, Share()), run.shares.get(name, Share())
        weight = weight_before(now.pages)
        shares[name] = Share(before.hits * weight + now.hits, before.pages * weight + now.pages)
    weight = weight_before(run.lengths)
    figures = Figures(shares, history.log_length * weight + run.log_length, history.lengths * weight + run.lengths)
    weight = weight_before(run.lists)
    figures.log_yield = history.log_yield * weight + run.log_yield
    figures.lists = history.lists * weight + run.lists
    weight = weight_before(sum(run.containers.values()))
    for selector in history.containers.keys() | run.containers.keys():
        count = history.containers.get(selector, 0) * weight + run.containers.get(selector, 0)
        if count >= FEWEST_KEPT:
            figures.containers[selector] = count
    return figures


def weight_before(pages: float) -> float:
    """The weight that older pages keep after so many new ones."""
    return float(KEPT_OF_HISTORY ** min(1.0, pages / FADING_PAGES))


class Examples:
    """A few addresses for each thing that failed, for the report."""

    def __init__(self) -> None:
        self.urls: dict[str, list[str]] = {}
        self.counts: Counter[str] = Counter()

    def add(self, name: str, url: str) -> None:
        """Keep the address when there are few yet."""
        self.counts[name] += 1
        if self.counts[name] <= MOST_EXAMPLES:
            self.urls.setdefault(name, []).append(url)
