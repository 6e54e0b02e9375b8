"""The judge: whether the graph is OWL 2 DL and free of contradiction, and whether rules and DL reasoner agree on it.

The rules derive types and plain edges; HermiT entails them from the axioms. Where the two differ on purpose, the term
says why in the ontology (`eic:beyondOwl`, `eic:beyondRules`); every other difference is a fault, and so is a reason
given for a term on which they do not differ.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import pyoxigraph as ox

from kg.errors import StoreProblem
from kg.hermit import consistent, entailed, reach
from kg.owl import GATES, triples
from kg.relevance import Edge, name_of
from kg.terms import ID, OWL, RDF_TYPE, RDFS, eic, layer, shorten

RULES_ONLY, OWL_ONLY = "the rules alone", "OWL alone"
_REASONS = {RULES_ONLY: eic("beyondOwl"), OWL_ONLY: eic("beyondRules")}
_INFERRED = layer("inferred")
_LIBRARY = tuple(f"{ID}{kind}/" for kind in ("question", "parameter", "column", "change"))
_TYPE = RDF_TYPE.value


class Verdict(NamedTuple):
    """What a gate found; nothing where all is well. `skipped` says why it was not asked."""

    gate: str
    found: list[str]
    skipped: str = ""

    def __str__(self) -> str:
        return f"{self.gate}: {self.skipped or '; '.join(self.found) or 'fine'}"


class Difference(NamedTuple):
    """A fact that the rules derive and OWL does not entail, or the other way; `term` is what gives a reason for it."""

    side: str
    fact: Edge
    term: str = ""

    def __str__(self) -> str:
        return f"{' '.join(map(shorten, self.fact))} by {self.side}"


def judge(store: ox.Store) -> Iterator[Verdict]:
    """The verdict of every gate on a store: the profile's on the ontology and on the whole, then the reasoner's."""
    parts = {"ontology": store.quads_for_pattern(None, None, None, layer("ontology")), "whole graph": iter(store)}
    sound = True
    for name, quads in parts.items():
        every = triples(quads)
        for gate, find in GATES.items():
            found = find(every)
            sound &= not found
            yield Verdict(f"{gate} of the {name}", found)
    told = world(store)
    for gate, look in {"consistency": contradictions, "unsatisfiable": unsatisfiable, "parity": faults}.items():
        verdict = Verdict(gate, look(told)) if sound else Verdict(gate, [], "not asked, for the graph is not OWL 2 DL")
        sound &= gate != "consistency" or not verdict.found
        yield verdict


def world(store: ox.Store) -> ox.Store:
    """What a graph says of the world: without its library of questions and its list of changes, from which no axiom
    concludes anything, and on which a DL reasoner would spend most of its time."""
    found = ox.Store()
    found.extend(q for q in store if not (isinstance(q.subject, ox.NamedNode) and q.subject.value.startswith(_LIBRARY)))
    return found


def contradictions(store: ox.Store) -> list[str]:
    """The sources that contradict themselves; all of them together where none does so by itself.

    What holds together holds in each of its parts, so the sources are asked one by one only where the whole does not.
    """
    if consistent(triples(store)):
        return []
    found = [work for work in sources(store) if not consistent(triples(of_source(store, work)))]
    return [shorten(work) for work in found] or ["all sources together"]


def sources(store: ox.Store) -> list[str]:
    """The works that say something; "" first, for what no work says: the ontology and the things."""
    works = {name_of(q.object) for q in store.quads_for_pattern(None, eic("saidBy"), None)}
    return ["", *sorted(works)]


def of_source(store: ox.Store, work: str) -> Iterator[ox.Quad]:
    """What is stated without the claims of other works, nor the assessments that hold no claim of this one."""
    said = defaultdict[str, set[str]](set)
    for q in store.quads_for_pattern(None, eic("saidBy"), None):
        said[name_of(q.subject)].add(name_of(q.object))
    for q in list(store.quads_for_pattern(None, eic("hasFinding"), None)):
        said[name_of(q.subject)] |= said.get(name_of(q.object), set())
    others = {claim for claim, works in said.items() if work not in works}
    return (q for q in stated(store) if name_of(q.subject) not in others and name_of(q.object) not in others)


def stated(store: ox.Store) -> Iterator[ox.Quad]:
    """All quads but those that the rules derived."""
    return (q for q in store if q.graph_name != _INFERRED)


def unsatisfiable(store: ox.Store) -> list[str]:
    """The classes that can have no members, by the ontology alone."""
    told = entailed(triples(store.quads_for_pattern(None, None, None, layer("ontology"))))
    return ["the ontology contradicts itself"] if told is None else [shorten(name) for name in told.unsatisfiable]


def faults(store: ox.Store) -> list[str]:
    """What is wrong with the agreement of rules and OWL: differences without a reason, reasons without a difference."""
    found = parity(store)
    return [str(one) for one in found if not one.term] + stale(store, found)


def parity(store: ox.Store) -> list[Difference]:
    """All differences between what the rules have derived in a store and what OWL entails of what is stated there.

    Compared are the types of all named things, for the named classes, and the edges of all object properties.
    """
    told = entailed(triples(stated(store)))
    if told is None:
        raise StoreProblem("what is stated contradicts itself, so everything follows from it")
    classes, properties = _declared(store, "Class"), _declared(store, "ObjectProperty")
    names = classes | properties | _declared(store, "DatatypeProperty") | _declared(store, "AnnotationProperty")

    def ours(fact: Edge) -> bool:
        s, p, o = fact
        return s not in names and (o in classes if p == _TYPE else p in properties)

    ruled = {(name_of(q.subject), name_of(q.predicate), name_of(q.object)) for q in store if _between_names(q)}
    given = {(name_of(q.subject), name_of(q.predicate), name_of(q.object)) for q in stated(store) if _between_names(q)}
    by_owl = given | told.edges | {(name, _TYPE, kind) for name, kinds in told.types.items() for kind in kinds}
    rules_only, owl_only = set(filter(ours, ruled - by_owl)), set(filter(ours, by_owl - ruled))
    new = {s for s, _, _ in rules_only} - {s for s, _, _ in given}
    types = defaultdict[str, set[str]](set)
    for s, p, o in rules_only:
        if p == _TYPE and s in new:
            types[s].add(o)
    above = _above(store)
    listed = {side: {name for name, on in reasons(store) if on == side} for side in _REASONS}
    found = []
    for side, facts in ((RULES_ONLY, rules_only), (OWL_ONLY, owl_only)):
        for s, p, o in sorted(facts):
            bearers = {p} | (reach({o}, above) if p == _TYPE else set()) | types.get(s, set())
            found.append(Difference(side, (s, p, o), min(bearers & listed[side], default="")))
    return found


def reasons(store: ox.Store) -> dict[tuple[str, str], list[str]]:
    """The deliberate differences: for each term and side, its reasons in the languages of the ontology."""
    found = defaultdict[tuple[str, str], list[str]](list)
    for side, annotation in _REASONS.items():
        for q in store.quads_for_pattern(None, annotation, None):
            found[name_of(q.subject), side].append(name_of(q.object))
    return dict(found)


def stale(store: ox.Store, found: list[Difference]) -> list[str]:
    """The terms that give a reason for a difference, and have facts, but show none."""
    shown = {(one.term, one.side) for one in found}
    idle = [key for key in sorted(reasons(store)) if key not in shown and _used(store, key[0])]
    return [f"{shorten(term)} gives a reason for facts by {side}, but has none" for term, side in idle]


def _used(store: ox.Store, term: str) -> bool:
    node = ox.NamedNode(term)
    found = next(store.quads_for_pattern(None, node, None), None) or next(
        store.quads_for_pattern(None, RDF_TYPE, node), None
    )
    return found is not None


def _between_names(quad: ox.Quad) -> bool:
    return isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode)


def _declared(store: ox.Store, kind: str) -> set[str]:
    return {name_of(q.subject) for q in store.quads_for_pattern(None, RDF_TYPE, ox.NamedNode(OWL + kind))}


def _above(store: ox.Store) -> dict[str, set[str]]:
    found = defaultdict[str, set[str]](set)
    for q in store.quads_for_pattern(None, ox.NamedNode(RDFS + "subClassOf"), None):
        if isinstance(q.object, ox.NamedNode):
            found[name_of(q.subject)].add(name_of(q.object))
    return found
