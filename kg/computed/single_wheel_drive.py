"""Rows of the question single-wheel-drive: three numbers to be read together, what chance would give, and the alarm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kg.computed._flows import flows_of, turned
from kg.computed._profiles import Rows, elements, known, set_of, theta
from kg.computed._telling import Given, choice, coding, coding_told, inputs, language, one, spread, why
from kg.measures import Measured
from kg.measures.flows import outflows, reciprocity
from kg.measures.levels import CODINGS, Profile
from kg.measures.shares import top_share
from kg.measures.wheel import Limits, SingleWheel, alarm, single_wheel
from kg.terms import EIC

FIGURES = {
    "concentration": {"zh": "供出的集中度", "en": "concentration of supply"},
    "top_share": {"zh": "最大供方份额", "en": "share of the largest supplier"},
    "reciprocity": {"zh": "往返率", "en": "reciprocity"},
    "chance": {"zh": "偶然的往返率", "en": "reciprocity by chance"},
    "rho": {"zh": "扣除偶然后的往返率（ρ）", "en": "reciprocity beyond chance (rho)"},
    "likeness": {"zh": "受方水平相似度", "en": "likeness of receivers"},
}
#: Figure -> the parameter that limits it.
LIMITS = {"concentration": "concentration_from", "reciprocity": "reciprocity_to", "likeness": "likeness_from"}


def rows(gathered: Rows, given: Given) -> Iterator[dict[str, Any]]:
    """One row a figure; the number in the coding asked for, else where all codings agree."""
    found, tongue = known(gathered), language(given)
    profiles = set_of(found, given)
    implied = bool(found.implied & profiles.keys())
    figures, wheels = {}, {}
    for code in CODINGS:
        figures[code], wheels[code] = _figures(profiles, given, code, implied)
    raised, ruled = _alarm(wheels, given)
    for name, words in FIGURES.items():
        values = {code: of[name] for code, of in figures.items()}
        cells = spread(values, given)
        told = [key for value in values.values() for key in value.reasons]
        told += ["by-coding"] if cells["value"] is None and cells["most"] is not None else []
        told += [] if ruled else ["no-rule"]
        yield {
            "figure": words[tongue],
            **cells,
            "alarm_limit": one(given, LIMITS.get(name, "")),
            "alarm": raised,
            "cities": len(profiles),
            "implied": implied,
            "coding": coding_told(given),
            "theta": EIC + theta(given) if given.get("theta") else None,
            "demand": choice(given, "demand", "apart", "supply"),
            **inputs(values["A"]),
            "why": why([*told, *found.reasons(*profiles)], tongue),
            "claim": found.behind(*profiles),
        }


def _figures(
    profiles: Mapping[str, Profile], given: Given, code: str, implied: bool
) -> tuple[dict[str, Measured], SingleWheel]:
    """The figures in one coding; receivers are the cities that something flows to."""
    flows = flows_of(profiles, given, code)
    receiving = {city for city, value in outflows(turned(flows), list(profiles)).items() if value}
    receivers = {city: profile for city, profile in profiles.items() if city in receiving}
    wheel = single_wheel(flows, receivers, elements=elements(given), coding=code, implied=implied)
    back = reciprocity(flows, list(profiles))
    top = top_share(outflows(flows, list(profiles)))
    found = (wheel.concentration, top, back.r, back.chance, back.rho, wheel.homogeneity)
    return dict(zip(FIGURES, found, strict=True)), wheel


def _alarm(wheels: Mapping[str, SingleWheel], given: Given) -> tuple[bool | None, bool]:
    """Whether the alarm is raised in the coding asked for, or alike in all; and whether all limits are given."""
    limits = [one(given, name) for name in LIMITS.values()]
    if None in limits:
        return None, False
    name, rule = coding(given), Limits(*limits)
    said = {alarm(wheel, rule) for code, wheel in wheels.items() if name in (None, code)}
    return (said.pop() if len(said) == 1 else None), True
