"""Who gets a worker: requests wait in turn, those that prove long in a lane of their own.

Clients take turns, so none waits for all requests of another. A request that takes longer than BRISK goes on in the
slow lane; where that lane is full and others wait, it is stopped and put at the end of the lane. What has proved long
begins there for a while, as does all of a client that asks nothing else, whose requests stand back behind those of all
others, and in the end give way. So however many long requests come, brisk ones find a worker.
"""

from __future__ import annotations

import asyncio
import pickle
import time
from collections import Counter, OrderedDict
from typing import Any

from kg.web.channel import Channel, response
from kg.web.crew import Crew
from kg.web.http import Refused
from kg.web.lanes import Capacity, Habits, Job, Lane, busy
from kg.web.worker import Task

#: Seconds of the processor after which a request counts as long; one of a client who asks brisk ones has thrice that.
BRISK = 0.1
#: Seconds that a long one of a client who asks nothing else has while another waits; others have thrice that.
_LEFT = 1.0
_TICK = 0.05
#: How far a worker stands back that is busy with something long: a third and a thirtieth of another's share are left.
_BACK, _FAR_BACK = 5, 15
#: So many requests that have proved long are remembered, and for so many seconds: they may have met with a bad moment.
_REMEMBERED, _FORGOTTEN = 2_000, 60.0


class Pool:
    """Workers that serve a task, and the requests that wait for them; see the module."""

    def __init__(self, task: Task, capacity: Capacity):
        self.capacity = capacity
        # one more than may be at work, where the store has many readers, stands ready for one that is stopped
        wanted = capacity.brisk + capacity.long + (not task.writable)
        self.crew = Crew(task, wanted, self._replied, self._lost, self._dispatch)
        self.brisk, self.long = Lane(), Lane()
        self._known: OrderedDict[bytes, float] = OrderedDict()
        self._clients: Counter[str] = Counter()
        self._habits = Habits()
        self._watching: asyncio.Task[None] | None = None

    @property
    def task(self) -> Task:
        """What is served."""
        return self.crew.task

    async def start(self) -> None:
        """Start the workers, and wait until one is ready, or none can be."""
        self._watching = asyncio.get_running_loop().create_task(self._watch())
        await self.crew.start()

    async def stop(self) -> None:
        """End all workers."""
        if self._watching is not None:
            self._watching.cancel()
        self.crew.stop()

    def submit(self, client: str, request: tuple[Any, ...], key: bytes) -> Job:
        """A job that is answered in its turn; Refused (429, 503) where too many wait. `key` is the same for alike
        requests."""
        if self.crew.fault:
            raise Refused(503, f"the graph cannot be opened: {self.crew.fault}")
        if self._clients[client] >= self.capacity.client:
            raise busy(429, f"{self.capacity.client} requests of yours are at work; send the next when one is done")
        if self.brisk.size + self.long.size >= self.capacity.waiting:
            raise busy(503, "too many requests are waiting; try again a little later")
        job = Job(client, pickle.dumps(request), key, asyncio.get_running_loop().create_future())
        self._clients[client] += 1
        job.done.add_done_callback(lambda _: self._left(client))
        known = self._known.get(key, -_FORGOTTEN) > time.monotonic() - _FORGOTTEN
        if self.capacity.long and (known or self._habits.are_long(client)):
            self._enter_slow(job)
        else:
            self.brisk.put(job)
        self._dispatch()
        return job

    def abandon(self, job: Job) -> None:
        """Nobody waits for a job any more: it is not begun, or stopped."""
        job.abandoned = True
        job.done.cancel()
        if not (self.brisk.drop(job) or self.long.drop(job)):
            self._stop_abandoned()

    def state(self) -> dict[str, int]:
        """How many workers there are and are at work, and how many requests wait."""
        told = {"workers": len(self.crew.all), "busy": len(self.crew.busy())}
        return told | {"waiting": self.brisk.size, "waiting_long": self.long.size}

    def _left(self, client: str) -> None:
        self._clients[client] -= 1
        if not self._clients[client]:
            del self._clients[client]

    def _running_long(self) -> list[Job]:
        return [channel.job for channel in self.crew.busy() if channel.job.long]

    def _enter_slow(self, job: Job) -> None:
        """Let a job wait in the slow lane, unless its client has too many there."""
        job.long = True
        same = sum(other.client == job.client for other in (*self._running_long(), *self.long))
        if same >= self.capacity.client_long:
            told = f"{self.capacity.client_long} long requests of yours are at work; send the next when one is done"
            self._refuse(job, busy(429, told))
        elif self.long.size >= self.capacity.waiting // 2:
            self._refuse(job, busy(503, "too many long requests are waiting; try again a little later"))
        else:
            self.long.put(job)

    def _dispatch(self) -> None:
        if not (self.brisk.size or self.long.size):
            return
        running = Counter(channel.job.long for channel in self.crew.busy())
        lanes = ((False, self.brisk, self.capacity.brisk), (True, self.long, self.capacity.long))
        while self.crew.idle:
            # the lane that has the smaller part of its workers comes first: while many are started anew, the other
            # would take all that there are
            free = [
                (running[long] / most, long, lane) for long, lane, most in lanes if lane.size and running[long] < most
            ]
            if not free:
                return
            _, long, lane = min(free, key=lambda found: found[:2])
            job = lane.take(self._habits.rank if long else self._habits.are_long)
            if job.done.done():
                continue
            channel = self.crew.idle.pop()
            channel.job, job.started = job, time.monotonic()
            running[long] += 1
            if long:
                job.worked = channel.processor_time()
                self._stand_back(channel, job)
            channel.send(job.message)

    def _replied(self, channel: Channel, told: Any, body: bytes) -> None:
        job, channel.job = channel.job, None
        if job is not None:
            worked = self._has_worked(channel, job) if job.long else 0.0
            if worked < BRISK:
                self._known.pop(job.key, None)
            self._habits.note(job.client, worked)
            job.version = channel.version or ""
            if not job.done.done():
                job.done.set_result(response(told, body))
        self.crew.release(channel, last=told[-1])
        self._dispatch()

    def _lost(self, channel: Channel) -> None:
        job, channel.job = channel.job, None
        if job is not None:
            self._remember(job)
            self._habits.note(job.client, 1.0)  # what it has cost to end it and to begin anew, roughly
            why = "it is nested too deep, orders by values of several kinds (ORDER BY STR(?x) helps)"
            self._refuse(job, Refused(503, f"{why}, or takes more than {self.task.limits.memory >> 20} MB of memory"))

    def _refuse(self, job: Job, why: Refused) -> None:
        if not job.done.done():
            job.done.set_exception(why)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_TICK)
            self._stop_abandoned()
            now, most = time.monotonic(), self.task.limits.seconds
            for channel in self.crew.busy():
                if channel.job is not None:  # one look may end others
                    self._look_at(channel, channel.job, now - channel.job.started)
            self._make_room(now)
            for lane in (self.brisk, self.long):
                for job in [j for j in lane if now - j.arrived > most + 1]:
                    lane.drop(job)
                    self._refuse(job, busy(503, "the server is busy; try again a little later"))

    def _make_room(self, now: float) -> None:
        """Where clients who are brisk as a rule wait in the slow lane, stop one that has had its time there."""
        if all(self._habits.are_long(job.client) for job in self.long):
            return
        left = {c: _LEFT * (1 if self._habits.are_long(c.job.client) else 3) for c in self.crew.busy() if c.job.long}
        held = [channel for channel in left if now - channel.job.started > left[channel]]
        if held and len(self._running_long()) >= self.capacity.long:
            channel = min(held, key=lambda channel: channel.job.started)
            job = channel.job
            self._stop(channel, job)
            self._refuse(job, busy(503, f"stopped after {now - job.started:.0f} s, for others wait", 10))

    def _stop_abandoned(self) -> None:
        now = time.monotonic()
        for channel in self.crew.busy():
            if channel.job.abandoned and now - channel.job.started > _TICK:  # what is about to end may end
                self.crew.end(channel)

    def _stand_back(self, channel: Channel, job: Job) -> None:
        """Let brisk requests have the processor first; a client who asks nothing but long ones has it last."""
        channel.stand_back(_FAR_BACK if self._habits.are_long(job.client) else _BACK)

    def _remember(self, job: Job) -> None:
        self._known[job.key] = time.monotonic()
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)

    def _stop(self, channel: Channel, job: Job) -> None:
        """End the worker of a job, and note what it has cost."""
        self._habits.note(job.client, self._has_worked(channel, job))
        self.crew.end(channel)

    def _has_worked(self, channel: Channel, job: Job) -> float:
        """For how long a job has had the processor, roughly, and at least: since it was first looked at."""
        now = channel.processor_time()
        if job.worked is None:
            job.worked = now - _TICK
        return now - job.worked

    def _allowed(self, job: Job) -> float:
        return BRISK * (3 if self._habits.are_brisk(job.client) else 1)

    def _look_at(self, channel: Channel, job: Job, age: float) -> None:
        most = self.task.limits.seconds
        if age > most:
            self._stop(channel, job)
            self._refuse(job, Refused(503, f"stopped: it took longer than {most:g} s; ask for less at a time"))
        elif not job.long and self.capacity.long and self._has_worked(channel, job) > self._allowed(job):
            self._remember(job)
            if len(self._running_long()) < self.capacity.long:
                job.long = True
                self._stand_back(channel, job)
            elif self.brisk.size:
                self._stop(channel, job)
                job.worked = None
                self._enter_slow(job)
            self._dispatch()
