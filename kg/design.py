"""Alliances by design: the cheapest that meets a wish, why each member is in it, and what it would cost to do without.

A cover by the fewest with limits, found exactly with HiGHS through scipy (kg.designing). Only what is stated of cities
counts; what is not stated is listed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple

from kg.designing import Search
from kg.errors import UnknownName
from kg.fitting import Fit, fit
from kg.pools import Members
from kg.wishes import (
    Candidate,
    Requirement,
    Wish,
    checked,
    exchange,
    not_stated,
    requirements,
    supply_ties,
)

__all__ = [
    "Candidate",
    "Changes",
    "Design",
    "Difference",
    "Fit",
    "Measures",
    "Price",
    "Requirement",
    "Wish",
    "design",
    "fit",
    "what_if",
]
#: At most so many other designs, and so many exchanges for one member, are listed.
_OTHERS = 10


class Price(NamedTuple):
    """What the optimum would cost more without a member: None if nothing meets the wish then; not `sure`: at least."""

    extra: Fraction | None
    sure: bool = True


class Measures(NamedTuple):
    """What can be counted of a design; None where nothing is there to be divided.

    `suppliers` of each element asked for; `top_share` of supply ties and who has it; `reciprocity` as in Wish;
    `unmet` needs of members; `unknown_share` of inputs (each element that anybody is told of, and market demand, for
    each member); `implied_share` of members whose profile is implied by their tier.
    """

    suppliers: dict[str, int]
    top_share: Fraction | None
    top_suppliers: tuple[str, ...]
    reciprocity: Fraction | None
    unmet: dict[str, tuple[str, ...]]
    unknown_share: Fraction | None
    implied_share: Fraction | None


class Design(NamedTuple):
    """An alliance that meets a wish, members in order of their names.

    `status`: optimal, impossible or stopped (not proven: time was over, or candidates differ too much); nothing that
    meets the wish costs less than `bound`. `why`: what would fail without each member; `exchangeable` with the cities
    that could take its place at equal cost (none if more would have to change), `not_needed` where nothing would fail.
    `alternatives` cost as much. `conflicts`: requirements that cannot hold together, though any of them left out, the
    others can. Where not `settled`, time was over before ties, prices or conflicts were worked out in full. Keys of
    `unknown_would_help`: elements, `demand`, `territory`.
    """

    status: str
    members: tuple[str, ...]
    objective: Fraction | None
    bound: Fraction
    why: dict[str, tuple[Requirement, ...]]
    exclusion_cost: dict[str, Price]
    alternatives: tuple[tuple[str, ...], ...]
    conflicts: tuple[Requirement, ...]
    measures: Measures
    unknown_would_help: dict[str, tuple[str, ...]]
    settled: bool


class Changes(NamedTuple):
    """What is otherwise in a what-if: candidates, new or instead of those of their names; some left out; a wish."""

    candidates: tuple[Candidate, ...] = ()
    without: frozenset[str] = frozenset()
    wish: Wish | None = None


class Difference(NamedTuple):
    """Two designs, who joined and who left, and what the second costs more; None where one of them is not there."""

    before: Design
    after: Design
    joined: tuple[str, ...]
    left: tuple[str, ...]
    cost: Fraction | None
    sure: bool


def design(candidates: Iterable[Candidate], wish: Wish, seconds: float = 10.0) -> Design:
    """The cheapest alliance that meets a wish; of several, the one that meets most needs of its members, then the
    first by its members' names in order. Whatever the order of candidates, the answer is the same, given the time.

    BadQuestion or UnknownName where the wish or the candidates make no sense; ImportError without scipy.

    >>> design([Candidate("Moscow", supplies=frozenset({"knowledge"}), demand=True)], Wish({"knowledge": 1})).members
    ('Moscow',)
    """
    people, asked = checked(candidates, wish), requirements(wish)
    search = Search(people, wish.cost, seconds)
    found = search.least(asked)
    members, others, settled = found.members or (), list[Members](), found.status != "stopped"
    conflicts: tuple[Requirement, ...] = ()
    if found.status == "optimal":
        members, settled = search.settle(asked, members)
    elif found.status == "impossible":
        conflicts, settled = _conflict(search, asked)
    prices = {n: _price(search, asked, n, members, found.status) for n in members}
    if found.status == "optimal":
        others, whole = search.others(asked, members, _OTHERS)
        settled = settled and whole
    names = {n: people[n].name for n in members}
    return Design(
        found.status,
        tuple(names.values()),
        Fraction(search.cost(members), search.scale) if found.members is not None else None,
        Fraction(found.bound, search.scale),
        {names[n]: _why(search, asked, n, members, prices[n]) for n in members},
        {names[n]: price for n, price in prices.items()},
        tuple(tuple(people[n].name for n in other) for other in others),
        conflicts,
        _measures([people[n] for n in members], people, wish),
        not_stated(people, wish),
        settled and all(price.sure for price in prices.values()),
    )


def what_if(candidates: Iterable[Candidate], wish: Wish, changes: Changes, seconds: float = 10.0) -> Difference:
    """What a design becomes under changes; `seconds` are for each of the two. Errors as in design.

    >>> cities = [Candidate(name, supplies=frozenset({"knowledge"}), demand=True) for name in ("Baku", "Minsk")]
    >>> what_if(cities, Wish({"knowledge": 1}), Changes(without=frozenset({"Baku"}))).joined
    ('Minsk',)
    """
    known = [*candidates]
    people = {one.name: one for one in known}
    before = design(known, wish, seconds)
    people |= {one.name: one for one in changes.candidates}
    for name in sorted(changes.without - people.keys()):
        raise UnknownName("candidate", name, people)
    other = wish if changes.wish is None else changes.wish
    other = other._replace(members_excluded=frozenset(other.members_excluded) | changes.without)
    after = design(people.values(), other, seconds)
    joined = tuple(name for name in after.members if name not in before.members)
    left = tuple(name for name in before.members if name not in after.members)
    cost = None if after.objective is None or before.objective is None else after.objective - before.objective
    return Difference(before, after, joined, left, cost, "stopped" not in (before.status, after.status))


def _price(search: Search, asked: Sequence[Requirement], n: int, members: Members, status: str) -> Price:
    """What the optimum costs more without a member."""
    if Requirement("required", (search.people[n].name,)) in asked:
        return Price(None)
    if not {*search.same(asked, n)} <= {*members}:
        return Price(Fraction(0))
    if status == "stopped":
        return Price(Fraction(0), sure=False)
    found = search.least(asked, without=n)
    if found.status == "impossible":
        return Price(None)
    extra = max(0, found.bound - search.cost(members))
    return Price(Fraction(extra, search.scale), sure=found.status == "optimal")


def _why(
    search: Search, asked: Sequence[Requirement], n: int, members: Members, price: Price
) -> tuple[Requirement, ...]:
    """What would fail without a member, and who could take its place at no cost."""
    rest = [other for other in members if other != n]
    reasons = [r for r in asked if not search.meets([r], rest)] or [Requirement("not_needed")]
    if price.extra != 0 or not price.sure:
        return tuple(reasons)
    instead: list[str] = []
    for other, one in enumerate(search.people):
        free = other not in members and search.costs[other] == search.costs[n] and len(instead) < _OTHERS
        if free and search.meets(asked, [*rest, other]):
            instead.append(one.name)
    return (*reasons, Requirement("exchangeable", tuple(instead)))


def _conflict(search: Search, asked: Sequence[Requirement]) -> tuple[tuple[Requirement, ...], bool]:
    """Requirements that cannot hold together: one alone if there is such, else what is left when each that can go went.

    Also whether it is proven of each that the others could hold without it.
    """
    for requirement in asked:
        if search.least([requirement]).status == "impossible":
            return (requirement,), True
    kept, proven = list(asked), True
    for requirement in asked:
        fewer = [r for r in kept if r != requirement]
        status = search.least(fewer).status
        kept = fewer if status == "impossible" else kept
        proven = proven and status != "stopped"
    return tuple(kept), proven


def _measures(members: Sequence[Candidate], people: Sequence[Candidate], wish: Wish) -> Measures:
    """What can be counted of these members."""
    ties = supply_ties(members)
    total, most = sum(ties.values()), max(ties.values(), default=0)
    back, given = exchange(members, wish.demand_counts)
    supplied = frozenset[str]().union(*(m.supplies for m in members))
    told = frozenset(wish.elements).union(*(p.supplies | p.needs | p.unknown for p in people))
    inputs, unknown = len(members) * (len(told) + 1), sum(len(m.unknown) + (m.demand is None) for m in members)
    return Measures(
        {element: sum(element in m.supplies for m in members) for element in sorted(wish.elements)},
        Fraction(most, total) if total else None,
        tuple(name for name, count in ties.items() if count == most and total),
        Fraction(back, given) if given else None,
        {m.name: tuple(sorted(m.needs - supplied)) for m in members if m.needs - supplied},
        Fraction(unknown, inputs) if inputs else None,
        Fraction(sum(m.implied for m in members), len(members)) if members else None,
    )
