"""A hostile web on loopback: one news site with everything on it that may hurt a crawler, and good articles between.

    with HostileWeb() as web:                      # or HostileWeb(["redirects", "calendar"])
        ... web.starts, web.allowed, web.articles; after the crawl web.shut_requests, web.trap_pages() ...

Every case is one entry of CASES: a function that puts its pages on the web and links them. The servers answer a bounded
number of requests and stop with the `with` block. benchmarks/hostile.py runs each case alone.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import random
import zlib
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cache
from html import escape
from types import TracebackType

import brotli

from snapshot_crawler.demo.stories import Story, sample_site
from snapshot_crawler.middlewares.compression.unpack import zstd
from tests.server import Handler, Request, Server, response

ARTICLES = 48
PER_LIST = 12
BOMB_MIB = 300
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
LONGEST_S = 45  # that an answer without end goes on, whatever the crawler does

Hang = Callable[["HostileWeb"], None]
CASES: dict[str, Hang] = {}
TRAPS: dict[str, str] = {}  # name of a trap -> what its pages' paths begin with


def case(function: Hang) -> Hang:
    """Register a case under its function's name."""
    CASES[function.__name__.replace("_", " ")] = function
    return function


def trap(prefix: str) -> Callable[[Hang], Hang]:
    """Register an endless family of pages."""

    def register(function: Hang) -> Hang:
        TRAPS[function.__name__.replace("_", " ")] = prefix
        return case(function)

    return register


@dataclass(frozen=True, slots=True)
class Good:
    """A good article: where it stands and what its record must say."""

    path: str
    story: Story


class HostileWeb:
    """The servers; see the module's first lines.

    starts: the crawl's start addresses. allowed: for PRIVATE_NETWORKS_ALLOWED. hostile: every hostile address that is
    linked, which a crawl should therefore ask for once. forbidden: addresses that nothing may ask for.
    """

    def __init__(self, names: Iterable[str] | None = None) -> None:
        self.names = list(CASES if names is None else names)
        self.stack = ExitStack()
        self.main = Server(max_requests=5_000)
        self.shut = Server()  # in scope as a start, but not opened: only the address guard keeps it off
        self.foreign = Server()  # another site: not in scope
        self.others: dict[str, Server] = {}
        self.starts: list[str] = []
        self.hostile: list[str] = []
        self.entries: list[str] = []  # links on the first page
        self.on_articles: list[Callable[[int], str]] = []  # links into traps, one for each article
        self.forbidden: list[str] = []
        self.rules: list[str] = []
        self.fallbacks: list[Callable[[str], str | None]] = []
        stories = [story for story in sample_site().articles if story.flaw is None][:ARTICLES]
        self.articles = [
            Good(f"/2024/06{1 + number % 28:02}/c{31000 + number * 7}.html", story)
            for number, story in enumerate(stories)
        ]

    # --- Its life
    def __enter__(self) -> HostileWeb:
        for server in (self.main, self.shut, self.foreign):
            self.stack.enter_context(server)
        self.main.fallback = self._answer
        self.starts = [self.main.url("/"), self.shut.url("/secret.html")]
        for server, word in ((self.shut, "secret"), (self.foreign, "foreign")):
            server.page("/robots.txt", "", content_type="text/plain")
            server.page("/secret.html", page(f"{word} 新闻", "不可以被读到的内容。" * 20))
        for number, good in enumerate(self.articles):
            DRESSES[number % len(DRESSES)](self, good)
        for name in self.names:
            CASES[name](self)
        self._lists()
        self.main.page("/robots.txt", "\n".join(["User-agent: *", *self.rules, ""]), content_type="text/plain")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.stack.close()

    # --- For the cases
    def hang(self, name: str, answer: bytes | Handler) -> str:
        """A hostile page under an article's address, linked from the first page; its path."""
        path = f"/2024/0602/h{code(name) % 90000 + 10000}-{name.replace(' ', '-')}.html"
        if callable(answer):
            self.main.handle(path, answer)
        else:
            self.main.raw(path, answer)
        self.hostile.append(path)
        return path

    def host(self, number: int) -> Server:
        """A host of its own, 127.0.0.NUMBER, that is open; its start addresses are up to the case."""
        server = self.stack.enter_context(Server(host=f"127.0.0.{number}"))
        self.others[server.host] = server
        return server

    # --- For the test
    @property
    def allowed(self) -> str:
        """The value of PRIVATE_NETWORKS_ALLOWED that opens what may be asked."""
        return ",".join(server.address for server in (self.main, *self.others.values()))

    def trap_pages(self) -> dict[str, int]:
        """Requests that each trap has cost."""
        paths = self.main.paths()
        return {name: sum(path.startswith(TRAPS[name]) for path in paths) for name in self.names if name in TRAPS}

    def requests(self) -> int:
        """Requests that came in, on all servers."""
        return sum(len(server.requests) for server in (self.main, self.shut, self.foreign, *self.others.values()))

    # --- The site
    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> None:
        bodies = (fallback(request.path) for fallback in self.fallbacks)
        body = next((body for body in bodies if body is not None), None)
        status = "404 Not Found" if body is None else "200 OK"
        writer.write(response(body or page("404", "没有这个页面"), status=status))
        await writer.drain()

    def _lists(self) -> None:
        lists = [self.articles[at : at + PER_LIST] for at in range(0, len(self.articles), PER_LIST)]
        first = ""
        for number, goods in enumerate(lists):
            rows = "".join(
                f'<li><a href="{good.path}">{escape(good.story.title)}</a> {good.story.published:%Y-%m-%d %H:%M}</li>'
                for good in goods
            )
            self.main.page(f"/news/{number + 1}/", page("新闻列表", f"<ul>{rows}</ul>", is_list=True))
            first += f'<a href="/news/{number + 1}/">新闻{number + 1}版</a> '
        first += "".join(f'<a href="{escape(entry)}">专题{number}</a> ' for number, entry in enumerate(self.entries))
        rows = "".join(
            f'<li><a href="{escape(path, quote=True)}">这是第{number}条可疑的新闻标题</a> 2024-06-02 08:00</li>\n'
            for number, path in enumerate([*self.hostile, *self.forbidden])
        )
        self.main.page("/", page("首页", f"<nav>{first}</nav><ul>{rows}</ul>", is_list=True))

    def article(self, good: Good, *, meta: str = "", extra: str = "") -> str:
        """The page of a good article, with links into traps below it."""
        number = self.articles.index(good) if good in self.articles else 0
        links = "".join(f'<a href="{entry(number)}">栏目{number}</a> ' for entry in self.on_articles)
        story = good.story
        text = "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in story.paragraphs)
        return f"""<!DOCTYPE html><html><head>{meta}<title>{escape(story.title)}</title></head><body>
<ul class="crumbs"><li><a href="/">首页</a></li><li><a href="/news/1/">{story.category}</a></li></ul>
<h1>{escape(story.title)}</h1><div class="facts"><span>类别：{story.category}</span>
<span>发布时间：{story.published:%Y-%m-%d %H:%M:%S}</span> <span>来源：{story.source}</span></div>
<div class="text">{text}</div>
<div class="notice"><p>快照生成时间：{story.snapshot:%Y-%m-%d %H:%M:%S}</p>
<p>信息原文地址：</p></div>{extra}<div class="foot">{links}</div></body></html>"""


def page(title: str, content: str, *, is_list: bool = False) -> str:
    """A whole small page."""
    inner = content if is_list else f"<h1>{title}</h1><p>{content}</p>"
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title></head><body>{inner}</body></html>'


def code(text: str) -> int:
    """A number that only this text has, the same in every run."""
    return int(hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:8], 16)


def word(number: int) -> str:
    """An invented word; the same for the same number."""
    dice = random.Random(number)
    return "".join(dice.choice("bdfgklmnprst") + dice.choice("aeiou") for _ in range(3))


def endless(start: bytes, piece: bytes, *, pause_s: float = 0.0) -> Handler:
    """start, then piece again and again until the crawler leaves."""

    async def send(_: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        end = asyncio.get_running_loop().time() + LONGEST_S
        while not writer.is_closing() and asyncio.get_running_loop().time() < end:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause_s)
        writer.close()

    return send


def moved(target: str | bytes, status: str = "302 Found", more: bytes = b"") -> bytes:
    """A redirect."""
    location = target.encode() if isinstance(target, str) else target
    return f"HTTP/1.1 {status}\r\n".encode() + b"Location: " + location + b"\r\nContent-Length: 0\r\n" + more + b"\r\n"


# --- The dresses of good articles: what a page may look like that is nevertheless to be read
Dress = Callable[[HostileWeb, Good], None]


def coded(
    charset: str, *, meta: str = "", content_type: str | None = "text/html", before: bytes = b"", more: str = ""
) -> Dress:
    """A page in a charset, whatever it or its server says of it."""

    def put(web: HostileWeb, good: Good) -> None:
        declared = (f'<meta charset="{meta}">' if meta else "") + more
        body = before + web.article(good, meta=declared).encode(charset)
        web.main.page(good.path, body, content_type=content_type)

    return put


def packed(coding: str, pack: Callable[[bytes], bytes]) -> Dress:
    """A page in a content coding."""

    def put(web: HostileWeb, good: Good) -> None:
        headers = {"Content-Encoding": coding} if coding else {}
        web.main.page(good.path, pack(web.article(good).encode()), headers=headers)

    return put


def dirty(change: Callable[[str], str]) -> Dress:
    """A page whose source has been spoilt, not its text."""

    def put(web: HostileWeb, good: Good) -> None:
        web.main.page(good.path, change(web.article(good)))

    return put


def framed(frame: Callable[[bytes], bytes]) -> Dress:
    """A page whose HTTP is odd."""

    def put(web: HostileWeb, good: Good) -> None:
        web.main.raw(good.path, frame(web.article(good).encode()))

    return put


def second_try(first: Callable[[asyncio.StreamWriter], None]) -> Dress:
    """A page that fails when it is asked for first."""

    def put(web: HostileWeb, good: Good) -> None:
        asked = 0

        async def send(_: Request, writer: asyncio.StreamWriter) -> None:
            nonlocal asked
            asked += 1
            if asked == 1:
                first(writer)
                await writer.drain()
                writer.close()
            else:
                writer.write(response(web.article(good)))

        web.main.handle(good.path, send)

    return put


def behind(*hops: Callable[[str], bytes]) -> Dress:
    """A page that another address leads to: the article's own address redirects."""

    def put(web: HostileWeb, good: Good) -> None:
        stem = good.path.removesuffix(".html")
        targets = [f"{stem}{number + 1}.html" for number in range(len(hops))]
        for path, target, hop in zip([good.path, *targets], targets, hops, strict=False):
            web.main.raw(path, hop(target))
        web.main.page(targets[-1], web.article(good))

    return put


def with_cookie(web: HostileWeb, good: Good) -> None:
    """A page that sets a cookie, and is shown to who brings it back."""

    async def send(request: Request, writer: asyncio.StreamWriter) -> None:
        if "pass=yes" in request.headers.get("cookie", ""):
            writer.write(response(web.article(good)))
        else:
            writer.write(moved(good.path, more=b"Set-Cookie: pass=yes; Path=/\r\n"))

    web.main.handle(good.path, send)


def chunks(body: bytes, size: int) -> bytes:
    pieces = (body[at : at + size] for at in range(0, len(body), size))
    return CHUNKED + b"".join(b"%x;x=1\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\nX: y\r\n\r\n"


def refresh(target: str) -> bytes:
    return response(f'<html><head><meta http-equiv="refresh" content="0; url={target}"></head></html>')


def in_the_text(extra: str) -> Callable[[str], str]:
    """Put something invisible into the middle of the text."""
    return lambda text: text.replace("</p>\n<p>", f"</p>{extra}\n<p>", 1)


DRESSES: list[Dress] = [
    coded("utf-8", meta="utf-8"),
    coded("gb18030", meta="gb2312"),
    coded("utf-8", meta="gb2312", content_type="text/html; charset=gbk"),
    coded("gbk", meta="utf-8", content_type="text/html; charset=utf-8"),
    coded("gb18030", content_type="text/html; charset=iso-8859-1"),
    coded("utf-8", before=b"\xef\xbb\xbf", content_type="text/html; charset=gb2312"),
    coded("utf-16", meta="utf-16"),
    coded("utf-16-le", content_type="text/html; charset=utf-8"),
    coded("utf-16-be", content_type=None),
    coded("gbk", meta="zlib", content_type="text/html; charset=rot13", more='<meta http-equiv="refresh" content="600">'),
    coded("utf-8", meta="idna", content_type="text/html; charset=undefined"),
    coded("gbk", meta="unicode_escape", content_type="text/html; charset=cp037"),
    coded("utf-8", content_type="application/octet-stream"),
    coded("utf-8", content_type="image/png"),
    coded("utf-8", content_type="; ; ,"),
    packed("gzip", gzip.compress),
    packed("deflate", zlib.compress),
    packed("deflate", lambda body: zlib.compress(body)[2:-4]),
    packed("br", brotli.compress),
    packed("zstd", lambda body: bytes(zstd.compress(body))),
    packed("gzip, gzip", lambda body: gzip.compress(gzip.compress(body))),
    packed("gzip", lambda body: gzip.compress(gzip.compress(body))),
    packed("", gzip.compress),
    packed("gzip", lambda body: body),
    packed("utf-8", lambda body: body),
    dirty(lambda text: text.replace("<p>", "<p>\0", 2)),
    dirty(in_the_text("<script>document.write('</p><b>脚本</b>')</script><style>p{color:red}</style>")),
    dirty(in_the_text("<!-- <p>注释里的字</p> <script>alert(1)</script> -->")),
    dirty(lambda text: text.replace("</p>", "").replace("</span>", "").replace("</body></html>", "")),
    dirty(lambda text: text.replace("<p>", "<p>\u200b\ufeff", 1).replace("</p>", "\x07\x1b\u2028</p>", 1)),
    dirty(lambda text: text.replace("</body>", "<a href='/none'>x</a>" * 2 + "<!--" + "x" * 1_500_000 + "-->")),
    dirty(lambda text: text.replace("</body>", "".join(f'<a href="/2023/0101/n{n}.jpg">.</a>' for n in range(20_000)))),
    framed(lambda body: chunks(body, 1000)),
    framed(lambda body: chunks(body, 7)),
    framed(lambda body: b"HTTP/1.0 200\n\n" + body),
    framed(lambda body: HEAD + b"no colon here\r\nX-\xd6\xd0: \xce\xc4\r\nContent-Length: %d\r\n" % len(body) * 1 + b"\r\n" + body),
    framed(lambda body: b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body),
    framed(lambda body: HEAD + b"Content-Length: %d\r\n" % len(body) * 1 + b"Set-Cookie: a=\xff\x00;;=;\r\n" * 30 + b"\r\n" + body),
    second_try(lambda writer: writer.write(response("", status="503 Busy", headers={"Retry-After": "1"}))),
    second_try(lambda writer: writer.write(response("", status="429 Slow", headers={"Retry-After": "\u00b2"}))),
    second_try(lambda writer: writer.write(response("")[:-2] + b"\r\n")),
    second_try(lambda writer: writer.write(HEAD + b"Content-Length: 9999\r\n\r\n<html>half")),
    second_try(lambda writer: writer.transport.abort()),
    second_try(lambda writer: writer.write(b"\x16\x03\x01 no http")),
    behind(*[moved] * 4),
    behind(refresh),
    with_cookie,
    behind(lambda target: moved(target, "301 Moved"), refresh, lambda target: moved("." + target[target.rfind("/") :])),
]  # fmt: skip


# --- Sizes
@cache
def bomb(coding: str) -> bytes:
    """BOMB_MIB of spaces in a coding."""
    block = b" " * (1 << 20)
    if coding == "br":
        packer = brotli.Compressor(quality=1)
        return b"".join(packer.process(block) for _ in range(BOMB_MIB)) + packer.finish()
    if coding == "zstd":
        frame = zstd.ZstdCompressor(1)
        return b"".join(frame.compress(block) for _ in range(BOMB_MIB)) + frame.flush()
    stream = zlib.compressobj(1, wbits=31 if coding == "gzip" else 15)
    return b"".join(stream.compress(block) for _ in range(BOMB_MIB)) + stream.flush()


def compressed(body: bytes, coding: str) -> bytes:
    return response(body, headers={"Content-Encoding": coding})


@case
def gzip_bomb(web: HostileWeb) -> None:
    web.hang("bomb gz", compressed(bomb("gzip"), "gzip"))
    web.hang("bomb gz unsaid", response(bomb("gzip")))


@case
def deflate_bomb(web: HostileWeb) -> None:
    web.hang("bomb deflate", compressed(bomb("deflate"), "deflate"))


@case
def brotli_bomb(web: HostileWeb) -> None:
    web.hang("bomb br", compressed(bomb("br"), "br"))


@case
def zstd_bomb(web: HostileWeb) -> None:
    web.hang("bomb zstd", compressed(bomb("zstd"), "zstd"))


@case
def bomb_in_a_bomb(web: HostileWeb) -> None:
    web.hang("bomb gz in gz", compressed(gzip.compress(bomb("gzip")), "gzip, gzip"))
    web.hang("bomb gz in br unsaid", compressed(brotli.compress(bomb("gzip"), quality=1), "br"))
    web.hang("bomb in many", compressed(bomb("gzip"), ", ".join(["gzip"] * 200)))


@case
def members_without_end(web: HostileWeb) -> None:
    """Empty gzip members and zstd frames by the hundred thousand: nothing comes out, but each costs its time."""
    web.hang("gz members", compressed(gzip.compress(b"") * 300_000, "gzip"))
    web.hang("zstd frames", compressed(bytes(zstd.compress(b"")) * 600_000, "zstd"))


@case
def headers_without_end(web: HostileWeb) -> None:
    web.hang("head fields", endless(HEAD, b"X-More: " + b"y" * 900 + b"\r\n"))
    web.hang("head one line", endless(HEAD + b"X-Long: ", b"y" * 65536))
    web.hang("head continues", endless(HEAD, b"HTTP/1.1 100 Continue\r\n\r\n"))
    web.hang("head hints", endless(b"", b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"))
    web.hang("head folded", endless(HEAD + b"X: y\r\n", b" more of the same\r\n"))


@case
def bodies_without_end(web: HostileWeb) -> None:
    piece = b"<p>" + b"x" * 65000
    web.hang("body to close", endless(HEAD + b"\r\n", piece))
    web.hang("body in chunks", endless(CHUNKED, b"%x\r\n%b\r\n" % (len(piece), piece)))
    web.hang("body of small chunks", endless(CHUNKED, b"1\r\nx\r\n" * 5000))
    web.hang("body with a chunk line", endless(CHUNKED + b"1;", b"x" * 65536))
    web.hang("body with trailers", endless(CHUNKED + b"1\r\nx\r\n0\r\n", b"X: y\r\n" * 5000))
    web.hang("body said to be huge", endless(HEAD + b"Content-Length: 99999999999\r\n\r\n", piece))


@case
def slow_drips(web: HostileWeb) -> None:
    web.hang("drip body", endless(HEAD + b"Content-Length: 100000\r\n\r\n", b"x", pause_s=0.2))
    web.hang("drip head", endless(HEAD, b"X: y\r\n", pause_s=0.2))
    web.hang("silence", endless(b"", b"", pause_s=0.5))


# --- What costs a parser
@case
def attribute_bombs(web: HostileWeb) -> None:
    many = [f"a{number}" for number in range(150_000)]
    web.hang("attributes", response(page("标题", "<div " + " ".join(f"{name}=1" for name in many) + ">x</div>")))
    web.hang("attributes bare", response(page("标题", "<div " + " ".join(many) + ">x</div>")))
    web.hang("attributes slashed", response(page("标题", "<div/" + "/".join(many) + ">x</div>")))
    web.hang("attributes behind", response(page("标题", "<div t='>' " + " ".join(f"{n}=1" for n in many) + ">x</div>")))
    web.hang("attributes tight", response(page("标题", "<div " + "".join(f'{name}="x"' for name in many) + ">x</div>")))
    web.hang("attributes of body", response("".join(f"<body a{number}=1>" for number in range(50_000)) + "<p>x"))


NESTED = [
    "<div>",
    "<span>",
    "<b>",
    "<ul><li>",
    "<table><tr><td>",
    "<select><option>x",
    "<svg>",
    "<a-b>",
    "<p>",
    "<dl><dd>",
]


@case
def nested_tags(web: HostileWeb) -> None:
    for tag in NESTED:
        web.hang(f"nested {code(tag)}", response(page("标题", tag * 100_000)))


@case
def formatting_tags(web: HostileWeb) -> None:
    """Each open formatting element comes again in each new paragraph."""
    web.hang("bold", response(page("标题", "".join(f"<b id={n}>" for n in range(3000)) + "<p>x" * 3000)))
    web.hang("misnested", response(page("标题", "<b><p></b>" * 50_000)))
    web.hang("links open", response(page("标题", "".join(f"<a href=/{n}>x<p>" for n in range(60_000)))))


@case
def markup_without_end(web: HostileWeb) -> None:
    web.hang("tags alone", response(page("标题", "<i></i>" * 1_000_000)))
    web.hang("less than", response(page("标题", "<" * 4_000_000)))
    web.hang("comments", response(page("标题", "<!--" * 1_000_000)))
    web.hang("entities", response(page("标题", "&amp;&#0;&#xD800;" * 400_000)))
    web.hang("one line", response(page("标题", "新" * 2_000_000)))
    web.hang("breaks", response(page("标题", "<br>" * 1_000_000)))


@case
def text_for_patterns(web: HostileWeb) -> None:
    """Text that begins to look like something, again and again."""
    for number, piece in enumerate(
        ("2024-05-01 ", "来源：", "责任编辑：", "1", " ", "\u3000", "12:", "By John Smith ", "（")
    ):
        text = piece * (2_000_000 // len(piece.encode()))
        web.hang(f"pattern {number}", response(page("标题", f"{text}</p><p>2024-06-02 08:00 来源：某报</p><p>{text}x")))


@case
def links_without_end(web: HostileWeb) -> None:
    """100,000 links to pages that are not there, in an article's form and in a list's."""
    links = "".join(f'<a href="/lost/2024/06/{n}.html">不存在的第{n}条新闻标题</a>' for n in range(100_000))
    web.hang("links", response(page("标题", links)))
    web.fallbacks.append(lambda path: None)


TRAPS["links without end"] = "/lost/"


@case
def long_addresses(web: HostileWeb) -> None:
    links = "".join(f'<a href="/2024/06/{n}-{"x" * 3000}.html">很长的地址第{n}号</a>' for n in range(500))
    web.hang("long links", response(page("标题", links)))
    web.hang("long location", moved("/" + "y" * 100_000))


# --- HTTP that lies
@case
def lengths_that_lie(web: HostileWeb) -> None:
    whole = page("说谎的长度", "这一页的长度是假的。" * 40).encode()
    web.hang("length too long", HEAD + b"Content-Length: %d\r\n\r\n" % (len(whole) + 50) + whole)
    web.hang("length too short", HEAD + b"Content-Length: 300\r\n\r\n" + whole)
    web.hang("lengths differ", HEAD + b"Content-Length: 300\r\nContent-Length: 301\r\n\r\n" + whole)
    web.hang("chunks cut", CHUNKED + b"%x\r\n" % (len(whole) + 9) + whole)


@case
def cut_compression(web: HostileWeb) -> None:
    whole = page("截断的压缩", "".join(f"第{n}段被截断了。" for n in range(900))).encode()
    for coding, pack in (("gzip", gzip.compress), ("br", brotli.compress), ("zstd", zstd.compress)):
        web.hang(f"cut {coding}", compressed(bytes(pack(whole))[:-40], coding))


@case
def empty_pages(web: HostileWeb) -> None:
    web.hang("empty", response(""))
    web.hang("blank", response(" \r\n\0"))
    web.hang("empty gz", compressed(gzip.compress(b""), "gzip"))


@case
def binaries_named_html(web: HostileWeb) -> None:
    noise = random.Random(1).randbytes(60_000)
    for name, start in (("png", b"\x89PNG\r\n\x1a\n"), ("pdf", b"%PDF-1.7\n"), ("zip", b"PK\x03\x04"), ("noise", b"")):
        web.hang(f"binary {name}", response(start + noise))
    web.hang("binary gz", compressed(gzip.compress(b"\x7fELF" + noise), "gzip"))
    web.hang("binary behind markup", response(b"<html><body><p>" + noise))


@case
def no_http(web: HostileWeb) -> None:
    web.hang("garbage", b"\x16\x03\x01\x02\x00 this is no HTTP at all\r\n\r\n")
    web.hang("old http", b"<html><h1>HTTP 0.9</h1></html>")
    web.hang("status 999", b"HTTP/1.1 999 Denied\r\nContent-Length: 2\r\n\r\nno")
    web.hang("status 101", b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n")


@case
def cookies_without_end(web: HostileWeb) -> None:
    many = b"".join(b"Set-Cookie: c%d=%s; Path=/\r\n" % (n, b"v" * 60) for n in range(2500))
    body = page("曲奇", "很多曲奇。" * 40).encode()
    web.hang("cookies many", HEAD + many + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    web.hang("cookie huge", HEAD + b"Set-Cookie: big=" + b"v" * 200_000 + b"\r\nContent-Length: 0\r\n\r\n")
    web.hang("cookie for all", HEAD + b"Set-Cookie: all=1; Domain=.com\r\nSet-Cookie: x=1; Domain=127.0.0.9\r\n\r\n")


@case
def injected_headers(web: HostileWeb) -> None:
    web.hang("inject location", moved(b"/2024/0602/x.html%0d%0aX-Evil:%201\x0bX-Evil: 1"))
    web.hang("inject cookie", HEAD + b"Set-Cookie: a=b\x0bX-Evil: 1\r\nContent-Length: 0\r\n\r\n")
    links = "".join(
        f'<a href="/2024/06/{n}{c}HTTP/1.1{c}X-Evil: 1{c}.html">注入请求头的新闻{n}</a>'
        for n, c in enumerate(["&#13;&#10;", "&#10;", "%0d%0a", "\r\n"])
    )
    web.hang("inject link", response(page("标题", links)))


# --- Where they lead
@case
def redirects(web: HostileWeb) -> None:
    """In a circle, to itself, without end, to nowhere."""
    one, two = web.hang("circle one", b""), web.hang("circle two", b"")
    web.main.raw(one, moved(two))
    web.main.raw(two, moved(one))
    itself = web.hang("circle itself", b"")
    web.main.raw(itself, moved(itself, "301 Moved"))
    again = web.hang("refresh circle", b"")
    web.main.raw(again, refresh(again))

    async def chain(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(moved(f"{request.path.partition('?')[0]}?n={code(request.path)}"))

    web.hang("chain", chain)
    web.fallbacks.append(lambda path: None)
    for number, target in enumerate(
        ("", "http://", "http://[", "http://a:99999999/", "//", "javascript:alert(1)", "\\\\x")
    ):
        web.hang(f"nowhere {number}", moved(target))


REDIRECTED = ["301 Moved", "302 Found", "303 See", "307 Temporary", "308 Permanent"]


@case
def ways_to_private_addresses(web: HostileWeb) -> None:
    secret = web.shut.url("/secret.html")
    port = web.shut.port
    spellings = [secret, f"http://2130706433:{port}/secret.html", f"http://0x7f.1:{port}/secret.html"]
    spellings += [f"http://127.1:{port}/secret.html", f"http://[::ffff:127.0.0.1]:{port}/secret.html"]
    spellings += [f"http://localhost:{port}/secret.html", f"http://127.0.0.1.:{port}/secret.html"]
    spellings += [
        f"http://0:{port}/secret.html",
        f"http://u:p@127.0.0.1:{port}/secret.html",
        f"//127.0.0.1:{port}/secret.html",
    ]
    spellings += [
        f"http://127。0。0。1:{port}/secret.html",
        web.foreign.url("/secret.html"),
        f"http:\\\\127.0.0.1:{port}\\secret.html",
    ]
    spellings += ["http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "http://[::1]/", "ftp://127.0.0.1/x"]
    spellings += ["file:///etc/passwd", "data:text/html,<h1>x</h1>", "gopher://127.0.0.1/", "s3://bucket/key"]
    for number, status in enumerate(REDIRECTED):
        web.hang(f"to secret {number}", moved(secret, status))
    for number, spelling in enumerate(spellings):
        web.hang(f"spelt {number}", moved(spelling))
        web.hang(f"refreshed {number}", refresh(spelling))
    links = "".join(f'<li><a href="{spelling}">一条通向内网的新闻</a> 2024-06-02</li>' for spelling in spellings)
    web.hang("secret links", response(page("标题", f"<ul>{links}</ul>", is_list=True)))
    base = (
        f'<head><base href="{web.shut.url("/")}"></head><ul><li><a href="secret.html">一条相对地址的新闻</a></li></ul>'
    )
    web.hang("secret base", response(base))


@case
def forbidden_paths(web: HostileWeb) -> None:
    """Forbidden by robots.txt, as links, behind redirects, and as start pages that all wait at once."""
    web.rules += ["Disallow: /private/", "Disallow: /*/forbidden-*.html$"]
    web.fallbacks.append(
        lambda path: page("禁止", "不许看。" * 50) if path.startswith(("/private/", "/2024/06/forb")) else None
    )
    web.forbidden += [f"/private/2024/06/{number}.html" for number in range(10)]
    web.forbidden += ["/2024/06/forbidden-1.html", "/%70rivate/2024/07/1.html"]
    web.hang("to forbidden", moved("/private/2024/06/77.html"))
    web.hang("refreshed to forbidden", refresh("/private/2024/06/78.html"))
    closed = web.host(4)
    closed.page("/robots.txt", "User-agent: *\nDisallow: /\nAllow: /open", content_type="text/plain")
    closed.fallback = _secret
    web.starts += [closed.url(f"/2024/06/{number}.html") for number in range(12)]


async def _secret(_: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(response(page("禁止", "不许看的新闻。" * 50)))


@case
def robots_out_of_order(web: HostileWeb) -> None:
    """One host whose robots.txt answers 500, one whose robots.txt never comes."""
    failing = web.host(2)
    failing.page("/robots.txt", "", status="500 Oops")
    failing.fallback = _secret
    hanging = web.host(5)
    hanging.handle("/robots.txt", endless(b"", b"", pause_s=0.5))
    hanging.fallback = _secret
    web.starts += [failing.url("/2024/06/1.html"), hanging.url("/2024/06/1.html")]


@case
def hosts_that_ask_for_time(web: HostileWeb) -> None:
    """429 with Retry-After: 2 s, which are waited; and a day, which is not."""
    slow = web.host(3)
    slow.page("/robots.txt", "", content_type="text/plain")

    async def later(request: Request, writer: asyncio.StreamWriter) -> None:
        is_first = slow.paths().count(request.path) == 1
        busy = response("", status="429 Too Many Requests", headers={"Retry-After": "2"})
        writer.write(busy if is_first else response(page("耐心", "等到了。" * 30)))

    slow.fallback = later
    tomorrow = web.host(6)
    tomorrow.page("/robots.txt", "", content_type="text/plain")

    async def never(_: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(response("", status="503 Closed", headers={"Retry-After": "86400"}))

    tomorrow.fallback = never
    web.starts += [slow.url("/2024/06/1.html"), *(tomorrow.url(f"/2024/06/{number}.html") for number in range(6))]


# --- Pages that are no articles
@case
def soft_404_pages(web: HostileWeb) -> None:
    for number, text in enumerate(
        ("您访问的页面不存在", "404 Not Found", "该文章已被删除", "Page not found", "抱歉，您要找的内容已下线")
    ):
        web.hang(f"soft {number}", response(page(text, "请返回首页，或者稍后再试。5秒后自动跳转。")))


@case
def block_pages(web: HostileWeb) -> None:
    for number, text in enumerate(
        ("访问过于频繁，请输入验证码", "Access Denied", "Just a moment...", "安全验证", "请先登录")
    ):
        web.hang(f"block {number}", response(page(text, "您的请求已被记录，请完成验证后继续访问。")))


@case
def markup_in_the_text(web: HostileWeb) -> None:
    """Articles whose texts hold markup as text, controls and scripts; what is left of them must be clean."""
    nasty = "&lt;script&gt;alert(1)&lt;/script&gt;&lt;b onclick=x&gt;粗&lt;/b&gt;&#0;&#7;&#x85;&#x2028;&#xD800;\x1b[31m"
    story = sample_site().articles[ARTICLES + 2]
    text = "".join(
        f"<p>{nasty if number == 1 else ''}{escape(part)}</p>" for number, part in enumerate(story.paragraphs)
    )
    web.hang(
        "markup",
        response(
            f"<html><head><title>{nasty}{escape(story.title)}</title></head><body><h1>{nasty}{escape(story.title)}</h1>"
            f"<p>类别：{nasty} 发布时间：2024-06-02 08:00:00 来源：某报{nasty}</p><div class=text>{text}</div>"
            f"<p>作者：{nasty}王小明</p><p>快照生成时间：2024-06-02 09:00:00</p><p>信息原文地址：</p></body></html>"
        ),
    )


@case
def stolen_identity(web: HostileWeb) -> None:
    """Pages that call themselves by the address of a good article."""
    for number, good in enumerate(web.articles[:5]):
        head = f'<link rel="canonical" href="{good.path}"><meta property="og:url" content="{good.path}">'
        other = web.articles[number + 5].story
        fake = replace(other, paragraphs=tuple(f"盗用{number}：{part[::-1]}" for part in other.paragraphs))
        body = "".join(f"<p>{escape(part)}</p>" for part in fake.paragraphs)
        web.hang(
            f"stolen {number}",
            response(
                f"<html><head>{head}<title>盗用身份{number}</title></head><body><h1>盗用身份的第{number}页</h1>{body}"
            ),
        )


@case
def parts_without_end(web: HostileWeb) -> None:
    """An article whose next page is always one further."""

    def part(path: str) -> str | None:
        if not path.startswith("/long/2024/06/c555"):
            return None
        number = int("0" + "".join(filter(str.isdigit, path.partition("_")[2])))
        return page(
            "没有结尾的文章",
            f"第{number}页的内容{word(number)}。" * 30 + f'<a href="/long/2024/06/c55555_{number + 1}.html">下一页</a>',
        )

    web.fallbacks.append(part)
    web.entries.append("/long/2024/06/c55555_1.html")


TRAPS["parts without end"] = "/long/"


# --- Traps
def links(urls: Iterable[str]) -> str:
    return "".join(f'<a href="{url}">更多内容</a>\n' for url in urls)


@trap("/calendar/")
def calendar(web: HostileWeb) -> None:
    def month(path: str) -> str | None:
        if not path.startswith("/calendar/"):
            return None
        year, number = (int(part) for part in path.split("/")[2:4])
        count = year * 12 + number - 1
        near = [divmod(count + step, 12) for step in (-1, 1)]
        return page("日历", links(f"/calendar/{y}/{m + 1:02}/" for y, m in near), is_list=True)

    web.fallbacks.append(month)
    web.entries.append("/calendar/2031/05/")


@trap("/s/")
def session_ids(web: HostileWeb) -> None:
    def visit(path: str) -> str | None:
        if not path.startswith("/s/"):
            return None
        fresh = [f"/s/news/?sid={code(f'{path}{step}'):08x}" for step in range(8)]
        return page("频道", links(fresh), is_list=True)

    web.fallbacks.append(visit)
    web.entries.append("/s/news/?sid=1a2b3c4d")


@trap("/deep/")
def deep_paths(web: HostileWeb) -> None:
    web.fallbacks.append(
        lambda path: page("更深", links(["news/", "more/"]), is_list=True) if path.startswith("/deep/") else None
    )
    web.entries.append("/deep/news/")


@trap("/shop/")
def facets(web: HostileWeb) -> None:
    def shelf(path: str) -> str | None:
        if not path.startswith("/shop/"):
            return None
        chosen = dict(pair.split("=") for pair in path.partition("?")[2].split("&") if "=" in pair)
        further = [{**chosen, name: value} for name in ("sort", "size", "color", "brand", "view") for value in "abc"]
        return page(
            "筛选",
            links("/shop/?" + "&".join(f"{n}={v}" for n, v in sorted(each.items())) for each in further),
            is_list=True,
        )

    web.fallbacks.append(shelf)
    web.entries.append("/shop/?sort=a")


@trap("/archive/")
def endless_paging(web: HostileWeb) -> None:
    def leaf(path: str) -> str | None:
        if not path.startswith("/archive/"):
            return None
        number = int("0" + "".join(filter(str.isdigit, path)))
        rows = "".join(f'<li><a href="{good.path}">{escape(good.story.title)}</a></li>' for good in web.articles[:6])
        return page("往期", f'<ul>{rows}</ul><a href="/archive/page/{number + 1}/">下一页</a>', is_list=True)

    web.fallbacks.append(leaf)
    web.entries.append("/archive/page/1/")


@trap("/p/")
def new_parameters(web: HostileWeb) -> None:
    def another(path: str) -> str | None:
        if not path.startswith("/p/"):
            return None
        return page("参数", links(f"/p/?{word(code(f'{path}{step}'))}={step}" for step in range(6)), is_list=True)

    web.fallbacks.append(another)
    web.entries.append("/p/?bakedi=1")


@trap("/detail/")
def counter_of_copies(web: HostileWeb) -> None:
    """The same article under ever new numbers, each leading to more."""
    story = sample_site().articles[ARTICLES + 1]

    def copy(path: str) -> str | None:
        if not path.startswith("/detail/"):
            return None
        fresh = links(f"/detail/{code(f'{path}{step}') + 100000}.html" for step in range(5))
        return web.article(Good(path, story), extra=fresh)

    web.fallbacks.append(copy)
    web.entries.append("/detail/123456.html")


@trap("/gone/")
def dead_links(web: HostileWeb) -> None:
    web.on_articles.append(lambda number: f"/gone/2024/06/{number}9999.html")


@trap("/farm/")
def soft_404_farm(web: HostileWeb) -> None:
    """Not-found pages served with 200 that link to others."""

    def lost(path: str) -> str | None:
        if not path.startswith("/farm/"):
            return None
        return page(
            "页面不存在", "您访问的页面不存在。" + links(f"/farm/2024/06/{code(f'{path}{n}')}.html" for n in range(8))
        )

    web.fallbacks.append(lost)
    web.entries += [f"/farm/2024/06/{n}1111.html" for n in range(3)]
