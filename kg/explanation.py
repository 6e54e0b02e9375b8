"""Explanations: why a fact is in the graph (kg.derivations), or what is wanting; as text, JSON or PROV."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from kg.absence import wanting
from kg.derivations import Step, Teller, named_edge
from kg.errors import BadQuestion, UnknownName
from kg.naming import find_anything
from kg.terms import LABEL, LANGUAGES, PREFIXES, RDF_TYPE, expand, shorten, thing

if TYPE_CHECKING:
    from kg.graph import Graph


class Explanation(NamedTuple):
    """Why a fact holds: its derivations, one where only the first was asked for.

    Where it does not hold there is none, and `missing` says what is wanting, a line each.
    """

    fact: str
    derivations: tuple[Step, ...]
    missing: tuple[str, ...]
    mark: str = ""  # that it rests on a hypothesis, if it does

    def __str__(self) -> str:
        if not self.derivations:
            lines = ["\n  ".join([f"✗ {self.fact}", *self.missing])]
        else:
            lines = [line for step in self.derivations for line in step.lines()]
        return "\n".join([*lines, *([self.mark] if self.mark else [])])

    def to_prov(self) -> str:
        """The explanation as RDF (PROV-O, Turtle): which rule generated each fact, and from what it was derived.

        A plain edge has no IRI of its own: it is named by a hash of what it says, and told in its label.
        """
        quads = [triple for step in self.derivations for triple in _prov(step)]
        if self.mark:
            note = ox.NamedNode(PREFIXES["rdfs"] + "comment"), ox.Literal(self.mark)
            quads += [ox.Triple(ox.NamedNode(step.iri), *note) for step in self.derivations]
        prefixes = {p: PREFIXES[p] for p in ("prov", "rdfs", "eic", "claim", "id")}
        text = ox.serialize(sorted(set(quads), key=str), format=ox.RdfFormat.TURTLE, prefixes=prefixes)
        return (text or b"").decode()

    def to_json(self) -> str:
        """The explanation as JSON."""
        import json

        told = {"fact": self.fact, "derivations": [d.data() for d in self.derivations], "missing": list(self.missing)}
        told |= {"hypothesis": self.mark} if self.mark else {}
        return json.dumps(told, ensure_ascii=False, indent=1)


def _prov(step: Step) -> Iterator[ox.Triple]:
    node = ox.NamedNode(step.iri)
    yield ox.Triple(node, RDF_TYPE, ox.NamedNode(PREFIXES["prov"] + "Entity"))
    yield ox.Triple(node, LABEL, ox.Literal(step.text))
    if step.rule:
        yield ox.Triple(node, ox.NamedNode(PREFIXES["prov"] + "wasGeneratedBy"), thing(f"rule/{step.rule}"))
    for premise in step.premises:
        yield ox.Triple(node, ox.NamedNode(PREFIXES["prov"] + "wasDerivedFrom"), ox.NamedNode(premise.iri))
        yield from _prov(premise)


def explain(
    graph: Graph, subject: str, predicate: str, object_: str, language: str = "en", every: bool = False
) -> Explanation:
    """Why a fact holds in a graph, or that it does not.

    `subject` and `object_` are labels, CURIEs or IRIs, `predicate` the local name of one of our properties. `every`
    asks for all derivations. Raises UnknownName for a name that nothing bears.
    """
    if language not in LANGUAGES:
        raise BadQuestion(f"language {language!r}: there are {', '.join(LANGUAGES)}")
    property_ = expand(predicate if ":" in predicate else f"eic:{predicate}")
    known = f"VALUES ?p {{ {property_} }} {{ ?p a ?kind }} UNION {{ ?s ?p ?o }}"
    if not graph.select(f"SELECT ?p WHERE {{ {known} }} LIMIT 1"):
        edges = graph.select("SELECT DISTINCT ?p WHERE { ?rule eic:derives ?p }")
        raise UnknownName("property", predicate, (shorten(str(e["p"])[1:-1]).removeprefix("eic:") for e in edges))
    who = find_anything(graph, subject)
    fact = (who, property_, _object(graph, who, property_, object_))
    teller = Teller(graph, language)
    found = teller.every(fact) if every else list(teller.first([fact]).values())
    if not found and graph.select(f"SELECT ?s WHERE {{ VALUES ?s {{ {fact[0]} }} ?s {fact[1]} {fact[2]} }}"):
        found = [Step(teller.fact(fact), named_edge(fact), "", "", None, ())]
    missing = () if found else tuple(wanting(graph, fact, teller.shown))
    return Explanation(teller.fact(fact), tuple(found), missing, graph.mark(language))


def _object(graph: Graph, subject: ox.NamedNode, property_: ox.NamedNode, name: str) -> ox.NamedNode | ox.Literal:
    """The text that a property gives a subject, where it gives this one, else the thing of the right class named so."""
    for row in graph.select(f"SELECT ?o WHERE {{ {subject} {property_} ?o }} ORDER BY ?o"):
        if isinstance(row["o"], ox.Literal) and row["o"].value == name:
            return row["o"]
    ranges = graph.select(f"SELECT ?range WHERE {{ {property_} rdfs:range ?range FILTER(isIRI(?range)) }}")
    wanted = ranges[0]["range"] if ranges else None
    try:
        return find_anything(graph, name, wanted if isinstance(wanted, ox.NamedNode) else None)
    except UnknownName:  # a text that is not there is no thing that is not there
        if graph.select(f"SELECT ?p WHERE {{ VALUES ?p {{ {property_} }} ?p a owl:ObjectProperty }}"):
            raise
        return ox.Literal(name)
