"""Reports: answers that no query of the library gives, as tables like all others, with evidence and remarks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox

from kg.answers import Answer
from kg.computed import term_of
from kg.evidence import labels_of
from kg.fields import CLAIM
from kg.terms import BASE, EIC, LANGUAGES, shorten
from kg.words import HEADINGS

if TYPE_CHECKING:
    from kg.graph import Graph

Texts = Mapping[str, str]


class Heading(NamedTuple):
    """A column of a report: what it holds (a kind of kg.fields, or "class") and its heading in the three languages."""

    kind: str
    zh: str
    en: str
    ru: str


def report(
    graph: Graph,
    name: str,
    title: str,
    columns: Mapping[str, Heading],
    rows: Iterable[Mapping[str, Any]],
    language: str,
    remarks: Sequence[str] = (),
) -> Answer:
    """An answer with these columns and rows, and, under `claim`, what each row rests on; remarks stand below."""
    told = [*columns, CLAIM]
    made = [
        tuple(term_of(row.get(column), columns[column].kind if column in columns else "") for column in told)
        for row in rows
    ]
    headings = {column: str(getattr(heading, language)) for column, heading in columns.items()}
    titles = headings | HEADINGS[language]
    return Answer(told, made, graph, titles=titles, language=language, title=title, question=name, remarks=remarks)


def labels(graph: Graph, iris: Iterable[str], language: str) -> dict[str, str]:
    """The label of each IRI in a language; where there is none, one in another, marked with that."""
    several = sorted({iri for iri in iris if iri.startswith(BASE)})
    found = labels_of(graph, [(ox.NamedNode(iri),) for iri in several], language)
    told = {}
    for iri in several:
        text, tag = found.get(iri, (shorten(iri), ""))
        told[iri] = text if tag in ("", LANGUAGES[language].lower()) else f"{text} [{tag}]"
    return told


def elements(names: Iterable[str]) -> list[str]:
    """The IRIs of elements, or other terms of ours, from their local names."""
    return [f"{EIC}{name}" for name in names]
