"""What the index is asked and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from snapshot_crawler.dedup.fingerprint import Fingerprint


class State(IntEnum):
    """What became of an entry."""

    DROPPED = 0  # a duplicate of the story's lead; kept, since the next copy may be like this one
    PUBLISHED = 1
    WITHDRAWN = 2  # its export was not committed; the story is known, and free to be published


@dataclass(slots=True, frozen=True)
class Candidate:
    """An article that asks to be exported. url: the normalised address by which its export will be committed."""

    id: str
    url: str
    content: str  # hex, see content.py
    fingerprint: Fingerprint
    source: str | None = None


@dataclass(slots=True, frozen=True)
class Decision:
    """What to do with an article.

    action: new, changed (a new version), again (it was not exported after all) are exported; duplicate and unchanged
    are not. story: id of the cluster's first article. supersedes: hash of the version before. first_source: the
    cluster's first source. joined: what else this article shows to be of the story, once published as its own.
    """

    action: str
    story: str
    duplicate_of: str | None = None
    similarity: float | None = None
    rule: str | None = None
    version: int = 1
    supersedes: str | None = None
    first_source: str | None = None
    joined: tuple[Joined, ...] = ()


@dataclass(slots=True, frozen=True)
class Joined:
    """An article that began a story which is now part of another: a late duplicate_of its lead."""

    id: str
    duplicate_of: str
    similarity: float
    rule: str
