"""Related news on the labelled duplicates: how many rows are of the article's own story, and some rows to read.

    python benchmarks/related.py SET.jsonl.gz... [--read 50] [--seed 1]

A set has articles with the field group: those of one group are one story. The library is told nothing of groups; each
article is a story of its own, so only the likeness of texts keeps a story's copies out of its rows.
"""

from __future__ import annotations

import argparse
import gzip
import random
import statistics
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import orjson

from snapshot_crawler.library.follow import Follower
from snapshot_crawler.library.library import Library
from snapshot_crawler.library.snippets import plain
from snapshot_crawler.urls import article_id


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="+", type=Path)
    parser.add_argument("--read", type=int, default=0, help="show so many rows, one an article")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=int, default=1, help="ask only every so many-th article")
    options = parser.parse_args()
    for path in options.sets:
        with tempfile.TemporaryDirectory() as folder:
            judge(path, Path(folder), options)


def judge(path: Path, root: Path, options: argparse.Namespace) -> None:
    """One set."""
    group: dict[str, object] = {}
    kind: dict[str, str] = {}
    output = root / "articles" / "set" / "run.jsonl"
    output.parent.mkdir(parents=True)
    with gzip.open(path) as lines, output.open("wb") as file:
        for line in lines:
            each = orjson.loads(line)
            url = f"https://set.example/{each['id']}"
            name = article_id(url)
            group[name], kind[name] = each["group"], each["kind"]
            if each.get("title") and each.get("body"):
                file.write(
                    orjson.dumps({**each, "id": name, "url": url, "site": "set", "fetched_at": each["published_at"]})
                )
                file.write(b"\n")
    with closing(Follower(root, {})) as follower:
        follower.round()
    with Library(root) as library:
        rows = same = 0
        asked, times, counts, examples = [row.id for row in library.every()][:: options.every], [], [], []
        for name in asked:
            begun = time.process_time()
            found = library.related(name)
            times.append((time.process_time() - begun) * 1000)
            counts.append(len(found))
            rows += len(found)
            for each in found:
                if group[each.row.id] == group[name]:
                    same += 1
                    examples.append((name, each.row.id))
        print(
            f"{path.name}: {len(asked)} articles, {rows} rows ({statistics.mean(counts):.1f} each, "
            f"{sum(not number for number in counts)} with none), {same} of the same story; "
            f"{statistics.median(times):.1f} ms CPU each (p95 {sorted(times)[int(len(times) * 0.95)]:.1f})",
            flush=True,
        )
        for name, other in examples[:5]:
            one, two = library.article(name), library.article(other)
            assert one is not None and two is not None
            print(f"  same story: {one.row.title} | {two.row.title} ({kind[other]})")
        chance, left = random.Random(options.seed), options.read
        for name in chance.sample(asked, len(asked)):
            stored, found = library.article(name), library.related(name) if left else []
            if stored is None or not found:
                continue
            left -= 1
            each = chance.choice(found)
            print(f"\n* {stored.row.title}\n    {stored.row.summary[:90]}")
            print(f"  > {each.row.title} [{', '.join(each.words)}]\n    {plain(each.snippet)}")


if __name__ == "__main__":
    sys.exit(main())
