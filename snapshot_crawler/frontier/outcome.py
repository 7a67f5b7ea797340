"""What became of an address, as the frontier keeps it: one line of text, and its parts.

An outcome is stored as text, which `scrapy explain` shows: a kind, and for most kinds a detail. Of a rejection the
detail begins with its reason, a short fixed word:

    done
    status 404
    redirected to https://news.example/other
    rejected: soft-404, the page says that it is gone
    dropped: duplicate of 0a1b (exact)
    failed: no answer

All code that decides by an outcome parses it here; none compares the beginnings of texts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

LONGEST_OUTCOME = 300  # characters, by choice: an address and a sentence


class Kind(StrEnum):
    """The first words of an outcome."""

    DONE = "done"
    STATUS = "status"  # answered with another status than 200 and 304
    REDIRECTED = "redirected"
    REJECTED = "rejected"  # the page will not become an article: signals.page_rejected
    DROPPED = "dropped"  # the item was, by a pipeline
    FAILED = "failed"  # could not be had
    UNREADABLE = "unreadable"  # the stored request cannot be made again
    CALLBACK_ERROR = "callback-error"
    PIPELINE_ERROR = "pipeline-error"
    EXPORT_ERROR = "export-error"
    PUT_OFF = "put off"  # comes again when all others are done
    LINE_LOST = "line lost from the output"
    TAKEN_DOWN = "taken-down"  # by `scrapy takedown`: never asked for again
    ANOTHER_FILE = "to be published in another file"


SEPARATORS = {Kind.STATUS: " ", Kind.REDIRECTED: " to "}  # between kind and detail; else ": "
OWN_FAULTS = frozenset({Kind.CALLBACK_ERROR, Kind.PIPELINE_ERROR, Kind.EXPORT_ERROR})  # of our code or the spider's
WORD_END = re.compile(r"[,: ]")  # where the reason in a detail ends
PARKED = "parked"  # reason: the host is not asked any more in this run
TO_OTHER_PAGE = "redirected"  # reason: the page redirects to an address that is not followed
NO_REJECTION = frozenset({"duplicate", "unchanged"})  # reasons of articles that are in the output, or were


@dataclass(slots=True, frozen=True)
class Outcome:
    """A kind and its detail."""

    kind: Kind
    detail: str = ""

    @classmethod
    def parse(cls, text: str | None) -> Outcome | None:
        """The outcome of a stored text; None for none, and for a text that no version of ours has written."""
        for kind in Kind if text else ():
            assert text is not None
            if text == kind:
                return cls(kind)
            separator = SEPARATORS.get(kind, ": ")
            if text.startswith(kind + separator):
                return cls(kind, text[len(kind) + len(separator) :])
        return None

    @property
    def reason(self) -> str:
        """The reason of a rejection, a dropped item or a failure: the first word of the detail."""
        return WORD_END.split(self.detail, maxsplit=1)[0]

    @property
    def leads_elsewhere(self) -> bool:
        """Whether the page redirects to another, followed or not."""
        return self.kind == Kind.REDIRECTED or (self.kind == Kind.REJECTED and self.reason == TO_OTHER_PAGE)

    def __str__(self) -> str:
        text = f"{self.kind}{SEPARATORS.get(self.kind, ': ')}{self.detail}" if self.detail else str(self.kind)
        return text[:LONGEST_OUTCOME]


def rejected(reason: str, detail: str | None = None) -> Outcome:
    """A rejection."""
    return Outcome(Kind.REJECTED, reason + (f", {detail}" if detail else ""))


def reason_of(text: str | None) -> str | None:
    """Why a page became no article: the reason of an outcome that says rejected or dropped; None for others."""
    found = Outcome.parse(text)
    return found.reason if found is not None and found.kind in (Kind.REJECTED, Kind.DROPPED) else None
