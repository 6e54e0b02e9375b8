"""Rows of the question twin-cities: pairs of cities that are recorded as twinned, and whether that holds today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from kg.computed._profiles import Rows
from kg.computed._telling import Given
from kg.dates import stale
from kg.memberships import Row, agreed, in_force, is_over, is_to_begin, over_since


def rows(gathered: Rows, given: Given) -> Iterator[dict[str, Any]]:
    """One row a pair, from each of its sides; which records hold today, kg.memberships says."""
    (horizon,) = given["horizon"]
    pairs: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in gathered:
        pairs[row["place"], row["twin"]].append(row)
    for (place, twin), records in pairs.items():
        holds = agreed(records)
        last = max(row["as_of"] or "" for row in records)
        yield {
            "place": place,
            "twin": twin,
            "standing": {row["standing"] for row in records if row["standing"]} or None,
            "counts": holds,
            "confirmed": holds is True and not stale(_latest(records), horizon),
            "begins": _to_come(records) if holds is False else None,
            "ended": None if holds else _ended(records),
            "last_recorded": last or None,
            "claim": {row["claim"] for row in records},
        }


def _latest(records: list[Row]) -> str:
    """The date of the latest record by which the link is in force."""
    return max((row["as_of"] or "" for row in records if in_force(row)), default="")


def _ended(records: list[Row]) -> str | None:
    """When the link was over by the records that say so; "?" where they do not say when."""
    over = [over_since(row) or "?" for row in records if is_over(row)]
    return max(over, default=None)


def _to_come(records: list[Row]) -> str | None:
    """When the link is to begin, where it is not yet."""
    return min((row["since"] for row in records if is_to_begin(row)), default=None)
