"""The feeds' addresses: what each holds, conditional requests, and articles that were taken down."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import feedparser
import pytest
from lxml import etree

from snapshot_crawler.dedup.tombstones import Tombstone, keep
from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.library.takedown import remove
from tests.library.outputs import follow, name_of, own, record
from tests.portal.client import Client
from tests.portal.test_feeds import DELETED, check_atom, check_json, check_rss

FORMS = ("feed.xml", "atom.xml", "feed.json")
CHECKS: dict[str, Callable[[bytes], Any]] = {"feed.xml": check_rss, "atom.xml": check_atom, "feed.json": check_json}
TYPES = {"feed.xml": "application/rss+xml", "atom.xml": "application/atom+xml", "feed.json": "application/feed+json"}


def ids(client: Client, path: str) -> list[str]:
    """The articles of a feed, in its order; checked by its standard, whatever its form."""
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code)
    form = path.partition("?")[0].rpartition("/")[2]
    CHECKS[form](response.content)
    assert response.headers["content-type"].partition(";")[0] == TYPES[form]
    if form == "feed.json":
        return [item["id"].rpartition(":")[2] for item in json.loads(response.content)["items"]]
    read = feedparser.parse(response.content)
    assert not read.bozo, read.get("bozo_exception")
    return [entry.id.rpartition(":")[2] for entry in read.entries]


@pytest.mark.parametrize("form", FORMS)
def test_every_list_has_its_feed(client: Client, form: str) -> None:
    with client.app.state.site.readers.library() as library:
        newest = [row.id for row in library.newest(1, 50).rows]
        science = [row.id for row in library.of_category("科技", 1, 50).rows]
        source = [row.id for row in library.of_source("溯北周报", 1, 50).rows]
        found = [hit.row.id for hit in library.search("第7次", size=50).hits]
    assert ids(client, f"/{form}") == newest and len(newest) == 40
    assert ids(client, f"/category/{quote('科技')}/{form}") == science and science
    assert ids(client, f"/source/{quote('溯北周报')}/{form}") == source and source
    assert ids(client, f"/{form}?q={quote('第7次')}") == found == ids(client, f"/search/{form}?q={quote('第7次')}")
    assert found == [name_of(7)]
    assert client.get(f"/category/nothing/{form}").status_code == 404
    assert ids(client, f"/{form}?q=zzzz") == []


@pytest.mark.parametrize("form", FORMS)
def test_a_search_in_a_list_and_with_filters_has_its_feed(client: Client, form: str) -> None:
    """The words 第1 are in articles of all categories."""
    words, science = quote("第1"), quote("科技")
    in_science = ids(client, f"/category/{science}/{form}?q={words}")
    every = ids(client, f"/{form}?q={words}")
    assert in_science == [each for each in ids(client, f"/category/{science}/{form}") if each in every]
    assert 0 < len(in_science) < len(every)
    assert ids(client, f"/source/{quote('溯北周报')}/{form}?q={words}") == in_science
    links = client.page(f"/search?q={words}&category={science}").css("link[rel=alternate][title]")
    (link,) = [href for each in links if form in (href := each.attributes["href"] or "")]
    assert ids(client, link) == in_science
    assert client.get(f"/category/{quote('科')}/{form}?q={words}").status_code == 404


@pytest.mark.parametrize("name", ["a/b", "<b>&\"'", "体 育", "🎈", "مرحبا", "feed.xml"])
def test_a_category_of_any_name(portal_of: Callable[..., Client], name: str) -> None:
    client = portal_of([record(1, category=name)])
    path = f"/category/{quote(name, safe='')}/atom.xml"
    assert ids(client, path) == [name_of(1)]
    opml = etree.fromstring(client.get("/opml.xml").content)
    rows = {each.get("text"): each.get("xmlUrl") for each in opml.iter("outline") if each.get("xmlUrl")}
    assert ids(client, rows[name].removeprefix("http://127.0.0.1:8080")) == [name_of(1)]


def test_pages_lead_to_their_feeds(client: Client) -> None:
    for page, feed in (
        ("/", "/"),
        (f"/category/{quote('科技')}", f"/category/{quote('科技')}/"),
        (f"/source/{quote('溯北周报')}", f"/source/{quote('溯北周报')}/"),
        (f"/detail/{name_of(3)}.html", "/"),
    ):
        links = client.page(page).css("link[rel=alternate][title]")
        assert [(each.attributes["href"], each.attributes["type"]) for each in links] == [
            (feed + form, TYPES[form]) for form in FORMS
        ]


def test_summary_or_the_whole_text_by_setting(portal_of: Callable[..., Client]) -> None:
    text = "第一段。" * 60 + "\n\n最后一段。"
    for told, is_there in (("summary", False), ("full", True)):
        client = portal_of([record(1, body=text)], PORTAL_FEED_TEXT=told)
        for form in FORMS:
            assert ("最后一段" in client.get(f"/{form}").text) == is_there
    with pytest.raises(ConfigurationError, match="PORTAL_FEED_TEXT is 'whole'; it takes summary or full"):
        portal_of([], PORTAL_FEED_TEXT="whole")


def test_addresses_in_feeds_are_the_public_ones(portal_of: Callable[..., Client]) -> None:
    client = portal_of([record(1)], PORTAL_URL="https://news.example")
    read = feedparser.parse(client.get("/atom.xml", Host="evil.example").content)
    assert read.entries[0].link == f"https://news.example/detail/{name_of(1)}.html"
    assert {link.rel: link.href for link in read.feed.links} == {
        "self": "https://news.example/atom.xml",
        "alternate": "https://news.example/",
    }


# --- Conditional requests
@pytest.mark.parametrize("path", [*(f"/{form}" for form in FORMS), "/opml.xml"])
def test_what_the_reader_has_is_not_sent_again(client: Client, path: str) -> None:
    first = client.get(path)
    tag, time = first.headers["etag"], first.headers["last-modified"]
    later = format_datetime(datetime.now(UTC) + timedelta(days=1), usegmt=True)
    early = "Thu, 01 Jan 1970 00:00:00 GMT"
    for headers, status in (
        ({"If-None-Match": tag}, 304),
        ({"If-None-Match": f'"other", {tag.removeprefix("W/")}'}, 304),
        ({"If-None-Match": "*"}, 304),
        ({"If-None-Match": '"other"'}, 200),
        ({"If-None-Match": '"other"', "If-Modified-Since": later}, 200),  # the time does not count then
        ({"If-None-Match": tag, "If-Modified-Since": early}, 304),
        ({"If-Modified-Since": time}, 304),
        ({"If-Modified-Since": later}, 304),
        ({"If-Modified-Since": early}, 200),
        ({"If-Modified-Since": "yesterday"}, 200),
    ):
        answer = client.get(path, **headers)
        assert answer.status_code == status, headers
        assert answer.headers["etag"] == tag and answer.headers["last-modified"] == time
        assert bool(answer.content) == (status == 200)


def test_a_new_article_changes_the_feed(portal_of: Callable[..., Client]) -> None:
    client = portal_of([record(1)])
    first = client.get("/feed.xml")
    own(client.root, [record(2)], "run2")
    follow(client.root)
    answer = client.get("/feed.xml", **{"If-None-Match": first.headers["etag"]})
    assert answer.status_code == 200 and answer.headers["etag"] != first.headers["etag"]
    assert ids(client, "/feed.xml") == [name_of(2), name_of(1)]


# --- Take-down
@pytest.mark.parametrize("is_in_library", [True, False])
def test_taken_down_is_out_of_all_feeds_at_once(portal_of: Callable[..., Client], is_in_library: bool) -> None:
    client = portal_of([record(1, title="隐秘词"), record(2)])
    paths = ("/", f"/category/{quote('科技')}/", f"/source/{quote('溯北周报')}/")
    before = {path + form: client.get(path + form).headers["etag"] for path in paths for form in FORMS}
    if is_in_library:
        keep(client.root, [Tombstone(name_of(1), (), "2026-02-02", "asked")])
    else:
        remove(client.root, [name_of(1)], "a reason")
    for path, tag in before.items():
        answer = client.get(path, **{"If-None-Match": tag})
        assert answer.status_code == 200 and "隐秘词" not in answer.text and "a reason" not in answer.text
        assert ids(client, path) == [name_of(2)]
    assert ids(client, f"/feed.xml?q={quote('隐秘词')}") == []


def test_atom_says_what_was_taken_down(portal_of: Callable[..., Client]) -> None:
    client = portal_of([record(1), record(2)])
    remove(client.root, [name_of(1)], "a reason")
    for path in ("/atom.xml", f"/category/{quote('科技')}/atom.xml", "/atom.xml?q=zzzz"):
        (gone,) = check_atom(client.get(path).content).findall(DELETED)
        assert gone.get("ref").endswith(name_of(1))


def test_odd_questions_do_no_harm(client: Client, tmp_path: Path) -> None:
    for text in ("%00", "%ff", "%ed%a0%80", '"' * 300, "a" * 3_000, "category:" + "x" * 500):
        assert client.get(f"/atom.xml?q={text}").status_code in (200, 400, 414)
    with Client(tmp_path) as empty:
        assert empty.get("/feed.xml").status_code == 503
