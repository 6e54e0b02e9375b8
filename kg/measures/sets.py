"""Memberships that may be known in part: overlap of two cities' sets (Jaccard) and Newman's weight of shared alliances.

Serves organisational proximity (alliances) and institutional proximity (regimes, treaties). An alliance without a
complete roster makes membership of a city that it does not list *unknown*, so that the overlap is a range, never 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from kg.errors import BadQuestion
from kg.measures import Measured, whys


class Roster(NamedTuple):
    """The known members of an alliance, whether these are all, how many it has in all where that is told, and who is
    known not to be a member, as those who left."""

    members: frozenset[str]
    complete: bool = False
    told: int | None = None
    out: frozenset[str] = frozenset()

    @property
    def whole(self) -> bool:
        """Whether nobody else is a member: the roster is as long as the count that is told, else told to be complete.

        >>> Roster(frozenset({"Kyiv", "Baku"}), told=2).whole
        True
        """
        return self.told == len(self.members) if self.told is not None else self.complete

    def excludes(self, city: str) -> bool:
        """Whether a city is known not to be a member.

        >>> Roster(frozenset({"Kyiv"}), out=frozenset({"Baku"})).excludes("Baku")
        True
        """
        return city not in self.members and (self.whole or city in self.out)

    def size(self) -> int | None:
        """How many members it has; None where that is not known or the count that is told contradicts the roster.

        >>> Roster(frozenset({"Kyiv", "Baku"}), complete=True).size()
        2
        """
        if self.told is None:
            return len(self.members) if self.complete else None
        if isinstance(self.told, bool) or not isinstance(self.told, int) or self.told < 0:
            raise BadQuestion(f"member count: {self.told!r} is not a count")
        fits = self.told == len(self.members) if self.complete else self.told >= len(self.members)
        return self.told if fits else None


class Memberships(NamedTuple):
    """What a city is in: for certain (`of`), perhaps (`open`), and whether there can be others that nobody named."""

    of: frozenset[str]
    open: frozenset[str] = frozenset()
    complete: bool = False


def memberships(city: str, rosters: Mapping[str, Roster], *, complete: bool = True) -> Memberships:
    """What a city is in among the alliances given; open where a roster is not whole and does not tell of the city.

    `complete` says that these alliances are all that are meant: the result then speaks of them alone.

    >>> memberships("Kyiv", {"A": Roster(frozenset({"Baku"})), "B": Roster(frozenset({"Kyiv"}))})
    Memberships(of=frozenset({'B'}), open=frozenset({'A'}), complete=True)
    """
    of = frozenset(name for name, roster in rosters.items() if city in roster.members)
    open_ = frozenset(name for name, roster in rosters.items() if not roster.excludes(city)) - of
    return Memberships(of, open_, complete)


def jaccard(a: Memberships, b: Memberships) -> Measured:
    """|A ∩ B|/|A ∪ B|, 0 to 1; where memberships are open no value but the exact bounds.

    `low` is None where others that nobody named can make the union ever larger. Undefined ("empty-union") where neither
    is in anything. Inputs: the membership of each of the two in each thing named, and one more for a side not complete.

    >>> jaccard(Memberships(frozenset("xy"), complete=True), Memberships(frozenset("y"), frozenset("z"), True))
    Measured(value=None, known=5, wanted=6, why='partial-roster', low=Fraction(1, 3), high=Fraction(1, 2))
    """
    open_a, open_b = a.open - a.of, b.open - b.of
    named = a.of | b.of | open_a | open_b
    unnamed = (not a.complete) + (not b.complete)
    wanted = 2 * len(named) + unnamed
    known = wanted - len(open_a) - len(open_b) - unnamed
    if not named and not unnamed:
        return Measured(None, known, wanted, "empty-union")
    low = Fraction(len(a.of & b.of), len(named)) if named and not unnamed else None
    high = _most(a, b, open_a, open_b)
    if low is not None and low == high and (a.of | b.of):
        # what is open may make no difference: the value is exact though not all is known
        return Measured(low, known, wanted, "", *((low, high) if known < wanted else ()))
    return Measured(None, known, wanted, "partial-roster", low, high)


def newman(a: str, b: str, rosters: Mapping[str, Roster]) -> Measured:
    """Newman's weight of two cities: the sum of 1/(d_k − 1) over the alliances both are in, d_k their member counts.

    A shared alliance whose count is not known is passed over and missing, as is one in which only one may be. With
    anything missing the value is a lower bound; with no shared alliance known it is None then, not 0.

    >>> newman("Kyiv", "Baku", {"A": Roster(frozenset({"Kyiv", "Baku", "Minsk"}), complete=True)}).value
    Fraction(1, 2)
    """
    if a == b:
        raise BadQuestion(f"the tie of {a} with itself is not asked; give two cities")
    value, high, known, shared, why = Fraction(), Fraction(), 0, 0, ""
    for roster in rosters.values():
        both, size = {a, b} <= roster.members, roster.size()
        listed = len(roster.members | {a, b})
        if both and size is not None:
            weight = Fraction(1, size - 1)
            value, high, known, shared = value + weight, high + weight, known + 1, shared + 1
        elif both:
            why = whys(why, "no-count" if roster.told is None else "count-conflict")
            high += Fraction(1, listed - 1)
        elif roster.excludes(a) or roster.excludes(b) or (size is not None and size < listed):
            known += 1  # one of the two is for certain not in it
        else:
            why = whys(why, "partial-roster")
            high += Fraction(1, (size or listed) - 1)
    if not rosters:
        return Measured(None, 0, 0, "no-values")
    if known == len(rosters):
        return Measured(value, known, known)
    return Measured(value if shared else None, known, len(rosters), why, value, high)


def _most(a: Memberships, b: Memberships, open_a: frozenset[str], open_b: frozenset[str]) -> Fraction:
    """The greatest that the overlap can be: each open membership falls where it helps."""
    if not a.complete and not b.complete:
        return Fraction(1)
    open_a = open_a if a.complete else open_a | ((b.of | open_b) - a.of)
    open_b = open_b if b.complete else open_b | ((a.of | open_a) - b.of)
    shared = len((a.of | open_a) & (b.of | open_b))
    union = len(a.of | b.of | (open_a & open_b))
    return Fraction(shared, union) if union else Fraction()
