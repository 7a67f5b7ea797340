"""What stands in the addresses of a subscription: a secret for its owner, and two narrower ones for its messages.

The owner's token is 256 random bits, and only its hash is stored: who reads the database, or a copy of it, cannot open
a subscription. A message needs links that confirm and stop notices, and is written when nobody has the token. So these
links have a code of their own, made from a key that lies in the database, the subscription's number and the address to
which the message goes. Such a code opens nothing, and is good as long as notices go to this address.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets

TOKEN_BYTES = 32
FORM = re.compile(r"[A-Za-z0-9_-]{43}")  # 32 bytes in base 64 without padding (RFC 4648, 5)
STOP, CONFIRM, SIGN = "stop", "confirm", "sign"  # what a code is for


def new_token() -> str:
    """A secret that nobody guesses."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def new_key() -> bytes:
    """A key for codes."""
    return secrets.token_bytes(TOKEN_BYTES)


def hash_of(token: str) -> bytes | None:
    """What is stored of a token; None for what is none. No salt: the token is random as a whole."""
    return hashlib.sha256(token.encode()).digest() if FORM.fullmatch(token) else None


def code_of(key: bytes, purpose: str, number: int, address: str) -> str:
    """The code of a link. number: of the subscription; address: to which the message with the link goes."""
    text = f"{purpose}:{number}:{address}".encode()
    return base64.urlsafe_b64encode(hmac.digest(key, text, "sha256")).decode().rstrip("=")


def is_code(key: bytes, purpose: str, number: int, address: str, code: str) -> bool:
    """Whether a link's code is the right one."""
    return hmac.compare_digest(code_of(key, purpose, number, address).encode(), code.encode("utf-8", "replace"))
