"""Which question this answers about an address: does it look like an article, a list or a page at all?

The spiders ask it for links of sites whose author gave no article_links. (Which addresses are the same: urls.py. Which
group of a site's endless addresses one belongs to: middlewares/traps/families.py. Which pattern the known articles of
a site share: authoring/patterns.py.)
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from snapshot_crawler.address_parts import DATE, HASH, ID_QUERY, LIST_NAME, LONG_NUMBER, NOT_A_PAGE, NUMBERS, POST_QUERY
from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.pages.page import Page
from snapshot_crawler.urls import normalise, same_site

# Parameters of a home page that choose no part of the site: a search, a language, a look.
WHOLE_SITE = frozenset("s q search keyword keywords lang language locale hl theme view sort order m mobile".split())
FEWEST_TITLE_WORDS = 4  # hyphenated words of a title in the address: /economy-grows-in-third-quarter


@lru_cache(maxsize=5_000)  # each link of a page is asked about five times, and a menu's links on all of a site's pages
def looks_like_article(url: str) -> bool:
    """Whether the address has the shape of an article's. Never raises; judges nothing about the site.

    Addresses of articles carry what those of sections do not: a date, a number or hash that names the one piece, or a
    title of many words. Years alone and page counters are in addresses of lists too.
    """
    try:
        split = urlsplit(url)
    except ValueError:
        return False
    path = unquote(split.path).rstrip("/")
    name = path.rpartition("/")[2]
    stem = name.partition(".")[0]
    if not path:  # the root's own address, and those of a blog system without others: /?p=48812
        return bool(ID_QUERY.search(split.query) or POST_QUERY.match(split.query))
    if NOT_A_PAGE.search(path):
        return False
    if LIST_NAME.match(stem):
        return bool(ID_QUERY.search(split.query))
    return bool(
        LONG_NUMBER.search(stem)
        or HASH.search(path)
        or (DATE.search(path) and (any(map(str.isdigit, stem)) or stem.count("-") >= 1) and not stem.isdigit())
        or (DATE.search(path.rpartition("/")[0]) and stem)
        or stem.count("-") >= FEWEST_TITLE_WORDS
        or ID_QUERY.search(split.query)
    )


def is_root(url: str) -> bool:
    """Whether an address is that of a whole site: no path, and no parameter that chooses a part, as /?cat=3 has."""
    split = urlsplit(url)
    names = {name.lower() for name, _ in parse_qsl(split.query)}
    return split.path in ("", "/") and names <= WHOLE_SITE


def is_named_as_list(url: str) -> bool:
    """Whether the last part of the path is a name that only lists have, such as list_3.html or node_2.htm."""
    name = urlsplit(url).path.rpartition("/")[2]
    return bool(LIST_NAME.match(name.partition(".")[0]))


def looks_like_page(url: str) -> bool:
    """Whether the address can be an HTML page: False for images, archives, style sheets, feeds and the like."""
    if url.endswith((".html", ".htm", ".shtml", "/")):
        return True
    try:
        return not NOT_A_PAGE.search(urlsplit(url).path)
    except ValueError:
        return False


def may_be_data(url: str) -> bool:
    """Whether an address is that of a file of data, which a list may stand in."""
    return urlsplit(url).path.endswith((".json", ".jsonp"))


def believable_canonical(canonical: str | None, url: str) -> str | None:
    """The address that a page calls its own, where that can be true; both are normalised.

    It must be on the same site, look like an article's, and hold every number that tells url from its neighbours: a
    site that gives all its pages one canonical address would otherwise lose all but one of them.
    """
    if canonical is None or canonical == url or not same_site(canonical, url) or not looks_like_article(canonical):
        return None
    told_apart_by = set(NUMBERS.findall(urlsplit(url).path + "?" + urlsplit(url).query))
    return canonical if told_apart_by and told_apart_by <= set(NUMBERS.findall(canonical)) else None


def checked_css(selector: str) -> str:
    """The selector itself. Raises ConfigurationError when it is none."""
    try:
        LexborHTMLParser("").css_first(selector)
    except SelectolaxError as error:
        raise ConfigurationError(f"{selector!r} is no CSS selector: {error}") from error
    return selector


class LinkPattern:
    """Which links of a page are meant: by a regular expression searched in the address, or inside "css: SELECTOR"."""

    def __init__(self, *, regex: re.Pattern[str] | None = None, css: str | None = None) -> None:
        self.regex, self.css = regex, css

    @classmethod
    def parse(cls, text: str | None) -> LinkPattern | None:
        """The pattern a spider's attribute holds; None for None. Raises ConfigurationError when it does not compile."""
        if text is None:
            return None
        if text.startswith("css:"):
            return cls(css=checked_css(text.removeprefix("css:").strip()))
        try:
            return cls(regex=re.compile(text))
        except re.error as error:
            raise ConfigurationError(
                f"{text!r} is no regular expression: {error}. Write 'css: SELECTOR' for a CSS selector."
            ) from error

    def matches(self, url: str) -> bool:
        """Whether the address alone tells that it is meant; never for a CSS pattern."""
        return bool(self.regex and self.regex.search(url))

    def links(self, page: Page) -> list[str]:
        """The addresses of the page's links that are meant, normalised, in page order, each once."""
        if self.css is None:
            return [url for url in page.links() if self.matches(url)]
        anchors = [
            anchor
            for node in page.tree.css(self.css)
            for anchor in ([node] if node.tag == "a" else node.css("a[href]"))
        ]
        urls = (normalise(anchor.attributes.get("href") or "", page.base_url) for anchor in anchors)
        return list(dict.fromkeys(url for url in urls if url))
