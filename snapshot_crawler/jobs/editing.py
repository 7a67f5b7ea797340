"""`jobs add`: one more table at the end of the job file, whose comments and order stay as they are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import tomlkit
from scrapy.settings import BaseSettings

from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.jobs.jobfile import JobFileError
from snapshot_crawler.jobs.office import read_and_check

HEAD = """#:schema {schema}
# The scheduled jobs. docs/jobs.md says what each key means; `scrapy jobs check` looks for mistakes.
"""
SCHEMA = Path(__file__).parent / "jobs.schema.json"


def job_lines(name: str, values: Mapping[str, str]) -> str:
    """A job's table as it stands in the file."""
    document = tomlkit.document()
    document["jobs"] = tomlkit.table(is_super_table=True)
    document["jobs"][name] = dict(values)
    return tomlkit.dumps(document)


def add_job(path: Path, name: str, values: Mapping[str, str], settings: BaseSettings) -> str:
    """Append a job to the file, which is made when it is not there; the lines that were added.

    Raises ConfigurationError, with the file as it was, when the job is there already or the file would have a mistake.
    """
    try:
        before = path.read_text(encoding="utf-8") if path.exists() else HEAD.format(schema=SCHEMA)
        document = tomlkit.parse(before)
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read: {error.strerror}") from None
    except tomlkit.exceptions.ParseError as error:
        raise JobFileError([f"{path}: [file]: not TOML: {error}"]) from None
    if name in document.get("jobs", {}):
        raise ConfigurationError(f"{path}: [jobs.{name}]: is there already; edit it there")
    lines = job_lines(name, values)
    new = path.with_name(path.name + ".new")
    try:
        new.write_text(f"{before.rstrip()}\n\n{lines}", encoding="utf-8")
        read_and_check(new, settings)
        new.replace(path)
    except JobFileError as error:
        raise JobFileError(line.replace(str(new), str(path)) for line in error.mistakes) from None
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be written: {error.strerror}") from None
    finally:
        new.unlink(missing_ok=True)
    return lines
