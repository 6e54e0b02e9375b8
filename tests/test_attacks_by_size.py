"""Attacks on `kg serve` by size: paths and answers that are too long, and what is sent without end."""

from __future__ import annotations

import csv
import io
import json
import socket
import time
import xml.dom.minidom
from contextlib import suppress
from urllib.parse import quote

import pyoxigraph as ox
import pytest

from kg.web import results
from kg.web.connections import LONGEST
from kg.web.http import Refused
from kg.web.screening import steps
from kg.web.site import Limits
from tests.attacked import CSV, JSON, ROWS, TSV, XML, Server
from tests.attacked import eic as eic
from tests.attacked import site as site

pytestmark = pytest.mark.xdist_group("serve")


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
    assert ["".join(part.data for part in node.childNodes) for node in written] == found  # type: ignore[union-attr]  # a literal holds texts alone
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
