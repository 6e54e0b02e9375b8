"""Single-wheel drive: three numbers, never one, and an alarm by a rule that the user gives.

They mirror the causes that the paper names: supply in few hands, little that flows back, receivers that are alike.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

from kg.measures import Measured, Number, number
from kg.measures.flows import Flows, outflows, reciprocity
from kg.measures.homogeneity import homogeneity
from kg.measures.levels import SUPPLY, Coding, Profile
from kg.measures.shares import hhi


class SingleWheel(NamedTuple):
    """Concentration of supply (HHI of outflow), weighted reciprocity, likeness of receivers (mean level similarity)."""

    concentration: Measured
    reciprocity: Measured
    homogeneity: Measured


class Limits(NamedTuple):
    """An alarm rule: supply at least so concentrated, at most so much flows back, receivers at least so alike."""

    concentration: Number
    reciprocity: Number
    homogeneity: Number


Rule = Limits | Callable[[SingleWheel], bool | None]


def single_wheel(
    flows: Flows,
    receivers: Mapping[str, Profile],
    *,
    elements: Collection[str] = SUPPLY,
    coding: Coding = "A",
    implied: bool = False,
) -> SingleWheel:
    """The three numbers for the flows of a network and the profiles of its receivers; `implied` as in `homogeneity`.

    >>> single_wheel({("Moscow", "Kyiv"): 9, ("Kyiv", "Moscow"): 0}, {}).concentration.value
    Fraction(1, 1)
    """
    alike = homogeneity(receivers, elements=elements, coding=coding, implied=implied)
    return SingleWheel(hhi(outflows(flows)), reciprocity(flows).r, alike.level)


def alarm(wheel: SingleWheel, rule: Rule) -> bool | None:
    """Whether the rule raises the alarm: with limits when all three are met; None where an unknown number decides.

    >>> known = Measured(0.5, 1, 1)
    >>> alarm(SingleWheel(known, known, Measured(None, 0, 1)), Limits(0.3, 0.6, 0.9)) is None
    True
    """
    if not isinstance(rule, Limits):
        return rule(wheel)
    limits = [number(limit, f"limit of {name}") for name, limit in zip(Limits._fields, rule, strict=True)]
    met: list[bool | None] = []
    for name, one, limit in zip(Limits._fields, wheel, limits, strict=True):
        if one.value is None:
            met.append(None)
        else:
            met.append(one.value <= limit if name == "reciprocity" else one.value >= limit)
    return False if False in met else None if None in met else True
