"""What the addresses of a site's articles have in common, as one regular expression."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlsplit

PIECES = re.compile(
    r"(?<=/)[a-z_]+(?:-[a-z_]+)?(?=/)"  # a folder's name
    r"|(?<=/)(?=[\d-]*[a-z])[a-z0-9]+(?:-[a-z0-9]+){2,}|[0-9a-f]*\d[0-9a-f]{11,}|\d+|[a-z]+|[^a-z0-9]",
    re.IGNORECASE,
)
FOLDER = re.compile(r"[a-z_]+(?:-[a-z_]+)?", re.IGNORECASE)
SLUG = re.compile(r"(?=.*[a-z])[a-z0-9]+(?:-[a-z0-9]+){2,}", re.IGNORECASE)  # a title in the address
HEX = re.compile(r"(?=.*[a-f])[0-9a-f]{12,}", re.IGNORECASE)
COMMON_WORD = 0.5  # share of the addresses that a word must stand in to be part of the pattern
FEWEST_LISTED = 0.95  # share of the lists' links that a pattern must match, or it would lose articles
RAREST_SHAPE = 0.15  # share of the addresses below which a shape is taken for an accident


def article_pattern(urls: Iterable[str]) -> str | None:
    """A regular expression that matches the addresses, and few others; None for no addresses.

    Addresses are grouped by shape: numbers and hashes count as themselves, words stay when all addresses of a shape
    share them. Shapes of less than RAREST_SHAPE of the addresses are left out.
    """
    addresses = [PIECES.findall(_path_and_query(url)) for url in dict.fromkeys(urls)]
    if not addresses:
        return None
    words = Counter(piece for pieces in addresses for piece in set(pieces))
    common = {word for word, count in words.items() if count > len(addresses) * COMMON_WORD}
    shapes: dict[tuple[str, ...], list[list[str]]] = {}
    for pieces in addresses:
        shapes.setdefault(tuple(map(_kind, pieces)), []).append(pieces)
    counts = Counter[str]()
    for members in shapes.values():
        counts[_pattern(members, common)] += len(members)
    kept = [pattern for pattern, count in counts.most_common() if count >= RAREST_SHAPE * len(addresses)]
    return "|".join(kept or [counts.most_common(1)[0][0]])


def site_pattern(articles: list[str], refused: list[str], listed: list[str]) -> str | None:
    """The pattern for a site's spider; None when none is safe: then the shape of the address decides on each link.

    articles were read, refused were not, listed stand in the site's lists as articles and were not looked at. A
    pattern narrower than the lists would lose articles, so it must match nearly all of them.
    """
    for known in (articles, [*articles, *listed]):
        pattern = article_pattern(known)
        if pattern is None:
            continue
        wanted = [url for url in listed if url not in refused]
        matched = sum(bool(re.search(pattern, url)) for url in wanted)
        if matched >= FEWEST_LISTED * len(wanted) and all(re.search(pattern, url) for url in articles):
            return pattern
    return None


def _path_and_query(url: str) -> str:
    split = urlsplit(url)
    names = "&".join(f"{name}={value}" for name, value in parse_qsl(split.query))
    return split.path + ("?" + names if names else "")


def _kind(piece: str) -> str:
    """What a piece is: a hash, a number, a word in a slug, or a sign."""
    if SLUG.fullmatch(piece):
        return "slug"
    if HEX.fullmatch(piece):
        return "hash"
    if piece.isdigit():
        return "number"
    return "word" if FOLDER.fullmatch(piece) and piece != "_" else piece


def _pattern(members: list[list[str]], common: set[str]) -> str:
    """One shape's pattern: signs and common words stand as they are, the rest becomes its kind."""
    kinds = [_kind(piece) for piece in members[0]]
    last_number = max((place for place, kind in enumerate(kinds) if kind == "number"), default=None)
    pieces = []
    for place, column in enumerate(zip(*members, strict=True)):
        is_id = place == last_number  # the last number counts the articles, so it grows; those before are dates
        pieces.append(r"\d+" if is_id else _piece(set(column), kinds[place], common))
    return "".join(pieces) + "$"


def _piece(values: set[str], kind: str, common: set[str]) -> str:
    lengths = {len(value) for value in values}
    length = lengths.pop() if len(lengths) == 1 else None
    if kind == "slug":
        return rf"\w+(?:-\w+){{{min(value.count('-') for value in values)},}}"
    if kind == "hash":
        return rf"[0-9a-f]{{{length}}}" if length else "[0-9a-f]+"
    if kind == "number":
        return rf"\d{{{length}}}" if length in (2, 4, 6, 8) else r"\d+"  # years, months and days have their length
    if len(values) == 1 and (kind != "word" or values <= common):
        (value,) = values
        return value if value in "-/_=&" else re.escape(value)
    return r"[\w-]+" if any("-" in value for value in values) else r"\w+"
