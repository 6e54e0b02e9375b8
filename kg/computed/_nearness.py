"""The six proximities of two places from gathered rows, each with its raw quantity, what is shared, and its records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from kg.computed._places import NOWHERE, Located, located
from kg.computed._records import Rosters, dated, rosters
from kg.computed._telling import Given, local, one
from kg.dates import stale
from kg.measures import Measured
from kg.measures.culture import common_language
from kg.measures.geography import FARTHEST, distance, proximity
from kg.measures.sets import Memberships, jaccard, memberships, newman
from kg.measures.technology import jaffe
from kg.memberships import Row, agreed, in_force, is_over, is_to_begin, source_of

#: Official by law or in fact in a whole territory; a language of a part of it is not counted.
_OFFICIAL = {"official", "de_facto_official"}
#: The source that lists all members of each organisation that it tells of.
_WHOLE = "regional-organisations"


class Near(NamedTuple):
    """One proximity of two places: its value, raw quantity, what both share, the records behind, more reasons."""

    measured: Measured
    raw: str = ""
    shared: tuple[str, ...] = ()
    claims: frozenset[str] = frozenset()
    reasons: tuple[str, ...] = ()


class Facts:
    """What the rows say of places, territories, alliances, twinnings, languages and fields."""

    def __init__(self, gathered: Iterable[Row], given: Given):
        rows = list(gathered)
        self.given, self.on = given, one(given, "on")
        self.places: dict[str, Located] = located(rows)
        self.rosters: Rosters = rosters(rows, given)
        self.dates = {row["claim"]: row["as_of"] or "" for row in rows if row["claim"]}
        self.rows: dict[tuple[str, str], list[Row]] = defaultdict(list)
        #: What each claim or record tells of: a link by its two ends, whichever comes first.
        self.told_of: dict[str, object] = {}
        for row in rows:
            self.rows[row["kind"], row["subject"]].append(row)
            if row["subject"]:
                ends = (row["kind"], row["subject"]) if row["kind"] == "place" else {row["subject"], row["group"]}
                self.told_of[row["claim"]] = frozenset(ends)
            elif row["kind"] == "alliance":
                self.told_of[row["claim"]] = row["group"]
        treaties = {(row["group"], source_of(row["claim"])) for row in rows if row["kind"] == "treaty"}
        #: Regional organisations of which nobody says that all members are here.
        self.unlisted = {name for name, _ in treaties} - {name for name, source in treaties if source == _WHOLE}

    def near(self, city: str, other: str) -> dict[str, Near]:
        """Each proximity of two places, by the local name of its concept without the word proximity."""
        return {name: made(self, city, other) for name, made in _MADE.items()}

    def at(self, place: str) -> Located:
        """Where a place is, be it nowhere."""
        return self.places.get(place, NOWHERE)

    def dated(self, claims: Iterable[str]) -> tuple[str, list[str]]:
        """As of when some records hold, and what is to be said of that; what the user's horizon leaves behind too."""
        named = sorted(claims)
        told, reasons = dated(self.dates, named)
        return told, [*reasons, *self._unconfirmed(named)]

    def _unconfirmed(self, claims: Iterable[str]) -> Iterator[str]:
        """The oldest date that the horizon leaves behind, of the latest on each thing that some records tell of."""
        if horizon := one(self.given, "horizon"):
            latest: dict[object, str] = {}
            for claim in claims:
                if of := self.told_of.get(claim):
                    latest[of] = max(latest.get(of, ""), self.dates[claim])
            old = sorted(date for date in latest.values() if stale(date, horizon))
            yield from ["undated"] if "" in old else []
            yield from [f"not-confirmed:{date}" for date in old if date][:1]


def _geographical(facts: Facts, city: str, other: str) -> Near:
    here, there = facts.at(city), facts.at(other)
    most = float(one(facts.given, "d_max", FARTHEST))
    ways = [distance(a, b) for a in here.points or (None,) for b in there.points or (None,)]
    kms = sorted(float(way.value) for way in ways if way.value is not None)
    near = [proximity(way._replace(value=min(float(way.value), most)), most) for way in ways if way.value is not None]
    claims = frozenset((*here.claims, *there.claims))
    reasons = tuple(key for key in (*here.reasons, *there.reasons) if key != "other-filing")
    if not near:
        return Near(ways[0], "", (), claims, reasons)
    raw = " – ".join(dict.fromkeys(f"{km:.0f} km" for km in (kms[0], kms[-1]))) + f" (d_max {most:.0f} km)"
    if len(near) == 1:
        return Near(near[0]._replace(low=near[0].value, high=near[0].value), raw, (), claims, reasons)
    values = sorted(float(one_.value or 0) for one_ in near)
    return Near(Measured(None, 2, 2, "", values[0], values[-1]), raw, (), claims, reasons)


def _institutional(facts: Facts, city: str, other: str) -> Near:
    sides, claims = [], {*facts.at(city).claims, *facts.at(other).claims}
    reasons = ["filing", *facts.at(city).reasons, *facts.at(other).reasons]
    for place in (city, other):
        territory = facts.at(place).territory
        if territory is None:
            return Near(Measured(None, 0, 2, "not-stated"), "", (), frozenset(claims), (*reasons, "no-territory"))
        standing: dict[str, list[Row]] = defaultdict(list)
        for row in facts.rows["treaty", territory]:
            standing[row["group"]].append(row)
            if in_force(row, facts.on) is not False:
                claims.add(row["claim"])
        force = {name: agreed(rows, facts.on) for name, rows in standing.items()}
        of = frozenset(name for name, told in force.items() if told)
        open_ = frozenset(name for name, told in force.items() if told is None)
        open_ |= {name for name in facts.unlisted if name not in standing}
        reasons += ["disputed-membership"] if open_ else []
        sides.append(Memberships(of, open_, True))
    both = sides[0].of & sides[1].of
    raw = f"{len(both)}/{len(sides[0].of | sides[1].of)}"
    told = [key for key in reasons if key not in ("no-coordinates", "coordinates-differ")]
    measured = jaccard(*sides)
    return Near(
        measured._replace(why=measured.why.replace("partial-roster", "")),
        raw,
        tuple(sorted(both)),
        frozenset(claims),
        (*told,),
    )


def _organisational(facts: Facts, city: str, other: str) -> Near:
    found = facts.rosters
    measured = jaccard(memberships(city, found.rosters), memberships(other, found.rosters))
    weight = newman(city, other, found.rosters)
    both = [name for name in found.of(city) if other in found.rosters[name].members]
    claims = frozenset(found.claims(both) | found.telling(city, other))
    either = {name for place in (city, other) for name in found.of(place)}
    raw = f"{len(both)}/{len(either)}" + (
        f"; Newman ≥ {float(weight.low or 0):.4f}"
        if weight.known < weight.wanted
        else f"; Newman {float(weight.value or 0):.4f}"
    )
    conflict = ["count-conflict"] if found.conflicts & {*both} else []
    return Near(measured, raw, tuple(both), claims, (*conflict, *found.reasons(city, other)))


def _social(facts: Facts, city: str, other: str) -> Near:
    ties = [row for a, b in ((city, other), (other, city)) for row in facts.rows["twin", a] if row["group"] == b]
    states, tied = {in_force(row, facts.on) for row in ties}, agreed(ties, facts.on) if ties else False
    claims = frozenset(row["claim"] for row in ties)
    if tied:
        return Near(Measured(1, 1, 1, "", 1, 1), "1", (), claims)
    if tied is None and True in states:
        return Near(Measured(None, 0, 1, ""), "", (), claims, ("tie-conflict",))
    if tied is None:
        return Near(Measured(None, 0, 1, "not-stated"), "", (), claims)
    return Near(Measured(None, 0, 1, "no-known-tie"), "", (), claims, _not_tied(ties, facts.on))


def _not_tied(ties: list[Row], on: str | None) -> tuple[str, ...]:
    """Why there is no tie on a day where there are records of one: it has been, or is yet to begin."""
    told = {"left-tie": is_over, "later-tie": is_to_begin}
    return tuple(key for key, holds in told.items() if any(holds(row, on) for row in ties))


def _cultural(facts: Facts, city: str, other: str) -> Near:
    sides, claims, told = [], {*facts.at(city).claims, *facts.at(other).claims}, ["of-territory", "filing"]
    lawful = []
    for place in (city, other):
        rows = [row for row in facts.rows["language", facts.at(place).territory or ""] if row["status"] in _OFFICIAL]
        claims |= {row["claim"] for row in rows}
        codes = frozenset(row["group"] for row in rows)
        sides.append(Memberships(codes, complete=bool(codes)))
        lawful.append({row["group"] for row in rows if row["status"] == "official"})
        told += [] if facts.at(place).territory else ["no-territory"]
        told += [key for key in facts.at(place).reasons if key == "other-filing"]
    if sides[0].of & sides[1].of and not lawful[0] & lawful[1]:
        told.append("in-fact")
    raw = " · ".join(", ".join(sorted(side.of)) or "–" for side in sides)
    return Near(common_language(*sides), raw, (), frozenset(claims), tuple(told))


def _technological(facts: Facts, city: str, other: str) -> Near:
    amounts: list[dict[str, float | None]] = []
    claims = set()
    for place in (city, other):
        side: dict[str, float | None] = {}
        for row in facts.rows["field", place]:
            value = float(row["amount"])
            side[row["group"]] = value if side.get(row["group"], value) == value else None
            claims.add(row["claim"])
        amounts.append(side)
    if not claims:
        return Near(Measured(None, 0, 2, ""), reasons=("no-fields",))
    both = len(amounts[0].keys() & amounts[1].keys())
    return Near(jaffe(*amounts), f"{both}/{len(amounts[0].keys() | amounts[1].keys())}", (), frozenset(claims))


_MADE: dict[str, Callable[[Facts, str, str], Near]] = {
    "geographical": _geographical,
    "institutional": _institutional,
    "organisational": _organisational,
    "social": _social,
    "cultural": _cultural,
    "technological": _technological,
}


def wanted(given: Given) -> list[str]:
    """The proximities asked for, or all six, in their order.

    >>> wanted({})[0]
    'geographical'
    """
    asked = {local(iri).removesuffix("Proximity") for iri in given.get("dimension", ())}
    return [name for name in _MADE if not asked or name in asked]
