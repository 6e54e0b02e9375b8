"""Coastlines of Natural Earth, out of a package that carries them; no borders of states are read.

`blips` (MIT) carries Natural Earth's land and lakes at 1:10 million (public domain), simplified, with nothing else to
install and no network. Its file is read, and none of its code is run.
"""

from __future__ import annotations

import gzip
import json
import math
from functools import lru_cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

from kg.pictures.projection import Point, View, holds
from kg.pictures.sheet import Sheet, number

#: The package that carries the outlines, and where in it they are.
PACKAGE, FILE = "blips", "data/basemap.json.gz"
SEA, LAND, COAST, GRID = "#eef4f8", "#fbfaf6", "#9fb1bf", "#dfe7ed"
#: Islands and lakes that take up fewer square pixels than this are left out.
_SMALL = {"land": 6.0, "lakes": 45.0}
_BEND = 1.1  # pixels: points nearer than this to the one before are left out
_STEP = 3.0  # degrees: longer edges are divided, for they are bent on the map
_TINY = 4.0  # degrees
_FAR = 1e6
Outlines = dict[str, list[list[list[Point]]]]


@lru_cache(maxsize=1)
def outlines() -> Outlines | None:
    """Polygons of land and of lakes, each a list of rings in degrees; None where the package is not installed."""
    spec = find_spec(PACKAGE)
    path = Path(spec.origin).parent / FILE if spec and spec.origin else None
    if path is None or not path.is_file():
        return None
    held: dict[str, Any] = json.loads(gzip.decompress(path.read_bytes()))
    return {kind: [[[(x, y) for x, y in ring] for ring in p] for p in held[kind]] for kind in ("land", "lakes")}


def draw_outlines(sheet: Sheet, view: View, clip: str) -> bool:
    """Draw sea, land, lakes and the net of degrees in the view's box, which may be clipped by under the name `clip`;
    whether there are coastlines to draw."""
    held = outlines()
    box = (view.left, view.top, view.width, view.height)
    sheet.add(
        "clipPath",
        f'<rect x="{number(box[0])}" y="{number(box[1])}" width="{number(box[2])}" height="{number(box[3])}" rx="6"/>',
        id=clip,
    )
    sheet.parts.append(f'<g clip-path="url(#{clip})" fill="none" stroke-linejoin="round">')
    sheet.circle(*view.middle, 2 * view.scale, fill=SEA if held else LAND)  # the whole earth, mostly beyond the box
    if held:
        land, coast = _paths(held, "land", view)
        lakes, shores = _paths(held, "lakes", view)
        sheet.add("path", d=land, fill=LAND, fill_rule="evenodd", stroke=LAND, stroke_width=0.8)
        sheet.add("path", d=lakes, fill=SEA, fill_rule="evenodd")
    sheet.add("path", d=_net(view), stroke=GRID, stroke_width=0.8)
    if held:
        sheet.add("path", d=coast + shores, stroke=COAST, stroke_width=0.8)
    sheet.parts.append("</g>")
    return held is not None


def _paths(held: Outlines, kind: str, view: View) -> tuple[str, str]:
    """What is filled, and the lines along it, which leave out where a polygon is cut at 180 degrees."""
    filled, lines = [], []
    for polygon in held[kind]:
        for ring in polygon:
            if _far_away(ring, view):
                continue
            points = _roughly(ring, view) or _projected(ring, view)
            part = view.clipped(_thin(points))
            if len(part) > 2 and _area(part) > _SMALL[kind]:
                filled.append(_written(part) + "Z")
                lines += [_written(line) for line in _coast(ring, view)]
        if polygon and holds(polygon[0], view.projection.opposite) and len(polygon[0]) > 3:
            filled.append(_written([(-_FAR, -_FAR), (_FAR, -_FAR), (_FAR, _FAR), (-_FAR, _FAR)]) + "Z")
    return "".join(filled), "".join(lines)


def _far_away(ring: list[Point], view: View) -> bool:
    """Whether a ring is so small, and so far from the box, that it need not be looked at."""
    longitudes, latitudes = [x for x, _ in ring], [y for _, y in ring]
    wide = max(max(longitudes) - min(longitudes), max(latitudes) - min(latitudes))
    return wide < _TINY and not view.inside(view(*ring[0]), 2 * math.radians(_TINY) * view.scale)


def _roughly(ring: list[Point], view: View) -> list[Point]:
    """A few points of a long ring, which do where its coast lies far from the box; none where all are needed."""
    rough = _projected(ring[::12], view) if len(ring) > 60 else []
    near = any(view.inside(point, math.radians(_TINY) * view.scale) for point in rough)
    return [] if near else rough


def _projected(ring: list[Point], view: View) -> list[Point]:
    points = []
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        parts = max(1, math.ceil(max(abs(x2 - x1), abs(y2 - y1)) / _STEP))
        points += [view(x1 + (x2 - x1) * k / parts, y1 + (y2 - y1) * k / parts) for k in range(parts)]
    return points


def _coast(ring: list[Point], view: View) -> list[list[Point]]:
    """The pieces of a ring that are seen, without seams: edges along 180 degrees, and those along a pole."""
    pieces: list[list[Point]] = []
    open_ = False
    points = [view(*place) for place in ring]
    ends = zip(points, [*points[1:], points[0]], strict=True)
    for here, there, (start, end) in zip(ring, [*ring[1:], ring[0]], ends, strict=True):
        seam = (abs(here[0]) > 179.99 and abs(there[0]) > 179.99) or (abs(here[1]) > 89.9 and abs(there[1]) > 89.9)
        if seam or not (view.inside(start, 8) or view.inside(end, 8)):
            open_ = False
            continue
        if not open_:
            pieces.append([start])
            open_ = True
        pieces[-1].append(end)
    return [_thin(piece) for piece in pieces]


def _thin(points: list[Point]) -> list[Point]:
    kept = points[:1]
    for x, y in points[1:-1]:
        if abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= _BEND:
            kept.append((x, y))
    return kept + points[-1:]


def _area(ring: list[Point]) -> float:
    pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2


def _written(points: list[Point]) -> str:
    """A path through points: where it starts, and steps from there, which take fewer letters."""
    (x, y), *rest = [(round(x * 10), round(y * 10)) for x, y in points]
    told = f"M{number(x / 10)} {number(y / 10)}l" if rest else ""
    steps = []
    for to_x, to_y in rest:
        if (to_x, to_y) != (x, y):
            steps.append(f"{number((to_x - x) / 10)} {number((to_y - y) / 10)}")
        x, y = to_x, to_y
    return told + " ".join(steps) if steps else ""


def _net(view: View) -> str:
    """Meridians and parallels, ten degrees apart."""
    lines = [[view(longitude, latitude) for latitude in range(-80, 81, 2)] for longitude in range(-180, 180, 10)]
    lines += [[view(longitude, latitude) for longitude in range(-180, 181, 2)] for latitude in range(-80, 81, 10)]
    told = []
    for line in lines:
        piece: list[Point] = []
        for start, end in pairwise(line):
            if view.inside(start, 60) or view.inside(end, 60):
                piece = piece or [start]
                piece.append(end)
            elif piece:
                told.append(_written(piece))
                piece = []
        told += [_written(piece)] if piece else []
    return "".join(told)
