"""Article addresses are told from section addresses by their shape, and canonical links are believed with care."""

from __future__ import annotations

import pytest

from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.pages.lists.shapes import LinkPattern, believable_canonical, looks_like_article, looks_like_page

ARTICLES = [
    "https://news.example/detail/0123456789abcdef0123456789abcdef01234567.html",
    "https://www.daily.example/2023/0818/c1004-40059123.html",
    "https://www.daily.example/politics/2023-08/18/c_1129808123.htm",
    "https://local.example/art/2023/8/18/art_64797_10987654.html",
    "https://paper.example/content/202308/18/content_123456.html",
    "https://paper.example/html/2023-08/18/nw.D110000renmrb_20230818_1-01.htm",
    "https://portal.example/a/712345678_120091004",
    "https://old.example/news/show.asp?id=4711",
    "https://world.example/2023/08/18/economy-grows",
    "https://world.example/business/economy-grows-faster-in-third-quarter",
    "https://gov.example/xwdt/t20230818_123456.shtml",
    "https://blog.example/?p=48812",
]
LISTS = [
    "https://news.example/",
    "https://news.example/politics/",
    "https://news.example/politics/index_3.html",
    "https://news.example/list/12",
    "https://news.example/category/tech",
    "https://news.example/politics?page=2",
    "https://news.example/2023/08/",
    "https://news.example/about-us",
    "https://news.example/tag/ai",
    "https://blog.example/?cat=3",
    "https://blog.example/?p=2",
    "https://blog.example/?paged=12&cat=3",
]


@pytest.mark.parametrize("url", ARTICLES)
def test_an_article_address_is_known_by_its_shape(url: str) -> None:
    assert looks_like_article(url)


@pytest.mark.parametrize("url", LISTS)
def test_a_section_address_is_no_article(url: str) -> None:
    assert not looks_like_article(url)


@pytest.mark.parametrize(
    "url", ["https://a.example/x/1234567.jpg", "https://a.example/feed/20230818.xml", "http://[::1"]
)
def test_files_and_broken_addresses_are_no_articles(url: str) -> None:
    assert not looks_like_article(url)


def test_images_and_archives_are_no_pages() -> None:
    assert not looks_like_page("https://a.example/photo.JPG?w=3")
    assert looks_like_page("https://a.example/photo.html")


CANONICALS = [
    # (canonical, the page's own address, believed)
    ("https://a.example/news/123456.html", "https://m.a.example/news/123456.html", False),  # another host's choice
    ("https://a.example/news/123456.html", "https://a.example/m/123456.html", True),
    ("https://a.example/news/123456.html", "https://a.example/m/123456.html?from_page=2", False),  # another page
    ("https://a.example/", "https://a.example/news/123456.html", False),
    ("https://a.example/news/999999.html", "https://a.example/news/123456.html", False),
    ("https://b.example/news/123456.html", "https://a.example/news/123456.html", False),
    ("https://a.example/show?id=1", "https://a.example/show?id=2", False),
]


@pytest.mark.parametrize(("canonical", "url", "believed"), CANONICALS)
def test_a_canonical_link_is_believed_only_when_it_can_be_true(canonical: str, url: str, believed: bool) -> None:
    expected = canonical if believed else None
    if canonical.startswith("https://a.example") and url.startswith("https://m."):
        expected = None  # the canonical host is no subdomain of the page's
    assert believable_canonical(canonical, url) == expected


def test_a_broken_pattern_says_how_to_write_it() -> None:
    with pytest.raises(ConfigurationError, match="css: SELECTOR"):
        LinkPattern.parse("(unclosed")
