"""The ontology and the graph as OWL 2 DL: in the profile, consistent, and classified as the rules derive.

Three gates stand for the profile: py-horned-owl's checker, and two SPARQL queries for what it does not see. HermiT
judges the rest. It gets everything but annotations, which have no meaning for it and cost it time.
"""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kg.graph import Graph
from kg.pipeline import load_ontology
from kg.reasoning import materialise
from kg.terms import BASE, LABEL, OWL, RDF, RDF_TYPE, RDFS, XSD, eic, layer, sparql_prefixes, thing
from tests.assessments import KNOWLEDGE, PROFILES, assessment, assessment_iri, profile

HEADER = ox.NamedNode(BASE + "ontology")

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


# ── the three gates ──


def triples(quads: Iterable[ox.Quad]) -> list[ox.Triple]:
    """Triples with the ontology's header first, where py-horned-owl looks for it."""
    found = {ox.Triple(q.subject, q.predicate, q.object) for q in quads}
    return sorted(found, key=lambda t: (t.subject != HEADER, t.predicate != RDF_TYPE, str(t)))


def horned(every: list[ox.Triple]) -> Any:
    pyhornedowl = pytest.importorskip("pyhornedowl")
    text = ox.serialize(every, format=ox.RdfFormat.RDF_XML) or b""
    return pyhornedowl.open_ontology_from_string(text.decode(), serialization="rdf")


def profile_gate(every: list[ox.Triple]) -> list[str]:
    """Violations of OWL 2 DL that py-horned-owl sees."""
    ontology = horned(every)
    from pyhornedowl.profile import check_profile

    return [type(v).__name__ for v in check_profile(ontology, "DL").violations]


def datatype_gate(every: list[ox.Triple]) -> list[str]:
    """Data properties with a value or a range outside the OWL 2 datatype map."""
    query = """SELECT DISTINCT ?datatype WHERE {
        ?property a owl:DatatypeProperty .
        { ?subject ?property ?value BIND(DATATYPE(?value) AS ?datatype) } UNION { ?property rdfs:range ?datatype }
        FILTER(isIRI(?datatype))
    }"""
    return [name for (name,) in rows(every, query) if name not in DATATYPES and not declared_datatype(every, name)]


def declared_datatype(every: list[ox.Triple], name: str) -> bool:
    definition = ox.NamedNode(OWL + "equivalentClass")
    return any(t.subject == ox.NamedNode(name) and t.predicate == definition for t in every)


def reserved_gate(every: list[ox.Triple]) -> list[str]:
    """Reserved vocabulary where OWL 2 DL has no place for it; the value of an annotation may be anything."""
    query = """SELECT DISTINCT ?place ?term WHERE {
        { ?s ?term ?o BIND("predicate" AS ?place) }
        UNION { ?s ?p ?term BIND("object" AS ?place) FILTER NOT EXISTS { ?p a owl:AnnotationProperty } }
        UNION { ?term ?p ?o BIND("subject" AS ?place) }
        FILTER(isIRI(?term))
    }"""
    places = {"predicate": PREDICATES, "object": OBJECTS, "subject": set[str]()}
    return [
        term for place, term in rows(every, query) if term.startswith((RDF, RDFS, OWL)) and term not in places[place]
    ]


def rows(every: list[ox.Triple], query: str) -> list[tuple[str, ...]]:
    store = ox.Store()
    store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in every)
    solutions = store.query(sparql_prefixes() + query)
    assert isinstance(solutions, ox.QuerySolutions)
    return [tuple(str(getattr(term, "value", "")) for term in row) for row in solutions]


GATES = {"profile": profile_gate, "datatype": datatype_gate, "reserved": reserved_gate}


@pytest.fixture(scope="module")
def ontology() -> list[ox.Triple]:
    store = ox.Store()
    load_ontology(store)
    return triples(store)


@pytest.fixture(scope="module")
def whole(graph: Graph) -> list[ox.Triple]:
    return triples(graph.quads())


@pytest.mark.parametrize("gate", GATES)
def test_the_ontology_is_owl_2_dl(ontology: list[ox.Triple], gate: str) -> None:
    assert GATES[gate](ontology) == []


@pytest.mark.parametrize("gate", GATES)
def test_the_whole_graph_is_owl_2_dl(whole: list[ox.Triple], gate: str) -> None:
    assert GATES[gate](whole) == []


def axioms(every: list[ox.Triple]) -> int:
    return len(horned(every).get_axioms())


def statements(every: list[ox.Triple]) -> int:
    """Triples that each are an axiom: not the header's type and version, nor the inner parts of a class expression."""
    version = ox.NamedNode(OWL + "versionIRI")
    header = [t for t in every if t.subject == HEADER and t.predicate in (RDF_TYPE, version)]
    return sum(not isinstance(t.subject, ox.BlankNode) for t in every) - len(header)


def test_the_profile_gate_has_seen_every_statement(whole: list[ox.Triple], ontology: list[ox.Triple]) -> None:
    assert axioms(ontology) == statements(ontology) > 3000
    assert axioms(whole) == statements(whole) > 40000
    assert str(horned(ontology).get_iri()) == HEADER.value
    assert re.fullmatch(re.escape(HEADER.value) + r"/\d+\.\d+\.\d+", str(horned(ontology).get_version_iri()))


def test_a_triple_term_is_noticed_because_its_axiom_is_missing(ontology: list[ox.Triple]) -> None:
    pair = ox.Triple(thing("city/a"), eic("locatedIn"), thing("city/b"))
    every = [*ontology, ox.Triple(thing("city/a"), eic("locatedIn"), pair)]
    assert profile_gate(every) == []
    assert axioms(every) < statements(every)


TRAPS = {
    "undeclared object property": ("profile", "id:a eic:undeclared id:b ."),
    "undeclared data property": ("profile", 'id:a eic:undeclared "text" .'),
    "undeclared class": ("profile", "id:a a eic:Undeclared ."),
    "chain-derived property in a disjointness": (
        "profile",
        "eic:chained a owl:ObjectProperty ; owl:propertyChainAxiom ( eic:memberOf eic:locatedIn ) ; "
        "owl:propertyDisjointWith eic:memberOf .",
    ),
    "chain-derived property that is irreflexive": (
        "profile",
        "eic:chained a owl:ObjectProperty , owl:IrreflexiveProperty ; "
        "owl:propertyChainAxiom ( eic:memberOf eic:locatedIn ) .",
    ),
    "transitive property in a cardinality": (
        "profile",
        "eic:part a owl:ObjectProperty , owl:TransitiveProperty . eic:City rdfs:subClassOf "
        '[ a owl:Restriction ; owl:onProperty eic:part ; owl:maxCardinality "1"^^xsd:nonNegativeInteger ] .',
    ),
    "transitive property that is functional": (
        "profile",
        "eic:part a owl:ObjectProperty , owl:TransitiveProperty , owl:FunctionalProperty .",
    ),
    "object property that is a data property": ("profile", "eic:memberOf a owl:DatatypeProperty ."),
    "class that is a datatype": ("profile", "eic:City a rdfs:Datatype ."),
    "data property with a thing as value": ("profile", "id:a eic:page id:b ."),
    "reserved name declared": ("profile", "rdf:value a owl:DatatypeProperty ."),
    "date as data value": ("datatype", 'id:a eic:page "2019-05-20"^^xsd:date .'),
    "year as data value": ("datatype", 'id:a eic:page "2019"^^xsd:gYear .'),
    "geometry as data value": (
        "datatype",
        'id:a eic:section "POINT(0 0)"^^<http://www.opengis.net/ont/geosparql#wktLiteral> .',
    ),
    "date as range of a data property": ("datatype", "eic:day a owl:DatatypeProperty ; rdfs:range xsd:date ."),
    "reserved predicate": ("reserved", 'id:a rdf:value "text" .'),
    "reserved class": ("reserved", "id:a a rdf:Statement ."),
    "reserved container": ("reserved", "id:a a rdf:Bag ; rdf:_1 id:b ."),
    "class of RDFS": ("reserved", "eic:Kind a rdfs:Class ."),
    "property of RDF": ("reserved", "eic:kind a rdf:Property ."),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_each_gate_catches_what_it_is_for(ontology: list[ox.Triple], trap: str) -> None:
    gate, turtle = TRAPS[trap]
    every = [*ontology, *parsed(turtle)]
    assert GATES[gate](every)


def parsed(turtle: str) -> Iterator[ox.Triple]:
    prefixes = re.sub(r"PREFIX (\S+ \S+)", r"@prefix \1 .", sparql_prefixes())
    return ox.parse(prefixes + turtle, format=ox.RdfFormat.TURTLE)


def test_a_date_is_no_trap_as_an_annotation(ontology: list[ox.Triple]) -> None:
    every = [*ontology, *parsed('id:a eic:printedDate "2019-05-20"^^xsd:date .')]
    assert [name for name, gate in GATES.items() if gate(every)] == []


# ── names and kinds ──


def test_no_name_means_both_a_property_and_a_concept(ontology: list[ox.Triple]) -> None:
    query = (
        "SELECT ?name WHERE { ?name skos:inScheme ?scheme . ?name a ?kind FILTER(STRSTARTS(STR(?kind), STR(owl:))) }"
    )
    assert rows(ontology, query) == []


@pytest.mark.parametrize(("axiom", "end"), [("rdfs:domain", "?s"), ("rdfs:range", "?o")])
def test_a_domain_or_range_says_nothing_new_of_a_thing(whole: list[ox.Triple], axiom: str, end: str) -> None:
    """So no reasoner turns a derived claim into a stated one, or a piece of text into a passage."""
    query = f"""SELECT ?p ?class (SAMPLE({end}) AS ?example) WHERE {{
        ?p {axiom} ?class . ?class a owl:Class . ?s ?p ?o
        FILTER NOT EXISTS {{ {end} a/rdfs:subClassOf* ?class }}
    }} GROUP BY ?p ?class"""
    assert rows(whole, query) == []


# ── HermiT ──

#: Assessments and the classes that they must fall into.
VIEWS = {
    "first": (PROFILES["firstTier"], {"FirstTierAssessment"}),
    "second": (PROFILES["secondTier"], {"SecondTierAssessment"}),
    "third": (PROFILES["thirdTier"], {"ThirdTierAssessment"}),
    "all-high": (profile("highLevel", "highLevel", "correspondingLevel"), {"FirstTierAssessment"}),
    "all-some": (profile("someLevel", "someLevel", "correspondingLevel"), set[str]()),
    "incomplete": ({e: w for e, w in PROFILES["firstTier"].items() if e != "marketDemand"}, set[str]()),
    "knowledge-only": (dict.fromkeys(KNOWLEDGE, "highLevel"), set[str]()),
    "silent": ({}, set[str]()),
}


def without_annotations(every: Iterable[ox.Triple]) -> list[ox.Triple]:
    kept = list(every)
    annotation = ox.NamedNode(OWL + "AnnotationProperty")
    silent = {t.subject for t in kept if t.predicate == RDF_TYPE and t.object == annotation} | {LABEL}
    return [t for t in kept if t.predicate not in silent]


def views(names: Iterable[str]) -> list[ox.Quad]:
    return [*chain.from_iterable(assessment(name, VIEWS[name][0]) for name in names)]


def classified(java: str, every: list[ox.Triple]) -> Any:
    """A world of its own after HermiT; raises OwlReadyInconsistentOntologyError where there is a contradiction."""
    import owlready2

    world = owlready2.World()
    text = ox.serialize(without_annotations(every), format=ox.RdfFormat.N_TRIPLES)
    loaded = world.get_ontology(HEADER.value).load(fileobj=io.BytesIO(text or b""))
    owlready2.JAVA_EXE = java
    with loaded:
        owlready2.sync_reasoner_hermit(world, debug=0)
    return world


def consistent(java: str, every: list[ox.Triple], folder: Path) -> bool:
    """What HermiT itself says, asked for consistency alone: some six times as fast as placing every thing."""
    from owlready2.reasoning import _HERMIT_CLASSPATH

    path = folder / "graph.owl"
    ox.serialize(without_annotations(every), str(path), format=ox.RdfFormat.RDF_XML)
    command = [java, "-Xmx2000M", "-cp", _HERMIT_CLASSPATH, "org.semanticweb.HermiT.cli.CommandLine", "-k"]
    run = subprocess.run([*command, path.as_uri()], capture_output=True, text=True, timeout=300, check=False)
    verdicts = ("owl#Thing is satisfiable" in run.stdout, "InconsistentOntologyException" in run.stderr)
    assert sum(verdicts) == 1, run.stdout + run.stderr
    return verdicts[0]


@pytest.fixture(scope="module")
def world(java: str, ontology: list[ox.Triple]) -> Any:
    return classified(java, [*ontology, *triples(views(VIEWS))])


def test_every_class_can_have_members(world: Any) -> None:
    assert list(world.inconsistent_classes()) == []
    assert world[eic("SecondTierAssessment").value] is not None


@pytest.mark.parametrize("view", VIEWS)
def test_hermit_puts_an_assessment_where_its_words_put_it(world: Any, view: str) -> None:
    kinds = {kind.name for kind in world[assessment_iri(view).value].INDIRECT_is_a if hasattr(kind, "name")}
    assert {kind for kind in kinds if kind.endswith("TierAssessment")} == VIEWS[view][1]


def test_hermit_and_the_rule_agree_on_every_assessment(world: Any, graph: Graph) -> None:
    store = ox.Store()
    store.bulk_extend(q for q in graph.quads() if q.graph_name != layer("inferred"))
    store.extend(views(VIEWS))
    materialise(store)
    for tier in ("First", "Second", "Third"):
        class_ = eic(f"{tier}TierAssessment")
        by_rule = {q.subject for q in store.quads_for_pattern(None, RDF_TYPE, class_)}
        by_hermit = {ox.NamedNode(i.iri) for i in world[class_.value].instances()}
        assert by_rule == by_hermit != set()


def test_an_assessment_that_has_and_lacks_an_element_is_inconsistent(java: str, ontology: list[ox.Triple]) -> None:
    from owlready2 import OwlReadyInconsistentOntologyError

    has, lacks = {"productConversion": "someLevel"}, {"productConversion": "shortOfOrWithout"}
    both = [*assessment("torn", has), *assessment("torn", lacks)]
    with pytest.raises(OwlReadyInconsistentOntologyError):
        classified(java, [*ontology, *triples(both)])


def test_two_sources_that_disagree_and_all_that_is_stated_and_derived_are_consistent(
    java: str, graph: Graph, tmp_path: Path
) -> None:
    store = ox.Store()
    store.bulk_extend(graph.quads())
    store.extend(assessment("optimist-on-minsk", PROFILES["firstTier"], "minsk", "optimist"))
    store.extend(assessment("pessimist-on-minsk", PROFILES["thirdTier"], "minsk", "pessimist"))
    materialise(store)
    assert consistent(java, triples(store), tmp_path)


def test_a_city_that_is_a_state_is_inconsistent(java: str, ontology: list[ox.Triple], tmp_path: Path) -> None:
    assert not consistent(java, [*ontology, *parsed("id:a a eic:City , eic:State .")], tmp_path)
