"""Results within limits: as many rows, triples and bytes as one answer may have, and the mark of one that is cut."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import pyoxigraph as ox

from kg.terms import BASE, PREFIXES
from kg.web.http import HTML, JSON, Refused, Request, wanted
from kg.web.site import Limits

RESULTS_JSON, RESULTS_XML = "application/sparql-results+json", "application/sparql-results+xml"
_FORMATS = ox.QueryResultsFormat
#: Media types of rows and truth values, the first for whoever says nothing; the names by which `as=` asks for them.
ROWS = {
    RESULTS_JSON: _FORMATS.JSON,
    RESULTS_XML: _FORMATS.XML,
    "text/csv": _FORMATS.CSV,
    "text/tab-separated-values": _FORMATS.TSV,
    JSON: _FORMATS.JSON,
    "application/xml": _FORMATS.XML,
    "text/xml": _FORMATS.XML,
}
#: Media types of graphs.
GRAPHS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "text/n3": ox.RdfFormat.N3,
    "application/trig": ox.RdfFormat.TRIG,
    "application/n-quads": ox.RdfFormat.N_QUADS,
}
#: What `as=` calls them.
_SHORT = {RESULTS_JSON: "json", RESULTS_XML: "xml", "text/csv": "csv", "text/tab-separated-values": "tsv", HTML: "html"}
_SHORT |= {"text/turtle": "turtle", "application/n-triples": "ntriples", "application/ld+json": "jsonld"}
_SHORT |= {
    "application/rdf+xml": "rdfxml",
    "text/n3": "n3",
    "application/trig": "trig",
    "application/n-quads": "nquads",
}
#: Where, outside of texts, one row ends and another begins in JSON results as Oxigraph writes them.
_BETWEEN = b"},{"
#: What XML cannot carry: characters that its version 1.0 does not have, and a property without a local name.
_NO_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]|<[A-Za-z][\w.-]*:[\s/>]")
#: What a link in the head of cut results leads to.
PARTIAL = BASE + "partial"


def media_for(request: Request, offered: Iterable[str]) -> str:
    """The media type, of those offered, that a client wants: by `as=…`, else by what it accepts."""
    return wanted(request, [(_SHORT.get(media, media), media) for media in offered])[1]


class Rendered(NamedTuple):
    """Results in a format, and by what they were cut: "" for whole ones."""

    body: bytes
    cut: str = ""


class _Full(Exception):
    """The limit is reached."""


class _Rows:
    """A file that takes JSON results up to a number of rows and bytes."""

    def __init__(self, limits: Limits):
        self.content, self.limits, self.left, self.cut = bytearray(), limits, limits.rows, ""
        self._seen = self._whole = 0  # how far it was looked for ends of rows, and the last end
        self._quoted = False  # whether that far lies within a text
        self._perhaps = 0  # what may be ends of rows beyond

    def write(self, piece: bytes) -> int:
        if self.cut:  # what the writer has left over, when it is told that it is enough
            return len(piece)
        start = max(len(self.content) - len(_BETWEEN) + 1, 0)
        self.content += piece
        self._perhaps += self.content.count(_BETWEEN, start)
        full = len(self.content) > self.limits.answer
        if full or self._perhaps >= self.left:  # else there cannot be too many, and no need to look closely
            self._look()
        if full:
            self._close(f"bytes={self.limits.answer}")
        return len(piece)

    def _look(self) -> None:
        start = self._seen + 1 if self._seen else 0
        while (at := self.content.find(_BETWEEN, start)) >= 0:
            self._quoted ^= _opens(bytes(self.content[self._seen : at]))
            self._seen, start = at, at + 1
            if not self._quoted:
                self.left, self._whole = self.left - 1, at + 1
                if not self.left:
                    self._close(f"rows={self.limits.rows}")
        self._perhaps = 0

    def flush(self) -> None:
        """Nothing is held back."""

    def _close(self, why: str) -> None:
        if not self._whole:
            raise Refused(413, f"the answer has more than {self.limits.answer:,} bytes: ask for less of it (LIMIT)")
        del self.content[self._whole :]
        self.content += b"]}}"
        self.cut = why
        raise _Full


def _opens(part: bytes) -> bool:
    """Whether a text begins or ends in a part of JSON, so that its end is within one if its beginning is not."""
    bare = part.replace(b"\\\\", b"")
    return (bare.count(b'"') - bare.count(b'\\"')) % 2 == 1


def _carried(body: bytes) -> bytes:
    """A document in XML; Refused (406) where it cannot say what it should."""
    if found := _NO_XML.search(body):
        raise Refused(406, f"XML cannot carry what byte {found.start()} of the answer says: ask for another format")
    return body.replace(b"\r", b"&#xD;")  # else a reader makes a line feed of it


def rows(found: ox.QuerySolutions | ox.QueryBoolean, form: ox.QueryResultsFormat, limits: Limits) -> Rendered:
    """Rows, or a truth value, in a format of SPARQL 1.1; cut ones have a link to PARTIAL in their head."""
    if isinstance(found, ox.QueryBoolean):
        return Rendered(found.serialize(format=form) or b"")
    taken = _Rows(limits)
    try:
        found.serialize(taken, format=_FORMATS.JSON)  # type: ignore[arg-type]  # it writes, and no more is asked
    except _Full:
        mark = f'{{"head":{{"link":["{PARTIAL}?{taken.cut}"],'.encode()
        taken.content = bytearray(taken.content.replace(b'{"head":{', mark, 1))
    if form == _FORMATS.JSON:
        return Rendered(bytes(taken.content), taken.cut)
    again = ox.parse_query_results(bytes(taken.content), format=_FORMATS.JSON)
    assert isinstance(again, ox.QuerySolutions)
    body = again.serialize(format=form) or b""
    if form == _FORMATS.XML:
        body = _carried(body)
    if taken.cut and form == _FORMATS.XML:
        body = body.replace(b"</head>", f'<link href="{PARTIAL}?{taken.cut}"/></head>'.encode(), 1)
    return Rendered(body, taken.cut)


class _Bytes:
    """A file that tells when it has as many bytes as an answer may have."""

    def __init__(self, most: int):
        self.content, self.most = bytearray(), most

    def write(self, piece: bytes) -> int:
        self.content += piece
        return len(piece)

    def flush(self) -> None:
        """Nothing is held back."""


def graph(
    triples: Iterable[ox.Triple | ox.Quad], form: ox.RdfFormat, limits: Limits, most: int | None = None
) -> Rendered:
    """Triples in a format of RDF, at most so many; a cut graph is whole triples."""
    taken, cut = _Bytes(limits.answer), ""

    def within() -> Iterator[ox.Triple | ox.Quad]:
        nonlocal cut
        for number, triple in enumerate(triples):
            if number == most or len(taken.content) > limits.answer:
                cut = f"rows={most}" if number == most else f"bytes={limits.answer}"
                return
            yield triple

    prefixes = None if form in (ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS) else _PREFIXES
    ox.serialize(within(), taken, format=form, prefixes=prefixes)  # type: ignore[arg-type]  # of either kind, to what it writes
    body = bytes(taken.content)
    return Rendered(_carried(body) if form == ox.RdfFormat.RDF_XML else body, cut)


#: Prefixes of written graphs; N-Triples has none.
_PREFIXES = {name: base for name, base in PREFIXES.items() if re.fullmatch(r"https?://.*[/#]", base)}
