"""Plain Scrapy spiders of every documented kind, as an author writes them, each for its corner of site.py's site.

Nothing in here knows of the project. base, the site's address, comes as a spider argument.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any

import attrs
import scrapy
from itemloaders.processors import TakeFirst
from scrapy import FormRequest, Request, Spider
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import DontCloseSpider
from scrapy.http import JsonRequest
from scrapy.linkextractors import LinkExtractor
from scrapy.loader import ItemLoader
from scrapy.spiders import CrawlSpider, CSVFeedSpider, Rule, SitemapSpider, XMLFeedSpider


class Based(Spider):
    """start_urls below base: what every spider here has."""

    paths: tuple[str, ...] = ()

    def __init__(self, base: str = "", **arguments: Any) -> None:
        super().__init__(**arguments)
        self.base = base
        self.start_urls = [base + path for path in self.paths]


class Quotes(Based):
    """Lists with a next page, items of the lists themselves, among them two that are alike."""

    name = "quotes"
    paths = ("/quotes/1",)

    def parse(self, response):
        for quote in response.css("div.quote"):
            yield {
                "text": quote.css("span::text").get(),
                "author": quote.css("small::text").get(),
                "tags": quote.css("a.tag::text").getall(),
            }
        if (following := response.css("li.next a::attr(href)").get()) is not None:
            yield response.follow(following, self.parse)


class Authors(Based):
    """Pages that several pages lead to."""

    name = "authors"
    paths = ("/quotes/1",)

    def parse(self, response):
        yield from response.follow_all(response.css("small + a"), self.parse_author)
        yield from response.follow_all(css="li.next a", callback=self.parse)

    def parse_author(self, response):
        yield {"name": response.css("h3::text").get(default="").strip(), "born": response.css("i::text").get()}


class Ruled(CrawlSpider, Based):
    """Rules, one with a callback and keyword arguments; every page leads back to the start page."""

    name = "ruled"
    paths = ("/shop/",)
    rules = (
        Rule(LinkExtractor(allow=r"/shop/item-\d+"), callback="parse_item", cb_kwargs={"kind": "item"}, follow=True),
        Rule(LinkExtractor(allow=r"/shop/"), callback="parse_list"),
    )

    def parse_start_url(self, response):
        return {"start": response.url.rpartition("/shop/")[2]}

    def parse_list(self, response):
        return {"list": response.url.rpartition("/shop/")[2]}

    def parse_item(self, response, kind):
        return {"kind": kind, "name": response.css("h1::text").get(), "text": response.meta["link_text"]}


class XmlFeed(XMLFeedSpider, Based):
    name = "xmlfeed"
    paths = ("/feeds/all.xml",)
    iterator = "iternodes"
    itertag = "entry"

    def parse_node(self, response, node):
        return {"id": node.xpath("@id").get(), "name": node.xpath("name/text()").get()}


class CsvFeed(CSVFeedSpider, Based):
    name = "csvfeed"
    paths = ("/feeds/all.csv",)
    delimiter = ";"
    headers = ("id", "name")

    def parse_row(self, response, row):
        return dict(row)


class Mapped(SitemapSpider):
    """robots.txt, an index, a packed map, two callbacks."""

    name = "mapped"
    sitemap_rules = (("/map/shop/", "parse_shop"), ("/map/", "parse_other"))

    def __init__(self, base: str = "", **arguments: Any) -> None:
        super().__init__(**arguments)
        self.sitemap_urls = [f"{base}/robots.txt"]

    def parse_shop(self, response):
        yield {"shop": response.css("h1::text").get()}

    def parse_other(self, response):
        yield {"other": response.css("h1::text").get()}


class Login(Based):
    """A form that redirects to the page it came from, which shows something else by then."""

    name = "login"
    paths = ("/login",)

    def parse(self, response):
        yield {"before": response.css("h1::text").get()}
        yield FormRequest.from_response(
            response, formdata={"user": "me", "pass": "secret"}, callback=self.after_login, cb_kwargs={"who": "me"}
        )

    def after_login(self, response, who):
        yield {"after": response.css("h1::text").get(), "who": who}
        yield response.follow("/members", self.parse_member)

    def parse_member(self, response):
        yield {"member": response.css("h1::text").get()}


class Api(Based):
    """POST requests to one address."""

    name = "api"

    async def start(self):
        for number in range(3):
            yield JsonRequest(f"{self.base}/api", data={"page": number}, cb_kwargs={"number": number})

    def parse(self, response, number):
        for row in response.json()["rows"]:
            yield {"page": number, "row": row}
        if number < 6:
            yield JsonRequest(response.url, data={"page": number + 3}, cb_kwargs={"number": number + 3})


class Errbacks(Based):
    """What cannot be had, told by errbacks; one of them tries something else."""

    name = "errbacks"

    async def start(self):
        for path in ("/gone", "/broken", "/errbacks/fine", "/errbacks/other"):
            yield Request(self.base + path, callback=self.parse_page, errback=self.failed, cb_kwargs={"path": path})
        yield Request("http://127.0.0.1:9/", callback=self.parse_page, errback=self.failed, cb_kwargs={"path": "9"})

    def parse_page(self, response, path):
        yield {"page": path, "title": response.css("h1::text").get()}
        yield Request(f"{self.base}/gone?from={path}", callback=self.parse_page, errback=self.silent)

    def failed(self, failure):
        request = failure.request
        status = getattr(getattr(failure.value, "response", None), "status", None)
        yield {"url": request.url, "status": status, "path": request.cb_kwargs["path"]}
        yield Request(
            f"{self.base}/errbacks/fine", self.parse_page, cb_kwargs={"path": f"after {status}"}, dont_filter=True
        )

    def silent(self, failure):
        self.logger.info("nothing at %s", failure.request.url)


class Half(scrapy.Item):
    name = scrapy.Field()
    more = scrapy.Field()


@dataclass
class Part:
    name: str
    more: list[str] = field(default_factory=list)


@attrs.define
class Piece:
    name: str
    more: tuple[int, ...] = ()


class Travelling(Based):
    """Items that are filled over several pages, in cb_kwargs and in meta, of every kind."""

    name = "travelling"
    paths = ("/quotes/1",)

    def parse(self, response):
        for number, item in enumerate((Half(name="half"), Part("part"), Piece("piece"), {"name": "dict"})):
            url = f"{response.url}?of={number}"
            yield Request(url, self.parse_second, cb_kwargs={"item": item, "pair": (number, "x")})
            yield Request(f"{url}&meta=1", self.parse_meta, meta={"item": item, "by number": {number: {number}}})

    def parse_second(self, response, item, pair):
        number, letter = pair
        if isinstance(item, (Half, dict)):
            item["more"] = [letter * number]
        elif isinstance(item, Part):
            item.more.append(letter * number)
        else:
            item.more = (*item.more, number)
        assert isinstance(pair, tuple)
        yield item

    def parse_meta(self, response):
        [(number, numbers)] = response.meta["by number"].items()
        assert numbers == {number}
        yield {"name": scrapy.item.ItemMeta.__name__, "number": number, "kind": type(response.meta["item"]).__name__}


class Loaded(Half):
    """Filled by a loader."""


class Kinds(Based):
    """Items of every kind that itemadapter knows, with an address that they share, and odd white space."""

    name = "kinds"
    paths = ("/quotes/1", "/quotes/2")

    def parse(self, response):
        yield Half(name=" two  spaces\tand\na line ", more=[1, 2.5, None, True])
        yield Part("part", ["一", "no\xa0break"])
        yield Piece("piece", (1, 2))
        yield {"url": response.url, "title": "a title"}
        yield {"url": response.url, "body": "a body"}
        yield {"url": "http://same.example/", "price": 1}
        yield {"url": "http://same.example/", "price": 2}
        yield {"url": "http://same.example/", "price": 2}
        yield {"nested": {"deep": [{"er": Part("inner")}]}, "id": 7}
        loader = ItemLoader(item=Loaded(), response=response)
        loader.default_output_processor = TakeFirst()
        loader.add_css("name", "small::text")
        loader.add_value("more", "loaded")
        yield loader.load_item()


class Unfiltered(Based):
    """dont_filter: a page asked for again and again, the start page among them, and a filtered one once."""

    name = "unfiltered"
    paths = ("/counted/start", "/counted/start")

    def parse(self, response):
        yield {"start": response.url.rpartition("/")[2]}
        yield response.follow("/counted/start", self.parse_again, dont_filter=True)
        for _ in range(2):
            yield response.follow("/counted/once", self.parse_again)
            yield response.follow("/counted/often", self.parse_again, cb_kwargs={"left": 3}, dont_filter=True)

    def parse_again(self, response, left=0):
        yield {"page": response.url.rpartition("/")[2], "left": left}
        if left:
            yield response.request.replace(cb_kwargs={"left": left - 1})


class Jars(Based):
    """A cookie jar for each session."""

    name = "jars"

    async def start(self):
        for number in range(3):
            yield Request(f"{self.base}/jar/set?{number}", meta={"cookiejar": number}, cookies={"own": str(number)})

    def parse(self, response):
        yield response.follow("/jar/show", self.show, meta={"cookiejar": response.meta["cookiejar"]}, dont_filter=True)

    def show(self, response):
        yield {"jar": response.meta["cookiejar"], "sent": response.text}


class Coroutines(Based):
    """Items of start(), coroutines for callbacks, a page fetched inside of one."""

    name = "coroutines"

    async def start(self):
        yield {"of": "start"}
        yield {"of": "start"}
        yield Request(f"{self.base}/quotes/1")
        yield Request(f"{self.base}/quotes/2", self.parse_one)

    async def parse(self, response):
        inner = await self.crawler.engine.download_async(Request(f"{self.base}/errbacks/fine"))
        yield {"inner": inner.css("h1::text").get()}
        for url in response.css("small + a::attr(href)").getall():
            yield response.follow(url, self.parse_one)

    async def parse_one(self, response):
        return {"one": response.url.rpartition("/")[2]}


class Hooked(Based):
    """from_crawler, closed(), custom_settings, a pipeline and a middleware of its own."""

    name = "hooked"
    paths = ("/hooked/1", "/hooked/2")
    closed_with: str | None = None
    custom_settings = {  # noqa: RUF012 (as Scrapy's documentation has it)
        "ITEM_PIPELINES": {"tests.plain.spiders.Numbering": 300},
        "SPIDER_MIDDLEWARES": {"tests.plain.spiders.Naming": 500},
        "DEFAULT_REQUEST_HEADERS": {"X-Own": "yes"},
    }

    @classmethod
    def from_crawler(cls, crawler, *args, **kwargs):
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.bot = crawler.settings["BOT_NAME"] != ""
        return spider

    def parse(self, response):
        yield {"page": response.url.rpartition("/")[2], "bot": self.bot, "header": response.text}

    def closed(self, reason):
        type(self).closed_with = reason


class Numbering:
    """A spider's own pipeline, without the spider argument."""

    def process_item(self, item):
        return {**item, "through": "pipeline"}


class Naming:
    """A spider's own middleware."""

    def process_spider_output(self, response, result):
        for each in result:
            yield {**each, "named": True} if isinstance(each, dict) else each

    async def process_spider_output_async(self, response, result):
        async for each in result:
            yield {**each, "named": True} if isinstance(each, dict) else each


class Statuses(Based):
    """Error pages that the spider wants to see."""

    name = "statuses"
    paths = ("/gone", "/broken", "/errbacks/fine")
    handle_httpstatus_list = (404, 500)

    def parse(self, response):
        yield {"status": response.status}


class Closures(Based):
    """Callbacks that are no methods, and what JSON cannot hold."""

    name = "closures"
    paths = ("/quotes/1",)

    def parse(self, response):
        marker = object()
        for number in range(3):
            named = partial(self.named, number=number)
            yield response.follow(f"/quotes/{number}", named, meta={"marker": marker})

    def named(self, response, number):
        yield {"number": number, "title": response.css("title::text").get()}


class Raising(Based):
    """A callback that fails half-way: what it gave before stays."""

    name = "raising"
    paths = ("/quotes/1", "/quotes/2")

    def parse(self, response):
        yield {"before": response.url.rpartition("/")[2]}
        raise ValueError("half-way")


class Idle(Based):
    """Requests that are made when there is nothing else to do."""

    name = "idle"
    paths = ("/quotes/1",)

    @classmethod
    def from_crawler(cls, crawler, *args, **kwargs):
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.left = [1, 2]
        crawler.signals.connect(spider.idle, scrapy.signals.spider_idle)
        return spider

    def idle(self):
        if self.left:
            url = f"{self.base}/quotes/{self.left.pop()}"
            self.crawler.engine.crawl(Request(url, callback=self.parse_later, dont_filter=True))
            raise DontCloseSpider

    def parse(self, response):
        yield {"first": response.url.rpartition("/")[2]}

    def parse_later(self, response):
        yield {"later": response.url.rpartition("/")[2]}


class Retrying(Based):
    """A callback that wants the page once more."""

    name = "retrying"
    paths = ("/counted/retry",)

    def parse(self, response):
        again = get_retry_request(response.request, spider=self, reason="not ready", max_retry_times=2)
        if again is not None:
            yield again
            return
        yield {"ready": response.meta["retry_times"]}


class Passing(Based):
    """meta=response.meta, as old spiders do, over a redirect and from a start page."""

    name = "passing"
    paths = ("/moved",)

    def parse(self, response):
        passed_on = response.meta
        for number in (1, 2):
            yield Request(f"{self.base}/quotes/{number}", self.parse_on, meta=passed_on)

    def parse_on(self, response):
        yield {"page": response.url.rpartition("/")[2]}
        passed_on = response.meta
        yield Request(f"{self.base}/errbacks/fine", self.parse_on, meta=passed_on)


SPIDERS = [
    each
    for each in list(vars().values())
    if isinstance(each, type) and issubclass(each, Spider) and each.__module__ == __name__ and each is not Based
]
