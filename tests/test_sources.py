"""A second source that contradicts the first: both stand, each answer says whose it is, and neither borrows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyoxigraph as ox
import pytest

from kg.answers import Answer
from kg.engines.oxigraph import Oxigraph
from kg.graph import Graph
from kg.reasoning import materialise
from kg.terms import CLAIM, EIC, ID, LABEL, PROV, RDF_TYPE, eic, layer, thing
from tests.assessments import PROFILES, assessment

PLACE = layer("reference/atlas")


def short(term: Any) -> str:
    return str(getattr(term, "value", "")).removeprefix(ID).removeprefix(EIC)


def placed(city: str, tier: str) -> Iterator[ox.Quad]:
    """The atlas puts a city in a tier."""
    claim = ox.NamedNode(f"{CLAIM}atlas/{city}-{tier}")
    said = {
        RDF_TYPE: eic("TierAssignment"),
        eic("assigned"): thing(f"city/{city}"),
        eic("tier"): eic(tier),
        eic("certainty"): eic("asserted"),
        eic("saidBy"): thing("work/atlas"),
        ox.NamedNode(PROV + "wasDerivedFrom"): thing("passage/atlas/0-9"),
    }
    yield from (ox.Quad(claim, p, o, PLACE) for p, o in said.items())
    for language in ("zh-Hans", "en"):
        yield ox.Quad(claim, LABEL, ox.Literal(f"{city}: {tier}", language=language), PLACE)


def with_atlas(graph: Graph, *more: ox.Quad) -> Graph:
    """The paper's graph, and an atlas that puts Minsk in tier 2, Kyiv in 3 and finds Baku fit for tier 1."""
    store = ox.Store()
    store.bulk_extend(graph.quads())
    store.extend(quad for quad in assessment("baku", PROFILES["firstTier"], source="atlas") if quad not in store)
    store.extend([*placed("minsk", "secondTier"), *placed("kyiv", "thirdTier"), *more])
    materialise(store)
    return Graph(Oxigraph(store, "memory:"))


@pytest.fixture(scope="module")
def atlas(graph: Graph) -> Graph:
    return with_atlas(graph)


@pytest.fixture(scope="module")
def building(graph: Graph) -> Graph:
    """The same, but the atlas builds on the paper, so that the two may be put together."""
    paper = thing("work/zhao-yu-2019-secondary-dimension")
    return with_atlas(graph, ox.Quad(thing("work/atlas"), eic("buildsOn"), paper, PLACE))


def pairs(answer: Answer) -> set[tuple[str, str, str]]:
    return {(short(r["city"]), short(r["partner"]), short(r["degree"])) for r in answer}


def test_each_placement_is_told_with_whose_it_is(atlas: Graph) -> None:
    rows = {(short(r["tier"]), short(r["according_to"])) for r in atlas.ask("partner-tiers", city="Minsk")}
    assert rows == {("thirdTier", "work/zhao-yu-2019-secondary-dimension"), ("secondTier", "work/atlas")}


def test_a_tier_of_one_source_does_not_borrow_the_dependence_of_another(atlas: Graph, graph: Graph) -> None:
    assert pairs(atlas.ask("dependencies")) == pairs(graph.ask("dependencies"))
    assert pairs(atlas.ask("second-tier-dependencies")) == pairs(graph.ask("second-tier-dependencies"))


def test_a_source_that_builds_on_the_paper_takes_over_what_it_says_of_tiers(building: Graph) -> None:
    found = pairs(building.ask("second-tier-dependencies", city="Minsk"))
    assert ("city/minsk", "city/moscow", "relativeDependence") in found
    assert all(degree == "relativeDependence" for _, _, degree in found)
    assert ("city/minsk", "city/baku", "relativeDependence") in found  # Baku, by the findings of the same atlas
    both = {short(r["degree"]) for r in building.ask("dependencies", city="Minsk", partner="Moscow")}
    assert both == {"relativeDependence", "absoluteDependence"}
    assert ("city/minsk", "city/minsk", "absoluteDependence") not in pairs(building.ask("dependencies"))


def test_each_row_says_by_whose_placement_it_holds(building: Graph) -> None:
    by_atlas = building.ask("second-tier-dependencies", city="Minsk", partner="Moscow").evidence
    by_paper = building.ask("second-tier-dependencies", city="Kyiv", partner="Moscow").evidence
    assert by_atlas
    assert any("atlas" in place for place in by_atlas[0].source)
    assert by_paper
    assert not any("atlas" in place for place in by_paper[0].source)


def test_authors_tier_and_the_tier_by_findings_stand_side_by_side(atlas: Graph) -> None:
    rows = {(short(r["tier"]), short(r["derived_tier"])) for r in atlas.ask("tier-tensions", city="Baku")}
    assert rows == {("secondTier", "firstTier")}
    standing = {short(r["tier"]): short(r["standing"]) for r in atlas.ask("tier-placement", city="Baku")}
    assert standing == {"firstTier": "tierFollows", "secondTier": "tierExcluded", "thirdTier": "tierExcluded"}


def test_an_explanation_names_the_source_of_each_derivation(atlas: Graph) -> None:
    found = atlas.explain("Minsk", "hasTier", "second tier", every=True)
    assert "passage of atlas" in str(found)
    assert "p. 129" not in str(found)
    assert "p. 129" in str(atlas.explain("Minsk", "hasTier", "third tier", every=True))
