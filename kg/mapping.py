"""A declared mapping: a TOML file that says which source a table is, and from which columns its records are filled.

    name = "city-ranks"                       # of the source: its graph is reference/city-ranks
    class = "IndexRecord"                     # what a row is: a class of records of the ontology
    title = { en = "City ranks", zh = "城市名次" }
    licence = "CC BY 4.0"
    attribution = "City Ranks Ltd"
    origin = "https://example.org/ranks"
    as_of = "2025"                            # or "undated"
    [columns]                                 # property = column, or how else it is filled
    indexedPlace = { place = { name = "City", territory = "Country" } }
    indexName = { constant = "City ranks" }
    recordedRank = "Rank"

A column is named by its header or, as `#3`, by its place. How a property is filled: `column` or `constant`; `pattern`,
of which the one group is taken; `unknown`, the values that stand for not known; `values`, a table of what to write for
what; `decimal` and `thousands`, marks in numbers; `date`, as strptime has it; `split`, what separates several values;
`place`, of name, territory, geonames and wikidata. A list fills a property several times. `[table]` may have separator,
encoding, sheet, header (its line; 0: none), ragged, unknown, key (columns that name a row) and each (columns of which
every filled cell makes a record of its own; "rest" for those not named; they are `@column` and `@cell` then).
`[things."alliance/ours"]` makes a thing known: class, en, zh, ru.

A table of AllianceMembershipRecords that lists all members of each alliance in it says so beside its class, by
`roster = "complete"`, and one that is known to list some only by `roster = "partial"`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from kg.content import text_of
from kg.errors import BadTable, nearest
from kg.references import Reference
from kg.sheets import Form
from kg.statements import dated
from kg.tables import SLUG
from kg.terms import LANGUAGES

_SOURCE = ("name", "title", "view", "licence", "attribution", "origin", "as_of")
_TOP = (*_SOURCE, "class", "roster", "table", "columns", "things")
_TABLE = (*Form._fields, "unknown", "key", "each")
_OF_TEXT = ("column", "constant", "pattern", "unknown", "values")
_OF_VALUE = (*_OF_TEXT, "decimal", "thousands", "date", "split", "place")
_OF_PLACE = ("name", "territory", "geonames", "wikidata")
#: The columns that a table unfolded by `each` has besides its own.
CELL, COLUMN = "@cell", "@column"
UNDATED = "undated"


class Part(NamedTuple):
    """How one text is had from a row."""

    column: str
    constant: str
    pattern: re.Pattern[str] | None
    unknown: frozenset[str]
    values: Mapping[str, str]

    def text(self, row: Callable[[str], str]) -> str:
        """The text, "" where it is not known; ValueError where the cell does not fit the pattern."""
        text = row(self.column) if self.column else self.constant
        if text in self.unknown or not text:
            return ""
        if self.pattern:
            fitting = self.pattern.fullmatch(text)
            if not fitting:
                raise ValueError(f"{text!r} does not fit the pattern {self.pattern.pattern!r}")
            text = (fitting[1] or "").strip()
        return self.values.get(text, text)


class Filling(NamedTuple):
    """How a property is filled: `parts` holds one text under "", or those of a place under their names."""

    key: str
    parts: Mapping[str, Part]
    decimal: str = "."
    thousands: str = ""
    date: str = ""
    split: str = ""

    @property
    def columns(self) -> list[str]:
        """The columns that it is filled from."""
        return [part.column for part in self.parts.values() if part.column]


class Declared:
    """A mapping as its file declares it; BadTable with file, line and key for what it does not say or says wrongly.

    What the ontology and the table have to say of it comes out when a table is read by it: see kg.mapped.
    """

    def __init__(self, path: Path, name: str = "", as_of: str = ""):
        self.file, self._text = path.name, text_of(path)
        try:
            data = tomllib.loads(self._text)
        except tomllib.TOMLDecodeError as e:
            raise BadTable(f"not TOML: {e}", self.file, hint="`kg ingest --help` shows a mapping") from None
        except RecursionError:
            raise BadTable("nested too deep", self.file) from None
        self._known(data, _TOP, "mapping")
        self.class_ = self._string(data, "class", "the class of records that a row is")
        self.roster = str(data["roster"]) if "roster" in data else None
        self.as_of = as_of or self._string(data, "as_of", f"as of when the rows hold, or {UNDATED!r}")
        self.source = self._reference(data, name or self._string(data, "name", "a slug for the source"))
        table = self._table(data, "table")
        self._known(table, _TABLE, "[table]")
        self.form = self._form(table)
        self.key, each = self._strings(table, "key"), table.get("each", ())
        self.each: str | tuple[str, ...] = "rest" if each == "rest" else self._strings(table, "each")
        self._unknown = frozenset(self._strings(table, "unknown"))
        columns = self._table(data, "columns")
        if not columns:
            raise self.fault("columns", "no property is filled", 'write [columns], and below it recordedRank = "Rank"')
        self.fillings = tuple(filling for key, how in columns.items() for filling in self._fillings(key, how))
        self.things = {slug: self._thing(slug, told) for slug, told in self._table(data, "things").items()}

    def fault(self, key: str, what: str, hint: str = "") -> BadTable:
        """The error that names a key of the file and, where it can be found, its line."""
        found = re.search(rf'^[ \t]*\[?"?{re.escape(key)}"?[ \t]*[=\]]', self._text, re.MULTILINE)
        line = self._text.count("\n", 0, found.start()) + 1 if found else None
        return BadTable(what, self.file, line, key, hint)

    def _known(self, data: dict[str, Any], keys: Iterable[str], where: str) -> None:
        for key in data:
            if key not in keys:
                near = nearest(key, keys)
                hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(keys)}"
                raise self.fault(key, f"a {where} has no {key!r}", hint)

    def _table(self, data: dict[str, Any], key: str) -> dict[str, Any]:
        found = data.get(key, {})
        if not isinstance(found, dict):
            raise self.fault(key, "is no table of TOML", f"write [{key}]")
        return found

    def _string(self, data: dict[str, Any], key: str, about: str) -> str:
        text = data.get(key, "")
        if not isinstance(text, str) or not text.strip():
            raise self.fault(key, f"{key} is missing", f'write {key} = "…": {about}')
        return text.strip()

    def _strings(self, data: dict[str, Any], key: str) -> tuple[str, ...]:
        found = data.get(key, ())
        several = (found,) if isinstance(found, str) else found
        if not isinstance(several, list | tuple) or not all(isinstance(one, str) for one in several):
            raise self.fault(key, "is neither a text nor a list of texts", f'write {key} = ["…", "…"]')
        return tuple(several)

    def _texts(self, data: dict[str, Any], key: str, fallback: dict[str, str]) -> dict[str, str]:
        """A text in zh, en and perhaps ru, from one text or a table of them."""
        found = data.get(key, fallback)
        told = {"en": found} if isinstance(found, str) else found
        if not isinstance(told, dict) or not told or not all(isinstance(t, str) and t for t in told.values()):
            raise self.fault(key, f"{key} is missing", f'write {key} = {{ en = "…", zh = "…" }}')
        self._known(told, LANGUAGES, key)
        first = told.get("en") or next(iter(told.values()))
        return {language: str(told.get(language, first)) for language in LANGUAGES}

    def _reference(self, data: dict[str, Any], name: str) -> Reference:
        if not SLUG.fullmatch(name):
            hint = "lower-case letters and digits, words joined by hyphens"
            raise self.fault("name", f"{name!r} is no slug", hint)
        try:
            date = "" if self.as_of == UNDATED else dated(self.as_of).value
        except ValueError as e:
            raise self.fault("as_of", str(e), f"write 2019-05-20, 2019-05, 2019 or {UNDATED}") from None
        title = self._texts(data, "title", {})
        view = self._texts(data, "view", title)
        licence = self._string(data, "licence", 'its name, or "not stated"')
        attribution = self._string(data, "attribution", "whom to name")
        origin = self._string(data, "origin", "the address or the place that it is from")
        del title["ru"]  # titles are in two languages, names of views in three
        return Reference(name, title, view, date, licence, attribution, origin)

    def _form(self, table: dict[str, Any]) -> Form:
        for key, kind in (("separator", str), ("encoding", str), ("sheet", str), ("header", int), ("ragged", bool)):
            if key in table and type(table[key]) is not kind:
                raise self.fault(key, f"{table[key]!r} is no {kind.__name__}")
        form = Form(**{key: table[key] for key in Form._fields if key in table})
        if len(form.separator) > 1 or form.separator in ('"', "\r", "\n"):
            raise self.fault("separator", f"{form.separator!r} is no single character", r'such as ";" or "\t"')
        if form.header < 0:
            raise self.fault("header", "a header stands on line 1 or below", "0 says that there is none")
        return form

    def _fillings(self, key: str, how: Any) -> Iterable[Filling]:
        for one in how if isinstance(how, list) else [how]:
            told = {"column": one} if isinstance(one, str) else one
            if not isinstance(told, dict):
                raise self.fault(key, f"{one!r} says not how it is filled", 'write "Rank", or { column = "Rank", … }')
            self._known(told, _OF_VALUE, "filling")
            marks = {"decimal": ".", "thousands": "", "date": "", "split": ""}
            for mark in marks.keys() & told.keys():
                if not isinstance(told[mark], str) or not told[mark]:
                    raise self.fault(key, f"{mark} is no text")
                marks[mark] = told[mark]
            if marks["decimal"] == marks["thousands"]:
                raise self.fault(key, f"{marks['decimal']!r} marks both decimals and thousands")
            if "place" not in told:
                of_text = {name: value for name, value in told.items() if name not in marks}
                yield Filling(key, {"": self._part(key, of_text)}, **marks)
                continue
            if more := sorted(told.keys() - {"place"}):
                raise self.fault(key, f"{more[0]} stands beside place", f"write it inside: name = {{ {more[0]} = … }}")
            place = {"name": told["place"]} if isinstance(told["place"], str) else told["place"]
            if not isinstance(place, dict) or not place:
                raise self.fault(key, "place is no table", 'write place = { name = "City", territory = "Country" }')
            self._known(place, _OF_PLACE, "place")
            yield Filling(key, {name: self._part(key, how) for name, how in place.items()}, **marks)

    def _part(self, key: str, how: Any) -> Part:
        told = {"column": how} if isinstance(how, str) else how
        if not isinstance(told, dict) or ("column" in told) == ("constant" in told):
            raise self.fault(
                key, "is filled neither from a column nor by a constant, or from both", "write one of them"
            )
        self._known(told, _OF_TEXT, "text of a filling")
        values = told.get("values", {})
        for name in ("column", "constant", "pattern"):
            if not isinstance(told.get(name, ""), str):
                raise self.fault(key, f"{name} = {told[name]!r} is no text", f'write {name} = "{told[name]}"')
        if not isinstance(values, dict) or not all(isinstance(text, str) for text in values.values()):
            raise self.fault(key, "values is no table of texts", 'write values = { "in the table" = "here" }')
        try:
            pattern = re.compile(told["pattern"]) if "pattern" in told else None
        except re.error as e:
            raise self.fault(key, f"pattern is no regular expression: {e}") from None
        if pattern and pattern.groups != 1:
            raise self.fault(key, f"pattern has {pattern.groups} groups", "it needs one, (…), around what is taken")
        unknown = self._unknown | set(self._strings(told, "unknown"))
        return Part(told.get("column", ""), told.get("constant", ""), pattern, unknown, values)

    def _thing(self, slug: str, told: Any) -> dict[str, str]:
        kind, _, name = slug.partition("/")
        if not isinstance(told, dict) or not SLUG.fullmatch(kind) or not SLUG.fullmatch(name):
            raise self.fault(slug, "no thing is so called", 'write [things."alliance/our-network"]')
        self._known(told, ("class", *LANGUAGES), "thing")
        return {key: self._string(told, key, f"of {slug}") for key in ("class", "zh", "en", *(["ru"] * ("ru" in told)))}
