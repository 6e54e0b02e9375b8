"""Every question gives the answers of its expected file, and the same answer to the last flag, on every engine."""

from __future__ import annotations

import gc
import json
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

import kg
from kg import library
from kg.errors import BadQuestion
from kg.graph import Graph
from kg.naming import resolve
from kg.terms import layer
from kg.values import Term
from tests.engines import ALL, insist_on_virtuoso, oxigraph_server, strange, virtuoso_server
from tests.pace import slow_unless
from tests.test_answers import CASES, compare

#: Questions whose evidence rdflib is asked for too: its parser takes a second for some hundreds of IRIs.
TOLD = ("second-tier-dependencies", "partnership-documents", "tier-placement", "alliance-members")
ENGINES = ("rdflib", "oxigraph", "virtuoso")
Case = tuple[str, int, dict[str, Any]]


@pytest.fixture(scope="session")
def rdflib(graph: Graph) -> Graph:
    dataset = graph.to_rdflib()
    dataset.parse(data="".join(f"{q} .\n" for q in strange(graph)), format="nquads")
    opened = kg.open(dataset)
    gc.freeze()  # millions of objects that stay: see conftest
    return opened


@pytest.fixture(scope="session")
def oxigraph(graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    with oxigraph_server(graph, tmp_path_factory.mktemp("oxigraph")) as address:
        yield kg.open(address)


@pytest.fixture(scope="session")
def virtuoso(graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    insist_on_virtuoso()
    with virtuoso_server(graph, tmp_path_factory.mktemp("virtuoso")) as address:
        yield kg.open(address)


@pytest.fixture
def other(request: pytest.FixtureRequest) -> Graph:
    """The graph on another engine, beside a stranger's data."""
    found: Graph = request.getfixturevalue(request.param)
    return found


def canonical(term: Term | None) -> Any:
    """A term as the design compares terms: language tags in one case, all else as kg.values has put it."""
    if isinstance(term, ox.Literal):
        return term.value, (term.language or "").casefold(), term.datatype.value
    return term and term.value  # type: ignore[union-attr]


def few(cases: list[Case]) -> list[Case]:
    """Two cases a question, one of them with an answer."""
    chosen: dict[str, list[Case]] = {}
    for case in sorted(cases, key=lambda case: not case[2]["rows"]):
        chosen.setdefault(case[0], []).append(case)
    return [case for one in chosen.values() for case in one[:2]]


#: Virtuoso takes long to start.
EACH = [pytest.param(e, marks=[pytest.mark.xdist_group(e), *slow_unless(e != "virtuoso")]) for e in ENGINES]
#: At once: a question of each subject on Oxigraph, and some on rdflib.
SUBJECTS = {library.question(name).tags[0]: name for name in library.names()}.values()
AT_ONCE = {name: number for name, number, _ in reversed(few(CASES))}


def marked(engine: str, name: str, number: int) -> list[Any]:
    at_once = name in TOLD if engine == "rdflib" else engine == "oxigraph" and name in (*TOLD, *SUBJECTS)
    return [pytest.mark.xdist_group(engine), *slow_unless(at_once and number == AT_ONCE[name])]


#: Where CI wants all engines it also wants all cases, but of rdflib, which takes a hundred times as long as the others.
PAIRS = [
    pytest.param(engine, *case, marks=marked(engine, *case[:2]), id=f"{engine}-{case[0]}-{case[1]}")
    for engine in ENGINES
    for case in (CASES if ALL and engine != "rdflib" else few(CASES))
]


@pytest.mark.parametrize(("other", "name", "number", "case"), PAIRS, indirect=["other"])
def test_every_engine_gives_the_same_answer(
    graph: Graph, other: Graph, name: str, number: int, case: dict[str, Any]
) -> None:
    given = case.get("parameters", {})
    here = graph.ask(name, **given)
    if "rdflib" in other.engine.target and name not in TOLD:  # looking names up there takes longer than the question
        given = {
            key: [term.strip("<>") for term in terms] for key, terms in here.parameters.items() if terms[0][0] == "<"
        }
        given |= {key: value for key, value in case.get("parameters", {}).items() if key not in given}
    there = other.ask(name, **given)
    compare(there, case)
    at = [there.columns.index(column) for column in here.columns]
    rows = [
        Counter(tuple(canonical(row[i]) for i in order) for row in answer.rows)
        for answer, order in ((here, range(len(at))), (there, at))
    ]
    assert rows[0] == rows[1], (
        f"only here: {list((rows[0] - rows[1]).items())[:3]}, only there: {list((rows[1] - rows[0]).items())[:3]}"
    )
    if "rdflib" not in other.engine.target or name in TOLD:
        assert sorted(map(sorted, here.texts())) == sorted(map(sorted, there.texts()))
        assert sorted(here.notes()) == sorted(there.notes())


HOSTILE = [
    '"',
    "\\",
    "\n",
    "\t\r",
    "a\0b",
    "\x7f",
    "\u2028",
    "\u202eabc",
    "😀",
    "e\u0301",
    "}",
    "#",
    "> <",
    "'''",
    '"""',
]
HOSTILE += [
    "\\u0022",
    "\\U0001F600",
    "x\\\\u0041",
    "\\",
    "%20",
    "&amp;",
    "$x ?y",
    "{ UNDEF }",
    "VALUES ?text { UNDEF }",
]
HOSTILE += [
    '" } DROP ALL #',
    '") } UNION { ?s ?p ?o',
    "\ufeff",
    "\uffff",
    "中" * 1000,
    "@en",
    "^^<x>",
    " lead",
    "trail ",
    "",
]
SEARCHED = ["single-wheel", "ALLIANCE", "知识", "\\", "“", "?", "%", ".*", "' OR 1", "Ｔ"]


@pytest.mark.parametrize("other", EACH, indirect=True)
def test_any_text_is_the_same_term_on_every_engine(other: Graph) -> None:
    parameter = library.question("statement-search").parameter("text")
    for text in HOSTILE:
        found: Any = other.engine.query(f"SELECT ?x WHERE {{ VALUES ?x {{ {resolve(other, parameter, text)} }} }}")
        assert [row["x"].value for row in found] == [text]


@pytest.mark.parametrize(
    "other",
    [pytest.param(e, marks=[pytest.mark.xdist_group(e), *slow_unless(e == "oxigraph")]) for e in ENGINES],
    indirect=True,
)
def test_a_bound_text_finds_what_a_filter_in_python_finds(graph: Graph, other: Graph) -> None:
    labels = graph.select("SELECT ?c ?label WHERE { ?c eic:saidBy ?source ; rdfs:label ?label }")
    for text in SEARCHED if "rdflib" not in other.engine.target else SEARCHED[:2]:
        wanted = {row["c"] for row in labels if text.lower() in row["label"].value.lower()}  # type: ignore[union-attr]  # labels are texts
        assert {row["claim"] for row in other.ask("statement-search", text=text)} == wanted


@pytest.mark.parametrize("other", EACH, indirect=True)
def test_several_values_one_twice_and_none_mean_the_same_everywhere(graph: Graph, other: Graph) -> None:
    for cities in (["Kyiv", "基辅", "Киев"], ["Kyiv", "Minsk"], None):
        here, there = (g.ask("partner-tiers", city=cities).values("city") for g in (graph, other))
        assert here == there
    with pytest.raises(BadQuestion, match="give at least one value"):
        other.ask("partner-tiers", city=[])


@pytest.mark.parametrize("name", ["second-tier-dependencies", "alliance-members", "quantities"])
def test_the_text_shown_means_the_same_in_a_bare_store_of_any_kind(graph: Graph, oxigraph: Graph, name: str) -> None:
    """A stranger's default graph, and a data set that knows no default: the text brings its own."""
    text, here = graph.show(name), len(graph.ask(name))
    assert len(list(graph.embedded().query(text))) == here  # type: ignore[arg-type]  # it is a SELECT
    request = urllib.request.Request(
        oxigraph.engine.target,
        urllib.parse.urlencode({"query": text}).encode(),
        {"Accept": "application/sparql-results+json"},
    )
    with urllib.request.urlopen(request) as response:
        assert len(json.load(response)["results"]["bindings"]) == here


FLAGS = "SELECT (COUNT(*) AS ?n) FROM <https://w3id.org/eic/graph/flags> WHERE { ?s ?p ?o }"


@pytest.mark.parametrize("other", EACH, indirect=True)
def test_a_query_that_names_its_graphs_is_asked_of_them(graph: Graph, other: Graph) -> None:
    flags = sum(1 for quad in graph.quads() if quad.graph_name == layer("flags"))
    assert graph.query(FLAGS).values("n") == other.query(FLAGS).values("n") == [flags]


@pytest.mark.xdist_group("rdflib")
def test_rdflib_reads_no_file_and_no_address_that_a_query_names(rdflib: Graph, tmp_path: Path) -> None:
    secret = tmp_path / "secret.ttl"
    secret.write_text("<http://example.org/s> <http://example.org/p> 'secret' .", "utf-8")
    for clause in (f"FROM <{secret.as_uri()}>", f"FROM NAMED <{secret.as_uri()}>"):
        assert not rdflib.query(f"SELECT ?o {clause} WHERE {{ {{ ?s ?p ?o }} UNION {{ GRAPH ?g {{ ?s ?p ?o }} }} }}")
