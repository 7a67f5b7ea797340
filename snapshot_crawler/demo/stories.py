"""The stories of the sample site: a seed goes in, each story with the facts of its page comes out, always the same.

layouts.py and pages.py make the pages from these facts, and check.py compares a crawl with them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache

from snapshot_crawler.demo.grammar import Dice, Grammar
from snapshot_crawler.pages.dates.times import CHINA

CATEGORIES = {
    "city": "城事",
    "country": "乡村",
    "science": "科技",
    "school": "教育",
    "culture": "文化",
    "sport": "体育",
    "nature": "环境",
    "traffic": "交通",
}
# The figures of the site are by choice: every case occurs, and a crawl takes seconds.
STORIES_PER_CATEGORY = 28
LAYOUTS = ("cards", "table", "terms", "breaks", "torn")
EXACT_COPIES, NEAR_COPIES = 8, 4
UNLISTED_EVERY = 9  # every ninth story stands in no list: only related rows lead to it
RELATED_ROWS, MORE_ROWS = 8, 6
SNIPPET_LENGTH, SUMMARY_LENGTH = 74, 58  # characters
OPENS = datetime(2023, 5, 8, 6, 30, 12, tzinfo=CHINA)  # long past, so that no clock takes a story for a future one
# What is wrong with a page. The first two are put right when the page is asked for again.
FLAWS_ONCE = ("error-once", "cut-once")
BROKEN = ("missing", "soft-404", "empty", "cut", "binary", "no-body", "no-title", "forbidden")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a list: the name of the story that it leads to, and the texts that it shows."""

    target: str
    title: str | None
    snippet: str


@dataclass(frozen=True)
class Story:
    """One page of the site. Times have the zone of the site; name is the 40 hex digits of the address."""

    name: str
    slug: str
    title: str
    paragraphs: tuple[str, ...]
    published: datetime
    snapshot: datetime
    source: str
    original_url: str | None
    original_shown: str  # the text where the original's address stands: the address, other words, or nothing
    layout: str
    charset: str  # what the page is encoded in
    declared: str | None  # what it says of itself
    flaw: str | None = None
    copy_of: str | None = None
    is_listed: bool = True
    related: list[Row] = field(default_factory=list)
    more: list[Row] = field(default_factory=list)

    @property
    def path(self) -> str:
        """Its place on the site; forbidden pages lie in the folder that robots.txt closes."""
        return f"/{'internal' if self.flaw == 'forbidden' else 'detail'}/{self.name}.html"

    @property
    def category(self) -> str:
        """The category's name, as the page shows it."""
        return CATEGORIES[self.slug]

    @property
    def body(self) -> str:
        """The article's text as the record must hold it: white space folded, paragraphs parted by a blank line."""
        return "\n\n".join(" ".join(paragraph.split()) for paragraph in self.paragraphs)

    @property
    def is_article(self) -> bool:
        """Whether the page can be read as an article, at the second try if not at the first."""
        return self.flaw not in BROKEN


class SampleSite:
    """All stories by name, in the order in which they were written."""

    def __init__(self) -> None:
        self.grammar = Grammar()
        self.stories: dict[str, Story] = {}
        self._titles: set[str] = set()
        for slug in CATEGORIES:
            for number in range(STORIES_PER_CATEGORY):
                self._add(self._write(slug, number))
        self._add_copies()
        self._add_broken()
        self._link()

    @property
    def articles(self) -> list[Story]:
        """The stories that must be in the output, one for each group of copies: the originals."""
        return [story for story in self.stories.values() if story.is_article and story.copy_of is None]

    def listed(self, slug: str | None = None) -> list[Story]:
        """The stories of a category's list, or of the whole site, newest first."""
        mine = [story for story in self.stories.values() if story.is_listed and slug in (None, story.slug)]
        return sorted(mine, key=lambda story: story.published, reverse=True)

    # --- Writing
    def _add(self, story: Story) -> None:
        self.stories[story.name] = story
        self._titles.add(story.title)

    def _write(self, slug: str, number: int) -> Story:
        dice = Dice(f"{slug}/{number}")
        title = self.grammar.title(slug, dice)
        while title in self._titles:
            title = self.grammar.title(slug, dice)
        published = OPENS + timedelta(minutes=dice.below(300 * 24 * 60), seconds=dice.below(60))
        name = hashlib.sha1(f"{slug}/{number}".encode(), usedforsecurity=False).hexdigest()
        layout = LAYOUTS[number % len(LAYOUTS)]
        is_old = layout == "breaks"
        original = f"https://www.{slug}-news.example/{published:%Y/%m}/{name[:8]}.html"
        shown = dice.pick((original, "阅读原文", original, ""))
        return Story(
            name=name,
            slug=slug,
            title=title,
            paragraphs=tuple(self.grammar.paragraphs(slug, dice)),
            published=published,
            snapshot=published + timedelta(minutes=5 + dice.below(180), seconds=dice.below(60)),
            source=dice.pick(self.grammar.rules["paper"]),
            original_url=original if shown else None,
            original_shown=shown,
            layout=layout,
            charset="gb18030" if is_old else "utf-8",
            declared=dice.pick(("gb2312", "gb2312", None)) if is_old else "utf-8",
            flaw=FLAWS_ONCE[number % 2] if number in (5, 6) and slug in ("city", "sport") else None,
            is_listed=number % UNLISTED_EVERY != UNLISTED_EVERY - 1,
        )

    def _add_copies(self) -> None:
        """Stories at a second address: some unchanged, some with an editor's line or another word."""
        dice = Dice("copies")
        plain = [story for story in self.stories.values() if story.flaw is None]
        for number, story in enumerate(dice.sample(plain, EXACT_COPIES + NEAR_COPIES)):
            paragraphs = list(story.paragraphs)
            if number >= EXACT_COPIES:
                if number % 2:
                    paragraphs.append(f"（责任编辑：{CATEGORIES[story.slug]}组）")
                else:
                    paragraphs[1] = paragraphs[1].replace("，", "，其实", 1)
            copy = replace(
                story,
                name=hashlib.sha1(f"copy of {story.name}".encode(), usedforsecurity=False).hexdigest(),
                paragraphs=tuple(paragraphs),
                snapshot=story.snapshot + timedelta(hours=7),
                layout=dice.pick(LAYOUTS[:3]),
                charset="utf-8",
                declared="utf-8",
                copy_of=story.name,
                is_listed=True,
                related=[],
                more=[],
            )
            self._add(copy)

    def _add_broken(self) -> None:
        for number, flaw in enumerate(BROKEN):
            slug = list(CATEGORIES)[number % len(CATEGORIES)]
            story = replace(self._write(slug, 1000 + number), flaw=flaw, layout="cards", charset="utf-8")
            story = replace(story, declared="utf-8", is_listed=True, related=[], more=[])
            self._add(story)

    # --- Linking
    def _link(self) -> None:
        """Fill the lists below each story. Each unlisted story stands below the three before it."""
        names = list(self.stories)
        of_slug = {slug: [s for s in self.stories.values() if s.slug == slug] for slug in CATEGORIES}
        for number, story in enumerate(self.stories.values()):
            dice = Dice(f"rows of {story.name}")
            others = [other for other in of_slug[story.slug] if other is not story]
            hidden = [self.stories[name] for name in names[number + 1 : number + 4]]
            targets = [other for other in hidden if not other.is_listed]
            targets += dice.sample([other for other in others if other not in targets], 5)
            anywhere = [self.stories[name] for name in dice.sample(names, 8)]
            targets += [other for other in anywhere if other not in targets and other is not story]
            chosen = targets[:RELATED_ROWS]
            for target in dice.sample(chosen, len(chosen)):
                story.related.append(Row(target.name, target.title if dice.below(2) else None, excerpt(target, dice)))
            more = [other for other in others if other not in targets]
            for target in dice.sample(more, MORE_ROWS):
                story.more.append(Row(target.name, target.title if dice.below(4) else None, summary(target)))


def excerpt(story: Story, dice: Dice) -> str:
    """A piece out of the middle of a story, as related rows show it: it begins with three dots."""
    text = "".join(story.paragraphs)
    start = 10 + dice.below(max(1, len(text) - SNIPPET_LENGTH - 10))
    return " ".join(f"...{text[start : start + SNIPPET_LENGTH]}".split())


def summary(story: Story) -> str:
    """The beginning of a story, as lists show it."""
    return " ".join("".join(story.paragraphs)[:SUMMARY_LENGTH].split())


@cache
def sample_site() -> SampleSite:
    """The one sample site; written once in a process."""
    return SampleSite()
