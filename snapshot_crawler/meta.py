"""The keys of request.meta that this project reads or writes, each in one place; and what they say together.

A spider that is not ours may set some of them; these have the names that their documentation gives them. meta is
stored with the request (frontier/requests.py), but for the keys in PASSING.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# --- How a request was found (spiders/, frontier/)
DISCOVERED_BY = "discovered_by"  # a dict as items.DiscoveredBy: kind, and url of the page that held the link
ROW = "row"  # what the list says of the article: title, snippet, time
PROMISES_ARTICLE = "promises_article"  # the link stood on a list, but leads to an article
FOUND_BY = "found_by"  # the key of the request whose page held the link
CAME_FROM = "came_from"  # the key of the request that was answered with a redirect to this one
ASKED_AGAIN = "asked_again"  # which of the requests for this address it is; see middlewares/again.py
TRAP_PARENT = "trap_parent"  # the id of the page that held the link (middlewares/traps/)

# --- What the frontier notes
HANDED_OUT = "handed_out"  # the request, or the one that it is a copy of, came out of the frontier
IF_CHANGED = "if_changed"  # the frontier itself has asked for the page only if it has changed
TRIED_BEFORE = "tried_before"  # an earlier run has tried the address and failed
FETCHED_BEFORE = "fetched_before"  # an earlier visit of the address was answered

# --- What middlewares tell the frontier and each other
AFTER_ALL = "after_all"  # deferred once, to be fetched when nothing of a higher priority is left
FOR_OTHERS = "for_others"  # it waits until another deferred page of its host is done with; RETRY_WAIT_S at most
REFUSED = "refused"  # why the request was not made, for the frontier's record
RETRY_WAIT_S = "retry_wait_s"  # seconds until the request may be made again
RETRY_WAITED_S = "retry_waited_s"  # seconds that it has waited in this run
RETRY_AFTER_BEYOND_CAP = "retry_after_beyond_cap"  # the site asked for a longer wait than RETRY_AFTER_MAX
ROBOTS_TXT = "robots_txt"  # a request for robots.txt, made by the middleware itself
ROBOTS_BYTES = "robots_bytes"  # of a robots.txt that came by redirects
ALLOW_BINARY = "allow_binary"  # of plain spiders: the answer may be something else than text
FETCHED_AT = "fetched_at"  # of saved pages: when the answer came, ISO 8601
EXCHANGE = "exchange"  # what went over the wire for the last answer, an archive.exchange.Exchange
HAS_PARTS = "has_parts"  # the id of an article that begins on the page and goes on elsewhere: it is kept like others
FIRST_PART = "first_part"  # of a request for a further part: SHA-1 in hex of the bytes that the article begins with
ARCHIVED = "archived"  # of captures that are read from WARC files (backfill/): where the record lies
ARTICLE_AT = "article_at"  # of a further part of an article among them: where the record of its first page lies
BEHIND_WALL = "behind_wall"  # the request is told as rejected: it was redirected to a login or block page

# --- Scrapy's own (docs.scrapy.org, "Request.meta special keys", and its middlewares)
REDIRECT_URLS = "redirect_urls"
RETRY_TIMES = "retry_times"
MAX_RETRY_TIMES = "max_retry_times"
DONT_RETRY = "dont_retry"
IS_START_REQUEST = "is_start_request"
DEPTH = "depth"
PROXY = "proxy"
COOKIEJAR = "cookiejar"
DONT_MERGE_COOKIES = "dont_merge_cookies"
ALLOW_OFFSITE = "allow_offsite"
DONT_OBEY_ROBOTSTXT = "dont_obey_robotstxt"
HANDLE_HTTPSTATUS_ALL = "handle_httpstatus_all"
DOWNLOAD_SLOT = "download_slot"
DOWNLOAD_LATENCY = "download_latency"
DOWNLOAD_TIMEOUT = "download_timeout"
DOWNLOAD_MAXSIZE = "download_maxsize"

# What the crawl itself notes on a request, of no use to the next run: not stored.
PASSING = frozenset(
    {
        DOWNLOAD_SLOT,
        DOWNLOAD_LATENCY,
        EXCHANGE,
        HAS_PARTS,
        RETRY_WAIT_S,
        RETRY_WAITED_S,
        FOR_OTHERS,
        FETCHED_BEFORE,
        TRIED_BEFORE,
        FOUND_BY,
        HANDED_OUT,
        IF_CHANGED,
        REFUSED,
    }
)


def promise_of(meta: Mapping[str, Any]) -> str:
    """What a request was made for: "article" where a list promised one, else how it was found (DiscoveredBy.kind).

    Start requests of a plain spider count as "start"; '' when nothing is known. meta: the request's.
    """
    if meta.get(PROMISES_ARTICLE):
        return "article"
    kind: str = (meta.get(DISCOVERED_BY) or {}).get("kind") or ""
    return kind or ("start" if meta.get(IS_START_REQUEST) else "")
