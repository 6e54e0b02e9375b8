"""The second page of a brief: alliances, twin cities, what is not known and what to find out first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from kg.brief.facts import Facts, Membership, Twin
from kg.brief.fitting import HEADING, SMALL, WIDTH, cut, height, row_height
from kg.brief.front import Part, code, table
from kg.brief.notes import Notes
from kg.brief.speech import Speech
from kg.measures.levels import ELEMENTS
from kg.partners import Found, Partner
from kg.reports import elements
from kg.terms import EIC
from kg.web.markup import Content, Markup, joined, tag, text

_ALLIANCES = (70.0, 26.0, 18.0, 21.0, 43.0)
#: What is listed at most, were there room for more: own alliances, those of partners, twins.
_MOST = (10, 6, 12)
#: What a line takes that says how many more there are.
_REST = 4.5


class Lists(NamedTuple):
    """What of the second page can be cut: rows of own alliances, lines of those of partners, lines of twins."""

    own: list[tuple[list[Content], float]]
    theirs: list[tuple[Markup, float]]
    twins: list[tuple[Markup, float]]


class Back:
    """The parts of the second page; `theirs` are memberships of the partners on the first."""

    def __init__(self, facts: Facts, found: Found, theirs: list[Membership], speech: Speech, notes: Notes):
        self.facts, self.found, self.theirs = facts, found, theirs
        self.speech, self.notes, self.say = speech, notes, speech.say
        self.command = f"kg ask records-on-place place={speech.plain(facts.city)}"

    def links(self, free: float, partners: tuple[Partner, ...]) -> tuple[Part, Part]:
        """Alliances and twin cities, cut so that both fit into so many mm."""
        lists = Lists(self._own(), self._others(partners), [self._twin(one) for one in self.facts.twins[: _MOST[2]]])
        fixed = 2 * HEADING + 6 + (6 if lists.theirs else 0) + 2 * _REST
        heights = [[h for _, h in lists.own], [h for _, h in lists.theirs], [h for _, h in lists.twins]]
        kept = cut(heights, free - fixed, _REST)
        alliances = self._alliances(lists, kept)
        twins = [told for told, _ in lists.twins[: kept[2]]]
        city = self.speech.plain(self.facts.city)
        more = self._more(len(self.facts.twins) - len(twins), f"kg ask twin-cities place={city}")
        body = tag("ul", [tag("li", one) for one in twins], class_="cols") if twins else tag("p", self.say("no-twins"))
        told = text([tag("h2", self.say("twins")), body, more])
        high = [sum(one[:n]) for one, n in zip(heights, kept, strict=True)]
        rest = _REST * alliances.count('class="more"')
        return (
            Part(alliances, HEADING + 6 + high[0] + high[1] + rest),
            Part(told, HEADING + (high[2] + 3 if twins else 5) + _REST * bool(more)),
        )

    def _alliances(self, lists: Lists, kept: list[int]) -> Markup:
        rows = [tag("tr", [tag("td", cell) for cell in cells]) for cells, _ in lists.own[: kept[0]]]
        heads = [self.say(key) for key in ("alliance", "standing", "since", "recorded-as-of", "status")]
        told = table(heads, _ALLIANCES, [tag("tbody", rows, class_="rows")])
        body = told if rows else tag("p", self.say("no-alliance"))
        more = self._more(len(self.facts.memberships) - len(rows), self.command)
        theirs = [told for told, _ in lists.theirs[: kept[1]]]
        items = tag("ul", [tag("li", one) for one in theirs], class_="cols")
        also = [tag("p", self.say("theirs"), class_="more"), items]
        left = self._more(len(self._open()) - len(theirs), f"kg partners {self.speech.plain(self.facts.city)}")
        return text([tag("h2", self.say("alliances")), body, more, also if theirs else None, left if theirs else None])

    def _more(self, left: int, command: str) -> Markup | None:
        return tag("p", self.say("more", str(left), code(command)), class_="more") if left > 0 else None

    def _own(self) -> list[tuple[list[Content], float]]:
        rows = []
        several = sorted(self.facts.memberships, key=lambda m: (self.facts.stale(m.date), m.alliance, m.claim))
        for one in several[: _MOST[0]]:
            cells = [
                [self.speech.name(one.alliance), self.notes.mark([one.claim])],
                self._standing(one),
                (one.since or "?") + (f" – {one.until}" if one.until else ""),
                one.date or self.say("undated"),
                self._counted(one),
            ]
            rows.append((cells, row_height(cells, _ALLIANCES, self.speech.language)))
        return rows

    def _standing(self, one: Membership) -> Content:
        if one.paper:
            return self.say("by-paper")
        return self.speech.name(one.standing) if one.standing else self.say("standing-unsaid")

    def _status(self, date: str) -> Markup:
        if not date:
            return self.say("not-confirmed-undated")
        return self.say("not-confirmed", date) if self.facts.stale(date) else self.say("confirmed")

    def _counted(self, one: Membership) -> Markup:
        """Whether a membership counts, and then whether it was confirmed of late."""
        counts, status = self.facts.counts(one), self._status(one.date)
        if counts is False:
            return self.say("not-counted")
        return status if counts else self.speech.listed([self.say("not-agreed"), status])

    def _open(self) -> dict[str, list[Membership]]:
        own = {one.alliance for one in self.facts.memberships}
        several: dict[str, list[Membership]] = {}
        for one in self.theirs:
            if one.alliance not in own and self.facts.counts(one):
                several.setdefault(one.alliance, []).append(one)
        return dict(sorted(several.items(), key=lambda item: (-len({m.city for m in item[1]}), item[0])))

    def _others(self, partners: tuple[Partner, ...]) -> list[tuple[Markup, float]]:
        """A line for each alliance in which partners are and the city is not recorded."""
        shown, told = {one.city for one in partners}, []
        for alliance, members in list(self._open().items())[: _MOST[1]]:
            cities: dict[str, list[Content]] = {}
            for one in (m for m in members if m.city in shown):
                plain = one.standing.removeprefix(EIC) in ("", "standingMember")
                date = one.date or self.say("undated")
                cities.setdefault(one.city, []).append([date] if plain else [self._standing(one), " ", date])
            between = "；" if self.speech.language == "zh" else "; "
            several = [self.say("bracket", self.speech.name(c), joined(dates, between)) for c, dates in cities.items()]
            name, marks = tag("b", self.speech.name(alliance)), self.notes.mark([m.claim for m in members])
            line = text([self.say("pair", name, self.speech.listed(several)), marks])
            told.append((line, height(line, self.speech.language, WIDTH / 2 - 4, SMALL) / 2 + 0.4))
        return told

    def _twin(self, one: Twin) -> tuple[Markup, float]:
        standings = [self.speech.name(standing) for standing in one.standings]
        told = self.speech.listed([*standings, *self._state(one)])
        name = tag("b", self.speech.name(one.city))
        line = text([self.say("pair", name, told), self.notes.mark(one.records)])
        return line, (height(line, self.speech.language, WIDTH / 2 - 4, SMALL) + 0.6) / 2

    def _state(self, one: Twin) -> list[Markup]:
        """Whether a link of twins is in force, and when that was recorded last, where it may be."""
        if one.begins:
            return [self.say("to-begin", one.begins)]
        if one.counts is False:
            return [self.say("ended", one.ended) if one.ended else self.say("not-counted")]
        return [*([] if one.counts else [self.say("open")]), self._status(one.date)]

    def gaps(self) -> Part:
        """What is not known, what to find out first, and how to bring it in."""
        points = list(self._unknown())
        city, language = self.speech.plain(self.facts.city), self.speech.language
        slug = re.sub(r"[^a-z0-9]+", "-", city.lower()).strip("-") or "city"
        fill, again = code(f"kg assess {city} > {slug}.csv"), code(f"kg brief {city} --suppose {slug}.csv")
        how = [
            [self.say("bring-assess"), " ", fill, " · ", again],
            [self.say("bring-ingest"), " ", code("kg ingest TABLE --map FILE")],
        ]
        high = sum(height(one, language, WIDTH - 4) + 0.6 for one in [*points, *how])
        told = [tag("ul", [tag("li", one) for one in points], class_="points open")]
        told.append(tag("ul", [tag("li", one) for one in how], class_="points"))
        return Part(text([tag("h2", self.say("gaps")), told]), HEADING + high)

    def _unknown(self) -> Iterator[Markup]:
        facts, placed = self.facts, self.facts.placed
        by = {state: [e for e in ELEMENTS if facts.state(e) == state] for state in ("NotStated", "Differs")}
        implied = [e for e in ELEMENTS if any(one.implied for one in facts.shown(e))]
        told = {"find-elements": by["NotStated"], "find-differs": by["Differs"], "find-verify": implied}
        yield from (self.say(key, self.speech.names(elements(several))) for key, several in told.items() if several)
        if not facts.tiers:
            yield self.say("find-tier")
        if not any(one.north is not None for one in placed):
            yield self.say("find-position")
        if not any(one.people for one in placed):
            yield self.say("find-people")
        elif not any(one.people and one.date for one in placed):
            yield self.say("find-people-date")
        total, stale = facts.links()
        if stale:
            yield self.say("find-links", stale=str(stale), total=str(total))
        every, complete = facts.alliances()
        yield self.say("find-alliances", all=str(every), complete=str(complete))
        if not facts.twins:
            yield self.say("find-twins")
        for group in self.found.groups[:2]:
            yield self.say("find-groups", self.speech.name(group))
        if self.found.unranked:
            more = " …" if len(self.found.unranked) > 5 else ""
            yield self.say("find-sparse", [self.speech.names(self.found.unranked[:5]), more])
