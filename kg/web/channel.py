"""The front's end of a worker: its process, the messages to and fro, and how it is ended."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

from kg.web.http import Response
from kg.web.worker import FRAME, Task, work


class Channel(asyncio.Protocol):
    """A worker, as the pool sees it. `heard(channel, head, body)` is called for each of its messages, and
    `ended(channel)` once when it is no more."""

    def __init__(self, heard: Callable[[Channel, Any, bytes], None], ended: Callable[[Channel], None]):
        self._heard, self._ended = heard, ended
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None
        self.process: Any = None
        self.version: str | None = None  # of the graph that it has opened; None until it has
        self.generation, self.published = 0, 0.0  # of its store: which one, and since when it stands
        self.job: Any = None
        self.back = False

    async def start(self, task: Task) -> None:
        """Start the process, in a thread, for it takes some milliseconds, and connect to it."""
        ours, theirs = socket.socketpair()
        self.process = context().Process(target=work, args=(theirs, task), daemon=True, name="kg-worker")
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, self.process.start)
        theirs.close()
        ours.setblocking(False)
        await loop.create_connection(lambda: self, sock=ours)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way to the worker."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Put together what comes in, and pass on whole messages."""
        self._buffer += data
        while len(self._buffer) >= FRAME.size:
            head, body = FRAME.unpack_from(self._buffer)
            end = FRAME.size + head + body
            if len(self._buffer) < end:
                return
            told = json.loads(self._buffer[FRAME.size : FRAME.size + head])
            content = bytes(self._buffer[FRAME.size + head : end])
            del self._buffer[:end]
            self._heard(self, told, content)

    def connection_lost(self, exc: Exception | None) -> None:
        """The worker is no more."""
        self._ended(self)

    def send(self, message: bytes) -> None:
        """Give the worker a request."""
        assert self._transport is not None
        self._transport.write(FRAME.pack(0, len(message)) + message)

    def processor_time(self) -> float:
        """How long the worker has had the processor, in seconds; where the system does not say so, the time of day."""
        try:
            with open(f"/proc/{self.process.pid}/schedstat", "rb") as told:  # noqa: PTH123 - for its speed
                return int(told.read().split()[0]) / 1e9
        except (OSError, ValueError, IndexError):
            return time.monotonic()

    def stand_back(self, steps: int) -> None:
        """Let others have the processor first; each step takes a fifth of one's share."""
        with suppress(OSError, AttributeError):
            os.setpriority(os.PRIO_PROCESS, self.process.pid, steps)
            self.back = True

    def step_forward(self) -> bool:
        """Stand with the others again; False where the system does not let it."""
        with suppress(OSError, AttributeError):
            if self.back:
                os.setpriority(os.PRIO_PROCESS, self.process.pid, 0)
            self.back = False
            return True
        return False

    def end(self) -> None:
        """End the worker at once, whatever it does."""
        with suppress(OSError, AttributeError, ValueError):
            self.process.kill()
        if self._transport is not None:
            self._transport.abort()


def response(told: list[Any], body: bytes) -> Response:
    """The response in a message."""
    status, media, headers, lasting, _ = told
    return Response(status, media, body, tuple((name, value) for name, value in headers), lasting)


def context() -> Any:
    """How processes are started: by a server that has read our modules and opened nothing, else afresh."""
    if "forkserver" in multiprocessing.get_all_start_methods() and sys.platform != "darwin":
        found = multiprocessing.get_context("forkserver")
        found.set_forkserver_preload(["kg.web.worker", "kg.web.preload"])
        return found
    return multiprocessing.get_context("spawn")
