"""Coverage gaps: how many alliances there are for an issue in a region, of science and technology or not, and how many
memberships a group of cities has. Where a roster is partial a count is unknown with its bounds, never a 0.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from itertools import product
from typing import NamedTuple

from kg.errors import UnknownName
from kg.measures import Measured, whys
from kg.measures.sets import Roster


class Alliance(NamedTuple):
    """What is known of an alliance: its issues, the regions of its known members, whether of science and technology.

    None is not known; `complete` says whether the roster is, so that it reaches no other region.
    """

    issues: frozenset[str] | None
    regions: frozenset[str]
    science: bool | None
    complete: bool = False


class Cell(NamedTuple):
    """Where in the matrix: an issue, a region, and of science and technology or not."""

    issue: str
    region: str
    science: bool


def gaps(alliances: Mapping[str, Alliance], issues: Iterable[str], regions: Iterable[str]) -> dict[Cell, Measured]:
    """The count of alliances in each cell; its inputs are the alliances, known where they are for certain in or out.

    A cell of value 0 is a gap. Where an alliance may be in the cell there is no value, but `low` and `high`.

    >>> known = {"A": Alliance(frozenset({"climate"}), frozenset({"Asia"}), True, complete=True)}
    >>> gaps(known, ["climate"], ["Asia", "Africa"])[Cell("climate", "Africa", True)].value
    Fraction(0, 1)
    """
    found = {}
    for issue, region, science in product(dict.fromkeys(issues), dict.fromkeys(regions), (True, False)):
        cell = Cell(issue, region, science)
        tests = [_tests(one, cell) for one in alliances.values()]
        sure = sum(all(test is True for test in one) for one in tests)
        open_ = [one for one in tests if None in one and False not in one]
        roster = "partial-roster" if any(one[1] is None for one in open_) else ""
        other = "not-stated" if any(None in (one[0], one[2]) for one in open_) else ""
        found[cell] = _count(sure, len(open_), len(tests), whys(roster, other))
    return found


def membership_counts(rosters: Mapping[str, Roster], groups: Mapping[str, Collection[str]]) -> dict[str, Measured]:
    """How many memberships each group of cities has in the alliances; its inputs are the pairs of alliance and city.

    >>> membership_counts({"A": Roster(frozenset({"Kyiv"}), complete=True)}, {"secondTier": ["Kyiv", "Baku"]})
    {'secondTier': Measured(value=Fraction(1, 1), known=2, wanted=2, why='', low=None, high=None)}
    """
    found = {}
    for group, cities in groups.items():
        named = set(cities)
        sure = sum(len(named & roster.members) for roster in rosters.values())
        open_ = sum(_room(roster, named) for roster in rosters.values())
        unknown = sum(len(_unsure(roster, named)) for roster in rosters.values())
        wanted = len(named) * len(rosters)
        one = _count(sure, open_, wanted, "partial-roster")
        found[group] = one._replace(known=wanted - unknown)
    return found


def is_gap(cells: Mapping[Cell, Measured], cell: Cell) -> bool | None:
    """Whether there is nothing in a cell; None where that is not known.

    >>> cell = Cell("climate", "Asia", True)
    >>> is_gap({cell: Measured(None, 0, 1, "partial-roster", Fraction(0), Fraction(1))}, cell) is None
    True
    """
    if cell not in cells:
        raise UnknownName("cell", " × ".join(map(str, cell)), (" × ".join(map(str, one)) for one in cells))
    low, high = cells[cell].bounds
    return False if low else True if high == 0 else None


def _tests(one: Alliance, cell: Cell) -> tuple[bool | None, bool | None, bool | None]:
    """Whether an alliance is of the issue, in the region, and of the kind; None where that is not known."""
    issue = None if one.issues is None else cell.issue in one.issues
    region = True if cell.region in one.regions else False if one.complete else None
    science = None if one.science is None else one.science == cell.science
    return issue, region, science


def _unsure(roster: Roster, named: set[str]) -> set[str]:
    """The cities of which it is not known whether they are members."""
    return {city for city in named - roster.members if not roster.excludes(city)}


def _room(roster: Roster, named: set[str]) -> int:
    """How many of the cities may be members that the roster does not list."""
    unsure, size = len(_unsure(roster, named)), roster.size()
    return unsure if size is None else min(unsure, size - len(roster.members))


def _count(sure: int, open_: int, wanted: int, why: str) -> Measured:
    if not wanted:
        return Measured(None, 0, 0, "no-values")
    if open_:
        return Measured(None, wanted - open_, wanted, why, Fraction(sure), Fraction(sure + open_))
    return Measured(Fraction(sure), wanted, wanted)
