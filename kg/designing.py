"""The cheapest alliance that meets what is asked, found with HiGHS, and proven: every answer is checked exactly again.

Where ties are limited, alliances up to a number of members are searched, and larger ones as long as the cheapest found
so far leaves room for them.
"""

from __future__ import annotations

import heapq
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from kg.pools import ON_TIES, Asked, Members, Pool
from kg.programmes import Model, Row, Solved, first_columns, needs_met, other_than, products, programme
from kg.wishes import Candidate, Number, met_needs

#: So many members are looked for at first where ties are limited.
_FIRST = 8
#: With more product columns than these only some cities are looked at, and the answer is not called optimal.
_PRODUCTS = 30_000
#: With more than these, ties between designs are not broken: it would take minutes.
_PRODUCTS_FOR_TIES = 5_000


class Found(NamedTuple):
    """`status` is optimal, stopped or impossible; members by number; cost and bound in whole units of a Pool."""

    status: str
    members: Members | None
    bound: int = 0


class OutOfTime(Exception):
    """The time given is over before an answer is proven."""


class Search(Pool):
    """A pool of candidates, and the time that is left to search it."""

    def __init__(self, people: Sequence[Candidate], costs: Mapping[str, Number], seconds: float):
        super().__init__(people, costs)
        self.deadline = time.monotonic() + seconds

    def least(self, asked: Asked, without: int | None = None) -> Found:
        """An alliance of the least cost that meets what is asked, without one of the candidates if so wished."""
        free = self.free(asked, without)
        plain = [r for r in asked if r.key not in ON_TIES]
        found = self._solve(plain, free, len(free), None)
        if len(plain) == len(asked) or found.status == "impossible":
            return found
        if found.members is not None and self.meets(asked, found.members):
            return found
        low, best, most = found.bound, None, min(len(free), max(_FIRST, len(found.members or ())))
        while True:
            found = self._solve(asked, free, most, best)
            best = found.members if found.members is not None else best
            larger = min(len(free), most + 1)
            low = max(low, min(found.bound, self.cheapest(asked, free, larger)) if larger > most else found.bound)
            if best is not None and self.cost(best) <= low:
                return Found("optimal", best, low)
            reach = self.most(asked, free, self.cost(free) if best is None else self.cost(best) - 1)
            if found.status == "stopped":
                return Found("stopped", best, low)
            if reach <= most:
                return Found("impossible", None) if best is None else Found("optimal", best, self.cost(best))
            most = min(reach, 2 * most) if best is None else reach

    def _solve(self, asked: Asked, free: Sequence[int], most: int, best: Members | None) -> Found:
        """The least cost among alliances of at most so many, cheaper than the best known."""
        pool = self.pool(asked, free, most)
        if not pool:
            return Found("optimal", ()) if self.meets(asked, ()) else Found("impossible", None)
        narrow = self._too_many(asked, pool, most, _PRODUCTS)
        pool = self.narrowed(asked, pool) if narrow else pool
        model = programme([self.people[n] for n in pool], asked, most)
        costs = {at: self.costs[n] for at, n in enumerate(pool)}
        model.row(costs, high=self.cost(best) - 1 if best is not None else math.inf)
        self.in_order(asked, pool, model)
        while True:
            solved = model.solve(costs, self._left())
            bound = max(0, math.ceil(solved.bound - 1e-4)) if math.isfinite(solved.bound) and not narrow else 0
            if solved.values is None:
                return Found("stopped" if narrow else solved.status, None, bound)
            members = _members(pool, solved)
            if self.meets(asked, members):
                done = solved.status == "optimal" and not narrow
                return Found("optimal" if done else "stopped", members, self.cost(members) if done else bound)
            model.rows.append(other_than(pool, members))

    def settle(self, asked: Asked, members: Members) -> tuple[Members, bool]:
        """Of all alliances that cost as much, the one that meets most needs, then is first by its members' names.

        Also whether there was time for that. An alliance that begins with all members of another comes after it.
        """
        try:
            pool, model = self._as_cheap(asked, members)
            met = dict.fromkeys(needs_met(model, [self.people[n] for n in pool]), 1)
            solved = self._told(model.solve(dict.fromkeys(met, -1), self._left())) if pool else None
            if solved is None or solved.values is None:
                return members, True
            needs = -round(solved.bound)
            first_columns(model, len(pool))

            def best(those: Members) -> bool:
                return self._as_good(asked, those, members) and met_needs([self.people[n] for n in those]) >= needs

            start = _members(pool, solved)
            return self._first(model, pool, [(met, needs, math.inf)], best, start) or members, True
        except OutOfTime:
            return members, False

    def others(self, asked: Asked, members: Members, count: int) -> tuple[list[Members], bool]:
        """Other alliances that cost as much, the first by names; whether there was time for all.

        Patterns are found, of like cities the first by name; then what comes of a pattern by taking others of the like.
        """
        found, waiting = list[Members](), list[tuple[Members, Iterator[Members]]]()
        groups = {n: group for group in self.groups(asked, self.free(asked)) for n in group}
        try:
            for pattern in self._patterns(asked, members):
                while waiting and (pattern is None or waiting[0][0] < pattern) and len(found) < count:
                    one, more = waiting[0]
                    found += [one] if one != members else []
                    following = next(more, None)
                    if following is None:
                        heapq.heappop(waiting)
                    else:
                        heapq.heapreplace(waiting, (following, more))
                if pattern is None or len(found) >= count:
                    break
                likes = _with_others(pattern, groups)
                heapq.heappush(waiting, (next(likes), likes))
        except OutOfTime:
            return found, False
        return found, True

    def _patterns(self, asked: Asked, members: Members) -> Iterator[Members | None]:
        """Alliances that cost as much as these members, in order of names, of like cities the first; then None."""
        pool, model = self._as_cheap(asked, members)
        first_columns(model, len(pool))
        seen = set[Members]()

        def good(those: Members) -> bool:
            return self._as_good(asked, those, members) and those not in seen

        pattern = self._first(model, pool, [], good) if pool else None
        while pattern is not None:
            seen.add(pattern)
            yield pattern
            following = None
            at = [*map(pool.index, pattern)]
            for kept in range(len(at), -1, -1):  # the longest beginning that others share
                after = at[kept] + 1 if kept < len(at) else (at or [-1])[-1] + 1
                following = following or self._first(model, pool, [], good, None, at[:kept], after)
            pattern = following
        yield None

    def _as_cheap(self, asked: Asked, members: Members) -> tuple[list[int], Model]:
        """The model of all alliances that cost as much as these members."""
        free, cost = self.free(asked), self.cost(members)
        most = self.most(asked, free, cost)
        pool = self.pool(asked, free, most)
        if self._too_many(asked, pool, most, _PRODUCTS_FOR_TIES):
            raise OutOfTime
        model = programme([self.people[n] for n in pool], asked, most)
        model.row({at: self.costs[n] for at, n in enumerate(pool)}, cost, cost)
        self.in_order(asked, pool, model)
        return pool, model

    def _as_good(self, asked: Asked, those: Members, members: Members) -> bool:
        return self.cost(those) == self.cost(members) and self.meets(asked, those)

    def _first(
        self,
        model: Model,
        pool: Sequence[int],
        rows: Sequence[Row],
        good: Callable[[Members], bool],
        known: Members | None = None,
        begun: Sequence[int] = (),
        after: int = 0,
    ) -> Members | None:
        """The alliance that is first by names among those that the rows allow; `known` is one of these, if any is.

        It begins with those `begun`, by their columns, and goes on with none before `after`.
        """
        width, chosen = len(pool), [*begun]
        firsts = range(len(model.upper) - width, len(model.upper))
        numbers = {n: at for at, n in enumerate(pool)}
        while not good(tuple(pool[at] for at in chosen)):
            end = min((numbers[n] for n in known or () if numbers[n] >= after), default=width - 1)
            if known is None or end > after:
                shut = {at: 0 for at in range(width) if not after <= at <= end}
                fixed = {at: int(at in chosen) for at in range(after)} | {firsts[at]: 0 for at in shut}
                one: Row = (dict.fromkeys(firsts, 1), 1, 1)
                ranks = {firsts[at]: at for at in range(after, end + 1)}
                solved = self._told(model.solve(ranks, self._left(), [*rows, one], fixed))
                if solved.values is None:
                    return None
                known = _members(pool, solved)
                end = min((numbers[n] for n in known if numbers[n] >= after), default=width)
            if not after <= end < width:
                return None
            chosen.append(end)
            after = end + 1
        return tuple(pool[at] for at in chosen)

    def _too_many(self, asked: Asked, pool: Sequence[int], most: int, limit: int) -> bool:
        mutual = any(r.key == "reciprocity" for r in asked)
        return mutual and products([self.people[n] for n in pool], most) > limit

    def _told(self, solved: Solved) -> Solved:
        if solved.status == "stopped":
            raise OutOfTime
        return solved

    def _left(self) -> float:
        return self.deadline - time.monotonic()


def _members(pool: Sequence[int], solved: Solved) -> Members:
    """The candidates whose columns are 1; the first columns of a model are theirs."""
    assert solved.values is not None
    return tuple(n for at, n in enumerate(pool) if solved.values[at] > 0.5)


def _with_others(pattern: Members, groups: Mapping[int, list[int]]) -> Iterator[Members]:
    """A pattern, then what comes of it by taking others of the like for some, in order of names."""
    waiting, seen = [pattern], {pattern}
    while waiting:
        design = heapq.heappop(waiting)
        yield design
        for n in design:
            group = groups[n]
            following = group[group.index(n) + 1 :][:1]
            other = tuple(sorted({*design, *following} - {n}))
            if following and following[0] not in design and other not in seen:
                seen.add(other)
                heapq.heappush(waiting, other)
