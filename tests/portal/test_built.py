"""`scrapy portal build`: the portal as files, on a web server that knows nothing but files."""

from __future__ import annotations

import contextlib
import functools
import http.server
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser

from snapshot_crawler.archive import retention
from snapshot_crawler.exceptions import ConfigurationError, LockHeldError, OutputError, StateError
from snapshot_crawler.library.takedown import remove
from snapshot_crawler.portal.built import folder as folders
from snapshot_crawler.portal.built.build import Built, build
from snapshot_crawler.portal.built.folder import Folder, known
from snapshot_crawler.portal.built.places import place_of, safe
from tests.library.outputs import follow, name_of, own, record
from tests.portal.conftest import articles
from tests.portal.kept_pages import Kept, keep
from tests.portal.test_feeds import check_atom, check_json, check_rss
from tests.process import scrapy

URL = "https://news.example"
ODD_NAMES = (
    "a/b",
    "..",
    ".",
    "CON",
    "con",
    "Con",
    "体 育",
    "<b>&\"'",
    "长" * 300,
    "feed.xml",
    "index.html",
    "100%2F",
    "🎈",
)
NUMBERS = range(1, 41)


class Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """The test has its own words."""


@contextmanager
def files_served(root: Path) -> Iterator[httpx.Client]:
    """A client of a web server that gives the files of a folder."""
    handler = functools.partial(Silent, directory=str(root))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{server.server_port}", timeout=60) as client:
                yield client
        finally:
            server.shutdown()
            thread.join()


def built(root: Path, target: Path, **settings: str) -> Built:
    return build(root, {"PORTAL_URL": URL, **settings}, target, "zh", lambda done: None)


def files(target: Path) -> dict[str, bytes]:
    """The pages of a folder; without what belongs to the build alone."""
    return {
        path.relative_to(target).as_posix(): path.read_bytes()
        for path in target.rglob("*")
        if path.is_file() and folders.OURS not in path.parts
    }


def links_of(page: str, base: str) -> set[str]:
    """All addresses of a page that lead to its own site."""
    nodes = LexborHTMLParser(page).css("[href], [src], [action]")
    found = {urljoin(base, node.attributes.get(name) or "") for node in nodes for name in ("href", "src", "action")}
    own = {each.partition("#")[0].replace(URL, base.rpartition(urlsplit(base).path)[0], 1) for each in found}
    return {each for each in own if urlsplit(each).netloc == urlsplit(base).netloc}


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """A DATA_DIR whose categories and sources have names that no file may have, in two years."""
    root = tmp_path / "data"
    rows = [
        record(n, category=ODD_NAMES[n % len(ODD_NAMES)], source=ODD_NAMES[-(n % len(ODD_NAMES)) - 1]) for n in NUMBERS
    ]
    own(root, [*rows, record(99, category="..", published_at="2025-03-01T08:00:00+08:00")])
    own(root, [record(1, title="改了题目", version=2)], "run2")
    follow(root)
    return root


def test_every_link_leads_to_a_file(odd: Path, tmp_path: Path) -> None:
    target = tmp_path / "site"
    done = built(odd, target)
    assert done.missing == []
    assert all(len(part.encode()) <= 120 for name in files(target) for part in name.split("/"))
    folded = [name.casefold() for name in files(target)]
    assert len(set(folded)) == len(folded)
    with files_served(target) as client:
        waiting, seen = [f"{client.base_url}/"], {f"{client.base_url}/"}
        while waiting:
            address = waiting.pop()
            answer = client.get(address)
            assert answer.status_code == 200, unquote(address)  # 301 too: a link has its slash
            if answer.headers["content-type"].startswith("text/html"):
                new = links_of(answer.text, address) - seen
                seen |= new
                waiting += new
        for n in NUMBERS:
            assert f"{client.base_url}/detail/{name_of(n)}.html" in seen
        text = client.get(f"/detail/{name_of(2)}.html").text
        assert client.get("/robots.txt").status_code == 200
    for name in ("/search", "/my", "/language", "<form"):
        assert name not in text
    assert f'<link rel="canonical" href="{URL}/detail/{name_of(2)}.html">' in text
    assert '<meta http-equiv="Content-Security-Policy" content="default-src &#x27;none&#x27;' in text
    everything = b"".join(files(target).values())
    assert b".invalid" not in everything
    assert "改了题目".encode() in everything


def test_feeds_and_sitemaps_have_the_public_address(small: Path, tmp_path: Path) -> None:
    target = tmp_path / "site"
    built(small, target)
    for form, check in (("feed.xml", check_rss), ("atom.xml", check_atom), ("feed.json", check_json)):
        for path in (target / form, target / "category" / "科技" / form):
            check(path.read_bytes())
            assert f"{URL}/detail/{name_of(7)}.html".encode() in path.read_bytes() or "科技" in path.parts
    assert f"{URL}/category/%E7%A7%91%E6%8A%80/".encode() in (target / "opml.xml").read_bytes()
    locations = re.findall(r"<loc>(.*?)</loc>", (target / "sitemap.xml").read_text())
    assert len(locations) == 40 and all(each.startswith(f"{URL}/detail/") for each in locations)
    assert f"Sitemap: {URL}/sitemap.xml" in (target / "robots.txt").read_text()


def test_without_a_public_address_there_are_no_feeds(small: Path, tmp_path: Path) -> None:
    done = scrapy("portal", "build", str(tmp_path / "site"), "-s", f"DATA_DIR={small}")
    assert done.returncode == 0, done.stderr
    assert "PORTAL_URL is not set: no feeds, sitemaps and canonical links were built" in done.stderr
    assert "CONTACT is not set" in done.stderr
    assert re.match(r"\d+ pages in .*: \d+ files written, 0 removed\n\Z", done.stdout)
    found = files(tmp_path / "site")
    assert not [name for name in found if "feed" in name or "sitemap" in name or "atom" in name]
    everything = b"".join(found.values())
    assert b"feed.xml" not in everything and b'rel="canonical"' not in everything and b".invalid" not in everything


def test_only_what_changed_is_written(small: Path, tmp_path: Path) -> None:
    root, target = tmp_path / "data", tmp_path / "site"
    own(root, articles())
    follow(root)
    first = built(root, target)
    assert first.written >= first.pages > 40
    before = {path: path.stat().st_mtime_ns for path in target.rglob("*.html")}
    assert built(root, target).written == 0
    assert before == {path: path.stat().st_mtime_ns for path in target.rglob("*.html")}
    own(root, [record(50, category="国内", source=None, body="别的事情，谁也不像。", published_at=None)], "run2")
    follow(root)
    again = built(root, target)
    assert 0 < again.written < first.written / 2
    assert (target / "detail" / f"{name_of(50)}.html").exists()
    (target / "index.html").unlink()
    assert built(root, target).written == 1


def test_what_was_taken_down_is_gone_and_answered_with_410(tmp_path: Path) -> None:
    root, target = tmp_path / "data", tmp_path / "site"
    own(root, [record(n, body=f"正文{n}") for n in (1, 2)] + [record(3, title="秘密的题目", category="独有")])
    follow(root)
    built(root, target)
    (target / "favicon.ico").write_bytes(b"the operator's own")
    assert (target / "category" / "独有" / "index.html").exists()
    remove(root, [name_of(3)], "2026-02-02T00:00:00+00:00")
    done = built(root, target)
    assert done.removed >= 3
    found = files(target)
    assert f"detail/{name_of(3)}.html" not in found and not (target / "category" / "独有").exists()
    assert "秘密的题目".encode() not in b"".join(path.read_bytes() for path in target.rglob("*") if path.is_file())
    assert found["favicon.ico"] == b"the operator's own"
    nginx = (target / folders.OURS / "nginx.conf").read_text()
    assert f'location = "/detail/{name_of(3)}.html" {{ return 410; }}' in nginx
    assert f'location ^~ "/archived/{name_of(3)}/" {{ return 410; }}' in nginx
    assert f"/detail/{name_of(3)}.html" in (target / folders.OURS / "caddy.conf").read_text()


def test_pages_as_they_were_received_are_built_with_their_policy(tmp_path: Path) -> None:
    root, target = tmp_path / "data", tmp_path / "site"
    page = Kept(b"<html><body><p>As it was</p><a href='/search?q=a'>elsewhere</a></body></html>")
    kept = keep(root, [page, Kept(bytes(range(200)))]) + keep(root, [page], number=2)
    own(root, [record(n, archived=each, body=f"第{n}篇的正文。") for n, each in enumerate(kept, 1)])
    follow(root)
    retention.remove(root / kept[2]["file"])
    assert built(root, target).missing == []
    archived = target / "archived" / name_of(1)
    assert f'<iframe class="frame" src="/archived/{name_of(1)}/page/"' in (archived / "index.html").read_text()
    document = (archived / "page" / "index.html").read_text()
    assert 'href="https://www.news.example/search?q=a"' in document
    assert re.search(r'http-equiv="Content-Security-Policy" content="default-src [^"]*style-src [^"]*sha256-', document)
    assert "sandbox allow-popups" in (target / folders.OURS / "nginx.conf").read_text()
    assert "<iframe" not in (target / "archived" / name_of(2) / "index.html").read_text()  # it says why there is none
    assert not (target / "archived" / name_of(3)).exists()


class Death(BaseException):
    """A process that ends here and now."""


@pytest.mark.parametrize("step", ["write_bytes", "replace", "unlink"])
def test_a_build_that_dies_anywhere_is_completed_by_the_next(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, target, whole = tmp_path / "data", tmp_path / "site", tmp_path / "whole"
    own(root, [record(n) for n in range(1, 5)])
    follow(root)
    if step == "unlink":
        built(root, target)
        remove(root, [name_of(1)], "asked for")
    really, left = getattr(Path, step), 0

    def dies(self: Path, *given: object, **more: object) -> object:
        nonlocal left
        left -= 1
        if left < 0:
            raise Death
        return really(self, *given, **more)

    for left in (0, 1, 7):
        with monkeypatch.context() as patch:
            patch.setattr(Path, step, dies)
            with pytest.raises(Death) if left < 2 or step != "unlink" else contextlib.nullcontext():
                built(root, target)
    remove(root, [name_of(2)], "asked for")
    built(root, target)
    built(root, whole)
    assert files(target) == files(whole)
    assert known(target / folders.OURS / "files.jsonl") == known(whole / folders.OURS / "files.jsonl")
    assert not (target / folders.OURS / "part").exists()


def test_a_torn_list_is_read_as_far_as_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "site"
    with Folder(target) as folder:
        folder.put("a.html", b"a")
        folder.finish()
    with (target / folders.OURS / "files.jsonl").open("ab") as file:
        file.write(b'["b.html", "12')
    with Folder(target) as folder:
        folder.put("c.html", b"c")  # and dies
    assert known(target / folders.OURS / "files.jsonl").keys() == {"a.html", "c.html"}


def test_a_folder_with_files_of_others_is_refused(small: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    for target in (tmp_path, tmp_path / "letter.txt"):
        with pytest.raises(ConfigurationError, match="is not a portal that was built"):
            built(small, target)
    with pytest.raises(OutputError, match="cannot be written"):
        built(small, tmp_path / "letter.txt" / "site")
    with Folder(tmp_path / "site"), pytest.raises(LockHeldError, match="another build"):
        built(small, tmp_path / "site")


def test_nothing_is_removed_where_there_is_no_library(small: Path, tmp_path: Path) -> None:
    built(small, tmp_path / "site")
    before = files(tmp_path / "site")
    with pytest.raises(StateError):
        built(tmp_path / "nothing", tmp_path / "site")
    assert files(tmp_path / "site") == before


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["build"], "name one folder"),
        (["build", "a", "b"], "name one folder"),
        (["biuld", "a"], "did you mean build?"),
        (["--language", "en"], "--language is for scrapy portal build"),
        (["build", "a", "--listen", ":1"], "--listen is for a portal that answers"),
    ],
)
def test_wrong_words_are_refused(words: list[str], told: str, tmp_path: Path) -> None:
    done = scrapy("portal", *words, "-s", f"DATA_DIR={tmp_path}")
    assert done.returncode == 2 and told in done.stdout + done.stderr


def test_names_are_safe_and_never_the_same() -> None:
    assert safe("科技") == "科技" and safe("a-b_c") == "a-b_c" and safe(name_of(1)) == name_of(1)
    hashed = [safe(name) for name in ODD_NAMES]
    assert len({each.casefold() for each in hashed}) == len(ODD_NAMES)
    assert all(re.fullmatch(r"[\w-]+-[0-9a-f]{12}", each) for each in hashed)
    assert safe(safe("a/b")) != safe("a/b")
    assert safe("é") != safe("e\u0301")


@pytest.mark.parametrize(
    ("address", "file", "public"),
    [
        ("/", "index.html", "/"),
        ("/?page=2", "page-2/index.html", "/page-2/"),
        ("/category/%E7%A7%91?page=3", "category/科/page-3/index.html", "/category/%E7%A7%91/page-3/"),
        ("/category/%E7%A7%91/feed.xml", "category/科/feed.xml", "/category/%E7%A7%91/feed.xml"),
        ("/day?year=2025", "day/year-2025/index.html", "/day/year-2025/"),
        ("/detail/abc.html", "detail/abc.html", "/detail/abc.html"),
        ("/detail/abc/123", "detail/abc/123/index.html", "/detail/abc/123/"),
        ("/about?article=abc", "about/index.html", "/about/"),
        ("/static/portal.css?v=1", "static/portal.css", "/static/portal.css"),
    ],
)
def test_a_page_has_its_place(address: str, file: str, public: str) -> None:
    place = place_of(address)
    assert place is not None
    assert (place.file, place.address) == (file, public)


@pytest.mark.parametrize("address", ["/search?q=a", "/my", "/my/abc/feed.xml", "/language", "/feed.xml?q=a"])
def test_what_needs_a_server_has_no_place(address: str) -> None:
    assert place_of(address) is None
