"""What cannot be added is told in one line, with exit code 2, and leaves nothing behind."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from snapshot_crawler.authoring.write import all_or_nothing
from tests.authoring.newcomer import Newcomer
from tests.authoring.samples import bare_site
from tests.server import Server, response

LOGIN = "<html><title>用户登录</title><form><input type=password></form><p>请先登录后继续访问</p></html>"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as server:
        bare_site().serve(server)
        server.page("/shop", "<html><title>Lamps</title><h1>Lamps</h1><p>Buy a lamp.</p></html>")
        server.page("/login", LOGIN)
        server.raw("/inside/", response("", status="302 Found", headers={"Location": "/passport/"}))
        server.page("/passport/", "<html><title>登录</title><form><input type=password></form></html>")
        server.page(
            "/wall/",
            "<ul>"
            + "".join(f"<li><a href=/wall/{n}.html>会员可以阅读的第{n}篇文章</a></li>" for n in range(90001, 90009))
            + "</ul>",
        )
        for number in range(90001, 90009):
            server.page(f"/wall/{number}.html", "<html><title>会员中心</title><p>登录后阅读全文</p></html>")
        server.page("/script/", "<html><title>x</title><div id=app></div><script src=/app.js></script></html>")
        server.page("/empty/", "")
        server.page("/picture", b"\x89PNG\r\n\x1a\n" + bytes(500))
        server.page("/member", "no", status="401 Unauthorized")
        server.page("/closed/", "<p>x</p>")
        server.page("/paper.pdf", b"%PDF-1.4 \x00\x01", content_type="application/pdf")
        server.page("/robots.txt", "User-agent: *\nDisallow: /closed/\n", content_type="text/plain")
        yield server


REFUSED = [
    ("/shop", "no article was found"),
    ("/login", "用户登录"),
    ("/member", "status 401: it wants a login"),
    ("/inside/", "wants a login"),
    ("/wall/", "登录后阅读"),
    ("/script/", "a script may fill it"),
    ("/empty/", "the body is empty"),
    ("/picture", "a file, not a page"),
    ("/closed/", "forbidden by robots.txt"),
    ("/paper.pdf", "application/pdf"),
    ("/nowhere", "status 404"),
    ("http://127.0.0.1:9/", "127.0.0.1:9"),
    ("http://10.1.2.3/", "not public"),
    ("news.example.cn", "did you mean https://news.example.cn?"),
]


@pytest.fixture(scope="module")
def refused(
    server: Server, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[Newcomer, CompletedProcess[str]]]:
    """All of them tried, three at a time."""

    def tried(address: str) -> tuple[Newcomer, CompletedProcess[str]]:
        user = Newcomer(tmp_path_factory.mktemp("refused"), server)
        return user, user.add_site(server.url(address) if address.startswith("/") else address)

    with ThreadPoolExecutor(3) as pool:
        return dict(zip((address for address, _ in REFUSED), pool.map(tried, dict(REFUSED)), strict=True))


@pytest.mark.parametrize(("address", "says"), REFUSED)
def test_what_is_no_news_site_is_refused(
    address: str, says: str, refused: dict[str, tuple[Newcomer, CompletedProcess[str]]]
) -> None:
    user, done = refused[address]
    assert done.returncode == 2, done.stdout + done.stderr
    assert says in done.stderr
    assert done.stderr.splitlines()[1:] == ["Nothing was written."]
    assert list(user.package.glob("[!_]*")) == []
    assert not (user.folder / "sites").exists()


def test_a_site_that_exists_is_overwritten_by_force_alone(server: Server, tmp_path: Path) -> None:
    user = Newcomer(tmp_path, server)
    user.spider_file.write_text("# mine\n", encoding="utf-8")
    stale = tmp_path / "sites" / "sample" / "099-article.html"
    stale.parent.mkdir(parents=True)
    stale.write_text("mine")
    asked = len(server.requests)
    done = user.add_site(server.url("/"))
    assert done.returncode == 2
    assert "--force" in done.stderr
    assert len(server.requests) == asked  # refused before the site is troubled
    assert user.spider_file.read_text(encoding="utf-8") == "# mine\n"
    assert stale.read_text() == "mine"
    done = user.add_site(server.url("/"), "--force")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "class SampleSpider" in user.spider_file.read_text(encoding="utf-8")
    assert not stale.exists()


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_failure_brings_the_old_files_back(error: type[BaseException], tmp_path: Path) -> None:
    spider, folder = tmp_path / "daily.py", tmp_path / "daily"
    spider.write_text("old", encoding="utf-8")
    with pytest.raises(error), all_or_nothing([spider, folder]):
        spider.write_text("half", encoding="utf-8")
        folder.mkdir()
        raise error
    assert spider.read_text(encoding="utf-8") == "old"
    assert not folder.exists()
