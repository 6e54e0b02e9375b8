"""Writing to a SPARQL 1.1 store over http(s): updates, whole graphs, and what stands there, with retries.

Credentials come from $EIC_STORE_USER and $EIC_STORE_PASSWORD, else from the netrc file; they are sent when the store
asks for them (Basic or Digest) and stand in no message.
"""

from __future__ import annotations

import netrc
import os
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping
from http.client import HTTPException, HTTPResponse
from typing import NamedTuple, TypeVar
from urllib.request import Request

import pyoxigraph as ox

from kg.errors import BadQuestion, StoreProblem

TRIES = 4
_AGAIN = (429, 502, 503, 504)  # what may go through later
_LONGEST = 600  # seconds
_PIECE = 1 << 20  # bytes that are read at once
T = TypeVar("T")
_NAME = "set EIC_STORE_USER and EIC_STORE_PASSWORD, or write a netrc"
_ADDRESS = "is this where it takes queries? Oxigraph and Fuseki do at …/query, Virtuoso at …/sparql-auth"


class Addresses(NamedTuple):
    """Where a store is asked, updated, and, where it has such an address, given whole graphs."""

    query: str
    update: str
    graph_store: str = ""


def addresses(target: str, update: str = "", graph_store: str = "") -> Addresses:
    """The addresses of a store: those given, else by the habit of stores whose query address ends in /query (Oxigraph,
    Fuseki) or /sparql-auth (Virtuoso); elsewhere updates go where queries go.

    >>> addresses("http://localhost:7878/query").graph_store
    'http://localhost:7878/store'
    """
    if not target.startswith(("http://", "https://")):
        raise BadQuestion(f"{target}: the http(s) address of a store's queries is wanted")
    if "@" in urllib.parse.urlsplit(target).netloc:
        raise BadQuestion("no password in an address: set EIC_STORE_USER and EIC_STORE_PASSWORD, or write a netrc")
    base = target.removesuffix("/query")
    if base != target:
        return Addresses(target, update or f"{base}/update", graph_store or ("" if update else f"{base}/store"))
    if target.endswith("/sparql-auth"):
        graph_store = graph_store or f"{target.removesuffix('/sparql-auth')}/sparql-graph-crud-auth"
    return Addresses(target, update or target, graph_store)


class Remote:
    """A store at its addresses."""

    def __init__(self, where: Addresses):
        self.where = where
        found = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        for address in {one for one in where if one}:
            if known := _credentials(urllib.parse.urlsplit(address).hostname or ""):
                found.add_password(None, address, *known)
        self._opener = urllib.request.build_opener(_Basic(found), _Digest(found))
        self._server = ""

    def update(self, text: str) -> None:
        """Run an update; StoreProblem where the store refuses it, or does not answer after some tries."""
        form = urllib.parse.urlencode({"update": text}).encode()
        self._send(self.where.update, form, {}, "POST")

    def put(self, graph: str, lines: Iterable[bytes], add: bool = False) -> None:
        """Make a graph what these lines of N-Triples say, or `add` them to it, by the Graph Store Protocol."""
        # a transaction of Oxigraph takes six times as long, and whoever loads compares afterwards
        address = self._graph(graph) + ("&no_transaction" if self.has_bulk_loader() else "")
        headers = {"Content-Type": "application/n-triples"}
        self._send(address, b"".join(lines), headers, "POST" if add else "PUT")

    def has_bulk_loader(self) -> bool:
        """Whether the store is one that takes whole graphs past its transactions; known once it has answered."""
        return self._server.startswith("Oxigraph/")

    def rows(self, query: str) -> list[dict[str, str]]:
        """The rows of a SELECT, as texts."""
        raw = self._ask(query, "application/sparql-results+json")
        found = ox.parse_query_results(raw, format=ox.QueryResultsFormat.JSON)
        assert isinstance(found, ox.QuerySolutions)
        names = [v.value for v in found.variables]
        return [{name: str(getattr(row[name], "value", "")) for name in names} for row in found]

    def read(self, graph: str, take: Callable[[Iterator[bytes]], T]) -> T:
        """What `take` makes of the lines of N-Triples that stand in a graph, as they come in."""
        headers = {"Accept": "application/n-triples"}
        if not self.where.graph_store:
            form = {"query": f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"}
            return self._send(self.where.query, urllib.parse.urlencode(form).encode(), headers, "POST", _taken(take))
        try:
            return self._send(self._graph(graph), None, headers, "GET", _taken(take))
        except NotThere:
            return take(iter(()))

    def triples(self, graph: str) -> list[ox.Triple]:
        """What stands in a graph."""
        return self.read(
            graph, lambda lines: [quad.triple for quad in ox.parse(b"".join(lines), format=ox.RdfFormat.N_TRIPLES)]
        )

    def count(self, graph: str) -> int:
        """How many triples stand in a graph."""
        (row,) = self.rows(f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
        return int(row["n"])

    def holds(self, graph: str) -> bool:
        """Whether anything stands in a graph."""
        return bool(self.rows(f"SELECT ?s WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }} LIMIT 1"))

    def _graph(self, name: str) -> str:
        return f"{self.where.graph_store}?{urllib.parse.urlencode({'graph': name})}"

    def _ask(self, query: str, accept: str) -> bytes:
        form = urllib.parse.urlencode({"query": query}).encode()
        return self._send(self.where.query, form, {"Accept": accept}, "POST")

    def _send(
        self,
        address: str,
        body: bytes | None,
        headers: dict[str, str],
        method: str,
        take: Callable[[HTTPResponse], T] = HTTPResponse.read,  # type: ignore[assignment]  # then T is bytes
    ) -> T:
        """What `take` makes of the answer to a request; tried again, from the beginning, where that may help."""
        for left in reversed(range(TRIES)):
            request = Request(address, body, headers, method=method)
            try:
                with self._opener.open(request, timeout=_LONGEST) as response:
                    self._server = response.headers.get("Server", "")
                    return take(response)
            except urllib.error.HTTPError as e:
                told = e.read().decode(errors="replace").strip().splitlines()
                why = " ".join(told)[:200] or e.reason
                if e.code in (401, 403):
                    raise StoreProblem(f"{address} does not let us in ({e.code}: {why}); {_NAME}") from None
                if "permission" in why.lower() or "SR186" in why:  # Virtuoso answers so, with 500
                    hint = f"write through its address for it (…/sparql-auth), and {_NAME}"
                    raise StoreProblem(f"{address} does not let us change anything; {hint}") from None
                if e.code == 404 and method == "GET":
                    raise NotThere(f"{address} is not there") from None
                if e.code not in _AGAIN or not left:
                    hint = f"; {_ADDRESS}" if e.code in (404, 405) else ""
                    raise StoreProblem(f"{address} answers {e.code}: {why}{hint}") from None
            except (SyntaxError, ValueError) as e:
                if "AuthHandler" in str(e):  # it asks for a name in a way that is for those who have one
                    raise StoreProblem(f"{address} does not let us in; {_NAME}") from None
                raise StoreProblem(f"{address} answers in another form than was asked for: {e!s:.160}") from None
            except (OSError, HTTPException) as e:
                if not left:
                    raise StoreProblem(f"{address} does not answer: {e}") from None
            time.sleep(0.5 * 2 ** (TRIES - 1 - left))  # a busy store is left alone for longer each time
        raise AssertionError("the last try returns or raises")


class _Basic(urllib.request.HTTPBasicAuthHandler):
    """Basic authentication that, once asked by a server, answers it beforehand: a body would be sent twice, and a long
    one be cut off by a server that refuses before it has read all."""

    def __init__(self, known: urllib.request.HTTPPasswordMgr):
        super().__init__(known)
        self._answers: dict[str, str] = {}

    def retry_http_basic_auth(self, host: str, req: Request, realm: str) -> HTTPResponse | None:
        again: HTTPResponse | None = super().retry_http_basic_auth(host, req, realm)
        if again and req.has_header(self.auth_header):
            self._answers[_server(req)] = str(req.get_header(self.auth_header))
        return again

    def http_request(self, req: Request) -> Request:
        if _server(req) in self._answers and not req.has_header(self.auth_header):
            req.add_unredirected_header(self.auth_header, self._answers[_server(req)])
        return req

    https_request = http_request


class _Digest(urllib.request.HTTPDigestAuthHandler):
    """Digest authentication that, once asked by a server, answers it beforehand."""

    def __init__(self, known: urllib.request.HTTPPasswordMgr):
        super().__init__(known)
        self._asked: dict[str, Mapping[str, str]] = {}

    def get_authorization(self, req: Request, chal: Mapping[str, str]) -> str:
        self._asked[_server(req)] = chal
        return str(super().get_authorization(req, chal) or "")

    def http_request(self, req: Request) -> Request:
        asked = self._asked.get(_server(req))
        if asked and not req.has_header(self.auth_header) and (answer := self.get_authorization(req, asked)):
            req.add_unredirected_header(self.auth_header, f"Digest {answer}")
        return req

    https_request = http_request


def _server(req: Request) -> str:
    return urllib.parse.urlsplit(req.full_url).netloc


class NotThere(StoreProblem):
    """A graph that a graph store does not have."""


def _taken(take: Callable[[Iterator[bytes]], T]) -> Callable[[HTTPResponse], T]:
    return lambda response: take(_lines(response))


def _lines(response: HTTPResponse) -> Iterator[bytes]:
    """The triples of an answer, each a line of N-Triples, without comments and empty lines."""
    rest = b""
    while piece := response.read(_PIECE):
        lines = (rest + piece).splitlines(keepends=True)
        rest = b"" if lines[-1].endswith(b"\n") else lines.pop()
        yield from (line for line in lines if line.startswith((b"<", b"_")))
    if rest.startswith((b"<", b"_")):
        yield rest + b"\n"


def _credentials(host: str) -> tuple[str, str] | None:
    user, password = os.environ.get("EIC_STORE_USER"), os.environ.get("EIC_STORE_PASSWORD")
    if user and password is not None:
        return user, password
    try:
        found = netrc.netrc().authenticators(host)
    except (OSError, netrc.NetrcParseError):
        return None
    return (found[0], found[2] or "") if found else None
