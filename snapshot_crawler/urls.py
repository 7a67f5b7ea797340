"""One identity per address: text in, the normalised URL, its 40-digit id and its site out."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import urljoin, urlsplit

from w3lib.url import canonicalize_url

SNAPSHOT_NAME = re.compile(r"/detail/([0-9a-f]{40})\.html?$", re.IGNORECASE)


TRACKING = re.compile(r"^(?:utm_\w+|spm|from|isappinstalled|gclid|fbclid|share_token)$")  # dropped from queries


def normalise(url: str, base: str | None = None) -> str | None:
    """The one spelling of an address; None when it is no usable http(s) address.

    base is the address of the page that held the link. Fragment, default port, tracking parameters, the case of
    scheme and host and needless percent-encoding go; a host in Unicode becomes its IDNA form.
    """
    try:
        absolute = urljoin(base, url.strip()) if base else url.strip()
        split = urlsplit(canonicalize_url(absolute))
    except ValueError:
        return None
    return split.geturl() if split.scheme in ("http", "https") and split.hostname else None


def article_id(url: str) -> str:
    """The id of the article at a normalised address: the 40 hex digits of a snapshot page's name, else its SHA-1."""
    name = SNAPSHOT_NAME.search(url)
    return name[1].lower() if name else hashlib.sha1(url.encode(), usedforsecurity=False).hexdigest()


def host(url: str) -> str:
    """The host of an address in lower case, without port and userinfo; '' when there is none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def same_site(url: str, other: str) -> bool:
    """Whether url is on the site of other: the same host (with or without www.) or a subdomain of it."""
    one, site = host(url).removeprefix("www."), host(other).removeprefix("www.")
    return bool(site) and (one == site or one.endswith("." + site))
