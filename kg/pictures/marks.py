"""Marks that tell things apart by shape as well as by colour."""

from __future__ import annotations

import math
from typing import Any

from kg.pictures.sheet import BLUE, FAINT, GREEN, INK, ORANGE, PAPER, PURPLE, RED, Sheet

#: Degrees of dependence: colour, dashes, width of the line.
DEGREES = {"relativeDependence": (GREEN, "7 4", 1.8), "absoluteDependence": (RED, None, 1.8)}
TIERS = {"firstTier": BLUE, "secondTier": ORANGE, "thirdTier": PURPLE}
#: Kinds of finding: the colour of the mark, and the tint of its cell.
STATES = {
    "HasLevel": (GREEN, "#e3f4ee"),
    "LackLevel": (RED, "#fbe9df"),
    "NoAdvantageLevel": ("#7a4b9a", "#f1e9f6"),
    "": (FAINT, "#f7f8fa"),
}


def tier_mark(sheet: Sheet, x: float, y: float, tier: str, derived: bool = False, size: float = 8) -> None:
    """A circle for the first tier, a square for the second, a triangle for the third; hollow where it is derived."""
    colour = TIERS.get(tier, FAINT)
    how: dict[str, Any] = {
        "fill": PAPER if derived else colour,
        "stroke": colour if derived else PAPER,
        "stroke_width": 2.0,
    }
    if tier == "firstTier":
        sheet.circle(x, y, size, **how)
    elif tier == "secondTier":
        sheet.rect(x - size * 0.9, y - size * 0.9, size * 1.8, size * 1.8, **how)
    elif tier == "thirdTier":
        sheet.polygon(x, y + size * 0.15, size * 1.3, 3, **how)
    else:
        sheet.polygon(x, y, size, 4, **how)


def state_mark(sheet: Sheet, x: float, y: float, state: str, implied: bool, size: float = 9) -> None:
    """A disc for has, a cross for lacks, a lozenge with a bar for no comparative advantage, a dot for not stated;
    hollow where it is implied."""
    colour = STATES[state][0]
    fill = PAPER if implied else colour
    how: dict[str, Any] = {"stroke": colour, "stroke_width": 2.0}
    if state == "HasLevel":
        sheet.circle(x, y, size - 1, fill=fill, **how)
    elif state == "LackLevel":
        a, b = size, size * 0.38
        corners = [(-a, -a + b), (-a + b, -a), (0, -b), (a - b, -a), (a, -a + b), (b, 0)]
        corners += [(-px, -py) for px, py in corners]
        sheet.path([(x + px * 0.9, y + py * 0.9) for px, py in corners], closed=True, fill=fill, **how)
    elif state == "NoAdvantageLevel":
        sheet.polygon(x, y, size * 1.25, 4, fill=fill, **how)
        sheet.line(x - size * 0.55, y, x + size * 0.55, y, stroke=colour if implied else PAPER, stroke_width=2.4)
    else:
        sheet.circle(x, y, 2.2, fill=colour)


def arc(
    start: tuple[float, float], end: tuple[float, float], bend: float, gap: float
) -> tuple[str, list[tuple[float, float]], tuple[float, float, float]]:
    """A bent line between two points, a gap from both: its path, points along it, and its head (x, y, angle)."""
    (x1, y1), (x2, y2) = start, end
    length = math.hypot(x2 - x1, y2 - y1) or 1.0
    cx, cy = (x1 + x2) / 2 - (y2 - y1) * bend, (y1 + y2) / 2 + (x2 - x1) * bend

    def at(t: float) -> tuple[float, float]:
        return (
            (1 - t) ** 2 * x1 + 2 * t * (1 - t) * cx + t * t * x2,
            (1 - t) ** 2 * y1 + 2 * t * (1 - t) * cy + t * t * y2,
        )

    cut = min(gap / length, 0.4)
    points = [at(cut + (1 - 2 * cut) * k / 24) for k in range(25)]
    (ax, ay), (bx, by) = points[-2], points[-1]
    # the piece between two parameters of a quadratic curve is one again: its control point is the blossom of both
    t, u = cut, 1 - cut
    qx = (1 - t) * (1 - u) * x1 + (t * (1 - u) + u * (1 - t)) * cx + t * u * x2
    qy = (1 - t) * (1 - u) * y1 + (t * (1 - u) + u * (1 - t)) * cy + t * u * y2
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}Q{qx:.1f} {qy:.1f} {bx:.1f} {by:.1f}"
    return path, points, (bx, by, math.atan2(by - ay, bx - ax))


def arrow(sheet: Sheet, path: str, head: tuple[float, float, float], degree: str) -> None:
    """A line of a degree of dependence, and its head."""
    colour, dashes, width = DEGREES.get(degree, (INK, None, 1.5))
    sheet.add("path", d=path, fill="none", stroke=colour, stroke_width=width, stroke_dasharray=dashes)
    x, y, angle = head
    corners = [(5.0, 0.0), (-6.0, -4.2), (-4.0, 0.0), (-6.0, 4.2)]
    turned = [
        (x + a * math.cos(angle) - b * math.sin(angle), y + a * math.sin(angle) + b * math.cos(angle))
        for a, b in corners
    ]
    sheet.path(turned, closed=True, fill=colour)
