"""What alliance design and fit ask of a graph: cities as candidates, rosters, and a wish from what a user names.

A city's profile is as in kg.cities: found where somebody has assessed it, else implied by its tier; what is not
stated, or disputed, is unknown, which is neither having nor lacking. A city that a user names is a candidate even if
nothing is known of it. Territories are those under which a gazetteer files cities.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from kg.design import Candidate, Wish
from kg.errors import BadQuestion
from kg.measures.levels import DEMAND, ELEMENTS, LEVELS, NEEDS, SUPPLY, Coding, Theta
from kg.naming import find
from kg.places import place_named
from kg.terms import EIC, ID
from kg.values import python_value
from kg.wishes import admits, requirements

if TYPE_CHECKING:
    from kg.graph import Graph

#: With more candidates than that an exact design would not be had in reasonable time.
MOST = 2000
#: No number of cities that is asked for may be larger.
_LARGEST = 10_000
_FILED = """SELECT ?city ?territory WHERE { VALUES ?city { %s }
  ?record eic:recordedPlace ?city ; eic:filedUnder ?territory }"""


class Asked(NamedTuple):
    """A wish as a user states it: names of cities, elements and territories in any language; see kg.wishes.Wish.

    `elements`: element -> how many suppliers at least; none given: one supplier of each that some candidate needs.
    `among` leaves only these cities as candidates, besides those that are named elsewhere here.
    """

    elements: Mapping[str, int] = {}
    demand_cities: int = 1
    size: tuple[int, int | None] = (2, None)
    top_share: Any = None
    reciprocity: Any = None
    needs_met: int = 0
    territories_min: int = 0
    territories: Iterable[str] = ()
    without_territories: Iterable[str] = ()
    with_cities: Iterable[str] = ()
    without_cities: Iterable[str] = ()
    apart: Iterable[tuple[str, str]] = ()
    leader: bool | None = None
    among: Iterable[str] = ()


class Sought(NamedTuple):
    """A wish with every name resolved, the cities that are named in it, and those among which it is to be met."""

    wish: Wish
    named: tuple[str, ...] = ()
    among: tuple[str, ...] = ()


def sought(graph: Graph, asked: Asked) -> Sought:
    """What is asked, with every name resolved and every number in bounds; without elements, none are in it yet.

    UnknownName or BadQuestion for a name that means nothing or several things, BadQuestion for a wrong number.
    """
    elements: dict[str, int] = {}
    for name, number in asked.elements.items():
        element = find(graph, name, "SupplyElement", "element").value.removeprefix(EIC)
        if element in elements:
            raise BadQuestion(f"element {name} is given twice; give it once, with one number")
        elements[element] = _number(number, f"element {name}", 1)
    low, high = asked.size
    required, excluded = _cities(graph, asked.with_cities), _cities(graph, asked.without_cities)
    pairs = tuple((_city(graph, one), _city(graph, other)) for one, other in asked.apart)
    wish = Wish(
        elements,
        _number(asked.demand_cities, "demand cities"),
        (_number(low, "members at least", 1), None if high is None else _number(high, "members at most", 1)),
        share(asked.top_share, "top share"),
        share(asked.reciprocity, "reciprocity"),
        needs_met=_number(asked.needs_met, "needs met"),
        territories_min=_number(asked.territories_min, "territories"),
        territories_only=frozenset(_territory(graph, name) for name in asked.territories) or None,
        territories_excluded=frozenset(_territory(graph, name) for name in asked.without_territories),
        members_required=frozenset(required),
        members_excluded=frozenset(excluded),
        forbidden_pairs=pairs,
        leader=asked.leader,
    )
    named = dict.fromkeys([*required, *excluded, *(iri for pair in pairs for iri in pair)])
    return Sought(wish, tuple(named), _cities(graph, asked.among))


def candidates(graph: Graph, what: Sought, theta: Theta = "someLevel", coding: Coding = "A") -> list[Candidate]:
    """The cities of whose elements something is known, or those among which a wish is to be met; and those named in it.

    Of more than MOST cities only those are taken that the wish for territories lets in. BadQuestion where these are
    too many still.
    """
    only, barred = what.wish.territories_only, what.wish.territories_excluded
    every = dict.fromkeys([*(what.among or graph.cities.iris), *what.named])
    if len(every) > MOST and (only is not None or barred):
        filed = _territories(graph, every)
        where = {iri: filed.get(iri) for iri in every}
        let_in = [iri for iri, at in where.items() if at is None or (at not in barred and (only is None or at in only))]
        every = dict.fromkeys([*let_in, *what.named])
    if len(every) > MOST:
        raise BadQuestion(
            f"{len(every):,} cities are candidates, and a design takes {MOST:,} at most; "
            "narrow them with --territory, or name them with --among"
        )
    return profiled(graph, every, theta, coding)


def profiled(graph: Graph, iris: Iterable[str], theta: Theta = "someLevel", coding: Coding = "A") -> list[Candidate]:
    """Cities as candidates, with what is known of each; that may be nothing."""
    several = [*iris]
    known, filed = graph.cities, _territories(graph, several)
    supplies, needs = known.supplies(theta, coding), known.needs()
    made = []
    for iri in several:
        n = known.at.get(iri)
        if n is None:
            made.append(Candidate(iri, filed.get(iri), unknown=frozenset(SUPPLY)))
            continue
        levels = dict(zip(ELEMENTS, (int(level) for level in known.levels[n]), strict=True))
        has, lacks = dict(zip(ELEMENTS, supplies[n], strict=True)), dict(zip(ELEMENTS, needs[n], strict=True))
        made.append(
            Candidate(
                iri,
                filed.get(iri),
                frozenset(e for e in SUPPLY if has[e] and not lacks[e]),
                frozenset(e for e in SUPPLY if lacks[e]),
                None if levels[DEMAND] < 0 else LEVELS[levels[DEMAND]] not in NEEDS,
                frozenset(e for e in SUPPLY if levels[e] < 0),
                max(levels.values()) >= 0 and not bool(known.found[n].any()),
            )
        )
    return made


def filled(what: Sought, people: Iterable[Candidate]) -> Wish:
    """The wish; where no elements are asked for, with one supplier of each that some candidate needs who is let in."""
    asked = requirements(what.wish)
    needed = sorted(set[str]().union(*(one.needs for one in people if all(admits(r, one) for r in asked))))
    return what.wish if what.wish.elements else what.wish._replace(elements=dict.fromkeys(needed, 1))


def rosters(graph: Graph) -> dict[str, tuple[frozenset[str], bool]]:
    """The known members of each alliance, and whether these are all, which they are not where a group of unnamed
    cities is a member besides."""
    return {
        alliance: (
            frozenset(iri for iri in roster.members if not _is_group(iri)),
            roster.complete and not any(map(_is_group, roster.members)),
        )
        for alliance, roster in graph.rosters.items()
        if roster.members
    }


def share(value: Any, what: str) -> Fraction | None:
    """A share as an exact number; None stays None. BadQuestion for what is none from 0 to 1.

    >>> share("0.5", "top share"), share("1/3", "top share")
    (Fraction(1, 2), Fraction(1, 3))
    """
    if value is None:
        return None
    if not isinstance(value, Fraction) and not re.fullmatch(r"\d{1,9}(\.\d{1,9}|/0*[1-9]\d{0,8})?", str(value)):
        raise BadQuestion(f"{what} {value}: write a share from 0 to 1, such as 0.5 or 1/3")
    exact = value if isinstance(value, Fraction) else Fraction(str(value))
    if not 0 <= exact <= 1:
        raise BadQuestion(f"{what} {value}: a share lies between 0 and 1")
    return exact


def _number(value: int, what: str, least: int = 0) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= _LARGEST:
        raise BadQuestion(f"{what}: {value!s:.20} is asked for; write a whole number from {least} to {_LARGEST:,}")
    return value


def _city(graph: Graph, name: str) -> str:
    return place_named(graph, name).value


def _cities(graph: Graph, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_city(graph, name) for name in names))


def _territory(graph: Graph, name: str) -> str:
    """The IRI of the territory that a two-letter code, or a name, means."""
    code = f"{ID}territory/{name.lower()}"
    if re.fullmatch(r"[A-Za-z]{2}", name) and graph.select(
        f"SELECT ?t WHERE {{ VALUES ?t {{ <{code}> }} ?t a eic:Territory }}"
    ):
        return code
    return find(graph, name, "Territory", "territory").value


def _territories(graph: Graph, iris: Iterable[str]) -> dict[str, str]:
    """Under which territory each city is filed: as in kg.cities, and as a gazetteer has it for those not there."""
    known, several = graph.cities, [*iris]
    filed = {iri: str(known.territory[known.at[iri]]) for iri in several if iri in known.at}
    others = [f"<{iri}>" for iri in several if iri not in known.at]
    for row in graph.select(_FILED % " ".join(others)) if others else ():
        city, territory = (str(python_value(term)) for term in row.values())
        filed[city] = min(filed.get(city, territory), territory)
    return {iri: territory for iri, territory in filed.items() if territory}


def _is_group(iri: str) -> bool:
    return iri.startswith(f"{ID}group/")
