"""What waits to be sent: articles that somebody wants, and the messages that name them. Asked by courier.py alone.

An article is looked at once, ever: `seen` has a hash of each id, so neither a new version, nor a library that was made
anew or repaired, nor an article that comes back brings it a second time. That it was seen and for whom it waits is
stored in one transaction. A message has a number before it is sent. It keeps number and articles in every attempt,
also of a process that takes over from a killed one, so a receiver can tell a second copy.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from snapshot_crawler.jobs.clock import Moment
from snapshot_crawler.jobs.history import moment_text, read_moment
from snapshot_crawler.jobs.outbox import MOST_ATTEMPTS, is_due
from snapshot_crawler.portal.subscriptions.model import State, Subscription
from snapshot_crawler.portal.subscriptions.store import COLUMNS, HOUR_S, Store, read

MOST_IN_A_MESSAGE = 200  # articles; the others wait for the next one; by choice: a mail of 40 KB
MOST_WAITING = 5_000  # articles of one subscription, by choice: a day of messages; how many more there were is told
MOST_AT_ONCE = 64  # messages taken in hand together, by choice: eight for each sender
UNCONFIRMED_S = 7 * 86_400.0  # by choice
ARTICLES, CONFIRM = "articles", "confirm"  # what a message is for
AT_ONCE = 500  # values of one query; SQLite takes 999 at least (https://www.sqlite.org/limits.html)


@dataclass(frozen=True, slots=True)
class Place:
    """Up to where the library was looked at: the arrival's number, in the library with that birth.

    is_begun: everything that was there in the beginning is known, and what comes now is news.
    """

    born: str = ""
    number: int = 0
    is_begun: bool = False


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that is to be sent now. articles: ids, in the order in which they came."""

    number: int
    what: str
    subscription: Subscription
    articles: Sequence[str]
    attempts: int  # with this one


def key_of(article: str) -> int:
    """What `seen` keeps of an id: 63 bits, so that among a million ids no two are likely to be alike."""
    return int.from_bytes(hashlib.blake2b(article.encode("utf-8", "replace"), digest_size=8).digest()) >> 1


class Queue:
    """The queue of an open store."""

    def __init__(self, store: Store) -> None:
        self.store = store

    # --- Looking at what has come
    def place(self) -> Place:
        """Up to where the library was looked at."""
        with self.store.transaction() as db:
            row = db.execute("SELECT value FROM note WHERE name = 'place'").fetchone()
        return Place(*json.loads(row[0])) if row else Place()

    def unseen(self, articles: Sequence[str]) -> set[str]:
        """Those of the articles that were never looked at."""
        keys = {key_of(each): each for each in articles}
        with self.store.transaction() as db:
            for start in range(0, len(keys), AT_ONCE):
                part = list(keys)[start : start + AT_ONCE]
                query = f"SELECT article FROM seen WHERE article IN ({', '.join('?' * len(part))})"
                for (key,) in db.execute(query, part).fetchall():
                    del keys[key]
        return set(keys.values())

    def listening(self) -> list[Subscription]:
        """The subscriptions that ask for notices."""
        with self.store.transaction() as db:
            return [
                read(row) for row in db.execute(f"SELECT {COLUMNS} FROM subscription WHERE state = 'on'").fetchall()
            ]

    def take(self, before: Place, after: Place, seen: Iterable[str], wanted: Mapping[int, Sequence[str]]) -> bool:
        """Note that these articles were looked at, and for which subscriptions they wait; all or nothing.

        False, and nothing done, where another process has gone on from before meanwhile.
        """
        with self.store.transaction() as db:
            row = db.execute("SELECT value FROM note WHERE name = 'place'").fetchone()
            if (Place(*json.loads(row[0])) if row else Place()) != before:
                return False
            db.executemany("INSERT OR IGNORE INTO seen VALUES (?)", [(key_of(each),) for each in seen])
            for number, articles in wanted.items():
                found = db.execute("SELECT state FROM subscription WHERE id = ?", (number,)).fetchone()
                if found is None or found[0] != State.ON:  # stopped meanwhile
                    continue
                count = db.execute("SELECT count(*) FROM waiting WHERE subscription = ?", (number,)).fetchone()[0]
                kept = articles[: max(0, MOST_WAITING - count)]
                query = "INSERT OR IGNORE INTO waiting (subscription, article) VALUES (?, ?)"
                db.executemany(query, [(number, each) for each in kept])
                if len(kept) < len(articles):
                    query = "UPDATE subscription SET missed = missed + ? WHERE id = ?"
                    db.execute(query, (len(articles) - len(kept), number))
            value = json.dumps([after.born, after.number, after.is_begun])
            db.execute("INSERT OR REPLACE INTO note VALUES ('place', ?)", (value,))
            return True

    # --- Sending
    def claim(self, now: Moment) -> list[Claimed]:
        """Take messages in hand that are due: each counts as tried from here on, whatever becomes of this process."""
        with self.store.transaction() as db:
            self._write_new(now)
            rows = db.execute(
                "SELECT id, subscription, what, attempts, tried FROM notice ORDER BY attempts, id"
            ).fetchall()
            due = [row for row in rows if is_due(row[3], row[4], now)][:MOST_AT_ONCE]
            claimed = []
            for number, owner, what, attempts, _ in due:
                query = "UPDATE notice SET attempts = attempts + 1, tried = ? WHERE id = ?"
                db.execute(query, (moment_text(now), number))
                row = db.execute(f"SELECT {COLUMNS} FROM subscription WHERE id = ?", (owner,)).fetchone()
                query = "SELECT article FROM waiting WHERE notice = ? ORDER BY no"
                articles = [each[0] for each in db.execute(query, (number,)).fetchall()]
                claimed.append(Claimed(number, what, read(row), articles, attempts + 1))
            return claimed

    def _write_new(self, now: Moment) -> None:
        """A message for each subscription that has articles waiting, none under way, and none within the hour."""
        db = self.store.db
        owners = db.execute(
            "SELECT id, sent FROM subscription WHERE state = 'on'"
            " AND EXISTS (SELECT 1 FROM waiting WHERE subscription = subscription.id)"
            " AND NOT EXISTS (SELECT 1 FROM notice WHERE notice.subscription = subscription.id)"
        ).fetchall()
        for owner, sent in owners:
            if sent is not None and now.since(read_moment(sent)) < HOUR_S:
                continue
            query = "INSERT INTO notice (subscription, what, before) VALUES (?, ?, ?)"
            number = db.execute(query, (owner, ARTICLES, sent)).lastrowid
            db.execute(
                "UPDATE waiting SET notice = ? WHERE no IN"
                " (SELECT no FROM waiting WHERE subscription = ? ORDER BY no LIMIT ?)",
                (number, owner, MOST_IN_A_MESSAGE),
            )
            db.execute("UPDATE subscription SET sent = ? WHERE id = ?", (moment_text(now), owner))

    def drop(self, claimed: Claimed) -> None:
        """Nothing is left to tell: its articles were taken down, say. The next message need not wait for an hour."""
        with self.store.transaction() as db:
            row = db.execute("SELECT before FROM notice WHERE id = ?", (claimed.number,)).fetchone()
            if row is not None:
                query = "UPDATE subscription SET sent = ? WHERE id = ?"
                db.execute(query, (row[0], claimed.subscription.id))
                self._end(claimed)

    def arrived(self, claimed: Claimed) -> None:
        """The message was taken."""
        with self.store.transaction() as db:
            self._end(claimed)
            if claimed.what == ARTICLES:
                query = "UPDATE subscription SET missed = max(0, missed - ?) WHERE id = ?"
                db.execute(query, (claimed.subscription.missed, claimed.subscription.id))

    def failed(self, claimed: Claimed) -> bool:
        """It was not, as far as anybody knows; whether it was the last attempt, and notices to this address end."""
        if claimed.attempts < MOST_ATTEMPTS:
            return False
        with self.store.transaction() as db:
            query = "UPDATE subscription SET state = 'failed' WHERE id = ? AND address = ?"
            db.execute(query, (claimed.subscription.id, claimed.subscription.address))
            db.execute("DELETE FROM waiting WHERE subscription = ?", (claimed.subscription.id,))
            db.execute("DELETE FROM notice WHERE subscription = ?", (claimed.subscription.id,))
        return True

    def forget_unconfirmed(self) -> None:
        """Forget addresses whose owners have not said yes for days."""
        with self.store.transaction() as db:
            query = "SELECT id FROM subscription WHERE state = 'unconfirmed' AND changed < ?"
            for (number,) in db.execute(query, (time.time() - UNCONFIRMED_S,)).fetchall():
                db.execute("DELETE FROM notice WHERE subscription = ?", (number,))
                query = "UPDATE subscription SET state = 'none', kind = '', address = '' WHERE id = ?"
                db.execute(query, (number,))

    def _end(self, claimed: Claimed) -> None:
        db = self.store.db
        db.execute("DELETE FROM waiting WHERE notice = ?", (claimed.number,))
        db.execute("DELETE FROM notice WHERE id = ?", (claimed.number,))
