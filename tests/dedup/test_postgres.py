"""The index in PostgreSQL: several processes at once, a server that is away, owners that are gone.

What every storage does: test_index.py.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from snapshot_crawler.dedup import presence
from snapshot_crawler.dedup.decision import State
from snapshot_crawler.dedup.index import Index
from snapshot_crawler.exceptions import DatabaseAwayError, LeaseLostError, StateError, StorageError
from snapshot_crawler.postgres import database
from snapshot_crawler.urls import normalised
from tests.crash.site import NewsSite
from tests.crawling import crawl
from tests.dedup.stories import BRIDGE, LIBRARY, article, weather
from tests.dedup.test_processes import LONGEST_S, PROCESSES, STORIES, copies

psycopg = pytest.importorskip("psycopg", reason="the extra postgres is not installed")

from snapshot_crawler.dedup import postgres  # noqa: E402 - needs psycopg
from snapshot_crawler.dedup.postgres import PostgresRows  # noqa: E402
from snapshot_crawler.dedup.postgres_schema import STEPS  # noqa: E402
from snapshot_crawler.postgres.database import Database  # noqa: E402
from snapshot_crawler.postgres.statements import Statements  # noqa: E402


@pytest.fixture
def opened(quick_database_url: str, tmp_path: Path) -> Iterator[Callable[..., Index]]:
    """Open the index for an owner of a machine, to the test's end."""
    with ExitStack() as stack:

        def opened(owner: str, machine: str = "here", wait_s: float = 60) -> Index:
            rows = PostgresRows(Database(quick_database_url, wait_s=wait_s), tmp_path / machine)
            return stack.enter_context(closing(Index(rows, owner)))

        yield opened


def rows_of(index: Index) -> PostgresRows:
    rows = index._rows
    assert isinstance(rows, PostgresRows)
    return rows


def fall_asleep(index: Index, url: str) -> None:
    """Let an owner's lease be over, as if its process had been stopped for a minute."""
    held = rows_of(index).presence
    assert held is not None
    held.ended.set()
    held.thread.join(LONGEST_S)
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("UPDATE index_owner SET until = now() - interval '1 s' WHERE n = %s", (held.owner,))


def test_machines_that_fill_one_index_together_publish_each_story_once(
    opened: Callable[..., Index], quick_database_url: str
) -> None:
    said: list[tuple[str, str]] = []
    own = {outlet: copies(outlet) for outlet in range(PROCESSES)}
    story_of = {article("", f"{o}-{n}").id: n for o in range(PROCESSES) for n in range(STORIES)}
    together = threading.Barrier(PROCESSES)

    def decide_all(outlet: int) -> None:
        index = opened("job", f"machine-{outlet}")
        together.wait(LONGEST_S)
        for place in range(0, STORIES, 10):
            part = own[outlet][place : place + 10]
            said.extend((one.id, index.decide(one).action) for one in part)
            index.settle(one.url for one in part)

    threads = [threading.Thread(target=decide_all, args=(outlet,)) for outlet in range(PROCESSES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONGEST_S)
    assert Counter(action for _, action in said) == {"new": STORIES, "duplicate": STORIES * (PROCESSES - 1)}
    published = Counter(story_of[name] for name, action in said if action == "new")
    assert published == dict.fromkeys(range(STORIES), 1)


def test_a_decision_about_the_same_text_waits_for_another_that_is_not_committed(opened: Callable[..., Index]) -> None:
    one, other, third = opened("one"), opened("other"), opened("third")
    for index in (one, other, third):
        index.recover(lambda url: False)
    said: list[str] = []
    asking = threading.Thread(target=lambda: said.append(other.decide(article(BRIDGE, "b")).action))
    first = article(BRIDGE, "a")
    with rows_of(one).transaction(keys=one._keys_of(first)):
        one.decide(first)
        asking.start()
        # about another text the other machine decides at once
        assert third.decide(article(LIBRARY, "c")).action == "new"
        assert said == []
    asking.join(LONGEST_S)
    assert said == ["duplicate"]


@pytest.mark.parametrize("is_copy", [False, True])
def test_a_process_that_is_stopped_in_the_middle_of_a_decision_holds_nobody_up(
    opened: Callable[..., Index], monkeypatch: pytest.MonkeyPatch, is_copy: bool
) -> None:
    """A new article's locks are taken with its commit; those of a copy last as long as the server lets it be idle."""
    monkeypatch.setattr(database, "LONGEST_IDLE_S", 0.3)
    stopped, other = opened("one"), opened("other")
    for index in (stopped, other):
        index.recover(lambda url: False)
    if is_copy:
        other.decide(article(BRIDGE, "first"))
    in_the_middle, go_on = threading.Event(), threading.Event()
    add_keys = rows_of(stopped).add_keys

    def asleep(n: int, keys: Iterable[int]) -> None:
        in_the_middle.set()
        assert go_on.wait(LONGEST_S)
        add_keys(n, keys)

    monkeypatch.setattr(rows_of(stopped), "add_keys", asleep)
    said: list[str] = []
    deciding = threading.Thread(target=lambda: said.append(stopped.decide(article(BRIDGE, "a")).action))
    deciding.start()
    assert in_the_middle.wait(LONGEST_S)
    assert other.decide(article(BRIDGE, "b")).action == ("duplicate" if is_copy else "new")
    go_on.set()
    deciding.join(LONGEST_S)
    assert said == ["duplicate"], "it was decided again, after the other"


def test_a_story_that_changes_while_a_decision_is_made_is_looked_at_again(
    opened: Callable[..., Index], quick_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    index, changes = opened("job"), list[int]()
    index.decide(article(BRIDGE, "a"))
    hold = rows_of(index)._hold

    def too_late(*, stories: bool) -> None:
        if stories and not changes:
            changes.append(1)
            with psycopg.connect(quick_database_url, autocommit=True) as db:  # as by an article with other keys
                db.execute("UPDATE index_entry SET state = %s", (State.WITHDRAWN,))
        hold(stories=stories)

    monkeypatch.setattr(rows_of(index), "_hold", too_late)
    assert index.decide(article(BRIDGE, "b")).action == "new", "what was its original is out"
    assert index.decide(article(BRIDGE, "c")).duplicate_of == article(BRIDGE, "b").id


def test_a_new_article_beside_others_of_its_pattern_takes_two_round_trips(
    opened: Callable[..., Index], monkeypatch: pytest.MonkeyPatch
) -> None:
    index, trips = opened("job"), list[int]()
    send = Statements.send
    index.decide(article(weather("上栗", 21, 20, 29), "a"))
    index.decide(article(weather("下栗", 22, 18, 30), "b"))
    found = rows_of(index).entries

    def counted(statements: Statements) -> list[tuple[Any, ...]]:
        trips.append(len(statements.waiting))
        return send(statements)

    compared: list[int] = []
    monkeypatch.setattr(Statements, "send", counted)
    monkeypatch.setattr(rows_of(index), "entries", lambda numbers: compared.extend(numbers) or found(numbers))
    assert index.decide(article(weather("中栗", 23, 15, 27), "c")).action == "new"
    assert len(compared) == 2
    assert trips == [1, 7], "the look-up; begin, locks, check, the entry with its note and keys, commit"


def test_what_a_dead_machine_had_noted_is_taken_back_by_whoever_meets_it(
    opened: Callable[..., Index], quick_database_url: str
) -> None:
    dead, alive = opened("job", "one"), opened("job", "two")
    dead.decide(article(BRIDGE, "a"))
    assert alive.decide(article(BRIDGE, "a")).action == "unchanged", "it is about to be published"
    fall_asleep(dead, quick_database_url)
    # the frontier has given the page to another process, which must publish it
    assert alive.decide(article(BRIDGE, "a")).action == "again"
    assert alive.decide(article(BRIDGE, "b")).action == "duplicate"


def test_a_process_that_begins_again_brings_no_life_to_what_it_had_noted_before(
    opened: Callable[..., Index],
) -> None:
    killed, other = opened("job", "one"), opened("job", "two")
    killed.decide(article(BRIDGE, "a"))
    killed.decide(article(LIBRARY, "c"))
    again = opened("job", "one")
    assert other.decide(article(BRIDGE, "a")).action == "again", "who has the page now must publish it"
    assert again.recover(lambda url: False) == (0, 1), "the other one has taken the first back"
    assert again.decide(article(LIBRARY, "c")).action == "again"
    assert other.decide(article(LIBRARY, "c")).action == "unchanged", "from now on it is believed"


def test_a_note_for_a_host_that_this_process_holds_is_withdrawn_however_alive_its_owner_is(
    opened: Callable[..., Index],
) -> None:
    """All were cut off: the host went from one to the other, and both are alive again."""
    former, other_job, holder = opened("job", "one"), opened("another job", "one"), opened("job", "two")
    holder.trust_only_elsewhere(lambda url: url == article(BRIDGE, "a").url)
    former.decide(article(BRIDGE, "a"))
    assert holder.decide(article(BRIDGE, "a")).action == "again", "the former one's commit will be refused"
    assert former.give_back([article(BRIDGE, "a").url]) == 0, "it is the holder's by now"
    holder.trust_only_elsewhere(lambda url: url == article(LIBRARY, "c").url)
    other_job.decide(article(LIBRARY, "c"))
    assert holder.decide(article(LIBRARY, "c")).action == "unchanged", "another job may ask for the same page"


def test_a_process_that_was_given_up_has_its_commit_refused(
    opened: Callable[..., Index], quick_database_url: str
) -> None:
    sleeper, other = opened("job", "one"), opened("job", "two")
    sleeper.decide(article(BRIDGE, "a"))
    fall_asleep(sleeper, quick_database_url)
    assert other.decide(article(BRIDGE, "b")).action == "new"
    with pytest.raises(LeaseLostError, match="run the same command again"):
        sleeper.settle([article(BRIDGE, "a").url])
    # it starts again, and is one of those at work
    again = opened("job", "one")
    assert again.recover(lambda url: False) == (0, 0), "the other one has taken it back"
    assert again.decide(article(BRIDGE, "a")).duplicate_of == article(BRIDGE, "b").id
    again.settle([article(BRIDGE, "a").url])


def test_a_process_that_slept_and_was_missed_by_nobody_goes_on(
    opened: Callable[..., Index], quick_database_url: str
) -> None:
    sleeper = opened("job", "one")
    sleeper.decide(article(BRIDGE, "a"))
    fall_asleep(sleeper, quick_database_url)
    sleeper.settle([article(BRIDGE, "a").url])
    assert sleeper.recover(lambda url: False) == (0, 0)


def test_a_lease_is_renewed_while_its_process_passes_by_and_not_when_it_hangs(
    opened: Callable[..., Index], quick_database_url: str
) -> None:
    index = opened("job")
    index.recover(lambda url: False)
    held = rows_of(index).presence
    assert held is not None
    held.ended.set()  # its thread ends, and what it would do is done here
    held.thread.join(LONGEST_S)
    with psycopg.connect(quick_database_url, autocommit=True) as db:

        def is_renewed() -> bool:
            db.execute("UPDATE index_owner SET until = now() - interval '1 h'")
            assert held.renew()
            return db.execute("SELECT until > now() FROM index_owner").fetchone() == (True,)

        index.passed()
        assert is_renewed()
        held.passed_at -= presence.HANGS_AFTER_S + 1
        assert not is_renewed(), "it has not passed by for too long"
        index.passed()
        assert is_renewed()
        db.execute("UPDATE index_owner SET epoch = epoch + 1")
        assert not held.renew(), "it was given up"


def test_settling_is_part_of_the_transaction_that_it_is_done_in(
    opened: Callable[..., Index], quick_database_url: str
) -> None:
    index = opened("job")
    index.decide(article(BRIDGE, "a"))
    with psycopg.connect(quick_database_url) as db, db.cursor() as cursor:
        index.settle_within(cursor, [article(BRIDGE, "a").url])
        db.rollback()
        assert index.recover(lambda url: url.endswith("b.html")) == (0, 1), "it was undone with the frontier's commit"
        index.decide(article(BRIDGE, "a"))
        index.settle_within(cursor, [article(BRIDGE, "a").url])
        db.commit()
    assert index.recover(lambda url: False) == (0, 0)


def lose(url: str, entries: int) -> None:
    """Take the newest entries away, as a crash of the server takes what is not on its disk."""
    with psycopg.connect(url, autocommit=True) as db:
        newest = [n for (n,) in db.execute("SELECT n FROM index_entry ORDER BY n DESC LIMIT %s", (entries,))]
        for table in ("index_key", "index_unsettled", "index_entry"):
            db.execute(f"DELETE FROM {table} WHERE n = ANY(%s)", (newest,))  # type: ignore[arg-type]


@pytest.mark.parametrize("has_frontier", [True, False])
def test_decisions_that_the_database_has_lost_in_a_crash_are_made_again_before_the_commit(
    opened: Callable[..., Index], quick_database_url: str, has_frontier: bool
) -> None:
    index = opened("job")
    decided = [article(LIBRARY, "c"), article(BRIDGE, "a"), article(weather("北宁", 1, 20, 28), "d")]
    for one in decided:
        assert index.decide(one).action == "new"
    lose(quick_database_url, 2)
    if has_frontier:
        with psycopg.connect(quick_database_url) as db, db.cursor() as cursor:
            index.settle_within(cursor, [one.url for one in decided])
            db.commit()
        index.committed()
    else:
        index.settle(one.url for one in decided)
    assert index.recover(lambda url: False) == (0, 0), "each is settled"
    assert [index.decide(one).action for one in decided] == ["unchanged"] * 3


def test_a_commit_is_not_made_where_others_have_published_meanwhile_what_the_database_had_lost(
    opened: Callable[..., Index], quick_database_url: str
) -> None:
    index, other = opened("job"), opened("other", "there")
    index.decide(article(BRIDGE, "a"))
    lose(quick_database_url, 1)
    assert other.decide(article(BRIDGE, "b")).action == "new"
    other.settle([article(BRIDGE, "b").url])
    lost = pytest.raises(LeaseLostError, match="others have decided")
    with psycopg.connect(quick_database_url) as db, db.cursor() as cursor, lost:
        index.settle_within(cursor, [article(BRIDGE, "a").url])


def test_what_the_frontier_could_not_commit_is_given_back(opened: Callable[..., Index]) -> None:
    index = opened("job")
    index.decide(article(BRIDGE, "a"))
    index.decide(article(LIBRARY, "c"))
    assert index.give_back([article(BRIDGE, "a").url]) == 1
    assert index.decide(article(BRIDGE, "b")).action == "new"
    assert index.decide(article(LIBRARY, "c")).action == "unchanged"


class Cut:
    """Cuts a rows' connection at its next COMMIT, as a server that goes away does."""

    def __init__(self, rows: PostgresRows, monkeypatch: pytest.MonkeyPatch, url: str, *, behind_commit: bool) -> None:
        self.number = 0
        real = Statements.send

        def send(statements: Statements) -> list[tuple[Any, ...]]:
            is_ours = statements.connection is rows.database.connection
            if not is_ours or self.number or ("COMMIT", ()) not in statements.waiting:
                return real(statements)
            self.number += 1
            if behind_commit:
                real(statements)
            with psycopg.connect(url, autocommit=True) as db:
                db.execute("SELECT pg_terminate_backend(%s, 30000)", (statements.connection.info.backend_pid,))
            return statements.ask("SELECT 1") if behind_commit else real(statements)

        monkeypatch.setattr(Statements, "send", send)


@pytest.mark.parametrize("behind_commit", [False, True])
def test_a_decision_whose_connection_is_cut_is_made_once(
    opened: Callable[..., Index], quick_database_url: str, monkeypatch: pytest.MonkeyPatch, behind_commit: bool
) -> None:
    index = opened("job")
    cut = Cut(rows_of(index), monkeypatch, quick_database_url, behind_commit=behind_commit)
    assert index.decide(article(BRIDGE, "a")).action == "new"
    assert cut.number == 1
    assert len(index) == 1
    assert index.recover(lambda url: True) == (1, 0)


def test_a_layout_of_a_newer_version_is_refused(quick_database_url: str, tmp_path: Path) -> None:
    with closing(PostgresRows(Database(quick_database_url), tmp_path)):
        pass
    with psycopg.connect(quick_database_url, autocommit=True) as db:
        db.execute("UPDATE snapshot_crawler_layout SET version = 99 WHERE room = 'index'")
    with pytest.raises(StateError, match="version 99"):
        PostgresRows(Database(quick_database_url), tmp_path)


def test_an_index_of_an_earlier_layout_decides_as_before(
    opened: Callable[..., Index], quick_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Step 3 makes the numbers in the table of keys smaller."""
    monkeypatch.setattr(postgres, "STEPS", STEPS[:2])
    opened("job").decide(article(BRIDGE, "a"))
    monkeypatch.undo()
    index = opened("another job")
    assert index.decide(article(BRIDGE, "b")).duplicate_of == article(BRIDGE, "a").id
    with psycopg.connect(quick_database_url, autocommit=True) as db:
        db.execute("SELECT setval('index_entry_number', %s)", (2**31,))
    with pytest.raises(StorageError, match="out of range"):
        opened("third job").decide(article(LIBRARY, "c"))


def test_a_database_that_stays_away_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(DatabaseAwayError):
        PostgresRows(Database("postgresql://crawler@127.0.0.1:9/none", wait_s=0.01), tmp_path)


def test_texts_that_no_database_likes_are_kept(opened: Callable[..., Index]) -> None:
    index = opened("job")
    odd = article(BRIDGE, "a", source="a\x00b\ud800" + "南" * 5000)
    index.decide(odd)
    index.also_at(odd.id, "https://news.example/" + "x" * 5000 + "\ud800")
    index.settle(["https://news.example/" + "x" * 5000 + "\ud800"])
    assert index.recover(lambda url: False) == (0, 0)
    assert index.decide(article(BRIDGE, "b")).first_source == odd.source


def test_what_a_killed_run_had_noted_is_taken_back_even_if_others_have_fetched_its_page_since(
    quick_database_url: str, tmp_path: Path
) -> None:
    settings = {"DATABASE_URL": quick_database_url, "JOB_NAME": "job"}
    with NewsSite(articles=2, hidden_every=0) as site:
        crawl("snapshot", site.url(), tmp_path, allowed=site.address, **settings)
        rows = PostgresRows(Database(quick_database_url), tmp_path / "data")
        with closing(Index(rows, "job")) as killed:  # its page is acknowledged, and not by its own commit
            page = site.url(f"/detail/{next(iter(site.stories.values())).name}.html")
            noted = replace(article(BRIDGE, "a"), url=normalised(page))
            assert killed.decide(noted).action == "new"
        crawler = crawl("snapshot", site.url(), tmp_path, allowed=site.address, **settings)
    assert crawler.stats is not None
    counts = crawler.stats.get_stats()
    assert (counts.get("dedup/withdrawn"), counts.get("dedup/recovered")) == (1, None)
