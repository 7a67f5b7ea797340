"""Where a page of the portal is among files: its address in the portal in, a file's name and its address out.

A list is a folder with an index.html, so that any web server finds it. Names of categories and sources become names of
folders. Those that are not safe on every file system get a hash: signs, capitals (some systems take A for a), more
than one way to write a letter, names that are too long or that Windows keeps for itself.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from snapshot_crawler.portal.addresses import with_query
from snapshot_crawler.portal.feeds import FORMS

INDEX = "index.html"
LEFT_OUT = frozenset({"search", "my", "language"})  # first parts of paths that need a server
IN_A_NAME = ("page", "year")  # of a query: they become a folder
WITHOUT_EFFECT = frozenset({"v", "article"})  # of a query: the style's version, what a form is filled in with
LONGEST = 80  # bytes of a name; file systems take 255, and whole paths of 260 on Windows
KEPT_OF_LONG = 40  # bytes of a name before its hash
UNSAFE = re.compile(r"[^\w-]+")
LIKE_A_HASH = re.compile(r"-[0-9a-f]{12}$")
RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com\d|lpt\d)$")  # of Windows


class Place(NamedTuple):
    """file: below the folder, with slashes. address: the path by which a web server gives it, percent-encoded.
    asked: the address by which the portal gives it."""

    file: str
    address: str
    asked: str


def place_of(address: str) -> Place | None:
    """The place of an address of the portal (path, query); None where files cannot answer it."""
    split = urlsplit(address)
    parts = [unquote(part) for part in split.path.strip("/").split("/")]
    query = dict(parse_qsl(split.query, keep_blank_values=True))
    if parts[0] in LEFT_OUT or query.keys() - WITHOUT_EFFECT - set(IN_A_NAME):
        return None
    more = [f"{name}-{safe(query[name])}" for name in IN_A_NAME if name in query]
    names = [*_names(parts), *more] if parts != [""] else more
    path = "/" + "/".join(quote(name, safe="") for name in names)
    asked = with_query(split.path, **{name: value for name, value in query.items() if name in IN_A_NAME})
    if is_file(parts) and not more:
        return Place("/".join(names), path, asked)
    return Place("/".join([*names, INDEX]), path.rstrip("/") + "/", asked)


def is_file(parts: list[str]) -> bool:
    """Whether a path names a file by its ending; a category may well be called news.html."""
    match parts:
        case [name]:
            return "." in name
        case ["detail", name]:
            return name.endswith(".html")
        case ["static", _]:
            return True
        case ["category" | "source", _, form]:
            return form in FORMS
    return False


def _names(parts: list[str]) -> list[str]:
    if not is_file(parts):
        return [safe(part) for part in parts]
    stem, dot, ending = parts[-1].rpartition(".")
    return [*map(safe, parts[:-1]), f"{safe(stem)}{dot}{ending}"]


def safe(name: str) -> str:
    """A name for a file; the name itself where it may be one. Two names never become the same."""
    if (
        name
        and not UNSAFE.search(name)
        and name == unicodedata.normalize("NFC", name).casefold()
        and len(name.encode(errors="replace")) <= LONGEST
        and not LIKE_A_HASH.search(name)
        and not RESERVED.match(name)
    ):
        return name
    kept = UNSAFE.sub("-", unicodedata.normalize("NFC", name).casefold()).strip("-")
    kept = kept.encode(errors="replace")[:KEPT_OF_LONG].decode(errors="ignore").strip("-")
    digest = hashlib.blake2b(name.encode(errors="surrogatepass"), digest_size=6).hexdigest()
    return f"{kept or 'name'}-{digest}"
