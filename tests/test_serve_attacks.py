"""Attacks on `kg serve` over loopback: what is sent to reach elsewhere, to run it out of memory, or to make it lie."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import threading
import time
import xml.dom.minidom
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import pyoxigraph as ox
import pytest

from kg.generations import current
from kg.web import results
from kg.web.connections import LONGEST
from kg.web.http import Refused, Request
from kg.web.screening import says, steps
from kg.web.site import Limits
from tests.engines import free_port, program

pytestmark = pytest.mark.xdist_group("serve")
JSON, XML, CSV, TSV = (
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
)
QUERY, UPDATE, FORM = "application/sparql-query", "application/sparql-update", "application/x-www-form-urlencoded"
ROWS = 500
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
#: Kills the process that parses it: deep, without a bracket.
BOMB = f"SELECT * {{ FILTER({'!' * 30_000}true) }}"
VERSION = "http://www.w3.org/2002/07/owl#versionInfo"


class Got(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


class Server(NamedTuple):
    """A server that is under attack: its port, its process, its log."""

    port: int
    pid: int
    log: Path

    def raw(self, sent: bytes, wait: float = 10) -> bytes:
        """All that comes back until the connection is closed."""
        told = b""
        with socket.create_connection(("127.0.0.1", self.port), timeout=wait) as connection, suppress(OSError):
            connection.sendall(sent)
            while piece := connection.recv(1 << 20):
                told += piece
        return told

    def ask(self, path: str, method: str = "GET", body: str | bytes = b"", **headers: str) -> Got:
        """The answer to one request."""
        content = body.encode() if isinstance(body, str) else body
        named = {"host": f"127.0.0.1:{self.port}", "connection": "close", "content-length": str(len(content))}
        named |= {name.replace("_", "-"): value for name, value in headers.items()}
        head = "".join(f"{name}: {value}\r\n" for name, value in named.items() if value)
        told = self.raw(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + content, 40)
        top, _, rest = told.partition(b"\r\n\r\n")
        first, *lines = top.decode("latin-1").split("\r\n")
        pairs = (line.partition(": ") for line in lines)
        return Got(int(first.split()[1]), {name.lower(): value for name, _, value in pairs}, rest)

    def query(self, text: str, accept: str = JSON) -> Got:
        return self.ask("/sparql", "POST", text, content_type=QUERY, accept=accept)

    def update(self, text: str, **headers: str) -> Got:
        return self.ask("/sparql", "POST", text, **({"content_type": UPDATE} | headers))

    def resident(self) -> int:
        """The memory of the front, in bytes."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def of_session(self) -> list[int]:
        """The processes that the server has started and that are alive, itself among them."""
        found = []
        for place in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                told = (place / "stat").read_text().rpartition(")")[2].split()
                if int(told[3]) == self.pid and told[0] != "Z":
                    found.append(int(place.name))
        return found


@contextmanager
def attacked(folder: Path, *arguments: str) -> Iterator[Server]:
    port = free_port()
    command = [program("kg"), "serve", *arguments, "--port", str(port), "--log", str(folder / "requests.log")]
    with (folder / "told").open("w") as told:
        process = subprocess.Popen(command, stdout=told, stderr=told, start_new_session=True)
    server = Server(port, process.pid, folder / "requests.log")
    try:
        assert within(30, lambda: "serving" in (folder / "told").read_text()), (folder / "told").read_text()
        yield server
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def eic(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the graph on disk, which is built anew under the server."""
    return Path(shutil.copytree(store, tmp_path_factory.mktemp("attacked") / "eic"))


@pytest.fixture(scope="module")
def site(eic: Path) -> Iterator[Server]:
    with attacked(eic.parent, str(eic), "--seconds", "3", "--memory", "300", "--rows", str(ROWS)) as server:
        yield server


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with attacked(tmp_path_factory.mktemp("scratch"), "memory:", "--allow-update", "--empty") as server:
        assert server.update("INSERT DATA { <http://a.example/s> <http://a.example/p> -5 , 1.e5 , true }").status == 204
        yield server


def within(seconds: float, well: Callable[[], object]) -> bool:
    """Whether something becomes true in time."""
    end = time.monotonic() + seconds
    while not well():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


# what reaches elsewhere


@pytest.mark.parametrize("before", ["-5", "1.e5", "1.5e-3", "-.5e+3", "true", "<http://a.example/o>", "'x'", "'''x'''"])
def test_no_query_reaches_another_machine(scratch: Server, before: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        text = f"SELECT * {{ OPTIONAL {{ ?s ?p {before}SERVICE SILENT <{address}> {{ ?a ?b ?c }} }} }}"
        ox.Store().query(text)  # it is SPARQL
        got = scratch.query(text)
        assert got.status == 400
        assert "SERVICE" in json.loads(got.body)["detail"]
        with pytest.raises(TimeoutError):
            listener.accept()


def test_the_attack_is_real() -> None:
    """Without the screen the engine would go there."""
    store = ox.Store()
    store.update("INSERT DATA { <http://a.example/s> <http://a.example/p> -5 }")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(5)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"

        def ask() -> None:
            with suppress(OSError, RuntimeError, ValueError):
                list(store.query(f"SELECT * {{ ?s ?p -5SERVICE SILENT <{address}> {{ }} }}"))  # type: ignore[arg-type]

        asking = threading.Thread(target=ask)
        asking.start()
        connection, _ = listener.accept()
        connection.close()
        asking.join()


def test_no_lexing_hides_a_service() -> None:
    """Random texts of what is hard to tell apart: one that is no SPARQL any more without its SERVICE has one."""
    pieces = ["SERVICE", "service", "{", "}", "(", ")", "<", ">", "'", '"', "'''", '"""', "\\", "#", "\n", " ", " ",
              ".", "?x", "?s ?p ", "5", "-5", "1.e5", "true", "FILTER", "<http://127.0.0.1:1/>", "<http://127.0.0.1:1/>{}",
              "a:b", "a:", "a:\\'", "a:\\#", "@en", "^^", "1<2", "&&", ">", "\\u0053ERVICE", "\\u0027", "''", "||",
              "'\\''"]  # fmt: skip
    draw, real = random.Random(5), 0
    shapes = ("PREFIX a:<http://127.0.0.1:1/> SELECT * {{ {} }}",
              "SELECT * {{ ?s ?p {}SERVICE<http://127.0.0.1:1/>{{}} }}",
              "PREFIX a:<http://127.0.0.1:1/> SELECT * {{ ?s ?p a:b{}SERVICE <http://127.0.0.1:1/>{{}} }}")  # fmt: skip
    for _ in range(12_000):
        text = draw.choice(shapes).format("".join(draw.choices(pieces, k=draw.randint(0, 7))))
        if is_sparql(text) and not is_sparql(broken := text.replace("SERVICE", "SERVIZE").replace("service", "servize").
                                             replace("\\u0053ERVICE", "SERVIZE")):  # fmt: skip
            real += 1
            assert says(text, "SERVICE"), (text, broken)
    assert real > 100  # the texts are what they should be


def is_sparql(text: str) -> bool:
    try:
        ox.Store().query(text)
    except SyntaxError:
        return False
    except (RuntimeError, ValueError, OSError):  # it went as far as to ask
        return True
    return True


@pytest.mark.parametrize(
    "path",
    ["a" + "/#x y\na" * 300, "(a )" + "/(a )" * 300, "a" + " / ( ! a ) *" * 300, "a#x y\n" + "/a#x y\n" * 300],
    ids=["comments", "brackets", "marks", "comments after names"],
)
def test_no_writing_hides_a_long_path(site: Server, path: str) -> None:
    began = time.monotonic()
    got = site.query(f"SELECT * {{ ?s {path} ?o }}")
    assert got.status == 400
    assert "steps" in json.loads(got.body)["detail"]
    assert time.monotonic() - began < 1.5


def test_what_is_no_path_is_none() -> None:
    assert (
        steps("SELECT * { ?s a/a ?o . ?o <http://a.example/b/c/d> ?x . " + "?o a/a ?x ; a/a 'a/b/c' . " * 90 + "}") == 2
    )
    assert steps("SELECT * { FILTER(1=1" + "||?a=2" * 200 + ") }") == 1


# answers that are cut

HOSTILE = ["},{", '},{"', "\\", '"},{"', '\\"},{"', "\\\\},{", "{}", "]}}", "\n\t\u2028", "</head>", "é\U0001f600", ""]


def hostile(rows: int) -> tuple[str, list[str]]:
    """A query of so many rows of hostile texts, and these in order."""
    texts = [f"{HOSTILE[n % len(HOSTILE)]}{n if n % 2 else ''}" for n in range(rows)]
    return f"SELECT ?x {{ VALUES ?x {{ {' '.join(str(ox.Literal(text)) for text in texts)} }} }}", texts


def test_a_cut_answer_is_whole_rows_in_every_format(site: Server) -> None:
    text, texts = hostile(ROWS + 100)
    told = {accept: site.query(text, accept) for accept in (JSON, XML, CSV, TSV)}
    assert {got.headers.get("partial-answer") for got in told.values()} == {f"rows={ROWS}"}
    found = [row["x"]["value"] for row in json.loads(told[JSON].body)["results"]["bindings"]]
    assert found == texts[:ROWS]
    page = xml.dom.minidom.parseString(told[XML].body)
    written = page.getElementsByTagName("literal")
    assert ["".join(part.data for part in node.childNodes) for node in written] == found  # type: ignore[union-attr]
    assert page.getElementsByTagName("link")
    assert [row[0] if row else "" for row in csv.reader(io.StringIO(told[CSV].body.decode(), newline=""))][1:] == found
    read = ox.parse_query_results(told[TSV].body, format=ox.QueryResultsFormat.TSV)
    assert isinstance(read, ox.QuerySolutions)
    assert [row["x"].value for row in read] == found


def test_rows_that_bind_nothing_count_too(site: Server) -> None:
    got = site.query("SELECT ?none { ?a ?b ?c }")
    assert got.headers["partial-answer"] == f"rows={ROWS}"
    assert json.loads(got.body)["results"]["bindings"] == [{}] * ROWS


@pytest.mark.parametrize("most", range(100, 4_000, 171))
def test_wherever_an_answer_is_cut_for_its_size_it_is_read(most: int) -> None:
    text, texts = hostile(200)
    found = ox.Store().query(text)
    assert isinstance(found, ox.QuerySolutions)
    try:
        told = results.rows(found, ox.QueryResultsFormat.JSON, Limits(answer=most))
    except Refused as e:
        assert e.status == 413
        return
    read = [row["x"]["value"] for row in json.loads(told.body)["results"]["bindings"]]
    assert told.cut == f"bytes={most}"
    assert read == texts[: len(read)]


@pytest.mark.parametrize(
    ("text", "accept"),
    [
        ('SELECT ?x { BIND("\\u0001" AS ?x) }', XML),
        ('SELECT ?x { BIND("\\uFFFE" AS ?x) }', XML),
        ('CONSTRUCT { <http://a.example/s> <http://a.example/p> "\\u0001" } {}', "application/rdf+xml"),
        ("CONSTRUCT { <http://a.example/s> <http://a.example/1> 1 } {}", "application/rdf+xml"),
    ],
)
def test_xml_that_nobody_can_read_is_not_sent(site: Server, text: str, accept: str) -> None:
    assert site.query(text, accept).status == 406
    assert site.query(text, "application/n-triples" if "CONSTRUCT" in text else JSON).status == 200


# what is sent without end


@pytest.mark.parametrize(
    ("first", "again"),
    [
        (b"GET / HTTP/1.1\r\nHost: a\r\n", b"X: " + b"a" * 60_000 + b"\r\n"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: ", b"a" * 60_000),
        (b"GET /", b"a" * 60_000),
        (b"POST /sparql HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;", b"a" * 60_000),
        (b"", b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: a\r\n\r\n" * 1_000),
    ],
    ids=["headers", "header", "address", "chunk", "requests"],
)
def test_what_has_no_end_is_not_kept(site: Server, first: bytes, again: bytes) -> None:
    before, sent = site.resident(), 0
    with socket.create_connection(("127.0.0.1", site.port), timeout=5) as connection, suppress(OSError):
        connection.sendall(first)
        while sent < 64 << 20:
            connection.sendall(again)
            sent += len(again)
    assert sent < 32 << 20
    assert site.resident() - before < 24 << 20


def test_some_requests_may_be_sent_ahead(site: Server) -> None:
    one = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: a\r\n\r\n"
    told = site.raw(one * 5 + one.replace(b"Host", b"Connection: close\r\nHost"))
    assert told.count(b"HTTP/1.1 200 OK") == 6
    assert site.raw(one * 200, 3).count(b"HTTP/1.1 200 OK") < 200


def test_a_long_query_in_the_address_is_read(site: Server) -> None:
    text = f"ASK {{}} #{'a' * 60_000}"
    assert len(text) < LONGEST
    assert site.ask(f"/sparql?query={quote(text)}").status == 200


# requests that mean two things

CHUNKED = b"f\r\nquery=ASK%7B%7D\r\n0\r\n\r\n"


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", CHUNKED),
        (b"Content-Length: 15\r\nContent-Length: 3\r\n", b"query=ASK%7B%7D"),
        (b"Transfer-Encoding: xchunked\r\n", CHUNKED),
        (b"Transfer-Encoding: chunked, identity\r\n", CHUNKED),
        (b"Transfer-Encoding:\x0bchunked\r\n", CHUNKED),
        (b"Content-Length : 15\r\n", b"query=ASK%7B%7D"),
        (b"Content-Length: +15\r\n", b"query=ASK%7B%7D"),
        (b"Host: b\r\nContent-Length: 15\r\n", b"query=ASK%7B%7D"),
    ],
)
def test_no_request_can_be_read_in_two_ways(site: Server, head: bytes, body: bytes) -> None:
    first = b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    told = site.raw(first + head + b"\r\n" + body + b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n", 3)
    assert told.startswith(b"HTTP/1.1 400 ")
    assert told.count(b"HTTP/1.1 ") == 1


def test_a_request_without_a_host_is_none(site: Server) -> None:
    assert site.raw(b"GET /health HTTP/1.1\r\n\r\n", 3).startswith(b"HTTP/1.1 400 ")
    assert site.raw(b"GET /health HTTP/1.0\r\n\r\n", 3).startswith(b"HTTP/1.1 200 ")


REFLECTED = ["/{}", "/id/city/{}", "/questions/{}", "/questions/partner-tiers?{}=1", "/?q={}", "/?lang={}", "/?as={}",
             "/sparql?as={}", "/sparql?query={}&as=html", "/sparql?query=ASK%7B%7D&default-graph-uri={}",
             "/graph-store?graph={}", "/graph-store/{}", "/ontology/{}", "/.well-known/{}"]  # fmt: skip


@pytest.mark.parametrize("place", REFLECTED)
def test_what_is_sent_back_is_no_header_no_script_and_no_line_of_the_log(site: Server, place: str) -> None:
    attack = quote('"><script>alert(1)</script>\r\nX-Stolen: 1\r\n\r\n\0')
    got = site.ask(place.format(attack), accept="text/html, */*;q=0.1", host='a"><script>')
    assert "x-stolen" not in got.headers
    assert got.headers["x-content-type-options"] == "nosniff"
    assert "script" not in got.headers["content-security-policy"]
    if got.headers["content-type"].startswith("text/"):
        assert b"<script" not in got.body
    for line in site.log.read_text().splitlines():
        assert json.loads(line).keys() >= {"path", "status"}


def test_one_key_of_the_cache_is_one_answer(site: Server) -> None:
    asked = "/id/city/kyiv"
    page, data = (site.ask(asked, accept=accept) for accept in ("text/html", "text/turtle"))
    assert page.headers["etag"] != data.headers["etag"]
    tag = page.headers["etag"]
    assert site.ask(asked, accept="text/turtle", if_none_match=tag).body == data.body
    assert site.ask(asked, accept="text/html", if_none_match=f'"a", W/{tag}').status == 304
    head = site.ask(asked, "HEAD", accept="text/html")
    assert (head.headers["etag"], head.headers["content-length"], head.body) == (tag, str(len(page.body)), b"")
    here, there = (site.ask("/sparql", accept="text/turtle", host=host) for host in ("a.example", "b.example"))
    assert b"//a.example/" in here.body
    assert b"//b.example/" in there.body
    assert b"a.example" not in there.body
    assert b"//localhost/sparql" in site.ask("/sparql", accept="text/turtle", host='a"><script>').body


def test_a_byte_order_mark_and_a_charset_are_understood() -> None:
    told = "application/sparql-query; charset=UTF-8; a=b"
    request = Request("POST", "/sparql", headers={"content-type": told}, body=b"\xef\xbb\xbfASK {}")
    assert request.text() == "ASK {}"
    request.headers["content-type"] = "application/sparql-query; charset=utf-16"
    with pytest.raises(Refused, match="utf-16"):
        request.text()


# processes


def test_workers_that_are_killed_without_end_come_back(site: Server) -> None:
    with ThreadPoolExecutor(8) as threads:
        told = list(threads.map(lambda n: site.query(f"{BOMB}#{n}").status, range(24)))
    assert set(told) == {503}
    began = time.monotonic()
    assert site.query("ASK {}").status == 200
    assert time.monotonic() - began < 2
    assert within(5, lambda: json.loads(site.ask("/health").body)["workers"] >= 3)


def test_no_worker_outlives_who_could_stop_it(eic: Path, tmp_path: Path) -> None:
    with attacked(tmp_path, str(eic), "--seconds", "2") as server:
        before = set(server.of_session())
        forks = [pid for pid in before if pid != server.pid and parents(before).count(pid) > 1]
        assert len(forks) == 1
        with ThreadPoolExecutor(2) as threads:
            asked = threads.submit(server.query, ENDLESS)
            time.sleep(0.5)
            os.kill(forks[0], signal.SIGKILL)
            assert server.query("ASK {}").status == 200
            assert asked.result().status == 503
        assert within(3, lambda: busy(server) == 0)  # the time is over, and nothing computes
        assert server.query("ASK { ?s ?p ?o }").status == 200
        threading.Thread(
            target=server.raw, args=(f"GET /sparql?query={quote(ENDLESS)} HTTP/1.1\r\nHost: a\r\n\r\n".encode(),)
        ).start()
        assert within(2, lambda: busy(server) > 0)
        os.kill(server.pid, signal.SIGKILL)
        assert within(3, lambda: not server.of_session())


def parents(processes: set[int]) -> list[int]:
    """The parents of these processes."""
    found = []
    for pid in processes:
        with suppress(OSError):
            found.append(int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]))
    return found


def busy(server: Server) -> int:
    """How much of a second and a half the workers of a server have computed, in half seconds."""

    def used() -> int:
        total = 0
        for pid in server.of_session():
            with suppress(OSError):
                total += int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11])
        return total

    began = used()
    time.sleep(0.5)
    return max(used() - began, 0) * 10 // os.sysconf("SC_CLK_TCK")  # a tenth of the time is nothing


# builds


def test_each_answer_is_of_one_build_and_says_of_which(site: Server, eic: Path) -> None:
    text = f"SELECT ?v {{ ?d <{VERSION}> ?v FILTER(CONTAINS(?v, '+')) }}"
    seen: list[tuple[str, str, str]] = []
    over = threading.Event()

    def ask(number: int) -> None:
        for n in range(10_000):
            if over.is_set():
                return
            got = site.query(f"{text}#{n % 3 if number else n}")  # some are answered from the cache
            assert got.status == 200, got
            (row,) = json.loads(got.body)["results"]["bindings"]
            seen.append(
                (got.headers["graph-version"], row["v"]["value"], got.headers["etag"].partition("-")[0].strip('"'))
            )

    with ThreadPoolExecutor(3) as threads:
        asking = [threads.submit(ask, number) for number in range(3)]
        for number in range(3):
            version = switched(eic, f"generation-9{number:05d}", number)
            within(8, lambda version=version: version in {told for told, _, _ in seen[-3:]})  # type: ignore[misc]
        over.set()
        [asked.result() for asked in asking]
    assert len({told for told, _, _ in seen}) >= 4
    assert not [told for told in seen if len(set(told)) != 1]


def switched(eic: Path, name: str, number: int) -> str:
    """The version of a new build that is now the current one."""
    place, fresh = current(eic), eic / name
    shutil.copytree(place, fresh)
    store = ox.Store(str(fresh))
    (old,) = [q for q in store.quads_for_pattern(None, ox.NamedNode(VERSION), None) if "+" in str(q.object)]
    version = f"{str(old.object).strip(chr(34))}{number}"
    store.remove(old)
    store.add(ox.Quad(old.subject, old.predicate, ox.Literal(version), old.graph_name))
    store.flush()
    del store
    (eic / "next").write_text(f"{name}\n")
    (eic / "next").replace(eic / "eic-current")
    return version


# changes of a scratch store


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "null"},
        {"origin": "http://evil.example"},
        {"origin": "http://localhost:1"},
        {"host": "evil.example", "origin": "http://evil.example"},
        {"host": "localhost.evil.example"},
        {"host": "evil.example", "may_change": "yes"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site", "content_type": FORM},
        {"content_type": "text/plain"},
        {"content_type": "multipart/form-data; boundary=a"},
    ],
    ids=str,
)
def test_no_page_of_another_site_changes_a_scratch_store(scratch: Server, headers: dict[str, str]) -> None:
    before = scratch.query("SELECT * { ?s ?p ?o }").body
    body = "update=CLEAR+ALL" if headers.get("content_type") == FORM else "CLEAR ALL"
    assert scratch.update(body, **headers).status in (403, 415)
    assert scratch.query("SELECT * { ?s ?p ?o }").body == before


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/turtle", rb'<http://a.example/s> <http://a.example/p> "\u0000" .'),
        (
            "text/turtle",
            rb'<http://a.example/s> <http://a.example/p> <<( <http://a.example/s> <http://a.example/p> "\u0000" )>> .',
        ),
        ("text/turtle", b'<http://a.example/s> <http://a.example/p> "1" . <http://a.example/s'),
        ("multipart/form-data", b"--a\r\nContent-Type: text/turtle\r\n\r\n\r\n--a--"),
        ("multipart/form-data; boundary=a", b"--a\r\nContent-Type: text/turtle\r\n\r\n"),
        ("application/ld+json", b'{"@context": "http://127.0.0.1:9/", "@id": "http://a.example/s"}'),
    ],
)
def test_a_document_that_is_wrong_leaves_the_graph_as_it_was(scratch: Server, kind: str, body: bytes) -> None:
    place = "/graph-store?graph=http://a.example/g"
    assert (
        scratch.ask(place, "PUT", b"<http://a.example/s> <http://a.example/p> 1 .", content_type="text/turtle").status
        < 300
    )
    before = scratch.ask(place).body
    assert b"a.example/p" in before
    assert scratch.ask(place, "PUT", body, content_type=kind).status == 400
    assert scratch.ask(place).body == before


@pytest.mark.parametrize("text", ["LOAD <http://127.0.0.1:9/>", "LOA\\u0044 SILENT <file:///etc/passwd>",
                                  "PREFIX a:<http://a.example/1>LOAD <file:///etc/passwd>",
                                  'INSERT DATA { <http://a.example/s> <http://a.example/p> "\\u0000" }'])  # fmt: skip
def test_no_update_reads_elsewhere_or_writes_what_cannot_be_read(scratch: Server, text: str) -> None:
    assert scratch.update(text).status == 400
