"""How alike the profiles of a set of cities are, and how even the mix of elements within one city.

Profiles that a tier implies are alike by construction: such a result carries "tier-profile".
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction
from itertools import combinations
from typing import NamedTuple

from kg.measures import Measured, mean, whys
from kg.measures.levels import SUPPLY, Coding, Profile, coded, coding_of, stated
from kg.measures.profiles import cosine, level_similarity
from kg.measures.shares import hhi, normalised_hhi

Profiles = Mapping[str, Profile]


class Homogeneity(NamedTuple):
    """How alike a set is: mean pairwise cosine and level similarity, mean variance, share of distinct profiles.

    The inputs of the first two are pairs of cities, of the variance elements, of the last cities.
    """

    cosine: Measured
    level: Measured
    variance: Measured
    distinct: Measured


class Mix(NamedTuple):
    """How a city's coded levels spread over the elements: Σ p² from 1/m (even) to 1, and normalised to 0 … 1."""

    hhi: Measured
    normalised: Measured


def homogeneity(
    profiles: Profiles, *, elements: Collection[str] = SUPPLY, coding: Coding = "A", implied: bool = False
) -> Homogeneity:
    """How alike the profiles are; `implied` says that tiers imply them, so that likeness within a tier is no finding.

    >>> pair = {"Kyiv": {"marketDemand": "someLevel"}, "Baku": {"marketDemand": "someLevel"}}
    >>> homogeneity(pair, elements=["marketDemand"]).distinct.value
    Fraction(1, 2)
    """
    pairs = list(combinations(profiles.values(), 2))
    shape = [cosine(i, j, elements=elements, coding=coding) for i, j in pairs]
    level = [level_similarity(i, j, elements=elements, coding=coding) for i, j in pairs]
    found = (
        _pairwise(shape),
        _pairwise(level),
        _variance(profiles, elements, coding),
        _distinct(profiles, elements),
    )
    mark = "tier-profile" if implied else ""
    return Homogeneity(*(one.because(mark) for one in found))


def mix(profile: Profile, *, elements: Collection[str] = SUPPLY, coding: Coding = "A") -> Mix:
    """How evenly a city's levels spread over the elements that it states; undefined ("no-flow") where all code to 0.

    >>> mix({"productConversion": "someLevel", "knowledgeReserve": "someLevel"}).hhi.value
    Fraction(1, 2)
    """
    levels = coded(profile, elements, coding_of(coding))
    amounts = {element: levels.get(element) for element in elements}
    return Mix(hhi(amounts), normalised_hhi(amounts))


def _pairwise(results: list[Measured]) -> Measured:
    if not results:
        return Measured(None, 0, 0, "one-city")
    return mean(results).because(*(key for one in results for key in one.reasons))


def _variance(profiles: Profiles, elements: Collection[str], coding: Coding) -> Measured:
    """The mean over elements of the variance of coded levels among the cities that state them, two at least."""
    code = coding_of(coding)
    levels = [coded(profile, elements, code) for profile in profiles.values()]
    found = []
    for element in dict.fromkeys(elements):
        known = [one[element] for one in levels if element in one]
        if len(known) > 1:
            centre = sum(known, Fraction()) / len(known)
            variance = sum(((value - centre) ** 2 for value in known), Fraction()) / len(known)
            found.append(Measured(variance, len(known), len(levels), "" if len(known) == len(levels) else "not-stated"))
        else:
            found.append(Measured(None, len(known), len(levels), "not-stated"))
    if len(profiles) < 2:
        return Measured(None, 0, len(found), "one-city")
    return mean(found, "not-stated").because(*(key for one in found for key in one.reasons))


def _distinct(profiles: Profiles, elements: Collection[str]) -> Measured:
    """Distinct profiles over cities, among those that state all the elements."""
    wanted = set(elements)
    words = [stated(profile, elements) for profile in profiles.values()]
    whole = [tuple(sorted(one.items())) for one in words if len(one) == len(wanted)]
    partly = "not-stated" if len(whole) < len(words) else ""
    if len(whole) < 2 or not wanted:
        return Measured(None, len(whole), len(words), whys(partly, "" if len(words) > 1 else "one-city"))
    return Measured(Fraction(len(set(whole)), len(whole)), len(whole), len(words), partly)
