"""Whether tiers and ranks agree: Kendall's tau-b, counted pair by pair, within one list only.

Ranks of two lists are of two scales, so that nothing follows from comparing them: that is refused.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import combinations
from typing import NamedTuple

from kg.errors import BadQuestion
from kg.measures import Measured, Number, number


class Placed(NamedTuple):
    """An item with its tier and its rank in the list named, 1 the best of both; None is not known."""

    item: str
    tier: Number | None
    rank: Number | None
    of: str


class Concordance(NamedTuple):
    """Tau-b, −1 (a better tier always has the worse rank) to 1, and the pairs that it is made of.

    Each pair is concordant, discordant, or a tie: in the tier only, in the rank only, or in both.
    """

    tau: Measured
    concordant: int
    discordant: int
    tier_ties: int
    rank_ties: int
    both_ties: int


def concordance(placed: Iterable[Placed]) -> Concordance:
    """Tau-b of tier and rank over the items of which both are known; BadQuestion for two lists or an item placed twice.

    tau-b = (C − D)/√((C + D + ties in tier only)·(C + D + ties in rank only)) (Kendall 1945). Undefined with fewer than
    two items ("one-item") or where all tiers or all ranks are equal ("no-spread").

    >>> rows = [("Kyiv", 2, 18), ("Baku", 2, 20), ("Tbilisi", 2, 21), ("Almaty", 3, 15)]
    >>> found = concordance(Placed(*row, "emerging") for row in rows)
    >>> found.discordant, found.tier_ties, round(found.tau.value, 3)
    (3, 3, -0.707)
    """
    rows = list(placed)
    _one_list(rows)
    known = [
        (number(row.tier, f"tier of {row.item}"), number(row.rank, f"rank of {row.item}"))
        for row in rows
        if row.tier is not None and row.rank is not None
    ]
    concordant = discordant = tier_ties = rank_ties = both_ties = 0
    for (tier, rank), (other_tier, other_rank) in combinations(known, 2):
        way = (tier - other_tier) * (rank - other_rank)
        concordant += way > 0
        discordant += way < 0
        tier_ties += tier == other_tier and rank != other_rank
        rank_ties += tier != other_tier and rank == other_rank
        both_ties += tier == other_tier and rank == other_rank
    decided = concordant + discordant
    value, why = None, "not-stated" if len(known) < len(rows) else ""
    if product := (decided + tier_ties) * (decided + rank_ties):
        value = (concordant - discordant) / math.sqrt(product)
    tau = Measured(value, len(known), len(rows), "" if product else "one-item" if len(known) < 2 else "no-spread")
    return Concordance(tau.because(why), concordant, discordant, tier_ties, rank_ties, both_ties)


def _one_list(rows: list[Placed]) -> None:
    lists = sorted({row.of for row in rows})
    if len(lists) > 1:
        told = " and ".join(lists[:3])
        raise BadQuestion(f"ranks of {len(lists)} lists cannot be compared ({told}); ask for one list at a time")
    seen: set[str] = set()
    for row in rows:
        if row.item in seen:
            raise BadQuestion(f"{row.item} is placed twice in {row.of}; give each item once")
        seen.add(row.item)
