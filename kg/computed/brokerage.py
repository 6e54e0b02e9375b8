"""Rows of the question brokerage: who stands between alliances."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kg.computed._profiles import Rows
from kg.computed._records import dated, rosters
from kg.computed._telling import Given, choice, inputs, language, why
from kg.measures.brokerage import brokerage


def rows(gathered: Rows, given: Given) -> Iterator[dict[str, Any]]:
    """One row a city with a known membership, of those asked about."""
    found, tongue = rosters(gathered, given), language(given)
    for city, broker in brokerage(found.rosters, given.get("city", ())).items():
        own = found.of(city)
        claims = found.claims(own, city)
        dates, told = dated(found.dates, claims)
        reasons = [key for one in broker for key in one.reasons]
        yield {
            "city": city,
            "alliances": len(own),
            "betweenness": broker.betweenness.value,
            "constraint": broker.constraint.value,
            "effective_size": broker.effective_size.value,
            "records": choice(given, "records", "with", "without"),
            "dates": dates,
            **inputs(broker.betweenness),
            "why": why([*reasons, *found.reasons(city), *told], tongue),
            "claim": claims,
        }
