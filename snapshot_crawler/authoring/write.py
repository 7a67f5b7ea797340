"""The files of a new site: a description goes in; a spider of at most 15 lines, saved pages and records are written."""

from __future__ import annotations

import keyword
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain, count
from pathlib import Path
from urllib.parse import urlsplit

from snapshot_crawler.authoring.discover import SiteDescription
from snapshot_crawler.exceptions import ConfigurationError

LONGEST_LINE = 120  # as in the rest of the project
SECOND_LEVEL = {"com", "net", "org", "gov", "edu", "ac", "co"}  # before a country: news.example.com.cn is `example`


def site_name(address: str) -> str:
    """A spider's name for a site, from its host: the name that was registered; a valid module name."""
    labels = _labels(address)
    # three letters: com, cn, org and the like are no names
    while len(labels) > 1 and (labels[-1] in SECOND_LEVEL or len(labels[-1]) <= 3 or labels[-1] in {"example", "test"}):
        labels.pop()
    return _module_name(labels[-1:])


def free_name(address: str, is_taken: Callable[[str], bool]) -> str:
    """The same, or where that is another spider's, a longer one: news.example.cn is news, news_example, news_2, ...

    is_taken: whether another site has the name.
    """
    labels, name = _labels(address), site_name(address)
    longer = (_module_name(labels[:end]) for end in range(2, len(labels) + 1))
    numbered = (f"{name}_{number}" for number in count(2))
    return next(one for one in chain([name], longer, numbered) if not is_taken(one))


def _labels(address: str) -> list[str]:
    """The parts of the host, www left out."""
    return [label for label in (urlsplit(address).hostname or "").removeprefix("www.").split(".") if label]


def _module_name(labels: list[str]) -> str:
    name = re.sub(r"\W", "_", "_".join(labels).lower())
    return check_name(f"site_{name}" if not name.isidentifier() or keyword.iskeyword(name) else name)


def check_name(name: str) -> str:
    """The name itself. Raises ConfigurationError when it cannot be a file of Python."""
    if not name.isidentifier() or keyword.iskeyword(name) or name != name.lower():
        raise ConfigurationError(f"{name!r} cannot name a spider; use small letters, digits and _, as in --name daily")
    return name


def spider_source(name: str, site: SiteDescription, looked_at: str) -> str:
    """The text of spiders/NAME.py: only where the site differs from the shared reader."""
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
        _assignment("start_urls", site.start_urls),
    ]
    if site.article_links:
        lines.append(f'    article_links = r"{site.article_links}"')
    for attribute in ("feeds", "sitemaps"):
        if getattr(site, attribute):
            lines.append(_assignment(attribute, getattr(site, attribute)))
    if site.row_address:
        lines.append(f"    row_address = {_quoted(site.row_address)}")
    if site.timezone:
        lines.append(f"    timezone = {_quoted(site.timezone)}")
    if site.fields:
        pairs = ", ".join(f"{_quoted(field)}: {_quoted(selector)}" for field, selector in site.fields.items())
        lines.append(f"    fields = {{{pairs}}}")
    if site.drop:
        lines.append(_all_of("drop", site.drop))
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _assignment(attribute: str, values: list[str]) -> str:
    """The attribute's line with as many of the first values as fit. The lists lead to the others."""
    kept = values[:1]
    for value in values[1:]:
        if len(_line(attribute, [*kept, value])) <= LONGEST_LINE:
            kept.append(value)
    line = _line(attribute, kept)
    return line if len(line) <= LONGEST_LINE else f"{line}  # noqa: E501"


def _all_of(attribute: str, values: list[str]) -> str:
    """The attribute with all values: in one line, or a line each."""
    line = _line(attribute, values)
    if len(line) <= LONGEST_LINE:
        return line
    each = [f"        {_quoted(value)}," for value in values]
    return "\n".join(
        [f"    {attribute} = [", *(f"{one}  # noqa: E501" if len(one) > LONGEST_LINE else one for one in each), "    ]"]
    )


def _line(attribute: str, values: list[str]) -> str:
    return f"    {attribute} = [{', '.join(map(_quoted, values))}]"


def refuse_existing(paths: list[Path], *, force: bool) -> None:
    """Raises ConfigurationError when one of the paths exists and --force was not given; nothing is touched."""
    existing = [str(path) for path in paths if path.exists()]
    if existing and not force:
        raise ConfigurationError(f"{' and '.join(existing)} exist; choose another --name, or overwrite with --force")


@contextmanager
def all_or_nothing(paths: list[Path]) -> Iterator[None]:
    """Put the paths aside during the block. If it fails, its new files are removed and the old ones come back."""
    with tempfile.TemporaryDirectory() as aside:
        kept = [(path, Path(aside) / str(number)) for number, path in enumerate(paths) if path.exists()]
        for path, place in kept:
            shutil.move(path, place)
        try:
            yield
        except BaseException:  # an interrupt too leaves nothing half-written
            for path in paths:
                _remove(path)
            for path, place in kept:
                shutil.move(place, path)
            raise


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
