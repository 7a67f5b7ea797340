"""What hostile pages cost: the real command on each hostile case alone, and on all at once.

    python benchmarks/hostile.py [--spider news] [--only NAME ...] [--at-once]

The cases are those of tests/hostile/web.py; each stands beside the same 48 good articles, and each crawl is a process
of its own with the project's defaults, but for no delay, 8 requests at once and a timeout of 2 s. Peak memory is that
of the process or of a child, whichever was larger (ru_maxrss). --at-once leaves the single cases out.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.hostile.run import run  # noqa: E402 - the path must be set first
from tests.hostile.web import CASES, TRAPS, HostileWeb  # noqa: E402

MOST_ALONE_MIB, MOST_AT_ONCE_MIB, MOST_TRAP_PAGES = 256, 350, 40


@dataclass(frozen=True, slots=True)
class Figures:
    """What one crawl came to. secret: requests to addresses that must not be contacted."""

    name: str
    exit_code: int
    seconds: float
    peak_mib: int
    requests: int
    trap_pages: dict[str, int]
    refused: int
    good: int
    secret: int
    hostile: int

    def is_within(self, most_mib: int) -> bool:
        """Whether all bounds hold."""
        is_bounded = self.peak_mib <= most_mib and max(self.trap_pages.values(), default=0) <= MOST_TRAP_PAGES
        return is_bounded and self.exit_code == 0 and not self.secret


def measure(name: str, names: list[str], spider: str) -> Figures:
    """Crawl a web with these cases."""
    with HostileWeb(names) as web:
        done = run(web, spider)
        found = [(record["title"], record["body"]) for record in done.records]
        good = sum(found.count((each.story.title, each.story.body)) == 1 for each in web.articles)
        secret = len(web.shut.requests) + len(web.foreign.requests)
        return Figures(
            name,
            done.exit_code,
            done.seconds,
            done.peak_mib,
            web.requests(),
            web.trap_pages(),
            done.refused,
            good,
            secret,
            len(web.hostile) + len(web.forbidden) + len(web.trap_pages()),
        )


def tell(figures: Figures, most_mib: int) -> None:
    """One line."""
    traps = max(figures.trap_pages.values(), default=0)
    mark = "" if figures.is_within(most_mib) else "   OVER ITS BOUND"
    print(
        f"{figures.name:30} {figures.peak_mib:5} MiB {figures.seconds:6.1f} s {figures.requests:6} {traps:6}"
        f" {figures.refused:8} {figures.good:6} {figures.secret:7}{mark}",
        flush=True,
    )


def main() -> int:
    """Measure and print; 1 when a bound is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--spider", default="news", choices=["news", "snapshot"])
    parser.add_argument("--only", nargs="*", default=list(CASES), metavar="NAME", choices=list(CASES))
    parser.add_argument("--at-once", action="store_true", help="all cases at once, no single ones")
    chosen = parser.parse_args()
    print(f"{'case':30} {'peak':>9} {'time':>8} {'asked':>6} {'traps':>6} {'refused':>8} {'good':>6} {'secrets':>7}")
    alone = []
    for name in () if chosen.at_once else chosen.only:
        alone.append(measure(name, [name], chosen.spider))
        tell(alone[-1], MOST_ALONE_MIB)
    together = measure("all at once", chosen.only, chosen.spider)
    tell(together, MOST_AT_ONCE_MIB)
    worst = max(together.trap_pages.values(), default=0)
    print(
        f"\n{len(chosen.only)} cases with {together.hostile} hostile addresses and families; peak memory"
        f" {max((each.peak_mib for each in alone), default=0)} MiB alone, {together.peak_mib} MiB at once; "
        f"{sum(together.trap_pages.values())} trap pages fetched, at most {worst} of one of"
        f" {len(TRAPS)} families; {together.refused} requests refused; {together.secret} to a forbidden address"
    )
    bounds = [(each, MOST_ALONE_MIB) for each in alone] + [(together, MOST_AT_ONCE_MIB)]
    return 0 if all(figures.is_within(most) for figures, most in bounds) else 1


if __name__ == "__main__":
    raise SystemExit(main())
