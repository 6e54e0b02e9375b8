"""Measures: pure functions over plain values, no graph, no files. One module a measure; a new one is a new module.

levels        the seven elements, the six level words, their codings A, B, C or a user's, thresholds, weights
profiles      two profiles: similarity (shape and level), dominance, directed and mutual match of supply and demand
homogeneity   many profiles: how alike they are; how even one profile is
dependence    Emerson's dependence, its breadth and degree, asymmetry
shares        concentration of amounts: Herfindahl-Hirschman index, share of the largest
flows         between cities: net flow, balance, concentration, reciprocity and what chance would give
wheel         single-wheel drive: three numbers and an alarm rule, never one number
geography     great-circle distance and proximity
sets          memberships that may be known in part: Jaccard, Newman's weight
social        ties between cities: their count, the way between two
culture       common language, Kogut and Singh's distance
technology    Jaffe's uncentred correlation
vector        the six proximities side by side, and no composite
interlocking  links of cities through firms or alliances present in both
brokerage     betweenness and structural holes
coverage      what no alliance covers, as far as is known
concordance   Kendall's tau-b of tiers and ranks within one list
sensitivity   what survives a change of coding
evidence      on how much a result rests
reasons       the short keys that say why a value is undefined or to be read with care, in zh, en and ru

Every result is `Measured`: silence is a missing input, never 0, and undefined is None, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from numbers import Real
from typing import NamedTuple

from kg.errors import BadQuestion

#: What a measure takes as a number; what it gives is exact (Fraction) where the formula is.
Number = int | float | Fraction | Decimal


class Measured(NamedTuple):
    """A value with how much of what it needs is known: `known` of the `wanted` inputs.

    value  None where it is undefined or not known; `why` says which
    why    short keys of `kg.measures.reasons`, a space between two; also on a value to be read with care
    low, high  between which the value must lie where inputs are missing; None where nothing bounds it

    >>> Measured(Fraction(1, 2), 6, 6)
    Measured(value=Fraction(1, 2), known=6, wanted=6, why='', low=None, high=None)
    """

    value: float | Fraction | None
    known: int
    wanted: int
    why: str = ""
    low: float | Fraction | None = None
    high: float | Fraction | None = None

    @property
    def missing(self) -> Fraction | None:
        """The share of inputs that are missing; None where there were none to be had.

        >>> Measured(1.0, 3, 4).missing
        Fraction(1, 4)
        """
        return Fraction(self.wanted - self.known, self.wanted) if self.wanted else None

    @property
    def reasons(self) -> tuple[str, ...]:
        """The keys in `why`.

        >>> Measured(None, 0, 6, "not-stated tier-profile").reasons
        ('not-stated', 'tier-profile')
        """
        return tuple(self.why.split())

    @property
    def bounds(self) -> tuple[float | Fraction | None, float | Fraction | None]:
        """The least and the greatest that the value can be: twice the value where all is known.

        >>> Measured(None, 1, 2, "partial-roster", Fraction(1, 3), Fraction(1, 2)).bounds
        (Fraction(1, 3), Fraction(1, 2))
        """
        if self.low is None and self.high is None and self.known == self.wanted:
            return self.value, self.value
        return self.low, self.high

    def because(self, *keys: str) -> Measured:
        """The same with more reasons; an empty key adds none.

        >>> Measured(1.0, 2, 2).because("tier-profile", "").why
        'tier-profile'
        """
        return self._replace(why=whys(*self.reasons, *keys))


def whys(*keys: str) -> str:
    """The keys put together, each once.

    >>> whys("not-stated", "", "tier-profile", "not-stated")
    'not-stated tier-profile'
    """
    return " ".join(dict.fromkeys(key for key in keys if key))


def number(value: object, what: str) -> Fraction:
    """A finite number, exact as it is written; BadQuestion for all else (`what` is its name in the message).

    >>> number(0.1, "theta")
    Fraction(1, 10)
    """
    if isinstance(value, Fraction):
        return value
    if isinstance(value, Real | Decimal) and not isinstance(value, bool):
        try:
            return Fraction(str(value))
        except ValueError:
            pass
    raise BadQuestion(f"{what}: {value!r} is not a finite number")


def amount(value: object, what: str) -> Fraction:
    """A finite number that is not negative; BadQuestion for all else.

    >>> amount(3, "weight")
    Fraction(3, 1)
    """
    found = number(value, what)
    if found < 0:
        raise BadQuestion(f"{what}: {value!r} is negative; give 0 or more")
    return found


def mean(results: Iterable[Measured], without: str = "undefined-parts") -> Measured:
    """The mean of the values that are defined, `known` of them; `without` is the reason where some are not.

    >>> mean([Measured(1.0, 6, 6), Measured(None, 0, 6, "not-stated")])
    Measured(value=1.0, known=1, wanted=2, why='undefined-parts', low=None, high=None)
    """
    listed = list(results)
    values = [one.value for one in listed if one.value is not None]
    if not values:
        return Measured(None, 0, len(listed), without if listed else "no-values")
    exact = [value for value in values if isinstance(value, Fraction)]
    total = sum(exact, Fraction()) if len(exact) == len(values) else _sum(values)
    return Measured(total / len(values), len(values), len(listed), without if len(values) < len(listed) else "")


def _sum(values: list[float | Fraction]) -> float:
    import math

    return math.fsum(float(value) for value in values)
