"""Connections that are held open without a request are closed, and one client has only so many."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from typing import Any, ClassVar

#: Seconds after which a connection without a whole request is closed.
PATIENCE = 20.0
#: Connections of one client.
MOST = 256


def protocol() -> type[asyncio.Protocol]:
    """The protocol class of uvicorn (that of httptools where it is installed) with these two limits."""
    from uvicorn.protocols.http.auto import AutoHTTPProtocol

    base: Any = AutoHTTPProtocol

    class Bounded(base):  # type: ignore[misc]
        """See the module."""

        _of: ClassVar[Counter[str]] = Counter()

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self._peer, self._seen, self._timer = str((self.client or ("",))[0]), None, None
            self._of[self._peer] += 1
            if self._of[self._peer] > MOST:
                transport.abort()
                return
            self._timer = self.loop.call_later(PATIENCE, self._look)

        def connection_lost(self, exc: Exception | None) -> None:
            if self._timer is not None:
                self._timer.cancel()
            self._of[self._peer] -= 1
            with suppress(KeyError):
                if not self._of[self._peer]:
                    del self._of[self._peer]
            super().connection_lost(exc)

        def _look(self) -> None:
            """Close what has no request at work and has not finished one since the last look."""
            cycle = self.cycle
            idle = cycle is None or cycle.response_complete
            if idle and cycle is self._seen:
                self.transport.close()
                return
            self._seen = cycle
            self._timer = self.loop.call_later(PATIENCE, self._look)

    return Bounded
