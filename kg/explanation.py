"""Explanations: why a fact is in the graph, rule by rule, down to claims with page, footnote and span.

For a plain edge the rules that derive its property are run again and those solutions kept whose head is the edge; a
derived claim names its rule and its premises itself; a stated claim ends the tree with its passages.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox

from kg.absence import wanting
from kg.errors import BadQuestion, UnknownName
from kg.evidence import evidence_of, labels_of
from kg.matching import deriving
from kg.naming import find_anything
from kg.reasoning import Rule, rules
from kg.terms import BASE, CLAIM, LABEL, LANGUAGES, PREFIXES, RDF_TYPE, expand, shorten, thing

if TYPE_CHECKING:
    from kg.answers import Evidence
    from kg.graph import Graph

Fact = tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]


class Step(NamedTuple):
    """One node of an explanation: what holds, by which rule, from which premises; a claim also has its evidence."""

    text: str
    iri: str
    rule: str
    reading: str
    evidence: Evidence | None
    premises: tuple[Step, ...]

    def lines(self, depth: int = 0) -> Iterator[str]:
        """The step and what stands under it, one line each, indented."""
        yield "  " * depth + self.text
        if self.rule:
            yield "  " * depth + f"  ⊢ {self.rule}: {self.reading}"
        if self.evidence:
            told = [*self.evidence.basis, *self.evidence.source, *(f"⚑ {kind}" for kind, _ in self.evidence.flags)]
            yield "  " * depth + f"  [{' · '.join(dict.fromkeys(told))}]"
        for premise in self.premises:
            yield from premise.lines(depth + 1)

    def data(self) -> dict[str, Any]:
        """The step as plain dictionaries and lists, for JSON."""
        told = dict(zip(("basis", "source", "flags"), self.evidence, strict=True)) if self.evidence else {}
        own = {"text": self.text, "iri": self.iri, "rule": self.rule, "reading": self.reading, **told}
        return {k: v for k, v in own.items() if v} | {"premises": [p.data() for p in self.premises]}


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


def _edge(fact: Fact) -> str:
    """An IRI for a plain edge, which has none of its own: a hash of what it says."""
    return f"{BASE}edge/{hashlib.sha256(' '.join(map(str, fact)).encode()).hexdigest()}"


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
    teller = _Teller(graph, language)
    found = list(islice(teller.edges(fact), None if every else 1))
    if not found and graph.select(f"SELECT ?s WHERE {{ VALUES ?s {{ {fact[0]} }} ?s {fact[1]} {fact[2]} }}"):
        found = [Step(teller.fact(fact), _edge(fact), "", "", None, ())]
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


def _derivations(graph: Graph, fact: Fact) -> Iterator[tuple[Rule, list[str], list[Fact]]]:
    """Each rule that derives a fact with the claims that its solution rests on, or the edges, every solution once."""
    for rule in rules():
        seen = set()
        for given in sorted(deriving(rule, fact)):
            for solution in sorted(graph.select(rule.solutions(given)), key=str):
                heads = rule.heads_of(solution)
                if fact in heads:
                    made = {str(h[0]) for h in heads if h[1] == expand("prov:wasGeneratedBy")}
                    used = (v.value for v in solution.values() if isinstance(v, ox.NamedNode) and str(v) not in made)
                    claims = tuple(sorted({iri for iri in used if iri.startswith(CLAIM)}))
                    edges = () if claims else tuple(_edges_in(rule, solution))
                    if (claims, edges) not in seen:
                        seen.add((claims, edges))
                        yield rule, list(claims), list(edges)


def _edges_in(rule: Rule, solution: dict[str, Any]) -> Iterator[Fact]:
    """The plain edges that some rule derives among those on which a solution rests."""
    derived = {edge for other in rules() for edge in other.edges} - {RDF_TYPE}
    for body in rule.bodies:
        for pattern in body.needed:
            if pattern.path[0] in derived:
                nodes: tuple[Any, ...] = (pattern.subject, pattern.path[0], pattern.object)
                subject, predicate, object_ = (solution.get(node) if isinstance(node, str) else node for node in nodes)
                if subject is not None and predicate is not None and object_ is not None:
                    yield subject, predicate, object_


class _Teller:
    """Puts facts and claims into words."""

    def __init__(self, graph: Graph, language: str):
        self.graph, self.language = graph, language
        self.shown = "zh" if language == "zh" else "en"
        self.readings = {rule.iri.value: rule for rule in rules()}

    def labels(self, iris: list[str]) -> dict[str, str]:
        found = labels_of(self.graph, [tuple(ox.NamedNode(iri) for iri in iris)], self.language)
        return {iri: found[iri][0] if iri in found else shorten(iri) for iri in iris}

    def fact(self, fact: Fact) -> str:
        labels = self.labels([term.value for term in fact if isinstance(term, ox.NamedNode)])
        return " — ".join(labels.get(term.value, term.value) for term in fact)

    def edges(self, fact: Fact) -> Iterator[Step]:
        """A step for each derivation of a plain edge, found one by one."""
        for rule, claims, edges in _derivations(self.graph, fact):
            premises = self.claims(claims) + tuple(next(self.edges(edge)) for edge in edges)
            yield Step(self.fact(fact), _edge(fact), rule.name, rule.reading[self.shown], None, premises)

    def claims(self, iris: list[str]) -> tuple[Step, ...]:
        """A step for each claim: derived ones with their rule and premises, stated ones with their evidence."""
        if not iris:
            return ()
        labels = self.labels(iris)
        evidence = dict(zip(iris, evidence_of(self.graph, [[iri] for iri in iris], self.shown), strict=True))
        steps = []
        for iri in iris:
            why = self.graph.select(
                f"SELECT ?rule ?premise WHERE {{ <{iri}> prov:wasGeneratedBy ?rule ; prov:wasDerivedFrom ?premise }}"
            )
            premises = sorted({str(row["premise"])[1:-1] for row in why})
            rule = self.readings.get(str(why[0]["rule"])[1:-1]) if why else None
            told = (rule.name, rule.reading[self.shown]) if rule else ("", "")
            steps.append(Step(labels[iri], iri, *told, None if why else evidence[iri], self.claims(premises)))
        return tuple(steps)
