"""Values that a page carries for its own script: JSON in a script element, window.__NUXT__ and the like.

The text of a page goes in, parsed values come out (dict, list, str, int, float, bool, None). Nothing is run: literals
of JavaScript are read as data, and the call (function(a,b){return {...}}(1,"x")) as its literal with a and b filled in.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from typing import Any

import orjson

from snapshot_crawler.pages.page import Page

LARGEST = 2_000_000  # characters of one script; more is a program
DEEPEST = 40  # lists and objects inside each other; by choice: data of pages have some ten
ASSIGNED = re.compile(r"(?:window\.|self\.|var\s+|let\s+|const\s+)?[A-Za-z_$][\w$.]{1,60}\s*=\s*(?=[\[{(])")
CALLED = re.compile(r"\(?\s*function\s*\(([\w$\s,]*)\)\s*\{\s*(?:[^{}]{0,2000};)?\s*return\s*(?=[\[{])")
NAME = re.compile(r"[A-Za-z_$][\w$]*")
NUMBER = re.compile(r"-?(?:0x[0-9a-fA-F]+|\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)")
SPACE = re.compile(r"(?:\s++|//[^\n]*+|/\*.*?\*/)*+", re.DOTALL)  # possessive: else Python remembers each sign
TEXT = {'"': re.compile(r'[^"\\]*'), "'": re.compile(r"[^'\\]*"), "`": re.compile(r"[^`\\]*")}
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "", "\n": ""}
SECONDS = (10**9, 4 * 10**9)  # since 1970: from 2001 to 2096; larger numbers are milliseconds
LENGTHS_OF_SECONDS = (10, 13)  # digits of seconds and of milliseconds in those years
WORDS: dict[str, Any] = {"true": True, "false": False, "null": None, "undefined": None, "NaN": None, "void": None}


class _NotDataError(ValueError):
    """Raised inside this module where a script goes on with something else than data."""


def page_data(page: Page) -> Iterator[Any]:
    """Every list or object that the page's scripts hold as data, in page order; JSON-LD is metadata and left out."""
    for node in page.tree.css("script"):
        kind = (node.attributes.get("type") or "").lower()
        text = node.text() or ""
        if "ld+json" in kind or not text.strip() or len(text) > LARGEST:
            continue
        if "json" in kind:
            value = parse_json(text)
            if isinstance(value, dict | list):
                yield value
        elif found := ASSIGNED.search(text):
            value = literal(text, found.end())
            if isinstance(value, dict | list):
                yield value


def parse_json(text: str) -> Any:
    """JSON, or JSON in the call of a function (JSONP); None for anything else."""
    try:
        return orjson.loads(text.encode("utf-8", "replace"))
    except orjson.JSONDecodeError:
        pass
    padded = re.match(r"\s*[\w$.]{1,80}\s*\(\s*(?=[\[{])", text)
    return literal(text, padded.end()) if padded else None


def values_in(value: Any, *, most: int, deepest: int) -> Iterator[Any]:
    """The value and every list and object inside it, outer before inner; most of them, deepest levels down."""
    waiting, seen = deque([(value, 0)]), 0
    while waiting and seen < most:
        inner, depth = waiting.popleft()
        seen += 1
        yield inner
        if depth < deepest and isinstance(inner, dict | list):
            members = inner.values() if isinstance(inner, dict) else inner
            waiting.extend((each, depth + 1) for each in members if isinstance(each, dict | list))


def epoch_seconds(value: Any) -> int | None:
    """The seconds since 1970 that a number or its digits stand for, milliseconds too; None for other values."""
    if isinstance(value, str) and value.strip().isdigit() and len(value.strip()) in LENGTHS_OF_SECONDS:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    seconds = value / 1000 if value >= SECONDS[1] else value
    return int(seconds) if SECONDS[0] <= seconds <= SECONDS[1] else None


def literal(text: str, start: int = 0) -> Any:
    """The literal of JavaScript at a place of a text, or what a function called there gives; None where none stands."""
    called = CALLED.match(text, start)
    try:
        if called is None:
            return _Reader(text, {}).value(start)[0]
        names = [name.strip() for name in called[1].split(",") if name.strip()]
        _, end = _Reader(text, {}).value(called.end())
        begin = text.find("(", text.find("}", end))
        given = _Reader(text, {}).items(begin + 1, ")")[0] if begin >= 0 else []
        return _Reader(text, dict(zip(names, given, strict=False))).value(called.end())[0]
    except (_NotDataError, IndexError, RecursionError):
        return None


class _Reader:
    """Reads one literal. names: what identifiers stand for."""

    def __init__(self, text: str, names: dict[str, Any]) -> None:
        self.text, self.names = text, names

    def value(self, at: int, depth: int = 0) -> tuple[Any, int]:
        """The value at a place, and where it ends."""
        at = self.skip(at)
        sign = self.text[at]
        if depth > DEEPEST:
            raise _NotDataError
        if sign == "{":
            return self.members(at + 1, depth)
        if sign == "[":
            return self.items(at + 1, "]", depth)
        if sign in TEXT:
            return self.string(at)
        if found := NUMBER.match(self.text, at):
            return _number(found[0]), found.end()
        if sign == "!":  # !0 and !1, as tools write true and false
            value, end = self.value(at + 1, depth + 1)
            return not value, end
        if found := NAME.match(self.text, at):
            return self.name(found, depth)
        raise _NotDataError

    def name(self, found: re.Match[str], depth: int) -> tuple[Any, int]:
        """What an identifier stands for; new Date("...") is its text."""
        word, end = found[0], found.end()
        if word == "new":
            begin = self.text.index("(", end)
            values, end = self.items(begin + 1, ")", depth)
            return (values[0] if values else None), end
        if word == "void":
            return None, self.value(end, depth + 1)[1]
        return self.names.get(word, WORDS.get(word)), end

    def members(self, at: int, depth: int) -> tuple[dict[str, Any], int]:
        """The members of an object whose { stands before."""
        found: dict[str, Any] = {}
        while True:
            at = self.skip(at)
            if self.text[at] == "}":
                return found, at + 1
            if self.text[at] in TEXT:
                key, at = self.string(at)
            elif (name := NAME.match(self.text, at) or NUMBER.match(self.text, at)) is not None:
                key, at = name[0], name.end()
            else:
                raise _NotDataError
            at = self.skip(at)
            if self.text[at] != ":":
                raise _NotDataError
            found[key], at = self.value(at + 1, depth + 1)
            at = self.skip(at)
            if self.text[at] == ",":
                at += 1

    def items(self, at: int, end: str, depth: int = 0) -> tuple[list[Any], int]:
        """The values up to the sign that ends them."""
        found: list[Any] = []
        while True:
            at = self.skip(at)
            if self.text[at] == end:
                return found, at + 1
            value, at = self.value(at, depth + 1)
            found.append(value)
            at = self.skip(at)
            if self.text[at] == ",":
                at += 1
            elif self.text[at] != end:
                raise _NotDataError

    def string(self, at: int) -> tuple[str, int]:
        """A text in quotation marks, its escapes resolved."""
        quote, pieces, at = self.text[at], [], at + 1
        while True:
            found = TEXT[quote].match(self.text, at)
            assert found is not None  # it matches nothing too
            pieces.append(found[0])
            at = found.end()
            if self.text[at] == quote:
                return _paired("".join(pieces)), at + 1
            letter = self.text[at + 1]
            width = {"u": 4, "x": 2}.get(letter, 0)
            code = self.text[at + 2 : at + 2 + width]
            if width and len(code) == width and all(sign in "0123456789abcdefABCDEF" for sign in code):
                pieces.append(chr(int(code, 16)))
            else:
                pieces.append(ESCAPES.get(letter, letter))
                width = 0
            at += 2 + width

    def skip(self, at: int) -> int:
        """The place behind white space and comments."""
        found = SPACE.match(self.text, at)
        assert found is not None  # it matches nothing too
        return found.end()


def _paired(text: str) -> str:
    """Text whose signs outside the first plane were escaped in two halves, made whole."""
    if not any("\ud800" <= sign <= "\udfff" for sign in text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _number(text: str) -> int | float:
    if text.lower().startswith(("0x", "-0x")):
        return int(text, 16)
    return float(text) if any(sign in text for sign in ".eE") else int(text[:18])
