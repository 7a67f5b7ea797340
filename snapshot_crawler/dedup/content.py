"""When an article has changed: the record in, a hash over the article's own fields out.

Own fields are those that items.py declares as hashed: title, body, source, authors and the time of publication. A
site builds the rest anew at each view, or the crawl adds it: related rows, counters, the category, images' addresses,
the time of the fetch. White space does not count: a paragraph set anew is no new version.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from json.encoder import encode_basestring  # json.dumps(ensure_ascii=False) calls it for each text

from snapshot_crawler.items import Article, described

OWN_FIELDS = tuple(
    each.name
    for each in sorted(described(Article), key=lambda each: each.about.hashed or 0)
    if each.about.hashed is not None
)
# The fields of the first version, empty or not, are in every stored hash. Later fields count where they have a value:
# an article without them keeps its hash, and so its version.
ALWAYS_HASHED = 5


def content_hash(record: Mapping[str, object]) -> str:
    """32 hex digits: BLAKE2b-128 over the own fields; a missing field is the same as an empty one."""
    own: list[object] = [_plain(record.get(name)) for name in OWN_FIELDS[:ALWAYS_HASHED]]
    own += [[name, value] for name in OWN_FIELDS[ALWAYS_HASHED:] if (value := _plain(record.get(name)))]
    return hashlib.blake2b(_json(own).encode("utf-8", "replace"), digest_size=16).hexdigest()


def _json(value: object) -> str:
    """Texts, and lists of them, as json.dumps writes them; it takes twice the time for its own encoder."""
    return f"[{', '.join([_json(one) for one in value])}]" if isinstance(value, list) else encode_basestring(str(value))


def _plain(value: object) -> str | list[str]:
    """A text with single spaces, or a list of such texts; '' where there is none."""
    if isinstance(value, list | tuple):
        return [str(_plain(one)) for one in value]
    return " ".join(unicodedata.normalize("NFC", str(value)).split()) if value else ""
