"""Flows of the questions on flows: by differences of levels, or by counts of elements at a level or above."""

from __future__ import annotations

from collections.abc import Mapping

from kg.computed._profiles import counted, elements, theta
from kg.computed._telling import Given
from kg.measures.flows import Flows, supply_flows
from kg.measures.levels import Coding, Profile


def flows_of(profiles: Mapping[str, Profile], given: Given, coding: Coding) -> Flows:
    """What each city could give each other one; None for a pair where something needed is not stated.

    >>> flows_of({"Moscow": {}, "Baku": {}}, {}, "A")["Moscow", "Baku"] is None
    True
    """
    supply = elements(given)
    if given.get("theta"):
        return counted(profiles, supply, coding, theta(given))
    return supply_flows(profiles, elements=supply, coding=coding)


def turned(flows: Flows) -> Flows:
    """The flows the other way.

    >>> turned({("Moscow", "Kyiv"): 9})
    {('Kyiv', 'Moscow'): 9}
    """
    return {(j, i): value for (i, j), value in flows.items()}
