"""Explanations: every derived edge has one, it ends in cited passages, and an absent fact is told as absent."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pyoxigraph as ox
import pytest

from kg.errors import BadQuestion, UnknownName
from kg.explanation import Step
from kg.graph import Graph
from kg.reasoning import rules
from kg.terms import CLAIM, layer


def leaves(step: Step) -> Iterator[Step]:
    if not step.premises:
        yield step
    for premise in step.premises:
        yield from leaves(premise)


def test_a_dependence_is_traced_to_the_sentences_of_the_paper(graph: Graph) -> None:
    """p. 129: the second tier depends on the first; Kyiv is in the second, Moscow in the first."""
    (step,) = graph.explain("Kyiv", "tierImpliesDependenceOn", "Москва").derivations
    assert step.rule == "city-dependence"
    places = sorted(place for leaf in leaves(step) if leaf.evidence for place in leaf.evidence.source)
    assert places == ["p. 129 §3.2 ¶2 s3", "p. 129 §3.2 ¶2 s5", "p. 129 §3.2 ¶2 s5"]


def test_all_derivations_are_one_a_dimension(graph: Graph) -> None:
    found = graph.explain("明斯克", "tierImpliesDependenceOn", "基辅", "zh", every=True)
    assert len(found.derivations) == 3
    assert all(word in str(found) for word in ("资源维度", "能力维度", "渠道维度", "第129页"))


@pytest.mark.parametrize(
    ("fact", "rule"),
    [
        (("Novosibirsk", "memberOf", "WTA"), "member-of"),
        (("Minsk", "hasTier", "third tier"), "tier-partner"),
        (("Minsk", "rdf:type", "eic:ThirdTierPartner"), "tier-partner"),
        (("third tier", "needsElement", "knowledge reserve"), "tier-element"),
        (("China", "hasInnovationPartnershipWith", "Israel"), "innovation-tie"),
        (("alliance/uclg", "skos:altLabel", "世界城市和地方政府联盟"), "alternative-label"),
    ],
)
def test_an_edge_names_its_rule_and_ends_in_passages(graph: Graph, fact: tuple[str, str, str], rule: str) -> None:
    (step,) = graph.explain(*fact).derivations
    assert step.rule == rule
    assert all(leaf.evidence and leaf.evidence.source for leaf in leaves(step))


def test_every_derived_edge_is_a_head_of_some_rule(graph: Graph) -> None:
    heads = set()
    for rule in rules():
        for solution in graph.select(rule.solutions()):
            heads |= {tuple(map(str, head)) for head in rule.heads_of(solution)}
    inferred = graph.embedded().quads_for_pattern(None, None, None, layer("inferred"))
    derived = {(str(q.subject), str(q.predicate), str(q.object)) for q in inferred}
    assert derived
    assert not derived - heads


def test_derived_claims_are_explained_through_their_own_rule(graph: Graph) -> None:
    claims = graph.select("SELECT ?c WHERE { ?c a eic:ImpliedFinding } ORDER BY ?c LIMIT 3")
    for row in claims:
        assert isinstance(row["c"], ox.NamedNode)
        assert row["c"].value.startswith(CLAIM)


def test_a_stated_fact_has_no_rule(graph: Graph) -> None:
    (step,) = graph.explain("Shenzhen", "rdf:type", "eic:City").derivations
    assert (step.rule, step.premises) == ("", ())


def test_an_absent_fact_says_what_is_wanting(graph: Graph) -> None:
    found = graph.explain("Novosibirsk", "tierImpliesDependenceOn", "Moscow")
    assert not found.derivations
    assert found.missing == "no tier is stated for Novosibirsk"
    assert "未述及层级：新西伯利亚" in str(graph.explain("新西伯利亚", "hasTier", "二级创新伙伴", "zh"))
    assert "no statement leads to it" in str(graph.explain("Kyiv", "memberOf", "WTA"))


def test_json_holds_the_tree(graph: Graph) -> None:
    told = json.loads(graph.explain("Kyiv", "tierImpliesDependenceOn", "Moscow").to_json())
    assert told["derivations"][0]["rule"] == "city-dependence"
    assert len(told["derivations"][0]["premises"]) == 3


def test_names_that_nothing_bears_or_several_do_are_told(graph: Graph) -> None:
    with pytest.raises(UnknownName, match="did you mean Kyiv"):
        graph.explain("Kiyv", "hasTier", "second tier")
    with pytest.raises(UnknownName, match="did you mean memberOf"):
        graph.explain("Kyiv", "membrOf", "WTA")
    with pytest.raises(BadQuestion, match="name one of these"):
        graph.explain("Kyiv", "rdf:type", "三级创新伙伴")


def test_prov_says_which_rule_generated_the_edge_from_which_claims(graph: Graph) -> None:
    text = graph.explain("Kyiv", "tierImpliesDependenceOn", "Moscow").to_prov()
    store = ox.Store()
    store.load(text.encode(), format=ox.RdfFormat.TURTLE)
    prov = "http://www.w3.org/ns/prov#"
    (made,) = store.quads_for_pattern(None, ox.NamedNode(prov + "wasGeneratedBy"), None)
    assert str(made.object) == "<https://w3id.org/eic/id/rule/city-dependence>"
    assert len(list(store.quads_for_pattern(made.subject, ox.NamedNode(prov + "wasDerivedFrom"), None))) == 3
