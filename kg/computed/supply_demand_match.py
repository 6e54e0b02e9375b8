"""Rows of the question supply-demand-match: what partners could give a city, and it them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kg.computed._profiles import Known, Rows, known, pairs, theta
from kg.computed._telling import Given, coding_told, inputs, language, shown, why
from kg.measures.profiles import directed_match, mutual_match, supplied_share, supply_flow
from kg.terms import EIC


def rows(gathered: Rows, given: Given) -> Iterator[dict[str, Any]]:
    """One row a city and a partner; numbers in the coding asked for, else where all codings agree."""
    found = known(gathered)
    for city, partners in pairs(found, given).items():
        yield from _city(found, city, partners, given)


def _city(found: Known, city: str, partners: list[str], given: Given) -> Iterator[dict[str, Any]]:
    tongue, least = language(given), theta(given)
    needy, giving = found.of(city), {partner: found.of(partner) for partner in partners}
    match = shown(lambda code: {p: directed_match(i, needy, coding=code) for p, i in giving.items()}, given)
    flow = shown(lambda code: {p: supply_flow(i, needy, coding=code) for p, i in giving.items()}, given)
    back = shown(lambda code: {p: supply_flow(needy, i, coding=code) for p, i in giving.items()}, given)
    mutual = shown(lambda code: {p: mutual_match(i, needy, coding=code) for p, i in giving.items()}, given)
    for partner, profile in giving.items():
        supplied = supplied_share(profile, needy, theta=least)
        both = mutual_match(profile, needy)
        matched = directed_match(profile, needy)
        changes = match[partner].value is None and matched.value is not None
        reasons = [*matched.reasons, *both.reasons, *supplied.reasons, *found.reasons(city, partner)]
        yield {
            "city": city,
            "partner": partner,
            "flow": flow[partner].value,
            "back": back[partner].value,
            "match": match[partner].value,
            "place": match[partner].place or None,
            "supplied": supplied.value if supplied.known == supplied.wanted else None,
            "mutual": mutual[partner].value,
            "implied": bool(found.implied & {city, partner}),
            "coding": coding_told(given),
            "theta": EIC + least,
            **inputs(both),
            "why": why([*reasons, "by-coding" if changes else ""], tongue),
            "claim": found.behind(city, partner),
        }
