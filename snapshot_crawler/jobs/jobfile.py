"""The job file: TOML in, jobs and channels out, or every mistake in it as one line with file, table and key.

The file is taken as a whole or not at all. What needs the project (spiders, settings) is looked at in checks.py.
jobs.schema.json says the same to editors; tests/jobs/test_jobfile.py holds the two together.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from snapshot_crawler.datadir import own_job_name
from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.jobs.channels import check_address
from snapshot_crawler.jobs.model import WORDS, Channel, Job, JobFile
from snapshot_crawler.jobs.timetable import DURATION_FORM, Timetable, check_cron, seconds_of
from snapshot_crawler.spelling import did_you_mean, nearest

DEFAULT_ZONE = "Asia/Shanghai"
TABLES = ("defaults", "jobs", "notify")
JOB_KEYS = (
    *("spider", "start", "args", "settings", "output", "every", "cron", "timezone", "jitter", "timeout", "enabled"),
    *("priority", "workers"),
)
CHANNEL_KEYS = ("url", "on", "jobs", "secret")
VARIABLE = re.compile(r"\$\{(\w+)\}")
T = TypeVar("T")


class JobFileError(ConfigurationError):
    """A job file that cannot be used. mistakes: a line each."""

    def __init__(self, mistakes: Iterable[str]) -> None:
        self.mistakes = list(mistakes)
        super().__init__("\n".join(self.mistakes))


class Mistakes:
    """Collects the lines, so that the file's writer sees all of them at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: list[str] = []

    def add(self, table: str, key: str | None, what: str) -> None:
        """Note one; key is None where the table itself is wrong."""
        self.lines.append(f"{self.path}: [{table}]{f' {key}' if key else ''}: {' '.join(what.split())}")

    def end(self) -> None:
        """Raises JobFileError when there was any."""
        if self.lines:
            raise JobFileError(self.lines)


class Table(NamedTuple):
    """One table of the file while it is being read."""

    name: str
    values: Mapping[str, Any]
    mistakes: Mistakes

    def wrong(self, key: str | None, what: str) -> None:
        """Note a mistake in this table."""
        self.mistakes.add(self.name, key, what)

    def only(self, keys: Iterable[str]) -> None:
        """Note every key that is none of these."""
        known = tuple(keys)
        for key in self.values:
            if key not in known:
                hint = did_you_mean(key, known) or f"; the keys are {', '.join(known)}"
                self.wrong(key, f"no such key{hint}")

    def read(self, key: str, kind: type | tuple[type, ...], form: str, make: Callable[[Any], T], default: T) -> T:
        """The value of key, made by make(), which raises ValueError; the default where there is none or a wrong one."""
        value = self.values.get(key)
        if value is None:
            return default
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            self.wrong(key, f"{value!r} is not {form}")
            return default
        try:
            return make(value)
        except ValueError as error:
            self.wrong(key, str(error))
            return default


def read_job_file(path: Path) -> JobFile:
    """The jobs and channels of a file. Raises JobFileError."""
    mistakes = Mistakes(path)
    document = _parse(path)
    for name, value in document.items():
        if name not in TABLES:
            hint = did_you_mean(name, TABLES) or "; the tables are [defaults], [jobs.NAME] and [notify.NAME]"
            mistakes.add(name, None, f"no such table{hint}")
        elif not isinstance(value, dict):
            mistakes.add(name, None, "is not a table")
    defaults = Table("defaults", _table(document, "defaults"), mistakes)
    defaults.only(JOB_KEYS)
    jobs = {name: _job(name, table, defaults) for name, table in _tables(document, "jobs", mistakes)}
    channels = {name: _channel(name, table) for name, table in _tables(document, "notify", mistakes)}
    for channel_name, channel in channels.items():
        if jobs and not any(channel.wants(job) for job in jobs):
            mistakes.add(f"notify.{channel_name}", "jobs", f"{', '.join(channel.jobs)} is the name of no job")
    settings = _values(defaults, "settings")
    mistakes.end()
    return JobFile(path, jobs, channels, settings)


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise JobFileError([f"{path}: no such file; begin one with: scrapy jobs add NAME, or set JOBS_FILE"]) from None
    except OSError as error:
        raise JobFileError([f"{path}: cannot be read: {error.strerror}"]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        table = _table_at(path, getattr(error, "lineno", 0) or _line_of(str(error)))
        raise JobFileError([f"{path}: [{table}]: not TOML: {' '.join(str(error).split())}"]) from None


def _line_of(message: str) -> int:
    found = re.search(r"at line (\d+)", message)  # tomllib gives the line in its message alone before Python 3.14
    return int(found[1]) if found else 0


def _table_at(path: Path, line: int) -> str:
    """The last table that is opened above a line, for the message."""
    above = path.read_text(encoding="utf-8", errors="replace").splitlines()[:line]
    return next((text.strip().strip("[]") for text in reversed(above) if text.strip().startswith("[")), "file")


def _table(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = document.get(name, {})
    return value if isinstance(value, dict) else {}


def _tables(document: Mapping[str, Any], kind: str, mistakes: Mistakes) -> list[tuple[str, Table]]:
    """The tables [kind.NAME]."""
    found = []
    for name, values in _table(document, kind).items():
        if isinstance(values, dict):
            found.append((name, Table(f"{kind}.{name}", values, mistakes)))
        else:
            mistakes.add(kind, name, f"is not a table; write [{kind}.NAME] above its keys")
    return found


# --- Jobs
def _job(name: str, own: Table, defaults: Table) -> Job:
    own.only(JOB_KEYS)
    try:
        own_job_name(name)
    except ConfigurationError as error:
        own.wrong(None, str(error).replace("JOB_NAME", "the job's name"))
    table = own._replace(values=_merged(own.values, defaults.values))
    args = _values(own, "args", _values(defaults, "args", quiet=True))
    start = table.read("start", (str, list), "a string, or a list of strings", _start, None)
    if start is not None:
        if "start" in args:
            own.wrong("args", "start stands in args and as start; leave one out")
        args = {"start": start, **args}
    timetable = _timetable(table)
    jitter_s = table.read("jitter", str, f"a time, {DURATION_FORM}", seconds_of, 0)
    if timetable.every_s is not None and jitter_s > timetable.every_s:
        own.wrong("jitter", f"{table.values['jitter']!r} is more than every")
    # a day, by choice: longer than a crawl of a large site
    timeout_s = table.read("timeout", str, f"a time, {DURATION_FORM}", _positive, 86_400)
    return Job(
        name=name,
        spider=table.read("spider", str, "a string", _filled, name),
        timetable=timetable,
        args=args,
        settings=_values(own, "settings", _values(defaults, "settings", quiet=True)),
        output=table.read("output", str, "a string", _filled, None),
        jitter_s=jitter_s,
        timeout_s=timeout_s,
        enabled=table.read("enabled", bool, "true or false", bool, True),
        priority=table.read("priority", int, "a whole number", int, 0),
        workers=table.read("workers", int, "a number of machines", _some, 1),
    )


def _merged(own: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """A job's keys over those of [defaults]; its own every or cron takes the place of either."""
    merged = {**defaults, **own}
    if "every" in own or "cron" in own:
        for key in ("every", "cron"):
            if key not in own:
                merged.pop(key, None)
    return merged


def _timetable(table: Table) -> Timetable:
    given = [key for key in ("every", "cron") if key in table.values]
    if len(given) == 2:
        table.wrong("every", "stands beside cron; keep one of them")
    elif not given and not any(nearest(key, ("every", "cron")) for key in table.values):  # that is told already
        table.wrong("every", "missing; give every or cron")
    zone = table.read("timezone", str, f'a zone, such as "{DEFAULT_ZONE}"', _zone, ZoneInfo(DEFAULT_ZONE))
    every_s = table.read("every", str, f"a time, {DURATION_FORM}", _positive, None)
    cron = table.read("cron", str, 'five fields, such as "0 8 * * *"', _cron, None)
    return Timetable(zone, every_s if every_s is not None or cron is not None else 86_400, cron)


def _values(table: Table, key: str, base: Mapping[str, str] | None = None, *, quiet: bool = False) -> dict[str, str]:
    """The table args or settings as the strings that stand behind -a and -s, over those of a base."""
    values = table.values.get(key, {})
    if not isinstance(values, dict):
        if not quiet:
            table.wrong(key, f"{values!r} is not a table, such as {{ DOWNLOAD_DELAY = 2 }}")
        return dict(base or {})
    made = dict(base or {})
    for name, value in values.items():
        try:
            made[name] = option_text(value)
        except ValueError as error:
            if not quiet:
                table.wrong(f"{key}.{name}", str(error))
    return made


def option_text(value: Any) -> str:
    """A TOML value as it is written behind -a NAME= and -s NAME=. Raises ValueError for a time or a date."""
    if isinstance(value, bool):
        return str(value)  # Scrapy's getbool takes "True" and "False"
    if isinstance(value, (str, int, float)):
        return str(value)
    if isinstance(value, list) and all(isinstance(part, (str, int, float)) for part in value):
        return ",".join(map(str, value))  # Scrapy's getlist
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)  # Scrapy's getdict
    raise ValueError(f"{value!r} must be a string")


def _start(value: str | list[Any]) -> str:
    if isinstance(value, list):
        if not all(isinstance(part, str) for part in value):
            raise ValueError(f"{value!r} is not a list of strings")
        value = ",".join(value)
    return _filled(value)


def _filled(value: str) -> str:
    if not value.strip():
        raise ValueError("is empty")
    return value


def _positive(value: str) -> int:
    seconds = seconds_of(value)
    if seconds <= 0:
        raise ValueError(f"{value!r} must be more than nothing")
    return seconds


def _some(value: int) -> int:
    if value < 1:
        raise ValueError(f"{value} must be 1 or more")
    return value


def _zone(value: str) -> ZoneInfo:
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        hint = did_you_mean(value, available_timezones())
        raise ValueError(f"no zone {value!r}{hint or f'; such as {DEFAULT_ZONE}'}") from None


def _cron(value: str) -> str:
    check_cron(value)
    return " ".join(value.split())


# --- Channels
def _channel(name: str, table: Table) -> Channel:
    table.only(CHANNEL_KEYS)
    if "url" not in table.values:
        table.wrong("url", "missing; an address such as json://host/path, mailto://..., or any of Apprise's")
    url = table.read("url", str, "a string", _with_environment, "")
    secret = table.read("secret", str, "a string", _with_environment, None)
    if url:
        try:
            check_address(url, signed=secret is not None)
        except ValueError as error:
            table.wrong("url", str(error))
    words = table.read("on", list, "a list of words", _words, list(WORDS))
    jobs = table.read("jobs", list, 'a list of names, such as ["daily-*"]', _patterns, ["*"])
    return Channel(name, url, frozenset(words), tuple(jobs), secret)


def _with_environment(text: str) -> str:
    """The text with each ${NAME} as the environment has it, so that a secret need not stand in the file."""
    for name in VARIABLE.findall(text):
        if name not in os.environ:
            raise ValueError(f"the environment has no {name}")
    return _filled(VARIABLE.sub(lambda found: os.environ[found[1]], text))


def _words(values: list[Any]) -> list[str]:
    for word in values:
        if word not in WORDS:
            hint = did_you_mean(word, WORDS) if isinstance(word, str) else ""
            raise ValueError(f"no word {word!r}{hint or '; the words are ' + ', '.join(sorted(WORDS))}")
    return list(values)


def _patterns(values: list[Any]) -> list[str]:
    if not all(isinstance(value, str) for value in values):
        raise ValueError(f"{values!r} is not a list of strings")
    return list(values)
