"""A site: a graph and its resources, which answer requests one by one. It knows nothing of sockets and processes.

A resource is a module of kg/web/resources with `PATH`, a pattern of paths, `METHODS`, and `respond(site, request,
*groups of the pattern) -> Response`; it raises KgError for what a client did wrong.
"""

from __future__ import annotations

import re
from functools import cache, cached_property
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from kg.errors import KgError
from kg.graph import Graph
from kg.web.http import HTML, JSON, PROBLEM, Refused, Request, Response

#: A Host header.
HOST = re.compile(r"[A-Za-z0-9._-]{1,255}(:\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:\d{1,5})?")


class Limits(NamedTuple):
    """What one request may take; times in seconds, sizes in bytes."""

    seconds: float = 30.0
    memory: int = 1 << 30
    rows: int = 100_000
    answer: int = 64 << 20
    length: int = 64 << 10  # of a query
    nesting: int = 200  # of brackets
    steps: int = 100  # of a property path
    body: int = 16 << 20  # of an update or a graph, on a scratch store


class Site:
    """A graph at a public address (`base`, without a slash at its end; "" where links are best relative to the root).

    `writable` is a scratch store that may be changed.
    """

    def __init__(self, graph: Graph, base: str = "", limits: Limits | None = None, writable: bool = False):
        self.graph, self.base = graph, base.rstrip("/")
        self.limits, self.writable = limits or Limits(), writable

    @cached_property
    def version(self) -> str:
        """The version of the graph; "" for a scratch store, which has none that lasts."""
        return "" if self.writable else self.graph.version()

    def address(self, request: Request, path: str) -> str:
        """The absolute address of a path here, as the client of a request sees it."""
        host = request.headers.get("host", "")
        return f"{self.base or 'http://' + (host if HOST.fullmatch(host) else 'localhost')}{path}"

    def respond(self, request: Request) -> Response:
        """The answer of the resource at a path; errors are told as problem documents."""
        try:
            return self._respond(request)
        except KgError as e:
            return self._complaint(request, e)

    def _complaint(self, request: Request, error: KgError) -> Response:
        """An error as a page for who reads pages, else as a problem document."""
        from kg.web.pages import Reader, complaint, page, status_of

        refused = error if isinstance(error, Refused) else Refused(status_of(error), str(error))
        try:
            if request.best([PROBLEM, JSON, HTML]) == HTML and self.version:
                reader = Reader(self, request)
                shown = page(reader, reader.say("wrong"), complaint(reader, refused), status=refused.status)
                return shown._replace(headers=shown.headers + refused.headers, lasting=False)
        except KgError:
            pass
        return refused.response()

    def _respond(self, request: Request) -> Response:
        for pattern, resource in _routes():
            found = pattern.fullmatch(request.path)
            if not found:
                continue
            method = "GET" if request.method == "HEAD" else request.method
            if method not in resource.METHODS:
                allowed = ", ".join([*resource.METHODS, *(["HEAD"] if "GET" in resource.METHODS else [])])
                raise Refused(405, f"{request.method} is not for {request.path}: {allowed}", (("Allow", allowed),))
            response: Response = resource.respond(self, request, *found.groups())
            return response
        raise Refused(404, f"nothing is at {request.path}; / is the front door")


@cache
def resources() -> list[Any]:
    """All resources, by discovery."""
    names = sorted(path.stem for path in (Path(__file__).parent / "resources").glob("[a-z]*.py"))
    return [import_module(f"kg.web.resources.{name}") for name in names]


@cache
def _routes() -> list[tuple[re.Pattern[str], Any]]:
    return [(re.compile(resource.PATH), resource) for resource in resources()]
