"""Numbered notes: what each statement of a brief rests on, numbered in the order in which readers meet them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kg.brief.speech import Speech
from kg.evidence import RECORD, evidence_of, recorded
from kg.web.markup import Content, Markup, tag, text

#: No text that comes from data can hold this character: kg.web.markup takes it out.
_MARK = "\0"
_MARKED = re.compile(f"(?:{_MARK}(\\d+){_MARK})+")


class Notes:
    """The notes of a brief. What is marked and then cut out of the brief has no note in the end."""

    def __init__(self, speech: Speech):
        self.speech = speech
        self._told: dict[Markup, int] = {}
        self.sources: set[str] = set()

    def mark(self, claims: Iterable[str]) -> Markup:
        """A mark that stands for the notes on some claims and records."""
        named = sorted(set(claims))
        paper = [iri for iri in named if not iri.startswith(RECORD)]
        told = [self._paper(paper)] if paper else []
        told += [self._record(iri) for iri in named if iri.startswith(RECORD)]
        numbers = dict.fromkeys(self._told.setdefault(one, len(self._told)) for one in told if one)
        return Markup("".join(f"{_MARK}{number}{_MARK}" for number in numbers))

    def places(self, claims: Iterable[str]) -> Content:
        """Where the paper, or whatever claims rest on, says so."""
        (evidence,) = evidence_of(self.speech.graph, [sorted(set(claims))], self.speech.shown)
        return self.speech.places(evidence.source)

    def _paper(self, claims: list[str]) -> Markup:
        return text(self.places(claims))

    def _record(self, iri: str) -> Markup:
        found = recorded(self.speech.graph, [iri], self.speech.language).get(iri)
        if found is None:
            return Markup()
        date = found.date or self.speech.say("undated")
        head = self.speech.say("bracket", found.source, date)
        return self.speech.say("pair", head, self.speech.foreign(found.page) if found.page else found.key)

    def numbered(self, page: Markup) -> tuple[Markup, list[Markup]]:
        """The page with numbers in place of marks, and the notes in that order."""
        order: dict[int, int] = {}

        def number(found: re.Match[str]) -> str:
            marks = [int(one) for one in re.findall(r"\d+", found[0])]
            told = ",".join(str(order.setdefault(mark, len(order) + 1)) for mark in marks)
            return "\N{WORD JOINER}" + tag("sup", told)

        told = _MARKED.sub(number, page)
        texts = {number: note for note, number in self._told.items()}
        return Markup(told), [texts[mark] for mark in order]
