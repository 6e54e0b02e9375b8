"""Which existing alliance comes nearest to a wish, and the fewest additions that would make it fit.

Of an alliance whose roster is not complete, only what no further member can undo is known.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import NamedTuple

from kg.designing import Search
from kg.wishes import Candidate, Requirement, Wish, checked, holds, requirements


class Fit(NamedTuple):
    """An alliance and what it meets of a wish, what it misses, and what is not known.

    `additions` to its known members, the fewest that make it fit for sure: None if there are none, or, if not `sure`,
    none were found in the time. `rank` is the same for those that meet as many requirements with as few additions.
    `strangers` are members that are no candidates: nothing is known of them.
    """

    name: str
    met: tuple[Requirement, ...]
    missed: tuple[Requirement, ...]
    unknown: tuple[Requirement, ...]
    additions: tuple[str, ...] | None
    sure: bool
    rank: int
    strangers: tuple[str, ...]


def fit(
    alliances: Mapping[str, tuple[Set[str], bool]], candidates: Iterable[Candidate], wish: Wish, seconds: float = 10.0
) -> list[Fit]:
    """Alliances, each with its known members and whether these are all, the nearest to a wish first.

    First those that surely meet most requirements, then those that need fewest additions, then by name.

    >>> fit({"A": (frozenset({"Moscow"}), False)}, [Candidate("Moscow")], Wish({}, demand_cities=0))[0].met
    (Requirement(key='size_min', parameters=(1,)),)
    """
    known = checked(candidates, wish)
    deadline = time.monotonic() + seconds
    found = []
    for left, (name, (roster, complete)) in zip(range(len(alliances), 0, -1), sorted(alliances.items()), strict=True):
        found.append(_fit(name, roster, complete, known, wish, (deadline - time.monotonic()) / left))
    places = sorted(map(_place, found))
    return sorted((f._replace(rank=1 + places.index(_place(f))) for f in found), key=lambda f: (*_place(f), f.name))


def _place(one: Fit) -> tuple[int, float]:
    return -len(one.met), float("inf") if one.additions is None else len(one.additions)


def _fit(name: str, roster: Set[str], complete: bool, known: Sequence[Candidate], wish: Wish, seconds: float) -> Fit:
    """How one alliance stands; its rank is not told yet."""
    told = frozenset(wish.elements).union(*(c.supplies | c.needs | c.unknown for c in known))
    strangers = sorted(roster - {c.name for c in known})
    people = checked([*known, *(Candidate(stranger, unknown=told) for stranger in strangers)], wish)
    members = [one for one in people if one.name in roster]
    states = {r: standing(r, members, complete) for r in requirements(wish)}
    asked = requirements(wish._replace(members_required=frozenset(wish.members_required) | roster))
    search = Search(people, {}, seconds)
    best = search.least(asked)
    additions = None
    if best.members is not None:
        chosen = search.settle(asked, best.members)[0] if best.status == "optimal" else best.members
        additions = tuple(people[n].name for n in chosen if people[n].name not in roster)
    by_state = {s: tuple(r for r, state in states.items() if state == s) for s in ("met", "missed", "unknown")}
    return Fit(name, **by_state, additions=additions, sure=best.status != "stopped", rank=0, strangers=tuple(strangers))


def standing(requirement: Requirement, members: Sequence[Candidate], complete: bool) -> str:
    """Whether members, all or some of an alliance, meet a requirement: met, missed or unknown.

    >>> standing(Requirement("size_min", (2,)), [Candidate("Moscow")], complete=False)
    'unknown'
    """
    now, best = holds(requirement, members), holds(requirement, [_at_best(requirement, m) for m in members])
    key, values = requirement
    if key in ("top_share", "reciprocity"):
        told = all(not m.unknown and (m.demand is not None or key == "top_share") for m in members)
        return "unknown" if not (complete and told) else "met" if now else "missed"
    if key in ("suppliers", "demand_cities", "size_min", "needs_met", "required") or (key == "leader" and values[0]):
        return "met" if now else "missed" if complete and not best else "unknown"
    if key == "territories_min":
        could = len({m.territory for m in members} - {None}) + sum(m.territory is None for m in members)
        return "met" if now else "missed" if complete and could < values[0] else "unknown"
    return "missed" if not best else "met" if now and complete else "unknown"


def _at_best(requirement: Requirement, one: Candidate) -> Candidate:
    """A city as it would have to be for a requirement to hold, as far as what is stated leaves that open."""
    key, values = requirement
    if key == "leader" and not values[0]:
        return one._replace(unknown=frozenset())
    territory = one.territory
    if territory is None and key == "territories_only":
        territory = next(iter(values), None)
    if territory is None and key == "territories_excluded":
        territory = ""
    needs = one.needs | (one.unknown if key == "needs_met" else frozenset())
    supplies = one.supplies | one.unknown
    return one._replace(territory=territory, supplies=supplies, needs=needs, demand=one.demand is not False)
