"""The courier: looks what has come into the library, and sends each subscription what it asked for. Beside the portal.

    with Courier(root, post, clock) as courier:
        courier.round()  # or courier.run(stop), in a thread

What is to be told is stored with the place up to which the library was looked at, before anything is sent. So a kill
loses no article and tells none twice. Between sending and noting that it was sent a kill can fall, too: then the same
message, with the same number, goes out again. Of several portals on one DATA_DIR one is the courier: who holds
the lock subscriptions.lock.

Messages hold titles, which are read from the library when the message is written: of an article that was taken down
until then, nothing is sent, and nothing of it is stored here.
"""

from __future__ import annotations

import fcntl
import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

from snapshot_crawler.complaint import Complaint
from snapshot_crawler.exceptions import LockHeldError, SnapshotCrawlerError
from snapshot_crawler.jobs.channels import SendingError
from snapshot_crawler.jobs.clock import Clock
from snapshot_crawler.library.library import Library
from snapshot_crawler.library.model import Row
from snapshot_crawler.library.schema import NAME as LIBRARY
from snapshot_crawler.portal import addresses
from snapshot_crawler.portal.subscriptions import message, tokens
from snapshot_crawler.portal.subscriptions.matching import Matcher
from snapshot_crawler.portal.subscriptions.message import Letter
from snapshot_crawler.portal.subscriptions.queue import CONFIRM, Claimed, Place, Queue
from snapshot_crawler.portal.subscriptions.receivers import Receivers
from snapshot_crawler.portal.subscriptions.senders import at_once
from snapshot_crawler.portal.subscriptions.store import Store

logger = logging.getLogger(__name__)
LOCK = "subscriptions.lock"
EVERY_S = 3.0  # between two rounds, by choice: a new article is told within seconds where nothing was told this hour
SENDERS = 8  # messages under way at once, by choice: receivers that hang hold up few others
ARRIVALS = 1_000  # looked at in one transaction; by choice
TIDY_EVERY_S = 3_600.0
END_S = 10.0  # for the courier's end; twice senders.LAST_S


@dataclass(frozen=True, slots=True)
class Post:
    """How messages are written and sent. origin: scheme and host of the portal, for links; site: its name by language;
    is_gone: whether an article was taken down, perhaps a moment ago: the library may still have it."""

    receivers: Receivers
    origin: str
    site: Callable[[str], str]
    is_gone: Callable[[str], bool]


class Courier:
    """The courier of one DATA_DIR. Raises LockHeldError where another process is."""

    def __init__(self, root: Path, post: Post, clock: Clock | None = None) -> None:
        self.root, self.post, self.clock = root, post, clock or Clock()
        self.library: Library | None = None
        self.tidied = -TIDY_EVERY_S
        self.matcher: tuple[int, Matcher, dict[int, tuple[str, int]]] | None = None
        with ExitStack() as on_failure:
            root.mkdir(parents=True, exist_ok=True)
            self.lock = on_failure.enter_context((root / LOCK).open("ab"))
            try:
                fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise LockHeldError(f"another process sends the notices of {root}") from error
            self.store = on_failure.enter_context(Store(root))
            self.queue = Queue(self.store)
            on_failure.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of everything."""
        if self.library is not None:
            self.library.close()
        self.store.close()
        self.lock.close()

    # --- Rounds
    def round(self, is_stopped: Callable[[], bool] = lambda: False) -> int:
        """Look at what has come, and send what is due; how many messages arrived. Raises our errors."""
        if self.library is None:
            if not (self.root / LIBRARY).is_file():
                return 0
            self.library = Library(self.root)
        if not self.library.is_filled:  # it is being made: what is missing in it may still come
            return 0
        self._look(self.library, is_stopped)
        return self._send(self.library, is_stopped)

    def _look(self, library: Library, is_stopped: Callable[[], bool]) -> None:
        place, born = self.queue.place(), library.born
        while not is_stopped():
            first = place.number if place.born == born else 0
            arrivals = library.arrivals(first, ARRIVALS)
            if not arrivals and place.is_begun and place.born == born:
                return
            reached = Place(born, arrivals[-1][0] if arrivals else first, place.is_begun or not arrivals)
            names = [row.id for _, row in arrivals]
            unseen = self.queue.unseen(names)
            news = [(number, row) for number, row in arrivals if row.id in unseen and not self.post.is_gone(row.id)]
            wanted = self._wanted(library, born, news) if place.is_begun and news else {}
            if not self.queue.take(place, reached, names, wanted):
                return  # another process is at it
            place = reached

    def _wanted(self, library: Library, born: str, news: Sequence[tuple[int, Row]]) -> dict[int, list[str]]:
        """Which of the new articles each subscription wants, of those that came after it was made."""
        numbers = {row.id: number for number, row in news}
        version = self.store.version
        if self.matcher is None or version != self.matcher[0]:  # to read all keywords takes seconds, if there are many
            listening = self.queue.listening()
            self.matcher = version, Matcher(listening), {each.id: each.place for each in listening}
        _, matcher, places = self.matcher
        found = matcher.wanted(library, [row for _, row in news])
        return {
            number: [name for name in names if not _is_older(places[number], born, numbers[name])]
            for number, names in found.items()
        }

    # --- Sending
    def _send(self, library: Library, is_stopped: Callable[[], bool]) -> int:
        arrived, born = 0, library.born
        if time.monotonic() - self.tidied > TIDY_EVERY_S:
            self.tidied = time.monotonic()
            self.queue.forget_unconfirmed()
        while not is_stopped() and (claimed := self.queue.claim(self.clock.now())):
            letters = [(each, self._letter(library, each)) for each in claimed]
            if not library.is_filled or library.born != born:  # it was thrown away meanwhile: what is missing may come
                return arrived
            for each in [each for each, letter in letters if letter is None]:
                self.queue.drop(each)
            written = [(each, letter) for each, letter in letters if letter is not None]
            for each, trouble in at_once(self._try, written, SENDERS, is_stopped):
                if trouble is None:
                    self.queue.arrived(each)
                    arrived += 1
                else:
                    is_last = self.queue.failed(each)
                    end = "; it was the last attempt" if is_last else ""
                    logger.warning("the message %s did not arrive: %s%s", self._identity(each), trouble, end)
        return arrived

    def _try(self, claimed: Claimed, letter: Letter) -> str | None:
        """Send one message, in a thread of its own; what went wrong, without any address in it."""
        who = claimed.subscription
        secret = tokens.code_of(self.key, tokens.SIGN, who.id, who.address)
        try:
            self.post.receivers.send(who.kind, who.address, letter, secret)
        except SendingError as error:
            return str(error).replace(who.address, "(address)")
        except Exception as error:  # of a library that sends: one message must not end the others
            logger.debug("a message could not be sent", exc_info=True)
            return type(error).__name__
        return None

    def _letter(self, library: Library, claimed: Claimed) -> Letter | None:
        """The message as it is to be told now; None where nothing is left to tell."""
        who, identity = claimed.subscription, self._identity(claimed)
        site = self.post.site(who.language)
        if claimed.what == CONFIRM:
            code = tokens.code_of(self.key, tokens.CONFIRM, who.id, who.address)
            return message.question(identity, site, who.language, self.post.origin + addresses.confirm(who.id, code))
        rows = [
            stored.row for name in claimed.articles if (stored := library.article(name)) and not self.post.is_gone(name)
        ]
        still = set(Matcher([who]).wanted(library, rows).get(who.id, ()))
        told = [(row, self.post.origin + addresses.article(row.id)) for row in rows if row.id in still]
        if not told:
            return None
        code = tokens.code_of(self.key, tokens.STOP, who.id, who.address)
        stop = self.post.origin + addresses.stop(who.id, code)
        return message.news(identity, site, who.language, told, who.missed, stop)

    @cached_property
    def key(self) -> bytes:
        """The key of the codes."""
        return self.store.key

    def _identity(self, claimed: Claimed) -> str:
        """A message's name: its number, and a word that tells this store from others."""
        return f"{tokens.code_of(self.key, 'name', 0, '')[:8]}.{claimed.number}"


def _is_older(place: tuple[str, int], born: str, number: int) -> bool:
    """Whether an article was in the library when somebody asked for notices."""
    return place[0] == born and number <= place[1]


class Beside:
    """The courier in a thread beside the portal, from start() to close()."""

    def __init__(self, root: Path, post: Post) -> None:
        self.stop = threading.Event()
        # a daemon: a receiver that hangs must not hold up the portal's end; its message goes out again
        self.thread = threading.Thread(target=run, args=(root, post, self.stop), name="courier", daemon=True)

    def start(self) -> None:
        """Begin."""
        self.thread.start()

    def close(self) -> None:
        """End, after the messages under way where they are soon done."""
        self.stop.set()
        self.thread.join(END_S)


def run(root: Path, post: Post, stop: threading.Event, clock: Clock | None = None) -> None:
    """Rounds until stop is set. Where another process is the courier, wait for its end; errors are logged once each."""
    complaint = Complaint(logger, "no notices are sent to readers: %s")
    courier: Courier | None = None
    try:
        while not stop.is_set():
            try:
                courier = courier or Courier(root, post, clock)
                courier.round(stop.is_set)
                complaint.is_over()
            except LockHeldError:
                pass
            except (SnapshotCrawlerError, OSError) as error:
                complaint.of(error)
            stop.wait(EVERY_S)
    finally:
        if courier is not None:
            courier.close()
