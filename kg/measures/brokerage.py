"""Brokerage of cities between alliances: betweenness, and Burt's structural holes.

On the graph of cities and alliances, an edge for each known membership. Where a roster is partial, edges are missing,
so that each number is "partial-roster": who stands between whom may be otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from kg.measures import Measured
from kg.measures.sets import Roster

#: Nodes times ties up to which betweenness is reckoned, which looks at all pairs: up to about a minute.
PAIRS = 5_000_000


class Broker(NamedTuple):
    """A city's betweenness (0 to 1), constraint (lower: more holes to bridge) and effective size of its surroundings.

    Inputs are the rosters, known where whole. Alliances are never tied to one another in the graph of cities and
    alliances, so there the effective size is the number of alliances a city is in.
    """

    betweenness: Measured
    constraint: Measured
    effective_size: Measured


def brokerage(
    rosters: Mapping[str, Roster], cities: Iterable[str] = (), *, among_cities: bool = False
) -> dict[str, Broker]:
    """Each city in some roster with its brokerage, or those of some cities that are.

    `among_cities` takes constraint and effective size on the cities alone, two tied where they share an alliance: there
    they tell who links groups; a roster of n members makes n² ties, so it is for small ones. All three are networkx's,
    betweenness normalised for two kinds of nodes; in a network of thousands it is None ("too-many").

    >>> rosters = {"A": Roster(frozenset({"Kyiv", "Baku"}), True), "B": Roster(frozenset({"Kyiv", "Minsk"}), True)}
    >>> {city: round(one.betweenness.value, 2) for city, one in sorted(brokerage(rosters).items())}
    {'Baku': 0.0, 'Kyiv': 1.0, 'Minsk': 0.0}
    """
    import networkx as nx
    from networkx.algorithms import bipartite

    every = sorted({city for roster in rosters.values() for city in roster.members})
    asked = set(cities)
    wanted = [city for city in every if city in asked or not asked]
    if not wanted:
        return {}
    graph = nx.Graph()
    graph.add_nodes_from((("city", city) for city in every), bipartite=0)
    for name, roster in rosters.items():
        graph.add_edges_from((("alliance", name), ("city", city)) for city in roster.members)
    nodes, some = [("city", city) for city in every], [("city", city) for city in wanted]
    # networkx divides by 0 where a kind has a single node, between which and the others there is no standing
    few = "one-city" if len(nodes) < 2 else "one-item" if len(graph) - len(nodes) < 2 else ""
    few = few or ("too-many" if len(graph) * graph.number_of_edges() > PAIRS else "")
    between = dict.fromkeys(nodes, math.nan) if few else bipartite.betweenness_centrality(graph, nodes)
    ground = bipartite.projected_graph(graph, nodes) if among_cities else graph
    constraint, size = nx.constraint(ground, some), nx.effective_size(ground, some)
    parts = ((between, few), (constraint, "no-tie"), (size, "no-tie"))
    return {city: Broker(*(_of(found["city", city], why, rosters) for found, why in parts)) for city in wanted}


def _of(value: float, why: str, rosters: Mapping[str, Roster]) -> Measured:
    """A node's number, or the reason why there is none, which networkx tells by NaN."""
    whole = sum(roster.whole for roster in rosters.values())
    partly = "partial-roster" if whole < len(rosters) else ""
    if math.isnan(value):
        return Measured(None, whole, len(rosters), why).because(partly)
    return Measured(float(value), whole, len(rosters), partly)
