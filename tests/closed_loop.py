"""Clients that each send the next request when the last one is answered, over plain sockets: lean enough to leave the
processor to the server, and exact enough to tell the server's time from their own.

A request is bytes that were put together before; an answer's time ends when the system says that its last piece is
there, not when this process gets round to it.
"""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

Address = tuple[str, int]
#: Seconds after which an answer is given up.
PATIENCE = 90.0


class Request(NamedTuple):
    """What is sent, under what name it is told, and whether it is a HEAD, which has no body in its answer."""

    message: bytes
    name: str = ""
    head: bool = False


class Reply(NamedTuple):
    """What came: the status (0 where the connection broke off or nothing came), the head in lower case, the body, and
    when the request left and the last piece came (time.perf_counter)."""

    status: int
    head: bytes = b""
    body: bytes = b""
    sent: float = 0.0
    came: float = 0.0

    @property
    def seconds(self) -> float:
        """How long the answer took."""
        return self.came - self.sent

    def header(self, name: str) -> str:
        """The value of a header; "" where it is missing."""
        return _header(self.head, name.encode()).decode("latin-1")


def request(
    method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b"", host: str = "localhost"
) -> bytes:
    """An ordinary HTTP/1.1 request. A path holds no space: quote it before."""
    told = {"Host": host} | (headers or {}) | ({"Content-Length": str(len(body))} if body else {})
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items())]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


class Client:
    """One client: a connection that is kept while the server keeps it. `source` is the address it comes from."""

    def __init__(self, address: Address, source: str = ""):
        self.address, self.source = address, source
        self.socket: socket.socket | None = None
        self.asked: Request | None = None
        self.sent = self.rests = 0.0  # `rests`: until when nothing is sent (time.perf_counter)
        self._content, self._fresh = bytearray(), True

    def send(self, asked: Request) -> None:
        """Send a request; OSError where the server takes no connection."""
        self.asked, self.sent = asked, time.perf_counter()
        self._content.clear()
        self._fresh = self.socket is None
        if self.socket is None:
            self._connect()
        assert self.socket is not None
        try:
            self.socket.sendall(asked.message)
        except OSError:
            if self._fresh:
                raise
            self._again()

    def receive(self, now: float) -> Reply | None:
        """Take what has come; the answer when it is whole. `now` is when the system said that something is there."""
        assert self.socket is not None and self.asked is not None
        try:
            piece = self.socket.recv(1 << 18)
        except OSError:
            piece = b""
        self._content += piece
        found = self._whole(ended=not piece)
        if found is None and piece:
            return None
        if found is None and not self._content and not self._fresh:
            self._again()  # the server had closed a connection that lay idle: no fault of either
            return None
        if not piece or (found and b"\r\nconnection: close" in found.head):
            self.close()
        self.asked = None
        return (found or Reply(0))._replace(sent=self.sent, came=now)

    def close(self) -> None:
        """Let go of the connection."""
        if self.socket is not None:
            self.socket.close()
        self.socket = None

    def _again(self) -> None:
        self.close()
        self._connect()
        self._fresh = True
        assert self.socket is not None and self.asked is not None
        self.socket.sendall(self.asked.message)

    def _connect(self) -> None:
        source = (self.source, 0) if self.source else None
        self.socket = socket.create_connection(self.address, timeout=10, source_address=source)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _whole(self, ended: bool) -> Reply | None:
        """The answer, if all of it is there."""
        assert self.asked is not None
        end = self._content.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = bytes(self._content[:end]).lower()
        status, rest = int(head[9:12]), end + 4
        if self.asked.head or status in (204, 304):
            return Reply(status, head)
        if size := _header(head, b"content-length"):
            if len(self._content) < rest + int(size):
                return None
            return Reply(status, head, bytes(self._content[rest : rest + int(size)]))
        if b"\r\ntransfer-encoding: chunked" in head:
            if not self._content.endswith(b"0\r\n\r\n"):
                return None
            body = _joined(bytes(self._content[rest:]))
            return None if body is None else Reply(status, head, body)
        return Reply(status, head, bytes(self._content[rest:])) if ended else None


def _header(head: bytes, name: bytes) -> bytes:
    return head.partition(b"\r\n" + name.lower() + b": ")[2].partition(b"\r\n")[0]


def _joined(content: bytes) -> bytes | None:
    """The body in chunks; None where the last is not there yet."""
    pieces: list[bytes] = []
    at = 0
    while True:
        end = content.find(b"\r\n", at)
        if end < 0:
            return None
        size = int(content[at:end].partition(b";")[0], 16)
        if not size:
            return b"".join(pieces)
        pieces.append(content[end + 2 : end + 2 + size])
        at = end + 4 + size
        if at > len(content):
            return None


class Run(NamedTuple):
    """How the clients ran, in seconds: how long, how much of it on the processor, for how much they waited for one (so
    much, over all answers, is not the server's), and at most from being woken to being through with all that had come
    (so much may be missing from a time)."""

    seconds: float
    busy: float
    waited: float
    behind: float


def run(
    clients: Iterable[Client],
    seconds: float,
    choose: Callable[[Client], Request],
    take: Callable[[Client, Request, Reply], None],
    patience: float = PATIENCE,
) -> Run:
    """Let clients send what `choose` says, one after the other, for so long, and wait for what is on its way; `take` is
    given each answer. What has not come after `patience` seconds has status 0."""
    poll, watched = select.epoll(), {}
    start, processor, queued, behind = time.perf_counter(), time.process_time(), _queued(), 0.0

    def begin(client: Client) -> None:
        old, asked = client.socket, choose(client)
        try:
            client.send(asked)
        except OSError:
            take(client, asked, Reply(0, sent=client.sent, came=time.perf_counter()))
            return
        watch(client, old)

    def watch(client: Client, old: socket.socket | None) -> None:
        if client.socket is not old and client.socket is not None:
            watched[client.socket.fileno()] = client
            with suppress(FileExistsError):
                poll.register(client.socket.fileno(), select.EPOLLIN)

    def give_up(client: Client, now: float) -> None:
        assert client.asked is not None
        asked, client.asked = client.asked, None
        client.close()
        take(client, asked, Reply(0, sent=client.sent, came=now))

    everyone = list(clients)
    for client in everyone:
        if client.socket is not None:  # of a run before
            watch(client, None)
        begin(client)
    while any(c.asked for c in everyone) or time.perf_counter() - start < seconds:
        events = poll.poll(0.05)
        now = time.perf_counter()
        for number, _ in events:
            client = watched[number]
            if client.socket is None or client.socket.fileno() != number:
                continue
            if client.asked is None:  # closed by the server, between two requests
                client.close()
                continue
            old, asked = client.socket, client.asked
            reply = client.receive(now)
            watch(client, old)
            if reply is not None:
                take(client, asked, reply)
        for client in everyone:
            if client.asked is None and now - start < seconds and now >= client.rests:
                begin(client)
            elif client.asked is not None and now - client.sent > patience:
                give_up(client, now)
        behind = max(behind, time.perf_counter() - now)
    poll.close()
    return Run(time.perf_counter() - start, time.process_time() - processor, _queued() - queued, behind)


def _queued() -> float:
    """Seconds that this process has waited for a processor; 0 where the system does not tell."""
    try:
        return int(Path("/proc/self/schedstat").read_text().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0


def once(client: Client, asked: Request, patience: float = PATIENCE) -> Reply:
    """The answer to one request."""
    replies: list[Reply] = []
    run([client], 0, lambda _: asked, lambda _client, _asked, reply: replies.append(reply), patience)
    return replies[0]


def quantile(values: Iterable[float], share: float) -> float:
    """The value that so large a share of the values does not exceed; 0 where there is none."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0.0
