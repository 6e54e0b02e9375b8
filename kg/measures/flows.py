"""Flows between cities: net flow, balance, concentration, reciprocity against chance, and what profiles make possible.

Flows map (from, to) to an amount; None, or a pair left out, is not known and never 0. A flow to itself is passed over.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction
from itertools import permutations
from typing import NamedTuple

from kg.measures import Measured, Number, amount
from kg.measures.levels import SUPPLY, Coding, Profile
from kg.measures.profiles import supply_flow
from kg.measures.shares import hhi

Flows = Mapping[tuple[str, str], Number | None]


class Reciprocity(NamedTuple):
    """How much of the flow is answered: r (0 to 1), what r would be by chance, and ρ = (r − chance)/(1 − chance)."""

    r: Measured
    chance: Measured
    rho: Measured


def supply_flows(
    profiles: Mapping[str, Profile],
    *,
    elements: Collection[str] = SUPPLY,
    weights: Mapping[str, Number] | None = None,
    coding: Coding = "A",
) -> dict[tuple[str, str], Number | None]:
    """What each city could give each other one; None for a pair where a side is silent on some element.

    >>> flows = supply_flows({"Moscow": {"productConversion": "highLevel"}, "Baku": {}}, elements=["productConversion"])
    >>> flows["Moscow", "Baku"] is None
    True
    """
    found: dict[tuple[str, str], Number | None] = {}
    for i, j in permutations(profiles, 2):
        one = supply_flow(profiles[i], profiles[j], elements=elements, weights=weights, coding=coding)
        found[i, j] = one.value if one.known == one.wanted else None
    return found


def net_flow(forth: Number | None, back: Number | None) -> Measured:
    """(f_ij − f_ji)/(f_ij + f_ji), −1 to 1; undefined ("no-flow") where nothing flows either way.

    >>> net_flow(9, 3).value
    Fraction(1, 2)
    """
    known = [amount(value, "flow") for value in (forth, back) if value is not None]
    if len(known) < 2:
        return Measured(None, len(known), 2, "not-stated")
    total = known[0] + known[1]
    return Measured((known[0] - known[1]) / total, 2, 2) if total else Measured(None, 2, 2, "no-flow")


def balance(flows: Flows, city: str, cities: Collection[str] = ()) -> Measured:
    """(out − in)/(out + in) of a city, −1 (only receives) to 1, over the partners whose flow is known both ways.

    >>> balance({("Moscow", "Kyiv"): 9, ("Kyiv", "Moscow"): 0}, "Moscow").value
    Fraction(1, 1)
    """
    pairs, wanted = _both_ways(flows, cities)
    own = [(out, into) if i == city else (into, out) for (i, j), (out, into) in pairs.items() if city in (i, j)]
    asked = 2 * len({name for name in wanted if name != city})
    why = "not-stated" if 2 * len(own) < asked else ""
    total = sum((out + into for out, into in own), Fraction())
    if not total:
        return Measured(None, 2 * len(own), asked, "no-flow" if own else "no-values").because(why)
    return Measured(sum((out - into for out, into in own), Fraction()) / total, 2 * len(own), asked, why)


def outflows(flows: Flows, cities: Collection[str] = ()) -> dict[str, Fraction | None]:
    """What each city gives all the others; None where one of its flows is not known.

    >>> outflows({("Moscow", "Kyiv"): 9, ("Kyiv", "Moscow"): None})
    {'Moscow': Fraction(9, 1), 'Kyiv': None}
    """
    names = _names(flows, cities)
    found: dict[str, Fraction | None] = {}
    for i in names:
        row = [flows.get((i, j)) for j in names if j != i]
        known = [amount(value, f"flow from {i}") for value in row if value is not None]
        found[i] = sum(known, Fraction()) if row and len(known) == len(row) else None
    return found


def concentration(flows: Flows, city: str, cities: Collection[str] = ()) -> Measured:
    """Hirschman's concentration (1945) of what a city receives, by giver: Σ (x_i/Σ x)², 1/n (even) to 1 (one giver).

    >>> concentration({("Moscow", "Baku"): 3, ("Kyiv", "Baku"): 1}, "Baku").value
    Fraction(5, 8)
    """
    return hhi({i: flows.get((i, city)) for i in _names(flows, cities) if i != city})


def reciprocity(flows: Flows, cities: Collection[str] = ()) -> Reciprocity:
    """Weighted reciprocity Σ min(w_ij, w_ji)/Σ w_ij (Squartini et al. 2013, standard form) over pairs known both ways.

    By itself it says little, as even flows answer each other by chance. Chance here is the exact mean of r when the
    known amounts are dealt out anew at random among the ordered pairs: it keeps the amounts and forgets who gives to
    whom, and needs neither a seed nor a fit. It does not keep what each city gives in all, as their WRCM does.

    >>> reciprocity({("Moscow", "Kyiv"): 9, ("Kyiv", "Moscow"): 0}).r.value
    Fraction(0, 1)
    """
    pairs, names = _both_ways(flows, cities)
    known, wanted = 2 * len(pairs), len(names) * (len(names) - 1)
    why = "not-stated" if known < wanted else ""
    total = sum((out + into for out, into in pairs.values()), Fraction())
    if not total:
        none = Measured(None, known, wanted, "no-flow" if pairs else "no-values").because(why)
        return Reciprocity(none, none, none)
    answered = 2 * sum((min(pair) for pair in pairs.values()), Fraction()) / total
    chance = _chance([value for pair in pairs.values() for value in pair])
    r = Measured(answered, known, wanted, why)
    expected = Measured(chance, known, wanted, why)
    if chance == 1:
        return Reciprocity(r, expected, Measured(None, known, wanted, "no-spread").because(why))
    return Reciprocity(r, expected, Measured((answered - chance) / (1 - chance), known, wanted, why))


def _chance(amounts: list[Fraction]) -> Fraction:
    """The mean of Σ min(w_ij, w_ji)/Σ w_ij over all ways to deal out the amounts: n times the mean least of two."""
    ordered, n = sorted(amounts), len(amounts)
    least = sum((value * (n - 1 - k) for k, value in enumerate(ordered)), Fraction()) / Fraction(n * (n - 1), 2)
    return n * least / sum(ordered, Fraction())


def _names(flows: Flows, cities: Collection[str]) -> list[str]:
    return list(dict.fromkeys([*cities, *(name for pair in flows for name in pair)]))


def _both_ways(
    flows: Flows, cities: Collection[str]
) -> tuple[dict[tuple[str, str], tuple[Fraction, Fraction]], list[str]]:
    """The pairs of cities whose flow is known both ways, and all the cities."""
    found, names = {}, _names(flows, cities)
    for (i, j), value in flows.items():
        back = flows.get((j, i))
        if i != j and (j, i) not in found and value is not None and back is not None:
            found[i, j] = amount(value, f"flow from {i} to {j}"), amount(back, f"flow from {j} to {i}")
    return found, names
