"""How long pages are kept: whole files by their age, none that a younger one needs, and a word about each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from snapshot_crawler.archive.cdxj import index_path, write_index
from snapshot_crawler.archive.places import new_name
from snapshot_crawler.archive.records import response_record, revisit_record
from snapshot_crawler.archive.retention import no_longer_kept, removable, remove
from tests.archive.test_reader import exchange

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def leave(root: Path, days_ago: float, number: int, *, original: Path | None = None, is_open: bool = False) -> Path:
    """A file of the job news with one page; with original: a revisit of that file's page."""
    path = root / "archive" / "news" / new_name("news", NOW - timedelta(days=days_ago), number)
    path = path.with_name(f"{path.name}.open") if is_open else path
    path.parent.mkdir(parents=True, exist_ok=True)
    made, name = exchange(number), original.name if original is not None else ""
    path.write_bytes(
        revisit_record(made, str(uuid4()), of_url="http://a.example/", of_date="2026-03-01T12:00:00Z", of_file=name)
        if original is not None
        else response_record(made, str(uuid4()))
    )
    if not is_open:
        write_index(path)
    return path


def test_a_file_goes_when_its_last_page_may_be_that_old(tmp_path: Path) -> None:
    old, _edge, _young = (leave(tmp_path, days, number) for number, days in enumerate((31.1, 30.9, 2), 1))
    leave(tmp_path, 90, 4, is_open=True)  # what a killed run has left: the next one finishes it
    assert removable(tmp_path, "news", 30, NOW) == [old]
    assert removable(tmp_path, "news", 400, NOW) == []
    assert removable(tmp_path, "nobody", 30, NOW) == []


def test_a_file_stays_while_a_younger_revisit_has_its_bytes_there(tmp_path: Path) -> None:
    first = leave(tmp_path, 90, 1)
    second = leave(tmp_path, 60, 2, original=first)
    assert removable(tmp_path, "news", 30, NOW) == [first, second]
    third = leave(tmp_path, 3, 3, original=first)
    assert removable(tmp_path, "news", 30, NOW) == [second]
    third.unlink()
    index_path(third).unlink()
    young = leave(tmp_path, 2, 4, original=second)
    assert removable(tmp_path, "news", 30, NOW) == [], "the second is needed, and it needs the first"
    assert removable(tmp_path, "news", 0, NOW + timedelta(days=9)) == [first, second, young]


def test_what_was_removed_is_listed(tmp_path: Path) -> None:
    path, other = leave(tmp_path, 90, 1), leave(tmp_path, 80, 2)
    assert no_longer_kept(path.parent) == {}
    remove(path)
    remove(other)
    assert sorted(each.name for each in path.parent.iterdir()) == ["removed.txt"]
    removed = no_longer_kept(path.parent)
    assert list(removed) == [path.name, other.name]
    assert all(datetime.fromisoformat(time).tzinfo for time in removed.values())
