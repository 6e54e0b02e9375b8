"""The measures on the paper's own profiles: every figure was worked out by hand from the level words of p. 129."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

import pytest
from hypothesis import settings

from kg.measures.dependence import breadth, degree, dependence, dependences
from kg.measures.flows import outflows, reciprocity, supply_flows
from kg.measures.homogeneity import homogeneity
from kg.measures.levels import DEMAND, ELEMENTS, SUPPLY, Profile
from kg.measures.profiles import cosine, directed_match, dominates, mutual_match, supplied_share, supply_flow
from kg.measures.sensitivity import over_codings, relations, rendered, surviving
from kg.measures.shares import hhi, shares, top_share
from kg.measures.wheel import Limits, alarm, single_wheel

#: How properties are tried: the same cases each time, however long the first import takes.
FIXED = settings(derandomize=True, deadline=None, database=None)

KNOWLEDGE, OTHERS = SUPPLY[:3], SUPPLY[3:]
T1: Profile = (
    dict.fromkeys(KNOWLEDGE, "highLevel") | dict.fromkeys(OTHERS, "someLevel") | {DEMAND: "correspondingLevel"}
)
T2: Profile = (
    dict.fromkeys(KNOWLEDGE, "someLevel") | dict.fromkeys(OTHERS, "shortOfOrWithout") | {DEMAND: "correspondingLevel"}
)
T3: Profile = dict.fromkeys(SUPPLY, "noComparativeAdvantage") | {DEMAND: "potentialLevel"}
TIERS = {1: T1, 2: T2, 3: T3}
CITIES: dict[str, Profile] = {
    "Moscow": T1,
    "St Petersburg": T1,
    "Kyiv": T2,
    "Tbilisi": T2,
    "Baku": T2,
    "Minsk": T3,
    "Almaty": T3,
}
OTHER_TIERS = {name: profile for name, profile in CITIES.items() if profile is not T1}


@pytest.mark.parametrize(
    ("i", "j", "coding", "elements", "expected"),
    [
        (1, 2, "A", ELEMENTS, 9),
        (1, 2, "B", ELEMENTS, 6),
        (1, 2, "C", ELEMENTS, 3),
        (1, 3, "A", ELEMENTS, 16),
        (1, 3, "B", ELEMENTS, 10),
        (1, 3, "C", ELEMENTS, 6),
        (2, 3, "A", ELEMENTS, 7),
        (2, 3, "B", ELEMENTS, 4),
        (2, 3, "C", ELEMENTS, 3),
        (1, 2, "A", SUPPLY, 9),
        (1, 3, "A", SUPPLY, 15),
        (2, 3, "A", SUPPLY, 6),
        (1, 3, "B", SUPPLY, 9),
        (2, 3, "B", SUPPLY, 3),
        (1, 3, "C", SUPPLY, 6),
        (2, 3, "C", SUPPLY, 3),
    ],
)
def test_supply_flows_between_tiers(i: int, j: int, coding: str, elements: Collection[str], expected: int) -> None:
    forth = supply_flow(TIERS[i], TIERS[j], elements=elements, coding=coding)
    assert forth == (expected, len(elements), len(elements), "", None, None)
    assert supply_flow(TIERS[j], TIERS[i], elements=elements, coding=coding).value == 0


def test_tiers_are_ordered_on_every_element() -> None:
    assert all(dominates(TIERS[i], TIERS[j], ELEMENTS) for i in TIERS for j in TIERS if i <= j)
    assert not any(dominates(TIERS[i], TIERS[j], ELEMENTS) for i in TIERS for j in TIERS if i > j)


@pytest.mark.parametrize(
    ("coding", "elements", "share", "concentration"),
    [
        ("A", ELEMENTS, Fraction(59, 160), 0.29492),  # 2·(59/160)² + 3·(14/160)²
        ("B", ELEMENTS, Fraction(38, 100), 0.308),  # 2·0.38² + 3·0.08²
        ("C", ELEMENTS, Fraction(21, 60), 0.275),  # 2·0.35² + 3·0.1²
        ("A", SUPPLY, Fraction(57, 150), 0.308),
        ("C", SUPPLY, Fraction(21, 60), 0.275),
    ],
)
def test_supply_shares_and_their_concentration(
    coding: str, elements: Collection[str], share: Fraction, concentration: float
) -> None:
    flows = supply_flows(CITIES, elements=elements, coding=coding)
    given = outflows(flows)
    assert shares(given)["Moscow"] == shares(given)["St Petersburg"] == share
    assert top_share(given, 2).value == 2 * share
    assert hhi(given).value == pytest.approx(concentration, abs=1e-5)
    found = reciprocity(flows)
    assert (found.r.value, found.r.known, found.r.wanted) == (0, 42, 42)
    assert found.chance.value is not None and 0 < found.chance.value < 1
    assert found.rho.value is not None and found.rho.value < 0


@pytest.mark.parametrize(("coding", "tiers", "mean"), [("A", 0.305, 0.7), ("B", 0.980, 0.972), ("C", 0.378, 0.7)])
def test_cosines(coding: str, tiers: float, mean: float) -> None:
    assert cosine(T1, T3, elements=ELEMENTS, coding=coding).value == pytest.approx(tiers, abs=5e-4)
    found = homogeneity(OTHER_TIERS, elements=ELEMENTS, coding=coding, implied=True)
    assert found.cosine.value == pytest.approx(mean, abs=5e-4)
    assert (found.cosine.known, found.cosine.wanted, found.cosine.why) == (10, 10, "tier-profile")
    assert found.distinct[:2] == (Fraction(2, 5), 5)


def test_without_demand_the_third_tier_has_no_shape_in_a() -> None:
    assert cosine(T1, T3).value is None and cosine(T1, T3).why == "zero-vector"
    found = homogeneity(OTHER_TIERS).cosine
    assert found == (1.0, 3, 10, "undefined-parts zero-vector", None, None)  # the three pairs of the second tier


def test_homogeneity_within_tiers() -> None:
    second = homogeneity({name: p for name, p in CITIES.items() if p is T2}, implied=True)
    third = homogeneity({name: p for name, p in CITIES.items() if p is T3}, implied=True)
    assert (second.distinct.value, third.distinct.value) == (Fraction(1, 3), Fraction(1, 2))
    assert second.variance.value == third.variance.value == 0
    assert second.level.value == third.level.value == 1
    assert all("tier-profile" in one.reasons for one in (*second, *third))


def test_variance_by_hand() -> None:
    """In A: knowledge 2, 2, 2, 0, 0: mean 1.2, variance 0.96; the rest 0; demand 2, 2, 2, 1, 1: variance 0.24."""
    assert homogeneity(OTHER_TIERS).variance.value == Fraction(3 * 96, 600)
    assert homogeneity(OTHER_TIERS, elements=ELEMENTS).variance.value == Fraction(3 * 96 + 24, 700)


@pytest.mark.parametrize(("i", "j", "met"), [(1, 2, Fraction(1)), (1, 3, Fraction(1)), (2, 3, Fraction(1, 2))])
@pytest.mark.parametrize("coding", ["A", "B", "C"])
def test_share_of_what_is_needed(i: int, j: int, met: Fraction, coding: str) -> None:
    assert supplied_share(TIERS[i], TIERS[j], coding=coding) == (met, 6, 6, "", None, None)
    back = supplied_share(TIERS[j], TIERS[i], coding=coding)
    assert (back.value, back.why) == ((None, "no-gap") if i == 1 else (0, ""))


def test_directed_match_by_hand() -> None:
    """In A: T1 gives T2 9 of a gap of 3·1 + 3·3 = 12; T3 15 of 18; T2 gives T3 6 of 18; to T1 0 of 3."""
    assert directed_match(T1, T2).value == Fraction(9, 12)
    assert directed_match(T1, T3).value == Fraction(15, 18)
    assert directed_match(T2, T3).value == Fraction(6, 18)
    assert directed_match(T2, T1).value == 0
    assert directed_match(T1, T2, coding="C").value == 1
    assert directed_match(T2, T1, coding="C") == (None, 6, 6, "no-gap", None, None)
    assert directed_match(T1, T2, weights={"productConversion": 4}).value == Fraction(15, 21)


def test_demand_makes_the_exchange_mutual() -> None:
    """In A: T1 gives 9 + 2·(6/18) = 29/3, T2 gives back 0 + 2·(15/18) = 5/3: 2·(5/3)/(34/3) = 5/17."""
    assert mutual_match(T1, T2) == (Fraction(5, 17), 8, 8, "", None, None)
    assert mutual_match(T1, T2, weights={DEMAND: 0}).value == 0
    assert mutual_match(T3, T3).why == "no-flow"  # nobody supplies anything
    bare = {element: T1[element] for element in SUPPLY}
    assert mutual_match(bare, T2) == (None, 7, 8, "demand-not-stated", None, None)


@pytest.mark.parametrize("coding", ["A", "B", "C"])
def test_dependence(coding: str) -> None:
    assert dependence("Kyiv", "Moscow", CITIES, coding=coding) == (Fraction(1, 2), 24, 24, "", None, None)
    assert dependence("Minsk", "Moscow", CITIES, coding=coding).value == Fraction(35, 100)
    assert dependence("Minsk", "Kyiv", CITIES, coding=coding).value == Fraction(1, 10)
    assert dependence("Minsk", "Almaty", CITIES, coding=coding).value == 0
    assert dependence("Moscow", "Kyiv", CITIES, coding=coding) == (None, 6, 6, "no-gap", None, None)
    admitted = CITIES | dict.fromkeys(("Beijing", "Shanghai", "Shenzhen"), T1)
    assert dependence("Kyiv", "Moscow", admitted, coding=coding).value == Fraction(1, 5)
    found = dependences("Minsk", CITIES, coding=coding)
    assert sum(Fraction(one.value or 0) for one in found.on.values()) == 1
    assert (found.unmet.value, found.open.value) == (0, 0)


def test_breadth_gives_the_degrees_of_the_paper() -> None:
    widths = [breadth(TIERS[tier]) for tier in (1, 2, 3)]
    assert [one.value for one in widths] == [0, Fraction(1, 2), 1]
    assert [degree(one) for one in widths] == ["none", "relative", "absolute"]


def test_what_survives_a_change_of_coding() -> None:
    supply = over_codings(lambda coding: shares(outflows(supply_flows(CITIES, elements=ELEMENTS, coding=coding))))
    found = surviving(supply)
    assert found.kind == "order"
    assert found.ranking == (("Moscow", "St Petersburg"), ("Baku", "Kyiv", "Tbilisi"), ("Almaty", "Minsk"))
    shown = rendered(supply)
    assert shown["Moscow"] == "1=" and shown["Kyiv"] == "3=" and shown["Minsk"] == "6="
    assert relations(supply)["Moscow", "St Petersburg"] == "=" and relations(supply)["Moscow", "Minsk"] == ">"
    stake = over_codings(lambda coding: dependences("Minsk", CITIES, coding=coding).on)
    assert surviving(stake).kind == "values"
    assert rendered(stake) == {
        "Moscow": "0.350",
        "St Petersburg": "0.350",
        "Kyiv": "0.100",
        "Tbilisi": "0.100",
        "Baku": "0.100",
        "Almaty": "0",
    }
    pairs = {"T1–T2": (T1, T2), "T1–T3": (T1, T3), "T2–T3": (T2, T3)}
    shapes = over_codings(lambda c: {name: cosine(*pair, elements=ELEMENTS, coding=c) for name, pair in pairs.items()})
    # A: 22/√688 = 0.839, 0.305, 0.5; B: 28/√817 = 0.9796, 17/√301 = 0.9799, 0.954; C: 0.756, 0.378, 0.5
    assert surviving(shapes).kind == "none" and surviving(shapes).ranking == ()
    assert rendered(shapes) == {"T1–T2": "1–2", "T1–T3": "1–3", "T2–T3": "2–3"}


def test_single_wheel_is_three_numbers() -> None:
    flows = supply_flows(CITIES)
    wheel = single_wheel(flows, OTHER_TIERS, implied=True)
    assert len(wheel) == 3
    assert wheel.concentration.value == Fraction(308, 1000) and wheel.reciprocity.value == 0
    # of ten pairs four are alike, six differ by 2 of 3 on three of six elements: (4 + 6·(1 − 6/18))/10
    assert wheel.homogeneity.value == Fraction(8, 10)
    assert wheel.homogeneity.why == "tier-profile"
    assert alarm(wheel, Limits(0.3, 0.1, 0.75)) is True
    assert alarm(wheel, Limits(0.31, 0.1, 0.75)) is False
    assert alarm(wheel, lambda one: one.reciprocity.value == 0) is True
