"""The ontology as OWL 2 DL beside what tests/test_judge.py asks: names, domains and ranges, dates, and HermiT as
owlready2 runs it, by itself and on everything, against the rules.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

import pyoxigraph as ox
import pytest

from kg.graph import Graph
from kg.owl import GATES, horned, rows, statements, triples
from kg.pipeline import load_ontology
from kg.reasoning import materialise
from kg.terms import BASE, LABEL, OWL, RDF_TYPE, eic, layer, sparql_prefixes
from tests.assessments import KNOWLEDGE, PROFILES, assessment, assessment_iri, profile

HEADER = ox.NamedNode(BASE + "ontology")


@pytest.fixture(scope="module")
def ontology() -> list[ox.Triple]:
    store = ox.Store()
    load_ontology(store)
    return triples(store)


@pytest.fixture(scope="module")
def whole(graph: Graph) -> list[ox.Triple]:
    return triples(graph.quads())


def test_the_checker_has_seen_every_statement_and_knows_the_ontology_by_name(ontology: list[ox.Triple]) -> None:
    pytest.importorskip("pyhornedowl")
    read = horned(ontology)
    assert len(read.get_axioms()) == statements(ontology) > 3000
    assert str(read.get_iri()) == HEADER.value
    assert re.fullmatch(re.escape(HEADER.value) + r"/\d+\.\d+\.\d+", str(read.get_version_iri()))


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


@pytest.fixture(scope="module")
def world(java: str, ontology: list[ox.Triple]) -> Any:
    return classified(java, [*ontology, *triples(views(VIEWS))])


@pytest.mark.slow
@pytest.mark.xdist_group("owl")
def test_every_class_can_have_members(world: Any) -> None:
    assert list(world.inconsistent_classes()) == []
    assert world[eic("SecondTierAssessment").value] is not None


@pytest.mark.slow
@pytest.mark.xdist_group("owl")
@pytest.mark.parametrize("view", VIEWS)
def test_hermit_puts_an_assessment_where_its_words_put_it(world: Any, view: str) -> None:
    kinds = {kind.name for kind in world[assessment_iri(view).value].INDIRECT_is_a if hasattr(kind, "name")}
    assert {kind for kind in kinds if kind.endswith("TierAssessment")} == VIEWS[view][1]


@pytest.mark.slow
@pytest.mark.xdist_group("owl")
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
