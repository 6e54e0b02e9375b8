"""The W3C's test manifests as Python: what each test sends and what it tells of the responses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

FOLDER = Path(__file__).parent / "w3c"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
HT = "http://www.w3.org/2011/http#"
CNT = "http://www.w3.org/2011/content#"
UT = "http://www.w3.org/2009/sparql/tests/test-update#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
#: The names of http-statusCodes as a manifest uses them; a name of another kind is an error.
STATUS = {"OK": "200", "Created": "201", "NoContent": "204", "NotFound": "404"}
STATUS |= {f"StatusCode{n}xx": f"{n}xx" for n in (2, 3, 4)}


class Step(NamedTuple):
    """A request of a test, and what the manifest tells of its response: "" and None where it tells nothing."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    statuses: list[str]  # 201, 2xx
    format: str  # boolean, tabular, RDF
    boolean: str  # true, false
    location: str  # the variable that stands for the Location in later requests
    media: str
    graph: str | None  # in `media`


class Case(NamedTuple):
    """A test: its folder and name, what the store holds (N-Triples by graph), and its requests in order."""

    suite: str
    name: str
    title: str
    data: dict[str, str]
    steps: list[Step]


class Node(NamedTuple):
    """A node of a manifest."""

    store: ox.Store
    term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

    def all(self, predicate: str) -> list[Node]:
        """What it has under a predicate, in no order."""
        assert not isinstance(self.term, ox.Literal | ox.Triple)
        found = self.store.quads_for_pattern(self.term, ox.NamedNode(predicate), None)
        return [Node(self.store, quad.object) for quad in found]

    def one(self, predicate: str) -> Node | None:
        """The one node that it has under a predicate, or None."""
        found = self.all(predicate)
        assert len(found) < 2, (self.term, predicate)
        return found[0] if found else None

    def text(self, predicate: str) -> str:
        """The text or IRI that it has under a predicate, or ""."""
        return found.value if (found := self.one(predicate)) else ""

    def items(self, predicate: str) -> Iterator[Node]:
        """The members, in order, of the list that it has under a predicate."""
        rest = self.one(predicate)
        while rest and (first := rest.one(f"{RDF}first")):
            yield first
            rest = rest.one(f"{RDF}rest")

    @property
    def value(self) -> str:
        """Its text or IRI."""
        assert not isinstance(self.term, ox.Triple)
        return self.term.value

    @property
    def headers(self) -> dict[str, str]:
        """The headers of a request or a response, by lower-case name."""
        return {h.text(f"{HT}fieldName").lower(): h.text(f"{HT}fieldValue") for h in self.items(f"{HT}headers")}


def cases() -> list[Case]:
    """All tests of all manifests, by folder and name."""
    found = []
    for manifest in FOLDER.glob("*/manifest*.ttl"):
        store = ox.Store()
        store.load(path=str(manifest), format=ox.RdfFormat.TURTLE, base_iri=manifest.as_uri())
        for kind in ("ProtocolTest", "GraphStoreProtocolTest", "ServiceDescriptionTest"):
            tests = store.quads_for_pattern(None, ox.NamedNode(f"{RDF}type"), ox.NamedNode(f"{MF}{kind}"))
            found += [_case(manifest.parent, Node(store, quad.subject)) for quad in tests]
    return sorted(found, key=lambda case: (case.suite, case.name))


def _case(folder: Path, test: Node) -> Case:
    data = {
        given.text(f"{RDFS}label"): (folder / given.text(f"{UT}graph").rpartition("/")[2]).read_text("utf-8")
        for given in test.all(f"{UT}graphData")
    }
    action = test.one(f"{MF}action")
    steps = [_step(request) for request in action.items(f"{HT}requests")] if action else []
    return Case(folder.name, test.value.rpartition("#")[2], test.text(f"{MF}name"), data, steps)


def _step(request: Node) -> Step:
    sent, told = request.one(f"{HT}body"), request.one(f"{HT}resp")
    assert told, request
    wanted = told.one(f"{HT}body")
    return Step(
        method=request.text(f"{HT}methodName"),
        path=request.text(f"{HT}absolutePath"),
        headers=request.headers,
        body=sent.text(f"{CNT}chars").encode(sent.text(f"{CNT}characterEncoding")) if sent else b"",
        statuses=sorted(STATUS[status.value.rpartition("#")[2]] for status in told.all(f"{MF}expectedStatus")),
        format=told.text(f"{MF}expectedFormat"),
        boolean=told.text(f"{MF}expectedBoolean"),
        location=told.text(f"{MF}expectedLocation"),
        media=told.headers.get("content-type", "").partition(";")[0],
        graph=wanted.text(f"{CNT}chars") if wanted else None,
    )
