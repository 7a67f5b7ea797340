"""Templates: a name and values in, a page out. Escaping is always on, whatever a template is called.

Besides its own values a template has: asked (the request), to (addresses.py), word (words.py in the reader's
language), and the filters below.
"""

from __future__ import annotations

import hashlib
import json
import re
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from snapshot_crawler.library.model import Marked
from snapshot_crawler.portal import addresses, times
from snapshot_crawler.portal.configuration import Configuration
from snapshot_crawler.portal.feeds import FORMS, clean

if TYPE_CHECKING:
    from snapshot_crawler.portal.asked import Reader

HAN, KANA, HANGUL = re.compile("[\u4e00-\u9fff]"), re.compile("[\u3041-\u30ff]"), re.compile("[\uac00-\ud7a3]")


class Templates:
    """The templates of the portal, compiled once.

    is_built: the pages become files (built/): without what needs a server. has_address: it is known where they are
    read; without it there are no feeds, sitemaps and canonical links.
    """

    def __init__(self, configuration: Configuration, *, is_built: bool = False, has_address: bool = True) -> None:
        self.configuration = configuration
        self.has_address = has_address
        self.style = files(__package__).joinpath("static/portal.css").read_bytes()
        self.environment = Environment(
            loader=PackageLoader(__package__, "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.environment.filters.update(
            marked=marked,
            web=web_address,
            moment=times.shown,
            full=times.in_full,
            china=times.chinese,
            data=data_block,
            number=number,
            tongue=tongue,
            xml=xml,
            host=host,
        )
        version = hashlib.blake2b(self.style, digest_size=4).hexdigest()
        self.environment.globals.update(
            to=addresses,
            feed_forms=FORMS if has_address else {},
            style=f"{addresses.STYLE}?v={version}",
            is_built=is_built,
            has_address=has_address,
        )

    def render(self, template: str, asked: Reader, **values: Any) -> str:
        """One page."""
        words = asked.word
        usual: dict[str, Any] = {
            "canonical": None,
            "title": None,
            "description": words("tagline"),
            "is_indexed": True,
            "feed_path": addresses.HOME,
            "feed_query": {},
        }
        name = self.configuration.name or words("site_name")
        page = self.environment.get_template(template)
        return page.render({**usual, "asked": asked, "word": words, "name": name, "here": here(asked), **values})


def here(asked: Reader) -> str:
    """Path and query of the page, to come back to; as they came, not by way of the Host header."""
    scope = asked.request.scope
    path = (scope.get("raw_path") or quote(scope["path"]).encode()).decode("ascii", "replace")
    query = scope["query_string"].decode("ascii", "replace")
    return f"{path}?{query}" if query else path


def marked(parts: Marked) -> Markup:
    """A text with its hits in <mark>."""
    return Markup("").join(Markup("<mark>{}</mark>").format(text) if is_hit else text for text, is_hit in parts)


def web_address(url: object) -> str | None:
    """The address itself where it may be a link: http and https alone, so never a script."""
    if not isinstance(url, str):
        return None
    try:
        split = urlsplit(url)
    except ValueError:
        return None
    return url if split.scheme.lower() in ("http", "https") and split.netloc else None


def host(url: str) -> str:
    """The host of an address that is one."""
    return urlsplit(url).hostname or url


def data_block(value: object) -> Markup:
    """JSON that no markup can break out of, for <script type="application/ld+json">, which browsers do not run."""
    text = json.dumps(value, ensure_ascii=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)


def tongue(text: str) -> str | None:
    """The language of a short text by its script, for screen readers; None where that does not tell."""
    if KANA.search(text):
        return "ja"
    return "zh" if HAN.search(text) else "ko" if HANGUL.search(text) else None


def xml(text: object) -> str:
    """A text without what XML 1.0 forbids (https://www.w3.org/TR/xml/#charsets)."""
    return clean(str(text or ""))


def number(value: int) -> str:
    """12,345"""
    return f"{value:,}"
