"""What partners rest on, and how near they are: claims by city, and the six proximities where they can be reckoned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from kg.errors import KgError
from kg.measures.levels import DEMAND
from kg.partners import Found
from kg.reports import elements
from kg.terms import EIC
from kg.values import python_value

if TYPE_CHECKING:
    from kg.graph import Graph

_DIMENSIONS = ("geographical", "technological", "institutional", "organisational", "social", "cultural")
_CLAIMS = """SELECT DISTINCT ?city ?claim ?implied WHERE { VALUES ?city { %s } VALUES ?element { %s }
  { ?view eic:assesses ?city ; eic:hasFinding ?claim . ?claim eic:findingElement ?element BIND(false AS ?implied) }
  UNION { ?claim a eic:ImpliedFinding ; eic:impliedCity ?city ; eic:element ?element BIND(true AS ?implied) } }
  ORDER BY STR(?city) STR(?claim)"""


class Nearness(NamedTuple):
    """For each partner the claims that it is listed on, and for each dimension its proximity as a text."""

    claims: dict[str, list[str]]
    told: dict[str, dict[str, str]]


def nearness(graph: Graph, found: Found, count: int) -> Nearness:
    """What the first partners rest on, and how near each is; no proximities where they cannot be reckoned."""
    cities = [one.city for one in found.partners[:count]]
    return Nearness(_claims(graph, cities, found.wanted), _proximities(graph, found.city, cities))


def _claims(graph: Graph, cities: list[str], wanted: tuple[str, ...]) -> dict[str, list[str]]:
    named = [" ".join(f"<{iri}>" for iri in several) for several in (cities, elements((*wanted, DEMAND)))]
    rows = [tuple(map(python_value, row.values())) for row in graph.select(_CLAIMS % tuple(named))] if cities else []
    stated = {city for city, _, implied in rows if not implied}
    claims: dict[str, list[str]] = {}
    for city, claim, implied in rows:
        if not (implied and city in stated):
            claims.setdefault(str(city), []).append(str(claim))
    return claims


def _proximities(graph: Graph, city: str, others: list[str]) -> dict[str, dict[str, str]]:
    if not others:
        return {}
    try:
        answer = graph.ask("proximities", city=f"<{city}>", other=[f"<{iri}>" for iri in others])
    except (KgError, ImportError):  # the question, or a library that it needs, is not installed
        return {}
    told: dict[str, dict[str, str]] = {}
    for row in answer:
        values = {name: python_value(term) for name, term in row.items() if term is not None}
        dimension = str(values.get("dimension", "")).removeprefix(EIC).removesuffix("Proximity")
        if dimension in _DIMENSIONS:
            told.setdefault(str(values["other"]), {})[dimension] = _value(values)
    return {other: {d: near.get(d, "?") for d in _DIMENSIONS} for other, near in told.items()}


def _value(values: dict[str, Any]) -> str:
    """A proximity, or the bounds between which it lies, or a question mark."""
    if "value" in values:
        return f"{values['value']:.2f}"
    low, high = values.get("least"), values.get("most")
    return "?" if low is None or high is None or (low, high) == (0, 1) else f"{low:.2f}–{high:.2f}"
