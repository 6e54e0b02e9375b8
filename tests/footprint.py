"""A server under test: how it is started, what it takes of the machine, when it is at rest. Linux only, for /proc."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from tests.engines import free_port, program

#: What the front may hold more after a soak than after its warm-up, in bytes: it keeps nothing of a request but, of
#: up to 2,000 slow ones, a digest of 16 bytes; the rest is what malloc has not given back of answers of some MB.
FRONT = 24 << 20
#: What each other process may take more: a worker is replaced when it has grown by 256 MB, and looked at after every
#: fifty answers; half of that on average, for they are of all ages.
WORKER = 128 << 20


class Footprint(NamedTuple):
    """What a server takes: bytes of its front and of all its other processes, how many of these there are, how many
    have ended and are not waited for, and the descriptors that the front has open."""

    front: int
    workers: int
    processes: int
    ended: int
    descriptors: int


def grown(before: Footprint, after: Footprint) -> list[str]:
    """What a server takes that it did not before, a line each."""
    found = []
    for what, old, new, most in (
        ("MB of memory in the front", before.front >> 20, after.front >> 20, FRONT >> 20),
        ("MB of memory in other processes", before.workers >> 20, after.workers >> 20, before.processes * WORKER >> 20),
        ("processes", before.processes, after.processes, 0),
        ("ended processes that nobody has waited for", before.ended, after.ended, 0),
        ("descriptors", before.descriptors, after.descriptors, 2),
    ):
        if new > old + most:
            found.append(f"{what}: {old} before, {new} after, and {most} more may be")
    return found


class Server(NamedTuple):
    """A server that runs."""

    port: int
    process: subprocess.Popen[bytes]

    def health(self) -> dict[str, object]:
        """What it says of itself; {} where it says nothing."""
        address = f"http://127.0.0.1:{self.port}/health"
        with suppress(OSError, ValueError), urllib.request.urlopen(address, timeout=10) as answer:
            told: dict[str, object] = json.load(answer)
            return told
        return {}

    def footprint(self) -> Footprint:
        """What it takes now."""
        family = descendants(self.process.pid)
        states = [(Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0], pid) for pid in family]
        living = [pid for state, pid in states if state != "Z"]
        front = self.process.pid
        taken = sum(_memory(pid) for pid in living)
        return Footprint(
            _memory(front),
            taken,
            len(living),
            len(states) - len(living),
            len(list(Path(f"/proc/{front}/fd").iterdir())),
        )

    def at_rest(self, before: Footprint | None = None, patience: float = 20.0) -> Footprint:
        """What it takes when it has nothing to do, all its workers are there, and no connections are left; as it is
        after `patience` seconds where that does not come."""
        until, last = time.monotonic() + patience, (0, 0)
        while time.monotonic() < until:
            told = self.health()
            idle = not (told.get("busy", 1) or told.get("waiting", 1) or told.get("waiting_long", 1))
            with suppress(OSError):
                taken = self.footprint()
                settled = last == (taken.processes, taken.descriptors) if before is None else not grown(before, taken)
                last = taken.processes, taken.descriptors
                if idle and settled:
                    return taken
            time.sleep(0.3)
        return self.footprint()


def descendants(pid: int) -> list[int]:
    """The processes that a process has started, and those that they have."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            children.setdefault(int(path.read_text().rpartition(") ")[2].split()[1]), []).append(int(path.parent.name))
    found, new = [], children.get(pid, [])
    while new:
        found += new
        new = [grandchild for child in new for grandchild in children.get(child, [])]
    return found


def _memory(pid: int) -> int:
    """The bytes that a process has for itself, and its share of what it has with others."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(text.partition("\nPss:")[2].split()[0]) << 10


@contextmanager
def served(folder: Path, *options: str, command: list[str] | None = None) -> Iterator[Server]:
    """`kg serve` of a folder, without a cache, until it is no longer wanted; another `command` takes --port too."""
    port = free_port()
    command = command or [program("kg"), "serve", str(folder), "--cache", "0", "--log", os.devnull, *options]
    process = subprocess.Popen([*command, "--port", str(port)], start_new_session=True, stderr=subprocess.DEVNULL)
    try:
        server, until = Server(port, process), time.monotonic() + 60
        while not server.health():
            assert process.poll() is None and time.monotonic() < until, f"{command[0]} does not serve"
            time.sleep(0.1)  # a server tells nobody when it is ready
        yield server
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
