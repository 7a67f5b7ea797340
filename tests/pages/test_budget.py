"""What would block the process is refused or cut before it is parsed, and every real page is parsed as it is."""

from __future__ import annotations

import resource
from datetime import UTC, datetime
from time import process_time

import pytest

from snapshot_crawler.exceptions import UnreadablePageError
from snapshot_crawler.pages.budget import HARMLESS_TAGS, PARSE_BYTES, check
from snapshot_crawler.pages.page import Page
from snapshot_crawler.runs.memory import peak_memory_bytes

LONGEST_S = 2.0
MANY = [f"a{number}" for number in range(150_000)]
NESTED = {tag: tag * 100_000 for tag in ("<div>", "<b>", "<p>", "<ul><li>", "<table><tr><td>", "<svg><a>", "<a-b>")}
COSTLY = {
    "attributes": "<div " + " ".join(f"{name}=1" for name in MANY) + ">",
    "attributes without values": "<div " + " ".join(MANY) + ">",
    "attributes behind slashes": "<div/" + "/".join(MANY) + ">",
    "attributes behind a quoted >": "<div t='>' " + "/".join(MANY) + ">",
    "attributes with a quoted > in every hundredth": "<p "
    + " ".join(n if i % 99 else "='>'" for i, n in enumerate(MANY)),
    "attributes that hold a <": "<div " + " ".join(f"{name}<" for name in MANY) + ">",
    "attributes in a false comment": "<!--><div " + " ".join(MANY) + "> -->",
    "attributes in the style of a drawing": "<svg><style><div " + " ".join(MANY) + ">",
    "many tags with many attributes": ("<div " + " ".join(MANY[:4900]) + "></div>") * 100,
    "options": "<select>" + "<option>x" * 100_000,
    "terms and items by turns": "<li>x<dd>y" * 50_000,
    "drawn links": "<svg>" + "<a>" * 100_000,
    "formatting that comes again": "".join(f"<b id={n}>" for n in range(3000)) + "<p>x" * 3000,
    "formatting in many paragraphs": "".join(f"<b id={n}>" for n in range(4900)) + "<p>x" * 50_000,
    "links left open": "".join(f"<a href=/{n}>x<p>" for n in range(60_000)),
    "tags": "<i></i>" * 1_000_000,
    **NESTED,
}


@pytest.mark.parametrize("name", COSTLY)
def test_no_page_blocks_the_process(name: str) -> None:
    text = f"<html><body>{COSTLY[name]}</body></html>"
    body, now = text.encode(), datetime.now(UTC)
    before, largest = process_time() + children_s(), largest_child_bytes()
    try:
        page = Page.from_bytes(body, url="http://a.example/", fetched_at=now)
    except UnreadablePageError as refusal:
        assert refusal.reason == "too-costly"
    else:
        assert page.outline is not None
    assert process_time() + children_s() - before < LONGEST_S
    # a fork counts this process's memory as its own
    assert largest_child_bytes() <= max(largest, peak_memory_bytes() + PARSE_BYTES)


def largest_child_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024


def children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.parametrize("rows", [10, HARMLESS_TAGS])
def test_a_long_page_is_parsed_as_it_is(rows: int) -> None:
    text = "<ul>" + "".join(f"<li class='row even'><a href='/{row}.html'>row</a></li>" for row in range(rows)) + "</ul>"
    assert check(text) == text
