"""Requests as JSON and back: a Scrapy request goes in, an entry of the store comes out, and the other way round.

The scheduler calls it for each request that it stores or hands out. The form is JSON and never pickle: other people may
write to a state file, so it must not be code. JSON cannot hold some requests (a lambda as callback, an object in meta).
They raise Unstorable, which names the part.
"""

from __future__ import annotations

import base64
from collections import Counter
from typing import Any

import orjson
import xxhash
from scrapy import Request, Spider
from scrapy.utils.request import fingerprint

from snapshot_crawler.frontier.store import Entry, name_of
from snapshot_crawler.frontier.values import from_json, to_json
from snapshot_crawler.meta import (
    ASKED_AGAIN,
    CAME_FROM,
    DISCOVERED_BY,
    IS_START_REQUEST,
    PASSING,
    REDIRECT_URLS,
    RETRY_TIMES,
    promise_of,
)
from snapshot_crawler.urls import host, identity_of

HOPS = frozenset({REDIRECT_URLS, CAME_FROM, "redirect_reasons"})  # what a redirected request says of its way
LIST_KINDS = frozenset({"start", "listing", "next", "feed", "sitemap"})


def leads_to_list(request: Request) -> bool:
    """Whether a request was made for a page of links, and not for an article."""
    return promise_of(request.meta) in LIST_KINDS


class Unstorable(Exception):
    """A request that JSON cannot hold; the message names the part."""


def key_of(request: Request) -> str:
    """The key that equal requests share: the address's identity for a plain GET, else Scrapy's fingerprint.

    A request that a spider wants a second time (ASKED_AGAIN) has a key of its own.
    """
    if request.method == "GET" and not request.body:
        return key_at(request.url, request)
    return _apart(fingerprint(request).hex(), request)


def key_at(url: str, request: Request) -> str:
    """The key that a request would have as a plain GET for an address, such as one of its redirects'."""
    return _apart(key_of_address(url), request)


def _apart(key: str, request: Request) -> str:
    again = request.meta.get(ASKED_AGAIN)
    return f"{key}#{again}" if again else key


def asked_again(request: Request, asked_by: str, asked: Counter[str]) -> Request:
    """A copy of the request with a key of its own, made of its page's key and of how often that page asked for it.

    asked_by: the key of the page's request. asked: counts the requests of one page by key; raised here.
    """
    key = key_of(request)
    place = f"{asked_by} {asked[key]}"
    asked[key] += 1
    request = request.copy()
    request.meta[ASKED_AGAIN] = xxhash.xxh3_64_hexdigest(place.encode("utf-8", "replace"))
    return request


def hop_of(request: Request) -> str | None:
    """The key of the request that was redirected to this one; None for the first request of a chain."""
    hops = request.meta.get(REDIRECT_URLS)
    return request.meta.get(CAME_FROM) or key_at(hops[-1], request) if hops else None


def in_that_spelling(request: Request) -> Request:
    """A redirected request as if it had been asked for like that at first: its entry gets this address (Entry.url).

    The number of redirects so far stays in its meta, so that a circle ends.
    """
    return request.replace(meta={name: value for name, value in request.meta.items() if name not in HOPS})


def committed_as(request: Request) -> str:
    """The name (store.name_of) under which the frontier commits the outcome of a request.

    A redirect to another spelling of the same address keeps its entry. So the name is that of the first spelling in
    the row.
    """
    key, name = key_of(request), ""
    for url in (request.url, *reversed(request.meta.get(REDIRECT_URLS) or ())):
        if name_of(url, key) != url:
            break
        name = url
    return name or key


def key_of_address(url: str) -> str:
    """The key of a plain GET for an address, in any spelling."""
    return identity_of(url)


def entry_of(request: Request, spider: Spider) -> Entry:
    """The entry to store for a request. Raises Unstorable."""
    entry = bare_entry(request)
    entry.body = _dump(request, spider)
    return entry


def bare_entry(request: Request) -> Entry:
    """The entry with the address alone: no callback, no meta, no headers."""
    found = request.meta.get(DISCOVERED_BY) or {}
    kind = found.get("kind") or ("start" if request.meta.get(IS_START_REQUEST) else "")
    return Entry(
        key=key_of(request),
        url=request.url,
        host=host(request.url),
        kind=kind,
        parent=found.get("url") or _referer(request),
        priority=request.priority + (1 if kind == "start" else 0),
        is_list=request.method == "GET" and leads_to_list(request),
    )


def _referer(request: Request) -> str | None:
    referer = request.headers.get("Referer")
    return referer.decode("latin-1") if referer else None


def _dump(request: Request, spider: Spider) -> str:
    """The parts that differ from a plain Request(url), as JSON; '' when no part does."""
    meta = {name: value for name, value in request.meta.items() if name not in PASSING}
    if ASKED_AGAIN not in meta:
        meta.pop(RETRY_TIMES, None)
    parts: dict[str, Any] = {"meta": _values("meta", meta), "cb_kwargs": _values("cb_kwargs", request.cb_kwargs)}
    parts["flags"] = request.flags
    for name in ("callback", "errback"):
        parts[name] = _method_name(getattr(request, name), name, spider)
    if request.method != "GET":
        parts["method"] = request.method
    if request.body:
        parts["body"] = base64.b64encode(request.body).decode()
    if request.headers:
        parts["headers"] = {
            name.decode("latin-1"): [value.decode("latin-1") for value in values]
            for name, values in request.headers.items()
        }
    if request.cookies:
        parts["cookies"] = request.cookies
    if request.encoding != "utf-8":
        parts["encoding"] = request.encoding
    if request.priority:
        parts["priority"] = request.priority
    parts = {name: value for name, value in parts.items() if value}
    try:
        return orjson.dumps(parts).decode() if parts else ""
    except (TypeError, ValueError) as error:
        raise Unstorable(str(error)) from None


def _values(part: str, values: dict[str, Any]) -> dict[str, Any]:
    """meta or cb_kwargs for JSON. Raises Unstorable, which names the key, such as meta['session']."""
    told = {}
    for key, value in values.items():
        try:
            told[key] = to_json(value)
        except TypeError as error:
            raise Unstorable(f"{part}[{key!r}], {error}") from None
        except RecursionError:
            raise Unstorable(f"{part}[{key!r}], which holds itself or is too deep") from None
    return told


def _method_name(method: Any, role: str, spider: Spider) -> str | None:
    if method is None:
        return None
    name = getattr(method, "__name__", None)
    if getattr(method, "__self__", None) is spider and name and getattr(type(spider), name, None) is not None:
        return str(name)
    raise Unstorable(f"{role} {method!r}, which is no method of the spider")


def request_of(entry: Entry, spider: Spider) -> Request:
    """The request that an entry holds.

    Raises AttributeError when the spider has lost the callback. Raises ValueError or TypeError when a value cannot be
    made again, such as an item whose class has changed.
    """
    parts: dict[str, Any] = orjson.loads(entry.body) if entry.body else {}
    if '"!' in entry.body:
        parts = {name: from_json(value) for name, value in parts.items()}
    callback, errback = (getattr(spider, parts[name]) if name in parts else None for name in ("callback", "errback"))
    return Request(
        entry.url,
        callback=callback,
        errback=errback,
        method=parts.get("method", "GET"),
        headers=parts.get("headers"),
        body=base64.b64decode(parts["body"]) if "body" in parts else None,
        cookies=parts.get("cookies"),
        meta=parts.get("meta"),
        cb_kwargs=parts.get("cb_kwargs"),
        flags=parts.get("flags"),
        encoding=parts.get("encoding", "utf-8"),
        priority=parts.get("priority", 0),
        dont_filter=ASKED_AGAIN in (parts.get("meta") or ()),
    )
