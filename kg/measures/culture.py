"""Cultural proximity: a common official language, the chance of a common spoken one, Kogut and Singh's distance.

The values are of countries, put on cities, and politically loaded: show them beside the others, never alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction

from kg.errors import BadQuestion
from kg.measures import Measured, Number, amount, number
from kg.measures.sets import Memberships


def common_language(a: Memberships, b: Memberships) -> Measured:
    """1 where the two share an official language, 0 where they share none, None where a list of languages is open.

    >>> russian = Memberships(frozenset({"ru"}), complete=True)
    >>> common_language(russian, Memberships(frozenset({"be", "ru"}), complete=True)).value
    Fraction(1, 1)
    """
    known = sum(side.complete and not side.open - side.of for side in (a, b))
    if a.of & b.of:
        return Measured(Fraction(1), 2, 2)
    if known < 2:
        return Measured(None, known, 2, "not-stated", Fraction(), Fraction(1))
    if not a.of and not b.of:
        return Measured(None, 2, 2, "empty-union")
    return Measured(Fraction(), 2, 2)


def common_spoken(a: Mapping[str, Number], b: Mapping[str, Number]) -> Measured:
    """The chance that a person of each side speak a language in common, from the share of each that speaks it.

    1 − Π(1 − p·q) over the languages stated on both sides, as if one language said nothing of another; in any case the
    chance lies between `low`, the best single language, and `high`, the sum. One stated on one side only is missing.

    >>> common_spoken({"ru": 0.5, "en": 0.2}, {"ru": 0.5, "en": 0.5}).value
    Fraction(13, 40)
    """
    first, second = ({tag: _share(value, tag) for tag, value in side.items()} for side in (a, b))
    both, wanted = sorted(first.keys() & second.keys()), len(first.keys() | second.keys())
    if not both:
        return Measured(None, 0, wanted, "not-stated" if wanted else "no-values")
    chances = [first[tag] * second[tag] for tag in both]
    value = 1 - math.prod((1 - chance for chance in chances), start=Fraction(1))
    high = min(Fraction(1), sum(chances, Fraction())) if len(both) == wanted else Fraction(1)
    return Measured(value, len(both), wanted, "not-stated" if len(both) < wanted else "", max(chances), high)


def kogut_singh(a: Mapping[str, Number], b: Mapping[str, Number], variances: Mapping[str, Number]) -> Measured:
    """Kogut and Singh's distance: the mean over dimensions of (I_i − I_j)²/V, 0 and above; V is the index's variance.

    Over the dimensions with both values and a variance above 0; those of `variances` are wanted. Standard form, and
    criticised; a distance, so no proximity.

    >>> kogut_singh({"power": 60}, {"power": 40}, {"power": 200}).value
    Fraction(2, 1)
    """
    spread = {name: amount(value, f"variance of {name}") for name, value in variances.items()}
    parts, why = [], ""
    for name, variance in spread.items():
        if name not in a or name not in b:
            why = "not-stated"
        elif variance:
            parts.append((number(a[name], name) - number(b[name], name)) ** 2 / variance)
    if any(not variance for variance in spread.values()):
        why = f"{why} zero-variance".strip()
    if not parts:
        return Measured(None, 0, len(spread), why or "no-values")
    value = sum(parts, Fraction()) / len(parts)
    return Measured(value, len(parts), len(spread), why)


def _share(value: Number, tag: str) -> Fraction:
    share = amount(value, f"share of {tag}")
    if share > 1:
        raise BadQuestion(f"share of {tag}: {value!r} is above 1; give shares of 0 to 1")
    return share
