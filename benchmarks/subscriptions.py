"""What it costs to find who wants a new article: made subscriptions and articles in, CPU time out.

    python benchmarks/subscriptions.py [--subscriptions 10000] [--keywords 20] [--articles 100]

Texts and keywords are made of the same 1,500 characters, the frequent ones as frequent as in a language; so most
keywords of two characters are in many articles, which is more work than real ones give.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import orjson

from snapshot_crawler.jobs.clock import Clock
from snapshot_crawler.library.follow import Follower
from snapshot_crawler.library.library import Library
from snapshot_crawler.portal.subscriptions.matching import Matcher
from snapshot_crawler.portal.subscriptions.model import Subscription, Wishes

CHARACTERS = [chr(0x4E00 + number) for number in range(1_500)]
WEIGHTS = [1 / (rank + 1) for rank in range(len(CHARACTERS))]  # Zipf's law
TITLE, BODY = 20, 600  # characters
KEYWORD = (2, 2, 3, 4)  # characters of one: most Chinese words have two


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--subscriptions", type=int, default=10_000)
    parser.add_argument("--keywords", type=int, default=20, help="of each subscription")
    parser.add_argument("--articles", type=int, default=100)
    options = parser.parse_args()
    dice, now = random.Random(1), Clock().now()
    subscriptions = [
        Subscription(number, Wishes(keyword=keywords(dice, options.keywords)), "zh", now, 0.0)
        for number in range(options.subscriptions)
    ]
    with tempfile.TemporaryDirectory() as folder, filled(Path(folder), dice, options.articles) as library:
        rows = [row for _, row in library.arrivals(0, options.articles)]
        began = time.process_time()
        matcher = Matcher(subscriptions)
        read = time.process_time() - began
        began = time.process_time()
        found = matcher.wanted(library, rows)
        took = time.process_time() - began
    print(f"{options.subscriptions:,} subscriptions, {len(matcher.of_keyword):,} different keywords")
    print(f"to read them, after each change: {read:.1f} s of CPU")
    wanted_by = sum(map(len, found.values())) / len(rows)
    print(f"an article: {1000 * took / len(rows):.0f} ms of CPU; {wanted_by:,.0f} subscriptions want it")


def keywords(dice: random.Random, number: int) -> tuple[str, ...]:
    """The keywords of one subscription."""
    return tuple(made(dice, dice.choice(KEYWORD)) for _ in range(number))


def made(dice: random.Random, length: int) -> str:
    """A text of that many characters."""
    return "".join(dice.choices(CHARACTERS, WEIGHTS, k=length))


def filled(root: Path, dice: random.Random, articles: int) -> Library:
    """A library with made articles."""
    output = root / "articles" / "made" / "run.jsonl"
    output.parent.mkdir(parents=True)
    with output.open("wb") as file:
        for number in range(articles):
            url = f"https://made.example/{number}.html"
            record = {"url": url, "site": "made", "title": made(dice, TITLE), "body": made(dice, BODY)}
            file.write(orjson.dumps(record) + b"\n")
    with closing(Follower(root, {})) as follower:
        follower.round()
    return Library(root)


if __name__ == "__main__":
    main()
