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
from collections.abc import Iterable
from typing import NamedTuple

import pyoxigraph as ox

from kg.errors import BadQuestion, StoreProblem

TRIES = 4
_AGAIN = (429, 502, 503, 504)  # what may go through later
_LONGEST = 600  # seconds


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
        basic, digest = urllib.request.HTTPBasicAuthHandler(found), urllib.request.HTTPDigestAuthHandler(found)
        self._opener = urllib.request.build_opener(basic, digest)

    def update(self, text: str) -> None:
        """Run an update; StoreProblem where the store refuses it, or does not answer after some tries."""
        form = urllib.parse.urlencode({"update": text}).encode()
        self._send(self.where.update, form, {"Content-Type": "application/x-www-form-urlencoded"}, "POST")

    def put(self, graph: str, lines: Iterable[str], add: bool = False) -> None:
        """Make a graph what these lines of N-Triples say, or `add` them to it, by the Graph Store Protocol."""
        address = f"{self.where.graph_store}?{urllib.parse.urlencode({'graph': graph})}"
        headers = {"Content-Type": "application/n-triples"}
        self._send(address, "".join(lines).encode(), headers, "POST" if add else "PUT")

    def rows(self, query: str) -> list[dict[str, str]]:
        """The rows of a SELECT, as texts."""
        raw = self._ask(query, "application/sparql-results+json")
        found = ox.parse_query_results(raw, format=ox.QueryResultsFormat.JSON)
        assert isinstance(found, ox.QuerySolutions)
        names = [v.value for v in found.variables]
        return [{name: str(getattr(row[name], "value", "")) for name in names} for row in found]

    def triples(self, graph: str) -> list[ox.Triple]:
        """What stands in a graph."""
        raw = self._ask(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}", "application/n-triples")
        return [quad.triple for quad in ox.parse(raw, format=ox.RdfFormat.N_TRIPLES)]

    def count(self, graph: str) -> int:
        """How many triples stand in a graph."""
        (row,) = self.rows(f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
        return int(row["n"])

    def _ask(self, query: str, accept: str) -> bytes:
        form = urllib.parse.urlencode({"query": query}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": accept}
        return self._send(self.where.query, form, headers, "POST")

    def _send(self, address: str, body: bytes, headers: dict[str, str], method: str) -> bytes:
        for left in reversed(range(TRIES)):
            request = urllib.request.Request(address, body, headers, method=method)
            try:
                with self._opener.open(request, timeout=_LONGEST) as response:
                    content: bytes = response.read()
                    return content
            except urllib.error.HTTPError as e:
                told = e.read().decode(errors="replace").strip().splitlines()
                if e.code in (401, 403):
                    hint = "set EIC_STORE_USER and EIC_STORE_PASSWORD, or write a netrc"
                    raise StoreProblem(f"{address} does not let us in ({e.code}); {hint}") from None
                if e.code not in _AGAIN or not left:
                    raise StoreProblem(f"{address} answers {e.code}: {' '.join(told)[:200] or e.reason}") from None
            except OSError as e:
                if not left:
                    raise StoreProblem(f"{address} does not answer: {e}") from None
            time.sleep(0.5 * 2 ** (TRIES - 1 - left))  # a busy store is left alone for longer each time
        raise AssertionError("the last try returns or raises")


def _credentials(host: str) -> tuple[str, str] | None:
    user, password = os.environ.get("EIC_STORE_USER"), os.environ.get("EIC_STORE_PASSWORD")
    if user and password is not None:
        return user, password
    try:
        found = netrc.netrc().authenticators(host)
    except (OSError, netrc.NetrcParseError):
        return None
    return (found[0], found[2] or "") if found else None
