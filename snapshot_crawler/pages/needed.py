"""What a text must hold before a pattern of many words can be found in it: patterns go in, a quick look comes out.

The tables of words become patterns of a hundred alternatives, which are tried at each sign of a text: 10 to 90 µs for a
line, and hardly any line holds one. But whatever an alternative finds holds one of a few words, such as "cookie" or
"备案". Whether they are in a line is told in less than 2 µs. The quick look never says no where the pattern would say
yes: what this module cannot tell of a pattern is looked for as before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import product

from snapshot_crawler.lazy_pattern import Finder
from snapshot_crawler.pages.han import OTHER_FORMS, HanPattern, both_spellings

ATOM = re.compile(
    r"\\(?P<escape>.)|\[\^?\]?(?:\\.|[^\]\\])*\]|(?P<open>\((?:\?(?:P<\w+>|<?[=!]|:)?)?)|(?P<close>\))|(?P<or>\|)|"
    r"(?P<sign>[^\\.^$*+?{}\[\]()|])|.",
    re.DOTALL,
)
REPEAT = re.compile(r"(?P<none>[?*]|\{0?,\d*\}|\{0\})?(?P<some>\+|\{\d+(?:,\d*)?\})?[?+]?")
LOOKS = ("(?=", "(?!", "(?<=", "(?<!")  # groups that are not part of what is found
LONGEST = 2  # characters of a Chinese word that are looked for; by choice: two are rare enough, and have few spellings
LONG = 6  # bytes of a word that is as good as any longer one: two Chinese characters
MOST_SPELLINGS = 16  # of one word
# Letters of which first_signs knows all cases; signs without case may be any (tests/pages/test_needed.py looks at all).
CASED = re.compile("[a-z\u00e0-\u0130\u0132-\u017e\u0400-\u04ff]")
# Further signs that a pattern without regard to case takes for a letter: of Turkish, of measures, of old books.
ALSO = {"i": "\u0130\u0131", "s": "\u017f", "k": "\u212a", "å": "\u212b", "в": "\u1c80", "д": "\u1c81", "о": "\u1c82"}
ALSO |= {"с": "\u1c83", "т": "\u1c84\u1c85", "ъ": "\u1c86", "ѣ": "\u1c87"}
Words = frozenset[str]  # one of them is in whatever is found; empty: cannot be told


def needed(pattern: str) -> Words:
    """Words, in lower case, of which one is in each text in which the pattern is found; empty where that is not clear.

    The pattern is one of a table, before its characters stand for their traditional forms.
    """
    words, end = _alternatives(pattern, 0)
    return words if end == len(pattern) else frozenset()


def _alternatives(pattern: str, at: int) -> tuple[Words, int]:
    """What any of the alternatives from at on needs, up to the end of their group; the place behind it."""
    found: list[Words] = []
    while True:
        words, at, is_last = _sequence(pattern, at)
        found.append(words)
        if is_last:
            return (frozenset().union(*found) if all(found) else frozenset()), at


def _sequence(pattern: str, at: int) -> tuple[Words, int, bool]:
    """What one alternative needs: the best of its runs of signs and of its groups."""
    best: Words = frozenset()
    run = ""
    while at < len(pattern) and (atom := ATOM.match(pattern, at)) is not None:
        at = atom.end()
        if atom["or"] or atom["close"]:
            return max(best, _spellings(run), key=_worth), at, not atom["or"]
        inner: Words = frozenset()
        if atom["open"]:
            inner, at = _alternatives(pattern, at)
            inner = frozenset() if atom["open"] in LOOKS else inner
        sign = atom["sign"] or (atom["escape"] if atom["escape"] and not atom["escape"].isalnum() else "")
        sign = sign if is_told(sign.lower()) else ""
        repeat = REPEAT.match(pattern, at)
        is_repeated = repeat is not None and repeat.end() > at
        at = repeat.end() if repeat is not None else at
        is_needed = repeat is None or repeat["none"] is None
        if sign and is_needed:
            run += sign
        elif is_needed:
            best = max(best, inner, key=_worth)
        if not sign or is_repeated:
            best, run = max(best, _spellings(run), key=_worth), ""
    return max(best, _spellings(run), key=_worth), at, True


def _worth(words: Words) -> tuple[int, int]:
    """How much a choice of words is worth: long ones are rare, and few are quickly looked for."""
    return (min(min(len(word.strip().encode()), LONG) for word in words) if words else 0, -len(words))


def is_told(sign: str) -> bool:
    """Whether all signs are known that a pattern without regard to case takes for this one, in lower case."""
    return len(sign) == 1 and (sign == sign.upper() or CASED.match(sign) is not None)


def _spellings(run: str) -> Words:
    """A run of signs as it may stand in a text: in lower case, and in both ways of writing Chinese."""
    if not run:
        return frozenset()
    word = run.lower()
    if OTHER_FORMS.keys() & set(word):
        word = word[:LONGEST]
    spelled = frozenset(map("".join, product(*(OTHER_FORMS.get(sign, sign) for sign in word))))
    return spelled if len(spelled) <= MOST_SPELLINGS else frozenset()


def first_signs(sign: str) -> str:
    """A sign in lower case and all others that a pattern without regard to case takes for it."""
    return "".join(dict.fromkeys((sign, *(one for one in sign.upper() if len(sign.upper()) == 1), *ALSO.get(sign, ""))))


class GuardedPattern(HanPattern):
    """A HanPattern that looks first whether a text holds any of the words that it needs."""

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        self._any_word  # noqa: B018 - a cached property; compile_all makes both
        return re.compile(both_spellings(self.pattern), self.flags)

    @cached_property
    def _words(self) -> tuple[str, ...]:
        return tuple(sorted(needed(self.pattern)))

    @cached_property
    def _ascii_words(self) -> tuple[str, ...]:
        return tuple(word for word in self._words if word.isascii())

    @cached_property
    def _any_word(self) -> re.Pattern[str]:
        """Finds a word in any case. Its alternatives begin with one sign each, so that Python skips to these signs."""
        begun = {
            f"{re.escape(first)}(?i:{re.escape(word[1:])})" for word in self._words for first in first_signs(word[0])
        }
        return re.compile("|".join(sorted(begun)))

    def may_be_in(self, text: str) -> bool:
        """Whether the pattern can be found in a text."""
        if not text.isascii():
            return self._any_word.search(text) is not None
        if words := self._ascii_words:
            text = text.lower()
            for word in words:
                if word in text:
                    return True
        return not self._words

    def _guarded(self, name: str) -> Finder:
        """A method of the pattern, which is compiled when the first text holds one of its words."""

        def found(string: str, *between: int) -> re.Match[str] | None:
            return getattr(self.compiled, name)(string, *between) if self.may_be_in(string) else None

        return found  # type: ignore[return-value]  # as Finder, for arguments by place

    @cached_property
    def search(self) -> Finder:
        return self._guarded("search")

    @cached_property
    def match(self) -> Finder:
        return self._guarded("match")

    @cached_property
    def fullmatch(self) -> Finder:
        return self._guarded("fullmatch")

    @cached_property
    def finditer(self) -> Callable[[str], Iterator[re.Match[str]]]:
        return lambda text: self.compiled.finditer(text) if self.may_be_in(text) else iter(())
