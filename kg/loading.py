"""Loading our graphs into somebody's store: put beside what stands there, compared, then switched.

Each graph is first written to a graph of its own under `STAGED`; when all of them hold what ours hold, they take the
places of the graphs that the store had of ours. Other people's graphs are never touched. A load that breaks off leaves
the old graphs as they are: loading again goes on where it stopped, `roll_back` takes away what it left.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import accumulate
from typing import NamedTuple

import pyoxigraph as ox

from kg.errors import StoreProblem
from kg.graph import Graph
from kg.remote import Addresses, Remote
from kg.terms import BASE, GRAPH, PREFIXES, XSD, layer, spelt
from kg.values import canonical

STAGED = BASE + "staged/"
BATCH, PUT = 2_000, 10_000  # triples of an update, and of a request to a graph store
Progress = Callable[[str], None]


class Loaded(NamedTuple):
    """What a load brought: for each graph the number of its triples, and the digest that both sides share."""

    counts: dict[str, int]
    digests: dict[str, str]


def load(graph: Graph, where: Addresses, progress: Progress = lambda _: None) -> Loaded:
    """Put a graph into a store, in place of what it has of ours; see the module.

    StoreProblem where the store does not take a part, or holds something else than was sent (then nothing is switched),
    or where the switched graphs do not hold it.
    """
    store, parts = Remote(where), _parts(graph)
    version = graph.version()
    staged = {name: f"{STAGED}{version}/{name.removeprefix(GRAPH)}" for name in parts}
    counts, digests = {}, {}
    for name, triples in parts.items():
        _stage(store, staged[name], triples, partial(_told, progress, name.removeprefix(GRAPH)))
        counts[name], digests[name] = len(triples), digest(triples)
        there = digest(store.triples(staged[name]))
        if there != digests[name]:
            store.update(f"DROP SILENT GRAPH <{staged[name]}>")
            raise StoreProblem(f"{where.query} holds something else than was sent of {name}; nothing was switched")
    progress("switching")
    gone = [name for name in _listed(store) if name not in parts]
    moves = [f"MOVE SILENT GRAPH <{staged[name]}> TO GRAPH <{name}>" for name in parts]
    store.update(" ;\n".join([*moves, *(f"DROP SILENT GRAPH <{name}>" for name in gone)]))
    roll_back(where)
    for name in parts:
        if digest(store.triples(name)) != digests[name]:
            raise StoreProblem(f"{where.query} does not hold {name} as it was switched; load again")
    return Loaded(counts, digests)


def _told(progress: Progress, name: str, what: str) -> None:
    progress(f"{name}: {what}")


def roll_back(where: Addresses) -> list[str]:
    """Take away what loads that broke off have left; returns the names of the graphs that were left."""
    store = Remote(where)
    rows = store.rows("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }")
    left = sorted(row["g"] for row in rows if row["g"].startswith(STAGED))
    for name in left:
        store.update(f"DROP SILENT GRAPH <{name}>")
    return left


def _parts(graph: Graph) -> dict[str, list[ox.Triple]]:
    """Our graphs with their triples in a fixed order, those with blank nodes first, for these must go together."""
    found: dict[str, list[ox.Triple]] = {}
    for quad in graph.quads():
        if isinstance(quad.graph_name, ox.NamedNode) and quad.graph_name.value.startswith(GRAPH):
            found.setdefault(quad.graph_name.value, []).append(quad.triple)
    return {name: sorted(found[name], key=lambda t: (not _blank(t), str(t))) for name in sorted(found)}


def _blank(triple: ox.Triple) -> bool:
    return isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode)


def _stage(store: Remote, name: str, triples: list[ox.Triple], progress: Progress) -> None:
    """Write triples to a graph, batch by batch from where a load has stopped."""
    batches = list(_batches(triples, PUT if store.where.graph_store else BATCH))
    ends = list(accumulate(map(len, batches), initial=0))
    there = store.count(name)
    done = ends.index(there) if there in ends else 0  # else a part of a batch: from the beginning
    for number, batch in enumerate(batches[done:], done):
        if store.where.graph_store:
            store.put(name, (f"{triple} .\n" for triple in batch), add=number > 0)
        else:
            _insert(store, name, batch, anew=number == 0)
        progress(f"{ends[number + 1]:,} of {len(triples):,} triples")


def _insert(store: Remote, name: str, batch: list[ox.Triple], anew: bool) -> None:
    """Add triples to a graph by an update; `anew` empties it first, for blank nodes sent twice would be two."""
    lines = " .\n".join(" ".join(_spelt(term) for term in triple) for triple in batch)
    block = f"{{ GRAPH <{name}> {{\n{lines} .\n}} }}"
    # Virtuoso takes no blank nodes as data
    insert = f"INSERT {block} WHERE {{ }}" if any(map(_blank, batch)) else f"INSERT DATA {block}"
    store.update(f"DROP SILENT GRAPH <{name}> ;\n{insert}" if anew else insert)


def _batches(triples: list[ox.Triple], size: int) -> Iterator[list[ox.Triple]]:
    start = sum(map(_blank, triples))
    if start:
        yield triples[:start]
    for at in range(start, len(triples), size):
        yield triples[at : at + size]


def _spelt(term: object) -> str:
    return spelt(term) if isinstance(term, ox.NamedNode | ox.Literal) else str(term)


def _listed(store: Remote) -> list[str]:
    """The graphs that the catalog of ours in a store lists."""
    rows = store.rows(f"SELECT ?g WHERE {{ GRAPH {layer('catalog')} {{ ?g a <{PREFIXES['void']}Dataset> }} }}")
    return sorted(row["g"] for row in rows if row["g"].startswith(GRAPH))


def digest(triples: Iterable[ox.Triple]) -> str:
    """A digest of what triples say, the same on every store: whatever the names of blank nodes, the case of language
    tags, and the digits of a number; stores differ in these and merge what differs in nothing else."""
    told = Counter(" ".join(_canonical(term) for term in triple) for triple in triples)
    lines = sorted(f"{line} {times if '_:' in line else ''}" for line, times in told.items())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _canonical(term: object) -> str:
    if isinstance(term, ox.BlankNode):
        return "_:"
    if not isinstance(term, ox.Literal):
        return str(term)
    if term.language:
        return str(ox.Literal(term.value, language=term.language.lower()))
    if term.datatype.value == f"{XSD}boolean":  # Virtuoso makes `true` and `1` one
        return str(ox.Literal({"true": "1", "false": "0"}.get(term.value, term.value)))
    number = canonical(term, "decimal")
    return str(ox.Literal(number.value if isinstance(number, ox.Literal) else term.value))
