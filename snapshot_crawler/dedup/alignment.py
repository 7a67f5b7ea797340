"""Where two beginnings differ: the letters of two stories (letters.py) in, the number of exchanged words out.

One is laid along the other. At a difference the nearest place is sought from which both go on alike. What lies between
is a word in the place of another if both sides have some letters there, about as many, and no more than a name has.
Letters on one side alone were added, cut, lost or doubled, and mean nothing.

The numbers were chosen on the development sets and the kinds `work` of benchmarks/siblings.py: each lets at most one
copy in a hundred seem to have another word, and finds all but 37 of 1,000 exchanged words.
"""

from __future__ import annotations

from collections.abc import Iterator

from snapshot_crawler.dedup.letters import MOST, MOST_OF_LONG, Letters

ANCHOR = 8  # letters in a row that are the same place in both; with six, chance parts twice as many copies
LONG_ANCHOR = 20  # as ANCHOR, where the nearest place leaves no name between: then a sentence was moved or cut
SAME_END = 3  # letters that both end with
LONGEST = 20  # letters of a name, or of two side by side
UNLIKE = (
    3  # times as long as the other and one letter more: 田 and 马丁内斯 may be two names; a word and a line are not
)
START_UNLIKE = 6  # letters by which two beginnings may differ: an outlet's words before one are of any length
LONGEST_LAST = 3  # letters of a name that ends both texts; a longer end is a credit or a notice
LATIN_LEAST = 2  # consonants of an exchanged word: "to" and "with" are no names
MISPRINT = 3  # letters that a misprint adds or loses; the same ones at two places are no misprint
MOVED = 16  # letters of a sentence that was moved
WORDY = 4  # letters from which one side that holds all of the other's letters is the other with something added
OPENING = 48  # letters: the first sentence or two
RUN = 6  # letters in a row that are compared in the opening

Gap = tuple[int, int, int, int]


def exchanged(one: Letters, other: Letters) -> int:
    """At how many places one has another word than the other; 0 where nothing is known of either."""
    if one.is_latin != other.is_latin:
        return 0
    least = LATIN_LEAST if one.is_latin else 1
    a, b = one.digits, other.digits
    if MOST_OF_LONG in (len(a), len(b)):  # a copy that was cut is no longer long
        a, b = a[:MOST_OF_LONG], b[:MOST_OF_LONG]
    gaps = list(_gaps(a, b, ANCHOR))
    found = sum(_is_exchange(a, b, gap, least) for gap in gaps) + _repeated(a, b, gaps)
    if found:
        return 0 if found > 1 and _is_only_cut(a, b) else found
    gone = [a[start:end] for start, end, _, _ in gaps if end - start > MOVED]
    come = [b[start:end] for _, _, start, end in gaps if end - start > MOVED]
    return sum(_is_exchange(x, y, gap, least) for x in gone for y in come for gap in _gaps(x, y, ANCHOR))


def open_alike(one: Letters, other: Letters) -> float:
    """The share of their first words that both have, 0 to 1."""
    mine, theirs = ({each[at : at + RUN] for at in range(OPENING - RUN + 1)} for each in (one.digits, other.digits))
    return len(mine & theirs) / min(len(mine), len(theirs))


def _is_only_cut(one: str, other: str) -> bool:
    """Whether letters were but added and cut, as far as long runs tell: the rows of a list are alike, and where one of
    them was cut, the next one stands in its place."""
    return all(start == end or from_ == to for start, end, from_, to in _gaps(one, other, LONG_ANCHOR))


def _gaps(one: str, other: str, anchor: int) -> Iterator[Gap]:
    """(start, end in one, start, end in other) of each difference; the last one may reach to the ends of both."""
    i = j = 0
    while i < len(one) and j < len(other):
        if one[i] == other[j]:
            i += 1
            j += 1
            continue
        skip = _next_alike(one, other, i, j, anchor)
        if skip is not None and all(skip) and not _may_be_names(*skip):
            skip = _next_alike(one, other, i, j, LONG_ANCHOR) or skip
        if skip is None:
            end = _same_end(one[i:], other[j:])
            yield i, len(one) - end, j, len(other) - end
            return
        yield i, i + skip[0], j, j + skip[1]
        i += skip[0]
        j += skip[1]
    if i < len(one) or j < len(other):
        yield i, len(one), j, len(other)


def _next_alike(one: str, other: str, i: int, j: int, anchor: int) -> tuple[int, int] | None:
    """The fewest letters to skip in both, so that so many are the same behind."""
    fewest, skip = len(one) + len(other), None
    for ahead in range(len(one) - i - anchor + 1):
        if ahead >= fewest:
            break
        place = other.find(one[i + ahead : i + ahead + anchor], j, j + fewest - ahead + anchor)
        if place >= 0 and ahead + place - j < fewest:
            fewest, skip = ahead + place - j, (ahead, place - j)
    return skip


def _same_end(one: str, other: str) -> int:
    """How many letters both end with."""
    size = 0
    for a, b in zip(reversed(one), reversed(other), strict=False):
        if a != b:
            break
        size += 1
    return size if size >= SAME_END else 0


def _may_be_names(a: int, b: int) -> bool:
    less, more = sorted((a, b))
    return more <= LONGEST and more <= UNLIKE * less + 1


def _is_exchange(one: str, other: str, gap: Gap, least: int) -> bool:
    """Whether the letters in the gap are one word in the place of another."""
    start, end, from_, to = gap
    less, more = sorted((end - start, to - from_))
    if less < least or not _may_be_names(less, more):
        return False
    if not (start and from_) and more - less > START_UNLIKE:
        return False
    if end == len(one) and to == len(other) and (more > LONGEST_LAST or max(end, to) in (MOST, MOST_OF_LONG)):
        return False
    a, b = sorted((one[start:end], other[from_:to]), key=len)
    if less == more and sorted(a) == sorted(b):  # letters that changed places: a misprint
        return False
    return less < WORDY or not _within(a, b)


def _within(shorter: str, longer: str) -> bool:
    """Whether the longer is the shorter with letters added."""
    rest = iter(longer)
    return all(letter in rest for letter in shorter)


def _repeated(one: str, other: str, gaps: list[Gap]) -> int:
    """How often the same few letters were added before the same letter: 主任 and 副主任, at two places."""
    seen: set[tuple[str, str]] = set()
    found = 0
    for start, end, from_, to in gaps:
        if 0 < end - start + to - from_ <= MISPRINT and (start == end or from_ == to):
            change = one[start : end + 1], other[from_ : to + 1]
            found += change in seen
            seen.add(change)
    return found
