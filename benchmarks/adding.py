"""What a new site costs: `scrapy add-site` by the real command on sites it has never seen, served locally.

    python benchmarks/adding.py [--delay 1] [--all] [SITE ...]
    python benchmarks/adding.py --layouts [LAYOUT ...]

Without arguments the three sample sites: feeds and JSON-LD, GBK tables, no hints at all. --all adds every further
invented layout of the tests. For each: seconds of the command at the polite pace of --delay, lines of the spider it
wrote, lines to edit by hand until every field of every article is right (one for each field that a whole crawl with
the spider gets wrong, or for missing articles), and what those fields are.

--layouts: the layouts of tests/layouts, added and crawled in this process under invented hosts of many lands:
articles found, requests of add-site, lines that it proposes and a person writes, and the fields that are wrong.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.authoring.foreign import FOREIGN
from tests.authoring.layouts import LAYOUTS
from tests.authoring.newcomer import Newcomer, mistakes
from tests.authoring.portals import PORTALS
from tests.authoring.samples import SITES
from tests.authoring.variations import VARIATIONS
from tests.layouts import adding as layouts
from tests.server import Server

ALL = {**SITES, **VARIATIONS, **LAYOUTS, **PORTALS, **FOREIGN}
LONGEST_S = 180  # the target: under three minutes
MOST_EDITS = 5  # the target: median


@dataclass(frozen=True, slots=True)
class Result:
    """What one site took."""

    seconds: float
    lines: int
    articles: int
    edits: int
    wrong: list[str]


def add(name: str, delay_s: float, show: bool) -> Result:
    """Add the site and crawl it whole with the spider as written."""
    site = ALL[name]()
    with tempfile.TemporaryDirectory() as folder, Server() as server:
        site.serve(server)
        user = Newcomer(Path(folder) / name, server, delay_s=delay_s)
        began = time.monotonic()
        adding = user.add_site(server.url("/"), timeout_s=LONGEST_S)
        seconds = time.monotonic() - began
        if show:
            print(adding.stdout, adding.stderr[-1000:])
        if adding.returncode:
            return Result(seconds, 0, 0, len(site.articles), [adding.stderr.strip()])
        source = user.spider_file.read_text(encoding="utf-8")
        if show:
            print(source)
        user.delay_s = 0.01  # the crawl is only to see what the spider reads
        records = user.crawl()
        wrong = mistakes(site, records, server)
        fields = {line.partition(": ")[2].partition(" is ")[0] for line in wrong}
        return Result(seconds, len(source.splitlines()), len(records), len(fields), wrong)


def main() -> None:
    """Print a line a site, then the medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sites", nargs="*", metavar="SITE", help=f"of {', '.join(ALL)}")
    parser.add_argument("--all", action="store_true", help="every invented layout, not the three sample sites alone")
    parser.add_argument("--delay", type=float, default=1.0, help="DOWNLOAD_DELAY in seconds (default: 1, as delivered)")
    parser.add_argument("--show", action="store_true", help="print the preview, the spider and every mistake")
    parser.add_argument("--layouts", action="store_true", help="the layouts of tests/layouts, in this process")
    options = parser.parse_args()
    if options.layouts:
        layouts.table(options.sites or list(layouts.everything()))
        return
    names = options.sites or list(ALL if options.all else SITES)
    print("scrapy add-site URL --name sample\n")
    print(f"{'site':<18}{'seconds':>8}{'spider lines':>14}{'articles':>10}{'edits by hand':>15}  wrong")
    results = []
    for name in names:
        result = add(name, options.delay, options.show)
        results.append(result)
        row = f"{name:<18}{result.seconds:>8.1f}{result.lines:>14}{result.articles:>10}{result.edits:>15}"
        print(
            f"{row}  {'; '.join(result.wrong[: 99 if options.show else 2])[: 4000 if options.show else 160]}",
            flush=True,
        )
    edits = statistics.median(result.edits for result in results)
    slowest = max(result.seconds for result in results)
    print(f"\nmedian edits by hand: {edits:g} (target: {MOST_EDITS} or fewer); slowest: {slowest:.0f} s (target: 180)")
    print(f"sites without any edit: {sum(not result.edits for result in results)} of {len(results)}")


if __name__ == "__main__":
    main()
