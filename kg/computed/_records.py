"""Memberships, dates and rosters from gathered rows, whether the paper states them or records of other sources."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from kg.computed._telling import Given, choice, local, one
from kg.measures.sets import Roster

Row = Mapping[str, Any]
#: Standings in which somebody is a member; none stated is taken for one, as the record says that it belongs.
_IN = {"standingMember", ""}
#: Standings that leave it open whether somebody is a member.
_OPEN = {"standingDisputed"}


class Rosters(NamedTuple):
    """The roster of each alliance, the claims behind each membership, and the dates as of which they hold.

    behind     (alliance, city) -> claims and records; alliance -> those on the alliance itself, under (alliance, "")
    dates      claim or record -> as of when, "" where undated
    conflicts  alliances of which sources give different member counts
    """

    rosters: dict[str, Roster]
    behind: dict[tuple[str, str], set[str]]
    dates: dict[str, str]
    conflicts: set[str]

    def claims(self, alliances: Iterable[str], *cities: str) -> set[str]:
        """What says that these cities are in these alliances, and how large these are."""
        names = ["", *cities]
        return {claim for name in alliances for city in names for claim in self.behind.get((name, city), ())}

    def of(self, city: str) -> list[str]:
        """The alliances that a city is known to be in."""
        return [name for name, roster in self.rosters.items() if city in roster.members]


def in_force(row: Row, on: str | None) -> bool | None:
    """Whether a link is in force on a day, or without one as of its record; None where that is disputed or not known.

    Who came or went in a year or month is in or out on its last day, and perhaps on the days before. A record without a
    beginning says nothing of days before its own date; an end or a beginning after that date was to come.

    >>> row = {"standing": None, "since": "2015", "until": None, "as_of": "2016"}
    >>> in_force(row, "2014-12-31"), in_force(row, "2015-06-01"), in_force(row, "2015-12-31"), in_force(row, None)
    (False, None, True, True)
    >>> in_force(row | {"since": None}, "1930-01-01"), in_force(row | {"until": "2035"}, None)
    (None, True)
    """
    standing, held = local(row["standing"]), row["as_of"] or ""
    if standing not in _IN | _OPEN:
        return False
    begun: bool | None
    ended: bool | None
    if on:
        begun = _passed(row["since"], on) if row["since"] else True if held and held <= on else None
        ended = _passed(row["until"], on) if row["until"] else False
    else:
        begun = not (row["since"] and held) or row["since"][: len(held)] <= held
        ended = bool(row["until"]) and (not held or row["until"][: len(held)] <= held)
    if begun is False or ended is True:
        return False
    return None if standing in _OPEN or begun is None or ended is None else True


def _passed(date: str, on: str) -> bool | None:
    """Whether a date, perhaps a year or a month, has passed by a day; None within that year or month."""
    if date > on:
        return False
    return True if len(date) == len(on) or not on.startswith(date) or _is_last(date, on) else None


def _is_last(date: str, day: str) -> bool:
    """Whether a day is the last of a year or month."""
    last = calendar.monthrange(int(day[:4]), int(day[5:7]))[1]
    return day[8:10] == str(last) and (len(date) > 4 or day[5:7] == "12")


def rosters(gathered: Iterable[Row], given: Given) -> Rosters:
    """The rosters of all alliances in the rows of kind alliance, stated and recorded."""
    on, alone = one(given, "on"), choice(given, "records", "with", "without") == "without"
    members: dict[str, set[str]] = defaultdict(set)
    doubted: dict[str, set[str]] = defaultdict(set)
    status: dict[str, set[str]] = defaultdict(set)
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    found = Rosters({}, defaultdict(set), {}, set())
    for row in gathered:
        kind, name, claim = row["kind"], row["group"], row["claim"]
        if kind not in ("alliance", "stated", "recorded"):
            continue
        if kind == "stated" or not alone:
            found.dates[claim] = row["as_of"] or ""
        if kind == "alliance":
            if alone:
                continue
            members.setdefault(name, set())
            found.behind[name, ""].add(claim)
            if row["status"]:
                status[name].add(local(row["status"]))
            if row["amount"] is not None:
                counts[name]["main" if row["status"] else claim] = int(row["amount"])
        elif kind == "stated" or not alone:
            force = True if kind == "stated" else in_force(row, on)
            found.behind[name, row["subject"]].add(claim)
            (members if force else doubted)[name].add(row["subject"])
    for name in sorted({*members, *doubted}):
        unsure = doubted[name] & members[name]
        told = counts[name].get("main", max(counts[name].values(), default=None))
        if len(set(counts[name].values())) > 1:
            found.conflicts.add(name)
        fits = set(counts[name].values()) <= {len(members[name])}
        told = told if len(status[name]) < 2 else None  # records differ on the roster, so no count makes it whole
        whole = status[name] == {"rosterComplete"} and fits and not unsure and on is None
        found.rosters[name] = Roster(frozenset(members[name] - unsure), whole, told)
    return found


def dated(rows: Mapping[str, str], claims: Iterable[str]) -> tuple[str, list[str]]:
    """As of when some claims hold, in words for a cell, and what is to be said of that.

    >>> dated({"a": "2006", "b": "2019-10", "c": ""}, ["a", "b", "c"])
    ('2006 – 2019-10, –', ['mixed-years'])
    """
    dates = [rows[claim] for claim in claims if claim in rows]
    known = sorted({date for date in dates if date})
    told = known[0] if len(known) == 1 else f"{known[0]} – {known[-1]}" if known else ""
    undated = "–" if "" in dates else ""
    years = {date[:4] for date in known}
    return ", ".join(filter(None, (told, undated))), ["mixed-years"] if len(years) > 1 else []
