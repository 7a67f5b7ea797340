"""`scrapy verify` finds every cut, flipped byte and missing file, says where, writes nothing, and blames no crawl."""

from __future__ import annotations

import asyncio
import fcntl
import gzip
import json
import random
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from snapshot_crawler.archive.reader import Capture, capture_at
from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.frontier.store import frontiers_of
from snapshot_crawler.runs.lease import Lease
from snapshot_crawler.upkeep.databases import check_database
from snapshot_crawler.upkeep.documents import check_document, check_vouched, documents_below, vouched_below
from snapshot_crawler.upkeep.findings import Finding, Tally
from snapshot_crawler.upkeep.outputs import check_output
from snapshot_crawler.upkeep.repair import repair
from snapshot_crawler.upkeep.verify import Verification, outputs_of
from tests.crawling import crawl as crawl_site
from tests.exporters.job import Run, crawl, names_in
from tests.exporters.test_continued import feed
from tests.process import scrapy
from tests.state.stored import restore, the_site
from tests.upkeep.folders import put_back

NAMES = [f"p{number}" for number in range(6)]
SAMPLE = 25  # bytes of each file, in the quick test


def findings(data: Path, *jobs: str) -> list[Finding]:
    return list(Verification({"DATA_DIR": str(data)}, jobs).findings())


def damage(data: Path) -> list[Finding]:
    return [finding for finding in findings(data) if finding.is_damage]


def everything(folder: Path) -> dict[Path, tuple[int, bytes]]:
    return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A DATA_DIR and out.jsonl of a real crawl."""
    folder = tmp_path_factory.mktemp("crawled")
    with the_site() as site:
        crawl_site("snapshot", site.url(), folder, allowed=site.address)
    return folder


@pytest.fixture
def folder(crawled: Path, tmp_path: Path) -> Iterator[Path]:
    """The same for one test."""
    with put_back(crawled, tmp_path / "kept"):
        yield crawled


def files_to_damage(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and path.stat().st_size and path.suffix != ".seal":
            yield path


def assert_found(folder: Path, path: Path, places: list[int]) -> None:
    """A flip and a cut at each place are found, in that file."""
    whole = path.read_bytes()
    for place in places:
        for changed in (whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :], whole[:place]):
            path.write_bytes(changed)
            found = damage(folder / "data")
            assert [each for each in found if each.path in (path, path.with_name(path.name + ".seal"))], (path, place)
    path.write_bytes(whole)
    assert damage(folder / "data") == []


def test_a_whole_data_dir_is_proven_and_stays_as_it_is(folder: Path) -> None:
    before = everything(folder)
    verification = Verification({"DATA_DIR": str(folder / "data")})
    assert list(verification.findings()) == []
    assert everything(folder) == before
    names = {str(path.relative_to(folder)).split("/")[-1].split("-")[0] for path in verification.tally.files}
    assert {"out.jsonl", "index.sqlite"} <= names
    assert verification.tally.read == verification.size() > 10_000


def test_flips_and_cuts_anywhere_are_found_in_their_file(folder: Path) -> None:
    rng = random.Random(15)
    for path in files_to_damage(folder):
        size = path.stat().st_size
        assert_found(folder, path, sorted({0, size - 1, *(rng.randrange(size) for _ in range(SAMPLE))}))


@pytest.mark.slow
def test_every_single_byte_flipped_and_cut_is_found(folder: Path) -> None:
    data, tally = folder / "data", Tally()
    [job] = [path.stem for path in data.glob("frontier/*.sqlite")]
    with closing(frontiers_of({"DATA_DIR": str(data)}).read(job, still=True)) as store:
        outputs = {output.path: output for output in outputs_of(store, data, is_running=False)}
    vouchers: dict[str, dict[str, Any]] = {}
    for path in documents_below(data):
        assert not list(check_document(path, tally, vouchers))
    vouched = vouched_below(data)
    assert vouched and outputs
    for path in files_to_damage(folder):
        whole = path.read_bytes()
        for place in range(0, len(whole), 97 if path.suffix == ".sqlite" else 1):  # a database is hashed as a whole
            for changed in (whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :], whole[:place]):
                path.write_bytes(changed)
                if path.suffix == ".sqlite":
                    found = check_database(path, tally)
                elif path in outputs:
                    found = check_output(outputs[path], tally)
                elif path in vouched:
                    found = check_vouched(data, vouchers, set(), tally)
                else:
                    found = check_document(path, tally, {})
                assert any(each.is_damage for each in found), (path, place)
        path.write_bytes(whole)
    assert damage(data) == []


def test_a_file_that_is_gone_is_named(folder: Path) -> None:
    data = folder / "data"
    for path in (folder / "out.jsonl", data / "index.sqlite", *data.glob("frontier/*.sqlite")):
        whole = path.read_bytes()
        path.unlink()
        first = damage(data)[0]
        assert first.path == path and first.what.startswith("missing")
        path.write_bytes(whole)
    for path in (*data.glob("frontier/*.seal"),):
        whole = path.read_bytes()
        path.unlink()
        assert [each.path for each in damage(data)] == [path]
        path.write_bytes(whole)


def test_the_line_is_named(folder: Path) -> None:
    output = folder / "out.jsonl"
    lines = output.read_bytes().splitlines(keepends=True)
    output.write_bytes(b"".join([*lines[:3], lines[3].replace(b'"id"', b'"id', 1), *lines[4:]]))
    assert "line 4" in [each.place for each in damage(folder / "data")]
    output.write_bytes(b"".join([*lines[:2], lines[2].replace("。".encode(), "！".encode(), 1), *lines[3:]]))
    [only] = damage(folder / "data")
    assert only.path == output and "line" in only.place and "not as written" in only.what


def test_what_a_person_did_to_an_output_is_told(folder: Path) -> None:
    output = folder / "out.jsonl"
    whole = output.read_bytes()
    output.write_bytes(b"")
    assert "cut" in str(damage(folder / "data")[0])
    output.write_bytes(whole + b'{"url": "https://h.example/mine"}\n')
    [only] = damage(folder / "data")
    assert "behind the last commit by another program" in only.what and f"byte {len(whole)}" == only.place


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.json", "a.xml", "a.pickle", "a.jsonl.gz", "a.json.zst"])
def test_every_format_is_proven_and_a_kill_leaves_a_torn_tail_at_most(tmp_path: Path, name: str) -> None:
    output, data = tmp_path / name, tmp_path / "data"
    feeds = {str(output): feed(name)}
    crawl(Run(data, feeds), NAMES[:4])
    assert damage(data) == []
    crawl(Run(data, feeds), NAMES, most=1, kill=True)
    assert damage(data) == []
    with output.open("ab") as file:
        file.write(b'{"half')
    [torn] = damage(data)
    assert torn.path == output and ("torn tail" in torn.what or "end is damaged" in torn.what)
    told = list(repair({"DATA_DIR": str(data)}, []))
    assert damage(data) == [] and any(str(output) in line for line in told)
    assert names_in(output) == NAMES[:5]
    crawl(Run(data, feeds), NAMES)
    assert sorted(names_in(output)) == sorted(NAMES) and damage(data) == []


def test_repair_brings_a_cut_file_back_and_says_what_is_fetched_again(tmp_path: Path) -> None:
    output, data = tmp_path / "a.jsonl", tmp_path / "data"
    feeds = {str(output): feed("a.jsonl")}
    crawl(Run(data, feeds), NAMES)
    whole = output.read_bytes()
    output.write_bytes(whole[:-70])
    told = "\n".join(repair({"DATA_DIR": str(data)}, []))
    assert "brought back" in told and "fetches 1 pages again" in told and "https://h.example/p5" in told
    assert output.read_bytes() == b"".join(whole.splitlines(keepends=True)[:5]) and damage(data) == []
    output.write_bytes(output.read_bytes()[:-300] + bytes(300))  # as a power cut leaves it
    assert damage(data) and list(repair({"DATA_DIR": str(data)}, [])) and damage(data) == []
    crawl(Run(data, feeds), NAMES)
    assert sorted(names_in(output)) == sorted(NAMES) and damage(data) == []


def test_repair_leaves_what_is_damaged_in_the_middle(tmp_path: Path) -> None:
    output, data = tmp_path / "a.jsonl", tmp_path / "data"
    crawl(Run(data, {str(output): feed("a.jsonl")}), NAMES)
    flipped = bytearray(output.read_bytes())
    flipped[100] ^= 1
    output.write_bytes(flipped)
    list(repair({"DATA_DIR": str(data)}, []))
    assert output.read_bytes() == flipped and [each.place for each in damage(data)] == ["line 1"]


def test_a_damaged_member_of_a_compressed_file_is_named_by_its_place(tmp_path: Path) -> None:
    output, data = tmp_path / "a.jsonl.gz", tmp_path / "data"
    crawl(Run(data, {str(output): feed("a.jsonl.gz")}), NAMES)
    with closing(frontiers_of({"DATA_DIR": str(data)}).read("daily", still=True)) as store:
        starts = [commit.length for commit in store.commits(str(output))]
    flipped = bytearray(output.read_bytes())
    flipped[starts[2] + 40] ^= 1
    output.write_bytes(flipped)
    [only] = damage(data)
    assert only.place == f"byte {starts[2]}" and gzip.decompress(output.read_bytes()[: starts[2]])


def test_a_running_crawl_is_no_damage(tmp_path: Path) -> None:
    output, data = tmp_path / "a.json", tmp_path / "data"

    async def look_while_it_runs() -> None:
        with Lease(data / "leases" / "daily.json", "daily"):
            async with Run(data, {str(output): feed("a.json")}) as run:
                for number in range(0, 6, 2):
                    run.add(NAMES[number : number + 2])
                    run.crawl(2, commit_every=1)
                    assert damage(data) == []
                with output.open("ab") as file:
                    file.write(b"half")  # of a commit that is just being written
                assert damage(data) == []
                file = output.open("r+b")
                file.truncate(output.stat().st_size - 4)
                file.close()

    asyncio.run(look_while_it_runs())
    assert findings(data) == []


def test_what_an_earlier_version_wrote_is_not_proven_and_no_damage(tmp_path: Path) -> None:
    restore("v3", tmp_path, port=12345)
    found = findings(tmp_path / "data")
    assert not [each for each in found if each.is_damage]
    assert any("kept no check sums" in each.what for each in found)
    assert any(each.path.name == "index.sqlite" and "not proven" in each.what for each in found)


def test_a_killed_writers_database_is_looked_at_without_a_trace(tmp_path: Path) -> None:
    data = tmp_path / "data"
    store = frontiers_of({"DATA_DIR": str(data)}).open("daily")
    store.set_state("note", "x" * 9000)
    store.commit({})
    killed = tmp_path / "killed"
    shutil.copytree(data, killed)  # with its log, as kill -9 leaves it
    store.close()
    before = everything(killed)
    [only] = findings(killed)
    assert not only.is_damage and "its last writer was killed" in only.what
    assert everything(killed) == before
    path = killed / "frontier" / "daily.sqlite-wal"
    path.write_bytes(path.read_bytes()[:32])
    assert everything(killed) != before


def test_there_is_a_word_for_nothing_and_for_unknown_jobs(tmp_path: Path, crawled: Path) -> None:
    with pytest.raises(ConfigurationError, match="holds nothing to verify"):
        Verification({"DATA_DIR": str(tmp_path)})
    with pytest.raises(ConfigurationError, match=r"holds no job 'other'; it holds snapshot@"):
        Verification({"DATA_DIR": str(crawled / "data")}, ["other"])


def test_the_command_says_it_by_its_exit_code(folder: Path) -> None:
    data = folder / "data"
    [job] = [path.stem for path in data.glob("frontier/*.sqlite")]
    done = scrapy("verify", job, "-s", f"DATA_DIR={data}")
    assert done.returncode == 0 and "nothing damaged, all proven" in done.stdout
    output = folder / "out.jsonl"
    output.write_bytes(output.read_bytes()[:-10])
    done = scrapy("verify", "-s", f"DATA_DIR={data}")
    assert done.returncode == 11 and f"{output}: byte {output.stat().st_size}: cut: 10 bytes" in done.stdout
    done = scrapy("verify", "--repair", "-s", f"DATA_DIR={data}")
    assert done.returncode == 0 and "pages again" in done.stdout and "nothing damaged any more" in done.stdout
    assert scrapy("verify", "-s", f"DATA_DIR={folder / 'nowhere'}").returncode == 2


def test_repair_waits_for_no_run(folder: Path) -> None:
    data = folder / "data"
    [job] = [path.stem for path in data.glob("frontier/*.sqlite")]
    lease = data / "leases" / f"{job}.json"
    lease.parent.mkdir(exist_ok=True)
    with lease.open("a+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert ["is being crawled already" in line for line in repair({"DATA_DIR": str(data)}, [])] == [True]


def test_a_copy_and_a_moved_data_dir_are_looked_at_where_they_are(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    crawl(Run(first, {str(first / "out" / "a.jsonl"): feed("a.jsonl")}), NAMES[:3])
    crawl(Run(first, {}), NAMES[:4])
    shutil.copytree(first, second)
    [copy] = second.glob("out/a.jsonl")
    copy.write_bytes(copy.read_bytes().replace(b"p1", b"p9"))
    assert damage(first) == [] and {each.path for each in damage(second)} == {copy}
    shutil.rmtree(second)
    first.rename(second)
    assert findings(second) == []
    crawl(Run(second, {str(copy): feed("a.jsonl")}), NAMES)
    assert names_in(copy) == [*NAMES[:3], *NAMES[4:]] and not first.exists() and findings(second) == []


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.json", "a.xml", "a.jsonl.gz", "a.jsonl.zst"])
def test_a_torn_tail_behind_a_clean_end_is_cut_off_too(tmp_path: Path, name: str) -> None:
    output, data = tmp_path / name, tmp_path / "data"
    crawl(Run(data, {str(output): feed(name)}), NAMES)
    whole = output.read_bytes()
    for tail in (b'{"half', whole[:20]):
        output.write_bytes(whole + tail)
        assert [each.path for each in damage(data)] == [output]
        list(repair({"DATA_DIR": str(data)}, []))
        assert output.read_bytes() == whole and findings(data) == []


def test_whole_lines_that_somebody_has_appended_are_told_and_stay(tmp_path: Path) -> None:
    output, data = tmp_path / "a.jsonl", tmp_path / "data"
    crawl(Run(data, {str(output): feed("a.jsonl")}), NAMES)
    with output.open("ab") as file:
        file.write(b'{"url": "https://h.example/mine"}\n')
    list(repair({"DATA_DIR": str(data)}, []))
    assert output.read_bytes().endswith(b'mine"}\n') and len(damage(data)) == 1


def test_the_last_runs_own_output_and_archive_are_brought_back_and_come_again(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with the_site() as site:

        def run() -> None:
            crawl_site("snapshot", site.url(), tmp_path, allowed=site.address, FEEDS=None)

        run()
        for pattern, cut in (("articles/*/*.jsonl", 10), ("archive/*/*.warc.gz", 100)):
            path = max(data.glob(pattern), key=lambda each: each.stat().st_mtime)
            with path.open("r+b") as file:
                file.truncate(path.stat().st_size - cut)
            assert path in {each.path for each in damage(data)}
            told = list(repair({"DATA_DIR": str(data)}, []))
            assert damage(data) == [] and any("pages again" in line for line in told)
            run()
            lines = [line for each in data.glob("articles/*/*.jsonl") for line in each.read_bytes().splitlines()]
            assert sorted(json.loads(line)["id"] for line in lines) == sorted(site.names)
            assert damage(data) == []
            for line in lines:
                where = json.loads(line)["archived"]
                page = capture_at(data / where["file"], where["offset"], where["length"])
                assert isinstance(page, Capture) and page.url == json.loads(line)["url"]
