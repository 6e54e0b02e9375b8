"""The generator behind the benchmark of the rules: as many quads as asked, always the same, and sound as our model."""

from __future__ import annotations

from itertools import islice

import pyoxigraph as ox
import pytest

from kg.checks import run_checks
from kg.reasoning import materialise, rules
from kg.terms import PROV, RDF_TYPE, eic
from tests.bench.synthetic import quads

SIZE = 75_000


@pytest.fixture(scope="module")
def stated() -> list[ox.Quad]:
    return list(quads(SIZE, 7))


@pytest.mark.slow
def test_as_many_different_quads_as_asked_always_the_same(stated: list[ox.Quad]) -> None:
    assert len(set(stated)) == SIZE
    assert list(islice(quads(SIZE + 1000, 7), SIZE)) == stated
    assert list(quads(SIZE, 8)) != stated


def test_fewer_than_the_core_are_refused() -> None:
    with pytest.raises(ValueError, match="fewer than"):
        quads(100, 7)


@pytest.mark.slow
def test_every_rule_finds_something_in_it_and_no_check_objects(stated: list[ox.Quad]) -> None:
    store = ox.Store()
    whole = max(number for number, quad in enumerate(stated) if quad.predicate == eic("textDigest"))
    store.bulk_extend(stated[: whole + 1])  # after it a claim may be cut short
    materialise(store)
    for rule in rules():
        found = store.query(rule.sparql, use_default_graph_as_union=True)
        assert isinstance(found, ox.QueryTriples)
        assert next(found, None), rule.name
    made = {q.object for q in store.quads_for_pattern(None, ox.NamedNode(PROV + "wasGeneratedBy"), None)}
    claims = {rule.iri for rule in rules() if "wasGeneratedBy" in rule.sparql}
    assert made == claims
    assert len(list(store.quads_for_pattern(None, RDF_TYPE, eic("Assessment")))) > 10
    assert [f for f in run_checks(store) if f.severity == "error"] == []
