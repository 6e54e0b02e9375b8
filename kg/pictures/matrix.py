"""The matrix: what is stated of cities, or implied by their tiers, on each of the seven innovation elements."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING

from kg.errors import BadQuestion
from kg.pictures.facts import Facts, local
from kg.pictures.frame import Drawing, Frame
from kg.pictures.marks import STATES, state_mark, tier_mark
from kg.pictures.sheet import FAINT, INK, SOFT, Sheet, Symbol, shortened, wrapped
from kg.pictures.words import word

if TYPE_CHECKING:
    from kg.graph import Graph

_LEFT = 190.0
_ROW = 66.0
#: More cities than so many are no picture any more.
_MOST = 60
#: city, element -> findings, those stated first: state, level, basis
Cells = dict[tuple[str, str], list[tuple[str, str, str]]]


def draw(graph: Graph, language: str, only: frozenset[str] = frozenset(), mark: str = "") -> Drawing:
    """The matrix of the cities of which there is a finding, or of `only` some, for which much may be not stated."""
    facts, frame = Facts(graph, language, only), Frame(graph, "matrix", language, mark)
    cells: Cells = defaultdict(list)
    found_by = set[str]()
    for row in facts.findings():
        found_by |= {row["source"]} - {""}
        found = (row["state"], row["level"], row["basis"])
        if found not in cells[row["city"], row["element"]]:
            cells[row["city"], row["element"]].append(found)
    tiers: dict[str, list[str]] = defaultdict(list)
    for row in facts.tiers():
        if row["tier"] not in tiers[row["city"]]:
            tiers[row["city"]].append(row["tier"])
    cities = {city for city, _ in cells} | only
    if len(cities) > _MOST:
        raise BadQuestion(f"{len(cities)} cities are too many for one picture; name some of them")
    elements = facts.elements()
    facts.names([*cities, *(iri for iri, _ in elements), *(level for found in cells.values() for _, level, _ in found)])
    facts.names(tier for of in tiers.values() for tier in of)
    ranks = ("firstTier", "secondTier", "thirdTier")

    def order(city: str) -> tuple[int, str]:
        places = [ranks.index(local(tier)) for tier in tiers[city] if local(tier) in ranks]
        return min(places, default=len(ranks)), city

    rows = sorted(cities, key=order)
    _head(frame.sheet, facts, elements)
    for city in rows:
        _row(frame.sheet, facts, city, tiers[city], [cells.get((city, element), []) for element, _ in elements])
    frame.sheet.y += 14
    notes = [word(language, "silent.cities")] if rows and not only else []
    if sources := sorted(facts.name(source) for source in found_by):
        notes.append(word(language, "found.by").format(sources=("；" if language == "zh" else "; ").join(sources)))
    return frame.finish(
        _legend(language), notes if rows else [word(language, "nothing")], _table(facts, rows, elements, cells)
    )


def _step(sheet: Sheet, elements: int) -> float:
    return (sheet.width - 2 * sheet.margin - _LEFT) / max(elements, 1)


def _head(sheet: Sheet, facts: Facts, elements: list[tuple[str, bool]]) -> None:
    """The names of the elements, and above them which side they are on."""
    step, start = _step(sheet, len(elements)), sheet.margin + _LEFT
    supply = sum(not demand for _, demand in elements)
    for key, first, count in (("supply", 0, supply), ("demand", supply, len(elements) - supply)):
        if count:
            x = start + first * step
            sheet.text(x + count * step / 2, sheet.y + 14, word(facts.language, key), 13, "middle", FAINT, bold=True)
            sheet.line(x + 6, sheet.y + 21, x + count * step - 6, sheet.y + 21, stroke=FAINT, stroke_width=1.2)
    names = [wrapped(facts.name(element), 14.8, step - 8) for element, _ in elements]
    depth = max((len(lines) for lines in names), default=1) * 18.2
    for k, lines in enumerate(names):
        top = sheet.y + 26 + depth - 18.2 * len(lines)
        sheet.lines(start + (k + 0.5) * step, top, lines, 14, 1.3, anchor="middle", bold=True)
    sheet.y += 26 + depth + 12


def _row(sheet: Sheet, facts: Facts, city: str, tiers: list[str], cells: list[list[tuple[str, str, str]]]) -> None:
    step, y = _step(sheet, len(cells)), sheet.y
    for k, tier in enumerate(tiers[:3]):
        tier_mark(sheet, sheet.margin + 12 + 18 * k, y + _ROW / 2, local(tier))
    left = 18 + 18 * max(len(tiers[:3]), 1)
    lines = shortened(wrapped(facts.name(city), 16, _LEFT - left - 8), 2)
    under = [facts.name(tier) for tier in tiers[:1]]
    top = y + _ROW / 2 - 10.5 * len(lines) - 8 * len(under)
    end = sheet.lines(sheet.margin + left, top, lines, 15, 1.3, bold=True)
    if under:
        sheet.lines(sheet.margin + left, end, wrapped(under[0], 12, _LEFT - left - 6)[:1], 12, colour=SOFT)
    for k, found in enumerate(cells):
        _cell(sheet, facts, sheet.margin + _LEFT + k * step, step, found)
    sheet.y += _ROW


def _cell(sheet: Sheet, facts: Facts, x: float, width: float, found: list[tuple[str, str, str]]) -> None:
    """One cell: for each finding its mark and the word for its level; a dot and words where there is none."""
    shown = found[:2] or [("", "", "stated")]
    sheet.rect(x + 2, sheet.y + 2, width - 4, _ROW - 4, rx=5, fill=STATES[shown[0][0]][1])
    part = (width - 4) / len(shown)
    for k, (state, level, basis) in enumerate(shown):
        middle = x + 2 + (k + 0.5) * part
        state_mark(sheet, middle, sheet.y + 19, state, basis == "implied", 8.5)
        text = facts.name(level) if level else word(facts.language, "")
        lines = wrapped(text, 12, part - 8)
        size = 12 if len(lines) < 3 else 10.5
        lines = shortened(wrapped(text, size, part - 6), 2)
        sheet.lines(
            middle, sheet.y + 31 + (4 if len(lines) == 1 else 0), lines, size, 1.18, anchor="middle", colour=INK
        )


def _legend(language: str) -> list[tuple[Symbol, str]]:
    states: list[tuple[Symbol, str]] = [
        (partial(state_mark, state=state, implied=False), word(language, state)) for state in STATES
    ]
    bases: list[tuple[Symbol, str]] = [
        (partial(state_mark, state="HasLevel", implied=implied), word(language, key))
        for key, implied in (("solid", False), ("hollow", True))
    ]
    return [*states, *bases]


def _table(facts: Facts, rows: list[str], elements: list[tuple[str, bool]], cells: Cells) -> list[tuple[str, ...]]:
    say = partial(word, facts.language)
    told: list[tuple[str, ...]] = [(say("city"), say("element"), say("basis"), say("word"))]
    for city in rows:
        for element, _ in elements:
            found = cells.get((city, element), [])
            for _state, level, basis in found:
                told.append((facts.name(city), facts.name(element), say(basis), facts.name(level)))
            if not found:
                told.append((facts.name(city), facts.name(element), "", say("")))
    return told
