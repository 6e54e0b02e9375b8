"""Rows of the question dependence-by-threshold: Emerson's dependence with a level as what counts as supply."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kg.computed._profiles import MOST, Known, Rows, known, theta
from kg.computed._telling import Given, coding, coding_told, inputs, language, shown, why
from kg.errors import BadQuestion
from kg.measures import Measured
from kg.measures.dependence import Dependences, asymmetry, breadth, dependences
from kg.measures.levels import CODINGS, Profile
from kg.terms import EIC


def rows(gathered: Rows, given: Given) -> Iterator[dict[str, Any]]:
    """One row a city and a partner; numbers in the coding asked for, else where all codings agree."""
    found, tongue, least = known(gathered), language(given), theta(given)
    asked = dict.fromkeys(given["city"])
    among = dict.fromkeys([*(given.get("among") or sorted(found.profiles)), *asked, *given.get("partner", [])])
    if len(among) > MOST:
        raise BadQuestion(f"{len(among)} cities have profiles, and each is compared with each; name some: among=…")
    profiles = {city: found.of(city) for city in among}
    of = _of(profiles, least)
    for city in asked:
        yield from _city(found, city, given, of, profiles, tongue, least)


def _of(profiles: dict[str, Profile], least: str) -> dict[str, dict[str, Dependences]]:
    """Coding -> city -> its dependences."""
    return {
        code: {city: dependences(city, profiles, theta=least, coding=code) for city in profiles} for code in CODINGS
    }


def _city(
    found: Known,
    city: str,
    given: Given,
    of: dict[str, dict[str, Dependences]],
    profiles: dict[str, Profile],
    tongue: str,
    least: str,
) -> Iterator[dict[str, Any]]:
    partners = [p for p in dict.fromkeys(given.get("partner") or sorted(profiles)) if p != city]
    on = shown(lambda code: {p: of[str(code)][city].on[p] for p in partners}, given)
    skew = shown(lambda code: {p: _asymmetry(of[str(code)], city, p) for p in partners}, given)
    rest = shown(lambda code: {"unmet": of[str(code)][city].unmet, "open": of[str(code)][city].open}, given)
    width = breadth(found.of(city))
    for partner in partners:
        measured = of[coding(given) or "A"][city].on[partner]
        low, high = measured.bounds if measured.low is not None else (None, None)
        changes = on[partner].value is None and measured.value is not None
        reasons = [*measured.reasons, *found.reasons(city, partner), "by-coding" if changes else ""]
        yield {
            "city": city,
            "partner": partner,
            "dependence": on[partner].value,
            "least": low,
            "most": high,
            "unmet": rest["unmet"].value,
            "open": rest["open"].value,
            "breadth": width.value,
            "asymmetry": skew[partner].value,
            "implied": bool(found.implied & profiles.keys()),
            "coding": coding_told(given),
            "theta": EIC + least,
            **inputs(measured),
            "why": why(reasons, tongue),
            "claim": found.behind(*profiles),
        }


def _asymmetry(of: dict[str, Dependences], city: str, partner: str) -> Measured:
    """How much more the city depends on the partner than the other way."""
    return asymmetry(of[city].on[partner], of[partner].on[city], without_gap=0)
