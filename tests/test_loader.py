"""Sites are loaded one by one: the asked-for file alone, and a broken one fails alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from snapshot_crawler.exceptions import BrokenSpiderError
from snapshot_crawler.loader import SiteLoader
from tests.authoring.newcomer import Newcomer

PLAIN = "from scrapy import Spider\nclass S(Spider):\n    name = {name!r}\n"
SITE = (
    "from snapshot_crawler.spiders.news import NewsSpider\n"
    "class DailySpider(NewsSpider):\n    name = 'daily'\n    start_urls = ['https://daily.example/']\n    {line}\n"
)


@pytest.fixture
def sites(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package of spiders of its own, importable as `some_sites`."""
    package = tmp_path / "some_sites"
    package.mkdir()
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    yield package
    for name in [name for name in sys.modules if name.startswith("some_sites")]:
        del sys.modules[name]


def loader() -> SiteLoader:
    return SiteLoader(["some_sites"])


def test_only_the_asked_for_file_is_imported(sites: Path) -> None:
    (sites / "one.py").write_text(PLAIN.format(name="one"))
    (sites / "two.py").write_text(PLAIN.format(name="two"))
    assert loader().load("one").name == "one"
    assert "some_sites.two" not in sys.modules


def test_a_broken_file_is_named_by_list_and_stops_nobody(sites: Path) -> None:
    (sites / "alpha.py").write_text("import no_such_module_here\n")
    (sites / "beta.py").write_text("class Broken(\n")
    (sites / "gamma.py").write_text(PLAIN.format(name="gamma"))
    with pytest.warns(RuntimeWarning) as warned:
        assert loader().list() == ["gamma"]
    text = " ".join(str(warning.message) for warning in warned)
    assert "some_sites/alpha.py cannot be imported" in text
    assert "some_sites/beta.py line 1" in text
    assert loader().load("gamma").name == "gamma"


def test_asking_for_a_broken_site_says_what_is_wrong_with_it(sites: Path) -> None:
    (sites / "alpha.py").write_text("1 / 0\n")
    with pytest.raises(BrokenSpiderError, match=r"some_sites/alpha\.py cannot be imported: ZeroDivisionError"):
        loader().load("alpha")


def test_a_plain_spider_is_found_whatever_its_file_is_called(sites: Path) -> None:
    (sites / "file_name.py").write_text(PLAIN.format(name="other-name"))
    assert loader().load("other-name").name == "other-name"
    assert loader().list() == ["other-name"]


def test_an_unknown_name_gets_the_nearest_right_one(sites: Path) -> None:
    (sites / "morning.py").write_text(PLAIN.format(name="morning"))
    with pytest.raises(KeyError, match="did you mean morning"):
        loader().load("mornings")


def test_a_misspelt_attribute_is_refused_with_the_right_name(sites: Path) -> None:
    (sites / "daily.py").write_text(SITE.format(line="article_link = r'/d/'"))
    with pytest.raises(BrokenSpiderError, match=r"daily\.py: no attribute article_link; did you mean article_links\?"):
        loader().load("daily")


def test_a_site_without_a_name_of_its_own_is_told_so(sites: Path) -> None:
    (sites / "daily.py").write_text(SITE.format(line="").replace("name = 'daily'", "pass"))
    with pytest.raises(BrokenSpiderError, match=r'daily\.py: DailySpider has no name; add name = "daily"'):
        loader().load("daily")


def test_a_file_that_ends_the_process_fails_alone(sites: Path) -> None:
    (sites / "alpha.py").write_text("raise SystemExit(3)\n")
    (sites / "gamma.py").write_text(PLAIN.format(name="gamma"))
    with pytest.warns(RuntimeWarning, match=r"alpha\.py cannot be imported: SystemExit"):
        assert loader().list() == ["gamma"]


def test_a_base_class_beside_its_sites_is_no_site(sites: Path) -> None:
    base = "class Base(NewsSpider):\n    drop = ['.ad']\n"
    (sites / "daily.py").write_text(
        SITE.format(line="").replace("class Daily", base + "class Daily").replace("Spider(NewsSpider)", "Spider(Base)")
    )
    assert loader().list() == ["daily"]
    assert loader().load("daily").drop == [".ad"]  # type: ignore[attr-defined]


def test_scrapy_list_names_what_is_broken_in_a_line(tmp_path: Path) -> None:
    user = Newcomer(tmp_path)
    (user.package / "alpha.py").write_text("import no_such_module_here\n")
    (user.package / "daily.py").write_text(SITE.format(line="article_link = 'x'"))
    (user.package / "good.py").write_text(PLAIN.format(name="good"))
    done = user.scrapy("list")
    assert done.returncode == 0
    assert "good" in done.stdout.split()
    assert not {"alpha", "daily"} & set(done.stdout.split())
    assert done.stderr.splitlines() == [
        "mysites/alpha.py cannot be imported: ModuleNotFoundError: No module named 'no_such_module_here'",
        "mysites/daily.py: no attribute article_link; did you mean article_links?",
    ]


def test_attributes_of_the_author_s_own_are_left_alone(sites: Path) -> None:
    (sites / "daily.py").write_text(SITE.format(line="edition = 'morning'"))
    assert loader().load("daily").name == "daily"


def test_two_spiders_of_one_name_are_told(sites: Path) -> None:
    (sites / "a.py").write_text(PLAIN.format(name="same"))
    (sites / "b.py").write_text(PLAIN.format(name="same"))
    with pytest.warns(UserWarning, match="two spiders are named 'same'"):
        assert loader().list() == ["same"]
