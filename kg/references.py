"""Reference sources: what is known from elsewhere than the paper, each in a named graph of its own that can be
refreshed alone.

A reference source is a module of `ingest/` like any other; its SOURCE is a Reference, and its statements are records
(`ontology/records.ttl`), with the things that only it tells of. Where its matter is tables, `tables` reads them:
`thing_KIND.csv` one thing a row, `record_CLASS.csv` one record a row, columns named after properties.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from kg.schema import Schema
from kg.statements import Triple, dated, describe
from kg.tables import SLUG, Row, read
from kg.terms import ID, LABEL, LANGUAGES, RDF_TYPE, eic, layer, thing


class Reference(NamedTuple):
    """What is to be known of a reference source: name, title (zh, en), short name (zh, en, ru), the date as of which
    it holds ("" where it or its rows do not say), licence, the attribution that this asks for, where it is from, the
    sources that it builds on, and whether rules other than that of classes feed on it."""

    name: str
    title: dict[str, str]
    view: dict[str, str]
    as_of: str
    licence: str
    attribution: str
    origin: str
    needs: tuple[str, ...] = ("paper",)
    derives: bool = False

    @property
    def iri(self) -> ox.NamedNode:
        """The IRI of this edition of the source."""
        return thing(f"source/{self.name}")

    @property
    def graph(self) -> ox.NamedNode:
        """The named graph that holds all that the source tells."""
        return layer(f"reference/{self.name}")

    def describe(self) -> Iterator[ox.Quad]:
        """The source itself: it stands in its own graph, so that it comes and goes with it."""
        yield ox.Quad(self.iri, RDF_TYPE, eic("ReferenceSource"), self.graph)
        for language, text in self.title.items():
            yield ox.Quad(self.iri, LABEL, ox.Literal(text, language=LANGUAGES[language]), self.graph)
        for language, text in self.view.items():
            yield ox.Quad(self.iri, eic("viewName"), ox.Literal(text, language=LANGUAGES[language]), self.graph)
        for name, text in (
            ("licenceName", self.licence),
            ("attribution", self.attribution),
            ("originAddress", self.origin),
        ):
            yield ox.Quad(self.iri, eic(name), ox.Literal(text), self.graph)
        if self.as_of:
            yield ox.Quad(self.iri, eic("asOf"), dated(self.as_of), self.graph)

    def record(self, key: str) -> ox.NamedNode:
        """The IRI of the record that has a key in this source."""
        return thing(f"record/{self.name}/{key}")


def tables(source: Reference, folder: Path, schema: Schema) -> Iterator[ox.Quad]:
    """All statements of a source whose matter is tables; BadTable with file, line and column for a faulty row."""
    yield from source.describe()
    things = [(path.stem.removeprefix("thing_"), read(path)) for path in sorted(folder.glob("thing_*.csv"))]
    for kind, rows in things:
        for row in rows:
            make_known(row, f"{ID}{kind.replace('_', '-')}/", row.required("type"), schema)
    for kind, rows in things:
        for row in rows:
            subject = thing(f"{kind.replace('_', '-')}/{row['id']}")
            yield from (ox.Quad(*triple, source.graph) for triple in describe(row, subject, "", schema))
    for path in sorted(folder.glob("record_*.csv")):
        class_ = "".join(word.capitalize() for word in path.stem.split("_")[1:]) + "Record"
        for row in read(path):
            yield from (ox.Quad(*triple, source.graph) for triple in record(source, row, class_, schema))


def record(source: Reference, row: Row, class_: str, schema: Schema) -> Iterator[Triple]:
    """The record that a row of a table states; BadTable where it neither has a date nor says that it has none."""
    subject = make_known(row, f"{ID}record/{source.name}/", class_, schema)
    yield from describe(row, subject, class_, schema)
    yield subject, eic("recordedIn"), source.iri
    yield subject, eic("recordKey"), ox.Literal(row["id"])
    if not row["asOf"] and row["recordUndated"] != "true":
        if not source.as_of:
            raise row.fault("asOf", "empty, so the record has no date", "give one, or write true under recordUndated")
        yield subject, eic("asOf"), dated(source.as_of)


def make_known(row: Row, base: str, class_: str, schema: Schema) -> ox.NamedNode:
    """The IRI of a row's subject, of which type, labels and plain texts are noted in the schema."""
    if not SLUG.fullmatch(row.required("id")):
        raise row.fault("id", f"{row['id']!r} is no slug", "lower-case letters and digits, words joined by hyphens")
    iri = ox.NamedNode(base + row["id"])
    if iri in schema.types:
        raise row.fault("id", f"{row['id']!r} stands twice")
    schema.learn(iri, RDF_TYPE, eic(class_))
    for column, cell in row.cells.items():
        if column.startswith("label@") and cell:
            schema.learn(iri, LABEL, ox.Literal(cell, language=column.removeprefix("label@")))
        elif cell:
            schema.details[iri][column] = cell
    return iri


_ESCAPES = str.maketrans({'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def escaped(text: str) -> str:
    r"""A text as it stands between the quotation marks of N-Quads.

    >>> escaped('a "b"')
    'a \\"b\\"'
    """
    return text.translate(_ESCAPES)


def parsed(lines: Iterator[str]) -> Iterator[ox.Quad]:
    """The quads of some N-Quads, for sources that are small enough to be built in memory."""
    return ox.parse("".join(lines), format=ox.RdfFormat.N_QUADS)
