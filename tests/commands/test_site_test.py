"""`scrapy site-test` and `scrapy genspider -t news` as they are typed: what they print, change and exit with."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.authoring.newcomer import PROJECT, Newcomer

SAVED = PROJECT / "tests" / "sites" / "news"
SPIDER = """from snapshot_crawler.spiders.news import NewsSpider


class SampleSpider(NewsSpider):
    name = "sample"
    start_urls = ["https://modern.example/city/"]
    {line}
"""


@pytest.fixture
def user(tmp_path: Path) -> Newcomer:
    """Somebody who has a spider and one saved article with its expected record."""
    user = Newcomer(tmp_path)
    folder = tmp_path / "sites" / "sample"
    folder.mkdir(parents=True)
    for suffix in (".html", ".json"):
        shutil.copy(SAVED / f"modern-article{suffix}", folder)
    user.spider_file.write_text(SPIDER.format(line=""), encoding="utf-8")
    return user


def test_a_change_is_told_field_by_field_until_it_is_accepted(user: Newcomer) -> None:
    options = ("sample", "--dir", str(user.folder / "sites"))
    done = user.scrapy("site-test", *options)
    assert (done.returncode, "no expected record yet" in done.stdout) == (1, True)
    assert user.scrapy("site-test", *options, "--update").returncode == 0
    assert user.site_test().stdout == "as expected: modern-article\n"

    changed = 'fields = {"source": "h1"}\n    drop = [".story p:nth-of-type(2)"]'
    user.spider_file.write_text(SPIDER.format(line=changed), encoding="utf-8")
    done = user.site_test()
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[0] == "differs: modern-article"
    assert [line.strip().partition(":")[0] for line in lines[1:]] == ["source", "body"]
    assert "expected '今日枕溪', found '糯米灰浆养了57天：桐隐县古建修缮手记'" in lines[1]
    assert "from character" in lines[2]  # a long text is shown from where it parts

    assert user.scrapy("site-test", *options, "--update").returncode == 0
    assert user.site_test().returncode == 0


def test_what_cannot_be_tested_is_told_in_one_line(user: Newcomer) -> None:
    shutil.rmtree(user.folder / "sites" / "sample")
    done = user.site_test()
    assert (done.returncode, len(done.stdout.splitlines())) == (2, 1)
    assert "scrapy add-site" in done.stdout
    done = user.scrapy("site-test", "sampel", "--dir", str(user.folder / "sites"))
    assert done.returncode == 2
    assert "did you mean sample" in done.stdout


def test_genspider_gives_a_spider_of_the_same_shape(user: Newcomer) -> None:
    done = user.scrapy("genspider", "-t", "news", "daily", "www.daily.example")
    assert done.returncode == 0, done.stderr
    source = (user.package / "daily.py").read_text(encoding="utf-8")
    assert "class DailySpider(NewsSpider):" in source
    assert 'start_urls = ["https://www.daily.example' in source
    assert len(source.splitlines()) <= 15
    listed = user.scrapy("list")
    assert "daily" in listed.stdout.split()
    assert user.scrapy("genspider", "-t", "basic", "plain", "plain.example").returncode == 0
