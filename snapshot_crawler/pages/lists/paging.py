"""The next page of a list whose pager is no plain link: a script's function, data attributes, a button that loads more.

A page goes in, an address comes out. read_listing asks it where no link says 下一页. Nothing is run: the address is put
together from what the script says, such as 'index_' + (n - 1) + '.html' in the function that the pager calls.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from snapshot_crawler.lazy_pattern import any_of
from snapshot_crawler.pages.han import HanPattern
from snapshot_crawler.pages.lists import link_words
from snapshot_crawler.pages.page import Page
from snapshot_crawler.urls import normalised, same_site

MORE = HanPattern(rf"^\W*(?:{any_of(link_words.MORE)})\W*$", re.IGNORECASE)
MORE_HINT = re.compile(
    r"(?:load|show)[-_]?more|more[-_]?(?:btn|button|link)|js-more|infinite|next[-_]?page", re.IGNORECASE
)
LOADS = re.compile(
    r"data-(?:[\w-]*-)?(?:url|href|src|link|api|endpoint|next|source|path|ajax)(?:-url|-page)?$", re.IGNORECASE
)
ADDRESS = re.compile(r"^(?:https?://|/|\?|\./)[^\s<>\"']{1,400}$")
TOTAL = re.compile(r"data-(?:[\w-]*-)?(?:total|count|pages?|page-count|total-pages?|max(?:-page)?)$", re.IGNORECASE)
CURRENT = re.compile(r"data-(?:[\w-]*-)?(?:current|cur|now|index|page|page-no|page-?num|current-page)$", re.IGNORECASE)
BLANK = re.compile(
    r"\{\{?\s*(?:page\w*|n|num|no|i|0)\s*\}\}?|\[page\w*\]|__page\w*__|%d|:page\b|%7Bpage\w*%7D", re.IGNORECASE
)
# createPageHTML(5, 0, "index", "html"), with or without the id of a box before it, and with more behind it.
WRITES_PAGER = re.compile(
    r"""\w*pag(?:e|er|ing|ination)\w*\s*\(\s*(?:["'][\w#.-]{1,40}["']\s*,\s*)?(\d{1,5})\s*,\s*(\d{1,5})\s*,\s*["']([\w./-]{1,80})["']\s*,\s*["'](s?html?|jsp|aspx?|php)["']""",
    re.IGNORECASE,
)
CALL = re.compile(r"(?!void\b)\b([A-Za-z_$][\w$]{0,60})\s*\(\s*['\"]?(\d{1,5})['\"]?\s*\)")
# A piece of text, a number put together with it, and text behind it: 'index_' + (n - 1) + '.html'
PUT_TOGETHER = (
    r"""(?:(["'])(?P<before>[^"'\n]{{0,200}})\1\s*\+\s*)\(?\s*(?:{name})\s*(?:(?P<sign>[+-])\s*(?P<shift>\d{{1,2}}))?\s*\)?"""
    r"""(?:\s*\+\s*(["'])(?P<behind>[^"'\n]{{0,100}})\5)?"""
)
TEMPLATE = (
    r"""`(?P<before>[^`$\n]{{0,200}})\$\{{\s*(?:{name})\s*(?:(?P<sign>[+-])\s*(?P<shift>\d{{1,2}}))?\s*\}}"""
    r"""(?P<behind>[^`$\n]{{0,100}})`"""
)
QUOTED = re.compile(r"""["']((?:https?://|/|\./|\?)?[\w./?=&%~:-]{1,300})["']""")
GOES = re.compile(r"location|window\.open|href", re.IGNORECASE)
LAST_NUMBER = re.compile(r"(\d{1,5})(?=\D*$)")
FUNCTION_LETTERS = 1_500  # of a function's text that are looked at; by choice: a pager's has a few lines
SCRIPT_LETTERS = 200_000  # of a page's scripts that are looked at
MOST_PAGES = 10_000  # of one list; by choice: more is a mistake in reading


def next_by_script(page: Page) -> str | None:
    """The next page of the list as its script, its data attributes or its button name it; None where none does."""
    own = normalised(page.url)
    for url in (_written_by_function(page), _called(page, own), _by_attributes(page, own), _button(page)):
        if url is not None and url != own and same_site(url, page.url):
            return url
    return None


def script_text(page: Page) -> str:
    """The text of the page's own scripts, the first SCRIPT_LETTERS."""
    found, letters = [], SCRIPT_LETTERS
    for node in page.tree.css("script"):
        text = (node.text() or "")[:letters]
        found.append(text)
        letters -= len(text)
        if letters <= 0:
            break
    return "\n".join(found)


def leads_to(node: LexborNode) -> str | None:
    """Where an element leads whose script says location.href='list_2.html', or the like; None for others."""
    for name in ("href", "onclick"):
        words = node.attributes.get(name) or ""
        if (name == "onclick" or words[:11].lower() == "javascript:") and GOES.search(words):
            found = [each for each in QUOTED.findall(words) if "/" in each or "." in each or each.startswith("?")]
            if found:
                return str(found[0])
    return None


def _written_by_function(page: Page) -> str | None:
    """createPageHTML(5, 0, "index", "html"): index.html, index_1.html, ..., or index.html, index_2.html, ..."""
    found = WRITES_PAGER.search(script_text(page))
    if found is None:
        return None
    total, current, name, extension = int(found[1]), int(found[2]), found[3], found[4]
    stem = urlsplit(page.url).path.rpartition("/")[2].rpartition(".")[0]
    number = re.fullmatch(re.escape(name.rpartition("/")[2]) + r"_(\d{1,5})", stem)
    here = int(number[1]) if number else current
    following = here + 1
    is_last = (
        following >= total
        if current == 0 or (number and int(number[1]) == current and current < total)
        else following > total
    )
    # The counting begins at 0 where the first page says so, or a page's name and its number are the same.
    if is_last or following > MOST_PAGES:
        return None
    return page.absolute(f"{name}_{following}.{extension}")


def _called(page: Page, own: str) -> str | None:
    """goPage(2) of the pager: the address that the function puts together from the number."""
    calls: dict[int, str] = {}
    known: dict[int, str] = {}  # numbers of the pager that are plain links
    plain: set[int] = set()
    for node in page.tree.css("a, button, li, span, em, b, strong, i"):
        text = (node.text(deep=True) or "").strip()
        if len(text) > 12:
            continue
        words = f"{node.attributes.get('href') or ''} {node.attributes.get('onclick') or ''}"
        found = CALL.search(words) if "(" in words else None
        if found is not None and int(found[2]) <= MOST_PAGES:
            calls.setdefault(int(found[2]), found[1])
        elif text.isdigit() and len(text) <= 5:
            url = page.absolute(node.attributes.get("href")) if node.tag == "a" else None
            if url is not None:
                known[int(text)] = url
            elif node.tag != "a" and node.css_first("a") is None:
                plain.add(int(text))
    if not calls:
        return None
    here = next((number for number, name in calls.items() if _put_together(page, name, number) == own), None)
    following = here + 1 if here is not None else _after(page, own, calls, known, plain)
    if following not in calls:
        return known.get(following)
    return _put_together(page, calls[following], following) or _by_known(known, following, own)


def _after(page: Page, own: str, calls: dict[int, str], known: dict[int, str], plain: set[int]) -> int:
    """The number of the page behind this one: the pager leaves out, or does not link, the number of its own."""
    numbers = sorted({*calls, *known})
    here = next((number for number, url in known.items() if url == own), None)
    if here is None:
        here = next((number for number in sorted(plain) if number + 1 in calls or number - 1 in calls), None)
    if here is None:
        here = next(
            (number for number in range(1, numbers[-1] + 1) if number not in calls and number not in known), None
        )
    if here is None:
        here = 1
    return here + 1


def _put_together(page: Page, function: str, number: int) -> str | None:
    """The address that a function of the page's script makes of the number."""
    script = script_text(page)
    for begin in re.finditer(
        rf"function\s+{re.escape(function)}\s*\(\s*([\w$]+)|\b{re.escape(function)}\s*=\s*(?:function\s*)?\(?\s*([\w$]+)",
        script,
    ):
        name = re.escape(begin[1] or begin[2])
        text = script[begin.end() : begin.end() + FUNCTION_LETTERS]
        text = text.split("\nfunction ", 1)[0]
        made = [
            _filled(found, number)
            for pattern in (PUT_TOGETHER, TEMPLATE)
            for found in re.finditer(pattern.format(name=name), text)
        ]
        for address in made:
            if address and (url := page.absolute(address)) is not None:
                return url
    return None


def _filled(found: re.Match[str], number: int) -> str:
    shift = int(found["shift"] or 0) * (-1 if found["sign"] == "-" else 1)
    return f"{found['before']}{number + shift}{found['behind'] or ''}"


def _by_known(known: dict[int, str], number: int, own: str) -> str | None:
    """The address of a number, by the plain links of others: 2 is index_1.html, so 3 is index_2.html."""
    for other, url in sorted(known.items(), reverse=True):
        found = LAST_NUMBER.search(urlsplit(url).path + "?" + urlsplit(url).query)
        if found is not None and other > 1:
            figure = str(int(found[1]) + number - other)
            start = url.rindex(found[1])
            return url[:start] + figure + url[start + len(found[1]) :]
    return None


def _by_attributes(page: Page, own: str) -> str | None:
    """A pager's empty box: <div data-total="5" data-current="1" data-url="/list_{page}.html">."""
    for node in page.tree.css(
        "[data-url], [data-href], [data-link], [data-pattern], [data-template], [data-page-url], [data-tpl]"
    ):
        values = {name: value for name, value in node.attributes.items() if value}
        template = next((value for value in values.values() if BLANK.search(value) and "/" in value), None)
        if template is None:
            continue
        numbers = {name: int(value) for name, value in values.items() if value.isdigit() and len(value) <= 6}
        total = next((value for name, value in numbers.items() if TOTAL.match(name) and not CURRENT.match(name)), None)
        current = next((value for name, value in numbers.items() if CURRENT.match(name)), 1)
        if current + 1 <= (total if total is not None else MOST_PAGES):
            return page.absolute(BLANK.sub(str(current + 1), template))
    return None


def _button(page: Page) -> str | None:
    """A button that loads more of the list from the address in one of its attributes."""
    for url in loaded_by(page):
        return url
    return None


def loaded_by(page: Page) -> Iterator[str]:
    """The addresses from which elements of the page load more of a list when somebody presses them."""
    for node in page.tree.css("button, a, div, span, li, section, p"):
        values = node.attributes
        address = next(
            (
                value
                for name, value in values.items()
                if value and name.startswith("data-") and LOADS.match(name) and ADDRESS.match(value)
            ),
            None,
        )
        if address is None or BLANK.search(address):
            continue
        text = " ".join((node.text(deep=True) or "").split())
        hint = f"{values.get('class') or ''} {values.get('id') or ''}"
        if (len(text) <= 40 and MORE.match(text)) or MORE_HINT.search(hint):
            url = page.absolute(address)
            if url is not None and same_site(url, page.url):
                yield url
