"""Stores: what may be opened and written, what a build leaves behind, and the same graph from every engine."""

from __future__ import annotations

import http.server
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest

import kg
from kg import library
from kg.errors import StoreProblem
from kg.graph import Graph


def test_two_builds_are_the_same_bytes(graph: Graph, store: Path) -> None:
    assert graph.export() == kg.open(store).export()


@pytest.mark.slow
def test_two_processes_build_the_same_bytes(tmp_path: Path) -> None:
    script = "import kg, hashlib; print(hashlib.sha256(kg.build().export().encode()).hexdigest())"
    seeds = [{**os.environ, "PYTHONHASHSEED": seed} for seed in ("1", "2")]
    runs = [subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, check=True) for env in seeds]
    assert runs[0].stdout == runs[1].stdout


def test_what_is_no_store_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreProblem, match=r"there is no store at .*kg build --on"):
        kg.open(tmp_path / "nothing")
    (tmp_path / "letters.txt").write_text("x")
    with pytest.raises(StoreProblem, match="is not a store that `kg build` made"):
        kg.open(tmp_path)
    with pytest.raises(StoreProblem, match=r"holds other files \(letters.txt"):
        kg.build(tmp_path)
    with pytest.raises(StoreProblem, match=r"cannot be written|is not a store|cannot be read"):
        kg.build(tmp_path / "letters.txt")
    with pytest.raises(StoreProblem, match="neither a folder nor an http"):
        kg.open("ftp://example.org/sparql")


@pytest.fixture(scope="module")
def endpoint(store: Path) -> Iterator[str]:
    """A SPARQL endpoint on loopback that holds the graph beside a stranger's, its default graph empty."""
    source = kg.open(store).quads()
    data = ox.Store()
    data.extend(source)
    stranger = ox.NamedNode("http://example.org/stranger")
    city = ox.NamedNode("https://w3id.org/eic/id/city/kyiv")
    data.add(
        ox.Quad(
            city,
            ox.NamedNode("https://w3id.org/eic/ontology#hasTier"),
            ox.NamedNode("https://w3id.org/eic/ontology#firstTier"),
            stranger,
        )
    )

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            graphs = [ox.NamedNode(g) for g in form.get("default-graph-uri", [])]
            named = [ox.NamedNode(g) for g in form.get("named-graph-uri", [])]
            try:
                result = data.query(form["query"][0], default_graph=graphs or None, named_graphs=named or None)  # type: ignore[arg-type]
            except SyntaxError as e:
                self.send_error(400, str(e).splitlines()[0])
                return
            triples = isinstance(result, ox.QueryTriples)
            if isinstance(result, ox.QueryTriples):
                body = result.serialize(format=ox.RdfFormat.N_TRIPLES)
            else:
                body = result.serialize(format=ox.QueryResultsFormat.JSON)
            self.send_response(200)
            self.send_header("Content-Type", "application/n-triples" if triples else "application/sparql-results+json")
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/sparql"
        server.shutdown()


def test_a_remote_endpoint_gives_the_same_answers(graph: Graph, endpoint: str) -> None:
    remote = kg.open(endpoint)
    assert remote.version() == graph.version()
    for name in ("second-tier-dependencies", "partner-tiers", "alliance-members"):
        here, there = json.loads(graph.ask(name).to("json")), json.loads(remote.ask(name).to("json"))
        assert here == there
    assert len(remote.query("CONSTRUCT { ?c a eic:City } WHERE { ?c a eic:City }")) == len(
        graph.query("SELECT ?c { ?c a eic:City }")
    )


def test_an_endpoint_that_is_not_there_or_not_ours_is_told() -> None:
    with pytest.raises(StoreProblem, match="does not answer"):
        kg.open("http://127.0.0.1:9/sparql")


@pytest.mark.parametrize("name", library.names())
def test_answers_in_json_are_sparql_results(graph: Graph, name: str) -> None:
    required = {p.name: p.example for p in library.question(name).parameters.values() if p.required}
    answer = graph.ask(name, **required)
    parsed = ox.parse_query_results(str(answer.to("json")).encode(), format=ox.QueryResultsFormat.JSON)
    assert isinstance(parsed, ox.QuerySolutions)
    assert len(list(parsed)) == len(answer)


def test_the_graph_goes_to_networkx(graph: Graph) -> None:
    city = "https://w3id.org/eic/id/city/kyiv"
    assert ("https://w3id.org/eic/id/city/moscow") in graph.to_networkx()[city]


@pytest.mark.slow
def test_the_graph_goes_to_rdflib_and_owlready2(graph: Graph) -> None:
    city = "https://w3id.org/eic/id/city/kyiv"
    assert len(graph.to_rdflib()) == len(graph.embedded())
    ontology = graph.to_owlready2()
    tiers = ontology.world.sparql(f"SELECT ?t {{ <{city}> <https://w3id.org/eic/ontology#hasTier> ?t }}")
    assert [t.name for (t,) in tiers] == ["secondTier"]


def test_an_answer_goes_to_pandas_and_to_html(graph: Graph) -> None:
    answer = graph.ask("partner-tiers", "zh", tier="secondTier")
    frame = answer.to_pandas()
    assert list(frame["城市"]) == ["巴库", "基辅", "第比利斯"]
    assert set(frame["依据"]) == {"作者明言"}
    assert "<td>基辅</td>" in answer._repr_html_()
