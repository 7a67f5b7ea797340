"""The pattern of a site's articles: known addresses go in, a regular expression that matches them comes out.

`scrapy add-site` writes it into the spider as article_links. (pages/lists/shapes.py judges a single address, without
any known ones.)
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl, urlsplit

from snapshot_crawler.address_parts import FOLDER, HEX, PIECES, TITLE, YEAR

MAY_BE_TITLE = re.compile(r"(?=.*[a-z%])(?:[\w-]|%[0-9a-f]{2})+", re.IGNORECASE)  # a title may be one word
EXTENSION = re.compile(r"(?:\.\w{2,6})?/?$")
# A name or a title in another script: 社区 is %E7%A4%BE%E5%8C%BA
ESCAPED = re.compile(r"(?=.*%[89a-f][0-9a-f])(?:[\w-]|%[0-9a-f]{2})+", re.IGNORECASE)
SLUG = "slug:"  # marks the piece of an address that is made of a title's words
DATE_LENGTHS = {2, 4, 6, 8}  # digits of a month or day, a year, a year and month, a whole date
# How a title's words are written in a pattern, the widest way first: any words, two and more, as many as were seen.
SLUGS = (r"[\w%-]+", r"[\w%]+(?:-[\w%]+)+", r"[\w%]+(?:-[\w%]+){{{fewest},}}")
COMMON_WORD = 0.5  # share of the addresses that a word must stand in to be part of the pattern
FEWEST_LISTED = 0.95  # share of the lists' links that a pattern must match, or it would lose articles
RAREST_SHAPE = 0.15  # share of the addresses below which a shape is taken for an accident


def article_pattern(urls: Iterable[str], *, slug: str = SLUGS[0]) -> str | None:
    """A regular expression that matches the addresses, and few others; None for no addresses.

    Addresses are grouped by shape: numbers and hashes count as themselves, words stay when all addresses of a shape
    share them. Shapes of less than RAREST_SHAPE of the addresses are left out. slug: how titles are written.
    """
    addresses = list(_pieces(list(dict.fromkeys(urls))))
    if not addresses:
        return None
    words = Counter(piece for pieces in addresses for piece in set(pieces))
    common = {word for word, count in words.items() if count > len(addresses) * COMMON_WORD}
    shapes: dict[tuple[str, ...], list[list[str]]] = {}
    for pieces in addresses:
        shapes.setdefault(tuple(map(_kind, pieces)), []).append(pieces)
    counts = Counter[str]()
    for members in shapes.values():
        counts[_pattern(members, common, slug)] += len(members)
    kept = [pattern for pattern, count in counts.most_common() if count >= RAREST_SHAPE * len(addresses)]
    return "|".join(kept or [counts.most_common(1)[0][0]])


def site_pattern(
    articles: list[str], refused: list[str], listed: list[str], lists: list[str], others: Iterable[str] = ()
) -> str | None:
    """The pattern for a site's spider; None when none is safe: then the shape of the address decides on each link.

    articles: pages that were read as articles. refused: pages that were not. listed: links of the site's lists that
    were not fetched. others: links of the lists that are no articles. A pattern that misses many of the listed would
    lose articles, so it must match nearly all of them. A pattern that matches the site's lists would lose their links,
    so it must match none of them. It says only what the form of the addresses demands: of several patterns, the widest
    that takes no other link.
    """
    strangers = [*others, *refused]
    found: list[tuple[int, str]] = []
    for known in (articles, [*articles, *listed]):
        for slug in SLUGS:
            pattern = article_pattern(known, slug=slug)
            if pattern is None or any(re.search(pattern, url) for url in lists):
                continue
            wanted = [url for url in listed if url not in refused]
            matched = sum(bool(re.search(pattern, url)) for url in wanted)
            if matched >= FEWEST_LISTED * len(wanted) and all(re.search(pattern, url) for url in articles):
                found.append((sum(bool(re.search(pattern, url)) for url in strangers), pattern))
    return min(found, key=lambda each: each[0])[1] if found else None


def _pieces(urls: list[str]) -> Iterator[list[str]]:
    """Each address cut in pieces. What is a title's words in one address is so in all that are built alike."""
    addresses = [_path_and_query(url) for url in urls]
    titled = {
        (address.count("/"), place)
        for address in addresses
        for place, segment in enumerate(address.split("/"))
        if TITLE.fullmatch(EXTENSION.sub("", segment)) and not FOLDER.fullmatch(segment)
    }
    last = {(depth, max(place for other, place in titled if other == depth)) for depth, _ in titled}
    for address in addresses:
        segments = address.split("/")
        pieces: list[str] = []
        for place, segment in enumerate(segments):
            stem = EXTENSION.sub("", segment)
            if (len(segments) - 1, place) in last and MAY_BE_TITLE.fullmatch(stem):
                pieces += ["/", SLUG + stem, *PIECES.findall(segment[len(stem) :])]
            elif ESCAPED.fullmatch(stem):
                pieces += ["/", stem, *PIECES.findall(segment[len(stem) :])]
            elif place:
                behind = "/" if place < len(segments) - 1 else ""
                pieces += PIECES.findall("/" + segment + behind)[: -1 if behind else None]
            else:
                pieces += PIECES.findall(segment)
        yield pieces


def _path_and_query(url: str) -> str:
    split = urlsplit(url)
    names = "&".join(f"{name}={value}" for name, value in parse_qsl(split.query))
    return split.path + ("?" + names if names else "")


def _kind(piece: str) -> str:
    """The kind of a piece: a title, a name in another script, a hash, a number, a word, or a sign."""
    if piece.startswith(SLUG):
        return "slug"
    if "%" in piece and ESCAPED.fullmatch(piece):
        return "escaped"
    if HEX.fullmatch(piece):
        return "hash"
    if piece.isdigit():
        return "number"
    return "word" if FOLDER.fullmatch(piece) and piece != "_" else piece


def _pattern(members: list[list[str]], common: set[str], slug: str) -> str:
    """One shape's pattern: signs and common words stand as they are, the rest becomes its kind."""
    kinds = [_kind(piece) for piece in members[0]]
    last_number = max((place for place, kind in enumerate(kinds) if kind == "number"), default=None)
    pieces = []
    has_year = False
    for place, column in enumerate(zip(*members, strict=True)):
        values = set(column)
        if kinds[place] != "number":
            pieces.append(_piece(values, kinds[place], common, slug))
        elif place == last_number:  # it counts the articles, so it grows; those before may be dates
            pieces.append(r"\d+")
        else:
            has_year = has_year or all(map(YEAR.match, values))
            pieces.append(_number(values) if has_year else r"\d+")
    return "".join(pieces) + "$"


def _number(values: set[str]) -> str:
    """A number that is a year, month or day, or all of them together: these have their length.

    Months and days have two digits for certain only where one was seen with a 0 before it.
    """
    lengths = {len(value) for value in values}
    if lengths <= {1, 2} and not any(value[0] == "0" for value in values):
        return r"\d{1,2}"
    return rf"\d{{{min(lengths)}}}" if lengths < DATE_LENGTHS and len(lengths) == 1 else r"\d+"


def _piece(values: set[str], kind: str, common: set[str], slug: str) -> str:
    lengths = {len(value) for value in values}
    length = lengths.pop() if len(lengths) == 1 else None
    if kind == "slug":
        return slug.format(fewest=min(value.count("-") for value in values)) if "{{" in slug else slug
    if kind == "hash":
        return rf"[0-9a-f]{{{length}}}" if length else "[0-9a-f]+"
    if len(values) == 1 and (kind not in ("word", "escaped") or values <= common):
        (value,) = values
        return value if value in "-/_=&" else re.escape(value)
    if kind == "escaped":
        return r"[\w%-]+"
    return r"[\w-]+" if any("-" in value for value in values) else r"\w+"
