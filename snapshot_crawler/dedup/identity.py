"""Ids and hashes as the index stores them: forty hex digits become twenty bytes, any text a 32-bit key."""

from __future__ import annotations

import re

import xxhash

HEX = re.compile(r"(?:[0-9a-f]{2}){8,32}")


def pack_id(text: str) -> bytes | str:
    """An id as stored: bytes for lower-case hex digits, else the text itself."""
    return bytes.fromhex(text) if HEX.fullmatch(text) else text


def unpack_id(stored: bytes | str) -> str:
    """The id that was packed."""
    return stored.hex() if isinstance(stored, bytes) else stored


def signed(value: int) -> int:
    """The low 32 bits as a signed number: SQLite keeps these in four bytes."""
    return (value & 0xFFFFFFFF) - ((value & 0x80000000) << 1)


def signed_hash(text: str) -> int:
    """The key of an id or an address."""
    return signed(xxhash.xxh64_intdigest(text.encode("utf-8", "surrogatepass")))
