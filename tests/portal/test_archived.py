"""/archived/ID: the page as received, of every kind, and nothing of it that could run, load or send."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from snapshot_crawler import bucket as bucket_module
from snapshot_crawler.archive.reader import Capture, captures
from snapshot_crawler.archive.retention import remove
from snapshot_crawler.archive.sent import Sent, storage_of, write_note
from snapshot_crawler.dedup import tombstones
from snapshot_crawler.dedup.tombstones import Tombstone
from snapshot_crawler.exceptions import UnreadablePageError
from snapshot_crawler.pages.page import Page
from snapshot_crawler.portal import sanitising
from snapshot_crawler.portal.pages.archived import STYLE
from snapshot_crawler.portal.sanitising import harmless
from snapshot_crawler.urls import article_id
from tests.library.outputs import follow, name_of, own, record
from tests.portal.client import Client
from tests.portal.hostile_page import HONEST, MARKS, TRICKS, hostile
from tests.portal.kept_pages import Kept, keep
from tests.process import scrapy

Portal = Callable[..., Client]
CANARY = "https://canary.example"
PATH = f"/archived/{name_of(1)}"
URL = "https://www.news.example/detail/page.html"
ALLOWED = {"dir", "lang", "href", "title", "data-host", "target", "rel", "colspan", "rowspan", "scope", "start"}
ALLOWED |= {"reversed", "datetime"}


def html(text: str) -> bytes:
    return f"<html><body><p>{text}</p></body></html>".encode()


def portal_with(root: Path, *pages: Kept) -> Client:
    """A portal over one article for each page, from 1."""
    kept = keep(root, pages)
    own(root, [record(n, archived=each, body=f"第{n}篇的正文。") for n, each in enumerate(kept, 1)])
    follow(root)
    return Client(root)


def made_harmless(text: str, url: str = URL) -> str:
    return harmless(Page.from_bytes(text.encode(), url=url, fetched_at=datetime.now(UTC)))[0]


def shown(client: Client, path: str = PATH) -> LexborHTMLParser:
    return client.page(f"{path}/page")


# --- The page
def test_the_page_of_another_machine_is_found_there_and_not_in_a_file_of_the_same_name(tmp_path: Path) -> None:
    names = [tmp_path / name for name in ("a", "b")]
    for number, folder in enumerate(names, 1):
        [place] = keep(folder, [Kept(html(f"机器{number}"))])
        own(folder, [record(number, archived=place)])
    settings = {"LIBRARY_ALSO": f"{tmp_path}/[ab]"}
    follow(tmp_path / "portal", **settings)
    with Client(tmp_path / "portal", **settings) as client:
        for number in (1, 2):
            assert client.page(f"/detail/{name_of(number)}.html").css_first("a[href^='/archived/']") is not None
            assert shown(client, f"/archived/{name_of(number)}").css_first("body").text().strip() == f"机器{number}"


def test_a_page_that_was_sent_away_is_read_there_and_a_storage_that_is_away_is_no_missing_page(
    tmp_path: Path, bucket: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = [Kept(html("远处的文字")), Kept(html("远处的文字"), repeats=0, url=URL.replace("page", "again"))]
    with portal_with(tmp_path / "data", *pages) as client:
        [file] = (tmp_path / "data" / "archive" / "news").glob("*.warc.gz")
        write_note(file, Sent("s3://news/pages/x.warc.gz", file.stat().st_size))
        (bucket / "pages").mkdir()
        file.rename(bucket / "pages" / "x.warc.gz")
        assert client.page(f"/detail/{name_of(1)}.html").css_first(f"a[href='{PATH}']") is not None
        for number in (1, 2):
            assert shown(client, f"/archived/{name_of(number)}").css_first("body").text().strip() == "远处的文字"
        storage_of.cache_clear()
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        monkeypatch.setattr(bucket_module, "TRIES", 0)
        answers = [client.get(PATH), client.get(f"{PATH}/page")]
        assert [answer.status_code for answer in answers] == [503, 503]
        assert "暂时读不到" in answers[0].text


def test_the_page_as_received_stands_in_a_frame_beside_its_facts(tmp_path: Path) -> None:
    with portal_with(tmp_path, Kept(html("收到的文字"))) as client:
        link = client.page(f"/detail/{name_of(1)}.html").css_first(f"a[href='{PATH}']")
        assert link.text() == "收到时的页面" and "nofollow" in link.attributes["rel"]
        page = client.page(PATH)
        assert page.css_first("h1").text() == "实验室联盟成立 第1批"
        text = " ".join(page.css_first("main").text().split())
        assert "溯北周报" in text and "2026-02-01 12:00:00" in text and URL in text
        assert page.css_first("meta[name=robots]").attributes["content"] == "noindex"
        links = {node.attributes["href"]: node.attributes.get("rel") for node in page.css("main a")}
        assert f"/detail/{name_of(1)}.html" in links and "noopener" in links[URL]
        [frame] = page.css("iframe")
        assert frame.attributes["src"] == f"{PATH}/page" and frame.attributes["title"]
        assert frame.attributes["sandbox"] == "allow-popups allow-popups-to-escape-sandbox"
        assert shown(client).css_first("body").text().strip() == "收到的文字"
        english = client.page(PATH, accept_language="en")
        assert english.css_first("iframe").attributes["title"] == "The page as received"


def test_frame_and_document_have_policies_of_their_own(tmp_path: Path) -> None:
    with portal_with(tmp_path, Kept(html("x"))) as client:
        frame, document = client.get(PATH), client.get(f"{PATH}/page")
        outer, inner = (
            dict(part.strip().partition(" ")[::2] for part in each.headers["content-security-policy"].split(";"))
            for each in (frame, document)
        )
        assert outer["default-src"] == "'none'" and outer["frame-src"] == "'self'"
        assert outer["frame-ancestors"] == "'none'" and frame.headers["x-frame-options"] == "DENY"
        style = inner.pop("style-src")
        assert re.fullmatch(r"'sha256-[\w+/=]{44}'", style)
        assert inner == {
            "default-src": "'none'",
            "form-action": "'none'",
            "base-uri": "'none'",
            "frame-ancestors": "'self'",
            "sandbox": "allow-popups allow-popups-to-escape-sandbox",
        }
        headers = document.headers
        assert headers["x-frame-options"] == "SAMEORIGIN" and headers["referrer-policy"] == "no-referrer"
        assert headers["content-type"] == "text/html; charset=utf-8"
        assert "noindex" in headers["x-robots-tag"] and headers["x-dns-prefetch-control"] == "off"
        assert f"<style>{STYLE}</style>" in document.text
        # and in the document, for one that is served as a file
        stated = client.parsed(document).css_first("meta[http-equiv]").attributes["content"]
        assert stated and document.headers["content-security-policy"].startswith(f"{stated}; ")


@pytest.mark.parametrize("end", ["", "/page"])
def test_what_the_reader_has_is_not_sent_again(tmp_path: Path, end: str) -> None:
    with portal_with(tmp_path, Kept(html("x"))) as client:
        first = client.get(PATH + end)
        again = client.get(PATH + end, if_none_match=first.headers["etag"])
        assert again.status_code == 304 and not again.content
        assert "sandbox" in again.headers["content-security-policy"] or not end
        head = client.ask("HEAD", PATH + end, "127.0.0.1", {})
        assert head.status_code == 200 and not head.content and head.headers["etag"] == first.headers["etag"]


@pytest.mark.parametrize(
    ("charset", "head"),
    [
        ("gb18030", b"Content-Type: text/html; charset=gb2312"),
        ("gb18030", b"Content-Type: text/html"),
        ("utf-8", b"Content-Type: text/html; charset=gbk"),
        ("utf-16", b"Content-Type: text/html"),
        ("big5", b"Content-Type: text/html; charset=Big5"),
        ("utf-8", b"Content-Type: text/html; charset=utf-7"),
    ],
)
def test_a_page_is_read_by_its_charset(tmp_path: Path, charset: str, head: bytes) -> None:
    body = f"<html><body><p>{'實驗室' if charset == 'big5' else '实验室'}在苏</p></body></html>"
    body = body.replace("苏", "蘇") if charset == "big5" else body
    with portal_with(tmp_path, Kept(body.encode(charset), head)) as client:
        assert "验室在苏" in shown(client).text() or "驗室在蘇" in shown(client).text()


def test_a_page_is_unpacked(tmp_path: Path) -> None:
    packed = Kept(gzip.compress(html("包着的文字")), b"Content-Type: text/html\r\nContent-Encoding: gzip")
    with portal_with(tmp_path, packed) as client:
        assert "包着的文字" in shown(client).text()


def test_a_page_that_repeats_another_has_its_bytes(tmp_path: Path) -> None:
    body = html("两次收到")
    with portal_with(tmp_path, Kept(body), Kept(body, url=f"{URL}?2", repeats=0)) as client:
        second = f"/archived/{name_of(2)}"
        assert "两次收到" in shown(client, second).text()
        assert f"{URL}?2" in client.get(second).text


def test_a_file_that_is_still_written_to_is_read(portal_of: Portal) -> None:
    client = portal_of()
    [kept] = keep(client.root, [Kept(html("刚刚收到"))], is_open=True)
    own(client.root, [record(1, archived=kept)])
    follow(client.root)
    assert client.page(f"/detail/{name_of(1)}.html").css(f"a[href='{PATH}']")
    assert "刚刚收到" in shown(client).text()


# --- What is not there
@pytest.mark.parametrize("end", ["", "/page"])
def test_what_is_not_kept_is_404_with_a_word(tmp_path: Path, end: str) -> None:
    with portal_with(tmp_path, Kept(html("x"))) as client:
        remove(next((tmp_path / "archive" / "news").glob("*.warc.gz")))  # as ARCHIVE_KEEP_DAYS does
        response = client.get(PATH + end)
        assert response.status_code == 404
        assert end or "没有保存这个页面" in response.text
        assert PATH not in client.get(f"/detail/{name_of(1)}.html").text
        assert client.get(f"/archived/{'0' * 40}{end}").status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        None,
        {},
        {"file": "articles/news/run1.jsonl"},
        {"file": "archive/../articles/run1.jsonl"},
        {"file": "archive/news/../../../secret"},
        {"file": "/etc/passwd"},
        {"file": "archive/news/\0"},
        {"file": ["archive"]},
        {"offset": 1},
        {"offset": -1},
        {"offset": "0"},
        {"length": 5},
        {"length": 10**12},
        {"digest": "sha1:AAAA"},
    ],
)
def test_no_record_leads_out_of_the_archive(portal_of: Portal, change: dict[str, Any] | None) -> None:
    client = portal_of()
    [kept] = keep(client.root, [Kept(html("x"))])
    own(client.root, [record(1, archived={**kept, **change} if change else change)])
    follow(client.root)
    assert client.get(f"/detail/{name_of(1)}.html").status_code == 200
    for end in ("", "/page"):
        response = client.get(PATH + end)
        assert response.status_code == 404 and "root:" not in response.text


@pytest.mark.parametrize("body", [b"%PDF-1.7 ...", b"\xff\xd8\xff\xe0" * 40, b"", b"plain words", b'{"a": 1}'])
def test_what_is_no_page_is_told(tmp_path: Path, body: bytes) -> None:
    with portal_with(tmp_path, Kept(body)) as client:
        response = client.get(PATH)
        assert response.status_code == 404 and "这个页面无法显示" in response.text
        assert client.get(f"{PATH}/page").status_code == 404


def test_a_damaged_archive_is_no_error_of_ours(tmp_path: Path) -> None:
    with portal_with(tmp_path, Kept(html("x" * 500))) as client:
        [file] = (tmp_path / "archive" / "news").glob("*.warc.gz")
        data = file.read_bytes()
        file.write_bytes(data[:40] + b"\0" * 40 + data[80:])
        assert client.get(PATH).status_code == 404
        file.write_bytes(data[:60])
        assert client.get(PATH).status_code == 404


def test_a_long_page_is_bounded_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sanitising, "MOST", 2_000)
    with portal_with(tmp_path, Kept(html("长" * 3_000)), Kept(html("短"))) as client:
        long = client.get(f"{PATH}/page").text
        assert "页面很长" in long and len(long) < len(STYLE) + 4_000
        assert "页面很长" not in client.get(f"/archived/{name_of(2)}/page").text


# --- Hostile pages
def is_harmless(markup: str) -> None:
    """Whether no element and no attribute of a fragment could run, load or send anything."""
    for node in LexborHTMLParser(f"<body>{markup}").body.traverse():  # type: ignore[union-attr]
        assert node.tag in sanitising.KEPT or node.tag == "body", node.tag
        assert set(node.attributes) <= ALLOWED, node.attributes
        href = node.attributes.get("href")
        assert node.tag == "a" or href is None
        if node.tag == "a":
            assert node.attributes["rel"] == sanitising.REL and node.attributes["target"] == "_blank"
            assert href is None or (urlsplit(href).scheme in ("http", "https") and urlsplit(href).netloc)


@pytest.mark.parametrize("trick", TRICKS)
def test_no_trick_survives(trick: str) -> None:
    found = made_harmless(f"<body>{HONEST}{trick.replace('{canary}', CANARY)}")
    is_harmless(found)
    assert "HEADLINE" in found
    is_harmless(sanitising.clean(trick))  # the second step holds by itself


def test_all_tricks_at_once_leave_the_words(tmp_path: Path) -> None:
    with portal_with(tmp_path, Kept(hostile(CANARY).encode())) as client:
        text = client.get(f"{PATH}/page").text
        body = shown(client).css_first("body")
        is_harmless(text.partition("<body>")[2].partition("</body>")[0])
        for mark in MARKS:
            assert mark in body.text(), mark
        links = {node.text(): node.attributes for node in body.css("a")}
        assert links["OTHER"]["data-host"] == "other.example"
        assert links["LINK"].get("href") in (None, "https://www.news.example/more?a=1&b=2")


@pytest.mark.parametrize("tag", ["text", "font", "form", "noscript", "my-element", "desc", "view", "button", "label"])
def test_the_words_of_unknown_elements_stay(tag: str) -> None:
    assert made_harmless(f"<body><{tag} x=1><p>WORDS</p> <{tag}>MORE</{tag}></{tag}>").count("WORDS</p> MORE") == 1


def test_links_show_where_they_lead() -> None:
    page = LexborHTMLParser(
        made_harmless(
            '<body><a href="../x?a=1&amp;b=2">1</a><a href="//Else.example/">2</a><a href="#top">3</a>'
            '<a href="mailto:a@b.example">4</a><a href="http://[">5</a><a href="https://bank.example@evil.example/">6</a>'
            '<a href="/y"></a>'
        )
    )
    links = [node.attributes for node in page.css("a")]
    assert [each.get("href") for each in links] == [
        "https://www.news.example/x?a=1&b=2",
        "https://Else.example/",
        None,
        None,
        None,
        "https://bank.example@evil.example/",
        "https://www.news.example/y",
    ]
    assert [node.text() for node in page.css("a")] == ["1", "2", "3", "4", "5", "6", "→"]
    assert [each.get("data-host") for each in links] == [None, "else.example", None, None, None, "evil.example", None]
    assert links[0]["title"] == links[0]["href"]


def test_links_count_from_the_base_that_the_page_names() -> None:
    found = made_harmless('<head><base href="https://base.example/a/"></head><body><a href="b">1</a>')
    assert 'href="https://base.example/a/b"' in found


@pytest.mark.parametrize("half", [b"\x81", b"\xc4", b"\xe4\xbd", b"\x81\x30", b"\xff"])
@pytest.mark.parametrize("head", [b"Content-Type: text/html; charset=gb18030", b"Content-Type: text/html"])
def test_halves_of_characters_open_no_attribute(tmp_path: Path, half: bytes, head: bytes) -> None:
    words = "首批五十五家实验室组成联盟，致力打造高水平体系。".encode("gb18030") * 4
    body = b'<html><body><p title="' + half + b'" onclick="x">' + words + b'</p><p title="<img src=x onerror=x>' + half
    body += b'"><img alt="' + half + b'" src=x onerror=x></body></html>'
    with portal_with(tmp_path, Kept(body, head)) as client:
        is_harmless(client.get(f"{PATH}/page").text.partition("<body>")[2].partition("</body>")[0])


PIECES = st.sampled_from(
    "< > </ <!-- --> --!> <![CDATA[ ]]> \" ' ` = / \0 &lt; &quot; &#x6a; <svg> </svg> <math> <mtext> <mglyph> <style> "
    "</style> <title> </title> <noscript> </noscript> <template> </template> <table> <td> <form> </form> <p> </p> "
    "<select> <option> <textarea> </textarea> <plaintext> <a </a> <img <b> <xmp> </xmp> <desc> <foreignObject> "
    "src=x onerror=x href=javascript:x style=x xlink:href=x on\tclick=x title=\" "
    "data:text/html, https://a.example/ x 字"
    .split(" ")
)  # fmt: skip


@given(st.lists(PIECES, max_size=25))
def test_no_mixture_of_pieces_survives(pieces: list[str]) -> None:
    for between in (" ", ""):
        text = "<body>" + between.join(pieces)
        is_harmless(sanitising.clean(text))
        with suppress(UnreadablePageError):  # with many NULs it is no page, and is not shown
            is_harmless(made_harmless(text))


# --- Take-down
@pytest.mark.parametrize("end", ["", "/page"])
def test_a_page_that_was_taken_down_is_410_before_the_library_knows(tmp_path: Path, end: str) -> None:
    with portal_with(tmp_path, Kept(html("不要显示"))) as client:
        assert client.get(PATH + end).status_code == 200
        tombstones.keep(tmp_path, [Tombstone(name_of(1), (URL,), "2026-03-04", "asked")])
        response = client.get(PATH + end)
        assert response.status_code == 410 and "2026-03-04" in response.text and "不要显示" not in response.text


GONE_ROWS = """<body><p>前言</p>
<ul><li><h3><a href="/gone?utm_source=x">标题甲</a></h3><p>摘要甲 <a href="/gone">更多</a></p></li>
<li><a href="/other">标题乙</a></li><li><a href="/gone">标题丙</a> 与 <a href="/other">标题丁</a></li>
<li><ul><li><a href="/gone">里面</a></li></ul></li></ul><p>见<a href="https://www.news.example/gone#x">标题戊</a>。</p>"""


def test_rows_of_a_kept_page_that_lead_to_what_was_taken_down_are_left_out(tmp_path: Path) -> None:
    """With their words, where a row has no other link; else the link alone."""
    page = Kept(GONE_ROWS.encode(), b"Content-Type: text/html; charset=utf-8")
    with portal_with(tmp_path, page) as client:
        assert "标题甲" in shown(client).text()
        gone = Tombstone(
            article_id("https://www.news.example/gone"), ("https://www.news.example/gone",), "2026-03-04", ""
        )
        tombstones.keep(tmp_path, [gone])
        text = shown(client).text()
        assert [word for word in "标题甲 摘要甲 更多 标题丙 里面 标题戊".split() if word in text] == []
        assert [word for word in "前言 标题乙 标题丁".split() if word not in text] == []
        assert "/gone" not in client.get(f"{PATH}/page").text


def test_a_take_down_takes_the_kept_page_too(tmp_path: Path) -> None:
    with portal_with(tmp_path, Kept(html("不要显示")), Kept(html("要显示"))) as client:
        done = scrapy("takedown", name_of(1), "--reason", "asked", "-s", f"DATA_DIR={tmp_path}")
        assert done.returncode == 0, done.stderr
        assert [client.get(PATH + end).status_code for end in ("", "/page")] == [410, 410]
        assert "要显示" in shown(client, f"/archived/{name_of(2)}").text()
        [file] = (tmp_path / "archive" / "news").glob("*.warc.gz")
        bodies = [each.body.decode() for each in captures(file) if isinstance(each, Capture)]
        assert [body for body in bodies if "显示" in body] == [html("要显示").decode()]
