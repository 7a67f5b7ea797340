"""Outputs in S3-compatible storage: every article in one object, whatever dies when, and nothing else."""

from __future__ import annotations

import gzip
import json
import socket
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("obstore", reason="the extra s3 is not installed")

from snapshot_crawler import bucket as bucket_module
from snapshot_crawler.bucket import Bucket
from snapshot_crawler.exceptions import ConfigurationError, ExitCode, OutputError
from snapshot_crawler.exporters import parts, uploads
from snapshot_crawler.exporters.delivery import send_left
from snapshot_crawler.exporters.parts import Place, registered, waiting
from snapshot_crawler.frontier.store import Store, frontiers_of
from snapshot_crawler.upkeep.order import only_one, open_orders
from snapshot_crawler.upkeep.takedown import TakeDown
from snapshot_crawler.upkeep.verify import Verification
from tests.crash.site import NewsSite
from tests.crawling import crawl
from tests.process import scrapy
from tests.shared.fleet import Fleet

JOB = "snapshot"
OUTPUT = "s3://news/daily/articles.jsonl"


@pytest.fixture(scope="module")
def site() -> Iterator[NewsSite]:
    with NewsSite(articles=12, hidden_every=0) as running:
        yield running


@pytest.fixture(params=["embedded", "shared"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
    found: dict[str, Any] = {"DATA_DIR": str(tmp_path / "data"), "JOB_NAME": JOB}
    if request.param == "shared":
        found["DATABASE_URL"] = request.getfixturevalue("quick_database_url")
    return found


def run(site: NewsSite, tmp_path: Path, settings: dict[str, Any], output: str = OUTPUT, **more: Any) -> Any:
    """A run, and what the command does when it is over."""
    feeds = {output: {"format": "jsonlines"}}
    crawler = crawl("snapshot", site.url(), tmp_path, allowed=site.address, **{**settings, "FEEDS": feeds, **more})
    send_left(settings, Path(settings["DATA_DIR"]), JOB)
    return crawler


def objects(bucket: Path) -> dict[str, bytes]:
    folder = bucket / "daily" / "articles"
    return {path.name: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def ids(bucket: Path) -> Counter[str]:
    found: Counter[str] = Counter()
    for name, data in objects(bucket).items():
        plain = gzip.decompress(data) if name.endswith(".gz") else data
        found.update(json.loads(line)["id"] for line in plain.splitlines())
    return found


def spool(settings: dict[str, Any]) -> list[Path]:
    return [path for path in (Path(settings["DATA_DIR"]) / "outgoing").rglob("*") if path.is_file()]


def opened(settings: dict[str, Any]) -> Store:
    return frontiers_of(settings, Path(settings["DATA_DIR"])).open(JOB)


def test_every_article_is_in_one_object_of_bounded_size_and_nothing_is_left_here(
    site: NewsSite, tmp_path: Path, settings: dict[str, Any], bucket: Path
) -> None:
    run(site, tmp_path, settings, BUCKET_PART_ARTICLES=5)
    assert ids(bucket) == dict.fromkeys(site.names, 1)
    assert sorted(data.count(b"\n") for data in objects(bucket).values()) == [2, 5, 5]
    assert spool(settings) == [] and not list((Path(settings["DATA_DIR"])).rglob("*.jsonl"))
    with closing(opened(settings)) as store:
        assert len(registered(store)) == 3 and not waiting(store)
        for address in registered(store):
            data = objects(bucket)[address.rpartition("/")[2]]
            assert store.commits(address)[-1].length == len(data)
    before = objects(bucket)
    run(site, tmp_path, settings)
    assert objects(bucket) == before, "nothing is new"


class AtOnce:
    """A thread that has done its work as soon as it is asked to."""

    def __init__(self, *_: Any) -> None:
        pass

    def submit(self, work: Any, *words: Any) -> Future[None]:
        done: Future[None] = Future()
        done.set_result(work(*words))
        return done

    def shutdown(self, **_: Any) -> None:
        pass


def test_parts_are_sent_while_the_run_goes_on_after_their_time(
    tmp_path: Path, bucket: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "ThreadPoolExecutor", AtOnce)
    settings = {"DATA_DIR": str(tmp_path / "data"), "JOB_NAME": JOB}
    with NewsSite(articles=12, hidden_every=0, latency_s=0.4) as slow:
        crawler = run(slow, tmp_path, settings, BUCKET_PART_SECONDS=0, CONCURRENT_REQUESTS_PER_DOMAIN=1)
        assert ids(bucket) == dict.fromkeys(slow.names, 1)
    assert max(data.count(b"\n") for data in objects(bucket).values()) == 2, "the article after the time is the last"
    assert crawler.stats.get_value("parts/sent") >= 1, "by the run itself"
    assert spool(settings) == []


def test_a_compressed_output_is_sent_in_whole_members(site: NewsSite, tmp_path: Path, bucket: Path) -> None:
    settings = {"DATA_DIR": str(tmp_path / "data"), "JOB_NAME": JOB}
    run(site, tmp_path, settings, output="s3://news/daily/articles.jsonl.gz", BUCKET_PART_ARTICLES=7)
    assert len(objects(bucket)) == 2 and all(name.endswith(".jsonl.gz") for name in objects(bucket))
    assert ids(bucket) == dict.fromkeys(site.names, 1)


class KilledError(BaseException):
    """The process dies here."""


def test_an_object_whose_commit_did_not_come_is_sent_again_under_its_name(
    site: NewsSite, tmp_path: Path, settings: dict[str, Any], bucket: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: Any) -> None:
        raise KilledError

    with monkeypatch.context() as dying, pytest.raises(KilledError):
        dying.setattr(parts, "register", die)
        run(site, tmp_path, settings)
    sent = objects(bucket)
    assert len(sent) == 1 and spool(settings)
    with closing(opened(settings)) as store:
        assert not registered(store), "so it does not count"
    run(site, tmp_path, settings)
    assert objects(bucket) == sent and spool(settings) == []
    with closing(opened(settings)) as store:
        assert len(registered(store)) == 1


def test_what_the_frontier_does_not_know_of_is_removed_by_the_next_start_and_what_is_anothers_stays(
    site: NewsSite, tmp_path: Path, settings: dict[str, Any], bucket: Path
) -> None:
    run(site, tmp_path, settings)
    folder, root = bucket / "daily" / "articles", Path(settings["DATA_DIR"])
    strange = folder / f"{Place.of(OUTPUT, root, JOB).prefix}20260101T000000000000Z-00001.jsonl"
    of_another_job = Place.of(OUTPUT, root, "other").prefix
    others = [folder / "0123456789abcdef-00000000-1.jsonl", folder / f"{of_another_job}1.jsonl"]
    for path in (strange, *others):
        path.write_bytes(next(iter(objects(bucket).values())))
    run(site, tmp_path, settings)
    assert not strange.exists() and all(path.exists() for path in others)


def test_storage_that_is_away_holds_up_no_start_unnoticed_and_loses_nothing(
    site: NewsSite, tmp_path: Path, bucket: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {"DATA_DIR": str(tmp_path / "data"), "JOB_NAME": JOB}
    send = parts.send

    def away(*_: Any, **__: Any) -> None:
        raise OutputError("the storage is away")

    monkeypatch.setattr(parts, "send", away)
    with pytest.raises(OutputError, match="away"):
        run(site, tmp_path, settings, BUCKET_PART_ARTICLES=5)
    assert not objects(bucket) and len(spool(settings)) == 3
    monkeypatch.setattr(parts, "send", send)
    run(site, tmp_path, settings)
    assert ids(bucket) == dict.fromkeys(site.names, 1) and spool(settings) == []


def test_verify_proves_the_objects_and_names_what_is_wrong(
    site: NewsSite, tmp_path: Path, settings: dict[str, Any], bucket: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(site, tmp_path, settings, BUCKET_PART_ARTICLES=5)
    assert list(Verification(settings).findings()) == []
    changed, gone, _ = sorted((bucket / "daily" / "articles").iterdir())
    changed.write_bytes(changed.read_bytes().replace(b'"title"', b'"tilte"', 1))
    gone.unlink()
    found = {finding.path.name: finding.what for finding in Verification(settings).findings() if finding.is_damage}
    assert set(found) == {changed.name, gone.name} and found[gone.name].startswith("missing")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setattr(bucket_module, "TRIES", 0)
    away = list(Verification(settings).findings())
    assert len(away) == 3 and not any(finding.is_damage for finding in away)


def test_a_take_down_goes_through_the_objects_and_is_completed_after_a_kill(
    site: NewsSite, tmp_path: Path, settings: dict[str, Any], bucket: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(site, tmp_path, settings, BUCKET_PART_ARTICLES=5)
    name = min(site.names)

    def take_down() -> None:
        work = TakeDown(settings, lambda line: None)
        with only_one(work.root):
            for order in open_orders(work.root):
                work.complete(order)
            target, found = work.look([name], whole_story=False)
            work.complete(work.begin([name], "asked for", target, found))

    def die(*_: Any) -> None:
        raise KilledError

    with monkeypatch.context() as dying, pytest.raises(KilledError):
        dying.setattr(Bucket, "put", die)
        take_down()
    assert ids(bucket)[name] == 1
    take_down()
    assert ids(bucket) == dict.fromkeys(site.names - {name}, 1)
    assert list(Verification(settings).findings()) == []
    run(site, tmp_path, settings)
    assert ids(bucket) == dict.fromkeys(site.names - {name}, 1)


def test_a_storage_that_hangs_holds_up_nobody_for_longer_than_a_request_may_take(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "part").write_bytes(b"x")
    monkeypatch.setattr(bucket_module, "TRIES", 0)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(OutputError, match="cannot be written"):
            parts.send(str(tmp_path / "part"), "s3://news/a/b", lambda: False, request_s=0.2)


@pytest.mark.parametrize("wrong", ["s3://news/a.json", "s3://news", "s3://news/a", "s3://news/%(time)s.jsonl"])
def test_what_cannot_be_written_in_parts_is_refused(wrong: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be written in parts"):
        Place.of(wrong, tmp_path, JOB)


def test_the_command_refuses_what_it_cannot_write_before_anything_is_fetched(
    site: NewsSite, tmp_path: Path, bucket: Path
) -> None:
    words = ["crawl", "snapshot", "-a", f"start={site.url()}", "-s", f"DATA_DIR={tmp_path / 'data'}"]
    words += ["-s", f"PRIVATE_NETWORKS_ALLOWED={site.address}", "-s", "DOWNLOAD_DELAY=0"]
    before = len(site.asked)
    refused = scrapy(*words, "-O", OUTPUT)
    assert refused.returncode == ExitCode.CONFIGURATION and "with -o" in refused.stderr
    refused = scrapy(*words, "-o", "s3://elsewhere/a.jsonl")
    assert refused.returncode == ExitCode.OUTPUT_FAILED and "s3://elsewhere/a" in refused.stderr
    assert len(site.asked) == before
    done = scrapy(*words, "-o", OUTPUT)
    assert done.returncode == 0, done.stderr
    assert ids(bucket) == dict.fromkeys(site.names, 1)


@pytest.mark.slow
def test_two_machines_of_which_one_is_killed_send_every_article_once(
    tmp_path: Path, bucket: Path, database_url: str
) -> None:
    more = {"BUCKET_PART_ARTICLES": 3}
    with Fleet(tmp_path, database_url, sites=2, workers=2, articles=12, latency_s=0.1, **more) as fleet:
        for worker in fleet.workers:
            worker.output = OUTPUT
            worker.start()
        fleet.until_asked(14)
        fleet.workers[0].kill()
        assert all(number == 1 for number in ids(bucket).values())
        assert fleet.finish() == [0, 0], fleet.logs()
        assert ids(bucket) == dict.fromkeys(set().union(*(site.names for site in fleet.sites)), 1)
        assert not [path for worker in fleet.workers for path in worker.data.rglob("outgoing/*/*")]
