"""Which candidates an alliance can be chosen from: what each costs, who is let in, and who is like whom.

Cities that differ in nothing that is asked are alike: of a group of these only as many are looked at as any best
alliance can use.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from kg.errors import BadQuestion
from kg.programmes import Model, alike
from kg.wishes import Candidate, Number, Requirement, admits, failing

#: Requirements that need products of columns.
ON_TIES = ("top_share", "reciprocity")
#: The largest sum of costs in whole units that the solver adds up without loss.
_LARGEST = 10**11
#: So many candidates are left where all would be too many.
_ONLY = 120
Members = tuple[int, ...]
Asked = Sequence[Requirement]


class Pool:
    """Candidates by number, in order of their names, and what each costs in whole units, `scale` to one."""

    def __init__(self, people: Sequence[Candidate], costs: Mapping[str, Number]):
        self.people = people
        exact = [Fraction(str(costs.get(one.name, 1))) for one in people]
        self.scale = math.lcm(*(cost.denominator for cost in exact))
        self.costs = [int(cost * self.scale) for cost in exact]
        if sum(self.costs) > _LARGEST:
            raise BadQuestion("the costs are too large or too finely given to be added up without loss; round them")

    def cost(self, members: Iterable[int]) -> int:
        """What these members cost in whole units."""
        return sum(self.costs[n] for n in members)

    def meets(self, asked: Asked, members: Iterable[int]) -> bool:
        """Whether these members meet all that is asked."""
        return next(failing(asked, [self.people[n] for n in members]), None) is None

    def free(self, asked: Asked, without: int | None = None) -> list[int]:
        """The candidates that what is asked lets in, without one if so wished."""
        return [n for n, one in enumerate(self.people) if n != without and all(admits(r, one) for r in asked)]

    def key(self, asked: Asked, n: int) -> tuple[Any, ...]:
        """What is the same in cities that can stand for each other."""
        one = self.people[n]
        named = any(r.key in ("required", "forbidden_pair") and one.name in r.parameters for r in asked)
        territory = one.territory if any(r.key == "territories_min" for r in asked) else None
        return (*alike(one), territory, self.costs[n], one.name if named else None)

    def same(self, asked: Asked, n: int) -> list[int]:
        """The other cities that what is asked cannot tell from this one."""
        key = self.key(asked, n)
        return [other for other in self.free(asked, n) if self.key(asked, other) == key]

    def groups(self, asked: Asked, free: Iterable[int]) -> list[list[int]]:
        """Groups of cities that can stand for each other."""
        found: dict[Any, list[int]] = defaultdict(list)
        for n in free:
            found[self.key(asked, n)].append(n)
        return [*found.values()]

    def pool(self, asked: Asked, free: Sequence[int], most: int) -> list[int]:
        """The first of each group of like cities: as many as a best alliance can hold of it.

        Without limits on ties, a group with more members than any number asked for could lose one: it would be cheaper.
        """
        numbers = {"suppliers": 1, "demand_cities": 0, "size_min": 0, "needs_met": 0}
        enough = max([1, *(r.parameters[numbers[r.key]] for r in asked if r.key in numbers)])
        limited = any(r.key in ON_TIES for r in asked) or not all(self.costs[n] for n in free)
        kept = most if limited else min(most, enough)
        return sorted(n for group in self.groups(asked, free) for n in group[:kept])

    def narrowed(self, asked: Asked, pool: Sequence[int]) -> list[int]:
        """Some of the pool: those that are required, then by turns those that give most and those that take most."""
        required = {r.parameters[0] for r in asked if r.key == "required"}
        kept = {n: None for n in pool if self.people[n].name in required}
        giving = sorted(pool, key=lambda n: (-len(self.people[n].supplies), not self.people[n].demand, n))
        taking = sorted(pool, key=lambda n: (not self.people[n].demand, -len(self.people[n].needs), n))
        for pair in zip(giving, taking, strict=True):
            kept |= dict.fromkeys(pair if len(kept) < _ONLY else ())
        return sorted(kept)

    def in_order(self, asked: Asked, pool: Sequence[int], model: Model) -> None:
        """Of like cities the first by name join first."""
        last: dict[Any, int] = {}
        for at, n in enumerate(pool):
            key = self.key(asked, n)
            if key in last:
                model.row({last[key]: 1, at: -1}, 0)
            last[key] = at

    def _prices(self, asked: Asked, free: Sequence[int]) -> tuple[int, list[int]]:
        """How many are required and what they cost, first of a list; then what the others cost, the cheapest first."""
        names = {r.parameters[0] for r in asked if r.key == "required"}
        fixed = [n for n in free if self.people[n].name in names]
        return len(fixed), [self.cost(fixed), *sorted(self.costs[n] for n in free if n not in fixed)]

    def cheapest(self, asked: Asked, free: Sequence[int], count: int) -> int:
        """The least that so many members can cost."""
        fixed, prices = self._prices(asked, free)
        return sum(prices[: 1 + max(0, count - fixed)])

    def most(self, asked: Asked, free: Sequence[int], cost: int) -> int:
        """The most members that can cost no more than so much."""
        fixed, prices = self._prices(asked, free)
        largest = min([len(free), *(int(r.parameters[0]) for r in asked if r.key == "size_max")])
        count, left = fixed, cost - prices[0]
        for price in prices[1:]:
            left -= price
            count += left >= 0
        return min(largest, count)
