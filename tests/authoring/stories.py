"""The invented stories of the sample sites: every fact that a spider must read back from the pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from snapshot_crawler.demo.grammar import Dice, Grammar
from snapshot_crawler.pages.dates.times import CHINA

SECTIONS = {"city": "城事", "culture": "文化", "sport": "体育"}
NAMES = ("沈砚秋", "顾闻溪", "陆听澜", "苏晚舟", "韩知白")
OPENS = datetime(2024, 3, 4, 7, 12, 30, tzinfo=CHINA)


@dataclass(frozen=True, slots=True)
class Story:
    """One article; number is its place in the site, counted from 0."""

    number: int
    section: str
    title: str
    paragraphs: tuple[str, ...]
    published: datetime
    source: str
    author: str

    @property
    def body(self) -> str:
        """As the record must hold it."""
        return "\n\n".join(" ".join(paragraph.split()) for paragraph in self.paragraphs)


def write_stories(seed: str, count: int = 30) -> list[Story]:
    """That many stories, newest first, one section after the other; the same seed gives the same stories."""
    grammar, titles, stories = Grammar(), set[str](), []
    for number in range(count):
        section = list(SECTIONS)[number % len(SECTIONS)]
        dice = Dice(f"{seed}/{number}")
        title = grammar.title(section, dice)
        while title in titles:
            title = grammar.title(section, dice)
        titles.add(title)
        paragraphs = [*grammar.paragraphs(section, dice), grammar.paragraphs(section, dice)[1]]
        published = OPENS - timedelta(hours=17 * number, minutes=dice.below(60))
        source, author = dice.pick(grammar.rules["paper"]), dice.pick(NAMES)
        stories.append(Story(number, section, title, tuple(paragraphs), published, source, author))
    return stories
