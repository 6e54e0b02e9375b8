"""Rows of the question interlocking-network: cities linked through alliances, or fields, present in both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from kg.computed._profiles import MOST, Rows
from kg.computed._records import Rosters, dated, rosters
from kg.computed._telling import Given, choice, inputs, language, why
from kg.errors import BadQuestion
from kg.measures.interlocking import interlocking


class _Matrix(NamedTuple):
    """City -> alliance or field -> value; the claims behind each value, and their dates."""

    values: dict[str, dict[str, float | None]]
    behind: dict[tuple[str, str], set[str]]
    dates: dict[str, str]
    rosters: Rosters | None = None

    def both(self, city: str, other: str) -> list[str]:
        """What both are known to have more than nothing of."""
        mine, theirs = self.values[city], self.values[other]
        return sorted(name for name in mine if mine[name] and theirs.get(name))


def rows(gathered: Rows, given: Given) -> Iterator[dict[str, Any]]:
    """One row a pair of cities of which a value of both is known; where cities are asked about, each pair of them."""
    tongue, asked = language(given), dict.fromkeys(given.get("city", ()))
    through = choice(given, "through", "alliances", "fields")
    matrix = _fields(gathered) if through == "fields" else _alliances(gathered, given)
    cities = list(asked or sorted(city for city, row in matrix.values.items() if any(row.values())))
    if len(cities) > MOST:
        raise BadQuestion(f"{len(cities)} cities have something in common, and each is compared; name them: city=…")
    network = interlocking({city: matrix.values[city] for city in cities})
    for (city, other), dyad in network.dyads.items():
        if not asked and not dyad.link.value:
            continue
        own, shared = network.cities[city], matrix.both(city, other)
        claims = {claim for name in shared for of in (city, other) for claim in matrix.behind[name, of]}
        if matrix.rosters and not shared:
            claims = matrix.rosters.telling(city, other)
        dates, told = dated(matrix.dates, claims)
        told = [*(matrix.rosters.reasons(city, other) if matrix.rosters else []), *told]
        partly = ["partial-roster", "lower-bound"] if dyad.link.known < dyad.link.wanted else []
        plain = [key for key in (*dyad.link.reasons, *dyad.proportional.reasons) if key != "not-stated"]
        yield {
            "city": city,
            "other": other,
            "link": dyad.link.value,
            "proportional": dyad.proportional.value,
            "gross": own.gross.value,
            "relative": own.relative.value,
            "shared": shared if through == "alliances" else None,
            "records": choice(given, "records", "with", "without"),
            "dates": dates or None,
            **inputs(dyad.link),
            "why": why([*plain, *partly, *told], tongue),
            "claim": claims,
        }


def _alliances(gathered: Rows, given: Given) -> _Matrix:
    """1 for a member, 0 for who is known not to be one; else not known."""
    found = rosters(gathered, given)
    cities = set(given.get("city", ())) or {city for roster in found.rosters.values() for city in roster.members}
    values: dict[str, dict[str, float | None]] = {}
    for city in cities:
        values[city] = {
            name: 1 if city in roster.members else 0 if roster.excludes(city) else None
            for name, roster in found.rosters.items()
        }
    return _Matrix(values, found.behind, found.dates, found)


def _fields(gathered: Rows) -> _Matrix:
    """The amounts of field records; one of which records differ is not known."""
    matrix = _Matrix(defaultdict(dict), defaultdict(set), {})
    for row in gathered:
        if row["kind"] == "field":
            city, name, amount = row["subject"], row["group"], float(row["amount"])
            before = matrix.values[city].get(name, amount)
            matrix.values[city][name] = amount if before == amount else None
            matrix.behind[name, city].add(row["claim"])
            matrix.dates[row["claim"]] = row["as_of"] or ""
    return matrix
