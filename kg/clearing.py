"""A new store in which one graph of an old one is no more.

Taking statements out of a store costs several times what putting them in does. So where a graph is large beside the
rest, the rest is written anew; else the old store's files are linked, and the graph is taken out of that copy.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from kg.streams import Stream, closure
from kg.terms import ID, RDF_TYPE, layer

#: So many times longer takes it to remove a statement than to write it.
SLOWER = 6
_INFERRED = layer("inferred")
_FORM = ox.RdfFormat.N_TRIPLES


def without(old: ox.Store, fresh: Path, graph: ox.NamedNode, anew: bool = False) -> ox.Store:
    """The store in a new folder that has all of an old one but a graph, and the classes derived of its things alone.

    With `anew`, nothing derived is in it but the classes above those that are stated: the rules are to run.
    """
    gone = size(old, graph) + (size(old, _INFERRED) if anew else 0)
    if gone * SLOWER < len(old):
        old.backup(str(fresh))
        store = ox.Store(str(fresh))
        if gone:
            _take_out(store, graph)
        if anew:
            store.remove_graph(_INFERRED)
    else:
        store = ox.Store(str(fresh))
        for name in old.named_graphs():
            if name not in (graph, _INFERRED):
                _copy(old, store, name, fresh)
        if not anew:
            _load(store, _kept(old, graph))
    if anew:
        _load(store, _classes(store))
    return store


def size(store: ox.Store, graph: ox.NamedNode) -> int:
    """How many statements a graph has."""
    found = store.query(f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}")
    assert isinstance(found, ox.QuerySolutions)
    return int(getattr(next(found)["n"], "value", "0"))


def _take_out(store: ox.Store, graph: ox.NamedNode) -> None:
    above, others = (
        f"GRAPH {_INFERRED} {{ ?s a ?above }}",
        f"GRAPH ?g {{ ?s a ?c }} FILTER(?g NOT IN ({graph}, {_INFERRED}))",
    )
    alone = f"GRAPH {graph} {{ ?s a ?class }} FILTER NOT EXISTS {{ {others} }}"
    store.update(f"DELETE {{ {above} }} WHERE {{ {alone} {above} }}")
    store.remove_graph(graph)


def _copy(old: ox.Store, store: ox.Store, name: ox.NamedNode | ox.BlankNode, folder: Path) -> None:
    file = folder / "copied.nt"
    old.dump(str(file), format=_FORM, from_graph=name)
    store.bulk_load(path=str(file), format=_FORM, to_graph=name, lenient=True)
    file.unlink()


def _load(store: ox.Store, lines: Iterator[str]) -> None:
    Stream(lines, {}, lambda _: None).into(store)


def _kept(old: ox.Store, gone: ox.NamedNode) -> Iterator[str]:
    """What is derived, without the classes of things that only the graph that is gone tells of."""
    alone = set(_things(old, gone))
    for name in old.named_graphs():
        if name not in (gone, _INFERRED):
            alone.difference_update(_things(old, name))
    for quad in old.quads_for_pattern(None, None, None, _INFERRED):
        if quad.predicate != RDF_TYPE or str(quad.subject) not in alone:
            yield f"{quad} .\n"


def still_named(old: ox.Store, store: ox.Store, graph: ox.NamedNode) -> dict[str, tuple[set[str], set[str]]]:
    """Who names, in a new store, what an old one knew from a graph and nothing describes now.

    By the IRI of the graph in which they stand: those who name, and what they name.

    >>> net, mine, other = (ox.NamedNode(f"x:{name}") for name in ("net", "mine", "other"))
    >>> new = [ox.Quad(ox.NamedNode("x:member"), ox.NamedNode("x:in"), net, other)]
    >>> old, store = ox.Store(), ox.Store()
    >>> old.extend([*new, ox.Quad(net, RDF_TYPE, ox.NamedNode("x:Alliance"), mine)])
    >>> store.extend(new)
    >>> still_named(old, store, mine)
    {'x:other': ({'<x:member>'}, {'x:net'})}
    """
    found: dict[str, tuple[set[str], set[str]]] = {}
    for thing in (quad.subject for quad in old.quads_for_pattern(None, RDF_TYPE, None, graph)):
        # records are left aside, for nobody names them and they are many
        if not isinstance(thing, ox.NamedNode) or thing.value.startswith(f"{ID}record/"):
            continue
        if next(store.quads_for_pattern(thing, RDF_TYPE, None), None):
            continue
        for quad in store.quads_for_pattern(None, None, thing):
            if isinstance(quad.graph_name, ox.NamedNode) and quad.graph_name != _INFERRED:
                rows, things = found.setdefault(quad.graph_name.value, (set(), set()))
                rows.add(str(quad.subject))
                things.add(thing.value)
    return found


def _things(store: ox.Store, graph: ox.NamedNode | ox.BlankNode) -> Iterator[str]:
    return (str(quad.subject) for quad in store.quads_for_pattern(None, RDF_TYPE, None, graph))


def _classes(store: ox.Store) -> Iterator[str]:
    """The classes above those that are stated of each thing."""
    above = closure(store.quads_for_pattern(None, None, None, layer("ontology")))
    for quad in store.quads_for_pattern(None, RDF_TYPE, None):
        if more := above.get(str(quad.object)):
            yield more.replace("{}", str(quad.subject))
