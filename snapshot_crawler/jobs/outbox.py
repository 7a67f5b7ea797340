"""Notices on their way: events of the history are spread to the channels, and each is tried until it is taken.

What is to be told is stored before anything is sent, so no channel stops a run and no death loses a notice. Nobody can
know whether a message that seemed to fail has come (Apprise says False for some that did), so a notice may come twice;
its number stands in its text.
"""

from __future__ import annotations

import json
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterable

from snapshot_crawler.exceptions import ConfigurationError, SnapshotCrawlerError
from snapshot_crawler.jobs.channels import Message, SendingError, send
from snapshot_crawler.jobs.clock import Clock, Moment
from snapshot_crawler.jobs.history import History, moment_text, read_moment
from snapshot_crawler.jobs.model import Channel, JobFile
from snapshot_crawler.jobs.places import Places
from snapshot_crawler.spelling import did_you_mean

logger = logging.getLogger(__name__)

FIRST_WAIT_S = 60.0  # after a failed attempt; doubled with each
LONGEST_WAIT_S = 6 * 3600.0  # by choice: a receiver that is back is found the same day
MOST_ATTEMPTS = 12  # about two days
TELL_WITHIN_S = 5.0  # by choice: a daemon that ends waits so long for a channel; the rest is sent at its next start
LOOK_EVERY_S = 15.0  # for what another process has spread, and for attempts that are due again


def spread(history: History, channels: Iterable[Channel], now: Moment) -> int:
    """Make one delivery for each channel that asked for an event; how many."""
    by_name = {channel.name: channel for channel in channels}
    if not history.db.execute("SELECT 1 FROM main.event WHERE is_spread = 0").fetchone():
        return 0
    made = 0
    with history.transaction() as db:
        events = db.execute(
            "SELECT id, at, job, words, body FROM main.event WHERE is_spread = 0 ORDER BY id"
        ).fetchall()
        for number, at, job, words, body in events:
            for channel in by_name.values():
                word = next((word for word in words.split() if word in channel.on), None)
                if word is None or not channel.wants(job):
                    continue
                title = f"{job.removeprefix('@') or socket.gethostname()}: {word}"
                text = f"{body}\n\nNotice {number} of snapshot_crawler, {_time(at)}."
                db.execute(
                    "INSERT INTO main.delivery (event, channel, word, title, body) VALUES (?, ?, ?, ?, ?)"
                    " ON CONFLICT DO NOTHING",
                    (number, channel.name, word, title, text),
                )
                made += 1
        db.execute("UPDATE main.event SET is_spread = 1 WHERE is_spread = 0")
        gone = [
            (row[0],)
            for row in db.execute("SELECT DISTINCT channel FROM main.delivery WHERE state = 'waiting'")
            if row[0] not in by_name
        ]
        trouble = "the channel is not in the job file any more"
        db.executemany(
            f"UPDATE main.delivery SET state = 'given up', trouble = '{trouble}'"
            " WHERE channel = ? AND state = 'waiting'",
            gone,
        )
    return made


def deliver_one(history: History, channel: Channel, clock: Clock) -> bool:
    """Try the oldest notice of a channel that is due; False when there is none. Several processes may do this."""
    now = clock.now()
    with history.transaction() as db:
        rows = db.execute(
            "SELECT id, word, title, body, attempts, tried FROM main.delivery WHERE channel = ? AND state = 'waiting'"
            " ORDER BY id",
            (channel.name,),
        ).fetchall()
        row = next((row for row in rows if is_due(row[4], row[5], now)), None)
        if row is None:
            return False
        number, word, title, body, attempts, _ = row
        db.execute(
            "UPDATE main.delivery SET attempts = attempts + 1, tried = ? WHERE id = ?", (moment_text(now), number)
        )
    try:
        send(channel.url, Message(word, title, body), secret=channel.secret)
        state, trouble = "sent", None
    except SendingError as error:
        state, trouble = ("given up" if attempts + 1 >= MOST_ATTEMPTS else "waiting"), str(error)
        logger.warning("the notice %r did not reach [notify.%s]: %s", title, channel.name, error)
    with history.transaction() as db:
        db.execute("UPDATE main.delivery SET state = ?, trouble = ? WHERE id = ?", (state, trouble, number))
    return True


def is_due(attempts: int, tried: str | None, now: Moment) -> bool:
    """Whether a message is to be tried (again). attempts: so far; tried: the last one, as the history keeps moments."""
    if tried is None:
        return True
    wait_s = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** (attempts - 1))
    return now.since(read_moment(tried)) >= wait_s


def _time(at: str) -> str:
    wall = json.loads(at)[0]
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(wall))


class Sender:
    """A thread a channel, so that one that hangs holds up no other, and no run."""

    def __init__(self, places: Places, clock: Clock) -> None:
        self.places, self.clock = places, clock
        self.threads: dict[Channel, tuple[threading.Thread, threading.Event]] = {}
        self.is_closed = False

    def serve(self, channels: Iterable[Channel]) -> None:
        """Have a thread for each of these channels; those of others end."""
        wanted = set(channels)
        for channel in wanted - self.threads.keys():
            wake = threading.Event()
            thread = threading.Thread(
                target=self._work, args=(channel, wake), name=f"notify.{channel.name}", daemon=True
            )
            self.threads[channel] = thread, wake
            thread.start()
        for channel in self.threads.keys() - wanted:
            self.threads.pop(channel)[1].set()

    def wake(self) -> None:
        """There is something new."""
        for _, wake in self.threads.values():
            wake.set()

    def finish(self, within_s: float) -> None:
        """Send what can be sent at once; what takes longer stays for the next process."""
        self.is_closed = True
        self.wake()
        until = time.monotonic() + within_s
        for thread, _ in self.threads.values():
            thread.join(max(0.0, until - time.monotonic()))

    def _work(self, channel: Channel, wake: threading.Event) -> None:
        while channel in self.threads:
            wake.clear()
            try:
                with History(self.places.history) as history:
                    while deliver_one(history, channel, self.clock):
                        pass
            except SnapshotCrawlerError as error:
                logger.error("notices of [notify.%s] wait: %s", channel.name, error)
            if self.is_closed:
                return
            wake.wait(LOOK_EVERY_S)


def tell_at_once(channels: Iterable[Channel], what: str) -> None:
    """Send a `disk` notice past the history, which cannot be written; what does not come at once is lost."""
    message = Message(
        "disk", f"{socket.gethostname()}: disk", f"{what}\nNo run starts and none is recorded until then."
    )

    def work(channel: Channel) -> None:
        try:
            send(channel.url, message, secret=channel.secret)
        except SendingError as error:
            logger.warning("the notice %r did not reach [notify.%s]: %s", message.title, channel.name, error)

    threads = [
        threading.Thread(target=work, args=(channel,), daemon=True) for channel in channels if "disk" in channel.on
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(TELL_WITHIN_S)


def try_channels(file: JobFile, names: list[str], tell: Callable[[str], None]) -> int:
    """Send a message to these channels, or to all, and say what became of it; 1 when one failed.

    Raises ConfigurationError for a channel that is not in the file.
    """
    for name in names:
        if name not in file.channels:
            hint = did_you_mean(name, file.channels) or f"; the channels are {', '.join(file.channels) or 'none yet'}"
            raise ConfigurationError(f"{file.path}: [notify.{name}]: no such channel{hint}")
    failed = 0
    for channel in [file.channels[name] for name in names] or list(file.channels.values()):
        text = f"A test of [notify.{channel.name}] in {file.path} on {socket.gethostname()}. Nothing has happened."
        try:
            send(channel.url, Message("test", "snapshot_crawler: test", text), secret=channel.secret)
            tell(f"{channel.name}: sent")
        except SendingError as error:
            failed = 1
            tell(f"{channel.name}: not sent: {error}")
    if not file.channels:
        tell(f"{file.path} names no channel; add a table [notify.NAME] with a url")
    return failed
