"""The map: cities by tier, and the dependences that their tiers imply."""

from __future__ import annotations

import math
from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING

from kg.errors import BadQuestion
from kg.pictures.facts import Facts, Position, local
from kg.pictures.frame import Drawing, Frame
from kg.pictures.labels import place
from kg.pictures.marks import arc, arrow, tier_mark
from kg.pictures.outlines import PACKAGE, draw_outlines
from kg.pictures.projection import View
from kg.pictures.sheet import LINE, SOFT, Sheet, Symbol, text_width
from kg.pictures.words import word

if TYPE_CHECKING:
    from kg.graph import Graph

_SIZE = 15.0  # of the names of cities, in pixels
_HEIGHT = 610.0
#: More cities than so many are no picture any more.
_MOST = 80
_FAR = 40.0  # pixels: a name further from its mark is tied to it by a line
#: Where a map without any place lies: Eurasia.
_NOWHERE = [(-5.0, 42.0), (60.0, 68.0), (135.0, 40.0)]


def draw(graph: Graph, language: str, only: frozenset[str] = frozenset(), mark: str = "") -> Drawing:
    """The map of the cities that are in a tier, or of `only` some and those that they are tied to."""
    facts, frame = Facts(graph, language, only), Frame(graph, "map", language, mark)
    ties = facts.dependences()
    tied = {row[end] for row in ties for end in ("city", "partner")}
    tiers = [row for row in Facts(graph, language).tiers() if not only or row["city"] in only | tied]
    cities = sorted({row["city"] for row in tiers if row["group"]} | (only & tied) | only)
    if len(cities) > _MOST:
        raise BadQuestion(f"{len(cities)} cities are too many for one map; name some of them")
    facts.names([*cities, *tied, *(row["city"] for row in tiers), *(row["tier"] for row in tiers)])
    facts.names(row["degree"] for row in ties)
    at = facts.positions(cities)
    coast = _map(frame.sheet, facts, at, tiers, ties)
    notes = _notes(facts, tiers, ties, [city for city in cities if city not in at])
    notes.append(word(language, "coast" if coast else "coast.none", **({} if coast else {"package": PACKAGE})))
    if credits := facts.credits({position.source for position in at.values()}):
        notes[-1] += " " + word(language, "positions", credits="; ".join(credits)) + "."
    return frame.finish(
        _legend(facts, tiers, ties, set(at) - {row["city"] for row in tiers}),
        notes,
        _table(facts, at, tiers, ties, cities),
    )


def _map(
    sheet: Sheet, facts: Facts, at: dict[str, Position], tiers: list[dict[str, str]], ties: list[dict[str, str]]
) -> bool:
    """Draw the box with coasts, arrows, marks and names in it; whether there were coasts to draw."""
    box = (sheet.margin, sheet.y, sheet.width - 2 * sheet.margin, _HEIGHT)
    cities = sorted(at, key=lambda city: (-at[city].latitude, city))
    view = View([(at[city].longitude, at[city].latitude) for city in cities] or _NOWHERE, box)
    coast = draw_outlines(sheet, view, clip := f"eic-box-{facts.language}")
    points = {city: view(at[city].longitude, at[city].latitude) for city in cities}
    along: list[tuple[float, float]] = []
    sheet.parts.append(f'<g clip-path="url(#{clip})">')
    for row in ties:
        if row["city"] in points and row["partner"] in points:
            path, through, head = arc(points[row["city"]], points[row["partner"]], 0.16, 13)
            arrow(sheet, path, head, local(row["degree"]))
            along += through[:: 1 + len(ties) // 60]
    sheet.parts.append("</g>")
    marks: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for row in tiers:
        if (row["tier"], not row["kind"]) not in marks[row["city"]] and (row["tier"], False) not in marks[row["city"]]:
            marks[row["city"]].append((row["tier"], not row["kind"]))
    names = [facts.name(city) for city in cities]
    widths = [text_width(name, _SIZE) for name in names]
    reach = [18.0 * max(len(marks[city]) - 1, 0) for city in cities]
    bounds = (box[0] + 4, box[1] + 4, box[0] + box[2] - 4, box[1] + box[3] - 4)
    spots = place(list(points.values()), widths, _SIZE, along, bounds, reach)
    for spot, (x, y) in zip(spots, points.values(), strict=True):
        if math.hypot(spot.x - x, spot.y - y - 5) > _FAR:
            sheet.line(x, y, spot.x, spot.y - 5, stroke=SOFT, stroke_width=0.8)
    for city, (x, y) in points.items():
        for k, (tier, derived) in enumerate(marks[city] or [("", False)]):
            tier_mark(sheet, x + 18 * k, y, local(tier), derived)
    for name, spot in zip(names, spots, strict=True):
        sheet.text(spot.x, spot.y, name, _SIZE, spot.anchor, bold=True, halo=True)
    if not points:
        told = word(facts.language, "unlocated.all" if tiers else "nothing")
        sheet.text(sheet.width / 2, sheet.y + _HEIGHT / 2, told, 17, "middle", SOFT, halo=True)
    sheet.rect(*box, rx=6, fill="none", stroke=LINE)
    sheet.y += _HEIGHT + 12
    return coast


def _notes(facts: Facts, tiers: list[dict[str, str]], ties: list[dict[str, str]], unlocated: list[str]) -> list[str]:
    """What is not on the map: groups that are not named, and cities without a position."""
    between, notes = word(facts.language, "list"), []
    for row in tiers:
        if not row["group"]:
            cities = sorted({facts.name(tie["city"]) for tie in ties if tie["partner"] == row["city"]})
            told = {"group": facts.name(row["city"]), "tier": facts.name(row["tier"])}
            if cities:
                notes.append(word(facts.language, "group", cities=between.join(cities), **told))
            else:
                notes.append(word(facts.language, "group.idle", **told))
    if unlocated:
        named = between.join(facts.name(city) for city in unlocated)
        notes.append(word(facts.language, "unlocated", cities=named))
    return notes


def _legend(
    facts: Facts, tiers: list[dict[str, str]], ties: list[dict[str, str]], others: set[str]
) -> list[tuple[Symbol, str]]:
    items: list[tuple[Symbol, str]] = []
    for tier, kind in sorted({(row["tier"], row["kind"]) for row in tiers}, key=lambda one: (_order(one[0]), one[1])):
        draw_it = partial(_tier_symbol, tier=local(tier), derived=not kind)
        items.append((draw_it, word(facts.language, "tier.stated" if kind else "tier.derived", tier=facts.name(tier))))
    if others:
        items.append((partial(_tier_symbol, tier="", derived=False), word(facts.language, "tier.none")))
    for degree in sorted({row["degree"] for row in ties}, reverse=True):
        items.append(
            (partial(_tie_symbol, degree=local(degree)), word(facts.language, "degree", degree=facts.name(degree)))
        )
    return items


def _order(tier: str) -> int:
    order = ["firstTier", "secondTier", "thirdTier"]
    return order.index(local(tier)) if local(tier) in order else len(order)


def _tier_symbol(sheet: Sheet, x: float, y: float, tier: str, derived: bool) -> None:
    tier_mark(sheet, x, y, tier, derived)


def _tie_symbol(sheet: Sheet, x: float, y: float, degree: str) -> None:
    path, _, head = arc((x - 17, y - 3), (x + 17, y - 3), 0.2, 1)
    arrow(sheet, path, head, degree)


def _table(
    facts: Facts,
    at: dict[str, Position],
    tiers: list[dict[str, str]],
    ties: list[dict[str, str]],
    cities: list[str],
) -> list[tuple[str, ...]]:
    say = partial(word, facts.language)
    rows: list[tuple[str, ...]] = [
        (say("city"), say("tier"), say("position"), say("partner"), say("degree.head"), say("basis"), say("year"))
    ]
    placed = {row["city"]: row for row in tiers}
    for city in sorted({*cities, *placed}, key=lambda one: (_order(placed.get(one, {}).get("tier", "")), one)):
        where = f"{at[city].latitude:.2f}, {at[city].longitude:.2f}" if city in at else "—"
        row = placed.get(city, {"tier": "", "kind": ""})
        basis = say("stated") if row["kind"] else say("implied")
        rows.append((facts.name(city), facts.name(row["tier"]) if row["tier"] else "—", where, "—", "—", basis, ""))
    for tie in ties:
        ends = facts.name(tie["city"]), "", "", facts.name(tie["partner"]), facts.name(tie["degree"])
        rows.append((*ends, say("implied"), tie["year"]))
    return rows
