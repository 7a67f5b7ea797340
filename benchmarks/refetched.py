"""How many pages a kill makes the next run fetch again: a crawl with 16 requests at once, killed at random.

    python benchmarks/refetched.py [--kills 6] [--articles 400] [--latency 0 0.1] [--seed 1]

The site is the tests' own (tests/crash/site.py), its answers as late as --latency says. After each kill the same
command goes on; at last it runs to its end, and every article must stand in the output once. What counts are pages of
articles that were asked for more than once, for each kill: those under way when it came, and those since the last
commit.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.crash.run import Job, finish, wait_for_requests
from tests.crash.site import NewsSite
from tests.process import LONGEST_RUN_S

AT_ONCE = 16  # requests


def main() -> None:
    """Print one line for each latency."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=6)
    parser.add_argument("--articles", type=int, default=400)
    parser.add_argument("--latency", type=float, nargs="+", default=[0.0, 0.1], help="seconds")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for latency_s in options.latency:
        chance = random.Random(options.seed)
        with tempfile.TemporaryDirectory() as folder, NewsSite(articles=options.articles, latency_s=latency_s) as site:
            settings = {"CONCURRENT_REQUESTS": AT_ONCE, "CONCURRENT_REQUESTS_PER_DOMAIN": AT_ONCE}
            job = Job(site, Path(folder), settings=settings)
            killed = 0
            for _ in range(options.kills):
                process = job.start()
                part = options.articles // options.kills
                if wait_for_requests(site, len(site.requests) + chance.randint(part // 2, part), process):
                    killed += 1
                process.send_signal(signal.SIGKILL)
                process.wait(LONGEST_RUN_S)
            finish(job)
            asked = Counter(path for path in site.asked if "/detail/" in path)
        again = sum(number - 1 for number in asked.values())
        each = again / max(1, killed)
        print(f"{1000 * latency_s:.0f} ms: {killed} kills, {again} pages fetched again, {each:.1f} each", flush=True)


if __name__ == "__main__":
    main()
