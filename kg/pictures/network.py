"""The network: cities on the left, alliances on the right, and who is stated or recorded to belong where."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING

from kg.errors import BadQuestion
from kg.membership_remarks import remarks
from kg.pictures.facts import Facts
from kg.pictures.frame import Drawing, Frame
from kg.pictures.sheet import BLUE, FAINT, INK, LINE, ORANGE, PAPER, SOFT, Sheet, Symbol, shortened, wrapped
from kg.pictures.words import word
from kg.rosters import all_alliances

if TYPE_CHECKING:
    from kg.graph import Graph

#: How a link is known: colour, dashes, width of the line.
LINKS = {"stated": (BLUE, None, 2.4), "recorded": (ORANGE, "7 4", 1.7), "ended": (SOFT, "1.5 4", 1.9)}
#: Which lines the line of a kind makes room for where one has to be beside the other.
_OVER = {"stated": (), "recorded": ("stated",), "ended": ("stated", "recorded")}
#: More than so many cities or alliances are no picture any more.
_MOST = 120
_SIZE = 14.5
Link = tuple[str, str, str]


def draw(graph: Graph, language: str, only: frozenset[str] = frozenset(), mark: str = "") -> Drawing:
    """The network of all memberships, or of those of `only` some cities."""
    facts, frame = Facts(graph, language, only), Frame(graph, "network", language, mark)
    stated, recorded = facts.members(), facts.recorded()
    every = [(row, "stated") for row in stated] + [(row, "recorded") for row in recorded]
    links = sorted({(row["member"], row["alliance"], facts.drawn(row, how)) for row, how in every})
    left, right = _ordered(links)
    if max(len(left), len(right)) > _MOST:
        told = f"{len(left)} members of {len(right)} alliances are too many for one picture; name some cities"
        raise BadQuestion(told)
    facts.names([*left, *right, *only, *(row["source"] for row in recorded)])
    _columns(frame.sheet, facts, left, right, links)
    notes = [word(language, "nothing")] if not links else []
    silent = len(all_alliances(graph) - set(right))
    if silent and not only:
        notes.append(word(language, "silent", count=silent))
    if recorded:
        notes.append(_age(facts, recorded))
    notes += remarks(graph, {(alliance, member) for member, alliance, _ in links}, language)
    return frame.finish(_legend(language, left, links), notes, _table(facts, stated, recorded))


def _age(facts: Facts, recorded: list[dict[str, str]]) -> str:
    """As of which years the records hold, how many are undated, and whose they are."""
    years = sorted({row["date"][:4] for row in recorded if row["date"]})
    credits = facts.credits({row["source"] for row in recorded if row["source"]})
    undated = sum(not row["date"] for row in recorded)
    told = {"years": "–".join(dict.fromkeys([years[0], years[-1]])) if years else "—", "undated": undated}
    return word(facts.language, "records", credits="; ".join(credits) or "—", **told)


def _ordered(links: list[Link]) -> tuple[list[str], list[str]]:
    """Cities and alliances, each in the order that lets few lines cross: every one near the middle of its partners
    (K. Sugiyama and others, 1981), over and over until nothing changes."""
    of: dict[str, set[str]] = defaultdict(set)
    for member, alliance, _ in links:
        of[member].add(alliance)
        of[alliance].add(member)
    right = sorted({alliance for _, alliance, _ in links}, key=lambda one: (-len(of[one]), one))
    left = sorted({member for member, _, _ in links})
    for _ in range(24):
        before = left, right
        left, right = _settled(left, right, of), right
        right = _settled(right, left, of)
        if (left, right) == before:
            break
    return left, right


def _settled(moving: list[str], fixed: list[str], of: dict[str, set[str]]) -> list[str]:
    at = {one: k / max(len(fixed) - 1, 1) for k, one in enumerate(fixed)}
    return sorted(moving, key=lambda one: (sum(at[other] for other in of[one]) / len(of[one]), one))


def _columns(sheet: Sheet, facts: Facts, left: list[str], right: list[str], links: list[Link]) -> None:
    """Draw both columns with their headings, and the lines between."""
    x_left, x_right = sheet.width * 0.29, sheet.width * 0.62
    if not links:
        return
    sheet.text(x_left - 16, sheet.y + 16, word(facts.language, "cities"), 13, "end", FAINT, bold=True)
    sheet.text(x_right + 18, sheet.y + 16, word(facts.language, "alliances"), 13, "start", FAINT, bold=True)
    names = {one: wrapped(facts.name(one), _SIZE, x_left - sheet.margin - 20) for one in left}
    names |= {one: wrapped(facts.name(one), _SIZE, sheet.width - x_right - 54) for one in right}
    names = {one: shortened(lines, 3) for one, lines in names.items()}
    rooms = (
        [(27.0, 40.0, 54.0)[len(names[one]) - 1] for one in left],
        [(46.0, 46.0, 54.0)[len(names[one]) - 1] for one in right],
    )
    top, height = sheet.y + 40, max(sum(rooms[0]), sum(rooms[1]), 80.0)
    y = {
        one: top + at
        for column, room in zip((left, right), rooms, strict=True)
        for one, at in _spread(column, room, height)
    }
    for known in ("ended", "recorded", "stated"):
        colour, dashes, width = LINKS[known]
        for member, alliance, how in links:
            if how == known:
                a, b, bend = y[member], y[alliance], (x_right - x_left) * 0.5
                shift = 3.2 * sum((member, alliance, other) in links for other in _OVER[known])
                path = f"M{x_left:.1f} {a + shift:.1f}C{x_left + bend:.1f} {a + shift:.1f} {x_right - bend:.1f} "
                path += f"{b + shift:.1f} {x_right:.1f} {b + shift:.1f}"
                sheet.add("path", d=path, fill="none", stroke=colour, stroke_width=width, stroke_dasharray=dashes)
    for one in left:
        _member(sheet, x_left, y[one], "/group/" in one)
        _beside(sheet, x_left - 16, y[one], names[one], "end", SOFT if "/group/" in one else INK)
    for one in right:
        sheet.rect(x_right - 7, y[one] - 7, 14, 14, rx=2, fill=INK, stroke=PAPER, stroke_width=2.0)
        _beside(sheet, x_right + 18, y[one], names[one], "start", INK)
    sheet.y = top + height + 14
    sheet.line(sheet.margin, sheet.y, sheet.width - sheet.margin, sheet.y, stroke=LINE, stroke_width=1)
    sheet.y += 10


def _spread(column: list[str], rooms: list[float], height: float) -> list[tuple[str, float]]:
    """Where each of a column stands, as far down as the room that those above it take, stretched to a height."""
    stretch, down, found = height / sum(rooms), 0.0, []
    for one, room in zip(column, rooms, strict=True):
        found.append((one, (down + room / 2) * stretch))
        down += room
    return found


def _beside(sheet: Sheet, x: float, y: float, lines: list[str], anchor: str, colour: str) -> None:
    size = _SIZE if len(lines) == 1 else _SIZE - 2
    sheet.lines(x, y - size * 0.66 * len(lines), lines, size, 1.2, anchor=anchor, colour=colour)


def _member(sheet: Sheet, x: float, y: float, group: bool) -> None:
    how = {"fill": PAPER, "stroke": INK} if group else {"fill": INK, "stroke": PAPER}
    sheet.circle(x, y, 6.5, stroke_width=2.0, **how)


def _legend(language: str, left: list[str], links: list[Link]) -> list[tuple[Symbol, str]]:
    used = {known for _, _, known in links}
    items: list[tuple[Symbol, str]] = [
        (partial(_line_symbol, known=known), word(language, f"member.{known}")) for known in LINKS if known in used
    ]
    if any("/group/" in one for one in left):
        items.append((partial(_member, group=True), word(language, "member.group")))
    return items


def _line_symbol(sheet: Sheet, x: float, y: float, known: str) -> None:
    colour, dashes, width = LINKS[known]
    sheet.line(x - 17, y, x + 17, y, stroke=colour, stroke_width=width, stroke_dasharray=dashes)


def _table(facts: Facts, stated: list[dict[str, str]], recorded: list[dict[str, str]]) -> list[tuple[str, ...]]:
    say = partial(word, facts.language)
    rows: list[tuple[str, ...]] = [(say("city"), say("alliance"), say("basis"), say("year"), say("source"))]
    facts.names(row["standing"] for row in recorded)
    for row in stated:
        how = say(f"member.{facts.drawn(row, 'stated')}")
        rows.append((facts.name(row["member"]), facts.name(row["alliance"]), how, "", ""))
    for row in recorded:
        how = say(f"member.{facts.drawn(row, 'recorded')}")
        standing = f" ({facts.name(row['standing'])})" if row["standing"] else ""
        source = facts.name(row["source"]) if row["source"] else ""
        dated = row["date"] or say("undated")
        rows.append((facts.name(row["member"]), facts.name(row["alliance"]), how + standing, dated, source))
    return rows
