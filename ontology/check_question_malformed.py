"""A question that cannot be asked: its file is malformed, its classes are unknown, or an example means nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

#: Found when the graph is checked, not when it is built: a faulty question must not keep the graph from being made.
CHECK = {
    "severity": "error",
    "build": False,
    "message": {"zh": "问题库中的此问题无法提出", "en": "is a question of the library that cannot be asked"},
}


def offenders(store: ox.Store) -> Iterator[tuple[ox.NamedNode | ox.Literal, str]]:
    """Each faulty question, with what is wrong with it."""
    from kg.engines.oxigraph import Oxigraph
    from kg.errors import KgError
    from kg.graph import Graph
    from kg.library import faults, questions
    from kg.schema import Schema
    from kg.terms import RDF_TYPE, eic, thing

    for fault in faults():
        yield ox.Literal(str(fault).split(":")[0]), str(fault)
    graph, schema = Graph(Oxigraph(store, "memory:")), Schema(store)
    for question in questions():
        node = thing(f"question/{question.name}")
        if not any(store.quads_for_pattern(node, RDF_TYPE, None)):
            continue  # a graph without this question in its catalog need not have what the examples name
        for field in (*question.parameters.values(), *question.columns.values()):
            if field.of and not schema.is_class(eic(field.of)):
                yield node, f"{field!r}: the ontology has no class {field.of}"
        for name, parameter in question.parameters.items():
            try:
                graph.bind(question, question.examples() | {name: parameter.example})
            except KgError as e:
                yield node, f"example of {name}: {e}"
