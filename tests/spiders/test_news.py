"""NewsSpider as its users write it: each attribute and callback in a crawl of its own kind, against a real server.

Six spiders share one server and one look at the results; a test reads what it is about.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.spiders.news import NewsSpider
from tests.authoring.newcomer import Newcomer
from tests.authoring.stories import Story, write_stories
from tests.server import Server

STORIES = write_stories("news-spider", 60)
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
SECRET = "这一行不应出现在任何记录里"


def article(story: Story, *, time: str | None = None, before: str = "", after: str = "", body: str = "") -> str:
    """A plain article page."""
    text = body or "".join(f"<p>{paragraph}</p>" for paragraph in story.paragraphs)
    shown = time if time is not None else f"发布时间：{story.published:%Y-%m-%d %H:%M}"
    head = f"<html><head><meta charset=utf-8><title>{story.title}</title></head><body>{before}"
    return f"{head}<h1>{story.title}</h1><div>{shown} 来源：{story.source}</div><div id=text>{text}</div>{after}</body></html>"


def links(*rows: tuple[str, str]) -> str:
    """Links, one a line."""
    return "<ul>" + "".join(f'<li><a href="{href}">{text}</a></li>' for href, text in rows) + "</ul>"


def listing(main: str, around: str = "") -> str:
    """A list page."""
    return f"<html><head><meta charset=utf-8><title>列表</title></head><body><div id=around>{around}</div><div id=main>{main}</div></body></html>"


def spider(name: str, attributes: str, methods: str = "") -> str:
    """The source of a spider."""
    head = "from scrapy import Request\nfrom snapshot_crawler.spiders.news import NewsSpider\n\n\n"
    lines = [f'name = "{name}"', *attributes.strip().splitlines()]
    return f"{head}class S(NewsSpider):\n" + "".join(f"    {line.strip()}\n" for line in lines) + methods


# --- One part of the server's pages for each spider
def by_regex(server: Server) -> str:
    a, b, c, d = STORIES[:4]
    server.page(
        "/r/",
        listing(
            links(("/r/piece/one", a.title), ("/r/more-of-it/x", "更多的内容请从这里进入另外一个很长的名字的列表页面"))
            + links(("/r/2024/03/04/98765.html", d.title))
            + "<a href=/r/turn/2>继续翻</a>"
        ),
    )
    server.page("/r/turn/2", listing(links(("/r/piece/two", b.title))))
    server.page("/r/more-of-it/x", listing(links(("/r/piece/three", c.title))))
    for path, story in (("one", a), ("two", b), ("three", c)):
        server.page(f"/r/piece/{path}", article(story, time=f"{story.published:%Y-%m-%d %H:%M}"))
    server.page("/r/2024/03/04/98765.html", article(d))
    return spider(
        "regex",
        rf"""
        start_urls = ["{server.url("/r/")}"]
        article_links = r"/r/piece/\w+$"
        listing_links = r"/r/more-of-it/"
        next_page = r"/r/turn/\d+$"
        timezone = "Asia/Tokyo"
        language = "zh-CN"
    """,
    )


def by_css(server: Server) -> str:
    a, b, c, d = STORIES[4:8]
    more = f"<div class=sections>{links(('/c/all-there-is', '这里是一个名字很长很长的栏目的入口请点击进入'))}</div><p class=turn><a href='/c/?from=40'>往后</a></p>"
    server.page("/c/", listing(links(("/c/one", a.title)), links(("/c/2024/03/04/98765.html", d.title))) + more)
    server.page("/c/?from=40", listing(links(("/c/two", b.title))))
    server.page("/c/all-there-is", listing(links(("/c/three", c.title))))
    facts = "<b class=from>样例通讯社</b><i class=who>甲乙丙</i><i class=who>丁戊己</i><img class=lead src=/lead.jpg><time class=t data-at='2023-05-06 07:08'></time>"
    for path, story in (("one", a), ("two", b), ("three", c)):
        advert = "<p class=advert>本页广告位招租，欢迎各界朋友前来洽谈合作事宜，价格从优。</p>"
        text = advert.join(f"<p>{paragraph}</p>" for paragraph in story.paragraphs)
        server.page(f"/c/{path}", article(story, after=facts, body=text))
    server.page("/c/2024/03/04/98765.html", article(d))
    return spider(
        "styled",
        f"""
        start_urls = ["{server.url("/c/")}"]
        article_links = "css: #main ul"
        listing_links = "css: .sections a"
        next_page = "css: .turn"
        drop = [".advert"]
        fields = {{"source": "b.from", "authors": "i.who", "images": "img.lead", "published_at": "time.t::attr(data-at)",
        "category": lambda page: page.url.rpartition("/")[2].upper(), "title": ".not-there"}}
    """,
    )


def by_feeds(server: Server) -> str:
    def item(number: int, title: str | None = None, time: str | None = None) -> str:
        story = STORIES[number]
        at = time or f"{story.published:%a, %d %b %Y %H:%M:%S %z}"
        return f"<item><title>{title or story.title}</title><link>/f/{number}</link><pubDate>{at}</pubDate></item>"

    for number in range(10, 22):
        server.page(f"/f/{number}", article(STORIES[number], time="" if number == 11 else None))
    odd = item(12, "毫不相干的另一个标题在此") + item(13, time="Mon, 02 Jan 2023 08:00:00 +0800")
    paragraphs = "".join(f"<p>{text}</p>" for text in STORIES[19].paragraphs)
    whole = f"<dc:creator>张一鸣</dc:creator><content:encoded><![CDATA[{paragraphs}]]></content:encoded>"
    scripted = item(19).replace("</item>", f"{whole}</item>").replace("/f/19", "/f/19?a=1&b=2")
    server.page("/f/19?a=1&b=2", f"<html><head><title>{STORIES[19].title}</title></head><div id=app></div></html>")
    rss = f"<rss version='2.0'><channel><title>x</title>{item(10)}{item(11)}{odd}{scripted}</channel></rss>"
    server.page("/f/rss.xml", rss, content_type="application/rss+xml")
    entry = f"<entry><title>{STORIES[14].title}</title><link rel='self' href='/f/self'/><link href='/f/14'/><updated>2024-02-01T00:00:00Z</updated></entry>"
    server.page("/f/atom.xml", f"<feed xmlns='http://www.w3.org/2005/Atom'>{entry}</feed>", content_type="text/xml")
    bomb = '<!DOCTYPE rss [<!ENTITY a "一二三四五六七八九十">' + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefghi", "bcdefghij", strict=True)
    )
    server.page(
        "/f/bomb.xml",
        f"{bomb}]><rss><channel><item><title>&j;</title><link>/f/15</link></item></channel></rss>",
        content_type="text/xml",
    )
    server.page("/f/secret.txt", SECRET, content_type="text/plain")
    outside = (
        f'<!DOCTYPE rss [<!ENTITY near SYSTEM "{server.url("/f/secret.txt")}"><!ENTITY file SYSTEM "{Path(__file__).as_uri()}">'
        f'<!ENTITY % dtd SYSTEM "{server.url("/f/outside.dtd")}"> %dtd;]>'
    )
    server.page(
        "/f/outside.xml",
        f"{outside}<rss><channel><item><title>&near;&file;</title><link>/f/16</link></item></channel></rss>",
        content_type="text/xml",
    )
    parts = "".join(
        f"<sitemap><loc>/f/map-{name}</loc></sitemap>" for name in ("plain.xml", "news.xml.gz", "page.html")
    )
    server.page("/f/index.xml", f"<sitemapindex xmlns='{SITEMAP}'>{parts}</sitemapindex>", content_type="text/xml")
    server.page(
        "/f/map-plain.xml",
        f"<urlset xmlns='{SITEMAP}'><url><loc>/f/17</loc><lastmod>2024-02-02</lastmod></url></urlset>",
        content_type="text/xml",
    )
    about = f"<n:news><n:publication_date>2024-02-03T09:00:00+08:00</n:publication_date><n:title>{STORIES[18].title}</n:title></n:news>"
    news = f"<urlset xmlns='{SITEMAP}' xmlns:n='{NEWS}'><url><loc>/f/18</loc>{about}</url></urlset>"
    server.page("/f/map-news.xml.gz", gzip.compress(news.encode()), content_type="application/gzip")
    server.page("/f/map-page.html", "<html><p>no sitemap at all</p></html>")
    urls = [server.url(f"/f/{name}.xml") for name in ("rss", "atom", "bomb", "outside")]
    return spider(
        "fed",
        f"""
        feeds = {urls}
        sitemaps = ["{server.url("/f/index.xml")}"]
    """,
    )


def with_callbacks(server: Server) -> str:
    a, b = STORIES[24:26]
    server.page("/o/", listing(links(("/o/55501.html", a.title), ("/o/api", "接口"))))
    server.page("/o/55501.html", article(a))
    server.page("/o/data.json", json.dumps({"title": b.title}), content_type="application/json")
    server.page("/o/55502.html", article(b))
    methods = f'''
    async def start(self):
        async for request in super().start():
            yield request
        yield Request("{server.url("/o/55502.html")}", callback=self.parse_own, meta={{"discovered_by": {{"kind": "article", "url": None}}}})

    def parse_own(self, response):
        for found in super().parse(response):
            if hasattr(found, "category"):
                found.category = "OWN"
            yield found

    def parse_article(self, reading, page, response):
        reading.article.source = "从自己的回调里来"
        yield from super().parse_article(reading, page, response)
'''
    return spider("overriding", f'start_urls = ["{server.url("/o/")}"]', methods)


def in_parts(server: Server) -> str:
    """For `crawl news -a start=`: an article in three parts, one with a lost part, related and category links."""
    long, lost, related, listed, chained = STORIES[30:35]
    server.page("/n/", listing(links(("/n/77001.html", long.title), ("/n/77002.html", lost.title))))
    third = max(1, len(long.paragraphs) // 3)
    parts = [long.paragraphs[:third], long.paragraphs[third : 2 * third], long.paragraphs[2 * third :]]
    names = ["77001.html", "77001_2.html", "77001_3.html"]
    beside = f"<h3>相关新闻</h3>{links(('/n/77003.html', related.title))}<a href=/n/city/>城事</a>"
    for number, (name, part) in enumerate(zip(names, parts, strict=True)):
        numbers = "".join(
            f'<a href="{other}">{n}</a> ' if other != name else f"<b>{n}</b> " for n, other in enumerate(names, 1)
        )
        following = f'<a href="{names[number + 1]}">下一页</a>' if number < 2 else ""
        text = "".join(f"<p>{paragraph}</p>" for paragraph in part)
        server.page(
            f"/n/{name}",
            article(long, body=text, after=f"<div class=pages>{numbers}{following}</div>{beside}"),
        )
    server.page(
        "/n/77002.html",
        article(
            lost, after="<div class=pages><b>1</b> <a href=77002_2.html>2</a> <a href=77002_2.html>下一页</a></div>"
        ),
    )
    server.page("/n/77003.html", article(related))
    server.page(
        "/n/city/",
        listing(links(("/n/77004.html", listed.title), ("/n/77005.html", chained.title))),
    )
    server.page("/n/77004.html", article(listed))
    server.page("/n/77005.html", article(chained))
    return ""


def with_domains(server: Server) -> str:
    a, b, c = STORIES[40:43]
    elsewhere = server.url("/d/88002.html").replace("127.0.0.1", "localhost")
    server.page(
        "/d/",
        listing(
            links(
                ("/d/88001.html", a.title),
                (elsewhere, b.title),
                ("http://127.0.0.1:9/2024/03/04/88003.html", c.title),
            )
        ),
    )
    server.page("/d/88001.html", article(a))
    server.page("/d/88002.html", article(b))
    hosts = [server.address, server.address.replace("127.0.0.1", "localhost")]
    return spider("wide", f'start_urls = ["{server.url("/d/")}"]\nallowed_domains = {hosts}')


SPIDERS = {
    "regex": by_regex,
    "styled": by_css,
    "fed": by_feeds,
    "overriding": with_callbacks,
    "news": in_parts,
    "wide": with_domains,
}


@dataclass(slots=True)
class Crawled:
    """What came of one crawl."""

    code: int
    log: str
    records: dict[str, dict[str, Any]]  # by the path below the site
    paths: list[str]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Crawled]]:
    folder = tmp_path_factory.mktemp("crawled")  # not in the threads: the factory is not made for them
    with Server() as server:
        sources = {name: build(server) for name, build in SPIDERS.items()}

        def crawl(name: str) -> Crawled:
            user = Newcomer(folder / name, server)
            arguments = ["-a", f"start={server.url('/n/')}"] if not sources[name] else []
            if sources[name]:
                (user.package / f"{name}.py").write_text(sources[name], encoding="utf-8")
            output = user.folder / "out.jsonl"
            done = user.scrapy("crawl", name, "-O", str(output), *arguments)
            lines = output.read_text(encoding="utf-8").splitlines() if output.exists() else []
            found = {
                record["url"].partition("/")[2].partition("/")[2].partition("/")[2]: record
                for record in map(json.loads, lines)
            }
            return Crawled(done.returncode, done.stderr, found, [])

        with ThreadPoolExecutor(2) as pool:
            results = dict(zip(SPIDERS, pool.map(crawl, SPIDERS), strict=True))
        for result in results.values():
            result.paths = server.paths()
        yield results


@pytest.mark.parametrize("name", SPIDERS)
def test_the_crawl_ends_well(name: str, crawled: dict[str, Crawled]) -> None:
    assert crawled[name].code == 0, crawled[name].log[-3000:]
    assert "Traceback" not in crawled[name].log


def test_regular_expressions_say_which_links_are_articles_lists_and_next_pages(crawled: dict[str, Crawled]) -> None:
    assert crawled["regex"].records.keys() == {"r/piece/one", "r/piece/two", "r/piece/three"}
    assert "/r/2024/03/04/98765.html" not in crawled["regex"].paths  # shaped like an article, and not meant


def test_selectors_say_which_links_are_articles_lists_and_next_pages(crawled: dict[str, Crawled]) -> None:
    assert crawled["styled"].records.keys() == {"c/one", "c/two", "c/three"}
    assert "/c/2024/03/04/98765.html" not in crawled["styled"].paths


def test_the_zone_and_the_language_are_the_site_s(crawled: dict[str, Crawled]) -> None:
    for record in crawled["regex"].records.values():
        assert record["published_at"].endswith("+09:00")
        assert record["language"] == "zh-CN"


def test_fields_replace_what_the_shared_reader_found(crawled: dict[str, Crawled]) -> None:
    for path, record in crawled["styled"].records.items():
        assert record["source"] == "样例通讯社"
        assert record["authors"] == ["甲乙丙", "丁戊己"]
        assert [image["url"].rpartition("/")[2] for image in record["images"]] == ["lead.jpg"]
        assert record["published_at"] == "2023-05-06T07:08:00+08:00"
        assert record["published_precision"] == "minute"
        assert record["category"] == path.rpartition("/")[2].upper()
    titles = {record["title"] for record in crawled["styled"].records.values()}
    assert titles == {story.title for story in STORIES[4:7]}  # a selector that finds nothing changes nothing


def test_dropped_parts_are_in_no_body(crawled: dict[str, Crawled]) -> None:
    bodies = {record["title"]: record["body"] for record in crawled["styled"].records.values()}
    assert bodies == {story.title: story.body for story in STORIES[4:7]}


def test_feeds_and_sitemaps_lead_to_their_articles(crawled: dict[str, Crawled]) -> None:
    expected = {f"f/{number}" for number in (10, 11, 12, 13, 14, 15, 16, 17, 18, "19?a=1&b=2")}
    assert crawled["fed"].records.keys() == expected
    found_on = {
        path: record["discovered_by"]["url"].rpartition("/")[2] for path, record in crawled["fed"].records.items()
    }
    assert (found_on["f/10"], found_on["f/14"], found_on["f/17"]) == ("rss.xml", "atom.xml", "map-plain.xml")
    assert found_on["f/18"] == "map-news.xml.gz"


def test_what_the_list_says_is_held_against_the_article(crawled: dict[str, Crawled]) -> None:
    records = crawled["fed"].records
    assert records["f/10"]["suspect"] == []
    assert records["f/12"]["suspect"] == ["title differs from the list's"]
    assert records["f/13"]["suspect"] == ["time differs from the list's"]
    assert records["f/11"]["published_at"] is not None  # the list's time stands in where the page has none
    assert records["f/11"]["suspect"] == ["time from the list"]


def test_a_feed_that_holds_the_whole_text_stands_in_for_a_page_that_a_script_fills(
    crawled: dict[str, Crawled],
) -> None:
    record = crawled["fed"].records["f/19?a=1&b=2"]  # written in the feed with a raw ampersand
    assert (record["title"], record["body"]) == (STORIES[19].title, STORIES[19].body)
    assert record["published_at"] is not None
    assert record["authors"] == ["张一鸣"]
    assert record["suspect"] == ["text from the feed", "time from the list"]


def test_unsafe_xml_brings_nothing_in_and_fetches_nothing(crawled: dict[str, Crawled]) -> None:
    assert "/f/secret.txt" not in crawled["fed"].paths
    assert "/f/outside.dtd" not in crawled["fed"].paths
    assert SECRET not in json.dumps(crawled["fed"].records, ensure_ascii=False)
    assert "一二三四五六七八九十" not in json.dumps(crawled["fed"].records, ensure_ascii=False)
    assert "unsafe_xml" not in json.dumps(crawled["fed"].records)


def test_callbacks_can_be_overridden(crawled: dict[str, Crawled]) -> None:
    records = crawled["overriding"].records
    assert {record["source"] for record in records.values()} == {"从自己的回调里来"}
    assert records["o/55502.html"]["category"] == "OWN"
    assert records["o/55501.html"]["category"] != "OWN"


def test_an_article_in_parts_is_one_record(crawled: dict[str, Crawled]) -> None:
    record = crawled["news"].records["n/77001.html"]
    assert record["body"] == STORIES[30].body
    assert record["suspect"] == []
    assert not any("_2" in path or "_3" in path for path in crawled["news"].records)


def test_a_lost_part_is_told(crawled: dict[str, Crawled]) -> None:
    record = crawled["news"].records["n/77002.html"]
    assert record["body"] == STORIES[31].body
    assert record["suspect"] == ["part 2 could not be fetched"]


def test_related_and_category_links_of_an_article_are_followed(crawled: dict[str, Crawled]) -> None:
    records = crawled["news"].records
    assert {"n/77003.html", "n/77004.html", "n/77005.html"} <= records.keys()
    assert records["n/77003.html"]["discovered_by"]["kind"] == "related"


def test_allowed_domains_name_all_hosts_of_the_site(crawled: dict[str, Crawled]) -> None:
    assert {record["title"] for record in crawled["wide"].records.values()} == {story.title for story in STORIES[40:42]}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ({"article_links": "("}, "no regular expression"),
        ({"fields": {"titel": "h1"}}, "did you mean title"),
        ({"timezone": "Asia/Shanghia"}, "did you mean Asia/Shanghai"),
        ({"drop": ["p["]}, "no CSS selector"),
        ({"fields": {"title": "h1["}}, "no CSS selector"),
        ({"article_links": "css: a["}, "no CSS selector"),
        ({"start_urls": "https://news.example/"}, "a list"),
    ],
)
def test_a_mistake_in_an_attribute_is_told_before_anything_is_fetched(line: dict[str, Any], says: str) -> None:
    wrong = type("Wrong", (NewsSpider,), {"name": "wrong", "start_urls": ["https://news.example/"], **line})
    with pytest.raises(ConfigurationError, match=says):
        wrong()


@pytest.mark.parametrize(
    ("argument", "says"),
    [
        ("strat", "did you mean start?"),
        ("ful", "did you mean full?"),
        ("article_link", "did you mean article_links?"),
        ("language_", "did you mean language?"),
        ("parse", "-a takes start=URL and full=1"),
        ("delay", "-s DOWNLOAD_DELAY"),
        ("fields", "attribute of the spider's file"),
        ("colour", "-a takes start=URL and full=1"),
    ],
)
def test_an_argument_that_nobody_reads_is_refused_with_the_nearest_right_name(argument: str, says: str) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(says)):
        NewsSpider(start="https://news.example/", **{argument: "1"})


def test_arguments_for_attributes_and_for_an_author_s_own_are_taken() -> None:
    own = type("Own", (NewsSpider,), {"name": "own", "section": None})
    assert own(start="https://news.example/", section="sport", article_links=r"/\d+").section == "sport"
