"""The reader's language: Chinese first, English where the browser prefers it or the reader has chosen it."""

from __future__ import annotations

import re
from typing import Literal

Language = Literal["zh", "en"]
COOKIE = "lang"
LANGUAGES: tuple[Language, ...] = ("zh", "en")
PART = re.compile(r"\s*([A-Za-z]{1,8}|\*)(?:-[A-Za-z0-9-]{1,40})?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?))?\s*")
LONGEST_HEADER = 500  # characters that are looked at; browsers send less than a hundred


def chosen(word: str | None) -> Language | None:
    """The language of a cookie or a parameter; None for any other word."""
    return next((language for language in LANGUAGES if language == word), None)


def preferred(header: str) -> Language:
    """By Accept-Language (RFC 9110, 12.5.4): English where it is liked better than Chinese, else Chinese."""
    liking: dict[str, float] = {}
    for part in header[:LONGEST_HEADER].split(","):
        if found := PART.fullmatch(part):
            name = found[1].lower()
            liking[name] = max(liking.get(name, 0.0), float(found[2] or 1))
    return "en" if liking.get("en", 0) > liking.get("zh", 0) else "zh"
