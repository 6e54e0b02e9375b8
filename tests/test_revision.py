"""Small changes to a reasoned graph: the same comes out as from reasoning anew, whatever is withdrawn or added."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pyoxigraph as ox
import pytest

from kg.graph import Graph
from kg.judge import world
from kg.reasoning import Rule, materialise
from kg.revision import revise
from kg.terms import CLAIM, LABEL, RDF_TYPE, RDFS, eic, layer, thing
from tests.assessments import PROFILES, assessment, assessment_iri
from tests.pace import one_at_once

INFERRED, PAPER = layer("inferred"), layer("paper")
WORK = thing("work/zhao-yu-2019-secondary-dimension")


def inferred(store: ox.Store) -> set[str]:
    return {str(quad) for quad in store.quads_for_pattern(None, None, None, INFERRED)}


def copied(quads: Iterable[ox.Quad]) -> ox.Store:
    store = ox.Store()
    store.bulk_extend(quads)
    return store


def agree(base: ox.Store, removed: list[ox.Quad], added: list[ox.Quad]) -> ox.Store:
    """The store after the change, which must hold what reasoning anew gives; and the change must say what differs."""
    revised = copied(base)
    change = revise(revised, removed, added, base)
    gone = set(removed)
    stated = (quad for quad in base if quad.graph_name != INFERRED and quad not in gone)
    anew = copied([*stated, *added])
    materialise(anew)
    assert inferred(revised) == inferred(anew)
    assert {str(ox.Quad(*t, INFERRED)) for t in change.gained} == inferred(revised) - inferred(base)
    assert {str(ox.Quad(*t, INFERRED)) for t in change.lost} == inferred(base) - inferred(revised)
    return revised


def of(store: ox.Store, *subjects: ox.NamedNode) -> list[ox.Quad]:
    """All that is stated of some subjects."""
    quads = (quad for subject in subjects for quad in store.quads_for_pattern(subject, None, None))
    return [quad for quad in quads if quad.graph_name != INFERRED]


@pytest.fixture(scope="module")
def base(graph: Graph) -> ox.Store:
    """The paper's graph and three assessments, reasoned; without the library, of which no rule reads."""
    store = copied(world(graph.embedded()))
    for name, words in (("kyiv", "firstTier"), ("minsk", "secondTier"), ("mirograd", "thirdTier")):
        store.extend(assessment(name, PROFILES[words]))
    store.add(ox.Quad(thing("work/observer"), eic("buildsOn"), WORK, layer("things")))
    materialise(store)
    return store


@pytest.mark.parametrize("seed", one_at_once(range(6)))
def test_claims_withdrawn_at_random(base: ox.Store, seed: int) -> None:
    claims = sorted({q.subject for q in base if str(q.subject).startswith(f"<{CLAIM}paper/")}, key=str)
    some = random.Random(seed).sample(claims, 2 + 4 * seed)
    agree(base, of(base, *some), [])


@pytest.mark.parametrize("seed", one_at_once(range(4)))
def test_single_triples_withdrawn_and_others_put_elsewhere(base: ox.Store, seed: int) -> None:
    """Not whole claims: half of one, so that nothing can count on a claim being complete."""
    rng = random.Random(100 + seed)
    stated = sorted((q for q in base if q.graph_name in (PAPER, layer("things"))), key=str)
    gone, moved = rng.sample(stated, 30), rng.sample(stated, 10)
    swapped = [
        ox.Quad(one.subject, one.predicate, other.object, PAPER) for one, other in zip(moved, gone, strict=False)
    ]
    agree(base, gone, [quad for quad in swapped if quad not in base])


@pytest.mark.parametrize(
    "claim", one_at_once(["tier-002", "tier-004", "tier-007", "dependence-001", "element-008", "rank-001"])
)
def test_a_claim_comes_back_as_it_went(base: ox.Store, claim: str) -> None:
    quads = of(base, ox.NamedNode(f"{CLAIM}paper/{claim}"))
    without = agree(base, quads, [])
    assert inferred(agree(without, [], quads)) == inferred(base)


@pytest.mark.slow
def test_a_finding_withdrawn_takes_the_tier_and_what_followed_from_it_alone(base: ox.Store) -> None:
    finding = next(q.subject for q in base.quads_for_pattern(None, eic("findingElement"), eic("marketDemand")))
    assert any(base.quads_for_pattern(None, RDF_TYPE, eic("FirstTierAssessment")))
    (view,) = (q.subject for q in base.quads_for_pattern(None, eic("hasFinding"), finding))
    assert isinstance(finding, ox.NamedNode)
    after = agree(base, [*of(base, finding), *base.quads_for_pattern(None, eic("hasFinding"), finding)], [])
    assert not any(after.quads_for_pattern(view, RDF_TYPE, eic("FirstTierAssessment")))


def test_a_fact_with_another_ground_stays(base: ox.Store) -> None:
    """The observer's findings put Kyiv in tier 1, the paper in tier 2: without the paper's, tier 1 is left."""
    kyiv, claim = thing("city/kyiv"), ox.NamedNode(f"{CLAIM}paper/tier-004")
    after = agree(base, of(base, claim), [])
    assert {q.object for q in after.quads_for_pattern(kyiv, eic("hasTier"), None)} == {eic("firstTier")}


@pytest.mark.slow
def test_a_requirement_changed_decides_every_assessment_anew(base: ox.Store) -> None:
    """Something that bars a derivation comes: tier 1 now also asks for potential demand, which no assessment has."""
    wanted = ox.NamedNode(f"{CLAIM}test/wanted")
    quads = [
        ox.Quad(wanted, RDF_TYPE, eic("ElementRequirement"), PAPER),
        ox.Quad(wanted, eic("tier"), eic("firstTier"), PAPER),
        ox.Quad(wanted, eic("element"), eic("marketDemand"), PAPER),
        ox.Quad(wanted, eic("level"), eic("potentialLevel"), PAPER),
        ox.Quad(wanted, eic("saidBy"), WORK, PAPER),
    ]
    after = agree(base, [], quads)
    view = assessment_iri("kyiv")
    assert any(base.quads_for_pattern(view, RDF_TYPE, eic("FirstTierAssessment")))
    assert not any(after.quads_for_pattern(view, RDF_TYPE, eic("FirstTierAssessment")))


@pytest.mark.slow
def test_what_is_stated_is_no_longer_derived_and_the_other_way_round(base: ox.Store) -> None:
    edge = ox.Quad(thing("city/kyiv"), eic("hasTier"), eic("secondTier"), layer("things"))
    stated = agree(base, [], [edge])
    assert ox.Quad(edge.subject, edge.predicate, edge.object, INFERRED) not in stated
    assert inferred(agree(stated, [edge], [])) == inferred(base)


def test_a_class_hierarchy_may_change(base: ox.Store) -> None:
    above = ox.Quad(eic("City"), ox.NamedNode(RDFS + "subClassOf"), eic("Place"), layer("ontology"))
    assert above in base
    agree(base, [above], [])


@pytest.mark.slow
def test_a_label_that_bars_an_alternative_comes_and_goes(base: ox.Store) -> None:
    form = next(base.quads_for_pattern(None, ox.NamedNode("http://www.w3.org/2004/02/skos/core#altLabel"), None))
    label = ox.Quad(form.subject, LABEL, form.object, layer("things"))
    after = agree(base, [], [label])
    assert inferred(agree(after, [label], [])) == inferred(base)


def test_an_alternative_name_with_another_ground_stays(base: ox.Store) -> None:
    """Of two claims that print one form, one goes; that the form is no label must not pass for a want of grounds."""
    also = ox.NamedNode("http://www.w3.org/2004/02/skos/core#altLabel")
    forms = [q for q in base.quads_for_pattern(None, eic("form"), None) if q.graph_name == PAPER]
    names = {q.object for q in base.quads_for_pattern(None, also, None)}
    one = next(a for a in forms for b in forms if a.object == b.object in names and a.subject != b.subject)
    after = agree(base, of(base, one.subject), [])  # type: ignore[arg-type]  # claims are named
    assert any(after.quads_for_pattern(None, also, one.object))


def test_nothing_changes_nothing(base: ox.Store) -> None:
    absent = ox.Quad(thing("city/nowhere"), RDF_TYPE, eic("City"), PAPER)
    store = copied(base)
    change = revise(store, [absent], of(base, thing("city/kyiv")), base)
    assert not change.gained
    assert not change.lost
    assert set(store) == set(base)


def test_a_rule_that_feeds_itself_proves_nothing_by_itself(base: ox.Store, tmp_path: object) -> None:
    """Two cities that hold each other up fall together."""
    from pathlib import Path

    path = Path(str(tmp_path)) / "rule_near.rq"
    path.write_text(
        '#+ stratum = 1\n#+ edges = ["eic:near"]\n#+ [reading]\n#+ zh = "近"\n#+ en = "near"\n'
        "PREFIX eic: <https://w3id.org/eic/ontology#>\n\nCONSTRUCT {\n  ?b eic:near ?a .\n}\nWHERE {\n"
        "  { ?a eic:near ?b } UNION { ?a eic:touches ?b }\n}\n",
        "utf-8",
    )
    rule = Rule(path)
    a, b = thing("city/a"), thing("city/b")
    touch = ox.Quad(a, eic("touches"), b, PAPER)
    store = copied([touch])
    materialise(store, [rule])
    assert len(inferred(store)) == 2
    revise(store, [touch], [], copied(store), [rule])
    assert not inferred(store)
