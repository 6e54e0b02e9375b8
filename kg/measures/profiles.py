"""Two profiles compared: similarity in shape and in level, dominance, directed and mutual match.

Supply-side elements by default: with market demand counted as one more supply element the paper's tiers can give each
other something in one direction only. Demand enters on the demand side, in `mutual_match`.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from fractions import Fraction

from kg.measures import Measured, Number, whys
from kg.measures.levels import (
    DEMAND,
    NEEDS,
    SUPPLY,
    Coding,
    Profile,
    Theta,
    at_least,
    coded,
    coding_of,
    stated,
    threshold,
    weights_of,
)

Weights = Mapping[str, Number] | None


def cosine(i: Profile, j: Profile, *, elements: Collection[str] = SUPPLY, coding: Coding = "A") -> Measured:
    """The cosine of two profiles over the elements that both state, 0 to 1 where no code is negative.

    It sees the shape and not the level; a profile of zeros has no shape ("zero-vector").

    >>> cosine({"marketDemand": "highLevel"}, {"marketDemand": "potentialLevel"}, elements=["marketDemand"]).value
    1.0
    """
    pairs, wanted = _pairs(i, j, elements, coding)
    if not pairs:
        return Measured(None, 0, wanted, "not-stated")
    squares = sum((a * a for a, _ in pairs), Fraction()) * sum((b * b for _, b in pairs), Fraction())
    if not squares:
        return Measured(None, len(pairs), wanted, whys("zero-vector", _partly(len(pairs), wanted)))
    value = float(sum((a * b for a, b in pairs), Fraction())) / math.sqrt(squares)
    return Measured(max(-1.0, min(1.0, value)), len(pairs), wanted, _partly(len(pairs), wanted))


def level_similarity(i: Profile, j: Profile, *, elements: Collection[str] = SUPPLY, coding: Coding = "A") -> Measured:
    """1 − the mean difference of coded levels over the coding's range, 0 to 1, over the elements that both state.

    >>> level_similarity({"marketDemand": "highLevel"}, {"marketDemand": "someLevel"}, elements=["marketDemand"]).value
    Fraction(2, 3)
    """
    pairs, wanted = _pairs(i, j, elements, coding)
    code = coding_of(coding)
    spread = max(code.values()) - min(code.values())
    if not pairs:
        return Measured(None, 0, wanted, "not-stated")
    if not spread:
        return Measured(None, len(pairs), wanted, "flat-coding")
    apart = sum((abs(a - b) for a, b in pairs), Fraction())
    return Measured(1 - apart / (len(pairs) * spread), len(pairs), wanted, _partly(len(pairs), wanted))


def dominates(i: Profile, j: Profile, elements: Collection[str] = SUPPLY) -> bool | None:
    """Whether i says at least as much as j on each element (see `at_least`); None where silence leaves it open.

    Where it does, nothing flows from j to i in any monotone coding that gives the two words of need one number.

    >>> dominates({"marketDemand": "highLevel"}, {"marketDemand": "potentialLevel"}, ["marketDemand"])
    True
    """
    first, second = stated(i, elements), stated(j, elements)
    both = first.keys() & second.keys()
    if any(not at_least(first[element], second[element]) for element in both):
        return False
    return True if elements and len(both) == len(set(elements)) else None


def supply_flow(
    i: Profile,
    j: Profile,
    *,
    elements: Collection[str] = SUPPLY,
    weights: Weights = None,
    coding: Coding = "A",
) -> Measured:
    """What i could give j: the sum over elements of w·max(0, s_i − s_j), in coded levels.

    Where a side is silent on an element the value sums the others, and `low` and `high` say what the rest leaves open.

    >>> supply_flow({"productConversion": "highLevel"}, {"productConversion": "noComparativeAdvantage"}).value
    Fraction(3, 1)
    """
    code, weight = coding_of(coding), weights_of(weights, elements)
    first, second = coded(i, elements, code), coded(j, elements, code)
    both = [element for element in weight if element in first and element in second]
    value = sum((weight[e] * max(Fraction(), first[e] - second[e]) for e in both), Fraction())
    most, least = max(code.values()), min(code.values())
    rest = [(weight[e], first.get(e, most) - second.get(e, least)) for e in weight if e not in both]
    high = value + sum((w * max(Fraction(), gap) for w, gap in rest), Fraction())
    if not both:
        return Measured(None, 0, len(weight), "not-stated", Fraction(), high)
    if rest:
        return Measured(value, len(both), len(weight), "not-stated", value, high)
    return Measured(value, len(both), len(weight))


def directed_match(
    i: Profile,
    j: Profile,
    *,
    elements: Collection[str] = SUPPLY,
    weights: Weights = None,
    coding: Coding = "A",
) -> Measured:
    """C(i→j): what i could give j, as a share of all that j falls short of the coding's best, 0 to 1.

    Both sums are over the elements that both state; undefined ("no-gap") where j falls short of nothing.

    >>> directed_match({"productConversion": "someLevel"}, {"productConversion": "noComparativeAdvantage"}).value
    Fraction(2, 3)
    """
    code, weight = coding_of(coding), weights_of(weights, elements)
    first, second = coded(i, elements, code), coded(j, elements, code)
    both = [element for element in weight if element in first and element in second]
    if not both:
        return Measured(None, 0, len(weight), "not-stated")
    most = max(code.values())
    gap = sum((weight[e] * (most - second[e]) for e in both), Fraction())
    if not gap:
        return Measured(None, len(both), len(weight), whys("no-gap", _partly(len(both), len(weight))))
    given = sum((weight[e] * max(Fraction(), first[e] - second[e]) for e in both), Fraction())
    return Measured(given / gap, len(both), len(weight), _partly(len(both), len(weight)))


def supplied_share(
    i: Profile,
    j: Profile,
    *,
    elements: Collection[str] = SUPPLY,
    theta: Theta = "someLevel",
    coding: Coding = "A",
) -> Measured:
    """The share of the elements that j needs which i has at θ or above, over those on which both are stated.

    What j needs is told by its words (short of or without, no comparative advantage), not by the coding.

    >>> supplied_share({"productConversion": "someLevel"}, {"productConversion": "shortOfOrWithout"}).value
    Fraction(1, 1)
    """
    code = coding_of(coding)
    least = threshold(theta, code)
    words, first = stated(j, elements), coded(i, elements, code)
    needs = [element for element, word in words.items() if word in NEEDS]
    wanted = len(set(elements))
    open_ = [element for element in needs if element not in first]
    known = len(words) - len(open_)
    answered = [element for element in needs if element in first]
    if not answered:
        return Measured(None, known, wanted, "no-gap" if not needs and known == wanted else "not-stated")
    met = sum(first[element] >= least for element in answered)
    return Measured(Fraction(met, len(answered)), known, wanted, _partly(known, wanted))


def mutual_match(
    i: Profile,
    j: Profile,
    *,
    elements: Collection[str] = SUPPLY,
    weights: Weights = None,
    coding: Coding = "A",
) -> Measured:
    """How even the exchange of two cities could be: 2·min(f_ij, f_ji)/(f_ij + f_ji), 0 (one-way) to 1.

    Each f is the supply flow and what the receiver's partner gains in its market: f_ji adds w·demand_j·supply_i, where
    supply_i is i's mean supply as a share of the coding's best. Undefined where a market demand is not stated: without
    it the paper's tiers give in one direction only. Of the wanted inputs two are the demands.

    >>> able = dict.fromkeys(SUPPLY, "highLevel") | {"marketDemand": "someLevel"}
    >>> mutual_match(able, able).value
    Fraction(1, 1)
    """
    code = coding_of(coding)
    forth = supply_flow(i, j, elements=elements, weights=weights, coding=coding)
    back = supply_flow(j, i, elements=elements, weights=weights, coding=coding)
    demands = coded(i, [DEMAND], code), coded(j, [DEMAND], code)
    known, wanted = forth.known + sum(map(len, demands)), forth.wanted + 2
    if forth.value is None or back.value is None:
        return Measured(None, known, wanted, "not-stated")
    if not all(demands):
        return Measured(None, known, wanted, whys("demand-not-stated", forth.why))
    best, weight = max(code.values()), weights_of(weights, [DEMAND])[DEMAND]
    if best <= 0:
        return Measured(None, known, wanted, "flat-coding")
    supplies = [coded(side, elements, code) for side in (i, j)]
    able = [sum(one.values(), Fraction()) / (len(one) * best) for one in supplies]
    given = Fraction(forth.value) + weight * demands[0][DEMAND] * able[1]
    taken = Fraction(back.value) + weight * demands[1][DEMAND] * able[0]
    if given + taken <= 0 or min(given, taken) < 0:
        return Measured(None, known, wanted, whys("no-flow", forth.why))
    return Measured(2 * min(given, taken) / (given + taken), known, wanted, forth.why)


def _pairs(
    i: Profile, j: Profile, elements: Collection[str], coding: Coding
) -> tuple[list[tuple[Fraction, Fraction]], int]:
    """The coded levels of both on the elements that both state, and how many elements were asked for."""
    code = coding_of(coding)
    first, second = coded(i, elements, code), coded(j, elements, code)
    return [(first[element], second[element]) for element in first if element in second], len(set(elements))


def _partly(known: int, wanted: int) -> str:
    return "not-stated" if known < wanted else ""
