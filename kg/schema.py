"""The ontology as the schema of tables: which classes and properties there are, and what a column may hold."""

from __future__ import annotations

from collections import defaultdict

import pyoxigraph as ox

from kg.terms import EIC, LABEL, OWL, RDF_TYPE, RDFS, SKOS, XSD, shorten

SUBCLASS = ox.NamedNode(RDFS + "subClassOf")
RANGE = ox.NamedNode(RDFS + "range")
ALTERNATIVE = ox.NamedNode(SKOS + "altLabel")
KINDS = {"ObjectProperty": "object", "DatatypeProperty": "data", "AnnotationProperty": "annotation"}


class Property:
    """A property of the ontology: its IRI, kind ("object", "data" or "annotation") and range, where one is given."""

    __slots__ = ("iri", "kind", "range")

    def __init__(self, iri: ox.NamedNode, kind: str, range_: ox.NamedNode | None):
        self.iri, self.kind, self.range = iri, kind, range_


class Schema:
    """What the ontology says of classes, properties and concepts, looked up by local name."""

    def __init__(self, ontology: ox.Store):
        self.properties = {shorten(p.iri.value).removeprefix("eic:"): p for p in _properties(ontology)}
        self.properties["label"] = Property(LABEL, "annotation", None)
        self.properties["altLabel"] = Property(ALTERNATIVE, "annotation", None)
        self.superclasses = _closure(ontology)
        self.types: dict[ox.NamedNode, set[ox.NamedNode]] = defaultdict(set)
        self.labels: dict[ox.NamedNode, dict[str, str]] = defaultdict(dict)
        self.claims: dict[str, ox.NamedNode] = {}
        self.details: dict[ox.NamedNode, dict[str, str]] = defaultdict(dict)
        self.templates: dict[ox.NamedNode, dict[str, str]] = defaultdict(dict)
        template = ox.NamedNode(EIC + "claimTemplate")
        for quad in ontology:
            if isinstance(quad.subject, ox.NamedNode):
                self.learn(quad.subject, quad.predicate, quad.object)
                if quad.predicate == template and isinstance(quad.object, ox.Literal):
                    self.templates[quad.subject][str(quad.object.language)] = quad.object.value

    def learn(self, subject: ox.NamedNode, predicate: ox.NamedNode, value: object) -> None:
        """Take note of a thing's type or label, so that later rows may refer to it."""
        if predicate == RDF_TYPE and isinstance(value, ox.NamedNode):
            self.types[subject] |= self.superclasses.get(value, {value})
        elif predicate == LABEL and isinstance(value, ox.Literal):
            self.labels[subject][str(value.language)] = value.value

    def is_class(self, iri: ox.NamedNode) -> bool:
        """Whether the ontology declares this class."""
        return iri in self.superclasses

    def fits(self, individual: ox.NamedNode, wanted: ox.NamedNode | None) -> bool:
        """Whether a known individual may stand where `wanted` is the range."""
        return wanted is None or wanted in self.types[individual]


def _properties(ontology: ox.Store) -> list[Property]:
    found = []
    for name, kind in KINDS.items():
        for quad in ontology.quads_for_pattern(None, RDF_TYPE, ox.NamedNode(OWL + name)):
            if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(EIC):
                ranges = [q.object for q in ontology.quads_for_pattern(quad.subject, RANGE, None)]
                range_ = next((r for r in ranges if isinstance(r, ox.NamedNode)), None)
                found.append(Property(quad.subject, kind, range_))
    return found


def _closure(ontology: ox.Store) -> dict[ox.NamedNode, set[ox.NamedNode]]:
    """Each declared class with all its named superclasses and itself."""
    parents: dict[ox.NamedNode, set[ox.NamedNode]] = {}
    for quad in ontology.quads_for_pattern(None, RDF_TYPE, ox.NamedNode(OWL + "Class")):
        if isinstance(quad.subject, ox.NamedNode):
            above = ontology.quads_for_pattern(quad.subject, SUBCLASS, None)
            parents[quad.subject] = {q.object for q in above if isinstance(q.object, ox.NamedNode)}

    def climb(iri: ox.NamedNode, seen: frozenset[ox.NamedNode]) -> set[ox.NamedNode]:
        ups = parents.get(iri, set()) - seen
        return {iri}.union(*(climb(up, seen | {iri}) for up in ups))

    return {iri: climb(iri, frozenset()) for iri in parents}


def is_text(range_: ox.NamedNode | None) -> bool:
    """Whether a range is plain text."""
    return range_ is None or range_.value in (XSD + "string", RDFS + "Literal")
