"""Connections within limits: what is held open without a request, or too slow, is closed; what is read ahead is little.

The parser under uvicorn keeps headers without end, and uvicorn keeps all requests that a client sends before it has an
answer (50 MB of them took 2.5 GB), so both are bounded here.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from typing import Any, ClassVar

#: Seconds after which a connection without a whole request is closed.
PATIENCE = 20.0
#: So many times as long may a request take to come in, and an answer to be taken.
_COMING, _GOING = 3, 30
#: Connections of one client.
MOST = 256
#: Bytes of an address and headers (a query may stand in the address), and requests that are sent ahead.
LONGEST, _AHEAD = 256 << 10, 16


def protocol(most: int = MOST) -> type[asyncio.Protocol]:
    """The protocol class of uvicorn (that of httptools where it is installed) with these limits; `most` connections of
    one client."""
    from uvicorn.protocols.http.auto import AutoHTTPProtocol

    base: Any = AutoHTTPProtocol

    class Bounded(base):  # type: ignore[misc]  # the base class is chosen at run time
        """See the module."""

        _of: ClassVar[Counter[str]] = Counter()
        _running: Any = None

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self._peer, self._seen, self._looks, self._timer = str((self.client or ("",))[0]), None, 0, None
            self._of[self._peer] += 1
            if self._of[self._peer] > most:
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
            """Close what has stood still since the last look, or in one request for too many looks."""
            cycle = self._running or self.cycle
            self._looks, self._seen = (self._looks + 1 if cycle is self._seen else 0), cycle
            if cycle is None or cycle.response_complete:
                most_looks = 1
            elif cycle.more_body:
                most_looks = _COMING
            else:  # what a worker does has a limit of its own
                most_looks = _GOING if cycle.response_started else self._looks + 1
            if self._looks >= most_looks:
                self.transport.abort()  # what waits to be sent would keep it open
                return
            self._timer = self.loop.call_later(PATIENCE, self._look)

    return _lean(Bounded) if hasattr(base, "on_headers_complete") else Bounded


class _Wrong(Exception):
    """More than is read, or not one host (RFC 9112, 3.2); the parser makes it an answer 400."""


def _lean(base: Any) -> type[asyncio.Protocol]:
    """The protocol of httptools with bounds on what is read ahead; that of h11 has them."""

    class Lean(base):  # type: ignore[misc]  # the base class is chosen at run time
        """See the module."""

        _size = _silent = 0
        _running: Any
        _told = _in_head = False

        def data_received(self, data: bytes) -> None:
            self._told = False
            super().data_received(data)
            self._silent = 0 if self._told else self._silent + len(data)  # a header that does not end is told nowhere
            if self._silent > LONGEST and not self.transport.is_closing():
                self.send_400_response("A header is too long.")

        def connection_lost(self, exc: Exception | None) -> None:
            running, self._running = self._running, None
            if running is not None and not running.response_complete:  # uvicorn tells only the last that was sent
                running.disconnected = True
                running.message_event.set()
            self.pipeline.clear()
            super().connection_lost(exc)

        def on_message_begin(self) -> None:
            self._size, self._told, self._in_head = 0, True, True
            super().on_message_begin()

        def on_url(self, url: bytes) -> None:
            self._take(len(url))
            super().on_url(url)

        def on_header(self, name: bytes, value: bytes) -> None:
            self._take(len(name) + len(value) + 32)
            if self._in_head:  # what follows a body in pieces is no header of the request
                super().on_header(name, value)

        def on_headers_complete(self) -> None:
            self._told, self._in_head = True, False
            hosts = sum(name == b"host" for name, _ in self.headers)
            if len(self.pipeline) >= _AHEAD or hosts > 1 or (not hosts and self.parser.get_http_version() == "1.1"):
                raise _Wrong
            super().on_headers_complete()

        def on_body(self, body: bytes) -> None:
            self._told = True
            super().on_body(body)

        def on_response_complete(self) -> None:
            super().on_response_complete()
            if self.pipeline:
                self.flow.pause_reading()

        def _start_asgi_task(self, cycle: Any, app: Any) -> None:
            self._running = cycle
            super()._start_asgi_task(cycle, app)

        def _take(self, size: int) -> None:
            self._told, self._size = True, self._size + size
            if self._size > LONGEST:
                raise _Wrong

    return Lean
