"""Shares, flows and the single wheel on small networks worked out by hand, and on hostile ones."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import BadQuestion
from kg.measures import Measured
from kg.measures.flows import (
    Flows,
    balance,
    concentration,
    net_flow,
    outflows,
    reciprocity,
    supply_flows,
)
from kg.measures.shares import hhi, normalised_hhi, shares, top_share
from kg.measures.wheel import Limits, SingleWheel, alarm, single_wheel
from tests.test_measures_paper import FIXED, T1, T2

#: a gives b 6 and gets 2; a and c give each other 1; b and c give each other nothing.
TRIANGLE: Flows = {("a", "b"): 6, ("b", "a"): 2, ("a", "c"): 1, ("c", "a"): 1, ("b", "c"): 0, ("c", "b"): 0}
AMOUNTS = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 9) | st.none(), min_size=1)


def test_concentration_by_hand() -> None:
    amounts = {"a": 5, "b": 3, "c": 2}
    assert hhi(amounts) == (Fraction(38, 100), 3, 3, "", None, None)
    assert normalised_hhi(amounts).value == (Fraction(38, 100) - Fraction(1, 3)) / Fraction(2, 3)
    assert [top_share(amounts, k).value for k in (1, 2, 3, 9)] == [Fraction(1, 2), Fraction(4, 5), 1, 1]
    assert hhi({"a": 1}).value == 1 and normalised_hhi({"a": 1}).why == "one-item"


def test_concentration_of_nothing_and_of_silence() -> None:
    assert hhi({}) == (None, 0, 0, "no-values", None, None)
    assert hhi({"a": None}).why == "no-values" and hhi({"a": 0, "b": 0}).why == "no-flow"
    assert hhi({"a": 1, "b": None}) == (1, 1, 2, "not-stated", None, None)
    assert shares({"a": 0}) == {}
    for amount in (-1, math.nan, math.inf, True):
        with pytest.raises(BadQuestion, match="amount of a"):
            hhi({"a": amount})
    for k in (0, -1, True, 1.5):
        with pytest.raises(BadQuestion):
            top_share({"a": 1}, k)  # type: ignore[arg-type]  # that is what is tested


@FIXED
@given(AMOUNTS)
def test_shares_come_to_one_and_their_index_is_within_range(amounts: dict[str, int | None]) -> None:
    found = shares(amounts)
    assert sum(found.values()) == (1 if found else 0)
    plain, even = hhi(amounts), normalised_hhi(amounts)
    if plain.value is not None:
        assert Fraction(1, plain.known) <= plain.value <= 1
    if even.value is not None:
        assert 0 <= even.value <= 1


def test_net_flow_and_balance() -> None:
    assert net_flow(6, 2).value == Fraction(1, 2) and net_flow(2, 6).value == Fraction(-1, 2)
    assert net_flow(0, 0).why == "no-flow" and net_flow(None, 3) == (None, 1, 2, "not-stated", None, None)
    assert balance(TRIANGLE, "a") == (Fraction(4, 10), 4, 4, "", None, None)
    assert balance(TRIANGLE, "b").value == Fraction(-4, 8) and balance(TRIANGLE, "c").value == 0
    part = {pair: value for pair, value in TRIANGLE.items() if pair != ("c", "a")}
    assert balance(part, "a") == (Fraction(1, 2), 2, 4, "not-stated", None, None)
    assert balance({}, "a").why == "no-values"
    with pytest.raises(BadQuestion):
        net_flow(-1, 2)


def test_reciprocity_by_hand() -> None:
    """Answered: 2 + 2 + 1 + 1 of 10. Dealt out anew: the least of two of 0, 0, 1, 1, 2, 6, a mean of
    (1·3 + 1·2 + 2·1)/15 = 7/15 over the pairs, six times that over 10 is 0.28."""
    found = reciprocity(TRIANGLE)
    assert found.r == (Fraction(6, 10), 6, 6, "", None, None)
    assert found.chance.value == Fraction(28, 100)
    assert found.rho.value == Fraction(32, 72)


def test_chance_is_the_mean_over_all_ways_to_deal_out() -> None:
    pairs, amounts = list(TRIANGLE), [value for value in TRIANGLE.values() if value is not None]
    dealt = [reciprocity(dict(zip(pairs, one, strict=True))).r.value for one in permutations(amounts)]
    values = [Fraction(value) for value in dealt if value is not None]
    assert sum(values) / len(values) == reciprocity(TRIANGLE).chance.value and len(values) == 720


def test_reciprocity_of_odd_networks() -> None:
    assert reciprocity({}).r == (None, 0, 0, "no-values", None, None)
    assert reciprocity({("a", "b"): 0, ("b", "a"): 0}).r.why == "no-flow"
    alone = reciprocity({("a", "b"): 5})
    assert alone.r == (None, 0, 2, "no-values not-stated", None, None)
    even = reciprocity({("a", "b"): 5, ("b", "a"): 5})
    assert (even.r.value, even.chance.value, even.rho.why) == (1, 1, "no-spread")
    assert reciprocity({("a", "a"): 5, **TRIANGLE}).r == reciprocity(TRIANGLE).r
    assert reciprocity(TRIANGLE, ["a", "d"]).r[:3] == (Fraction(6, 10), 6, 12)
    with pytest.raises(BadQuestion, match="from a to b"):
        reciprocity({("a", "b"): -5, ("b", "a"): 5})


@FIXED
@given(st.dictionaries(st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd")), st.integers(0, 5) | st.none()))
def test_reciprocity_is_within_range_and_blind_to_direction(flows: dict[tuple[str, str], int | None]) -> None:
    found = reciprocity(flows)
    assert found.r.value is None or (0 <= found.r.value <= 1 and 0 <= (found.chance.value or 0) <= 1)
    assert found.rho.value is None or found.rho.value <= 1
    assert reciprocity({(j, i): value for (i, j), value in flows.items()}) == found
    cities = {city for pair in flows for city in pair}
    sums = [balance(flows, city).value for city in cities]
    assert all(one is None or -1 <= one <= 1 for one in sums)


def test_out_and_in() -> None:
    assert outflows(TRIANGLE) == {"a": 7, "b": 2, "c": 1}
    assert outflows(TRIANGLE, ["d"])["a"] is None  # what it gives d is not known
    assert concentration(TRIANGLE, "a") == (Fraction(5, 9), 2, 2, "", None, None)
    assert concentration(TRIANGLE, "b").value == 1 and concentration({}, "b").why == "no-values"


def test_flows_of_profiles_that_are_silent() -> None:
    flows = supply_flows({"Moscow": T1, "Kyiv": T2, "Baku": {}})
    assert flows["Moscow", "Kyiv"] == 9 and flows["Moscow", "Baku"] is None and len(flows) == 6
    assert outflows(flows) == {"Moscow": None, "Kyiv": None, "Baku": None}
    assert supply_flows({"Moscow": T1}) == {}


def test_an_alarm_is_unknown_where_an_unknown_number_decides() -> None:
    high, low, none = Measured(0.9, 1, 1), Measured(0.1, 1, 1), Measured(None, 0, 1, "not-stated")
    limits = Limits(0.5, 0.5, 0.5)
    assert alarm(SingleWheel(high, low, high), limits) is True
    assert alarm(SingleWheel(high, low, none), limits) is None
    assert alarm(SingleWheel(low, none, none), limits) is False
    assert alarm(SingleWheel(high, high, none), limits) is False
    assert alarm(SingleWheel(none, none, none), lambda wheel: None) is None
    with pytest.raises(BadQuestion, match="limit of reciprocity"):
        alarm(SingleWheel(high, low, high), Limits(0.5, math.nan, 0.5))


def test_the_wheel_of_nothing() -> None:
    assert [one.value for one in single_wheel({}, {})] == [None, None, None]
    assert all(one.why for one in single_wheel({}, {}))
