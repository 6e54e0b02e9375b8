"""Networks of cities and alliances, coverage, concordance and evidence on cases worked out by hand."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kg.measures
from kg.errors import BadQuestion, UnknownName
from kg.measures import Measured
from kg.measures.brokerage import brokerage
from kg.measures.concordance import Placed, concordance
from kg.measures.coverage import Alliance, Cell, gaps, is_gap, membership_counts
from kg.measures.evidence import enough, evidence, missing_inputs
from kg.measures.interlocking import Values, interlocking
from kg.measures.reasons import REASONS, told
from kg.measures.sets import Roster
from tests.test_measures_paper import FIXED

FOLDER = Path(kg.measures.__file__).parent

# ── interlocking ──


def test_interlocking_by_hand() -> None:
    """r_ab = 5·2 + 1·0 = 10, r_ac = 5·1 + 1·3 = 8, r_bc = 2·1 + 0·3 = 2; N = 18, 12, 10."""
    found = interlocking({"a": {"x": 5, "y": 1}, "b": {"x": 2, "y": 0}, "c": {"x": 1, "y": 3}})
    assert [found.dyads[pair].link.value for pair in (("a", "b"), ("a", "c"), ("b", "c"))] == [10, 8, 2]
    assert found.dyads["a", "c"].proportional.value == 0.8
    assert found.dyads["a", "c"].distance.value == pytest.approx(0.2) and found.dyads["a", "b"].distance.value == 0
    assert [one.gross.value for one in found.cities.values()] == [18, 12, 10]
    assert found.cities["b"].relative == (12 / 18, 4, 4, "", None, None)
    assert len(found.dyads) == 3


def test_interlocking_counts_shared_alliances() -> None:
    found = interlocking({"a": {"x": 1, "y": 1, "z": 0}, "b": {"x": 1, "y": 1, "z": 1}})
    assert found.dyads["a", "b"].link.value == 2


def test_interlocking_of_nothing() -> None:
    assert interlocking({}) == ({}, {})
    cases: list[Values] = [{"a": {}, "b": {}}, {"a": {"x": None}, "b": {}}, {"a": {"x": 3}, "b": {"y": 2}}]
    for values in cases:
        found = interlocking(values)
        assert all("no-values" in one.why and one.value is None for one in found.dyads["a", "b"])
        assert all("no-values" in one.why and one.value is None for one in found.cities["a"])
    assert interlocking({"a": {"x": 3}}).cities["a"].gross.value is None
    zero = interlocking({"a": {"x": 0}, "b": {"x": 2}}).dyads["a", "b"]
    assert zero.link.value == 0 and zero.proportional.why == "no-flow"


def test_interlocking_counts_silence() -> None:
    link = interlocking({"a": {"x": 3, "y": 2}, "b": {"x": 2}}).dyads["a", "b"].link
    assert link == (6, 1, 2, "not-stated", None, None)
    for value in (-1, math.nan, "3"):
        with pytest.raises(BadQuestion, match="value of x in a"):
            interlocking({"a": {"x": value}})  # type: ignore[dict-item]  # that is what is tested


# ── brokerage ──


def test_a_city_between_two_alliances() -> None:
    """Of the way u, A, v, B, w the city v stands between {u, A} and {B, w}: all four pairs that it can."""
    rosters = {"A": Roster(frozenset("uv"), True), "B": Roster(frozenset("vw"), True)}
    found = brokerage(rosters)
    assert found["v"].betweenness == (1, 2, 2, "", None, None)
    assert found["u"].betweenness.value == found["w"].betweenness.value == 0
    assert found["v"].effective_size.value == 2 and found["v"].constraint.value == pytest.approx(0.5)
    assert found["u"].constraint.value == 1


def test_a_city_in_closed_ground_is_constrained() -> None:
    """Among cities: u, v, w tied with one another and v with x; v's three ties less twice one tie over three."""
    rosters = {"A": Roster(frozenset("uvw"), True), "B": Roster(frozenset("vx"), True)}
    found = brokerage(rosters, among_cities=True)
    assert found["v"].effective_size.value == pytest.approx(3 - 2 / 3)
    # u: half on v and half on w; v puts a third on w, w a half on v: (1/2 + 1/2·1/2)² + (1/2 + 1/2·1/3)²
    assert found["u"].constraint.value == pytest.approx((3 / 4) ** 2 + (2 / 3) ** 2)


def test_brokerage_marks_partial_rosters_and_odd_cases() -> None:
    partial = brokerage({"A": Roster(frozenset("uv"), True), "B": Roster(frozenset("vw"))})
    assert partial["v"].betweenness == (1, 1, 2, "partial-roster", None, None)
    assert brokerage({}) == {} and brokerage({"A": Roster(frozenset())}) == {}
    assert brokerage({"A": Roster(frozenset("uv"), True)})["u"].betweenness.why == "one-item"
    alone = brokerage({"A": Roster(frozenset("u"), True), "B": Roster(frozenset("u"), True)}, among_cities=True)
    assert [one.value for one in alone["u"]] == [None, None, None] and alone["u"].constraint.why == "no-tie"
    same = brokerage({"u": Roster(frozenset("uv"), True), "B": Roster(frozenset("vw"), True)})
    assert same["v"].betweenness.value == 1  # an alliance may bear a city's name


def test_those_asked_about_and_a_network_too_large_for_all_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    rosters = {"A": Roster(frozenset("uv"), True), "B": Roster(frozenset("vw"), True)}
    every = brokerage(rosters)
    assert brokerage(rosters, ["v", "x"]) == {"v": every["v"]} and brokerage(rosters, ["x"]) == {}
    monkeypatch.setattr("kg.measures.brokerage.PAIRS", 5 * 4)  # five nodes, four ties
    assert brokerage(rosters) == every
    monkeypatch.setattr("kg.measures.brokerage.PAIRS", 5 * 4 - 1)
    large = brokerage(rosters)["v"]
    assert large.betweenness == (None, 2, 2, "too-many", None, None) and large[1:] == every["v"][1:]


# ── coverage ──


def test_a_gap_is_only_where_all_is_known() -> None:
    climate, asia = frozenset({"climate"}), frozenset({"Asia"})
    alliances = {
        "A": Alliance(climate, asia, science=True, complete=True),
        "B": Alliance(climate, asia, science=True),
        "C": Alliance(None, asia, science=True, complete=True),
        "D": Alliance(frozenset({"trade"}), frozenset(), science=None),
    }
    found = gaps(alliances, ["climate", "trade", "climate"], ["Asia", "Africa"])
    assert len(found) == 8
    assert found[Cell("climate", "Asia", True)] == (None, 3, 4, "not-stated", 2, 3)
    assert found[Cell("climate", "Africa", True)] == (None, 3, 4, "partial-roster", 0, 1)
    assert found[Cell("climate", "Africa", False)] == (0, 4, 4, "", None, None)
    assert found[Cell("trade", "Africa", True)] == (None, 3, 4, "partial-roster not-stated", 0, 1)
    assert is_gap(found, Cell("climate", "Africa", False)) is True
    assert is_gap(found, Cell("climate", "Africa", True)) is None
    assert is_gap(found, Cell("climate", "Asia", True)) is False
    empty = gaps({}, ["climate"], ["Asia"])
    assert empty[Cell("climate", "Asia", True)].why == "no-values"
    assert is_gap(empty, Cell("climate", "Asia", True)) is None
    with pytest.raises(UnknownName):
        is_gap(found, Cell("climat", "Asia", True))


def test_memberships_of_groups() -> None:
    rosters = {"A": Roster(frozenset({"Kyiv", "Baku"}), True), "B": Roster(frozenset({"Kyiv"}))}
    tiers = {"second": ["Kyiv", "Baku", "Baku"], "third": ["Minsk"], "none": []}
    found = membership_counts(rosters, tiers)
    assert found["second"] == (None, 3, 4, "partial-roster", 3, 4)
    assert found["third"] == (None, 1, 2, "partial-roster", 0, 1)
    assert found["none"].value is None
    told_three = membership_counts({"B": Roster(frozenset({"Kyiv", "x"}), told=3)}, {"all": ["Kyiv", "Baku", "Minsk"]})
    assert told_three["all"] == (None, 1, 3, "partial-roster", 1, 2)  # room for one more
    assert membership_counts({}, {"second": ["Kyiv"]})["second"].why == "no-values"


# ── concordance ──


def placed(*rows: tuple[str, float | None, float | None]) -> list[Placed]:
    return [Placed(*row, "emerging") for row in rows]


def test_the_emerging_list_is_all_discordant() -> None:
    found = concordance(placed(("Kyiv", 2, 18), ("Baku", 2, 20), ("Tbilisi", 2, 21), ("Almaty", 3, 15)))
    assert found[1:] == (0, 3, 3, 0, 0)
    assert found.tau == (-3 / math.sqrt(3 * 6), 4, 4, "", None, None)


def test_two_lists_are_refused() -> None:
    with pytest.raises(BadQuestion, match="2 lists"):
        concordance([Placed("Moscow", 1, 43, "global"), *placed(("Kyiv", 2, 18))])
    with pytest.raises(BadQuestion, match="twice"):
        concordance(placed(("Kyiv", 2, 18), ("Kyiv", 2, 19)))


def test_concordance_of_few_and_of_equals() -> None:
    assert concordance([]).tau == (None, 0, 0, "one-item", None, None)
    assert concordance(placed(("Kyiv", 2, 18), ("Baku", None, 3))).tau[:4] == (None, 1, 2, "one-item not-stated")
    flat = concordance(placed(("Kyiv", 2, 18), ("Baku", 2, 20)))
    assert flat.tau.why == "no-spread" and flat.tier_ties == 1
    assert concordance(placed(("Kyiv", 2, 18), ("Baku", 2, 18))).both_ties == 1
    with pytest.raises(BadQuestion):
        concordance(placed(("Kyiv", 2, math.nan)))


@FIXED
@given(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 5)), max_size=9))
def test_tau_is_that_of_scipy(rows: list[tuple[int, int]]) -> None:
    stats = pytest.importorskip("scipy.stats")
    found = concordance(placed(*((str(n), *row) for n, row in enumerate(rows))))
    assert sum(found[1:]) == len(rows) * (len(rows) - 1) // 2
    if found.tau.value is None:
        return
    expected = stats.kendalltau(*zip(*rows, strict=True), variant="b").statistic
    assert found.tau.value == pytest.approx(expected, abs=1e-12)


# ── evidence and reasons ──


def test_evidence() -> None:
    found = evidence([("cited", True), ("asserted", False), ("cited", False), ("rumoured", True)])
    assert found.counts["cited"] == 2 and found.counts["rumoured"] == 1 and found.counts["supposed"] == 0
    assert (found.flagged, found.total, sum(found.counts.values())) == (2, 4, 4)
    assert missing_inputs([Measured(1.0, 3, 4), Measured(None, 0, 4)]) == (Fraction(5, 8), 8, 8, "", None, None)
    assert missing_inputs([]).value is None
    with pytest.raises(BadQuestion):
        missing_inputs([Measured(1.0, 5, 4)])
    assert enough(Measured(1.0, 1, 2), Fraction(1, 2)) and not enough(Measured(None, 2, 2), 0)


def test_every_reason_is_told_in_three_languages() -> None:
    used = {
        key for path in FOLDER.glob("*.py") for key in re.findall(r'"([a-z]+(?:-[a-z]+)+)"', path.read_text("utf-8"))
    }
    assert used == set(REASONS)
    assert all(set(texts) == {"zh", "en", "ru"} and all(texts.values()) for texts in REASONS.values())
    assert told("no-gap", "ru") == "восполнять нечего"
    with pytest.raises(UnknownName, match="no-gap"):
        told("no-gaps")


def test_the_front_page_names_every_module() -> None:
    page = kg.measures.__doc__ or ""
    assert all(re.search(rf"^{path.stem} ", page, re.M) for path in FOLDER.glob("[a-z]*.py"))
