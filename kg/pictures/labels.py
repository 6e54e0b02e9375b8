"""Where the names beside marks go, so that they cover neither each other nor the marks, and few of the lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

Box = tuple[float, float, float, float]


class Spot(NamedTuple):
    """Where a label is written: the end of its line of writing, and the anchor."""

    x: float
    y: float
    anchor: str


#: How often each label is moved to where it is best, now that the others are where they are.
_ROUNDS = 3
#: Directions to try, the best first: x, y and anchor.
_TRIES = (
    (1, 0, "start"),
    (-1, 0, "end"),
    (0, -1, "middle"),
    (0, 1, "middle"),
    (0.75, -0.8, "start"),
    (0.75, 0.8, "start"),
    (-0.75, -0.8, "end"),
    (-0.75, 0.8, "end"),
)


def place(
    marks: Sequence[tuple[float, float]],
    widths: Sequence[float],
    size: float,
    lines: Sequence[tuple[float, float]],
    bounds: Box,
    reach: Sequence[float],
    gap: float = 14,
) -> list[Spot]:
    """A spot for the label of each mark; `lines` are points along the lines that are drawn, and `reach` is how much
    further than usual a mark reaches to the right.

    >>> place([(50, 50)], [30], 12, [], (0, 0, 100, 100), [0])
    [Spot(x=64.0, y=54.2, anchor='start')]
    """
    taken: list[Box] = [(x - 11, y - 11, x + 11 + r, y + 11) for (x, y), r in zip(marks, reach, strict=True)]
    spots: list[Spot] = []
    labels: list[Box] = []
    for turn in range(len(marks) * _ROUNDS):
        k = turn % len(marks)
        (x, y), width, right = marks[k], widths[k], reach[k]
        others = [box for n, box in enumerate(labels) if n != k]
        ranked = []
        for order, (dx, dy, anchor) in enumerate(_TRIES):
            for far in (1.0, 1.6, 2.4, 3.6, 5.0):
                across = dx * gap * far + (right if anchor == "start" else 0.0)
                spot = Spot(round(x + across, 1), round(y + dy * (gap * far + size * 0.3) + size * 0.35, 1), anchor)
                cost = _cost(_box(spot, width, size), taken + others, lines, bounds)
                ranked.append((cost + order + 8 * far, order, far, spot))
        best = min(ranked)[3]
        spots[k : k + 1], labels[k : k + 1] = [best], [_box(best, width, size)]
    return spots


def _box(spot: Spot, width: float, size: float) -> Box:
    left = spot.x - {"start": 0.0, "middle": width / 2, "end": width}[spot.anchor]
    return (left, spot.y - size, left + width, spot.y + size * 0.3)


def _cost(box: Box, taken: list[Box], lines: Sequence[tuple[float, float]], bounds: Box) -> float:
    left, top, right, bottom = box
    outside = left < bounds[0] or top < bounds[1] or right > bounds[2] or bottom > bounds[3]
    over = sum(max(0.0, min(right, r) - max(left, x)) * max(0.0, min(bottom, b) - max(top, y)) for x, y, r, b in taken)
    return 1000 * outside + 4 * over + 4 * sum(left - 2 < x < right + 2 and top - 2 < y < bottom + 2 for x, y in lines)
