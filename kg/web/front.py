"""The front: an ASGI application that takes requests in, within limits, and sends back what a worker answers.

It reads no more of a request than its head and its size; parsing is the worker's. It holds the cache (by the version of
the graph), tells ETags, lets other origins read where that is allowed, and writes a line of log for each request.
"""

from __future__ import annotations

import sys
from collections import Counter
from typing import TextIO

from kg.web.cache import Cache
from kg.web.exchange import Exchange, Receive, Scope, Send, Settings
from kg.web.pool import Pool


class Front:
    """The ASGI application."""

    def __init__(self, pool: Pool, settings: Settings, log: TextIO = sys.stderr):
        self.pool, self.settings, self.log = pool, settings, log
        self.cache = Cache(settings.cache)
        self.going: Counter[str] = Counter()  # bytes on their way to each client

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or start and stop with the server."""
        if scope["type"] == "http":
            await Exchange(self, scope, receive, send).run()
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await send({"type": "websocket.close"})

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await self.pool.start()
        if self.pool.crew.fault:
            await send({"type": "lifespan.startup.failed", "message": self.pool.crew.fault})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.pool.stop()
        await send({"type": "lifespan.shutdown.complete"})
