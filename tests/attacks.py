"""Hostile queries and requests: what they are, and whether they must be refused. `TRAP` stands for an address that
must not be reached; what is only just within the limits may be answered, or not in time."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote

ALL = "?a ?b ?c . ?d ?e ?f"


class Query(NamedTuple):
    """A query, whether it must be refused, and whether it is one to be waited for long."""

    text: str
    refused: bool = False
    heavy: bool = False


def _nested(before: str, depth: int, within: str = "?a ?b ?c", after: str = "}") -> str:
    return f"SELECT * {{ {before * depth} {within} {after * depth} }}"


def _path(steps: int) -> str:
    return f"SELECT * {{ ?a {'/'.join(['(rdfs:label|^rdfs:label)'] * steps)} ?b }}"


def _doubled(times: int) -> str:
    binds = " ".join(f"BIND(CONCAT(?v{i}, ?v{i}) AS ?v{i + 1})" for i in range(times))
    return f"SELECT (STRLEN(?v{times}) AS ?n) {{ BIND('0123456789' AS ?v0) {binds} }}"


QUERIES: dict[str, Query] = {
    "cross product": Query(f"SELECT (COUNT(*) AS ?n) {{ {ALL} . ?g ?h ?i }}", heavy=True),
    "cross product of rows": Query(f"SELECT * {{ {ALL} }}", heavy=True),
    "endless order": Query(f"SELECT * {{ {ALL} }} ORDER BY ?f ?c", heavy=True),
    "distinct pairs": Query(f"SELECT DISTINCT ?c ?f {{ {ALL} }}", heavy=True),
    "texts joined": Query(f"SELECT (GROUP_CONCAT(CONCAT(STR(?c), STR(?f))) AS ?x) {{ {ALL} }}", heavy=True),
    "groups of pairs": Query(f"SELECT ?c ?f (COUNT(*) AS ?n) {{ {ALL} }} GROUP BY ?c ?f", heavy=True),
    "graph of pairs": Query(f"CONSTRUCT {{ ?a ?e ?c }} {{ {ALL} }}", heavy=True),
    "a false cross product": Query(f"ASK {{ {ALL} FILTER(STR(?c) = CONCAT(STR(?f), 'x')) }}", heavy=True),
    "nothing exists": Query("SELECT * { ?a ?b ?c FILTER NOT EXISTS { ?d ?e ?f FILTER(?f > ?c) } }", heavy=True),
    "minus": Query(f"SELECT * {{ {ALL} MINUS {{ ?a ?e ?c }} }}", heavy=True),
    "everything described": Query("DESCRIBE ?s { ?s ?p ?o }", heavy=True),
    "digests of pairs": Query(f"SELECT (SHA512(CONCAT(STR(?c), STR(?f))) AS ?x) {{ {ALL} }}", heavy=True),
    "paths everywhere": Query("SELECT * { ?a (!rdfs:nothing)* ?b }", heavy=True),
    "paths of paths": Query("SELECT * { ?a (((!rdfs:x)*)+/(!rdfs:y)*)* ?b }", heavy=True),
    "texts doubled": Query(_doubled(60), heavy=True),
    "5,000 braces": Query(_nested("{", 5_000), refused=True),
    "190 braces": Query(_nested("{", 190)),
    "20,000 parentheses": Query(f"SELECT * {{ ?a ?b ?c FILTER{'(' * 20_000}1{')' * 20_000} }}", refused=True),
    "190 parentheses": Query(f"SELECT * {{ ?a ?b ?c FILTER{'(' * 190}1{')' * 190} }} LIMIT 1"),
    "open braces": Query("SELECT * " + "{" * 20_000, refused=True),
    "brackets in a text": Query(f'SELECT * {{ ?a ?b "{"{" * 5_000}" }}'),
    "5,000 blank nodes": Query(f"SELECT * {{ ?a ?b {'[ ?p ' * 5_000} 1 {']' * 5_000} }}", refused=True),
    "5,000 lists": Query(f"SELECT * {{ ?a ?b {'(' * 5_000} 1 {')' * 5_000} }}", refused=True),
    "500 steps": Query(_path(500), refused=True),
    "98 steps": Query(_path(49), heavy=True),
    "5,000 negations": Query(f"SELECT * {{ ?a ?b ?c FILTER({'!' * 5_000}true) }} LIMIT 1"),
    "5,000 minus signs": Query(f"SELECT * {{ ?a ?b ?c FILTER({'- ' * 5_000}1 = 1) }} LIMIT 1"),
    "5,000 sums": Query(f"SELECT * {{ ?a ?b ?c FILTER({'1 + ' * 5_000}1 = 1) }} LIMIT 1"),
    "3,000 ors": Query(f"SELECT * {{ ?a ?b ?c FILTER({'?c = 1 || ' * 3_000}false) }} LIMIT 1"),
    "a repeated repetition": Query("SELECT * { ?a ?b ?c FILTER REGEX(STR(?c), '((a{1,1000}){1,1000}){1,1000}') }"),
    "backtracking": Query("SELECT * { ?a ?b ?c FILTER REGEX(CONCAT(STR(?c), 'aaaaaaaaaaaaaaaaaaaaa!'), '(a+)+$') }"),
    "replacing": Query(f"SELECT (REPLACE(CONCAT(STR(?c), STR(?f)), '(.*?)', '$1$1') AS ?x) {{ {ALL} }}", heavy=True),
    "60 KB of values": Query(f"SELECT * {{ VALUES ?a {{ {'1 ' * 30_000} }} ?x ?y ?z }}", heavy=True),
    "500 KB of values": Query(f"SELECT * {{ VALUES ?a {{ {'1 ' * 250_000} }} }}", refused=True),
    "a list of 9,000": Query(f"SELECT * {{ ?a ?b ?c FILTER(?c IN ({','.join(map(str, range(9_000)))})) }}", heavy=True),
    "150 optionals": Query(_nested("OPTIONAL { ?a ?b ?c . ", 150), heavy=True),
    "1,000 optionals": Query(_nested("OPTIONAL { ", 1_000), refused=True),
    "500 unions": Query(f"SELECT * {{ {' UNION '.join(['{ ?a ?b ?c }'] * 500)} }}", heavy=True),
    "3,000 optionals beside": Query(f"SELECT * {{ {'OPTIONAL { ?a ?b ?c } ' * 2_500} }}", heavy=True),
    "95 sub-selects": Query(_nested("{ SELECT * { ", 95, after="} }")),
    "1,000 sub-selects": Query(_nested("{ SELECT * { ", 1_000, after="} }"), refused=True),
    "2,000 patterns": Query(f"SELECT * {{ {'?a ?b ?c . ' * 2_000} }} LIMIT 1", heavy=True),
    "500 in a chain": Query(f"SELECT * {{ {' '.join(f'?x{i} ?p ?x{i + 1} .' for i in range(500))} }}", heavy=True),
    "one variable": Query("SELECT * { ?x ?x ?x }"),
    "a long name": Query(f"SELECT ?{'x' * 50_000} {{ ?a ?b ?c }} LIMIT 1"),
    "a long text": Query(f'SELECT * {{ ?a ?b "{"x" * 50_000}" }}'),
    "a large number": Query("SELECT (1e999999 * 99999999999999999999999999999999 AS ?x) {}"),
    "a large limit": Query("SELECT * { ?a ?b ?c } LIMIT 99999999999999999999999999", refused=True),
    "half a character": Query('SELECT * { ?a ?b "\\uD800" }', refused=True),
    "no query": Query("\x00\x01\x02", refused=True),
    "unfinished": Query('SELECT * { ?a ?b "', refused=True),
    "elsewhere": Query("SELECT * { SERVICE <TRAP> { ?a ?b ?c } }", refused=True),
    "elsewhere, in silence": Query("SELECT * { sErViCe SILENT <TRAP> { ?a ?b ?c } }", refused=True),
    "elsewhere, escaped": Query("SELECT * { \\u0053ERVICE <TRAP> { ?a ?b ?c } }", refused=True),
    "elsewhere, behind a sign": Query("SELECT * { BIND(1<2 AS ?q)SERVICE<TRAP>{ ?a ?b ?c } }", refused=True),
    "elsewhere, after a comment": Query("SELECT * { # <\n SERVICE#\n<TRAP>{ ?a ?b ?c } }", refused=True),
    "elsewhere, within": Query("SELECT * { { SELECT * { SERVICE ?s {} } } VALUES ?s { <TRAP> } }", refused=True),
    "elsewhere, in a filter": Query("SELECT * { FILTER EXISTS { SERVICE <TRAP> { ?a ?b ?c } } }", refused=True),
    "loaded": Query("LOAD <TRAP>", refused=True),
    "a graph elsewhere": Query("SELECT * FROM <TRAP> { ?a ?b ?c }"),
    "a local file": Query("SELECT * FROM <file:///etc/passwd> FROM NAMED <file:///etc/passwd> { ?a ?b ?c }"),
    "a local file as graph": Query("SELECT * { GRAPH <file:///etc/passwd> { ?a ?b ?c } }"),
    "update as query": Query("DELETE WHERE { ?a ?b ?c }", refused=True),
    "insertion as query": Query("INSERT DATA { <x:a> <x:b> <x:c> }", refused=True),
    "drop as query": Query("SELECT * {} ; DROP ALL", refused=True),
}  # fmt: skip

_QUESTION = "/questions/second-tier-dependencies?city="
_FORM = "Content-Type: application/x-www-form-urlencoded\r\n"


def _get(path: str, more: str = "") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: x\r\n{more}\r\n".encode("latin-1")


def _post(body: bytes, more: str = _FORM, size: int | None = None, path: str = "/sparql") -> bytes:
    told = len(body) if size is None else size
    return f"POST {path} HTTP/1.1\r\nHost: x\r\n{more}Content-Length: {told}\r\n\r\n".encode("latin-1") + body


def _value(text: str, refused: bool = True) -> tuple[bytes, bool]:
    return _get(_QUESTION + quote(text), "Accept: application/json\r\n"), refused


#: Requests as they are sent, and whether a 2xx would be a fault.
REQUESTS: dict[str, tuple[bytes, bool]] = {
    "update by GET": (_get("/sparql?update=DROP%20ALL"), True),
    "update by form": (_post(b"update=DROP%20ALL"), True),
    "update": (_post(b"DROP ALL", "Content-Type: application/sparql-update\r\n"), True),
    "update of another origin": (_post(b"update=DROP%20ALL", f"{_FORM}Origin: http://evil.example\r\n"), True),
    "graph put": (b"PUT /graph-store?default HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", True),
    "graph deleted": (b"DELETE /graph-store?default HTTP/1.1\r\nHost: x\r\n\r\n", True),
    "query and update": (_post(b"query=ASK%7B%7D&update=DROP%20ALL"), True),
    "two queries": (_post(b"query=ASK%7B%7D&query=ASK{}"), True),
    "no such method": (b"BREW / HTTP/1.1\r\nHost: x\r\n\r\n", True),
    "trace": (b"TRACE / HTTP/1.1\r\nHost: x\r\n\r\n", True),
    "tunnel": (b"CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\n\r\n", True),
    "upgrade": (_get("/", "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"), False),
    "garbage": (bytes(range(256)) * 40, True),
    "a handshake": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500), True),
    "HTTP/0.9": (b"GET /\r\n\r\n", False),
    "HTTP/9.9": (b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", False),
    "no host": (b"GET /health HTTP/1.1\r\n\r\n", False),
    "bare line feeds": (b"GET /health HTTP/1.1\nHost: x\n\n", False),
    "a header on two lines": (_get("/health", "X-A: 1\r\n folded\r\n"), False),
    "10,000 headers": (_get("/health", "".join(f"X-{i}: {i}\r\n" for i in range(10_000))), False),
    "a header of 1 MB": (_get("/health", f"X-A: {'x' * 1_000_000}\r\n"), False),
    "an address of 1 MB": (_get("/sparql?query=" + "x" * 1_000_000), True),
    "an address of 100 KB": (_get("/" + "x" * 100_000), True),
    "5,000 parameters": (_get("/sparql?" + "&".join(f"p{i}=1" for i in range(5_000))), True),
    "a parameter in Latin-1": (_get("/sparql?query=%E9%FF"), True),
    "a question in Latin-1": (_get("/questions/%E9%FF?city=%C0%80"), True),
    "a body in Latin-1": (_post(b"\xff\xfe\x00", "Content-Type: application/sparql-query\r\n"), True),
    "a wrong charset": (_post(b"ASK{}", "Content-Type: application/sparql-query; charset=utf-16\r\n"), True),
    "no content type": (_post(b"ASK{}", ""), True),
    "a body of 2 MB": (_post(b"query=" + b"x" * 2_000_000), True),
    "a large promise": (_post(b"query=", size=10**15), True),
    "a negative length": (_post(b"query=ASK{}", size=-1), True),
    "two lengths": (_post(b"query=ASK{}", f"{_FORM}Content-Length: 3\r\n"), True),
    "length and chunks": (_post(b"0\r\n\r\nGET /x HTTP/1.1\r\n\r\n", f"{_FORM}Transfer-Encoding: chunked\r\n"), True),
    "wrong chunks": (_get("/sparql", "Transfer-Encoding: chunked\r\n") + b"zz\r\nhello\r\n", True),
    "a chunk without end": (_get("/sparql", "Transfer-Encoding: chunked\r\n") + b"FFFFFFFFFFFFFFFFF\r\nxx", True),
    "longer than told": (_post(b"query=ASK{}" + b"x" * 5_000, size=11), False),
    "unacceptable": (_get("/sparql?query=ASK%7B%7D", "Accept: image/png\r\n"), True),
    "10,000 ranges": (_get("/sparql?query=ASK%7B%7D", f"Accept: {'a/b;q=0.1,' * 5_000}*/*\r\n"), False),
    "a strange quality": (_get("/sparql?query=ASK%7B%7D", "Accept: text/csv;q=nan;q=1e999, ;;;,=\r\n"), False),
    "a strange language": (_get("/", "Accept-Language: " + "x-" * 5_000 + "\r\n"), False),
    "a strange host": (_get("/", "Host: evil.example/<script>\r\n"), False),
    "up and away": (_get("/id/../../../../etc/passwd"), True),
    "up and away, encoded": (_get("/id/%2e%2e/%2e%2e/%2e%2e/etc/passwd"), True),
    "an absolute address": (_get("http://evil.example/etc/passwd"), True),
    "no such thing": (_get("/id/city/atlantis"), True),
    "no IRI": (_get("/id/city/%3C%3E%22%7B%7D%00"), True),
    "no such question": (_get("/questions/drop-all?x=1"), True),
    "no such parameter": (_get("/questions/partner-tiers?colour=red", "Accept: application/json\r\n"), True),
    "no such form": (_get("/questions/partner-tiers?as=exe"), True),
    "a quote as value": _value('Kyiv"', refused=False),
    "a brace as value": _value("} } DROP ALL {"),
    "a line as value": _value("Kyiv\n\r\t#", refused=False),
    "right to left": _value("\u202eviyK"),
    "an IRI as value": _value("<http://example.org/> <x>"),
    "an escape as value": _value("\\u0022 \\ %s {0}"),
    "a null as value": _value("\x00"),
    "a long value": _value("x" * 10_000),
    "markup as value": _value("<script>alert(1)</script>"),
    "a long search": (_get("/?q=" + "x" * 5_000), False),
    "a strange search": (_get("/?q=" + quote("\u202e\x00\ud7ff'\"<>*?[]()\\")), False),
    "a graph of a file": (_get("/graph-store?graph=file:///etc/passwd"), True),
    "a dataset of a file": (_get("/sparql?query=SELECT*%7B?a?b?c%7D&default-graph-uri=file:///etc/passwd"), False),
    "a dataset that is none": (_get("/sparql?query=SELECT*%7B?a?b?c%7D&default-graph-uri=%3C%20%3E"), True),
}  # fmt: skip
