"""Which question this answers about an address: which other addresses are the same page? Text in, its one spelling out.

The normalised URL is what the frontier stores, identity() what makes two addresses one, article_id() the 40 hex digits
of a record, same_site() whether two addresses belong together.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from snapshot_crawler.address_parts import SESSION_IN_PATH, TRACKING, WHERE_FROM
from snapshot_crawler.public_suffixes import is_public_suffix

KEPT = 20_000  # answers of each kind kept in memory, by choice: 8 MB each at most, of addresses of usual length
LONGEST_PLAIN = 1_000  # characters of an address that is read by pattern; a host's name has 253 at most
LONGEST_URL = 2_083  # characters; Scrapy's URLLENGTH_LIMIT, and as much as old browsers took
SNAPSHOT_NAME = re.compile(r"/detail/([0-9a-f]{40})\.html?$", re.IGNORECASE)
STRAY = re.compile(r"[\t\r\n\x00]")
EDGES = "".join(map(chr, range(33))) + "\u3000\xa0\u200b\ufeff"
DEFAULT_PORTS = {"http": 80, "https": 443}
ESCAPE = re.compile(r"%([0-9a-fA-F]{2})")
UNSAFE = re.compile(r"[^!$&'()*+,\-./0-9:;=@A-Z_a-z~%?\[\]|^]")  # to be escaped in path and query
BARE_PERCENT = re.compile(r"%(?![0-9a-fA-F]{2})")
UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
IP_ADDRESS = re.compile(r"^[\d.]+$|:")

# Addresses that are in their one spelling already, and paths that need nothing but a site before them: nine links
# of ten. Reading them by pattern costs a tenth of taking them apart.
# What identity() cannot leave as it is: all but ASCII, controls, space and ?#[]. One set, and no \w in the next: sets
# with alternatives or classes are read four times as slowly (1.4 us for each link).
LOOKED_INTO = re.compile(r"""[^!-"$->@-Z\\^-\x7f]""")
PLAIN_PATH = re.compile(r"/[A-Za-z0-9_./~-]*")
PLAIN_ORIGIN = re.compile(r"https?://([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?::(?!80/|443/|0)(?:\d{2,4}|[1-5]\d{4}))?(?=/)")


def normalise(url: str, base: str | None = None) -> str | None:
    """The one spelling of an address; None when it is no usable http(s) address. Never raises.

    base is the address of the page that held the link. Fragment, user name, default port, tracking parameters and
    session ids go; scheme and host become lower case, a host in Unicode its IDNA form; escapes are capital, and only
    where they are needed (RFC 3986, 6.2). The order of parameters stays, because servers may mind it.
    """
    if len(url) >= LONGEST_PLAIN:  # few are, and a hostile page's may have megabytes: nothing is kept of them
        return _normalise.__wrapped__(url, base)
    if base is not None and url[:1] == "/" and (origin := _origin(base)) and (found := _plain_path(origin, url)):
        return found
    return url if _is_plain(url) else _normalise(url, base)


# The pages of a site have most of their links in common: a look into these takes a third of the patterns' time.
@lru_cache(maxsize=KEPT)
def _plain_path(origin: str, path: str) -> str | None:
    """A path on a host as an address; None where it must be taken apart."""
    is_plain = _may_be_plain(path) and path[:2] != "//" and PLAIN_PATH.fullmatch(path)
    return origin + path if is_plain else None


@lru_cache(maxsize=KEPT)
def _is_plain(url: str) -> bool:
    """Whether an absolute address is in its one spelling already."""
    found = PLAIN_ORIGIN.match(url) if _may_be_plain(url) else None
    return found is not None and PLAIN_PATH.fullmatch(url, found.end()) is not None


def _may_be_plain(url: str) -> bool:
    return "/." not in url and "//" not in url[8:]


@lru_cache(maxsize=1_000)
def _origin(base: str) -> str | None:
    """What a path on the same host as base stands behind."""
    if found := PLAIN_ORIGIN.match(base):
        return found[0]
    whole = _normalise("/", base)
    return whole[:-1] if whole else None


@lru_cache(maxsize=KEPT)
def _normalise(url: str, base: str | None) -> str | None:
    """See normalise."""
    text = STRAY.sub("", url.strip(EDGES))
    try:
        split = urlsplit(urljoin(base, text) if base else text)
        scheme, port, name = split.scheme.lower(), split.port, split.hostname
    except ValueError:
        return None
    if scheme not in DEFAULT_PORTS or not name or (name := _host(name)) is None:
        return None
    path = SESSION_IN_PATH.sub("", split.path.replace("\\", "/")) or "/"
    if "/." in path:
        path = _without_dots(path)
    query = "&".join(pair for pair in split.query.split("&") if pair and not _is_tracking(pair))
    netloc = f"[{name}]" if ":" in name else name
    if port is not None and port != DEFAULT_PORTS[scheme]:
        netloc += f":{port}"
    whole = f"{scheme}://{netloc}{_escaped(path)}" + (f"?{_escaped(query)}" if query else "")
    return whole if len(whole) <= LONGEST_URL else None


def _host(name: str) -> str | None:
    """A host's name in lower case and ASCII; None when it can be none."""
    name = name.rstrip(".").lower()
    if not name.isascii():
        import idna  # only here: few hosts need it, and every command imports this module

        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return None
    return name if name and not re.search(r"[\s<>\"{}|\\^`%/?#@]", name) else None


def _without_dots(path: str) -> str:
    """RFC 3986, 5.2.4."""
    kept: list[str] = []
    segments = path.split("/")
    for position, segment in enumerate(segments):
        is_last = position == len(segments) - 1
        if segment == "..":
            if len(kept) > 1:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
            continue
        if is_last:
            kept.append("")
    return "/".join(kept) or "/"


def _is_tracking(pair: str) -> bool:
    return bool(TRACKING.match(pair.partition("=")[0]) or WHERE_FROM.match(pair))


def _escaped(text: str) -> str:
    """Escapes made capital, needless ones undone, missing ones made; the bytes of other charsets stay as they are."""
    if "%" in text:
        text = ESCAPE.sub(_escape, BARE_PERCENT.sub("%25", text))
    return UNSAFE.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "replace")), text)


def _escape(found: re.Match[str]) -> str:
    character = chr(int(found[1], 16))
    return character if character in UNRESERVED else f"%{found[1].upper()}"


def normalised(url: str) -> str:
    """The one spelling of an address, or the address itself where it is none that can be used."""
    return normalise(url) or url


def identity_of(url: str) -> str:
    """identity() of an address in whatever spelling it is given."""
    return identity(normalised(url))


@lru_cache(maxsize=KEPT)
def identity(url: str) -> str:
    """What makes a normalised address the same as another: scheme, www. and the order of parameters do not count."""
    begin = 7 if url.startswith("http://") else 8 if url.startswith("https://") else 0
    if not begin or LOOKED_INTO.search(url, begin):
        return _identity(url)
    if url.startswith("www.", begin):
        begin += 4
    return url if begin == 7 else f"http://{url[begin:]}"


def _identity(url: str) -> str:
    """See identity."""
    split = urlsplit(url)
    query = "&".join(sorted(split.query.split("&")))
    return f"http://{split.netloc.removeprefix('www.')}{split.path}" + (f"?{query}" if query else "")


def article_id(url: str) -> str:
    """The id of the article at a normalised address: the 40 hex digits of a snapshot page's name, else the SHA-1 of
    the address's identity."""
    name = SNAPSHOT_NAME.search(url)
    return name[1].lower() if name else hashlib.sha1(identity(url).encode(), usedforsecurity=False).hexdigest()


@lru_cache(maxsize=KEPT)
def host(url: str) -> str:
    """The host of an address in lower case, without port and userinfo; '' when there is none."""
    if found := PLAIN_ORIGIN.match(url):
        return found[1]
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


@lru_cache(maxsize=KEPT)
def origin(url: str) -> str:
    """Scheme, host and port of an address, without userinfo."""
    split = urlsplit(url)
    return f"{split.scheme}://{split.netloc.rpartition('@')[2].lower()}"


def before_path(url: str) -> str:
    """What stands before an address's path: the same text is the same scheme, host and port. Cheaper than origin()."""
    end = url.find("/", url.find("//") + 2)
    return url if end < 0 else url[:end]


@lru_cache(maxsize=KEPT)
def _place(url: str) -> tuple[str, int | None]:
    """Host and port of an address, the port None where it is the usual one of either scheme."""
    try:
        split = urlsplit(url)
        port = split.port
    except ValueError:
        return "", None
    return (split.hostname or "").rstrip("."), None if port in (80, 443) else port


@lru_cache(maxsize=1_000)
def _own_origin(url: str) -> str | None:
    """What the addresses of the same host begin with, where that can be told by pattern."""
    found = PLAIN_ORIGIN.match(url)
    return f"{found[0]}/" if found else None


def same_site(url: str, other: str) -> bool:
    """Whether url is on the site of other: the same host, with or without www., or a subdomain of it, on a web
    server's usual port or other's own. A public suffix such as com.cn is no site."""
    if (own := _own_origin(other)) is not None and url.startswith(own):
        return True
    (one, port), (site, site_port) = _place(url), _place(other)
    if port is not None and port != site_port:
        return False
    one, site = one.removeprefix("www."), site.removeprefix("www.")
    if one == site:
        return bool(site)
    return bool(site) and one.endswith("." + site) and not IP_ADDRESS.search(site) and _is_registered(site)


def _is_registered(name: str) -> bool:
    """Whether a host can be somebody's own: not when all of it is a public suffix."""
    return "." not in name or not is_public_suffix(name)
