"""The SPARQL 1.1 Protocol: queries, and updates of a scratch store. Without a query, what the service is."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox

from kg.errors import BadQuestion, KgError
from kg.sparql import fault, keywords, names_dataset
from kg.terms import PREFIXES
from kg.web import results
from kg.web.changes import insist_on_scratch, update
from kg.web.description import description
from kg.web.http import FORM, HTML, Refused, Request, Response, decoded
from kg.web.query_page import query_page
from kg.web.screening import screen
from kg.web.site import Site

PATH = r"/sparql/?"
METHODS = ("GET", "POST")
QUERY, UPDATE = "application/sparql-query", "application/sparql-update"
#: What gives another result each time.
_FLEETING = {"NOW", "RAND", "UUID", "STRUUID", "BNODE"}


def respond(site: Site, request: Request) -> Response:
    """The result of the query or the update in a request."""
    fields = list(request.fields)
    if request.method == "POST":
        fields += _posted(request)
    queries, updates = ([v for k, v in fields if k == kind] for kind in ("query", "update"))
    if updates and request.method != "POST":
        raise Refused(400, "an update is sent by POST")
    if len(queries) + len(updates) > 1:
        raise Refused(400, "one query or one update at a time")
    if updates:
        insist_on_scratch(site, request)
        return update(site, request, updates[0], fields)
    if queries:
        try:
            return query(site, request, queries[0], fields)
        except KgError as e:
            if _prefers_page(request):
                return query_page(site, request, queries[0], error=e)
            raise
    if request.method == "POST":
        raise Refused(400, "the form has no query=…")
    if strange := [key for key, _ in fields if key not in ("lang", "as")]:
        raise Refused(400, f"{strange[0]}=… without query=…")
    return _introduction(site, request)


def _posted(request: Request) -> list[tuple[str, str]]:
    """What the body of a request says, as fields."""
    kind = request.content_type
    if kind == FORM:
        return decoded(request.text())
    if kind in (QUERY, UPDATE):
        return [("query" if kind == QUERY else "update", request.text())]
    raise Refused(415, f"Content-Type: {QUERY}, {UPDATE} or {FORM} is wanted, not {kind or 'nothing'}")


def _introduction(site: Site, request: Request) -> Response:
    media = results.media_for(request, [*results.GRAPHS, HTML])
    if media == HTML:
        return query_page(site, request)
    return Response(200, media, results.graph(description(site, request), results.GRAPHS[media], site.limits).body)


def _prefers_page(request: Request) -> bool:
    try:
        return results.media_for(request, [*results.ROWS, HTML]) == HTML
    except KgError:
        return False


def query(site: Site, request: Request, text: str, fields: list[tuple[str, str]]) -> Response:
    """The result of a query over the graphs that the protocol names, else the query, else all of ours.

    Prefixes of ours need no declaration.
    """
    screen(text, site.limits)
    try:
        found: Any = site.graph.embedded().query(
            text, base_iri=site.address(request, request.raw), prefixes=_prefixes(text), **_dataset(site, text, fields)
        )
        if isinstance(found, ox.QuerySolutions | ox.QueryBoolean):
            media = results.media_for(request, [*results.ROWS, HTML])
            if media == HTML:
                return _page(site, request, text, found)
            done = results.rows(found, results.ROWS[media], site.limits)
        else:
            media = results.media_for(request, [*results.GRAPHS, HTML])
            if media == HTML:
                return _page(site, request, text, found)
            done = results.graph(found, results.GRAPHS[media], site.limits, site.limits.rows)
    except SyntaxError as e:
        raise BadQuestion(f"the query is not SPARQL 1.1: {fault(e)}") from None
    except (RuntimeError, ValueError, OSError) as e:
        raise BadQuestion(f"the query cannot be answered: {e!s:.400}") from None
    lasting = not done.cut and not _is_fleeting(text)
    headers = (("Partial-Answer", done.cut),) if done.cut else ()
    return Response(200, media, done.body, headers, lasting)


def _page(site: Site, request: Request, text: str, found: Any) -> Response:
    shown = query_page(site, request, text, found)
    return shown._replace(lasting=shown.lasting and not _is_fleeting(text))


def _prefixes(text: str) -> dict[str, str]:
    """Those of our prefixes that a query may use: each takes the parser some time."""
    return {name: base for name, base in PREFIXES.items() if f"{name}:" in text}


def _is_fleeting(text: str) -> bool:
    upper = text.upper()
    return any(word in upper for word in _FLEETING) and bool(_FLEETING & keywords(text))


def _dataset(site: Site, text: str, fields: list[tuple[str, str]]) -> dict[str, Any]:
    default, named = (
        [ox.NamedNode(iri) for name, iri in fields if name == f"{kind}-graph-uri"] for kind in ("default", "named")
    )
    if default or named:
        return {"default_graph": default, "named_graphs": named}
    return {} if names_dataset(text) else getattr(site.graph.engine, "dataset", {})
