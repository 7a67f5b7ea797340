"""Which addresses may be contacted: the resolved addresses of a host go in; those that may be connected to come out.

The download handler asks the guard before every connection, and connects to nothing else. So redirects, meta refresh,
robots.txt, retries, odd spellings of addresses and names that change their answer need no rule of their own.

Allowed are addresses that are globally routable, and those that PRIVATE_NETWORKS_ALLOWED opens: a list (or text with
commas) of
    10.1.2.3:8080  [fd00::1]:8080   one port of one address
    10.1.2.3  fd00::1  10.0.0.0/8   every port of an address or a network
    news.internal:8080              one port of whatever the name resolves to
A name with a public and a forbidden address is refused as a whole. No honest name has both, and the network would
decide which one is used. Beside an address that the setting opens, a forbidden one is only left out: localhost is
127.0.0.1 and ::1, and the operator may have opened one of the two.

Stats: addresses/refused (connections that were not made).
"""

from __future__ import annotations

import ipaddress
import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scrapy.exceptions import IgnoreRequest

from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.meta import ROBOTS_TXT
from snapshot_crawler.signals import page_rejected
from snapshot_crawler.urls import host as host_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scrapy import Request
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
HOSTS_NAMED_IN_LOG = 1_000  # by choice: a log of a hostile site stays readable
NAME = re.compile(r"(?=.*[a-z])[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?", re.IGNORECASE)
PORT = re.compile(r"\d{1,5}")

# What the IANA special-purpose registries (RFC 6890) call not globally reachable, and multicast. Not
# ipaddress.is_global: it differs between versions of Python, and says yes to multicast.
SHUT_V4 = [
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
    )
]
OPEN_V6 = ipaddress.IPv6Network("2000::/3")  # RFC 4291, 2.4, and IANA: all global unicast that was ever assigned
SHUT_V6 = [
    ipaddress.IPv6Network(network)
    for network in (
        "2001::/23",  # Teredo, ORCHID, benchmarking
        "2001:db8::/32",
        "2002::/16",  # 6to4: leads to the IPv4 address inside it
        "3fff::/20",
    )
]
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # leads to the IPv4 address inside it; on some networks the only way out


class ForbiddenAddressError(IgnoreRequest):
    """A host whose address may not be contacted. Raised by the guard; the request is not tried again."""


@dataclass(slots=True, frozen=True)
class Opening:
    """One entry of PRIVATE_NETWORKS_ALLOWED: a network or a name, and the port, None for every port."""

    network: Network | None
    name: str | None
    port: int | None

    def opens(self, host: str, port: int, address: Address) -> bool:
        """Whether this entry allows a connection to address, found for host."""
        if self.port not in (None, port):
            return False
        if self.name is not None:
            return self.name == host
        return self.network is not None and address.version == self.network.version and address in self.network


class AddressGuard:
    """A downloader middleware that reports refusals; the download handler asks it at every connection."""

    def __init__(self, openings: Sequence[Opening], crawler: Crawler | None = None) -> None:
        self.openings = openings
        self.crawler = crawler
        self._named: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> AddressGuard:
        return cls(parse_openings(crawler.settings.getlist("PRIVATE_NETWORKS_ALLOWED")), crawler)

    def judge(self, host: str, port: int, addresses: Sequence[str]) -> list[str]:
        """The addresses of host to connect to, in their order. Raises ForbiddenAddressError when none may be."""
        host = host.lower().rstrip(".")
        verdicts = {text: self._verdict(host, port, text) for text in addresses}
        shut = [text for text, verdict in verdicts.items() if verdict == "shut"]
        is_mixed = bool(shut) and "public" in verdicts.values()
        if is_mixed or len(shut) == len(verdicts):
            beside = " beside a public one" if is_mixed else ""
            raise ForbiddenAddressError(f"{host}:{port} is at {', '.join(shut[:4])}{beside}, which is not public")
        return [text for text in addresses if verdicts[text] != "shut"]

    def _verdict(self, host: str, port: int, text: str) -> str:
        """public, open (by the setting) or shut."""
        try:
            address = plain(ipaddress.ip_address(text))
        except ValueError:
            return "shut"
        if is_public(address):
            return "public"
        return "open" if any(opening.opens(host, port, address) for opening in self.openings) else "shut"

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Count a refusal, tell the other rooms, and write one line for each host."""
        if not isinstance(exception, ForbiddenAddressError) or self.crawler is None:
            return
        assert self.crawler.stats is not None
        self.crawler.stats.inc_value("addresses/refused")
        host = host_of(request.url)
        if host not in self._named and len(self._named) < HOSTS_NAMED_IN_LOG:
            self._named.add(host)
            logger.warning("Not contacted: %s. PRIVATE_NETWORKS_ALLOWED can open it", exception)
        if not request.meta.get(ROBOTS_TXT):
            self.crawler.signals.send_catch_log(
                page_rejected, request=request, reason="address", detail=str(exception), spider=self.crawler.spider
            )


def plain(address: Address) -> Address:
    """The address that is really reached: the IPv4 address inside a mapped or NAT64 one."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def is_public(address: Address) -> bool:
    """Whether address (as plain() gives it) is globally routable unicast."""
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in SHUT_V4)
    return address in OPEN_V6 and not any(address in network for network in SHUT_V6)


def parse_openings(entries: Iterable[object]) -> list[Opening]:
    """The entries of PRIVATE_NETWORKS_ALLOWED. Raises ConfigurationError for one that means nothing."""
    return [parse_opening(entry) for value in entries if (entry := str(value).strip())]


def parse_opening(entry: str) -> Opening:
    """One entry; see the module's first lines for its forms."""
    network = network_of(entry.removeprefix("[").removesuffix("]") if entry.endswith("]") else entry)
    if network is not None:
        return Opening(network, None, None)
    host, _, port = entry.rpartition(":")
    if PORT.fullmatch(port) and 0 < int(port) < 65536:  # the ports of TCP
        bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
        network = network_of(bare) if ":" not in bare or bare != host else None
        if network is not None:
            return Opening(network, None, int(port))
        if NAME.fullmatch(host):
            return Opening(None, host.lower().rstrip("."), int(port))
    raise ConfigurationError(
        f"PRIVATE_NETWORKS_ALLOWED has {entry!r}, which is none of: address, network, address:port, "
        "[IPv6 address]:port, name:port. Example: 10.1.2.3:8080"
    )


def network_of(text: str) -> Network | None:
    """The network that text is (an address is a network of one); None when it is none."""
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
    inside = getattr(network.network_address, "ipv4_mapped", None)
    if inside is not None and network.prefixlen >= 96:  # IPv4 lies in the last 32 bits of an IPv6 address
        return ipaddress.ip_network(f"{inside}/{network.prefixlen - 96}", strict=False)
    return network
