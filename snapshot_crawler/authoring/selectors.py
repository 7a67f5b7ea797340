"""A CSS selector for a field: sample pages go in, a selector with a fitting value on every sample comes out, or None.

discover.py asks for fields that the shared reader was unsure of.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from snapshot_crawler.items import Article
from snapshot_crawler.pages.article.authors import editors_in
from snapshot_crawler.pages.dates.times import CHINA, parse_time
from snapshot_crawler.pages.page import Page

GENERATED = re.compile(r"\d{3,}|[0-9a-f]{8,}|^css-|--\w{5}$", re.IGNORECASE)  # names made by a machine, new each build
LONGEST_TIME_TEXT = 120  # characters of an element that holds the time; by choice: a line, not a paragraph
LONGEST_EDITORS_TEXT = 40  # characters of an element that names the editor; by choice: two names and their offices
FEWEST_BODY_LETTERS = 200  # by choice: shorter elements are captions and summaries
SHORTEST_TITLE = 5  # characters; by choice: shorter headings name sections
SOURCE = re.compile(r"(?:来源|來源|稿源|出处|信息来源)\s*[:：]?\s*\S")


@dataclass(slots=True)
class Sample:
    """One article page and its reading by the shared reader."""

    page: Page
    article: Article
    has_text_elsewhere: bool = False  # in a frame, which the crawl fetches with it
    listed_title: str | None = None  # its headline in the list


def propose(field: str, samples: list[Sample]) -> str | None:
    """A selector by id or class that fits the field on every sample and differs between them; None when none does."""
    fits = FITNESS.get(field)
    if fits is None or not samples:
        return None
    scores: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for sample in samples:
        best = _scores(sample, fits)
        seen.update(best.keys())
        scores.update(best)
    everywhere = [selector for selector, count in seen.items() if count == len(samples) and scores[selector] > 0]
    return max(everywhere, key=lambda selector: scores[selector], default=None)


def editors_line(samples: list[Sample]) -> str | None:
    """A selector for the line of the responsible editor, where most samples name another as author; else None.

    The shared reader takes the editor for the author of a page that names nobody else. Of a site that names its writers
    the pages without one have none, and a single page cannot know that.
    """
    signed = [sample.article.authors for sample in samples if sample.article.authors]
    selector = propose("editors", samples) if signed else None
    if selector is None:
        return None
    editors = {name for sample in samples for name in editors_in(_text_at(sample, selector))}
    by_others = sum(not editors.issuperset(authors) for authors in signed)
    return selector if 2 * by_others > len(samples) else None


def _text_at(sample: Sample, selector: str) -> str:
    node = sample.page.tree.css_first(selector)
    return node.text(separator=" ", strip=True) if node is not None else ""


def _scores(sample: Sample, fits: Callable[[Sample, str], int]) -> dict[str, int]:
    """Each selector that stands exactly once on the page, with how well its text fits (0: not)."""
    times: Counter[str] = Counter()
    nodes: dict[str, LexborNode] = {}
    for node in sample.page.tree.css("[id]:not(script, style), [class]:not(script, style)"):
        for selector in _selectors(node):
            times[selector] += 1
            nodes[selector] = node
    scored = {}
    for selector, node in nodes.items():
        if times[selector] == 1 and (score := fits(sample, node.text(separator=" ", strip=True))):
            scored[selector] = score
    return scored


def _selectors(node: LexborNode) -> list[str]:
    attributes = node.attributes
    names = [f"#{attributes['id']}"] if attributes.get("id") else []
    names += [f"{node.tag}.{name}" for name in (attributes.get("class") or "").split()]
    return [name for name in names if re.fullmatch(r"[\w#.-]+", name) and not GENERATED.search(name)]


def _title_fit(sample: Sample, text: str) -> int:
    head = sample.page.tree.css_first("title")
    whole = f"{head.text() if head is not None else ''}\n{sample.listed_title or ''}"
    return len(text) if len(text) >= SHORTEST_TITLE and text in whole else 0


def _time_fit(sample: Sample, text: str) -> int:
    if len(text) > LONGEST_TIME_TEXT:
        return 0
    moment = parse_time(text, fetched_at=sample.page.fetched_at, zone=CHINA)
    return (LONGEST_TIME_TEXT - len(text)) * (1 + (moment.precision != "day")) if moment else 0


def _source_fit(sample: Sample, text: str) -> int:
    return LONGEST_TIME_TEXT - len(text) if len(text) < LONGEST_TIME_TEXT and SOURCE.search(text) else 0


def _editors_fit(sample: Sample, text: str) -> int:
    """The shortest element with the editor and nobody else: a line with source or time in it must stay."""
    if len(text) > LONGEST_EDITORS_TEXT or SOURCE.search(text) or any(map(str.isdigit, text)):
        return 0
    return 1 + LONGEST_EDITORS_TEXT - len(text) if editors_in(text) else 0


def _body_fit(sample: Sample, text: str) -> int:
    """The score of a text by its sentences. The innermost of nested elements wins: it has the least besides prose."""
    sentences = len(re.findall(r"[。！？]|[.!?]\s", text))
    # three sentences and more; then sentences for each 100 characters, in thousandths. By choice
    return sentences * 1000 // (1 + len(text) // 100) if len(text) >= FEWEST_BODY_LETTERS and sentences >= 3 else 0


FITNESS: dict[str, Callable[[Sample, str], int]] = {
    "title": _title_fit,
    "published_at": _time_fit,
    "source": _source_fit,
    "body": _body_fit,
    "editors": _editors_fit,
}
