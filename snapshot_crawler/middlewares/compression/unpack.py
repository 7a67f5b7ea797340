"""Unpacking within a cap: compressed bytes and their codings go in; plain bytes come out, whole or not at all.

compression/middleware.py calls it. Each coding is unpacked piece by piece until the cap is reached, so a compression
bomb costs no more than a page of that size.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Iterator

import brotli

from snapshot_crawler.pages.files import GZIP, ZSTD

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

CODINGS = {b"gzip": "gzip", b"x-gzip": "gzip", b"deflate": "deflate", b"br": "br", b"zstd": "zstd"}
LAYERS = 4  # codings inside each other, by choice: servers that compress twice exist; more is an attack
PIECE_BYTES = 64 * 1024  # by choice: the cap may be passed by one piece
MEMBERS = 1_000  # gzip members or zstd frames of one body, by choice: 8 MiB of empty ones would take a minute
ZSTD_WINDOW_LOG = 23  # RFC 9659: 8 MiB; the library's own bound is 128 MiB


class BrokenCodingError(Exception):
    """Data that is cut, damaged or not in the coding that it claims."""


class TooMuchDataError(Exception):
    """More than the cap comes out, or too many codings are named."""


def codings(headers: list[bytes]) -> list[str]:
    """The codings to undo, the outermost first, of the values of Content-Encoding.

    Names that are no coding ("utf-8", "none", "identity") are left out, as browsers do.
    """
    named = [part.strip().lower() for value in headers for part in value.split(b",")]
    return [CODINGS[name] for name in reversed(named) if name in CODINGS]


def unpack(body: bytes, names: list[str], cap: int, *, is_archive: bool = False) -> bytes:
    """body with its codings undone. cap in bytes, 0 for none.

    gzip inside gzip that only one header names is undone too, unless the page is itself an archive (is_archive).
    Raises BrokenCodingError and TooMuchDataError.
    """
    if len(names) > LAYERS:
        raise TooMuchDataError(f"{len(names)} codings inside each other")
    for name in names:
        body = undo(body, name, cap)
    for _ in range(LAYERS - len(names)):
        if is_archive or not body.startswith(GZIP):
            break
        body = undo(body, "gzip", cap)
    return body


def undo(body: bytes, name: str, cap: int) -> bytes:
    """body without one coding."""
    if not body:
        return body
    if body.startswith(GZIP):  # whatever the header says: no page begins so
        name = "gzip"
    elif body.startswith(ZSTD):
        name = "zstd"
    elif name in ("gzip", "zstd") and body.lstrip()[:1] in (b"<", b"{"):
        return body  # a page that only claims to be compressed
    pieces = []
    size = 0
    try:
        for piece in PIECES[name](body):
            size += len(piece)
            if cap and size > cap:
                raise TooMuchDataError(f"more than {cap} bytes out of {len(body)}")
            pieces.append(piece)
    except (zlib.error, brotli.error, zstd.ZstdError, EOFError, MemoryError) as error:
        raise BrokenCodingError(f"{name}: {error}") from error
    return b"".join(pieces)


def gzip_pieces(body: bytes) -> Iterator[bytes]:
    """One or more gzip members; what follows the last, such as padding, is left out."""
    for _ in range(MEMBERS):
        member = zlib.decompressobj(31)
        yield from zlib_pieces(member, body)
        body = member.unused_data.lstrip(b"\0")
        if not body.startswith(GZIP):
            return
    raise TooMuchDataError(f"more than {MEMBERS} gzip members")


def deflate_pieces(body: bytes) -> Iterator[bytes]:
    """zlib data, or raw deflate, which some servers send instead."""
    is_zlib = len(body) > 1 and body[0] & 0x0F == 8 and (body[0] << 8 | body[1]) % 31 == 0
    return zlib_pieces(zlib.decompressobj(15 if is_zlib else -15), body)


def zlib_pieces(stream: zlib._Decompress, body: bytes) -> Iterator[bytes]:
    """The pieces of one zlib stream. Raises EOFError when it is cut."""
    while not stream.eof:
        piece = stream.decompress(body, PIECE_BYTES)
        body = stream.unconsumed_tail
        if not piece and not body and not stream.eof:
            raise EOFError("the data is cut")
        yield piece


def brotli_pieces(body: bytes) -> Iterator[bytes]:
    """The pieces of one brotli stream. Raises EOFError when it is cut."""
    stream = brotli.Decompressor()
    piece = stream.process(body, output_buffer_limit=PIECE_BYTES)
    while True:
        yield piece
        if stream.is_finished():
            return
        piece = stream.process(b"", output_buffer_limit=PIECE_BYTES)
        if not piece and not stream.is_finished():
            raise EOFError("the data is cut")


def zstd_pieces(body: bytes) -> Iterator[bytes]:
    """The pieces of one or more zstd frames. Raises EOFError when the last is cut."""
    for _ in range(MEMBERS):
        frame = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: ZSTD_WINDOW_LOG})
        while not frame.eof:
            piece = frame.decompress(body, PIECE_BYTES)
            body = b""
            if not piece and not frame.eof and frame.needs_input:
                raise EOFError("the data is cut")
            yield piece
        body = frame.unused_data
        if not body.startswith(ZSTD):
            return
    raise TooMuchDataError(f"more than {MEMBERS} zstd frames")


PIECES: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": gzip_pieces,
    "deflate": deflate_pieces,
    "br": brotli_pieces,
    "zstd": zstd_pieces,
}
