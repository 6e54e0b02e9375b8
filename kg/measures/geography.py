"""Geographical proximity: great-circle distance, and nearness on a logarithmic scale within a set.

The distance is on a sphere of the mean radius of the earth; it differs from the ellipsoid's by up to half a per cent.
Travel time or border crossings may matter more: they are not in it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import combinations

from kg.errors import BadQuestion
from kg.measures import Measured, Number, amount, number

#: Mean radius of the earth, km (IUGG).
RADIUS = 6371.0088
#: The greatest distance that two places can have, km.
FARTHEST = math.pi * RADIUS
#: Latitude and longitude in degrees, north and east positive.
Point = tuple[Number, Number]


def distance(a: Point | None, b: Point | None) -> Measured:
    """The great-circle distance in km (haversine); None for a place whose coordinates are not known.

    BadQuestion for a latitude beyond ±90 or a longitude beyond ±180.

    >>> round(distance((0, 0), (0, 90)).value)
    10008
    """
    known = sum(point is not None for point in (a, b))
    if a is None or b is None:
        return Measured(None, known, 2, "no-coordinates")
    (north, east), (other_north, other_east) = _radians(a), _radians(b)
    half = math.sin((other_north - north) / 2) ** 2
    half += math.cos(north) * math.cos(other_north) * math.sin((other_east - east) / 2) ** 2
    return Measured(2 * RADIUS * math.asin(math.sqrt(min(1.0, half))), 2, 2)


def proximity(km: Measured, d_max: Number) -> Measured:
    """1 − ln(1 + d)/ln(1 + d_max), 1 at the same place to 0 at d_max km, the set's greatest distance: state it.

    Undefined ("no-spread") where d_max is 0; BadQuestion for a distance beyond it.

    >>> proximity(Measured(0.0, 2, 2), 1000).value
    1.0
    """
    most = float(amount(d_max, "d_max"))
    if km.value is None:
        return km
    if float(km.value) > most * (1 + 1e-12):
        raise BadQuestion(f"d_max: a distance of {float(km.value):.1f} km is beyond {most:.1f} km, the set's greatest")
    if not most:
        return Measured(None, km.known, km.wanted, "no-spread")
    return km._replace(value=max(0.0, 1 - math.log1p(float(km.value)) / math.log1p(most)))


def farthest(points: Iterable[Point | None]) -> Measured:
    """The greatest distance within a set, km: the d_max of its proximities; its inputs are the places.

    All pairs are looked at, so it is for sets of some thousand places; `FARTHEST` holds for any.

    >>> round(farthest([(0, 0), (0, 90), None]).value)
    10008
    """
    listed = list(points)
    known = [point for point in listed if point is not None]
    if len(known) < 2:
        return Measured(None, len(known), len(listed), "no-coordinates" if len(listed) > 1 else "one-city")
    most = max(float(distance(a, b).value or 0) for a, b in combinations(known, 2))
    return Measured(most, len(known), len(listed), "no-coordinates" if len(known) < len(listed) else "")


def _radians(point: Point) -> tuple[float, float]:
    if len(point) != 2:
        raise BadQuestion(f"coordinates: {point!r} is not a latitude and a longitude")
    north, east = number(point[0], "latitude"), number(point[1], "longitude")
    if abs(north) > 90 or abs(east) > 180:
        raise BadQuestion(f"coordinates: {point!r} is not a latitude of −90 … 90 and a longitude of −180 … 180")
    return math.radians(north), math.radians(east)
