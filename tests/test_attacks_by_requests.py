"""Attacks on `kg serve` by requests that mean two things, to its parser, to a cache, to a page or to its log."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from kg.web.http import Refused, Request
from tests.attacked import Server
from tests.attacked import eic as eic
from tests.attacked import site as site

pytestmark = pytest.mark.xdist_group("serve")
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
