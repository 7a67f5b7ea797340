"""`scrapy demo --portal`: the sample site crawled, and its articles shown, with one command."""

from __future__ import annotations

import re
import signal
import socket
import sys
from pathlib import Path

import pytest

from snapshot_crawler.commands import demo, portal
from snapshot_crawler.exceptions import ConfigurationError
from tests.portal.test_extra import MISSING
from tests.process import scrapy, start

pytestmark = pytest.mark.skipif(bool(MISSING), reason="the extra `portal` is missing")


@pytest.mark.slow  # a whole crawl of the sample site
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_its_last_line_is_the_address_where_the_articles_are(tmp_path: Path, number: int) -> None:
    import httpx

    from tests.portal.test_serve import LONG_S, until

    output = tmp_path / "stdout"
    words = ["-m", "scrapy", "demo", "--portal", "--listen", "127.0.0.1:0", "-s", f"DATA_DIR={tmp_path}"]
    with output.open("wb") as stdout, (tmp_path / "stderr").open("wb") as stderr:
        process = start([sys.executable, *words], stdout=stdout, stderr=stderr)
        try:
            found = until(
                lambda: re.search(r"The portal is at (http://\S+) \(Ctrl-C ends it\)\n\Z", output.read_text())
            )
            answer = httpx.get(f"{found[1]}/", timeout=LONG_S)
            assert answer.status_code == 200 and answer.text.count("/detail/") >= 30
        finally:
            process.send_signal(number)
            assert process.wait(LONG_S) == 0
    assert (tmp_path / "stderr").read_text() == ""


def test_an_address_that_is_taken_is_told_before_the_crawl(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        done = scrapy("demo", "--portal", "--listen", listen, "-s", f"DATA_DIR={tmp_path}")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.strip() == f"--listen {listen}: Address already in use"
    assert not (tmp_path / "demo").exists()


def test_a_wrong_setting_of_the_portal_is_told_before_the_crawl(tmp_path: Path) -> None:
    done = scrapy("demo", "--portal", "--listen", "127.0.0.1:0", "-s", "PORTAL_URL=x", "-s", f"DATA_DIR={tmp_path}")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("PORTAL_URL is 'x'")
    assert not (tmp_path / "demo").exists()


def test_the_missing_extra_is_named_before_the_crawl(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portal, "find_spec", lambda name: None)
    with pytest.raises(ConfigurationError, match=r"pip install 'snapshot_crawler\[portal\]'"):
        demo.before_portal("127.0.0.1:0", {})


@pytest.mark.parametrize("words", [("--serve", "--portal"), ("--listen", "127.0.0.1:0")])
def test_options_that_do_not_go_together_are_refused(words: tuple[str, ...]) -> None:
    assert scrapy("demo", *words).returncode == 2
