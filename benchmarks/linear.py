"""How the cost of a page grows with its size: each shape of tests/linear/shapes.py the whole way, in one process.

    python benchmarks/linear.py [--spider news] [--size 64] [--only NAME ...] [--cap]

A line a shape: CPU milliseconds for a page of --size KiB and for one of eight times that, and their ratio: 8 is linear,
64 quadratic. --cap: CPU seconds for a page as large as DOWNLOAD_MAXSIZE lets pass (8 MiB) instead.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.linear.shapes import SHAPES  # noqa: E402 - the path must be set first
from tests.linear.test_linear import CAP_BYTES, MOST_S  # noqa: E402
from tests.linear.way import MOST_GROWTH, SPIDERS, Measure, Way, made  # noqa: E402


def main() -> int:
    """Measure and print; 1 when a bound is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--spider", default="news", choices=list(SPIDERS))
    parser.add_argument("--size", type=int, default=64, metavar="KIB")
    parser.add_argument("--only", nargs="*", default=list(SHAPES), metavar="NAME", choices=list(SHAPES))
    parser.add_argument("--cap", action="store_true", help="one page of 8 MiB of each shape")
    chosen = parser.parse_args()
    is_over = False
    with tempfile.TemporaryDirectory() as folder, Way(Path(folder), chosen.spider) as way:
        measure = Measure(way)
        print(f"spider {chosen.spider}; a page of one paragraph: {measure.base_s * 1000:.1f} ms")
        for name in chosen.only:
            if chosen.cap:
                seconds = measure.cost_s(SHAPES[name], made(SHAPES[name], CAP_BYTES))
                is_bad, told = seconds > MOST_S, f"{seconds:8.2f} s"
            else:
                growth = measure.growth(SHAPES[name], chosen.size * 1024)
                is_bad = not growth.is_linear
                small_s, large_s = growth.small_s - growth.base_s, growth.large_s - growth.base_s
                told = f"{small_s * 1000:8.1f} ms {large_s * 1000:8.1f} ms {growth.ratio:6.1f}"
            is_over |= is_bad
            print(f"{name:52} {told}{'   OVER ITS BOUND' if is_bad else ''}", flush=True)
    print(f"bounds: {MOST_GROWTH} times the cost for 8 times the bytes; {MOST_S} s for a page of 8 MiB")
    return int(is_over)


if __name__ == "__main__":
    raise SystemExit(main())
