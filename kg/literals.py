"""From what a person gives for a parameter of a type to the literal that is meant: number, date, language or text."""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.errors import BadQuestion
from kg.terms import LANGUAGES, XSD

if TYPE_CHECKING:
    from kg.fields import Parameter

#: Characters of a text that a question takes at most: Virtuoso takes no constant much longer.
LONGEST = 2000
_NUMBERS = {"integer": r"[+-]?[0-9]{1,18}", "decimal": r"[+-]?([0-9]{1,18}(\.[0-9]{0,18})?|\.[0-9]{1,18})"}
_WANTED = {"integer": "a whole number", "decimal": "a number"}


def _number(parameter: Parameter, text: str) -> ox.Literal:
    if not re.fullmatch(_NUMBERS[parameter.kind], text):
        wanted = f"{_WANTED[parameter.kind]} is wanted, for example {parameter.example}"
        raise BadQuestion(f"{parameter.name}={text:.40}: {wanted}")
    number = Decimal(text)
    low, high = parameter.minimum, parameter.maximum
    if (low is not None and number < Decimal(str(low))) or (high is not None and number > Decimal(str(high))):
        least, most = "…" if low is None else low, "…" if high is None else high
        raise BadQuestion(f"{parameter.name}={number}: must lie between {least} and {most}")
    told = str(int(number)) if parameter.kind == "integer" else format(number, "f")
    return ox.Literal(told, datatype=ox.NamedNode(XSD + parameter.kind))


def _date(parameter: Parameter, text: str) -> str:
    """The last day of the year, month or day that a date names, as YYYY-MM-DD: a year means all of it."""
    if match := re.fullmatch(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", text):
        year, month = int(match[1]), int(match[2] or 12)
        if year and 1 <= month <= 12:
            last = calendar.monthrange(year, month)[1]
            day = int(match[3] or last)
            if 1 <= day <= last:
                return f"{year:04}-{month:02}-{day:02}"
    raise BadQuestion(f"{parameter.name}={text:.40}: a date is wanted: 2019-05-20, 2019-05 or 2019")


def literal(parameter: Parameter, given: Any) -> ox.Literal:
    """The literal that a value given for a parameter of a type means; BadQuestion for a value of another kind."""
    if isinstance(given, datetime):
        given = given.date()
    elif isinstance(given, float | Decimal):
        given = format(Decimal(str(given)), "f")  # 1e-10 is a number as others are
    elif isinstance(given, bool) or not isinstance(given, str | int | date | ox.Literal):
        raise BadQuestion(f"{parameter.name}: {parameter.kind} is wanted, and this is {given!r:.60}")
    text = given.value if isinstance(given, ox.Literal) else str(given)
    half_characters(parameter.name, text)
    if parameter.kind in ("integer", "decimal"):
        return _number(parameter, text)
    if parameter.kind == "date":
        return ox.Literal(_date(parameter, text))
    if parameter.kind == "language":
        tags = LANGUAGES | {tag: tag for tag in LANGUAGES.values()}
        meant = {word.lower(): tag.lower() for word, tag in tags.items()}.get(text.lower())
        if meant is None:
            raise BadQuestion(f"{parameter.name}={text:.40}: there are {', '.join(LANGUAGES)}")
        return ox.Literal(meant)
    if len(text) > LONGEST:
        raise BadQuestion(f"{parameter.name}: {len(text)} characters, and at most {LONGEST} are taken")
    return ox.Literal(text)


def half_characters(name: str, text: str) -> None:
    """BadQuestion where a text holds half a character, as Python texts may."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadQuestion(f"{name}: the text holds half a character (a lone surrogate)") from None
