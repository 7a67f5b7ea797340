"""The pattern of a site's article addresses matches its articles, unseen ones too, and not its lists."""

from __future__ import annotations

import re

import pytest

from snapshot_crawler.authoring.patterns import article_pattern, site_pattern

# (sampled articles, unseen articles, lists)
SITES = [
    (
        ["https://a.example/2023/0818/c1004-40059123.html", "https://a.example/2024/0101/c64094-4005912.html"],
        ["https://a.example/2026/1231/c22-50000000.html"],
        ["https://a.example/politics/", "https://a.example/2023/index_2.html"],
    ),
    (
        [f"https://a.example/detail/{i * 7919**9:040x}.html" for i in range(1, 6)],
        ["https://a.example/detail/" + "ab12" * 10 + ".html"],
        ["https://a.example/list/12.html", "https://a.example/"],
    ),
    (
        ["https://a.example/show.asp?id=12", "https://a.example/show.asp?id=7001"],
        ["https://a.example/show.asp?id=5"],
        ["https://a.example/list.asp?cat=5"],
    ),
    (
        ["https://a.example/world/rain-in-the-north-today", "https://a.example/world/a-new-bridge-opens"],
        ["https://a.example/world/one-more-long-headline-with-words"],
        ["https://a.example/world/", "https://a.example/world/page/2"],
    ),
    (
        ["https://a.example/xw/t20230818_123.shtml", "https://a.example/xw/t20240101_99.shtml"],
        ["https://a.example/xw/t20251231_4567.shtml"],
        ["https://a.example/xw/index_1.shtml"],
    ),
    (  # sampled late in a late month: days and months of one figure come too
        [
            "https://a.example/2026/11/24/budget-of-the-town-passes/",
            "https://a.example/2026/11/21/storm-nears-the-coast/",
        ],
        ["https://a.example/2026/11/9/storm/", "https://a.example/2026/9/1/one-word-more-than-any-sample-had-here/"],
        ["https://a.example/2026/11/", "https://a.example/category/town/"],
    ),
    (  # short headlines, and letters of other scripts
        [
            "https://a.example/news/the-town-council-sells-the-pier",
            "https://a.example/news/la-reparar%C3%A1-en-la-plaza",
        ],
        ["https://a.example/news/budget-passes", "https://a.example/news/storms"],
        ["https://a.example/news/", "https://a.example/news?page=2"],
    ),
    (  # sections and titles in another script: 社区, 生活, 国际
        [
            "https://a.example/%E7%A4%BE%E5%8C%BA/60318840/%E6%B7%B1%E5%A4%9C%E5%B7%B4%E5%A3%AB-436%E4%BA%BA",
            "https://a.example/%E7%94%9F%E6%B4%BB/60318769/%E8%A1%97%E5%B8%82%E6%AA%94%E4%BD%8D",
            "https://a.example/%E7%A4%BE%E5%8C%BA/60318627/%E5%8A%8F%E6%88%BF-318%E4%BA%BA-%E5%B7%A5",
        ],
        ["https://a.example/%E5%9B%BD%E9%99%85/7/%E5%B7%A5"],
        ["https://a.example/%E7%A4%BE%E5%8C%BA", "https://a.example/%E7%A4%BE%E5%8C%BA/2"],
    ),
    (  # a section alone in another script, and one for all
        ["https://a.example/%E7%A4%BE%E5%8C%BA/1234.html", "https://a.example/%E7%A4%BE%E5%8C%BA/1266.html"],
        ["https://a.example/%E7%A4%BE%E5%8C%BA/99.html"],
        ["https://a.example/%E7%A4%BE%E5%8C%BA/", "https://a.example/%E7%A4%BE%E5%8C%BA/index_2.html"],
    ),
    (  # a page's number behind the article's own, and lists of the same shape
        ["https://a.example/article-41-1.html", "https://a.example/article-77-1.html"],
        ["https://a.example/article-123456-2.html"],
        ["https://a.example/portal-list-1-2.html", "https://a.example/portal-list-3.html"],
    ),
]


@pytest.mark.parametrize(("sampled", "unseen", "lists"), SITES)
def test_a_pattern_serves_the_whole_site(sampled: list[str], unseen: list[str], lists: list[str]) -> None:
    pattern = article_pattern(sampled)
    assert pattern is not None
    for url in [*sampled, *unseen]:
        assert re.search(pattern, url), f"{pattern} misses {url}"
    for url in lists:
        assert not re.search(pattern, url), f"{pattern} takes {url}"


def test_a_single_stray_address_does_not_widen_the_pattern() -> None:
    articles = [f"https://a.example/news/2026/{i:05}.html" for i in range(10)]
    pattern = article_pattern([*articles, "https://a.example/special/anniversary"])
    assert pattern is not None
    assert not re.search(pattern, "https://a.example/special/anniversary")


def test_of_several_patterns_the_widest_is_taken_that_takes_no_other_link() -> None:
    articles = [
        f"https://a.example/{slug}" for slug in ("town-council-sells-old-pier", "ferry-company-closes-one-bridge")
    ]
    listed = [*articles, "https://a.example/storm-nears-the-coast"]
    wide = site_pattern(articles, [], listed, [])
    assert wide is not None and re.search(wide, "https://a.example/budget-passes")
    narrow = site_pattern(articles, [], listed, [], ["https://a.example/about-us", "https://a.example/imprint"])
    assert narrow is not None
    assert not re.search(narrow, "https://a.example/about-us")
    assert all(re.search(narrow, url) for url in listed)


def test_no_addresses_give_no_pattern() -> None:
    assert article_pattern([]) is None
