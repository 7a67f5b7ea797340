"""An article's fingerprint is made here: title and body go in, the fingerprint of fingerprint.py comes out.

Called for each new article by fingerprint.py, which imports it then: it needs numpy, which takes a tenth of a crawl's
start, and a run that finds nothing new needs none of it (python benchmarks/startup.py).

Between two articles a crawl does so much else that each call of numpy, and each table, is slow again (docs/
performance.md). So title and body are folded together, and what plain bytes can tell is not asked of numpy.
"""

from __future__ import annotations

from datetime import date

import xxhash

from snapshot_crawler.dedup.facts import read_facts
from snapshot_crawler.dedup.fingerprint import Fingerprint, Title
from snapshot_crawler.dedup.first_letters import first_letters
from snapshot_crawler.dedup.folding import harden, letters_of, soften_both
from snapshot_crawler.dedup.furniture import story_lines
from snapshot_crawler.dedup.identity import signed
from snapshot_crawler.dedup.shingles import opening, shingle_hashes, sketch
from snapshot_crawler.lazy_pattern import LazyPattern, any_of

TITLE_ENDS = 3  # characters; of words one less. By choice: what stays where a name is another one
TITLE_COUNTS_BELOW = 30  # letters, by choice: a body this short ("见图") says nothing without its title
WORD = LazyPattern(r"\w+")
# before a headline: newsflash, latest, top news, video, pictures, exclusive, focus, breaking, original, reprinted
TITLE_LABELS = "快讯 最新 要闻 视频 图文 组图 独家 聚焦 关注 突发 原创 转载 update breaking".split()
TITLE_LABEL = LazyPattern(rf"^(?:(?:{any_of(TITLE_LABELS)})\s*[:|丨]|【[^】]*】|\[[^\]]*\])\s*")
EPOCH = date(1970, 1, 1).toordinal()  # stored days count from here: 65,535 of them last until 2149
LONGEST_BODY = 400_000  # characters, by choice; what comes after cannot change who is alike, and costs time


def make(title: str | None, body: str | None, published_at: str | None) -> Fingerprint:
    """See fingerprint.fingerprint."""
    headline, text = soften_both(title or "", (body or "")[:LONGEST_BODY])
    lines = story_lines(text)
    codes = letters_of("".join(lines))
    if codes.size < TITLE_COUNTS_BELOW and title:
        codes = harden(title + "".join(lines))
        lines = [headline, *lines]
    hashes = shingle_hashes(codes)
    drawn, keys = sketch(hashes)
    begin = opening(hashes)
    facts = read_facts(lines)
    whole = xxhash.xxh64_intdigest(codes.tobytes())
    if begin.key is not None:
        # the same text has the same numbers; among a template's thousand bulletins these are what finds its copy
        keys += [begin.key, signed(whole if facts.key is None else facts.key)]
    return Fingerprint(
        whole,
        drawn,
        begin.first,
        begin.sample,
        facts,
        _day(published_at),
        _title(headline),
        first_letters(codes),
        tuple(dict.fromkeys(keys)),
    )


def _title(text: str) -> Title | None:
    """The stored form of a softened headline; None for one that is too short to have a beginning and an end."""
    text = TITLE_LABEL.sub("", text)
    is_chinese = any("\u4e00" <= sign <= "\u9fff" for sign in text)
    words = [sign for sign in text if sign.isalnum()] if is_chinese else WORD.findall(text)
    if len(words) <= TITLE_ENDS:
        return None
    ends = TITLE_ENDS if is_chinese else TITLE_ENDS - 1
    whole, first, last = (
        xxhash.xxh32_intdigest("".join(part).encode("utf-8", "replace"))
        for part in (sorted(words), words[:ends], words[-ends:])
    )
    return Title(min(len(words), 255), whole & 0xFF, first & 0xFFFF, last & 0xFFFF)


def _day(published_at: str | None) -> int:
    """Days since 1 January 1970, in 16 bits (to the year 2149); 0 for a date that is unknown or before it."""
    try:
        return min(max(0, date.fromisoformat((published_at or "")[:10]).toordinal() - EPOCH), 0xFFFF)
    except ValueError:
        return 0
