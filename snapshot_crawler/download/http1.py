"""A parser for one HTTP/1 response: bytes go in as they come; the head, and the body without its framing, come out.

connection.py feeds it. It does no I/O. It accepts what browsers accept: bad header lines, raw GBK or UTF-8 in values,
lone line feeds, odd versions, a doubled Content-Length. It is strict about the end of the body: a part of a page must
not pass for the page. Everything that it keeps has a bound.
"""

from __future__ import annotations

import re

HEAD_BYTES = 256 * 1024  # of all heads of a response, 1xx included; by choice, about what browsers take
FIELDS_KEPT = 500  # by choice; more are dropped, but for FIELDS_NEEDED
FIELDS_NEEDED = frozenset({b"content-type", b"content-encoding", b"content-length", b"transfer-encoding", b"location"})
FOLDED_BYTES = 16 * 1024  # by choice: of a value that goes on over several lines
FRAMING_BYTES = 2 * 1024 * 1024  # of chunk sizes and trailers, by choice: a body in tiny chunks costs CPU time
CHUNK_LINE_BYTES = 4096  # by choice: of one chunk-size or trailer line

END_OF_HEAD = re.compile(rb"\n\r?\n")
STATUS_LINE = re.compile(rb"HTTP/(\d)(?:\.(\d+))?[ \t]+(\d{3})(?!\d)", re.IGNORECASE)
FIELD_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,15})[ \t]*(?:;.*)?")
DIGITS = re.compile(rb"\d{1,100}")


class MalformedResponseError(Exception):
    """No HTTP response, or one whose end cannot be known."""


class IncompleteResponseError(Exception):
    """The connection ended before the body did, or more came than Content-Length said."""


class OversizedResponseError(Exception):
    """A head or the framing of a body is over its bound."""


class ResponseParser:
    """The parser of one response.

    status, version, head and headers hold once has_head; rest (bytes after the response) once is_complete.
    head: as it came, without the line break and the empty line at its end.
    headers: (name, value) in their order, as sent. length: of the body by Content-Length; None when not said.
    """

    __slots__ = (
        "_buffer",
        "_framing",
        "_head_bytes",
        "_left",
        "_method",
        "_read",
        "has_head",
        "head",
        "headers",
        "is_complete",
        "length",
        "must_close",
        "rest",
        "status",
        "version",
    )

    def __init__(self, method: str = "GET") -> None:
        self._method = method
        self._buffer = bytearray()
        self._head_bytes = 0
        self._framing = 0
        self._left = 0
        self._read = self._read_head
        self.has_head = self.is_complete = self.must_close = False
        self.head = b""
        self.headers: list[tuple[bytes, bytes]] = []
        self.length: int | None = None
        self.status = 0
        self.version = (1, 1)
        self.rest = b""

    def feed(self, data: bytes) -> bytes:
        """The bytes of the body that data holds. Raises MalformedResponseError and OversizedResponseError."""
        return self._read(data)

    def end(self) -> None:
        """The connection was closed. Raises MalformedResponseError or IncompleteResponseError if that was too early."""
        if self.is_complete:
            return
        if not self.has_head:
            raise MalformedResponseError("the connection was closed before the head was complete")
        if self._read != self._read_until_close:
            raise IncompleteResponseError("the connection was closed before the body was complete")
        self.is_complete = self.must_close = True

    # --- The head
    def _read_head(self, data: bytes) -> bytes:
        searched = max(0, len(self._buffer) - 2)
        self._buffer += data  # a bytearray: a head that comes byte by byte must not be copied for each of them
        while True:
            if not searched:
                size = len(self._buffer)
                self._buffer = self._buffer.lstrip(b"\r\n")
                self._head_bytes += size - len(self._buffer)
            if len(self._buffer) >= 5 and self._buffer[:5].upper() != b"HTTP/":
                raise MalformedResponseError(f"no HTTP response: {bytes(self._buffer[:20])!r}")
            end = END_OF_HEAD.search(self._buffer, searched)
            self._check_head_bytes(end.end() if end else len(self._buffer))
            if end is None:
                return b""
            head, self._buffer = bytes(self._buffer[: end.start()]), self._buffer[end.end() :]
            self._head_bytes += end.end()
            self._parse_head(head)
            if self.status >= 200:
                break
            if self.status == 101:
                raise MalformedResponseError("101 without an upgrade that was asked for")
            searched = 0
        rest, self._buffer = bytes(self._buffer), bytearray()
        self._choose_framing()
        return self._read(rest)

    def _check_head_bytes(self, size: int) -> None:
        if self._head_bytes + size > HEAD_BYTES:
            raise OversizedResponseError(f"headers of more than {HEAD_BYTES} bytes")

    def _parse_head(self, head: bytes) -> None:
        self.head = head
        first, *lines = head.split(b"\n")
        status = STATUS_LINE.match(first)
        if status is None:
            raise MalformedResponseError(f"no status line: {first[:60]!r}")
        self.version = (int(status[1]), int(status[2] or 0))
        self.status = int(status[3])
        headers = self.headers = list[tuple[bytes, bytes]]()
        for line in lines:
            line = line.rstrip(b"\r")
            if line[:1] in (b" ", b"\t"):
                if headers and len(headers[-1][1]) < FOLDED_BYTES:  # the value of the last field goes on
                    name, value = headers[-1]
                    headers[-1] = (name, value + b" " + line.strip())
                continue
            name, colon, value = line.partition(b":")
            name = name.rstrip()
            if not colon or not FIELD_NAME.fullmatch(name):
                continue  # browsers skip such a line too
            if len(headers) >= FIELDS_KEPT and name.lower() not in FIELDS_NEEDED:
                continue
            headers.append((name, value.strip().translate(None, b"\0\r")))

    def _choose_framing(self) -> None:
        """RFC 9112, 6.3: how the end of the body is known."""
        self.has_head = True
        fields: dict[bytes, list[bytes]] = {}
        for name, value in self.headers:
            fields.setdefault(name.lower(), []).append(value)
        tokens = b",".join(fields.get(b"connection", [])).lower()
        self.must_close = b"close" in tokens or (self.version < (1, 1) and b"keep-alive" not in tokens)
        coding = b",".join(fields.get(b"transfer-encoding", [])).lower()
        lengths = {part.strip() for value in fields.get(b"content-length", []) for part in value.split(b",")} - {b""}
        if self._method == "HEAD" or self.status in (204, 304):
            self._read = self._read_nothing
        elif b"chunked" in coding:
            self._read = self._read_chunk_size
        elif len(lengths) > 1:
            raise MalformedResponseError(f"lengths that contradict each other: {sorted(lengths)[:3]}")
        elif lengths and DIGITS.fullmatch(said := lengths.pop()):
            self.length = self._left = int(said)
            self._read = self._read_length if self._left else self._read_nothing
        else:  # also for a Content-Length that is no number, as browsers do
            self.must_close = True
            self._read = self._read_until_close

    # --- The body, one method for each framing
    def _finish(self, rest: bytes) -> None:
        self.is_complete = True
        self.rest = rest

    def _read_nothing(self, data: bytes) -> bytes:
        self._finish(data)
        return b""

    def _read_until_close(self, data: bytes) -> bytes:
        return data

    def _read_length(self, data: bytes) -> bytes:
        if len(data) < self._left:
            self._left -= len(data)
            return data
        body, rest = data[: self._left], data[self._left :]
        self._left = 0
        self._finish(rest)
        return body

    def _read_chunk_size(self, data: bytes) -> bytes:
        """Bodies in chunks: sizes and data by turns, until a chunk of size 0 and its trailer."""
        data = self._with_kept(data)
        pieces = []
        at = 0
        while True:
            if self._left:  # inside a chunk
                piece = data[at : at + self._left]
                pieces.append(piece)
                at += len(piece)
                self._left -= len(piece)
                if self._left:
                    break
            line_end = data.find(b"\n", at)
            if line_end < 0:
                if len(data) - at > CHUNK_LINE_BYTES:
                    raise OversizedResponseError("a chunk-size line without end")
                break
            line = data[at:line_end].rstrip(b"\r")
            self._count_framing(line_end + 1 - at)
            at = line_end + 1
            if not line:
                continue  # the empty line that ends a chunk
            size = CHUNK_SIZE.fullmatch(line)
            if size is None:
                raise IncompleteResponseError(f"no chunk size: {line[:20]!r}")
            self._left = int(size[1], 16)
            if not self._left:
                self._read = self._read_trailer
                self._read_trailer(data[at:])
                return b"".join(pieces)
        self._buffer += data[at:]
        return b"".join(pieces)

    def _read_trailer(self, data: bytes) -> bytes:
        data = self._with_kept(data)
        at = 0
        while (line_end := data.find(b"\n", at)) >= 0:
            line = data[at:line_end].rstrip(b"\r")
            self._count_framing(line_end + 1 - at)
            at = line_end + 1
            if not line:
                self._finish(data[at:])
                return b""
        if len(data) - at > CHUNK_LINE_BYTES:
            raise OversizedResponseError("a trailer line without end")
        self._buffer += data[at:]
        return b""

    def _with_kept(self, data: bytes) -> bytes:
        """What was kept of an unfinished line, followed by data."""
        if self._buffer:
            data = bytes(self._buffer) + data
            self._buffer.clear()
        return data

    def _count_framing(self, size: int) -> None:
        self._framing += size
        if self._framing > FRAMING_BYTES:
            raise OversizedResponseError("a body in too many small chunks")
