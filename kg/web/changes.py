"""Changes of a scratch store: updates, and graphs that are put, added to and taken away. Nothing else is changed."""

from __future__ import annotations

import email.parser
import email.policy
import re
import uuid
from collections.abc import Iterator

import pyoxigraph as ox

from kg.errors import BadQuestion
from kg.sparql import fault, keywords
from kg.terms import BASE, PREFIXES
from kg.web.http import Refused, Request, Response
from kg.web.results import GRAPHS
from kg.web.screening import screen
from kg.web.site import Site

_TOKEN = re.compile(
    r"""#[^\n]*|<[^<>"{}|^`\\\s]*>|\"\"\".*?\"\"\"|'''.*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'"""
    r"""|[{}]|(?<![?$:\w])WHERE\b""",
    re.IGNORECASE | re.DOTALL,
)


#: Where a graph is put together that is to replace another; what a killed worker left there goes with the next.
PUTTING = ox.NamedNode(BASE + "staged/put")


def insist_on_scratch(site: Site, request: Request) -> None:
    """Refuse a change of anything but a scratch store, and of that by whom the front does not let."""
    if not site.writable:
        raise Refused(403, "this graph is read-only; `kg serve memory: --allow-update` serves a scratch store")
    if not request.headers.get("may-change"):
        told = "a change is taken from this machine, from no page of another site, or with the token of the server"
        raise Refused(403, told)


def update(site: Site, request: Request, text: str, fields: list[tuple[str, str]]) -> Response:
    """Run an update; its dataset (`using-graph-uri`) may be given through the protocol instead of in the text."""
    limits = site.limits._replace(length=site.limits.body)
    screen(text, limits)
    if re.search(r"\0|\\(u|U0000)0000", text):
        raise Refused(400, "a text holds the character U+0000")
    default, named = (
        [_iri(iri) for name, iri in fields if name == f"using-{kind}graph-uri"] for kind in ("", "named-")
    )
    if default or named:
        if {"USING", "WITH"} & keywords(text):
            raise Refused(400, "the update has USING or WITH, and the request using-graph-uri: one of them")
        text = using(text, [f"USING {g}" for g in default] + [f"USING NAMED {g}" for g in named])
    try:
        site.graph.embedded().update(text, base_iri=site.address(request, request.raw), prefixes=PREFIXES)
    except SyntaxError as e:
        raise BadQuestion(f"the update is not SPARQL 1.1: {fault(e)}") from None
    except (RuntimeError, ValueError, OSError) as e:
        raise BadQuestion(f"the update cannot be run: {e!s:.400}") from None
    return Response(204, "", b"", lasting=False)


def _iri(text: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(text)
    except ValueError as e:
        raise Refused(400, f"{text:.200} is no absolute IRI: {e}") from None


def using(text: str, clauses: list[str]) -> str:
    """An update with clauses before each WHERE, so that it looks at these graphs.

    >>> using("INSERT { ?s ?p 1 } WHERE { ?s ?p 2 }", ["USING <http://example.org/g>"])
    'INSERT { ?s ?p 1 } USING <http://example.org/g> WHERE { ?s ?p 2 }'
    """
    told, start, depth, last = "", 0, 0, ""
    for token in _TOKEN.finditer(text):
        depth += {"{": 1, "}": -1}.get(token[0], 0)
        if token[0].upper() == "WHERE" and depth == 0:
            if last != "}":
                raise Refused(400, "DELETE WHERE takes no using-graph-uri: write DELETE {…} WHERE {…}")
            told, start = told + text[start : token.start()] + " ".join(clauses) + " ", token.start()
        last = token[0] if token[0][0] != "#" else last
        if token[0] == "}" and depth == 0 and text[token.end() :].lstrip()[:1] == ";":
            last = ""
    return told + text[start:]


def put(site: Site, request: Request, graph: ox.NamedNode | ox.DefaultGraph, add: bool) -> bool:
    """Make a graph what the body says, or add that to it; whether the graph is new."""
    store = site.graph.embedded()
    base = graph.value if isinstance(graph, ox.NamedNode) else site.address(request, request.raw)
    triples = list(_triples(request, base))
    new = isinstance(graph, ox.NamedNode) and not store.contains_named_graph(graph)
    if isinstance(graph, ox.NamedNode):
        store.add_graph(graph)
    place = graph if add else PUTTING  # beside what stands there, which then goes in one step
    store.extend(ox.Quad(t.subject, t.predicate, t.object, place) for t in triples)
    if not add:
        name = "DEFAULT" if isinstance(graph, ox.DefaultGraph) else f"GRAPH {graph}"
        store.update(f"MOVE {PUTTING} TO {name}" if triples else f"CLEAR {name}")
    return new


def fresh(site: Site, request: Request) -> ox.NamedNode:
    """The name of a new graph."""
    return ox.NamedNode(site.address(request, f"/graph-store/{uuid.uuid4()}"))


def _triples(request: Request, base: str) -> Iterator[ox.Triple]:
    for kind, body in _parts(request):
        form = GRAPHS.get(kind)
        if form is None:
            raise Refused(415, f"Content-Type: {', '.join(GRAPHS)} is wanted, not {kind or 'nothing'}")
        if form == ox.RdfFormat.RDF_XML and re.search(rb"<!\s*(DOCTYPE|ENTITY)", body, re.IGNORECASE):
            raise Refused(400, "a DOCTYPE is not read: entities may grow without end")
        try:
            for quad in ox.parse(body.removeprefix(b"\xef\xbb\xbf"), format=form, base_iri=base):
                if quad.graph_name != ox.DefaultGraph():
                    raise Refused(
                        400, f"the body has a graph of its own, {quad.graph_name}; one graph is sent at a time"
                    )
                if "\0" in _text(quad.object):
                    raise Refused(400, "a text holds the character U+0000")
                yield quad.triple
        except (SyntaxError, ValueError) as e:
            raise Refused(400, f"the body is not {kind}: {e!s:.300}") from None


def _text(term: object) -> str:
    """The text of a literal, or of that in a triple; what is written about a term has it escaped."""
    while isinstance(term, ox.Triple):
        term = term.object
    return str(getattr(term, "value", ""))


def _parts(request: Request) -> Iterator[tuple[str, bytes]]:
    """The documents in a body with their media types: one, or the parts of a form."""
    if request.content_type != "multipart/form-data":
        yield request.content_type, request.body
        return
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode("latin-1", "replace")
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + request.body)
    if not message.is_multipart() or message.defects:
        raise Refused(400, "the form is broken: it has no parts, or no end")
    for part in message.iter_parts():
        content = part.get_payload(decode=True)
        yield part.get_content_type(), content if isinstance(content, bytes) else b""
