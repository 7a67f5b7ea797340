"""Packages that come with an extra: a name in, the module or the way to it out."""

from __future__ import annotations

import importlib
from typing import Any

from snapshot_crawler.exceptions import ConfigurationError


def needed(package: str, extra: str) -> Any:
    """An extra package's module. Raises ConfigurationError with the way out where it is not installed."""
    try:
        return importlib.import_module(package)
    except ImportError as error:
        name = package.partition(".")[0]
        raise ConfigurationError(f"this needs {name}: pip install 'snapshot_crawler[{extra}]'") from error
