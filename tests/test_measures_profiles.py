"""Profiles, codings and dependence: what is silent, what is asked wrongly, and what must hold of any profiles."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import BadQuestion, UnknownName
from kg.measures import Measured, amount, mean, number
from kg.measures.dependence import asymmetry, breadth, degree, dependence, dependences
from kg.measures.homogeneity import homogeneity, mix
from kg.measures.levels import CODINGS, DEMAND, ELEMENTS, LEVELS, SUPPLY, A, Profile, coding_of, monotone, weights_of
from kg.measures.profiles import (
    cosine,
    directed_match,
    dominates,
    level_similarity,
    mutual_match,
    supplied_share,
    supply_flow,
)
from kg.measures.sensitivity import Results, over_codings, relations, rendered, surviving
from tests.test_measures_paper import CITIES, FIXED, T1, T2, T3

PROFILES = st.dictionaries(st.sampled_from(ELEMENTS), st.sampled_from(LEVELS))
WHOLE = st.fixed_dictionaries({element: st.sampled_from(LEVELS) for element in ELEMENTS})
SETS = st.dictionaries(st.sampled_from(["Kyiv", "Baku", "Minsk", "Moscow"]), PROFILES, min_size=2)
CODING = st.sampled_from(list(CODINGS))

# ── codings, thresholds, weights, numbers ──


def test_a_users_coding_is_used() -> None:
    own = {**A, "highLevel": 4.5}
    assert supply_flow(T1, T2, coding=own).value == 3 * Fraction(5, 2) + 6


@pytest.mark.parametrize(
    "coding",
    [
        dict.fromkeys(LEVELS[1:], 1),
        {**A, "highLevel": math.nan},
        {**A, "highLevel": math.inf},
        {**A, "highLevel": "3"},
        {**A, "highLevel": True},
        {**A, "highLevel": None},
        {},
        3,
    ],
)
def test_a_coding_that_is_none_is_refused(coding: dict[str, float]) -> None:
    with pytest.raises(BadQuestion):
        coding_of(coding)


@pytest.mark.parametrize("coding", ["D", "", {**A, "higherLevel": 3}])
def test_unknown_codings_and_words_are_told(coding: str | dict[str, float]) -> None:
    with pytest.raises(UnknownName):
        supply_flow(T1, T2, coding=coding)


def test_unknown_words_in_profiles_are_told() -> None:
    with pytest.raises(UnknownName, match="highLevel"):
        cosine({"productConversion": "hihgLevel"}, T2)
    with pytest.raises(UnknownName, match="productConversion"):
        cosine({"productConversoin": "highLevel"}, T2)
    with pytest.raises(UnknownName):
        dependence("Kyiv", "Moscow", CITIES, theta="goodLevel")


@pytest.mark.parametrize("weight", [-1, math.nan, "1", None, -0.5])
def test_weights_are_amounts(weight: float) -> None:
    with pytest.raises(BadQuestion):
        weights_of({"productConversion": weight}, SUPPLY)
    with pytest.raises(UnknownName):
        weights_of({"conversion": 1}, SUPPLY)


def test_numbers_are_exact_as_written() -> None:
    assert number(0.1, "x") == number(Decimal("0.1"), "x") == Fraction(1, 10) and amount(2, "x") == 2
    for value in (Decimal("NaN"), Decimal("Infinity"), 1j, "1", None, True):
        with pytest.raises(BadQuestion):
            number(value, "x")
    with pytest.raises(BadQuestion, match="weight of x"):
        amount(-1, "weight of x")


def test_zero_weights_leave_nothing_to_measure() -> None:
    none = dict.fromkeys(SUPPLY, 0)
    assert directed_match(T1, T2, weights=none) == (None, 6, 6, "no-gap", None, None)
    assert dependence("Kyiv", "Moscow", CITIES, weights=none).why == "zero-weights"
    assert supply_flow(T1, T2, weights=none).value == 0


def test_theta_moves_what_is_a_supply() -> None:
    assert dependence("Minsk", "Kyiv", CITIES, theta="highLevel").value == 0
    assert dependence("Minsk", "Moscow", CITIES, theta="highLevel").value == Fraction(3, 12)
    assert dependence("Minsk", "Moscow", CITIES, theta=2.5).value == Fraction(3, 12)
    assert dependences("Minsk", CITIES, theta="highLevel").unmet.value == Fraction(1, 2)
    assert supplied_share(T1, T3, theta="highLevel").value == Fraction(1, 2)


def test_a_coding_that_turns_the_words_round_is_not_monotone() -> None:
    assert not monotone({**A, "potentialLevel": 5}) and monotone({**A, "noComparativeAdvantage": 1})


# ── silence ──


def test_silence_is_missing_and_never_zero() -> None:
    partial: Profile = {"knowledgeReserve": "highLevel"}
    assert supply_flow(partial, T3) == (3, 1, 6, "not-stated", 3, 18)  # five times 0 … 3 are open
    assert supply_flow({}, T3) == (None, 0, 6, "not-stated", 0, 18)
    assert supply_flow({}, T1).high == 3 * 0 + 3 * 1  # even the best could give T1 only what it has in part
    assert directed_match(partial, T3) == (1, 1, 6, "not-stated", None, None)
    for measure in (cosine, level_similarity, directed_match, supplied_share, mutual_match):
        asked: Callable[[Profile, Profile], Measured] = measure
        assert asked({}, T2).value is None and asked(T2, {}).value is None and asked({}, {}).value is None
        assert "not-stated" in asked({}, T2).why and asked({}, T2).missing
    assert cosine({"knowledgeReserve": "highLevel"}, {"productConversion": "highLevel"}).known == 0
    assert dominates(partial, T1) is None and dominates({"knowledgeReserve": "someLevel"}, T1) is False


def test_needs_are_told_by_words_and_silence_leaves_them_open() -> None:
    half: Profile = dict.fromkeys(SUPPLY[:3], "shortOfOrWithout")
    assert breadth(half) == (None, 3, 6, "not-stated", Fraction(1, 2), 1)
    assert degree(breadth(half)) is None  # relative or absolute
    assert degree(breadth({**half, "productConversion": "someLevel"})) == "relative"
    assert degree(breadth({})) is None and breadth({}).bounds == (0, 1)
    assert breadth(dict.fromkeys(SUPPLY, "potentialLevel")).value == 0  # has it, be it little


def test_a_silent_partner_has_a_range_of_dependence() -> None:
    """Three needed elements; Moscow and St Petersburg supply each, and of Beijing nothing is said."""
    cities = {"Kyiv": T2, "Moscow": T1, "St Petersburg": T1, "Beijing": {}}
    found = dependences("Kyiv", cities)
    assert found.on["Beijing"] == (None, 12, 15, "not-stated", 0, Fraction(1, 3))
    assert found.on["Moscow"] == (Fraction(1, 2), 12, 15, "not-stated", Fraction(1, 3), Fraction(1, 2))
    alone = dependences("Kyiv", {"Kyiv": T2, "Beijing": {}})
    assert (alone.unmet.value, alone.open.value) == (0, 1)


def test_a_need_that_is_silent_widens_the_range() -> None:
    """Kyiv needs conversion, which Moscow alone has; of knowledge reserve, which Moscow lacks, Kyiv says nothing."""
    elements = ["productConversion", "knowledgeReserve"]
    moscow = {"productConversion": "someLevel", "knowledgeReserve": "shortOfOrWithout"}
    kyiv = {"productConversion": "shortOfOrWithout"}
    found = dependence("Kyiv", "Moscow", {"Kyiv": kyiv, "Moscow": moscow}, elements=elements)
    assert found == (1, 2, 3, "not-stated", Fraction(1, 2), 1)


def test_one_city_and_strangers() -> None:
    assert dependences("Kyiv", {"Kyiv": T2}).on == {} and dependences("Kyiv", {"Kyiv": T2}).unmet.value == 1
    with pytest.raises(BadQuestion, match="itself"):
        dependence("Kyiv", "Kyiv", CITIES)
    with pytest.raises(UnknownName, match="Kyiv"):
        dependence("Kiev", "Moscow", CITIES)
    with pytest.raises(UnknownName):
        dependence("Kyiv", "Moskow", CITIES)
    for one in homogeneity({"Kyiv": T2}):
        assert one.value is None and "one-city" in one.reasons
    assert all(one.value is None for one in homogeneity({}))
    assert breadth(T2, []).value is None and dominates(T1, T2, []) is None


def test_incomplete_profiles_are_not_counted_as_alike() -> None:
    found = homogeneity({"Kyiv": T2, "Baku": T2, "Minsk": {}})
    assert found.distinct == (Fraction(1, 2), 2, 3, "not-stated", None, None)
    assert found.level == (1, 1, 3, "undefined-parts not-stated", None, None)
    assert found.variance == (0, 6, 6, "not-stated", None, None)


def test_asymmetry() -> None:
    of, back = dependence("Minsk", "Kyiv", CITIES), dependence("Kyiv", "Minsk", CITIES)
    assert asymmetry(of, back).value == Fraction(1, 10) and asymmetry(back, of).value == Fraction(-1, 10)
    none = dependence("Moscow", "Minsk", CITIES)
    assert asymmetry(dependence("Minsk", "Moscow", CITIES), none) == (None, 48, 48, "no-gap", None, None)
    assert asymmetry(dependence("Minsk", "Moscow", CITIES), none, without_gap=0).value == Fraction(35, 100)
    assert asymmetry(Measured(None, 0, 6, "not-stated"), none, without_gap=0).value is None


def test_mix_within_a_city() -> None:
    """T1 in A over supply: 3, 3, 3, 2, 2, 2 of 15: Σ = 39/225; normalised (39/225 − 1/6)/(5/6)."""
    found = mix(T1)
    assert found.hhi.value == Fraction(39, 225)
    assert found.normalised.value == (Fraction(39, 225) - Fraction(1, 6)) / Fraction(5, 6)
    assert mix(T3).hhi.why == "no-flow" and mix({}).hhi.why == "no-values"
    assert mix({DEMAND: "someLevel"}, elements=[DEMAND]).normalised.why == "one-item"


def test_repeated_elements_count_once() -> None:
    assert supply_flow(T1, T2, elements=[*SUPPLY, *SUPPLY]) == supply_flow(T1, T2)
    assert cosine(T1, T2, elements=[*SUPPLY, *SUPPLY]) == cosine(T1, T2)


def test_flat_codings_tell_nothing() -> None:
    flat = dict.fromkeys(LEVELS, 1)
    assert level_similarity(T1, T2, coding=flat).why == "flat-coding"
    assert mutual_match(T1, T2, coding=dict.fromkeys(LEVELS, 0)).why == "flat-coding"


# ── what must hold of any profiles ──


@FIXED
@given(PROFILES, PROFILES, CODING)
def test_similarities_are_symmetric_and_within_range(i: Profile, j: Profile, coding: str) -> None:
    for measure in (cosine, level_similarity, mutual_match):
        asked: Callable[..., Measured] = measure
        one, other = asked(i, j, coding=coding), asked(j, i, coding=coding)
        assert one == other
        assert one.value is None or 0 <= one.value <= 1
        assert (one.value is not None) or one.why
        assert 0 <= one.known <= one.wanted


@FIXED
@given(WHOLE, CODING)
def test_a_profile_is_like_itself(i: Profile, coding: str) -> None:
    assert cosine(i, i, coding=coding).value in (None, 1.0)
    assert level_similarity(i, i, coding=coding).value == 1
    assert supply_flow(i, i, coding=coding).value == 0


@FIXED
@given(PROFILES, WHOLE, WHOLE, CODING)
def test_the_bounds_of_a_flow_hold_however_the_silence_ends(
    part: Profile, rest: Profile, j: Profile, coding: str
) -> None:
    told = supply_flow(part, j, coding=coding)
    whole = supply_flow({**rest, **part}, j, coding=coding)
    low, high = told.bounds
    assert low is not None and high is not None and whole.value is not None and low <= whole.value <= high


@FIXED
@given(WHOLE, WHOLE)
def test_a_dominated_city_gives_nothing_back(i: Profile, j: Profile) -> None:
    if dominates(i, j):
        assert all(supply_flow(j, i, coding=coding).value == 0 for coding in CODINGS)


@FIXED
@given(SETS, CODING, st.sampled_from(LEVELS))
def test_dependences_unmet_and_open_come_to_one(cities: dict[str, Profile], coding: str, theta: str) -> None:
    city = next(iter(cities))
    found = dependences(city, cities, coding=coding, theta=theta)
    if found.unmet.value is not None:
        assert sum(Fraction(one.value or 0) for one in (*found.on.values(), found.unmet, found.open)) == 1
        assert found.open.value is not None and 0 <= found.open.value <= 1
    for one in found.on.values():
        low, high = one.bounds
        assert one.value is None or low is None or high is None or low <= one.value <= high


@FIXED
@given(SETS, st.fixed_dictionaries(dict.fromkeys(["Kyiv", "Baku", "Minsk", "Moscow"], WHOLE)))
def test_the_bounds_of_dependence_hold_however_the_silence_ends(
    cities: dict[str, Profile], rest: dict[str, Profile]
) -> None:
    city, partner, *_ = cities
    told = dependence(city, partner, cities)
    whole = dependence(city, partner, {name: {**rest[name], **profile} for name, profile in cities.items()})
    if told.low is not None and told.high is not None:
        assert whole.value is not None and told.low <= whole.value <= told.high


@FIXED
@given(st.dictionaries(st.sampled_from("abcd"), WHOLE, min_size=2), CODING)
def test_homogeneity_is_within_range(cities: dict[str, Profile], coding: str) -> None:
    found = homogeneity(cities, coding=coding)
    assert found.level.value is not None and 0 <= found.level.value <= 1
    assert found.distinct.value is not None and Fraction(1, len(cities)) <= found.distinct.value <= 1
    if found.distinct.value == Fraction(1, len(cities)):
        assert found.variance.value == 0 and found.level.value == 1


# ── sensitivity ──


def test_ties_stay_ties_and_order_turns() -> None:
    tied = {"A": {"x": 2, "y": 2, "z": 1}, "C": {"x": 1, "y": 1, "z": 0}}
    assert surviving(tied).ranking == (("x", "y"), ("z",)) and rendered(tied) == {"x": "1=", "y": "1=", "z": "3"}
    broken = {"A": {"x": 2, "y": 2}, "C": {"x": 1, "y": 0}}
    assert surviving(broken).kind == "none" and rendered(broken) == {"x": "1", "y": "1–2"}
    assert relations(broken) == {}
    same: Results = {"A": {"x": 0.1 + 0.2, "y": None}, "C": {"x": 0.3, "y": 1}}
    assert surviving(same) == ("values", (("x",),), {"x": (1, 1)}, ("y",)) and rendered(same) == {"y": "", "x": "0.300"}
    assert surviving({"A": {}, "B": {"x": 1}}).undefined == ("x",) and surviving({"A": {}}).kind == "none"


def test_hostile_results() -> None:
    with pytest.raises(BadQuestion):
        surviving({})
    with pytest.raises(BadQuestion):
        surviving({"A": {"x": math.nan}})
    with pytest.raises(BadQuestion, match="one of ours"):
        over_codings(lambda coding: {}, {"A": A})
    with pytest.raises(BadQuestion, match="own"):
        over_codings(lambda coding: {}, {"own": {**A, "highLevel": 0}})


@FIXED
@given(st.dictionaries(CODING, st.dictionaries(st.sampled_from("abc"), st.integers(0, 2)), min_size=1))
def test_a_ranking_agrees_with_the_relations(results: dict[str, dict[str, int]]) -> None:
    found, told = surviving(results), relations(results)
    for upper, lower in pairwise(found.ranking):
        assert all(told.get((a, b)) == ">" or told.get((b, a)) == "<" for a, b in product(upper, lower))
    assert not set(found.undefined) & set(found.places)


def test_means_say_what_is_left_out() -> None:
    assert mean([]).why == "no-values"
    assert mean([Measured(Fraction(1, 2), 1, 1), Measured(0.25, 1, 1)]).value == 0.375
    assert Measured(None, 0, 0).missing is None and Measured(0.5, 1, 4).missing == Fraction(3, 4)
    assert Measured(Fraction(1), 2, 2).bounds == (1, 1) and Measured(None, 0, 2).bounds == (None, None)
