"""Loading our graphs into somebody's store: written, compared, then switched.

Where the store has a graph of ours, the new one is written beside it, under `STAGED`, and takes its place when each of
its parts holds what ours holds. Where the store has none there is nobody to disturb: the parts are written where they
belong, but for the catalog, by which readers know a graph of ours; it comes last. A journal in the store says what a
load writes where; while it is there, a load of something else is refused. Other people's graphs are never touched. A
load that breaks off leaves what stood there as it was: loading again goes on where it stopped, `roll_back` takes away
what it left.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate
from typing import NamedTuple

import pyoxigraph as ox

from kg.digests import Measure, has_blank, measure
from kg.errors import StoreProblem
from kg.graph import Graph
from kg.remote import Addresses, Remote
from kg.terms import BASE, GRAPH, PREFIXES, layer, spelt_lines

STAGED = BASE + "staged/"
JOURNAL = STAGED + "journal"
CATALOG, INFERRED = layer("catalog").value, layer("inferred").value
_PART, _SET = (f"<{PREFIXES['void']}{name}>" for name in ("subset", "Dataset"))
#: Bytes of an update, of a request to a graph store, and of one to a store that has a bulk loader behind it.
BATCH, PUT, BULK = 200_000, 4_000_000, 200_000_000
Progress = Callable[[str], None]
#: What fills a graph (the last name) inside a store from those that stand there already (the names before).
Derive = Callable[[Remote, list[str], str], object]


class Loaded(NamedTuple):
    """What a load brought: for each graph the number of its triples, and the digest that both sides share."""

    counts: dict[str, int]
    digests: dict[str, str]


def load(graph: Graph, where: Addresses, progress: Progress = lambda _: None, derive: Derive | None = None) -> Loaded:
    """Put a graph into a store, in place of what it has of ours; see the module.

    With `derive` the inferred graph is not sent but made there of the others, and must come out as ours is.
    StoreProblem where the store does not take a part, or holds something else than ours (then nothing is switched), or
    where the switched graphs do not hold it.
    """
    store, parts = Remote(where), parts_of(graph)
    old = _listed(store)
    load_ = STAGED + hashlib.sha256(b"".join(line for lines in parts.values() for line in lines)).hexdigest()[:16]
    places = _begin(store, load_, sorted(parts), bool(old))
    found = _standing(store, {name: parts[name] for name in sorted(parts.keys() & old)}, progress)
    places |= {name: name for name in found}
    with ThreadPoolExecutor(1) as hands:  # ours is measured while the store is at work
        for name in sorted(parts.keys() - found.keys(), key=lambda name: (name == INFERRED, name)):
            ours = hands.submit(measure, parts[name])
            if derive and name == INFERRED:
                progress("inferred: running the rules there")
                derive(store, [place for other, place in places.items() if other != name], places[name])
            else:
                for done in _write(store, places[name], parts[name]):
                    progress(f"{name.removeprefix(GRAPH)}: {done:,} of {len(parts[name]):,} triples")
            found[name] = ours.result()
            _compare(store, name, places[name], found[name])
    progress("switching")
    moved = {name: place for name, place in places.items() if place != name}
    moves = [f"MOVE SILENT GRAPH <{place}> TO GRAPH <{name}>" for name, place in moved.items()]
    store.update(" ;\n".join([*moves, *_drops(old - parts.keys()), *_drops([JOURNAL])]))
    if bad := [name for name in moved if store.read(name, measure) != found[name]]:
        raise StoreProblem(f"{where.query} does not hold {bad[0]} as it was switched; load again")
    return Loaded({n: found[n].triples for n in parts}, {n: found[n].digest for n in parts})


def _standing(store: Remote, parts: dict[str, list[bytes]], progress: Progress) -> dict[str, Measure]:
    """The measures of those graphs that stand in a store already as they are to be, word for word: what digests pass
    over may have changed, and names of blank nodes say nothing."""
    found: dict[str, Measure] = {}
    for name, lines in parts.items():
        exact = not any(map(has_blank, lines)) and store.count(name) == len(lines)
        if exact and store.read(name, set) == set(lines):
            found[name] = measure(lines)
            progress(f"{name.removeprefix(GRAPH)}: stands there as it is")
    return found


def _compare(store: Remote, name: str, place: str, ours: Measure) -> None:
    there = store.read(place, measure)
    if there == ours:
        return
    whole = store.count(place) == ours.triples
    roll_back(store.where)
    if whole and there.triples < ours.triples:
        hint = "raise that limit (Virtuoso: ResultSetMaxRows in virtuoso.ini), and load again"
        raise StoreProblem(f"{store.where.query} cuts its answers at some {there.triples:,} triples; {hint}")
    held = f"{there.triples:,} triples instead of {ours.triples:,}"
    held = held if there.triples != ours.triples else f"{there.triples:,} triples as it should, but other ones,"
    raise StoreProblem(f"{store.where.query} holds {held} of {name} after this load; nothing was switched")


def roll_back(where: Addresses) -> list[str]:
    """Take away what loads that broke off have left; returns the names of the graphs that were left.

    What the catalog there lists is never taken away: it has been switched.
    """
    store = Remote(where)
    kept = _listed(store)
    left = sorted({place for _, place in _journal(store) if place not in kept and store.holds(place)})
    for drop in _drops([*left, JOURNAL]):
        store.update(drop)
    return left


def parts_of(graph: Graph) -> dict[str, list[bytes]]:
    """Our graphs, each as lines of N-Triples in a fixed order, those with blank nodes first, for these must go
    together."""
    store, form = getattr(graph.engine, "store", None), ox.RdfFormat.N_TRIPLES
    if isinstance(store, ox.Store):
        texts = {name: store.dump(format=form, from_graph=ox.NamedNode(name)) for name in sorted(graph.engine.graphs)}
    else:
        found: dict[str, list[ox.Triple]] = defaultdict(list)
        for quad in graph.quads():
            found[getattr(quad.graph_name, "value", "")].append(quad.triple)
        texts = {name: ox.serialize(found[name], format=form) for name in sorted(found)}
    return {name: _ordered(text) for name, text in texts.items() if text}


def _ordered(text: bytes) -> list[bytes]:
    lines = sorted(text.splitlines(keepends=True))
    return sorted(lines, key=lambda line: not has_blank(line)) if b"_:" in text else lines


def _begin(store: Remote, load_: str, names: list[str], stands: bool) -> dict[str, str]:
    """Where a load writes each graph, as its journal says, if this very load has broken off before; else the journal is
    written. StoreProblem where that of another load is there: two would spoil each other's work."""
    begun = {place for load, place in _journal(store) if load == load_}
    _insist_alone(store, load_)
    stands = stands or (not begun and any(store.holds(name) for name in names))
    direct = begun if begun else set() if stands else set(names) - {CATALOG}
    places = {name: name if name in direct else f"{load_}/{name.removeprefix(GRAPH)}" for name in names}
    if not begun:
        rows = " . ".join(f"<{load_}> {_PART} <{place}>" for place in places.values())
        entry = f"DATA {{ GRAPH <{JOURNAL}> {{ {rows} }} }}"
        store.update(" ;\n".join([*_drops(places.values()), f"INSERT {entry}"]))
        try:
            _insist_alone(store, load_)
        except StoreProblem:
            store.update(f"DELETE {entry}")
            raise
    return places


def _insist_alone(store: Remote, load_: str) -> None:
    if any(load != load_ for load, _ in _journal(store)):
        told = "another load is at work there, or has broken off"
        hint = f"wait, or take away what it left: kg load {store.where.query} --roll-back"
        raise StoreProblem(f"{store.where.query}: {told}; {hint}")


def _journal(store: Remote) -> set[tuple[str, str]]:
    rows = store.rows(f"SELECT ?load ?place WHERE {{ GRAPH <{JOURNAL}> {{ ?load {_PART} ?place }} }}")
    return {(row["load"], row["place"]) for row in rows}


def _listed(store: Remote) -> set[str]:
    """The graphs that the catalog of ours in a store lists."""
    rows = store.rows(f"SELECT ?g WHERE {{ GRAPH <{CATALOG}> {{ ?g a {_SET} }} }}")
    return {row["g"] for row in rows if row["g"].startswith(GRAPH)}


def _drops(names: Iterable[str]) -> list[str]:
    return [f"DROP SILENT GRAPH <{name}>" for name in names]


def _write(store: Remote, name: str, lines: list[bytes]) -> Iterator[int]:
    """Write lines to a graph, batch by batch from where a load has stopped; yields how many are there."""
    size = (BULK if store.has_bulk_loader() else PUT) if store.where.graph_store else BATCH
    batches = list(_batches(lines, size))
    ends = list(accumulate(map(len, batches), initial=0))
    there = store.count(name)
    done = ends.index(there) if there in ends else 0  # else a part of a batch: from the beginning
    for number, batch in enumerate(batches[done:], done):
        if store.where.graph_store:
            store.put(name, batch, add=number > 0)
        else:
            _insert(store, name, batch, anew=number == 0)
        yield ends[number + 1]


def _insert(store: Remote, name: str, batch: list[bytes], anew: bool) -> None:
    """Add lines to a graph by an update; `anew` empties it first, for blank nodes sent twice would be two."""
    block = f"{{ GRAPH <{name}> {{\n{spelt_lines(b''.join(batch).decode())}}} }}"
    # Virtuoso takes no blank nodes as data
    insert = f"INSERT {block} WHERE {{ }}" if any(map(has_blank, batch)) else f"INSERT DATA {block}"
    store.update(f"DROP SILENT GRAPH <{name}> ;\n{insert}" if anew else insert)


def _batches(lines: list[bytes], size: int) -> Iterator[list[bytes]]:
    """Lines in batches of about so many bytes; all that have blank nodes are in the first."""
    batch: list[bytes] = []
    length = 0
    for line in lines:
        if batch and length + len(line) > size and not has_blank(line):
            yield batch
            batch, length = [], 0
        batch.append(line)
        length += len(line)
    if batch:
        yield batch
