"""A soak of `kg serve`: ordinary clients alone, then beside as many hostile ones, and a judge of what was seen.

`soak` starts a server and gives a Record; `judge` says what is wrong with a Record, so that it can be tried on recorded
ones. Linux only: addresses 127.0.0.x, and /proc, which tells what processes take.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import NamedTuple

from tests.closed_loop import Client, Reply, Request, Run, once, quantile, run
from tests.footprint import Footprint, Server, grown
from tests.ordinary import Case, cases, unchanged

#: An ordinary client whose address is its own should hardly ever be told to wait: one may, and one in so many.
BUSY = 500
#: Answers without which nothing is shown.
LEAST = 50


class Sample(NamedTuple):
    """An answer to an ordinary client: of what, after how many seconds, and "right", "busy" or what was wrong."""

    name: str
    seconds: float
    verdict: str


class Record(NamedTuple):
    """What was seen in a soak: answers without and with hostile clients, what the server took before and after, what
    the hostile clients met (counts by attack and status, and faults), whether it was well at the end."""

    calm: list[Sample]
    beset: list[Sample]
    before: Footprint
    after: Footprint
    attacks: dict[str, int]
    faults: list[str]
    well: bool
    runs: tuple[Run, Run]


def judge(record: Record, times: float = 5.0, alone: bool = True, one_in: int = BUSY) -> list[str]:
    """What is wrong with a record, a line each; none if all is well.

    `times`: how many times the calm p99 that of the beset may be. `alone`: whether each client has an address of its
    own; where all have one, the limits for one client hold for all together, so refusals and waiting are no faults.
    `one_in`: of how many ordinary requests one may be told to wait.
    """
    found = [f"an attack: {fault}" for fault in record.faults]
    for phase, samples in (("calm", record.calm), ("beset", record.beset)):
        counts = Counter(sample.verdict for sample in samples)
        right, busy = counts.pop("right", 0), counts.pop("busy", 0)
        found += [f"{phase}: {number} times {verdict}" for verdict, number in counts.items()]
        if right < LEAST:
            found.append(f"{phase}: {right} right answers, and {LEAST} are needed to tell anything")
        if alone and busy > 1 + len(samples) // one_in:
            found.append(f"{phase}: {busy} of {len(samples)} ordinary requests were told to wait")
    if sum(record.attacks.values()) < LEAST:
        found.append(f"{sum(record.attacks.values())} attacks, and {LEAST} are needed to tell anything")
    calm, beset = p99(record.calm), p99(record.beset)
    if alone and beset > times * calm > 0:
        found.append(
            f"p99 beside hostile clients is {beset * 1000:.0f} ms, {beset / calm:.1f} times {calm * 1000:.0f} ms"
        )
    if not record.well:
        found.append("the server is not well, or another one")
    return found + grown(record.before, record.after)


def p99(samples: list[Sample]) -> float:
    """Seconds that 99 of 100 right answers did not exceed."""
    return quantile([sample.seconds for sample in samples if sample.verdict == "right"], 0.99)


class Crowd:
    """Ordinary clients, the same throughout: each chooses by a seed of its own what it asks."""

    def __init__(self, server: Server, everything: list[Case], clients: int, seed: int, alone: bool):
        self.everything = {case.request: case for case in everything}
        self.known: dict[Request, bytes] = {}
        here = [f"127.0.0.{10 + i}" if alone else "127.0.0.1" for i in range(clients)]
        self.clients = [Client(("127.0.0.1", server.port), address) for address in here]
        self.chances = {client: Random(f"{seed} {i}") for i, client in enumerate(self.clients)}

    def go(self, seconds: float) -> tuple[list[Sample], Run]:
        """What the clients are answered in so long a time."""
        samples: list[Sample] = []
        kinds: dict[str, list[Request]] = {}
        for asked in self.everything:
            kinds.setdefault(asked.name, []).append(asked)
        alike = list(kinds.values())

        def take(client: Client, asked: Request, reply: Reply) -> None:
            verdict = self.verdict(asked, reply)
            if verdict == "busy":
                client.rests = reply.came + float(reply.header("retry-after"))
            samples.append(Sample(asked.name, reply.seconds, verdict))

        def choose(client: Client) -> Request:
            chance = self.chances[client]
            return chance.choice(chance.choice(alike))

        return samples, run(self.clients, seconds, choose, take)

    def verdict(self, asked: Request, reply: Reply) -> str:
        """Whether an answer is right; one that is the same as a right one before is not read again."""
        case = self.everything[asked]
        if reply.status in (429, 503) and reply.header("retry-after"):
            return "busy"
        if reply.status == case.status and self.known.get(asked) == reply.body:
            return "right"
        with suppress(ValueError, SyntaxError, KeyError):
            if case.right(reply):
                self.known[asked] = reply.body
                return "right"
        return f"{reply.status} {reply.body[:100]!r} to {asked.name}: {asked.message[:100]!r}"


def hostile(server: Server, seconds: float, seed: int, clients: int, alone: bool) -> subprocess.Popen[str]:
    """Hostile clients, in a process of their own."""
    arguments = [server.port, seconds, seed, clients, clients if alone else 1]
    command = [sys.executable, "-m", "tests.hostile", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent.parent)


def _all_cases(server: Server, folder: Path) -> list[Case]:
    """What is asked, with conditional requests; AssertionError where the server answers wrongly before it begins."""
    found, client = cases(folder), Client(("127.0.0.1", server.port))
    conditional = []
    for case in found:
        reply = once(client, case.request)
        assert case.right(reply), f"{case.request.message!r}: {reply.status} {reply.body[:300]!r}"
        if not case.request.head:
            conditional.append(unchanged(case, reply))
    client.close()
    return [*found, *conditional[::4]]


def soak(
    server: Server,
    folder: Path,
    seconds: tuple[float, float, float],
    clients: int = 32,
    seed: int = 7,
    alone: bool = True,
) -> Record:
    """Warm up (hostile clients too), let ordinary clients be alone, then beside as many hostile ones, for so many
    seconds each; `alone` gives each client an address of its own."""
    warm, calm, beset = seconds
    crowd = Crowd(server, _all_cases(server, folder), clients, seed, alone)
    attackers = hostile(server, warm, seed + 1, clients, alone)
    crowd.go(warm)
    attackers.communicate()
    before = server.at_rest()
    quiet, first = crowd.go(calm)
    attackers = hostile(server, beset, seed, clients, alone)
    harassed, second = crowd.go(beset)
    told = json.loads(attackers.communicate()[0])
    for client in crowd.clients:
        client.close()
    after = server.at_rest(before)
    well = server.health().get("status") == "ok" and server.process.poll() is None
    return Record(quiet, harassed, before, after, told["answers"], told["faults"], well, (first, second))
