"""When an article has changed: the record in, a hash over the article's own fields out.

Own are title, body, source, authors and the time of publication. Not own is what the site builds anew at each view or
the crawl adds: related rows, counters, the category page it hangs on, images' addresses, the time of the fetch. White
space does not count: a paragraph set anew is no new version.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping

OWN_FIELDS = ("title", "body", "source", "authors", "published_at")


def content_hash(record: Mapping[str, object]) -> str:
    """32 hex digits: BLAKE2b-128 over the own fields; a missing field is the same as an empty one."""
    own = [_plain(record.get(name)) for name in OWN_FIELDS]
    return hashlib.blake2b(json.dumps(own, ensure_ascii=False).encode("utf-8", "replace"), digest_size=16).hexdigest()


def _plain(value: object) -> str | list[str]:
    if isinstance(value, list | tuple):
        return [str(_plain(one)) for one in value]
    return " ".join(unicodedata.normalize("NFC", str(value)).split()) if value else ""
