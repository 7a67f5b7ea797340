"""One address has one spelling and one identity, whatever a page makes of it."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from snapshot_crawler import urls
from snapshot_crawler.urls import article_id, host, identity, normalise, same_site

PAGE = "https://news.example/a/b.html"
SPELLINGS = [
    # (as written, normalised)
    ("HTTPS://News.Example/x", "https://news.example/x"),
    ("https://news.example:443/x#top", "https://news.example/x"),
    ("https://news.example", "https://news.example/"),
    ("https://user:pw@news.example/x", "https://news.example/x"),
    ("https://news.example./x", "https://news.example/x"),
    ("../c/./d.html", "https://news.example/c/d.html"),
    ("https://news.example/a/../b/./c/..", "https://news.example/b/"),
    ("//news.example/x", "https://news.example/x"),
    (" \n/x y\t", "https://news.example/x%20y"),
    ("/%7Euser/%e4%b8%ad", "https://news.example/~user/%E4%B8%AD"),
    ("/中", "https://news.example/%E4%B8%AD"),
    ("/%d6%d0", "https://news.example/%D6%D0"),  # GBK stays as it was
    ("/100%", "https://news.example/100%25"),
    ("/x?utm_source=a&id=3&spm=1.2&from=timeline", "https://news.example/x?id=3"),
    ("/x;jsessionid=AB12?page=2", "https://news.example/x?page=2"),
    ("/x?from=2024-01-01", "https://news.example/x?from=2024-01-01"),
    ("/x?", "https://news.example/x"),
    ("https://新闻.example/", "https://xn--efvy88h.example/"),
    ("http://[::1]:8000/x", "http://[::1]:8000/x"),
]
UNUSABLE = [
    "javascript:void(0)",
    "mailto:a@b.example",
    "ftp://a.example/",
    "http://",
    "http://[::1",
    "http://a b/",
    "data:,x",
]


@pytest.mark.parametrize(("written", "normalised"), SPELLINGS)
def test_an_address_has_one_spelling(written: str, normalised: str) -> None:
    assert normalise(written, PAGE) == normalised


@pytest.mark.parametrize("written", [*UNUSABLE, "http://a.example:99999/", "https://a.example/" + "x" * 3000])
def test_what_cannot_be_fetched_is_none(written: str) -> None:
    assert normalise(written, PAGE) is None


@given(st.text(max_size=60), st.sampled_from([None, PAGE]))
def test_any_text_is_an_address_or_none(text: str, base: str | None) -> None:
    normalise(text, base)


ADDRESSES = st.builds(
    "{}://{}{}{}".format,
    st.sampled_from(["http", "https", "HTTP"]),
    st.sampled_from(["a.example", "WWW.a.example:80", "b.example:8080"]),
    st.from_regex(r"(/[\w%.~ -]{0,6}){0,4}", fullmatch=True),
    st.from_regex(r"(\?[\w%&=+]{0,12})?(#\w{0,3})?", fullmatch=True),
)


@given(ADDRESSES)
def test_normalising_twice_changes_nothing(url: str) -> None:
    once = normalise(url)
    assert once is not None
    assert normalise(once) == once


TWINS = [
    "http://www.a.example/x?b=2&a=1",
    "https://a.example/x?a=1&b=2",
    "https://www.a.example/x?a=1&b=2&utm_medium=z",
]


def test_scheme_www_and_order_make_no_other_article() -> None:
    urls = [url for twin in TWINS if (url := normalise(twin))]
    assert len({identity(url) for url in urls}) == 1
    assert len({article_id(url) for url in urls}) == 1


def test_a_snapshot_keeps_the_name_its_site_gave_it() -> None:
    assert article_id("https://a.example/detail/" + "AB12" * 10 + ".html") == "ab12" * 10


SITES = [
    ("https://www.a.example/x", "https://a.example/", True),
    ("http://a.example/x", "https://www.a.example/", True),
    ("https://sub.a.example/x", "https://www.a.example/", True),
    ("https://a.example:8443/x", "https://a.example/", False),
    ("http://127.0.0.1:8000/x", "http://127.0.0.1:8000/", True),
    ("http://127.0.0.1:8001/x", "http://127.0.0.1:8000/", False),
    ("http://127.0.0.1/x", "http://127.0.0.1:8000/", True),
    ("https://nota.example/x", "https://a.example/", False),
    ("https://other.com.cn/x", "https://com.cn/", False),
    ("https://a.example.evil.example/x", "https://a.example/", False),
]


@pytest.mark.parametrize(("url", "site", "same"), SITES)
def test_a_site_is_its_host_and_what_lies_below(url: str, site: str, same: bool) -> None:
    assert same_site(url, site) is same


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://www.a.example/x", "www.a.example"),
        ("https://a.example:8443/x", "a.example"),
        ("https://a.example:443/x", "a.example"),
        ("https://a.example", "a.example"),
        ("https://a.example?x=/", "a.example"),
        ("https://A.Example./x", "a.example"),
        ("https://b.example:1@a.example/x", "a.example"),
        ("https://[::1]:80/x", "::1"),
        ("https://[a/x", ""),
        ("/a.example/x", ""),
    ],
)
def test_the_host_of_an_address(url: str, name: str) -> None:
    assert host(url) == name


PIECES = [
    "/",
    "a",
    "B",
    "..",
    ".",
    "%41",
    "?",
    "#",
    "&",
    "=",
    "//",
    ":",
    "80",
    ":8080",
    "http:",
    "https://www.",
    "x.example",
]
BASES = [None, PAGE, "http://www.x.example:8080/a/", "http://127.0.0.1:80/", "http://[::1]/", "no address"]


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join), st.sampled_from(BASES))
@example("/detail/0a1b.html", PAGE)
@example("https://x.example/a/b-c.html", None)
def test_reading_an_address_by_pattern_gives_what_taking_it_apart_gives(text: str, base: str | None) -> None:
    url = normalise(text, base)
    assert url == urls._normalise(text, base)
    assert url is None or identity(url) == urls._identity(url)
    if base is not None and url is not None:
        assert same_site(url, base) == _same_site_slowly(url, base)


def _same_site_slowly(url: str, base: str) -> bool:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(urls, "_own_origin", lambda url: None)
        return same_site(url, base)
