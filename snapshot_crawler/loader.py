"""The spider loader: a spider's name in, its class out. Only the file of that name is imported.

Scrapy calls it (SPIDER_LOADER_CLASS). Scrapy's own loader imports every site at each start: one broken file stops all
of them, or, with SPIDER_LOADER_WARN_ONLY, the sites sorted after it vanish with exit code 0 (Scrapy 2.19). Here
spiders/NAME.py is tried first. A spider whose file has another name is found by importing the files one by one; a file
that cannot be imported is reported and left out.
"""

from __future__ import annotations

import builtins
import logging
import pkgutil
import warnings
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from scrapy import Request, Spider
from scrapy.settings import BaseSettings
from scrapy.utils.spider import iter_spider_classes

from snapshot_crawler.exceptions import BrokenSpiderError
from snapshot_crawler.spelling import did_you_mean, nearest

logger = logging.getLogger(__name__)

# Attributes that Scrapy looks for in a spider and that no class of Scrapy has.
SCRAPYS_HOOKS = frozenset({"closed", "handle_httpstatus_list", "handle_httpstatus_all", "http_user", "http_pass"})


class SiteLoader:
    """Finds spiders by name for the `scrapy` command (SPIDER_LOADER_CLASS)."""

    def __init__(self, packages: builtins.list[str]) -> None:
        self.packages = packages
        self.broken: dict[str, str] = {}  # module name to what is wrong with it, once all were imported
        self._spiders: dict[str, type[Spider]] | None = None  # all of them; None until somebody asked

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> SiteLoader:
        """Scrapy's constructor; imports nothing yet."""
        return cls(settings.getlist("SPIDER_MODULES"))

    def load(self, spider_name: str) -> type[Spider]:
        """The spider of that name.

        Raises KeyError, with the nearest name, when no file holds it, and BrokenSpiderError when its file does not
        work.
        """
        for package in self.packages if spider_name.isidentifier() else ():
            module_name = f"{package}.{spider_name}"
            if _exists(module_name):
                found = _spiders_of(_imported(module_name)).get(spider_name)
                if found is not None:
                    return found
        spiders = self._all()
        if spider_name not in spiders:
            files = {module.rpartition(".")[2]: why for module, why in self.broken.items()}
            raise KeyError(
                f"Spider not found: {spider_name}{did_you_mean(spider_name, [*spiders, *files])}"
                + "".join(f"\n  {why}" for why in files.values())
            )
        return spiders[spider_name]

    def list(self) -> builtins.list[str]:
        """The names of all spiders that work; a broken file is named in one warning each."""
        spiders = self._all()
        for why in self.broken.values():
            warnings.warn(why, RuntimeWarning, stacklevel=2)
        return sorted(spiders)

    def find_by_request(self, request: Request) -> builtins.list[str]:
        """The names of the spiders whose site the request belongs to."""
        return [name for name, spider in self._all().items() if spider.handles_request(request)]

    def _all(self) -> dict[str, type[Spider]]:
        if self._spiders is None:
            self._spiders = {}
            for name in _modules(self.packages):
                try:
                    found = _spiders_of(_imported(name))
                except BrokenSpiderError as error:
                    self.broken[name] = str(error)
                    continue
                for spider_name in found.keys() & self._spiders.keys():
                    warnings.warn(
                        f"two spiders are named {spider_name!r}: {self._spiders[spider_name].__module__} and {name}; "
                        "rename one, or the second runs",
                        UserWarning,
                        stacklevel=3,
                    )
                self._spiders |= found
        return self._spiders


def _exists(module_name: str) -> bool:
    try:
        return find_spec(module_name) is not None
    except ImportError:
        return False


def _modules(packages: builtins.list[str]) -> Iterator[str]:
    """The names of all modules below the packages, the packages themselves too."""
    for package in packages:
        yield package
        module = import_module(package)
        if hasattr(module, "__path__"):
            for found in pkgutil.iter_modules(module.__path__, package + "."):
                yield from _modules([found.name]) if found.ispkg else (found.name,)


def _imported(module_name: str) -> ModuleType:
    """The module. Raises BrokenSpiderError for whatever its code raises: a site's mistake stays the site's own."""
    try:
        return import_module(module_name)
    except BrokenSpiderError:
        raise
    except (Exception, SystemExit) as error:
        where = f"{module_name.replace('.', '/')}.py"
        line = f" line {error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
        raise BrokenSpiderError(f"{where}{line} cannot be imported: {type(error).__name__}: {error}") from error


def _spiders_of(module: ModuleType) -> dict[str, type[Spider]]:
    """The spiders that a module defines. A class that inherits its name from another file is no site of its own."""
    classes = list(iter_spider_classes(module))
    for spider in classes:
        _check_attributes(spider, module.__name__)
    spiders = {spider.name: spider for spider in classes if _named_in(spider) == module.__name__}
    if classes and not spiders:
        stem = module.__name__.rpartition(".")[2]
        where = f"{module.__name__.replace('.', '/')}.py"
        raise BrokenSpiderError(f'{where}: {classes[0].__name__} has no name; add name = "{stem}"')
    return spiders


def _named_in(spider: type[Spider]) -> str | None:
    """The module whose class gave the spider its name."""
    return next(
        (parent.__module__ for parent in spider.__mro__ if getattr(parent, "name", None) and "name" in vars(parent)),
        None,
    )


def _check_attributes(spider: type[Spider], module_name: str) -> None:
    """Refuse a class attribute that is a misspelt one of a parent class; other new attributes are the author's own.

    Concerns spiders that are described by attributes, not plain ones of Scrapy's classes: those may have any method.
    """
    if all(parent.__module__.partition(".")[0] in ("scrapy", "builtins") for parent in spider.__mro__[1:]):
        return
    known = {name for parent in spider.__mro__[1:] for name in vars(parent) if not name.startswith("_")}
    for name in vars(spider):
        if name.startswith("_") or name in known or name in SCRAPYS_HOOKS:
            continue
        meant = nearest(name, known)
        if meant is not None:
            where = f"{module_name.replace('.', '/')}.py"
            raise BrokenSpiderError(f"{where}: no attribute {name}; did you mean {meant}?")
