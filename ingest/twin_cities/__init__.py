"""Twin cities: which of the paper's cities were twinned by Wikidata in January 2022, and readers for larger files.

Wikidata does not say whether a link is still in force, and many have been severed since: no record here has a standing.
`kg ingest twin-cities FILE.gexf` takes a whole file in their stead: `links` reads one with Wikidata numbers for nodes.
Both ends must be known here by that number, as the paper's cities are, and others once `kg ingest wikidata` has run.
`adjacency` reads a table with a city and its twins on each line.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from xml.parsers import expat

import pyoxigraph as ox

from kg.errors import BadTable
from kg.references import Reference, escaped, tables
from kg.schema import Schema
from kg.statements import dated
from kg.terms import EIC, ID, RDF_TYPE, XSD

SOURCE = Reference(
    name="twin-cities",
    title={
        "zh": "维基数据所载友好城市（属性 P190），2022年1月",
        "en": "Twin cities by Wikidata (property P190), January 2022",
    },
    view={"zh": "维基数据", "en": "Wikidata", "ru": "Викиданные"},
    as_of="2022-01",
    licence="CC0 1.0",
    attribution="Wikidata; query result of January 2022 published by albertoursino/graphs-comparison",
    origin="https://www.wikidata.org/wiki/Property:P190",
    needs=("paper",),
)
#: What may be handed to `kg ingest`, for its help.
FILES = "a GEXF file whose nodes bear Wikidata numbers such as Q649"
FOLDER = Path(__file__).parent
_PIECE = 1 << 16
_ITEM = re.compile(r"Q[1-9]\d*")


def quads(schema: Schema) -> Iterator[ox.Quad]:
    """The twinnings among the paper's cities; BadTable with file, line and column for a faulty row."""
    return tables(SOURCE, FOLDER, schema)


def lines(files: Sequence[Path], find: Callable[[str], str | None], as_of: str = "") -> Iterator[str]:
    """The twinnings of GEXF files as N-Quads, some lines a pair that the graph knows both places of.

    `find` gives our IRI for one of Wikidata's; as a kg.placing.Known it is told how many pairs are left out.
    BadTable with file and line for a faulty file, or a date that is none.
    """
    try:
        date = str(dated(as_of)) if as_of else ""
    except ValueError as e:
        raise BadTable(str(e), files[0].name, hint="--as-of takes 2022-01-31, 2022-01 or 2022") from None
    tell: Callable[[str], None] = getattr(find, "tell", lambda _: None)
    pairs, kept, told = 0, 0, set[tuple[str, str]]()
    for path in files:
        for pair in links(path):
            pairs += 1
            ends = sorted({place for item in pair if (place := find(f"http://www.wikidata.org/entity/{item}"))})
            if len(ends) == 2 and pair not in told:
                kept += 1
                told.add(pair)
                yield _twinning(pair, ends, path.name, date)
    tell(f"{kept:,} of {pairs:,} twin links are between places that the graph knows by their Wikidata numbers")


def _twinning(pair: tuple[str, str], ends: list[str], file: str, date: str) -> str:
    graph, key = f"{SOURCE.graph} .\n", "-".join(pair).lower()
    record = f"<{ID}record/{SOURCE.name}/{key}>"
    text = f"{record} {RDF_TYPE} <{EIC}TwinningRecord> {graph}{record} <{EIC}recordedIn> {SOURCE.iri} {graph}"
    text += f'{record} <{EIC}recordKey> "{key}" {graph}'
    held = f"<{EIC}asOf> {date}" if date else f'<{EIC}recordUndated> "true"^^<{XSD}boolean>'
    text += f"{record} {held} {graph}"
    text += f'{record} <{EIC}statedAt> "Wikidata P190, by {escaped(file)}" {graph}'
    text += f"{record} <{EIC}recordConfidence> <{EIC}mediumConfidence> {graph}"
    return text + "".join(f"{record} <{EIC}twin> <{end}> {graph}" for end in ends)


def links(path: Path) -> Iterator[tuple[str, str]]:
    """The pairs of Wikidata numbers that the edges of a GEXF file join, the lower number first, each pair once.

    The file is read piece by piece: what is kept of it is a number for each node and for each pair. An edge from a
    node to itself is no link. Raises BadTable, with the line, for a file that is not XML, has no nodes, a node without
    a Wikidata number, or an edge to a node that does not stand before it.
    """
    reader = _Gexf(path.name)
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                yield from reader.read(piece)
    except OSError as e:
        raise BadTable(f"cannot be read: {e.strerror}", path.name) from None
    yield from reader.read(b"", last=True)
    if not reader.nodes:
        raise BadTable("no nodes", path.name, hint="a GEXF file has <node id=…> and <edge source=… target=…>")


class _Gexf:
    """What has been read of a GEXF file: its nodes, and its pairs as one number each."""

    def __init__(self, file: str):
        self.file = file
        self.nodes, self.pairs, self.fresh = set[int](), set[int](), list[tuple[str, str]]()
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self.start
        self.parser.StartDoctypeDeclHandler = self.refuse

    def read(self, piece: bytes, last: bool = False) -> list[tuple[str, str]]:
        """The pairs that a piece of the file brings; BadTable where it is not XML."""
        self.fresh = []
        try:
            self.parser.Parse(piece, last)
        except expat.ExpatError as e:
            raise BadTable(f"not XML: {expat.ErrorString(e.code)}", self.file, e.lineno) from None
        return self.fresh

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take in an element: nodes are noted, edges become pairs, all else is passed by."""
        kind = name.rpartition(" ")[2]
        if kind == "node":
            self.nodes.add(self.number(attributes, "id"))
        elif kind == "edge":
            low, high = sorted(self.end(attributes, side) for side in ("source", "target"))
            if low != high and (pair := low << 64 | high) not in self.pairs:
                self.pairs.add(pair)
                self.fresh.append((f"Q{low}", f"Q{high}"))

    def number(self, attributes: dict[str, str], name: str) -> int:
        """The number of the Wikidata item that an attribute names."""
        item = attributes.get(name, "")
        if not _ITEM.fullmatch(item) or len(item) > 19:
            hint = "nodes and edges bear Wikidata numbers such as Q649"
            raise self.fault(f"{item!r} is no Wikidata number" if item else f"no {name}", name, hint)
        return int(item[1:])

    def end(self, attributes: dict[str, str], side: str) -> int:
        """The number of the node at one side of an edge."""
        if (number := self.number(attributes, side)) not in self.nodes:
            raise self.fault(f"an edge to Q{number}, which is no node", side, "nodes stand before edges")
        return number

    def refuse(self, *_: object) -> None:
        """Nothing in a GEXF file needs a document type, with which a small file can grow without bounds."""
        raise self.fault("a document type is declared", None, "take the <!DOCTYPE …> out")

    def fault(self, what: str, attribute: str | None, hint: str) -> BadTable:
        """The error that names the line where the parser stands."""
        return BadTable(what, self.file, self.parser.CurrentLineNumber, attribute, hint)


def adjacency(path: Path) -> Iterator[tuple[str, str]]:
    """The pairs of names that an adjacency list gives: on each line a city, then its twins, as many as there are.

    A first line without a city is taken for a header; empty cells, and a city as its own twin, are passed by. A pair
    comes as often as it stands there. Raises BadTable, with the line, for a wrong encoding, separator or quotation,
    twins without a city, and a file without any pair.
    """
    found = False
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            for cells in reader:
                city, *twins = (cell.strip() for cell in cells or [""])
                if not city and any(twins) and reader.line_num > 1:
                    raise BadTable("twins without a city", path.name, reader.line_num, hint="the first cell is it")
                for twin in twins:
                    if city and twin and twin != city:
                        found = True
                        yield city, twin
    except csv.Error as e:
        hint = "is a quotation mark left open, or are cells separated by something else than commas?"
        raise BadTable(str(e), path.name, reader.line_num, hint=hint) from None
    except UnicodeDecodeError:
        raise BadTable("not UTF-8", path.name, hint="save the table as UTF-8") from None
    except OSError as e:
        raise BadTable(f"cannot be read: {e.strerror}", path.name) from None
    if not found:
        raise BadTable("no line has a city and a twin", path.name, hint="save as comma-separated")
