"""Commands in processes of their own, as an operator starts them, without the second that each start of Python takes.

    done = scrapy("status", "-s", f"DATA_DIR={tmp_path}")         # returncode, stdout, stderr
    done = run([sys.executable, "-m", "tests.hostile.plain", ...])
    process = start([...], stderr=log)                            # pid, poll(), wait(), send_signal(), kill()

A command that is `python -m` or `python -c` is run by a fork of a Python that has imported the project already
(tests/forker.py). It is a real process all the same: its own id, session, streams, signals, exit code and end.
Anything else is started afresh, and so is everything with TESTS_FRESH_PROCESSES=1 in the environment, where there is no
fork, and where an environment variable of Python's own differs (PYTHONPATH may, unless it leads to a sitecustomize).
Start by subprocess what is about the start itself: memory, time, what is imported, another copy of the project.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

PROJECT = Path(__file__).resolve().parents[1]
LONGEST_RUN_S = 300  # a bound for hanging, on a machine that is busy with other things
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # a process with threads cannot be forked safely
Streams = IO[Any] | int | None


class Forked:
    """A process that the forker has started; the part of subprocess.Popen that the tests need."""

    def __init__(self, args: Sequence[str], answers: socket.socket) -> None:
        self.args = args
        self.returncode: int | None = None
        self._answers = answers
        self._lock = threading.Lock()
        self._left = b""
        self.pid = self._number()

    def poll(self) -> int | None:
        """The exit code; minus the number of the signal that ended it; None while it runs."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.wait(0)
        return None

    def wait(self, timeout: float | None = None) -> int:
        """The same, at its end. Raises subprocess.TimeoutExpired."""
        with self._lock:
            if self.returncode is None:
                self._answers.settimeout(timeout)
                try:
                    self.returncode = self._number()
                except (TimeoutError, BlockingIOError):
                    raise subprocess.TimeoutExpired(list(self.args), timeout or 0) from None
                self._answers.close()
            return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def __enter__(self) -> Forked:
        return self

    def __exit__(self, *_: object) -> None:
        self.wait()

    def _number(self) -> int:
        while b"\n" not in self._left:
            part = self._answers.recv(64)
            if not part:
                raise RuntimeError("the forker is gone; TESTS_FRESH_PROCESSES=1 does without it")
            self._left += part
        line, _, self._left = self._left.partition(b"\n")
        return int(line)


Process = Forked | subprocess.Popen[bytes]


def start(
    command: Sequence[str | Path],
    *,
    cwd: Path | str = PROJECT,
    env: dict[str, str] | None = None,
    stdin: Streams = None,
    stdout: Streams = None,
    stderr: Streams = None,
) -> Process:
    """The process, begun. env: the whole environment. A stream that is not given is /dev/null."""
    words, environment = [str(word) for word in command], dict(os.environ) if env is None else env
    if not can_be_forked(words, environment):
        streams = [subprocess.DEVNULL if stream is None else stream for stream in (stdin, stdout, stderr)]
        fresh = subprocess.Popen(
            words, cwd=cwd, env=env, stdin=streams[0], stdout=streams[1], stderr=streams[2], start_new_session=True
        )
        FORKER.started.append(fresh)
        return fresh
    with Path(os.devnull).open("r+b") as nothing:
        given = [nothing if stream is None else stream for stream in (stdin, stdout, stderr)]
        numbers = [each if isinstance(each, int) else each.fileno() for each in given]
        return FORKER.start(words, str(cwd), environment, numbers)


def run(
    command: Sequence[str | Path],
    *,
    cwd: Path | str = PROJECT,
    env: dict[str, str] | None = None,
    input: str | bytes = b"",
    stdout: Streams = None,
    timeout: float = LONGEST_RUN_S,
    text: bool = True,
    check: bool = False,
) -> subprocess.CompletedProcess[Any]:
    """From start to end, with what it said. After timeout: killed with all it started; subprocess.TimeoutExpired.

    stdout: where to instead of into the answer. check: CalledProcessError when the exit code is not 0.
    """
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write(input.encode() if isinstance(input, str) else input)
        given.seek(0)
        process = start(command, cwd=cwd, env=env, stdin=given, stdout=out if stdout is None else stdout, stderr=err)
        try:
            code = process.wait(timeout)
        except BaseException:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            err.seek(0)
            print(err.read().decode(errors="replace")[-3000:])
            raise
        said: list[Any] = []
        for file in (out, err):
            file.seek(0)
            said.append(file.read().decode(errors="replace").replace("\r\n", "\n") if text else file.read())
    done = subprocess.CompletedProcess(list(command), code, *said)
    if check:
        done.check_returncode()
    return done


def scrapy(*arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[Any]:
    """`scrapy ARGUMENTS` from start to end; options as for run()."""
    return run([sys.executable, "-m", "scrapy", *map(str, arguments)], **options)


def can_be_forked(words: list[str], environment: dict[str, str]) -> bool:
    """Whether a fork does the same as a fresh process."""
    if os.environ.get("TESTS_FRESH_PROCESSES") or not hasattr(os, "fork") or not hasattr(socket, "send_fds"):
        return False
    ours, theirs = ({k: v for k, v in each.items() if k.startswith("PYTHON")} for each in (os.environ, environment))
    places = theirs.pop("PYTHONPATH", "").split(os.pathsep)
    ours.pop("PYTHONPATH", None)
    is_plain = ours == theirs and not any((Path(place) / "sitecustomize.py").exists() for place in places if place)
    return is_plain and words[0] == sys.executable and len(words) > 2 and words[1] in ("-m", "-c")


class ForkerProcess:
    """The one forker of this process; started with the first order."""

    def __init__(self) -> None:
        self.started: list[Process] = []  # since the last end_all(), fresh ones too
        self._lock = threading.Lock()
        self._orders: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, words: list[str], cwd: str, env: dict[str, str], streams: list[int]) -> Forked:
        """Give an order; the process that it has become."""
        payload = json.dumps({"argv": words[1:], "cwd": cwd, "env": env}).encode()
        ours, theirs = socket.socketpair()
        with self._lock, theirs:
            orders = self._orders or self._begin()
            socket.send_fds(orders, [len(payload).to_bytes(8, "big")], [*streams, theirs.fileno()])
            orders.sendall(payload)
        self.started.append(process := Forked(words, ours))
        return process

    def end_all(self) -> list[str]:
        """Kill what is still running; the command lines."""
        running = [process for process in self.started if process.poll() is None]
        for process in running:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(60)
        self.started.clear()
        return [" ".join(map(str, process.args)) for process in running]  # type: ignore[arg-type]

    def _begin(self) -> socket.socket:
        self._orders, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.forker", str(theirs.fileno())],
                cwd=PROJECT,
                env={**os.environ, **ONE_THREAD},
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )
        atexit.register(self.end)
        return self._orders

    def end(self) -> None:
        """The forker kills what still runs and ends when its orders end."""
        if self._orders is not None and self._process is not None:
            self._orders.close()
            self._process.wait(10)
            self._orders = self._process = None


FORKER = ForkerProcess()
