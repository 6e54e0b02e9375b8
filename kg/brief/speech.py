"""What a brief says, in its reader's language: its own words, names of things, places in the paper."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from shlex import quote
from string import Formatter
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.evidence import labels_of
from kg.terms import LANGUAGES, shorten
from kg.web.markup import Content, Markup, joined, tag, text

if TYPE_CHECKING:
    from kg.graph import Graph

#: A name that is longer is cut: no brief has room for it.
LONGEST = 90
_PLACE = (
    (r"\bp\. ?(?=\d)", "с.\N{NO-BREAK SPACE}"),
    (r"(?<=, )s(?=\d)", ""),
    (r"(?<![a-z])s(?=\d)", "предл.\N{NO-BREAK SPACE}"),
    (r"\bn(?=\d)", "сн.\N{NO-BREAK SPACE}"),
)


@cache
def words() -> dict[str, dict[str, str]]:
    """The words of briefs: key -> language -> text, in which {…} is filled in."""
    return tomllib.loads((Path(__file__).parent / "wording.toml").read_text("utf-8"))


class Speech:
    """Words and names for a reader of one language; a name that is wanting in it is told in another, marked so."""

    def __init__(self, graph: Graph, language: str):
        self.graph, self.language, self.tag = graph, language, LANGUAGES[language]
        self.shown = language if language in ("zh", "en") else "en"
        self._labels: dict[str, tuple[str, str]] = {}

    def say(self, key: str, *values: Content, **named: Content) -> Markup:
        """A text of the wording, with what is filled in escaped unless it is markup."""
        parts: list[Content] = []
        left = iter(values)
        for told, field, _, _ in Formatter().parse(words()[key][self.language]):
            parts += [told, None if field is None else named[field] if field else next(left)]
        return text(parts)

    def name(self, iri: str) -> Markup:
        """What a thing is called."""
        if iri not in self._labels:
            self._labels |= {iri: (shorten(iri), "")} | labels_of(self.graph, [(ox.NamedNode(iri),)], self.language)
        label, language = self._labels[iri]
        label = label if len(label) <= LONGEST else label[: LONGEST - 1] + "…"
        return text(label) if language in ("", self.tag.lower()) else self.foreign(label, language)

    def plain(self, iri: str) -> str:
        """The English name of a thing, as it can be typed on a command line: quoted where it must be."""
        found = labels_of(self.graph, [(ox.NamedNode(iri),)], "en")
        return quote(found.get(iri, (shorten(iri), ""))[0])

    def foreign(self, told: str, language: str = "en") -> Markup:
        """A text in another language, marked with it; in the reader's own nothing marks it."""
        if language.split("-")[0] == self.language:
            return text(told)
        return text([tag("span", told, lang=language), tag("small", f"\N{NO-BREAK SPACE}[{language.split('-')[0]}]")])

    def listed(self, parts: Iterable[Content]) -> Markup:
        """Several names or phrases, one after another."""
        return joined(parts, "、" if self.language == "zh" else ", ")

    def names(self, iris: Iterable[str]) -> Markup:
        """What several things are called."""
        return self.listed(map(self.name, iris))

    def places(self, told: Iterable[str]) -> Content:
        """Places in the paper, as kg.evidence tells them in Chinese or English."""
        several = list(told)
        if self.language == "ru":
            for pattern, word in _PLACE:
                several = [re.sub(pattern, word, one) for one in several]
        return "；".join(several) if self.language == "zh" else "; ".join(several)

    def decimal(self, value: float, places: int) -> str:
        """A number with so many decimals."""
        return self.point(f"{value:.{places}f}")

    def point(self, told: str) -> str:
        """A decimal number as the reader writes it."""
        return told.replace(".", ",") if self.language == "ru" else told

    def percent(self, share: float) -> str:
        """A share as a whole per cent."""
        return f"{round(100 * share)}{'' if self.language == 'zh' else chr(0xA0)}%"

    def number(self, value: float) -> str:
        """A whole number, its thousands set apart."""
        return f"{round(value):,}".replace(",", "\N{NO-BREAK SPACE}" if self.language == "ru" else ",")
