"""The library in the catalog graph: each question a SHACL SPARQL executable, as query editors read examples.

The convention is that of sib-swiss/sparql-examples: `sh:SPARQLExecutable` with `rdfs:comment`, `sh:select` and
`schema:keywords`. Parameters are `sh:Parameter`s, columns have a class of ours; both say what they hold by `sh:class`
or `sh:datatype` (of several classes neither, for SHACL would want all of them), and `eic:usesTerm` tells which terms of
the ontology a question is about.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from kg.errors import BadTable, KgError
from kg.fields import Column, Parameter
from kg.graph import Graph
from kg.library import Question, questions
from kg.naming import resolve
from kg.schema import Schema
from kg.sparql import with_dataset
from kg.terms import BASE, EIC, LABEL, LANGUAGES, PREFIXES, RDF_TYPE, RDFS, XSD, eic, layer, thing

_SH, _PLACE = PREFIXES["sh"], layer("catalog")
_DATATYPES = {"text": XSD + "string", "language": XSD + "string", "iri": ""} | {
    name: XSD + name for name in ("integer", "decimal", "boolean", "date")
}
#: Where the name of a parameter's variable is the end of an IRI, as SHACL has it.
VARIABLE = BASE + "variable#"
Triple = tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]


def _sh(name: str) -> ox.NamedNode:
    return ox.NamedNode(_SH + name)


def describe_questions(graph: Graph) -> Iterator[ox.Quad]:
    """The quads of the catalog that describe all well-formed questions; names in their examples are looked up."""
    declared = Schema(graph.embedded())
    known = {*declared.properties, *(iri.value.removeprefix(EIC) for iri in declared.superclasses)}
    for question in questions():
        for subject, predicate, value in _question(graph, question, known):
            yield ox.Quad(subject, predicate, value, _PLACE)


def misfits(graph: Graph) -> list[BadTable]:
    """What well-formed questions declare that this graph does not bear out: one error a file and fault, naming both.

    A class that the ontology does not have; an example or a default that nothing of its class is called.
    """
    classes = {iri.value.removeprefix(EIC) for iri in graph.schema.superclasses}
    found = []
    for question in questions():
        path = f"{question.name}.rq"
        for field in (*question.parameters.values(), *question.columns.values()):
            for strange in sorted({*field.of} - classes):
                found.append(BadTable(f"{field.name}: the ontology has no class {strange!r}", path))
        for parameter in question.parameters.values():
            known = bool(parameter.of) and classes.issuperset(parameter.of)
            told = {"example": parameter.example, "default": parameter.default} if known else {}
            for word, value in told.items():
                if value is None:
                    continue
                try:
                    resolve(graph, parameter, value)
                except KgError as e:
                    found.append(BadTable(f"{parameter.name}: {word}: {e}", path))
    return found


def _question(graph: Graph, question: Question, known: set[str]) -> Iterator[Triple]:
    node = thing(f"question/{question.name}")
    for class_ in (eic("Question"), _sh("SPARQLExecutable"), _sh("SPARQLSelectExecutable")):
        yield node, RDF_TYPE, class_
    yield from _texts(node, LABEL, question.title)
    yield from _texts(node, ox.NamedNode(RDFS + "comment"), question.description)
    yield node, _sh("select"), ox.Literal(_example(graph, question))
    yield node, eic("defaultView"), ox.Literal(question.view.kind)
    for tag in question.tags:
        yield node, ox.NamedNode(PREFIXES["schema"] + "keywords"), ox.Literal(tag)
    fields = (*question.parameters.values(), *question.columns.values())
    for term in sorted((question.terms() | {of for field in fields for of in field.of}) & known):
        yield node, eic("usesTerm"), eic(term)
    for order, parameter in enumerate(question.parameters.values()):
        own = thing(f"parameter/{question.name}/{parameter.name}")
        yield node, _sh("parameter"), own
        yield from _parameter(own, parameter, order)
    for order, column in enumerate(question.columns.values()):
        own = thing(f"column/{question.name}/{column.name}")
        yield node, eic("column"), own
        yield own, RDF_TYPE, eic("Column")
        yield from _texts(own, LABEL, column.heading)
        yield from _texts(own, ox.NamedNode(RDFS + "comment"), column.about)
        yield from _field(own, column, order)


def _example(graph: Graph, question: Question) -> str:
    """The query as an editor may run it: with its dataset, and with examples for the parameters that it needs."""
    try:
        return graph.show(question.name, **question.examples())
    except KgError:  # an example that means nothing here: see misfits
        return with_dataset(question.sparql, graph.engine.graphs)


def _parameter(own: ox.NamedNode, parameter: Parameter, order: int) -> Iterator[Triple]:
    yield own, RDF_TYPE, _sh("Parameter")
    yield from _texts(own, LABEL, parameter.about)
    yield from _field(own, parameter, order)
    yield own, _sh("optional"), ox.Literal(not parameter.required)
    if not parameter.many:
        yield own, _sh("maxCount"), ox.Literal(1)
    if parameter.default is not None:
        yield own, _sh("defaultValue"), ox.Literal(str(parameter.default))
    for name, limit in (("minInclusive", parameter.minimum), ("maxInclusive", parameter.maximum)):
        if limit is not None:
            yield own, _sh(name), ox.Literal(str(limit), datatype=ox.NamedNode(_DATATYPES[parameter.kind]))
    yield own, ox.NamedNode(PREFIXES["skos"] + "example"), ox.Literal(parameter.example)


def _field(own: ox.NamedNode, field: Parameter | Column, order: int) -> Iterator[Triple]:
    """What parameters and columns have in common: the name of the variable, what it holds, where it stands."""
    yield own, _sh("path"), ox.NamedNode(VARIABLE + field.name)
    if len(field.of) == 1:
        yield own, _sh("class"), eic(field.of[0])
    elif not field.of and _DATATYPES[field.kind]:
        yield own, _sh("datatype"), ox.NamedNode(_DATATYPES[field.kind])
    yield own, _sh("order"), ox.Literal(order)


def _texts(subject: ox.NamedNode, predicate: ox.NamedNode, texts: dict[str, str]) -> Iterator[Triple]:
    for language, text in texts.items():
        yield subject, predicate, ox.Literal(text, language=LANGUAGES[language])
