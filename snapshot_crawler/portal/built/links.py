"""The addresses in a page: those of the portal in, those of the files out; and which pages are still to be made.

The application is told a public address that nobody can know beforehand (Marker), so what is an address of the portal
is certain: an article's text cannot hold it. Paths stand in attributes of our own templates, always in double quotes;
in texts these are escaped.
"""

from __future__ import annotations

import html
import re
import secrets
from collections.abc import Callable

from snapshot_crawler.portal.built.places import Place, place_of

ATTRIBUTE = re.compile(r' (href|src|action)="(/[^"]*)"')
CHARSET = '<meta charset="utf-8">'
NOT_IN_META = ("frame-ancestors", "sandbox", "report-uri")  # a policy in a page cannot have them (CSP3, 3.3)


class Links:
    """Turns pages into files. origin: the public address, which takes the marker's place; empty: paths alone.

    found: called with each place that is linked to.
    """

    def __init__(self, origin: str, found: Callable[[Place], None]) -> None:
        self.origin, self.found = origin, found
        self.marker = f"https://{secrets.token_hex(16)}.invalid"
        self._absolute = re.compile(re.escape(self.marker) + r"""([^\s"'<>\\]*)""")

    def page(self, text: str, policy: str) -> str:
        """A page of markup, with its policy inside: files have no headers."""
        text = ATTRIBUTE.sub(self._attribute, self.addresses(text))
        return with_policy(text, policy)

    def addresses(self, text: str) -> str:
        """Any text, with the portal's public addresses in it."""
        return self._absolute.sub(self._public, text)

    def turned(self, address: str) -> str | None:
        """The path that an address of the portal has among files; None where it has none."""
        path, sign, fragment = address.partition("#")
        place = place_of(path)
        if place is None:
            return None
        self.found(place)
        version = re.search(r"\?v=\w+$", path)  # of the style, which caches may keep for long
        return place.address + (version[0] if version else "") + sign + fragment

    def _attribute(self, match: re.Match[str]) -> str:
        turned = self.turned(html.unescape(match[2]))
        return "" if turned is None else f' {match[1]}="{html.escape(turned)}"'

    def _public(self, match: re.Match[str]) -> str:
        turned = self.turned(html.unescape(match[1]) or "/")
        return self.origin + ("/" if turned is None else html.escape(turned))


def with_policy(text: str, policy: str) -> str:
    """The page with its Content-Security-Policy as a tag, as far as a tag can have it."""
    parts = [part.strip() for part in policy.split(";")]
    kept = "; ".join(part for part in parts if part and not part.startswith(NOT_IN_META))
    tag = f'{CHARSET}\n<meta http-equiv="Content-Security-Policy" content="{html.escape(kept)}">'
    return text.replace(CHARSET, tag, 1) if kept else text
