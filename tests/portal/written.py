"""A portal of the sample site's stories, for the tests in a real browser: its DATA_DIR, its main pages."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from snapshot_crawler.demo.stories import SampleSite, Story
from tests.library.outputs import follow, own, record
from tests.portal.browsing import serving
from tests.portal.kept_pages import Kept, keep

KEPT_HTML = '<html lang="zh"><body><h1>{title}</h1><ul><li><a href="/">首页</a></li></ul><p>{body}</p></body></html>'


class Written:
    """A portal of the sample site's stories: its address, its DATA_DIR, its stories, the newest first."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.address = ""
        found = sorted(SampleSite().articles, key=lambda story: story.published)[-90:]
        self.stories = found[::-1]
        kept = keep(root, [Kept(KEPT_HTML.format(title=s.title, body=s.body).encode()) for s in found])
        records = [self.record(story, archived=where) for story, where in zip(found, kept, strict=True)]
        own(root, records)
        first = self.stories[0]
        changed = first.body.replace("，", "，据了解，", 1) + "\n\n本报将继续关注。"
        second = {"version": 2, "content_hash": "2" * 40, "body": changed, "archived": kept[-1]}
        later = (first.published + timedelta(hours=3)).isoformat()
        other = {"id": "a" * 40, "source": "汀兰在线", "url": "https://other.example/1", "published_at": later}
        own(root, [self.record(first, **second)], "run2")
        own(root, [self.record(first, **other)], "run3")
        gone = self.record(found[0], id="b" * 40, story="b" * 40, title="将要删除", body="只在此处出现的字样。")
        own(root, [gone], "run4")
        follow(root)

    @staticmethod
    def record(written: Story, /, **fields: Any) -> dict[str, Any]:
        """A story as published."""
        return record(1, **{
            "id": written.name, "title": written.title, "body": written.body, "category": written.category,
            "published_at": written.published.isoformat(), "source": written.source, "story": written.name,
            "snapshot_at": written.snapshot.isoformat(), "original_url": written.original_url, "language": "zh",
            "url": f"https://sample.example{written.path}",
            "content_hash": hashlib.sha1(written.body.encode()).hexdigest(),
            **fields,
        })  # fmt: skip

    @property
    def pages(self) -> dict[str, str]:
        """The main pages, by what they are called."""
        first = self.stories[0]
        return {
            "front": "/",
            "category": f"/category/{first.category}",
            "source": f"/source/{first.source}",
            "days": "/day",
            "day": f"/day/{first.published:%Y-%m-%d}",
            "detail": f"/detail/{first.name}.html",
            "version": f"/detail/{first.name}/{'2' * 40}",
            "story": f"/story/{first.name}",
            "archived": f"/archived/{first.name}",
            "search": f"/search?q={first.title[2:4]}",
            "nothing-found": "/search?q=zzz",
            "about": "/about",
            "my": "/my",
            "404": "/nothing",
        }


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Written]:
    """Only to be read; but the article b... is there to be taken down."""
    written = Written(tmp_path_factory.mktemp("portal"))
    with serving(written.root, PORTAL_REQUESTS_PER_MINUTE=0) as written.address:
        yield written


@contextmanager
def opened(browser: Any, portal: Written, **options: Any) -> Iterator[Any]:
    """A page of a browser that has nothing in store."""
    context = browser.new_context(base_url=portal.address, **options)
    context.set_default_timeout(60_000)  # ms; the usual half minute is short where others work on the machine
    yield context.new_page()
    context.close()
