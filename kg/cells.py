"""Cells of a table that a mapping reads: numbers, dates and texts as literals, strictly."""

from __future__ import annotations

import datetime
import re

import pyoxigraph as ox

from kg.mapping import Filling
from kg.statements import dated
from kg.tables import Row
from kg.terms import XSD

_DEGREES = {"latitude": 90, "longitude": 180}
_KINDS = {"integer": "whole number", "decimal": "number"}
#: The least that a number may be, and what it is a number of.
_LEAST = {
    "population": (1, "number of people"),
    "recordedRank": (1, "rank"),
    "recordedMemberCount": (0, "number of members"),
}
_DATE = r"\d{4}(?:-\d\d(?:-\d\d)?)?"
#: From a date to a date, of which one may be left out: 2010-2015, 2010/2015, 2010–.
_INTERVAL = re.compile(rf"({_DATE})?\s*(?:--?|[–—/])\s*({_DATE})?")


def literal(text: str, name: str, range_: str, filling: Filling, at: Row) -> ox.Literal:
    """A cell as a literal of a datatype (its IRI); BadTable where it is none, or where a property admits no such value.

    >>> how = Filling("recordedScore", {}, decimal=",", thousands=".")
    >>> literal("1.234,5", "recordedScore", XSD + "decimal", how, Row("t.csv", 2, {})).value
    '1234.5'
    """
    column = filling.columns[0] if filling.columns else filling.key
    kind = range_.removeprefix(XSD)
    hint = f"if it stands for not known, write unknown = [{text!r}] under {filling.key}"
    if kind in _KINDS:
        number = _number(text, filling)
        if number is None or (kind == "integer" and "." in number):
            raise at.fault(column, f"{text!r} is no {_KINDS[kind]}", hint + _how_written(text, filling))
        if abs(float(number)) > _DEGREES.get(name, float("inf")):
            raise at.fault(column, f"{text!r} is no {name} in degrees", "degrees with decimals, south and west below 0")
        least, what = _LEAST.get(name, (float("-inf"), ""))
        if float(number) < least:
            raise at.fault(column, f"{text!r} is no {what}", hint)
        return ox.Literal(number, datatype=ox.NamedNode(range_))
    if kind == "date":
        value = _date(text, filling.date)
        if value is None and len(re.findall(r"(?<!\d)\d{4}(?!\d)", text)) > 1:
            how = "an interval fills since and until, both from this column; else take one of them with pattern"
            raise at.fault(column, f"{text!r} holds more than one date", how)
        if value is None:
            form = f"the mapping has date = {filling.date!r}" if filling.date else "2019-05-20, 2019-05 or 2019"
            raise at.fault(column, f"{text!r} is no date ({form})", hint)
        return dated(value)
    if kind == "boolean" and text not in ("true", "false"):
        raise at.fault(column, f"{text!r} is neither true nor false", 'translate it: values = { "yes" = "true" }')
    return ox.Literal(text, datatype=ox.NamedNode(range_))


def ends(text: str) -> tuple[str, str] | None:
    """The start and the end of an interval, "" where it is open; None where a text is no interval of two dates.

    >>> ends("2010–2015"), ends("2010-05/"), ends("2010-12")
    (('2010', '2015'), ('2010-05', ''), None)
    """
    found = None if re.fullmatch(_DATE, text) else _INTERVAL.fullmatch(text)
    return (found[1] or "", found[2] or "") if found and (found[1] or found[2]) else None


def _how_written(text: str, filling: Filling) -> str:
    """What to say of a number with marks that the mapping does not declare; "" for what is none in any writing."""
    if not re.fullmatch(r"[+-]?\d+(?:[ .,'’]\d+)+", text, re.ASCII):
        return ""
    return f'; if it is one, say how numbers are written, as decimal = "," or thousands = " " under {filling.key}'


def _number(text: str, filling: Filling) -> str | None:
    """A number without its marks, with a point before its decimals; None where it is none."""
    marks = (filling.thousands, " ") if filling.thousands.isspace() else (filling.thousands,)
    groups = "|".join(rf"\d{{1,3}}(?:{re.escape(mark)}\d{{3}})+" for mark in marks if mark)
    text = text.replace("−", "-")
    whole = rf"(?:\d+|{groups})" if groups else r"\d+"
    if not re.fullmatch(rf"[+-]?{whole}(?:{re.escape(filling.decimal)}\d+)?", text, re.ASCII):
        return None
    for mark in marks:
        text = text.replace(mark, "") if mark else text
    return text.replace(filling.decimal, ".")


def _date(text: str, pattern: str) -> str | None:
    """A date as XSD has it, only as exact as its pattern; None where it is none."""
    try:
        if pattern:
            day = datetime.datetime.strptime(text, pattern).date()
            parts = re.findall(r"%[-_0]?([A-Za-z])", pattern)
            exact = 10 if set("dDxcju") & {*parts} else 7 if set("mbBh") & {*parts} else 4
            return day.isoformat()[:exact]
        dated(text)
        if len(text) == 10:
            datetime.date.fromisoformat(text)
    except ValueError:
        return None
    return text
