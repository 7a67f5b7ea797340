"""Which Referer a request gets, by Scrapy's policy: both addresses go in; the header's value comes out, or None.

REFERRER_POLICY. Scrapy's own class takes both addresses apart anew for each link, five times in all. A page's own is
taken apart once here, and a link that begins with the page's origin is known to have the same.
"""

from __future__ import annotations

from functools import lru_cache

from scrapy.spidermiddlewares.referer import StrictOriginWhenCrossOriginPolicy

PAGES_KEPT = 64  # by choice: the pages whose links are being read


class StrictOriginWhenCrossOrigin(StrictOriginWhenCrossOriginPolicy):
    """Scrapy's policy: the whole address within a site, the origin alone to others, nothing from https to http."""

    def referrer(self, response_url: str, request_url: str) -> str | None:
        """Scrapy's hook."""
        origin, address = of_page(response_url)
        if origin and request_url.startswith(origin):
            return address
        return super().referrer(response_url, request_url)


@lru_cache(maxsize=PAGES_KEPT)
def of_page(url: str) -> tuple[str | None, str | None]:
    """A page's origin, with the slash at its end, and its address as a Referer within the origin."""
    policy = StrictOriginWhenCrossOriginPolicy()
    return policy.origin(url), policy.stripped_referrer(url)
