"""Lines that a site puts into every text: the samples' records go in, patterns for the spider's `drop` come out.

What the texts of different articles have in common is the site's: an invitation to its app, a warning, the reporter's
line. The judges of a single page cannot know that, and no list of words holds them all. discover.py calls it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from snapshot_crawler.items import Article
from snapshot_crawler.pages.article.text.weights import size_of
from snapshot_crawler.pages.page import Page

FEWEST_SAMPLES = 4  # texts that are held against each other; fewer may agree by chance
AT_EDGE = 0.6  # share of the samples that have a line at one end of the text, for it to be the site's; by choice
INSIDE = 0.8  # the same for a line anywhere, and for a sentence: stories of one kind may have one in common
FEWEST_FOR_SENTENCE = 6  # samples, by choice: of five stories written after one pattern, three ended with one sentence
SENTENCE = re.compile(r"[。！？!?.…][”」』\"）)]?$")
EDGE = 3  # lines at each end that are looked at, by choice
LONGEST = 360  # bytes of such a line: 120 Chinese characters; by choice
FEWEST_LETTERS = 2  # that a line must have besides what differs
MOST_OF_TEXT = 0.3  # share of the texts that such lines are; where they are more, the articles are written by a machine
MOST = 5  # patterns, the most frequent ones: a site that needs more needs a selector
HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6"})
SLOT = "\x00"  # stands for what differs: a name, a headline
NUMBER = re.compile(r"\d+")
VALUE = re.compile(r"((?:^|[\s|｜,，;；])[^\W\d]{1,10}\s?[:：]\s?)[^\s|｜:：\x00]+(?=[\s|｜]|$)")  # of a label: 来自: X


@dataclass(slots=True)
class _Seen:
    """What the samples show of each line's form."""

    on_page: Counter[str] = field(default_factory=Counter)  # pages that show it anywhere
    at_edge: Counter[str] = field(default_factory=Counter)  # texts that begin or end with it
    spelled: dict[str, set[str]] = field(default_factory=dict)  # the lines as they stand in texts, with their numbers

    def note(self, page: Page, article: Article, lines: Sequence[str]) -> None:
        """Note one sample; lines: those of its text."""
        headings = {block.text for block in page.outline.blocks if block.box.tag in HEADINGS} - {lines[0], lines[-1]}
        forms = ["" if line in headings else _form(line, article) for line in lines]
        for form, line in zip(forms, lines, strict=True):
            self.spelled.setdefault(form, set()).add(line)
        self.at_edge.update({*forms[:EDGE], *forms[-EDGE:]})
        self.on_page.update({_form(block.text, article) for block in page.outline.blocks})

    def is_of_site(self, form: str, samples: int) -> bool:
        """Whether the form is the site's: shown by most pages, and a sentence by nearly all, the same to the letter."""
        is_everywhere = self.on_page[form] >= INSIDE * samples
        if SENTENCE.search(form):
            return is_everywhere and samples >= FEWEST_FOR_SENTENCE and len(self.spelled[form]) == 1
        return is_everywhere or self.at_edge[form] >= AT_EDGE * samples


def lines_of_site(pages: Sequence[Page], articles: Sequence[Article]) -> list[str]:
    """Patterns of the lines that most of the texts have in common, each matching a whole line; [] where none do.

    A line counts where the page shows it, for the shared reader may have left it out of some texts already. A heading
    inside the text may be the same in many articles ("Why it matters"), and is no such line.
    """
    seen, whole, samples = _Seen(), 0, 0
    for page, article in zip(pages, articles, strict=True):
        lines = (article.body or "").split("\n\n")
        if len(lines) > 1:
            seen.note(page, article, lines)
            whole, samples = whole + size_of(article.body or ""), samples + 1
    if samples < FEWEST_SAMPLES:
        return []
    forms = [form for form, _ in seen.on_page.most_common() if form and form in seen.spelled]
    found = [form for form in forms if seen.is_of_site(form, samples)]
    share = sum(size_of(next(iter(seen.spelled[form]))) for form in found) * samples / whole
    return [_pattern(form) for form in found[:MOST]] if share <= MOST_OF_TEXT else []


def _form(line: str, article: Article) -> str:
    """A line without what differs from article to article; empty where nothing is left, or it is long."""
    if size_of(line) > LONGEST:
        return ""
    for value in _values(article):
        line = line.replace(value, SLOT)
    form = NUMBER.sub("0", VALUE.sub(rf"\1{SLOT}", line))
    return form if sum(sign.isalpha() for sign in form) >= FEWEST_LETTERS else ""


def _values(article: Article) -> Iterator[str]:
    """What differs, the longest first."""
    values = [article.title, article.source, *article.authors]
    yield from sorted({value for value in values if value and len(value) > 1}, key=len, reverse=True)


def _pattern(form: str) -> str:
    """A regular expression for the form's lines."""
    pieces = [r"\d+".join(map(_escaped, piece.split("0"))) for piece in form.split(SLOT)]
    return ".{1,80}".join(pieces)


def _escaped(text: str) -> str:
    """The text as a regular expression; spaces stay readable."""
    return re.escape(text).replace(r"\ ", " ")
