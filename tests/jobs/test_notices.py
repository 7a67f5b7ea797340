"""Notices: changes and not runs, one a change, once to each channel that asked; and channels that fail."""

from __future__ import annotations

import hashlib
import hmac
import socketserver
import threading
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from snapshot_crawler.exceptions import ExitCode
from snapshot_crawler.jobs import outbox
from snapshot_crawler.jobs.channels import Message, SendingError, _by_apprise, check_address, send
from snapshot_crawler.jobs.condition import AGAIN_AFTER_S
from snapshot_crawler.jobs.history import STOP_TIMEOUT, History
from snapshot_crawler.jobs.model import Channel
from snapshot_crawler.jobs.outcome import Outcome
from snapshot_crawler.jobs.places import Places
from tests.jobs.world import MovableClock, Webhook, wait_until

DAY = AGAIN_AFTER_S


class Diary:
    """The ends of one job's runs, and what was told of them."""

    def __init__(self, folder: Path) -> None:
        self.places = Places(folder)
        self.history, self.clock = History(self.places.history), MovableClock()
        self.history.see(["a"], self.clock.now())

    def run(self, code: int, *, articles: int = 0, after_s: float = 900, is_stuck: bool = False) -> None:
        self.clock.wait(after_s)
        now = self.clock.now()
        number = self.history.claim("a", "timetable", now, lambda state: True, takes_time=True)
        assert number is not None
        if is_stuck:
            self.history.stop(number, STOP_TIMEOUT)
        word = ExitCode(code).name.lower() if code < 11 else "killed"
        outcome = Outcome(code, word, articles=articles, facts={"examples": {"no-body": ["https://a.example/1"]}})
        self.history.finish(number, outcome, now)

    def told(self) -> list[str]:
        return [row[0] for row in self.history.db.execute("SELECT words FROM event ORDER BY id")]


@pytest.fixture
def diary(tmp_path: Path) -> Iterator[Diary]:
    made = Diary(tmp_path)
    yield made
    made.history.close()


@pytest.mark.parametrize(
    ("codes", "told"),
    [
        ([0, 0, 0], []),
        ([0, 7, 7, 7, 0, 0], ["failed", "recovered"]),
        ([7], ["failed"]),  # a job that fails from the beginning
        ([0, 3, 4, 0], []),  # a limit and a stop say nothing
        ([0, 7, 3, 4, 7, 0], ["failed", "recovered"]),
        ([0, 10, 10, 0], ["drift failed", "recovered"]),
        ([0, 7, 10, 7, 0], ["failed", "drift", "recovered"]),  # another trouble is a change
        ([0, 9, 0], ["disk failed", "recovered"]),
        ([0, 137, 0], ["failed", "recovered"]),
        ([0, 7, 0, 7, 0, 7, 0], ["failed", "recovered"]),  # the same again within a day
    ],
)
def test_one_notice_a_change(diary: Diary, codes: list[int], told: list[str]) -> None:
    for code in codes:
        diary.run(code)
    assert diary.told() == told
    row = diary.history.state("a")
    assert (row.failures > 0) == (codes[-1] not in (0, 3, 4))


def test_trouble_that_lasts_is_told_again_after_a_day(diary: Diary) -> None:
    for _ in range(2 * 96 + 1):  # two days of quarters of an hour
        diary.run(7)
    assert diary.told() == ["failed"] * 3
    diary.clock.set_wall(-30 * DAY)  # the wall's clock does not count
    diary.run(7)
    diary.clock.set_wall(60 * DAY)
    diary.run(7)
    diary.run(0)
    assert diary.told() == ["failed"] * 3 + ["recovered"]


def test_over_its_timeout_is_stuck(diary: Diary) -> None:
    diary.run(0)
    diary.run(ExitCode.INTERRUPTED, is_stuck=True)
    diary.run(ExitCode.INTERRUPTED, is_stuck=True)
    diary.run(0)
    assert diary.told() == ["stuck", "recovered"]


def test_a_notice_says_what_to_do_and_where_to_look(diary: Diary) -> None:
    diary.run(ExitCode.LAYOUT_DRIFT)
    (body,) = diary.history.db.execute("SELECT body FROM event").fetchone()
    assert "exit code 10" in body and "https://a.example/1" in body and "mend the spider" in body


def test_silent_is_told_by_the_jobs_own_rhythm(diary: Diary) -> None:
    for _ in range(24 * 7 * 3):
        diary.run(0, articles=2, after_s=3600)
    for _ in range(20):
        diary.run(0, after_s=3600)
    assert diary.told() == []
    for _ in range(10):
        diary.run(0, after_s=3600)
    assert diary.told() == ["silent"]
    diary.run(0, articles=1, after_s=3600)
    assert diary.told() == ["silent", "recovered"]


def test_each_channel_is_told_once_the_word_that_it_asked_for(diary: Diary) -> None:
    channels = [
        Channel("all", "json://h/"),
        Channel("failed", "json://h/", frozenset({"failed"})),
        Channel("recovered", "json://h/", frozenset({"recovered"})),
        Channel("others", "json://h/", jobs=("b*",)),
    ]
    for code in (0, 10, 0):
        diary.run(code)
    for _ in range(2):
        outbox.spread(diary.history, channels, diary.clock.now())
    rows = diary.history.db.execute("SELECT channel, word FROM delivery ORDER BY id").fetchall()
    assert rows == [("all", "drift"), ("failed", "failed"), ("all", "recovered"), ("recovered", "recovered")]


def test_a_channel_that_is_down_is_tried_again_and_given_up_at_last(diary: Diary) -> None:
    with Webhook() as hook:
        channel = Channel("hook", hook.url)
        diary.run(7)
        outbox.spread(diary.history, [channel], diary.clock.now())
        hook.answer = 500
        assert outbox.deliver_one(diary.history, channel, diary.clock)
        assert not outbox.deliver_one(diary.history, channel, diary.clock)  # not at once again
        diary.clock.wait(outbox.FIRST_WAIT_S)
        hook.answer = 200
        assert outbox.deliver_one(diary.history, channel, diary.clock)
        diary.clock.wait(DAY)
        assert not outbox.deliver_one(diary.history, channel, diary.clock)
        assert len(hook.messages) == 2 and hook.messages[0] == hook.messages[1]
        hook.answer = 500
        diary.run(10)
        outbox.spread(diary.history, [channel], diary.clock.now())
        for _ in range(3 * outbox.MOST_ATTEMPTS):
            outbox.deliver_one(diary.history, channel, diary.clock)
            diary.clock.wait(outbox.LONGEST_WAIT_S)
        assert len(hook.messages) == 2 + outbox.MOST_ATTEMPTS
        state, trouble = diary.history.db.execute("SELECT state, trouble FROM delivery ORDER BY id DESC").fetchone()
        assert state == "given up" and "answered 500" in trouble


def test_the_webhook_speaks_apprises_json(diary: Diary) -> None:
    with Webhook() as hook:
        channel = Channel("hook", hook.url + "?+X-Team=news", secret="s3")
        diary.run(7)
        outbox.spread(diary.history, [channel], diary.clock.now())
        outbox.deliver_one(diary.history, channel, diary.clock)
        (message,), (headers,), (body,) = hook.messages, hook.headers, hook.bodies
        assert set(message) == {"version", "title", "message", "attachments", "type"}
        assert (message["version"], message["title"], message["type"]) == ("1.0", "a: failed", "failure")
        assert "Notice 1 of snapshot_crawler" in message["message"]
        assert headers["X-Team"] == "news"
        assert headers["X-Signature-256"] == "sha256=" + hmac.new(b"s3", body, hashlib.sha256).hexdigest()


def test_a_channel_that_hangs_holds_up_no_other_and_not_the_end(diary: Diary) -> None:
    with Webhook() as dead, Webhook() as hook:
        dead.hang.set()
        channels = [Channel("dead", dead.url), Channel("hook", hook.url)]
        diary.run(7)
        outbox.spread(diary.history, channels, diary.clock.now())
        sender = outbox.Sender(diary.places, diary.clock)
        sender.serve(channels)
        wait_until(lambda: hook.titles() == ["a: failed"] and dead.titles())
        began = time.monotonic()
        sender.finish(0.5)
        assert time.monotonic() - began < 30
        dead.hang.clear()


@pytest.mark.skipif(find_spec("apprise") is None, reason="the extra `notify` is not installed")
def test_our_json_is_the_one_that_apprise_sends() -> None:
    with Webhook() as hook:
        _by_apprise(hook.url, Message("failed", "a: failed", "text"))
        send(hook.url, Message("failed", "a: failed", "text"))
        theirs, ours = hook.messages
        assert theirs == ours
        assert set(hook.headers[0]) >= {"Content-Type"}
        assert hook.headers[0]["Content-Type"] == hook.headers[1]["Content-Type"] == "application/json"


def test_without_the_extra_other_addresses_say_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("snapshot_crawler.jobs.channels.find_spec", lambda name: None)
    check_address("json://h:8080/x")
    check_address("mailto://u:p@example.org")
    with pytest.raises(ValueError, match=r"pip install 'snapshot_crawler\[notify\]'"):
        check_address("dingtalk://token/")


class Postbox(socketserver.StreamRequestHandler):
    """Enough of SMTP to take a mail."""

    def handle(self) -> None:
        self.say("220 here")
        while line := self.rfile.readline().decode().strip():
            verb = line.upper()
            if verb.startswith("DATA"):
                self.say("354 go on")
                lines = []
                while (part := self.rfile.readline()) != b".\r\n":
                    lines.append(part)
                self.server.mails.append(b"".join(lines).decode())  # type: ignore[attr-defined]
            self.say("221 bye" if verb.startswith("QUIT") else "250 OK")
            if verb.startswith("QUIT"):
                return

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


def test_mail_goes_to_the_server_that_the_address_names() -> None:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Postbox) as server:
        server.mails = []  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        port = server.server_address[1]
        send(
            f"mailto://me@example.org:{port}?smtp=127.0.0.1&to=ops@example.org", Message("failed", "a: failed", "文本")
        )
        (mail,) = server.mails  # type: ignore[attr-defined]
        server.shutdown()
    assert "Subject: a: failed" in mail and "To: ops@example.org" in mail and "From: me@example.org" in mail


def test_what_cannot_be_sent_says_why() -> None:
    with pytest.raises(SendingError, match="Connection refused"):
        send("json://127.0.0.1:9/", Message("failed", "t", "b"))
