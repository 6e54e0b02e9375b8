"""Wikidata by SPARQL: against a server on loopback that answers in pages, refuses, cuts off, repeats and is slow."""
# ruff: noqa: E501 - a row a line is easier to read than rows that are broken

from __future__ import annotations

import json
import re
import shutil
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from kg._ingest import wikidata as source

from kg.engines.oxigraph import Oxigraph
from kg.errors import BadQuestion, StoreProblem
from kg.graph import Graph
from kg.ingestion import forget, ingest
from kg.placing import Known
from kg.wikidata import AGENT, Endpoint

ITEM = "http://www.wikidata.org/entity/"
EIC, ID = "https://w3id.org/eic/ontology#", "https://w3id.org/eic/id/"
Rows = list[dict[str, str]]
#: The number of each city with GeoNames, and its item: Baku, London, Minsk, Kyiv.
BAKU, LONDON, MINSK, KYIV = ("587084", "Q9248"), ("2643743", "Q84"), ("625144", "Q2280"), ("703448", "Q1899")


def city(number: str, item: str, point: str = "", **names: str) -> dict[str, str]:
    return {"number": number, "item": ITEM + item, **({"point": point} if point else {}), **names}


def link(key: str, one: str, two: tuple[str, str], **more: str) -> dict[str, str]:
    return {"statement": f"{ITEM}statement/{key}", "item": ITEM + one, "twin": ITEM + two[1], "number": two[0], **more}


CITIES = [
    city(*BAKU, "Point(49.88 40.36)", en="Baku", zh="巴库", ru="Баку"),
    city(*LONDON, "Point(-0.1275 51.5)", en="London"),
    city(*MINSK, "Point(27.55 53.9)", en="Minsk"),
    city(*MINSK, "Point(27.56 53.9)", en="Minsk"),
    city(*KYIV, "<http://www.wikidata.org/entity/Q405> Point(1 2)", en="Kyiv"),
]
LINKS = [
    link("Q9248-A", "Q9248", LONDON, start="1980-01-01T00:00:00Z", exact_start="9"),
    link("Q84-B", "Q84", BAKU, start="1980-05-03T00:00:00Z", exact_start="11", end="2022-03-01T00:00:00Z", exact_end="10"),
    link("Q2280-C", "Q2280", ("1", "Q7")),
    link("Q2280-D", "Q2280", KYIV, start="2010-01-01T00:00:00Z", exact_start="9", end="2001-01-01T00:00:00Z", exact_end="9"),
    link("Q2280-E", "Q2280", BAKU, start="1901-01-01T00:00:00Z", exact_start="7"),
]  # fmt: skip


class Server:
    """A server that answers with what cities and links are asked for; `amiss` are misdeeds for the next answers."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.agents: list[str] = []
        self.amiss: list[Callable[[Any, bytes], bool]] = []
        self.cities, self.links = CITIES, LINKS
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                query = urllib.parse.parse_qs(body)["query"][0]
                outer.asked.append(query)
                outer.agents.append(self.headers["User-Agent"])
                told = outer.answer(query)
                if outer.amiss and outer.amiss.pop(0)(self, told):
                    return
                self.send_response(200)
                self.end_headers()
                self.wfile.write(told)

            def log_message(self, *_: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.http.server_port}/sparql"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def answer(self, query: str) -> bytes:
        values = re.search(r"VALUES \?\w+ \{ (.*?) \}", query)
        assert values
        wanted = {v.strip('"').replace("wd:", ITEM) for v in values[1].split()}
        key, rows = (
            ("number", self.cities) if "P1566 ?number" in query and "P190" not in query else ("item", self.links)
        )
        return told(row for row in rows if row[key] in wanted)


def told(rows: Any) -> bytes:
    bindings = [{name: {"type": "literal", "value": value} for name, value in row.items()} for row in rows]
    return json.dumps({"head": {"vars": []}, "results": {"bindings": bindings}}).encode()


def refusing(status: int, **headers: str) -> Callable[[Any, bytes], bool]:
    def misdeed(handler: Any, _: bytes) -> bool:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(b"no, said the server")
        return True

    return misdeed


def answering(body: Callable[[bytes], bytes]) -> Callable[[Any, bytes], bool]:
    def misdeed(handler: Any, whole: bytes) -> bool:
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(body(whole))
        return True

    return misdeed


def slowly(*_: object) -> bool:
    time.sleep(1.6)
    return True


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.http.shutdown()
    server.http.server_close()


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def client(server: Server, waits: list[float], tmp_path: Path) -> Endpoint:
    return Endpoint(server.address, tmp_path / "cache", pause=0.5, sleep=waits.append, timeout=1)


@pytest.fixture(scope="module")
def known(graph: Graph) -> Known:
    assert isinstance(graph.engine, Oxigraph)
    return Known(graph.engine.store)


def fetched(known: Known, client: Endpoint) -> list[str]:
    return [line for text in source.fetch(known, client=client) for line in text.splitlines()]


def values(lines: list[str], record: str, name: str) -> list[str]:
    start = f"<{ID}record/wikidata/{record}> <{EIC}{name}> "
    found = [line.removeprefix(start).rsplit(" <", 1)[0] for line in lines if line.startswith(start)]
    return [text.replace(ID, "").split("^^")[0].strip('<>"') for text in found]


QUERY = 'SELECT ?number WHERE { VALUES ?number { "587084" } }'


def test_positions_and_links_are_records(server: Server, client: Endpoint, known: Known) -> None:
    lines = fetched(known, client)
    assert values(lines, "Q9248", "latitude") == ["40.36"]
    assert values(lines, "Q9248", "recordedPlace") == ["city/baku"]
    assert values(lines, "Q2280", "latitude") == []  # two positions: none is chosen
    assert values(lines, "Q1899", "latitude") == []  # on the Moon
    assert values(lines, "Q9248-A", "twin") == ["city/baku", "city/london"]
    assert values(lines, "Q9248-A", "since") == ["1980"]
    assert values(lines, "Q9248-A", "recordStanding") == []
    assert values(lines, "Q84-B", "since") == ["1980-05-03"]
    assert values(lines, "Q84-B", "until") == ["2022-03"]
    assert values(lines, "Q84-B", "recordStanding") == [EIC + "standingFormer"]
    assert not any("Q2280-C" in line for line in lines)  # its other end is not known here
    assert values(lines, "Q2280-D", "since") == values(lines, "Q2280-D", "until") == []  # ended before it began
    assert values(lines, "Q2280-E", "since") == []  # known to the century only
    assert not any("exactMatch" in line for line in lines)  # the graph has these links already
    list(ox.parse("\n".join(lines), format=ox.RdfFormat.N_QUADS))
    assert set(server.agents) == {AGENT}
    assert "w3id.org/eic" in AGENT


def test_pages_are_small_and_full_ones_are_asked_in_halves(
    server: Server, client: Endpoint, known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = sorted(fetched(known, client))
    monkeypatch.setattr(source, "FULL", 4)
    small = Endpoint(server.address, sleep=lambda _: None)
    before = len(server.asked)
    assert sorted(fetched(known, small)) == whole
    assert len(server.asked) - before > 2
    assert all(query.count('"') <= 2 * source.BATCH + 6 for query in server.asked)


def test_what_is_disputed_is_not_chosen(server: Server, client: Endpoint, known: Known) -> None:
    said: list[str] = []
    server.links = []
    server.cities = [city(*BAKU), city(BAKU[0], "Q1"), city(LONDON[0], "Q5"), city(MINSK[0], "Q1899"), city(*KYIV)]
    telling = Known(known.store, said.append)
    lines = fetched(telling, client)
    assert not [line for line in lines if "exactMatch" in line]
    assert said[-1] == "Wikidata: 1 items other than the graph has, 3 numbers on which items differ"


@pytest.mark.parametrize(
    ("misdeeds", "waited"),
    [
        ([refusing(429, Retry_After="7")], [7.0]),
        ([refusing(503), refusing(500)], [1.0, 2.0]),
        ([answering(lambda whole: whole[:-9])], [1.0]),
        ([answering(lambda _: b"<html>")], [1.0]),
        ([answering(lambda _: told([{"number": "1"}]))], [1.0]),
        ([slowly], [1.0]),
    ],
    ids=["told to wait", "broken twice", "cut off", "no JSON", "another page", "slow"],
)
def test_a_server_that_misbehaves_is_asked_again(
    server: Server, client: Endpoint, waits: list[float], misdeeds: list[Any], waited: list[float]
) -> None:
    server.amiss = list(misdeeds)
    page = client.ask(QUERY + " # P1566 ?number", lambda rows: all(row["number"] == "587084" for row in rows))
    assert [row["number"] for row in page.rows] == ["587084"]
    assert waits == waited


def test_it_gives_up_and_says_why(server: Server, client: Endpoint, waits: list[float]) -> None:
    server.amiss = [refusing(503)] * 9
    with pytest.raises(StoreProblem, match=r"no answer in 5 tries \(status 503\); what has come is kept"):
        client.ask(QUERY)
    assert waits == [1, 2, 4, 8]
    server.amiss = [refusing(400)]
    with pytest.raises(StoreProblem, match=r"refuses a query \(status 400\): no, said the server"):
        client.ask(QUERY)
    server.amiss = [refusing(429, Retry_After="86400")]
    with pytest.raises(StoreProblem, match="asks to wait for 86,400 seconds; go on another time"):
        client.ask(QUERY)


def test_no_other_kind_of_address_is_asked(tmp_path: Path) -> None:
    for address in ("file:///etc/passwd", "query.wikidata.org", "ftp://x/y", "http://"):
        with pytest.raises(BadQuestion, match="is no address of an endpoint"):
            Endpoint(address)
    (tmp_path / "file").write_text("")
    with pytest.raises(BadQuestion, match="cannot hold answers"):
        Endpoint("http://localhost/", tmp_path / "file")


def test_a_run_that_broke_off_goes_on_and_is_repeated_without_a_net(
    server: Server, client: Endpoint, known: Known, tmp_path: Path
) -> None:
    server.amiss = [lambda *_: False, *[refusing(503)] * 5]
    with pytest.raises(StoreProblem):
        fetched(known, client)
    broken = len(server.asked)
    whole = fetched(known, client)
    assert len(server.asked) == broken + 1  # the first page came from the cache
    server.http.shutdown()
    asked = len(server.asked)
    assert fetched(known, Endpoint(server.address, tmp_path / "cache")) == whole
    assert len(server.asked) == asked


def test_a_spoilt_cache_is_asked_anew(server: Server, client: Endpoint, known: Known, tmp_path: Path) -> None:
    whole = fetched(known, client)
    for file in (tmp_path / "cache").glob("*.json"):
        file.write_text(file.read_text()[:40])
    asked = len(server.asked)
    assert fetched(known, client) == whole
    assert len(server.asked) == 2 * asked


def test_it_is_taken_into_the_graph_and_out_again(server: Server, store: Path, tmp_path: Path) -> None:
    folder = tmp_path / "eic"
    shutil.copytree(store, folder)
    version = Graph.open(str(folder)).version()
    done = ingest(folder, "wikidata", endpoint=server.address)
    assert done.statements > 30
    rows = Graph.open(str(folder)).query(
        "SELECT ?r WHERE { ?r <https://w3id.org/eic/ontology#recordedIn> <https://w3id.org/eic/id/source/wikidata> }"
    )
    assert len(rows) == 2 + 4  # two positions, four links
    assert forget(folder, "wikidata").version == version
    server.amiss = [refusing(403)]
    with pytest.raises(StoreProblem, match="refuses a query"):
        ingest(folder, "wikidata", endpoint=server.address)
    assert Graph.open(str(folder)).version() == version
