"""WARC files in S3-compatible storage: every page in one object, readable at every moment, whatever dies when."""

from __future__ import annotations

import io
import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("obstore", reason="the extra s3 is not installed")
pytest.importorskip("warcio", reason="warcio is not installed: pip install -e '.[test]'")
from scrapy.settings import Settings
from warcio import ArchiveIterator

from snapshot_crawler import bucket as bucket_module
from snapshot_crawler.archive import retention
from snapshot_crawler.archive.cdxj import index_path
from snapshot_crawler.archive.find import find, indexed, with_body
from snapshot_crawler.archive.places import files_of, note_path
from snapshot_crawler.archive.reader import Capture, capture_at, captures
from snapshot_crawler.archive.sent import ArchiveAwayError, storage_of
from snapshot_crawler.backfill.files import warc_files
from snapshot_crawler.bucket import Bucket
from snapshot_crawler.commands.crawl import Command as Crawl
from snapshot_crawler.dedup.tombstones import Tombstones
from snapshot_crawler.exceptions import ConfigurationError, ExitCode, OutputError
from snapshot_crawler.exporters import parts, uploads, warcs
from snapshot_crawler.exporters.delivery import send_archive, send_left
from snapshot_crawler.exporters.warcs import registered_warcs
from snapshot_crawler.frontier.store import Store, frontiers_of
from snapshot_crawler.jobs.keeping import size_of
from snapshot_crawler.postgres.worker import worker_name
from snapshot_crawler.runs.kept import holdings
from snapshot_crawler.upkeep.order import only_one, open_orders
from snapshot_crawler.upkeep.repair import repair
from snapshot_crawler.upkeep.reparse import Reparse, Wanted
from snapshot_crawler.upkeep.takedown import TakeDown
from snapshot_crawler.upkeep.verify import Verification
from tests.crash.site import NewsSite
from tests.crawling import crawl
from tests.exporters.test_parts import AtOnce, KilledError
from tests.shared.fleet import Fleet

JOB = "snapshot"
BUCKET = "s3://news/pages"
ARTICLES = 5


@pytest.fixture(scope="module")
def site() -> Iterator[NewsSite]:
    with NewsSite(articles=ARTICLES, hidden_every=0) as running:
        yield running


def embedded(tmp_path: Path, name: str = "data") -> dict[str, Any]:
    return {"DATA_DIR": str(tmp_path / name), "JOB_NAME": JOB, "ARCHIVE_BUCKET": BUCKET}


@pytest.fixture(params=["embedded", "shared"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
    found = embedded(tmp_path)
    if request.param == "shared":
        found["DATABASE_URL"] = request.getfixturevalue("quick_database_url")
    return found


def root_of(settings: dict[str, Any]) -> Path:
    return Path(settings["DATA_DIR"])


def run(site: NewsSite, tmp_path: Path, settings: dict[str, Any], **more: Any) -> Any:
    """A run, and what the command does when it is over."""
    feeds = {str(root_of(settings) / "out.jsonl"): {"format": "jsonlines"}}
    crawler = crawl("snapshot", site.url(), tmp_path, allowed=site.address, **{**settings, "FEEDS": feeds, **more})
    send_left({**settings, **more}, root_of(settings), JOB)
    return crawler


def records(settings: dict[str, Any]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (root_of(settings) / "out.jsonl").read_text().splitlines()]


def objects(bucket: Path) -> dict[str, bytes]:
    folder = bucket / "pages"
    found = [path for path in folder.rglob("*") if path.is_file()] if folder.exists() else []
    return {path.name: path.read_bytes() for path in sorted(found)}


def addresses(bucket: Path) -> Counter[str]:
    """The pages in all objects, as another program reads them."""
    found: Counter[str] = Counter()
    for path in (bucket / "pages").rglob("*.warc.gz"):  # of two machines they may have one name
        for record in ArchiveIterator(io.BytesIO(path.read_bytes()), check_digests="raise"):
            record.content_stream().read()
            if record.rec_type in ("response", "revisit"):
                found[record.rec_headers["WARC-Target-URI"]] += 1
    return found


def here(settings: dict[str, Any]) -> list[str]:
    """The endings of the files of the archive that lie here."""
    names = [path.name for path in (root_of(settings) / "archive" / JOB).iterdir()]
    return sorted(name.rpartition(".")[2] for name in names)


def page_of(settings: dict[str, Any], record: dict[str, Any]) -> Capture:
    where = record["archived"]
    found = capture_at(root_of(settings) / where["file"], where["offset"], where["length"])
    assert isinstance(found, Capture) and found.digest == where["digest"] and found.url == record["url"]
    return found


def opened(settings: dict[str, Any]) -> Store:
    return frontiers_of(settings, root_of(settings)).open(JOB)


def damage(settings: dict[str, Any]) -> dict[str, str]:
    return {finding.path.name: finding.what for finding in Verification(settings).findings() if finding.is_damage}


def test_every_page_is_in_one_object_and_is_read_there_by_all_who_read_pages(
    site: NewsSite, tmp_path: Path, settings: dict[str, Any], bucket: Path
) -> None:
    run(site, tmp_path, settings)
    assert here(settings) == ["cdxj", "sent"]
    found, root = records(settings), root_of(settings)
    assert addresses(bucket) == {record["url"]: 1 for record in found} and len(found) == ARTICLES
    for record in found:
        assert record["title"] in page_of(settings, record).body.decode()
    [place] = find(root, found[0]["id"])
    capture = place.capture()
    assert isinstance(capture, Capture) and with_body(root, JOB, capture) == capture
    [file] = files_of(root, JOB)
    read = {(each.url, each.offset) for each in captures(file) if isinstance(each, Capture)}
    assert read == {(each.url, each.offset) for each in indexed(root, JOB)}
    [holding] = holdings(root, [JOB], by_file=True)
    assert (holding.bytes, holding.pages) == (len(objects(bucket)[file.name]), ARTICLES)
    index = index_path(file)
    told = index.read_bytes()
    index.unlink()
    assert len(find(root, found[0]["url"])) == 1 and index.read_bytes() == told, "it is made again from the object"
    assert list(Verification(settings).findings()) == []
    before = objects(bucket)
    run(site, tmp_path, settings)
    assert objects(bucket) == before and here(settings) == ["cdxj", "sent"], "nothing is new"


def test_kept_pages_are_read_again_from_there_and_a_storage_that_is_away_ends_it(
    site: NewsSite, tmp_path: Path, bucket: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = embedded(tmp_path)
    run(site, tmp_path, settings)
    chosen = Settings()
    chosen.setmodule("snapshot_crawler.settings", priority="project")
    chosen.setdict(settings, priority="cmdline")
    result = Reparse(chosen, JOB, Wanted(is_dry=True)).run()
    assert dict(result.words) == {"same": ARTICLES}
    there = [path.resolve() for path in files_of(root_of(settings), JOB)]
    assert warc_files(str(root_of(settings) / "archive")) == there, "for -a warc="
    storage_of.cache_clear()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setattr(bucket_module, "TRIES", 0)
    with pytest.raises(ArchiveAwayError):
        Reparse(chosen, JOB, Wanted(is_dry=True)).run()


def test_files_are_sent_while_the_run_goes_on(tmp_path: Path, bucket: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = embedded(tmp_path)
    monkeypatch.setattr(uploads, "ThreadPoolExecutor", AtOnce)
    with NewsSite(articles=ARTICLES, hidden_every=0, latency_s=0.4) as slow:
        crawler = run(slow, tmp_path, settings, BUCKET_PART_SECONDS=0, CONCURRENT_REQUESTS_PER_DOMAIN=1)
    assert crawler.stats.get_value("warcs/sent") >= 1, "by the run itself"
    assert set(here(settings)) == {"cdxj", "sent"}
    assert addresses(bucket) == {record["url"]: 1 for record in records(settings)}
    assert len(objects(bucket)) >= 2 and list(Verification(settings).findings()) == []
    with closing(opened(settings)) as store:
        assert len(registered_warcs(store)) == len(objects(bucket))
    fetched = Counter[str]()
    copy_to = Bucket.copy_to

    def counted(self: Bucket, name: str, file: Any) -> None:
        fetched[name] += 1
        copy_to(self, name, file)

    monkeypatch.setattr(Bucket, "copy_to", counted)
    first = records(settings)[0]
    take_down(settings, first["id"])
    assert set(fetched) == {Path(first["archived"]["file"]).name}, "only the file that may hold it"


def die(*_: Any, **__: Any) -> None:
    raise KilledError


def and_die(work: Callable[..., Any]) -> Callable[..., None]:
    def both(*words: Any) -> None:
        work(*words)
        raise KilledError

    return both


KILLS: dict[str, tuple[Any, str, Callable[..., Any]]] = {
    "before it is sent": (parts, "send", die),
    "before it is registered": (warcs, "register", die),
    "before its commit": (warcs, "register", and_die(warcs.register)),
    "before its note": (warcs, "leave", die),
    "before the file goes": (warcs, "write_note", and_die(warcs.write_note)),
    "at the end": (warcs, "leave", and_die(warcs.leave)),
}


@pytest.mark.parametrize("kill", KILLS)
def test_a_kill_between_two_steps_loses_no_page_and_doubles_none(
    kill: str, site: NewsSite, tmp_path: Path, bucket: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = embedded(tmp_path)
    with monkeypatch.context() as dying, pytest.raises(KilledError):
        dying.setattr(*KILLS[kill])
        run(site, tmp_path, settings)
    for record in records(settings):
        page_of(settings, record)  # at this moment too
    assert len(list(files_of(root_of(settings), JOB))) == 1
    sent = objects(bucket)
    run(site, tmp_path, settings)
    assert here(settings) == ["cdxj", "sent"] and (not sent or objects(bucket) == sent)
    assert addresses(bucket) == {record["url"]: 1 for record in records(settings)}
    assert list(Verification(settings).findings()) == []


def test_an_object_whose_commit_did_not_come_is_registered_by_the_next_start_with_a_shared_database(
    site: NewsSite, tmp_path: Path, quick_database_url: str, bucket: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {**embedded(tmp_path), "DATABASE_URL": quick_database_url}
    with monkeypatch.context() as dying, pytest.raises(KilledError):
        dying.setattr(*KILLS["before its commit"])
        run(site, tmp_path, settings)
    run(site, tmp_path, settings)
    assert here(settings) == ["cdxj", "sent"]
    assert addresses(bucket) == {record["url"]: 1 for record in records(settings)}
    assert list(Verification(settings).findings()) == []


def test_what_does_not_count_is_removed_by_the_next_start_and_what_is_anothers_stays(
    site: NewsSite, tmp_path: Path, bucket: Path
) -> None:
    settings = embedded(tmp_path)
    run(site, tmp_path, settings)
    folder = bucket / "pages" / JOB / worker_name(root_of(settings))
    [name] = objects(bucket)
    strange = folder / name.replace("-00001.", "-00007.")
    others = [bucket / "pages" / JOB / "0123456789abcdef" / name, bucket / "pages" / "other" / folder.name / name]
    for path in (strange, *others):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    run(site, tmp_path, settings)
    assert not strange.exists() and all(path.exists() for path in others) and (folder / name).exists()


def test_storage_that_is_away_at_the_end_loses_nothing_and_one_that_is_away_at_the_start_is_told_at_once(
    site: NewsSite, tmp_path: Path, bucket: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = embedded(tmp_path)
    with monkeypatch.context() as away, pytest.raises(OutputError, match="away"):
        away.setattr(parts, "send", lambda *_, **__: (_ for _ in ()).throw(OutputError("the storage is away")))
        run(site, tmp_path, settings)
    assert not objects(bucket) and here(settings) == ["cdxj", "gz"]
    command = Crawl()
    command.settings = Settings(settings)
    with monkeypatch.context() as away:
        away.setattr(parts, "send", lambda *_, **__: (_ for _ in ()).throw(OutputError("the storage is away")))
        codes = [command.deliver(root_of(settings), JOB, code) for code in (ExitCode.COMPLETE, ExitCode.INTERRUPTED)]
    assert codes == [ExitCode.OUTPUT_FAILED, ExitCode.INTERRUPTED]
    with pytest.raises(OutputError, match="before all of it was sent"):
        send_left(settings, root_of(settings), JOB, lambda: True)
    assert not objects(bucket)
    with monkeypatch.context() as away:
        away.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        away.setattr(bucket_module, "TRIES", 0)
        before = len(site.asked)
        with pytest.raises(OutputError, match="cannot be listed"):
            crawl("snapshot", site.url(), tmp_path, allowed=site.address, **settings)
        assert len(site.asked) == before
    run(site, tmp_path, settings)
    assert here(settings) == ["cdxj", "sent"]
    assert addresses(bucket) == {record["url"]: 1 for record in records(settings)}


def test_verify_finds_what_is_torn_or_missing_there_and_a_lost_note_which_repair_writes(
    site: NewsSite, tmp_path: Path, bucket: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = embedded(tmp_path)
    run(site, tmp_path, settings)
    for report in (root_of(settings) / "runs").iterdir():
        report.unlink()  # so the index has to be proven by its file
    [path] = (bucket / "pages").rglob("*.warc.gz")
    whole, [file] = path.read_bytes(), files_of(root_of(settings), JOB)
    path.write_bytes(whole[:-100])
    assert damage(settings)[path.name].startswith("cut: 100 bytes")
    path.write_bytes(whole[:-2000] + bytes([whole[-2000] ^ 1]) + whole[-1999:])
    assert path.name in damage(settings)
    path.unlink()
    assert damage(settings)[path.name].startswith("missing")
    path.write_bytes(whole)
    note = note_path(file)
    kept = note.read_bytes()
    for left in (None, b"{", kept.replace(b"s3://news", b"s3://elsewhere")):
        if left is None:
            note.unlink()
        else:
            note.write_bytes(left)
        assert set(damage(settings)) == {note.name}
        assert not [line for line in repair(settings, [JOB]) if "not repaired" in line]
        assert damage(settings) == {} and note.read_bytes() == kept
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setattr(bucket_module, "TRIES", 0)
    assert damage(settings) == {}, "not proven, and not damaged"


def take_down(settings: dict[str, Any], name: str) -> None:
    work = TakeDown(settings, lambda line: None)
    with only_one(work.root):
        for order in open_orders(work.root):
            work.complete(order)
        target, found = work.look([name], whole_story=False)
        work.complete(work.begin([name], "asked for", target, found))


def test_a_take_down_goes_through_the_object_and_leaves_all_other_records_in_their_places(
    site: NewsSite, tmp_path: Path, bucket: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = embedded(tmp_path)
    run(site, tmp_path, settings)
    gone, *others = records(settings)
    with monkeypatch.context() as dying, pytest.raises(KilledError):
        dying.setattr(Bucket, "put", die)
        take_down(settings, gone["id"])
    assert addresses(bucket)[gone["url"]] == 1, "not yet"
    take_down(settings, gone["id"])
    assert addresses(bucket) == {record["url"]: 1 for record in others}
    assert [page_of(settings, record).url for record in records(settings)] == [record["url"] for record in others]
    assert not find(root_of(settings), gone["url"]) and list(Verification(settings).findings()) == []
    run(site, tmp_path, settings)
    assert addresses(bucket) == {record["url"]: 1 for record in others}


@pytest.mark.parametrize("kill", ["before it is registered", "before its note"])
def test_a_take_down_also_finds_what_a_kill_has_left_there(
    kill: str, site: NewsSite, tmp_path: Path, bucket: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = embedded(tmp_path)
    with monkeypatch.context() as dying, pytest.raises(KilledError):
        dying.setattr(*KILLS[kill])
        run(site, tmp_path, settings)
    gone, *others = records(settings)
    take_down(settings, gone["id"])
    assert gone["url"] not in addresses(bucket)
    run(site, tmp_path, settings)
    assert addresses(bucket) == {record["url"]: 1 for record in others}
    assert list(Verification(settings).findings()) == []


def test_old_pages_go_from_the_storage_too(site: NewsSite, tmp_path: Path, bucket: Path) -> None:
    settings = embedded(tmp_path)
    run(site, tmp_path, settings)
    root = root_of(settings)
    later = datetime(2099, 1, 1, tzinfo=UTC)
    [old] = retention.removable(root, JOB, 30, later)
    assert size_of(old) == len(objects(bucket)[old.name])
    retention.remove(old)
    assert not objects(bucket) and here(settings) == ["txt"] and retention.removable(root, JOB, 30, later) == []
    assert damage(settings) == {}
    run(site, tmp_path, settings)
    with closing(opened(settings)) as store:
        assert not registered_warcs(store)
    assert damage(settings) == {}


def test_what_was_kept_before_the_setting_stays_until_it_is_sent_by_hand(
    site: NewsSite, tmp_path: Path, bucket: Path
) -> None:
    settings = embedded(tmp_path)
    run(site, tmp_path, settings, ARCHIVE_BUCKET="")
    run(site, tmp_path, settings)
    assert here(settings) == ["cdxj", "gz"] and not objects(bucket)
    with pytest.raises(ConfigurationError, match="ARCHIVE_BUCKET is not set"):
        send_archive({**settings, "ARCHIVE_BUCKET": ""}, root_of(settings), JOB)
    assert send_archive(settings, root_of(settings), JOB) == 1
    assert here(settings) == ["cdxj", "sent"]
    assert addresses(bucket) == {record["url"]: 1 for record in records(settings)}
    assert list(Verification(settings).findings()) == []


def test_the_setting_is_judged_before_anything_is_fetched(site: NewsSite, tmp_path: Path) -> None:
    before = len(site.asked)
    for wrong in ("news/pages", "s3://", "s3://news/%(time)s"):
        with pytest.raises(ConfigurationError, match="ARCHIVE_BUCKET is"):
            crawl(
                "snapshot", site.url(), tmp_path, allowed=site.address, **embedded(tmp_path) | {"ARCHIVE_BUCKET": wrong}
            )
    assert len(site.asked) == before


@pytest.mark.slow
def test_the_notes_of_a_machine_that_is_lost_come_back_from_the_database(
    site: NewsSite, tmp_path: Path, quick_database_url: str, bucket: Path
) -> None:
    settings = {**embedded(tmp_path), "DATABASE_URL": quick_database_url}
    run(site, tmp_path, settings)
    found, name = records(settings), worker_name(root_of(settings))
    root_of(settings).rename(tmp_path / "lost")
    root_of(settings).mkdir()
    (root_of(settings) / "worker.json").write_text(json.dumps({"worker": name}))
    assert len(damage(settings)) == 2, "its output, and the note"
    list(repair(settings, [JOB]))
    assert damage(settings) == {}
    for record in found:
        page_of(settings, record)
        assert len(find(root_of(settings), record["id"])) == 1


def test_a_take_down_outlives_every_machine_and_reaches_the_objects_of_a_lost_one_under_its_name(
    site: NewsSite, tmp_path: Path, quick_database_url: str, bucket: Path
) -> None:
    lost = {**embedded(tmp_path, "lost"), "DATABASE_URL": quick_database_url}
    feeds = {"s3://news/daily/articles.jsonl": {"format": "jsonlines"}}
    crawl("snapshot", site.url(), tmp_path, allowed=site.address, **{**lost, "FEEDS": feeds})
    send_left(lost, root_of(lost), JOB)
    name = worker_name(root_of(lost))
    story = next(iter(site.stories.values()))
    other = {**lost, "DATA_DIR": str(tmp_path / "other")}
    root_of(other).mkdir()
    take_down(other, site.url(f"/detail/{story.name}.html"))
    for settings in (lost, other):
        shutil.rmtree(root_of(settings))
    third = {**lost, "DATA_DIR": str(tmp_path / "third")}
    root_of(third).mkdir()
    with closing(Tombstones(root_of(third), third)) as tombstones:
        assert tombstones.of_name(story.name, None) is not None

    def held() -> int:
        plain = [path.read_bytes() for path in (bucket / "daily").rglob("*.jsonl")]
        return sum(story.name.encode() in each for each in plain) + sum(
            story.name in each for each in addresses(bucket)
        )

    assert held() == 2, "nobody has the keys of its files"
    (root_of(third) / "worker.json").write_text(json.dumps({"worker": name}))
    work = TakeDown(third, lambda line: None)
    with only_one(work.root):
        assert work.obey() == 1
    assert held() == 0 and len(addresses(bucket)) == ARTICLES - 1
    assert {what for what in damage(third).values() if not what.startswith("missing")} == set()


def test_objects_that_a_frontier_from_a_backup_does_not_know_stay_where_their_notes_are(
    site: NewsSite, tmp_path: Path, bucket: Path
) -> None:
    settings = embedded(tmp_path)
    run(site, tmp_path, settings)
    with closing(opened(settings)) as store:
        [address] = registered_warcs(store)
        store.drop_finished(address)
        store.commit({})
    run(site, tmp_path, settings)
    assert len(objects(bucket)) == 1
    for record in records(settings):
        page_of(settings, record)
    [finding] = Verification(settings).findings()
    assert finding.path.name.endswith(".sent") and not finding.is_damage and "does not know" in finding.what


@pytest.mark.slow
def test_two_machines_of_which_one_is_killed_have_every_page_in_one_object(
    tmp_path: Path, bucket: Path, database_url: str
) -> None:
    more = {"BUCKET_PART_SECONDS": 1, "ARCHIVE_BUCKET": BUCKET}
    with Fleet(tmp_path, database_url, sites=2, workers=2, articles=12, latency_s=0.1, **more) as fleet:
        for worker in fleet.workers:
            worker.start()
        fleet.until_asked(18)
        fleet.workers[0].kill()
        assert fleet.finish() == [0, 0], fleet.logs()
        lines = [json.loads(line) for each in fleet.workers for line in Path(each.output).read_text().splitlines()]
        assert {line["id"] for line in lines} == set().union(*(site.names for site in fleet.sites))
        assert addresses(bucket) == dict.fromkeys((line["url"] for line in lines), 1)
        assert len({path.parent.name for path in (bucket / "pages").rglob("*.warc.gz")}) == 2, "a folder for each"
        for worker in fleet.workers:
            assert {path.suffix for path in worker.data.rglob("*.warc.gz*")} == {".sent"}
            for line in Path(worker.output).read_text().splitlines():
                where = json.loads(line)["archived"]
                found = capture_at(worker.data / where["file"], where["offset"], where["length"])
                assert isinstance(found, Capture) and found.digest == where["digest"]
