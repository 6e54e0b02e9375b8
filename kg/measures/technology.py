"""Technological proximity: Jaffe's uncentred correlation of two cities over fields (patent classes, publications).

The seven element profiles are not technology fields. With few counts it is biased and imprecise (Benner and Waldfogel,
NBER 13322), which the result says.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction

from kg.measures import Measured, Number, amount, whys

#: Below so many counts a vector is called small: a convention of this module, no finding.
FEW = 50


def jaffe(
    a: Mapping[str, Number | None], b: Mapping[str, Number | None], *, few: Number = FEW, closed: bool = False
) -> Measured:
    """f_i·f_j/√((f_i·f_i)(f_j·f_j)) over the fields known on both sides, 0 to 1; a vector of zeros is undefined.

    A field that a side leaves out is not known; `closed` says that the counts are all there are, so that it is 0.
    "few-counts" where a side has fewer than `few` in all.

    >>> jaffe({"A61": 3, "G06": 4}, {"A61": 3, "G06": 4}, few=5).value
    1.0
    """
    fields = sorted(a.keys() | b.keys())
    absent = 0 if closed else None
    pairs = [(a.get(field, absent), b.get(field, absent)) for field in fields]
    both = [(amount(x, "count"), amount(y, "count")) for x, y in pairs if x is not None and y is not None]
    partly = "not-stated" if len(both) < len(fields) else ""
    if not both:
        return Measured(None, 0, len(fields), partly or "no-values")
    least = min(sum((x for x, _ in both), Fraction()), sum((y for _, y in both), Fraction()))
    scarce = "few-counts" if least < amount(few, "few") else ""
    squares = sum((x * x for x, _ in both), Fraction()) * sum((y * y for _, y in both), Fraction())
    if not squares:
        return Measured(None, len(both), len(fields), whys("zero-vector", partly))
    value = float(sum((x * y for x, y in both), Fraction())) / math.sqrt(squares)
    return Measured(min(1.0, value), len(both), len(fields), whys(scarce, partly))
