"""The W3C's tests of the SPARQL 1.1 Protocol, the Graph Store Protocol and Service Description, run against a server.

`python -m tests.conformance --query URL --update URL --graph-store URL` prints pass or FAIL and why for each test. Each
begins with DROP ALL: use a scratch store. Without an address for updates or graphs, tests that need it are not run.
Exit code 0, or 3 where a test fails.

What the manifests leave open is settled so:

- Redirects are not followed; connections are not kept; the paths /sparql/ and /gsp stand for the addresses given. A
  request of a test of updates goes to the address for updates, unless it is a query.
- A response whose Content-Type the manifest tells must have that media type, and UTF-8 if it names a charset.
- A graph comes as Turtle, N-Triples, RDF/XML or JSON-LD: N-Quads is for datasets, and RDFa is not read here.
- What a service description must be is in tests/service_description.py.
- A test that a manifest defines but does not list (head_non_existing_direct) is run too.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException, HTTPMessage, HTTPSConnection
from typing import NamedTuple
from urllib.parse import quote, urlencode, urljoin, urlsplit

import pyoxigraph as ox

from kg.remote import Addresses
from tests.manifests import Case, Step, cases
from tests.service_description import endpoints, faults

FORM = "application/x-www-form-urlencoded"
BOOLEAN = ("application/sparql-results+json", "application/sparql-results+xml")
TABULAR = (*BOOLEAN, "text/csv", "text/tab-separated-values")
GRAPH = ("text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json")
SECONDS = 30


class Failed(AssertionError):
    """What a server did that a test does not allow."""


class Answer(NamedTuple):
    """A response, and the address that gave it."""

    address: str
    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def media(self) -> str:
        """Its media type without parameters, in lower case; "" where none is told."""
        return str(self.headers.get("content-type", "")).partition(";")[0].strip().lower()


def run(case: Case, where: Addresses) -> None:
    """Run a test; Failed where the server does not what the manifest tells, with the request and the reason."""
    _prepare(case, where)
    if not case.steps:
        return _describe(case, where)
    known: dict[str, str] = {}
    for step in case.steps:
        address, body = _address(case, step, where), step.body
        for variable, value in known.items():
            address = address.replace(variable, quote(value, safe=""))
            body = body.replace(variable.encode(), value.encode())
        answer = send(step.method, address, step.headers, body)
        try:
            check(step, answer)
        except Failed as e:
            raise Failed(f"{step.method} {address}: {e}") from None
        if step.location:
            known[step.location] = urljoin(address, answer.headers["location"])
    return None


def _prepare(case: Case, where: Addresses) -> None:
    """Empty the store and put the test's graphs there."""
    if not where.update:
        return
    data = "".join(f"GRAPH <{graph}> {{ {lines} }} " for graph, lines in case.data.items())
    text = f"DROP ALL; INSERT DATA {{ {data}}}" if data else "DROP ALL"
    answer = send("POST", where.update, {"content-type": FORM}, urlencode({"update": text}).encode())
    if answer.status not in (200, 204):
        raise Failed(f"POST {where.update}: the store could not be prepared: status {answer.status} to {text[:60]!r}")


def _address(case: Case, step: Step, where: Addresses) -> str:
    if case.suite == "graph-store-protocol":
        return where.graph_store + step.path.removeprefix("/gsp")
    updates = "update" in case.name and step.headers.get("content-type") != "application/sparql-query"
    return (where.update if updates else where.query) + step.path.removeprefix("/sparql/")


def send(method: str, address: str, headers: dict[str, str], body: bytes = b"") -> Answer:
    """Send exactly this, and Host and Content-Length; Failed where nothing comes back that is HTTP."""
    parts = urlsplit(address)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.netloc, timeout=SECONDS)
    try:
        connection.putrequest(method, parts._replace(scheme="", netloc="").geturl() or "/", skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        if body or method in ("POST", "PUT"):
            connection.putheader("content-length", str(len(body)))
        connection.endheaders(body)
        response = connection.getresponse()
        return Answer(address, response.status, response.headers, response.read())
    except (OSError, HTTPException) as e:
        raise Failed(f"{method} {address}: no answer: {type(e).__name__} {e}") from None
    finally:
        connection.close()


def check(step: Step, answer: Answer) -> None:
    """Failed where a response is not what a step tells."""
    if not {str(answer.status), f"{answer.status // 100}xx"} & {*step.statuses}:
        told = " ".join(answer.body.decode(errors="replace").split())[:200]
        raise Failed(f"status {answer.status}, not {' or '.join(step.statuses)}" + (f" ({told})" if told else ""))
    if step.location and not answer.headers["location"]:
        raise Failed("no Location")
    if step.format == "RDF":
        triples(answer)
    elif step.format:
        _check_results(step, answer)
    if step.media:
        _check_media(answer, (step.media,))
    if step.graph is not None:
        wanted = ox.parse(step.graph, format=ox.RdfFormat.from_media_type(step.media), base_iri=answer.address)
        found, expected = _canonical(triples(answer)), _canonical(quad.triple for quad in wanted)
        if found != expected:
            lacks, besides = sorted(expected - found), sorted(found - expected)
            raise Failed(f"another graph, in canonical form: lacks {lacks}, has besides {besides}")


def _check_media(answer: Answer, accepted: tuple[str, ...]) -> None:
    if answer.media not in accepted:
        raise Failed(f"media type {answer.media or 'untold'}, not {' or '.join(accepted)}")
    if (charset := answer.headers.get_content_charset("utf-8")) != "utf-8":
        raise Failed(f"charset {charset}, not utf-8")


def _check_results(step: Step, answer: Answer) -> None:
    """The body reads as a boolean (the one that is told) or as a table."""
    _check_media(answer, BOOLEAN if step.format == "boolean" else TABULAR)
    try:
        kind, value = _results(answer)
    except (ValueError, SyntaxError, csv.Error) as e:
        raise Failed(f"the body is no {answer.media}: {e}") from None
    if kind != step.format:
        raise Failed(f"the results are {kind}, not {step.format}")
    if step.boolean and value != step.boolean:
        raise Failed(f"the boolean is {value}, not {step.boolean}")


def _results(answer: Answer) -> tuple[str, str]:
    """Whether results are boolean or tabular, and the boolean."""
    if answer.media == "text/csv":  # pyoxigraph writes it and reads it not
        widths = {len(row) for row in csv.reader(answer.body.decode().splitlines(), strict=True)}
        if len(widths) != 1:
            raise csv.Error(f"rows of {sorted(widths)} cells")
        return "tabular", ""
    results = ox.parse_query_results(answer.body, format=ox.QueryResultsFormat.from_media_type(answer.media))
    if isinstance(results, ox.QueryBoolean):
        return "boolean", str(bool(results)).lower()
    for _ in results:
        pass  # rows are read one by one, and so are their faults
    return "tabular", ""


def triples(answer: Answer) -> list[ox.Triple]:
    """The triples of a response, read as its Content-Type tells; Failed where that is none of RDF, or they are none."""
    _check_media(answer, GRAPH)
    try:
        format_ = ox.RdfFormat.from_media_type(answer.media)
        return [quad.triple for quad in ox.parse(answer.body, format=format_, base_iri=answer.address)]
    except (ValueError, SyntaxError) as e:
        raise Failed(f"the body is no {answer.media}: {e}") from None


def _canonical(found: Iterator[ox.Triple] | list[ox.Triple]) -> set[str]:
    dataset = ox.Dataset(ox.Quad(*triple) for triple in found)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in dataset}


def _describe(case: Case, where: Addresses) -> None:
    """The tests of service descriptions have no requests: only their names say what is meant."""
    accept = {} if case.name == "returns-rdf" else {"accept": ", ".join(GRAPH)}
    answer = send("GET", where.query, accept)
    try:
        if answer.status != 200:
            raise Failed(f"status {answer.status}, not 200")
        found = triples(answer)
        if case.name == "has-endpoint-triple" and where.query not in (named := endpoints(found)):
            raise Failed(f"no endpoint is this address, but {', '.join(named) or 'there is none'}")
        if case.name == "conforms-to-schema" and (told := faults(found)):
            raise Failed("; ".join(told))
    except Failed as e:
        raise Failed(f"GET {where.query}: {e}") from None


def lacking(case: Case, where: Addresses) -> str:
    """The address without which a test cannot be run: "update", "graph-store", or "" where it can."""
    if not where.graph_store and case.suite == "graph-store-protocol":
        return "graph-store"
    writes = case.data or "update" in case.name or case.suite == "graph-store-protocol"
    return "update" if writes and not where.update else ""


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--query", required=True, metavar="URL")
    parser.add_argument("--update", default="", metavar="URL")
    parser.add_argument("--graph-store", default="", metavar="URL")
    given = parser.parse_args()
    where, failed, ran = Addresses(given.query, given.update, given.graph_store), 0, 0
    for case in cases():
        if lack := lacking(case, where):
            print(f"-    {case.suite}/{case.name}: needs --{lack}")
            continue
        ran += 1
        try:
            run(case, where)
            print(f"pass {case.suite}/{case.name}")
        except Failed as e:
            failed += 1
            print(f"FAIL {case.suite}/{case.name}: {e}")
    print(f"{ran - failed} of {ran} pass")
    return 3 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
