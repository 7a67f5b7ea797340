"""Requests for a take-down, as readers send them: kept as lines of one file that the operator reads.

`scrapy status` tells how many there are, and where. Whoever has dealt with them (`scrapy takedown ID --reason ...`)
deletes the file, or lines of it. Nothing here imports the web server: the command asks this module too.
"""

from __future__ import annotations

import os
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import orjson

from snapshot_crawler.text import clean_text

FILE = Path("portal") / "takedown-requests.jsonl"  # below DATA_DIR
MOST_BYTES = 1_000_000  # of the file: some hundred of the longest requests; by choice
LONGEST_ARTICLE, LONGEST_CONTACT, LONGEST_REASON = 500, 300, 2_000  # characters
IN_ADDRESS = re.compile(r"/(?:detail|archived)/([^/?#]+?)(?:\.html)?(?:[/?#].*)?")


class FullError(Exception):
    """The file has reached its bound, or cannot be written."""


@dataclass(frozen=True, slots=True)
class TakeDownRequest:
    """What somebody has sent. article: an address of this site, or an id."""

    article: str = ""
    contact: str = ""
    reason: str = ""

    def cleaned(self) -> TakeDownRequest:
        """Without control characters, cut to what is kept."""
        return TakeDownRequest(
            clean_text(self.article)[:LONGEST_ARTICLE],
            clean_text(self.contact)[:LONGEST_CONTACT],
            clean_text(self.reason, lines=True)[:LONGEST_REASON],
        )


class Complaints:
    """The requests of one DATA_DIR."""

    def __init__(self, root: Path) -> None:
        self.path = root / FILE

    def keep(self, request: TakeDownRequest) -> None:
        """Add one, durably. Raises FullError."""
        line = orjson.dumps({
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "id": article_id(request.article),
            **asdict(request),
        })  # fmt: skip
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                if os.fstat(file).st_size + len(line) > MOST_BYTES:
                    raise FullError(f"{self.path} has reached {MOST_BYTES:,} bytes: read it, then delete it")
                os.write(file, line + b"\n")
                os.fsync(file)
            finally:
                os.close(file)
        except OSError as error:
            raise FullError(f"{self.path}: {error.strerror or error}") from error

    def waiting(self) -> int:
        """How many there are."""
        try:
            return self.path.read_bytes().count(b"\n")
        except OSError:
            return 0


def article_id(text: str) -> str:
    """The id in an address of an article's page; the text itself where it is none."""
    try:
        path = urlsplit(text).path
    except ValueError:
        return text
    found = IN_ADDRESS.fullmatch(path)
    return found[1] if found else text
