"""Rows into records by a declared mapping: names of places resolved and never guessed, all else read strictly."""

from __future__ import annotations

import functools
import hashlib
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox

from kg.cells import ends, literal
from kg.errors import nearest
from kg.mapping import CELL, COLUMN, Declared
from kg.placing import Known
from kg.plans import NEEDED, Plan, plans
from kg.resolution import Resolution
from kg.rollcall import Rollcall
from kg.schema import Property
from kg.sheets import Sheet
from kg.statements import dated
from kg.tables import Row
from kg.terms import EIC, ID, LABEL, LANGUAGES, RDF_TYPE, eic, shorten, thing

_AS_TERRITORY = Property(eic("recordedTerritory"), "object", eic("Territory"))


class Mapped:
    """A table as a mapping reads it: `lines` gives its records; `counts` and `open` then say what was left out."""

    def __init__(self, declared: Declared, path: Path):
        self.declared, self.path = declared, path
        self.counts: Counter[str] = Counter()
        self.open: dict[tuple[str, str], Resolution] = {}

    def lines(self, known: Known) -> Iterator[str]:
        """The statements of the table as N-Quads, some lines a record; BadTable with file, line and column."""
        declared = self.declared
        self.known, self.sheet, self.new = known, Sheet(self.path, declared.form), dict[str, tuple[str, str]]()
        self.resolved = functools.lru_cache(50_000)(self._resolved)
        for slug, told in declared.things.items():
            yield self._made(slug, told)
        self.plans, self.rollcall = plans(declared, known), Rollcall(declared)
        as_of = declared.source.as_of
        self.as_of = [str(dated(as_of))] if as_of else []
        used = [c for plan in self.plans for c in plan.filling.columns if c not in (CELL, COLUMN)]
        self.positions = {name: self.sheet.position(name) for name in (*used, *declared.key)}
        named = set(self.positions.values())
        each = [] if declared.each == "rest" else [self.sheet.position(name) for name in declared.each]
        seen = sqlite3.connect("", check_same_thread=False)  # on disk, that memory does not grow with the table
        seen.execute("CREATE TABLE seen (key TEXT PRIMARY KEY, line INTEGER) WITHOUT ROWID")
        try:
            for line, cells in self.sheet:
                columns: list[int | None] = list(each) if declared.each else [None]
                if declared.each == "rest":
                    columns = [n for n in range(len(cells)) if n not in named]
                for column in columns:
                    if column is not None and not (column < len(cells) and cells[column]):
                        continue
                    if text := self._record(line, cells, column, seen):
                        yield text
            for key, values in self.rollcall.records(known.tell):
                yield self._told("AllianceRecord", key, values)
        finally:
            seen.close()
            del self.known, self.resolved  # they hold the store open, which nobody may do when it is published

    def _made(self, slug: str, told: dict[str, str]) -> str:
        """The statements of a thing that the mapping makes known."""
        schema, class_, iri = self.known.schema, eic(told["class"]), thing(slug)
        ups = schema.superclasses.get(class_, set())
        if not ups or {eic("Claim"), eic("Record")} & ups:
            raise self.declared.fault(slug, f"no class of things is called {told['class']!r}", "RecordedAlliance, say")
        if class_ == eic("CityAlliance"):  # questions on the paper go through all of these
            raise self.declared.fault(slug, "a CityAlliance is one that the paper tells of", "write RecordedAlliance")
        if self.known(iri.value):
            raise self.declared.fault(slug, f"{slug} is in the graph already", f"take [things.{slug!r}] out")
        for name in (slug, iri.value, *(told[language] for language in LANGUAGES if language in told)):
            self.new[name.casefold()] = (iri.value, class_.value)
        triples: list[tuple[ox.NamedNode, object]] = [(RDF_TYPE, class_)]
        triples += [(LABEL, ox.Literal(told[key], language=tag)) for key, tag in LANGUAGES.items() if key in told]
        return "".join(f"{iri} {predicate} {value} {self.declared.source.graph} .\n" for predicate, value in triples)

    # ── a row ──

    def _record(self, line: int, cells: list[str], column: int | None, seen: sqlite3.Connection) -> str:
        """The statements of one record; "" where a place in it is left open."""
        positions, columns = self.positions, self.sheet.columns

        def row(name: str) -> str:
            if name == CELL:
                return cells[column] if column is not None else ""
            if name == COLUMN:
                return (columns[column] if columns else "") or f"#{column + 1}" if column is not None else ""
            return cells[positions[name]] if positions[name] < len(cells) else ""

        self.counts["rows"] += 1
        at = Row(self.sheet.file, line, {})
        values: dict[str, list[str]] = {}
        left = ""
        for plan in self.plans:
            told = values.setdefault(shorten(plan.property.iri.value).removeprefix("eic:"), [])
            if "" in plan.filling.parts:
                told += [term for term in self._terms(plan, row, at) if term not in told]
            else:
                term, why = self._place(plan, row, at)
                left = left or why
                told += [term] if term and term not in told else []
        values["asOf"] = values.get("asOf") or self.as_of
        self.rollcall.hear(values, left)
        if left or len(values.get("twin", "12")) < 2:
            self.counts[left or "itself"] += 1
            return ""
        for plan in self.plans:
            name = shorten(plan.property.iri.value).removeprefix("eic:")
            if plan.range and len(values[name]) > 1:
                two = " and ".join(term.split('"')[1] for term in values[name])
                raise at.fault(
                    ", ".join(plan.filling.columns) or name, f"{two} are two values of {name}, which takes one"
                )
        for key in NEEDED.get(self.declared.class_, ()):
            if not values[key]:
                raise at.fault(key, f"nothing fills {key}, without which the record tells nothing")
        if values.get("since") and values.get("until"):
            start, end = (values[key][0].split('"')[1] for key in ("since", "until"))
            if end[: len(start)] < start[: len(end)]:
                raise at.fault("until", f"{end} is before the start, {start}")
        key = self._key(row, line, column)
        try:
            seen.execute("INSERT INTO seen VALUES (?, ?)", (key, line))
        except sqlite3.IntegrityError:
            (first,) = seen.execute("SELECT line FROM seen WHERE key = ?", (key,)).fetchone()
            hint = "key = [ … ] under [table] needs columns that together tell one row from another; or leave it out"
            raise at.fault(
                ", ".join(self.declared.key), f"a second row of key {key}; line {first} has it", hint
            ) from None
        self.counts["kept"] += 1
        return self._told(self.declared.class_, key, values)

    def _told(self, class_: str, key: str, values: dict[str, list[str]]) -> str:
        """The statements of a record, by the name of each property its values as terms of N-Quads."""
        source = self.declared.source
        record, graph = source.record(quote(key)), source.graph
        text = f"{record} {RDF_TYPE} {eic(class_)} {graph} .\n"
        text += f"{record} {eic('recordedIn')} {source.iri} {graph} .\n"
        text += f"{record} {eic('recordKey')} {ox.Literal(key)} {graph} .\n"
        for name, terms in values.items():
            predicate = self.known.schema.properties[name].iri
            text += "".join(f"{record} {predicate} {term} {graph} .\n" for term in terms)
        if not values["asOf"]:
            text += f"{record} {eic('recordUndated')} {ox.Literal(True)} {graph} .\n"
        return text

    def _key(self, row: Callable[[str], str], line: int, column: int | None) -> str:
        texts = [row(name) for name in self.declared.key] if self.declared.key else [str(line)]
        if column is not None:
            texts.append(row(COLUMN) if self.declared.key else str(column + 1))
        key = re.sub(r"[\W_]+", "-", " ".join(texts).casefold()).strip("-")
        return key if len(key) < 120 else f"{key[:100]}-{hashlib.sha256(key.encode()).hexdigest()[:12]}"

    def _terms(self, plan: Plan, row: Callable[[str], str], at: Row) -> Iterator[str]:
        """What a filling gives for a row, as terms of N-Quads; nothing where the value is not known."""
        filling = plan.filling
        column = filling.columns[0] if filling.columns else filling.key
        try:
            text = filling.parts[""].text(row)
        except ValueError as e:
            raise at.fault(
                column, str(e), f"mend pattern under {filling.key}, or list the cell under unknown"
            ) from None
        for one in text.split(filling.split) if filling.split else [text]:
            if not (one := one.strip()):
                continue
            if plan.property.kind == "object":
                yield f"<{self._thing(one, plan, column, at)}>"
            elif plan.range:
                name = shorten(plan.property.iri.value).removeprefix("eic:")
                if one := self._end(one, name, column):
                    yield str(literal(one, name, plan.range, filling, at))
            else:
                yield str(ox.Literal(one, language=LANGUAGES.get(plan.language, plan.language) or None))

    def _end(self, text: str, name: str, column: str) -> str:
        """A text; of an interval the end that is asked for, where start and end are filled from the same column."""
        if name not in ("since", "until"):
            return text
        filled = {shorten(p.property.iri.value)[4:] for p in self.plans if column in p.filling.columns}
        interval = ends(text) if filled >= {"since", "until"} else None
        return interval[name == "until"] if interval else text

    def _thing(self, name: str, plan: Plan, column: str, at: Row) -> str:
        """The IRI of the thing or concept that a cell names."""
        class_ = plan.property.range or eic("Thing")
        made, of_class = self.new.get(name.casefold(), ("", ""))
        if made and class_ in self.known.schema.superclasses.get(ox.NamedNode(of_class), ()):
            return made
        found = self.known.named(name, class_)
        if len(found) == 1:
            return found[0]
        if found:
            meant = ", ".join(iri.removeprefix(ID) for iri in found[:5])
            raise at.fault(column, f"{name!r} may mean {meant}", f"say which with values under {plan.filling.key}")
        near = nearest(name, [*self.known.names(class_), *self.new])
        hint = f"did you mean {near[0].removeprefix(ID).removeprefix(EIC)!r}? " if near else ""
        hint += f"translate it with values under {plan.filling.key}"
        raise at.fault(column, f"no {shorten(class_.value).removeprefix('eic:')} is called {name!r}", hint)

    def _place(self, plan: Plan, row: Callable[[str], str], at: Row) -> tuple[str, str]:
        """The place that a filling means in a row, as a term; else "" and why it is left open."""
        filling = plan.filling
        try:
            given = {name: part.text(row) for name, part in filling.parts.items()}
        except ValueError as e:
            column = filling.columns[0] if filling.columns else filling.key
            raise at.fault(
                column, str(e), f"mend pattern under {filling.key}, or list the cell under unknown"
            ) from None
        name, territory = given.get("name", ""), given.get("territory", "")
        if territory and filling.parts.keys() == {"territory"}:
            return f"<{self._territory(territory, plan, at)}>", ""
        identifiers = (("geonames", given.get("geonames", "")), ("wikidata", given.get("wikidata", "")))
        if not name and not any(value for _, value in identifiers):
            return "", "nameless"
        found = self.resolved(name, territory, identifiers)
        if found.iri:
            return f"<{found.iri}>", ""
        self.open.setdefault((name, territory), found)
        return "", "no place" if found.status == "settled" else found.status

    def _resolved(self, name: str, territory: str, identifiers: tuple[tuple[str, str], ...]) -> Resolution:
        return self.known.places.resolve(name, territory, dict(identifiers))

    def _territory(self, name: str, plan: Plan, at: Row) -> str:
        """The territory that is meant where a place is no more than that; the state of the paper where it is one's."""
        found = self._thing(name, plan._replace(property=_AS_TERRITORY), plan.filling.parts["territory"].column, at)
        state = next(self.known.store.quads_for_pattern(ox.NamedNode(found), eic("territoryOf"), None), None)
        wanted = plan.property.range
        return getattr(state.object, "value", found) if state and wanted != eic("Territory") else found
