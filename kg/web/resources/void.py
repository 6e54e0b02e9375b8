"""The data set in VoID, where its note on well-known addresses wants it."""

from __future__ import annotations

from kg.web import results
from kg.web.description import dataset
from kg.web.http import Request, Response
from kg.web.site import Site

PATH = r"/\.well-known/void"
METHODS = ("GET",)


def respond(site: Site, request: Request) -> Response:
    """What the data set is, of how many triples, and where it can be asked and fetched."""
    media = results.media_for(request, results.GRAPHS)
    return Response(200, media, results.graph(dataset(site, request), results.GRAPHS[media], site.limits).body)
