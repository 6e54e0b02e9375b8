"""A graph, or an answer, in the shape of other libraries; each is imported only where it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.errors import BadQuestion, StoreProblem
from kg.terms import BASE
from kg.values import listed_iris, python_value

if TYPE_CHECKING:
    import networkx
    import owlready2
    import pandas
    import rdflib

    from kg.answers import Answer
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


def to_pandas(answer: Answer) -> pandas.DataFrame:
    """An answer as a data frame: numbers and truth values as such, labels for IRIs (needs the extra `pandas`)."""
    frame: pandas.DataFrame = needed("pandas", "pandas").DataFrame(answer.texts(), columns=answer.headings())
    for place, at in enumerate(answer.kept()):
        values = [python_value(row[at]) for row in answer.rows]
        if any(isinstance(value, int | float) for value in values):
            typed = [value if value is None or isinstance(value, int | float) else str(value) for value in values]
            frame.isetitem(place, needed("pandas", "pandas").Series(typed).convert_dtypes())
    frame.attrs = {"title": answer.title, "caption": answer.caption, "graph": answer.around.version}
    return frame


def answer_to_networkx(answer: Answer) -> networkx.MultiDiGraph[str]:
    """What the rows of an answer relate, as a directed multigraph (needs the extra `networkx`).

    Nodes are named by IRI and have their label; an edge has the texts of the other columns, the graph the caption.
    """
    if answer.view.kind != "network":
        raise BadQuestion(
            f"{answer.question or 'the query'} relates no two columns; `kg questions --view network` lists those"
        )
    ends = [answer.columns.index(answer.view.columns[end]) for end in ("from", "to")]
    network: networkx.MultiDiGraph[str] = needed("networkx", "networkx").MultiDiGraph(
        title=answer.title, caption=answer.caption
    )
    for row, texts in zip(answer.rows, answer.texts(), strict=True):
        nodes = [node for end in ends for node in (listed_iris(row[end]) or [python_value(row[end])])]
        told = {name: text for name, text in zip(answer.shown_columns(), texts, strict=True) if text}
        for end in ends:
            told.pop(answer.columns[end], None)
        if None in nodes or len(nodes) != 2:
            continue
        for node, end in zip(nodes, ends, strict=True):
            network.add_node(node, label=answer.text(row[end]))
        network.add_edge(*nodes, **told)
    return network
