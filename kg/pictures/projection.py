"""Lambert's azimuthal equal-area projection of the sphere, the view of a map in it, and clipping to that view.

Formulas: J. P. Snyder, Map Projections: A Working Manual, USGS Professional Paper 1395 (1987), chapter 24.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

Point = tuple[float, float]


class Azimuthal:
    """The projection about a centre, on a sphere of radius 1; x to the right, y downwards.

    >>> Azimuthal(100, 60)(100, 60)
    (0.0, 0.0)
    """

    def __init__(self, longitude: float, latitude: float):
        self.longitude, self.latitude = longitude, latitude
        self._sin, self._cos = math.sin(math.radians(latitude)), math.cos(math.radians(latitude))

    def __call__(self, longitude: float, latitude: float) -> Point:
        """Where a place lies; the one opposite the centre, which would lie all round, is put somewhere on the rim."""
        phi, dlambda = math.radians(latitude), math.radians(longitude - self.longitude)
        sin, cos, turned = math.sin(phi), math.cos(phi), math.cos(dlambda)
        nearness = self._sin * sin + self._cos * cos * turned
        if 1 + nearness < 1e-12:
            return 2.0, 0.0
        k = math.sqrt(2 / (1 + nearness))
        x, y = k * cos * math.sin(dlambda), k * (self._cos * sin - self._sin * cos * turned)
        return x + 0.0, 0.0 - y

    @property
    def opposite(self) -> Point:
        """Longitude and latitude of the place opposite the centre."""
        return (self.longitude + 360) % 360 - 180, -self.latitude


class View:
    """A map of some places in a box: `view(longitude, latitude)` is a point in the box, in pixels."""

    def __init__(self, places: Sequence[Point], box: tuple[float, float, float, float]):
        self.left, self.top, self.width, self.height = box
        self.projection = Azimuthal(*centre(places))
        points = [self.projection(*place) for place in places] or [(0.0, 0.0)]
        xs, ys = [x for x, _ in points], [y for _, y in points]
        self._x, self._y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
        across, down = max(max(xs) - min(xs), 0.16), max(max(ys) - min(ys), 0.1)
        self.scale = min(self.width / (across * 1.3), self.height / (down * 1.5))

    def __call__(self, longitude: float, latitude: float) -> Point:
        """Where a place lies in the drawing."""
        x, y = self.projection(longitude, latitude)
        return (
            self.left + self.width / 2 + (x - self._x) * self.scale,
            self.top + self.height / 2 + (y - self._y) * self.scale,
        )

    @property
    def middle(self) -> Point:
        """Where the centre of the projection is in the drawing; the earth is a disc of twice `scale` about it."""
        return self(self.projection.longitude, self.projection.latitude)

    def inside(self, point: Point, over: float = 0.0) -> bool:
        """Whether a point of the drawing lies in the box, or no more than `over` pixels beyond."""
        x, y = point
        return (
            self.left - over <= x <= self.left + self.width + over
            and self.top - over <= y <= self.top + self.height + over
        )

    def clipped(self, ring: list[Point], over: float = 8.0) -> list[Point]:
        """The part of a ring that lies in the box, widened by `over` pixels (Sutherland and Hodgman, 1974)."""
        for axis, bound, sign in (
            (0, self.left - over, 1),
            (0, self.left + self.width + over, -1),
            (1, self.top - over, 1),
            (1, self.top + self.height + over, -1),
        ):
            ring = _cut(ring, axis, bound, sign)
            if not ring:
                break
        return ring


def _cut(ring: list[Point], axis: int, bound: float, sign: int) -> list[Point]:
    kept: list[Point] = []
    for before, here in zip([ring[-1], *ring[:-1]], ring, strict=True):
        was, now = (before[axis] - bound) * sign >= 0, (here[axis] - bound) * sign >= 0
        if was != now:
            t = (bound - before[axis]) / (here[axis] - before[axis])
            kept.append((before[0] + t * (here[0] - before[0]), before[1] + t * (here[1] - before[1])))
        if now:
            kept.append(here)
    return kept


def centre(places: Sequence[Point]) -> Point:
    """Longitude and latitude of the middle of some places on the sphere; 0, 0 where there is none.

    >>> [round(angle, 6) for angle in centre([(170, 0), (-170, 0)])]
    [180.0, 0.0]
    """
    x = y = z = 0.0
    for longitude, latitude in places:
        lam, phi = math.radians(longitude), math.radians(latitude)
        x, y, z = x + math.cos(phi) * math.cos(lam), y + math.cos(phi) * math.sin(lam), z + math.sin(phi)
    if math.sqrt(x * x + y * y + z * z) < 1e-9:
        return 0.0, 0.0
    return math.degrees(math.atan2(y, x)), math.degrees(math.atan2(z, math.hypot(x, y)))


def holds(ring: Sequence[Point], place: Point) -> bool:
    """Whether a place lies in a ring, both in degrees, by counting crossings.

    >>> holds([(0, 0), (2, 0), (2, 2), (0, 2)], (1, 1))
    True
    """
    x, y = place
    crossings = 0
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], *ring[:1]], strict=True):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) / (y2 - y1) * (x2 - x1):
            crossings += 1
    return crossings % 2 == 1
