"""The demo's texts: the rules of grammar.json and a seed go in, invented news in Chinese comes out.

All sentences come from grammar.json. The dice use SHA-256, because random.Random may choose differently in another
version of Python, and the demo must give the same articles everywhere.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from importlib.resources import files
from typing import TypeVar

T = TypeVar("T")
SLOT = re.compile(r"\{([a-z0-9]+)\}")
SPECIALISED = frozenset({"topic", "act", "result", "sight"})  # words that each category has of its own


class Dice:
    """A sequence of choices that depends on the seed alone."""

    def __init__(self, seed: str) -> None:
        self._seed = seed.encode()
        self._thrown = 0

    def below(self, end: int) -> int:
        """A number from 0 to end - 1."""
        self._thrown += 1
        digest = hashlib.sha256(self._seed + b"#%d" % self._thrown).digest()
        return int.from_bytes(digest[:8], "big") % end

    def pick(self, choices: Sequence[T]) -> T:
        """One of the choices."""
        return choices[self.below(len(choices))]

    def sample(self, choices: Sequence[T], count: int) -> list[T]:
        """count different choices in the order thrown, or all when there are fewer."""
        rest = list(choices)
        return [rest.pop(self.below(len(rest))) for _ in range(min(count, len(rest)))]


class Grammar:
    """Writes titles and paragraphs for one category after another."""

    def __init__(self) -> None:
        self.rules: dict[str, list[str]] = json.loads(files(__package__).joinpath("grammar.json").read_text("utf-8"))

    def expand(self, text: str, category: str, dice: Dice) -> str:
        """The text with every {slot} replaced by a choice of its rule, and so on inside."""

        def fill(found: re.Match[str]) -> str:
            name = found[1]
            rule = self.rules[f"{category}.{name}" if name in SPECIALISED else name]
            return self.expand(dice.pick(rule), category, dice)

        return SLOT.sub(fill, text)

    def title(self, category: str, dice: Dice) -> str:
        """A headline of the category."""
        return self.expand(dice.pick(self.rules[f"{category}.title"]), category, dice)

    def paragraphs(self, category: str, dice: Dice) -> list[str]:
        """Four to six paragraphs: a lead, the matter, reactions, and a close."""
        # as the next, by choice: texts as long as short news
        own = dice.sample(self.rules[f"{category}.sentence"], 4 + dice.below(3))
        common = dice.sample(self.rules["general"], 4 + dice.below(4))
        middle = dice.sample([*own, *common], len(own) + len(common))
        size = 2 + dice.below(2)
        groups = [middle[start : start + size] for start in range(0, len(middle), size)]
        texts = [dice.pick(self.rules["lead"]), *("".join(group) for group in groups), dice.pick(self.rules["close"])]
        return [self.expand(text, category, dice) for text in texts]
