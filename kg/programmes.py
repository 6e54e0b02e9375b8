"""What is asked of an alliance as an integer programme: one column of 0 or 1 for each city, exact rows for each wish.

Every coefficient is a whole number, so that a row is met or missed by 1 at least, far more than the solver's tolerance.
Products of counts are replaced by columns that equal them wherever the cities' columns are whole.
"""

from __future__ import annotations

import importlib
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from kg.wishes import Candidate, Requirement, given

_INFINITE = math.inf
#: (coefficient of each column, least, most)
Row = tuple[Mapping[int, int], float, float]


class Solved(NamedTuple):
    """`status` is optimal, stopped or impossible; the values of the columns, and the bound on what is minimised."""

    status: str
    values: Sequence[float] | None
    bound: float


class Model:
    """Columns from 0 to a bound, and rows that limit sums of them."""

    def __init__(self, columns: int = 0):
        self.upper = [1.0] * columns
        self.whole = [1] * columns
        self.rows: list[Row] = []

    def column(self, upper: float, whole: bool = False) -> int:
        """A new column's number."""
        self.upper.append(upper)
        self.whole.append(int(whole))
        return len(self.upper) - 1

    def row(self, terms: Mapping[int, int], low: float = -_INFINITE, high: float = _INFINITE) -> None:
        """Keep a sum between two bounds."""
        self.rows.append((terms, low, high))

    def solve(
        self,
        least: Mapping[int, int],
        seconds: float,
        rows: Sequence[Row] = (),
        fixed: Mapping[int, float] | None = None,
    ) -> Solved:
        """Minimise a sum with HiGHS, under `rows` besides the model's own, with some columns fixed."""
        if seconds <= 0:
            return Solved("stopped", None, -_INFINITE)
        scipy: Any = importlib.import_module("scipy.optimize")
        sparse: Any = importlib.import_module("scipy.sparse")
        kept = [*self.rows, *rows]
        at = [(n, c, v) for n, (terms, _, _) in enumerate(kept) for c, v in terms.items()]
        shape = (len(kept), len(self.upper))
        matrix = sparse.csr_array(([v for *_, v in at], ([n for n, *_ in at], [c for _, c, _ in at])), shape=shape)
        limits = scipy.LinearConstraint(matrix, [low for _, low, _ in kept], [high for *_, high in kept])
        lower, upper = [0.0] * len(self.upper), [*self.upper]
        for column, value in (fixed or {}).items():
            lower[column] = upper[column] = value
        objective = [float(least.get(column, 0)) for column in range(len(self.upper))]
        for presolve in (True, False):
            result = scipy.milp(
                objective,
                integrality=self.whole,
                bounds=scipy.Bounds(lower, upper),
                constraints=limits if kept else None,
                options={"time_limit": seconds, "mip_rel_gap": 0.0, "presolve": presolve},
            )
            if result.status != 4:  # 4: the solver could not tell; it is asked again in a plainer way
                break
        status = {0: "optimal", 2: "impossible"}.get(result.status, "stopped")
        bound = result.get("mip_dual_bound")
        return Solved(status, result.x, -_INFINITE if bound is None else float(bound))


def programme(people: Sequence[Candidate], asked: Iterable[Requirement], most: int) -> Model:
    """The model whose first columns are the people; `most` members at most if a limit on ties is asked."""
    model = Model(len(people))
    for key, values in asked:
        if key == "suppliers":
            model.row(_ones(n for n, one in enumerate(people) if values[0] in one.supplies), values[1])
        elif key == "demand_cities":
            model.row(_ones(n for n, one in enumerate(people) if one.demand), values[0])
        elif key in ("size_min", "size_max"):
            low, high = (values[0], _INFINITE) if key == "size_min" else (-_INFINITE, values[0])
            model.row(_ones(range(len(people))), low, high)
        elif key == "required":
            model.row(_ones(n for n, one in enumerate(people) if one.name == values[0]), 1)
        elif key == "forbidden_pair":
            model.row(_ones(n for n, one in enumerate(people) if one.name in values), high=1)
        elif key == "leader" and values[0]:
            model.row(_ones(n for n, one in enumerate(people) if one.supplies >= {*values[1]}), 1)
        elif key == "needs_met":
            model.row(_ones(needs_met(model, people)), values[0])
        elif key == "territories_min":
            _territories(model, people, values[0])
        elif key in ("top_share", "reciprocity"):
            model.row(_ones(range(len(people))), high=most)
            (_top_share if key == "top_share" else _reciprocity)(model, people, values, most)
    return model


def needs_met(model: Model, people: Sequence[Candidate]) -> list[int]:
    """New columns whose sum is at most the number of needs that members supply, and can be as much."""
    met = []
    for element in sorted(frozenset[str]().union(*(one.needs for one in people))):
        suppliers = [n for n, one in enumerate(people) if element in one.supplies]
        needing = [n for n, one in enumerate(people) if element in one.needs]
        if suppliers:
            there, count = model.column(1, whole=True), model.column(len(needing))
            model.row(_ones(suppliers) | {there: -1}, 0)
            model.row(_ones(needing) | {count: -1}, 0)
            model.row({there: len(needing), count: -1}, 0)
            met.append(count)
    return met


def products(people: Sequence[Candidate], most: int) -> int:
    """How many product columns a limit on reciprocity takes."""
    sizes = [min(len(group), most) for group in _alike(people).values()]
    return len(sizes) * sum(sizes) // 2


def alike(one: Candidate) -> tuple[Any, ...]:
    """What two cities have in common that give and take the same."""
    return (one.supplies, one.needs, bool(one.demand))


def other_than(pool: Sequence[int], members: Sequence[int]) -> Row:
    """A row that rules out just these members."""
    return {at: 1 if n in members else -1 for at, n in enumerate(pool)}, -math.inf, len(members) - 1


def first_columns(model: Model, width: int) -> None:
    """New columns, of which the one of the first member can be 1; they come last."""
    for at in range(width):
        model.row({at: 1, model.column(1): -1}, 0)


def _ones(columns: Iterable[int]) -> dict[int, int]:
    return dict.fromkeys(columns, 1)


def _alike(people: Sequence[Candidate]) -> dict[tuple[Any, ...], list[int]]:
    groups: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for n, one in enumerate(people):
        groups[alike(one)].append(n)
    return groups


def _territories(model: Model, people: Sequence[Candidate], count: int) -> None:
    there = []
    for territory in sorted({one.territory for one in people if one.territory is not None}):
        there.append(model.column(1))
        inside = _ones(n for n, one in enumerate(people) if one.territory == territory)
        model.row(inside | {there[-1]: -1}, 0)
    model.row(_ones(there), count)


def _top_share(model: Model, people: Sequence[Candidate], values: tuple[Any, ...], most: int) -> None:
    """For each member q·(its ties) ≤ p·(all ties), where p/q is the limit.

    Ties are counted element by element: nobody supplies what it needs, so that an element makes (suppliers · needing)
    ties, and each of its suppliers has as many as there are needing.
    """
    limit = values[0]
    total: dict[int, int] = {}
    needing: dict[str, int] = {}
    for element in sorted(frozenset[str]().union(*(one.needs for one in people))):
        wanting = _ones(n for n, one in enumerate(people) if element in one.needs)
        suppliers = _ones(n for n, one in enumerate(people) if element in one.supplies)
        if not suppliers:
            continue
        many = min(most, len(wanting))
        needing[element] = model.column(many)
        model.row(wanting | {needing[element]: -1}, 0, 0)
        steps = [model.column(1, whole=True) for _ in range(many)]
        model.row(_ones(steps) | {needing[element]: -1}, 0, 0)
        for before, after in pairwise(steps):
            model.row({before: 1, after: -1}, 0)
        for step in steps:  # what each of the needing adds: as many ties as there are suppliers
            ties = model.column(min(most, len(suppliers)))
            model.row(suppliers | {ties: -1}, 0)
            model.row({step: min(most, len(suppliers)), ties: -1}, 0)
            total[ties] = limit.numerator
    for n, one in enumerate(people):
        own = {needing[e]: -limit.denominator for e in one.supplies & needing.keys()}
        if own:
            slack = limit.denominator * most * len(own)
            model.row(total | own | {n: -slack}, -slack)


def _reciprocity(model: Model, people: Sequence[Candidate], values: tuple[Any, ...], most: int) -> None:
    """Σ (2·q·min(w_ij, w_ji) − p·(w_ij + w_ji)) ≥ 0 over pairs, where p/q is the limit; like cities at once."""
    limit, demand_counts = values
    groups = [*_alike(people).values()]
    balance: dict[int, int] = {}
    for at, these in enumerate(groups):
        for those in groups[at + 1 :]:
            one, other = people[these[0]], people[those[0]]
            there, back = given(one, other, demand_counts), given(other, one, demand_counts)
            worth = 2 * limit.denominator * min(there, back) - limit.numerator * (there + back)
            if worth:
                few, many = sorted((these, those), key=len)
                for n in few:
                    balance[_product(model, n, many, min(most, len(many)), worth > 0)] = worth
    model.row(balance, 0)


def _product(model: Model, one: int, others: Sequence[int], most: int, at_most: bool) -> int:
    """A column that is at most, or at least, the number of the others if the one is in, and 0 if it is not."""
    column = model.column(most)
    if at_most:
        model.row({one: most, column: -1}, 0)
        model.row(_ones(others) | {column: -1}, 0)
    else:
        model.row(_ones(others) | {one: most, column: -1}, high=most)
    return column
