"""A graph in the shape of other libraries; each is imported only where it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.errors import StoreProblem
from kg.terms import BASE

if TYPE_CHECKING:
    import networkx
    import owlready2
    import rdflib

    from kg.graph import Graph


def needed(module: str, extra: str) -> Any:
    """A library that is asked for; StoreProblem, with the extra that brings it, where it is not installed."""
    try:
        return import_module(module)
    except ModuleNotFoundError:
        raise StoreProblem(f"this needs {module}: pip install 'eic-kg[{extra}]'") from None


def to_rdflib(graph: Graph) -> rdflib.Dataset:
    """The graph as an rdflib Dataset (needs the extra `rdflib`)."""
    dataset: rdflib.Dataset = needed("rdflib", "rdflib").Dataset(default_union=True)
    dataset.parse(data=graph.export(), format="nquads")
    return dataset


def to_owlready2(graph: Graph) -> owlready2.Ontology:
    """The graph as one ontology in an owlready2 world of its own (needs the extra `owl`).

    Dates, which OWL 2 DL does not know, stand on annotation properties only, so a reasoner may be run on it.
    """
    import io

    owlready2 = needed("owlready2", "owl")
    triples = (ox.Triple(q.subject, q.predicate, q.object) for q in graph.quads())
    text = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    world = owlready2.World()
    return world.get_ontology(BASE + "ontology").load(fileobj=io.BytesIO(text or b""))


def to_networkx(graph: Graph) -> networkx.MultiDiGraph[str]:
    """The plain edges between things as a directed multigraph, nodes named by IRI (needs the extra `networkx`)."""
    network: networkx.MultiDiGraph[str] = needed("networkx", "networkx").MultiDiGraph()
    for row in graph.select("SELECT ?s ?p ?o WHERE { ?rule eic:derives ?p . ?s ?p ?o FILTER(isIRI(?o)) }"):
        s, p, o = (str(getattr(row[k], "value", "")) for k in "spo")
        network.add_edge(s, o, key=p)
    return network
