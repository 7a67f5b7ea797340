"""A PostgreSQL server of the tests' own: started for a test run, on loopback and on a socket in a folder, then removed.
A run that is killed leaves no server behind: a guard stops it.

`postgres_server` is the server; `database_url` is a new, empty database of it for one test. Where there is no server
or no psycopg, the tests that ask for them skip and say so. Used by conftest.py, which makes them fixtures of all tests.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

LONGEST_S = 120  # for a server to start or stop on a busy machine
USER = "crawler"
# Waits until the other end of its standard input is closed, as it is when the tests are killed
GUARD = 'read -r nothing; "$0" -D "$1" -m immediate stop; rm -rf "$2"'
numbers = count()


class PostgresServer:
    """A running server; it can be stopped and started again, on the same port."""

    def __init__(self, tools: Path, user: str | None, *settings: str) -> None:
        """settings: of the server, such as wal_level=replica, beside those of all tests."""
        self.tools, self.user, self.settings = tools, user, settings
        # not pytest's folder: that is for one user, and its name is too long for a socket
        self.folder = Path(tempfile.mkdtemp(prefix="pg"))
        self.data = self.folder / "data"
        self.port = _free_port()
        self.is_running = False
        self.guard: subprocess.Popen[bytes] | None = None

    def own(self, folder: Path) -> None:
        """Let the server write to a folder. Skips where that cannot be."""
        if self.user is not None:
            try:
                shutil.chown(folder, self.user)
            except LookupError:
                self.folder.rmdir()
                pytest.skip("PostgreSQL does not run as root, and there is no user postgres")

    def prepare(self, *options: str) -> None:
        """Make its files. options: of initdb. Skips where they cannot belong to a user who is not root."""
        self.own(self.folder)
        usual = ("-A", "trust", "-U", USER, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        self._run(self.tools / "initdb", "-D", self.data, *usual, *options)

    def copy_of(self, other: PostgresServer) -> None:
        """Take another server's files, and follow it from now on, as a standby."""
        self.own(self.folder)
        self._run(self.tools / "pg_basebackup", "-d", other.url(), "-D", self.data, "-R", "-c", "fast", "--no-sync")

    def promote(self) -> None:
        """Follow nobody any more, and take writes."""
        self._control("promote")

    def start(self, *, durable: bool = False) -> None:
        """Start it, and wait until it answers. durable: it writes to the disk as a real one does."""
        options = (
            f"-c listen_addresses=127.0.0.1 -c port={self.port} -c unix_socket_directories='{self.folder}'"
            " -c shared_buffers=32MB -c max_connections=60"
        )
        if not durable:
            options += " -c fsync=off"
        options += "".join(f" -c {setting}" for setting in self.settings)
        if self.guard is None:
            control = self.tools / "pg_ctl"
            self.guard = subprocess.Popen(
                ["sh", "-c", GUARD, control, self.data, self.folder],
                user=self.user,
                cwd="/",
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._control("-o", options, "-l", self.folder / "log", "start")
        self.is_running = True

    def stop(self, *, mode: str = "fast") -> None:
        """Stop it; mode: "fast", or "immediate" as a crash."""
        self._control("-m", mode, "stop")
        self.is_running = False

    def is_up(self) -> bool:
        """Whether it runs, after it may have ended by itself."""
        status = [self.tools / "pg_ctl", "-D", self.data, "status"]
        done = subprocess.run(status, user=self.user, cwd="/", capture_output=True, timeout=LONGEST_S, check=False)
        self.is_running = done.returncode == 0
        return self.is_running

    def url(self, name: str = "postgres") -> str:
        """The address of one of its databases, over TCP."""
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{name}"

    def new_database(self) -> str:
        """The address of a new, empty database."""
        import psycopg

        name = f"test{next(numbers)}_{os.getpid()}"
        with psycopg.connect(self.url(), autocommit=True) as db:
            db.execute(f'CREATE DATABASE "{name}"'.encode())
        return self.url(name)

    def new_schema(self) -> str:
        """An address under which a new, empty schema of the first database is all that is seen."""
        import psycopg

        name = f"schema{next(numbers)}"
        with psycopg.connect(self.url(), autocommit=True) as db:
            db.execute(f"CREATE SCHEMA {name}".encode())
        return f"{self.url()}?options=-csearch_path%3D{name}"

    def remove(self) -> None:
        """Stop it for good and remove its files."""
        if self.is_running:
            self.stop(mode="immediate")
        if self.guard is not None:
            self.guard.kill()
            self.guard.communicate()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _control(self, *words: object) -> None:
        self._run(self.tools / "pg_ctl", "-D", self.data, "-t", LONGEST_S, "-w", *words)

    def _run(self, *command: object) -> None:
        with tempfile.TemporaryFile() as told:  # a pipe would stay open in the server's processes
            words = list(map(str, command))
            done = subprocess.run(
                words, user=self.user, cwd="/", stdout=told, stderr=told, timeout=LONGEST_S, check=False
            )
            told.seek(0)
            assert done.returncode == 0, told.read().decode()


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
    return port


def tools_of_postgres() -> Path | None:
    """The folder of the server's programs; None where there is none."""
    places = ["/usr/local/bin", *sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True)]
    initdb = shutil.which("initdb", path=os.pathsep.join([*places, os.environ.get("PATH", "")]))
    return None if initdb is None else Path(initdb).resolve().parent  # a link may lead to where all are


def user_of_servers() -> str | None:
    """Who runs a server: it refuses to be root. None: who runs the tests."""
    return "postgres" if os.getuid() == 0 else None


def running_server() -> Iterator[PostgresServer]:
    """A server for as long as the generator lives. Skips where there is none."""
    pytest.importorskip("psycopg", reason="the extra postgres is not installed")
    if (tools := tools_of_postgres()) is None:
        pytest.skip("no PostgreSQL server here: initdb is not found")
    server = PostgresServer(tools, user_of_servers())
    try:
        server.prepare()
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The server of this process's tests. Who stops it starts it again."""
    yield from running_server()


@pytest.fixture
def database_url(postgres_server: PostgresServer) -> str:
    """The address of a new, empty database."""
    return postgres_server.new_database()


@pytest.fixture
def quick_database_url(postgres_server: PostgresServer) -> str:
    """As database_url, for storages: a schema in a database that others use too, which costs a tenth of a new one."""
    return postgres_server.new_schema()


@pytest.fixture
def connection(database_url: str) -> Iterator[Any]:
    """A connection of the test's own to that database."""
    import psycopg

    with psycopg.connect(database_url, autocommit=True) as db:
        yield db
