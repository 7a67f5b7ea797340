"""A machine behind a bad network: a namespace whose packets to the rest of the world are lost, half of them or others.

with LossyLink() as link:                      # skips where namespaces cannot be made, which root alone can
    link.enter_far()                           # in a thread: its sockets are at the far end, such as at link.FAR
    subprocess.Popen([*link.near_command, ...])    # a process at the near end
    link.loss = 0.5                            # from now on

Two network namespaces, each with a TUN device; a thread carries packets from one to the other, and drops some. So the
kernels' own TCP has to live with it. (The kernel's netem would do the same; many kernels come without it.)
"""

from __future__ import annotations

import ctypes
import os
import random
import select
import struct
import subprocess
import threading
from pathlib import Path
from types import TracebackType

import pytest

CLONE_NEWNET = 0x40000000  # linux/sched.h
TUNSETIFF = 0x400454CA  # linux/if_tun.h
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000
DEVICE = "bad0"
LONGEST_PACKET = 65_536
LOOK_EVERY_S = 0.2


class LossyLink:
    """The two ends, and what is between them."""

    NEAR, FAR = "10.203.77.1", tuple(f"10.203.77.{number}" for number in range(2, 10))

    def __init__(self, seed: int = 17) -> None:
        self.loss = 0.0
        self.carried = self.dropped = 0
        self.dice = random.Random(seed)
        self.names = [f"{end}-{os.getpid()}" for end in ("near", "far")]
        self.devices: list[int] = []
        self.is_ended = threading.Event()
        self.thread = threading.Thread(target=self._carry, daemon=True)

    @property
    def near_command(self) -> list[str]:
        """What stands before a command that is to run at the near end."""
        return ["ip", "netns", "exec", self.names[0]]

    def enter_far(self) -> None:
        """Let the calling thread make its sockets at the far end from now on."""
        _enter(self.names[1])

    def __enter__(self) -> LossyLink:
        if os.geteuid() != 0:
            pytest.skip("only root may make a network namespace")
        try:
            for name, addresses in zip(self.names, ([self.NEAR], self.FAR), strict=True):
                _ip("netns", "add", name)
                self.devices.append(_device_in(name))
                _ip("-n", name, "link", "set", "lo", "up")
                _ip("-n", name, "link", "set", DEVICE, "up")
                for address in addresses:
                    _ip("-n", name, "addr", "add", f"{address}/24", "dev", DEVICE)
        except (OSError, subprocess.CalledProcessError) as error:
            self._remove()
            pytest.skip(f"no network namespace with a TUN device can be made here: {error}")
        self.thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.is_ended.set()
        self.thread.join(60)
        self._remove()

    def _carry(self) -> None:
        other = dict(zip(self.devices, reversed(self.devices), strict=True))
        while not self.is_ended.is_set():
            for device in select.select(self.devices, [], [], LOOK_EVERY_S)[0]:
                packet = os.read(device, LONGEST_PACKET)
                if self.dice.random() < self.loss:
                    self.dropped += 1
                else:
                    self.carried += 1
                    os.write(other[device], packet)

    def _remove(self) -> None:
        for device in self.devices:
            os.close(device)
        for name in self.names:
            subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], capture_output=True, check=True)


def _enter(name: str) -> None:
    with Path("/run/netns", name).open("rb") as namespace:
        if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), CLONE_NEWNET):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))


def _device_in(name: str) -> int:
    """A new TUN device in a namespace: made by a thread that is there."""
    import fcntl

    made: list[int | OSError] = []

    def make() -> None:
        try:
            _enter(name)
            device = os.open("/dev/net/tun", os.O_RDWR)
            fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", DEVICE.encode(), IFF_TUN | IFF_NO_PI))
            made.append(device)
        except OSError as error:
            made.append(error)

    thread = threading.Thread(target=make)
    thread.start()
    thread.join()
    if isinstance(made[0], OSError):
        raise made[0]
    return made[0]
