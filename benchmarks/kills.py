"""Four processes on one job, killed at random: is anything lost, doubled or broken, and does the pace hold?

    python benchmarks/kills.py [--kills 30] [--seed 1] [--processes 4] [--sites 8] [--articles 60] [--delay 0.3]
    python benchmarks/kills.py --outage 60 [--processes 4] [--sites 8] [--articles 60] [--delay 0.3]

It starts a PostgreSQL server of its own, and sites on 127.0.0.2 and following. A killed process is begun again at once,
or after some seconds, in which its hosts may go to the others. At the end all run to the end of the job, and the files
are read: articles that are missing, that are there twice, lines that are no JSON, and the shortest time between two
requests to one site, by the kernel's own note of when their bytes came (error: tests/server.py, ARRIVED_WITHIN_S).

--outage: nobody is killed, but the server is away for so many seconds, when a quarter of the articles was asked for.
FRONTIER_LEASE and DATABASE_WAIT are at their defaults then. Nobody may end before the job is done.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from snapshot_crawler.frontier.share import LEASE_S, LEASE_SETTING
from snapshot_crawler.postgres.database import WAIT_S, WAIT_SETTING
from tests.postgres_server import PostgresServer, running_server
from tests.server import ARRIVED_WITHIN_S
from tests.shared.fleet import NO_FAULTS, Fleet
from tests.shared.kills import Kills

USUAL = {LEASE_SETTING: int(LEASE_S), WAIT_SETTING: WAIT_S}


@contextlib.contextmanager
def running(asked: argparse.Namespace, **settings: object) -> Iterator[tuple[PostgresServer, Fleet]]:
    """The server, and the processes, which are not begun."""
    with contextlib.contextmanager(running_server)() as server, tempfile.TemporaryDirectory() as folder:
        made = {"sites": asked.sites, "workers": asked.processes, "articles": asked.articles, "latency_s": 0.02}
        settings = {"DOWNLOAD_DELAY": asked.delay, "ARCHIVE_ENABLED": 1, **settings}
        with Fleet(Path(folder), server.new_database(), **made, **settings) as fleet:
            yield server, fleet


def killed(asked: argparse.Namespace) -> bool:
    """Processes that are killed; whether all is well."""
    began = time.monotonic()
    with running(asked) as (_, fleet):
        kills = Kills(fleet, random.Random(asked.seed))
        kills.kill(asked.kills)
        codes = fleet.finish()
        codes = fleet.finish() if any(codes) else codes
        what = f"seed {asked.seed}: {kills.in_all} kills, {kills.at_work} of them while articles were missing"
        return told(what, fleet, asked, codes, began)


def without_database(asked: argparse.Namespace) -> bool:
    """A server that is away for a while; whether all is well."""
    began = time.monotonic()
    with running(asked, **USUAL) as (server, fleet):
        for worker in fleet.workers:
            worker.start()
        fleet.until_asked(asked.sites * asked.articles // 4)
        server.stop(mode="immediate")
        time.sleep(asked.outage)
        ended, before = sum(not worker.is_running for worker in fleet.workers), fleet.asked
        server.start()
        back = time.monotonic()
        fleet.until_asked(before + 1)
        again_s = time.monotonic() - back
        codes = [worker.wait() for worker in fleet.workers]
        what = (
            f"the database was away for {asked.outage:.0f} s: {ended} processes ended meanwhile, and the first request "
            f"came {again_s:.1f} s after it was back"
        )
        return told(what, fleet, asked, codes, began) and not ended


def told(what: str, fleet: Fleet, asked: argparse.Namespace, codes: list[int], began: float) -> bool:
    """Print one line of figures; whether all is well. Else the logs are printed, too."""
    faults, gap_s = fleet.faults(), fleet.shortest_gap_s()
    print(
        f"{what}; {len(fleet.sites) * asked.articles} articles,",
        *(f"{number} {fault}," for fault, number in faults.items()),
        f"{fleet.asked} pages asked for, shortest gap {gap_s:.3f} s at a delay of {asked.delay} s;",
        f"exit codes {codes}; {time.monotonic() - began:.0f} s",
        flush=True,
    )
    is_well = faults == NO_FAULTS and gap_s >= asked.delay - ARRIVED_WITHIN_S and not any(codes)
    if not is_well:
        print(fleet.logs(), file=sys.stderr)
    return is_well


def main() -> int:
    """The command; exit code 1 where anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, number in (("kills", 30), ("seed", 1), ("processes", 4), ("sites", 8), ("articles", 60)):
        parser.add_argument(f"--{name}", type=int, default=number)
    parser.add_argument("--delay", type=float, default=0.3)
    parser.add_argument("--outage", type=float, metavar="SECONDS")
    asked = parser.parse_args()
    return 0 if (killed(asked) if asked.outage is None else without_database(asked)) else 1


if __name__ == "__main__":
    sys.exit(main())
