"""As much of a graph as bears on what follows from it, so that a DL reasoner need not look at the rest."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import pyoxigraph as ox

from kg.terms import OWL, RDF, RDF_TYPE, RDFS, XSD

Edge = tuple[str, str, str]
Fact = tuple[Any, str, Any]
_DECLARED = [OWL + "ObjectProperty", OWL + "DatatypeProperty"]
_TYPE = RDF_TYPE.value
#: What could make two names one, or leave a choice; allValuesFrom too, unless it is all that it says of a class below.
_NOT_HORN = """
    unionOf complementOf oneOf disjointUnionOf sameAs hasKey FunctionalProperty InverseFunctionalProperty cardinality
    maxCardinality qualifiedCardinality maxQualifiedCardinality"""
#: Values that surely are of their datatype.
_SOUND = {XSD + "string": ".*", XSD + "integer": r"[+-]?\d+", XSD + "decimal": r"[+-]?\d+(\.\d+)?"}
_SOUND |= {XSD + "boolean": "true|false", XSD + "anyURI": r"https?://[\w./-]+"}
_CHOICES = {OWL + name for name in _NOT_HORN.split()}


class Relevant:
    """The triples on which what follows depends, and the things for which others stand.

    Nothing is lost of consistency, of the classes of the named things and of their edges:

    - An annotation has no meaning. A property that stands in no axiom but its declaration, its domain and its range is
      silent: an edge of it says no more than of what classes its ends are, so these are said instead; any model of
      that can take the edge in. So it is with a value of the very datatype that is the property's range.
    - An edge of a property that stands in chains only, and through which no chain runs, is silent too. Such an edge
      never follows from anything, so the chains are matched on those that are stated. That holds as long as the axioms
      make no two names one and leave no choice (all are Horn); where they may, every such edge is kept.
    - Things of the same classes, without edges or values and named by no axiom, differ in nothing: one stands for all.
    """

    def __init__(self, every: Iterable[ox.Triple]):
        given: list[Fact] = [(t.subject, t.predicate.value, t.object) for t in every]
        kinds = defaultdict[str, set[str]](set)
        for s, p, o in given:
            if p == _TYPE and name_of(o).startswith((OWL, RDFS)):
                kinds[name_of(o)].add(name_of(s))
        vocabulary = set().union(*kinds.values()) - kinds[OWL + "NamedIndividual"]
        silenced = kinds[OWL + "AnnotationProperty"] | {RDFS + n for n in ("label", "comment", "seeAlso")}
        properties = set().union(*(kinds[kind] for kind in _DECLARED)) - silenced
        stated = {fact for fact in given if fact[1] not in silenced}
        facts = {f for f in stated if f[1] in properties}
        typed = {f for f in stated if f[1] == _TYPE and isinstance(f[0], ox.NamedNode)}
        typed = {f for f in typed if name_of(f[0]) not in vocabulary and isinstance(f[2], ox.NamedNode)}
        self.axioms = _Axioms(stated - facts - typed)
        silent = {f for f in facts if isinstance(f[0], ox.NamedNode) and self.axioms.no_more_than_ends(f, properties)}
        silent |= self.axioms.unchained(facts)
        types = self._types(typed, silent)
        facts -= silent
        busy = {name_of(node) for s, _, o in facts | self.axioms.facts for node in (s, o)}
        groups = defaultdict[frozenset[str], list[str]](list)
        for name in types.keys() - busy:
            groups[frozenset(types[name])].append(name)
        self.alike = {min(names): sorted(names) for names in groups.values()}
        shown = [name for name in types if name in busy or name in self.alike]
        self.kept = [ox.Triple(s, ox.NamedNode(p), o) for s, p, o in self.axioms.facts | facts]
        self.kept += [ox.Triple(ox.NamedNode(n), RDF_TYPE, ox.NamedNode(c)) for n in shown for c in types[n]]
        self.kept.sort(key=str)

    def for_all(self, types: dict[str, set[str]], edges: set[Edge]) -> tuple[dict[str, set[str]], set[Edge]]:
        """What follows for some things, said of those too for which they stand."""
        every = {name: kinds for one, kinds in types.items() for name in self.alike.get(one, [one])}
        more = {(a, p, b) for s, p, o in edges for a in self.alike.get(s, [s]) for b in self.alike.get(o, [o])}
        return every, edges | more

    def _types(self, typed: set[Fact], silent: set[Fact]) -> dict[str, set[str]]:
        """The classes of things: those stated, and those that silent edges give to their ends."""
        types = defaultdict[str, set[str]](set)
        for s, _, o in typed:
            types[s.value] |= {o.value} - {OWL + "NamedIndividual"}
        for s, p, o in silent:
            for end, node in enumerate((s, o)):
                if isinstance(node, ox.NamedNode):
                    types[node.value] |= self.axioms.ends[p][end]
        return {name: classes or {OWL + "Thing"} for name, classes in types.items()}


class _Axioms:
    """The axioms of a graph, and what they say of properties."""

    def __init__(self, facts: set[Fact]):
        self.facts = facts
        self.heard, self.ranges = set[str](), defaultdict[str, set[str]](set)
        self.ends = defaultdict[str, tuple[set[str], set[str]]](lambda: (set(), set()))
        self.after = {(name_of(s), p): o for s, p, o in facts if isinstance(s, ox.BlankNode)}
        self.chains = [list(self._steps(o)) for _, p, o in facts if p == OWL + "propertyChainAxiom"]
        in_chains = {at for chain in self.chains for _, _, places in chain for at in places}
        outside = set[str]()  # the names that stand in an axiom other than in a chain
        for s, p, o in facts:
            if p in (RDFS + "domain", RDFS + "range") and isinstance(o, ox.NamedNode):
                if o.value.startswith((XSD, RDFS, RDF)):
                    self.ranges[name_of(s)].add(o.value)
                else:
                    self.ends[name_of(s)][p == RDFS + "range"].add(o.value)
            elif not (p == _TYPE and name_of(o) in _DECLARED):
                outside |= {name_of(s)} | ({name_of(o)} if (name_of(s), p) not in in_chains else set())
                self.heard |= {name_of(s), name_of(o)}
        self.chained = self.heard - outside

    def _steps(self, node: Any) -> Iterable[tuple[str, bool, list[tuple[str, str]]]]:
        """The steps of a chain: its property, whether it is walked backwards, and where in the axioms it is named."""
        while (name_of(node), RDF + "first") in self.after:
            place = (name_of(node), RDF + "first")
            step = self.after[place]
            back = (name_of(step), OWL + "inverseOf")
            yield name_of(self.after.get(back, step)), back in self.after, [place, back]
            node = self.after[name_of(node), RDF + "rest"]

    def no_more_than_ends(self, fact: Fact, properties: set[str]) -> bool:
        """Whether a fact only says of what classes its ends are."""
        _, p, o = fact
        if p in self.heard or p not in properties or isinstance(o, ox.BlankNode):
            return False
        if not isinstance(o, ox.Literal):
            return not self.ranges[p]
        sound = re.fullmatch(_SOUND.get(o.datatype.value, "(?!)"), o.value, re.DOTALL)
        return bool(sound) and self.ranges[p] <= {o.datatype.value} and not self.ends[p][1]

    def unchained(self, facts: set[Fact]) -> set[Fact]:
        """Edges of properties that stand in chains only, and through which no chain runs."""
        if not self.horn():
            return set()
        edges = defaultdict[str, set[Fact]](set)
        for fact in facts:
            if fact[1] in self.chained and all(isinstance(node, ox.NamedNode) for node in (fact[0], fact[2])):
                edges[fact[1]].add(fact)
        used = set[Fact]()
        for chain in self.chains:
            if all(name in self.chained for name, _, _ in chain):
                used |= _through([(edges[name], back) for name, back, _ in chain])
            else:
                used |= {fact for name, _, _ in chain for fact in edges[name]}
        return set().union(*edges.values()) - used

    def horn(self) -> bool:
        """Whether the axioms neither make two names one nor leave a choice."""
        if _CHOICES & {name_of(node) for _, p, o in self.facts for node in (p, o)}:
            return False
        demands = {name_of(s) for s, p, _ in self.facts if p == OWL + "allValuesFrom"}
        return all(p == RDFS + "subClassOf" for _, p, o in self.facts if name_of(o) in demands)


def _through(steps: list[tuple[set[Fact], bool]]) -> set[Fact]:
    """The edges of those that lie on a way through all steps."""
    alive = [{((o, s) if back else (s, o)): (s, p, o) for s, p, o in edges} for edges, back in steps]
    for one, other in pairwise(alive):
        reached = {end for _, end in one}
        for pair in [pair for pair in other if pair[0] not in reached]:
            del other[pair]
    for other, one in zip(alive[::-1], alive[-2::-1], strict=False):
        wanted = {start for start, _ in other}
        for pair in [pair for pair in one if pair[1] not in wanted]:
            del one[pair]
    return {fact for edges in alive for fact in edges.values()}


def name_of(node: object) -> str:
    """The IRI, name or text of a node."""
    return str(getattr(node, "value", node))
