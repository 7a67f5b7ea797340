"""The invented pages: each file below pages/ is what is true of a page (TOML between two lines +++) and its markup.

Marks in the markup are made whole here: `[[title]]`; `[[p]]`, `[[p 1-2]]`, `[[p.note 3]]` paragraphs in tags;
`[[br]]`, `[[t 2]]` their bare text; `[[nav]]`, `[[links 5]]`, `[[dated 4]]`, `[[teasers 6]]` the furniture of every
site, in the page's language. A body names paragraphs of texts.toml by number, or is text itself.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "pages"
TEXTS: dict[str, dict[str, list[str]]] = tomllib.loads((FOLDER.parent / "texts.toml").read_text(encoding="utf-8"))
ROUNDS = {"first": ("mainland", "greater", "east", "west", "tongues"), "second": ("second",), "third": ("third",)}
MARK = re.compile(r"\[\[(?P<kind>\w+)(?:\.(?P<name>[\w-]+))?(?: (?P<first>\d+)(?:-(?P<last>\d+))?)?\]\]")


@dataclass(frozen=True)
class Unseen:
    """A page and its truth; None or an empty tuple where the page does not say, and nobody judges it."""

    name: str
    language: str
    url: str
    markup: str
    title: str
    published_at: str | None
    source: str | None
    authors: tuple[str, ...]
    body: tuple[str, ...]


def pages_of(parts: Iterable[str]) -> list[Unseen]:
    """The pages of these folders, in the order of their names."""
    return [load(path) for part in parts for path in sorted((FOLDER / part).glob("*.html"))]


def load(path: Path) -> Unseen:
    """The page in a file."""
    _, head, markup = path.read_text(encoding="utf-8").split("+++\n", 2)
    told = tomllib.loads(head)
    texts = told["texts"]
    body = tuple(part if isinstance(part, str) else TEXTS["paragraphs"][texts][part] for part in told["body"])
    return Unseen(
        told["name"],
        told.get("language") or {"hans": "zh", "hant": "zh"}.get(texts, texts),
        told["url"],
        MARK.sub(lambda mark: _made(mark, texts, told["title"], body), markup),
        told["title"],
        told.get("published_at"),
        told.get("source"),
        tuple(told.get("authors", ())),
        body,
    )


def bylines_of(name: str) -> list[Unseen]:
    """The pages of a round in bylines/: only what stands around the text differs, and the authors are the question."""
    told = tomllib.loads((FOLDER.parent / "bylines" / f"{name}.toml").read_text(encoding="utf-8"))
    return [_with_frame(page, f"{name}-{number:02}") for number, page in enumerate(told["pages"], 1)]


def _with_frame(told: dict[str, Any], number: str) -> Unseen:
    """A page of a byline: the furniture that every site has around the markup that is given."""
    texts, title = told["texts"], told["title"]
    language = {"hans": "zh", "hant": "zh"}.get(texts, texts)
    body = [part if isinstance(part, str) else TEXTS["paragraphs"][texts][part] for part in told["body"]]
    body[0], body[-1] = told.get("lead", "") + body[0], body[-1] + told.get("end", "")
    markup = (
        f"<html lang={language}><head><title>[[title]]</title></head><body><ul>[[nav]]</ul>"
        f"{told.get('before', '')}{told['markup']}<ul>[[links 5]]</ul><div>© 2026 Example</div></body></html>"
    )
    return Unseen(
        told["name"],
        language,
        f"https://www.{number}.example/2026/0314/{number}.html",
        MARK.sub(lambda mark: _made(mark, texts, title, tuple(body)), markup),
        title,
        None,
        None,
        tuple(told["authors"]),
        tuple(body),
    )


def _made(mark: re.Match[str], texts: str, title: str, body: tuple[str, ...]) -> str:
    """The markup that a mark stands for."""
    kind, first = mark["kind"], int(mark["first"] or 0)
    if kind == "title":
        return escape(title, quote=False)
    if kind == "nav":
        return "".join(f'<li><a href="/{n}/">{word}</a></li>' for n, word in enumerate(TEXTS["sections"][texts]))
    if kind in ("links", "dated"):
        return "".join(_row(texts, n, is_dated=kind == "dated") for n in range(first or 5))
    if kind == "teasers":
        return "".join(_teaser(texts, n) for n in range(first or 6))
    last = int(mark["last"] or first or len(body))
    chosen = [escape(text, quote=False) for text in body[max(0, first - 1) : last]]
    if kind == "br":
        return "<br><br>\n".join(chosen)
    if kind == "t":
        return "\n".join(chosen)
    attribute = f' class="{mark["name"]}"' if mark["name"] else ""
    return "\n".join(f"<{kind}{attribute}>{text}</{kind}>" for text in chosen)


def _row(texts: str, n: int, *, is_dated: bool) -> str:
    """A row of a list of other articles."""
    headlines = TEXTS["headlines"][texts]
    date = f"<span>2026-03-{13 - n % 12:02}</span>" if is_dated else ""
    return f'<li><a href="/2026/03/{n}77{n}.html">{headlines[n % len(headlines)]}</a>{date}</li>'


def _teaser(texts: str, n: int) -> str:
    """A row of a list with its summary and time."""
    headlines, paragraphs = TEXTS["headlines"][texts], TEXTS["paragraphs"][texts]
    link = f'<a href="/2026/03/{n}88{n}.html">{headlines[n % len(headlines)]}</a>'
    text = paragraphs[n % len(paragraphs)][:110]
    return f"<div class=it><h3>{link}</h3><p>{text}…</p><span>2026-03-1{n % 4} 08:2{n % 10}</span></div>"


def others() -> dict[str, tuple[str, str]]:
    """The pages of other kinds than articles: what each is, its address and its markup."""
    found = {}
    for path in sorted((FOLDER / "none").glob("*.html")):
        _, head, markup = path.read_text(encoding="utf-8").split("+++\n", 2)
        told = tomllib.loads(head)
        found[told["name"]] = (
            told["url"],
            MARK.sub(lambda mark, texts=told["texts"]: _made(mark, texts, "", ()), markup),
        )
    return found
