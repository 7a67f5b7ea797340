"""The index of duplicates beside other libraries: pairwise scores and articles a second, all in one run.

    python benchmarks/dedup.py [--data FOLDER]
    python benchmarks/dedup.py --million [--articles N] [--keep FOLDER]

The first scores the labelled sets (with the scorer that lies with them): each method reads the articles in the order of
the file and says for each which earlier one it repeats, or none. Times are process times of one core, with everything
that the method needs from the raw text on. Peers that are not installed (extra `bench`) and data that is absent are
named and left out. The second fills an index with invented articles and measures it: bytes an article on disk, speed
at that size, start-up and memory.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import importlib.util
import itertools
import json
import random
import re
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from snapshot_crawler.dedup.content import content_hash  # noqa: E402 - the path must be set first
from snapshot_crawler.dedup.decision import Candidate  # noqa: E402
from snapshot_crawler.dedup.files import BATCH, mark_files  # noqa: E402
from snapshot_crawler.dedup.fingerprint import fingerprint  # noqa: E402
from snapshot_crawler.dedup.folding import tables  # noqa: E402
from snapshot_crawler.dedup.index import Index  # noqa: E402
from snapshot_crawler.dedup.sqlite import SqliteRows  # noqa: E402
from snapshot_crawler.frontier.run import COMMIT_EVERY  # noqa: E402

ASKED = 6_000  # articles, of each way of asking the full index
SHARED = ROOT.parent / "shared"
SETS = ("dedup-dev", "dedup-real-dev", "dedup-stream-dev")
Article = dict[str, Any]
Decisions = list[str | None]
SHINGLE = 5
PERMUTATIONS = 128


def shingles(text: str) -> set[str]:
    """What all peers are given: runs of five characters, white space out."""
    text = "".join(text.split())
    return {text[place : place + SHINGLE] for place in range(max(1, len(text) - SHINGLE + 1))}


def exact(articles: list[Article]) -> Decisions:
    """The same body, white space out."""
    first: dict[str, str] = {}
    found = [first.setdefault("".join(one["body"].split()), one["id"]) for one in articles]
    return [name if name != one["id"] else None for name, one in zip(found, articles, strict=True)]


def simhash(articles: list[Article]) -> Decisions:
    """simhash's own index, at most 3 of 64 bits different."""
    from simhash import Simhash, SimhashIndex

    index = SimhashIndex([], k=3)
    decisions: Decisions = []
    for one in articles:
        made = Simhash(list(shingles(one["body"])))
        decisions.append(next(iter(sorted(index.get_near_dups(made))), None))
        index.add(one["id"], made)
    return decisions


def datasketch(articles: list[Article]) -> Decisions:
    """MinHash-LSH at a similarity of 0.7."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=0.7, num_perm=PERMUTATIONS)
    decisions: Decisions = []
    for one in articles:
        made = MinHash(num_perm=PERMUTATIONS)
        made.update_batch([text.encode("utf-8", "replace") for text in shingles(one["body"])])
        decisions.append(next(iter(sorted(index.query(made))), None))
        index.insert(one["id"], made)
    return decisions


def rensa(articles: list[Article]) -> Decisions:
    """R-MinHash with its LSH at a similarity of 0.7, candidates checked by the estimate as its manual shows."""
    from rensa import RMinHash, RMinHashLSH

    index = RMinHashLSH(threshold=0.7, num_perm=PERMUTATIONS, num_bands=16)
    made: list[Any] = []
    decisions: Decisions = []
    for number, one in enumerate(articles):
        mine = RMinHash(num_perm=PERMUTATIONS, seed=42)
        mine.update(list(shingles(one["body"])))
        alike = [other for other in sorted(index.query(mine)) if mine.jaccard(made[other]) >= 0.7]
        decisions.append(articles[alike[0]]["id"] if alike else None)
        index.insert(number, mine)
        made.append(mine)
    return decisions


def ours(articles: list[Article]) -> Decisions:
    """`scrapy dedup`, files and index on disk included."""
    with tempfile.TemporaryDirectory() as folder:
        source, marked = Path(folder, "in.jsonl"), Path(folder, "out.jsonl")
        source.write_text("".join(json.dumps(one) + "\n" for one in articles), encoding="utf-8")
        mark_files([source], marked, None)
        return [json.loads(line)["duplicate_of"] for line in marked.open(encoding="utf-8")]


METHODS: dict[str, Callable[[list[Article]], Decisions]] = {
    "exact": exact,
    "simhash": simhash,
    "datasketch": datasketch,
    "rensa": rensa,
    "ours": ours,
}


def compare_methods(data: Path) -> None:
    """Print a table of all methods on all sets."""
    scorer = data.parent / "tools" / "score_dedup.py"
    for name in SETS:
        gold = data / f"{name}.jsonl.gz"
        if not gold.is_file() or not scorer.is_file():
            print(f"{name}: no labelled data at {gold.parent.name}/ beside the repository; left out")
            continue
        with gzip.open(gold, "rt", encoding="utf-8") as file:
            articles = [json.loads(line) for line in file]
        print(f"\n{name}, {len(articles)} articles\n{'':12}{'F1':>8}{'P':>8}{'R':>8}{'hard':>6}{'missed':>8}{'/s':>9}")
        for method, decide in METHODS.items():
            if method not in ("exact", "ours") and importlib.util.find_spec(method) is None:
                print(f"{method:12}not installed (pip install -e '.[bench]')")
                continue
            began = time.process_time()
            decisions = decide(articles)
            taken = time.process_time() - began
            precision, recall, f1, hard, missed = score(scorer, gold, articles, decisions)
            print(f"{method:12}{f1:>8}{precision:>8}{recall:>8}{hard:>6}{missed:>8}{len(articles) / taken:>9.0f}")
    print(
        "\nhard: false merges among hard negatives; missed: exact copies not found; /s: articles a second of one core"
    )


def score(scorer: Path, gold: Path, articles: list[Article], decisions: Decisions) -> tuple[str, ...]:
    """(precision, recall, F1, hard false merges, missed exact copies) as the scorer prints them."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        for one, of in zip(articles, decisions, strict=True):
            file.write(json.dumps({"id": one["id"], "duplicate_of": of}) + "\n")
        file.flush()
        command = [sys.executable, str(scorer), str(gold), file.name]
        said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    found = re.search(r"P (\S+) R (\S+) F1 ([\d.]+);.* merges (\d+) .*copies (\d+)", said)
    if found is None:
        raise SystemExit(f"the scorer said {said!r}")
    return found.groups()


# --- the index at size
LETTERS = np.arange(0x4E00, 0x4E00 + 2500, dtype=np.uint16)
PHRASES = 3000  # "记者从新闻发布会上获悉": what every outlet writes
TEMPLATES = 200


def invented(seed: int) -> Iterator[Article]:
    """Articles without end, alike in what costs: in 100, 85 stories of 100 to 4,000 characters (median 600, a phrase
    that others use in every fifth sentence), 10 bulletins from templates, 5 reprints with a new dateline or cut end."""
    chance, numbers = random.Random(seed), np.random.default_rng(seed)

    def words(count: int) -> str:
        drawn: str = LETTERS[(numbers.random(count) ** 2 * LETTERS.size).astype(np.int64)].tobytes().decode("utf-16-le")
        return drawn

    phrases = [words(chance.randint(6, 20)) for _ in range(PHRASES)]
    templates = [[words(chance.randint(6, 16)) for _ in range(6)] for _ in range(TEMPLATES)]
    kept: list[str] = []
    for number in range(1 << 60):
        kind = chance.random()
        if kind < 0.05 and kept:
            body = f"样例日报{chance.randint(1, 12)}月{chance.randint(1, 28)}日讯 " + chance.choice(kept)
            body = body[: int(len(body) * chance.choice((1, 0.7, 0.5)))]
        elif kind < 0.15:
            body = "".join(f"{part}{chance.randint(1, 99)}度。" for part in chance.choice(templates))
        else:
            text = words(min(4000, max(100, int(chance.lognormvariate(6.4, 0.7)))))
            ends = [0, *sorted(chance.sample(range(len(text)), len(text) // 35)), len(text)]
            body = "".join(
                text[start:end]
                + (chance.choice(phrases) if chance.random() < 0.2 else "")
                + (f"{chance.randint(2, 9999)}个。" if chance.random() < 0.4 else "。")
                for start, end in itertools.pairwise(ends)
            )
            if chance.random() < 0.02:
                kept = [*kept[-999:], body]
        yield {"id": f"{seed:08x}{number:032x}", "title": body[:18], "body": body, "source": f"报{number % 500}"}


def candidate(one: Article) -> Candidate:
    """An article as the pipeline hands it to the index."""
    url = f"https://news.example/{one['id']}.html"
    return Candidate(one["id"], url, content_hash(one), fingerprint(one["title"], one["body"]), one["source"])


def rss_mib() -> float:
    """This process's memory now, in MiB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20


def measure_size(count: int, folder: Path) -> None:
    """Fill an index with count articles and print what it costs: BATCH decisions a transaction, settled by 500."""
    path = folder / "index.sqlite"
    tables()
    stream = invented(1)
    index = Index(SqliteRows(path), "benchmark")
    print(f"{'stored':>10}{'decisions/s':>13}{'articles/s':>12}{'bytes each':>12}{'RSS MiB':>9}")
    stored = 0
    while stored < count:
        step = min(max(1, count // 10), count - stored)
        spent = index_only = 0.0
        while step:
            articles = list(itertools.islice(stream, min(step, 500)))
            began = time.process_time()
            asked = [candidate(one) for one in articles]
            middle = time.process_time()
            for place in range(0, len(asked), BATCH):
                with index.batch():
                    for one in asked[place : place + BATCH]:
                        index.decide(one)
            index.settle(one.url for one in asked)
            index_only += time.process_time() - middle
            spent += time.process_time() - began
            step -= len(articles)
            stored += len(articles)
            last = min(max(1, count // 10), stored)
        size = disk_bytes(path)
        print(
            f"{stored:10}{last / index_only:13.0f}{last / spent:12.0f}{size / stored:12.0f}{rss_mib():9.0f}", flush=True
        )
    index.close()
    at_size(path, stored)


def at_size(path: Path, stored: int) -> None:
    """Open the full index again, time the three ways of asking it, and print what each takes."""
    print(f"on disk {disk_bytes(path) / stored:.0f} bytes each")
    ways = (
        ("held between two commits, as a crawl asks that has the index for itself", 1, True),
        ("one decision a transaction, as crawls ask that share it", 1, False),
        ("a batch, as scrapy dedup asks", BATCH, False),
    )
    for seed, (name, size, is_held) in enumerate(ways, 2):
        began = time.perf_counter()
        index = Index(SqliteRows(path), "again")
        opened = (time.perf_counter() - began) * 1000
        if is_held:
            index.hold()
        began = time.process_time()
        asked = [candidate(one) for one in itertools.islice(invented(seed), ASKED)]
        making, began, clock = time.process_time() - began, time.process_time(), time.perf_counter()
        waits = []
        for place in range(0, len(asked), COMMIT_EVERY):
            part = asked[place : place + COMMIT_EVERY]
            for first in range(0, len(part), size):
                with index.batch():
                    for one in part[first : first + size]:
                        asked_at = time.perf_counter()
                        index.decide(one)
                        waits.append(time.perf_counter() - asked_at)
            index.settle(one.url for one in part)
        deciding, clock = time.process_time() - began, time.perf_counter() - clock
        index.close()
        print(
            f"{name}: {ASKED / deciding:.0f} decisions, {ASKED / (making + deciding):.0f} articles a second of one "
            f"core; {ASKED / clock:.0f} decisions a second by the clock, 19 in 20 within "
            f"{sorted(waits)[len(waits) * 19 // 20] * 1000:.2f} ms; opened in {opened:.1f} ms",
            flush=True,
        )
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


def stored_in(path: Path) -> int:
    """How many articles an index holds."""
    with contextlib.closing(sqlite3.connect(path)) as database:
        number: int = database.execute("SELECT count(*) FROM articles").fetchone()[0]
    return number


def disk_bytes(path: Path) -> int:
    """What the index takes on disk, journal included."""
    return sum(file.stat().st_size for file in path.parent.glob(path.name + "*"))


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=SHARED / "data", help="the folder of the labelled sets")
    parser.add_argument("--million", action="store_true", help="measure the index at size instead")
    parser.add_argument("--articles", type=int, default=1_000_000, help="how many, with --million")
    parser.add_argument("--keep", type=Path, help="where the filled index stays, with --million; one there is asked")
    args = parser.parse_args()
    if not args.million:
        compare_methods(args.data)
        return
    with tempfile.TemporaryDirectory(prefix="dedup-benchmark-") as folder:
        kept = args.keep or Path(folder)
        if (kept / "index.sqlite").is_file():
            at_size(kept / "index.sqlite", stored_in(kept / "index.sqlite"))
            return
        kept.mkdir(parents=True, exist_ok=True)
        measure_size(args.articles, kept)


if __name__ == "__main__":
    main()
