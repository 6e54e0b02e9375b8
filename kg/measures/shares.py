"""Concentration of amounts: the Herfindahl-Hirschman index, plain and normalised, and the share of the largest.

Hirschman's concentration of flows (1945) is the same sum. An amount that is None is not known, never 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from kg.errors import BadQuestion
from kg.measures import Measured, Number, amount

Amounts = Mapping[str, Number | None]


def shares(amounts: Amounts) -> dict[str, Fraction]:
    """Each known amount as a share of their sum; empty where the sum is 0.

    >>> shares({"Moscow": 3, "Kyiv": 1, "Baku": None})
    {'Moscow': Fraction(3, 4), 'Kyiv': Fraction(1, 4)}
    """
    known = _known(amounts)
    total = sum(known.values(), Fraction())
    return {name: value / total for name, value in known.items()} if total else {}


def hhi(amounts: Amounts) -> Measured:
    """The sum of the squared shares, 1/n (even) to 1 (all in one); "no-values" if nothing is known, "no-flow" at sum 0.

    >>> hhi({"Moscow": 3, "Kyiv": 1}).value
    Fraction(5, 8)
    """
    return _measured(amounts, sum((share**2 for share in shares(amounts).values()), Fraction()))


def normalised_hhi(amounts: Amounts) -> Measured:
    """The index brought to 0 (even) to 1: (H − 1/m)/(1 − 1/m) for m known amounts; undefined ("one-item") for one.

    >>> normalised_hhi({"Moscow": 3, "Kyiv": 1}).value
    Fraction(1, 4)
    """
    plain = hhi(amounts)
    if plain.value is None:
        return plain
    if plain.known < 2:
        return plain._replace(value=None).because("one-item")
    even = Fraction(1, plain.known)
    return plain._replace(value=(Fraction(plain.value) - even) / (1 - even))


def top_share(amounts: Amounts, k: int = 1) -> Measured:
    """The share that the k largest known amounts have together, 0 to 1; BadQuestion for k below 1.

    >>> top_share({"Moscow": 3, "Kyiv": 1}).value
    Fraction(3, 4)
    """
    if isinstance(k, bool) or not isinstance(k, int) or k < 1:
        raise BadQuestion(f"k: {k!r} is not a count of 1 or more")
    return _measured(amounts, sum(sorted(shares(amounts).values(), reverse=True)[:k], Fraction()))


def _known(amounts: Amounts) -> dict[str, Fraction]:
    return {name: amount(value, f"amount of {name}") for name, value in amounts.items() if value is not None}


def _measured(amounts: Amounts, value: Fraction) -> Measured:
    known = _known(amounts)
    if not known:
        return Measured(None, 0, len(amounts), "no-values")
    why = "not-stated" if len(known) < len(amounts) else ""
    if not any(known.values()):
        return Measured(None, len(known), len(amounts), "no-flow").because(why)
    return Measured(value, len(known), len(amounts), why)
