"""A table that says it lists all members of its alliances: what follows, one record of each alliance's roster."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from kg.mapping import Declared
from kg.terms import ID, eic

_CLASS = "AllianceMembershipRecord"
_STATUSES = {"complete": "rosterComplete", "partial": "rosterPartial"}
#: A row left out so names no place at all, by a person's word: no city is missing for it.
_NOBODY = "no place"


class Rollcall:
    """The rosters that a mapping declares, put together row by row; nothing is kept but a date for each alliance.

    BadTable where the mapping is of another class, or says of rosters what cannot be.

    >>> from types import SimpleNamespace
    >>> roll = Rollcall(SimpleNamespace(class_="AllianceMembershipRecord", roster="complete"))
    >>> roll.hear({"inAlliance": [f"<{ID}alliance/c40>"], "asOf": ['"2024"']}, "")
    >>> [(key, told["asOf"]) for key, told in roll.records(print)]
    [('roster/alliance/c40', ['"2024"'])]
    """

    def __init__(self, declared: Declared):
        self._status = _status(declared)
        self._dates: dict[str, str] = {}
        self._missing: Counter[str] = Counter()

    def hear(self, values: Mapping[str, Sequence[str]], left: str) -> None:
        """Take in a row: its values as terms of N-Quads by property, and why it was left out ("" where it was not)."""
        if not self._status:
            return
        missing = bool(left) and left != _NOBODY
        if missing and not values["inAlliance"]:
            self._missing[""] += 1  # it may be of any
        for alliance in values["inAlliance"]:
            self._missing[alliance] += missing
            if not left:
                # terms of dates sort as the dates do, and "", of a row without one, before all: then nothing is known
                date = next(iter(values["asOf"]), "")
                self._dates[alliance] = min(date, self._dates.get(alliance, date))

    def records(self, tell: Callable[[str], None]) -> Iterator[tuple[str, dict[str, list[str]]]]:
        """The record of each alliance with a member here: its key and its values, dated as the rows are, or as the
        earliest of them, as nothing is known of later. Where rows were left out not all are here, and that is told."""
        for alliance, date in sorted(self._dates.items()):
            name = alliance.strip("<>").removeprefix(ID)
            status, missing = self._status, self._missing[alliance] + self._missing[""]
            if missing and status == _STATUSES["complete"]:
                status = _STATUSES["partial"]
                what = f"the roster of {name} is taken in as partial, for places of its rows were left open: {missing}"
                tell(f"{what}; settle them (--unsettled FILE lists them) and read the table again")
            told = {"recordedAlliance": [alliance], "rosterStatus": [str(eic(status))], "asOf": [date] if date else []}
            yield f"roster/{name}", told  # keys of rows hold no slash


def _status(declared: Declared) -> str:
    """The name of the status that a mapping declares, "" where it declares none."""
    if declared.roster is None:
        return ""
    if declared.class_ != _CLASS:
        what = f"class {declared.class_} is no list of members"
        raise declared.fault("roster", what, f"take it out, or read the members as class = {_CLASS!r}")
    if declared.roster not in _STATUSES:
        hint = 'write roster = "complete" where the table lists all members, "partial" where it does not'
        raise declared.fault("roster", f"{declared.roster!r} says not whether all members are listed", hint)
    return _STATUSES[declared.roster]
