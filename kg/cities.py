"""What is known of each city, in arrays: by these partners are found among very many in a blink.

A profile is what is found of a city where somebody has assessed it, else what its tier implies; where two sources find
different things of one element, that element is disputed and counts as not known. The arrays are read from the graph
once, and kept as long as it is open.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import pyoxigraph as ox

from kg.measures.geography import RADIUS
from kg.measures.levels import ELEMENTS, LEVELS, NEEDS, Coding, Theta, coding_of, threshold
from kg.rosters import pairs
from kg.terms import EIC
from kg.values import python_value

if TYPE_CHECKING:
    from kg.graph import Graph

#: In place of a level: nothing is stated, or sources differ.
NOT_STATED, DISPUTED = -1, -2
_FOUND = """SELECT ?city ?element ?level WHERE {
  ?assessment eic:assesses ?city ; eic:hasFinding ?finding .
  ?finding eic:findingElement ?element ; eic:findingLevel ?level }"""
_GROUPS = "SELECT ?group WHERE { ?group a eic:CityGroup }"
_WORDS = "SELECT ?tier ?element ?level WHERE { ?r eic:definesTier ?tier ; eic:element ?element ; eic:level ?level }"
_PLACES = """SELECT ?city ?north ?east ?territory WHERE { %s
  ?record eic:recordedPlace ?city ; eic:latitude ?north ; eic:longitude ?east .
  OPTIONAL { ?record eic:filedUnder ?territory } }"""
#: So many cities are asked for by name; if there are more, all places are read.
_FEW = 3000


class Cities:
    """The cities of a graph of whose elements something is known, each at the same place in every array.

    `levels` is a city's level on each element as a place in LEVELS, or NOT_STATED, or DISPUTED; `found` where that is
    a finding and not implied; `latitude` and `longitude` in degrees, nan where unknown; `territory` the IRI of the
    territory under which a gazetteer files the city, "" where unknown.
    """

    def __init__(self, graph: Graph):
        groups = {row[0] for row in _rows(graph, _GROUPS)}
        found, tiers = _rows(graph, _FOUND), [pair for pair in pairs(graph, "hasTier") if pair[0] not in groups]
        self.iris: list[str] = sorted({row[0] for row in found} | {row[0] for row in tiers})
        self.at = {iri: n for n, iri in enumerate(self.iris)}
        shape = (len(self.iris), len(ELEMENTS))
        self.levels = np.full(shape, NOT_STATED, np.int8)
        self.found = np.zeros(shape, bool)
        self._imply(tiers, _rows(graph, _WORDS))
        self._find(found)
        self.latitude, self.longitude = (np.full(len(self.iris), np.nan) for _ in range(2))
        self.territory = np.full(len(self.iris), "", object)
        self._locate(graph)

    def _imply(self, tiers: list[tuple[Any, ...]], words: list[tuple[Any, ...]]) -> None:
        """What the tiers of cities imply."""
        profiles: dict[str, Any] = defaultdict(lambda: np.full(len(ELEMENTS), NOT_STATED, np.int8))
        for tier, element, level in words:
            _set(profiles[tier], element, level)
        for tier, members in _grouped(tiers).items():
            rows = np.fromiter((self.at[city] for city in members), np.int64)
            both = self.levels[rows]
            new = np.broadcast_to(profiles[tier], both.shape)
            differs = (both != NOT_STATED) & (both != new)  # two sources put it in two tiers
            self.levels[rows] = np.where(differs, DISPUTED, new)

    def _find(self, found: list[tuple[Any, ...]]) -> None:
        """What assessments find, which goes before what tiers imply."""
        for city, element, level in found:
            row, column = self.at[city], ELEMENTS.index(_local(element))
            place, known = LEVELS.index(_local(level)), self.found[row, column]
            self.levels[row, column] = DISPUTED if known and self.levels[row, column] != place else place
            self.found[row, column] = True

    def _locate(self, graph: Graph) -> None:
        if len(self.iris) > _FEW:
            north, east, under = (dict(pairs(graph, name)) for name in ("latitude", "longitude", "filedUnder"))
            told = [(iri, north.get(r), east.get(r), under.get(r)) for r, iri in pairs(graph, "recordedPlace")]
            rows = [row for row in told if row[1] is not None and row[2] is not None]
        else:
            several = [self.iris[n : n + 500] for n in range(0, len(self.iris), 500)]
            named = (f"VALUES ?city {{ {' '.join(f'<{iri}>' for iri in some)} }}" for some in several)
            rows = [row for some in named for row in _rows(graph, _PLACES % some)]
        best: dict[str, tuple[Any, ...]] = {}
        for row in rows:
            if row[0] not in best or str(row) < str(best[row[0]]):
                best[row[0]] = row
        for city, latitude, longitude, territory in best.values():
            if (at := self.at.get(city)) is not None:
                self.latitude[at], self.longitude[at], self.territory[at] = latitude, longitude, territory or ""

    def profile(self, iri: str) -> dict[str, str]:
        """The level words that are known of a city: element -> level."""
        row = self.at.get(iri)
        told = self.levels[row] if row is not None else np.full(len(ELEMENTS), NOT_STATED)
        return {element: LEVELS[n] for element, n in zip(ELEMENTS, told, strict=True) if n >= 0}

    def supplies(self, theta: Theta = "someLevel", coding: Coding = "A") -> Any:
        """Where a city has an element at that level at least: cities × elements."""
        code = coding_of(coding)
        return self._where({word for word, value in code.items() if value >= threshold(theta, code)})

    def needs(self) -> Any:
        """Where a city is short of an element or has no comparative advantage in it: cities × elements."""
        return self._where(NEEDS)

    def _where(self, words: Iterable[str]) -> Any:
        table = np.zeros(len(LEVELS) + 2, bool)  # the last two are those of what is not known
        table[[LEVELS.index(word) for word in words]] = True
        return table[self.levels]

    def km(self, iri: str, graph: Graph) -> Any:
        """The great-circle distance of a place from each city, km; nan where one of the two is not located."""
        row = self.at.get(iri)
        here = (self.latitude[row], self.longitude[row]) if row is not None else _located(graph, iri)
        north, east, lats, longs = map(np.radians, (*here, self.latitude, self.longitude))
        half = np.sin((lats - north) / 2) ** 2 + np.cos(north) * np.cos(lats) * np.sin((longs - east) / 2) ** 2
        return 2 * RADIUS * np.arcsin(np.sqrt(np.minimum(1, half)))


def _rows(graph: Graph, query: str) -> list[tuple[Any, ...]]:
    return [tuple(map(python_value, row.values())) for row in graph.select(query)]


def _grouped(pairs: list[tuple[Any, ...]]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for one, group in pairs:
        groups[group].append(one)
    return dict(sorted(groups.items()))


def _set(profile: Any, element: str, level: str) -> None:
    column, place = ELEMENTS.index(_local(element)), LEVELS.index(_local(level))
    profile[column] = place if profile[column] in (NOT_STATED, place) else DISPUTED


def _local(iri: str) -> str:
    return iri.removeprefix(EIC)


def _located(graph: Graph, iri: str) -> tuple[float, float]:
    found = sorted(_rows(graph, _PLACES % f"VALUES ?city {{ {ox.NamedNode(iri)} }}"), key=str)
    return (found[0][1], found[0][2]) if found else (float("nan"), float("nan"))
