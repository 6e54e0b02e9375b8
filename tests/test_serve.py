"""`kg serve` as its users see it: over HTTP, with limits that stop what is too much, and say so."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest

import kg
from kg.generations import current
from tests.engines import free_port, program, running

pytestmark = pytest.mark.xdist_group("serve")
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
JSON = "application/sparql-results+json"


class Got(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    def problem(self) -> str:
        assert self.headers["content-type"] == "application/problem+json", self
        return str(json.loads(self.body)["detail"])


def get(address: str, method: str = "GET", data: bytes | None = None, **headers: str) -> Got:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(address, data, named, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return Got(answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read())
    except urllib.error.HTTPError as e:
        return Got(e.code, {k.lower(): v for k, v in e.headers.items()}, e.read())


def query(base: str, text: str, **headers: str) -> Got:
    return get(f"{base}/sparql?{urlencode({'query': text})}", "GET", None, **headers)


@contextmanager
def served(folder: Path, *arguments: str) -> Iterator[str]:
    port = free_port()
    command = [program("kg"), "serve", *arguments, "--port", str(port), "--log", str(folder / "requests.log")]
    with running(command, folder, f"http://127.0.0.1:{port}/health"):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("served")


@pytest.fixture(scope="module")
def site(store: Path, folder: Path) -> Iterator[str]:
    """Ours, with little patience: two seconds and 300 MB a request, 500 rows an answer, three requests a client."""
    copy = folder / "eic"
    shutil.copytree(store, copy)
    limits = ["--seconds", "2", "--memory", "300", "--rows", "500", "--per-client", "6", "--cors", "https://a.example"]
    with served(folder, str(copy), *limits) as address:
        yield address


def test_what_is_asked_over_http_is_what_is_asked_in_python(site: str, store: Path) -> None:
    graph = kg.open(store)
    text = "SELECT ?city ?label WHERE { ?city a eic:SecondTierPartner ; rdfs:label ?label } ORDER BY ?city ?label"
    expected = [tuple(map(str, row.values())) for row in graph.query(text)]
    for media, form in (
        (JSON, ox.QueryResultsFormat.JSON),
        ("application/sparql-results+xml", ox.QueryResultsFormat.XML),
    ):
        got = query(site, text, accept=media)
        assert (got.status, got.headers["content-type"]) == (200, media)
        solutions = ox.parse_query_results(got.body, format=form)
        assert isinstance(solutions, ox.QuerySolutions)
        assert [tuple(map(str, row)) for row in solutions] == expected
    assert len(query(site, text, accept="text/csv").body.splitlines()) == len(expected) + 1


def test_results_go_in_the_form_that_is_accepted(site: str) -> None:
    def media(text: str, accept: str) -> str:
        return query(site, text, accept=accept).headers["content-type"].partition(";")[0]

    construct = "CONSTRUCT { ?s a eic:City } WHERE { ?s a eic:City }"
    assert media("ASK {}", "*/*") == JSON
    assert media("ASK {}", "text/html;q=0.5, application/sparql-results+xml") == "application/sparql-results+xml"
    assert media("SELECT * {}", "text/tab-separated-values") == "text/tab-separated-values"
    assert media(construct, "*/*") == "text/turtle"
    for accept in ("application/n-triples", "application/rdf+xml", "application/ld+json"):
        assert media(construct, accept) == accept
    assert query(site, "SELECT * {}", accept="image/png").status == 406
    page = query(site, "SELECT ?s { ?s a eic:City ; rdfs:label 'Kyiv'@en }", accept="text/html,*/*;q=0.8")
    assert b'<a href="/id/city/kyiv">Kyiv</a>' in page.body


def test_whole_graphs_can_be_fetched(site: str, store: Path) -> None:
    name = "https://w3id.org/eic/graph/things"
    got = get(f"{site}/graph-store?{urlencode({'graph': name})}", accept="application/n-triples")
    ours = kg.open(store).embedded().quads_for_pattern(None, None, None, ox.NamedNode(name))
    assert sorted(got.body.decode().splitlines()) == sorted(f"{quad.triple} ." for quad in ours)
    assert get(f"{site}/graph-store?graph=https://w3id.org/eic/graph/none").status == 404
    assert get(f"{site}/graph-store?graph=https://example.org/g", method="DELETE").status == 403


def test_each_answer_says_of_which_graph_and_is_not_sent_twice(site: str, store: Path) -> None:
    first = query(site, "SELECT * { ?s a eic:City }")
    assert first.headers["graph-version"] == kg.open(store).version()
    assert first.headers["graph-date"].startswith("20")
    tag = first.headers["etag"]
    assert query(site, "SELECT * { ?s a eic:City }", if_none_match=tag)[::2] == (304, b"")
    assert query(site, "SELECT * { ?s a eic:City }", if_none_match="*")[::2] == (304, b"")
    assert query(site, "SELECT * { ?s ?p }", if_none_match="*").status == 400
    assert query(site, "SELECT * { ?s a eic:City }", if_none_match=tag, accept="text/csv").status == 200
    assert query(site, "SELECT ?s { ?s a eic:City }", if_none_match=tag).status == 200
    assert "etag" not in query(site, "SELECT (NOW() AS ?now) {}").headers
    moments = {query(site, "SELECT (STRUUID() AS ?u) {}").body for _ in range(2)}
    assert len(moments) == 2


def test_pages_of_queries_are_as_lasting_as_their_answers(site: str) -> None:
    fleeting = [query(site, "SELECT (STRUUID() AS ?u) {}", accept="text/html") for _ in range(2)]
    assert fleeting[0].body != fleeting[1].body and "etag" not in fleeting[0].headers
    cut = query(site, "SELECT * { ?s ?p ?o . ?a ?b ?c }", accept="text/html")
    assert cut.headers["partial-answer"] == "rows=1000" and "etag" not in cut.headers
    assert "etag" in query(site, "SELECT * { ?s a eic:City }", accept="text/html").headers


def test_conditions_are_for_reading(site: str) -> None:
    body = urlencode({"query": "SELECT * { ?s a eic:City }"}).encode()
    assert get(f"{site}/sparql", "POST", body, if_none_match="*").status == 200
    assert get(f"{site}/id/city/kyiv", if_none_match="*").status == 304


def test_headers_in_several_lines_count_together(site: str) -> None:
    with socket.create_connection(("127.0.0.1", int(site.rpartition(":")[2])), timeout=30) as line:
        told = "GET /sparql?query=ASK%20%7B%7D HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        line.sendall(f"{told}Accept: text/turtle\r\nAccept: {JSON};q=0.5\r\n\r\n".encode())
        answer = b"".join(iter(lambda: line.recv(1 << 16), b""))
    assert answer.startswith(b"HTTP/1.1 200") and JSON.encode() in answer


def test_xml_keeps_carriage_returns(site: str) -> None:
    found = query(site, r'SELECT ("a\rb" AS ?t) {}', accept="application/sparql-results+xml")
    (row,) = ox.parse_query_results(found.body, format=ox.QueryResultsFormat.XML)  # type: ignore[misc]  # one row
    assert row["t"].value == "a\rb"
    built = query(site, r'CONSTRUCT { <a:a> <http://x/p> "a\rb" } {}', accept="application/rdf+xml")
    (quad,) = ox.parse(built.body, format=ox.RdfFormat.RDF_XML)
    assert quad.object == ox.Literal("a\rb")


def test_an_answer_of_too_many_rows_is_cut_and_says_so(site: str) -> None:
    text = "SELECT ?s ?p ?o { ?s ?p ?o }"
    got = query(site, text)
    assert got.headers["partial-answer"] == "rows=500"
    told = json.loads(got.body)
    assert len(told["results"]["bindings"]) == 500
    assert told["head"]["link"] == ["https://w3id.org/eic/partial?rows=500"]
    assert b'<link href="https://w3id.org/eic/partial?rows=500"/>' in query(site, text, accept="application/xml").body
    csv = query(site, "SELECT ?s { ?s rdfs:label ?label }", accept="text/csv")
    assert (len(csv.body.splitlines()), csv.headers["partial-answer"]) == (501, "rows=500")
    graph = query(site, "CONSTRUCT WHERE { ?s ?p ?o }", accept="application/n-triples")
    assert (len(graph.body.splitlines()), graph.headers["partial-answer"]) == (500, "rows=500")
    assert "partial-answer" not in query(site, f"{text} LIMIT 500").headers
    assert len(json.loads(query(site, f"{text} LIMIT 500").body)["results"]["bindings"]) == 500


def test_what_takes_too_long_is_stopped(site: str) -> None:
    begun = time.monotonic()
    got = query(site, ENDLESS)
    assert 1.5 < time.monotonic() - begun < 6
    assert got.status == 503
    assert "longer than 2 s" in got.problem()
    assert "retry-after" not in got.headers  # it would take as long again
    assert query(site, "ASK {}").status == 200


def test_what_takes_too_much_memory_ends_alone(site: str) -> None:
    text = "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?c LIMIT 1"
    got = query(site, text)
    assert got.status == 503
    assert "300 MB" in got.problem() or "2 s" in got.problem()
    assert json.loads(get(f"{site}/health").body)["status"] == "ok"


def test_what_is_too_deep_or_too_long_is_told_to_be(site: str) -> None:
    assert "nested" in query(site, "SELECT * " + "{" * 5_000 + "}" * 5_000).problem()
    assert "path" in query(site, f"SELECT * {{ ?s {'/'.join(['eic:of'] * 500)} ?o }}").problem()
    long = get(f"{site}/sparql", "POST", b"SELECT * {} #" + b"x" * 70_000, content_type="application/sparql-query")
    assert long.status == 413
    assert get(f"{site}/sparql?query={'x' * 300_000}").status in (414, 400)


def test_one_client_has_only_so_many_requests_at_work(site: str) -> None:
    with ThreadPoolExecutor(12) as together:
        got = list(together.map(lambda n: query(site, f"{ENDLESS} # {n}"), range(12)))
    assert {one.status for one in got} <= {429, 503}
    refused = [one for one in got if one.status == 429]
    assert refused
    assert all(int(one.headers["retry-after"]) >= 1 for one in refused)
    assert query(site, "ASK {}").status == 200


def test_who_goes_away_leaves_nothing_running(site: str) -> None:
    host, port = site.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as gone:
        asked = urlencode({"query": f"{ENDLESS} # gone"})
        gone.sendall(f"GET /sparql?{asked} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        time.sleep(0.4)
        assert json.loads(get(f"{site}/health").body)["busy"] == 1
    for _ in range(20):
        if json.loads(get(f"{site}/health").body)["busy"] == 0:
            return
        time.sleep(0.05)
    raise AssertionError("the query of a client that went away still runs")


def test_nothing_can_be_changed(site: str, store: Path) -> None:
    form = urlencode({"update": "DROP ALL"}).encode()
    assert get(f"{site}/sparql", "POST", form, content_type="application/x-www-form-urlencoded").status == 403
    assert get(f"{site}/sparql", "POST", b"DROP ALL", content_type="application/sparql-update").status == 403
    assert get(f"{site}/sparql?update=DROP+ALL").status == 400
    assert query(site, "DROP ALL").status == 400
    for method in ("PUT", "POST", "DELETE"):
        assert get(f"{site}/graph-store?default", method, b"", content_type="text/turtle").status == 403
    assert query(site, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").status == 200


def test_other_origins_read_where_that_is_allowed(site: str) -> None:
    assert (
        query(site, "ASK {}", origin="https://a.example").headers["access-control-allow-origin"] == "https://a.example"
    )
    assert "access-control-allow-origin" not in query(site, "ASK {}", origin="https://b.example").headers
    told = get(f"{site}/sparql", "OPTIONS", origin="https://a.example", access_control_request_method="POST")
    assert (told.status, told.headers["access-control-allow-methods"]) == (204, "GET, HEAD, POST")


def test_the_log_has_digests_and_no_queries(site: str, folder: Path) -> None:
    log = folder / "requests.log"
    before = log.read_text()
    query(site, "SELECT ?secret { ?secret a eic:City }", authorization="Bearer hush")
    for _ in range(100):
        if (told := log.read_text()) != before and told.endswith("\n"):
            break
        time.sleep(0.02)  # a line is written when the answer is on its way
    last = json.loads(told.splitlines()[-1])
    assert last.keys() >= {"time", "client", "method", "path", "status", "bytes", "ms", "query"}
    assert "secret" not in told
    assert "hush" not in told


def test_a_new_build_is_taken_up_and_the_old_one_answers_until_then(site: str, folder: Path) -> None:
    before = query(site, "ASK {}").headers["graph-version"]
    place = current(folder / "eic")
    fresh = place.with_name("generation-000099")
    shutil.copytree(place, fresh)
    changed = ox.Store(str(fresh))
    changed.update(f"""DELETE {{ GRAPH ?g {{ ?d <http://www.w3.org/2002/07/owl#versionInfo> "{before}" }} }}
      INSERT {{ GRAPH ?g {{ ?d <http://www.w3.org/2002/07/owl#versionInfo> "{before}x" }} }}
      WHERE {{ GRAPH ?g {{ ?d <http://www.w3.org/2002/07/owl#versionInfo> "{before}" }} }}""")
    changed.flush()
    del changed
    (folder / "next").write_text(f"{fresh.name}\n")
    (folder / "next").replace(folder / "eic" / "eic-current")
    told = set()
    for _ in range(100):
        got = query(site, "SELECT ?v { ?d owl:versionInfo ?v FILTER(STRSTARTS(?v, '0.')) }")
        assert got.status == 200
        told.add(got.headers["graph-version"])
        assert f'"{got.headers["graph-version"]}"'.encode() in got.body
        if told == {before, f"{before}x"}:
            return
        time.sleep(0.05)
    raise AssertionError(f"the new build is not taken up: {told}")


def test_a_scratch_store_takes_updates_from_this_machine_and_no_other_site(tmp_path: Path) -> None:
    with served(tmp_path, "memory:", "--allow-update", "--empty") as site:
        insert = b"INSERT DATA { <http://example.org/a> <http://example.org/b> 1 }"
        kind = {"content_type": "application/sparql-update"}
        assert get(f"{site}/sparql", "POST", insert, origin="https://evil.example", **kind).status == 403
        assert get(f"{site}/sparql", "POST", insert, host="evil.example", **kind).status == 403
        assert get(f"{site}/sparql", "POST", insert, sec_fetch_site="cross-site", **kind).status == 403
        assert query(site, "ASK { ?s ?p ?o }", host="evil.example").status == 403
        assert not json.loads(query(site, "ASK { ?s ?p ?o }").body)["boolean"]
        assert get(f"{site}/sparql", "POST", insert, **kind).status == 204
        assert json.loads(query(site, "ASK { ?s ?p ?o }").body)["boolean"]
        load = b"LOAD <http://127.0.0.1:9/x>"
        assert "LOAD" in get(f"{site}/sparql", "POST", load, **kind).problem()
        bomb = b'<!DOCTYPE r [<!ENTITY a "aa">]><r xmlns="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>'
        assert (
            "DOCTYPE" in get(f"{site}/graph-store?default", "PUT", bomb, content_type="application/rdf+xml").problem()
        )


def test_a_site_behind_a_proxy_has_the_links_of_its_base(store: Path, tmp_path: Path) -> None:
    with served(tmp_path, str(store), "--base", "https://example.org/eic") as site:
        for path in ("/eic/id/city/kyiv", "/id/city/kyiv"):  # a proxy keeps the path of the base, or strips it
            page = get(f"{site}{path}", accept="text/html")
            assert page.status == 200
            assert b'href="https://example.org/eic/id/city/moscow"' in page.body
        assert b"https://example.org/eic/sparql" in get(f"{site}/eic/sparql").body
        assert get(f"{site}/eic/health").status == get(f"{site}/health").status == 200


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["missing"], "there is no store at"),
        (["memory:", "--allow-update", "--host", "0.0.0.0"], "EIC_SERVE_TOKEN"),
        (["https://example.org/sparql"], "an endpoint serves itself"),
        (["{store}", "--allow-update"], "for scratch stores only"),
        (["{store}", "--base", "example.org"], "--base"),
        (["{store}", "--cors", "example.org"], "--cors"),
        (["{store}", "--port", "{taken}"], "cannot be served on"),
        (["{store}", "--port", "99999"], "cannot be served on"),
        (["{store}", "--base", "https://example.org/?a"], "--base"),
        (["{store}", "--log", "{store}"], "cannot be written"),
        (["{store}", "--seconds", "0"], "from 1 on"),
    ],
)
def test_what_cannot_be_served_is_told(arguments: list[str], told: str, store: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        words = [word.format(store=store, taken=port) for word in arguments]
        done = subprocess.run(
            [program("kg"), "serve", *words], capture_output=True, text=True, cwd=tmp_path, timeout=30
        )
    assert done.returncode == 2
    assert told in done.stderr


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_no_process_stays_behind(sent: signal.Signals, store: Path, tmp_path: Path) -> None:
    port = free_port()
    command = [program("kg"), "serve", str(store), "--port", str(port), "--log", str(tmp_path / "log")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        assert process.stderr is not None
        assert "serving" in process.stderr.readline()
        process.send_signal(sent)
        process.wait(timeout=15)
        for _ in range(50):
            if not _of_session(process.pid):
                return
            time.sleep(0.1)
    raise AssertionError(f"left behind: {_of_session(process.pid)}")


def _of_session(session: int) -> list[int]:
    """The processes of a session that are alive."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            told = (place / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(told[3]) == session and told[0] != "Z" and int(place.name) != os.getpid():
            found.append(int(place.name))
    return found


README = (Path(__file__).parent.parent / "README.md").read_text("utf-8")


@pytest.mark.parametrize("path", re.findall(r"`(/[a-z.][^` ]*)`(?=[,| ].*\|\n)", README))
def test_the_addresses_in_the_readme_are_there(site: str, path: str) -> None:
    assert get(f"{site}{path}").status == 200
    assert get(f"{site}{path}", "HEAD")[::2] == (200, b"")
