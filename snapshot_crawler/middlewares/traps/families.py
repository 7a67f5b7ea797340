"""Families of addresses: a URL goes in; the names of the groups of like addresses that it belongs to come out.

    family("https://h.example/calendar/2031/05?view=week").fine  ->  "h.example/calendar/{n}/{n}?view"

evidence.py keeps a record for each family. What changes from page to page (numbers, hashes, random names, titles,
values of parameters) becomes a placeholder. What stays (words of the path, names of parameters) is kept. The coarse
names are wider groups. They catch traps whose every step is a fine family of its own, such as link farms of invented
words, or every combination of filters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urlsplit

from snapshot_crawler.address_parts import MADE_UP, VISIT_IN_PATH, VISIT_NAME

EXTENSION = re.compile(r"(.+)\.([a-z]{2,5}\d?)$", re.IGNORECASE)
TOKENS = re.compile(r"([-_.,~+!()=]+)")
WORD_AND_NUMBER = re.compile(r"([a-z]{1,12})\d+$")
NUMBER_AND_WORD = re.compile(r"\d+([a-z]{1,3})$")
VOWELS = frozenset("aeiouy")
LONGEST_WORD = 18  # letters, by choice: longer runs are made by a program, or are several words
SLUG_WORDS = 3  # by choice: so many words in one segment are a title
DEEPEST = 8  # segments, by choice: sites that people make stay below
REPEATS = 3  # by choice: the same segment so often in one path means that each page's links make it longer
MOST_NAMES = 5  # parameters, by choice: more are combinations of filters

TAKEN_APART = re.compile(r"[\x00-\x20?#;()@\[\]]")  # an address with such a sign is more than a host and folders
MADE_UP_SHAPES = frozenset({"{hex}", "{id}"})
NO_NAMES: frozenset[str] = frozenset()

# Parameters whose value is a place, as a path is: index.php?m=content&a=show
DISPATCH = frozenset({"a", "act", "action", "c", "cmd", "controller", "ctl", "do", "m", "mod", "op", "r", "route"})


@dataclass(slots=True, frozen=True)
class Family:
    """The groups of one address. fine: its nearest relatives. coarse: wider groups, nearest first."""

    fine: str
    coarse: tuple[str, ...]
    is_deep: bool  # a path that grows
    names: frozenset[str]  # of its parameters


@lru_cache(maxsize=8192)
def family(url: str) -> Family:
    """The families of an absolute address."""
    page = url.removesuffix("/")  # the same segments
    folder, name = _folder_of(page), page[page.rfind("/") + 1 :]
    if folder is None or name in folder.segments:
        return _family(url)
    return Family(f"{folder.name}/{segment_shape(name)}", folder.coarse, False, NO_NAMES)


def _family(url: str) -> Family:
    """See family; of any address."""
    host, raw, query = _parts(url)
    shapes, is_deep = path_shape(raw)
    path = f"{host}/{'/'.join(shapes)}"
    names, query = query_shape(query)
    coarse = [f"{path}?*"] if query else []
    coarse += _coarse(host, shapes[:-1]) if shapes else _all_of_invented(host)
    return Family(f"{path}{query}", tuple(dict.fromkeys(coarse)), is_deep, names)


@dataclass(slots=True, frozen=True)
class Folder:
    """What the families of all pages straight in one folder share."""

    name: str  # the fine one begins with it
    coarse: tuple[str, ...]
    segments: frozenset[str]
    names_visit: bool  # perhaps


def _folder_of(url: str) -> Folder | None:
    """The folder of an address that is nothing but a host, folders and a name; None for another one."""
    place = url[: url.rfind("/")]
    is_plain = url[-1:] != "/" and "://" in place and not TAKEN_APART.search(url)
    return _folder(place) if is_plain else None


@lru_cache(maxsize=1_000)  # a page in a known folder takes 5 µs, and 16 where it is taken apart
def _folder(url: str) -> Folder | None:
    """The folder at an address without its last stroke; None for one that may make a page's path one that grows.

    A page whose name is none of the segments before it repeats nothing. So its path grows only if the folder's does.
    """
    host, raw, _ = _parts(url)
    shapes, is_deep = path_shape(raw)
    if is_deep or len(raw) >= DEEPEST:
        return None
    coarse = tuple(dict.fromkeys(_coarse(host, shapes)))
    return Folder("/".join([host, *shapes]), coarse, frozenset(raw), not MADE_UP_SHAPES.isdisjoint(shapes))


def _parts(url: str) -> tuple[str, list[str], str]:
    """The shape of an address's host, its path's segments without a visit, and its query."""
    split = urlsplit(url)
    host = host_shape(split.netloc.rpartition("@")[2].lower())
    return host, [segment for segment in VISIT_IN_PATH.sub("", split.path).split("/") if segment], split.query


def _coarse(host: str, folders: list[str]) -> list[str]:
    """The coarse names of a page below these folders, given in their shapes."""
    near = [f"{host}/{'/'.join(folders)}/*", f"{host}/{folders[0]}/**"] if folders else [f"{host}/*"]
    return near + _all_of_invented(host)


def _all_of_invented(host: str) -> list[str]:
    """The name of all pages of a host with an invented label."""
    return [f"{host}/**"] if "{" in host else []


@dataclass(slots=True, frozen=True)
class Visit:
    """An address that may name a visit beside the page. page: the address without it. is_named: by a usual name."""

    page: str
    is_named: bool


@lru_cache(maxsize=1_024)  # a page's is asked before it is fetched, and once more when it is noted
def visit(url: str) -> Visit | None:
    """What is left of an address without the parts that nobody typed; None when it has none.

    Such a part is a parameter with a made-up value, a made-up directory, or ;jsessionid=... Whether it names a visit
    or the page itself only its pages can tell.
    """
    if (folder := _folder_of(url)) is not None and not folder.names_visit:
        return None
    split = urlsplit(url)
    pairs = split.query.split("&") if split.query else []
    kept, removed = [], []
    for pair in pairs:
        name, _, value = pair.partition("=")
        if MADE_UP.fullmatch(unquote(value)):
            removed.append(unquote(name))
        else:
            kept.append(pair)
    path = VISIT_IN_PATH.sub("", split.path)
    directory, _, last = path.rpartition("/")
    plain = "/".join(part for part in directory.split("/") if segment_shape(part) not in MADE_UP_SHAPES)
    if not removed and f"{plain}/{last}" == split.path:
        return None
    is_named = path != split.path or any(VISIT_NAME.match(name) for name in removed)
    return Visit(split._replace(path=f"{plain}/{last}", query="&".join(kept), fragment="").geturl(), is_named)


def host_shape(netloc: str) -> str:
    """A host with its invented labels as placeholders; addresses in digits stay."""
    name, _, port = netloc.partition(":")
    if netloc.startswith("[") or name.replace(".", "").isdigit():
        return netloc
    labels = name.split(".")
    shaped = [segment_shape(label) for label in labels[:-2]] + labels[-2:]
    return ".".join(shaped) + (f":{port}" if port else "")


def path_shape(raw: list[str]) -> tuple[list[str], bool]:
    """The shapes of a path's segments, and whether it is one that grows: then only its beginning is kept."""
    if len(raw) > DEEPEST:  # asked first: the other questions compare every segment with every other
        return [segment_shape(raw[0]), "**"], True
    wordy = [segment for segment in raw if re.search(r"[^\W\d_]", segment)]
    repeats = max((wordy.count(segment) for segment in set(wordy)), default=0)
    if repeats >= REPEATS or has_cycle(raw):
        return [segment_shape(raw[0]), "**"], True
    return [segment_shape(segment) for segment in raw], False


def has_cycle(raw: list[str]) -> bool:
    """Whether the path repeats two or more of its segments one after the other: /a/b/a/b. raw: DEEPEST at most."""
    for size in range(2, len(raw) // 2 + 1):
        for start in range(len(raw) - 2 * size + 1):
            part = raw[start : start + size]
            if part == raw[start + size : start + 2 * size] and any(re.search(r"[^\W\d_]", text) for text in part):
                return True
    return False


@lru_cache(maxsize=8192)
def segment_shape(segment: str) -> str:
    """One segment of a path: what changes becomes {n}, {hex}, {id}, {slug} or {text}."""
    if "%" in segment or not segment.isascii():
        return "{text}"
    text = segment.lower()
    stem, extension = text, ""
    if found := EXTENSION.match(text):
        stem, extension = found[1], f".{found[2]}"
    parts = TOKENS.split(stem)
    shapes = [token_shape(part) for part in parts[::2]]
    if sum(shape.isalpha() for shape in shapes) >= SLUG_WORDS:
        numbers = "-{n}" if "{n}" in (shapes[0], shapes[-1]) else ""
        return f"{{slug}}{numbers}{extension}"
    parts[::2] = shapes
    return "".join(parts) + extension


def token_shape(token: str) -> str:
    """One run of letters and digits, in lower case."""
    if not token or token.isdigit():
        return "{n}" if token else ""
    if token.isalpha():
        return "{id}" if is_invented(token) else token
    if re.fullmatch(r"[0-9a-f]{8,}", token):
        return "{hex}"
    if found := WORD_AND_NUMBER.match(token):
        return "{id}" if is_invented(found[1]) else f"{found[1]}{{n}}"
    if found := NUMBER_AND_WORD.match(token):
        return f"{{n}}{found[1]}"
    return "{id}"


def is_invented(word: str) -> bool:
    """Whether letters look like no word of a language that is written with vowels, or are a long hash."""
    # no word of 12 letters has only a to f
    if len(word) > LONGEST_WORD or (len(word) >= 12 and not set(word) - set("abcdef")):
        return True
    if len(word) < 6:  # by choice: short words and abbreviations may have no vowel
        return False
    return sum(letter in VOWELS for letter in word) / len(word) < 0.17  # less than one letter in six, by choice


def query_shape(query: str) -> tuple[frozenset[str], str]:
    """The names of the parameters, and the query as it stands in the family's name."""
    if not query:
        return frozenset(), ""
    try:
        # by choice: more are no address that people use
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=50)
    except ValueError:
        return frozenset(), "?**"
    shapes = set()
    for name, value in pairs:
        shape = segment_shape(name) if name else ""
        if shape in DISPATCH and value.isascii() and value.isalpha():
            shape += f"={value.lower()}"
        shapes.add(shape)
    names = frozenset(name.lower() for name, _ in pairs)
    return names, "?**" if len(shapes) > MOST_NAMES else "?" + "&".join(sorted(shapes))
