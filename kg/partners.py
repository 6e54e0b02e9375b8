"""Partners for a city: who can give it what it needs, what comes back, through which alliances, and what is not known.

No score is made of it all. Cities are ranked by how many of the wanted elements they are known to supply, and those
that supply as many share a rank; within a rank they stand in order of distance, which says nothing of their worth.
Where less than a share of what the ranking rests on is known, there is no ranking, and what to find out first is told.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING, Any, NamedTuple

from kg.errors import BadQuestion, UnknownName
from kg.measures.levels import DEMAND, ELEMENTS, LEVELS, NEEDS, SUPPLY, Coding, Theta
from kg.values import python_value

if TYPE_CHECKING:
    from kg.cities import Cities
    from kg.graph import Graph
    from kg.memberships import Roster

#: Below this share of known inputs there is no ranking.
LEAST = Fraction(1, 2)


class Partner(NamedTuple):
    """A city that may be a partner, by its IRI.

    rank      its place by the number of wanted elements that it supplies; equal for equal numbers
    tied      how many cities share that rank
    meets     the wanted elements that it is known to have (with `offer`: to need); `unknown` those on which nothing is
              known of it
    returns   the elements that come back: what it needs and the city has (with `offer`: what it has and the city needs)
    perhaps   elements that come back, if the city has (with `offer`: needs) them: nothing is known of that
    demand    whether it has market demand: None where that is not stated
    implied   whether all that is known of it is implied by its tier
    km        distance; None where one of the two is not located
    shared    alliances in which both are; `open` those in which it is and the city is not known to be
    known     the share of the wanted elements on which something is known of it
    """

    city: str
    rank: int
    tied: int
    meets: tuple[str, ...]
    unknown: tuple[str, ...]
    returns: tuple[str, ...]
    perhaps: tuple[str, ...]
    demand: bool | None
    implied: bool
    km: float | None
    shared: tuple[str, ...]
    open: tuple[str, ...]
    known: Fraction


class Found(NamedTuple):
    """Partners for a city, the best ranked first, and what the ranking rests on.

    offer     whether cities are sought that need what the city has, and not those that have what it needs
    wanted    the elements in which partners are sought: those that the city needs (has), or those that were asked for
    unstated  elements on which nothing is known of the city itself
    known     the share of the supply-side elements on which something is known of it
    ranked    whether there is a ranking: not where `known` is below `least`, unless elements were asked for
    partners  the first `count`; `considered` how many cities were compared, `useful` how many meet something wanted
    unranked  cities of which less than `least` of the wanted elements is known, the best known first
    groups    groups of cities, unnamed, whose tier would meet something wanted
    """

    city: str
    offer: bool
    wanted: tuple[str, ...]
    unstated: tuple[str, ...]
    known: Fraction
    least: Fraction
    ranked: bool
    partners: tuple[Partner, ...]
    considered: int
    useful: int
    unranked: tuple[str, ...]
    groups: tuple[str, ...]


def partners(
    graph: Graph,
    city: str,
    elements: Iterable[str] = (),
    *,
    offer: bool = False,
    count: int = 20,
    least: Fraction = LEAST,
    theta: Theta = "someLevel",
    coding: Coding = "A",
) -> Found:
    """Partners for the city of this IRI, in the elements that it needs, or in those given by their local names; with
    `offer` those that need what it has.

    `theta` is the level from which on a city can supply an element, in a coding of the level words. UnknownName for an
    unknown element, BadQuestion for a share beyond 0 to 1. Moscow is the answer to what Kyiv needs on the paper's view:

    >>> import kg
    >>> from kg.terms import ID
    >>> found = partners(kg.build("memory:"), f"{ID}city/kyiv")
    >>> [(p.city.rsplit("/")[-1], p.rank, p.tied) for p in found.partners]
    [('moscow', 1, 2), ('saint-petersburg', 1, 2)]
    """
    if not 0 <= least <= 1:
        raise BadQuestion(f"the least share of what must be known is {least}; it lies between 0 and 1")
    asked = tuple(elements)
    for element in asked:
        if element not in SUPPLY:
            raise UnknownName("supply-side element", element, SUPPLY)
    known = graph.cities
    profile = known.profile(city)
    unstated = tuple(e for e in SUPPLY if e not in profile)
    row = known.at.get(city)
    here, there = known.needs(), known.supplies(theta, coding)
    here, there = (there, here) if offer else (here, there)
    own = () if row is None else tuple(e for n, e in enumerate(ELEMENTS) if e != DEMAND and here[row, n])
    wanted = tuple(e for e in SUPPLY if e in asked) or own
    share = Fraction(len(SUPPLY) - len(unstated), len(SUPPLY))
    others = len(known.iris) - (row is not None)
    none = Found(city, offer, wanted, unstated, share, least, bool(asked) or share >= least, (), others, 0, (), ())
    return _compared(graph, known, none, here, there, count) if none.ranked and wanted else none


def _compared(graph: Graph, known: Cities, none: Found, here: Any, there: Any, count: int) -> Found:
    """All cities set beside what is wanted: `there` is where they meet it, `here` where the city wants it."""
    import numpy as np

    row = known.at.get(none.city)
    columns = [ELEMENTS.index(e) for e in none.wanted]
    told = known.levels[:, columns] >= 0
    number = there[:, columns].sum(axis=1)
    enough = told.sum(axis=1) >= ceil(none.least * len(columns))  # not a Fraction: that is compared one by one
    if row is not None:
        number[row], enough[row] = 0, True  # nobody is his own partner
    km = known.km(none.city, graph)
    candidates = np.flatnonzero((number > 0) & enough)
    counts = np.bincount(number[candidates], minlength=len(columns) + 1)
    order = candidates[np.lexsort((candidates, np.nan_to_num(km[candidates], nan=np.inf), -number[candidates]))]
    rosters = graph.rosters
    made = []
    for n in order[:count]:
        rank, tied = 1 + int(counts[number[n] + 1 :].sum()), int(counts[number[n]])
        made.append(_partner(known, none, int(n), rank, tied, here, there, km, rosters))
    unranked = np.flatnonzero(~enough)
    sparse = unranked[np.lexsort((unranked, -told[unranked].sum(axis=1)))][:count]
    return none._replace(
        partners=tuple(made),
        useful=len(candidates),
        unranked=tuple(known.iris[n] for n in sparse),
        groups=_groups(graph, none),
    )


def _groups(graph: Graph, found: Found) -> tuple[str, ...]:
    """The groups of cities whose tier meets something wanted."""
    edge = "needsElement" if found.offer else "suppliesElement"
    wanted = ", ".join(f"eic:{element}" for element in found.wanted)
    # from the few groups, not from the many places of a tier
    rows = graph.select(f"""SELECT DISTINCT ?group WHERE {{
  ?group a eic:CityGroup ; eic:hasTier ?tier . ?tier eic:{edge} ?element FILTER(?element IN ({wanted}))
}} ORDER BY STR(?group)""")
    return tuple(str(python_value(row["group"])) for row in rows)


def _partner(
    known: Cities,
    none: Found,
    n: int,
    rank: int,
    tied: int,
    here: Any,
    there: Any,
    km: Any,
    rosters: dict[str, Roster],
) -> Partner:
    iri, row = known.iris[n], known.at.get(none.city)
    levels = dict(zip(ELEMENTS, known.levels[n], strict=True))
    has, lacks = dict(zip(ELEMENTS, there[n], strict=True)), dict(zip(ELEMENTS, here[n], strict=True))
    mine = dict(zip(ELEMENTS, there[row], strict=True)) if row is not None else {}
    demand = None if levels[DEMAND] < 0 else LEVELS[levels[DEMAND]] not in NEEDS
    unknown = tuple(e for e in none.wanted if levels[e] < 0)
    theirs = {alliance for alliance, roster in rosters.items() if iri in roster.members}
    shared = {alliance for alliance in theirs if none.city in rosters[alliance].members}
    return Partner(
        iri,
        rank,
        tied,
        tuple(e for e in none.wanted if has[e]),
        unknown,
        tuple(e for e in SUPPLY if lacks[e] and mine.get(e)),
        tuple(e for e in SUPPLY if lacks[e] and e in none.unstated),
        demand,
        not bool(known.found[n].any()),
        None if km[n] != km[n] else float(km[n]),
        tuple(sorted(shared)),
        tuple(sorted(theirs - shared)),
        1 - Fraction(len(unknown), len(none.wanted)),
    )
