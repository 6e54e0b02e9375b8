"""An rdflib Dataset that holds our named graphs (needs the extra `rdflib`): slow, but where many people's data are."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox

from kg.engines import Result
from kg.errors import BadQuestion, StoreProblem
from kg.terms import GRAPH

ORDER = 2


class Rdflib:
    """Our named graphs in an rdflib Dataset, perhaps beside other people's; they are copied when it is opened."""

    def __init__(self, dataset: Any):
        import rdflib

        self.target = f"an rdflib {type(dataset).__name__}"
        # rdflib has no way to name the graphs of a query but FROM, which it copies anew for each
        self._ours = rdflib.Dataset(default_union=True)
        self._ours.addN(
            (s, p, o, self._ours.graph(g))
            for s, p, o, g in dataset.quads((None, None, None, None))
            if str(getattr(g, "identifier", g)).startswith(GRAPH)
        )
        if not len(self._ours):
            raise StoreProblem(f"{self.target} holds no graph of ours (none whose name starts with {GRAPH})")

        self.graphs = [str(g.identifier) for g in self._ours.graphs() if str(g.identifier).startswith(GRAPH)]

    def query(self, text: str) -> Result:
        """The result of a SPARQL query over our graphs; BadQuestion where rdflib does not take it."""
        from rdflib.plugins import sparql

        sparql.SPARQL_LOAD_GRAPHS = False  # or FROM would read files and the network
        try:
            result = self._ours.query(text)
        except Exception as e:  # rdflib raises whatever its parser and its evaluation raise
            raise BadQuestion(f"rdflib does not take the query: {e!s:.160}") from e
        if result.type in ("CONSTRUCT", "DESCRIBE"):
            return list(ox.parse(result.serialize(format="nt") or b"", format=ox.RdfFormat.N_TRIPLES))
        return ox.parse_query_results(result.serialize(format="json") or b"", format=ox.QueryResultsFormat.JSON)


def accepts(target: object) -> bool:
    """Whether a target is an rdflib Dataset or ConjunctiveGraph, told without importing rdflib."""
    return type(target).__module__.split(".")[0] == "rdflib" and hasattr(target, "quads")


def open_(target: object) -> Rdflib:
    """The graph in a Dataset; StoreProblem where there is none of ours."""
    return Rdflib(target)
