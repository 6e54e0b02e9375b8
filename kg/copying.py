"""Copying our graphs into a store that lies in this process or on this disk: an rdflib Dataset, an Oxigraph store, the
folder of one. Other people's graphs there are not touched."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.digests import Measure, measure
from kg.errors import BadQuestion, StoreProblem
from kg.graph import Graph
from kg.loading import CATALOG, STAGED, Loaded, Progress, parts_of
from kg.terms import GRAPH, PREFIXES, RDF_TYPE, layer

_FORM = ox.RdfFormat.N_TRIPLES
_SET = ox.NamedNode(PREFIXES["void"] + "Dataset")
_HOLDS = "graphs of ours are loaded into an http(s) address, a folder, a pyoxigraph Store or an rdflib Dataset"


def copy(graph: Graph, target: object, progress: Progress) -> Loaded:
    """Put a graph into a store of this process or in a folder, in place of what it has of ours.

    Oxigraph stores switch in one step, unless they have nothing of ours: then the catalog, by which readers know a
    graph of ours, comes last. A Dataset is changed graph by graph. BadQuestion for what is no such store;
    StoreProblem where a folder cannot be opened, or something else came to stand there.
    """
    parts = parts_of(graph)
    if isinstance(target, str | Path):
        target = _opened(Path(target))
    if isinstance(target, ox.Store):
        found = _into_oxigraph(target, parts, progress)
    elif type(target).__module__.split(".")[0] == "rdflib" and hasattr(target, "quads"):
        found = _into_rdflib(target, parts, progress)
    else:
        raise BadQuestion(f"{target!r}: {_HOLDS}")
    for name, lines in parts.items():
        if found[name] != measure(lines):
            raise StoreProblem(f"the store holds something else than was sent of {name}; load again")
    return Loaded({n: m.triples for n, m in found.items()}, {n: m.digest for n, m in found.items()})


def _opened(folder: Path) -> ox.Store:
    names = {path.name for path in folder.iterdir()} if folder.is_dir() else set[str]()
    if names and "CURRENT" not in names:  # RocksDB has one
        raise StoreProblem(f"{folder} holds other files ({min(names)}, …) and no Oxigraph store; name another folder")
    try:
        return ox.Store(str(folder))
    except OSError as e:
        if "lock" in str(e).lower():
            told = "another process has it open; stop that, or load into its http address"
            raise StoreProblem(f"the store in {folder} cannot be written: {told}") from None
        raise StoreProblem(f"the store in {folder} cannot be written: {e}") from None


def _ours(listed: Iterable[str]) -> set[str]:
    return {name for name in listed if name.startswith(GRAPH)}


def _into_oxigraph(store: ox.Store, parts: dict[str, list[bytes]], progress: Progress) -> dict[str, Measure]:
    listed = store.quads_for_pattern(None, RDF_TYPE, _SET, layer("catalog"))
    old = _ours(getattr(quad.subject, "value", "") for quad in listed)
    direct = not old
    places = {name: name if direct else STAGED + name.removeprefix(GRAPH) for name in parts}
    for name in places.values():
        store.remove_graph(ox.NamedNode(name))
    for name in sorted(parts, key=lambda name: name == CATALOG):
        progress(f"{name.removeprefix(GRAPH)}: {len(parts[name]):,} triples")
        # no bulk loader for the catalog: it appears as a whole
        fill = store.load if name == CATALOG else store.bulk_load
        fill(b"".join(parts[name]), format=_FORM, to_graph=ox.NamedNode(places[name]))
    if not direct:
        progress("switching")
        moves = [f"MOVE SILENT GRAPH <{place}> TO GRAPH <{name}>" for name, place in places.items()]
        store.update(" ;\n".join([*moves, *(f"DROP SILENT GRAPH <{name}>" for name in sorted(old - parts.keys()))]))
    store.flush()
    texts = {name: store.dump(format=_FORM, from_graph=ox.NamedNode(name)) for name in parts}
    return {name: measure((text or b"").splitlines(keepends=True)) for name, text in texts.items()}


def _into_rdflib(dataset: Any, parts: dict[str, list[bytes]], progress: Progress) -> dict[str, Measure]:
    from rdflib import Graph as Bag
    from rdflib import URIRef

    read = {name: Bag().parse(data=b"".join(lines), format="nt") for name, lines in parts.items()}
    catalog = dataset.graph(URIRef(CATALOG))
    for name in _ours(map(str, catalog.subjects(URIRef(RDF_TYPE.value), URIRef(_SET.value)))) | parts.keys():
        dataset.remove_graph(URIRef(name))
    for name, triples in read.items():
        progress(f"{name.removeprefix(GRAPH)}: {len(triples):,} triples")
        place = dataset.graph(URIRef(name))
        dataset.addN((s, p, o, place) for s, p, o in triples)
    texts = {name: dataset.graph(URIRef(name)).serialize(format="nt", encoding="utf-8") for name in parts}
    return {name: measure(filter(bytes.strip, text.splitlines(keepends=True))) for name, text in texts.items()}
