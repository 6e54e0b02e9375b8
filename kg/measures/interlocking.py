"""The interlocking network model: links of cities through the firms (or alliances) that are present in both.

Service values v_aj of city a and firm j, 0 to 5 in GaWC's practice, or 0 and 1 for memberships, which makes a link the
count of shared alliances. r_ab = Σ_j v_aj·v_bj; N_a = Σ_b r_ab (Taylor, Catalano and Walker 2002; GaWC bulletin 23).
Links are potential, inferred from presence in both, and the network is too dense for most network analysis.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from kg.measures import Measured, Number, amount, whys

if TYPE_CHECKING:
    import numpy as np

#: City -> firm -> service value; None, or a firm left out, is not known and never 0.
Values = Mapping[str, Mapping[str, Number | None]]


class Dyad(NamedTuple):
    """Two cities: the link r_ab, the link as a share of the set's greatest, and the distance, 1 − that share."""

    link: Measured
    proportional: Measured
    distance: Measured


class Connectivity(NamedTuple):
    """A city: the sum of its links N_a, and that as a share of the set's greatest."""

    gross: Measured
    relative: Measured


class Network(NamedTuple):
    """The dyads, each once with its cities in the order of the values, and the connectivity of each city.

    With no known value at all both are there and every number is None ("no-values").
    """

    dyads: dict[tuple[str, str], Dyad]
    cities: dict[str, Connectivity]


def interlocking(values: Values) -> Network:
    """The network of the cities; a link sums over the firms whose values are known in both and counts the rest missing.

    >>> network = interlocking({"Moscow": {"ZTE": 3}, "Kyiv": {"ZTE": 2}, "Baku": {"ZTE": 1}})
    >>> network.dyads["Moscow", "Kyiv"].link.value, network.cities["Baku"].relative.value
    (6.0, 0.5555555555555556)
    """
    import numpy as np

    cities, firms = list(values), sorted({firm for row in values.values() for firm in row})
    matrix = np.zeros((len(cities), len(firms)))
    mask = np.zeros((len(cities), len(firms)))
    for n, city in enumerate(cities):
        for m, firm in enumerate(firms):
            value = values[city].get(firm)
            if value is not None:
                matrix[n, m], mask[n, m] = float(amount(value, f"value of {firm} in {city}")), 1
    return _network(cities, len(firms), matrix @ matrix.T, mask @ mask.T)


def _network(cities: list[str], firms: int, links: np.ndarray, known: np.ndarray) -> Network:
    import numpy as np

    np.fill_diagonal(links, 0)
    np.fill_diagonal(known, 0)
    greatest = float(links.max(initial=0))
    dyads = {}
    for n, a in enumerate(cities):
        for m in range(n + 1, len(cities)):
            dyads[a, cities[m]] = _dyad(float(links[n, m]), int(known[n, m]), firms, greatest)
    sums, counts = links.sum(axis=1), known.sum(axis=1)
    most, wanted = float(sums.max(initial=0)), firms * (len(cities) - 1)
    found = {a: _city(float(sums[n]), int(counts[n]), wanted, most) for n, a in enumerate(cities)}
    return Network(dyads, found)


def _dyad(value: float, known: int, wanted: int, greatest: float) -> Dyad:
    link = _sum(value, known, wanted)
    share = _share(link, greatest)
    return Dyad(link, share, share if share.value is None else share._replace(value=1 - share.value))


def _city(value: float, known: int, wanted: int, most: float) -> Connectivity:
    gross = _sum(value, known, wanted)
    return Connectivity(gross, _share(gross, most))


def _sum(value: float, known: int, wanted: int) -> Measured:
    """A sum over what is known: a lower bound where values are missing, and nothing known where it is 0 then."""
    partly = "not-stated" if known < wanted else ""
    if not known:
        return Measured(None, 0, wanted, whys("no-values", partly))
    return Measured(value if value or not partly else None, known, wanted, partly)


def _share(one: Measured, greatest: float) -> Measured:
    if one.value is None:
        return one
    return one._replace(value=float(one.value) / greatest) if greatest else one._replace(value=None, why="no-flow")
