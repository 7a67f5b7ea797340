"""A change of layout is noticed within twenty pages; an ordinary day never looks like one."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from snapshot_crawler.exceptions import StateError
from snapshot_crawler.items import Article, Image
from snapshot_crawler.runs.drift import ARTICLE_YIELD, Figures, binomial_tail, drifted, merged
from snapshot_crawler.runs.drifthistory import DAY_S, History, Recent, load, save


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
    apart = Recent(1000.0, run_of(3, random.Random(1)), ["https://h.example/1"])
    save(tmp_path / "d" / "site.json", History(history, [apart], is_told=True))
    again = load(tmp_path / "d" / "site.json")
    assert again.usual.shares.keys() == history.shares.keys()
    assert again.usual.usual_length == pytest.approx(history.usual_length)
    assert (again.recent[0].at, again.recent[0].examples, again.is_told) == (1000.0, apart.examples, True)
    assert again.recent[0].figures.shares == apart.figures.shares


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
    save(tmp_path / "site.json", History(old))
    found = load(tmp_path / "site.json").usual.containers
    assert found["div.new"] == pytest.approx(old.containers["div.new"], abs=0.01)


def test_a_history_of_before_lists_were_watched_is_read(tmp_path: Path) -> None:
    (tmp_path / "site.json").write_text(
        '{"version": 1, "shares": {"has source": [9, 10]}, "log_length": 1, "lengths": 2}'
    )
    assert load(tmp_path / "site.json").usual.lists == 0


# --- Over several runs
def crawled(history: History, *runs: Figures, hours: float = 0.5) -> list[bool]:
    """Runs one after the other, so many hours apart; whether each was told as drift."""
    told = []
    start = max((each.at for each in history.recent), default=0.0)
    for number, figures in enumerate(runs):
        run = Recent(start + number * hours * 3600, figures)
        found = history.judge(run)
        history.learn(run, is_drift=bool(found))
        told.append(bool(found))
    return told


def yields(good: int, bad: int = 0, seed: int = 0) -> Figures:
    """A run of so many pages with an article, and without."""
    figures, chance = Figures(), random.Random(seed)
    for number in range(good + bad):
        figures.note(ARTICLE_YIELD, number < good)
    for _ in range(good):
        figures.note_article(article(chance))
    return figures


@pytest.mark.parametrize("pages", [1, 2, 3, 4, 5, 9])
def test_a_dead_layout_is_told_within_ten_pages_however_few_come_in_a_run(history: Figures, pages: int) -> None:
    job = History(history)
    told = crawled(job, *[yields(0, pages)] * 12)
    assert (told.index(True) + 1) * pages <= 10
    assert all(told[told.index(True) :]), "and in every run that shows it again"


@pytest.mark.parametrize("usual", [0.6, 0.75])
def test_it_is_told_of_a_site_whose_pages_are_often_no_articles(usual: float) -> None:
    figures = Figures()
    for number in range(60):
        figures.note(ARTICLE_YIELD, number % 20 < usual * 20)
    told = crawled(History(figures), *[yields(0, 2)] * 5)
    assert told[-1]


def test_a_dead_layout_is_told_within_a_day_where_ten_pages_take_longer(history: Figures) -> None:
    job = History(history)
    assert crawled(job, yields(0, 1), yields(0, 1), hours=1) == [False, False]
    quiet = [Figures()] * 3
    later = [crawled(job, each, hours=0) for each in quiet[:1]]
    job.recent[0].at -= DAY_S
    job.recent[1].at -= DAY_S
    run = Recent(job.recent[0].at + DAY_S + 1, Figures())
    assert later == [[False]] and job.judge(run), "though nothing new came since"
    job.learn(run, is_drift=True)
    assert not job.judge(run), "a quiet run does not tell it again"


def test_bad_runs_are_never_learnt(history: Figures) -> None:
    job = History(history)
    crawled(job, *[yields(0, 3)] * 40)
    assert job.usual.shares[ARTICLE_YIELD] == history.shares[ARTICLE_YIELD]


def test_a_mended_spider_ends_the_drift_at_once_and_the_bad_pages_are_forgotten(history: Figures) -> None:
    job = History(history)
    assert crawled(job, *[yields(0, 3)] * 4)[-1]
    assert crawled(job, *[yields(3, 0, seed) for seed in range(4)]) == [False] * 4
    assert not job.recent
    assert job.usual.shares[ARTICLE_YIELD].hits > history.shares[ARTICLE_YIELD].hits * 0.8


def test_small_runs_never_forget_what_is_usual() -> None:
    job = History()
    told = crawled(job, *[yields(1, 0, seed) for seed in range(300)])
    assert not any(told)
    assert job.usual.shares[ARTICLE_YIELD].pages > 100


def test_a_first_run_of_bad_pages_is_no_custom() -> None:
    job = History()
    crawled(job, yields(0, 12), yields(12), yields(12))
    assert crawled(job, yields(0, 10)) == [True]


@pytest.mark.parametrize("pages", [1, 3, 8, 20])
def test_ordinary_runs_of_any_size_raise_no_alarm(history: Figures, pages: int) -> None:
    chance = random.Random(pages)
    job = History(history)
    assert not any(crawled(job, *[run_of(pages, chance) for _ in range(1200 // pages)]))
