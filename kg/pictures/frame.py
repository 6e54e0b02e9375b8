"""What stands around every picture: title, legend, notes, and the caption that says whose view it shows, as of when."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from kg.captions import origin
from kg.pictures.sheet import FAINT, INK, LINE, SOFT, Sheet, Symbol, text_width, wrapped
from kg.pictures.words import word

if TYPE_CHECKING:
    from kg.graph import Graph


class Drawing(NamedTuple):
    """A picture that is drawn: the SVG, what it says in words, and the table of its data, headings first."""

    svg: str
    title: str
    description: str
    caption: list[str]
    table: list[tuple[str, ...]]


class Frame:
    """A sheet with a title on it; `finish` puts legend, notes and caption below what is drawn between."""

    def __init__(self, graph: Graph, kind: str, language: str, mark: str = ""):
        self.graph, self.kind, self.language, self.mark = graph, kind, language, mark
        self.sheet = Sheet(language)
        self.title = word(language, kind)
        self.about = word(language, f"{kind}.about")
        sheet, room = self.sheet, self.sheet.width - 2 * self.sheet.margin
        sheet.y = sheet.lines(sheet.margin, 22, wrapped(self.title, 26.5, room), 25, bold=True)
        sheet.y = sheet.lines(sheet.margin, sheet.y + 2, wrapped(self.about, 15, room), 15, colour=SOFT) + 16

    def finish(self, legend: list[tuple[Symbol, str]], notes: list[str], table: list[tuple[str, ...]]) -> Drawing:
        """The drawing, with legend, notes and caption."""
        self._legend(legend)
        sheet, room = self.sheet, self.sheet.width - 2 * self.sheet.margin
        for note in notes:
            sheet.y = sheet.lines(sheet.margin, sheet.y, wrapped(note, 14, room), 13.5, colour=INK) + 3
        caption = self._caption()
        sheet.y += 8
        sheet.line(sheet.margin, sheet.y, sheet.width - sheet.margin, sheet.y, stroke=LINE, stroke_width=1)
        sheet.y += 5
        for told in caption:
            sheet.y = sheet.lines(sheet.margin, sheet.y, wrapped(told, 13, room), 13, colour=SOFT)
        sheet.y += 22
        description = " ".join([self.about, *notes, *caption])
        name = f"eic-{self.kind}-{self.language}"
        return Drawing(
            sheet.svg(name, self.title, description), self.title, description, [self.about, *notes, *caption], table
        )

    def _caption(self) -> list[str]:
        views, version = origin(self.graph, self.language)
        told = "; ".join(word(self.language, "as_of", name=name, year=year) for name, year in views)
        parts = [self.graph.mark(self.language), word(self.language, "view", views=told)]
        line = " · ".join([*(part for part in parts if part), word(self.language, "version").format(version)])
        return [line, self.mark] if self.mark else [line]

    def _legend(self, items: list[tuple[Symbol, str]]) -> None:
        sheet, room, size = self.sheet, self.sheet.width - 2 * self.sheet.margin, 13.5
        if not items:
            return
        widest = max(text_width(text, size) for _, text in items) + 62
        columns = max(1, min(len(items), 4, int(room // widest)))
        columns = math.ceil(len(items) / math.ceil(len(items) / columns))  # rows of about the same length
        step = room / columns
        lines = [wrapped(text, size, step - 56) for _, text in items]
        sheet.text(sheet.margin, sheet.y + 14, word(self.language, "legend"), 12.5, colour=FAINT, bold=True)
        sheet.y += 22
        for start in range(0, len(items), columns):
            row = range(start, min(start + columns, len(items)))
            for k in row:
                x = sheet.margin + (k - start) * step
                items[k][0](sheet, x + 17, sheet.y + 7)
                sheet.lines(x + 42, sheet.y - 3, lines[k], size)
            sheet.y += 8 + 18.2 * max(len(lines[k]) for k in row)
        sheet.y += 6
