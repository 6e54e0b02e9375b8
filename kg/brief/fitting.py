"""How much room the parts of a brief take on paper, so that lists are cut before they run off a page.

No browser is at hand when a brief is written: heights are reckoned from the number of characters, rather too much than
too little.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from html import unescape
from math import ceil

from kg.web.markup import Content, text

#: What a page holds, mm: A4 without margins and without the line at its foot.
WIDTH, HEIGHT = 178.0, 268.0
#: A point in mm; sizes of type in points, those of kg/brief/style.css.
POINT = 25.4 / 72
BODY, TABLE, SMALL = 9.0, 8.5, 7.4
#: A heading with what stands above and below it, mm.
HEADING = 8.6
#: What a row of a table takes beside its lines, mm.
_PADDING = 1.5
_LEADING = {"zh": 1.5, "en": 1.34, "ru": 1.34}
#: Marks of notes and what follows them take next to no room.
_MARKUP = re.compile(r"<[^>]*>|\0\d+\0")


def room(told: Content) -> float:
    """How wide a text is, in em: a Chinese character is 1.

    >>> room("基辅")
    2.0
    """
    plain = unescape(_MARKUP.sub("", text(told)))
    return sum(map(_wide, plain))


def _wide(c: str) -> float:
    if "\u0370" <= c <= "\u052f":  # Greek and Cyrillic
        return 0.535
    return 1.0 if c > "\xff" and unicodedata.east_asian_width(c) in "WFA" else 0.47


def lines(told: Content, width: float, size: float) -> int:
    """How many lines a text takes in a column of so many mm, in type of so many points."""
    wide = room(told) * size * POINT
    return max(1, ceil(wide * 1.04 / width)) if wide else 0


def height(told: Content, language: str, width: float = WIDTH, size: float = BODY) -> float:
    """How high a paragraph is, in mm."""
    return lines(told, width, size) * size * POINT * _LEADING[language]


def row_height(cells: Sequence[Content], widths: Sequence[float], language: str, below: Content = None) -> float:
    """How high a row of a table is, in mm; `below` is a line in small type under it."""
    cell = max(height(c, language, w - 2.5, TABLE) for c, w in zip(cells, widths, strict=True))
    return cell + _PADDING + (height(below, language, WIDTH, SMALL) if below else 0)


def cut(lists: Sequence[Sequence[float]], free: float, rest: float, least: int = 1) -> list[int]:
    """How many of each of some lists can stay, by their heights, in so many mm; `rest` is what a note on what was left
    out takes. Where they do not all fit, the list that takes most room loses its last, again and again.

    >>> cut([[10, 10, 10], [10]], 35, 4)
    [2, 1]
    """
    kept = [len(one) for one in lists]

    def taken(n: int) -> float:
        return sum(lists[n][: kept[n]]) + (rest if kept[n] < len(lists[n]) else 0)

    def droppable() -> list[int]:
        return [n for n in range(len(lists)) if kept[n] > least]

    while sum(map(taken, range(len(lists)))) > free and (left := droppable()):
        kept[max(left, key=lambda n: (taken(n), n))] -= 1
    return kept


def first(number: int, longest: int, measure: Callable[[int], float], free: float) -> int:
    """The greatest number of items, up to `longest` and `number`, that by `measure` fit into so many mm."""
    return next((n for n in range(min(number, longest), 0, -1) if measure(n) <= free), 0)
