"""Addresses that a script puts together: "/api/list?cid=" + cid + "&page=" + page becomes /api/list?cid=101&page=1.

loaded.py gives the place of an address in a script. Nothing is run: names are looked up among the script's plain
assignments (var cid = 101) and, where they come from an attribute (data-cid), among the page's elements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from urllib.parse import quote

from snapshot_crawler.pages.page import Page

FIRST_PAGE = "1"
ROWS_ASKED = "20"  # for the number of rows, where the script does not say it; by choice, what most lists have
MOST_VALUES = 8  # of an attribute, by choice: sections of a site
MOST_NAMES = 20  # of one script that are looked up: each costs a search through it; by choice
MOST_TOGETHER = 12  # addresses of one expression
TERM = re.compile(
    r"""\s*(?:(["'])(?P<text>(?:\\.|(?!\1)[^\n\\]){0,300})\1|`(?P<template>[^`\n]{0,300})`|(?P<number>\d{1,12})(?![\w.])"""
    r"""|(?P<name>[A-Za-z_$][\w$]{0,60}(?:\s?\.\s?[A-Za-z_$][\w$]{0,60}){0,5})(?P<call>\(\s*\))?)"""
)
PLUS = re.compile(r"\s*\+(?![+=])")
FILLED_IN = re.compile(r"\$\{\s*([^{}]{1,60}?)\s*\}")
VALUE = r"""\s*[:=](?!=)\s*(?:(["'])([^"'\n]{{0,80}})\1|(\d{{1,12}}))"""
ASSIGNED = r"(?<![\w$.]){name}" + VALUE
OF_ATTRIBUTE = (
    r"(?<![\w$]){name}\s*[:=](?!=)[^;,\n]{{0,80}}?"
    r"""(?:\.data\(\s*["']([\w-]+)["']|\.(?:attr|getAttribute)\(\s*["'](data-[\w-]+|[\w-]*id)["']|\.dataset\.(\w+))"""
)
PAGE_NAME = re.compile(r"page|^p$|^pn$|^pg$|index|^n$|^i$|^no$|cur", re.IGNORECASE)
SIZE_NAME = re.compile(r"size|limit|rows|num|count|^len", re.IGNORECASE)
# The further values that a call sends along: {params: {page: 1, size: 10}}, data: {cid: cid}
PARAMETERS = re.compile(r"""\s*,\s*(?:\{\s*params\s*:\s*|(?:data|params)\s*:\s*|(?=\{))\{([^{}]{1,400})\}""")
PAIR = re.compile(r"""(?:^|,)\s*["']?([A-Za-z_][\w.-]{0,40})["']?\s*(?::\s*([^,]{1,80}))?(?=,|\s*$)""")
POST = re.compile(r"""(?:type|method)\s*:\s*["']post""", re.IGNORECASE)


# Where a row of data leads: "/a/" + it.nid + ".html", or `/a/${it.nid}.html`, in markup or alone.
KEY = r"(?P<key>\w*(?:id|Id|ID|No|no|code|slug|key|Key|sn))"
ROW = r"[A-Za-z_$][\w$]*(?:\.[\w$]+)*?\."
STARTS = r"""(?P<before>(?:https?://[\w.:-]{1,100}/|\.?/|(?<![\w-])[\w-]{1,40}\.\w{2,5}\?)[^\s"'<>`$+]{0,120})"""
LEADS = (
    re.compile(
        rf"""{STARTS}["']\s*\+\s*(?:encodeURIComponent\(\s*)?{ROW}{KEY}\)?(?:\s*\+\s*["'](?P<behind>[^\s"'<>]{{0,40}}))?"""
    ),
    re.compile(rf"""{STARTS}\$\{{\s*{ROW}{KEY}\s*\}}(?P<behind>[\w./?=&-]{{0,40}})"""),
)
NOT_OF_AN_ARTICLE = re.compile(
    r"api|ajax|json|img|image|pic|comment|like|user|author|tag|channel|column|categ|list|page=|type=|login|share",
    re.IGNORECASE,
)


@dataclass(slots=True, frozen=True)
class Asked:
    """An address that a script puts together. is_counted: a name is in it, such as that of the page's number."""

    address: str
    is_counted: bool


class Script:
    """A script and the page that it belongs to; what its names stand for is looked up once each."""

    def __init__(self, text: str, page: Page) -> None:
        self.text = text
        self.page = page
        self.known: dict[str, list[str]] = {}

    def values(self, name: str) -> list[str]:
        """What a name can stand for."""
        if name not in self.known and len(self.known) < MOST_NAMES:
            self.known[name] = _values(self.text, name, self.page)
        return self.known.get(name) or [FIRST_PAGE]


def addresses_at(script: Script, place: int) -> Iterator[Asked]:
    """The addresses that the expression at a place of the script can be; none where it is no address."""
    parts: list[list[str]] = []
    is_counted = False
    while len(parts) < 2 * MOST_VALUES:
        term = TERM.match(script.text, place)
        if term is None:
            return
        place = term.end()
        if term["name"] is not None:
            name = re.split(r"\s?\.\s?", term["name"])[-1]
            parts.append(script.values(name))
            is_counted = True
        elif term["template"] is not None:
            is_counted = is_counted or "${" in term["template"]
            parts += _of_template(script, term["template"])
        else:
            parts.append([term["text"] if term["text"] is not None else term["number"]])
        plus = PLUS.match(script.text, place)
        if plus is None:
            break
        place = plus.end()
    rest = _parameters(script, place)
    for count, values in enumerate(product(*parts)):
        if count >= MOST_TOGETHER:
            return
        address = "".join(values)
        yield Asked(_with(address, rest), is_counted or bool(rest))


def row_address(script: str) -> str | None:
    """How the script makes the address of an article from a row of data: /a/{nid}.html; None where it does not."""
    for pattern in LEADS:
        for found in pattern.finditer(script):
            address = f"{found['before']}{{{found['key']}}}{found['behind'] or ''}"
            if found["before"][-1] in "/=-_" and not NOT_OF_AN_ARTICLE.search(address):
                return address
    return None


def _of_template(script: Script, text: str) -> Iterator[list[str]]:
    """The pieces of `/api/${cid}/list`."""
    end = 0
    for filled in FILLED_IN.finditer(text):
        yield [text[end : filled.start()]]
        name = re.findall(r"[\w$]+", filled[1])
        yield script.values(name[-1]) if name else [FIRST_PAGE]
        end = filled.end()
    yield [text[end:]]


def _values(script: str, name: str, page: Page) -> list[str]:
    """What a name can stand for: the values of an attribute, what the script gives it first, or a guess by its name."""
    escaped = re.escape(name)
    of_attribute = re.search(OF_ATTRIBUTE.format(name=escaped), script) if name else None
    if of_attribute is not None:
        attribute = of_attribute[2] or f"data-{of_attribute[1] or of_attribute[3].lower()}"
        nodes = page.tree.css(f"[{attribute}]")
        found = dict.fromkeys(value for node in nodes if (value := node.attributes.get(attribute)))
        if found:
            return [quote(value) for value in found][:MOST_VALUES]
    assigned = re.search(ASSIGNED.format(name=escaped), script) if name else None
    if assigned is not None:
        value = assigned[2] if assigned[2] is not None else assigned[3]
        return [FIRST_PAGE if value == "0" and PAGE_NAME.search(name) and name.lower() in ("page", "p") else value]
    return [ROWS_ASKED if SIZE_NAME.search(name) and not PAGE_NAME.search(name) else FIRST_PAGE]


def _parameters(script: Script, place: int) -> list[tuple[str, str]]:
    """The values that the call sends along with the address, each with its name."""
    found = PARAMETERS.match(script.text, place)
    if found is None or POST.search(script.text, max(0, place - 200), found.end() + 100):
        return []
    pairs = []
    for pair in PAIR.finditer(found[1]):
        text = (pair[2] or pair[1]).strip()
        term = TERM.fullmatch(text)
        if term is None:
            value = FIRST_PAGE if PAGE_NAME.search(pair[1]) else ""
        elif term["name"] is not None:
            value = script.values(re.split(r"\s?\.\s?", term["name"])[-1])[0]
        else:
            value = term["text"] if term["text"] is not None else term["number"] or ""
        pairs.append((pair[1], value))
    return pairs


def _with(address: str, parameters: list[tuple[str, str]]) -> str:
    """The address with the parameters that it lacks."""
    more = [f"{name}={quote(value)}" for name, value in parameters if value and f"{name}=" not in address]
    return address + ("&" if "?" in address else "?") * bool(more) + "&".join(more)
