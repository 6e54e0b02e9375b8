"""A brief in short: some sentences, each made from what the graph has."""

from __future__ import annotations

from collections.abc import Iterator

from kg.brief.facts import Facts, Membership
from kg.brief.notes import Notes
from kg.brief.speech import Speech
from kg.captions import origin
from kg.measures.levels import ELEMENTS
from kg.partners import Found
from kg.reports import elements
from kg.web.markup import Content, Markup, joined, tag

#: Partners that a sentence names.
_NAMED = 3


class Summary:
    """The sentences of a brief, from the facts on a city and the partners found for it."""

    def __init__(self, facts: Facts, found: Found, theirs: list[Membership], speech: Speech, notes: Notes):
        self.facts, self.found, self.theirs = facts, found, theirs
        self.speech, self.notes = speech, notes
        self.city = speech.name(facts.city)

    def sentences(self) -> list[Markup]:
        """What the city is put down for, what is known of it, who may help, through what, and the main gap."""
        return [*self._tiers(), self._known(), self._partners(), self._alliance(), self._gap()]

    def _tiers(self) -> Iterator[Markup]:
        seen = set()
        for row in self.facts.tiers:
            said = (row["tier"], row["work"])
            if said in seen:
                continue
            seen.add(said)
            tier = tag("b", self.speech.name(row["tier"]))
            key = "tier" if row["work"] else "tier-derived"
            view = self.view() if row["ours"] else self.speech.name(row["work"]) if row["work"] else None
            told = self.speech.say(key, view=view, city=self.city, tier=tier)
            yield joined([told, self.notes.mark([row["claim"]])], "")
        if not seen:
            yield self.speech.say("tier-none", city=self.city)

    def view(self) -> Markup:
        """Whose view the tiers of the graph are."""
        views, _ = origin(self.speech.graph, self.speech.language)
        return self.speech.listed(name for name, _ in views)

    def _known(self) -> Markup:
        parts: list[Content] = []
        for state in ("HasLevel", "LackLevel", "NoAdvantageLevel", "Differs", "NotStated"):
            if several := [element for element in ELEMENTS if self.facts.state(element) == state]:
                told = self.speech.names(elements(several))
                parts.append(self.speech.say("part", state=tag("b", self.speech.say(state)), elements=told))
        implied = {one.implied for element in ELEMENTS for one in self.facts.shown(element)}
        if not implied:
            return self.speech.say("known-nothing")
        key = "known-both" if len(implied) > 1 else "implied" if implied.pop() else "stated"
        between = "；" if self.speech.language == "zh" else "; "
        return self.speech.say("known", basis=self.speech.say(key), parts=joined(parts, between))

    def _partners(self) -> Markup:
        found = self.found
        if not found.ranked:
            known, least = (self.speech.percent(float(share)) for share in (found.known, found.least))
            return self.speech.say("short-unranked", known=known, least=least)
        if not found.wanted:
            return self.speech.say("nothing-sought")
        if not found.partners:
            return self.speech.say("short-nobody", considered=str(found.considered))
        best = [one.city for one in found.partners if one.rank == found.partners[0].rank]
        names: Content = self.speech.names(best[:_NAMED])
        if found.partners[0].tied > _NAMED:
            names = [names, " …"]
        if found.partners[0].tied > 1:
            names = self.speech.say("tied", tag("b", names))
        key = "short-offer" if found.offer else "short-partners"
        return self.speech.say(key, considered=str(found.considered), useful=str(found.useful), first=tag("b", names))

    def _alliance(self) -> Markup:
        shared = sorted({alliance for one in self.found.partners for alliance in one.shared})
        if shared:
            with_ = {a: [one.city for one in self.found.partners if a in one.shared] for a in shared}
            best = min(shared, key=lambda a: (-len(with_[a]), a))
            there = [*self.facts.memberships, *(one for one in self.theirs if one.city in with_[best])]
            dates = [one.date for one in there if one.alliance == best]
            told = min(dates) if all(dates) else ""
            date = self.speech.say("not-confirmed", told) if told else self.speech.say("not-confirmed-undated")
            if told and not self.facts.stale(told):
                date = self.speech.say("confirmed")
            key = "short-alliance-many" if len(with_[best]) > 1 else "short-alliance"
            names = self.speech.names(with_[best][:5])
            return self.speech.say(key, alliance=tag("b", self.speech.name(best)), partners=names, date=date)
        if self.found.partners:
            return self.speech.say("short-no-alliance")
        if own := sorted({one.alliance for one in self.facts.memberships if self.facts.counts(one)}):
            return self.speech.say("short-in-alliances", self.speech.names(own[:_NAMED]))
        return self.speech.say("short-in-none")

    def _gap(self) -> Markup:
        stated = {element: self.facts.shown(element) for element in ELEMENTS}
        missing = [element for element, told in stated.items() if not told]
        if len(missing) == len(ELEMENTS):
            return self.speech.say("gap-nothing")
        if missing:
            return self.speech.say("gap-some", self.speech.names(elements(missing)))
        if all(one.implied for told in stated.values() for one in told):
            return self.speech.say("gap-implied")
        total, stale = self.facts.links()
        return self.speech.say("gap-age", total=str(total), stale=str(stale))
