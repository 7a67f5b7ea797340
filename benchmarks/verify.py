"""How many megabytes a second `scrapy verify` proves, a core: an output as a crawl commits it, of a given size.

python benchmarks/verify.py [--mb 1000] [--commit-kb 20]
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from contextlib import closing
from pathlib import Path

from snapshot_crawler.frontier.store import frontiers_of
from snapshot_crawler.sums import sum_of
from snapshot_crawler.upkeep.verify import Verification


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mb", type=int, default=1000)
    parser.add_argument("--commit-kb", type=int, default=20, help="four articles of 5 KB: two pages a second")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data, output = Path(folder) / "data", Path(folder).resolve() / "out.jsonl"
        line = b'{"body": "' + os.urandom(2400).hex().encode() + b'"}\n'
        chunk = line * max(1, options.commit_kb * 1024 // len(line))
        digest, length = sum_of(chunk), 0
        with closing(frontiers_of({"DATA_DIR": str(data)}).open("job")) as store, output.open("wb") as file:
            store.set_state("stopped_cleanly", value=True)
            while length < options.mb * 1_000_000:
                file.write(chunk)
                length += len(chunk)
                store.commit({str(output): length}, {str(output): digest})
        wall, cpu = time.perf_counter(), time.process_time()
        verification = Verification({"DATA_DIR": str(data)})
        found = list(verification.findings())
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        assert not found, found
        read = verification.tally.read / 1e6
        print(
            f"{read:.0f} MB in commits of {len(chunk)} bytes: {read / cpu:.0f} MB/s of CPU time, {read / wall:.0f} MB/s"
        )


if __name__ == "__main__":
    main()
