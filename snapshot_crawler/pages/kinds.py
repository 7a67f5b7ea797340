"""What an address was found as (DiscoveredBy.kind), by groups. It imports nothing: who reads no page asks it too."""

from __future__ import annotations

PAGE_LIST_KINDS = frozenset({"start", "listing", "next"})  # these lead to pages of links
FEED_KINDS = frozenset({"feed", "sitemap"})
CAPTURE = "archive"  # a page of a WARC file (backfill/), and nothing tells what led to it
NEXT_PART = "next-part"  # a further page of one article
