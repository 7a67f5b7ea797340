"""The class that a setting names by its path: settings in, class out."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from typing import Any

from snapshot_crawler.exceptions import ConfigurationError


def named_class(settings: Mapping[str, Any], setting: str, usual: str) -> Any:
    """The class; usual: the path where the setting is empty. Raises ConfigurationError."""
    path = settings.get(setting) or usual
    try:
        return pkgutil.resolve_name(path)
    except (ImportError, AttributeError, ValueError, TypeError) as error:
        raise ConfigurationError(
            f"{setting} is {path!r}, which names no class: {error}; the usual one is {usual}"
        ) from error
