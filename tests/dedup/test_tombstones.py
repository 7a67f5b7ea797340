"""Tombstones, in a file and in the shared database: what was taken down is kept out, wherever it is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from snapshot_crawler.dedup import tombstones
from snapshot_crawler.dedup.tombstones import Tombstone, Tombstones, keep, print_of
from tests.dedup.stories import BRIDGE, LIBRARY, article

FIRST = Tombstone("a" * 40, ("https://news.example/a.html",), "2026-11-01", "asked for", ())


@pytest.fixture(params=["file", "database"])
def settings(request: pytest.FixtureRequest) -> dict[str, Any]:
    """One shelf after the other."""
    if request.param == "file":
        return {}
    return {"DATABASE_URL": request.getfixturevalue("quick_database_url")}


@pytest.fixture
def opened(
    settings: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], Tombstones]]:
    """Open the tombstones to the test's end; the database is looked at in each question."""
    if settings:
        monkeypatch.setattr("snapshot_crawler.dedup.tombstone_postgres.LOOK_EVERY_S", 0.0)
    with ExitStack() as stack:
        yield lambda: stack.enter_context(closing(Tombstones(tmp_path, settings)))


def test_a_tombstone_is_found_by_id_address_and_text(
    opened: Callable[[], Tombstones], settings: dict[str, Any], tmp_path: Path
) -> None:
    running = opened()
    assert running.all() == []
    text = article(BRIDGE, "a")
    whole = Tombstone(text.id, (text.url,), "2026-11-01", "原因\x00", (print_of(text),))
    keep(tmp_path, [whole], settings)
    for asked in (running, opened()):  # a crawl that is running sees it too
        assert asked.all() == [whole]
        assert asked.of_name(text.id, None) == whole
        assert asked.of_name(None, text.url + "#top") == whole
        assert asked.of_name("b" * 40, "https://news.example/b.html") is None
        assert asked.of_text(article("云溪日报6月3日讯 " + BRIDGE, "b")) == whole
        assert asked.of_text(article(LIBRARY, "c")) is None


def test_what_is_added_to_a_tombstone_joins_what_it_has(
    opened: Callable[[], Tombstones], settings: dict[str, Any], tmp_path: Path
) -> None:
    text = article(BRIDGE, "d")
    keep(tmp_path, [FIRST, Tombstone("b" * 40, (), "2026-11-02", "another", ())], settings)
    keep(tmp_path, [Tombstone(FIRST.id, (text.url,), "2026-11-03", "later", (print_of(text),))], settings)
    first, second = opened().all()
    assert (first.addresses, first.day, first.reason) == ((*FIRST.addresses, text.url), FIRST.day, FIRST.reason)
    assert first.prints == (print_of(text),)
    assert second.id == "b" * 40


def test_machines_that_share_a_database_share_its_tombstones(quick_database_url: str, tmp_path: Path) -> None:
    settings = {"DATABASE_URL": quick_database_url}
    keep(tmp_path / "one", [FIRST], settings)
    with closing(Tombstones(tmp_path / "two", settings)) as other:
        assert other.all() == [FIRST]
    assert Tombstones(tmp_path / "one").all() == [], "nothing lies in the folder"


def test_tombstones_from_before_the_database_are_brought_along(quick_database_url: str, tmp_path: Path) -> None:
    keep(tmp_path / "one", [FIRST])
    settings = {"DATABASE_URL": quick_database_url}
    with closing(Tombstones(tmp_path / "one", settings)) as brought:
        assert brought.all() == [FIRST]
    with closing(Tombstones(tmp_path / "two", settings)) as other:
        assert other.all() == [FIRST]


def test_what_is_known_counts_while_the_database_is_away(
    opened: Callable[[], Tombstones], settings: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not settings:
        return
    keep(tmp_path, [FIRST], settings)
    asked = opened()
    assert asked.all() == [FIRST]
    database = asked._shelf.database  # type: ignore[attr-defined]
    database.close()
    monkeypatch.setattr(database, "address", "postgresql://crawler@127.0.0.1:9/none")
    assert asked.of_name(FIRST.id, None) == FIRST


def test_without_a_database_none_is_asked(tmp_path: Path) -> None:
    assert type(tombstones.shelf_of(tmp_path, {})).__name__ == "FileShelf"
