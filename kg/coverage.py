"""Which terms of the ontology the library of questions answers about.

A term is covered when some answer changes once its statements are gone: those with it as predicate, or of its class;
for a term that no statement uses (a class that only OWL reasons with), those that define it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pyoxigraph as ox

from kg.engines.oxigraph import Oxigraph
from kg.errors import KgError
from kg.graph import Graph
from kg.library import Question, questions
from kg.schema import Schema
from kg.terms import EIC, RDF_TYPE

Rows = list[tuple[str, ...]]


class Coverage(NamedTuple):
    """A term by its local name, the question whose answer depends on it ("" for none), and whether that names it."""

    term: str
    question: str
    named: bool


def coverage(graph: Graph, progress: Callable[[str], None] = lambda _: None) -> Iterator[Coverage]:
    """The coverage of each class and property of the ontology, by name; each question is asked without parameters
    and with the example of each. The graph is copied, never changed.
    """
    store = ox.Store()
    store.bulk_extend(graph.quads())
    copy = Graph(Oxigraph(store, "memory:"))
    tries = [(question, text) for question in questions() for text in _texts(copy, question, progress)]
    before = {text: _rows(copy, text) for _, text in tries}
    schema = Schema(store)
    properties = {p.iri for p in schema.properties.values() if p.iri.value.startswith(EIC)}
    classes = {iri for iri in schema.superclasses if iri.value.startswith(EIC)}
    for term in sorted(properties | classes, key=str):
        name = term.value.removeprefix(EIC)
        progress(name)
        gone = _statements(store, term)
        for quad in gone:
            store.remove(quad)
        naming = [(q, text) for q, text in tries if name in _names(q)]
        others = [(q, text) for q, text in tries if name not in _names(q) and _asks_any(text)]
        telling = next((one for one in [*naming, *others] if _rows(copy, one[1]) != before[one[1]]), None)
        store.extend(gone)
        if telling and telling not in naming:  # what told of this term is likely to tell of others like it
            tries.remove(telling)
            tries.insert(0, telling)
        yield Coverage(name, telling[0].name if telling else "", telling in naming)


def _texts(graph: Graph, question: Question, progress: Callable[[str], None]) -> list[str]:
    """The query as it is asked without parameters, and with the example of each; none where they mean nothing here."""
    needed = question.examples()
    sets = [needed, *(needed | {p.name: p.example} for p in question.parameters.values())]
    try:
        return list(dict.fromkeys(graph.bind(question, one) for one in sets))
    except KgError as e:
        progress(f"{question.name}.rq: {e}\n")
        return []


def _names(question: Question) -> set[str]:
    fields = (*question.parameters.values(), *question.columns.values())
    return question.terms() | {of for field in fields for of in field.of}


def _asks_any(text: str) -> bool:
    """Whether a query has a variable where a property or a class stands: else it sees only the terms that it names."""
    patterns = re.sub(r"(?s)SELECT\b.*?(?=\bWHERE\b|\{)|(GROUP|ORDER) BY[^}]*|VALUES\s*\([^)]*\)", " ", text)
    subject = r"[.{})]\s*(?:\?\w+|[\w-]+:[\w/-]*|<[^>]*>)"
    return bool(re.search(rf"(?:\ba|rdf:type)\s+[^.;}}]*\?|(?:{subject}|;)\s+\?\w+\s", patterns))


def _rows(graph: Graph, text: str) -> Rows:
    solutions = graph.engine.query(text)
    assert isinstance(solutions, ox.QuerySolutions)
    names = [v.value for v in solutions.variables]
    return [tuple(str(row[name]) for name in names) for row in solutions]  # every question orders all its rows


def _statements(store: ox.Store, term: ox.NamedNode) -> list[ox.Quad]:
    used = [*store.quads_for_pattern(None, term, None), *store.quads_for_pattern(None, RDF_TYPE, term)]
    return used or list(store.quads_for_pattern(term, None, None))
