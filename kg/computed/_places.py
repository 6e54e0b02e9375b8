"""Places from gathered rows: where they lie and under which territory they are filed, by the gazetteer's word."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from kg.measures.geography import Point
from kg.memberships import Row
from kg.terms import ID

#: How the IRIs of the gazetteer's records begin: by the policy for places its filing is the one that measures go by.
GAZETTEER = f"{ID}record/geonames/"


class Located(NamedTuple):
    """Where records put a place (several points where they differ), its territory, the records, what to say of it."""

    points: tuple[Point, ...]
    territory: str | None
    claims: tuple[str, ...]
    reasons: tuple[str, ...]


#: A place of which nothing is recorded.
NOWHERE = Located((), None, (), ("no-coordinates",))


def located(gathered: Iterable[Row]) -> dict[str, Located]:
    """Each place with a record: the gazetteer's record where there is one, else the others, where they agree.

    >>> row = {"kind": "place", "subject": "x", "group": "id/territory/kz", "north": 43.25, "east": 76.91, "claim": "r"}
    >>> located([row])["x"].territory
    'id/territory/kz'
    """
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in gathered:
        if row["kind"] == "place":
            rows[row["subject"]].append(row)
    found = {}
    for place, several in rows.items():
        first = [row for row in several if row["claim"].startswith(GAZETTEER)] or several
        points = tuple(dict.fromkeys((row["north"], row["east"]) for row in first))
        filed = {row["group"] for row in first if row["group"]}
        everywhere = {row["group"] for row in several if row["group"]}
        told = ["coordinates-differ"] if len(points) > 1 else []
        told += ["other-filing"] if len(everywhere) > 1 else []
        territory = next(iter(filed)) if len(filed) == 1 else None
        found[place] = Located(points, territory, tuple(dict.fromkeys(row["claim"] for row in first)), tuple(told))
    return found
