"""A site: a graph and its resources, which answer requests one by one. It knows nothing of sockets and processes.

A resource is a module of kg/web/resources with `PATH`, a pattern of paths, `METHODS`, and `respond(site, request,
*groups of the pattern) -> Response`; it raises KgError for what a client did wrong.
"""

from __future__ import annotations

import re
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from kg.errors import BadQuestion, KgError, UnknownName
from kg.graph import Graph
from kg.terms import BASE
from kg.web.http import Refused, Request, Response


_HOST = re.compile(r"[A-Za-z0-9._-]{1,255}(:\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:\d{1,5})?")


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

    def link(self, iri: str) -> str:
        """Where a thing of ours is answered here: the address that pages link to; other IRIs stay as they are.

        >>> Site(None, "https://example.org/eic").link("https://w3id.org/eic/id/city/kyiv")
        'https://example.org/eic/id/city/kyiv'
        """
        return f"{self.base}/{iri.removeprefix(BASE)}" if iri.startswith(BASE) else iri

    def address(self, request: Request, path: str) -> str:
        """The absolute address of a path here, as the client of a request sees it."""
        host = request.headers.get("host", "")
        return f"{self.base or 'http://' + (host if _HOST.fullmatch(host) else 'localhost')}{path}"

    def respond(self, request: Request) -> Response:
        """The answer of the resource at a path; errors are told as problem documents."""
        try:
            return self._respond(request)
        except Refused as e:
            return e.response()
        except UnknownName as e:
            return Refused(404, str(e)).response()
        except BadQuestion as e:
            return Refused(400, str(e)).response()
        except KgError as e:
            return Refused(500, str(e)).response()

    def _respond(self, request: Request) -> Response:
        for resource in resources():
            found = re.fullmatch(resource.PATH, request.path)
            if not found:
                continue
            method = "GET" if request.method == "HEAD" else request.method
            if method not in resource.METHODS:
                allowed = ", ".join([*resource.METHODS, *(["HEAD"] if "GET" in resource.METHODS else [])])
                raise Refused(405, f"{request.method} is not for {request.path}: {allowed}", (("Allow", allowed),))
            response: Response = resource.respond(self, request, *found.groups())
            return response
        raise Refused(404, f"nothing is at {request.path}; / is the front door")


def resources() -> list[Any]:
    """All resources, by discovery."""
    if not _FOUND:
        names = sorted(path.stem for path in (Path(__file__).parent / "resources").glob("[a-z]*.py"))
        _FOUND.extend(import_module(f"kg.web.resources.{name}") for name in names)
    return _FOUND


_FOUND: list[Any] = []
