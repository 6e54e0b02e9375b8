"""Every question against answers that were written by hand from the paper (tests/answers/QUESTION.toml).

A case has `parameters`, `columns` and `rows`; things are written `city/kyiv`, concepts by local name, lists of things
as lists, literals as text or numbers, nothing as "". `from` says where in the paper the answer stands. All rows of
the answer are meant, whatever their order, unless `some = true`: then at least these.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kg import library
from kg.answers import Answer
from kg.graph import Graph
from kg.terms import EIC, ID
from kg.values import Term, listed_iris

FILES = sorted((Path(__file__).parent / "answers").glob("*.toml"))
CASES = [(p.stem, n, case) for p in FILES for n, case in enumerate(tomllib.loads(p.read_text("utf-8"))["case"], 1)]


def plain(term: Term | None) -> Any:
    if term is None:
        return ""
    if isinstance(term, ox.NamedNode):
        return term.value.removeprefix(ID).removeprefix(EIC)
    if named := listed_iris(term):
        short = sorted(iri.removeprefix(ID).removeprefix(EIC) for iri in named)
        return short[0] if len(short) == 1 else tuple(short)
    assert isinstance(term, ox.Literal)
    kind = term.datatype.value.rsplit("#")[-1]
    return float(term.value) if kind in ("integer", "decimal") else term.value


def wanted(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(sorted(value)) if len(value) > 1 else value[0]
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


@pytest.mark.parametrize(("name", "number", "case"), CASES, ids=[f"{name}-{n}" for name, n, _ in CASES])
def test_answer_is_what_the_paper_says(graph: Graph, name: str, number: int, case: dict[str, Any]) -> None:
    assert case["from"], "every expected answer says where in the paper it stands"
    compare(graph.ask(name, **case.get("parameters", {})), case)


def compare(answer: Answer, case: dict[str, Any]) -> None:
    """Hold an answer against a case of an expected file."""
    at = [answer.columns.index(c) for c in case["columns"]]
    got = Counter(tuple(plain(row[i]) for i in at) for row in answer.rows)
    expected = Counter(tuple(wanted(v) for v in row) for row in case["rows"])
    missing, surplus = expected - got, got - expected
    assert not missing, f"missing: {list(missing)}"
    assert case.get("some") or not surplus, f"not in the paper: {list(surplus)}"


def test_every_question_has_an_expected_answer() -> None:
    assert {path.stem for path in FILES} == set(library.names())


@pytest.mark.parametrize("name", library.names())
def test_every_question_has_a_case_with_rows(name: str) -> None:
    assert any(case["rows"] for other, _, case in CASES if other == name)
