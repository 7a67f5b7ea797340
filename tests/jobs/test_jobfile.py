"""The job file: what it means, and each mistake as one line with file, table and key."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from zoneinfo import ZoneInfo

import jsonschema
import pytest

import snapshot_crawler.jobs
from snapshot_crawler.jobs.jobfile import JobFileError, read_job_file
from snapshot_crawler.jobs.office import Office
from snapshot_crawler.jobs.timetable import Timetable
from tests.jobs.world import World

SCHEMA = json.loads((Path(snapshot_crawler.jobs.__file__).parent / "jobs.schema.json").read_text(encoding="utf-8"))
WHOLE = """
[defaults]
timezone = "Europe/Berlin"
every = "6h"
args = { full = 0 }
settings = { CONTACT = "you@example.org", DOWNLOAD_DELAY = 2 }

[jobs.people]
spider = "news"
start = ["https://people.example/", "https://people.example/politics/"]
settings = { DOWNLOAD_DELAY = 0.5, TLS_UNVERIFIED_HOSTS = ["a.example", "b.example"], PROGRESS = false }
output = "out/people.jsonl"
jitter = "5m"
timeout = "90m"

[jobs.cnr]
cron = "0 8 * * *"
timezone = "Asia/Shanghai"
enabled = false
priority = 3

[notify.mail]
url = "mailto://u:p@example.org?smtp=mx.example.org"
on = ["failed", "recovered"]
jobs = ["peo*"]
"""


def read(folder: Path, text: str) -> list[str]:
    """The mistakes of a job file."""
    path = folder / "jobs.toml"
    path.write_text(text, encoding="utf-8")
    try:
        read_job_file(path)
    except JobFileError as error:
        return [line.removeprefix(f"{path}: ") for line in error.mistakes]
    return []


def job(keys: str) -> str:
    return f'[jobs.a]\nspider = "news"\nstart = "https://a.example/"\n{keys}\n'


def test_the_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "jobs.toml"
    path.write_text(WHOLE, encoding="utf-8")
    file = read_job_file(path)
    people, cnr = file.jobs["people"], file.jobs["cnr"]
    assert (people.spider, cnr.spider) == ("news", "cnr")  # a job's spider is its name unless it says another
    assert people.timetable == Timetable(ZoneInfo("Europe/Berlin"), every_s=6 * 3600)
    assert cnr.timetable == Timetable(ZoneInfo("Asia/Shanghai"), cron="0 8 * * *")  # takes the place of the default
    assert (people.jitter_s, people.timeout_s, people.enabled, cnr.enabled, cnr.priority) == (300, 5400, True, False, 3)
    assert people.argv({"LOG_LEVEL": "DEBUG"}) == [
        *("scrapy", "crawl", "news", "-a", "start=https://people.example/,https://people.example/politics/"),
        *("-a", "full=0", "-o", "out/people.jsonl", "-s", "CONTACT=you@example.org", "-s", "DOWNLOAD_DELAY=0.5"),
        *("-s", "TLS_UNVERIFIED_HOSTS=a.example,b.example", "-s", "PROGRESS=False", "-s", "LOG_LEVEL=DEBUG"),
        *("-s", "JOB_NAME=people"),
    ]
    mail = file.channels["mail"]
    assert mail.on == {"failed", "recovered"}
    assert mail.wants("people") and not mail.wants("cnr")


MISTAKES = [
    (job('evry = "15m"'), "[jobs.a] evry: no such key; did you mean every?"),
    (job(""), "[jobs.a] every: missing; give every or cron"),
    (job('every = "15m"\ncron = "0 8 * * *"'), "[jobs.a] every: stands beside cron; keep one of them"),
    (job('every = "15x"'), "[jobs.a] every: '15x' is no time"),
    (job('every = "0s"'), "[jobs.a] every: '0s' must be more than nothing"),
    (job("every = 15"), "[jobs.a] every: 15 is not a time"),
    (job('cron = "0 8 * *"'), "[jobs.a] cron: '0 8 * *' needs five fields"),
    (job('cron = "0 0 8 * * *"'), "[jobs.a] cron: '0 0 8 * * *' needs five fields"),
    (job('cron = "61 8 * * *"'), "[jobs.a] cron: '61 8 * * *' is no cron expression: Bad minute"),
    (job('cron = "0 8 31 2 *"'), "[jobs.a] cron: '0 8 31 2 *' is no cron expression: Bad day-of-month"),
    (job('every = "1d"\ntimezone = "Asia/Shanghia"'), "[jobs.a] timezone: no zone 'Asia/Shanghia'; did you mean"),
    (job('every = "1h"\njitter = "2h"'), "[jobs.a] jitter: '2h' is more than every"),
    (job('every = "1h"\nenabled = "yes"'), "[jobs.a] enabled: 'yes' is not true or false"),
    (job('every = "1h"\nargs = { start = "https://b.example/" }'), "[jobs.a] args: start stands in args and as start"),
    (job('every = "1h"\nsettings = "X=1"'), "[jobs.a] settings: 'X=1' is not a table"),
    (job('every = "1h"\nsettings = { T = 2026-01-01 }'), "[jobs.a] settings.T: datetime.date(2026, 1, 1) must be"),
    ('[jobs."a/b"]\nevery = "1h"', "[jobs.a/b]: the job's name is 'a/b'; it takes letters"),
    ("[jobs]\na = 1", "[jobs] a: is not a table; write [jobs.NAME] above its keys"),
    ("[job.a]\n", "[job]: no such table; did you mean jobs?"),
    ('[jobs.a]\nevery = "1h"\nevery = "2h"\n', "[jobs.a]: not TOML: Cannot overwrite a value (at line 3"),
    ("[notify.x]\n", "[notify.x] url: missing"),
    ('[notify.x]\nurl = "json://h/"\non = ["fialed"]', "[notify.x] on: no word 'fialed'; did you mean failed?"),
    ('[notify.x]\nurl = "json://h/"\njobs = "a"', "[notify.x] jobs: 'a' is not a list of names"),
    ('[notify.x]\nurl = "nonsense"', "[notify.x] url: 'nonsense' is no address"),
    ('[notify.x]\nurl = "json://h/${NO_SUCH_VARIABLE_HERE}"', "[notify.x] url: the environment has no NO_SUCH"),
    (
        '[notify.x]\nurl = "mailto://a:b@h?smtp=h"\nsecret = "s"',
        "[notify.x] url: secret signs json:// and jsons:// only",
    ),
    (job('every = "1h"') + '[notify.x]\nurl = "json://h/"\njobs = ["b*"]', "[notify.x] jobs: b* is the name of no job"),
]


@pytest.mark.parametrize(("text", "line"), MISTAKES)
def test_a_mistake_is_one_line_with_table_and_key(tmp_path: Path, text: str, line: str) -> None:
    found = read(tmp_path, text)
    assert len(found) == 1 and found[0].startswith(line), found


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    found = read(tmp_path, '[jobs.a]\nspidr = "x"\nevery = "1y"\n[jobs.b]\ncron = "x"\n')
    assert [line.partition(":")[0] for line in found] == ["[jobs.a] spidr", "[jobs.a] every", "[jobs.b] cron"]


def test_secrets_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK", "tok")
    path = tmp_path / "jobs.toml"
    path.write_text('[notify.x]\nurl = "json://h/${HOOK}"\n', encoding="utf-8")
    assert read_job_file(path).channels["x"].url == "json://h/tok"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[jobs.banyuetann]\nevery = "1h"', "[jobs.banyuetann] spider: Spider not found: banyuetann; did you mean"),
        ('[jobs.a]\nspider = "news"\nevery = "1h"', "[jobs.a] start: spider 'news' needs a start page"),
        (
            job('every = "1h"\nargs = { ful = 1 }'),
            "[jobs.a] args: spider 'news' has no argument 'ful'; did you mean full?",
        ),
        (
            job('every = "1h"') + '[jobs.b]\nspider = "news"\nstart = "https://a.example"\nevery = "1h"',
            "[jobs.b] start: the same spider, start and args as [jobs.a]",
        ),
        (
            job('every = "1h"\noutput = "x.jsonl"')
            + '[jobs.b]\nspider = "news"\nstart = "https://b.example"\nevery = "1h"\noutput = "./x.jsonl"',
            "[jobs.b] output: the same output as [jobs.a]",
        ),
    ],
)
def test_mistakes_that_only_the_project_shows(tmp_path: Path, text: str, line: str) -> None:
    world = World(tmp_path)
    world.write(text)
    with pytest.raises(JobFileError) as error:
        world.office()
    assert len(error.value.mistakes) == 1
    assert error.value.mistakes[0].removeprefix(f"{world.file}: ").startswith(line)


def test_a_setting_that_scrapy_does_not_know_is_a_warning(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.write(job('every = "1h"\nsettings = { DOWNLOAD_DELAI = 1 }'))
    (warning,) = world.office().findings.warnings
    assert (
        "[jobs.a] settings.DOWNLOAD_DELAI: warning: Scrapy has no such setting; did you mean DOWNLOAD_DELAY?" in warning
    )


@pytest.mark.parametrize(
    "text", [WHOLE, *(text for text, line in MISTAKES if "no such key" in line or "missing" in line)]
)
def test_the_schema_for_editors_agrees(tmp_path: Path, text: str) -> None:
    is_right = not read(tmp_path, text)
    errors = list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(tomllib.loads(text)))
    assert bool(errors) != is_right, errors


def test_the_schema_names_every_key() -> None:
    from snapshot_crawler.jobs import jobfile
    from snapshot_crawler.jobs.model import WORDS

    assert tuple(SCHEMA["properties"]) == jobfile.TABLES
    assert set(SCHEMA["$defs"]["job"]["properties"]) == set(jobfile.JOB_KEYS)
    assert set(SCHEMA["$defs"]["channel"]["properties"]) == set(jobfile.CHANNEL_KEYS)
    assert set(SCHEMA["$defs"]["channel"]["properties"]["on"]["items"]["enum"]) == set(WORDS)


def test_the_command_starts_nothing_and_exits_2(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.write('[jobs.banyuetan]\nevry = "1h"\n')
    for words in (["check"], ["run", "banyuetan"]):  # all words begin alike: commands/jobs.py
        done = world.jobs(*words)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.splitlines() == [
            f"{world.file}: [jobs.banyuetan] evry: no such key; did you mean every?",
        ]
    assert not world.data.exists()


def test_the_office_names_the_nearest_job(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.write('[jobs.banyuetan]\nevery = "1h"\n')
    office: Office = world.office()
    with pytest.raises(Exception, match=r"\[jobs.banyuetann\]: no such job; did you mean banyuetan\?"):
        office.job("banyuetann")


def test_several_machines_for_a_job_need_a_database(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.write('[jobs.one]\nspider = "snapshot"\nstart = "https://a.example/"\nevery = "1h"\nworkers = 4\n')
    with pytest.raises(JobFileError, match=r"\[jobs\.one\] workers: 4 machines share a job only with DATABASE_URL"):
        world.office()
    world.write('[jobs.one]\nspider = "snapshot"\nstart = "https://a.example/"\nevery = "1h"\nworkers = 0\n')
    with pytest.raises(JobFileError, match="workers: 0 must be 1 or more"):
        world.office()
