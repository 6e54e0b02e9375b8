"""The first page of a brief: whom it is about, in short, elements, partners."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kg.brief.facts import Facts, Finding, Placed
from kg.brief.fitting import BODY, HEADING, SMALL, WIDTH, first, height, row_height
from kg.brief.notes import Notes
from kg.brief.proximities import Nearness
from kg.brief.speech import LONGEST, Speech
from kg.captions import origin
from kg.evidence import ASSESSED
from kg.measures.levels import ELEMENTS, SUPPLY
from kg.partners import Found, Partner
from kg.reports import elements
from kg.web.markup import Content, Markup, joined, tag, text

_SIGNS = {"HasLevel": "●", "LackLevel": "○", "NoAdvantageLevel": "◇", "NotStated": "?", "Differs": "≠"}
_ELEMENTS = {
    "zh": (32.0, 40.0, 36.0, 18.0, 52.0),
    "en": (50.0, 30.0, 42.0, 17.0, 39.0),
    "ru": (48.0, 27.0, 44.0, 17.0, 42.0),
}
_PARTNERS = (19.0, 29.0, 46.0, 27.0, 17.0, 40.0)
#: Partners that a brief tells of at most.
PARTNERS = 6
#: A command of so many characters is kept on one line.
_WHOLE = 70
#: Other names of the city that are told at most.
_NAMES = 4


class Part(NamedTuple):
    """A part of a page, and how high it is, in mm."""

    told: Markup
    height: float


def table(heads: Sequence[Content], widths: Sequence[float], bodies: Sequence[Content]) -> Markup:
    """A table with the widths of its columns in mm; `bodies` are its bodies."""
    columns = [Markup(f'<col style="width:{width / sum(widths):.2%}"/>') for width in widths]
    row = tag("tr", [tag("th", head, scope="col") for head in heads])
    return tag("table", tag("colgroup", columns), tag("thead", row), bodies)


def code(command: str) -> Markup:
    """A command as it can be typed; a short one is not broken at the end of a line."""
    return tag("code", command, class_="whole" if len(command) <= _WHOLE else None)


class Front:
    """The parts of the first page."""

    def __init__(self, facts: Facts, found: Found, near: Nearness, speech: Speech, notes: Notes):
        self.facts, self.found, self.near = facts, found, near
        self.speech, self.notes, self.say = speech, notes, speech.say

    def head(self) -> Part:
        """The city, its names, where it is filed, how many live there, where it lies; whose views, which graph."""
        name = self.speech.name(self.facts.city)
        others = dict(one for one in reversed(self.facts.names) if text(one[0]) != name)
        spans = [tag("span", one[:LONGEST], lang=others[one]) for one in list(others)[::-1][:_NAMES]]
        shown = joined(spans, " · ")
        small = tag("small", self.say("other-names"), " ", shown) if shown else None
        views, version = origin(self.speech.graph, self.speech.language)
        view = self.speech.listed(self.say("as-of", name, str(year)) for name, year in views)
        placed = self.facts.placed[:2]
        facts = [
            ("filed", [self._filed(one) for one in placed] or self.say("none")),
            ("people", [self._people(one) for one in placed if one.people] or self.say("none")),
            ("position", next((self._position(one) for one in placed if one.north is not None), self.say("none"))),
            ("view", view),
            ("version", version),
            ("horizon", [self.facts.horizon, tag("small", self.say("horizon-note"))]),
        ]
        told = tag("dl", [tag("div", tag("dt", self.say(key)), tag("dd", value)) for key, value in facts])
        mark = self.speech.graph.mark(self.speech.language)
        box = tag("p", mark, class_="box") if mark else None
        title = [tag("p", self.say("kind"), class_="kind"), tag("h1", name, small)]
        high: float = (48 if self.speech.language == "ru" else 44) + 7 * (len(placed) > 1)
        high += 8 + height(mark, self.speech.language) if mark else 0
        return Part(text([tag("div", title, told, class_="head"), box]), high)

    def _filed(self, one: Placed) -> Content:
        name = self.speech.name(one.territory) if one.territory else ""
        code = [tag("b", one.code or self.say("none")), " " if name else "", name, self.notes.mark([one.record])]
        return [code, tag("small", self.say("filed-note", self._source(one)))]

    def _people(self, one: Placed) -> Content:
        date = one.date or self.say("undated")
        told = self.speech.listed([self._source(one), date])
        return tag("div", self.say("bracket", tag("b", self.speech.number(one.people or 0)), told))

    def _position(self, one: Placed) -> Content:
        told = f"{self.speech.decimal(one.north or 0, 4)}°\N{NO-BREAK SPACE}/ {self.speech.decimal(one.east or 0, 4)}°"
        return self.say("bracket", told, self._source(one))

    def _source(self, one: Placed) -> str:
        rows = self.facts.credits([one.record], self.speech.tag)
        return next((str(row["name"]) for row in rows if row["source"] == one.source), "")

    def short(self, sentences: Sequence[Markup]) -> Part:
        """The brief in some sentences."""
        items = tag("ul", [tag("li", one) for one in sentences], class_="short")
        high = sum(height(one, self.speech.language, WIDTH - 5, BODY) + 0.7 for one in sentences)
        return Part(text([tag("h2", self.say("in-short")), items]), HEADING + high)

    def elements(self) -> Part:
        """The seven elements: what is known of each, in whose word, and where that stands."""
        widths, rows, high = _ELEMENTS[self.speech.language], [], HEADING + 6.0
        for element in ELEMENTS:
            found, state = self.facts.shown(element), self.facts.state(element)
            claims = [one.claim for one in found]
            basis = dict.fromkeys(self.say(_basis(one)) for one in found)
            word = self.speech.listed(self.speech.name(one.level) for one in found) if found else text("—")
            same = word == self.say(state)  # the state and the word are one: they share the two columns
            cells: list[Content] = [
                self.speech.name(elements([element])[0]),
                [_SIGNS[state], "\N{NO-BREAK SPACE}", self.say(state)],
                *([] if same else [word]),
                self.speech.listed(basis) if found else "—",
                self.notes.places(claims) if found else "—",
            ]
            spans = ["2" if same and n == 0 else None for n in range(len(cells) - 1)]
            told = [tag("td", cell, colspan=span) for cell, span in zip(cells[1:], spans, strict=True)]
            rows.append(tag("tr", tag("th", cells[0], scope="row"), told))
            wide = (widths[0], widths[1] + widths[2], *widths[3:]) if same else widths
            high += row_height(cells, wide, self.speech.language)
        heads = [self.say(key) for key in ("element", "state", "word", "basis", "place")]
        body = table(heads, widths, [tag("tbody", rows, class_="rows")])
        legend = self.say("legend")
        high += height(legend, self.speech.language, WIDTH, SMALL) + 1
        return Part(text([tag("h2", self.say("elements")), body, tag("p", legend, class_="more")]), high)

    def partners(self, free: float) -> tuple[Part, tuple[Partner, ...]]:
        """The partners found, as many as there is room for, and which these are; why there are none otherwise."""
        found, language = self.found, self.speech.language
        title = tag("h2", self.say("partners-offer" if found.offer else "partners"))
        if not found.ranked or not found.partners:
            reason = self.say("nobody" if found.wanted else "nothing-sought")
            told = self._unranked() if not found.ranked else tag("p", reason)
            return Part(text([title, told]), HEADING + height(told, language) + 2), ()
        every = len(found.wanted) == len(SUPPLY)
        names = self.say("all-supply") if every else self.speech.names(elements(found.wanted))
        sought = self.say("sought-offer" if found.offer else "sought", names)
        groups = (
            ["" if language == "zh" else " ", self.say("groups", self.speech.names(found.groups))]
            if found.groups
            else []
        )
        intro = tag("p", sought, groups)
        most = found.partners[:PARTNERS]
        rows = [(self._cells(one), self._below(one)) for one in most]
        heights = [row_height(cells, _PARTNERS, language, below) for cells, below in rows]
        fixed = HEADING + 6 + 8 + height(intro, language)
        count = first(len(most), PARTNERS, lambda n: fixed + sum(heights[:n]), free)
        kept = max(count, 1)
        keys = ("rank", "partner", "needs" if found.offer else "supplies", "returns", "km", "shared")
        told = table([self.say(key) for key in keys], _PARTNERS, [self._body(*row) for row in rows[:kept]])
        left = found.useful - kept
        command = f"kg partners {self.speech.plain(self.facts.city)}{' --offer' if found.offer else ''}"
        more = tag("p", self.say("more", str(left), code(command)), class_="more") if left > 0 else None
        note = tag("p", self.say("near-note"), class_="more") if self.near.told else None
        return Part(text([title, intro, told, more, note]), fixed + sum(heights[:kept])), most[:kept]

    def _unranked(self) -> Markup:
        known, least = (self.speech.percent(float(share)) for share in (self.found.known, self.found.least))
        city, element = map(self.speech.plain, (self.facts.city, *elements(["investmentFinancing"])))
        told = self.say("unranked", known=known, least=least)
        return tag("p", told, " ", code(f"kg brief {city} --element {element}"))

    def _cells(self, one: Partner) -> list[Content]:
        found = self.found
        tied = [str(one.rank), self.say("tied", "") if one.tied > 1 else ""]
        meets: Content = self.speech.names(elements(one.meets))
        if len(one.meets) == len(found.wanted) > 1:
            meets = self.say("all-wanted", str(len(one.meets)))
        claims = self.near.claims.get(one.city, [])
        back = [self.speech.names(elements(one.returns))] if one.returns else []
        if one.perhaps:
            back.append(self.say("returns-perhaps", self.speech.names(elements(one.perhaps))))
        records = {a: self._records(a, one.city) for a in one.shared}
        shared = [[self.speech.name(a), self.notes.mark(records[a])] for a in one.shared]
        return [
            tied,
            [tag("b", self.speech.name(one.city)), self.notes.mark(claims)],
            meets,
            self.speech.listed(back) if back else self.say("returns-none"),
            self.say("km-value", self.speech.number(one.km)) if one.km is not None else self.say("unknown"),
            self.speech.listed(shared) if shared else self.say("shared-none"),
        ]

    def _records(self, alliance: str, city: str) -> list[str]:
        members = self.speech.graph.rosters[alliance].members
        return [*members[city], *members[self.facts.city]]

    def _below(self, one: Partner) -> Content:
        """What stands in small type under a partner: whether it has a market, and how near it is."""
        told = self.near.told.get(one.city, {})
        demand = None if one.demand is None else self.say("demand" if one.demand else "demand-none")
        parts = [
            [self.say(dimension), "\N{NO-BREAK SPACE}", self.speech.point(value)] for dimension, value in told.items()
        ]
        near = self.say("pair", self.say("near"), joined(parts, " · ")) if parts else None
        between = "；" if self.speech.language == "zh" else "; "
        return joined([near, demand], between) or None

    def _body(self, cells: list[Content], below: Content) -> Markup:
        row = tag("tr", [tag("td", cell) for cell in cells])
        more = tag("tr", tag("td", below, colspan=str(len(cells))), class_="below") if below else None
        return tag("tbody", row, more, class_="row")


def _basis(one: Finding) -> str:
    """Whether a finding is implied by a tier, a user's own, or stated."""
    return "implied-short" if one.implied else "assessed-short" if one.claim.startswith(ASSESSED) else "stated-short"
