"""The rosters of a graph, read from it whole: who is known to be in which alliance today (see kg.memberships)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.memberships import Roster, rolls
from kg.terms import EIC
from kg.values import python_value

if TYPE_CHECKING:
    from kg.graph import Graph

_STATED = """SELECT ?city ?alliance ?claim ?year ?published WHERE {
  ?claim a eic:Membership ; eic:member ?city ; eic:alliance ?alliance OPTIONAL { ?claim eic:asOfYear ?year }
  OPTIONAL { ?claim eic:saidBy/eic:publicationYear ?published } }"""
_STATUSES = """SELECT ?claim ?alliance ?status ?count ?date WHERE { ?claim eic:recordedAlliance ?alliance
  OPTIONAL { ?claim eic:rosterStatus ?status } OPTIONAL { ?claim eic:recordedMemberCount ?count }
  OPTIONAL { ?claim eic:asOf ?date } }"""
_ALLIANCES = """SELECT DISTINCT ?alliance WHERE { { ?alliance a eic:CityAlliance }
  UNION { ?alliance a eic:RecordedAlliance } UNION { ?record eic:recordedAlliance ?alliance } }"""


def all_alliances(graph: Graph) -> frozenset[str]:
    """All alliances: that the paper names, that only records tell of, and organisations that are recorded as one.

    >>> import kg
    >>> len(all_alliances(kg.build("memory:")))
    38
    """
    # one that nothing but a membership tells of stands in the rosters only
    return frozenset(str(_value(row["alliance"])) for row in graph.select(_ALLIANCES)) | graph.rosters.keys()


def rosters(graph: Graph) -> dict[str, Roster]:
    """Who is known to be a member of each alliance today, by the paper and by records; see rolls."""
    return {name: roster for name, roster in rolls(read(graph)).items() if roster.members or roster.open or roster.over}


def read(graph: Graph) -> list[dict[str, Any]]:
    """All claims and records of memberships and on alliances, as rows for rolls."""
    empty: dict[str, Any] = dict.fromkeys(("standing", "since", "until", "as_of"))
    rows: list[dict[str, Any]] = []
    for found in graph.select(_STATED):
        city, alliance, claim, *years = map(_value, found.values())
        told = {"kind": "stated", "subject": city, "group": alliance, "claim": claim}
        held, published = (None if year is None else str(year) for year in years)
        rows.append(empty | told | {"as_of": held, "published": published})
    for found in graph.select(_STATUSES):
        claim, alliance, status, count, date = map(_value, found.values())
        told = {"kind": "alliance", "group": alliance, "claim": claim, "status": status, "amount": count}
        rows.append(told | {"as_of": date})
    alliances, values = dict(pairs(graph, "inAlliance")), {}
    for name, key in (("recordStanding", "standing"), ("since", "since"), ("until", "until"), ("asOf", "as_of")):
        values[key] = {claim: value for claim, value in pairs(graph, name) if claim in alliances}
    for claim, city in pairs(graph, "memberPlace"):
        if alliance := alliances.get(claim):
            told = {"kind": "recorded", "subject": city, "group": alliance, "claim": claim}
            rows.append(told | {key: of.get(claim) for key, of in values.items()})
    return rows


def pairs(graph: Graph, name: str) -> list[tuple[str, Any]]:
    """All things that have a property, with its value: the quickest way to very many, put together here."""
    found = graph.engine.query(f"SELECT ?s ?o WHERE {{ ?s <{EIC}{name}> ?o }}")
    assert isinstance(found, ox.QuerySolutions)
    return [(getattr(row["s"], "value", ""), _value(row["o"])) for row in found]


def _value(term: Any) -> Any:
    return term.value if isinstance(term, ox.NamedNode) else None if term is None else python_value(term)
