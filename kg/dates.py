"""Dates of which perhaps only the year or the month is told, as texts: how they lie to one another and to a day."""

from __future__ import annotations

import calendar
import datetime


def today() -> str:
    """The day for which links are looked at where none is asked for, as YYYY-MM-DD."""
    return datetime.date.today().isoformat()


def no_later(date: str, other: str) -> bool:
    """Whether a date, perhaps a year or a month, is no later than another, as far as both are told.

    >>> no_later("2015", "2015-06"), no_later("2015-06", "2015"), no_later("2016", "2015-06")
    (True, True, False)
    """
    shorter = min(len(date), len(other))
    return date[:shorter] <= other[:shorter]


def passed(date: str, on: str) -> bool | None:
    """Whether a date, perhaps a year or a month, has passed by a day; None within that year or month.

    >>> passed("2015", "2015-06-30"), passed("2015-06", "2015-06-30"), passed("2016", "2015-06-30")
    (None, True, False)
    """
    if date > on:
        return False
    return True if len(date) == len(on) or not on.startswith(date) or _is_last(date, on) else None


def _is_last(date: str, day: str) -> bool:
    """Whether a day is the last of a year or month."""
    last = calendar.monthrange(int(day[:4]), int(day[5:7]))[1]
    return day[8:10] == str(last) and (len(date) > 4 or day[5:7] == "12")


def stale(date: str, horizon: str) -> bool:
    """Whether something of a date, a year or month or "" for none, was not confirmed since the horizon.

    >>> stale("2023", "2024-01-01"), stale("2024", "2024-01-01"), stale("", "2024-01-01")
    (True, False, True)
    """
    return not date or date < horizon[: len(date)]
