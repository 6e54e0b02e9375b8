"""Workers and who has them: requests wait in turn, those that prove long in a lane of their own.

Clients take turns, so none waits for all requests of another. A request that takes longer than BRISK goes on in the
slow lane, behind all others as to the processor; where that lane is full and others wait, it is stopped and put at the
end of the lane. What has proved slow once begins there. So however many long requests come, brisk ones find a worker.
"""

from __future__ import annotations

import asyncio
import pickle
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from kg.web.channel import Channel, response
from kg.web.http import Refused, Response
from kg.web.worker import Task

BRISK = 0.25  # seconds after which a request counts as long
_TICK = 0.05
_REMEMBERED = 2_000  # requests that have proved slow
_FAILURES = 5  # workers in a row that could not open the store


class Capacity(NamedTuple):
    """How many workers there are for brisk and for long requests, and how many requests wait or run at most: in all,
    of one client, and long ones of one client."""

    brisk: int = 2
    long: int = 2
    waiting: int = 512
    client: int = 64
    client_long: int = 4


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
    abandoned: bool = False


class Lane:
    """Jobs that wait; clients take turns."""

    def __init__(self) -> None:
        self._of: OrderedDict[str, deque[Job]] = OrderedDict()
        self.size = 0

    def put(self, job: Job) -> None:
        """Let a job wait."""
        self._of.setdefault(job.client, deque()).append(job)
        self.size += 1

    def take(self) -> Job:
        """The first job of the client whose turn it is."""
        client, jobs = self._of.popitem(last=False)
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


class Pool:
    """Workers that serve a task; see the module."""

    def __init__(self, task: Task, capacity: Capacity):
        self.task, self.capacity = task, capacity
        self.version, self.fault = "", ""
        self.generation = 0
        self.brisk, self.long = Lane(), Lane()
        self._known: OrderedDict[bytes, None] = OrderedDict()
        self._idle: list[Channel] = []
        self._all: set[Channel] = set()
        self._starting = self._failed = 0
        self._clients: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    async def start(self) -> None:
        """Start the workers, and wait until one is ready, or none can be."""
        self._fill()
        self._later(self._watch())
        while not self._idle and not self.fault:
            await asyncio.sleep(0.01)

    async def stop(self) -> None:
        """End all workers."""
        self._closed = True
        for task in self._tasks:
            task.cancel()
        for channel in list(self._all):
            channel.end()

    def renew(self, task: Task) -> None:
        """Serve another store from now on; workers of the old one finish what they do."""
        self.task, self.generation, self._failed = task, self.generation + 1, 0
        self._fill()

    def submit(self, client: str, request: tuple[Any, ...], key: bytes) -> Job:
        """A job that is answered in its turn; Refused (429, 503) where too many wait. `key` is the same for alike
        requests."""
        if self.fault:
            raise Refused(503, f"the graph cannot be opened: {self.fault}")
        if self._clients[client] >= self.capacity.client:
            raise _later(429, f"{self.capacity.client} requests of yours are at work; send the next when one is done")
        if self.brisk.size + self.long.size >= self.capacity.waiting:
            raise _later(503, "too many requests are waiting; try again a little later")
        job = Job(client, pickle.dumps(request), key, asyncio.get_running_loop().create_future())
        self._clients[client] += 1
        job.done.add_done_callback(lambda _: self._left(client))
        if key in self._known and self.capacity.long:
            self._enter_slow(job)
        else:
            self.brisk.put(job)
        self._dispatch()
        return job

    def abandon(self, job: Job) -> None:
        """Nobody waits for a job any more: it is not begun, or stopped."""
        job.abandoned = True
        if not job.done.done():
            job.done.cancel()
        if not (self.brisk.drop(job) or self.long.drop(job)):
            self._stop_if_abandoned(time.monotonic())

    def state(self) -> dict[str, int]:
        """How many workers there are and are at work, and how many requests wait."""
        busy = sum(channel.job is not None for channel in self._all)
        return {"workers": len(self._all), "busy": busy, "waiting": self.brisk.size, "waiting_long": self.long.size}

    def _left(self, client: str) -> None:
        self._clients[client] -= 1
        if not self._clients[client]:
            del self._clients[client]

    def _enter_slow(self, job: Job) -> None:
        """Let a job wait in the slow lane, unless its client has too many there."""
        job.long = True
        running = sum(c.job is not None and c.job.long and c.job.client == job.client for c in self._all)
        if running + sum(other.client == job.client for other in self.long) >= self.capacity.client_long:
            told = f"{self.capacity.client_long} long requests of yours are at work; send the next when one is done"
            self._refuse(job, _later(429, told))
        elif self.long.size >= self.capacity.waiting // 2:
            self._refuse(job, _later(503, "too many long requests are waiting; try again a little later"))
        else:
            self.long.put(job)

    def _dispatch(self) -> None:
        running = Counter(c.job.long for c in self._all if c.job is not None)
        for lane, long, most in ((self.brisk, False, self.capacity.brisk), (self.long, True, self.capacity.long)):
            while lane.size and running[long] < most and self._idle:
                job, channel = lane.take(), self._idle.pop()
                if job.done.done():
                    continue
                channel.job, job.started = job, time.monotonic()
                running[long] += 1
                if long:
                    channel.stand_back()
                channel.send(job.message)

    # what workers say

    def _heard(self, channel: Channel, told: Any, body: bytes) -> None:
        if isinstance(told, dict):
            self._greeted(channel, told)
            return
        job, channel.job = channel.job, None
        if job is not None:
            if job.long and time.monotonic() - job.started < BRISK:
                self._known.pop(job.key, None)
            if not job.done.done():
                job.done.set_result(response(told, body))
        last = told[-1] or channel.generation < self._serving()
        if last or not channel.step_forward():
            channel.end()
        else:
            self._idle.append(channel)
        self._dispatch()

    def _greeted(self, channel: Channel, told: dict[str, str]) -> None:
        self._starting -= 1
        if "error" in told:
            self._failed += 1
            if self._failed >= _FAILURES:
                self.fault = told["error"]
            return
        self._failed, self.fault = 0, ""
        channel.version = told["version"]
        self._idle.append(channel)
        if channel.generation == self.generation:
            self.version = channel.version
            for old in [c for c in self._idle if c.generation < self.generation]:
                self._idle.remove(old)
                old.end()
        self._dispatch()

    def _serving(self) -> int:
        """The newest generation that has a worker ready."""
        return max((c.generation for c in self._all if c.version), default=0)

    def _ended(self, channel: Channel) -> None:
        self._all.discard(channel)
        if channel in self._idle:
            self._idle.remove(channel)
        if not channel.version and not self.fault:
            self._starting = max(0, self._starting - 1)
        job, channel.job = channel.job, None
        if job is not None and not job.done.done():
            most = self.task.limits.memory >> 20
            self._refuse(job, Refused(503, f"it is nested too deep, or takes more than {most} MB of memory"))
        self._fill()

    def _refuse(self, job: Job, why: Refused) -> None:
        if not job.done.done():
            job.done.set_exception(why)

    # the number of workers

    def _fill(self) -> None:
        """Start as many workers as are wanted; one more than may be at work, where the store has many readers, stands
        ready for one that is stopped."""
        wanted = self.capacity.brisk + self.capacity.long + (not self.task.writable)
        present = sum(c.generation == self.generation for c in self._all)
        for _ in range(wanted - present if not self._closed and self._failed < _FAILURES else 0):
            channel = Channel(self._heard, self._ended)
            channel.generation = self.generation
            self._all.add(channel)
            self._starting += 1
            self._later(self._begin(channel))

    async def _begin(self, channel: Channel) -> None:
        try:
            await asyncio.sleep(0.2 * self._failed)  # what fails again and again is not tried at full speed
            await channel.start(self.task)
        except OSError as e:
            self._failed += 1
            self.fault = str(e) if self._failed >= _FAILURES else ""
            self._ended(channel)

    def _later(self, coroutine: Any) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # time

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_TICK)
            now = time.monotonic()
            self._stop_if_abandoned(now)
            for channel in [c for c in self._all if c.job is not None]:
                self._look_at(channel, now - channel.job.started)
            for lane in (self.brisk, self.long):
                for job in [j for j in lane if now - j.arrived > self.task.limits.seconds + 1]:
                    lane.drop(job)
                    self._refuse(job, _later(503, "the server is busy; try again a little later"))

    def _stop_if_abandoned(self, now: float) -> None:
        for channel in [c for c in self._all if c.job is not None and c.job.abandoned]:
            if now - channel.job.started > _TICK:  # what is about to end is not worth a new worker
                self._end(channel)

    def _look_at(self, channel: Channel, age: float) -> None:
        job = channel.job
        if job is None:
            return
        if age > self.task.limits.seconds:
            self._end(channel)
            self._refuse(job, _later(503, f"stopped: it took longer than {self.task.limits.seconds:g} s", 30))
        elif not job.long and age > BRISK and self.capacity.long:
            self._known[job.key] = None
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
            if sum(c.job is not None and c.job.long for c in self._all) < self.capacity.long:
                job.long = True
                channel.stand_back()
            elif self.brisk.size:
                self._end(channel)
                self._enter_slow(job)
            self._dispatch()

    def _end(self, channel: Channel) -> None:
        """End a worker without a word to who waits for it."""
        channel.job = None
        with suppress(ValueError):
            self._idle.remove(channel)
        channel.end()


def _later(status: int, what: str, seconds: int = 1) -> Refused:
    return Refused(status, what, (("Retry-After", str(seconds)),))
