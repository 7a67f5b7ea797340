"""The headline of an article: the visible line that the page's own <title> or og:title confirms.

reader.py calls find_title. Each line gets points: for its likeness to a claim of the page, its heading, its place above
a date and above the text. The points and lengths in the functions below are by choice; a line needs several reasons to
win. `python benchmarks/extraction.py` shows the effect of a change on the scores.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from snapshot_crawler.lazy_pattern import LazyPattern, any_of
from snapshot_crawler.pages.article import author_words
from snapshot_crawler.pages.han import HanPattern
from snapshot_crawler.pages.metadata import Metadata
from snapshot_crawler.pages.outline import Block, Box, Outline

NOT_WORD = re.compile(r"[\W_]+")
# The same for ASCII, where it takes a third of the time: signs that are no letters and digits go, capitals are folded.
BARE_ASCII = {code: chr(code).lower() if chr(code).isalnum() else None for code in range(128)}
SIGNS_CUT = r"\s*[|_｜]+\s*|\s+[-–—·»«:]+\s+|\s*[-–—]{2,}\s*"
SITE_CUT = LazyPattern(rf"{SIGNS_CUT}|(?<=[”！？）)])\s*[-–—]\s*")
# The same beside Chinese characters; their sets take 2 ms to compile.
CHINESE_CUT = LazyPattern(rf"{SIGNS_CUT}|(?<=[\u3400-\u9fff”！？）)])\s*[-–—]\s*|\s*[-–—]\s*(?=[\u3400-\u9fff])")
DASH = re.compile("[-–—]")
TITLE_HINT = re.compile(r"title|headline|biaoti|\bheading|\bhd\b")
LINE_HINT = re.compile(r"(?:^|[\s_-])(?:bt|tit|headtext)(?:$|[\s_-])")  # bt: 标题, its initials
SHORT_NAME = 36  # bytes: twelve Chinese characters
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
DATE = LazyPattern(
    r"[0-9]{4}\s?[-/.年]\s?[0-9]{1,2}\s?[-/.月]\s?[0-9]{1,2}|"
    r"[0-9]{1,2}[-/.月][0-9]{1,2}日?\s+[0-9]{1,2}:[0-9]{2}|[0-9](?:小时|分钟)前"
)
FIGURE = re.compile("[0-9]")  # nothing that DATE finds is without one
CHINESE = re.compile("[\u3400-\u9fff]")
MOST_LINES = 6  # of a headline
DATE_BELOW = 5  # lines below a headline in which its date stands; by choice
MOST_BETWEEN = 0.2  # share of the running text that stands between the only h1 and a headline below it; by choice
MOST_BEHIND = 0.7  # share of the running text that stands below a headline that nothing else confirms; by choice
MOST_LIKENESS = 0.56  # points for letters that a line has in common with a claim, where it is not in it: _agreement
MOST_OF_OTHERS = 0.7  # points of what is not the line's own likeness or heading: its name, a date, the only h1
SURE = 0.7  # score of a line that is the headline
LONGEST = 220  # characters of a headline
LONGEST_CLAIM = 1_000  # characters of a <title> or og:title that are looked at; every line is held against them
BYLINE = HanPattern(  # 文|某某, 记者：某某; no headline
    rf"^\W*(?:{any_of((*author_words.WRITER, *author_words.REPORTER, *author_words.EDITOR))})\s{{0,2}}[:：/／|｜︱丨]"
)


@dataclass(slots=True, frozen=True)
class Title:
    """A headline, the block where it stands (None: nowhere visible) and how sure we are, 0 to 1."""

    text: str
    order: int | None
    last: int | None
    score: float


def bare(text: str) -> str:
    """Only letters and digits of text, lower case: what stays equal between spellings of a headline."""
    return text.translate(BARE_ASCII) if text.isascii() else NOT_WORD.sub("", text).lower()


@lru_cache(maxsize=4096)
def _is_named(hint: str) -> bool:
    """Whether a class or id says that its element is a headline."""
    return bool(TITLE_HINT.search(hint))


def heading_of(block: Block) -> Box | None:
    """The h1 to h6 around a block."""
    box: Box | None = block.box
    for _ in range(4):
        if box is None:
            return None
        if box.tag in HEADINGS:  # one that was never closed holds the whole page
            return box if box.last - box.first <= MOST_LINES or box is block.box else None
        box = box.parent
    return None


def references(found: Metadata) -> list[str]:
    """The headlines that the page claims out of sight, the best first, without repeats."""
    claims = [found.first("og:title"), found.text("headline"), found.first("twitter:title", "title"), found.title]
    return list(dict.fromkeys(claim[:LONGEST_CLAIM] for claim in claims if claim))


@lru_cache(maxsize=16)  # a page's few claims are cut several times
def _cut(title: str) -> tuple[str, ...]:
    """The parts of a <title> between the signs that part headline and site."""
    return tuple((CHINESE_CUT if DASH.search(title) and CHINESE.search(title) else SITE_CUT).split(title))


def cut_site(title: str) -> str:
    """A <title> without the site's name before or behind it: the longest part, or what stands before the last cut."""
    parts = [part for part in _cut(title) if part.strip()]
    if len(parts) < 2:
        return title
    longest = max(parts, key=len)
    if len(longest) * 2 >= len(title):
        return longest.strip()
    first = parts[0] if len(parts[0]) >= 6 else title
    return first.strip()


def _overlap(one: str, other: str) -> float:
    """The share of the shorter text's character pairs that the other has too."""
    return _share(_pairs(one), _pairs_of_claim(other))


def _share(pairs: frozenset[str], others: frozenset[str]) -> float:
    return len(pairs & others) / max(1, min(len(pairs), len(others)))


def _pairs(text: str) -> frozenset[str]:
    return frozenset([text[at : at + 2] for at in range(len(text) - 1)])


_pairs_of_claim = lru_cache(maxsize=16)(_pairs)  # a page's few claims are held against every line


def _agreement(key: str, claims: list[str], *, is_likeness_asked: bool) -> float:
    """How well one of the claims confirms key, 0 to 1.2: is it, holds it or, if that is asked, is like it."""
    best = 0.0
    pairs: frozenset[str] | None = None
    for claim in claims:
        if key == claim:
            return 1.2
        if key in claim:
            best = max(best, 0.35 + 0.75 * len(key) / len(claim))
        elif len(claim) >= 6 and claim in key and len(claim) * 3 > len(key):
            best = max(best, 0.35 + 0.65 * len(claim) / len(key))
        elif is_likeness_asked and len(key) >= 8 and len(claim) >= 8:
            pairs = _pairs(key) if pairs is None else pairs
            likeness = 0.8 * (_share(pairs, _pairs_of_claim(claim)) - 0.3)
            best = max(best, likeness * min(len(key), len(claim)) / max(len(key), len(claim)))
    return best


def _after(running: list[float], last: int) -> float:
    """The share of the page's running text that stands behind block last."""
    return 1 - running[last + 1] / running[-1] if running[-1] else 1.0


def _headings(outline: Outline, spelled: str) -> Iterator[tuple[str, int, int, Box | None, Block]]:
    """Every line that may be a headline: text, first and last block, its heading box, its first block.

    spelled: the claims, in lower case; one must seem to hold a line that is in no heading.
    """
    seen: set[int] = set()
    for block in outline.blocks:
        if block.box.hidden or len(block.text) > LONGEST:
            continue
        heading = heading_of(block)
        if heading is None:
            if _may_be_claimed(block.text, spelled):
                yield block.text, block.order, block.order, None, block
        elif heading.order not in seen:
            seen.add(heading.order)
            is_whole = heading.last - heading.first <= MOST_LINES
            lines = outline.blocks[heading.first : heading.last] if is_whole else [block]
            yield " ".join(line.text for line in lines), lines[0].order, lines[-1].order, heading, block
            if len(lines) > 1:
                for line in lines:
                    yield line.text, line.order, line.order, heading, line
            elif len(block.parts) > 1:  # a kicker and the headline, each in an element of its own
                for part in block.parts:
                    yield part.text.strip(), block.order, block.order, heading, block


def site_names(found: Metadata) -> list[str]:
    """What the page calls its site: og:site_name and the last part of <title>."""
    parts = [name for part in _cut((found.title or "")[:LONGEST_CLAIM]) if (name := bare(part))]
    names = [
        bare(found.first("og:site_name", "application-name") or "")[:LONGEST],
        *(parts[-1:] if len(parts) > 1 else []),
    ]
    return [name for name in names if name and name not in parts[:1]]


def site_spellings(found: Metadata) -> list[str]:
    """The names of the site as the page writes them, the longest first."""
    parts = [part.strip() for part in _cut((found.title or "")[:LONGEST_CLAIM])]
    names = {(found.first("og:site_name", "application-name") or "")[:LONGEST].strip(), *parts[1:]}
    return sorted((name for name in names if len(name) > 1), key=len, reverse=True)


def _score(key: str, heading: Box | None, block: Block, claims: list[str], dated: bool, best: float) -> float:
    """A score for a line as the headline; 1 or more is sure. best: that of another line, which this one must pass."""
    of_heading = {"h1": 0.3, "h2": 0.15}.get(heading.tag, 0.1) if heading is not None else 0.0
    # pairs of letters are only counted where the line could win by its likeness
    may_win = MOST_LIKENESS + of_heading + MOST_OF_OTHERS > best
    score = _agreement(key, claims, is_likeness_asked=heading is not None and may_win)
    score += of_heading
    if _is_named(block.parts[0].hint) or _is_named(block.box.hint):
        score += 0.1
    if dated:
        score += 0.2
    if block.link_share > 0.8:
        score -= 0.25
    return score - (0.15 if len(key) < 6 else 0.0)


def _may_be_claimed(text: str, spelled: str) -> bool:
    """A quick look whether a line can be in one of the claims: four of its letters are."""
    return text[2:6].lower() in spelled or text[-6:-2].lower() in spelled


def _is_above_dates(outline: Outline, last: int, known: dict[int, bool]) -> bool:
    """Whether one of the lines below block last holds a date. known: the answers for lines that were asked before."""
    for block in outline.blocks[last + 1 : last + 1 + DATE_BELOW]:
        if block.order not in known:
            text = block.text
            known[block.order] = len(text) < 120 and bool(FIGURE.search(text) and DATE.search(text))
        if known[block.order]:
            return True
    return False


def find_title(outline: Outline, found: Metadata, running: list[float]) -> Title | None:
    """The page's headline; None when neither text nor metadata has one. running: running_text of the outline."""
    raw = references(found)
    claims = [claim for claim in dict.fromkeys(bare(text) for text in [*raw, *map(cut_site, raw)]) if claim]
    has_date: dict[int, bool] = {}  # of the lines that were asked
    claimed, spelled = "\n".join(claims), "\n".join(raw).lower()
    names = site_names(found)
    lines = list(_headings(outline, spelled))
    # a logo or a section set as h1 is a link
    first_headings = {
        text: (first, last)
        for text, first, last, box, block in lines
        if box is not None and box.tag == "h1" and block.link_share < 0.5
    }
    only_h1 = len(first_headings) == 1
    best: Title | None = None
    for text, first, last, heading, block in lines:
        key = bare(text)
        if not 2 <= len(text) <= LONGEST or len(key) < 2:
            continue
        if heading is None and key not in claimed and not any(claim in key for claim in claims):
            continue  # no claim and no heading supports it
        dated = (heading is not None or key in "".join(claims)) and _is_above_dates(outline, last, has_date)
        score = _score(key, heading, block, claims, dated, best.score if best is not None else 0.0)
        if _after(running, last) < 0.2:
            score -= 0.5
        if any(key in name for name in names):
            score -= 0.5
        elif only_h1 and not claims and heading is not None and heading.tag == "h1":
            score += 0.4
        elif only_h1 and heading is not None and heading.tag == "h1":
            score += 0.2
        if best is None or score > best.score:
            best = Title(text, first, last, score)
    if best is not None and only_h1 and best.order is not None:
        (first, last), below = next(iter(first_headings.values())), best.order
        # a heading inside the text, such as a recipe's, may repeat the claim better than the headline does
        if below > last and _after(running, last) - _after(running, below) > MOST_BETWEEN:
            best = _sole_heading(next(iter(first_headings.items())), names, running) or best
    if best is not None and best.score >= SURE:
        return _as_claimed(best, found) if not CHINESE.search(best.text) else best
    if raw and only_h1 and (sole := _sole_heading(next(iter(first_headings.items())), names, running)):
        return sole
    if raw:
        return Title(cut_site(raw[0]), None, None, 0.5)
    return best if best is not None and best.score >= 0.4 else None


def _sole_heading(heading: tuple[str, tuple[int, int]], names: list[str], running: list[float]) -> Title | None:
    """The only h1 that is no link, where <title> tells search engines something else: long enough, above the text."""
    text, (first, last) = heading
    key = bare(text)
    is_long = len(key.encode("utf-8", "replace")) > SHORT_NAME and len(text) <= LONGEST
    if not is_long or any(key in name or name in key for name in names) or _after(running, last) < MOST_BEHIND:
        return None
    return Title(text, first, last, SURE)


def _as_claimed(title: Title, found: Metadata) -> Title:
    """The spelling of og:title, where it is the editors' own and not the <title> once more.

    Where og:title differs from a <title> that repeats the visible line, or puts a kicker before it, news sites mean it
    for readers; measured on pages with known headlines in other languages than Chinese only.
    """
    claim = cut_names((found.first("og:title") or "")[:LONGEST_CLAIM], site_names(found))
    visible, claimed, page = bare(title.text), bare(claim), bare(cut_site((found.title or "")[:LONGEST_CLAIM]))
    differs = claimed and claimed not in (visible, page) and visible == page and _overlap(visible, claimed) > 0.2
    has_kicker = claimed.endswith(visible) and claimed == page and len(claimed) < 2 * len(visible)
    has_label = visible.endswith(claimed) and len(claimed) * 3 > len(visible) * 2
    return replace(title, text=claim) if differs or has_kicker or has_label else title


def cut_names(title: str, names: list[str]) -> str:
    """A title without parts at its end that are names of the site."""
    for separator in reversed(list(SITE_CUT.finditer(title))):
        if bare(title[separator.end() :]) in names:
            title = title[: separator.start()]
    return title.strip()


def is_site_like(title: Title, outline: Outline, found: Metadata) -> bool:
    """Whether a headline is rather the name of the site or a section: short, and nowhere visible or known as one."""
    key = bare(title.text)
    if len(key.encode("utf-8", "replace")) > SHORT_NAME:
        return False
    if title.order is None or key in site_names(found) or key == bare(found.title or ""):
        return True
    parts = (part for block in outline.blocks if len(block.text) <= 200 for part in block.parts)
    return any(part.href and bare(part.text) == key for part in parts)


def heading_above(outline: Outline, first: int, title: Title | None = None) -> Title | None:
    """The line shortly before the text that is set as its headline: a heading, named so, in bold, or above the date.

    first: the text's first block. title: what was found so far; the line must be longer, and stand behind it.
    """
    start = max(0, first - 8, title.last + 1 if title is not None and title.last is not None else 0)
    least = max(6, len(bare(title.text)) + 1 if title is not None and title.order is not None else 0)
    lines = [block for block in outline.blocks[start : first + 1] if _may_head(block, least)]
    for is_set in (heading_of, _is_set_as_title, _is_bold, _is_above_date):
        for block in reversed(lines):
            if block.order == first and is_set is not heading_of and not _is_bold(block):
                continue  # the text's first line
            below = outline.blocks[block.order + 1] if is_set is _is_above_date else block
            if is_set(below):
                return Title(block.text, block.order, block.order, SURE)
    return None


def _may_head(block: Block, least: int) -> bool:
    """Whether a line can be a headline at all. least: letters that it must have."""
    return (
        least <= len(bare(block.text)) <= 120
        and block.link_share < 0.5
        and not block.box.hidden
        and not DATE.search(block.text)
        and not BYLINE.match(block.text)
        and not block.text.endswith(("。", "；", ":", "："))
    )


def _is_set_as_title(block: Block) -> bool:
    hints = [block.box.hint, block.box.parent.hint if block.box.parent else "", *(part.hint for part in block.parts)]
    return any(_is_named(hint) or LINE_HINT.search(hint) for hint in hints)


def _is_bold(block: Block) -> bool:
    return all(part.tag in ("b", "strong") for part in block.parts if part.text.strip())


def _is_above_date(below: Block) -> bool:
    return len(below.text) < 120 and bool(DATE.search(below.text))
