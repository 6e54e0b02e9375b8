"""The SPARQL 1.1 Graph Store Protocol: whole graphs, to read; on a scratch store also to put, add to and take away."""

from __future__ import annotations

import pyoxigraph as ox

from kg.terms import GRAPH, shorten
from kg.web import results
from kg.web.changes import fresh, insist_on_scratch, put
from kg.web.http import Refused, Request, Response
from kg.web.site import Site

PATH = r"/graph-store(/.*)?"
METHODS = ("GET", "PUT", "POST", "DELETE")


def respond(site: Site, request: Request, direct: str | None) -> Response:
    """A graph, or what became of it."""
    graph = _named(site, request, direct)
    if request.method in ("GET", "HEAD"):
        return _read(site, request, graph)
    insist_on_scratch(site, request)
    if graph is None:
        if request.method != "POST":
            raise Refused(400, "name the graph: ?graph=IRI, or ?default")
        graph = fresh(site, request)
        put(site, request, graph, add=True)
        return Response(201, "", b"", (("Location", graph.value),), lasting=False)
    if request.method == "DELETE":
        _insist(site, graph)
        site.graph.embedded().remove_graph(graph)
        return Response(204, "", b"", lasting=False)
    new = put(site, request, graph, add=request.method == "POST")
    return Response(201 if new else 204, "", b"", lasting=False)


def _named(site: Site, request: Request, direct: str | None) -> ox.NamedNode | ox.DefaultGraph | None:
    """The graph that a request is about: of `graph=`, `default`, or the address itself."""
    names = request.all("graph")
    default = any(key == "default" for key, _ in request.fields)
    direct = request.raw.removeprefix("/graph-store") if direct not in (None, "/") else ""
    if len(names) + default + bool(direct) > 1:
        raise Refused(400, "one graph at a time: ?graph=IRI, or ?default")
    if default:
        return ox.DefaultGraph()
    if not names and not direct:
        return None
    try:
        return ox.NamedNode(names[0] if names else site.address(request, request.raw))
    except ValueError as e:
        raise Refused(400, f"graph={names[0]:.200} is no absolute IRI: {e}") from None


def _read(site: Site, request: Request, graph: ox.NamedNode | ox.DefaultGraph | None) -> Response:
    if graph is None:
        listed = ", ".join(shorten(name) for name in site.graph.engine.graphs)
        raise Refused(400, f"name the graph: ?graph=IRI, or ?default; there are {listed} (graph: is {GRAPH})")
    _insist(site, graph)
    media = results.media_for(request, results.GRAPHS)
    # what is asked for without a name is what queries are asked of, so both protocols see one default graph
    where = None if graph == ox.DefaultGraph() and not site.writable else graph
    triples = (quad.triple for quad in site.graph.embedded().quads_for_pattern(None, None, None, where))
    done = results.graph(triples, results.GRAPHS[media], site.limits)
    return Response(200, media, done.body, (("Partial-Answer", done.cut),) if done.cut else (), lasting=not done.cut)


def _insist(site: Site, graph: ox.NamedNode | ox.DefaultGraph) -> None:
    if isinstance(graph, ox.NamedNode) and not site.graph.embedded().contains_named_graph(graph):
        raise Refused(404, f"there is no graph {graph.value[:300]}")
