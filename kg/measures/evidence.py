"""On how much a result rests: claims by certainty, flagged ones, and the share of inputs that are missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from kg.errors import BadQuestion
from kg.measures import Measured

#: Certainties by the local names of the ontology, the firmest first.
CERTAINTIES = ("asserted", "cited", "inferredByReader", "derivedByRule", "impliedByTier", "supposed")


class Evidence(NamedTuple):
    """How many claims there are of each certainty (those of the ontology first, be it 0), flagged, and in all."""

    counts: dict[str, int]
    flagged: int
    total: int


def evidence(claims: Iterable[tuple[str, bool]]) -> Evidence:
    """The count of claims by certainty; each is given as its certainty and whether it is flagged.

    >>> evidence([("asserted", False), ("cited", True)]).flagged
    1
    """
    rows = list(claims)
    found = Counter(certainty for certainty, _ in rows)
    counts = {name: found.pop(name, 0) for name in CERTAINTIES} | dict(sorted(found.items()))
    return Evidence(counts, sum(flagged for _, flagged in rows), len(rows))


def missing_inputs(results: Iterable[Measured]) -> Measured:
    """The share of the inputs of several results that are missing, 0 to 1; it is known itself, so no input is missing.

    >>> missing_inputs([Measured(1.0, 3, 4), Measured(None, 0, 4, "not-stated")]).value
    Fraction(5, 8)
    """
    listed = list(results)
    if any(not 0 <= one.known <= one.wanted for one in listed):
        raise BadQuestion("a result knows fewer than none of its inputs, or more than it wants")
    known, wanted = sum(one.known for one in listed), sum(one.wanted for one in listed)
    if not wanted:
        return Measured(None, 0, 0, "no-values")
    return Measured(Fraction(wanted - known, wanted), wanted, wanted)


def enough(result: Measured, least: Fraction | float) -> bool:
    """Whether the share of known inputs is at least `least`, below which nothing is to be ranked by the result.

    >>> enough(Measured(1.0, 3, 4), 0.5), enough(Measured(1.0, 1, 4), 0.5)
    (True, False)
    """
    missing = result.missing
    return result.value is not None and missing is not None and 1 - missing >= least
