"""Which memberships count: the one rule for pictures, briefs, partners, alliances and measures.

A link counts where it is known to be in force on a day, today unless another is asked for: a member, or one without a
standing, whose interval holds that day. Who left, is suspended, an observer, an associate or a candidate does not
count; of whom records differ, or one says that it is disputed, it is open, and does not count either. What was not
confirmed for long counts still, and is told as such (kg.membership_remarks).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from kg.dates import no_later, passed, today
from kg.terms import EIC, ID

#: A claim or record of a link: kind ("stated" by a paper, or "recorded"), standing, since, until, as_of, claim; of
#: many links also subject and group, and rows of kind "alliance" with status and amount.
Row = Mapping[str, Any]
#: Standings in which somebody is a member; none stated is taken for one, as the record says that it belongs.
_IN = {"standingMember", ""}
#: Standings that leave it open whether somebody is a member.
_OPEN = {"standingDisputed"}
#: Standings of those who are something less than a member, and may become one.
_LESSER = {"standingObserver", "standingAssociate", "standingCandidate"}
_COMPLETE = "rosterComplete"


class Roster(NamedTuple):
    """Who is known to be in an alliance, whether these are all, and the claims and records that say so.

    `open` are those of whom sources differ or one says that it is disputed, `over` those who left, are suspended or
    are no full members; neither count. `dates` has the date of the latest word on each member, "" where none has one.
    """

    members: dict[str, tuple[str, ...]]
    complete: bool
    open: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    over: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    dates: Mapping[str, str] = MappingProxyType({})


def in_force(row: Row, on: str | None = None) -> bool | None:
    """Whether a link is in force on a day, or without one as far as its record and today's date tell; None where that
    is disputed or not known.

    Who came or went in a year or month is in or out on its last day, and perhaps on the days before. A record without a
    beginning says nothing of days before its own date; what was to begin after that date may not have begun.

    >>> row = {"standing": None, "since": "2015", "until": None, "as_of": "2016"}
    >>> in_force(row, "2014-12-31"), in_force(row, "2015-06-01"), in_force(row, "2015-12-31"), in_force(row)
    (False, None, True, True)
    >>> in_force(row | {"since": None}, "1930-01-01"), *(in_force(row | {"until": year}) for year in ("2099", "2020"))
    (None, True, False)
    """
    standing, held = _local(row["standing"]), row["as_of"] or ""
    since, until = row["since"] or "", row["until"] or ""
    if standing not in _IN | _OPEN:
        return _short_of(standing, since, until, held, on)
    begun: bool | None = True
    ended: bool | None = False
    if since and on:
        begun = passed(since, on)
    elif since and not (held and no_later(since, held)):
        begun = False if passed(since, today()) is False else None if held else True
    elif on:
        begun = True if held and held <= on else None
    if until:
        ended = passed(until, on) if on else bool(held and no_later(until, held)) or passed(until, today())
    if begun is False or ended is True:
        return False
    return None if standing in _OPEN or begun is None or ended is None else True


def _short_of(standing: str, since: str, until: str, held: str, on: str | None) -> bool | None:
    """Whether one whose standing is not that of a member was one on a day: perhaps, before it left or was suspended."""
    if not on or standing in _LESSER:
        return False
    if standing == "standingFormer" and until:
        gone, come = passed(until, on), passed(since, on) if since else None
        return False if gone or come is False else None if gone is None else come
    from_then = passed(since, on) if since and standing != "standingFormer" else bool(held and held <= on)
    return False if from_then else None


def agreed(rows: Iterable[Row], on: str | None = None) -> bool | None:
    """Whether a link of which there are several records is in force; None where it is open.

    Who left and came back later is in; who was in by a record that is older than its end is out. Records that neither
    of these settles leave it open.

    >>> member = {"kind": "recorded", "standing": None, "since": "2010", "until": None, "as_of": "2015"}
    >>> left = member | {"since": None, "until": "2022", "as_of": "2023"}
    >>> agreed([member, left]), agreed([member | {"as_of": "2024"}, left])
    (False, None)
    >>> agreed([member | {"as_of": "2024", "since": "2023"}, left])
    True
    """
    told = [(row, True if row.get("kind") == "stated" else in_force(row, on)) for row in rows]
    if len({state for _, state in told}) > 1:
        # what a record does not know of a day, another may; not one that may be older than the end without a date
        firm = not on or any(s and (row.get("kind") == "stated" or _holds(row, on)) for row, s in told)
        loose = _IN if not firm else _IN | {"standingFormer", "standingSuspended"}
        told = [(row, s) for row, s in told if s is not None or _local(row["standing"]) not in loose]
        sure = [row for row, state in told if state]
        told = [(row, s) for row, s in told if s is not False or not any(begins_after(row, other) for other in sure)]
        over = [over_since(row) for row, state in told if state is False]
        told = [
            (r, s) for r, s in told if not (s and r["as_of"] and any(not no_later(e, r["as_of"]) for e in over if e))
        ]
    states = {state for _, state in told}
    return states.pop() if len(states) == 1 else None


def over_since(row: Row) -> str:
    """When a link was over: its end, else the date of the record that so says; "" where that is not told.

    >>> over_since({"standing": "standingFormer", "since": None, "until": None, "as_of": "2023"})
    '2023'
    """
    plain = _local(row["standing"]) in _IN | _OPEN
    return str(row["until"] or ("" if plain else row["as_of"]) or "")


def is_over(row: Row, on: str | None = None) -> bool:
    """Whether a record tells of a link that has been, on a day or today: not of a lesser one, nor of one to begin.

    >>> row = {"standing": None, "since": None, "until": None, "as_of": "2024"}
    >>> is_over(row | {"until": "2020"}), is_over(row | {"since": "2099"}), is_over(row)
    (True, False, False)
    """
    return in_force(row, on) is False and _local(row["standing"]) not in _LESSER and not is_to_begin(row, on)


def is_to_begin(row: Row, on: str | None = None) -> bool:
    """Whether a record tells of a link whose beginning has not come, on a day or today.

    >>> is_to_begin({"standing": None, "since": "2099", "until": None, "as_of": "2024"})
    True
    """
    plain = _local(row["standing"]) in _IN | _OPEN
    return bool(plain and row["since"]) and passed(row["since"], on or today()) is False


def begins_after(row: Row, other: Row) -> bool:
    """Whether another record begins where a link ended; of who was an observer or the like its date will do.

    >>> former = {"standing": None, "since": None, "until": "2015-06", "as_of": "2020"}
    >>> [begins_after(former, former | {"since": since, "until": None}) for since in ("2015", "2014", None)]
    [True, False, False]
    """
    begins = other["since"] or (other["as_of"] if _local(row["standing"]) in _LESSER else "")
    return bool(begins and over_since(row) and no_later(over_since(row), begins))


def _holds(row: Row, on: str) -> bool:
    """Whether a record is of a day or of a later one."""
    return bool(row["as_of"]) and no_later(on, row["as_of"])


def rolls(rows: Iterable[Row], on: str | None = None) -> dict[str, Roster]:
    """The roster of each alliance in rows of the kinds alliance, stated and recorded.

    It is complete where a source lists all, no other that lists all lists others, no number stated since is another and
    nobody in it is open; that another source lists but some is no contradiction. Of whom such a source says nothing,
    and another says no later that it is a member, that is open. On a day asked for none is known to be complete.
    """
    links: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    told: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row["kind"] == "alliance":
            told[row["group"]].append(row)
        elif row["kind"] in ("stated", "recorded"):
            links[row["group"]][row["subject"]].append(row)
    return {name: _roster(links.get(name, {}), told.get(name, []), on) for name in sorted({*links, *told})}


def _roster(links: Mapping[str, list[Row]], told: list[Row], on: str | None) -> Roster:
    states = {city: agreed(of, on) for city, of in sorted(links.items())}
    partly = {source_of(row["claim"]) for row in told if _local(row["status"]) == "rosterPartial"}
    whole = [row for row in told if _local(row["status"]) == _COMPLETE and source_of(row["claim"]) not in partly]
    same = True
    for row in whole:
        source = source_of(row["claim"])
        listed = {city for city, of in links.items() if any(source_of(one["claim"]) == source for one in of)}
        for city in (city for city, state in states.items() if state and listed and city not in listed):
            same = False
            if not any(newer(one, row) for one in links[city]):
                states[city] = None
    sides: dict[bool | None, dict[str, tuple[str, ...]]] = {True: {}, None: {}, False: {}}
    for city, state in states.items():
        sides[state][city] = tuple(sorted(row["claim"] for row in links[city]))
    numbers = [row for row in told if row["amount"] is not None]
    counts = {int(row["amount"]) for row in numbers if not any(_earlier(row, one) for one in whole)}
    complete = bool(whole) and counts <= {len(sides[True])} and same and not sides[None] and on is None
    dates = {city: max(row["as_of"] or row.get("published") or "" for row in links[city]) for city in sides[True]}
    return Roster(sides[True], complete, sides[None], sides[False], dates)


def _earlier(row: Row, roster: Row) -> bool:
    """Whether a record is of a time before that of a roster."""
    return bool(row["as_of"] and roster["as_of"]) and not no_later(roster["as_of"], row["as_of"])


def newer(row: Row, roster: Row) -> bool:
    """Whether a record tells of a time after that of a roster.

    >>> [newer({"since": None, "as_of": date}, {"as_of": "2024-05"}) for date in ("2025", "2024", None)]
    [True, False, False]
    """
    held = roster["as_of"] or ""
    return bool(held) and any(row[key] and not no_later(row[key], held) for key in ("since", "as_of"))


def source_of(claim: str) -> str:
    """The name of the source of a record, or of the work that a claim is of.

    >>> source_of("https://w3id.org/eic/id/record/twin-cities/minsk-tbilisi")
    'twin-cities'
    """
    return claim.removeprefix(f"{ID}record/").removeprefix(f"{ID.removesuffix('id/')}claim/").partition("/")[0]


def _local(iri: str | None) -> str:
    return (iri or "").removeprefix(EIC)
