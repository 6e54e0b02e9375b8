"""Settling: a small table in which a person says which place a name means that the names alone leave open."""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kg.namekeys import name_key
from kg.tables import Row, read
from kg.views.csv import harmless

if TYPE_CHECKING:
    from kg.gazetteer import Place
    from kg.resolution import Resolution

#: The columns that a person fills in; `candidates` may stand beside them.
COLUMNS = ("name", "territory", "means", "by", "date", "note")
#: What `means` holds for a name that is known to be no place.
NONE = "none"

_MEANS = re.compile(r"none|https?://\S+|[a-z][a-z0-9-]*:[^\s/|]+|[a-z]+/[a-z0-9]+(-[a-z0-9]+)*")
#: How many candidates of one name are listed.
_LISTED = 25
#: No name of a place has so many characters; a reader of tables refuses cells that are far longer.
_LONGEST = 2000


class Choice(NamedTuple):
    """One settled name: what it means, who says so and when, and the line on which it stands."""

    name: str
    territory: str
    means: str
    by: str
    date: str
    note: str
    row: Row


class Settled(NamedTuple):
    """A table of settled names: the choices made, and the names that still stand open, each with its territory."""

    choices: tuple[Choice, ...] = ()
    open: tuple[tuple[str, str], ...] = ()


def read_settled(path: Path) -> Settled:
    """The choices of a settling table, and what it leaves open: the lines whose `means` is empty.

    `means` is an IRI, an identifier (`geonames:703448`, `wikidata:Q1899`), a thing (`city/kyiv`) or `none`. A line with
    no territory settles the name where it comes without one, and nowhere else. Raises BadTable (file:line, column) for
    columns missing or unknown, a name without letters, a meaning of another form, a choice without a person and a
    day, and a name that stands twice under one territory.
    """
    rows = read(path)
    choices, undecided, seen = list[Choice](), list[tuple[str, str]](), dict[tuple[str, str], Row]()
    for row in rows:
        _check_columns(row)
        key = (name_key(row.required("name")), name_key(row["territory"]))
        if not key[0]:
            raise row.fault("name", f"{row['name']!r} has no letter or digit")
        if key in seen:
            raise row.fault("name", f"{row['name']!r} stands twice, first on line {seen[key].line}", "keep one line")
        seen[key] = row
        if row["means"]:
            choices.append(_choice(row))
        else:
            undecided.append((row["name"], row["territory"]))
    return Settled(tuple(choices), tuple(undecided))


def _check_columns(row: Row) -> None:
    for column in COLUMNS:
        if column not in row.cells:
            raise row.fault(column, "this column is missing", f"the columns are {', '.join(COLUMNS)}")
    for column in row.cells:
        if column not in (*COLUMNS, "candidates"):
            raise row.fault(column, "no such column", f"the columns are {', '.join(COLUMNS)}, and candidates")


def _choice(row: Row) -> Choice:
    means = row["means"]
    if not _MEANS.fullmatch(means):
        hint = "write one IRI, geonames:703448, wikidata:Q1899, city/kyiv, or none"
        raise row.fault("means", f"{means!r} means no single place", hint)
    row.required("by")
    try:
        datetime.date.fromisoformat(row.required("date"))
    except ValueError:
        raise row.fault("date", f"{row['date']!r} is no day", "write 2026-01-31") from None
    return Choice(row["name"], row["territory"], means, row["by"], row["date"], row["note"], row)


def unsettled(rows: Iterable[tuple[str, str, Resolution]]) -> str:
    """A settling table, as CSV text, of all names that are not resolved: a name, its territory, what came of it.

    One line for each name and territory, in order of the names; `candidates` lists places, the likeliest first, of
    which a person copies one IRI into `means`. read_settled reads it back with every line open.

    >>> unsettled([])
    'name,territory,means,by,date,note,candidates\\n'
    """
    listed = dict[tuple[str, str], list[str]]()
    for name, territory, resolution in rows:
        key = (name_key(name), name_key(territory))
        if key[0] and resolution.iri is None and resolution.status != "settled":
            told = [_told(place) for place in resolution.candidates[:_LISTED]]
            more = len(resolution.candidates) - _LISTED
            told += [f"({more} more)"] if more > 0 else []
            cells = [_plain(name), _plain(territory), "", "", "", _plain(resolution.how), " | ".join(told)]
            listed.setdefault(key, cells)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow((*COLUMNS, "candidates"))
    writer.writerows(listed[key] for key in sorted(listed))
    return text.getvalue()


def _told(place: Place) -> str:
    people = "" if place.population is None else f", {place.population}"
    return _plain(f"{place.iri} = {place.label}, {place.territory or '?'}{people}").replace("|", "/")


def _plain(text: str) -> str:
    """A text as a table may hold it: without control characters, and no formula to a spreadsheet."""
    return harmless(" ".join("".join(c if c.isprintable() else " " for c in text[:_LONGEST]).split()))
