"""The shapes in ontology/shapes.ttl: a SHACL engine and the checks that read them in the store find the same faults."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

import kg
from kg.checks import all_checks
from kg.content import folder
from kg.graph import Graph
from kg.reasoning import materialise
from kg.terms import PREFIXES, RDF_TYPE, RDFS, layer, shorten
from tests.pace import one_at_once
from tests.test_checks import fixture_of

SH = PREFIXES["sh"]
CHECKS = [check for check in all_checks() if check.name.startswith("shape-")]
#: What the engine needs besides the planted quads: classes, concepts, things, and what the fixtures point at.
LAYERS = [layer("ontology"), layer("things")]


@pytest.fixture(scope="module")
def ground(graph: Graph) -> list[ox.Quad]:
    """A part of the graph that is small enough for the engine: things, classes, concepts and a few passages."""
    store = graph.embedded()
    kept = [q for name in LAYERS for q in store.quads_for_pattern(None, None, None, name)]
    shape = kg.terms.BASE + "ontology/shape/"
    kept = [q for q in kept if not str(q.subject).startswith(f"<{shape}")]
    for claim in ("zhao-yu-2019/17251-17309", "zhao-yu-2019/999-1001"):
        for kind in ("passage", "span"):
            kept += store.quads_for_pattern(kg.terms.thing(f"{kind}/{claim}"), None, None, None)
    for passage in ("passage/zhao-yu-2019/17251-17309",):
        for quad in list(store.quads_for_pattern(kg.terms.thing(passage), None, None, None)):
            if isinstance(quad.object, ox.NamedNode) and "/span/" in quad.object.value:
                kept += store.quads_for_pattern(quad.object, None, None, None)
    return kept


def planted(ground: list[ox.Quad], check: str | None) -> ox.Store:
    store = ox.Store()
    store.bulk_extend(ground)
    if check is not None:
        store.load(fixture_of(check).read_bytes(), format=ox.RdfFormat.TRIG)
    materialise(store)  # the checks look for classes above that of a thing where the rules have put them
    return store


def by_engine(store: ox.Store) -> set[str]:
    """The offenders that pyshacl reports."""
    pyshacl = pytest.importorskip("pyshacl")
    import rdflib

    triples = (ox.Triple(q.subject, q.predicate, q.object) for q in store)
    data = rdflib.Graph().parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"", format="nt")
    shapes = rdflib.Graph().parse(folder("ontology") / "shapes.ttl")
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none")
    return {shorten(str(node)) for node in report.objects(None, rdflib.URIRef(SH + "focusNode"))}


def by_checks(store: ox.Store) -> set[str]:
    """The offenders that our checks find, the shapes being part of the store."""
    for triple in ox.parse(path=str(folder("ontology") / "shapes.ttl"), format=ox.RdfFormat.TURTLE):
        store.add(ox.Quad(triple.subject, triple.predicate, triple.object, layer("ontology")))
    return {finding.offender for check in CHECKS for finding in check.run(store)}


def test_the_ground_conforms(ground: list[ox.Quad]) -> None:
    store = planted(ground, None)
    assert by_engine(store) == by_checks(store) == set()


@pytest.mark.parametrize("check", one_at_once(check.name for check in CHECKS))
def test_a_shacl_engine_finds_the_same_offenders(ground: list[ox.Quad], check: str) -> None:
    store = planted(ground, check)
    assert by_engine(store) == by_checks(store) != set()


def test_every_shape_is_one_that_the_checks_can_read(graph: Graph) -> None:
    store = graph.embedded()
    used = {
        q.predicate.value.removeprefix(SH)
        for q in store.quads_for_pattern(None, None, None, layer("ontology"))
        if q.predicate.value.startswith(SH)
    }
    known = "class datatype lessThan maxCount maxInclusive minCount minInclusive nodeKind not pattern uniqueLang"
    assert used == {*known.split(), "targetClass", "property", "path", "message"}
    for name in ("minCount", "maxCount"):
        values = {
            str(getattr(q.object, "value", ""))
            for q in store.quads_for_pattern(None, ox.NamedNode(SH + name), None, None)
        }
        assert values == {"1"}


def test_every_message_is_there_in_both_languages(graph: Graph) -> None:
    store = graph.embedded()
    message, kind = ox.NamedNode(SH + "message"), ox.NamedNode(SH + "PropertyShape")
    for quad in store.quads_for_pattern(None, RDF_TYPE, kind):
        tags = sorted(
            str(getattr(q.object, "language", "")) for q in store.quads_for_pattern(quad.subject, message, None)
        )
        assert tags == ["en", "zh-hans"], quad.subject


def test_every_class_of_claims_that_tables_fill_has_a_shape(graph: Graph) -> None:
    """Of its own, or from a class above it other than that of all claims."""
    rows = graph.select(f"""SELECT DISTINCT ?class WHERE {{
        ?class <{RDFS}subClassOf>+ eic:Claim .
        GRAPH ?layer {{ ?claim a ?class FILTER(?layer != {layer("inferred")}) }}
        FILTER NOT EXISTS {{
            ?class <{RDFS}subClassOf>* ?above . ?shape sh:targetClass ?above FILTER(?above != eic:Claim)
        }}
    }}""")
    assert [str(row["class"]) for row in rows] == []
