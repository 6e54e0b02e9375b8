"""Explanations: every derived edge has one, it ends in cited passages, and an absent fact is told as absent."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pyoxigraph as ox
import pytest

from kg.derivations import Step
from kg.errors import BadQuestion, UnknownName
from kg.graph import Graph
from kg.reasoning import rules
from kg.terms import layer


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
        (("Minsk", "rdf:type", "eic:ThirdTierPartner"), "tier-class"),
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


def test_every_derived_fact_has_an_explanation_by_a_rule(graph: Graph) -> None:
    """Edges, types, and what is said of derived claims: a sample of each property."""
    seen: dict[str, int] = {}
    for quad in sorted(graph.embedded().quads_for_pattern(None, None, None, layer("inferred")), key=str):
        name = quad.predicate.value
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 3 or not isinstance(quad.subject, ox.NamedNode):
            continue
        assert isinstance(quad.object, ox.NamedNode | ox.Literal)
        steps = graph.explain(quad.subject.value, name, quad.object.value).derivations
        assert steps, quad
        assert steps[0].rule, quad
    assert len(seen) > 30


def test_a_stated_fact_has_no_rule(graph: Graph) -> None:
    (step,) = graph.explain("Shenzhen", "rdf:type", "eic:City").derivations
    assert (step.rule, step.premises) == ("", ())


SEVEN = (
    "collaborative innovation, investment and financing support, knowledge creation, knowledge production, "
    "knowledge reserve, market demand, conversion into products"
)


def test_an_absent_dependence_names_the_tiers_that_would_bring_it_and_the_findings_that_are_wanting(
    graph: Graph,
) -> None:
    """p. 129: tiers 2 and 3 depend on tier 1, where Moscow is; Novosibirsk is put in no tier."""
    found = graph.explain("Novosibirsk", "tierImpliesDependenceOn", "Moscow")
    assert not found.derivations
    assert found.missing[0] == "no tier is stated for Novosibirsk"
    assert found.missing[1].endswith("[tier placement] assigns: Novosibirsk; states tier: second tier or third tier")
    assert found.missing[-1] == f"for Novosibirsk in the second tier or third tier findings are wanting on {SEVEN}"


@pytest.mark.parametrize(
    ("fact", "wanting"),
    [
        # p. 129 says of no tier that it depends on a lower one
        (("Moscow", "tierImpliesDependenceOn", "Kyiv"), "has dependent tier: first tier; has supporting tier: second"),
        (("Kyiv", "tierImpliesDependenceOn", "Minsk"), "[tier placement] assigns: Minsk; states tier: first tier"),
        (("Kyiv", "memberOf", "WTA"), "[membership] has member: Kyiv; concerns alliance: World Technopolis"),
        (("Novosibirsk", "rdf:type", "eic:SecondTierPartner"), "Novosibirsk — has tier — second tier"),
        (("China", "hasInnovationPartnershipWith", "Russia"), "has partner state: Russia; has partnership form: innov"),
        (("Kyiv", "playsRole", "subject role"), "[role statement] has role bearer: Kyiv; states role: subject role"),
        # the demand side is nothing that one tier needs of another
        (("first tier", "needsElement", "market demand"), "market demand — rdf:type — supply-side element"),
        (("second tier", "tierDependsAbsolutelyOn", "first tier"), "has degree of dependence: absolute dependence"),
    ],
)
def test_an_absent_fact_says_what_would_have_to_be_there(
    graph: Graph, fact: tuple[str, str, str], wanting: str
) -> None:
    found = graph.explain(*fact)
    assert not found.derivations
    assert any(wanting in line for line in found.missing), found.missing


def test_what_is_wanting_would_indeed_bring_the_fact(graph: Graph) -> None:
    """Each way that is told is supposed, and the fact is there."""
    there = graph.suppose(add=[("Moscow", "hasTier", "third tier")])
    assert there.explain("Moscow", "tierImpliesDependenceOn", "Kyiv").derivations
    claim = {"class": "DependenceStatement", "dependentTier": "first tier", "supportingTier": "second tier"}
    there = graph.suppose(add=[{**claim, "degree": "relative dependence", "dimension": "resources"}])
    assert there.explain("Moscow", "tierImpliesDependenceOn", "Kyiv").derivations
    there = graph.suppose(add=[("Kyiv", "memberOf", "WTA")])
    assert there.explain("Kyiv", "memberOf", "WTA").derivations


def test_an_absent_fact_is_told_in_chinese_and_with_what_there_is(graph: Graph) -> None:
    found = str(graph.explain("明斯克", "hasTier", "二级创新伙伴层级", "zh"))
    assert "尚缺：[层级归属] 所归类对象为: 明斯克" in found
    assert "明斯克 — 属于层级 — 三级创新伙伴层级" in found
    assert "若由认定推得明斯克属于二级创新伙伴层级，尚缺对协同创新" in found


def test_a_finding_that_excludes_a_tier_is_named(graph: Graph) -> None:
    there = graph.suppose(add=[{"city": "Yerevan", "element": "market demand", "level": "potential"}])
    told = there.explain("Yerevan", "hasTier", "second tier").missing[-1]
    assert told == (
        "by supposed assessment of Yerevan, Yerevan is excluded from the second tier by: "
        "Yerevan: market demand: potential"
    )


def test_a_state_has_no_tier_and_a_text_that_is_not_there_is_told_as_absent(graph: Graph) -> None:
    assert any(
        "[tier placement] assigns: China" in line for line in graph.explain("China", "hasTier", "first tier").missing
    )
    assert graph.explain("Kyiv", "skos:altLabel", "Foo").missing
    assert graph.explain("Kyiv", "rdf:type", "eic:State").missing
    with pytest.raises(BadQuestion, match="language 'xx'"):
        graph.explain("Kyiv", "hasTier", "first tier", "xx")


def test_what_no_rule_derives_is_told_as_such(graph: Graph) -> None:
    assert graph.explain("Kyiv", "eic:rank", "Moscow").missing == (
        "it is not stated, and no rule derives this property",
    )


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
