"""Any SPARQL 1.1 endpoint over http(s), through SPARQLWrapper (needs the extra `remote`)."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox

from kg.engines import Result
from kg.errors import BadQuestion, StoreProblem
from kg.sparql import names_dataset
from kg.terms import layer

ORDER = 1
JSON = "application/sparql-results+json"
CATALOG = layer("catalog")
TRIPLES = "application/n-triples"


class Endpoint:
    """A SPARQL endpoint that holds our named graphs, perhaps beside other people's."""

    def __init__(self, target: str):
        self.target = target
        self.graphs: list[str] = []
        found = self.query(f"SELECT ?g WHERE {{ GRAPH {CATALOG} {{ ?g a <http://rdfs.org/ns/void#Dataset> }} }}")
        assert isinstance(found, ox.QuerySolutions)
        self.graphs = [row["g"].value for row in found]
        if not self.graphs:
            raise StoreProblem(f"{target} answers, but holds no graph of ours (nothing in {CATALOG})")

    def query(self, text: str) -> Result:
        """The result of a SPARQL query, its dataset given through the protocol where it does not name one itself."""
        wrapper: Any = _wrapper(self.target)
        for name in [] if names_dataset(text) else self.graphs:
            wrapper.addDefaultGraph(name)
            wrapper.addNamedGraph(name)
        wrapper.setMethod("POST")
        wrapper.setQuery(text)
        triples = wrapper.queryType in ("CONSTRUCT", "DESCRIBE")
        wrapper.setOnlyConneg(True)  # by the Accept header alone: Virtuoso refuses it beside a `format` parameter
        wrapper.addCustomHttpHeader("Accept", TRIPLES if triples else JSON)
        raw = _fetch(wrapper, self.target)
        if triples:
            return [q.triple for q in ox.parse(raw, format=ox.RdfFormat.N_TRIPLES)]
        return ox.parse_query_results(raw, format=ox.QueryResultsFormat.JSON)


def _wrapper(target: str) -> Any:
    try:
        from SPARQLWrapper import SPARQLWrapper
    except ImportError:
        raise StoreProblem("reading an endpoint needs SPARQLWrapper: pip install 'eic-kg[remote]'") from None
    return SPARQLWrapper(target)


def _fetch(wrapper: Any, target: str) -> bytes:
    from urllib.error import URLError

    from SPARQLWrapper.SPARQLExceptions import QueryBadFormed, SPARQLWrapperException

    try:
        with wrapper.query().response as response:
            raw: bytes = response.read()
            return raw
    except QueryBadFormed as e:
        raise BadQuestion(f"{target} does not take the query: {e}") from None
    except (URLError, SPARQLWrapperException, OSError) as e:
        raise StoreProblem(f"{target} does not answer: {e}") from None


def accepts(target: object) -> bool:
    """Whether a target is an http(s) address."""
    return isinstance(target, str) and target.startswith(("http://", "https://"))


def open_(target: str) -> Endpoint:
    """The endpoint at an address; StoreProblem where it does not answer or holds no graph of ours."""
    return Endpoint(target)
