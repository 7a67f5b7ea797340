"""A change of layout is noticed within twenty pages; an ordinary day never looks like one."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from snapshot_crawler.exceptions import StateError
from snapshot_crawler.items import Article, Image
from snapshot_crawler.runs.drift import Figures, binomial_tail, drifted, load, merged, save


def article(chance: random.Random, *, source: float = 0.97, image: float = 0.5, length: float = 900) -> Article:
    """An article of a site that names its source mostly and has an image on every second page."""
    return Article(
        title="t",
        body="字" * int(length * chance.lognormvariate(0, 0.5)),
        published_at="2026-03-03T08:30:00+08:00",
        published_precision="minute",
        source="样例社" if chance.random() < source else None,
        images=[Image("https://a.example/i.jpg")] if chance.random() < image else [],
        confidence=0.9 if chance.random() < 0.95 else 0.5,
        language="zh",
    )


def run_of(pages: int, chance: random.Random, **habits: float) -> Figures:
    figures = Figures()
    for _ in range(pages):
        figures.note("gives an article", chance.random() < 0.98)
        figures.note_article(article(chance, **habits))
    return figures


@pytest.fixture
def history() -> Figures:
    figures = Figures()
    for seed in range(10):
        figures = merged(figures, run_of(20, random.Random(seed)))
    return figures


def test_two_hundred_clean_runs_raise_at_most_one_alarm(history: Figures) -> None:
    alarms = sum(bool(drifted(history, run_of(20, random.Random(seed)))) for seed in range(1000, 1200))
    assert alarms <= 1


@pytest.mark.parametrize("habits", [{"source": 0.0}, {"length": 60}], ids=["source gone", "body cut"])
def test_a_lost_field_is_noticed_within_twenty_pages(history: Figures, habits: dict[str, float]) -> None:
    noticed = sum(bool(drifted(history, run_of(20, random.Random(seed), **habits))) for seed in range(100))
    assert noticed >= 95


def test_pages_that_give_no_article_are_noticed(history: Figures) -> None:
    run = Figures()
    for _ in range(20):
        run.note("gives an article", False)
    assert [name for name, _ in drifted(history, run)] == ["gives an article"]


def test_a_site_that_never_named_its_source_raises_no_alarm() -> None:
    before = Figures()
    for seed in range(5):
        before = merged(before, run_of(20, random.Random(seed), source=0.0))
    assert drifted(before, run_of(20, random.Random(99), source=0.0)) == []


def test_a_new_site_has_no_history_to_drift_from() -> None:
    assert drifted(Figures(), run_of(20, random.Random(1), source=0.0)) == []


def test_the_history_survives_a_write_and_a_read(history: Figures, tmp_path: Path) -> None:
    save(tmp_path / "d" / "site.json", history)
    again = load(tmp_path / "d" / "site.json")
    assert again.shares.keys() == history.shares.keys()
    assert again.usual_length == pytest.approx(history.usual_length)


def test_a_foreign_file_is_named_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "site.json"
    path.write_text("not json")
    with pytest.raises(StateError, match=r"site\.json"):
        load(path)
    assert path.read_text() == "not json"


def test_the_binomial_tail_is_a_probability() -> None:
    assert binomial_tail(20, 20, 0.5) == pytest.approx(1)
    assert binomial_tail(0, 10, 0.5) == pytest.approx(0.5**10)


def lists(run: Figures, links: list[int]) -> Figures:
    for count in links:
        run.note_list(count)
    return run


def test_lists_that_name_few_articles_are_noticed_and_a_quiet_day_is_not(history: Figures) -> None:
    before = lists(history, [20, 18, 22, 20, 6] * 5)
    quiet = lists(run_of(20, random.Random(3)), [20, 19, 21, 20, 20, 5])  # all of them known: counted all the same
    assert drifted(before, quiet) == []
    short = lists(run_of(20, random.Random(3)), [2, 1, 2, 0, 3, 2])
    assert [name for name, _ in drifted(before, short)] == ["list names articles"]
    gone = lists(run_of(20, random.Random(3)), [0] * 8)
    assert "list names articles" in [name for name, _ in drifted(before, gone)]


def test_containers_are_remembered_and_fade(history: Figures, tmp_path: Path) -> None:
    old, new = Figures(containers={"div.old": 10}), Figures(containers={"div.new": 20})
    for _ in range(40):
        old = merged(old, new)
    assert list(old.containers) == ["div.new"]
    save(tmp_path / "site.json", old)
    assert load(tmp_path / "site.json").containers["div.new"] == pytest.approx(old.containers["div.new"], abs=0.01)


def test_a_history_of_before_lists_were_watched_is_read(tmp_path: Path) -> None:
    (tmp_path / "site.json").write_text(
        '{"version": 1, "shares": {"has source": [9, 10]}, "log_length": 1, "lengths": 2}'
    )
    assert load(tmp_path / "site.json").lists == 0
