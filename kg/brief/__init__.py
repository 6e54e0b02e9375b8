"""A brief on a city for the director of its foreign-affairs office: two pages of A4, as HTML that stands by itself.

Everything in it is from the graph, with its source; what the graph does not have is told as not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from kg.brief.back import Back
from kg.brief.end import caveats, notes, sources
from kg.brief.facts import Facts
from kg.brief.fitting import HEADING, HEIGHT
from kg.brief.front import PARTNERS, Front, code
from kg.brief.notes import Notes
from kg.brief.proximities import nearness
from kg.brief.speech import Speech
from kg.brief.summary import Summary
from kg.captions import origin
from kg.errors import BadQuestion
from kg.partners import partners
from kg.terms import LANGUAGES
from kg.web.markup import Content, Markup, tag
from kg.words import HORIZON

if TYPE_CHECKING:
    from kg.graph import Graph
    from kg.partners import Found

#: What the notes are left at least, mm.
_NOTES = 24.0


def brief(graph: Graph, city: str, language: str = "en", elements: Iterable[str] = (), horizon: str = HORIZON) -> str:
    """The brief on the city of this IRI, as HTML; `elements` are those sought, by their local names, unless all that
    the city needs. BadQuestion for an unknown language and for a horizon that is no date.

    >>> import kg
    >>> from kg.terms import ID
    >>> "<h1>基辅" in brief(kg.build("memory:"), f"{ID}city/kyiv", "zh")
    True
    """
    if language not in LANGUAGES:
        raise BadQuestion(f"language {language!r}: there are {', '.join(LANGUAGES)}")
    speech = Speech(graph, language)
    facts, marks, found = Facts(graph, city, horizon), Notes(speech), _found(graph, city, elements)
    front = Front(facts, found, nearness(graph, found, PARTNERS), speech, marks)
    theirs = facts.members(one.city for one in found.partners[:PARTNERS]) if found.partners else []
    head, short = front.head(), front.short(Summary(facts, found, theirs, speech, marks).sentences())
    seven = front.elements()
    whom, kept = front.partners(HEIGHT - head.height - short.height - seven.height)
    shown = {one.city for one in kept}
    back = Back(facts, found, [one for one in theirs if one.city in shown], speech, marks)
    gaps, care = back.gaps(), caveats(speech)
    used = [*(one.record for one in facts.placed), *(one.claim for one in [*facts.memberships, *back.theirs])]
    credit = sources(facts, [*used, *(iri for one in facts.twins for iri in one.records)], speech)
    early = not kept  # where no partner takes the room, the first page tells what to find out
    fixed = care.height + credit.height + (0 if early else gaps.height)
    alliances, twins = back.links(HEIGHT - fixed - _NOTES, kept)
    first: list[Content] = [head.told, short.told, seven.told, whom.told, gaps.told if early else None]
    second: list[Content] = [alliances.told, twins.told, None if early else gaps.told, care.told]
    body, told = marks.numbered(Markup(f"{_sheet(speech, first, 1, back.command)}\1{tag('div', second)}"))
    page, _, rest = body.partition("\1")
    free = HEIGHT - fixed - alliances.height - twins.height
    last = [Markup(rest), notes(told, max(free, HEADING), speech, back.command), credit.told]
    return _document(speech, facts, [Markup(page), _sheet(speech, last, 2, back.command)])


def _found(graph: Graph, city: str, elements: Iterable[str]) -> Found:
    """The partners that are sought; where nothing is, as far as known, the cities that need what this one has."""
    found = partners(graph, city, tuple(elements))
    return found if found.wanted or not found.ranked else partners(graph, city, offer=True)


def _sheet(speech: Speech, parts: Iterable[Content], number: int, command: str) -> Markup:
    """A page, and the line at its foot."""
    _, version = origin(speech.graph, speech.language)
    foot = [
        tag("span", speech.say("foot"), " ", code(command)),
        tag("span", speech.say("version"), f" {version} · ", speech.say("page", str(number), "2")),
    ]
    return tag("section", parts, tag("div", foot, class_="foot"), class_="sheet")


def _document(speech: Speech, facts: Facts, sheets: list[Markup]) -> str:
    """The whole, well-formed as XML too."""
    style = Markup((Path(__file__).parent / "style.css").read_text("utf-8"))
    title = re.sub("<[^>]*>", "", speech.name(facts.city))
    head = tag(
        "head",
        Markup('<meta charset="utf-8"/><meta name="viewport" content="width=device-width"/>'),
        tag("title", Markup(title), " · ", speech.say("kind")),
        tag("style", style),
    )
    return f"<!DOCTYPE html>\n{tag('html', head, tag('body', sheets), lang=speech.tag)}\n"
