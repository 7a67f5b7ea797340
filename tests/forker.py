"""A Python that has imported everything and forks: each order is a process of its own, without a second of imports.

Started by tests/process.py, one for each process of pytest; it ends, and kills what it started, when that one ends.
An order comes over the socket in argv[1]: 8 bytes of length with four file descriptors (stdin, stdout, stderr and a
socket for the answers), then JSON {argv, cwd, env}. The answers: the process id, and when it has ended its exit code.

The fork then runs `-m MODULE` or `-c CODE` to the end of the interpreter as Python itself would. It differs from a
fresh Python in this: modules are there already, and the seed of the hashes is the same for all forks of one forker.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import pkgutil
import runpy
import selectors
import signal
import socket
import ssl
import sys
import types
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import scrapy
from scrapy.exceptions import ScrapyDeprecationWarning

import snapshot_crawler
from snapshot_crawler.dedup.folding import tables
from snapshot_crawler.lazy_pattern import compile_all

ALSO = """
encodings.gb18030 encodings.idna twisted.internet.asyncioreactor twisted.internet.endpoints twisted.internet._posixstdio
twisted.web.client twisted.web.error twisted.web._newclient uvloop aiohttp.web rich.table rich.progress
""".split()


def preload() -> None:
    """Import what the commands of the project import, but install no reactor: that is the process's own affair."""
    with warnings.catch_warnings():
        # who imports a deprecated module in a fork is told so there
        warnings.simplefilter("error", ScrapyDeprecationWarning)
        for name in [*modules_of(snapshot_crawler), *modules_of(scrapy), *ALSO]:
            # one that is not there on this machine is imported by nobody
            with contextlib.suppress(ImportError, ScrapyDeprecationWarning):
                importlib.import_module(name)
    tables()
    compile_all()
    ssl.create_default_context()  # the first one of a process reads the certificates
    assert "twisted.internet.reactor" not in sys.modules
    gc.collect()
    gc.freeze()


def modules_of(package: types.ModuleType) -> Iterator[str]:
    """The names of all modules of a package."""
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.", onerror=lambda _: None):
        if ".templates" not in module.name and not module.name.endswith("__main__"):
            yield module.name


class Forker:
    """Takes orders and reaps what has ended, until the other end of the socket is closed."""

    def __init__(self, orders: socket.socket) -> None:
        self.orders = orders
        self.answers: dict[int, socket.socket] = {}  # by process id
        self.woken, self.waker = socket.socketpair()
        self.waker.setblocking(False)
        self.woken.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self.waker.fileno(), warn_on_full_buffer=False)

    def serve(self) -> dict[str, Any] | None:
        """In each fork: the order that it is to run. In the forker itself None, at the end."""
        with selectors.DefaultSelector() as selector:
            selector.register(self.orders, selectors.EVENT_READ)
            selector.register(self.woken, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select():
                    if key.fileobj is self.woken:
                        self.reap()
                    elif (order := self.take()) is None:
                        self.kill_all()
                        return None
                    elif order:
                        return order

    def take(self) -> dict[str, Any] | None:
        """Fork for the next order. {} in the forker, the order in the fork, None when no more will come."""
        head, descriptors, _, _ = socket.recv_fds(self.orders, 8, 4)
        if len(head) < 8:
            return None
        order: dict[str, Any] = json.loads(read_all(self.orders, int.from_bytes(head, "big")))
        *streams, answer = descriptors
        if not (pid := os.fork()):
            self.leave()
            os.write(answer, f"{os.getpid()}\n".encode())  # in a session of its own from here on
            os.close(answer)
            for number, descriptor in enumerate(streams):
                os.dup2(descriptor, number)
                os.close(descriptor)
            return order
        for descriptor in streams:
            os.close(descriptor)
        self.answers[pid] = socket.socket(fileno=answer)
        return {}

    def leave(self) -> None:
        """In the fork: nothing of the forker's stays open, and signals mean what they mean in a fresh Python."""
        os.setsid()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for one in (self.orders, self.woken, self.waker, *self.answers.values()):
            one.close()

    def reap(self) -> None:
        """Tell the exit codes of what has ended."""
        with contextlib.suppress(BlockingIOError):
            while self.woken.recv(1024):
                pass
        with contextlib.suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                self.tell(ended[0], os.waitstatus_to_exitcode(ended[1]))
                self.answers.pop(ended[0]).close()

    def tell(self, pid: int, number: int) -> None:
        with contextlib.suppress(OSError):  # nobody waits for it any more
            self.answers[pid].sendall(f"{number}\n".encode())

    def kill_all(self) -> None:
        for pid in self.answers:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)


def read_all(stream: socket.socket, length: int) -> bytes:
    found = b""
    while len(found) < length and (part := stream.recv(length - len(found))):
        found += part
    return found


def become(order: dict[str, Any], outer: str) -> None:
    """Run the order's command line as a Python of its own would. outer: the PYTHONPATH of the forker."""
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["env"])
    own = [path for path in order["env"].get("PYTHONPATH", "").split(os.pathsep) if path]
    sys.path[:] = [order["cwd"], *own, *(path for path in sys.path[1:] if path not in outer.split(os.pathsep))]
    importlib.invalidate_caches()
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        stream = open(  # noqa: SIM115 - for the life of the process
            number,
            "w" if number else "r",
            encoding=os.environ.get("PYTHONIOENCODING") or None,
            errors="backslashreplace" if name == "stderr" else None,
            buffering=1 if name == "stderr" else -1,
            closefd=False,
        )
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    option, what, *words = order["argv"]
    if option == "-m":
        sys.argv = ["-m", *words]
        runpy.run_module(what, run_name="__main__", alter_sys=True)
    else:
        sys.argv = ["-c", *words]
        main = sys.modules["__main__"] = types.ModuleType("__main__")
        exec(compile(what, "<string>", "exec"), main.__dict__)


if __name__ == "__main__":
    pythonpath = os.environ.get("PYTHONPATH", "")
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    preload()
    if wanted := Forker(socket.socket(fileno=int(sys.argv[1]))).serve():
        become(wanted, pythonpath)
