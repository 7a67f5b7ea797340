"""Every format of output, killed and continued at any moment: each article once, and the file whole."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from tests.exporters.job import Run, crawl, names_in

ALL = [f"p{number}" for number in range(12)]
FORMATS = ["jsonl", "json", "csv", "xml", "pickle", "marshal"]
SUFFIX_OF_PLUGIN = {
    "": None,
    ".gz": "scrapy.extensions.postprocessing.GzipPlugin",
    ".zst": "snapshot_crawler.exporters.compression.ZstdPlugin",
    ".bz2": "scrapy.extensions.postprocessing.Bz2Plugin",
    ".xz": "scrapy.extensions.postprocessing.LZMAPlugin",
}
FILES = [f"a.{form}" for form in FORMATS]
FILES += ["a.jsonl.gz", "a.csv.gz", "a.json.zst", "a.jsonl.bz2", "a.xml.xz"]


def feed(name: str, **options: Any) -> dict[str, Any]:
    """The options of a feed for a file of that name."""
    base, _, end = name.partition(".")[2].partition(".")
    plugin = SUFFIX_OF_PLUGIN["." + end if end else ""]
    return {"format": base, **({"postprocessing": [plugin]} if plugin else {}), **options}


@pytest.mark.parametrize("name", FILES)
def test_a_later_run_goes_on_with_the_file(tmp_path: Path, name: str) -> None:
    output = tmp_path / name
    feeds = {str(output): feed(name)}
    for count in (3, 3, 8, 12):  # the second run finds nothing new
        crawl(Run(tmp_path / "data", feeds), ALL[:count])
        assert names_in(output) == ALL[:count]


@pytest.mark.parametrize("name", FILES)
def test_killed_anywhere_every_item_is_there_once(tmp_path: Path, name: str) -> None:
    output, rng = tmp_path / name, random.Random(name)
    feeds = {str(output): feed(name)}
    for _ in range(4):
        crawl(Run(tmp_path / "data", feeds), ALL, most=rng.randrange(4), kill=True)
        names_in(output)  # whole after every commit
        with output.open("ab") as file:
            file.write(b'{"half a'[: rng.randrange(9)])
    crawl(Run(tmp_path / "data", feeds), ALL)
    assert sorted(names_in(output)) == sorted(ALL)
    crawl(Run(tmp_path / "data", feeds), ALL)
    assert sorted(names_in(output)) == sorted(ALL)


@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.csv", "a.xml", "a.pickle"])
def test_what_was_cut_from_a_file_comes_again(tmp_path: Path, name: str) -> None:
    output = tmp_path / name
    feeds = {str(output): feed(name)}
    for cut in (1, 400, 10**9):
        crawl(Run(tmp_path / "data", feeds), ALL)
        with output.open("r+b") as file:
            file.truncate(max(0, output.stat().st_size - cut))
        crawl(Run(tmp_path / "data", feeds))
        assert sorted(names_in(output)) == sorted(ALL)


@pytest.mark.parametrize("cut", ["a.jsonl", "b.csv", "c.json"])
def test_several_outputs_of_a_run_stay_the_same(tmp_path: Path, cut: str) -> None:
    files = [tmp_path / name for name in ("a.jsonl", "b.csv", "c.json")]
    feeds = {str(path): feed(path.name) for path in files}
    crawl(Run(tmp_path / "data", feeds), ALL, most=7, kill=True)
    with (tmp_path / cut).open("r+b") as file:
        file.truncate((tmp_path / cut).stat().st_size - 200)
    crawl(Run(tmp_path / "data", feeds), ALL)
    for path in files:
        assert sorted(names_in(path)) == sorted(ALL), path


def test_what_is_cut_from_an_earlier_output_comes_again_and_nothing_else(tmp_path: Path) -> None:
    """Runs that wrote to a, b and a again: only the lines that a has lost are missing."""
    a, b = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    for path, count in ((a, 4), (b, 8), (a, 12)):
        crawl(Run(tmp_path / "data", {str(path): feed("a.jsonl")}), ALL[:count])
    with a.open("r+b") as file:
        file.truncate(10)
    crawl(Run(tmp_path / "data", {str(b): feed("a.jsonl")}))
    assert names_in(a) == []
    assert sorted(names_in(b)) == sorted(ALL)


@pytest.mark.parametrize(
    "spelling", ["file://{folder}/a.jsonl", "{folder}/%(name)s.jsonl", "{folder}/x/../%(name)s.jsonl"]
)
def test_every_way_to_name_a_file_is_recovered(tmp_path: Path, spelling: str) -> None:
    feeds = {spelling.format(folder=tmp_path): {"format": "jsonlines"}}
    (tmp_path / "x").mkdir()
    for most in (3, 4):
        crawl(Run(tmp_path / "data", feeds), ALL, most=most, kill=True)
        (output,) = tmp_path.glob("*.jsonl")
        with output.open("ab") as file:
            file.write(b'{"half a line')
    crawl(Run(tmp_path / "data", feeds), ALL)
    assert sorted(names_in(output)) == sorted(ALL)


def test_files_named_by_their_time_hold_every_item_once_together(tmp_path: Path) -> None:
    feeds = {f"{tmp_path}/a-%(batch_time)s.json": {"format": "json"}}  # %(time)s of every day has seconds only
    for most in (3, 4):
        crawl(Run(tmp_path / "data", feeds), ALL, most=most, kill=True)
        newest = max(tmp_path.glob("*.json"))
        with newest.open("ab") as file:
            file.write(b",\n{torn")
    crawl(Run(tmp_path / "data", feeds), ALL)
    files = sorted(tmp_path.glob("*.json"))
    assert len(files) == 3
    assert sorted(name for path in files for name in names_in(path)) == sorted(ALL)


@pytest.mark.parametrize("form", ["jsonl", "json", "csv"])
def test_batches_hold_every_item_once_together(tmp_path: Path, form: str) -> None:
    feeds = {f"{tmp_path}/a-%(batch_id)d.{form}": {"format": form, "batch_item_count": 3}}
    for most in (5, 1):
        crawl(Run(tmp_path / "data", feeds), ALL, most=most, kill=True)
    crawl(Run(tmp_path / "data", feeds), ALL)
    crawl(Run(tmp_path / "data", feeds), ALL)
    found = [names_in(path) for path in tmp_path.glob(f"a-*.{form}")]
    assert sorted(name for names in found for name in names) == sorted(ALL)
    assert all(1 <= len(names) <= 3 for names in found)


def test_the_header_of_a_csv_stands_once_and_says_which_columns_there_are(tmp_path: Path) -> None:
    output = tmp_path / "a.csv"
    feeds = {str(output): {"format": "csv", "fields": ["title", "url"]}}
    crawl(Run(tmp_path / "data", feeds), ALL[:2])
    crawl(Run(tmp_path / "data", {str(output): {"format": "csv", "fields": ["url", "body", "title"]}}), ALL[:4])
    lines = output.read_text().splitlines()
    assert lines[0] == "title,url"
    assert lines[1:] == [f"title {name},https://h.example/{name}" for name in ALL[:4]]


def test_a_document_of_somebody_else_is_continued_or_refused(tmp_path: Path) -> None:
    output = tmp_path / "a.json"
    output.write_text('[\n{"url": "https://h.example/mine"}\n]')
    crawl(Run(tmp_path / "data", {str(output): {"format": "json"}}), ALL[:2])
    assert names_in(output) == ["mine", *ALL[:2]]
    other = tmp_path / "b.json"
    other.write_text('{"a": 1}')
    with pytest.raises(Exception, match=r"b\.json holds no document that can be continued"):
        crawl(Run(tmp_path / "data", {str(other): {"format": "json"}}), ALL)
    assert other.read_text() == '{"a": 1}'


def test_a_document_that_was_written_anew_by_another_program_is_refused(tmp_path: Path) -> None:
    output = tmp_path / "a.json"
    feeds = {str(output): {"format": "json"}}
    crawl(Run(tmp_path / "data", feeds), ALL[:3])
    pretty = output.read_text().replace("{", "{\n    ").replace(", ", ",\n    ")
    output.write_text(pretty)
    with pytest.raises(Exception, match="was rewritten by another program"):
        crawl(Run(tmp_path / "data", feeds), ALL)
    assert output.read_text() == pretty


def test_a_format_that_cannot_be_continued_is_refused(tmp_path: Path) -> None:
    """Scrapy's own JSON stands for an exporter that we do not know."""
    output = tmp_path / "a.json"
    feeds, own = {str(output): {"format": "json"}}, {"json": "scrapy.exporters.JsonItemExporter"}
    crawl(Run(tmp_path / "data", feeds, FEED_EXPORTERS=own), ALL[:3])
    before = output.read_bytes()
    assert names_in(output) == ALL[:3]
    with pytest.raises(Exception, match="a later run cannot continue"):
        crawl(Run(tmp_path / "data", feeds, FEED_EXPORTERS=own), ALL)
    assert output.read_bytes() == before
    crawl(Run(tmp_path / "data", {str(output): {"format": "json", "overwrite": True}}, full=1, FEED_EXPORTERS=own), ALL)
    assert names_in(output) == ALL
