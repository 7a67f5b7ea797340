"""What a text must hold before a pattern of many words can be found in it: patterns go in, a quick look comes out.

The tables of words become patterns of a hundred alternatives, which are tried at each sign of a text: 10 to 90 µs for a
line, and hardly any line holds one. But whatever an alternative finds holds one of a few words, such as "cookie" or
"备案". Whether they are in a line is told in less than 2 µs. The quick look never says no where the pattern would say
yes: what this module cannot tell of a pattern is looked for as before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import product

from snapshot_crawler.lazy_pattern import Finder, any_of
from snapshot_crawler.pages.han import OTHER_FORMS, HanPattern, both_spellings

ATOM = re.compile(
    r"\\(?P<escape>.)|\[\^?\]?(?:\\.|[^\]\\])*\]|(?P<open>\((?:\?(?:P<\w+>|<?[=!]|:)?)?)|(?P<close>\))|(?P<or>\|)|"
    r"(?P<signs>(?:[^\\.^$*+?{}\[\]()|](?![?*+{]))+)|(?P<sign>[^\\.^$*+?{}\[\]()|])|.",
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
        if atom["signs"]:
            run += atom["signs"]
            continue
        if atom["or"] or atom["close"]:
            return _better(best, _words_of(run)), at, not atom["or"]
        inner: Words = frozenset()
        if atom["open"]:
            inner, at = _alternatives(pattern, at)
            inner = frozenset() if atom["open"] in LOOKS else inner
        sign = atom["sign"] or (atom["escape"] if atom["escape"] and not atom["escape"].isalnum() else "")
        repeat = REPEAT.match(pattern, at)
        is_repeated = repeat is not None and repeat.end() > at
        at = repeat.end() if repeat is not None else at
        is_needed = repeat is None or repeat["none"] is None
        if sign and is_needed:
            run += sign
        elif is_needed:
            best = _better(best, inner)
        if not sign or is_repeated:
            best, run = _better(best, _words_of(run)), ""
    return _better(best, _words_of(run)), at, True


def _better(one: Words, other: Words) -> Words:
    """The choice of words that is worth more."""
    return max(one, other, key=_worth) if one and other else one or other


def _worth(words: Words) -> tuple[int, int]:
    """How much a choice of words is worth: long ones are rare, and few are quickly looked for."""
    return min(min(len(word.strip().encode()), LONG) for word in words), -len(words)


def is_told(sign: str) -> bool:
    """Whether all signs are known that a pattern without regard to case takes for this one, in lower case."""
    return len(sign) == 1 and (sign == sign.upper() or CASED.match(sign) is not None)


def _words_of(run: str) -> Words:
    """The best word of a run of signs, in its spellings: the run, or its parts between signs that are not told."""
    best: Words = frozenset()
    for part in [run] if run.isascii() else _told_parts(run):
        best = _better(best, _spellings(part))
    return best


def _told_parts(run: str) -> list[str]:
    """The parts of a run whose signs are all told."""
    return "".join(sign if is_told(sign.lower()) else "\0" for sign in run).split("\0")


def _spellings(run: str) -> Words:
    """A run of signs as it may stand in a text: in lower case, and in both ways of writing Chinese."""
    if not run.strip():
        return frozenset()
    word = run.lower()
    if OTHER_FORMS.keys() & set(word):
        word = word[:LONGEST]
    spelled = frozenset(map("".join, product(*(OTHER_FORMS.get(sign, sign) for sign in word))))
    return spelled if len(spelled) <= MOST_SPELLINGS else frozenset()


def first_signs(sign: str) -> str:
    """A sign in lower case and all others that a pattern without regard to case takes for it."""
    return "".join(dict.fromkeys((sign, *(one for one in sign.upper() if len(sign.upper()) == 1), *ALSO.get(sign, ""))))


def folded(text: str) -> str:
    """A text in which letters are the same that a pattern without regard to case takes for the same."""
    return text.replace("\u0130", "i").replace("\u0131", "i").casefold()


def _in_any_case(words: str) -> str:
    """A group of words in lower case; without the flag, which costs, where no sign has cases."""
    return f"(?:{words})" if words == words.upper() else f"(?i:{words})"


class GuardedPattern(HanPattern):
    """A HanPattern that looks first whether a text holds any of the words that it needs.

    sign: a pattern that is found in each text in which this one is, and costs less to compile; then it is asked too.
    """

    def __init__(self, pattern: str, flags: re.RegexFlag = re.NOFLAG, *, sign: str = "") -> None:
        super().__init__(pattern, flags)
        self.sign = HanPattern(sign, flags) if sign else None

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        self._any_word  # noqa: B018 - a cached property; compile_all makes both
        return re.compile(both_spellings(self.pattern), self.flags)

    @cached_property
    def _words(self) -> tuple[str, ...]:
        return tuple(sorted(needed((self.sign or self).pattern)))

    @cached_property
    def _ascii_words(self) -> tuple[str, ...]:
        return tuple(word for word in self._words if word.isascii())

    @cached_property
    def _any_word(self) -> re.Pattern[str]:
        """Finds a word in any case. An alternative for each sign that begins one: Python skips to these."""
        begun: dict[str, list[str]] = {}
        for word in self._words:
            for first in first_signs(word[0]):
                begun.setdefault(first, []).append(re.escape(word[1:]))
        return re.compile(any_of(re.escape(first) + _in_any_case(any_of(ends)) for first, ends in begun.items()))

    def may_be_in(self, text: str) -> bool:
        """Whether the pattern can be found in a text."""
        return self._has_word(text) and (self.sign is None or self.sign.search(text) is not None)

    def _has_word(self, text: str) -> bool:
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


class GuardedTable:
    """Entries of which any may be found in a text, each a pattern of its own: compiled when its words are in a text.

    For tables that are asked of a few lines of a page, and seldom find something: all entries together take 10 ms to
    compile, with their quick look. It looks for the words of all entries one by one (10 µs).
    """

    def __init__(self, entries: Iterable[str], flags: re.RegexFlag = re.NOFLAG) -> None:
        self.entries = [HanPattern(entry, flags) for entry in entries]

    @cached_property
    def _by_word(self) -> list[tuple[str, HanPattern]]:
        """The entries with each of their words; with none that is in every text, where the words cannot be told."""
        return [
            (folded(word), entry) for entry in self.entries for word in sorted(needed(entry.pattern) or frozenset({""}))
        ]

    def search(self, text: str) -> re.Match[str] | None:
        """What one of the entries finds, the first of the table that finds something."""
        plain = folded(text)
        for word, entry in self._by_word:
            if word in plain and (found := entry.search(text)):
                return found
        return None
