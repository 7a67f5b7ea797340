"""One index and several processes: none loses or doubles a decision, and a killed one leaves it whole."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import sqlite3
import sys
import threading
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

from snapshot_crawler.dedup.decision import Candidate
from snapshot_crawler.dedup.index import Index
from snapshot_crawler.dedup.sqlite import SqliteRows
from tests.dedup.stories import article
from tests.process import start

# Processes of their own that share nothing; where it is there, by a server that has imported what they need.
SEPARATE = multiprocessing.get_context(
    "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
)
SEPARATE.set_forkserver_preload(["tests.dedup.test_processes"])
STORIES = 60
PROCESSES = 4
LONGEST_S = 300


def invented(number: int) -> str:
    """The text of one of many stories that have nothing in common."""
    chance = random.Random(number)
    return "。".join("".join(chance.choices([chr(0x4E00 + code) for code in range(900)], k=30)) for _ in range(8))


def copies(outlet: int) -> list[Candidate]:
    """All stories as one outlet has them: at its own addresses, in its own order."""
    own = [article(invented(number), f"{outlet}-{number}") for number in range(STORIES)]
    random.Random(outlet).shuffle(own)
    return own


def decide_all(path: Path, outlet: int, together: Any, answers: Any) -> None:
    own = copies(outlet)
    together.wait(LONGEST_S)
    index = Index(SqliteRows(path), f"outlet-{outlet}")
    said = []
    for place in range(0, len(own), 10):
        for one in own[place : place + 10]:
            decision = index.decide(one)
            said.append((one.id, decision.action, decision.duplicate_of))
        index.settle(one.url for one in own[place : place + 10])
    index.close()
    answers.put(said)


def test_processes_that_make_and_fill_one_index_together_publish_each_story_once(tmp_path: Path) -> None:
    path = tmp_path / "new" / "index.sqlite"
    together, answers = SEPARATE.Barrier(PROCESSES), SEPARATE.Queue()
    workers = [
        SEPARATE.Process(target=decide_all, args=(path, outlet, together, answers)) for outlet in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    said = [one for _ in workers for one in answers.get(timeout=LONGEST_S)]
    for worker in workers:
        worker.join(LONGEST_S)
        assert worker.exitcode == 0
    story_of = {article("", f"{o}-{n}").id: n for o in range(PROCESSES) for n in range(STORIES)}
    published = Counter(story_of[name] for name, action, _ in said if action == "new")
    assert published == dict.fromkeys(range(STORIES), 1)
    assert Counter(action for _, action, _ in said) == {"new": STORIES, "duplicate": STORIES * (PROCESSES - 1)}
    assert all(story_of[name] == story_of[of] for name, action, of in said if action == "duplicate")
    with closing(Index(SqliteRows(path), "afterwards")) as index:
        assert len(index) == STORIES * PROCESSES
        assert {index.decide(one).action for one in copies(0) + copies(1)} <= {"unchanged", "duplicate"}


def open_often(folder: Path, together: Any) -> None:
    for number in range(12):
        together.wait(LONGEST_S)
        Index(SqliteRows(folder / str(number) / "index.sqlite"), f"process-{os.getpid()}").close()


def test_an_index_made_by_several_processes_at_the_same_instant_is_made_once(tmp_path: Path) -> None:
    together = SEPARATE.Barrier(PROCESSES)
    workers = [SEPARATE.Process(target=open_often, args=(tmp_path, together)) for _ in range(PROCESSES)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(LONGEST_S)
    assert [worker.exitcode for worker in workers] == [0] * PROCESSES


CRAWL = """
import json, os, sys, time
from pathlib import Path
from snapshot_crawler.dedup.index import Index
from snapshot_crawler.dedup.sqlite import SqliteRows
from tests.dedup.test_processes import copies

folder = Path(sys.argv[1])
acknowledged = set((folder / "acknowledged").read_text().split())
# what the frontier's storage does on a start: the output is cut back to what is acknowledged
lines = (folder / "output").read_text().splitlines() if (folder / "output").exists() else []
whole = [line for line in lines if line.startswith("{") and line.endswith("}")]
kept = [line for line in whole if json.loads(line)["url"] in acknowledged]
(folder / "output").write_text("".join(line + "\\n" for line in kept))
index = Index(SqliteRows(folder / "index.sqlite"), "job")
index.recover(acknowledged.__contains__)
todo = [one for outlet in (0, 1) for one in copies(outlet) if one.url not in acknowledged]
print("started", flush=True)
with (folder / "output").open("a") as output, (folder / "acknowledged").open("a") as note:
    for place in range(0, len(todo), 5):
        batch = todo[place : place + 5]
        for one in batch:
            decision = index.decide(one)
            if decision.action != "duplicate":
                output.write(json.dumps({"url": one.url, "action": decision.action}) + "\\n")
                output.flush()
        note.write("".join(one.url + "\\n" for one in batch))
        note.flush()
        index.settle([one.url for one in batch])
        time.sleep(0.003)  # so that no machine is done before it is killed
"""


def test_a_job_killed_at_any_moment_and_started_again_publishes_each_story_once(tmp_path: Path) -> None:
    (tmp_path / "acknowledged").touch()
    chance = random.Random(11)
    killed = 0
    for _ in range(40):
        ours, theirs = os.pipe()
        with Path(tmp_path / "errors").open("wb") as log:
            run = start([sys.executable, "-c", CRAWL, tmp_path], stdout=theirs, stderr=log)
        os.close(theirs)
        with open(ours, "rb") as pipe:  # noqa: PTH123 - a pipe
            said = pipe.readline()
        assert said == b"started\n", (tmp_path / "errors").read_text()
        if killed < 8:
            # the moment is what is random here; nothing is waited for
            time.sleep(chance.uniform(0, 0.03))
            run.kill()
        code = run.wait(LONGEST_S)
        state = sqlite3.connect(tmp_path / "index.sqlite")
        assert state.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        state.close()
        if code == 0:
            break
        assert code == -9, (tmp_path / "errors").read_text()
        killed += 1
    assert killed >= 4, "a run was over before it was killed: more stories are needed"
    story_of = {one.url: invented(number) for number, one in _by_number()}
    published = Counter(story_of[json.loads(line)["url"]] for line in (tmp_path / "output").read_text().splitlines())
    assert published == dict.fromkeys([invented(number) for number in range(STORIES)], 1)


def _by_number() -> list[tuple[int, Candidate]]:
    return [(number, article("", f"{outlet}-{number}")) for outlet in (0, 1) for number in range(STORIES)]


def test_a_decision_waits_for_the_transaction_of_another(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    began = threading.Event()
    said: list[str] = []

    def ask() -> None:
        began.set()
        with closing(Index(SqliteRows(path), "two")) as second:
            said.append(second.decide(article(invented(1), "a")).action)

    with closing(Index(SqliteRows(path), "one")) as first, first.batch():
        first.decide(article(invented(1), "b"))
        asking = threading.Thread(target=ask)
        asking.start()
        assert began.wait(LONGEST_S)
        assert said == []
    asking.join(LONGEST_S)
    assert said == ["duplicate"]
