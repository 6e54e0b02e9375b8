"""A question that answers the same from a wrong graph is a defect: each kind of fact that it names must matter.

For every property and class that a question names, single facts of the kind are deleted and altered until an answer of
its cases changes, those on what the answer tells first; where none alone does (several facts say the same), all of them
are deleted. `tests/mutation.toml` lists the kinds that do not matter all the same, with the reason; an entry that is
not needed fails.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kg import library
from kg.engines.oxigraph import Oxigraph
from kg.graph import Graph
from kg.terms import PREFIXES, RDF_TYPE
from tests.pace import one_at_once
from tests.test_answers import CASES

EXCEPTIONS: dict[str, dict[str, str]] = tomllib.loads((Path(__file__).parent / "mutation.toml").read_text("utf-8"))
TRIES = 4  # single facts of a kind that are tried


@pytest.fixture(scope="module")
def scratch(graph: Graph) -> Graph:
    """A copy of the graph that is changed and put right again."""
    store = ox.Store()
    store.bulk_extend(graph.embedded())
    return Graph(Oxigraph(store, "memory:"))


def kinds(sparql: str) -> list[ox.NamedNode]:
    """The properties and classes that a query asks for, from whatever vocabulary; not those that it only gives back."""
    body = re.sub(r"(?m)^PREFIX.*$|#.*$", "", sparql)
    body = re.sub(r"VALUES\s+\?\w+\s*\{[^}]*\}|BIND\(\s*[\w-]+:\w+\s+AS|!?=\s*[\w-]+:\w+", "", body)
    named = re.findall(r"(?<![\w<])([a-z]+):([A-Za-z]\w*)", re.sub(r'"[^"]*"', "", body))
    return [ox.NamedNode(PREFIXES[prefix] + local) for prefix, local in dict.fromkeys(named) if prefix in PREFIXES]


def asked(graph: Graph, text: str) -> list[tuple[str, ...]]:
    solutions: Any = graph.engine.query(text)
    names = [v.value for v in solutions.variables]
    return [tuple(str(row[name]) for name in names) for row in solutions]


def facts(store: ox.Store, kind: ox.NamedNode, told: set[str]) -> list[ox.Quad]:
    """Facts of a kind, those on what an answer tells first."""
    found = [*store.quads_for_pattern(None, kind, None), *store.quads_for_pattern(None, RDF_TYPE, kind)]

    def closeness(quad: ox.Quad) -> int:
        return sum(str(term).strip("<>") in told for term in (quad.subject, quad.object))

    return sorted(found, key=lambda quad: (-closeness(quad), str(quad)))


def altered(quad: ox.Quad) -> ox.Quad:
    """The same fact with another value: a class or thing that is nowhere, another number, another text."""
    value: Any = quad.object
    if isinstance(value, ox.Literal):
        number = re.fullmatch(r"-?\d+(\.\d+)?", value.value)
        text = str(int(float(value.value)) + 7) if number else f"{value.value}?"
        value = (
            ox.Literal(text, language=value.language) if value.language else ox.Literal(text, datatype=value.datatype)
        )
    else:
        value = ox.NamedNode("https://w3id.org/eic/id/nowhere")
    return ox.Quad(quad.subject, quad.predicate, value, quad.graph_name)


def matters(graph: Graph, texts: dict[str, list[tuple[str, ...]]], kind: ox.NamedNode) -> bool:
    """Whether some single fact of a kind, deleted or altered, changes one of the answers; else, whether all gone do."""
    store = graph.embedded()
    told = {word for rows in texts.values() for row in rows for cell in row for word in re.split(r'[\s<>"]+', cell)}
    every = facts(store, kind, told)
    return any(
        _changes(graph, texts, [quad], instead) for quad in every[:TRIES] for instead in ([], [altered(quad)])
    ) or _changes(graph, texts, every, [])


def _changes(graph: Graph, texts: dict[str, list[tuple[str, ...]]], gone: list[ox.Quad], come: list[ox.Quad]) -> bool:
    store = graph.embedded()
    for quad in gone:
        store.remove(quad)
    store.extend(come)
    try:
        return any(asked(graph, text) != rows for text, rows in texts.items())
    finally:
        for quad in come:
            store.remove(quad)
        store.extend(gone)


@pytest.mark.parametrize("name", one_at_once(reversed(library.names()), lambda name: library.question(name).tags[0]))
def test_each_kind_of_fact_matters(scratch: Graph, name: str) -> None:
    question = library.question(name)
    sets = [question.examples(), *(case.get("parameters", {}) for other, _, case in CASES if other == name)]
    texts = {text: asked(scratch, text) for text in dict.fromkeys(scratch.bind(question, one) for one in sets)}
    texts = {text: rows for text, rows in texts.items() if rows}
    used = [kind for kind in kinds(question.sparql) if next(iter(facts(scratch.embedded(), kind, set())), None)]
    idle = {kind.value.rsplit("/")[-1].rsplit("#")[-1] for kind in used if not matters(scratch, texts, kind)}
    assert idle == set(EXCEPTIONS.get(name, {})), "kinds of facts that do not matter to the answer"


def test_exceptions_are_of_questions_and_say_why() -> None:
    assert set(EXCEPTIONS) <= set(library.names())
    assert all(reason for one in EXCEPTIONS.values() for reason in one.values())
