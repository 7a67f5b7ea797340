"""S3-compatible storage for tests: a server on loopback, and its bucket as a folder. conftest.py makes it a fixture."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from snapshot_crawler.archive.sent import storage_of


@pytest.fixture
def bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A bucket of a real server on loopback, as a folder."""
    pytest.importorskip("obstore", reason="the extra s3 is not installed")
    localbucket = pytest.importorskip("localbucket", reason="localbucket, which the tests of s3 need, is not installed")
    folder = tmp_path / "s3" / "news"
    folder.mkdir(parents=True)
    quiet = {"log_message": lambda *_: None, "data_root": folder.parent}
    handler = type("Handler", (localbucket.S3Handler,), quiet)
    server = localbucket.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    storage_of.cache_clear()  # of another test's server
    yield folder
    server.shutdown()
    thread.join()
    server.server_close()
