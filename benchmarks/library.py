"""The library at size: how fast it is filled, searched and paged, and how large its index is; both engines, and a
dictionary's.

    python benchmarks/library.py [--articles 100000] [--keep DIR] [--engines fts,tantivy] [--dictionary 20000]

Articles are made: words of two to four characters with the frequencies of real language (Zipf's law), known words and
names among them at known places of that order, numbers, places, a share of Latin words. Queries are made by hand below.
--keep: leave the library there, and use the one that is there. --dictionary: that many articles also in an FTS5 index
of rjieba's words; how many of the queries find what is there.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from snapshot_crawler.library.follow import Follower
from snapshot_crawler.library.library import Library

EVERY_FILE = 50_000  # articles
FREQUENT = "的 在 中国 发展 经济 记者 工作 项目 企业 建设 城市 今年 服务 市场 科技 问题 教育 活动 国际 社会"
USUAL = (
    "实验室 高质量发展 人工智能 新能源汽车 乡村振兴 粮食安全 义务教育 医疗保险 世界杯 台风 地铁 火箭 芯片 房地产 "
    "博物馆 志愿者 碳排放 幼儿园 马拉松 熊猫 高铁 苹果 长江 黄河 法院 图书馆 疫苗 外卖 电影节 丝绸之路"
)
RARE = "欧阳澄观 司徒望岳 蔡澜亭 鼹鼠窃听 砚池乡 半壑镇 溯北周报 量子隧穿显微 琥珀蜥蜴 浑天仪修复"
CATEGORIES = "国内 国际 财经 科技 体育 娱乐 教育 健康 汽车 军事 房产 旅游 文化 法治 农业".split()
LATIN = "GDP AI 5G iPhone NBA WTO APP CEO Python OpenAI".split()
KINDS: dict[str, list[str]] = {
    "very frequent": FREQUENT.split(),
    "two characters": "台风 地铁 火箭 芯片 熊猫 高铁 苹果 长江 黄河 法院 疫苗 外卖".split(),
    "three and more": "实验室 高质量发展 人工智能 新能源汽车 乡村振兴 粮食安全 丝绸之路 图书馆 志愿者".split(),
    "names, rare": RARE.split(),
    "in no article": "齉龘靐 麒麟臂膀舞 zzzyx 98765432109".split(),
    "two words": [
        "中国 芯片",
        "经济 熊猫",
        "高铁 地铁",
        "发展 丝绸之路",
        "台风 疫苗",
        "记者 欧阳澄观",
        "图书馆 志愿者",
    ],
    "one character": "的 中 海 龙 雪 鲸 蜥".split(),
    "Latin, digits": "iphone gdp 5g py 2026 37 1500 nba".split(),
    "minus, filters": [
        *("中国 -经济", "芯片 category:科技", "发展 source:报3", "台风 day:2025-06-01", "高铁 from:2025-03 to:2025-04"),
        *("-的", "category:体育", "人工智能 -市场 category:财经"),
    ],
    "phrases": ['"中国经济"', '"新能源汽车市场"', '"今年世界杯"', '"人工智能芯片"', '"高铁站"'],
}


# --- Articles
def vocabulary(chance: np.random.Generator) -> tuple[list[str], Any]:
    """60,000 words, the most frequent first, and the chance of each."""
    level_1 = [bytes((high, low)).decode("gb2312") for high in range(0xB0, 0xD7) for low in range(0xA1, 0xFF)]
    weights = 1 / np.arange(10, len(level_1) + 10)
    shuffled = chance.permutation(level_1)
    lengths = chance.choice([2, 2, 2, 3, 4], size=60_000)
    characters = chance.choice(shuffled, size=int(lengths.sum()), p=weights / weights.sum())
    words, place = [], 0
    for length in lengths:
        words.append("".join(characters[place : place + length]))
        place += length
    for rank, word in enumerate(FREQUENT.split()):
        words[rank * 2] = word
    for rank, word in enumerate(USUAL.split()):
        words[200 + rank * 60] = word
    for rank, word in enumerate(LATIN):
        words[400 + rank * 200] = word
    for rank, word in enumerate(RARE.split()):
        words[20_000 + rank * 3_000] = word
    chances = 1 / np.arange(2, len(words) + 2)
    return words, chances / chances.sum()


def articles(number: int, characters: int) -> Iterator[dict[str, Any]]:
    """Made articles, some so many characters each, over two years."""
    chance = np.random.default_rng(7)
    words, chances = vocabulary(chance)
    begin = datetime(2024, 1, 1, tzinfo=UTC)
    step = timedelta(days=730) / number
    for start in range(0, number, 1_000):
        lengths = np.clip(chance.lognormal(np.log(characters / 3.1), 0.5, size=1_000), 12, 700).astype(int)
        drawn = chance.choice(len(words), size=int(lengths.sum()), p=chances)
        marks = chance.choice(["", "", "", "", "", "，", "，", "。", "37", "1500"], size=len(drawn))
        place = 0
        for offset in range(min(1_000, number - start)):
            at = start + offset
            part = range(place, place + int(lengths[offset]))
            place += int(lengths[offset])
            body = "".join(words[drawn[each]] + marks[each] for each in part)
            title = "".join(words[drawn[each]] for each in part[:8])
            name = f"{at:040x}"
            yield {
                "id": name,
                "url": f"https://site{at % 300}.example/detail/{name}.html",
                "site": f"site{at % 300}",
                "title": title,
                "category": CATEGORIES[at * 7 % 15],
                "published_at": (begin + step * at).isoformat(timespec="seconds"),
                "source": f"报{at % 2_000}",
                "body": body,
                "fetched_at": "2026-01-01T00:00:00+00:00",
                "content_hash": name[:32],
                "version": 1,
                "story": name,
            }


def fill(root: Path, number: int, characters: int) -> None:
    """Write outputs of made articles, take them, and tell the time and the size."""
    text = 0
    file = None
    for at, each in enumerate(articles(number, characters)):
        if at % EVERY_FILE == 0:
            path = root / "articles" / "bench" / f"{at:09}.jsonl"
            path.parent.mkdir(parents=True, exist_ok=True)
            if file:
                file.close()
            file = path.open("wb")
        assert file is not None
        file.write(orjson.dumps(each) + b"\n")
        text += len((each["title"] + each["body"]).encode())
    assert file is not None
    file.close()
    begun, cpu = time.monotonic(), time.process_time()
    with closing(Follower(root, {"LIBRARY_ENGINE": "fts"})) as follower:
        follower.round()
        took, took_cpu = time.monotonic() - begun, time.process_time() - cpu
        print(
            f"taken: {number:,} articles, {text / 1e6:,.0f} MB of text, {took:,.0f} s, {took_cpu:,.0f} s CPU",
            flush=True,
        )
        begun = time.monotonic()
        follower.writer.optimize()
        print(f"merged into one part: {time.monotonic() - begun:,.0f} s", flush=True)
        begun = time.monotonic()
        again = follower.round()
        assert not again.records
        print(f"a quiet round: {(time.monotonic() - begun) * 1000:.1f} ms")
    (root / "text").write_text(str(text), encoding="utf-8")


def second(root: Path) -> None:
    """Make tantivy's index."""
    begun, cpu = time.monotonic(), time.process_time()
    with closing(Follower(root, {"LIBRARY_ENGINE": "tantivy"})) as follower:
        follower.round()
    print(f"\ninto tantivy: {time.monotonic() - begun:,.0f} s, {time.process_time() - cpu:,.0f} s CPU", flush=True)
    sizes(root)


def sizes(root: Path) -> None:
    """The index beside the text."""
    text = int((root / "text").read_text(encoding="utf-8"))
    with Library(root) as library:
        index = library.db.execute("SELECT sum(length(block)) FROM word_data").fetchone()[0]
        kept = library.db.execute("SELECT sum(length(data)) FROM record").fetchone()[0]
    whole = sum(path.stat().st_size for path in root.glob("library.sqlite*"))
    print(
        f"text {text / 1e6:,.0f} MB; index {index / 1e6:,.0f} MB = {index / text:.2f} of the text; whole file "
        f"{whole / 1e6:,.0f} MB = {whole / text:.2f}, of it records {kept / 1e6:,.0f} MB"
    )
    second = root / "library.tantivy"
    if second.is_dir():
        size = sum(path.stat().st_size for path in second.iterdir())
        print(f"index of tantivy: {size / 1e6:,.0f} MB = {size / text:.2f} of the text")


# --- Times
def timed(calls: list[Callable[[], object]]) -> list[tuple[float, float]]:
    """Milliseconds of each call: by the clock, and of the processor (other work on the machine counts in the first)."""
    found = []
    for call in calls:
        begun, cpu = time.perf_counter(), time.process_time()
        call()
        found.append(((time.perf_counter() - begun) * 1000, (time.process_time() - cpu) * 1000))
    return found


def row(name: str, times: list[tuple[float, float]], note: str = "") -> None:
    """One line of a table."""
    shown = ""
    for each in zip(*times, strict=True):
        ordered = sorted(each)
        p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
        shown += f"{statistics.median(each):8.1f} {p95:8.1f} {ordered[-1]:8.1f}   "
    print(f"  {name:24} {shown} {note}", flush=True)


def searches(root: Path, engine: str) -> None:
    """All queries, newest and best first, the first page and the fifth."""
    print(f"\nsearch, {engine}; ms by the clock: median, p95, most; the same of the processor")
    every: list[tuple[float, float]] = []
    with Library(root, engine) as library:
        library.search("热身")
        for order in ("newest", "best"):
            for kind, queries in KINDS.items():
                calls = [
                    lambda query=query, page=page, order=order: library.search(query, order=order, number=page)
                    for query in queries
                    for page in (1, 5)
                ]
                times = timed(calls)
                hits = [library.search(query, order=order).total for query in queries]
                slowest = queries[times.index(max(times)) // 2]
                row(f"{kind}, {order}", times, f"hits {min(hits):,} to {max(hits):,}; slowest {slowest}")
                every += times
    row("all", every)


def pages(root: Path) -> None:
    """What a page of the portal asks."""
    with Library(root) as library:
        size = library.size
        names = [f"{at:040x}" for at in range(0, size, max(1, size // 200))]
        found = [library.article(name) for name in names]
        rows = [each.row for each in found if each is not None]
        last = size // 15 // 20
        print("\npages; ms by the clock: median, p95, most; the same of the processor")
        row("article with versions", timed([lambda n=name: library.article(n) for name in names]))
        row("front page", timed([library.front_page] * 20))
        row("category, first page", timed([lambda c=c: library.of_category(c) for c in CATEGORIES]))
        row("category, any page", timed([lambda c=c: library.of_category(c, last // 2) for c in CATEGORIES]))
        row("all, any page", timed([lambda p=p: library.newest(p) for p in range(1, size // 20, size // 400)]))
        row("source", timed([lambda n=n: library.of_source(f"报{n}", 1 + n % 3) for n in range(0, 2_000, 50)]))
        row("day", timed([lambda r=r: library.of_day(r.day or "") for r in rows]))
        row("more of the category", timed([lambda r=r: library.more_of_category(r) for r in rows]))
        row("story", timed([lambda r=r: library.of_story(r.story) for r in rows]))
        if hasattr(library, "related"):
            row("related news", timed([lambda n=name: library.related(n) for name in names[:100]]))
        row("numbers", timed([library.counts] * 3))


def dictionary(number: int, characters: int) -> None:
    """The same articles by a dictionary's words, beside ours: what is found, and how large it is."""
    import sqlite3

    import rjieba

    words = [
        query for kind in ("very frequent", "two characters", "three and more", "names, rare") for query in KINDS[kind]
    ]
    sample = list(articles(number, characters))
    texts = [each["title"] + "\n" + each["body"] for each in sample]
    cut = [texts[at * 37 % number][at * 13 % 200 :][:2] for at in range(200)]
    cut = [each for each in cut if len(each) == 2 and all("\u4e00" <= char <= "\u9fff" for char in each)]
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE word USING fts5(text, content='', detail=full, tokenize='unicode61')")
    begun = time.process_time()
    rows = ((at, " ".join(rjieba.cut_for_search(text))) for at, text in enumerate(texts))
    db.executemany("INSERT INTO word (rowid, text) VALUES (?, ?)", rows)
    db.execute("INSERT INTO word (word) VALUES ('optimize')")
    cost = time.process_time() - begun
    size = db.execute("SELECT sum(length(block)) FROM word_data").fetchone()[0]
    share = size / len("".join(texts).encode())
    print(f"\nrjieba's words in FTS5, {number:,} articles: {cost:.0f} s CPU, {share:.2f} of the text")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        fill(root, number, characters)
        sizes(root)
        with Library(root) as library:
            for name, queries in (("words of the queries", words), ("any two characters", cut)):
                truth = theirs = ours = 0
                for query in queries:
                    there = {at for at, text in enumerate(texts) if query in text}
                    phrase = '"' + " ".join(rjieba.cut(query)) + '"'
                    found = {row[0] for row in db.execute("SELECT rowid FROM word WHERE word MATCH ?", (phrase,))}
                    mine = {int(hit.row.id, 16) for hit in library.search(f'"{query}"', size=1_000).hits}
                    truth += min(1_000, len(there))
                    ours += len(mine & there)
                    theirs += min(1_000, len(found & there))
                print(f"  {name:24} found of what is there: ours {ours / truth:.3f}, rjieba's {theirs / truth:.3f}")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--characters", type=int, default=270)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--engines", default="fts")
    parser.add_argument("--dictionary", type=int, default=0)
    options = parser.parse_args()
    root = options.keep or Path(tempfile.mkdtemp())
    try:
        if not (root / "text").exists():
            fill(root, options.articles, options.characters)
        sizes(root)
        for engine in options.engines.split(","):
            if engine == "tantivy":
                second(root)
            searches(root, engine)
        pages(root)
        if options.dictionary:
            dictionary(options.dictionary, options.characters)
    finally:
        if not options.keep:
            shutil.rmtree(root)


if __name__ == "__main__":
    sys.exit(main())
