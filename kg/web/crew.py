"""The workers that there are: as many as are wanted, all of the newest store that can be opened."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from kg.web.channel import Channel
from kg.web.worker import Task

_FAILURES = 5  # workers in a row that could not open the store


class Crew:
    """As many workers as `wanted`, for a task; `replied(channel, head, body)` is called for each answer,
    `lost(channel)` for each worker that ends, `ready()` when one has nothing to do.

    `version` is that of the graph which the newest workers have opened, `fault` why none can open it.
    """

    def __init__(
        self,
        task: Task,
        wanted: int,
        replied: Callable[[Channel, Any, bytes], None],
        lost: Callable[[Channel], None],
        ready: Callable[[], None],
    ):
        self.task, self.wanted = task, wanted
        self.version, self.fault = "", ""
        self.dates: dict[str, float] = {}  # since when there is each version
        self.generation = self._failed = 0
        self.idle: list[Channel] = []
        self.all: set[Channel] = set()
        self._replied, self._lost, self._ready = replied, lost, ready
        self._starts: set[asyncio.Task[None]] = set()
        self._closed = False

    async def start(self) -> None:
        """Start the workers, and wait until one is ready, or none can be."""
        self._fill()
        while not self.idle and not self.fault:
            await asyncio.sleep(0.01)

    def stop(self) -> None:
        """End all workers."""
        self._closed = True
        for start in self._starts:
            start.cancel()
        for channel in list(self.all):
            channel.end()

    def renew(self, task: Task) -> None:
        """Serve another store from now on; workers of the old one finish what they do, and go on until it is open."""
        self.task, self.generation, self._failed = task, self.generation + 1, 0
        self._fill()

    def busy(self) -> list[Channel]:
        """The workers that are at work."""
        return [channel for channel in self.all if channel.job is not None]

    def release(self, channel: Channel, last: bool) -> None:
        """A worker has done its work; it ends if it is its `last`, if its store is an old one, or if it cannot step
        forward again."""
        newest = max((c.generation for c in self.all if c.version is not None), default=0)
        if last or channel.generation < newest or not channel.step_forward():
            self.end(channel)
        else:
            self.idle.append(channel)

    def end(self, channel: Channel) -> None:
        """End a worker at once; another takes its place."""
        channel.job = None
        with suppress(ValueError):
            self.idle.remove(channel)
        channel.end()

    def _fill(self) -> None:
        """Start as many workers of the newest store as are wanting; first one, which tells others what it learns."""
        if self._closed or self._failed >= _FAILURES:
            return
        wanted = self.wanted if self.task.learned or self.task.writable else 1
        for _ in range(wanted - sum(c.generation == self.generation for c in self.all)):
            channel = Channel(self._heard, self._ended)
            channel.generation, channel.published = self.generation, self.task.published
            self.all.add(channel)
            start = asyncio.get_running_loop().create_task(self._begin(channel))
            self._starts.add(start)
            start.add_done_callback(self._starts.discard)

    async def _begin(self, channel: Channel) -> None:
        await asyncio.sleep(0.2 * self._failed)  # what fails again and again is not tried at full speed
        try:
            await channel.start(self.task)
        except OSError as e:
            self._note_failure(str(e))
            self._ended(channel)

    def _heard(self, channel: Channel, told: Any, body: bytes) -> None:
        if not isinstance(told, dict):
            self._replied(channel, told, body)
        elif "error" in told:
            self._note_failure(told["error"])
        else:
            if body and channel.generation == self.generation:
                self.task = self.task._replace(learned=body)
            self._greeted(channel, told["version"])

    def _greeted(self, channel: Channel, version: str) -> None:
        """A worker has opened its store: if it is the first with the newest, those of an old one may go."""
        self._failed, self.fault = 0, ""
        channel.version = version
        self.dates[version] = channel.published
        if any(c.version is not None and c.generation > channel.generation for c in self.all):
            self.end(channel)  # a newer store has been opened before it
            return
        if channel.generation == self.generation:
            self.version = version
            for old in [c for c in self.idle if c.generation < self.generation]:
                self.end(old)
        self.idle.append(channel)
        self._fill()
        self._ready()

    def _note_failure(self, why: str) -> None:
        self._failed += 1
        if self._failed >= _FAILURES:
            self.fault = why

    def _ended(self, channel: Channel) -> None:
        self.all.discard(channel)
        if self._closed:
            return
        with suppress(ValueError):
            self.idle.remove(channel)
        if channel.version is None and not self.fault:
            self._note_failure("a worker ends before it has opened the store")
        self._lost(channel)
        self._fill()
