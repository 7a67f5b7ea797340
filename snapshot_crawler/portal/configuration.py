"""The portal's settings (PORTAL_*), read and checked once, before anything listens."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from snapshot_crawler.exceptions import ConfigurationError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Configuration:
    """What the operator has chosen."""

    name: str = ""  # of the site; empty: a name in the reader's language
    url: str = ""  # the public address, https://news.example, without a slash at its end; empty: as the request came
    requests_per_minute: int = 300  # of one client; 0: unbounded
    trusted_proxies: tuple[Network, ...] = ()  # whose X-Forwarded-For is believed
    feed_text: str = "summary"  # of an article in feeds: "summary" or "full"
    subscriptions_max: int = 10_000  # 0: none can be made
    subscriptions_per_hour: int = 200  # made, and mails that ask for a confirmation; 0: none

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Configuration:
        """given: the settings, those that are there. Raises ConfigurationError for a value that cannot be."""
        return cls(
            name=str(given.get("PORTAL_NAME") or "").strip(),
            url=_origin(str(given.get("PORTAL_URL") or "").strip()),
            requests_per_minute=_whole(given, "PORTAL_REQUESTS_PER_MINUTE", 300),
            trusted_proxies=_networks(given.get("PORTAL_TRUSTED_PROXIES", "127.0.0.1,::1")),
            subscriptions_max=_whole(given, "PORTAL_SUBSCRIPTIONS_MAX", 10_000),
            subscriptions_per_hour=_whole(given, "PORTAL_SUBSCRIPTIONS_PER_HOUR", 200),
            feed_text=_one_of(given, "PORTAL_FEED_TEXT", ("summary", "full")),
        )


def _origin(text: str) -> str:
    """A scheme with a host and nothing behind it."""
    if not text:
        return ""
    try:
        split = urlsplit(text)
        is_origin = split.scheme in ("http", "https") and bool(split.hostname) and split.port != 0
    except ValueError:
        is_origin = False
    if not is_origin or split.path not in ("", "/") or split.query or split.fragment or "@" in split.netloc:
        raise ConfigurationError(
            f"PORTAL_URL is {text!r}; it takes scheme and host alone, such as https://news.example"
        )
    return f"{split.scheme}://{split.netloc.lower()}"


def _one_of(settings: Mapping[str, Any], name: str, words: tuple[str, ...]) -> str:
    """One of these words; the first one is the usual one."""
    value = settings.get(name) or words[0]
    if value not in words:
        raise ConfigurationError(f"{name} is {value!r}; it takes {' or '.join(words)}")
    return str(value)


def _whole(given: Mapping[str, Any], name: str, usual: int) -> int:
    value = given.get(name, usual)
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        number = -1
    if number < 0:
        raise ConfigurationError(f"{name} is {value!r}; it takes a whole number of 0 or more, such as {usual}")
    return number


def _networks(value: Any) -> tuple[Network, ...]:
    """Addresses and networks, with commas."""
    parts = value.split(",") if isinstance(value, str) else list(value or ())
    found = []
    for part in map(str.strip, map(str, parts)):
        try:
            if part:
                found.append(ipaddress.ip_network(part, strict=False))
        except ValueError:
            raise ConfigurationError(
                f"PORTAL_TRUSTED_PROXIES has {part!r}; it takes addresses and networks with commas, such as 10.0.0.0/8"
            ) from None
    return tuple(found)
