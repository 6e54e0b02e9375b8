"""Loading into other stores: what comes to stand there is what was sent, beside what others have there."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar

import pyoxigraph as ox
import pytest

import kg
from kg import loading
from kg.__main__ import main
from kg.digests import digest
from kg.engines.oxigraph import Oxigraph
from kg.errors import BadQuestion, StoreProblem
from kg.graph import Graph
from kg.remote import Addresses, Remote, addresses
from kg.terms import RDF_TYPE, layer, thing
from tests.pace import one_at_once

STRANGER = "http://example.org/stranger"
VOID_DATASET = ox.NamedNode("http://rdfs.org/ns/void#Dataset")
pytestmark = pytest.mark.xdist_group("loading")


OXIGRAPH = ("by whole graphs", "by updates")


@pytest.fixture
def where(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Addresses:
    """Where to load, with a stranger's graph there and nothing of ours."""
    monkeypatch.setenv("EIC_STORE_USER", "dba")
    monkeypatch.setenv("EIC_STORE_PASSWORD", "dba")
    found: Addresses = request.getfixturevalue("virtuoso" if request.param == "virtuoso" else "oxigraph")
    store = Remote(found if request.param == "by whole graphs" else found._replace(graph_store=""))
    for name in {row["g"] for row in store.rows("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }")}:
        if "w3id.org/eic" in name:
            store.update(f"DROP SILENT GRAPH <{name}>")
    triple = "<http://example.org/s> <http://example.org/p> 'theirs'"
    store.update(f"INSERT DATA {{ GRAPH <{STRANGER}> {{ {triple} }} }}")
    return store.where


def named(where: Addresses) -> set[str]:
    rows = Remote(where).rows("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }")
    return {row["g"] for row in rows if "eic" in row["g"] or row["g"] == STRANGER}


def small(graph: Graph) -> Graph:
    """Some layers of the graph, one of them with blank nodes, and what the catalog says of the whole and its parts."""
    store = ox.Store()
    for name in ("ontology", "flags"):
        store.extend(graph.embedded().quads_for_pattern(None, None, None, layer(name)))
    store.extend(graph.embedded().quads_for_pattern(thing("dataset/eic"), None, None, layer("catalog")))
    store.extend(graph.embedded().quads_for_pattern(None, RDF_TYPE, VOID_DATASET, layer("catalog")))
    return Graph(Oxigraph(store, "memory:"))


def altered(part: Graph) -> Graph:
    """The same with a triple less in each graph, so that each has to be sent anew."""
    store = ox.Store()
    for name in map(ox.NamedNode, part.engine.graphs):
        store.extend(list(part.embedded().quads_for_pattern(None, None, None, name))[1:])
    return Graph(Oxigraph(store, "memory:"))


@contextmanager
def cut_after(requests: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Loads break off after so many requests that write."""
    sent = 0

    def broken(act: Any) -> Any:
        def sending(self: Remote, *told: Any, **more: Any) -> None:
            nonlocal sent
            sent += 1
            if sent > requests:
                raise StoreProblem("the line is cut")
            act(self, *told, **more)

        return sending

    with monkeypatch.context() as cut:
        for size in ("BATCH", "PUT", "BULK"):
            cut.setattr(loading, size, 400_000)
        cut.setattr(Remote, "update", broken(Remote.update))
        cut.setattr(Remote, "put", broken(Remote.put))
        yield


def held(graph: Graph, name: str) -> list[ox.Triple]:
    return [quad.triple for quad in graph.embedded().quads_for_pattern(None, None, None, ox.NamedNode(name))]


@pytest.mark.parametrize("where", [*OXIGRAPH, pytest.param("virtuoso", marks=pytest.mark.slow)], indirect=True)
def test_what_stands_there_is_what_was_sent_beside_what_others_have(graph: Graph, where: Addresses) -> None:
    part, told = small(graph), list[str]()
    loaded = part.load_into(*where, progress=told.append)
    assert loaded.counts == {name: len(held(part, name)) for name in part.engine.graphs}
    assert named(where) == {*part.engine.graphs, STRANGER}
    for name in part.engine.graphs:
        assert digest(Remote(where).triples(name)) == digest(held(part, name))
    assert Remote(where).count(STRANGER) == 1
    assert told[-1] == "switching"


@pytest.mark.slow
@pytest.mark.parametrize("where", OXIGRAPH, indirect=True)
def test_loading_again_replaces_and_takes_away_what_is_no_longer_ours(graph: Graph, where: Addresses) -> None:
    part, old = small(graph), "https://w3id.org/eic/graph/reference/old"
    first = part.load_into(*where)
    there = f"GRAPH <{old}> {{ <http://example.org/s> <http://example.org/p> 1 }}"
    listed = f"GRAPH {layer('catalog')} {{ <{old}> a <http://rdfs.org/ns/void#Dataset> }}"
    Remote(where).update(f"INSERT DATA {{ {there} {listed} }}")
    second = part.load_into(*where)
    assert first == second
    assert named(where) == {*part.engine.graphs, STRANGER}


@pytest.mark.parametrize("where", one_at_once(OXIGRAPH), indirect=True)
def test_a_load_that_breaks_off_leaves_the_old_and_is_resumed_or_rolled_back(
    graph: Graph, where: Addresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = small(graph)
    part.load_into(*where)
    kept = {name: digest(Remote(where).triples(name)) for name in part.engine.graphs}
    part = altered(part)
    with cut_after(4, monkeypatch), pytest.raises(StoreProblem, match="the line is cut"):
        part.load_into(*where)
    assert {name: digest(Remote(where).triples(name)) for name in part.engine.graphs} == kept
    assert any("/staged/" in name for name in named(where))
    left = loading.roll_back(where)
    assert left
    assert named(where) == {*part.engine.graphs, STRANGER}
    part.load_into(*where)
    flags = layer("flags").value
    assert Remote(where).count(flags) == len(held(part, flags))


@pytest.mark.parametrize("where", one_at_once(OXIGRAPH), indirect=True)
def test_what_stands_there_as_it_is_to_be_is_not_sent_again(graph: Graph, where: Addresses) -> None:
    part = small(graph)
    first = part.load_into(*where)
    told: list[str] = []
    assert part.load_into(*where, progress=told.append) == first
    assert told[:2] == ["catalog: stands there as it is", "flags: stands there as it is"]
    assert told[2].startswith("ontology: ")  # it has blank nodes: whether they are the same is not told by their names
    flags = layer("flags")
    part.embedded().remove(next(part.embedded().quads_for_pattern(None, None, None, flags)))
    assert part.load_into(*where).counts == first.counts | {flags.value: first.counts[flags.value] - 1}
    assert Remote(where).count(flags.value) == first.counts[flags.value] - 1
    assert named(where) == {*part.engine.graphs, STRANGER}


@pytest.mark.slow
def test_what_differs_in_a_datatype_alone_is_sent_again(graph: Graph, oxigraph: Addresses) -> None:
    things, integer = layer("things"), "http://www.w3.org/2001/XMLSchema#integer"
    store = ox.Store()
    store.extend(q for q in graph.embedded() if q.graph_name in (things, layer("catalog")))
    Graph(Oxigraph(store, "memory:")).load_into(*oxigraph)
    numbers = [q for q in store if isinstance(q.object, ox.Literal) and q.object.datatype.value == integer]
    for quad in numbers:
        store.remove(quad)
    store.extend(ox.Quad(q.subject, q.predicate, ox.Literal(q.object.value), q.graph_name) for q in numbers)
    Graph(Oxigraph(store, "memory:")).load_into(*oxigraph)
    assert any(q.graph_name == things for q in numbers)
    assert integer not in str(Remote(oxigraph).triples(things.value))


@pytest.mark.parametrize("where", one_at_once(OXIGRAPH), indirect=True)
def test_a_first_load_that_breaks_off_shows_no_graph_and_is_rolled_back_or_resumed(
    graph: Graph, where: Addresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = small(graph)
    for again in (False, True):
        with cut_after(4, monkeypatch), pytest.raises(StoreProblem, match="the line is cut"):
            part.load_into(*where)
        assert named(where) > {STRANGER, layer("flags").value}  # written where it belongs …
        with pytest.raises(StoreProblem, match="holds no graph of ours"):  # … and nobody takes it for a graph
            kg.open(where.query)
        if not again:
            assert layer("flags").value in loading.roll_back(where)
            assert named(where) == {STRANGER}
    loaded = part.load_into(*where)
    assert named(where) == {*part.engine.graphs, STRANGER}
    assert kg.open(where.query).version() == graph.version()
    assert loaded.counts[layer("ontology").value] == Remote(where).count(layer("ontology").value)


def test_while_another_load_is_at_work_or_has_broken_off_none_is_begun(
    graph: Graph, oxigraph: Addresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = altered(small(graph))
    with cut_after(4, monkeypatch), pytest.raises(StoreProblem, match="the line is cut"):
        part.load_into(*oxigraph)
    part.embedded().remove(next(part.embedded().quads_for_pattern(None, None, None, layer("flags"))))
    before = named(oxigraph)
    with pytest.raises(StoreProblem, match=r"another load is at work there, or has broken off; .* --roll-back"):
        part.load_into(*oxigraph)
    assert named(oxigraph) == before
    loading.roll_back(oxigraph)
    part.load_into(*oxigraph)
    assert not any("staged" in name for name in named(oxigraph))
    assert Remote(oxigraph).count(layer("flags").value) == len(held(part, layer("flags").value))


def test_what_stands_under_our_names_is_kept_until_the_switch(
    graph: Graph, oxigraph: Addresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, things = Remote(oxigraph), layer("things").value
    store.update(f"INSERT DATA {{ GRAPH <{things}> {{ <urn:my> <urn:note> 'precious' }} }}")
    with cut_after(4, monkeypatch), pytest.raises(StoreProblem, match="the line is cut"):
        small(graph).load_into(*oxigraph)
    loading.roll_back(oxigraph)
    assert store.count(things) == 1
    store.update(f"DROP GRAPH <{things}>")


@pytest.mark.parametrize("where", OXIGRAPH[:1], indirect=True)
def test_what_has_been_switched_is_never_rolled_back(
    graph: Graph, where: Addresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    part, update = small(graph), Remote.update

    def dying(self: Remote, text: str) -> None:
        switch, last, journal = text.rpartition(f"DROP SILENT GRAPH <{loading.JOURNAL}>")
        update(self, switch or text)
        if last and not journal:  # where a store does one after the other
            raise StoreProblem("killed")

    with monkeypatch.context() as cut, pytest.raises(StoreProblem, match="killed"):
        cut.setattr(loading, "roll_back", lambda where: [])
        cut.setattr(Remote, "update", dying)
        part.load_into(*where)
    assert named(where) == {*part.engine.graphs, STRANGER, loading.JOURNAL}
    assert loading.roll_back(where) == []
    assert named(where) == {*part.engine.graphs, STRANGER}


@pytest.mark.slow
def test_a_load_goes_on_where_it_stopped(oxigraph: Addresses, graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    part, where = altered(small(graph)), oxigraph._replace(graph_store="")
    monkeypatch.setattr(loading, "BATCH", 30_000)  # bytes
    sent: list[str] = []
    update = Remote.update

    def until(self: Remote, text: str) -> None:
        if "INSERT " in text and loading.JOURNAL not in text:
            if len(sent) == 7:
                raise StoreProblem("cut")
            sent.append(text)
        update(self, text)

    with monkeypatch.context() as cut, pytest.raises(StoreProblem):
        cut.setattr(Remote, "update", until)
        part.load_into(*where)
    told: list[str] = []
    part.load_into(*where, progress=told.append)
    batches = sum(len(list(loading._batches(lines, 30_000))) for lines in loading.parts_of(part).values())
    assert sum("triples" in line for line in told) == batches - 7
    ontology = layer("ontology").value
    assert digest(Remote(where).triples(ontology)) == digest(held(part, ontology))


def test_a_store_that_keeps_something_else_is_found_out_and_nothing_is_switched(
    oxigraph: Addresses, graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = altered(altered(small(graph)))
    before = named(oxigraph)
    put = Remote.put
    monkeypatch.setattr(Remote, "put", lambda self, name, lines, add: put(self, name, list(lines)[:-1], add))
    with pytest.raises(StoreProblem, match="nothing was switched"):
        part.load_into(*oxigraph)
    assert named(oxigraph) == before


def test_a_store_that_cuts_its_answers_is_told_of(
    oxigraph: Addresses, graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Remote.read
    monkeypatch.setattr(Remote, "read", lambda self, name, take: read(self, name, lambda ls: take(islice(ls, 500))))
    with pytest.raises(StoreProblem, match=r"cuts its answers at some 500 triples; .*ResultSetMaxRows"):
        altered(altered(altered(small(graph)))).load_into(*oxigraph)


def test_a_wrong_address_is_told_with_what_to_do(oxigraph: Addresses, graph: Graph) -> None:
    with pytest.raises(StoreProblem, match=r"is this where it takes queries\? .*/query.*/sparql-auth"):
        small(graph).load_into(oxigraph.query.removesuffix("query"))


@pytest.mark.slow
def test_virtuoso_without_a_name_says_so(virtuoso: Addresses, graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    part = small(graph)
    for name in ("EIC_STORE_USER", "EIC_STORE_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(StoreProblem, match="does not let us in; set EIC_STORE_USER"):
        part.load_into(*virtuoso)
    with pytest.raises(StoreProblem, match=r"does not let us change anything; .*/sparql-auth"):
        part.load_into(virtuoso.query.removesuffix("-auth"))


@pytest.mark.slow
def test_the_command_loads_and_rolls_back(
    graph: Graph, oxigraph: Addresses, store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["load", oxigraph.query, "--on", str(store)]) == 0
    assert "graph/paper  " in capsys.readouterr().out
    there, copy = kg.open(oxigraph.query), ox.Store()
    assert there.load_into(copy).digests == {name: digest(held(graph, name)) for name in sorted(graph.engine.graphs)}
    for name in ("second-tier-dependencies", "tier-summary", "flags"):
        assert there.ask(name).texts() == graph.ask(name).texts()
    assert main(["load", oxigraph.query, "--roll-back"]) == 0
    assert "0 graphs" in capsys.readouterr().err


def test_the_command_tells_what_is_wrong(
    store: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.remote.TRIES", 1)
    assert main(["load", "http://127.0.0.1:9/query", "--on", str(store)]) == 2
    assert "does not answer" in capsys.readouterr().err
    assert main(["load", str(store), "--on", str(store)]) == 2
    assert "holds other files" in capsys.readouterr().err
    assert main(["load", "data/elsewhere", "--roll-back", "--on", str(store)]) == 2
    with pytest.raises(BadQuestion, match="no password in an address"):
        addresses("http://dba:secret@localhost/sparql")


class Asking(http.server.BaseHTTPRequestHandler):
    """A store that takes updates of those whom it knows, if it asks at all."""

    asks = True
    seen: ClassVar[list[tuple[str | None, int]]] = []

    def do_POST(self) -> None:
        told, length = self.headers.get("Authorization"), len(self.rfile.read(int(self.headers["Content-Length"])))
        self.seen.append((told, length))
        self.send_response(401 if self.asks and not told else 204)
        self.send_header("WWW-Authenticate", 'Basic realm="store"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize("asks", [True, False])
def test_credentials_are_given_to_who_asks_once_and_each_body_is_sent_once(
    asks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EIC_STORE_USER", "me")
    monkeypatch.setenv("EIC_STORE_PASSWORD", "secret")
    monkeypatch.setattr(Asking, "asks", asks)
    monkeypatch.setattr(Asking, "seen", [])
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Asking) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        store = Remote(addresses(f"http://127.0.0.1:{server.server_port}/sparql"))
        for _ in range(3):
            store.update("DROP ALL")
        server.shutdown()
    basic = "Basic bWU6c2VjcmV0"  # base64 of me:secret
    length = len("update=DROP+ALL")
    assert Asking.seen == ([(None, length)] + [(basic, length)] * 3 if asks else [(None, length)] * 3)
