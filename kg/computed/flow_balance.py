"""Rows of the question flow-balance: what each city could give and receive."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kg.computed._flows import flows_of, turned
from kg.computed._profiles import Rows, known, set_of, theta
from kg.computed._telling import Given, choice, coding_told, inputs, language, shown, why
from kg.measures import Measured
from kg.measures.flows import Flows, balance, outflows
from kg.measures.levels import CODINGS
from kg.terms import EIC


def rows(gathered: Rows, given: Given) -> Iterator[dict[str, Any]]:
    """One row a city; numbers in the coding asked for, else where all codings agree."""
    found, tongue = known(gathered), language(given)
    profiles = set_of(found, given)
    flows = {code: flows_of(profiles, given, code) for code in CODINGS}
    out = shown(lambda code: _sums(flows[str(code)], list(profiles)), given)
    into = shown(lambda code: _sums(turned(flows[str(code)]), list(profiles)), given)
    even = shown(lambda code: {city: balance(flows[str(code)], city, profiles) for city in profiles}, given)
    for city in profiles:
        measured = balance(flows["A"], city, profiles)
        changes = measured.value is not None and None in (out[city].value, into[city].value, even[city].value)
        reasons = [*measured.reasons, *found.reasons(city), "by-coding" if changes else ""]
        yield {
            "city": city,
            "gives": out[city].value,
            "receives": into[city].value,
            "balance": even[city].value,
            "place": even[city].place or None,
            "implied": bool(found.implied & profiles.keys()),
            "coding": coding_told(given),
            "theta": EIC + theta(given) if given.get("theta") else None,
            "demand": choice(given, "demand", "apart", "supply"),
            **inputs(measured),
            "why": why(reasons, tongue),
            "claim": found.behind(*profiles),
        }


def _sums(flows: Flows, cities: list[str]) -> dict[str, Measured]:
    return {city: Measured(value, 1, 1) for city, value in outflows(flows, cities).items()}
