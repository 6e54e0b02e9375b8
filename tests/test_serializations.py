"""The graph as text: each form reads back as the same graph, in our store and in rdflib, and is the same text again."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.__main__ import main
from kg.errors import UnknownName
from kg.graph import Graph
from kg.serializations import FORMS, serialize
from kg.terms import eic, layer, thing
from tests.pace import one_at_once

READ = {
    "nquads": (ox.RdfFormat.N_QUADS, "nquads"),
    "trig": (ox.RdfFormat.TRIG, "trig"),
    "jsonld": (ox.RdfFormat.JSON_LD, "json-ld"),
    "turtle": (ox.RdfFormat.TURTLE, "turtle"),
    "ntriples": (ox.RdfFormat.N_TRIPLES, "nt"),
    "rdfxml": (ox.RdfFormat.RDF_XML, "xml"),
}
LAYERED = ("nquads", "trig", "jsonld")
ODD = [
    'quote " and \\ backslash',
    "line\nbreak\r\ttab",
    "a\u202eb 😀 e\u0301",
    "</rdf:RDF> <!-- --> ]]> &amp;",
    "中文",
    "",
    " lead and trail ",
    "{}[]",
]


def canonical(quads: list[ox.Quad]) -> ox.Dataset:
    found = ox.Dataset(quads)
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return found


def wanted(quads: list[ox.Quad], form: str) -> ox.Dataset:
    layered = form in LAYERED
    return canonical(quads if layered else [ox.Quad(q.subject, q.predicate, q.object) for q in quads])


def odd() -> list[ox.Quad]:
    """Values that a form may spoil."""
    subject, place = thing("city/odd"), layer("things")
    xsd = "http://www.w3.org/2001/XMLSchema#"
    values: list[ox.Literal | ox.NamedNode] = [ox.Literal(text) for text in ODD]
    values += [ox.Literal(text, language=tag) for text in ODD for tag in ("en", "zh-hans")]
    for text, kind in [("007", "integer"), ("-5", "integer"), ("5", "int"), ("1.0", "decimal"), ("true", "boolean")]:
        values.append(ox.Literal(text, datatype=ox.NamedNode(xsd + kind)))
    values += [thing("city/kyiv"), ox.NamedNode("http://example.org/a?b=c&d='e'")]
    one = [ox.Quad(subject, eic(f"odd{number}"), value, place) for number, value in enumerate(values)]
    mixed = [ox.Quad(subject, eic("mixed"), value, place) for value in values]
    numbers = [
        ox.Quad(subject, eic("whole"), ox.Literal(text, datatype=ox.NamedNode(xsd + "integer")), place)
        for text in ("7", "07", "-7", "+7", "123456789012345678901234567890")
    ]
    return [*one, *mixed, *numbers, ox.Quad(subject, eic("loose"), ox.Literal("x"))]


@pytest.mark.parametrize("form", one_at_once(FORMS))
def test_a_form_reads_back_as_the_same_graph(graph: Graph, form: str) -> None:
    quads = list(graph.quads())
    text = graph.export(form)
    assert canonical(list(ox.parse(text.encode(), format=READ[form][0]))) == wanted(quads, form)


@pytest.mark.parametrize("form", FORMS)
def test_no_value_is_spoilt(form: str) -> None:
    text = serialize(odd(), form)
    assert canonical(list(ox.parse(text.encode(), format=READ[form][0]))) == wanted(odd(), form)


@pytest.mark.parametrize("form", FORMS)
def test_the_same_quads_in_another_order_are_the_same_text(graph: Graph, form: str) -> None:
    quads = [*odd(), *graph.embedded().quads_for_pattern(None, None, None, layer("ontology"))]
    mixed = random.Random(5).sample(quads, len(quads))
    assert serialize(mixed, form) == serialize(quads, form)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of rdflib, in its own readers
@pytest.mark.parametrize("form", [form for form in FORMS if form != "nquads"])
def test_rdflib_reads_the_same(graph: Graph, form: str) -> None:
    """Of one layer: rdflib takes seconds for all of them."""
    rdflib = pytest.importorskip("rdflib")
    quads = list(graph.embedded().quads_for_pattern(None, None, None, layer("flags")))
    read = rdflib.Dataset().parse(data=serialize(quads, form), format=READ[form][1])
    back = ox.parse(read.serialize(format="nquads").encode(), format=ox.RdfFormat.N_QUADS)
    assert {str(q.triple).lower() for q in back} == {str(q.triple).lower() for q in quads}


def test_stated_only_leaves_out_what_rules_derived(graph: Graph) -> None:
    quads = list(ox.parse(graph.export(stated_only=True).encode(), format=ox.RdfFormat.N_QUADS))
    assert set(quads) == {q for q in graph.quads() if q.graph_name != layer("inferred")}


def test_json_ld_has_short_names_and_says_what_properties_hold(graph: Graph) -> None:
    told = json.loads(graph.export("jsonld"))
    assert told["@context"]["hasTier"] == {"@id": "eic:hasTier", "@type": "@id"}
    (things,) = (one["@graph"] for one in told["@graph"] if one["@id"] == "graph:things")
    kyiv = next(node for node in things if node["@id"] == "id:city/kyiv")
    assert kyiv["rdfs:label"]["en"] == ["Kyiv"]
    assert "eic:City" in kyiv["@type"]


@pytest.mark.parametrize("form", one_at_once(FORMS))
def test_a_supposed_graph_says_so_in_every_form_and_still_reads(graph: Graph, form: str) -> None:
    there = graph.suppose(add=[("Novosibirsk", "hasTier", "second tier")], title="what -- if --> ever")
    text = there.export(form)
    assert "WHAT-IF: what" in text
    assert canonical(list(ox.parse(text.encode(), format=READ[form][0]))) == wanted(list(there.quads()), form)


def test_the_command_takes_the_form_from_the_ending_and_says_which_there_are(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "eic.ttl"
    assert main(["export", "--on", str(store), "--to", str(target), "--stated-only"]) == 0
    assert target.read_text("utf-8").startswith("@prefix ")
    assert main(["export", "--on", str(store), "--to", str(tmp_path / "eic.doc")]) == 2
    assert "no form ends in .doc" in capsys.readouterr().err
    with pytest.raises(UnknownName, match="there are nquads, trig"):
        serialize([], "turtel")
