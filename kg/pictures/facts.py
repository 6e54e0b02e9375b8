"""What pictures show, as the graph has it: tiers, dependences, positions, memberships, findings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from kg.evidence import labels_of
from kg.terms import EIC, LANGUAGES

if TYPE_CHECKING:
    from kg.graph import Graph

_TIERS = """SELECT DISTINCT ?city ?tier ?kind ?group WHERE {
  ?claim a eic:TierPlacement ; eic:assigned ?city ; eic:tier ?tier
  OPTIONAL { ?claim a eic:TierAssignment BIND("stated" AS ?kind) }
  OPTIONAL { ?city a eic:City BIND("city" AS ?group) } } ORDER BY STR(?tier) STR(?city) ?kind"""
_DEPENDENCES = """SELECT DISTINCT ?city ?partner ?degree ?year WHERE { ?claim a eic:ImpliedDependence ;
  eic:dependentCity ?city ; eic:supportingPartner ?partner ; eic:degree ?degree ; eic:viewYear ?year }
  ORDER BY STR(?city) STR(?partner) STR(?degree) ?year"""
_POSITIONS = """SELECT ?city ?latitude ?longitude ?source WHERE { VALUES ?city { %s }
  ?record eic:recordedPlace ?city ; a eic:PlaceRecord ; eic:latitude ?latitude ; eic:longitude ?longitude ;
    eic:recordedIn ?source }
  ORDER BY STR(?city) STR(?source) STR(?record)"""
_CREDITS = (
    """SELECT DISTINCT ?credit WHERE { VALUES ?source { %s } ?source eic:attribution ?credit } ORDER BY ?credit"""
)
_MEMBERS = (
    "SELECT DISTINCT ?member ?alliance WHERE { ?member eic:memberOf ?alliance } ORDER BY STR(?member) STR(?alliance)"
)
_RECORDED = """SELECT ?member ?alliance ?standing ?since ?until ?date ?source WHERE {
  ?record a eic:AllianceMembershipRecord ;
  eic:memberPlace ?member ; eic:inAlliance ?alliance OPTIONAL { ?record eic:recordStanding ?standing }
  OPTIONAL { ?record eic:since ?since } OPTIONAL { ?record eic:until ?until }
  OPTIONAL { ?record eic:asOf ?date }
  OPTIONAL { ?record eic:recordedIn ?source } }
  ORDER BY STR(?member) STR(?alliance) STR(?record)"""
_FINDINGS = """SELECT DISTINCT ?city ?element ?level ?basis ?state ?source WHERE {
  { ?claim a eic:ImpliedFinding ; eic:impliedCity ?city ; eic:element ?element ; eic:level ?level
    BIND("implied" AS ?basis) }
  UNION { ?assessment eic:hasFinding ?claim ; eic:assesses ?city . ?claim eic:findingElement ?element ;
    eic:findingLevel ?level ; eic:saidBy ?source BIND("stated" AS ?basis) }
  OPTIONAL { VALUES ?state { eic:HasLevel eic:LackLevel eic:NoAdvantageLevel } ?level a ?state } }
  ORDER BY STR(?city) STR(?element) DESC(?basis) STR(?level) STR(?source)"""
_ELEMENTS = """SELECT DISTINCT ?element ?side WHERE { ?element a eic:InnovationElement
  OPTIONAL { ?element a eic:DemandElement BIND("demand" AS ?side) } } ORDER BY ?side STR(?element)"""

#: The supply-side elements in the order in which the paper has them.
_ORDER = (
    "knowledgeReserve",
    "knowledgeCreation",
    "knowledgeProduction",
    "collaborativeInnovation",
    "investmentFinancing",
    "productConversion",
)


class Position(NamedTuple):
    """Where a place lies, in degrees, and the source that says so."""

    longitude: float
    latitude: float
    source: str


class Facts:
    """What the graph tells of some cities, or of all; things go by their IRIs, and `name` is what they are called."""

    def __init__(self, graph: Graph, language: str, only: frozenset[str] = frozenset()):
        self.graph, self.language, self.only = graph, language, only
        self._names: dict[str, str] = {}

    def _rows(self, query: str) -> list[dict[str, str]]:
        rows = self.graph.select(query)
        return [{key: str(getattr(term, "value", "")) for key, term in row.items()} for row in rows]

    def _wanted(self, *things: str) -> bool:
        return not self.only or not self.only.isdisjoint(things)

    def tiers(self) -> list[dict[str, str]]:
        """Rows city (or group), tier, kind ("stated" or ""), group ("city" or "")."""
        return [row for row in self._rows(_TIERS) if self._wanted(row["city"])]

    def dependences(self) -> list[dict[str, str]]:
        """Rows city, partner, degree, year."""
        return [row for row in self._rows(_DEPENDENCES) if self._wanted(row["city"], row["partner"])]

    def positions(self, cities: Iterable[str]) -> dict[str, Position]:
        """The position of each of the cities that has one; the source whose IRI comes first is taken of several."""
        found: dict[str, Position] = {}
        listed = _listed(cities)
        for row in self._rows(_POSITIONS % listed) if listed else []:
            position = Position(float(row["longitude"]), float(row["latitude"]), row["source"])
            if abs(position.latitude) <= 90 and abs(position.longitude) <= 180:
                found.setdefault(row["city"], position)
        return found

    def credits(self, sources: Iterable[str]) -> list[str]:
        """The words of attribution that sources ask for."""
        listed = _listed(sources)
        return [row["credit"] for row in self._rows(_CREDITS % listed)] if listed else []

    def members(self) -> list[dict[str, str]]:
        """Rows member, alliance: as stated."""
        return [row for row in self._rows(_MEMBERS) if self._wanted(row["member"], row["alliance"])]

    def recorded(self) -> list[dict[str, str]]:
        """Rows member, alliance, standing, since, until, date, source: as recorded elsewhere."""
        return [row for row in self._rows(_RECORDED) if self._wanted(row["member"], row["alliance"])]

    def drawn(self, row: dict[str, str], how: str) -> str:
        """How a membership is drawn that is stated, or recorded: so, or as ended where it does not count."""
        roster = self.graph.rosters.get(row["alliance"])
        return how if roster and row["member"] in roster.members else "ended"

    def findings(self) -> list[dict[str, str]]:
        """Rows city, element, level, basis ("stated" or "implied"), state (HasLevel, LackLevel, NoAdvantageLevel), and
        the source of what is stated."""
        rows = [row for row in self._rows(_FINDINGS) if self._wanted(row["city"])]
        return [{**row, "state": row["state"].removeprefix(EIC)} for row in rows]

    def elements(self) -> list[tuple[str, bool]]:
        """The innovation elements, and whether each is on the demand side, which comes last."""
        rows = [(row["element"], row["side"] == "demand") for row in self._rows(_ELEMENTS)]
        known = {name: k for k, name in enumerate(_ORDER)}
        return sorted(rows, key=lambda row: (row[1], known.get(local(row[0]), len(known)), row[0]))

    def names(self, things: Iterable[str]) -> dict[str, str]:
        """What things are called; a name in another language than the picture's is marked, as in answers."""
        missing = sorted({iri for iri in things if iri} - self._names.keys())
        found = labels_of(self.graph, [(ox.NamedNode(iri),) for iri in missing], self.language)
        for iri in missing:
            label, tag = found.get(iri, (iri.rstrip("/").rsplit("/")[-1].rsplit("#")[-1], ""))
            mark = "" if not tag or tag == LANGUAGES[self.language].lower() else f" [{tag.split('-')[0]}]"
            self._names[iri] = label + mark
        return self._names

    def name(self, thing: str) -> str:
        """What a thing is called: see names."""
        return self.names([thing])[thing]


def local(iri: str) -> str:
    """The last part of the IRI of a term.

    >>> local("https://w3id.org/eic/ontology#firstTier")
    'firstTier'
    """
    return iri.rsplit("#")[-1]


def _listed(iris: Iterable[str]) -> str:
    return " ".join(str(ox.NamedNode(iri)) for iri in sorted(set(iris)))
