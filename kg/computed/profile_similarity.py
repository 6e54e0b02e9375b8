"""Rows of the question profile-similarity: how alike a city and others are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kg.computed._profiles import Known, Rows, known, pairs
from kg.computed._telling import Given, coding_told, inputs, language, shown, why
from kg.measures.profiles import cosine, level_similarity


def rows(gathered: Rows, given: Given) -> Iterator[dict[str, Any]]:
    """One row a city and another; numbers in the coding asked for, else where all codings agree."""
    found = known(gathered)
    for city, partners in pairs(found, given).items():
        yield from _city(found, city, partners, given)


def _city(found: Known, city: str, partners: list[str], given: Given) -> Iterator[dict[str, Any]]:
    tongue = language(given)
    own, others = found.of(city), {partner: found.of(partner) for partner in partners}
    shape = shown(lambda code: {p: cosine(own, i, coding=code) for p, i in others.items()}, given)
    level = shown(lambda code: {p: level_similarity(own, i, coding=code) for p, i in others.items()}, given)
    for partner, profile in others.items():
        alike = cosine(own, profile)
        near = level_similarity(own, profile)
        changes = near.value is not None and None in (shape[partner].value, level[partner].value)
        reasons = [*alike.reasons, *near.reasons, *found.reasons(city, partner), "by-coding" if changes else ""]
        yield {
            "city": city,
            "partner": partner,
            "cosine": shape[partner].value,
            "cosine_place": shape[partner].place or None,
            "level": level[partner].value,
            "level_place": level[partner].place or None,
            "implied": bool(found.implied & {city, partner}),
            "coding": coding_told(given),
            **inputs(near),
            "why": why(reasons, tongue),
            "claim": found.behind(city, partner),
        }
