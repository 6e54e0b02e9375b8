"""Requests that wait for a worker: how many may, and whose turn it is."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from kg.web.http import Refused, Response

#: What is kept of a client's habits at each request; how many clients' are remembered, and for how many seconds.
_KEPT, _CLIENTS, _MINUTE = 0.9, 10_000, 60.0
LONG = 0.2  # seconds of work that the requests of a client may take on average
#: Of a client whose requests take less than that on average, after so many, one that takes longer is an exception.
_SHORT, _ENOUGH = 0.01, 4


class Capacity(NamedTuple):
    """How many workers there are for brisk and for long requests, and how many requests wait or run at most: in all,
    of one client, and long ones of one client."""

    brisk: int = 4
    long: int = 2
    waiting: int = 512
    client: int = 64
    client_long: int = 16


@dataclass(eq=False)
class Job:
    """A request on its way."""

    client: str
    message: bytes
    key: bytes
    done: asyncio.Future[Response]
    arrived: float = field(default_factory=time.monotonic)
    started: float = 0.0
    long: bool = False
    worked: float | None = None  # the processor time of its worker when it was first looked at
    abandoned: bool = False
    version: str = ""  # of the graph that answered


class Habits:
    """Whether what a client asks is long as a rule: how long a worker had to work for each of its requests lately."""

    def __init__(self) -> None:
        self._of: OrderedDict[str, tuple[float, float, float]] = OrderedDict()  # seconds, requests, when it was noted

    def note(self, client: str, seconds: float) -> None:
        """A request of a client has been answered or stopped: for how long a worker had to work, 0 for a brisk one."""
        spent, count, _ = self._of.pop(client, (0.0, 1.0, 0.0))
        self._of[client] = (_KEPT * spent + seconds, _KEPT * count + 1, time.monotonic())
        if len(self._of) > _CLIENTS:
            self._of.popitem(last=False)

    def are_long(self, client: str) -> bool:
        """Whether the requests of a client have taken more than LONG seconds on average, within the last minute."""
        spent, count, noted = self._of.get(client, (0.0, 1.0, 0.0))
        return spent / count > LONG and time.monotonic() - noted < _MINUTE

    def are_brisk(self, client: str) -> bool:
        """Whether a client has asked enough to be known for brisk requests."""
        spent, count, _ = self._of.get(client, (0.0, 1.0, 0.0))
        return count > _ENOUGH and spent / count < _SHORT

    def rank(self, client: str) -> tuple[bool, bool]:
        """Whose long requests come first: those of clients who are brisk as a rule, last those of who asks nothing
        else."""
        return self.are_long(client), not self.are_brisk(client)


class Lane:
    """Jobs that wait; clients take turns."""

    def __init__(self) -> None:
        self._of: OrderedDict[str, deque[Job]] = OrderedDict()
        self.size = 0

    def put(self, job: Job) -> None:
        """Let a job wait."""
        self._of.setdefault(job.client, deque()).append(job)
        self.size += 1

    def take(self, rank: Callable[[str], Any]) -> Job:
        """The first job of the client whose turn it is among those of the lowest rank."""
        client = min(self._of, key=rank)  # the first of several
        jobs = self._of.pop(client)
        job = jobs.popleft()
        if jobs:
            self._of[client] = jobs
        self.size -= 1
        return job

    def drop(self, job: Job) -> bool:
        """Take a job out; whether it waited here."""
        jobs = self._of.get(job.client, deque())
        if job not in jobs:
            return False
        jobs.remove(job)
        if not jobs:
            del self._of[job.client]
        self.size -= 1
        return True

    def __iter__(self) -> Iterator[Job]:
        return (job for jobs in self._of.values() for job in jobs)


def busy(status: int, what: str, seconds: int = 1) -> Refused:
    """A refusal for now: try again after some seconds."""
    return Refused(status, what, (("Retry-After", str(seconds)),))
