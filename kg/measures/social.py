"""Social proximity: earlier ties of two cities (joint projects, co-publications, twinnings), and the way between them.

Missing is not zero: of two cities without a known tie nothing follows. A tie can also be the effect of what it is to
explain.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from kg.errors import BadQuestion
from kg.measures import Measured

#: A networkx graph; that package brings no types.
Ties = Any


def tie_graph(ties: Iterable[tuple[str, str]]) -> Ties:
    """The undirected graph of the ties; a pair given several times has as many ties, one with itself is passed over.

    >>> tie_graph([("Kyiv", "Baku"), ("Baku", "Kyiv")])["Kyiv"]["Baku"]["ties"]
    2
    """
    import networkx as nx

    graph = nx.Graph()
    for a, b in ties:
        if a != b:
            graph.add_edge(a, b, ties=graph.edges[a, b]["ties"] + 1 if graph.has_edge(a, b) else 1)
    return graph


def tie_count(graph: Ties, a: str, b: str, *, complete: bool = False) -> Measured:
    """How many ties two cities have; where none is known None, or 0 if the ties are known to be `complete`.

    >>> tie_count(tie_graph([("Kyiv", "Baku")]), "Kyiv", "Minsk").value is None
    True
    """
    _two(a, b)
    if graph.has_edge(a, b):
        return Measured(Fraction(graph.edges[a, b]["ties"]), 1, 1)
    return Measured(Fraction(), 1, 1) if complete else Measured(None, 0, 1, "no-known-tie")


def nearness(graph: Ties, a: str, b: str) -> Measured:
    """1/the number of ties on the shortest way between two cities, 0 to 1; None ("no-path") where there is no way.

    >>> nearness(tie_graph([("Kyiv", "Baku"), ("Baku", "Minsk")]), "Kyiv", "Minsk").value
    Fraction(1, 2)
    """
    import networkx as nx

    _two(a, b)
    if a not in graph or b not in graph:
        return Measured(None, (a in graph) + (b in graph), 2, "no-known-tie")
    try:
        return Measured(Fraction(1, nx.shortest_path_length(graph, a, b)), 2, 2)
    except nx.NetworkXNoPath:
        return Measured(None, 2, 2, "no-path")


def _two(a: str, b: str) -> None:
    if a == b:
        raise BadQuestion(f"the tie of {a} with itself is not asked; give two cities")
