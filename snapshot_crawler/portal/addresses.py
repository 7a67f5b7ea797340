"""The addresses of the portal's pages, all of them: names and numbers in, paths with their percent-encoding out.

Names may hold slashes, spaces, any script: they are one part of the path, encoded whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlencode

HOME = "/"
SEARCH = "/search"
ABOUT = "/about"
TAKE_DOWN = "/about/takedown"
LANGUAGE = "/language"
STYLE = "/static/portal.css"
DAYS = "/day"
ROBOTS = "/robots.txt"
SITEMAP = "/sitemap.xml"
NEWS_SITEMAP = "/sitemap-news.xml"
OPML = "/opml.xml"


def with_query(path: str, **values: object) -> str:
    """The path with those of the values that are there; a page number of 1 is left out: the list itself."""
    given = {name: value for name, value in values.items() if value not in (None, "") and (name, value) != ("page", 1)}
    return f"{path}?{urlencode(given, errors='replace')}" if given else path


def home(page: int = 1) -> str:
    """The front page, and further pages of all articles."""
    return with_query(HOME, page=page)


def category(name: str, page: int = 1) -> str:
    """A category's list."""
    return with_query(f"/category/{_part(name)}", page=page)


def source(name: str, page: int = 1) -> str:
    """A source's list."""
    return with_query(f"/source/{_part(name)}", page=page)


def day(name: str, page: int = 1) -> str:
    """The list of a day, 2026-11-25."""
    return with_query(f"/day/{_part(name)}", page=page)


def days(year: str = "") -> str:
    """All days of a year, 2026; without one, of the newest."""
    return with_query(DAYS, year=year)


def story(name: str) -> str:
    """The outlets of a story, by the id of its first article."""
    return f"/story/{_part(name)}"


def article(name: str) -> str:
    """An article's page, by its id."""
    return f"/detail/{_part(name)}.html"


def version(name: str, content_hash: str) -> str:
    """What one version of an article changed."""
    return f"/detail/{_part(name)}/{_part(content_hash)}"


def archived(name: str) -> str:
    """An article's page as it was received."""
    return f"/archived/{_part(name)}"


def archived_page(name: str) -> str:
    """What the frame on that page shows."""
    return f"{archived(name)}/page"


def search(text: str = "", page: int = 1, **filters: str) -> str:
    """A search. filters: the form's other fields (pages/search.py)."""
    return with_query(SEARCH, q=text, **filters, page=page)


def take_down(name: str = "") -> str:
    """The form by which somebody asks for an article to be taken down."""
    return with_query(ABOUT, article=name) + "#takedown"


def sitemap(number: int) -> str:
    """One of the sitemap's parts, from 1."""
    return f"/sitemap-{number}.xml"


def my(token: str = "", rest: str = "") -> str:
    """Where subscriptions are made, or one of them by its secret; rest: what is below it, such as feed.xml."""
    return "/".join(filter(None, ("/my", _part(token), rest)))


def subscribe(**wishes: str) -> str:
    """The form for a subscription, filled in: category, source, keyword."""
    return with_query(my(), **wishes)


def told(path: str) -> str:
    """A path as a log may have it: without what is secret in it."""
    return "/my/..." if path.startswith("/my/") else path


def stop(number: int, code: str) -> str:
    """The link of a message that ends notices."""
    return f"/my/stop/{number}/{_part(code)}"


def confirm(number: int, code: str) -> str:
    """The link of a message that lets notices begin."""
    return f"/my/confirm/{number}/{_part(code)}"


def feed_of(path: str, form: str, query: Mapping[str, str] | None = None) -> str:
    """The feed of a list, by the list's path; form: one of the names in feeds.FORMS; query: of a search."""
    return with_query(f"{path.rstrip('/')}/{form}", **(query or {}))


def _part(name: str) -> str:
    return quote(name, safe="", errors="replace")
