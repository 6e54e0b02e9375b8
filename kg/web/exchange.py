"""One request and its response: read within limits, answered from the cache or by a worker, sent, and logged."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from kg import __version__
from kg.web.cache import digest
from kg.web.heads import about, for_other_origins, of_graph
from kg.web.http import JSON, Refused, Response, together
from kg.web.lanes import Job, busy
from kg.web.site import HOST

if TYPE_CHECKING:
    from kg.web.front import Front

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
#: Headers that a resource may see.
_SEEN = (b"accept", b"accept-language", b"content-type", b"host")
_PIECE = 256 << 10
_GOING = 512 << 20  # bytes of answers that are on their way to clients
#: Seconds within which most are answered: only after them it is worth to watch whether a client goes away.
_PROMPT = 0.02
_SLOWEST = 60.0  # seconds that a client may take to send its body, or to take a piece of an answer


class Settings(NamedTuple):
    """How the front behaves: the path below which the site is, who else may read it, who may change a scratch store."""

    path: str = ""
    origins: tuple[str, ...] = ()
    cache: int = 64 << 20
    token: str = ""  # that a change has to carry; "" where loopback is enough
    hosts: tuple[str, ...] = ()  # names of this machine under which a change may be asked for


class Exchange:
    """One request and its response."""

    def __init__(self, front: Front, scope: Scope, receive: Receive, send: Send):
        self.front, self.scope, self.receive, self.send = front, scope, receive, send
        self.begun = time.monotonic()
        self.method = scope["method"]
        self.headers = together(scope["headers"])
        self.client = str((scope.get("client") or ("local",))[0])
        self.path = scope.get("raw_path", scope["path"].encode()).partition(b"?")[0].decode("latin-1")
        self.body, self.key, self.origin = b"", b"", self.headers.get(b"origin", b"").decode("latin-1")
        self.cached, self.version = False, front.pool.crew.version
        self.watching: asyncio.Future[None] | None = None

    async def run(self) -> None:
        """Answer, and write the log."""
        try:
            response = await self._response()
        except Refused as e:
            response = e.response()
        except _Gone:
            self._logged(499, 0)
            return
        if self.method == "HEAD":
            await self._answer(response)
        else:
            response = await self._sent(response)
        self._logged(response.status, 0 if self.method == "HEAD" else len(response.body))

    async def _sent(self, response: Response) -> Response:
        """Send a response, and return it; another one where too much is on its way to clients already, all in all or to
        this one, for what slow clients do not take has to be kept."""
        going, size = self.front.going, len(response.body)
        if going.total() + size > _GOING or (going[self.client] and going[self.client] + size > _GOING // 4):
            told = (
                "answers to you are still on their way; take them first" if going[self.client] else "too much to send"
            )
            response = busy(429 if going[self.client] else 503, told).response()
            size = len(response.body)
        going[self.client] += size
        try:
            await self._answer(response)
        except (TimeoutError, OSError):
            self._logged(499, size)
            raise ConnectionResetError("the client does not take the answer") from None
        finally:
            going[self.client] -= size
            if not going[self.client]:
                del going[self.client]
        return response

    async def _response(self) -> Response:
        if self._below() == "/health":
            return self._health()
        if (
            self.front.pool.task.writable
            and not self.front.settings.token
            and self._host() not in self.front.settings.hosts
        ):
            raise Refused(403, "a scratch store is for this machine: ask for it by localhost")
        if self.headers.get(b"content-encoding", b"identity") != b"identity":
            raise Refused(415, "a body is read as it is: send it without Content-Encoding")
        if self.method == "OPTIONS":
            return Response(204, "", b"", (("Allow", "GET, HEAD, POST, OPTIONS"),))
        await self._read()
        pool, query = self.front.pool, self.scope["query_string"]
        seen = [self.headers.get(name, b"") for name in _SEEN]
        self.key = digest(b"GET" if self.method == "HEAD" else self.method.encode(), self.path.encode(), query,
                          self.body, pool.task.base.encode(), __version__.encode(), *seen)  # fmt: skip
        fixed = not pool.task.writable
        if fixed and self._etag() in self.headers.get(b"if-none-match", b"").decode("latin-1"):
            return Response(304, "", b"")
        held = self.front.cache.get(self.version, self.key) if fixed else None
        self.cached = held is not None
        response = held or await self._worked(seen, query.decode("latin-1"))
        lasts = fixed and response.lasting and response.status == 200
        if lasts and not held:
            self.front.cache.put(self.version, self.key, response)
        if lasts and self.method != "POST" and self.headers.get(b"if-none-match") == b"*":
            return Response(304, "", b"")
        return response

    def _below(self) -> str:
        """The path below the base, whether a proxy before us has kept that or not."""
        base = self.front.settings.path
        inside = self.path == base or self.path.startswith(f"{base}/")
        return (self.path.removeprefix(base) if inside else self.path) or "/"

    async def _worked(self, seen: list[bytes], query: str) -> Response:
        """The answer of a worker; a client that goes away stops it."""
        headers = {n.decode(): v.decode("latin-1") for n, v in zip(_SEEN, seen, strict=True) if v}
        if self.front.pool.task.writable and self._may_change():
            headers["may-change"] = "yes"
        request = (self.method, self._below(), query, headers, self.body)
        job = self.front.pool.submit(self.client, request, self.key)
        watch = asyncio.get_running_loop().call_later(_PROMPT, self._watch, job)
        try:
            response = await job.done
        except asyncio.CancelledError:
            if job.abandoned:
                raise _Gone from None
            self.front.pool.abandon(job)
            raise
        finally:
            watch.cancel()
            if self.watching is not None:
                self.watching.cancel()
        self.version = job.version  # a new graph may have come in the meantime
        return response

    def _watch(self, job: Job) -> None:
        """Stop a job when its client goes away."""

        async def gone() -> None:
            while (await self.receive())["type"] != "http.disconnect":
                pass
            self.front.pool.abandon(job)

        self.watching = asyncio.ensure_future(gone())

    async def _read(self) -> None:
        """Read the body, as much as one may have."""
        limits = self.front.pool.task.limits
        if len(self.scope["query_string"]) > 3 * limits.length + 10_000:
            raise Refused(414, f"a query of up to {limits.length:,} characters is read; long ones are sent by POST")
        changing = self.front.pool.task.writable and self._may_change()
        most = limits.body if changing else 3 * limits.length + 10_000
        told = self.headers.get(b"content-length", b"")
        if told.isdigit() and int(told) > most:
            raise Refused(413, f"the body has {int(told):,} bytes; {most:,} are read")
        if self.method in ("GET", "HEAD") and not told and b"transfer-encoding" not in self.headers:
            return
        pieces, size = [], 0
        while True:
            try:
                message = await asyncio.wait_for(self.receive(), _SLOWEST)
            except TimeoutError:
                raise Refused(408, "the body did not come") from None
            if message["type"] == "http.disconnect":
                raise _Gone
            pieces.append(message.get("body", b""))
            size += len(pieces[-1])
            if size > most:
                raise Refused(413, f"the body has more than {most:,} bytes")
            if not message.get("more_body"):
                self.body = b"".join(pieces)
                return

    def _may_change(self) -> bool:
        """Whether a request may change a scratch store: it carries the token, or comes from this machine and from no
        page of another site."""
        if token := self.front.settings.token:
            import hmac

            return hmac.compare_digest(self.headers.get(b"authorization", b""), f"Bearer {token}".encode())
        host = self.headers.get(b"host", b"").decode("latin-1")
        same = not self.origin or self.origin in (f"http://{host}", f"https://{host}")
        return same and self.headers.get(b"sec-fetch-site", b"none") in (b"none", b"same-origin")

    def _host(self) -> str:
        """By what name this machine was asked; "" for what is none."""
        found = HOST.fullmatch(self.headers.get(b"host", b"").decode("latin-1"))
        return re.sub(r":\d+$", "", found[0]) if found else ""

    def _health(self) -> Response:
        pool = self.front.pool
        well = bool(pool.crew.version or pool.task.writable) and not pool.crew.fault
        told = {"status": "ok" if well else "failing", "graph": pool.crew.version, "generation": pool.crew.generation}
        told |= pool.state() | ({"fault": pool.crew.fault} if pool.crew.fault else {})
        return Response(200 if well else 503, JSON, json.dumps(told).encode(), lasting=False)

    def _etag(self) -> str:
        return f'"{self.version}-{self.key.hex()}"'

    async def _answer(self, response: Response) -> None:
        head = about(response, self._etag() if self.key and not self.front.pool.task.writable else "")
        if self.version:
            head += of_graph(self.version, self.front.pool.crew.dates[self.version])
        head += for_other_origins(self.origin, self.front.settings.origins, preflight=self.method == "OPTIONS")
        await self.send({"type": "http.response.start", "status": response.status, "headers": head})
        for start in range(0, len(response.body) or 1, _PIECE):
            piece = response.body[start : start + _PIECE]
            more = start + _PIECE < len(response.body)
            message = {"type": "http.response.body", "body": piece, "more_body": more}
            await (asyncio.wait_for(self.send(message), _SLOWEST) if more or start else self.send(message))

    def _logged(self, status: int, size: int) -> None:
        """A line of JSON: no query string, no body, no credentials, only their digest."""
        told: dict[str, Any] = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "client": self.client}
        told |= {"method": self.method, "path": self.path[:200], "status": status, "bytes": size}
        told["ms"] = round((time.monotonic() - self.begun) * 1000, 1)
        if asked := self.scope["query_string"] + self.body:
            told["query"] = digest(asked).hex()[:16]
        if self.cached:
            told["cached"] = True
        self.front.log.write(json.dumps(told) + "\n")


class _Gone(Exception):
    """The client went away."""
