"""A snapshot site that a test can change while it is crawled: invented articles, lists in pages, ETags, faults.

with NewsSite(articles=240) as site:
    run(site, ...)                  # tests/crash/run.py
    site.insert("city", place=3)    # one more article, somewhere in a list
    site.asked                      # paths, in the order they were asked for
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import escape

from snapshot_crawler.demo.grammar import Dice, Grammar
from tests.server import Request, Server, response

GRAMMAR = Grammar()
SLUGS = ("city", "school", "sport", "nature")
ROWS_PER_PAGE = 15
OPENS = datetime(2023, 5, 8, 6, 30, 12)  # noqa: DTZ001  # as pages write it, without a zone


@dataclass
class Story:
    """One article. related: paths that its page leads to beside its list."""

    name: str
    slug: str
    title: str
    paragraphs: list[str]
    at: datetime
    related: list[str] = field(default_factory=list)
    edition: int = 0  # raised by an editor: the page's text and ETag change

    @property
    def path(self) -> str:
        return f"/detail/{self.name}.html"


def story(slug: str, seed: str, at: datetime) -> Story:
    """An article; the same for the same seed. The seed stands in its text, so that no two are alike."""
    dice = Dice(seed)
    name = hashlib.sha1(seed.encode(), usedforsecurity=False).hexdigest()
    title = f"{GRAMMAR.title(slug, dice)}（{seed}）"
    return Story(name, slug, title, GRAMMAR.paragraphs(slug, dice), at)


class NewsSite(Server):
    """Serves from the start of the `with` block to its end; `hidden` articles are linked from related rows only."""

    def __init__(
        self,
        *,
        articles: int = 240,
        hidden_every: int = 10,
        latency_s: float = 0.0,
        host: str = "127.0.0.1",
        town: str = "",
    ) -> None:
        """town: makes the articles others than those of another site."""
        super().__init__(host=host, max_requests=200_000)
        self.latency_s = latency_s
        self.lists: dict[str, list[Story]] = {slug: [] for slug in SLUGS}
        self.stories: dict[str, Story] = {}
        self.fail_once: set[str] = set()  # paths that answer 503 once
        self.broken: set[str] = set()  # paths that answer 404
        self.hang: set[str] = set()  # paths that never answer
        self.moved: dict[str, str] = {}  # path -> where it redirects to
        self.moved_once: dict[str, str] = {}  # the same for one request each
        self.extra_rows: list[str] = []  # paths that the home page leads to
        self.cached = 0  # 304 answers given
        self.fallback = self._answer
        for number in range(articles):
            slug = SLUGS[number % len(SLUGS)]
            made = story(slug, f"{slug}-{town}{number}", OPENS + timedelta(hours=number))
            is_hidden = hidden_every and number % hidden_every == hidden_every - 1
            self.add(made, place=None if is_hidden else 0)

    # --- What stands on it
    def add(self, made: Story, place: int | None) -> Story:
        """Put an article at a place of its list; None: only the list's first article leads to it."""
        self.stories[made.path] = made
        listed = self.lists[made.slug]
        if place is None:
            listed[0].related.append(made.path)
        else:
            listed.insert(place, made)
        return made

    def insert(self, slug: str, *, place: int | None, seed: str) -> Story:
        """A new article."""
        return self.add(story(slug, seed, OPENS + timedelta(days=400)), place)

    @property
    def names(self) -> set[str]:
        """The ids of all articles."""
        return {made.name for made in self.stories.values()}

    @property
    def asked(self) -> list[str]:
        """Pages asked for, in order; robots.txt is none."""
        return [path for path in self.paths() if path != "/robots.txt"]

    # --- How it answers
    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> None:
        path = request.path
        if path in self.hang:
            await asyncio.sleep(3600)
        if self.latency_s:
            await asyncio.sleep(self.latency_s)
        writer.write(self._bytes(path, request.headers.get("if-none-match")))
        await writer.drain()

    def _bytes(self, path: str, known_etag: str | None) -> bytes:
        if path in self.fail_once:
            self.fail_once.discard(path)
            return response("busy", status="503 Service Unavailable")
        if target := self.moved_once.pop(path, None) or self.moved.get(path):
            return response("", status="302 Found", headers={"Location": target})
        body = self._body(path)
        if body is None or path in self.broken:
            return response("not found", status="404 Not Found")
        etag = f'"{hashlib.sha1(body.encode(), usedforsecurity=False).hexdigest()[:16]}"'
        if etag == known_etag:
            self.cached += 1
            return response(b"", status="304 Not Modified", headers={"ETag": etag})
        return response(body, headers={"ETag": etag})

    def _body(self, path: str) -> str | None:
        if path == "/":
            links = "".join(f'<li><a href="/list/{slug}/">{slug}频道</a></li>' for slug in SLUGS)
            links += "".join(
                f'<li><a href="{path}">这是一条移到别处的新闻的标题</a> 2023-05-08</li>' for path in self.extra_rows
            )
            return f"<html><body><h1>样例快照网</h1><ul>{links}</ul></body></html>"
        if path.startswith("/list/"):
            _, _, slug, name = path.split("/", 3)
            number = int(name.removesuffix(".html") or 1) if name.removesuffix(".html").isdigit() or not name else 0
            return self._list(slug, number) if slug in self.lists and number else None
        return self._article(self.stories[path]) if path in self.stories else None

    def _list(self, slug: str, number: int) -> str | None:
        listed = self.lists[slug]
        rows = listed[(number - 1) * ROWS_PER_PAGE : number * ROWS_PER_PAGE]
        if not rows:
            return None
        has_next = number * ROWS_PER_PAGE < len(listed)
        pager = f'<div><a href="/list/{slug}/{number + 1}.html">下一页</a></div>' if has_next else ""
        return f"<html><body><h2>{slug}频道</h2><ul>{''.join(map(_row, rows))}</ul>{pager}</body></html>"

    def _article(self, made: Story) -> str:
        text = "".join(f"<p>{escape(part)}</p>" for part in [*made.paragraphs, *["编辑更正一处。"] * made.edition])
        related = "".join(_row(self.stories[path]) for path in made.related)
        return f"""<html><head><title>样例快照网</title></head><body>
<ul><li><a href="/">我的订阅</a></li><li><a href="/list/{made.slug}/">{made.slug}</a></li></ul>
<h2>{escape(made.title)}</h2>
<div><span>类别：{made.slug}</span> <span>发布时间：{made.at:%Y-%m-%d %H:%M:%S}</span> <span>来源：样例晚报</span></div>
<div>{text}</div>
<p>快照生成时间：{made.at:%Y-%m-%d %H:%M:%S}</p><p>信息原文地址：</p>
<ul>{related}</ul></body></html>"""


def _row(made: Story) -> str:
    return (
        f'<li><h4><a href="{made.path}">{escape(made.title)}</a></h4><p>{escape(made.paragraphs[0][:60])}</p>'
        f"<span>{made.at:%Y-%m-%d %H:%M:%S}</span></li>"
    )
