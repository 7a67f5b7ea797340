"""The words of `scrapy jobs` as an operator types them."""

from __future__ import annotations

from pathlib import Path

import pytest

from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.jobs.editing import add_job
from snapshot_crawler.jobs.history import History
from snapshot_crawler.jobs.jobfile import read_job_file
from snapshot_crawler.jobs.outcome import Outcome
from tests.crash.site import NewsSite
from tests.jobs.test_rounds import table
from tests.jobs.world import MovableClock, Webhook, World

JOB = '[jobs.banyuetan]\nevery = "1h"\n'


def test_a_first_job_and_a_second_keep_what_somebody_wrote_between(tmp_path: Path) -> None:
    world = World(tmp_path)
    done = world.jobs("add", "banyuetan", "--every", "2h")
    assert done.returncode == 0, done.stderr
    assert '[jobs.banyuetan]\nevery = "2h"' in done.stdout
    world.file.write_text(world.file.read_text() + "# read this before you touch it\n", encoding="utf-8")
    done = world.jobs("add", "people", "--spider", "news", "--start", "https://people.example/", "--cron", "0 8 * * *")
    assert done.returncode == 0, done.stderr
    text = world.file.read_text(encoding="utf-8")
    assert "# read this before you touch it" in text and text.startswith("#:schema ")
    people = read_job_file(world.file).jobs["people"]
    assert (people.spider, people.args, people.timetable.cron) == (
        "news",
        {"start": "https://people.example/"},
        "0 8 * * *",
    )


def test_a_job_that_would_be_a_mistake_is_not_added(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.write(JOB)
    before, settings = world.file.read_text(), world.office().settings
    for name, values, words in (
        ("banyuetan", {"every": "1h"}, "is there already"),
        ("cnr", {"every": "1y"}, "'1y' is no time"),
        ("nobody", {"every": "1h"}, "Spider not found"),
    ):
        with pytest.raises(ConfigurationError, match=words):
            add_job(world.file, name, values, settings)
    assert world.file.read_text() == before and list(tmp_path.iterdir()) == [world.file]


def test_history_and_log(tmp_path: Path) -> None:
    world, clock = World(tmp_path), MovableClock()
    world.write(JOB)
    office = world.office(clock)
    log = tmp_path / "a.log"
    log.write_text("what the run said\n")
    with office.history() as history:
        for code, word in ((0, "complete"), (7, "start page failed")):
            number = history.claim("banyuetan", "hand", clock.now(), lambda state: True, takes_time=True)
            assert number is not None
            history.started(number, 1, str(log))
            clock.wait(90)
            history.finish(number, Outcome(code, word, articles=3, pages=12), clock.now())
    said = world.jobs("history", "banyuetan").stdout.splitlines()
    assert len(said) == 3 and "start page failed (7)" in said[1] and "90s" in said[1] and "complete (0)" in said[2]
    assert world.jobs("log", "banyuetan").stdout == "what the run said\n"
    assert "start page failed (7)" in world.jobs("list").stdout


def test_every_channel_can_be_tried(tmp_path: Path) -> None:
    world = World(tmp_path)
    with Webhook() as hook:
        world.write(f'{JOB}[notify.hook]\nurl = "{hook.url}"\n[notify.dead]\nurl = "json://127.0.0.1:9/"\n')
        done = world.jobs("notify", "--test")
        assert done.returncode == 1
        assert done.stdout.startswith("hook: sent\ndead: not sent: ")
        assert world.jobs("notify", "--test", "hook").returncode == 0
        assert [message["type"] for message in hook.messages] == ["info", "info"]
        done = world.jobs("notify", "--test", "hok")
        assert (done.returncode, done.stderr.strip()) == (
            2,
            f"{world.file}: [notify.hok]: no such channel; did you mean hook?",
        )


def test_notices_of_a_round_are_sent_at_its_end(tmp_path: Path) -> None:
    world = World(tmp_path)
    with NewsSite(articles=2) as site, Webhook() as hook:
        channel = f'[notify.hook]\nurl = "{hook.url}"\n'
        world.write(table(site, "dead", 'every = "1d"', "/no-such-page") + channel)
        done = world.jobs("run", "dead")
        assert done.returncode == 7, done.stdout + done.stderr
        assert hook.titles() == ["dead: failed"]
        assert world.jobs("run", "dead").returncode == 7
        assert len(hook.messages) == 1
    with History(world.data / "jobs" / "history.sqlite") as history:
        assert history.state("dead").failures == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "say what to do"),
        (["lst"], "did you mean list?"),
        (["run"], "name the jobs"),
        (["check", "x"], "takes no names"),
    ],
)
def test_what_is_not_understood(tmp_path: Path, words: list[str], said: str) -> None:
    world = World(tmp_path)
    world.write(JOB)
    done = world.jobs(*words)
    assert done.returncode == 2 and said in done.stderr
