"""How to read a brief, its numbered notes, and the sources that it rests on."""

from __future__ import annotations

from kg.brief.facts import Facts
from kg.brief.fitting import HEADING, SMALL, WIDTH, height
from kg.brief.front import Part, code
from kg.brief.speech import Speech
from kg.captions import origin
from kg.terms import LANGUAGES
from kg.values import python_value
from kg.web.markup import Content, Markup, tag, text

_CAVEATS = ("view", "implied", "alike", "one-way", "filing", "names")
_COLUMN = WIDTH / 2 - 8
_PAPER = """SELECT DISTINCT ?label WHERE {{ ?source a eic:Source ; rdfs:label ?label ; eic:viewName ?name
  FILTER(langMatches(lang(?label), "{}")) }} ORDER BY ?label"""


def caveats(speech: Speech) -> Part:
    """What a reader must keep in mind."""
    views, _ = origin(speech.graph, speech.language)
    view = speech.listed(speech.say("as-of", name, str(year)) for name, year in views)
    told = [speech.say(f"caveat-{key}", *([view] if key == "view" else [])) for key in _CAVEATS]
    high = sum(height(one, speech.language, _COLUMN, SMALL) + 0.5 for one in told) / 2 + 3
    items = tag("ul", [tag("li", one) for one in told], class_="cols points")
    return Part(text([tag("h2", speech.say("caveats")), items]), HEADING + high)


def sources(facts: Facts, records: list[str], speech: Speech) -> Part:
    """The paper, and each source of records with its licence and the attribution that it asks for."""
    rows = speech.graph.select(_PAPER.format(LANGUAGES[speech.shown]))
    told: list[Content] = [
        [speech.foreign(str(python_value(row["label"])), speech.shown), speech.say("paper")] for row in rows
    ]
    for row in facts.credits(records, speech.tag):
        words = any(word.islower() for word in row["licence"].split())
        licence = speech.foreign(row["licence"]) if words else row["licence"]
        name = speech.say("bracket", tag("b", row["name"]), licence)
        told.append(speech.say("pair", name, speech.foreign(row["credit"])))
    high = sum(height(one, speech.language, WIDTH, SMALL) + 0.4 for one in told)
    items = tag("ul", [tag("li", one) for one in told], class_="sources")
    return Part(text([tag("h2", speech.say("sources")), items]), HEADING + high)


def notes(told: list[Markup], free: float, speech: Speech, command: str) -> Markup:
    """The numbered notes, as many as so many mm take, and where the rest is to be had."""
    if not told:
        return Markup()
    high, kept = HEADING + 3.0, 0
    for one in told:
        high += (height(one, speech.language, _COLUMN, SMALL) + 0.4) / 2
        if high > free and kept:
            break
        kept += 1
    items = [tag("li", tag("b", str(number)), one) for number, one in enumerate(told[:kept], 1)]
    left = len(told) - kept
    more = tag("p", speech.say("more", str(left), code(command)), class_="more") if left else None
    return text([tag("h2", speech.say("notes")), tag("ol", items, class_="cols notes"), more])
