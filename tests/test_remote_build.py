"""Builds into somebody's store, and rules that run inside it: what is there is what the embedded build makes.

The builds come first: Virtuoso plans by what it has seen before, and after tests of a few triples it plans badly.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pyoxigraph as ox
import pytest

import kg
from kg.digests import digest
from kg.engines.oxigraph import Oxigraph
from kg.errors import StoreProblem
from kg.graph import Graph
from kg.loading import load
from kg.reasoning import Rule, rules
from kg.remote import Remote
from kg.remote_reasoning import materialise_in
from kg.terms import CLAIM, RDF_TYPE, eic, layer, thing
from tests.engines import strange

pytestmark = pytest.mark.xdist_group("remote build")
STATED, OTHER, TARGET = "http://example.org/stated", "http://example.org/stranger", "http://example.org/derived"
MEMBER_OF = ox.NamedNode("http://www.w3.org/ns/org#memberOf")


@pytest.fixture(params=["oxigraph", pytest.param("virtuoso", marks=pytest.mark.slow)])
def remote(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Remote:
    """A store beside that of the session, without the small graphs of another test."""
    monkeypatch.setenv("EIC_STORE_USER", "dba")
    monkeypatch.setenv("EIC_STORE_PASSWORD", "dba")
    store = Remote(request.getfixturevalue(request.param))
    for name in (STATED, OTHER, TARGET):
        store.update(f"DROP SILENT GRAPH <{name}>")
    return store


def held(graph: Graph, name: str) -> list[ox.Triple]:
    return [quad.triple for quad in graph.embedded().quads_for_pattern(None, None, None, ox.NamedNode(name))]


@pytest.mark.slow
def test_a_build_there_ends_as_the_embedded_one_beside_a_stranger(graph: Graph, remote: Remote) -> None:
    lines = [f"{quad.triple} .\n".encode() for quad in strange(graph)]
    remote.put(OTHER, lines)
    told: list[str] = []
    there = kg.build(remote.where, told.append)
    assert "inferred: running the rules there" in told
    assert sorted(there.engine.graphs) == sorted(graph.engine.graphs)
    for name in graph.engine.graphs:
        assert (remote.count(name), digest(remote.triples(name))) == (
            len(held(graph, name)),
            digest(held(graph, name)),
        ), name
    assert remote.count(OTHER) == len(set(lines))
    assert there.version() == graph.version()
    for question, given in (
        ("second-tier-dependencies", {"city": "Kyiv"}),
        ("tier-summary", {}),
        ("alliance-members", {"member": "Novosibirsk"}),
    ):
        assert sorted(there.ask(question, **given).texts()) == sorted(graph.ask(question, **given).texts())
    assert there.export() == graph.export()


def test_rules_that_give_something_else_there_switch_nothing(graph: Graph, remote: Remote) -> None:
    """After the test above, so that an old graph is there."""
    store, inferred = ox.Store(), layer("inferred")
    store.extend(graph.embedded().quads_for_pattern(None, None, None, layer("things")))
    store.extend(list(graph.embedded().quads_for_pattern(None, None, None, inferred))[1:])
    store.extend(graph.embedded().quads_for_pattern(thing("dataset/eic"), None, None, layer("catalog")))
    part, before = Graph(Oxigraph(store, "memory:")), len(held(graph, inferred.value)) - 1
    old = remote.count(layer("catalog").value)

    def derive(there: Remote, graphs: list[str], target: str) -> None:
        assert inferred.value not in graphs
        there.update(f"INSERT DATA {{ GRAPH <{target}> {{ <urn:s> <urn:p> <urn:o> }} }}")

    with pytest.raises(StoreProblem, match=rf"holds 1 triples instead of {before:,} of {inferred.value} .*nothing was"):
        load(part, remote.where, derive=derive)
    assert remote.count(layer("catalog").value) == old
    rows = remote.rows("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }")
    assert not [row["g"] for row in rows if "staged" in row["g"]]


def put(store: Remote, graph: str, *triples: tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]) -> None:
    store.update(f"INSERT DATA {{ GRAPH <{graph}> {{ {' . '.join(' '.join(map(str, t)) for t in triples)} }} }}")


def membership(name: str, member: str, alliance: str) -> list[tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode]]:
    claim = ox.NamedNode(f"{CLAIM}test/{name}")
    said = [(claim, eic("member"), thing(member)), (claim, eic("alliance"), thing(alliance))]
    return [(claim, RDF_TYPE, eic("Membership")), *said]


def named(*names: str) -> list[Rule]:
    return [rule for rule in rules() if rule.name in names]


def test_rules_there_see_the_graphs_that_they_are_given_and_no_others(remote: Remote) -> None:
    put(remote, STATED, *membership("a", "city/kyiv", "alliance/wta"))
    put(remote, OTHER, *membership("b", "city/minsk", "alliance/wta"))
    assert materialise_in(remote, [STATED], TARGET, named("member-of")) == 2
    kyiv, wta = thing("city/kyiv"), thing("alliance/wta")
    assert {*remote.triples(TARGET)} == {ox.Triple(kyiv, eic("memberOf"), wta), ox.Triple(kyiv, MEMBER_OF, wta)}
    assert remote.count(OTHER) == 3


def test_what_is_stated_is_not_kept_as_derived_whatever_a_stranger_states(remote: Remote) -> None:
    kyiv, wta = thing("city/kyiv"), thing("alliance/wta")
    put(remote, STATED, *membership("a", "city/kyiv", "alliance/wta"), (kyiv, eic("memberOf"), wta))
    put(remote, OTHER, (kyiv, MEMBER_OF, wta))
    assert materialise_in(remote, [STATED], TARGET, named("member-of")) == 1
    assert remote.triples(TARGET) == [ox.Triple(kyiv, MEMBER_OF, wta)]
    assert remote.count(STATED) == 4


def test_a_rule_runs_again_until_nothing_new_comes(remote: Remote) -> None:
    """Five classes above each other: the rule finds one more at a time."""
    above = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")
    classes = [ox.NamedNode(f"http://example.org/class/{n}") for n in range(6)]
    put(remote, STATED, *((low, above, high) for low, high in pairwise(classes)))
    put(remote, STATED, (thing("city/kyiv"), RDF_TYPE, classes[0]))
    assert materialise_in(remote, [STATED], TARGET, named("superclass")) == 5
    assert {t.object for t in remote.triples(TARGET)} == set(classes[1:])


RULE = """#+ stratum = 1
#+ [reading]
#+ zh = "无"
#+ en = "none"
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

CONSTRUCT {
  ?thing rdfs:comment ?text .
}
WHERE {
  ?thing rdfs:label ?label . FILTER(langMatches(lang(?label), "zh-Hans"))
  BIND(STRLANG(CONCAT("城市（", ?label, "）"), "zh-Hans") AS ?text)
}
"""


def test_texts_get_their_language_and_characters_everywhere(remote: Remote, tmp_path: Path) -> None:
    (tmp_path / "rule_told.rq").write_text(RULE, "utf-8")
    label = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    put(remote, STATED, (thing("city/kyiv"), label, ox.Literal("基辅", language="zh-Hans")))
    assert materialise_in(remote, [STATED], TARGET, [Rule(tmp_path / "rule_told.rq")]) == 1
    (told,) = remote.triples(TARGET)
    assert isinstance(told.object, ox.Literal)
    assert (told.object.value, (told.object.language or "").lower()) == ("城市（基辅）", "zh-hans")


def test_a_rule_that_the_store_does_not_take_is_told_by_name(remote: Remote, tmp_path: Path) -> None:
    (tmp_path / "rule_broken.rq").write_text(RULE.replace("FILTER(", "FILTER(NOSUCH("), "utf-8")
    with pytest.raises(StoreProblem, match=r"^rule_broken\.rq: http"):
        materialise_in(remote, [STATED], TARGET, [Rule(tmp_path / "rule_broken.rq")])
