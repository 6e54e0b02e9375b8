"""Engines: what a graph can live in. One module an engine; the first whose `accepts` says yes opens a target.

A module has `ORDER` (lower is asked first), `accepts(target) -> bool` and `open_(target) -> Engine`. A target is a
text (a path, an address) or an object of another library.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

import pyoxigraph as ox

from kg.errors import StoreProblem
from kg.terms import GRAPH

Result = ox.QuerySolutions | ox.QueryBoolean | Iterable[ox.Triple]


class Engine(Protocol):
    """A store that answers SPARQL 1.1 queries over our named graphs."""

    target: str
    graphs: list[str]  # the addresses of our named graphs there

    def query(self, text: str) -> Result:
        """Solutions, a boolean or triples; the default graph is the union of our named graphs, always."""
        ...


def all_quads(engine: Engine) -> Iterator[ox.Quad]:
    """All quads of our named graphs in an engine; blank nodes have their canonical names where it is not embedded, for
    each engine has names of its own."""
    store = getattr(engine, "store", None)
    if isinstance(store, ox.Store):
        yield from (q for q in store if isinstance(q.graph_name, ox.NamedNode) and q.graph_name.value.startswith(GRAPH))
        return
    for name in sorted(engine.graphs):
        place = ox.NamedNode(name)
        triples: Any = engine.query(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {place} {{ ?s ?p ?o }} }}")
        quads = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object, place) for t in triples)
        quads.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        yield from quads


def open_engine(target: object) -> Engine:
    """The engine that holds the graph at a target: a folder that `kg build` made, an http(s) endpoint, a Dataset, a
    pyoxigraph Store.

    Raises StoreProblem where nothing accepts the target, or where it is not a store of ours.
    """
    folder = Path(__file__).parent
    names = sorted(path.stem for path in folder.glob("[a-z]*.py"))
    modules: list[Any] = [import_module(f"kg.engines.{name}") for name in names]
    for module in sorted(modules, key=lambda m: int(m.ORDER)):
        if module.accepts(target):
            engine: Engine = module.open_(target)
            return engine
    raise StoreProblem(
        f"{target!r} is neither a folder nor an http(s) address, nor a data set that a graph could be read from"
    )
