"""`kg serve` passes the W3C's tests of its protocols, and whatever does not is told so by their runner."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest

from kg.remote import Addresses, addresses
from tests import conformance
from tests.conformance import Failed, lacking, run
from tests.engines import empty_oxigraph, free_port, program, running
from tests.manifests import RDF, Case, Step, cases
from tests.service_description import faults

pytestmark = pytest.mark.xdist_group("serve")
CASES = {f"{case.suite}/{case.name}": case for case in cases()}
#: What `oxigraph serve` does otherwise, so that the runner is known to pass and to fail what others wrote.
OXIGRAPH = {
    "graph-store-protocol/head_existing_direct": "media type untold",
    "graph-store-protocol/head_existing_indirect": "media type untold",
    "graph-store-protocol/post_get_post_get_direct": "multipart/form-data",
    "graph-store-protocol/post_get_post_get_indirect": "multipart/form-data",
    "protocol/bad_update_get": "status 200, not 4xx",
    "protocol/query_content_type_construct": "media type application/n-quads",
    "protocol/query_content_type_describe": "media type application/n-quads",
    "service-description/returns-rdf": "media type application/n-quads",
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Addresses]:
    port = free_port()
    command = [program("kg"), "serve", "memory:", "--allow-update", "--empty", "--port", str(port)]
    root = f"http://127.0.0.1:{port}"
    with running(command, tmp_path_factory.mktemp("serve"), f"{root}/"):
        yield Addresses(f"{root}/sparql", f"{root}/sparql", f"{root}/graph-store")


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_served_as_the_w3c_says(case: Case, served: Addresses) -> None:
    run(case, served)


def test_all_tests_are_there() -> None:
    suites = [case.suite for case in CASES.values()]
    wanted = {"protocol": 34, "graph-store-protocol": 14, "service-description": 3}  # counted in the manifests
    assert {suite: suites.count(suite) for suite in set(suites)} == wanted
    assert len(CASES) == 51


def test_another_server_passes_but_for_what_is_known(tmp_path: Path) -> None:
    told = {}
    with empty_oxigraph(tmp_path) as address:
        for name, case in CASES.items():
            try:
                run(case, addresses(address))
            except Failed as e:
                told[name] = str(e)
    assert told.keys() == OXIGRAPH.keys()
    assert not {name: told[name] for name, why in OXIGRAPH.items() if why not in told[name]}


class Reply(NamedTuple):
    """What the stub answers; status 0 hangs up."""

    status: int = 200
    media: str = ""
    body: str = ""
    location: str = ""


class Stub:
    """A server that gives these replies in turn, and keeps what it was sent; it says yes to the runner's DROP ALL."""

    def __init__(self, *replies: Reply):
        self.replies = list(replies)
        self.got: list[tuple[str, str, dict[str, str], bytes]] = []

    def reply(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        if body.startswith(b"update=DROP+ALL"):
            return Reply(204)
        self.got.append((method, path, headers, body))
        return self.replies.pop(0)

    @contextmanager
    def serving(self) -> Iterator[Addresses]:
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                sent = {name.lower(): value for name, value in self.headers.items()}
                body = self.rfile.read(int(sent.get("content-length", 0)))
                told = stub.reply(self.command, self.path, sent, body)
                if not told.status:
                    return
                self.send_response(told.status)
                for name, value in (("Content-Type", told.media), ("Location", told.location)):
                    if value:
                        self.send_header(name, value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(told.body.encode())

            do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = answer

            def log_message(self, *_: object) -> None:
                pass

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
            root = f"http://127.0.0.1:{server.server_port}"
            try:
                yield Addresses(f"{root}/query", f"{root}/update", f"{root}/graphs")
            finally:
                server.shutdown()


JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
YES, NO = '{"head": {}, "boolean": true}', '{"head": {}, "boolean": false}'
XML_YES = '<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head/><boolean>true</boolean></sparql>'
TABLE = '{"head": {"vars": ["value"]}, "results": {"bindings": []}}'
TURTLE = "text/turtle; charset=utf-8"
ALICE = "@prefix v: <http://www.w3.org/2006/vcard/ns#> . [] a <http://xmlns.com/foaf/0.1/Person> ; "
ALICE += '<http://xmlns.com/foaf/0.1/businessCard> [ v:given-name "Alice" ; a v:VCard ] .'
SERVICE = "@prefix sd: <http://www.w3.org/ns/sparql-service-description#> . [] a sd:Service ; sd:endpoint "
NEW = Reply(201, location="/graphs/7?a=1&b=2")
RIGHT = [
    ("protocol/query_get", [Reply(200, JSON, YES)]),
    ("protocol/query_get", [Reply(200, f"{XML}; charset=UTF-8", XML_YES)]),
    ("protocol/query_content_type_select", [Reply(200, JSON, TABLE)]),
    ("protocol/query_content_type_select", [Reply(200, "text/csv; header=present", "value\r\n1\r\n")]),
    ("protocol/query_content_type_select", [Reply(200, "text/tab-separated-values", "?value\n1\n")]),
    ("protocol/query_content_type_construct", [Reply(200, TURTLE, "<s> <p> 1 .")]),
    ("protocol/query_content_type_describe", [Reply(200, "application/n-triples")]),
    ("protocol/bad_query_syntax", [Reply(400)]),
    ("protocol/update_post_direct", [Reply(204)]),
    ("protocol/update_base_uri", [Reply(204), Reply(200, JSON, YES)]),
    ("graph-store-protocol/post_get_new_graph", [NEW, Reply(200, TURTLE, ALICE)]),
    ("graph-store-protocol/head_existing_direct", [Reply(201), Reply(200, TURTLE)]),
    ("graph-store-protocol/head_non_existing_direct", [Reply(404)]),
    ("service-description/returns-rdf", [Reply(200, TURTLE, "<s> <p> <o> .")]),
    ("service-description/has-endpoint-triple", [Reply(200, TURTLE, SERVICE + "<query> .")]),
    ("service-description/conforms-to-schema", [Reply(200, TURTLE, SERVICE + "<query> .")]),
]
WRONG = [
    ("protocol/query_get", [Reply(0)], "no answer"),
    ("protocol/query_get", [Reply(404, JSON, YES)], "status 404, not 2xx or 3xx"),
    ("protocol/query_get", [Reply(500, body="out of order")], r"status 500, not 2xx or 3xx \(out of order\)"),
    ("protocol/query_get", [Reply(200, "", YES)], "media type untold"),
    ("protocol/query_get", [Reply(200, "text/html", YES)], "media type text/html"),
    ("protocol/query_get", [Reply(200, "text/csv", "value\n1\n")], "media type text/csv"),
    ("protocol/query_get", [Reply(200, f"{JSON}; charset=utf-16", YES)], "charset utf-16"),
    ("protocol/query_get", [Reply(200, JSON, NO)], "boolean is false, not true"),
    ("protocol/query_get", [Reply(200, JSON, "true")], "body is no"),
    ("protocol/query_get", [Reply(200, XML, YES)], "body is no"),
    ("protocol/query_get", [Reply(200, JSON, TABLE)], "tabular, not boolean"),
    ("protocol/query_content_type_select", [Reply(200, JSON, YES)], "boolean, not tabular"),
    ("protocol/query_content_type_select", [Reply(200, "text/csv", "a,b\r\n1\r\n")], r"rows of \[1, 2\] cells"),
    ("protocol/query_content_type_select", [Reply(200, "text/csv", 'a\r\n"1')], "body is no text/csv"),
    ("protocol/query_content_type_select", [Reply(200, "text/csv")], "body is no text/csv"),
    ("protocol/query_content_type_select", [Reply(200, TURTLE, "<s> <p> 1 .")], "media type text/turtle"),
    ("protocol/query_content_type_construct", [Reply(200, JSON, TABLE)], "media type application/sparql-results"),
    ("protocol/query_content_type_construct", [Reply(200, TURTLE, "<s> <p> 1")], "body is no text/turtle"),
    ("protocol/query_content_type_construct", [Reply(200, "application/n-triples", "<s> <p> 1 .")], "body is no"),
    ("protocol/bad_query_syntax", [Reply(200, JSON, YES)], "status 200, not 4xx"),
    ("protocol/bad_update_get", [Reply(500)], "status 500, not 4xx"),
    ("protocol/update_base_uri", [Reply(204), Reply(200, JSON, NO)], "boolean is false"),
    ("graph-store-protocol/post_get_new_graph", [Reply(204)], "status 204, not 201"),
    ("graph-store-protocol/post_get_new_graph", [Reply(201)], "no Location"),
    ("graph-store-protocol/post_get_new_graph", [NEW, Reply(200, TURTLE, ALICE.replace("Alice", "Bob"))], "another"),
    ("graph-store-protocol/post_get_new_graph", [NEW, Reply(200, TURTLE, f"{ALICE} [] a 1 .")], "another graph"),
    ("graph-store-protocol/post_get_new_graph", [NEW, Reply(200, TURTLE)], r"has besides \[\]"),
    ("graph-store-protocol/post_get_new_graph", [NEW, Reply(200, "application/n-triples")], "not text/turtle"),
    ("graph-store-protocol/head_existing_direct", [Reply(201), Reply(200)], "media type untold"),
    ("graph-store-protocol/head_non_existing_direct", [Reply(200, TURTLE)], "status 200, not 404"),
    ("service-description/returns-rdf", [Reply(200, "text/html", "<p>")], "media type text/html"),
    ("service-description/returns-rdf", [Reply(404, TURTLE)], "status 404"),
    ("service-description/has-endpoint-triple", [Reply(200, TURTLE, SERVICE + "<elsewhere> .")], "no endpoint is this"),
    ("service-description/conforms-to-schema", [Reply(200, TURTLE)], "no sd:Service"),
]


@pytest.mark.parametrize(("name", "replies"), RIGHT)
def test_right_replies_pass(name: str, replies: list[Reply]) -> None:
    stub = Stub(*replies)
    with stub.serving() as where:
        run(CASES[name], where)
    assert not stub.replies


@pytest.mark.parametrize(("name", "replies", "why"), WRONG)
def test_wrong_replies_are_told(name: str, replies: list[Reply], why: str) -> None:
    stub = Stub(*replies)
    with stub.serving() as where, pytest.raises(Failed, match=why):
        run(CASES[name], where)
    assert not stub.replies


def sent(name: str, *replies: Reply) -> list[tuple[str, str, dict[str, str], bytes]]:
    stub = Stub(*replies)
    with stub.serving() as where:
        run(CASES[name], where)
    return stub.got


def test_requests_are_sent_as_the_manifests_say() -> None:
    ((method, path, headers, body),) = sent("protocol/bad_query_non_utf8", Reply(400))
    assert (method, path) == ("POST", "/query")
    assert headers["content-type"] == "application/sparql-query; charset=UTF-16"
    assert body in (b"\xff\xfeA\0S\0K\0 \0{\0}\0", b"\xfe\xff\0A\0S\0K\0 \0{\0}")  # with a byte order mark
    ((method, path, headers, body),) = sent("protocol/bad_query_missing_form_type", Reply(400))
    assert headers.keys() == {"host", "content-length"}
    assert body == b"query=ASK%20%7B%7D"
    ((method, path, headers, body),) = sent("protocol/bad_update_get", Reply(400))
    assert (method, path, body) == ("GET", "/update?update=CLEAR%20ALL", b"")
    assert [path for _, path, *_ in sent("protocol/update_base_uri", Reply(), Reply(200, JSON, YES))] == [
        "/update",
        "/query",
    ]


def test_a_new_graph_is_asked_for_by_its_location() -> None:
    first, second = sent("graph-store-protocol/post_get_new_graph", NEW, Reply(200, TURTLE, ALICE))
    assert first[:2] == ("POST", "/graphs")
    assert second[0] == "GET"
    assert re.fullmatch(r"/graphs\?graph=http%3A%2F%2F127\.0\.0\.1%3A\d+%2Fgraphs%2F7%3Fa%3D1%26b%3D2", second[1])


def test_a_location_is_put_into_bodies_too() -> None:
    asking = Step("POST", "/sparql/", {}, b"ASK { GRAPH <$LOCATION$> {} }", ["2xx"], "", "", "", "", None)
    made = asking._replace(statuses=["201"], location="$LOCATION$", body=b"")
    stub = Stub(Reply(201, location="http://example.org/7"), Reply())
    with stub.serving() as where:
        run(Case("protocol", "query", "", {}, [made, asking]), where)
    assert stub.got[1][3] == b"ASK { GRAPH <http://example.org/7> {} }"


class Strict(Stub):
    """A stub that keeps what prepares the store too, and answers it from its replies."""

    def reply(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        self.got.append((method, path, headers, body))
        return self.replies.pop(0)


def test_the_store_is_emptied_and_filled_before() -> None:
    stub = Strict(Reply(204), Reply(200, JSON, YES))
    with stub.serving() as where:
        run(CASES["protocol/query_dataset_default_graphs_get"], where)
    (update,) = parse_qs(stub.got[0][3].decode())["update"]
    first, second = sorted(re.findall(r"GRAPH <(.*?)> { (.*?) \. } ", " ".join(update.split())))
    data, kind = "http://kasei.us/2009/09/sparql/data/data", f"<{RDF}type> <http://xmlns.com/foaf/0.1/Document>"
    assert update.startswith("DROP ALL; INSERT DATA {")
    assert first == (f"{data}1.rdf", f"<{data}1.rdf> {kind}")
    assert second == (f"{data}2.rdf", f"<{data}2.rdf> {kind}")


def test_a_store_that_cannot_be_emptied_is_told() -> None:
    with Strict(Reply(403)).serving() as where, pytest.raises(Failed, match="could not be prepared: status 403"):
        run(CASES["protocol/query_get"], where)


GOOD = """
<s> a sd:Service ; sd:endpoint <e> ; sd:supportedLanguage sd:SPARQL11Query, sd:SPARQL11Update ;
    sd:feature sd:UnionDefaultGraph, sd:EmptyGraphs, <http://example.org/feature> ;
    sd:resultFormat <http://www.w3.org/ns/formats/SPARQL_Results_JSON> ; sd:availableGraphs <d> ;
    sd:defaultDataset <d> .
<d> a sd:Dataset ; sd:defaultGraph [ a sd:Graph ] ; sd:namedGraph <n>, [ sd:name <g2> ] .
<n> a sd:NamedGraph ; sd:name <g> ; sd:graph [ <http://rdfs.org/ns/void#triples> 3 ] .
"""
BAD = [
    ("<s> a sd:Service ; sd:endpoint <e> .", "", "no sd:Service is described"),
    ("sd:endpoint <e> ;", "", "has 0 sd:endpoint, not 1"),
    ("sd:endpoint <e> ;", "sd:endpoint 'e' ;", "is no IRI"),
    ("sd:endpoint <e> ;", "sd:endpoint [] ;", "is no IRI"),
    ("sd:SPARQL11Query,", "sd:SPARQL12Query,", "sd:SPARQL12Query is no term"),
    ("sd:SPARQL11Query,", "sd:EmptyGraphs,", "is no sd:Language"),
    ("sd:SPARQL11Query,", "'SPARQL 1.1',", "is no resource"),
    ("sd:UnionDefaultGraph,", "sd:unionDefaultGraph,", "sd:unionDefaultGraph is no term"),
    ("sd:UnionDefaultGraph,", "<d>,", "is no sd:Feature"),
    ("sd:resultFormat <http", "sd:resultFormat [], <http", "is no IRI"),
    ("sd:resultFormat", "sd:resultsFormat", "sd:resultsFormat is no term"),
    ("a sd:Dataset", "a sd:DataSet", "sd:DataSet is no term"),
    ("sd:defaultDataset <d>", "sd:defaultDataset <n>", "is no sd:Dataset"),
    ("sd:defaultDataset <d>", "sd:defaultDataset <d>, <d2>", "has 2 sd:defaultDataset, not 1"),
    ("sd:defaultGraph [ a sd:Graph ]", "sd:defaultGraph [], []", "has 2 sd:defaultGraph, not 1"),
    ("sd:defaultGraph [ a sd:Graph ]", "sd:defaultGraph <s>", "is no sd:Graph"),
    ("sd:name <g> ;", "", "has 0 sd:name, not 1"),
    ("sd:name <g2>", "a sd:NamedGraph", "has 0 sd:name, not 1"),
    ("sd:name <g> ;", "sd:name <g>, <g3> ;", "has 2 sd:name, not 1"),
    ("a sd:NamedGraph ;", "a sd:Graph ;", "has sd:name and is no sd:NamedGraph"),
    ("<d> a sd:Dataset", "<s2> sd:endpoint <e> . <d> a sd:Dataset", "is the endpoint of 2 services"),
]


def described(turtle: str) -> list[ox.Triple]:
    text = f"@prefix sd: <http://www.w3.org/ns/sparql-service-description#> . {turtle}"
    return [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri="http://example.org/")]


def test_a_right_service_description_conforms() -> None:
    assert faults(described(GOOD)) == []


@pytest.mark.parametrize(("old", "new", "why"), BAD)
def test_a_wrong_service_description_is_told(old: str, new: str, why: str) -> None:
    wrong = "" if why.startswith("no sd:Service") else GOOD.replace(old, new)
    assert wrong != GOOD
    assert any(why in fault for fault in faults(described(wrong)))


def test_by_hand_it_tells_each_test_and_why(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = [CASES[f"protocol/{name}"] for name in ("bad_query_syntax", "query_get", "update_post_direct")]
    monkeypatch.setattr(conformance, "cases", lambda: chosen)
    stub = Stub(Reply(400), Reply(200, JSON, NO))
    with stub.serving() as where:
        monkeypatch.setattr("sys.argv", ["conformance", "--query", where.query])
        assert conformance.main() == 3
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "pass protocol/bad_query_syntax"
    assert told[1].startswith("FAIL protocol/query_get: GET ") and told[1].endswith("the boolean is false, not true")
    assert told[2:] == ["-    protocol/update_post_direct: needs --update", "1 of 2 pass"]


def test_what_cannot_be_run_without_an_address() -> None:
    read_only, no_graphs = Addresses("http://q", ""), Addresses("http://q", "http://u")
    assert lacking(CASES["protocol/query_dataset_full"], read_only) == "update"  # graphs to be put there
    assert lacking(CASES["protocol/query_get"], read_only) == ""
    assert lacking(CASES["graph-store-protocol/put_get_default"], no_graphs) == "graph-store"
    assert not any(lacking(case, no_graphs) for name, case in CASES.items() if not name.startswith("graph"))
