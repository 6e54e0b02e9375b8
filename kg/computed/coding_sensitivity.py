"""Rows of the question coding-sensitivity: the place of each partner by supply match in each coding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from kg.computed._profiles import Rows, known, pairs
from kg.computed._telling import Given, inputs, language, shown, why
from kg.measures import Measured
from kg.measures.profiles import directed_match
from kg.measures.sensitivity import over_codings, surviving


def rows(gathered: Rows, given: Given) -> Iterator[dict[str, Any]]:
    """One row a city and a partner."""
    found, tongue = known(gathered), language(given)
    for city, partners in pairs(found, given).items():
        needy, giving = found.of(city), {partner: found.of(partner) for partner in partners}

        def match(code: Any, needy: Any = needy, giving: Any = giving) -> dict[str, Measured]:
            return {partner: directed_match(i, needy, coding=code) for partner, i in giving.items()}

        results, together = over_codings(match), shown(match, given)
        alone = {name: surviving({name: values}).places for name, values in results.items()}
        alike = Counter(_row(results, partner) for partner in partners)
        for partner in partners:
            measured = match("A")[partner]
            places = {name: of[partner][0] if partner in of else None for name, of in alone.items()}
            defined = None not in places.values()
            yield {
                "city": city,
                "partner": partner,
                **{f"place_{name.lower()}": place for name, place in places.items()},
                "place": together[partner].place or None,
                "survives": len(set(places.values())) == 1 if defined else None,
                "tied": alike[_row(results, partner)] if defined else None,
                "implied": bool(found.implied & {city, partner}),
                **inputs(measured),
                "why": why([*measured.reasons, *found.reasons(city, partner)], tongue),
                "claim": found.behind(city, partner),
            }


def _row(results: Any, partner: str) -> tuple[Any, ...]:
    return tuple(values[partner].value for values in results.values())
