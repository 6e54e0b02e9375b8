"""Every question gives the answers of its expected file, and the same answer to the last flag, on every engine."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pyoxigraph as ox
import pytest

import kg
from kg.graph import Graph
from kg.values import Term
from tests.engines import VIRTUOSO_MISSING, oxigraph_server, strange, virtuoso_is_here, virtuoso_server
from tests.test_answers import CASES, compare

#: Questions whose evidence rdflib is asked for too: its parser takes a second for some hundreds of IRIs.
TOLD = ("second-tier-dependencies", "partnership-documents", "tier-placement", "alliance-members")
ENGINES = ("rdflib", "oxigraph", "virtuoso")


@pytest.fixture(scope="session")
def rdflib(graph: Graph) -> Graph:
    dataset = graph.to_rdflib()
    dataset.parse(data="".join(f"{q} .\n" for q in strange(graph)), format="nquads")
    return kg.open(dataset)


@pytest.fixture(scope="session")
def oxigraph(graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    with oxigraph_server(graph, tmp_path_factory.mktemp("oxigraph")) as address:
        yield kg.open(address)


@pytest.fixture(scope="session")
def virtuoso(graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    if not virtuoso_is_here():
        (pytest.fail if os.environ.get("EIC_ALL_ENGINES") else pytest.skip)(VIRTUOSO_MISSING)
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


PAIRS = [pytest.param(e, *c, marks=pytest.mark.xdist_group(e), id=f"{e}-{c[0]}-{c[1]}") for e in ENGINES for c in CASES]


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
