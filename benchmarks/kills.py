"""Four processes on one job, killed at random: is anything lost, doubled or broken, and does the pace hold?

    python benchmarks/kills.py [--kills 30] [--seed 1] [--processes 4] [--sites 8] [--articles 60] [--delay 0.3]

It starts a PostgreSQL server of its own, and sites on 127.0.0.2 and following. A killed process is begun again at once,
or after some seconds, in which its hosts may go to the others. At the end all run to the end of the job, and the files
are read: articles that are missing, that are there twice, lines that are no JSON, and the shortest time between two
requests to one site, by the kernel's own note of when their bytes came (error: tests/server.py, ARRIVED_WITHIN_S).
"""

from __future__ import annotations

import argparse
import contextlib
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.postgres_server import running_server
from tests.server import ARRIVED_WITHIN_S
from tests.shared.fleet import NO_FAULTS, Fleet
from tests.shared.kills import Kills


def main() -> None:
    """Print one line of figures; exit code 1 where anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, number in (("kills", 30), ("seed", 1), ("processes", 4), ("sites", 8), ("articles", 60)):
        parser.add_argument(f"--{name}", type=int, default=number)
    parser.add_argument("--delay", type=float, default=0.3)
    asked = parser.parse_args()
    began = time.monotonic()
    with contextlib.contextmanager(running_server)() as server, tempfile.TemporaryDirectory() as folder:
        made = {"sites": asked.sites, "workers": asked.processes, "articles": asked.articles, "latency_s": 0.02}
        settings = {"DOWNLOAD_DELAY": asked.delay, "ARCHIVE_ENABLED": 1}
        with Fleet(Path(folder), server.new_database(), **made, **settings) as fleet:
            kills = Kills(fleet, random.Random(asked.seed))
            kills.kill(asked.kills)
            codes = fleet.finish()
            codes = fleet.finish() if any(codes) else codes
            faults, gap_s = fleet.faults(), fleet.shortest_gap_s()
            print(
                f"seed {asked.seed}: {kills.in_all} kills, {kills.at_work} of them while articles were missing;",
                f"{len(fleet.sites) * asked.articles} articles,",
                *(f"{number} {what}," for what, number in faults.items()),
                f"{fleet.asked} pages asked for, shortest gap {gap_s:.3f} s at a delay of {asked.delay} s;",
                f"exit codes {codes}; {time.monotonic() - began:.0f} s",
                flush=True,
            )
            if faults != NO_FAULTS or gap_s < asked.delay - ARRIVED_WITHIN_S or any(codes):
                print(fleet.logs(), file=sys.stderr)
                sys.exit(1)


if __name__ == "__main__":
    main()
