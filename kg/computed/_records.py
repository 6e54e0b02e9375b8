"""Memberships, dates and rosters from gathered rows, whether the paper states them or records of other sources."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from kg.computed._telling import Given, choice, one
from kg.measures.sets import Roster
from kg.memberships import Row, rolls


class Rosters(NamedTuple):
    """The roster of each alliance, the claims behind each membership, and the dates as of which they hold.

    behind     (alliance, city) -> claims and records; alliance -> those on the alliance itself, under (alliance, "")
    dates      claim or record -> as of when, "" where undated
    conflicts  alliances of which sources give different member counts
    open       alliance -> cities of which it is open whether they are members
    """

    rosters: dict[str, Roster]
    behind: dict[tuple[str, str], set[str]]
    dates: dict[str, str]
    conflicts: set[str]
    open: dict[str, set[str]]

    def claims(self, alliances: Iterable[str], *cities: str) -> set[str]:
        """What says that these cities are in these alliances, and how large these are."""
        names = ["", *cities]
        return {claim for name in alliances for city in names for claim in self.behind.get((name, city), ())}

    def telling(self, *cities: str) -> set[str]:
        """What says which alliances these cities are in, or are not in: memberships, and rosters that are whole."""
        told = {claim for name in self.rosters for city in cities for claim in self.behind.get((name, city), ())}
        without = [name for name, roster in self.rosters.items() if roster.whole and not {*cities} <= roster.members]
        return told | self.claims(without)

    def reasons(self, *cities: str) -> list[str]:
        """What is to be said where it is open whether one of these cities is in an alliance."""
        return ["disputed-membership"] if any({*cities} & several for several in self.open.values()) else []

    def of(self, city: str) -> list[str]:
        """The alliances that a city is known to be in."""
        return [name for name, roster in self.rosters.items() if city in roster.members]


def rosters(gathered: Iterable[Row], given: Given) -> Rosters:
    """The rosters of all alliances in rows of kind alliance, stated and recorded; who counts, kg.memberships says.

    An alliance in rows of kind known alone is one in which none of the places asked about is known to be.
    """
    on, alone = one(given, "on"), choice(given, "records", "with", "without") == "without"
    kinds = ("stated",) if alone else ("alliance", "stated", "recorded")
    listed = list(gathered)
    rows = [row for row in listed if row["kind"] in kinds]
    found = Rosters({}, defaultdict(set), {}, set(), {})
    counts: dict[str, list[tuple[bool, int]]] = defaultdict(list)
    for row in rows:
        name, claim, about = row["group"], row["claim"], row["kind"] == "alliance"
        found.dates[claim] = row["as_of"] or ""
        found.behind[name, "" if about else row["subject"]].add(claim)
        if about and row["amount"] is not None:
            counts[name].append((row["status"] is not None, int(row["amount"])))
    for name, roster in rolls(rows, on).items():
        # that of a record which tells of the roster too, else the greatest
        told = max(counts[name])[1] if counts[name] else None
        if len({count for _, count in counts[name]}) > 1:
            found.conflicts.add(name)
        # where records differ on who is in it no count makes it whole; where it is, an earlier one does not unmake it
        if roster.complete or told == len(roster.members):
            told = len(roster.members) if roster.complete else None
        found.rosters[name] = Roster(frozenset(roster.members), roster.complete, told, frozenset(roster.over))
        found.open[name] = set(roster.open)
    for row in listed:
        if row["kind"] == "known" and not alone and row["group"] not in found.rosters:
            found.rosters[row["group"]] = Roster(frozenset())
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
