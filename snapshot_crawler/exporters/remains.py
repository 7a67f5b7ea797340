"""An output file after a run: is it whole, and how is it cut? One class for each form in which exporters write.

frontier/recovery.py asks at the start of a run; feed.py registers the forms. Files of single items (pickle, compressed
members) are only appended to; recovery.AppendedFile serves them.
"""

from __future__ import annotations

import base64
import contextlib
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from snapshot_crawler.exceptions import StateError
from snapshot_crawler.frontier.output import Form
from snapshot_crawler.frontier.recovery import ITEMS, LINES, AppendedFile
from snapshot_crawler.pages.files import GZIP

EMPTY = "was_empty"  # in the note of an output: nothing stood in the file before the job's first commit
DOCUMENT, ARCHIVE = "document", "archive"
LOOK_BACK = 65_536  # bytes read at once in search of a line's end; by choice: some articles


class Lines(AppendedFile):
    """JSON Lines and CSV: a commit is whole when a line ends at its length."""

    def __init__(self, path: Path, note: Mapping[str, Any]) -> None:
        super().__init__(path, note)
        self.was_empty = EMPTY in note

    def holds(self, length: int) -> bool:
        """See Remains."""
        return length == 0 or (length <= self.size and continues_with(self.path, length - 1, b"\n"))

    def cut(self, file: IO[bytes], length: int | None) -> None:
        """See Remains. Lines from before the job stay, up to the last whole one."""
        if length is None and not self.was_empty:
            length = self._last_line_end()
        file.truncate(length or 0)

    def _last_line_end(self) -> int:
        end = self.size
        with self.path.open("rb") as file:
            while end > 0:
                begin = max(0, end - LOOK_BACK)
                file.seek(begin)
                if (place := file.read(end - begin).rfind(b"\n")) >= 0:
                    return begin + place + 1
                end = begin
        return 0


class Document(AppendedFile):
    """JSON and XML: items between a header and a footer. The footer is no part of the committed length."""

    def __init__(self, path: Path, note: Mapping[str, Any]) -> None:
        super().__init__(path, note)
        self.header, self.footer = (base64.b64decode(note.get(name, "")) for name in ("header", "footer"))

    def is_as_left(self, length: int, *, stopped_cleanly: bool, is_wanted: bool) -> bool:
        """See Remains."""
        whole_size = length + len(self.footer) if length else len(self.header) + len(self.footer)
        if self.size == whole_size:
            return True
        if not stopped_cleanly or self.size < whole_size:
            return False
        is_ours = not self.footer or continues_with(self.path, length, self.footer)
        if not is_ours and is_wanted:
            raise StateError(
                f"the output {self.path} was rewritten by another program and cannot be continued. Move it "
                "away, or write to another file; -a full=1 brings every article there once more."
            )
        return not is_ours  # another program's: left alone

    def cut(self, file: IO[bytes], length: int | None) -> None:
        """See Remains. The footer is written again."""
        super().cut(file, length)
        file.write(self.footer if length else self.header + self.footer)


class ArchivedPages(AppendedFile):
    """A file of the archive: a commit is whole where a gzip member ends at its length, and can be unpacked."""

    def holds(self, length: int) -> bool:
        """See Remains."""
        return length == 0 or (length <= self.size and ends_with_member(self.path, length))


FORMS: dict[str, Form] = {LINES: Lines, ITEMS: AppendedFile, DOCUMENT: Document}


def frame_note(header: bytes, footer: bytes) -> dict[str, str]:
    """The header and footer for Ledger.note: a later run needs them to close the document again."""
    return {"header": base64.b64encode(header).decode(), "footer": base64.b64encode(footer).decode()}


def ends_with_member(path: Path, end: int) -> bool:
    """Whether a whole gzip member ends at that place. The last one of a commit is a request: some hundred bytes."""
    with path.open("rb") as file:
        for length in (LOOK_BACK // 16, LOOK_BACK, end):  # by choice: a line mostly ends near
            begin = max(0, end - length)
            file.seek(begin)
            data = file.read(end - begin)
            place = data.rfind(GZIP)
            while place >= 0:
                member = zlib.decompressobj(31)
                with contextlib.suppress(zlib.error):
                    member.decompress(data[place:])
                    if member.eof and not member.unused_data:
                        return True
                place = data.rfind(GZIP, 0, place)
            if not begin:
                break
    return False


def continues_with(path: Path, place: int, data: bytes) -> bool:
    """Whether these bytes stand at that place of a file."""
    with path.open("rb") as file:
        file.seek(place)
        return file.read(len(data)) == data
