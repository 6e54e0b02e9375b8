"""The six proximities of the paper side by side. There is no composite: a mean needs the user's own weights."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from kg.errors import BadQuestion, UnknownName
from kg.measures import Measured, Number, amount

_UNKNOWN = Measured(None, 0, 1, "not-stated")


class Proximities(NamedTuple):
    """One pair of cities in each dimension; what is not given is not known.

    >>> Proximities(geographical=Measured(0.4, 2, 2)).known
    1
    """

    geographical: Measured = _UNKNOWN
    technological: Measured = _UNKNOWN
    institutional: Measured = _UNKNOWN
    organisational: Measured = _UNKNOWN
    social: Measured = _UNKNOWN
    cultural: Measured = _UNKNOWN

    @property
    def known(self) -> int:
        """In how many of the six dimensions there is a value."""
        return sum(one.value is not None for one in self)

    @property
    def unknown(self) -> tuple[str, ...]:
        """The dimensions without a value: what to find out."""
        return tuple(name for name, one in zip(self._fields, self, strict=True) if one.value is None)


def weighted_mean(proximities: Proximities, weights: Mapping[str, Number]) -> Measured:
    """The mean with the user's weights over the dimensions that have a value; `known` of the `wanted`, those weighted.

    There are no weights of ours: all that count are to be given. BadQuestion where they are none, negative or all 0, or
    where a value is not within 0 … 1 (a distance, a count, Newman's weight) and so has no mean with the others.

    >>> weighted_mean(Proximities(cultural=Measured(1.0, 2, 2)), {"cultural": 1, "social": 3})
    Measured(value=1.0, known=1, wanted=2, why='not-stated', low=0.25, high=1.0)
    """
    for name in weights:
        if name not in Proximities._fields:
            raise UnknownName(
                "proximity", str(name), Proximities._fields, f"there are: {', '.join(Proximities._fields)}"
            )
    counted = {name: value for name, one in weights.items() if (value := amount(one, f"weight of {name}"))}
    if not counted:
        raise BadQuestion(
            "weights: none above 0; say how much each dimension counts, for there is no weighting of ours"
        )
    part, known = 0.0, {}
    for name, weight in counted.items():
        value = getattr(proximities, name).value
        if value is not None:
            if not 0 <= value <= 1:
                raise BadQuestion(f"{name}: {value} is not within 0 … 1, so it has no mean with the others")
            part, known[name] = part + float(weight) * float(value), weight
    total, sure = float(sum(counted.values(), Fraction())), float(sum(known.values(), Fraction()))
    if not known:
        return Measured(None, 0, len(counted), "not-stated", 0.0, 1.0)
    if len(known) == len(counted):
        return Measured(part / sure, len(known), len(counted))
    return Measured(part / sure, len(known), len(counted), "not-stated", part / total, (part + total - sure) / total)
