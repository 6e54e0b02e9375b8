"""`kg serve` beside other endpoints: `python -m tests.bench.serving STORE [SECONDS] [ROUNDS]`, a table for each graph.

Served are a built folder and a synthetic graph (synthetic.py), the same quads by all: `kg serve` without and with its
cache, `oxigraph serve-read-only`, Virtuoso, and rdflib-endpoint, where these are installed. Eight connections, each a
closed loop from this machine, ask by GET for JSON; constants vary, so that nobody's cache answers, but in the column
with the cache, where a few requests come again and again. All give the same rows, or it ends here. Shown are medians of
interleaved rounds; what a round has begun is waited for, so a slow endpoint is not flattered.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import cycle
from pathlib import Path
from random import Random
from typing import NamedTuple
from urllib.parse import quote, urlsplit

import kg
from kg.generations import current
from kg.terms import PREFIXES
from tests.bench import loading
from tests.closed_loop import Client, Reply, Request, once, quantile, request, run
from tests.engines import ISQL, empty_virtuoso, free_port, program, running, virtuoso_is_here

CLIENTS = 8
VARIED, REPEATED = 5_000, 50
SYNTHETIC = 100_000
SEED = 7
PATIENCE = 60.0
#: Queries with a place for a constant: a subject, a page, and the start of a passage that those after it lie beyond.
QUERIES = {
    "point query": "SELECT ?p ?o { <%(subject)s> ?p ?o }",
    "2-hop join": "SELECT ?claim ?start { ?passage eic:page %(page)s . ?claim prov:wasDerivedFrom ?passage . "
    "?passage oa:hasSelector ?span . ?span oa:start ?start FILTER(?start > %(start)s) }",
    "aggregate": "SELECT ?class (COUNT(?claim) AS ?n) { ?claim a ?class ; prov:wasDerivedFrom ?passage . "
    "?passage oa:hasSelector ?span . ?span oa:start ?start FILTER(?start > %(start)s) } GROUP BY ?class",
}
#: What is promised of each, as a share of the speed of `oxigraph serve`; and as times that of rdflib-endpoint.
SHARES, TIMES = {"point query": 0.25, "2-hop join": 1.0, "aggregate": 1.0}, 10
OURS, CACHED, OXIGRAPH, VIRTUOSO, RDFLIB = (
    "kg serve, no cache", "kg serve, cached", "oxigraph serve", "Virtuoso", "rdflib-endpoint",
)  # fmt: skip


class Figures(NamedTuple):
    """Of one round: answers a second, seconds that 99 of 100 answers did not exceed, and how many were refused."""

    rate: float
    p99: float
    refused: float


class Server(NamedTuple):
    """An endpoint: where it is asked, and how it is ended."""

    address: str
    end: Callable[[], None]


class _Silent(Exception):
    """An answer did not come within PATIENCE."""


def kg_serve(store: Path, folder: Path, cache: int) -> Iterator[str]:
    port = free_port()
    command = [program("kg"), "serve", str(store), "--port", str(port), "--cache", str(cache)]
    with running([*command, "--log", os.devnull], folder, f"http://127.0.0.1:{port}/health"):
        yield f"http://127.0.0.1:{port}/sparql"


def oxigraph(store: Path, folder: Path) -> Iterator[str]:
    port = free_port()
    place = ["--location", str(current(store)), "--bind", f"127.0.0.1:{port}"]
    command = [program("oxigraph"), "serve-read-only", "--union-default-graph", *place]
    with running(command, folder, f"http://127.0.0.1:{port}/"):
        yield f"http://127.0.0.1:{port}/query"


def virtuoso(file: Path, folder: Path) -> Iterator[str]:
    with empty_virtuoso(folder) as (address, sql):
        load = f"DB.DBA.TTLP_MT(file_to_string_output('{folder / file.name}'), '', 'urn:unused', 512); checkpoint;"
        shutil.copy(file, folder)
        told = subprocess.run([ISQL, f"127.0.0.1:{sql}", "dba", "dba", f"exec={load}"], capture_output=True, text=True)
        if "Error" in told.stdout + told.stderr:
            sys.exit(told.stdout + told.stderr)
        yield address


def rdflib_endpoint(file: Path, folder: Path) -> Iterator[str]:
    port = free_port()
    command = [program(RDFLIB), "serve", str(file), "--host", "127.0.0.1", "--port", str(port)]
    with running(command, folder, f"http://127.0.0.1:{port}/"):
        yield f"http://127.0.0.1:{port}/"


def servers(store: Path, file: Path, stack: ExitStack) -> dict[str, Server]:
    """All endpoints that are installed, each started with the same quads."""
    ways = {
        OURS: lambda folder: kg_serve(store, folder, 0),
        CACHED: lambda folder: kg_serve(store, folder, 64),
        OXIGRAPH: lambda folder: oxigraph(store, folder),
    }
    if virtuoso_is_here():
        ways[VIRTUOSO] = lambda folder: virtuoso(file, folder)
    if shutil.which(program(RDFLIB)):
        ways[RDFLIB] = lambda folder: rdflib_endpoint(file, folder)
    found = {}
    for name, way in ways.items():
        own = stack.enter_context(ExitStack())
        folder = Path(own.enter_context(tempfile.TemporaryDirectory(prefix="eic-bench-")))
        found[name] = Server(own.enter_context(contextmanager(way)(folder)), own.close)
    return found


def constants(store: Path) -> list[dict[str, str]]:
    """As many constants for the queries as there are varied requests, always the same."""
    chance, graph = Random(SEED), kg.open(store)
    subjects, pages, starts = (
        [getattr(row[0], "value", "") for row in graph.query(text).rows]
        for text in (
            "SELECT ?s { ?s prov:wasDerivedFrom ?passage } ORDER BY ?s",
            "SELECT DISTINCT ?page { ?passage eic:page ?page } ORDER BY ?page",
            "SELECT DISTINCT ?start { ?span oa:start ?start } ORDER BY ?start",
        )
    )
    early = starts[: len(starts) // 4]
    return [
        {"subject": chance.choice(subjects), "page": chance.choice(pages), "start": chance.choice(early)}
        for _ in range(VARIED)
    ]


def asked(address: str, text: str) -> Request:
    """A request for the rows of a query."""
    named = "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in ("eic", "oa", "prov") if f"{name}:" in text)
    path = f"{urlsplit(address).path}?query={quote(named + text)}"
    return Request(request("GET", path, {"Accept": "application/sparql-results+json"}))


def insist_on_same_rows(found: dict[str, Server], queries: dict[str, str]) -> None:
    """SystemExit where the endpoints do not give the same rows, or none."""
    for query, text in queries.items():
        rows = {name: _rows(s.address, asked(s.address, text)) for name, s in found.items()}
        if not rows[OURS] or any(other != rows[OURS] for other in rows.values()):
            counts = ", ".join(f"{server} {len(r)}" for server, r in rows.items())
            sys.exit(f"{query}: the rows differ, or there are none: {counts}\n{text}")


def _rows(address: str, what: Request) -> list[str]:
    reply = once(Client(_place(address)), what, PATIENCE)
    if reply.status != 200:
        sys.exit(f"{address}: {reply.status} {reply.body[:500]!r}\n{what.message!r}")
    bindings = json.loads(reply.body)["results"]["bindings"]
    return sorted(str(sorted((name, term["value"]) for name, term in row.items())) for row in bindings)


def measure(address: str, requests: Iterator[Request], seconds: float) -> Figures:
    """A round: as many clients as there are, for so long."""
    times: list[float] = []
    refused = 0

    def take(client: Client, what: Request, reply: Reply) -> None:
        nonlocal refused
        if again := reply.header("retry-after"):
            refused, client.rests = refused + 1, reply.came + float(again)
            return
        if reply.status == 0 and reply.seconds > PATIENCE:
            raise _Silent
        if reply.status != 200:
            sys.exit(f"{address}: {reply.status} {reply.body[:500]!r}\n{what.message!r}")
        times.append(reply.seconds)

    clients = [Client(_place(address)) for _ in range(CLIENTS)]
    done = run(clients, seconds, lambda _: next(requests), take, PATIENCE)
    for client in clients:
        client.close()
    return Figures(len(times) / done.seconds, quantile(times, 0.99), refused)


def _place(address: str) -> tuple[str, int]:
    told = urlsplit(address)
    return str(told.hostname), int(told.port or 80)


def table(title: str, store: Path, file: Path, seconds: float, rounds: int) -> list[str]:
    """Lines with the figures on one graph."""
    told = ["", f"| {title}, {CLIENTS} connections | requests/s | p99 ms | of oxigraph serve | target | |"]
    told.append("|---|--:|--:|--:|---|---|")
    with ExitStack() as stack:
        found, given = servers(store, file, stack), constants(store)
        insist_on_same_rows(found, {name: text % given[0] for name, text in QUERIES.items()})
        for query, text in QUERIES.items():
            told += lines(query, _in_turns(found, [text % one for one in given], seconds, rounds))
    return told


def _in_turns(found: dict[str, Server], texts: list[str], seconds: float, rounds: int) -> dict[str, Figures]:
    """The medians of the rounds of each endpoint; one that is silent is ended, lest it go on working beside others."""
    turns = {}
    for name, server in found.items():
        requests = [asked(server.address, text) for text in texts]
        turns[name] = cycle(requests[:REPEATED] if name == CACHED else requests)
    done: dict[str, list[Figures]] = {name: [] for name in found}
    for turn in range(rounds + 1):  # the first is to warm up
        for name, server in list(found.items()):
            try:
                figures = measure(server.address, turns[name], seconds if turn else 0.5)
            except _Silent:
                found.pop(name).end()
                done[name] = [Figures(0, PATIENCE, 0)]
            else:
                done[name] += [figures] if turn else []
    return {name: Figures(*map(statistics.median, zip(*all_, strict=True))) for name, all_ in done.items()}


def lines(query: str, medians: dict[str, Figures]) -> list[str]:
    """Lines of the table for one query; the promises are for what comes without the cache."""
    told = []
    ours, theirs = medians[OURS].rate, medians[OXIGRAPH].rate
    for name, (rate, p99, refused) in medians.items():
        promise, note = "", f" ({refused:.0f} refused)" if refused else ""
        if name == OURS:
            promise = f"at least {SHARES[query]:g} | {'met' if ours >= SHARES[query] * theirs else 'missed'}"
        elif name == RDFLIB and rate:
            promise = f"ours {TIMES} times | {ours / rate:.1f} times: {'met' if ours >= TIMES * rate else 'missed'}"
        elif not rate:
            note = ", or never"
        told.append(
            f"| {query}: {name} | {rate:,.1f} | {p99 * 1000:,.1f}{note} | {rate / theirs:.2f} | {promise or '|'} |"
        )
    return told


def main(store: Path, seconds: float = 3.0, rounds: int = 3) -> list[str]:
    """The tables, for the graph in a folder and for a synthetic one."""
    with tempfile.TemporaryDirectory(prefix="eic-bench-") as name:
        folder = Path(name)
        (folder / "ours.nq").write_text(kg.open(store).export(), encoding="utf-8")
        loading.prepare(SYNTHETIC, folder)
        missing = [
            n for n, there in ((VIRTUOSO, virtuoso_is_here()), (RDFLIB, shutil.which(program(RDFLIB)))) if not there
        ]
        return [
            *table("the paper's graph", store, folder / "ours.nq", seconds, rounds),
            *table(f"{SYNTHETIC:,} synthetic triples", folder / "graph", folder / "all.nq", seconds, rounds),
            *(["", f"Not installed, and so not measured: {', '.join(missing)}."] if missing else []),
        ]


if __name__ == "__main__":
    place, length, often = [*sys.argv[1:], "3", "3"][:3]
    print("\n".join(main(Path(place), float(length), int(often))))
