"""Small news sites for tests of whole crawls: a list, articles, and what is built anew at each view."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path
from typing import Any

from tests import process
from tests.server import Server

PROJECT = Path(__file__).resolve().parents[2]
LONGEST_S = 300


def article_page(title: str, body: str, *, view: int = 0) -> str:
    """An article in the dress of its site; view changes all that is not the article's own."""
    paragraphs = "".join(f"<p>{part}</p>" for part in body.split("\n") if part.strip())
    related = "".join(f'<li><a href="/2024/0602/c9{view}{n}.html">相关报道第{view}{n}条</a></li>' for n in range(3))
    return (
        f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>"
        f'<p class="info">2024-06-02 08:00 来源：云溪日报</p>{paragraphs}</article>'
        f'<div class="count">阅读 {view * 17}</div><div class="ad">广告{view}</div>'
        f'<aside class="related"><h3>相关报道</h3><ul>{related if view else ""}</ul></aside></body></html>'
    )


def serve(server: Server, stories: dict[str, tuple[str, str]], *, view: int = 0) -> None:
    """Put a list of stories, name -> (title, body), and their pages on a server."""
    rows = "".join(
        f'<li><a href="/2024/0602/{name}.html">{title}</a> 2024-06-02</li>' for name, (title, _) in stories.items()
    )
    server.page("/robots.txt", "", content_type="text/plain")
    server.page("/", f"<html><body><h2>新闻</h2><ul>{rows}</ul></body></html>")
    for name, (title, body) in stories.items():
        server.page(f"/2024/0602/{name}.html", article_page(title, body, view=view))


def invented_story(number: int) -> tuple[str, str]:
    """The title and body of one of many stories that have nothing in common."""
    chance = random.Random(number)

    def words(count: int) -> str:
        return "".join(chance.choices([chr(0x4E00 + code) for code in range(900)], k=count))

    return words(14), "\n".join("，".join((words(12), words(15), words(11))) + "。" for _ in range(6))


def command(server: Server, data: Path, *arguments: str) -> list[str]:
    """The command that crawls a server's site, or runs a spider's file, with all state below data."""
    settings = (f"DATA_DIR={data}", f"PRIVATE_NETWORKS_ALLOWED={server.host}:{server.port}", "DOWNLOAD_DELAY=0")
    start = ["-a", f"start={server.url('/')}"]
    return [sys.executable, "-m", "scrapy", *arguments, *start, *(part for one in settings for part in ("-s", one))]


def crawl(server: Server, data: Path, *arguments: str) -> None:
    """Run `scrapy crawl news` to its end; arguments: further ones."""
    run(command(server, data, "crawl", "news", *arguments))


def run(arguments: list[str]) -> None:
    """Run a command in the project to its end, which must be good."""
    done = process.run(arguments)
    assert done.returncode == 0, done.stderr[-3000:]


def records(path: Path) -> list[dict[str, Any]]:
    """The records of a JSON Lines file; none when it is not there."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def duplicates(data: Path) -> list[dict[str, Any]]:
    """The records of all duplicates files below a DATA_DIR."""
    return [record for path in sorted((data / "duplicates").rglob("*.jsonl")) for record in records(path)]
