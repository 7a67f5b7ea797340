"""scrapy archive over what real crawls have kept."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from snapshot_crawler.archive.cdxj import index_path
from snapshot_crawler.datadir import job_name
from snapshot_crawler.spiders.snapshot import SnapshotSpider
from tests.crash.site import NewsSite
from tests.crawling import crawl, records
from tests.process import run, scrapy


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, NewsSite]]:
    """A crawl, then everything once more into another file: each page, and its revisit."""
    folder = tmp_path_factory.mktemp("kept")

    class Anew(SnapshotSpider):
        full = "1"

    with NewsSite(articles=4, hidden_every=0) as site:
        crawl("snapshot", site.url(), folder, allowed=site.address)
        (folder / "out.jsonl").unlink()
        crawl(Anew, site.url(), folder, allowed=site.address)
        yield folder, site


def archive(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return scrapy("archive", *words, "-s", f"DATA_DIR={folder / 'data'}")


def test_list_counts_pages_by_job_and_by_file(kept: tuple[Path, NewsSite]) -> None:
    folder, site = kept
    job = job_name("snapshot", site.url())
    [whole] = json.loads(archive(folder, "list", "--json").stdout)
    assert (whole["job"], whole["files"], whole["pages"], whole["revisits"]) == (job, 2, 8, 4)
    by_file = json.loads(archive(folder, "list", job, "--json").stdout)
    assert [(each["pages"], each["revisits"]) for each in by_file] == [(4, 0), (4, 4)]
    assert sum(each["bytes"] for each in by_file) == whole["bytes"]
    assert job in archive(folder, "list").stdout
    wrong = archive(folder, "list", job[:-1])
    assert (wrong.returncode, job in wrong.stderr) == (2, True)


@pytest.mark.parametrize("by", ["url", "id"])
def test_show_gives_the_page_as_it_was(kept: tuple[Path, NewsSite], by: str) -> None:
    folder, site = kept
    record = records(folder)[0]
    shown = archive(folder, "show", record[by])
    assert shown.returncode == 0
    assert shown.stdout == site._article(site.stories[record["url"].removeprefix(site.url()[:-1])])
    assert record["url"] in shown.stderr and "1 more" in shown.stderr
    head = archive(folder, "show", record[by], "--head").stdout
    assert head.startswith(("HTTP 200\r\n", "HTTP 200\n"))
    assert "Content-Type: text/html" in head


def test_show_works_without_an_index_too(kept: tuple[Path, NewsSite]) -> None:
    folder, _ = kept
    for path in (folder / "data").glob("archive/*/*.warc.gz"):
        index_path(path).unlink()
    assert archive(folder, "show", records(folder)[1]["url"]).returncode == 0
    assert all(index_path(path).exists() for path in (folder / "data").glob("archive/*/*.warc.gz"))


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["show", "http://nowhere.example/"], 1, "no page of it is kept"),
        (["shows"], 2, "did you mean show?"),
        ([], 2, "list, show, pack"),
        (["show"], 2, "name one address"),
        (["pack", "news"], 2, "-o FILE.wacz"),
        (["pack", "nobody", "-o", "x.wacz"], 2, "no page of a job 'nobody'"),
    ],
)
def test_mistakes_are_told(kept: tuple[Path, NewsSite], words: list[str], code: int, said: str) -> None:
    answer = archive(kept[0], *words)
    assert (answer.returncode, said in answer.stderr + answer.stdout) == (code, True), answer.stderr


def test_pack_makes_a_wacz_that_the_tool_of_its_makers_calls_valid(kept: tuple[Path, NewsSite], tmp_path: Path) -> None:
    folder, site = kept
    out = tmp_path / "all.wacz"
    packed = archive(folder, "pack", job_name("snapshot", site.url()), "-o", str(out))
    assert packed.returncode == 0 and "8 pages" in packed.stderr
    if find_spec("wacz") is None:
        pytest.skip("wacz is not installed: pip install -e '.[dev]'")
    assert "Validation succeeded" in run([sys.executable, "-m", "wacz", "validate", "-f", str(out)]).stdout


def test_what_cannot_be_written_is_told(kept: tuple[Path, NewsSite], tmp_path: Path) -> None:
    folder, site = kept
    (tmp_path / "file").write_text("")
    answer = archive(folder, "pack", job_name("snapshot", site.url()), "-o", str(tmp_path / "file" / "x.wacz"))
    assert (answer.returncode, "cannot be written" in answer.stderr) == (9, True)


def test_nothing_kept_is_no_mistake(tmp_path: Path) -> None:
    answer = archive(tmp_path, "list")
    assert (answer.returncode, answer.stdout) == (0, "")
    assert json.loads(archive(tmp_path, "list", "--json").stdout) == []
