"""What the service and its data set are, as RDF: SPARQL 1.1 Service Description, and VoID."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from kg.catalog import DATASET
from kg.terms import DCTERMS, PREFIXES, RDF_TYPE, XSD, layer
from kg.web.http import Request
from kg.web.site import Site

SD, FORMATS = "http://www.w3.org/ns/sparql-service-description#", "http://www.w3.org/ns/formats/"
VOID = PREFIXES["void"]
#: The forms of results, as W3C names them.
_FORMS = """
    SPARQL_Results_JSON SPARQL_Results_XML SPARQL_Results_CSV SPARQL_Results_TSV Turtle N-Triples RDF_XML JSON-LD
""".split()  # noqa: SIM905 - a list of words is easier to read as words


def description(site: Site, request: Request) -> Iterator[ox.Triple]:
    """The service: where it is, what it understands, and of which graphs."""
    service, endpoint = _node(site, request, "/sparql#service"), _node(site, request, "/sparql")
    default, whole = _node(site, request, "/sparql#default"), _node(site, request, "/sparql#dataset")
    yield ox.Triple(service, RDF_TYPE, _sd("Service"))
    yield ox.Triple(service, _sd("endpoint"), endpoint)
    languages = ["SPARQL11Query", *(["SPARQL11Update"] if site.writable else [])]
    for language in languages:
        yield ox.Triple(service, _sd("supportedLanguage"), _sd(language))
    if not site.writable:
        yield ox.Triple(service, _sd("feature"), _sd("UnionDefaultGraph"))
    for form in _FORMS:
        yield ox.Triple(service, _sd("resultFormat"), ox.NamedNode(FORMATS + form))
    yield ox.Triple(service, _sd("defaultDataset"), whole)
    yield ox.Triple(whole, RDF_TYPE, _sd("Dataset"))
    yield ox.Triple(whole, _sd("defaultGraph"), default)
    yield ox.Triple(default, RDF_TYPE, _sd("Graph"))
    for number, graph in enumerate(site.graph.embedded().named_graphs()):
        if isinstance(graph, ox.NamedNode):
            part = _node(site, request, f"/sparql#graph-{number}")
            yield ox.Triple(whole, _sd("namedGraph"), part)
            yield ox.Triple(part, RDF_TYPE, _sd("NamedGraph"))
            yield ox.Triple(part, _sd("name"), graph)


def dataset(site: Site, request: Request) -> Iterator[ox.Triple]:
    """The data set in VoID: what the catalog says of it and its layers, and where it can be asked and fetched."""
    store = site.graph.embedded()
    nodes = [DATASET, *(g for g in store.named_graphs() if isinstance(g, ox.NamedNode))]
    for node in nodes:
        yield from (quad.triple for quad in store.quads_for_pattern(node, None, None, layer("catalog")))
    yield ox.Triple(DATASET, RDF_TYPE, ox.NamedNode(VOID + "Dataset"))
    yield ox.Triple(DATASET, ox.NamedNode(VOID + "sparqlEndpoint"), _node(site, request, "/sparql"))
    yield ox.Triple(DATASET, ox.NamedNode(VOID + "triples"), ox.Literal(str(len(store)), datatype=_INTEGER))
    yield ox.Triple(DATASET, ox.NamedNode(VOID + "uriSpace"), ox.Literal(PREFIXES["id"]))
    yield ox.Triple(DATASET, ox.NamedNode(DCTERMS + "license"), ox.NamedNode(LICENCE))
    for graph in nodes[1:]:
        place = f"/graph-store?graph={graph.value}"
        yield ox.Triple(graph, ox.NamedNode(VOID + "dataDump"), _node(site, request, place))


_INTEGER = ox.NamedNode(XSD + "integer")
LICENCE = "https://creativecommons.org/licenses/by/4.0/"


def _node(site: Site, request: Request, path: str) -> ox.NamedNode:
    return ox.NamedNode(site.address(request, path))


def _sd(name: str) -> ox.NamedNode:
    return ox.NamedNode(SD + name)
