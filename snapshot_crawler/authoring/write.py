"""The files of a new site: its spider of at most 15 lines, its saved pages, and what is expected of them."""

from __future__ import annotations

import keyword
import re
from pathlib import Path
from urllib.parse import urlsplit

from snapshot_crawler.authoring.discover import SiteDescription
from snapshot_crawler.exceptions import ConfigurationError

SECOND_LEVEL = {"com", "net", "org", "gov", "edu", "ac", "co"}  # before a country: news.example.com.cn is `example`


def site_name(address: str) -> str:
    """A spider's name for a site, from its host: the name that was registered; a valid module name."""
    labels = (urlsplit(address).hostname or "").removeprefix("www.").split(".")
    labels = [label for label in labels if label]
    while len(labels) > 1 and (labels[-1] in SECOND_LEVEL or len(labels[-1]) <= 3 or labels[-1] in {"example", "test"}):
        labels.pop()
    name = re.sub(r"\W", "_", labels[-1].lower()) if labels else ""
    return check_name(f"site_{name}" if not name.isidentifier() or keyword.iskeyword(name) else name)


def check_name(name: str) -> str:
    """The name itself. Raises ConfigurationError when it cannot be a file of Python."""
    if not name.isidentifier() or keyword.iskeyword(name) or name != name.lower():
        raise ConfigurationError(f"{name!r} cannot name a spider; use small letters, digits and _, as in --name daily")
    return name


def spider_source(name: str, site: SiteDescription, looked_at: str) -> str:
    """The text of spiders/NAME.py: only what the shared reader needs to be told."""
    class_name = "".join(part.capitalize() for part in name.split("_")) + "Spider"
    encodings = ", ".join(site.encodings[:2]) or "unknown"
    lines = [
        f'"""{site.address}: {len(site.articles)} articles read on {looked_at}, {encodings}."""',
        "",
        "from snapshot_crawler.spiders.news import NewsSpider",
        "",
        "",
        f"class {class_name}(NewsSpider):",
        f"    name = {_quoted(name)}",
        f"    start_urls = {_list(site.start_urls)}",
    ]
    if site.article_links:
        lines.append(f'    article_links = r"{site.article_links}"')
    for attribute in ("feeds", "sitemaps"):
        if getattr(site, attribute):
            lines.append(f"    {attribute} = {_list(getattr(site, attribute))}")
    if site.timezone:
        lines.append(f"    timezone = {_quoted(site.timezone)}")
    if site.fields:
        pairs = ", ".join(f"{_quoted(field)}: {_quoted(selector)}" for field, selector in site.fields.items())
        lines.append(f"    fields = {{{pairs}}}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _list(values: list[str]) -> str:
    return "[" + ", ".join(map(_quoted, values)) + "]"


def refuse_existing(paths: list[Path], *, force: bool) -> None:
    """Raises ConfigurationError when one of the paths exists and --force was not given; nothing is touched."""
    existing = [str(path) for path in paths if path.exists()]
    if existing and not force:
        raise ConfigurationError(f"{' and '.join(existing)} exist; choose another --name, or overwrite with --force")
