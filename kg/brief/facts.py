"""What a brief tells of a city, as the graph has it: its place, tiers, findings, alliances and twins."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from kg.dates import stale
from kg.measures.levels import ELEMENTS
from kg.rosters import all_alliances
from kg.terms import EIC
from kg.values import python_value

if TYPE_CHECKING:
    from kg.graph import Graph

_PLACE = """SELECT ?record ?source ?north ?east ?people ?territory ?code ?date WHERE {
  ?record eic:recordedPlace <%s> ; eic:recordedIn ?source
  OPTIONAL { ?record eic:latitude ?north ; eic:longitude ?east } OPTIONAL { ?record eic:population ?people }
  OPTIONAL { ?record eic:asOf ?date } OPTIONAL { ?record eic:filedCode ?code }
  OPTIONAL { ?record eic:filedUnder ?territory . ?codes eic:recordedTerritory ?territory ; eic:alpha2 ?code } }
  ORDER BY STR(?source) STR(?record)"""
_NAMES = """SELECT DISTINCT ?name (LANG(?name) AS ?language) WHERE { <%s> ?called ?name
  VALUES (?called ?order) { (rdfs:label 1) (skos:altLabel 2) } } ORDER BY ?order STR(LANG(?name)) STR(?name)"""
_TIERS = """SELECT DISTINCT ?tier ?work ?ours ?claim WHERE {
  ?claim a eic:TierPlacement ; eic:assigned <%s> ; eic:tier ?tier
  OPTIONAL { ?claim a eic:TierAssignment ; eic:saidBy ?work OPTIONAL { ?work eic:conceives ?ours } } }
  ORDER BY STR(?tier) STR(?work) STR(?claim)"""
_FINDINGS = """SELECT DISTINCT ?element ?level ?state ?implied ?claim WHERE {
  { ?claim a eic:ImpliedFinding ; eic:impliedCity <%s> ; eic:element ?element ; eic:level ?level
    BIND(true AS ?implied) }
  UNION { ?view eic:hasFinding ?claim ; eic:assesses <%s> . ?claim eic:findingElement ?element ;
    eic:findingLevel ?level BIND(false AS ?implied) }
  VALUES ?state { eic:HasLevel eic:LackLevel eic:NoAdvantageLevel } ?level a ?state }
  ORDER BY STR(?element) ?implied STR(?level) STR(?claim)"""
_MEMBERS = """SELECT DISTINCT ?city ?alliance ?standing ?since ?until ?date ?paper ?claim WHERE { VALUES ?city { %s }
  { ?claim a eic:Membership ; eic:member ?city ; eic:alliance ?alliance BIND(true AS ?paper)
    OPTIONAL { ?claim eic:asOfYear ?year } OPTIONAL { ?claim eic:saidBy/eic:publicationYear ?published }
    BIND(COALESCE(?year, ?published) AS ?date) }
  UNION { ?claim a eic:AllianceMembershipRecord ; eic:memberPlace ?city ; eic:inAlliance ?alliance
    OPTIONAL { ?claim eic:recordStanding ?standing } OPTIONAL { ?claim eic:since ?since }
    OPTIONAL { ?claim eic:until ?until } OPTIONAL { ?claim eic:asOf ?date } } }
  ORDER BY STR(?alliance) STR(?city) STR(?claim)"""
_CREDITS = """SELECT ?source ?name ?licence ?credit WHERE { VALUES ?source { %s } ?source eic:viewName ?name ;
  eic:licenceName ?licence ; eic:attribution ?credit FILTER(langMatches(lang(?name), "%s")) } ORDER BY STR(?source)"""
_FROM = "SELECT DISTINCT ?source WHERE { VALUES ?record { %s } ?record eic:recordedIn ?source } ORDER BY STR(?source)"


class Finding(NamedTuple):
    """What is known of an element: the level word, what it comes to (HasLevel, LackLevel, NoAdvantageLevel), whether it
    is implied by a tier, and the claim."""

    level: str
    state: str
    implied: bool
    claim: str


class Membership(NamedTuple):
    """A city in an alliance, by the paper or a record; dates are texts, "" where nothing tells."""

    city: str
    alliance: str
    standing: str
    since: str
    until: str
    date: str
    paper: bool
    claim: str


class Twin(NamedTuple):
    """A twin city, the standings and the latest date by its records ("" where they are undated), whether the link
    counts as in force ("" where that is open), when it is to begin or ended by one of them ("" where none says so),
    and these."""

    city: str
    standings: tuple[str, ...]
    date: str
    counts: bool | str
    begins: str
    ended: str
    records: tuple[str, ...]


class Placed(NamedTuple):
    """What a gazetteer records of a place; None or "" where it does not."""

    record: str
    source: str
    north: float | None
    east: float | None
    people: int | None
    territory: str
    code: str
    date: str


class Facts:
    """What the graph tells of one city; `horizon` is the day before which records count as not confirmed."""

    def __init__(self, graph: Graph, city: str, horizon: str):
        self.graph, self.city, self.horizon = graph, city, horizon
        self.placed = [_placed(row) for row in self._rows(_PLACE % city)]
        self.names = [(str(row["name"]), str(row["language"]).lower()) for row in self._rows(_NAMES % city)]
        self.tiers = self._rows(_TIERS % city)
        self.findings: dict[str, list[Finding]] = {element: [] for element in ELEMENTS}
        for row in self._rows(_FINDINGS % (city, city)):
            found = Finding(row["level"], _local(row["state"]), bool(row["implied"]), row["claim"])
            self.findings[_local(row["element"])].append(found)
        self.memberships = self.members([city])
        answer = graph.ask("twin-cities", place=f"<{city}>", horizon=horizon)
        self.twins = [_twin(row) for row in answer]

    def _rows(self, query: str) -> list[dict[str, Any]]:
        rows = self.graph.select(query)
        return [{key: python_value(term) if term is not None else "" for key, term in row.items()} for row in rows]

    def members(self, cities: Iterable[str]) -> list[Membership]:
        """In which alliances some cities are, or were, each claim and record one."""
        rows = self._rows(_MEMBERS % " ".join(f"<{iri}>" for iri in sorted(set(cities))))
        return [
            Membership(**{k: str(v) for k, v in row.items() if k != "paper"}, paper=bool(row["paper"])) for row in rows
        ]

    def shown(self, element: str) -> list[Finding]:
        """What is known of an element: what is found of the city itself, else what is implied, each level once."""
        found = self.findings[element]
        stated = [one for one in found if not one.implied] or found
        return list({one.level: one for one in reversed(stated)}.values())[::-1]

    def state(self, element: str) -> str:
        """What is known of an element comes to: HasLevel, LackLevel, NoAdvantageLevel, NotStated or Differs."""
        states = {one.level: one.state for one in self.shown(element)}
        return "NotStated" if not states else "Differs" if len(states) > 1 else next(iter(states.values()))

    def counts(self, one: Membership) -> bool | None:
        """Whether a city is counted as a member of an alliance, by all that is known; None where that is open."""
        roster = self.graph.rosters[one.alliance]
        return None if one.city in roster.open else one.city in roster.members

    def stale(self, date: str) -> bool:
        """Whether something of a date, a year or month or "" for none, was not confirmed since the horizon."""
        return stale(date, self.horizon)

    def links(self) -> tuple[int, int]:
        """How many recorded links the city has, and how many were not confirmed since the horizon."""
        dates = [one.date for one in self.memberships] + [one.date for one in self.twins]
        return len(dates), sum(map(self.stale, dates))

    def alliances(self) -> tuple[int, int]:
        """How many alliances the graph knows, and of how many all members."""
        return len(all_alliances(self.graph)), sum(roster.complete for roster in self.graph.rosters.values())

    def credits(self, records: Iterable[str], language: str) -> list[dict[str, str]]:
        """Rows name, licence, credit of the sources of some records, and of the names of territories."""
        listed = " ".join(f"<{iri}>" for iri in sorted(set(records)))
        sources = {row["source"] for row in self._rows(_FROM % listed)} if listed else set()
        if any(one.territory for one in self.placed):
            named = "SELECT DISTINCT ?source WHERE { ?r a eic:TerritoryRecord ; eic:recordedIn ?source }"
            sources |= {row["source"] for row in self._rows(named)}
        return self._rows(_CREDITS % (" ".join(f"<{iri}>" for iri in sorted(sources)), language)) if sources else []


def _placed(row: dict[str, Any]) -> Placed:
    numbers = {name: row[name] if row[name] != "" else None for name in ("north", "east", "people")}
    return Placed(**row | numbers)


def _twin(row: dict[str, Any]) -> Twin:
    told = {key: python_value(term) if term is not None else "" for key, term in row.items()}
    standings = tuple(str(told["standing"]).split())
    state = (told["counts"], told["begins"], told["ended"])
    return Twin(told["twin"], standings, told["last_recorded"], *state, tuple(told["claim"].split()))


def _local(iri: str) -> str:
    return iri.removeprefix(EIC)
