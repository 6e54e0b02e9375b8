"""How facts were derived: a tree of steps, from a fact by rules down to claims with page, footnote and span.

For a plain edge the rules that derive its property are run again and those solutions kept whose head is the edge; a
derived claim names its rule and its premises itself; a stated claim ends the tree with its passages.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox

from kg.evidence import chunks, evidence_of, labels_of
from kg.matching import deriving
from kg.reasoning import Rule, rules
from kg.terms import BASE, CLAIM, RDF_TYPE, expand, shorten

if TYPE_CHECKING:
    from kg.answers import Evidence
    from kg.graph import Graph

Fact = tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]
_WHY = """SELECT ?claim ?rule ?premise WHERE {{ VALUES ?claim {{ {nodes} }}
  ?claim prov:wasGeneratedBy ?rule ; prov:wasDerivedFrom ?premise }}"""


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


def named_edge(fact: Fact) -> str:
    """An IRI for a plain edge, which has none of its own: a hash of what it says."""
    return f"{BASE}edge/{hashlib.sha256(' '.join(map(str, fact)).encode()).hexdigest()}"


def _derived(
    graph: Graph, rule: Rule, facts: Collection[Fact]
) -> Iterator[tuple[Fact, tuple[str, ...], tuple[Fact, ...]]]:
    """Those of some facts that a rule derives, with the claims that a solution rests on, or the edges, each once."""
    seen = set()
    for given in sorted(deriving(rule, facts)):
        for solution in sorted(graph.select(rule.solutions(given)), key=str):
            heads = rule.heads_of(solution)
            made = {str(h[0]) for h in heads if h[1] == expand("prov:wasGeneratedBy")}
            used = (v.value for v in solution.values() if isinstance(v, ox.NamedNode) and str(v) not in made)
            claims = tuple(sorted({iri for iri in used if iri.startswith(CLAIM)}))
            edges = () if claims else tuple(_edges_in(rule, solution))
            for fact in facts:
                if fact in heads and (fact, claims, edges) not in seen:
                    seen.add((fact, claims, edges))
                    yield fact, claims, edges


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


class Teller:
    """Puts facts and claims into words; what it has told once it does not look up again."""

    def __init__(self, graph: Graph, language: str):
        self.graph, self.language = graph, language
        self.shown = "zh" if language == "zh" else "en"
        self.readings = {rule.iri.value: rule for rule in rules()}
        self._labels: dict[str, str] = {}
        self._claims: dict[str, Step] = {}
        self._edges: dict[Fact, Step] = {}

    def fact(self, fact: Fact) -> str:
        """A fact by the labels of what it is about."""
        labels = self._named([term.value for term in fact if isinstance(term, ox.NamedNode)])
        return " — ".join(labels.get(term.value, term.value) for term in fact)

    def first(self, facts: Iterable[Fact]) -> dict[Fact, Step]:
        """The first derivation of each of some plain edges, but of those that no rule derives; all found at once."""
        asked = list(dict.fromkeys(facts))
        found: dict[Fact, tuple[Rule, tuple[str, ...], tuple[Fact, ...]]] = {}
        for rule in rules():
            left = [fact for fact in asked if fact not in self._edges and fact not in found]
            for fact, claims, edges in _derived(self.graph, rule, left) if left else ():
                found.setdefault(fact, (rule, claims, edges))
        self.claims(claim for _, claims, _ in found.values() for claim in claims)
        if below := [edge for _, _, edges in found.values() for edge in edges]:
            self.first(below)
        self._edges |= {fact: self._step(fact, *how) for fact, how in found.items()}
        return {fact: self._edges[fact] for fact in asked if fact in self._edges}

    def every(self, fact: Fact) -> list[Step]:
        """A step for each derivation of a plain edge."""
        found = ((rule, *told[1:]) for rule in rules() for told in _derived(self.graph, rule, [fact]))
        return [self._step(fact, *how) for how in found]

    def _step(self, fact: Fact, rule: Rule, claims: Iterable[str], edges: Iterable[Fact]) -> Step:
        premises = self.claims(claims) + tuple(self.first(edges).values())
        return Step(self.fact(fact), named_edge(fact), rule.name, rule.reading[self.shown], None, premises)

    def claims(self, iris: Iterable[str]) -> tuple[Step, ...]:
        """A step for each claim: derived ones with their rule and premises, stated ones with their evidence."""
        asked = list(dict.fromkeys(iris))
        if new := [iri for iri in asked if iri not in self._claims]:
            self._claims |= self._looked_up(new)
        return tuple(self._claims[iri] for iri in asked)

    def _looked_up(self, iris: list[str]) -> dict[str, Step]:
        why: dict[str, dict[str, list[str]]] = {iri: {"rule": [], "premise": []} for iri in iris}
        for row in chunks(self.graph, _WHY, iris, self.shown):
            for key, values in why[row["claim"]].items():
                values.append(row[key])
        stated = [iri for iri in iris if not why[iri]["rule"]]
        evidence = dict(zip(stated, evidence_of(self.graph, [[iri] for iri in stated], self.shown), strict=True))
        labels = self._named(iris)
        self.claims(sorted({premise for told in why.values() for premise in told["premise"]}))  # all at once
        steps = {}
        for iri, told in why.items():
            rule = self.readings.get(told["rule"][0]) if told["rule"] else None
            names = (rule.name, rule.reading[self.shown]) if rule else ("", "")
            premises = self.claims(sorted(set(told["premise"])))
            steps[iri] = Step(labels[iri], iri, *names, evidence.get(iri), premises)
        return steps

    def _named(self, iris: list[str]) -> dict[str, str]:
        if new := [iri for iri in iris if iri not in self._labels]:
            found = labels_of(self.graph, [tuple(ox.NamedNode(iri) for iri in new)], self.language)
            self._labels |= {iri: found[iri][0] if iri in found else shorten(iri) for iri in new}
        return {iri: self._labels[iri] for iri in iris}
