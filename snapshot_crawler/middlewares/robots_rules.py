"""What an origin's robots.txt came to: the text that was read goes in, rules that answer for addresses come out.

robots.py asks for the file. What it was told (Said) is plain enough to be kept in a database, for the next process that
asks the host; the rules (Robots) are made from it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from urllib.parse import urljoin

from protego import Protego

AGENT_LINE = re.compile(r"^[ \t]*user[- ]?agent[ \t]*:[ \t]*([^#\r\n]*)", re.IGNORECASE | re.MULTILINE)
TOKEN = re.compile(r"[A-Za-z_-]+")


class Verdict(Enum):
    """The result of the answers for one robots.txt."""

    RULES = "rules"
    NO_RULES = "no rules"
    UNREACHABLE = "unreachable"


@dataclass(slots=True, frozen=True)
class Said:
    """What the answers for one robots.txt said. text and url: of the file, where there is one; url after redirects."""

    verdict: Verdict
    text: str = ""
    url: str = ""
    failures: int = 0  # rounds of tries in a row that ended as unreachable

    def as_json(self) -> dict[str, Any]:
        """It as plain JSON."""
        return {"verdict": self.verdict.value, "text": self.text, "url": self.url, "failures": self.failures}

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> Said:
        """It from plain JSON."""
        return cls(Verdict(said["verdict"]), said["text"], said["url"], said["failures"])


@dataclass(slots=True)
class Robots:
    """The rules of one origin (scheme, host and port), and until when they stand (monotonic clock, seconds)."""

    verdict: Verdict
    expires: float
    rules: Protego | None = None
    sitemaps: list[str] = field(default_factory=list)
    failures: int = 0  # as in Said

    @classmethod
    def of(cls, said: Said, expires: float, token: str) -> Robots:
        """The rules for a product token."""
        if said.verdict is not Verdict.RULES:
            return cls(said.verdict, expires, failures=said.failures)
        rules = Protego.parse(for_token(said.text, token))
        sitemaps = [urljoin(said.url, found) for found in rules.sitemaps]
        return cls(said.verdict, expires, rules, list(dict.fromkeys(sitemaps)))

    def allows(self, url: str, token: str) -> bool:
        """Whether the product token may fetch url."""
        if self.verdict is Verdict.UNREACHABLE:
            return False
        return self.rules is None or self.rules.can_fetch(url, token)


def for_token(text: str, token: str) -> str:
    """robots.txt with every User-agent line made exact for Protego, which also takes a mere beginning for our name.

    RFC 9309, 2.2.1: the product token is compared as a whole, without regard to case; a version after it is left out.
    """

    def exact(line: re.Match[str]) -> str:
        name = line[1].strip()
        if name.startswith("*"):
            return "User-agent: *"
        found = TOKEN.match(name)
        is_ours = found is not None and found[0].lower() == token.lower()
        return f"User-agent: {token}" if is_ours else "User-agent: (another)"

    return AGENT_LINE.sub(exact, text)
