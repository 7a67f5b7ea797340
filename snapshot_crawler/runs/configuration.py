"""The settings of a run, checked before it starts: impossible values are refused, misspelt names get a warning.

The commands call it. Scrapy itself reads most settings late. It accepts a negative number; a word instead of a number
ends in a traceback in the middle of a run; a misspelt name has no effect. The default of a setting, in Scrapy or in our
settings.py, shows its type. The tables below add the rest. An unknown name may belong to a spider or an add-on, so it
gets a warning, and only if it is close to a known name.
"""

from __future__ import annotations

import codecs
import logging
import math
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings, default_settings

import snapshot_crawler.settings as own_settings
from snapshot_crawler.exceptions import ConfigurationError, ExitCode
from snapshot_crawler.spelling import did_you_mean, nearest

logger = logging.getLogger(__name__)

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
# 0 to 1; the first has no default
SHARES = frozenset({"ERROR_SHARE_MAX", "ARTICLE_FAILURE_SHARE_MAX", "CALLBACK_ERROR_SHARE_MAX"})
SIGNED = frozenset({"DEPTH_PRIORITY", "REDIRECT_PRIORITY_ADJUST", "RETRY_PRIORITY_ADJUST"})
ABOVE_ZERO = frozenset({
    "CONCURRENT_REQUESTS", "CONCURRENT_REQUESTS_PER_DOMAIN", "CONCURRENT_ITEMS", "DOWNLOAD_TIMEOUT", "DOWNLOAD_MAXSIZE",
    "DNS_TIMEOUT", "REACTOR_THREADPOOL_MAXSIZE", "AUTOTHROTTLE_TARGET_CONCURRENCY", "LINKS_PER_PAGE_MAX",
    "SCRAPER_SLOT_MAX_ACTIVE_SIZE", "MEMUSAGE_CHECK_INTERVAL_SECONDS",
})  # fmt: skip
# Read as floats, though the default is a whole number (getfloat in Scrapy and here).
FLOATS = frozenset({
    "CLOSESPIDER_TIMEOUT_NO_ITEM", "CRAWL_DELAY_MAX", "DNS_TIMEOUT", "DOWNLOAD_DELAY", "DOWNLOAD_TIMEOUT",
    "RETRY_AFTER_MAX",
})  # fmt: skip
# Known, though without a default: Scrapy's documentation names them, or its components read them.
NAMED = frozenset({
    "DOWNLOAD_SLOTS", "FEED_EXPORTERS", "FILES_EXPIRES", "FILES_RESULT_FIELD",
    "FILES_URLS_FIELD", "HTTPPROXY_AUTH_ENCODING", "IMAGES_EXPIRES", "IMAGES_MIN_HEIGHT", "IMAGES_MIN_WIDTH",
    "IMAGES_RESULT_FIELD", "IMAGES_THUMBS", "IMAGES_URLS_FIELD", "MEDIA_ALLOW_REDIRECTS", "REFERRER_POLICY",
    "ROBOTSTXT_PARSER", "SPIDER_MODULES", "NEWSPIDER_MODULE", "SETTINGS_MODULE", "CONCURRENT_REQUESTS_PER_IP",
})  # fmt: skip


def check_settings(settings: BaseSettings) -> None:
    """Raises ConfigurationError for the first impossible value: one line with the value and the way out.

    DUPLICATES, SUSPECT, JOB_NAME and PRIVATE_NETWORKS_ALLOWED are judged by the components that read them.
    """
    log_level(settings["LOG_LEVEL"])
    if not str(settings.get("DATA_DIR", "data")).strip():  # as of a shell's variable that is not set
        raise ConfigurationError(f"DATA_DIR is {settings['DATA_DIR']!r}; it takes a folder, such as data")
    _check_encoding(settings["FEED_EXPORT_ENCODING"])
    for name, default in _defaults().items():
        if not isinstance(default, (int, float)) and name not in SHARES:
            continue
        value = settings.get(name)
        if value is None:
            continue
        if name in SHARES:
            _check_number(name, value, 0.5)  # a default with a fraction: shares may have one
        elif isinstance(default, bool):
            _check_boolean(settings, name)
        else:
            _check_number(name, value, default)
    _check_log_file(settings["LOG_FILE"])


def refuse_bad_settings(settings: BaseSettings) -> None:
    """The same for a command's process_options, where there is no log yet: one line on standard error, exit code 2."""
    try:
        check_settings(settings)
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        raise SystemExit(int(ExitCode.CONFIGURATION)) from None
    settings.set("LOG_LEVEL", log_level(settings["LOG_LEVEL"]), priority=settings.getpriority("LOG_LEVEL") or 0)


def warn_of_unknown_settings(settings: BaseSettings, spider_settings: Mapping[str, Any] | None) -> None:
    """Warn of each unknown name given with -s, with the known name that was probably meant.

    spider_settings: the spider's custom_settings, whose names are its own.
    """
    known = {*_defaults(), *NAMED, *(spider_settings or {})}
    known |= {name for name in settings if settings.getpriority(name) == SETTINGS_PRIORITIES["project"]}
    for name in _given(settings):
        if name not in known and (meant := nearest(name, known)) is not None:
            logger.warning("-s %s: no setting has this name; did you mean %s?", name, meant)


def _given(settings: BaseSettings) -> Iterator[str]:
    return (str(name) for name in settings if settings.getpriority(name) == SETTINGS_PRIORITIES["cmdline"])


def _defaults() -> dict[str, Any]:
    """Every setting that Scrapy or this project has a default for; ours before Scrapy's."""
    return {
        name: value
        for module in (default_settings, own_settings)
        for name, value in vars(module).items()
        if name.isupper()
    }


def log_level(value: Any) -> str | int:
    """The number of LOG_LEVEL, from a name in any case or a number. Raises ConfigurationError for another value."""
    text = str(value).strip().upper()
    if text.isdigit():
        return int(text)
    if not isinstance(logging.getLevelName(text), int):
        raise ConfigurationError(f"LOG_LEVEL is {value!r}; it takes {', '.join(LEVELS)}{did_you_mean(text, LEVELS)}")
    return text


def _check_boolean(settings: BaseSettings, name: str) -> None:
    try:
        settings.getbool(name)
    except ValueError:
        value = settings.get(name)
        raise ConfigurationError(f"{name} is {value!r}; it takes True or False, 1 or 0") from None


def _check_number(name: str, value: Any, default: float) -> None:
    """A number of the default's kind, within the bounds that the name has."""
    is_whole = isinstance(default, int) and name not in FLOATS
    kind = "a whole number" if is_whole else "a number"
    try:
        number = int(value) if is_whole else float(value)
    except (TypeError, ValueError, OverflowError):
        raise ConfigurationError(f"{name} is {value!r}; it takes {kind}, such as {default}") from None
    if name in SHARES:
        bounds, is_good = "between 0 and 1", 0 <= number <= 1
    elif name in ABOVE_ZERO:
        bounds, is_good = "above 0", 0 < number < math.inf
    else:
        bounds, is_good = "of 0 or more", 0 <= number < math.inf or (name in SIGNED and math.isfinite(number))
    if not is_good:
        raise ConfigurationError(f"{name} is {value!r}; it takes {kind} {bounds}, such as {default}")


def _check_encoding(value: Any) -> None:
    """FEED_EXPORT_ENCODING: one that Python knows; with another no item could be written."""
    if not value:
        return
    try:
        codecs.lookup(str(value))
    except LookupError:
        raise ConfigurationError(f"FEED_EXPORT_ENCODING is {value!r}; it takes an encoding, such as utf-8") from None


def _check_log_file(value: Any) -> None:
    """LOG_FILE: a file that can be written."""
    if not value:
        return
    path = Path(str(value))
    is_new = not path.exists()
    try:
        path.open("ab").close()
    except OSError as error:
        raise ConfigurationError(f"LOG_FILE {str(path)!r} cannot be written: {error.strerror}") from None
    if is_new:
        path.unlink(missing_ok=True)
