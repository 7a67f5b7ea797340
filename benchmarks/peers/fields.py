"""The fields of a page of bigsite.py by selectors of parsel, as the author of a spider writes them; for the peers.

It imports nothing but the standard library, so that crawlee's environment can have it too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Absolute = Callable[[str], str]


def article_of(page: Any, url: str, absolute: Absolute) -> dict[str, Any]:
    """The record. page: a parsel Selector or a Response of Scrapy."""
    return {
        "url": url,
        "title": page.css("h1.title::text").get(),
        "category": after_colon(page.css(".facts .cat::text").get()),
        "breadcrumbs": page.css(".crumbs li a::text").getall(),
        "published_at": time(after_colon(page.css(".facts .pub::text").get())),
        "source": after_colon(page.css(".facts .src::text").get()),
        "body": "\n\n".join(page.css(".text p::text").getall()),
        "snapshot_at": time(after_colon(page.css(".notice .snap::text").get())),
        "original_url": page.css(".notice .orig a::attr(href)").get(),
        "related": [row(each, absolute) for each in page.css(".related li")],
        "more_in_category": [row(each, absolute) for each in page.css(".more li")],
    }


def row(each: Any, absolute: Absolute) -> dict[str, Any]:
    """One row of a list."""
    return {
        "url": absolute(each.css("a::attr(href)").get() or ""),
        "title": each.css("h4 a::text").get(),
        "snippet": each.css("p::text, p a::text").get(),
        "published_at": time(each.css("time::text").get()),
    }


def after_colon(text: str | None) -> str | None:
    return text.partition("：")[2].strip() if text else None


def time(text: str | None) -> str | None:
    return f"{text.strip().replace(' ', 'T')}+08:00" if text else None
