"""The graph as OWL 2 DL: whether every statement is one that OWL 2 DL knows.

py-horned-owl's checker is the gate `profile`; it does not see values outside the datatype map, reserved vocabulary in
the wrong place, and statements that it leaves unread: for these stand `datatype`, `reserved` and `axioms`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox

from kg.errors import StoreProblem
from kg.terms import BASE, OWL, RDF, RDF_TYPE, RDFS, XSD, shorten, sparql_prefixes

HEADER = ox.NamedNode(BASE + "ontology")
MISSING = "the OWL 2 DL profile needs py-horned-owl: pip install 'eic-kg[owl]'"

#: The OWL 2 datatype map (OWL 2 Syntax, section 4): no date, time or year among them.
XSD_DATATYPES = """
    decimal integer nonNegativeInteger nonPositiveInteger positiveInteger negativeInteger long int short byte
    unsignedLong unsignedInt unsignedShort unsignedByte double float string normalizedString token language Name NCName
    NMTOKEN boolean hexBinary base64Binary anyURI dateTime dateTimeStamp"""
DATATYPES = {XSD + name for name in XSD_DATATYPES.split()} | {OWL + "real", OWL + "rational", RDFS + "Literal"}
DATATYPES |= {RDF + "PlainLiteral", RDF + "langString", RDF + "XMLLiteral"}

#: What of the reserved vocabulary OWL 2 DL puts at the place of a predicate, and at that of an object.
RDFS_PREDICATES = "label comment seeAlso isDefinedBy subClassOf subPropertyOf domain range"
OWL_PREDICATES = """
    versionInfo versionIRI imports priorVersion backwardCompatibleWith incompatibleWith deprecated equivalentClass
    disjointWith equivalentProperty propertyDisjointWith inverseOf propertyChainAxiom hasKey sameAs differentFrom
    onProperty onClass onDataRange onDatatype withRestrictions someValuesFrom allValuesFrom hasValue hasSelf
    cardinality minCardinality maxCardinality qualifiedCardinality minQualifiedCardinality maxQualifiedCardinality
    intersectionOf unionOf complementOf oneOf disjointUnionOf members distinctMembers datatypeComplementOf
    sourceIndividual assertionProperty targetIndividual targetValue annotatedSource annotatedProperty annotatedTarget"""
OWL_OBJECTS = """
    Ontology Class ObjectProperty DatatypeProperty AnnotationProperty NamedIndividual Restriction Axiom Annotation
    FunctionalProperty InverseFunctionalProperty TransitiveProperty SymmetricProperty AsymmetricProperty
    ReflexiveProperty IrreflexiveProperty AllDisjointClasses AllDisjointProperties AllDifferent
    NegativePropertyAssertion DeprecatedClass DeprecatedProperty Thing Nothing topObjectProperty bottomObjectProperty
    topDataProperty bottomDataProperty"""
PREDICATES = {RDF + "type", RDF + "first", RDF + "rest"}
PREDICATES |= {RDFS + name for name in RDFS_PREDICATES.split()} | {OWL + name for name in OWL_PREDICATES.split()}
OBJECTS = DATATYPES | {RDF + "nil", RDFS + "Datatype"} | {OWL + name for name in OWL_OBJECTS.split()}


def triples(quads: Iterable[ox.Quad]) -> list[ox.Triple]:
    """Triples with the ontology's header first, where py-horned-owl looks for it."""
    found = {ox.Triple(q.subject, q.predicate, q.object) for q in quads}
    return sorted(found, key=lambda t: (t.subject != HEADER, t.predicate != RDF_TYPE, str(t)))


def horned(every: list[ox.Triple]) -> Any:
    """Triples as an ontology of py-horned-owl; StoreProblem where that is not installed."""
    try:
        import pyhornedowl
    except ImportError:
        raise StoreProblem(MISSING) from None
    text = ox.serialize(every, format=ox.RdfFormat.RDF_XML) or b""
    return pyhornedowl.open_ontology_from_string(text.decode(), serialization="rdf")


def profile(every: list[ox.Triple]) -> list[str]:
    """Violations of OWL 2 DL that py-horned-owl sees, each with the term or the axiom at fault."""
    ontology = horned(every)
    from pyhornedowl.profile import check_profile

    found = set()
    for violation in check_profile(ontology, "DL").violations:
        at = shorten(str(violation.iri)) if hasattr(violation, "iri") else str(getattr(violation, "axiom", ""))
        found.add(f"{at}: {violation}" if at else str(violation))
    return sorted(found)


def datatype(every: list[ox.Triple]) -> list[str]:
    """Data properties with a value or a range outside the OWL 2 datatype map."""
    query = """SELECT DISTINCT ?property ?datatype WHERE {
        ?property a owl:DatatypeProperty .
        { ?subject ?property ?value BIND(DATATYPE(?value) AS ?datatype) } UNION { ?property rdfs:range ?datatype }
        FILTER(isIRI(?datatype)) FILTER NOT EXISTS { ?datatype owl:equivalentClass ?definition }
    } ORDER BY ?property ?datatype"""
    return [f"{shorten(name)}: {shorten(kind)}" for name, kind in rows(every, query) if kind not in DATATYPES]


def reserved(every: list[ox.Triple]) -> list[str]:
    """Reserved vocabulary where OWL 2 DL has no place for it; the value of an annotation may be anything."""
    query = """SELECT DISTINCT ?place ?term WHERE {
        { ?s ?term ?o BIND("predicate" AS ?place) }
        UNION { ?s ?p ?term BIND("object" AS ?place) FILTER NOT EXISTS { ?p a owl:AnnotationProperty } }
        UNION { ?term ?p ?o BIND("subject" AS ?place) }
        FILTER(isIRI(?term))
    } ORDER BY ?term ?place"""
    places = {"predicate": PREDICATES, "object": OBJECTS, "subject": set[str]()}
    found = [(place, term) for place, term in rows(every, query) if term.startswith((RDF, RDFS, OWL))]
    return [f"{shorten(term)} as {place}" for place, term in found if term not in places[place]]


def axioms(every: list[ox.Triple]) -> list[str]:
    """Whether some statements became no axiom: a checker that leaves one unread still says that all is well."""
    counted, expected = len(horned(every).get_axioms()), statements(every)
    return [] if counted == expected else [f"{counted} axioms from {expected} statements"]


def statements(every: list[ox.Triple]) -> int:
    """Triples that each are an axiom: not the header's type and version, nor the inner parts of a class expression."""
    version = ox.NamedNode(OWL + "versionIRI")
    header = [t for t in every if t.subject == HEADER and t.predicate in (RDF_TYPE, version)]
    return sum(not isinstance(t.subject, ox.BlankNode) for t in every) - len(header)


def rows(every: list[ox.Triple], query: str) -> list[tuple[str, ...]]:
    """What a query with our prefixes finds in triples, as texts."""
    store = ox.Store()
    store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in every)
    solutions = store.query(sparql_prefixes() + query)
    assert isinstance(solutions, ox.QuerySolutions)
    return [tuple(str(getattr(term, "value", "")) for term in row) for row in solutions]


GATES = {"profile": profile, "datatype": datatype, "reserved": reserved, "axioms": axioms}
