"""Whether a host name belongs to everybody, as com.cn does, and not to one site: a name in, yes or no out.

The list of public suffixes is the one that comes with tldextract. tldextract itself is not imported: it brings requests
and a table of all suffixes, 75 ms at the first link to a subdomain, and one name is asked here, not a part of it.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

LIST = ".tld_set_snapshot"  # beside tldextract's modules
PRIVATE = b"// ===BEGIN PRIVATE DOMAINS==="  # below it: suffixes such as github.io, each of them one owner's


@lru_cache(maxsize=1_000)
def is_public_suffix(name: str) -> bool:
    """Whether all of a host name in lower case is a public suffix. Of *.kawasaki.jp each name is one, of !city not."""
    if "xn--" in name:
        name = _in_its_letters(name)
    parent = name.partition(".")[2]
    return _is_rule(name) or (_is_rule(f"*.{parent}") and not _is_rule(f"!{name}"))


def _is_rule(rule: str) -> bool:
    return f"\n{rule}\n".encode() in _rules()


def _in_its_letters(name: str) -> str:
    """A name such as xn--fiqs8s as the list has it: 中国."""
    try:
        return name.encode("ascii").decode("idna")
    except UnicodeError:
        return name


@lru_cache(maxsize=1)
def _rules() -> bytes:
    """The list, one rule a line."""
    found = find_spec("tldextract")
    assert found is not None and found.origin is not None  # Scrapy needs it
    return Path(found.origin).with_name(LIST).read_bytes().partition(PRIVATE)[0]
