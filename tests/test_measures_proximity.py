"""The six proximities, each against values worked out by hand, and side by side."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import BadQuestion, UnknownName
from kg.measures import Measured
from kg.measures.culture import common_language, common_spoken, kogut_singh
from kg.measures.geography import FARTHEST, RADIUS, Point, distance, farthest, proximity
from kg.measures.sets import Memberships, Roster, jaccard, memberships, newman
from kg.measures.social import nearness, tie_count, tie_graph
from kg.measures.technology import jaffe
from kg.measures.vector import Proximities, weighted_mean
from tests.test_measures_paper import FIXED

MOSCOW, KYIV = (55.7558, 37.6173), (50.4501, 30.5234)
POINTS = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
MEMBERS = st.builds(Memberships, *[st.frozensets(st.sampled_from("vwxyz"))] * 2, complete=st.just(True))


def known(*names: str) -> Memberships:
    return Memberships(frozenset(names), complete=True)


def km(a: Point, b: Point) -> float:
    value = distance(a, b).value
    assert value is not None
    return float(value)


# ── geographical ──


def test_moscow_to_kyiv_by_hand() -> None:
    """By the law of cosines, another formula: 0.826647·0.771070 + 0.562721·0.636750·0.992345 = 0.637403 + 0.355570
    = 0.992973, the cosine of 6.7965°, which is 755.742 km."""
    assert km(MOSCOW, KYIV) == pytest.approx(math.radians(6.796542) * 6371.0088, abs=1e-3)
    assert km(MOSCOW, KYIV) == pytest.approx(755.742, abs=1e-3)


@pytest.mark.parametrize(
    ("a", "b", "degrees"),
    [
        (MOSCOW, MOSCOW, 0),
        ((0, 0), (0, 180), 180),
        ((55, 37), (-55, -143), 180),
        ((90, 0), (-90, 77), 180),
        ((90, 12), (90, -170), 0),
        ((0, 179.5), (0, -179.5), 1),
        ((0, 180), (0, -180), 0),
        ((0, 0), (1, 0), 1),
        ((60, 0), (60, 180), 60),
        ((0, -10), (0, 20), 30),
    ],
)
def test_distances_that_anyone_can_tell(a: Point, b: Point, degrees: float) -> None:
    assert km(a, b) == pytest.approx(math.radians(degrees) * RADIUS, abs=1e-6)


@FIXED
@given(POINTS, POINTS, POINTS)
def test_distance_is_a_metric(a: Point, b: Point, c: Point) -> None:
    assert km(a, b) == pytest.approx(km(b, a), abs=1e-6) and km(a, a) == 0
    assert 0 <= km(a, b) <= FARTHEST * (1 + 1e-12) and km(a, c) <= km(a, b) + km(b, c) + 1e-2


@pytest.mark.parametrize("point", [(91, 0), (0, 181), (math.nan, 0), (0, math.inf), ("55", 37), (1, 2, 3), (True, 0)])
def test_places_that_are_nowhere(point: Point) -> None:
    with pytest.raises(BadQuestion):
        distance(point, MOSCOW)


def test_proximity() -> None:
    assert proximity(Measured(0.0, 2, 2), 500).value == 1
    assert proximity(Measured(500.0, 2, 2), 500).value == 0
    assert proximity(Measured(9.0, 2, 2), 99).value == pytest.approx(0.5)  # ln 10 is half of ln 100
    assert proximity(distance(None, MOSCOW), 500) == (None, 1, 2, "no-coordinates", None, None)
    assert proximity(Measured(0.0, 2, 2), 0) == (None, 2, 2, "no-spread", None, None)
    for d_max in (-1, math.nan, 8):
        with pytest.raises(BadQuestion, match="d_max"):
            proximity(Measured(9.0, 2, 2), d_max)


def test_the_farthest_two_of_a_set() -> None:
    found = farthest([(0, 0), (0, 1), (0, 3), None])
    assert found.value == pytest.approx(math.radians(3) * RADIUS) and found[1:4] == (3, 4, "no-coordinates")
    assert farthest([(0, 0)]).why == "one-city" and farthest([]).value is None
    assert farthest([MOSCOW, MOSCOW]).value == 0


# ── organisational and institutional ──


def test_overlap_of_whole_sets() -> None:
    assert jaccard(known("CIS", "EAEU"), known("CIS", "SCO")) == (Fraction(1, 3), 6, 6, "", None, None)
    assert jaccard(known("CIS"), known()).value == 0
    # whether the one is in C makes no difference to one that is in nothing: 0, exactly, of which one input is missing
    open_ = Memberships(frozenset({"CIS"}), frozenset({"C"}), True)
    assert jaccard(open_, known()) == (0, 3, 4, "", 0, 0)
    assert jaccard(known(), known()) == (None, 0, 0, "empty-union", None, None)


def test_overlap_is_a_range_where_a_roster_is_partial() -> None:
    rosters = {
        "A": Roster(frozenset({"Kyiv", "Baku"}), complete=True),
        "B": Roster(frozenset({"Kyiv"})),
        "C": Roster(frozenset({"Minsk"})),
    }
    kyiv, baku = memberships("Kyiv", rosters), memberships("Baku", rosters)
    assert jaccard(kyiv, baku) == (None, 3, 6, "partial-roster", Fraction(1, 3), 1)
    minsk = memberships("Minsk", rosters)
    assert jaccard(kyiv, minsk) == (None, 4, 6, "partial-roster", 0, Fraction(2, 3))
    nobody = jaccard(memberships("x", {"B": Roster(frozenset())}), memberships("y", {"B": Roster(frozenset())}))
    assert nobody.value is None and nobody.why == "partial-roster"


def test_overlap_has_no_lower_bound_where_anything_may_be_missing() -> None:
    some = Memberships(frozenset({"CIS"}), complete=False)
    assert jaccard(some, known("CIS")) == (None, 2, 3, "partial-roster", None, 1)
    assert jaccard(some, known("CIS", "SCO")).high == 1 and jaccard(some, known()).high == 0
    assert jaccard(Memberships(frozenset()), Memberships(frozenset())) == (None, 0, 2, "partial-roster", None, 1)


@FIXED
@given(MEMBERS, MEMBERS)
def test_bounds_of_overlap_are_those_of_all_ways_it_can_be(a: Memberships, b: Memberships) -> None:
    found = jaccard(a, b)
    assert found == jaccard(b, a)

    def ways(one: Memberships) -> list[frozenset[str]]:
        free = sorted(one.open - one.of)
        return [
            one.of | {n for n, there in zip(free, bits, strict=True) if there}
            for bits in product((0, 1), repeat=len(free))
        ]

    values = [Fraction(len(x & y), len(x | y)) for x in ways(a) for y in ways(b) if x | y]
    if values:
        low, high = (found.value, found.value) if found.value is not None else found.bounds
        assert (min(values), max(values)) == (low, high)


def test_newman() -> None:
    pair = frozenset({"Kyiv", "Baku"})
    whole = {"A": Roster(pair, True), "B": Roster(pair | {"Minsk", "Almaty", "Moscow"}, True)}
    assert newman("Kyiv", "Baku", whole) == (Fraction(5, 4), 2, 2, "", None, None)
    assert newman("Kyiv", "Almaty", whole).value == Fraction(1, 4)
    assert newman("Kyiv", "Tbilisi", whole) == (0, 2, 2, "", None, None)  # for certain none shared
    counted = {"A": Roster(pair, told=1001)}
    assert newman("Kyiv", "Baku", counted).value == Fraction(1, 1000)
    uncounted = whole | {"C": Roster(pair)}
    assert newman("Kyiv", "Baku", uncounted) == (Fraction(5, 4), 2, 3, "no-count", Fraction(5, 4), Fraction(9, 4))
    assert newman("Kyiv", "Tbilisi", {"C": Roster(pair)}) == (None, 0, 1, "partial-roster", 0, Fraction(1, 2))
    assert newman("Kyiv", "Tbilisi", {"C": Roster(pair, told=2)}).value == 0  # as long as the count
    assert newman("Kyiv", "Minsk", {"C": Roster(frozenset({"Kyiv", "x"}), told=2)}).value == 0
    assert newman("x", "y", {"C": Roster(frozenset({"z"}), told=2)}).value == 0  # room for one of the two alone
    for odd in (Roster(pair, told=1), Roster(pair, told=0), Roster(pair, True, told=7)):
        assert newman("Kyiv", "Baku", {"A": odd}) == (None, 0, 1, "count-conflict", 0, 1)
    assert newman("Kyiv", "Baku", {}).why == "no-values"
    with pytest.raises(BadQuestion):
        newman("Kyiv", "Kyiv", whole)
    with pytest.raises(BadQuestion):
        newman("Kyiv", "Baku", {"A": Roster(pair, told=-3)})


# ── social ──


def test_ties() -> None:
    ties = [("Kyiv", "Baku"), ("Baku", "Kyiv"), ("Baku", "Minsk"), ("x", "y"), ("Kyiv", "Kyiv")]
    graph = tie_graph(ties)
    assert tie_count(graph, "Baku", "Kyiv").value == 2
    assert tie_count(graph, "Kyiv", "Minsk") == (None, 0, 1, "no-known-tie", None, None)
    assert tie_count(graph, "Kyiv", "Minsk", complete=True).value == 0
    assert nearness(graph, "Kyiv", "Baku").value == 1 and nearness(graph, "Minsk", "Kyiv").value == Fraction(1, 2)
    assert nearness(graph, "Kyiv", "x") == (None, 2, 2, "no-path", None, None)
    assert nearness(graph, "Kyiv", "Astana") == (None, 1, 2, "no-known-tie", None, None)
    assert nearness(tie_graph([]), "a", "b").value is None
    for asked in (tie_count, nearness):
        with pytest.raises(BadQuestion, match="itself"):
            asked(graph, "Kyiv", "Kyiv")


# ── cultural ──


def test_common_language() -> None:
    assert common_language(known("be", "ru"), known("ru")).value == 1
    assert common_language(known("az"), known("ka")).value == 0
    assert common_language(Memberships(frozenset({"az"})), known("ka")) == (None, 1, 2, "not-stated", 0, 1)
    assert common_language(Memberships(frozenset({"ru"})), known("ru")).value == 1
    assert common_language(known(), known()).why == "empty-union"


def test_common_spoken_language() -> None:
    """1 − (1 − 0.5·0.4)(1 − 0.2·0.5) = 0.28, between 0.2 and 0.3."""
    found = common_spoken({"ru": 0.5, "en": 0.2}, {"ru": 0.4, "en": 0.5})
    assert found == (Fraction(28, 100), 2, 2, "", Fraction(1, 5), Fraction(3, 10))
    part = common_spoken({"ru": 0.5, "en": 0.2}, {"ru": 0.4})
    assert part == (Fraction(1, 5), 1, 2, "not-stated", Fraction(1, 5), 1)
    assert common_spoken({"ru": 1}, {"en": 1}).value is None and common_spoken({}, {}).why == "no-values"
    for share in (1.2, -0.1, math.nan):
        with pytest.raises(BadQuestion, match="share of ru"):
            common_spoken({"ru": share}, {"ru": 1})


def test_kogut_and_singh() -> None:
    """(20²/200 + 10²/50 + 0 + 30²/100)/4 = (2 + 2 + 0 + 9)/4."""
    a, b = {"p": 60, "i": 20, "m": 5, "u": 90}, {"p": 40, "i": 30, "m": 5, "u": 60}
    spread = {"p": 200, "i": 50, "m": 8, "u": 100}
    assert kogut_singh(a, b, spread) == (Fraction(13, 4), 4, 4, "", None, None)
    assert kogut_singh(a, {"p": 40}, spread) == (2, 1, 4, "not-stated", None, None)
    assert kogut_singh(a, b, {"p": 0}).why == "zero-variance" and kogut_singh(a, b, {}).why == "no-values"
    assert kogut_singh(a, b, {**spread, "p": 0}) == (Fraction(11, 3), 3, 4, "zero-variance", None, None)
    with pytest.raises(BadQuestion):
        kogut_singh(a, b, {"p": -1})


# ── technological ──


def test_jaffe() -> None:
    assert jaffe({"x": 3, "y": 4}, {"x": 4, "y": 3}, few=7).value == pytest.approx(24 / 25)
    assert jaffe({"x": 3, "y": 4}, {"x": 4, "y": 3}, few=8).why == "few-counts"
    assert jaffe({"x": 300}, {"y": 400}, closed=True) == (0, 2, 2, "", None, None)
    assert jaffe({"x": 300}, {"y": 400}) == (None, 0, 2, "not-stated", None, None)
    assert jaffe({"x": 300, "y": 100}, {"x": 400}) == (1, 1, 2, "not-stated", None, None)
    assert jaffe({"x": 0}, {"x": 400}).why == "zero-vector" and jaffe({}, {}).why == "no-values"
    assert jaffe({"x": None}, {"x": 1}).value is None
    for count in (-1, math.nan):
        with pytest.raises(BadQuestion):
            jaffe({"x": count}, {"x": 1})


@FIXED
@given(*[st.dictionaries(st.sampled_from("xyz"), st.integers(0, 99))] * 2)
def test_jaffe_is_symmetric_and_within_range(a: dict[str, int], b: dict[str, int]) -> None:
    found = jaffe(a, b)
    assert found == jaffe(b, a) and (found.value is None or 0 <= found.value <= 1)


# ── side by side ──


def test_the_vector_has_no_composite() -> None:
    six = Proximities(geographical=Measured(0.5, 2, 2), social=Measured(Fraction(1), 2, 2))
    assert len(six) == 6 and six.known == 2
    assert six.unknown == ("technological", "institutional", "organisational", "cultural")
    assert not {name for name in dir(six) if "score" in name or "mean" in name}


def test_a_mean_needs_weights_and_counts_what_is_known() -> None:
    six = Proximities(geographical=Measured(0.5, 2, 2), social=Measured(Fraction(1), 2, 2))
    assert weighted_mean(six, {"geographical": 1, "social": 3}) == (0.875, 2, 2, "", None, None)
    partly = weighted_mean(six, {"geographical": 1, "cultural": 1})
    assert partly == (0.5, 1, 2, "not-stated", 0.25, 0.75)
    assert weighted_mean(six, {"cultural": 1}) == (None, 0, 1, "not-stated", 0, 1)
    assert weighted_mean(six, {"geographical": 1, "cultural": 0}).wanted == 1
    for weights in ({}, {"social": 0}, {"social": -1}, {"social": math.nan}):
        with pytest.raises(BadQuestion):
            weighted_mean(six, weights)
    with pytest.raises(UnknownName, match="social"):
        weighted_mean(six, {"socail": 1})
    with pytest.raises(BadQuestion, match="organisational"):
        weighted_mean(Proximities(organisational=Measured(Fraction(5, 4), 2, 2)), {"organisational": 1})
