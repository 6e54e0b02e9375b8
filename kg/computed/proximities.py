"""Rows of the question proximities: the six proximities of pairs of places, side by side and never put together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kg.computed._nearness import Facts, wanted
from kg.computed._profiles import Rows
from kg.computed._telling import Given, inputs, language, why
from kg.errors import BadQuestion
from kg.terms import EIC, ID

#: The query gathers so many rows of the places given as `other`, and no more, by their kind.
MOST = {"place": 500, "field": 5000, "recorded": 5000}


def rows(gathered: Rows, given: Given) -> Iterator[dict[str, Any]]:
    """One row a pair of places and a proximity."""
    listed = list(gathered)
    facts, tongue = Facts(listed, given), language(given)
    others = given.get("other") or sorted(place for place in facts.places if place.startswith(f"{ID}city/"))
    for kind, most in MOST.items():
        named = {*given.get("other", ())}
        if named and sum(row["kind"] == kind and row["subject"] in named for row in listed) >= most:
            raise BadQuestion(f"other: {len(named)} places have more records than are compared at once; give fewer")
    names = wanted(given)
    for city in dict.fromkeys(given["city"]):
        for other in dict.fromkeys(others):
            if city == other:
                continue
            found = facts.near(city, other)
            for name in names:
                near = found[name]
                dates, told = facts.dated(near.claims)
                low, high = near.measured.bounds
                yield {
                    "city": city,
                    "other": other,
                    "dimension": f"{EIC}{name}Proximity",
                    "value": near.measured.value,
                    "least": low,
                    "most": high,
                    "raw": near.raw or None,
                    "shared": near.shared or None,
                    "dates": dates or None,
                    **inputs(near.measured),
                    "why": why([*near.measured.reasons, *near.reasons, *told], tongue),
                    "claim": near.claims or None,
                }
