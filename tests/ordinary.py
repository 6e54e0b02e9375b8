"""What ordinary clients ask of `kg serve`, each with its right answer, found without the server: questions are asked of
the folder in this process, queries of the store itself, and of pages it is said what must stand on them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import pyoxigraph as ox

import kg
from kg.generations import current
from kg.terms import PREFIXES, thing
from tests.closed_loop import Reply, Request, request

Read = Callable[[Reply], object]


class Case(NamedTuple):
    """A request, how its answer is read, the status it must have and what must be read."""

    request: Request
    read: Read
    expected: object
    status: int = 200

    def right(self, reply: Reply) -> bool:
        """Whether an answer is the right one."""
        return reply.status == self.status and self.read(reply) == self.expected


def _case(name: str, path: str, read: Read, expected: object, **told: Any) -> Case:
    message = request(told.pop("method", "GET"), path, told.pop("headers", None), told.pop("body", b""))
    return Case(Request(message, name, told.pop("head", False)), read, expected, **told)


# questions of the library

QUESTIONS: list[tuple[str, dict[str, str]]] = [
    ("second-tier-dependencies", {"city": "Kyiv"}),
    ("second-tier-dependencies", {"city": "基辅"}),
    ("city-profile", {"city": "Tbilisi", "element": "conversion into products"}),
    ("alliance-members", {}),
    ("tier-summary", {"tier": "first tier"}),
    ("dependencies", {"city": "Minsk", "as_of": "2019-12-31"}),
    ("element-match", {"city": "Kyiv", "partner": "Minsk"}),
    ("rank-comparison", {"city": "Kyiv", "other": "Almaty"}),
    ("cooperation-functions", {}),
    ("partner-tiers", {}),
]


def _json(reply: Reply) -> object:
    return json.loads(reply.body)


def _csv(reply: Reply) -> object:
    return list(csv.reader(io.StringIO(reply.body.decode("utf-8-sig"))))


def _questions(folder: Path) -> list[Case]:
    graph, cases = kg.open(folder), []
    for name, given in QUESTIONS:
        answer, path = graph.ask(name, **given), f"/questions/{name}?{urlencode(given)}"
        assert len(answer), f"{name} has no rows: it would show nothing"
        words = [word for row in answer.texts() for cell in row for word in re.split("[;,\n]", cell) if word.strip()]
        for form, read in (("json", _json), ("csv", _csv)):
            media = "application/json" if form == "json" else "text/csv"
            body = answer.to(form)
            expected = read(Reply(200, body=body.encode() if isinstance(body, str) else body))
            cases.append(_case(f"question as {form}", path, read, expected, headers={"Accept": media}))
        cases.append(_page("question as page", path, [word.strip() for word in words[:30]]))
    return cases


# pages

#: What stands on a page, by its address, as one finds it in the paper.
PAGES = {
    "/id/city/kyiv": ["Kyiv", "second-tier partner", "Moscow"],
    "/id/city/moscow?lang=zh": ["莫斯科", "一级创新伙伴"],
    "/id/city/minsk?lang=ru": ["Минск"],
    "/id/alliance/energy-cities": ["Energy Cities"],
    "/?q=Kyiv": ["/id/city/kyiv"],
    "/?q=" + quote("莫斯科"): ["/id/city/moscow"],
    "/?q=" + quote("Алматы") + "&lang=ru": ["/id/city/almaty"],
    "/": ["second-tier-dependencies", "partner-tiers"],
    "/questions": ["second-tier-dependencies", "alliance-members"],
}


def _page(name: str, path: str, needed: list[str]) -> Case:
    """A page on which all that is needed stands; what is missing is read."""

    def missing(reply: Reply) -> object:
        from html import unescape

        text = unescape(reply.body.decode())
        return (
            [] if "</html>" in text and all(word in text for word in needed) else [w for w in needed if w not in text]
        )

    return _case(name, path, missing, [], headers={"Accept": "text/html"})


# queries

_POINT = "SELECT ?p ?o { <%s> ?p ?o }"
_JOIN = (
    "SELECT ?claim ?start { ?passage eic:page PAGE . ?claim prov:wasDerivedFrom ?passage . "
    "?passage oa:hasSelector ?span . ?span oa:start ?start }"
)
_SELECTED = {
    "point query": [_POINT % thing(f"city/{city}").value for city in ("kyiv", "minsk", "moscow", "almaty", "baku")],
    "join": [_JOIN.replace("PAGE", page) for page in ("118", "121", "124", "127")],
    "aggregate": [
        "SELECT ?class (COUNT(?x) AS ?n) { ?x a ?class ; eic:concerns ?y } GROUP BY ?class ORDER BY DESC(?n)",
        "SELECT ?page (COUNT(?passage) AS ?n) { ?passage eic:page ?page } GROUP BY ?page",
    ],
}
_BUILT = "CONSTRUCT { ?city a ?tier } { ?city eic:hasTier ?tier }"


def _canonical(found: ox.QuerySolutions) -> object:
    names = [variable.value for variable in found.variables]
    return names, sorted(str([str(row[name]) for name in names]) for row in found)


def _solutions(form: ox.QueryResultsFormat) -> Read:
    def read(reply: Reply) -> object:
        found = ox.parse_query_results(reply.body, format=form)
        assert isinstance(found, ox.QuerySolutions)
        return _canonical(found)

    return read


def _triples(reply: Reply) -> object:
    return sorted(str(quad.triple) for quad in ox.parse(reply.body, format=ox.RdfFormat.N_TRIPLES))


def _queries(folder: Path) -> list[Case]:
    store, cases = ox.Store.read_only(str(current(folder))), []
    forms = {"json": ox.QueryResultsFormat.JSON, "xml": ox.QueryResultsFormat.XML, "tsv": ox.QueryResultsFormat.TSV}
    told = [(name, text) for name, texts in _SELECTED.items() for text in texts]
    for number, (name, text) in enumerate(told):
        found = store.query(text, prefixes=PREFIXES, use_default_graph_as_union=True)
        assert isinstance(found, ox.QuerySolutions)
        expected = _canonical(found)
        assert expected[1], f"{text} has no rows"  # type: ignore[index]
        form = list(forms)[number % 3]
        media = {"json": "application/sparql-results+json", "xml": "application/sparql-results+xml"}
        headers = {"Accept": media.get(form, "text/tab-separated-values")}
        path, read = f"/sparql?query={quote(text)}", _solutions(forms[form])
        cases.append(_case(f"{name} by GET", path, read, expected, headers=headers))
        posted = headers | {"Content-Type": "application/sparql-query"}
        cases.append(
            _case(f"{name} by POST", "/sparql", read, expected, headers=posted, body=text.encode(), method="POST")
        )
    built = store.query(_BUILT, prefixes=PREFIXES, use_default_graph_as_union=True)
    assert isinstance(built, ox.QueryTriples)
    whole = sorted(str(triple) for triple in set(built))
    plain = {"Accept": "application/n-triples"}
    cases.append(_case("graph", f"/sparql?query={quote(_BUILT)}", _triples, whole, headers=plain))
    kyiv = thing("city/kyiv")
    around = [*store.quads_for_pattern(kyiv, None, None), *store.quads_for_pattern(None, None, kyiv)]
    expected = sorted({str(quad.triple) for quad in around})
    cases.append(_case("thing as N-Triples", "/id/city/kyiv", _triples, expected, headers=plain))
    return cases


def _empty(reply: Reply) -> object:
    return reply.body, bool(reply.header("etag"))


def _heads() -> list[Case]:
    return [_case("head", path, _empty, (b"", True), method="HEAD", head=True) for path in ("/", "/id/city/kyiv")]


def unchanged(case: Case, reply: Reply) -> Case:
    """The same request once more, with the ETag of its right answer: it has not been modified."""
    line, rest = case.request.message.split(b"\r\n", 1)
    told = f"If-None-Match: {reply.header('etag')}\r\n".encode()
    return Case(Request(line + b"\r\n" + told + rest, "not modified"), lambda r: r.body, b"", 304)


def cases(folder: Path) -> list[Case]:
    """All that is asked of the graph in a folder."""
    pages = [_page("search" if "q=" in path else "page", path, needed) for path, needed in PAGES.items()]
    return [*_questions(folder), *_queries(folder), *pages, *_heads()]
