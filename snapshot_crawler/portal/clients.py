"""Who asks, and under which address we are known: what proxies and browsers say of it, believed only where it can be.

X-Forwarded-For is read from its end: each proxy adds whom it heard from. The first address that is not one of the
trusted proxies is the client; what stands before it anybody may have written.
"""

from __future__ import annotations

import ipaddress
import re

from starlette.requests import Request

from snapshot_crawler.portal.configuration import Configuration

IPV6_CLIENT_BITS = 64  # of an address that tell clients apart: one household or server has a /64 (RFC 6177)
MOST_PROXIES = 20  # addresses of one header that are looked at
HOST = re.compile(r"(?P<name>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]{1,253})(?P<port>:\d{1,5})?")
LOCAL_NAMES = frozenset({"localhost"})
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def client_of(request: Request, configuration: Configuration) -> str | None:
    """A name for who asks, to count requests by; None for this machine, and for a trusted proxy that names nobody."""
    peer = _address(request.client.host if request.client else "")
    if peer is None:
        return None if request.client is None else request.client.host
    if not _is_trusted(peer, configuration):
        return _named(peer)
    chain = ",".join(request.headers.getlist("x-forwarded-for")).split(",")
    for text in reversed(chain[-MOST_PROXIES:]):
        address = _address(text.strip())
        if address is None:
            break
        if not _is_trusted(address, configuration):
            return _named(address)
    return None


def is_https(request: Request, configuration: Configuration) -> bool:
    """Whether the reader's browser speaks https, as the operator or a trusted proxy says."""
    if configuration.url:
        return configuration.url.startswith("https:")
    peer = _address(request.client.host if request.client else "")
    is_told = peer is not None and _is_trusted(peer, configuration)
    return request.scope["scheme"] == "https" or (is_told and request.headers.get("x-forwarded-proto") == "https")


def origin_of(request: Request, configuration: Configuration) -> str:
    """Scheme and host for canonical addresses and sitemaps: PORTAL_URL; without it the request's Host, but only where
    it is the address that we listen on or this machine. Another name may be anybody's invention."""
    if configuration.url:
        return configuration.url
    scheme = "https" if is_https(request, configuration) else "http"
    server = request.scope.get("server") or ("127.0.0.1", None)
    found = HOST.fullmatch(request.headers.get("host", ""))
    if found is not None:
        name = found["name"].strip("[]").lower()
        address = _address(name)
        is_own = name in LOCAL_NAMES or (address is not None and (address.is_loopback or name == server[0]))
        if is_own:
            return f"{scheme}://{found[0].lower()}"
    host = f"[{server[0]}]" if ":" in str(server[0]) else str(server[0])
    return f"{scheme}://{host}" + (f":{server[1]}" if server[1] not in (None, 80, 443) else "")


def _address(text: str) -> Address | None:
    host = text.partition("]")[0].strip("[") if text.startswith("[") else text
    if host.count(":") == 1:  # 192.0.2.1:5123, as some proxies write it
        host = host.partition(":")[0]
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _is_trusted(address: Address, configuration: Configuration) -> bool:
    return any(address.version == network.version and address in network for network in configuration.trusted_proxies)


def _named(address: Address) -> str:
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network(f"{address}/{IPV6_CLIENT_BITS}", strict=False))
