"""Clients that mean ill: `python -m tests.hostile PORT SECONDS SEED CLIENTS ADDRESSES`, in a process of their own.

Each sends one attack after the other, chosen by the seed. An attack says whether it must be refused; an answer 500, a
2xx to what must be refused, or a local file in an answer is a fault, and so is a connection to TRAP, an address that
queries ask for. At the end one line of JSON tells how many answers of which status each attack got, and all faults.
"""

from __future__ import annotations

import asyncio
import json
import random
import socket
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from urllib.parse import quote

from tests.attacks import QUERIES, REQUESTS, Query

#: Seconds after which a client gives up; heavy queries of the half that is impatient are left earlier.
PATIENCE, HASTE = 12.0, 2.0
#: Rest between two attacks: without it, refusals alone would fill the processor, and of the clients' more than ours.
REST = 0.02
PASSWORDS = b"root:"


class Attacker:
    """One client: its connections come from `source`."""

    def __init__(self, port: int, source: str, chance: random.Random, trap: int, report: Report):
        self.port, self.source, self.chance, self.trap, self.report = port, source, chance, trap, report

    async def go_on(self, until: float) -> None:
        """One attack after the other."""
        while time.monotonic() < until:
            name = self.chance.choice(NAMES)
            status = 0
            with suppress(OSError, TimeoutError, asyncio.IncompleteReadError, ValueError):
                async with asyncio.timeout(min(PATIENCE, until - time.monotonic() + 0.5)):
                    status = await ATTACKS[name](self, name)
            self.report.answers[f"{name} {status}"] += 1
            await asyncio.sleep(REST)

    @asynccontextmanager
    async def connection(self, buffer: int = 0) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        """A new connection; with a small receive buffer where `buffer` says so."""
        sock = socket.socket()
        sock.setblocking(False)
        if buffer:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        sock.bind((self.source, 0))
        try:
            await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", self.port))
            reader, writer = await asyncio.open_connection(sock=sock, limit=1 << 18)
        except BaseException:
            sock.close()
            raise
        try:
            yield reader, writer
        finally:
            writer.transport.abort()

    async def ask(self, message: bytes, name: str, refused: bool = False) -> int:
        """Send a request and judge what comes."""
        async with self.connection() as (reader, writer):
            writer.write(message)
            with suppress(ConnectionError):
                await writer.drain()
            return await self.answer(reader, name, refused)

    async def answer(self, reader: asyncio.StreamReader, name: str, refused: bool = False) -> int:
        """The status of an answer, 0 where the connection is closed without one."""
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            return 0
        status = int(head[9:12])
        size = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        body = await reader.readexactly(int(size or 0))
        if status == 500 or (refused and status < 300) or PASSWORDS in body:
            self.report.faults.append(f"{name}: {status} {body[:200]!r}")
        return status


class Report:
    """What came of it."""

    def __init__(self) -> None:
        self.answers: Counter[str] = Counter()
        self.faults: list[str] = []


def form(query: str, field: str = "query") -> bytes:
    """A form that is posted."""
    body = f"{field}={quote(query)}".encode()
    kind = "application/x-www-form-urlencoded"
    head = f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def query(attacker: Attacker, name: str) -> int:
    """A hostile query, by GET or POST, waited for or left."""
    what: Query = QUERIES[name]
    chance = attacker.chance
    text = what.text.replace("TRAP", f"http://127.0.0.1:{attacker.trap}/")
    if chance.random() < 0.5:
        text += f"\n# {chance.random()}"  # not the same text as before
    if len(text) < 15_000 and chance.random() < 0.5:
        message = f"GET /sparql?query={quote(text)} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    else:
        message = form(text)
    if not what.heavy or chance.random() < 0.5:
        return await attacker.ask(message, name, what.refused)
    try:
        async with asyncio.timeout(chance.random() * HASTE):
            return await attacker.ask(message, name, what.refused)
    except TimeoutError:
        return -1  # it went away


async def request(attacker: Attacker, name: str) -> int:
    """A hostile request that is sent at once."""
    message, refused = REQUESTS[name]
    return await attacker.ask(message, name, refused)


async def slow_head(attacker: Attacker, name: str) -> int:
    """A byte now and then, and never a whole request."""
    async with attacker.connection() as (_, writer):
        for byte in b"GET / HTTP/1.1\r\nX-":
            writer.write(bytes([byte]))
            await asyncio.sleep(0.3)
    return -1


async def slow_body(attacker: Attacker, name: str) -> int:
    """A body of which a byte comes now and then."""
    async with attacker.connection() as (_, writer):
        writer.write(b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n")
        writer.write(b"Content-Length: 60000\r\n\r\n")
        for _ in range(15):
            writer.write(b"S")
            await asyncio.sleep(0.3)
    return -1


async def slow_reader(attacker: Attacker, name: str) -> int:
    """A long answer that is hardly read."""
    text = quote("SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 20000")
    async with attacker.connection(buffer=4096) as (reader, writer):
        writer.write(f"GET /sparql?query={text} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        for _ in range(15):
            await reader.read(512)
            await asyncio.sleep(0.2)
    return -1


async def no_reader(attacker: Attacker, name: str) -> int:
    """Many requests for long answers on one connection, of which none is read."""
    text = quote("SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 1000")
    async with attacker.connection(buffer=4096) as (_, writer):
        writer.write(f"GET /sparql?query={text} HTTP/1.1\r\nHost: x\r\n\r\n".encode() * 40)
        await asyncio.sleep(2)
    return -1


async def pipelined(attacker: Attacker, name: str) -> int:
    """Twelve requests at once: as many answers, in their order."""
    async with attacker.connection() as (reader, writer):
        paths = ["/health", "/questions/nonsense", "/sparql?query=ASK%7B%7D"] * 4
        writer.write("".join(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n" for path in paths).encode())
        found = [await attacker.answer(reader, name) for _ in paths]
    expected = {"/health": {200}, "/questions/nonsense": {404, 429, 503}, "/sparql?query=ASK%7B%7D": {200, 429, 503}}
    if any(status not in expected[path] for path, status in zip(paths, found, strict=True)):
        attacker.report.faults.append(f"{name}: {found}")
    return found[0]


async def gone(attacker: Attacker, name: str) -> int:
    """Away as soon as it has asked."""
    async with attacker.connection() as (_, writer):
        writer.write(form("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }"))
        await asyncio.sleep(attacker.chance.random() * 0.1)
    return -1


async def silent(attacker: Attacker, name: str) -> int:
    """Connections that say nothing."""
    async with attacker.connection(), attacker.connection(), attacker.connection():
        await asyncio.sleep(2)
    return -1


_MANNERS = (slow_head, slow_body, slow_reader, no_reader, pipelined, gone, silent)
ATTACKS: dict[str, Callable[[Attacker, str], Awaitable[int]]] = {
    **dict.fromkeys(QUERIES, query),
    **dict.fromkeys(REQUESTS, request),
    **{manner.__name__: manner for manner in _MANNERS},
}
NAMES = [*ATTACKS, *(manner.__name__ for manner in _MANNERS), *(n for n, q in QUERIES.items() if q.heavy)]


async def attack(port: int, seconds: float, seed: int, clients: int, addresses: int) -> Report:
    """So many clients for so long, spread over as many addresses of this machine, from 127.0.0.100 on."""
    report = Report()

    async def caught(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        report.faults.append("a query reached another server")
        writer.close()

    trap = await asyncio.start_server(caught, "127.0.0.1", 0)
    number = trap.sockets[0].getsockname()[1]
    attackers = [
        Attacker(port, source(i, addresses), random.Random(f"{seed} {i}"), number, report) for i in range(clients)
    ]
    until = time.monotonic() + seconds
    await asyncio.gather(*(attacker.go_on(until) for attacker in attackers))
    trap.close()
    return report


def source(number: int, addresses: int) -> str:
    """The address from which a client comes; where there is but one, that of everyone."""
    return f"127.0.0.{100 + number % addresses}" if addresses > 1 else "127.0.0.1"


def main(port: int, seconds: float, seed: int, clients: int, addresses: int) -> None:
    """Attack, and tell."""
    report = asyncio.run(attack(port, seconds, seed, clients, addresses))
    busy = time.process_time()
    print(json.dumps({"answers": report.answers, "faults": report.faults, "processor": busy}))


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), *map(int, sys.argv[3:6]))
