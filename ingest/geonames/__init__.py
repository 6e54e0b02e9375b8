"""GeoNames: where the world's settlements lie, how many live there, under which code they are filed, and their names.

`cities.tsv` is a small extract for the paper's cities and the seats of alliances, in the 19-column layout of GeoNames'
dumps; `names.tsv` has labels in the layout of its alternate names. `kg ingest geonames DUMP [NAMES]` takes any dump in
their stead, a line at a time. A settlement that the graph knows as a city by its GeoNames number is that city; any
other becomes a populated place. Dumps do not say what language a name is in: labels in others come from NAMES.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from kg.errors import BadTable
from kg.references import Reference, escaped, parsed
from kg.schema import Schema
from kg.searchkeys import plain_key
from kg.terms import EIC, ID, LABEL, RDF_TYPE, SKOS, XSD

SOURCE = Reference(
    name="geonames",
    title={
        "zh": "GeoNames 地名库：居民点的位置、人口与归档地区",
        "en": "GeoNames: position, population and filing of settlements",
    },
    view={"zh": "GeoNames", "en": "GeoNames", "ru": "GeoNames"},
    as_of="",
    licence="CC BY 4.0",
    attribution="Contains data of GeoNames (geonames.org), CC BY 4.0",
    origin="https://www.geonames.org/",
    needs=("paper", "territories"),
)
#: What may be handed to `kg ingest`, for its help.
FILES = "a dump of GeoNames (cities500.txt, allCountries.txt …, unpacked), and perhaps alternateNamesV2.txt"
FOLDER = Path(__file__).parent
SITE = "https://sws.geonames.org/"
#: Settlements that are no more: historical, abandoned, destroyed.
GONE = {"PPLH", "PPLQ", "PPLW"}
_LANGUAGES = {"zh-Hans": "zh-Hans", "zh-CN": "zh-Hans", "zh": "zh-Hans", "ru": "ru"}
#: How well a name serves as a label: its language tag, then whether it is preferred, then how short it is.
_Rank = tuple[int, int, int]


def quads(schema: Schema) -> Iterator[ox.Quad]:
    """The extract that is shipped, and the source itself."""
    known = {SITE + d["geonames"] + "/": iri.value for iri, d in schema.details.items() if d.get("geonames")}
    territories = {iri.value for iri in schema.types if iri.value.startswith(f"{ID}territory/")}
    find = {**known, **{iri: iri for iri in territories}}.get
    yield from SOURCE.describe()
    for quad in parsed(lines([FOLDER / "cities.tsv", FOLDER / "names.tsv"], find)):
        if isinstance(quad.subject, ox.NamedNode):
            schema.learn(quad.subject, quad.predicate, quad.object)
        yield quad


def lines(files: Sequence[Path], find: Callable[[str], str | None], as_of: str = "") -> Iterator[str]:
    """The statements of a dump as N-Quads, some lines a settlement; BadTable with file and line for a faulty row.

    `find` gives our IRI for one of GeoNames' or of ours that the graph knows, else None; `as_of` is the date of
    rows that have none. Of the names only those of settlements in the dump are kept in memory. What is shipped and not
    in the dump follows it, for other sources name these settlements.
    """
    dump, *others = files
    shipped = FOLDER / "cities.tsv"
    numbers = _numbers(dump) if others else set()
    labels = _labels([FOLDER / "names.tsv"], _numbers(shipped)) | (_labels(others, numbers) if others else {})
    territory = cache(find)  # some 250 for all settlements

    def ours(iri: str) -> str | None:
        return find(iri) if iri.startswith(SITE) else territory(iri)

    left = {} if dump == shipped else {cells[0]: (number, cells) for number, cells in _rows(shipped, 19)}
    for number, cells in _rows(dump, 19):
        left.pop(cells[0], None)
        if cells[6] == "P" and cells[7] not in GONE:
            yield _settlement(cells, ours, labels.get(int(cells[0]), {}), as_of, dump, number)
    for number, cells in left.values():
        yield _settlement(cells, ours, labels.get(int(cells[0]), {}), "", shipped, number)


def _rows(path: Path, width: int) -> Iterator[tuple[int, list[str]]]:
    """The lines of a file that tabs divide into cells, numbered; BadTable for one of another width."""
    try:
        with path.open(encoding="utf-8", newline="\n") as file:
            for number, line in enumerate(file, 1):
                cells = line.rstrip("\r\n").split("\t")
                if len(cells) != width:
                    hint = f"a line of this file has {width} cells, divided by tabs"
                    raise BadTable(f"{len(cells)} cells where {width} are due", path.name, number, hint=hint)
                if not cells[0].isdigit():
                    raise BadTable(f"{cells[0]!r:.40} is no number of GeoNames", path.name, number)
                yield number, cells
    except (OSError, UnicodeDecodeError) as e:
        raise BadTable(f"cannot be read as UTF-8 text: {e}", path.name) from None


def _numbers(dump: Path) -> set[int]:
    return {int(cells[0]) for _, cells in _rows(dump, 19) if cells[6] == "P"}


def _labels(files: Iterable[Path], wanted: set[int]) -> dict[int, dict[str, str]]:
    """For each settlement its best name in Chinese and Russian."""
    best: dict[tuple[int, str], tuple[_Rank, str]] = {}
    order = list(_LANGUAGES)
    for path in files:
        for _, cells in _rows(path, 10):
            number, tag, name = int(cells[1] or 0), cells[2], cells[3]
            if number not in wanted or tag not in _LANGUAGES or "1" in (cells[6], cells[7]):  # colloquial, historic
                continue
            rank = (order.index(tag), -int(cells[4] == "1"), len(name))
            key = (number, _LANGUAGES[tag])
            if key not in best or (rank, name) < best[key]:
                best[key] = (rank, name)
    found: dict[int, dict[str, str]] = {}
    for (number, language), (_, name) in best.items():
        found.setdefault(number, {})[language] = name
    return found


_G = f"<{SOURCE.graph.value}> .\n"
_TYPE, _LABELLED, _KEY = f"<{RDF_TYPE.value}>", f"<{LABEL.value}>", f"<{EIC}nameKey>"
_MATCH = f"<{SKOS}exactMatch>"


def _settlement(
    cells: list[str], find: Callable[[str], str | None], labels: dict[str, str], as_of: str, dump: Path, line: int
) -> str:
    number, name = cells[0], escaped(cells[1])
    known = find(f"{SITE}{number}/")
    place = f"<{known or f'{ID}place/geonames-{number}'}>"
    record = f"<{ID}record/geonames/{number}>"
    text = ""
    if not known:
        text = f'{place} {_TYPE} <{EIC}PopulatedPlace> {_G}{place} {_LABELLED} "{name}"@en {_G}'
        text += f"{place} {_MATCH} <{SITE}{number}/> {_G}"
        for language, label in labels.items():
            text += f'{place} {_LABELLED} "{escaped(label)}"@{language} {_G}'
    keys = dict.fromkeys(filter(None, map(plain_key, _forms(cells, labels))))
    text += "".join(f'{place} {_KEY} "{key}" {_G}' for key in keys)
    text += f"{record} {_TYPE} <{EIC}PlaceRecord> {_G}{record} <{EIC}recordedIn> <{SOURCE.iri.value}> {_G}"
    text += f'{record} <{EIC}recordKey> "{number}" {_G}{record} <{EIC}recordedPlace> {place} {_G}'
    text += f'{record} <{EIC}recordedName> "{name}" {_G}'
    for column, property_, limit in ((4, "latitude", 90), (5, "longitude", 180)):
        degrees = _degrees(cells[column], limit, property_, dump, line)
        text += f'{record} <{EIC}{property_}> "{degrees}"^^<{XSD}decimal> {_G}'
    if territory := cells[8] and find(f"{ID}territory/{cells[8].lower()}"):
        text += f"{record} <{EIC}filedUnder> <{territory}> {_G}"
    elif cells[8]:  # such as XK: ISO 3166-1 has no such code, and so there is no such territory here
        text += f'{record} <{EIC}filedCode> "{escaped(cells[8])}" {_G}'
    if cells[14].isdigit() and cells[14] != "0":  # GeoNames writes 0 where it does not know
        text += f'{record} <{EIC}population> "{cells[14]}"^^<{XSD}integer> {_G}'
    date = cells[18] or as_of
    if date:
        text += f'{record} <{EIC}asOf> "{_date(date, dump, line)}"^^<{XSD}date> {_G}'
    else:
        text += f'{record} <{EIC}recordUndated> "true"^^<{XSD}boolean> {_G}'
    return text


def _forms(cells: list[str], labels: dict[str, str]) -> Iterator[str]:
    yield from (cells[1], cells[2], *labels.values())
    yield from filter(None, cells[3].split(","))


def _degrees(text: str, limit: int, what: str, dump: Path, line: int) -> str:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not -limit <= value <= limit or "e" in text.lower():
        raise BadTable(f"{text!r:.40} is no {what} in degrees", dump.name, line)
    return text


def _date(text: str, dump: Path, line: int) -> str:
    from datetime import date

    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise BadTable(f"{text!r:.40} is no date", dump.name, line, hint="YYYY-MM-DD") from None
