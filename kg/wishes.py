"""What is asked of an alliance, and whether a set of cities meets it: whole numbers and fractions, nothing rounded.

A tie goes from one member to another on an element that the first supplies and the second needs. What is not stated
of a city makes no tie, and counts neither as there nor as wanting.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from fractions import Fraction
from itertools import combinations, pairwise
from math import isfinite
from typing import Any, NamedTuple

from kg.errors import BadQuestion, UnknownName

#: Under these names `unknown_would_help` lists who has no stated market demand, and no stated territory.
DEMAND, TERRITORY = "demand", "territory"
Number = int | float | Fraction


class Candidate(NamedTuple):
    """A city that may join: what it supplies, needs, and what is not stated of it (`unknown`, `demand` None)."""

    name: str
    territory: str | None = None
    supplies: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    demand: bool | None = None
    unknown: frozenset[str] = frozenset()
    implied: bool = False


class Wish(NamedTuple):
    """What is asked of an alliance; what is left out is not asked.

    `elements`: how many members at least must supply each. `size`: fewest and most members, None for no limit.
    `top_share`: the most that one supplier may give of all supply ties. `reciprocity`: the least share of what is given
    that is given back, Σ min(w_ij, w_ji) / Σ w_ij over ordered pairs (Squartini and others 2013), w_ij being the number
    of elements that i gives j. With `demand_counts` a member with market demand gives one unit back to each that
    supplies it: the paper's tiers are ordered in every element, so that without it reciprocity is 0 whoever takes part.
    Where there is no tie, both are undefined, and neither limit is broken: `needs_met`, the least number of needs of
    members that some member supplies, asks for ties. `leader`: a member that supplies every
    element asked for must be there (True) or must not (False: nor one of whom it is not known). `cost` is 1 by default.
    """

    elements: Mapping[str, int]
    demand_cities: int = 1
    size: tuple[int, int | None] = (1, None)
    top_share: Fraction | None = None
    reciprocity: Fraction | None = None
    demand_counts: bool = True
    needs_met: int = 0
    territories_min: int = 0
    territories_only: Set[str] | None = None
    territories_excluded: Set[str] = frozenset()
    members_required: Set[str] = frozenset()
    members_excluded: Set[str] = frozenset()
    forbidden_pairs: Iterable[Iterable[str]] = ()
    cost: Mapping[str, Number] = {}
    leader: bool | None = None


class Requirement(NamedTuple):
    """One thing asked of an alliance: a key for messages and its parameters."""

    key: str
    parameters: tuple[Any, ...] = ()


def requirements(wish: Wish) -> tuple[Requirement, ...]:
    """All that a wish asks for, one by one, in an order of its own.

    >>> [r.key for r in requirements(Wish({"knowledge": 2}, top_share=Fraction(1, 2)))]
    ['suppliers', 'demand_cities', 'size_min', 'top_share']
    """
    asked = [Requirement("suppliers", (element, k)) for element, k in sorted(wish.elements.items()) if k > 0]
    low, high = wish.size
    least = {"demand_cities": wish.demand_cities, "size_min": low, "needs_met": wish.needs_met}
    least["territories_min"] = wish.territories_min
    asked += [Requirement(key, (number,)) for key, number in least.items() if number > 0]
    asked += [Requirement("size_max", (high,))] if high is not None else []
    asked += [Requirement("top_share", (Fraction(wish.top_share),))] if wish.top_share is not None else []
    if wish.reciprocity is not None:
        asked.append(Requirement("reciprocity", (Fraction(wish.reciprocity), wish.demand_counts)))
    if wish.territories_only is not None:
        asked.append(Requirement("territories_only", tuple(sorted(wish.territories_only))))
    if wish.territories_excluded:
        asked.append(Requirement("territories_excluded", tuple(sorted(wish.territories_excluded))))
    if wish.leader is not None:
        asked.append(Requirement("leader", (wish.leader, tuple(sorted(e for e, k in wish.elements.items() if k > 0)))))
    asked += [Requirement("required", (name,)) for name in sorted(wish.members_required)]
    asked += [Requirement("excluded", (name,)) for name in sorted(wish.members_excluded)]
    pairs = {tuple(sorted(set(pair))) for pair in wish.forbidden_pairs}
    return tuple(asked + [Requirement("forbidden_pair", pair) for pair in sorted(pairs)])


def checked(candidates: Iterable[Candidate], wish: Wish) -> list[Candidate]:
    """The candidates in order of their names; BadQuestion or UnknownName where they or the wish make no sense."""
    ordered = sorted(candidates, key=lambda c: c.name)
    names = {c.name for c in ordered}
    if len(names) < len(ordered):
        twice = next(a.name for a, b in pairwise(ordered) if a.name == b.name)
        raise BadQuestion(f"{twice} is a candidate twice; give each city once")
    for c in ordered:
        both = (c.supplies & c.needs) | (c.supplies & c.unknown) | (c.needs & c.unknown)
        if both:
            raise BadQuestion(f"{c.name}: {min(both)} is supplied, needed or unknown at once; give it one of the three")
    asked = requirements(wish)
    named = {n for r in asked if r.key in ("required", "excluded", "forbidden_pair") for n in r.parameters}
    for name in sorted(named | wish.cost.keys()):
        if name not in names:
            raise UnknownName("candidate", name, names)
    low, high = wish.size
    numbers = [*wish.elements.values(), wish.demand_cities, low, wish.needs_met, wish.territories_min, high or 0]
    if min(numbers) < 0:
        raise BadQuestion(f"{min(numbers)} is asked for at least; a number of members cannot be negative")
    for key, share in (("top_share", wish.top_share), ("reciprocity", wish.reciprocity)):
        if share is not None and not 0 <= share <= 1:
            raise BadQuestion(f"{key} is {share}; a share lies between 0 and 1")
    if any(r.key == "forbidden_pair" and len(r.parameters) != 2 for r in asked):
        raise BadQuestion("a forbidden pair must name two different cities")
    for name, cost in sorted(wish.cost.items()):
        if not isfinite(cost) or cost < 0:
            raise BadQuestion(f"the cost of {name} is {cost}; a cost is a number from 0 up")
    return ordered


def holds(requirement: Requirement, members: Sequence[Candidate]) -> bool:
    """Whether what is stated of the members meets a requirement.

    >>> holds(Requirement("suppliers", ("knowledge", 1)), [Candidate("Minsk", unknown=frozenset({"knowledge"}))])
    False
    """
    key, values = requirement
    if key == "suppliers":
        return bool(sum(values[0] in m.supplies for m in members) >= values[1])
    if key == "demand_cities":
        return bool(sum(m.demand is True for m in members) >= values[0])
    if key in ("size_min", "size_max"):
        return bool(len(members) >= values[0] if key == "size_min" else len(members) <= values[0])
    if key == "needs_met":
        return met_needs(members) >= int(values[0])
    if key == "top_share":
        ties = [*supply_ties(members).values()]
        return bool(max(ties, default=0) <= values[0] * sum(ties))
    if key == "reciprocity":
        back, given = exchange(members, values[1])
        return bool(back >= values[0] * given)
    if key == "territories_min":
        return bool(len({m.territory for m in members} - {None}) >= values[0])
    if key == "leader" and values[0]:
        return any(m.supplies >= {*values[1]} for m in members)
    names = {m.name for m in members}
    if key == "required":
        return bool(values[0] in names)
    if key == "forbidden_pair":
        return bool(not {*values} <= names)
    return all(admits(requirement, m) for m in members)


def admits(requirement: Requirement, one: Candidate) -> bool:
    """Whether a requirement lets this city in at all; who may be what is ruled out is not let in."""
    key, values = requirement
    if key == "territories_only":
        return one.territory in values
    if key == "territories_excluded":
        return one.territory is not None and one.territory not in values
    if key == "leader" and not values[0]:
        return not one.supplies | one.unknown >= {*values[1]}
    return key != "excluded" or one.name not in values


def supply_ties(members: Sequence[Candidate]) -> dict[str, int]:
    """How many supply ties go out from each member."""
    return {i.name: sum(len(i.supplies & j.needs) for j in members if j is not i) for i in members}


def given(one: Candidate, other: Candidate, demand_counts: bool) -> int:
    """How many units one city gives another: elements, and one for market demand to a city that supplies it."""
    return len(one.supplies & other.needs) + bool(demand_counts and one.demand and other.supplies & one.needs)


def exchange(members: Sequence[Candidate], demand_counts: bool) -> tuple[int, int]:
    """What is given back, Σ min(w_ij, w_ji), and what is given, Σ w_ij, over ordered pairs of members."""
    both = [(given(i, j, demand_counts), given(j, i, demand_counts)) for i, j in combinations(members, 2)]
    return sum(2 * min(pair) for pair in both), sum(map(sum, both))


def met_needs(members: Sequence[Candidate]) -> int:
    """How many needs of members some member supplies."""
    supplied = frozenset[str]().union(*(m.supplies for m in members))
    return sum(len(m.needs & supplied) for m in members)


def not_stated(candidates: Iterable[Candidate], wish: Wish) -> dict[str, tuple[str, ...]]:
    """For each element asked for, and for DEMAND and TERRITORY where they matter, who could not be counted."""
    asked = [r for r in requirements(wish) if r.key not in ("territories_only", "territories_excluded", "leader")]
    free = [c for c in candidates if all(admits(r, c) for r in asked)]
    placed = wish.territories_min or wish.territories_only is not None or wish.territories_excluded
    found = {e: tuple(c.name for c in free if e in c.unknown) for e, k in sorted(wish.elements.items()) if k > 0}
    found[DEMAND] = tuple(c.name for c in free if c.demand is None and wish.demand_cities > 0)
    found[TERRITORY] = tuple(c.name for c in free if c.territory is None and placed)
    return {element: names for element, names in found.items() if names}


def failing(asked: Iterable[Requirement], members: Sequence[Candidate]) -> Iterator[Requirement]:
    """The requirements that these members do not meet."""
    return (requirement for requirement in asked if not holds(requirement, members))
