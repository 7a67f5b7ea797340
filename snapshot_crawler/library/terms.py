"""Words of a text as the index knows them: text in, tokens out. No dictionary: every Chinese word is found.

Chinese (kana, hangul, Thai) is cut into all pairs of neighbours and single characters, numbers into all their ends,
words of letters stay whole. A word of two characters is one token. A longer one is all its pairs, and who searches
looks into the text whether they stand together (query.py). Tokens with a mark in front say more: the shortest
beginnings of words and numbers (one look-up in place of a walk over all words that begin so), what stands in a title,
what is frequent.

The text is folded first as dedup does it: width, case and script do not matter, and every character keeps its place.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from snapshot_crawler.dedup.folding import soften

# scripts without spaces between words, and characters that are words; 30FB is a dot
GRAM = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3041-\u3096\u309d-\u309f"
    "\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
MARKS = "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0dff"
LETTER = rf"(?![{GRAM}0-9_])[\w{MARKS}]"
PIECE = re.compile(rf"(?P<gram>[{GRAM}]+)|(?P<digits>[0-9]+)|(?P<word>(?:{LETTER})++)")  # ++: else each is remembered
LONGEST_WORD = 32  # characters of a word in the index; longer ones are told apart in the text
LONGEST_NUMBER = 12  # digits of an end in the index; likewise
SHORT = 4  # beginnings of words and numbers up to this length are tokens of their own: FTS5 makes the list of all
# articles for a longer one before it gives the first (60 ms for a year in 100,000 articles, when this was 3)
FREQUENT = 3  # times in an article, from which on a word counts as frequent there; by choice

# Marks: private characters, so no text has such a token.
ALL, FACET, BEGINS, IN_TITLE, OFTEN = "\ue000", "\ue001", "\ue010", "\ue011", "\ue012"


def fold(text: str) -> str:
    """text as it is compared: one width, lower case, simplified; as long as before, each character in its place."""
    return soften(text)


def pieces(folded: str) -> Iterator[tuple[str, str]]:
    """(kind, text) of each run in a folded text: gram, digits or word."""
    for found in PIECE.finditer(folded):
        yield found.lastgroup or "", found[0]


def tokens_of(folded: str) -> Counter[str]:
    """The tokens of a folded text without marks, but for beginnings; how often each is there."""
    found: list[str] = []
    for kind, run in pieces(folded):
        if kind == "gram":
            found += run
            found += [run[place : place + 2] for place in range(len(run) - 1)]
        elif kind == "digits":
            ends = [run[place : place + LONGEST_NUMBER] for place in range(len(run))]
            found += ends
            found += [BEGINS + end[:length] for end in ends for length in range(1, min(SHORT, len(end)) + 1)]
        else:
            found.append(run[:LONGEST_WORD])
            found += [BEGINS + run[:length] for length in range(1, min(SHORT, len(run)) + 1)]
    return Counter(found)


def document(title: str, body: str, facets: Iterable[int]) -> str:
    """All tokens of an article, each once, with spaces between. facets: numbers of its category, source, ..."""
    in_title, in_all = tokens_of(fold(title)), tokens_of(fold(body))
    in_all.update(in_title)
    tokens = set(in_all)
    tokens.update([IN_TITLE + token for token in in_title])
    tokens.update([OFTEN + token for token, times in in_all.items() if times >= FREQUENT and is_word(token)])
    tokens.update(FACET + str(number) for number in facets)
    tokens.add(ALL)
    return " ".join(sorted(tokens))


def is_word(token: str) -> bool:
    """Whether a token stands for more than one character, and is no beginning."""
    return len(token) > 1 and token[0] != BEGINS
