"""The setting DATABASE_URL: an address as PostgreSQL's own programs take it, and how it may be shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from snapshot_crawler.exceptions import ConfigurationError

SETTING = "DATABASE_URL"
SCHEMES = ("postgresql://", "postgres://")


def database_url(settings: Mapping[str, Any]) -> str | None:
    """The address of the shared database; None where everything is embedded. Raises ConfigurationError."""
    address = str(settings.get(SETTING) or "").strip()
    if not address:
        return None
    if not address.startswith(SCHEMES):
        raise ConfigurationError(
            f"{SETTING} is {address.partition('://')[0]!r}; it takes an address such as postgresql://user@host:5432/name"
        )
    return address


def without_password(address: str) -> str:
    """An address as it may be written down, in a log, a report or an error."""
    if not address.startswith(SCHEMES):
        return address
    hidden = re.sub(r"(//[^/@:]*):[^?]*@", r"\1@", address)
    return re.sub(r"([?&])password=[^&]*&?", r"\1", hidden).rstrip("?&")
