"""State as versions of this project have written it, kept for ever: each folder beside this file is one DATA_DIR.

restore("v1", tmp_path, port=site.port)     # as if that version had crawled the site at this port, below tmp_path
python -m tests.state.stored v3             # crawl a small site, and keep what this version writes as tests/state/v3

A folder is added when the layout of a database changes, by the version before the change. Databases are kept as SQL,
so that a reader sees what is in them. The port and the folder are words of their own, replaced when it is restored;
the port has the five digits that free ports have, for the lengths of files stand in the frontier.
"""

from __future__ import annotations

import base64
import shutil
import socket
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from tests.crash.run import Job
from tests.crash.site import NewsSite

KEPT = Path(__file__).parent
PORT, FOLDER = "54321", "/folder/of/the/crawl"
BINARY = ".b64"  # the end of the name of a file that is no text
ARTICLES = 6  # of the site; the same in every version


def the_site() -> NewsSite:
    """The site that was crawled."""
    return NewsSite(articles=ARTICLES, hidden_every=0)


def restore(name: str, folder: Path, *, port: int) -> None:
    """Lay a kept DATA_DIR and its output below folder: data/ and out.jsonl."""
    for kept in (KEPT / name).rglob("*"):
        if kept.is_dir():
            continue
        text = kept.read_text(encoding="utf-8").replace(PORT, str(port)).replace(FOLDER, str(folder))
        path = folder / str(kept.relative_to(KEPT / name)).replace(PORT, str(port))
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == BINARY:
            path.with_suffix("").write_bytes(base64.b64decode(text))
            continue
        if path.suffix == ".sql":
            with closing(sqlite3.connect(path.with_suffix(".sqlite"), isolation_level=None)) as database:
                database.executescript(text)
        else:
            path.write_text(text, encoding="utf-8")


def keep(name: str, folder: Path, *, port: int) -> None:
    """Keep data/ and out.jsonl below folder as tests/state/NAME."""
    shutil.rmtree(KEPT / name, ignore_errors=True)
    for path in folder.rglob("*"):
        if (
            path.is_dir()
            or path.is_symlink()
            or path.name == "log.txt"
            or path.suffix in (".sqlite-wal", ".sqlite-shm", ".seal")
        ):
            continue
        kept = KEPT / name / str(path.relative_to(folder)).replace(str(port), PORT)
        if path.suffix == ".gz":
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.with_name(kept.name + BINARY).write_bytes(base64.encodebytes(path.read_bytes()))
            continue
        text = dumped(path) if path.suffix == ".sqlite" else path.read_text(encoding="utf-8")
        kept = kept.with_suffix(".sql") if path.suffix == ".sqlite" else kept
        kept.parent.mkdir(parents=True, exist_ok=True)
        text = text.replace(str(port), PORT).replace(str(folder), FOLDER)
        kept.write_text(text.replace(socket.gethostname(), "crawler.example"), encoding="utf-8")


def dumped(path: Path) -> str:
    """A database as SQL, with the two numbers in its head."""
    with closing(sqlite3.connect(path)) as database:
        marks = [
            f"PRAGMA {name} = {database.execute(f'PRAGMA {name}').fetchone()[0]};"
            for name in ("application_id", "user_version")
        ]
        return "\n".join([*marks, *database.iterdump(), ""])


def main(name: str) -> None:
    with tempfile.TemporaryDirectory() as text, the_site() as site:
        assert len(str(site.port)) == len(PORT), "a free port of four digits; try again"
        folder = Path(text).resolve()
        job = Job(site, folder)
        assert job.run() == 0, job.log()
        keep(name, folder, port=site.port)


if __name__ == "__main__":
    main(*sys.argv[1:])
