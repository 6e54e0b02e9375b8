"""Attacks on `kg serve` by queries and changes: what is asked to reach elsewhere, or to change what is another's."""

from __future__ import annotations

import json
import random
import socket
import threading
from contextlib import suppress

import pyoxigraph as ox
import pytest

from kg.web.screening import says
from tests.attacked import FORM, Server
from tests.attacked import scratch as scratch

pytestmark = pytest.mark.xdist_group("serve")


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
                list(store.query(f"SELECT * {{ ?s ?p -5SERVICE SILENT <{address}> {{ }} }}"))  # type: ignore[arg-type]  # a SELECT has rows

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
