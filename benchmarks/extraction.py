"""The generic reader beside other libraries on pages with known values: scores of every field, CPU for each page.

    python benchmarks/extraction.py [--data FOLDER] [--only NAME ...] [--worst N]
    python benchmarks/extraction.py --folds       the judges' weights learned on sites that had no say
    python benchmarks/extraction.py --ablate      each word of the tables taken out: which sites it helps and hurts
    python benchmarks/extraction.py --mutations   each page in twenty-one disguises
    python benchmarks/extraction.py --first       each page as the first of a process, which compiles the patterns
    python benchmarks/extraction.py --invented    the pages of tests/pages/unseen, in the manner of many systems

All run in this process on the same decoded text, one page after the other; ms is process time. Peers that are not
installed (extra `bench`) are named and left out. Without the measuring data beside the repository it says so and
ends. The scores are computed by the scorer that lies with the data.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import logging
import multiprocessing
import re
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from snapshot_crawler.pages.article.reader import read_article  # noqa: E402 - the path must be set first
from snapshot_crawler.pages.article.title import bare  # noqa: E402
from snapshot_crawler.pages.dates.times import find_times  # noqa: E402
from snapshot_crawler.pages.page import Page  # noqa: E402

SHARED = ROOT.parent / "shared"
MODES = {
    "folds": "the judges' weights learned on sites that had no say, beside the shipped ones",
    "ablate": "each word of the text's tables taken out: how many sites it helps and hurts",
    "mutations": "each page in twenty-one disguises; exit code 1 where a field falls by more than a point",
}
LONGEST_LINE = 160  # characters of a line that may state the time of publishing
AROUND = 8  # lines above a headline and behind a text that belong to the article
LEAST_LINE = 20  # letters of a line of the text that is looked for
MOST_OF_FIRST = 100  # milliseconds of the first page of a process, the target
MOST_FALLEN = 1.0  # points that a disguise may cost a field
Record = dict[str, Any]
NOW = datetime.now(UTC)


def ours(body: bytes, text: str, gold: Record) -> Record:
    """This project's reader, bytes and decoding included."""
    reading = read_article(Page.from_bytes(body, url=gold.get("url") or "", fetched_at=NOW))
    article = reading.article if reading else None
    if article is None:
        return {}
    fields = ("title", "body", "published_at", "source", "authors")
    return {name: getattr(article, name) for name in fields}


def trafilatura(body: bytes, text: str, gold: Record) -> Record:
    """trafilatura with its default settings, comments off."""
    import trafilatura as peer

    found = peer.bare_extraction(text, url=gold.get("url"), with_metadata=True, include_comments=False)
    if found is None:
        return {}
    return {"title": found.title, "body": found.text, "published_at": found.date, "author": found.author}


def readability(body: bytes, text: str, gold: Record) -> Record:
    """readability-lxml: headline and body only."""
    import lxml.html
    import readability as peer

    document = peer.Document(text)
    return {"title": document.short_title(), "body": lxml.html.fromstring(document.summary()).text_content()}


def gne(body: bytes, text: str, gold: Record) -> Record:
    """GeneralNewsExtractor with its default settings."""
    import gne as peer

    found = peer.GeneralNewsExtractor().extract(text)
    return {
        "title": found["title"], "body": found["content"], "published_at": found["publish_time"],
        "author": found["author"],
    }  # fmt: skip


def newspaper(body: bytes, text: str, gold: Record) -> Record:
    """newspaper4k, told the language as its users must."""
    import newspaper as peer

    language = "zh" if gold["lang"] == "zh" else "en"
    address = gold.get("url") or "https://page.example/"
    article = peer.Article(address, language=language, fetch_images=False)  # it would ask the network
    article.download(input_html=text)
    article.parse()
    day = article.publish_date.isoformat() if article.publish_date else None
    return {"title": article.title, "body": article.text, "published_at": day, "author": article.authors}


READERS: dict[str, tuple[str, Callable[[bytes, str, Record], Record]]] = {
    "snapshot_crawler": ("snapshot_crawler", ours),
    "trafilatura": ("trafilatura", trafilatura),
    "readability-lxml": ("readability", readability),
    "gne": ("gne", gne),
    "newspaper4k": ("newspaper", newspaper),
}


def load_scorer(path: Path) -> ModuleType:
    """The scorer that lies with the data."""
    spec = importlib.util.spec_from_file_location("score_extraction", path)
    assert spec is not None and spec.loader is not None
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    return scorer


def measure(name: str, pages: list[tuple[Record, bytes, str]]) -> dict[str, Record]:
    """Every page's record by one reader; an exception is the record's error."""
    reader, answers = READERS[name][1], {}
    for gold, body, text in pages:
        started = time.process_time()
        try:
            answer = reader(body, text, gold)
        except Exception as error:  # a peer's fault is a result
            answer = {"error": f"{type(error).__name__}: {error}"}
        answer["ms"] = (time.process_time() - started) * 1000
        answers[gold["id"]] = answer
    return answers


def first_page(page: tuple[Record, bytes, str]) -> float:
    """Milliseconds of our reader for a page, in a process that has read none."""
    started = time.process_time()
    ours(page[1], page[2], page[0])
    return (time.process_time() - started) * 1000


def show_first(pages: list[tuple[Record, bytes, str]]) -> None:
    """What each page costs as the first of a process: a child of this one, which has imported the reader alone."""
    with multiprocessing.get_context("fork").Pool(1, maxtasksperchild=1) as children:
        costs = list(zip(pages, children.imap(first_page, pages, chunksize=1), strict=True))
    for group, is_chinese in (("Chinese", True), ("other", False)):
        taken = sorted(ms for (gold, _, _), ms in costs if (gold["lang"] == "zh") == is_chinese)
        median, above = statistics.median(taken), sum(ms > MOST_OF_FIRST for ms in taken)
        print(f"{group:8} {len(taken):4} pages: median {median:.1f} ms, most {taken[-1]:.1f}, {above} above the target")


def row(name: str, score: Record, times: list[float]) -> str:
    """One line of the table; - where the reader has no such field or no page has the value."""

    def share(value: float | None) -> str:
        return "    -" if value is None else f"{100 * value:5.1f}"

    values = [
        score["body"]["f1"], score["body"]["ge90"], score["body"]["empty"], score["title"]["exact"],
        score["title"]["norm"], score["date"]["day"], score["minute"]["minute"], score["source"]["exact"],
        score["author"]["exact"],
    ]  # fmt: skip
    return f"{name:18} " + " ".join(map(share, values)) + f" {score['errors']:4} {statistics.median(times):8.1f}"


def all_pages(folders: list[Path], scorer: ModuleType) -> list[tuple[Record, bytes, str]]:
    """Every page of the folders: its known values, its bytes, its text."""
    found = []
    for data in folders:
        for gold in scorer.load_gold(data):
            body = gzip.decompress((data / gold["file"]).read_bytes())
            codec = {"iso-8859-1": "cp1252"}.get(gold["bytes_encoding"], gold["bytes_encoding"])
            found.append((gold, body, body.decode(codec, "replace")))
    return found


def invented_pages() -> list[tuple[Record, bytes, str]]:
    """The invented pages in the same form."""
    from tests.pages.unseen.invented import ROUNDS, pages_of

    found = []
    for page in pages_of([part for parts in ROUNDS.values() for part in parts]):
        gold = {
            "id": page.name, "site": page.name, "lang": page.language, "url": page.url, "title": page.title,
            "published_at": page.published_at, "source": page.source, "author": "；".join(page.authors),
            "published_precision": "minute" if "T" in (page.published_at or "") else "day",
            "body": "\n".join(page.body),
        }  # fmt: skip
        found.append((gold, page.markup.encode(), page.markup))
    return found


def judged_by_site(options: argparse.Namespace, scorer: ModuleType) -> int:
    """The modes that judge over all development pages together."""
    from benchmarks import folds, mutations

    folders = [
        folder for folder in sorted(options.data.parent.glob("extraction-dev*")) if (folder / "gold.jsonl").is_file()
    ]
    pages = all_pages(folders, scorer)
    if options.mutations:
        return show_mutations(pages[:: options.every], mutations, scorer)
    parsed = [
        (gold, Page.from_bytes(body, url=gold.get("url") or "", fetched_at=NOW))
        for gold, body, _ in pages
        if gold.get("body")
    ]

    def text_of(page: Page) -> str:
        reading = read_article(page, known=True)
        return (reading.article.body or "") if reading and reading.article else ""

    lines = folds.judge_weights(parsed, scorer) if options.folds else folds.ablate(parsed, scorer, text_of)
    for line in lines:
        print(line, flush=True)
    return 0


def show_mutations(pages: list[tuple[Record, bytes, str]], mutations: ModuleType, scorer: ModuleType) -> int:
    """A line for each disguise: the scores of the pages in it, and which fields fall by more than a point; 1 if any.

    Without metadata only values count that the page shows as well: the others are not on it any more.
    """
    golds = [gold for gold, _, _ in pages]
    shown = [only_shown(gold, body) for gold, body, _ in pages]
    plain = {gold["id"]: ours(body, text, gold) for gold, body, text in pages}
    fell = False
    for field, key in (("title", "title"), ("day", "published_at"), ("source", "source"), ("authors", "author")):
        hidden = sum(bool(gold.get(key)) and not seen.get(key) for gold, seen in zip(golds, shown, strict=True))
        print(f"{field}: of {sum(bool(gold.get(key)) for gold in golds)} values {hidden} are stated by metadata alone")
    for name in ("none", *mutations.DISGUISES):
        judged = shown if name in mutations.OUT_OF_SIGHT else golds
        answers = {}
        for gold, body, text in pages if name != "none" else ():
            body = mutations.encoded(name, mutations.DISGUISES[name](text), gold["lang"] == "zh")
            answers[gold["id"]] = ours(body, text, gold)
        usual, score = scorer.score(judged, plain)[0], scorer.score(judged, answers or plain)[0]
        line = f"{name:24}"
        for group in ("zh", "other"):
            before, now = ([100 * (share or 0.0) for share in shares_of(one[group])] for one in (usual, score))
            falls = [old - new > MOST_FALLEN for old, new in zip(before, now, strict=True)]
            fell |= any(falls)
            line += " | " + " ".join(
                f"{value:5.1f}{'!' if falls_here else ' '}" for value, falls_here in zip(now, falls, strict=True)
            )
        print(line, flush=True)
    return int(fell)


def only_shown(gold: Record, body: bytes) -> Record:
    """The known values of a page that its visible text states, where a reader would look for them.

    The headline: in a line that is no link. Source, names, day and minute: in the lines around the headline and at
    both ends of the text; anywhere, where headline or text are not known. A publisher's name in the page's footer does
    not say that it wrote the text, and the time beside another headline is not this article's.
    """
    page = Page.from_bytes(body, url=gold.get("url") or "", fetched_at=NOW)
    blocks = page.outline.blocks
    kept = dict(gold)
    unlinked = bare("\n".join(block.text for block in blocks if block.link_share < 0.5))
    if bare(gold.get("title") or "") not in unlinked:
        kept["title"] = None
    lines = lines_around(gold, [block.text for block in blocks])
    text = bare("\n".join(lines))
    if bare(gold.get("source") or "") not in text:
        kept["source"] = None
    if not all(bare(name) in text for name in re.split(r"[;,，、；]", gold.get("author") or "")):
        kept["author"] = None
    days, minutes = stated_times([line for line in lines if len(line) <= LONGEST_LINE], page)
    stated = [value for value in (gold.get("published_at"), *(gold.get("published_alt") or ())) if value]
    if not any(value[:10] in days for value in stated):
        kept["published_at"] = None
    if not any(value[11:16] in minutes for value in stated):
        kept["published_precision"] = "day"
    return kept


def lines_around(gold: Record, lines: list[str]) -> list[str]:
    """The lines from some above the headline to the text, its first and last, and some behind it; all if unknown."""
    title, body = bare(gold.get("title") or ""), bare(gold.get("body") or "")
    inside = [n for n, line in enumerate(lines) if len(bare(line)) >= LEAST_LINE and bare(line) in body]
    headlines = [n for n, line in enumerate(lines) if title and title in bare(line)]
    if not inside and headlines:
        return lines[max(0, headlines[0] - AROUND) : headlines[-1] + 3 * AROUND]
    if not title or not inside:
        return lines
    headlines = [n for n in headlines if n <= inside[0]]
    top = headlines[-1] if headlines else inside[0]
    return lines[max(0, top - AROUND) : inside[0] + 1] + lines[inside[-1] : inside[-1] + AROUND]


def stated_times(lines: list[str], page: Page) -> tuple[set[str], set[str]]:
    """The days and the clocks that stand in these lines."""
    zone = page.zone_for(None).zone
    moments = [
        one.moment for line in lines if re.search(r"\d", line) for one in find_times(line, fetched_at=NOW, zone=zone)
    ]
    moments = [moment for moment in moments if not moment.is_relative]
    return (
        {moment.at.date().isoformat() for moment in moments},
        {moment.at.strftime("%H:%M") for moment in moments if moment.precision != "day"},
    )


def shares_of(score: Record) -> list[float | None]:
    """Body, title, day, minute, source and authors of one group."""
    return [
        score["body"]["f1"], score["title"]["norm"], score["date"]["day"], score["minute"]["minute"],
        score["source"]["exact"], score["author"]["exact"],
    ]  # fmt: skip


def main() -> int:
    """Measure and print; 0 also where there is nothing to measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--data", type=Path, default=SHARED / "data" / "extraction-dev", help="folder with gold.jsonl")
    parser.add_argument("--only", nargs="+", choices=list(READERS), default=list(READERS), metavar="NAME")
    for word, what in MODES.items():
        parser.add_argument(f"--{word}", action="store_true", help=what)
    parser.add_argument("--invented", action="store_true", help="the pages of tests/pages/unseen")
    parser.add_argument("--first", action="store_true", help="what each page costs as the first of a process")
    parser.add_argument("--every", type=int, default=1, help="of all pages each N-th, for --mutations and --first")
    parser.add_argument("--worst", type=int, default=0, help="name our N worst bodies of each group")
    options = parser.parse_args()
    tool = SHARED / "tools" / "score_extraction.py"
    if not (options.data / "gold.jsonl").is_file() or not tool.is_file():
        print(f"skipped: no measuring data at {options.data} (pages with known values and their scorer)")
        return 0
    logging.disable(logging.CRITICAL)
    scorer = load_scorer(tool)
    if any(getattr(options, word) for word in MODES):
        return judged_by_site(options, scorer)
    if options.first:
        show_first(all_pages([options.data], scorer)[:: options.every])
        return 0
    show_readers(invented_pages() if options.invented else all_pages([options.data], scorer), scorer, options)
    return 0


def show_readers(pages: list[tuple[Record, bytes, str]], scorer: ModuleType, options: argparse.Namespace) -> None:
    """A table of all readers for each group of languages."""
    golds = [gold for gold, _, _ in pages]
    results: dict[str, dict[str, Record]] = {}
    for name in options.only:
        if importlib.util.find_spec(READERS[name][0]) is None:
            print(f"left out: {name} is not installed (pip install 'snapshot_crawler[bench]')")
        else:
            results[name] = measure(name, pages)
    for group in ("zh", "other"):
        members = [gold["id"] for gold in golds if scorer.group(gold) == group]
        print(
            f"\n{group}: {len(members)} pages{'':10} body >=.9 empty title  norm   day   min   src  auth  err median ms"
        )
        for name, answers in results.items():
            score, worst = scorer.score(golds, answers, worst=options.worst)
            print(row(name, score[group], [answers[member]["ms"] for member in members]))
            if name == "snapshot_crawler":
                for f1, _, _, page, site in worst.get(group, []):
                    print(f"    {f1:.2f} {page} {site}")


if __name__ == "__main__":
    sys.exit(main())
